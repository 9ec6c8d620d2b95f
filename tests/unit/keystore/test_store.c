/*
 * test_store.c - making, opening, and keeping up with a keystore file; above
 * all the ways in which that is refused, each with its own words.
 */
#include "../base/tmpdir.h"
#include "hvconsole/profile.h"
#include "kat.h"
#include "keystore/kdf.h"
#include "keystore/save.h"
#include "keystore/store.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

TestSuite(store, .init = store_setup, .fini = tmpdir_remove, .timeout = 60);

#define PHRASE "fourteen chars"

static enum hv_status
open_phrase(const char *path, const char *phrase, struct hv_keystore **out,
            struct hv_error *err)
{
    struct hv_secret secret = secret_of(phrase);
    struct hv_credential cred = { .passphrase = &secret };
    enum hv_status st = hv_keystore_open(path, &cred, out, err);

    hv_secret_release(&secret);
    return st;
}

static void
make_phrase_store(int cost)
{
    struct hv_secret secret = secret_of(PHRASE);
    struct hv_keystore *ks = NULL;
    struct hv_error err = { 0 };

    cr_assert_eq(hv_keystore_create("s", &secret, "me", cost, &ks, &err), HV_OK,
                 "%s", err.why);
    hv_keystore_close(ks);
    hv_secret_release(&secret);
}

Test(store, new_passphrases_are_long_enough)
{
    static const char *const bad[] = {
        "",
        "short",
        "thirteen char",
        "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"
        "\xff\xff\xff\xff\xff",
        /* 13 characters in 26 bytes */
        "\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4"
        "\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4",
    };
    struct hv_keystore *ks = NULL;

    for (size_t i = 0; i < HV_LEN(bad); i++) {
        struct hv_secret secret = secret_of(bad[i]);

        cr_expect_eq(hv_keystore_create("s", &secret, "", 15, &ks, NULL),
                     HV_ERR_FORMAT, "row %zu", i);
        hv_secret_release(&secret);
    }
    cr_expect_eq(tmpdir_count(), 0);
    expect_no_secrets();
}

Test(store, nothing_is_created_over_a_file)
{
    struct hv_secret secret = secret_of(PHRASE);
    struct hv_keystore *ks = NULL;
    size_t len;
    uint8_t *data;

    file_put("s", "mine", 4);
    cr_expect_eq(hv_keystore_create("s", &secret, "", 15, &ks, NULL),
                 HV_ERR_RULE);
    data = file_get("s", &len);
    cr_expect_eq(len, 4);
    cr_expect_eq(tmpdir_count(), 1);
    free(data);
    hv_secret_release(&secret);
}

Test(store, a_new_store_opens_and_holds_journal_keys)
{
    struct hv_secret secret = secret_of(PHRASE);
    struct hv_keystore *ks = NULL;
    struct hv_keystore_info info;
    struct hv_error err = { 0 };
    struct stat file;

    cr_assert_eq(hv_keystore_create("d/e/s", &secret, "me", 15, &ks, &err),
                 HV_OK, "%s", err.why);
    cr_expect_eq(hv_keystore_scope(ks), HV_SCOPE_FULL);
    cr_expect_eq(hv_keystore_ring(ks)->journal_keys_len, 1);
    cr_expect_eq(hv_keystore_ring(ks)->readers_len, 1);
    hv_keystore_close(ks);
    cr_assert_eq(stat("d/e/s", &file), 0);
    cr_expect_eq(file.st_mode & 07777, 0600);
    cr_assert_eq(stat("d/e", &file), 0);
    cr_expect_eq(file.st_mode & 07777, 0700);
    cr_assert_eq(hv_keystore_inspect("d/e/s", &info, &err), HV_OK, "%s",
                 err.why);
    cr_expect_eq(info.generation, 1);
    cr_expect_eq(info.epoch, 1);
    cr_assert_eq(info.slots_len, 1);
    cr_expect_eq(info.slots[0].log2_n, 15);
    cr_expect_str_eq(info.slots[0].label, "me");
    cr_assert_eq(open_phrase("d/e/s", PHRASE, &ks, &err), HV_OK, "%s", err.why);
    cr_expect_eq(hv_keystore_ring(ks)->journal_keys_len, 1);
    cr_expect_eq(hv_keystore_ring(ks)->readers_len, 1);
    hv_keystore_close(ks);
    hv_secret_release(&secret);
    expect_no_secrets();
}

/* The cost found by measuring is one of the two that are allowed, and such a
 * store can be edited. */
Test(store, measured_costs_are_strong)
{
    struct hv_keystore *ks = NULL;
    struct hv_error err = { 0 };

    make_phrase_store(0);
    cr_assert_eq(open_phrase("s", PHRASE, &ks, &err), HV_OK, "%s", err.why);
    cr_expect(hv_keystore_info(ks)->slots[0].log2_n == 17 ||
              hv_keystore_info(ks)->slots[0].log2_n == 18);
    cr_expect_not(hv_keystore_is_weak(ks));
    edit(ks, 1);
    cr_expect_eq(hv_keystore_info(ks)->generation, 2);
    hv_keystore_close(ks);
    expect_no_secrets();
}

Test(store, weak_costs_open_read_only)
{
    for (int cost = 15; cost <= 16; cost++) {
        struct hv_keystore *ks = NULL;
        struct hv_error err = { 0 };
        uint8_t n[2] = { 1 };

        make_phrase_store(cost);
        cr_assert_eq(open_phrase("s", PHRASE, &ks, &err), HV_OK);
        cr_expect(hv_keystore_is_weak(ks));
        cr_expect_eq(hv_keystore_edit(ks, add_sub, n, &err), HV_ERR_REFUSED);
        cr_expect(strstr(err.why, "read-only"), "%s", err.why);
        hv_keystore_close(ks);
        unlink("s");
    }
    expect_no_secrets();
}

Test(store, costs_above_the_cap_are_refused)
{
    struct hv_secret secret = secret_of(PHRASE);
    struct hv_credential cred = { .passphrase = &secret, .max_log2_n = 15 };
    struct hv_keystore *ks = NULL;
    struct hv_error err = { 0 };

    make_phrase_store(16);
    cr_expect_eq(hv_keystore_open("s", &cred, &ks, &err), HV_ERR_REFUSED);
    cr_expect(strstr(err.why, "2^16") && strstr(err.why, "2^15"), "%s",
              err.why);
    hv_secret_release(&secret);
    expect_no_secrets();
}

Test(store, three_troubles_are_three_sentences_and_change_nothing)
{
    enum { PHRASE_WRONG, DAMAGED, FOREIGN, ROWS };
    static const struct {
        enum hv_status st;
        const char *said;
    } want[ROWS] = {
        [PHRASE_WRONG] = { HV_ERR_LOCKED,
                           "wrong passphrase, or the file was altered" },
        [DAMAGED] = { HV_ERR_DAMAGED, "damaged" },
        [FOREIGN] = { HV_ERR_DAMAGED, "not a keystore" },
    };

    make_phrase_store(15);
    for (int row = 0; row < ROWS; row++) {
        struct hv_keystore *ks = NULL;
        struct hv_error err = { 0 };
        struct ks_stamp before;
        struct ks_stamp after;
        uint8_t *data;
        uint8_t *again;
        size_t len;
        size_t again_len;
        int count;

        data = file_get("s", &len);
        data[row == FOREIGN ? 0 : 4000] ^= row == PHRASE_WRONG ? 0 : 1;
        file_put("s", data, len);
        count = tmpdir_count();
        cr_assert(ks_stamp_take("s", &before));
        cr_expect_eq(open_phrase("s", "fourteen wrong", &ks, &err),
                     want[row].st, "row %d: %s", row, err.why);
        cr_expect(strstr(err.why, want[row].said), "row %d: %s", row, err.why);
        cr_expect_neq(err.hint[0], '\0');
        cr_assert(ks_stamp_take("s", &after));
        cr_expect(ks_stamp_equal(&before, &after));
        again = file_get("s", &again_len);
        cr_assert_eq(again_len, len);
        cr_expect_arr_eq(again, data, len);
        cr_expect_eq(tmpdir_count(), count, "no other file was made");
        free(data);
        free(again);
    }
    expect_no_secrets();
}

Test(store, a_credential_is_needed_and_must_fit_a_slot)
{
    struct hv_credential none = { 0 };
    struct hv_secret key = { 0 };
    struct hv_credential by_key = { .key_file = &key };
    struct hv_keystore *ks = NULL;
    struct hv_error err = { 0 };

    make_phrase_store(15);
    cr_expect_eq(hv_keystore_open("s", &none, &ks, &err), HV_ERR_LOCKED);
    cr_expect_neq(err.why[0], '\0');
    cr_assert_eq(hv_secret_random(&key, 32, NULL), HV_OK);
    err = (struct hv_error){ 0 };
    cr_expect_eq(hv_keystore_open("s", &by_key, &ks, &err), HV_ERR_LOCKED);
    cr_expect(strstr(err.why, "no slot"), "%s", err.why);
    cr_expect_eq(open_phrase("s", "", &ks, NULL), HV_ERR_LOCKED);
    cr_expect_eq(open_phrase("s", "\xff", &ks, NULL), HV_ERR_LOCKED);
    hv_secret_release(&key);
    expect_no_secrets();
}

Test(store, a_missing_file_is_not_found)
{
    struct hv_keystore_info info;
    struct hv_error err = { 0 };

    cr_expect_eq(hv_keystore_inspect("s", &info, &err), HV_ERR_NOT_FOUND);
    cr_expect(strstr(err.hint, "keystore init"), "%s", err.hint);
    cr_expect_eq(hv_keystore_inspect("d/s", &info, NULL), HV_ERR_NOT_FOUND);
    cr_expect_eq(tmpdir_count(), 0);
}

Test(store, modes_that_let_others_in_are_refused_with_the_mending_command)
{
    static const struct {
        mode_t mode;
        enum hv_status st;
    } rows[] = {
        { 0600, HV_OK },          { 0400, HV_OK },
        { 0640, HV_ERR_REFUSED }, { 0660, HV_ERR_REFUSED },
        { 0620, HV_ERR_REFUSED }, { 0604, HV_ERR_REFUSED },
        { 0602, HV_ERR_REFUSED }, { 0601, HV_ERR_REFUSED },
        { 0644, HV_ERR_REFUSED }, { 0666, HV_ERR_REFUSED },
    };
    struct hv_secret key = { 0 };
    struct hv_keystore_info info;

    hv_keystore_close(quick_store(&key));
    hv_secret_release(&key);
    for (size_t i = 0; i < HV_LEN(rows); i++) {
        struct hv_error err = { 0 };

        cr_assert_eq(chmod("s", rows[i].mode), 0);
        cr_expect_eq(hv_keystore_inspect("s", &info, &err), rows[i].st, "%o",
                     rows[i].mode);
        if (rows[i].st)
            cr_expect(strncmp(err.hint, "chmod 600 's'", 13) == 0, "%s",
                      err.hint);
    }
}

/* What is allowed by a setting is allowed to that group or user, no other. */
Test(store, settings_let_a_group_read_and_a_user_own)
{
    struct hv_settings settings = { 0 };
    struct hv_secret key = { 0 };
    struct hv_keystore_info info;
    struct hv_error err = { 0 };
    struct stat file;

    hv_keystore_close(quick_store(&key));
    hv_secret_release(&key);
    cr_assert_eq(chmod("s", 0640), 0);
    cr_assert_eq(stat("s", &file), 0);
    cr_expect_eq(hv_keystore_inspect("s", &info, &err), HV_ERR_REFUSED);
    cr_expect(strstr(err.hint, "config set keystore-group"), "%s", err.hint);
    snprintf(settings.keystore_group, sizeof(settings.keystore_group), "%u",
             (unsigned)file.st_gid + 1);
    cr_expect(hv_keystore_set_policy(&settings));
    cr_expect_eq(hv_keystore_inspect("s", &info, NULL), HV_ERR_REFUSED);
    snprintf(settings.keystore_group, sizeof(settings.keystore_group), "%u",
             (unsigned)file.st_gid);
    cr_expect(hv_keystore_set_policy(&settings));
    cr_expect_eq(hv_keystore_inspect("s", &info, NULL), HV_OK);
    cr_assert_eq(chmod("s", 0660), 0);
    cr_expect_eq(hv_keystore_inspect("s", &info, NULL), HV_ERR_REFUSED);
    cr_assert_eq(chmod("s", 0600), 0);
    hv_copy(settings.keystore_owner, sizeof(settings.keystore_owner),
            "no-such-user-here");
    cr_expect_not(hv_keystore_set_policy(&settings));
    if (geteuid() == 0) {
        cr_assert_eq(chown("s", 65534, file.st_gid), 0);
        cr_expect_eq(hv_keystore_inspect("s", &info, NULL), HV_ERR_REFUSED);
        hv_copy(settings.keystore_owner, sizeof(settings.keystore_owner),
                "65534");
        cr_expect(hv_keystore_set_policy(&settings));
        cr_expect_eq(hv_keystore_inspect("s", &info, NULL), HV_OK);
    }
    cr_expect(hv_keystore_set_policy(NULL));
}

/* A dearer slot is not tried unless the setting allows it. */
Test(store, a_setting_raises_the_cap)
{
    struct hv_settings settings = { .max_scrypt_log2 = 17 };
    struct hv_secret passphrase = secret_of(KAT_PASSPHRASE);
    struct hv_credential cred = { .passphrase = &passphrase };
    struct hv_keystore *ks = NULL;
    struct hv_error err = { 0 };

    cr_assert_eq(hv_keystore_create("s", &passphrase, "p", 18, &ks, &err),
                 HV_OK, "%s", err.why);
    hv_keystore_close(ks);
    cr_expect(hv_keystore_set_policy(&settings));
    cr_expect_eq(hv_keystore_open("s", &cred, &ks, NULL), HV_ERR_REFUSED);
    cr_expect(hv_keystore_set_policy(NULL));
    cr_assert_eq(hv_keystore_open("s", &cred, &ks, &err), HV_OK, "%s", err.why);
    hv_keystore_close(ks);
    hv_secret_release(&passphrase);
    expect_no_secrets();
}

Test(store, directories_that_others_write_are_refused)
{
    struct hv_secret key = { 0 };
    struct hv_keystore *ks = quick_store(&key);
    struct hv_keystore_info info;
    struct hv_error err = { 0 };
    uint8_t n[2] = { 1 };

    cr_assert_eq(chmod(".", 0770), 0);
    cr_expect_eq(hv_keystore_inspect("s", &info, &err), HV_ERR_REFUSED);
    cr_expect_str_eq(err.hint, "chmod go-w '.'");
    cr_expect_eq(hv_keystore_edit(ks, add_sub, n, NULL), HV_ERR_REFUSED);
    cr_assert_eq(chmod(".", 0702), 0);
    cr_expect_eq(hv_keystore_inspect("s", &info, NULL), HV_ERR_REFUSED);
    cr_assert_eq(chmod(".", 0755), 0);
    cr_expect_eq(hv_keystore_inspect("s", &info, NULL), HV_OK);
    hv_keystore_close(ks);
    hv_secret_release(&key);
}

Test(store, a_file_of_another_owner_is_refused)
{
    struct hv_secret key = { 0 };
    struct hv_keystore_info info;
    struct hv_error err = { 0 };

    if (geteuid() != 0)
        cr_skip_test("only root can give a file away");
    hv_keystore_close(quick_store(&key));
    hv_secret_release(&key);
    cr_assert_eq(chown("s", 65534, 65534), 0);
    cr_expect_eq(hv_keystore_inspect("s", &info, &err), HV_ERR_REFUSED);
    cr_expect_str_eq(err.hint, "sudo chown 0 's'");
}

Test(store, what_is_no_regular_file_is_refused_at_once)
{
    struct hv_secret key = { 0 };
    struct hv_keystore_info info;
    struct hv_error err = { 0 };

    hv_keystore_close(quick_store(&key));
    hv_secret_release(&key);
    cr_assert_eq(symlink("s", "link"), 0);
    cr_expect_eq(hv_keystore_inspect("link", &info, &err), HV_ERR_REFUSED);
    cr_expect(strstr(err.why, "symbolic link"), "%s", err.why);
    cr_assert_eq(mkfifo("pipe", 0600), 0);
    cr_expect_eq(hv_keystore_inspect("pipe", &info, NULL), HV_ERR_DAMAGED);
    cr_assert_eq(mkdir("dir", 0700), 0);
    cr_expect_eq(hv_keystore_inspect("dir", &info, NULL), HV_ERR_DAMAGED);
    file_put("big", "", 0);
    cr_assert_eq(truncate("big", 9 * 1024 * 1024 + 1), 0);
    cr_expect_eq(hv_keystore_inspect("big", &info, NULL), HV_ERR_DAMAGED);
}

/* ---- memory that must not be swapped ---- */

/* Before the secure heap is made, so that it cannot be locked. */
static void
start_unlocked(void)
{
    struct rlimit none = { 0, 0 };
    bool is_locked = true;

    tmpdir_make();
    tmpdir_be_nobody();
    cr_assert_eq(setrlimit(RLIMIT_MEMLOCK, &none), 0);
    cr_assert_eq(hv_secret_start(&is_locked, NULL), HV_OK);
    cr_assert_not(is_locked);
}

TestSuite(memory, .init = start_unlocked, .fini = tmpdir_remove, .timeout = 60);

Test(memory, nothing_opens_when_it_is_not_locked_and_must_be)
{
    struct hv_settings settings = { .require_mlock = true };
    struct hv_secret key = { 0 };
    struct hv_keystore *ks = quick_store(&key);
    struct hv_credential cred = { .key_file = &key };
    struct hv_error err = { 0 };

    hv_keystore_close(ks);
    ks = NULL;
    cr_expect_eq(hv_keystore_check_memory(&err), HV_OK);
    cr_assert(hv_keystore_set_policy(&settings));
    cr_expect_eq(hv_keystore_check_memory(&err), HV_ERR_REFUSED);
    cr_expect(strstr(err.hint, "RLIMIT_MEMLOCK"), "%s", err.hint);
    cr_expect_eq(hv_keystore_open("s", &cred, &ks, NULL), HV_ERR_REFUSED);
    cr_expect_eq(hv_keystore_create_with_key_file("n", &key, "n", &ks, NULL),
                 HV_ERR_REFUSED);
    cr_expect_null(ks);
    cr_assert(hv_keystore_set_policy(NULL));
    cr_expect_eq(hv_keystore_open("s", &cred, &ks, NULL), HV_OK);
    hv_keystore_close(ks);
    hv_secret_release(&key);
}
