/*
 * test_copies.c - backup, restore, export and import: nothing is overwritten,
 * nothing half done, and the way back goes forward.
 */
#include "../base/tmpdir.h"
#include "hvconsole/file.h"
#include "kat.h"
#include "keystore/store.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define PHRASE "correct horse battery staple"

TestSuite(copies, .init = store_setup, .fini = tmpdir_remove, .timeout = 60);

static const struct hv_guid sub_a = { { 1, 1 } };
static const struct hv_guid sub_b = { { 1, 2 } };

static void
add_key(struct hv_keyring *ring, const struct hv_guid *sub, const char *version,
        uint8_t fill)
{
    struct hv_secret key = { 0 };
    struct hv_key_version id = { "" };

    hv_copy(id.id, sizeof(id.id), version);
    cr_assert_eq(hv_secret_init(&key, 64, NULL), HV_OK);
    memset(key.data, fill, 64);
    cr_assert_eq(hv_keyring_add_key(ring, sub, &id, &key, HV_KEY_MADE, 5, NULL),
                 HV_OK);
    hv_keyring_find(ring, sub, &id)->state = HV_KEY_ACTIVE;
    hv_secret_release(&key);
}

static enum hv_status
fill(struct hv_keyring *ring, void *arg, struct hv_error *err)
{
    (void)arg;
    (void)err;
    hv_keyring_add_sub(ring, &sub_a, &sub_a)->confirmed_ms = 77;
    hv_keyring_add_sub(ring, &sub_b, &sub_a)->confirmed_ms = 77;
    add_key(ring, &sub_a, "v1", 1);
    add_key(ring, &sub_b, "v1", 2);
    return HV_OK;
}

static enum hv_status
clash(struct hv_keyring *ring, void *arg, struct hv_error *err)
{
    (void)err;
    hv_keyring_add_sub(ring, &sub_a, &sub_a)->confirmed_ms = 77;
    add_key(ring, &sub_a, arg, 9);
    return HV_OK;
}

Test(copies, a_backup_is_a_new_file_with_the_same_bytes)
{
    struct hv_secret key = { 0 };
    struct hv_keystore *ks = quick_store(&key);
    struct hv_error err = { 0 };
    struct stat info;
    uint8_t *a;
    uint8_t *b;
    size_t a_len;
    size_t b_len;

    cr_assert_eq(hv_keystore_backup("s", "copy", &err), HV_OK, "%s", err.why);
    a = file_get("s", &a_len);
    b = file_get("copy", &b_len);
    cr_assert_eq(a_len, b_len);
    cr_expect_arr_eq(a, b, a_len);
    cr_assert_eq(stat("copy", &info), 0);
    cr_expect_eq(info.st_mode & 07777, 0600);
    cr_expect_eq(hv_keystore_backup("s", "copy", NULL), HV_ERR_RULE);
    cr_expect_eq(hv_keystore_backup("none", "copy2", NULL), HV_ERR_NOT_FOUND);
    a[200] ^= 1;
    file_put("s", a, a_len);
    cr_expect_eq(hv_keystore_backup("s", "copy2", NULL), HV_ERR_DAMAGED);
    cr_expect_neq(access("copy2", F_OK), 0);
    free(a);
    free(b);
    hv_keystore_close(ks);
    hv_secret_release(&key);
    expect_no_secrets();
}

Test(copies, restoring_goes_past_all_that_was_seen)
{
    struct hv_secret key = { 0 };
    struct hv_credential cred = { .key_file = &key };
    struct hv_keystore *ks;
    struct hv_keystore *back = NULL;
    struct hv_error err = { 0 };
    uint8_t mark[2] = { 9, 0 };

    hv_keystore_set_store("store");
    ks = quick_store(&key);
    cr_assert_eq(hv_keystore_edit(ks, fill, NULL, NULL), HV_OK);
    cr_assert_eq(hv_keystore_backup("s", "copy", NULL), HV_OK);
    edit(ks, 3);
    edit(ks, 4);
    cr_assert_eq(hv_keystore_restore("s", "copy", &cred, &back, &err), HV_OK,
                 "%s", err.why);
    cr_expect_eq(hv_keystore_info(back)->generation, 5);
    cr_expect_eq(hv_keystore_ring(back)->subs_len, 2);
    cr_expect_eq(hv_keystore_ring(back)->subs[0].confirmed_ms, 0);
    cr_expect_str_eq(hv_keystore_path(back), "s");
    cr_expect_eq(access("s.bak-4", F_OK), 0, "what was there is kept");
    edit(back, 5);
    hv_keystore_close(back);
    /* Others who had it open follow. */
    cr_expect_eq(hv_keystore_edit(ks, add_sub, mark, &err), HV_OK, "%s",
                 err.why);
    cr_expect_eq(hv_keystore_info(ks)->generation, 7);
    /* Damaged or gone: the mark alone knows how far it went. */
    file_put("s", "garbage", 7);
    cr_assert_eq(hv_keystore_restore("s", "copy", &cred, &back, &err), HV_OK,
                 "%s", err.why);
    cr_expect_eq(hv_keystore_info(back)->generation, 8);
    hv_keystore_close(back);
    cr_assert_eq(unlink("s"), 0);
    cr_assert_eq(hv_keystore_restore("s", "copy", &cred, &back, &err), HV_OK,
                 "%s", err.why);
    cr_expect_eq(hv_keystore_info(back)->generation, 9);
    hv_keystore_close(back);
    hv_keystore_close(ks);
    ks = open_by_key(&key);
    hv_keystore_close(ks);
    hv_secret_release(&key);
    expect_no_secrets();
}

Test(copies, restoring_lets_nobody_in_again)
{
    struct hv_secret key = { 0 };
    struct hv_secret gone = { 0 };
    struct hv_credential by_key = { .key_file = &key };
    struct hv_credential by_gone = { .key_file = &gone };
    struct hv_keystore *ks = quick_store(&key);
    struct hv_keystore *back = NULL;
    struct hv_keystore *other = NULL;
    struct hv_error err = { 0 };
    uint8_t *before;
    uint8_t *after;
    size_t len;
    size_t after_len;

    cr_assert_eq(hv_secret_random(&gone, 32, NULL), HV_OK);
    cr_assert_eq(
        hv_keystore_add_key_file(ks, HV_SCOPE_VERIFY, "gone", &gone, NULL),
        HV_OK);
    cr_assert_eq(hv_keystore_backup("s", "copy", NULL), HV_OK);
    cr_assert_eq(hv_keystore_slot_remove(ks, hv_keystore_info(ks)->slots[1].id,
                                         &by_key, 1, NULL, NULL),
                 HV_OK);
    before = file_get("s", &len);
    cr_expect_eq(hv_keystore_restore("s", "copy", &by_key, &back, &err),
                 HV_ERR_REFUSED);
    cr_expect(strstr(err.why, "shut out"), "%s", err.why);
    cr_expect_eq(hv_keystore_restore("s", "copy", &by_gone, &back, NULL),
                 HV_ERR_REFUSED);
    cr_expect_eq(hv_keystore_restore("s", "none", &by_key, &back, NULL),
                 HV_ERR_NOT_FOUND);
    cr_assert_eq(
        hv_keystore_create_with_key_file("t", &gone, "t", &other, NULL), HV_OK);
    cr_expect_eq(hv_keystore_restore("s", "t", &by_gone, &back, NULL),
                 HV_ERR_RULE);
    after = file_get("s", &after_len);
    cr_assert_eq(after_len, len);
    cr_expect_arr_eq(after, before, len);
    free(before);
    free(after);
    hv_keystore_close(other);
    hv_keystore_close(ks);
    hv_secret_release(&key);
    hv_secret_release(&gone);
    expect_no_secrets();
}

Test(copies, what_is_exported_comes_in_once_and_whole)
{
    struct hv_secret key = { 0 };
    struct hv_secret other_key = { 0 };
    struct hv_secret phrase = secret_of(PHRASE);
    struct hv_credential cred = { .passphrase = &phrase };
    struct hv_keystore *ks = quick_store(&key);
    struct hv_keystore *other = NULL;
    struct hv_keystore *part = NULL;
    struct hv_import_report report = { 0 };
    struct hv_error err = { 0 };
    struct hv_guid nobody = { { 7 } };

    cr_assert_eq(hv_keystore_edit(ks, fill, NULL, NULL), HV_OK);
    cr_expect_eq(hv_keystore_export(ks, "out", &phrase, 17, &nobody, 1, NULL),
                 HV_ERR_NOT_FOUND);
    cr_assert_eq(hv_keystore_export(ks, "out", &phrase, 17, &sub_b, 1, &err),
                 HV_OK, "%s", err.why);
    cr_expect_eq(hv_keystore_export(ks, "out", &phrase, 17, NULL, 0, NULL),
                 HV_ERR_RULE);
    cr_assert_eq(hv_keystore_open("out", &cred, &part, NULL), HV_OK);
    cr_expect_eq(hv_keystore_ring(part)->subs_len, 1);
    cr_expect_eq(hv_keystore_ring(part)->keys_len, 1);
    cr_expect_eq(hv_keystore_ring(part)->journal_keys_len, 0);
    cr_expect_not(hv_guid_equal(&hv_keystore_info(part)->store_id,
                                &hv_keystore_info(ks)->store_id));
    hv_keystore_close(part);

    cr_assert_eq(hv_secret_random(&other_key, 32, NULL), HV_OK);
    cr_assert_eq(
        hv_keystore_create_with_key_file("t", &other_key, "t", &other, NULL),
        HV_OK);
    cr_assert_eq(hv_keystore_import(other, "out", &cred, &report, &err), HV_OK,
                 "%s", err.why);
    cr_expect_eq(report.subs, 1);
    cr_expect_eq(report.keys, 1);
    cr_assert_eq(hv_keystore_import(other, "out", &cred, &report, NULL), HV_OK);
    cr_expect_eq(report.keys, 0);
    cr_expect_eq(report.same, 2);
    cr_assert_eq(hv_keystore_export(ks, "all", &phrase, 17, NULL, 0, &err),
                 HV_OK);
    cr_assert_eq(hv_keystore_import(other, "all", &cred, &report, &err), HV_OK,
                 "%s", err.why);
    cr_expect_eq(report.keys, 1);
    cr_expect_eq(report.journal_keys, 1);
    cr_expect_eq(hv_keystore_ring(other)->readers_len, 2);
    cr_expect(hv_secret_equal(
        &hv_keystore_ring(other)->keys[0].key,
        &hv_keyring_current(hv_keystore_ring(ks),
                            &hv_keystore_ring(other)->keys[0].sub)
             ->key));
    hv_keystore_close(other);
    hv_keystore_close(ks);
    hv_secret_release(&phrase);
    hv_secret_release(&key);
    hv_secret_release(&other_key);
    expect_no_secrets();
}

Test(copies, conflicts_refuse_and_add_nothing)
{
    static const char *const versions[] = { "v1",
                                            "v2" }; /* bytes; two active */
    struct hv_secret key = { 0 };
    struct hv_secret phrase = secret_of(PHRASE);
    struct hv_credential cred = { .passphrase = &phrase };
    struct hv_credential by_key = { .key_file = &key };
    struct hv_keystore *ks = quick_store(&key);

    cr_assert_eq(hv_keystore_edit(ks, fill, NULL, NULL), HV_OK);
    cr_assert_eq(hv_keystore_export(ks, "all", &phrase, 17, NULL, 0, NULL),
                 HV_OK);
    cr_assert_eq(hv_keystore_backup("s", "copy", NULL), HV_OK);
    cr_expect_eq(hv_keystore_import(ks, "copy", &by_key, NULL, NULL),
                 HV_ERR_RULE);
    for (size_t i = 0; i < HV_LEN(versions); i++) {
        struct hv_keystore *other = NULL;
        struct hv_error err = { 0 };
        char name[2] = { (char)('t' + i), 0 };
        char version[4];

        hv_copy(version, sizeof(version), versions[i]);
        cr_assert_eq(
            hv_keystore_create_with_key_file(name, &key, "t", &other, NULL),
            HV_OK);
        cr_assert_eq(hv_keystore_edit(other, clash, version, NULL), HV_OK);
        cr_expect_eq(hv_keystore_import(other, "all", &cred, NULL, &err),
                     HV_ERR_RULE, "row %zu: %s", i, err.why);
        cr_expect_eq(hv_keystore_ring(other)->keys_len, 1);
        cr_expect_eq(hv_keystore_info(other)->generation, 2);
        hv_keystore_close(other);
    }
    hv_keystore_close(ks);
    hv_secret_release(&phrase);
    hv_secret_release(&key);
    expect_no_secrets();
}
