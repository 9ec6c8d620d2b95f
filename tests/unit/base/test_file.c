/*
 * test_file.c - files are read whole or not at all and replaced whole or not
 * at all; a failure leaves nothing behind.
 */
#include "hvconsole/file.h"
#include "tmpdir.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

static void
setup(void)
{
    tmpdir_make();
    cr_assert_eq(hv_secret_start(NULL, NULL), HV_OK);
}

TestSuite(file, .init = setup, .fini = tmpdir_remove);
TestSuite(replace, .init = setup, .fini = tmpdir_remove);
TestSuite(path, .init = setup, .fini = tmpdir_remove);

static void
put(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");

    cr_assert_not_null(file);
    fputs(text, file);
    cr_assert_eq(fclose(file), 0);
}

static void
expect_content(const char *path, const char *want)
{
    struct hv_buf got = { 0 };

    cr_expect_eq(hv_file_read(path, 4096, &got, NULL), HV_OK);
    cr_expect_str_eq(hv_buf_str(&got), want);
    hv_buf_release(&got);
}

static mode_t
mode_of(const char *path)
{
    struct stat info;

    cr_assert_eq(stat(path, &info), 0);
    return info.st_mode & 07777;
}

Test(file, read_refuses_what_is_no_file_and_too_much)
{
    struct hv_buf out = { 0 };
    struct hv_error err = { 0 };

    hv_buf_add_str(&out, "before");
    cr_expect_eq(hv_file_read("none", 10, &out, &err), HV_ERR_NOT_FOUND);
    cr_expect_eq(err.sys_errno, ENOENT);
    cr_expect_eq(hv_file_read(".", 10, &out, NULL), HV_ERR_IO);
    cr_assert_eq(mkfifo("pipe", 0600), 0);
    cr_expect_eq(hv_file_read("pipe", 10, &out, NULL), HV_ERR_IO);
    cr_expect_eq(hv_file_read("/dev/zero", 10, &out, NULL), HV_ERR_IO);
    put("eleven", "01234567890");
    cr_expect_eq(hv_file_read("eleven", 10, &out, NULL), HV_ERR_LIMIT);
    cr_assert_eq(truncate("eleven", 100000), 0); /* some of it was read */
    cr_expect_eq(hv_file_read("eleven", 90000, &out, NULL), HV_ERR_LIMIT);
    put("eleven", "01234567890");
    cr_expect_str_eq(hv_buf_str(&out), "before");
    cr_expect_eq(out.len, 6);
    cr_expect_eq(hv_file_read("eleven", 11, &out, NULL), HV_OK);
    cr_expect_str_eq(hv_buf_str(&out), "before01234567890");
    hv_buf_release(&out);
}

Test(file, read_respects_the_ceiling_of_the_buffer)
{
    struct hv_buf out = { .ceiling = 3 };

    put("four", "1234");
    cr_expect_eq(hv_file_read("four", 10, &out, NULL), HV_ERR_LIMIT);
    hv_buf_release(&out);
}

Test(file, read_without_permission)
{
    struct hv_buf out = { 0 };

    put("closed", "x");
    cr_assert_eq(chmod("closed", 0), 0);
    tmpdir_be_nobody();
    cr_expect_eq(hv_file_read("closed", 10, &out, NULL), HV_ERR_IO);
    hv_buf_release(&out);
}

Test(file, read_large_and_empty)
{
    struct hv_buf big = { 0 };
    struct hv_buf back = { 0 };

    for (int i = 0; i < 20000; i++)
        hv_buf_addf(&big, "%d\n", i);
    cr_assert_eq(hv_file_create("big", 0600, hv_buf_bytes(&big), NULL), HV_OK);
    cr_expect_eq(hv_file_read("big", big.len, &back, NULL), HV_OK);
    cr_expect(hv_bytes_equal(hv_buf_bytes(&big), hv_buf_bytes(&back)));
    cr_assert_eq(hv_file_create("empty", 0600, (struct hv_bytes){ 0 }, NULL),
                 HV_OK);
    hv_buf_clear(&back);
    cr_expect_eq(hv_file_read("empty", 0, &back, NULL), HV_OK);
    cr_expect_eq(back.len, 0);
    hv_buf_release(&big);
    hv_buf_release(&back);
}

Test(file, secret_line_refusals)
{
    struct hv_secret out = { 0 };

    cr_expect_eq(hv_file_read_secret_line("none", -1, 9, &out, NULL),
                 HV_ERR_NOT_FOUND);
    cr_expect_eq(hv_file_read_secret_line(".", -1, 9, &out, NULL), HV_ERR_IO);
    cr_expect_eq(hv_file_read_secret_line("bad fd", 999, 9, &out, NULL),
                 HV_ERR_IO);
    put("empty", "");
    put("blank", "\nsecond");
    put("crlf", "\r\nsecond");
    put("ten", "0123456789");
    put("ten-line", "0123456789\n");
    put("ten-crlf", "0123456789\r\n");
    put("nine-cr", "012345678\rx");
    cr_expect_eq(hv_file_read_secret_line("empty", -1, 9, &out, NULL),
                 HV_ERR_FORMAT);
    cr_expect_eq(hv_file_read_secret_line("blank", -1, 9, &out, NULL),
                 HV_ERR_FORMAT);
    cr_expect_eq(hv_file_read_secret_line("crlf", -1, 9, &out, NULL),
                 HV_ERR_FORMAT);
    cr_expect_eq(hv_file_read_secret_line("ten", -1, 9, &out, NULL),
                 HV_ERR_LIMIT);
    cr_expect_eq(hv_file_read_secret_line("ten-line", -1, 9, &out, NULL),
                 HV_ERR_LIMIT);
    cr_expect_eq(hv_file_read_secret_line("ten-crlf", -1, 9, &out, NULL),
                 HV_ERR_LIMIT);
    cr_expect_eq(hv_file_read_secret_line("nine-cr", -1, 9, &out, NULL),
                 HV_ERR_LIMIT);
    cr_expect_null(out.data);
}

Test(file, secret_line_drops_its_end_and_keeps_the_rest)
{
    static const char *const texts[] = { "pass word ", "pass word \n",
                                         "pass word \r\nmore\n" };
    struct hv_secret out = { 0 };
    struct hv_error err = { 0 };

    for (size_t i = 0; i < HV_LEN(texts); i++) {
        put("line", texts[i]);
        cr_assert_eq(hv_file_read_secret_line("line", -1, 10, &out, &err),
                     HV_OK, "row %zu: %s", i, err.why);
        cr_expect_eq(out.len, 10, "row %zu", i);
        cr_expect_str_eq((char *)out.data, "pass word ", "row %zu", i);
        hv_secret_release(&out);
    }
}

Test(file, secret_line_leaves_what_follows_in_the_pipe)
{
    struct hv_secret out = { 0 };
    char rest[16] = "";
    int ends[2];

    cr_assert_eq(pipe2(ends, O_NONBLOCK), 0);
    cr_assert_eq(write(ends[1], "first\nsecond", 12), 12);
    cr_expect_eq(hv_file_read_secret_line("pipe", ends[0], 100, &out, NULL),
                 HV_OK);
    cr_expect_str_eq((char *)out.data, "first");
    cr_expect_eq(read(ends[0], rest, sizeof(rest)), 6);
    cr_expect_str_eq(rest, "second");
    hv_secret_release(&out);
    close(ends[0]);
    close(ends[1]);
}

Test(replace, fails_where_nothing_can_be_placed)
{
    char long_name[NAME_MAX + 2];
    struct hv_bytes text = hv_bytes_str("new");
    struct hv_error err = { 0 };

    memset(long_name, 'n', sizeof(long_name) - 1);
    long_name[sizeof(long_name) - 1] = '\0';
    put("file", "old");
    cr_assert_eq(mkdir("dir", 0700), 0);
    cr_assert_eq(symlink("file", "link"), 0);
    cr_expect_eq(hv_file_replace("none/file", 0600, text, &err), HV_ERR_IO);
    cr_expect_eq(err.sys_errno, ENOENT);
    cr_expect_eq(hv_file_replace("file/x", 0600, text, NULL), HV_ERR_IO);
    cr_expect_eq(hv_file_replace("dir", 0600, text, NULL), HV_ERR_IO);
    cr_expect_eq(hv_file_replace("dir/", 0600, text, NULL), HV_ERR_IO);
    cr_expect_eq(hv_file_replace("", 0600, text, NULL), HV_ERR_IO);
    cr_expect_eq(hv_file_replace("link", 0600, text, NULL), HV_ERR_IO);
    cr_expect_eq(hv_file_replace(long_name, 0600, text, NULL), HV_ERR_IO);
    expect_content("file", "old");
    cr_expect_eq(tmpdir_count(), 3);
}

Test(replace, fails_in_a_directory_that_is_not_writable)
{
    struct hv_error err = { 0 };

    put("file", "old");
    cr_assert_eq(chmod("file", 0666), 0); /* that alone must not help */
    tmpdir_be_nobody();
    cr_assert_eq(chmod(".", 0555), 0);
    cr_expect_eq(hv_file_replace("file", 0600, hv_bytes_str("new"), &err),
                 HV_ERR_IO);
    cr_expect_eq(err.sys_errno, EACCES);
    expect_content("file", "old");
    cr_expect_eq(tmpdir_count(), 1);
}

Test(replace, keeps_the_old_file_when_the_disk_is_full)
{
    struct rlimit limit = { 100, 100 };
    struct hv_error err = { 0 };
    char big[200];

    memset(big, 'x', sizeof(big));
    put("file", "old");
    signal(SIGXFSZ, SIG_IGN);
    cr_assert_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
    cr_expect_eq(
        hv_file_replace("file", 0600,
                        (struct hv_bytes){ (uint8_t *)big, sizeof(big) }, &err),
        HV_ERR_IO);
    cr_expect_eq(err.sys_errno, EFBIG);
    cr_expect_eq(
        hv_file_create("other", 0600,
                       (struct hv_bytes){ (uint8_t *)big, sizeof(big) }, NULL),
        HV_ERR_IO);
    expect_content("file", "old");
    cr_expect_eq(tmpdir_count(), 1);
}

Test(replace, keeps_the_old_file_when_its_owner_would_be_lost)
{
    struct hv_error err = { 0 };

    if (geteuid() != 0) {
        tmpdir_remove(); /* a skipped test has no .fini */
        fputs("skipped: only root can make a file of somebody else\n", stderr);
        cr_skip_test("only root can make a file of somebody else");
    }
    put("file", "old");
    tmpdir_be_nobody(); /* the directory is ours then, the file root's */
    cr_expect_eq(hv_file_replace("file", 0600, hv_bytes_str("new"), &err),
                 HV_ERR_IO);
    cr_expect_eq(err.sys_errno, EPERM);
    cr_expect_neq(err.hint[0], '\0');
    expect_content("file", "old");
    cr_expect_eq(tmpdir_count(), 1);
}

Test(replace, leaves_the_temps_of_others_alone)
{
    put("file", "old");
    put("file.tmp-0123456789abcdef", "somebody's");
    put("file.tmp", "somebody's");
    cr_expect_eq(hv_file_replace("file", 0600, hv_bytes_str("new"), NULL),
                 HV_OK);
    expect_content("file", "new");
    expect_content("file.tmp-0123456789abcdef", "somebody's");
    expect_content("file.tmp", "somebody's");
    cr_expect_eq(tmpdir_count(), 3);
}

Test(replace, makes_a_new_inode_and_never_writes_in_place)
{
    struct stat before;
    struct stat after;

    put("file", "old");
    cr_assert_eq(link("file", "second-name"), 0);
    cr_assert_eq(stat("file", &before), 0);
    cr_expect_eq(hv_file_replace("file", 0600, hv_bytes_str("new"), NULL),
                 HV_OK);
    cr_assert_eq(stat("file", &after), 0);
    cr_expect_neq(before.st_ino, after.st_ino);
    expect_content("second-name", "old");
}

Test(replace, mode_of_a_new_file_and_of_an_old_one)
{
    umask(077);
    cr_expect_eq(hv_file_replace("new", 0640, hv_bytes_str("1"), NULL), HV_OK);
    cr_expect_eq(mode_of("new"), 0640);
    cr_assert_eq(chmod("new", 0604), 0);
    cr_expect_eq(hv_file_replace("new", 0600, hv_bytes_str("2"), NULL), HV_OK);
    cr_expect_eq(mode_of("new"), 0604);
    expect_content("new", "2");
    cr_expect_eq(hv_file_replace("./new", 0600, (struct hv_bytes){ 0 }, NULL),
                 HV_OK);
    expect_content("new", "");
}

Test(replace, create_never_takes_a_place)
{
    struct hv_error err = { 0 };

    put("file", "old");
    cr_assert_eq(symlink("nowhere", "link"), 0);
    cr_expect_eq(hv_file_create("file", 0600, hv_bytes_str("new"), &err),
                 HV_ERR_RULE);
    cr_expect_eq(hv_file_create("link", 0600, hv_bytes_str("new"), NULL),
                 HV_ERR_RULE);
    expect_content("file", "old");
    cr_expect_eq(tmpdir_count(), 2);
    cr_expect_eq(hv_file_create("fresh", 0600, hv_bytes_str("new"), NULL),
                 HV_OK);
    expect_content("fresh", "new");
    cr_expect_eq(mode_of("fresh"), 0600);
    cr_expect_eq(tmpdir_count(), 3);
}

Test(path, dir_make_refusals)
{
    char long_path[PATH_MAX + 10];

    memset(long_path, 'd', sizeof(long_path) - 1);
    long_path[sizeof(long_path) - 1] = '\0';
    put("file", "x");
    cr_expect_eq(hv_dir_make("", 0700, NULL), HV_ERR_IO);
    cr_expect_eq(hv_dir_make(long_path, 0700, NULL), HV_ERR_IO);
    cr_expect_eq(hv_dir_make("file", 0700, NULL), HV_ERR_IO);
    cr_expect_eq(hv_dir_make("file/sub", 0700, NULL), HV_ERR_IO);
    tmpdir_be_nobody();
    cr_assert_eq(chmod(".", 0555), 0);
    cr_expect_eq(hv_dir_make("new", 0700, NULL), HV_ERR_IO);
    cr_expect_eq(tmpdir_count(), 1);
}

Test(path, dir_make_makes_parents_with_the_mode)
{
    umask(077);
    cr_assert_eq(mkdir("a", 0711), 0);
    cr_assert_eq(chmod("a", 0711), 0);
    cr_expect_eq(hv_dir_make("a/b//c/", 0750, NULL), HV_OK);
    cr_expect_eq(mode_of("a"), 0711);
    cr_expect_eq(mode_of("a/b"), 0750);
    cr_expect_eq(mode_of("a/b/c"), 0750);
    cr_expect_eq(hv_dir_make("a/b/c", 0700, NULL), HV_OK);
    cr_expect_eq(mode_of("a/b/c"), 0750);
    cr_expect_eq(hv_dir_make("/", 0700, NULL), HV_OK);
}

Test(path, join)
{
    char out[8] = "old";

    cr_expect_eq(hv_path_join(out, sizeof(out), "abcd", "efg"), HV_ERR_LIMIT);
    cr_expect_str_eq(out, "");
    cr_expect_eq(hv_path_join(out, 0, "a", "b"), HV_ERR_LIMIT);
    cr_expect_eq(hv_path_join(out, sizeof(out), "abc", "efg"), HV_OK);
    cr_expect_str_eq(out, "abc/efg");
    cr_expect_eq(hv_path_join(out, sizeof(out), "a/", "b"), HV_OK);
    cr_expect_str_eq(out, "a/b");
    cr_expect_eq(hv_path_join(out, sizeof(out), "/", "b"), HV_OK);
    cr_expect_str_eq(out, "/b");
    cr_expect_eq(hv_path_join(out, sizeof(out), "", "b"), HV_OK);
    cr_expect_str_eq(out, "b");
}

Test(path, dir_part)
{
    static const struct {
        const char *path;
        const char *dir;
    } rows[] = {
        { "", "." },      { "a", "." },   { "a/b", "a" },  { "/a", "/" },
        { "/", "/" },     { "//a", "/" }, { "a/b/", "a" }, { "a//b", "a" },
        { "/a/b", "/a" }, { "./a", "." }, { "a/", "." },   { "toolong/x", "" },
    };

    for (size_t i = 0; i < HV_LEN(rows); i++) {
        char out[6] = "old";

        hv_path_dir(rows[i].path, out, sizeof(out));
        cr_expect_str_eq(out, rows[i].dir, "row %zu: %s", i, out);
    }
}
