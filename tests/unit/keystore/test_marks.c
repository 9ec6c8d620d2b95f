/*
 * test_marks.c - what this host remembers: an old keystore that was put back is
 * found out, whatever its seal says.
 */
#include "../base/tmpdir.h"
#include "hvconsole/file.h"
#include "kat.h"
#include "keystore/host.h"
#include "keystore/store.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

TestSuite(marks, .init = store_setup, .fini = tmpdir_remove, .timeout = 60);

static enum hv_status
open_now(const struct hv_secret *key, struct hv_error *err)
{
    struct hv_credential cred = { .key_file = key };
    struct hv_keystore *ks = NULL;
    enum hv_status st;

    *err = (struct hv_error){ 0 };
    st = hv_keystore_open("s", &cred, &ks, err);
    hv_keystore_close(ks);
    return st;
}

static void
put_back(const char *from)
{
    size_t len;
    uint8_t *old = file_get(from, &len);

    cr_assert_eq(unlink("s"), 0);
    file_put("s", old, len);
    free(old);
}

Test(marks, numbers_have_one_spelling)
{
    static const char *const bad[] = {
        "", "0", "-1", "+1", "01", " 1", "1 ", "1x", "18446744073709551616", "x"
    };
    uint64_t n;

    for (size_t i = 0; i < HV_LEN(bad); i++)
        cr_expect_not(ks_number_parse(bad[i], &n), "row %zu: %s", i, bad[i]);
    cr_expect(ks_number_parse("18446744073709551615", &n));
    cr_expect_eq(n, UINT64_MAX);
}

Test(marks, nothing_is_kept_when_nothing_was_asked_for)
{
    struct hv_secret key = { 0 };
    struct hv_keystore *ks = quick_store(&key);
    struct hv_error err = { 0 };

    edit(ks, 1);
    edit(ks, 2);
    put_back("s.bak-1");
    cr_expect_eq(open_now(&key, &err), HV_OK, "%s", err.why);
    hv_keystore_close(ks);
    hv_secret_release(&key);
    expect_no_secrets();
}

Test(marks, an_older_file_is_refused_and_left_as_it_is)
{
    struct hv_secret key = { 0 };
    struct hv_keystore *ks;
    struct hv_error err = { 0 };
    struct stat info;
    uint8_t *marks;
    size_t len;
    char id[HV_GUID_TEXT];
    char line[80];

    hv_keystore_set_store("store/deep");
    ks = quick_store(&key);
    edit(ks, 1);
    edit(ks, 2);
    hv_guid_format(&hv_keystore_info(ks)->store_id, id);
    snprintf(line, sizeof(line), "%s 3\n", id);
    marks = file_get("store/deep/marks", &len);
    cr_expect_str_eq((char *)marks, line);
    cr_assert_eq(stat("store/deep/marks", &info), 0);
    cr_expect_eq(info.st_mode & 07777, 0600);
    cr_expect_eq(open_now(&key, &err), HV_OK, "%s", err.why);
    put_back("s.bak-2");
    cr_expect_eq(open_now(&key, &err), HV_ERR_DAMAGED);
    cr_expect(strstr(err.why, "older than what this host has seen"), "%s",
              err.why);
    cr_expect(strstr(err.hint, "keystore restore"), "%s", err.hint);
    /* A host that has seen nothing of it starts from the file. */
    hv_keystore_set_store("elsewhere");
    cr_expect_eq(open_now(&key, &err), HV_OK, "%s", err.why);
    hv_keystore_set_store(NULL);
    cr_expect_eq(open_now(&key, &err), HV_OK, "%s", err.why);
    free(marks);
    hv_keystore_close(ks);
    hv_secret_release(&key);
    expect_no_secrets();
}

Test(marks, damaged_marks_are_not_guessed_at)
{
    static const char *const bad[] = {
        "x",
        "\n",
        "00112233-4455-6677-8899-aabbccddeeff 3",
        "00112233-4455-6677-8899-aabbccddeeff 0\n",
        "00112233-4455-6677-8899-aabbccddeeff  3\n",
        "00112233-4455-6677-8899-aabbccddeeff 3 \n",
        "00112233-4455-6677-8899-aabbccddeefg 3\n",
        "00112233-4455-6677-8899-aabbccddeeff 3\n\n",
    };
    struct hv_secret key = { 0 };
    struct hv_keystore *ks;
    struct hv_error err = { 0 };
    uint8_t mark[2] = { 5, 0 };

    hv_keystore_set_store("store");
    ks = quick_store(&key);
    for (size_t i = 0; i < HV_LEN(bad); i++) {
        file_put("store/marks", bad[i], strlen(bad[i]));
        cr_expect_eq(open_now(&key, &err), HV_ERR_DAMAGED, "row %zu", i);
        cr_expect_eq(hv_keystore_edit(ks, add_sub, mark, NULL), HV_ERR_DAMAGED,
                     "row %zu", i);
    }
    cr_expect_eq(hv_keystore_info(ks)->generation, 1);
    hv_keystore_close(ks);
    hv_secret_release(&key);
    expect_no_secrets();
}

Test(marks, other_stores_keep_their_lines_and_none_is_lowered)
{
    struct hv_guid a = { { 1 } };
    struct hv_guid b = { { 2 } };
    struct ks_seen seen = { 0 };

    hv_keystore_set_store("store");
    cr_assert_eq(ks_host_prepare(NULL), HV_OK);
    cr_assert_eq(ks_host_raise(&a, 7, NULL), HV_OK);
    cr_assert_eq(ks_host_raise(&b, 9, NULL), HV_OK);
    cr_assert_eq(ks_host_raise(&a, 3, NULL), HV_OK);
    cr_assert_eq(ks_host_raise(&a, 8, NULL), HV_OK);
    cr_assert_eq(ks_seen_read(&seen, NULL), HV_OK);
    cr_expect_eq(ks_seen_generation(&seen, &a), 8);
    cr_expect_eq(ks_seen_generation(&seen, &b), 9);
    ks_seen_release(&seen);
}

Test(marks, what_could_not_be_marked_is_not_saved)
{
    struct hv_secret key = { 0 };
    struct hv_keystore *ks;
    struct hv_error err = { 0 };
    uint8_t mark[2] = { 5, 0 };

    tmpdir_be_nobody();
    hv_keystore_set_store("store");
    ks = quick_store(&key);
    cr_assert_eq(chmod("store", 0500), 0);
    cr_expect_eq(hv_keystore_edit(ks, add_sub, mark, &err), HV_ERR_IO);
    cr_expect(strstr(err.why, "nothing is changed"), "%s", err.why);
    cr_expect_eq(hv_keystore_info(ks)->generation, 1);
    cr_assert_eq(chmod("store", 0700), 0);
    edit(ks, 1);
    hv_keystore_close(ks);
    hv_secret_release(&key);
    expect_no_secrets();
}

/* A save that nothing could tell of afterwards is not begun: the disk is full, or
 * as good as that. */
Test(marks, what_there_is_no_room_to_tell_of_is_not_saved)
{
    struct hv_secret key = { 0 };
    struct hv_keystore *ks;
    struct hv_error err = { 0 };
    struct rlimit limit;

    hv_keystore_set_store("store");
    ks = quick_store(&key);
    edit(ks, 1);
    cr_assert_eq(getrlimit(RLIMIT_FSIZE, &limit), 0);
    cr_assert_neq(signal(SIGXFSZ, SIG_IGN), SIG_ERR);
    limit.rlim_cur = 20 * 1024; /* the keystore itself is smaller */
    cr_assert_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
    cr_expect_eq(hv_keystore_edit(ks, add_sub, (uint8_t[]){ 9, 9 }, &err),
                 HV_ERR_REFUSED);
    cr_expect(strstr(err.why, "no room"), "%s", err.why);
    cr_expect_eq(hv_keystore_info(ks)->generation, 2);
    limit.rlim_cur = limit.rlim_max;
    cr_assert_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
    edit(ks, 9);
    cr_expect_eq(hv_keystore_info(ks)->generation, 3);
    hv_keystore_close(ks);
    hv_secret_release(&key);
    expect_no_secrets();
}
