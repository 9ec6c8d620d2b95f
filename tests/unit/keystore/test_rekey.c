/*
 * test_rekey.c - a new root key shuts out everybody who shows no credential
 * now, and everything that was kept from before.
 */
#include "../base/tmpdir.h"
#include "hvconsole/file.h"
#include "kat.h"
#include "keystore/save.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define OLD "correct horse battery staple"
#define NEW "purple monkey dishwasher nine"

TestSuite(rekey, .init = store_setup, .fini = tmpdir_remove, .timeout = 60);

static bool
exists(const char *path)
{
    struct stat info;

    return lstat(path, &info) == 0;
}

static enum hv_status
open_with(const char *path, const struct hv_credential *cred)
{
    struct hv_keystore *ks = NULL;
    enum hv_status st = hv_keystore_open(path, cred, &ks, NULL);

    hv_keystore_close(ks);
    return st;
}

Test(rekey, the_old_passphrase_and_old_backups_are_useless)
{
    struct hv_secret old = secret_of(OLD);
    struct hv_secret new = secret_of(NEW);
    struct hv_secret listener = { 0 };
    struct hv_secret stranger = { 0 };
    struct hv_keystore *ks = NULL;
    struct hv_keystore *verify = NULL;
    struct hv_credential by_old = { .passphrase = &old };
    struct hv_credential by_new = { .passphrase = &new };
    struct hv_credential by_listener = { .key_file = &listener };
    struct hv_credential by_stranger = { .key_file = &stranger };
    struct hv_rekey_report report = { 0 };
    struct hv_error err = { 0 };
    bool changed;

    cr_assert_eq(hv_secret_random(&listener, 32, NULL), HV_OK);
    cr_assert_eq(hv_secret_random(&stranger, 32, NULL), HV_OK);
    cr_assert_eq(hv_keystore_create("s", &old, "ops", 17, &ks, &err), HV_OK,
                 "%s", err.why);
    cr_assert_eq(hv_keystore_add_key_file(ks, HV_SCOPE_VERIFY, "listener",
                                          &listener, &err),
                 HV_OK);
    cr_assert_eq(hv_keystore_add_key_file(ks, HV_SCOPE_VERIFY, "stranger",
                                          &stranger, &err),
                 HV_OK);
    edit(ks, 1);
    cr_assert_eq(hv_keystore_open("s", &by_listener, &verify, NULL), HV_OK);
    cr_expect(exists("s.bak-3"));
    file_put("s.bak-2", "not a keystore", 14);

    cr_assert_eq(
        hv_keystore_passwd(ks, &old, &new, 17, &by_listener, 1, &report, &err),
        HV_OK, "%s", err.why);
    cr_expect_eq(report.kept_len, 1);
    cr_expect_str_eq(report.kept[0].label, "listener");
    cr_expect_eq(report.dropped_len, 2);
    cr_expect_eq(report.journal_keys, 1);
    cr_expect_eq(report.backups_removed, 2);
    cr_expect_not(exists("s.bak-1"));
    cr_expect_not(exists("s.bak-3"));
    cr_expect_not(exists("s.bak-4"));
    cr_expect(exists("s.bak-2"), "what is no keystore is not ours to remove");
    cr_expect_eq(hv_keystore_info(ks)->epoch, 2);
    cr_expect_eq(hv_keystore_info(ks)->slots_len, 2);
    cr_expect_str_eq(hv_keystore_info(ks)->slots[0].label, "ops");
    cr_expect_eq(open_with("s", &by_old), HV_ERR_LOCKED);
    cr_expect_eq(open_with("s", &by_stranger), HV_ERR_LOCKED);
    cr_expect_eq(open_with("s", &by_new), HV_OK);
    cr_expect_eq(open_with("s", &by_listener), HV_OK);
    /* The handle goes on, and so does the listener, without a passphrase. */
    edit(ks, 2);
    cr_expect(exists("s.bak-5"));
    cr_assert_eq(hv_keystore_refresh(verify, &changed, &err), HV_OK, "%s",
                 err.why);
    cr_expect(changed);
    cr_expect_eq(hv_keystore_scope(verify), HV_SCOPE_VERIFY);
    cr_expect_eq(hv_keystore_ring(verify)->subs_len, 2);
    edit(ks, 3);
    cr_assert_eq(hv_keystore_refresh(verify, &changed, &err), HV_OK);
    cr_expect_eq(hv_keystore_ring(verify)->subs_len, 3);
    hv_keystore_close(verify);
    hv_keystore_close(ks);
    hv_secret_release(&old);
    hv_secret_release(&new);
    hv_secret_release(&listener);
    hv_secret_release(&stranger);
    expect_no_secrets();
}

Test(rekey, what_cannot_be_done_changes_nothing)
{
    struct hv_secret key = { 0 };
    struct hv_secret other = { 0 };
    struct hv_secret none = secret_of(OLD);
    struct hv_secret brief = secret_of("short");
    struct hv_keystore *ks = quick_store(&key);
    struct hv_credential by_key = { .key_file = &key };
    struct hv_credential wrong = { .passphrase = &none };
    struct hv_error err = { 0 };
    static const uint8_t nobody[8] = { 1 };
    uint8_t id[8];

    cr_assert_eq(hv_secret_random(&other, 32, NULL), HV_OK);
    cr_assert_eq(
        hv_keystore_add_key_file(ks, HV_SCOPE_VERIFY, "l", &other, NULL),
        HV_OK);
    memcpy(id, hv_keystore_info(ks)->slots[0].id, 8);
    cr_expect_eq(hv_keystore_passwd(ks, NULL, &brief, 17, NULL, 0, NULL, NULL),
                 HV_ERR_FORMAT);
    cr_expect_eq(hv_keystore_passwd(ks, &none, &none, 17, NULL, 0, NULL, NULL),
                 HV_ERR_LOCKED);
    cr_expect_eq(hv_keystore_slot_remove(ks, nobody, &by_key, 1, NULL, NULL),
                 HV_ERR_NOT_FOUND);
    cr_expect_eq(hv_keystore_slot_remove(ks, hv_keystore_info(ks)->slots[1].id,
                                         &wrong, 1, NULL, NULL),
                 HV_ERR_LOCKED);
    /* The last of full scope, shown or not. */
    cr_expect_eq(hv_keystore_slot_remove(ks, id, &by_key, 1, NULL, &err),
                 HV_ERR_RULE);
    cr_expect(strstr(err.why, "full scope"), "%s", err.why);
    cr_expect_eq(hv_keystore_slot_remove(ks, hv_keystore_info(ks)->slots[1].id,
                                         NULL, 0, NULL, NULL),
                 HV_ERR_RULE);
    cr_expect_eq(hv_keystore_info(ks)->generation, 2);
    hv_keystore_narrow(ks);
    cr_expect_eq(hv_keystore_slot_remove(ks, id, &by_key, 1, NULL, NULL),
                 HV_ERR_REFUSED);
    hv_keystore_close(ks);
    hv_secret_release(&key);
    hv_secret_release(&other);
    hv_secret_release(&none);
    hv_secret_release(&brief);
    expect_no_secrets();
}

Test(rekey, a_removed_slot_opens_nothing_any_more)
{
    struct hv_secret key = { 0 };
    struct hv_secret gone = { 0 };
    struct hv_keystore *ks = quick_store(&key);
    struct hv_keystore *follower = NULL;
    struct hv_credential by_key = { .key_file = &key };
    struct hv_credential by_gone = { .key_file = &gone };
    struct hv_rekey_report report = { 0 };
    struct hv_error err = { 0 };
    bool changed;

    cr_assert_eq(hv_secret_random(&gone, 32, NULL), HV_OK);
    cr_assert_eq(
        hv_keystore_add_key_file(ks, HV_SCOPE_VERIFY, "gone", &gone, NULL),
        HV_OK);
    cr_assert_eq(hv_keystore_open("s", &by_gone, &follower, NULL), HV_OK);
    edit(ks, 1);
    cr_assert_eq(hv_keystore_slot_remove(ks, hv_keystore_info(ks)->slots[1].id,
                                         &by_key, 1, &report, &err),
                 HV_OK, "%s", err.why);
    cr_expect_eq(report.kept_len, 1);
    cr_expect_eq(report.dropped_len, 1);
    cr_expect_eq(open_with("s", &by_gone), HV_ERR_LOCKED);
    cr_expect_eq(open_with("s", &by_key), HV_OK);
    /* The listener that lost its slot keeps the last good keys. */
    cr_expect_eq(hv_keystore_refresh(follower, &changed, NULL), HV_ERR_LOCKED);
    cr_expect_eq(hv_keystore_ring(follower)->journal_keys_len, 1);
    hv_keystore_close(follower);
    hv_keystore_close(ks);
    hv_secret_release(&key);
    hv_secret_release(&gone);
    expect_no_secrets();
}

Test(rekey, backups_left_by_a_crash_go_at_the_next_save)
{
    struct hv_secret key = { 0 };
    struct hv_keystore *ks = quick_store(&key);
    struct hv_credential by_key = { .key_file = &key };
    struct hv_secret other = { 0 };
    uint8_t *old;
    size_t len;

    cr_assert_eq(hv_secret_random(&other, 32, NULL), HV_OK);
    cr_assert_eq(hv_keystore_add_key_file(ks, HV_SCOPE_FULL, "x", &other, NULL),
                 HV_OK);
    old = file_get("s", &len);
    cr_assert_eq(hv_keystore_slot_remove(ks, hv_keystore_info(ks)->slots[1].id,
                                         &by_key, 1, NULL, NULL),
                 HV_OK);
    file_put("s.bak-2", old, len);
    edit(ks, 1);
    cr_expect_not(exists("s.bak-2"));
    cr_expect(exists("s.bak-3"));
    free(old);
    hv_keystore_close(ks);
    hv_secret_release(&key);
    hv_secret_release(&other);
    expect_no_secrets();
}

Test(rekey, a_passphrase_is_added_once)
{
    struct hv_secret key = { 0 };
    struct hv_secret phrase = secret_of(OLD);
    struct hv_keystore *ks = quick_store(&key);
    struct hv_credential cred = { .passphrase = &phrase };

    cr_assert_eq(hv_keystore_add_passphrase(ks, "ops", &phrase, 17, NULL),
                 HV_OK);
    cr_expect_eq(hv_keystore_add_passphrase(ks, "ops", &phrase, 17, NULL),
                 HV_ERR_RULE);
    cr_expect_eq(open_with("s", &cred), HV_OK);
    hv_keystore_close(ks);
    hv_secret_release(&phrase);
    hv_secret_release(&key);
    expect_no_secrets();
}
