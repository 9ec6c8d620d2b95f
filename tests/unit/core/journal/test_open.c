/*
 * test_open.c - which files the journal takes, which it refuses, and that it
 * leaves what it refuses as it was.
 */
#include "fixture.h"

#include "core/journal/schema.h"
#include "hvconsole/file.h"

#include <criterion/criterion.h>

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static struct fixture fx;

static void
start(void)
{
    fixture_start(&fx);
}

static void
end(void)
{
    fixture_end(&fx);
}
TestSuite(open, .init = start, .fini = end);

static void
make_store(void)
{
    char dir[96];

    hv_path_dir(fx.path, dir, sizeof(dir));
    cr_assert_eq(hv_dir_make(dir, 0700, NULL), HV_OK);
}

static void
write_file(const char *content, size_t len)
{
    struct hv_bytes bytes = { (const uint8_t *)content, len };

    make_store();
    cr_assert_eq(hv_file_create(fx.path, 0600, bytes, NULL), HV_OK);
}

static void
read_file(struct hv_buf *out)
{
    cr_assert_eq(hv_file_read(fx.path, 1 << 24, out, NULL), HV_OK);
}

/* Neither the writer nor a reader takes the file, and it stays as it is. */
static void
expect_refused(const char *part)
{
    struct hv_journal *journal = NULL;
    struct hv_journal_view *view = NULL;
    struct hv_buf before = { 0 };
    struct hv_buf after = { 0 };
    struct hv_error err = { 0 };
    struct hv_error view_err = { 0 };

    read_file(&before);
    cr_expect_eq(
        hv_journal_open(fx.path, &fx.ring.journal_keys[0], &journal, &err),
        HV_ERR_DAMAGED);
    cr_expect(strstr(err.why, part), "\"%s\" is not in: %s", part, err.why);
    cr_expect(strstr(err.why, fx.path), "no path in: %s", err.why);
    cr_expect_null(journal);
    cr_expect_eq(hv_journal_view_open(fx.path, &fx.ring, &view, &view_err),
                 HV_ERR_DAMAGED);
    cr_expect_str_eq(view_err.why, err.why);
    cr_expect_null(view);
    read_file(&after);
    cr_expect(hv_bytes_equal(hv_buf_bytes(&before), hv_buf_bytes(&after)),
              "the file was changed");
    hv_buf_release(&before);
    hv_buf_release(&after);
}

Test(open, a_file_of_another_kind)
{
    write_file("[profile bptracker]\napp-id = x\n", 31);
    expect_refused("another kind");
}

Test(open, a_short_file)
{
    write_file("SQLite format 3", 16);
    expect_refused("another kind");
}

Test(open, the_database_of_another_program)
{
    make_store();
    fixture_sql(&fx, "CREATE TABLE bookmark(url); PRAGMA user_version=1;"
                     "INSERT INTO bookmark VALUES('x')");
    expect_refused("another program");
}

Test(open, the_wal_database_of_another_program)
{
    make_store();
    fixture_sql(&fx, "PRAGMA journal_mode=WAL; CREATE TABLE bookmark(url);"
                     "PRAGMA application_id=7");
    expect_refused("another program");
}

Test(open, a_newer_schema)
{
    char part[64];

    hv_journal_close(fixture_open(&fx));
    fixture_sql(&fx, "PRAGMA user_version=9; CREATE TABLE invented(x);"
                     "PRAGMA wal_checkpoint(TRUNCATE)");
    snprintf(part, sizeof(part),
             "format 9, this program knows formats up to "
             "%d",
             journal_schema_version());
    expect_refused(part);
}

/* Its newer version stands in the log alone: whoever opens it for writing and
 * closes it again would move that into the file. */
Test(open, a_newer_schema_in_the_log)
{
    sqlite3 *db = NULL;

    hv_journal_close(fixture_open(&fx));
    cr_assert_eq(sqlite3_open(fx.path, &db), SQLITE_OK);
    sqlite3_db_config(db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
    cr_assert_eq(sqlite3_exec(db, "PRAGMA user_version=9", NULL, NULL, NULL),
                 SQLITE_OK);
    sqlite3_close(db);
    expect_refused("format 9");
}

Test(open, a_journal_without_tables)
{
    char sql[96];

    make_store();
    snprintf(sql, sizeof(sql),
             "PRAGMA user_version=1; PRAGMA "
             "application_id=%d",
             JOURNAL_APPLICATION_ID);
    fixture_sql(&fx, sql);
    expect_refused("damaged");
}

Test(open, overwritten_pages)
{
    struct hv_journal_view *view = NULL;
    struct hv_log_row rows[4];
    struct sample sample;
    struct hv_error err = { 0 };
    size_t len = 0;
    uint8_t junk[4096];
    int64_t root;
    FILE *file;

    {
        struct hv_journal *journal = fixture_open(&fx);

        sample_make(&sample, HV_VERDICT_VERIFIED, 1, 1);
        sample_append(journal, &sample);
        hv_journal_close(journal);
    }
    fixture_sql(&fx, "PRAGMA wal_checkpoint(TRUNCATE)");
    root = fixture_int(&fx, "SELECT rootpage FROM sqlite_schema "
                            "WHERE name='arrival'");
    memset(junk, 0xa5, sizeof(junk));
    file = fopen(fx.path, "r+b");
    cr_assert(file);
    cr_assert_eq(fseek(file, (root - 1) * 4096, SEEK_SET), 0);
    cr_assert_eq(fwrite(junk, sizeof(junk), 1, file), 1);
    fclose(file);
    view = fixture_view(&fx, true);
    cr_expect_eq(hv_journal_page(view, NULL, 0, 0, true, rows, 4, &len, &err),
                 HV_ERR_DAMAGED);
    cr_expect(strstr(err.why, "damaged"), "%s", err.why);
    cr_expect_eq(len, 0);
    hv_journal_view_close(view);
}

Test(open, a_directory)
{
    struct hv_journal *journal = NULL;

    make_store();
    cr_assert_eq(mkdir(fx.path, 0700), 0);
    cr_expect_eq(
        hv_journal_open(fx.path, &fx.ring.journal_keys[0], &journal, NULL),
        HV_ERR_DAMAGED);
    cr_assert_eq(rmdir(fx.path), 0);
}

Test(open, a_second_writer)
{
    struct hv_journal *first = fixture_open(&fx);
    struct hv_journal *second = NULL;
    struct hv_error err = { 0 };

    cr_expect_eq(
        hv_journal_open(fx.path, &fx.ring.journal_keys[0], &second, &err),
        HV_ERR_RULE);
    cr_expect(err.why[0]);
    hv_journal_close(first);
    hv_journal_close(fixture_open(&fx));
}

Test(open, where_nothing_is_makes_a_private_store)
{
    struct stat dir;
    struct stat file;
    char path[96];
    mode_t old = umask(022);

    hv_journal_close(fixture_open(&fx));
    umask(old);
    hv_path_dir(fx.path, path, sizeof(path));
    cr_assert_eq(stat(path, &dir), 0);
    cr_assert_eq(stat(fx.path, &file), 0);
    cr_expect_eq(dir.st_mode & 07777, 0700);
    cr_expect_eq(file.st_mode & 07777, 0640);
    cr_expect_eq(fixture_int(&fx, "PRAGMA page_size"), 4096);
    cr_expect_eq(fixture_int(&fx, "PRAGMA user_version"),
                 journal_schema_version());
    cr_expect_eq(fixture_int(&fx, "SELECT journal_mode='wal' FROM "
                                  "pragma_journal_mode"),
                 1);
}

Test(open, a_strict_umask_gives_0600)
{
    struct stat file;
    mode_t old = umask(077);

    hv_journal_close(fixture_open(&fx));
    umask(old);
    cr_assert_eq(stat(fx.path, &file), 0);
    cr_expect_eq(file.st_mode & 07777, 0600);
}

Test(open, a_missing_or_empty_file_is_an_empty_journal)
{
    struct hv_journal_view *view = fixture_view(&fx, true);

    for (int round = 0; round < 2; round++) {
        struct hv_log_row rows[2];
        struct hv_log_bucket buckets[3];
        struct hv_log_count *counts = NULL;
        struct hv_buf body = { 0 };
        size_t len = 9;
        size_t counted = 9;

        cr_expect_eq(
            hv_journal_page(view, NULL, 0, 0, true, rows, 2, &len, NULL),
            HV_OK);
        cr_expect_eq(len, 0);
        cr_expect_eq(hv_journal_counts(view, 0, &counts, &counted, NULL),
                     HV_OK);
        cr_expect_eq(counted, 0);
        cr_expect_eq(hv_journal_buckets(view, 600000, 60000, buckets, 3, NULL),
                     HV_OK);
        cr_expect_eq(buckets[0].start_ms, 420000);
        cr_expect_eq(hv_journal_get(view, 1, rows, NULL), HV_ERR_NOT_FOUND);
        cr_expect_eq(hv_journal_body(view, 1, &body, NULL), HV_ERR_NOT_FOUND);
        cr_expect_not(hv_journal_changed(view));
        if (round == 0)
            write_file("", 0);
    }
    hv_journal_view_close(view);
}

Test(open, a_reader_needs_no_right_to_write)
{
    struct hv_journal *journal = fixture_open(&fx);
    struct sample sample;
    char dir[96];
    int status = 0;
    pid_t pid;

    if (geteuid() != 0)
        cr_skip_test("needs root to become somebody else");
    sample_make(&sample, HV_VERDICT_VERIFIED, 1, 1);
    sample_append(journal, &sample);
    hv_journal_close(journal);
    hv_path_dir(fx.path, dir, sizeof(dir));
    cr_assert_eq(chown(dir, 0, 65534), 0);
    cr_assert_eq(chmod(dir, 0750), 0);
    cr_assert_eq(chmod(fx.dir, 0755), 0);
    for (size_t i = 0; i < 3; i++) {
        static const char *const names[] = { "", "-wal", "-shm" };
        char path[128];

        snprintf(path, sizeof(path), "%s%s", fx.path, names[i]);
        cr_assert_eq(chown(path, 0, 65534), 0, "%s", path);
    }
    pid = fork();
    cr_assert_geq(pid, 0);
    if (pid == 0) {
        struct hv_journal_view *view = NULL;
        struct hv_log_row row;
        size_t len = 0;
        bool ok = setgid(65534) == 0 && setuid(65534) == 0 &&
                  hv_journal_view_open(fx.path, NULL, &view, NULL) == HV_OK &&
                  hv_journal_page(view, NULL, 0, 0, false, &row, 1, &len,
                                  NULL) == HV_OK &&
                  len == 1;

        _exit(ok ? 0 : 1);
    }
    cr_assert_eq(waitpid(pid, &status, 0), pid);
    cr_expect(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}
