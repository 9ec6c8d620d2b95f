/*
 * test_store.c - making, opening, and keeping up with a keystore file; above
 * all the ways in which that is refused, each with its own words.
 */
#include "../base/tmpdir.h"
#include "kat.h"
#include "keystore/kdf.h"
#include "keystore/save.h"
#include "keystore/store.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

TestSuite(store, .init = store_setup, .fini = tmpdir_remove, .timeout = 60);

#define PHRASE "fourteen chars"

static const struct hv_guid app = { { 9 } };

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

static enum hv_status
add_sub(struct hv_keyring *ring, void *arg, struct hv_error *err)
{
    struct hv_guid sub = { { *(uint8_t *)arg } };

    (void)err;
    hv_keyring_add_sub(ring, &sub, &app);
    return HV_OK;
}

static void
edit(struct hv_keystore *ks, uint8_t n)
{
    struct hv_error err = { 0 };

    cr_assert_eq(hv_keystore_edit(ks, add_sub, &n, &err), HV_OK, "%s", err.why);
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
        uint8_t n = 1;

        make_phrase_store(cost);
        cr_assert_eq(open_phrase("s", PHRASE, &ks, &err), HV_OK);
        cr_expect(hv_keystore_is_weak(ks));
        cr_expect_eq(hv_keystore_edit(ks, add_sub, &n, &err), HV_ERR_REFUSED);
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
        { 0640, HV_OK },          { 0660, HV_ERR_REFUSED },
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
            cr_expect_str_eq(err.hint, "chmod 600 's'");
    }
}

Test(store, directories_that_others_write_are_refused)
{
    struct hv_secret key = { 0 };
    struct hv_keystore *ks = quick_store(&key);
    struct hv_keystore_info info;
    struct hv_error err = { 0 };
    uint8_t n = 1;

    cr_assert_eq(chmod(".", 0770), 0);
    cr_expect_eq(hv_keystore_inspect("s", &info, &err), HV_ERR_REFUSED);
    cr_expect_str_eq(err.hint, "chmod go-w '.'");
    cr_expect_eq(hv_keystore_edit(ks, add_sub, &n, NULL), HV_ERR_REFUSED);
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

/* Puts bytes in the place of "s" as a save does: by a new file. */
static void
swap_in(const uint8_t *data, size_t len)
{
    file_put("new", data, len);
    cr_assert_eq(rename("new", "s"), 0);
}

Test(store, refresh_follows_and_never_goes_back)
{
    struct hv_secret key = { 0 };
    struct hv_keystore *writer = quick_store(&key);
    struct hv_keystore *ks = open_by_key(&key);
    struct hv_error err = { 0 };
    uint8_t *first;
    uint8_t *second;
    size_t first_len;
    size_t second_len;
    bool changed = true;

    cr_assert_eq(hv_keystore_refresh(ks, &changed, &err), HV_OK);
    cr_expect_not(changed);
    first = file_get("s", &first_len);
    edit(writer, 1);
    second = file_get("s", &second_len);
    cr_assert_eq(hv_keystore_refresh(ks, &changed, &err), HV_OK, "%s", err.why);
    cr_expect(changed);
    cr_expect_eq(hv_keystore_ring(ks)->subs_len, 1);
    cr_expect_eq(hv_keystore_info(ks)->generation, 2);

    /* An authentic file from before: replayed. Twice, the second time from
     * memory. */
    swap_in(first, first_len);
    for (int i = 0; i < 2; i++) {
        err = (struct hv_error){ 0 };
        cr_expect_eq(hv_keystore_refresh(ks, &changed, &err), HV_ERR_DAMAGED);
        cr_expect(strstr(err.why, "older"), "%s", err.why);
        cr_expect_not(changed);
        cr_expect_eq(hv_keystore_ring(ks)->subs_len, 1);
    }
    /* Half a file. */
    swap_in(second, second_len / 2);
    cr_expect_eq(hv_keystore_refresh(ks, &changed, NULL), HV_ERR_DAMAGED);
    cr_expect_eq(hv_keystore_ring(ks)->subs_len, 1);
    /* None. */
    cr_assert_eq(unlink("s"), 0);
    cr_expect_eq(hv_keystore_refresh(ks, &changed, NULL), HV_ERR_NOT_FOUND);
    cr_expect_eq(hv_keystore_ring(ks)->subs_len, 1);
    /* The same again, under another inode: fine, and nothing new. */
    swap_in(second, second_len);
    cr_expect_eq(hv_keystore_refresh(ks, &changed, NULL), HV_OK);
    cr_expect_not(changed);
    edit(writer, 2);
    cr_expect_eq(hv_keystore_refresh(ks, &changed, NULL), HV_OK);
    cr_expect(changed);
    cr_expect_eq(hv_keystore_ring(ks)->subs_len, 2);
    free(first);
    free(second);
    hv_keystore_close(ks);
    hv_keystore_close(writer);
    hv_secret_release(&key);
    expect_no_secrets();
}

Test(store, refresh_refuses_forks_and_other_stores)
{
    struct hv_secret key = { 0 };
    struct hv_secret other_key = { 0 };
    struct hv_keystore *writer = quick_store(&key);
    struct hv_keystore *ks;
    struct hv_error err = { 0 };
    uint8_t *first;
    uint8_t *second;
    size_t first_len;
    size_t second_len;
    bool changed;

    first = file_get("s", &first_len);
    edit(writer, 1);
    ks = open_by_key(&key);
    hv_keystore_close(writer);
    /* Two different files of generation 2, both authentic. */
    second = file_get("s", &second_len);
    swap_in(first, first_len);
    writer = open_by_key(&key);
    edit(writer, 2);
    cr_expect_eq(hv_keystore_refresh(ks, &changed, &err), HV_ERR_DAMAGED);
    cr_expect(strstr(err.why, "same generation"), "%s", err.why);
    hv_keystore_close(writer);

    cr_assert_eq(unlink("s"), 0);
    writer = quick_store(&other_key);
    err = (struct hv_error){ 0 };
    cr_expect_eq(hv_keystore_refresh(ks, &changed, &err), HV_ERR_DAMAGED);
    cr_expect(strstr(err.why, "another keystore"), "%s", err.why);
    cr_expect_eq(hv_keystore_ring(ks)->subs_len, 1);
    hv_keystore_close(writer);
    hv_keystore_close(ks);
    free(first);
    free(second);
    hv_secret_release(&key);
    hv_secret_release(&other_key);
    expect_no_secrets();
}

Test(store, refresh_says_locked_after_a_rekey)
{
    struct hv_secret key = { 0 };
    struct hv_keystore *ks = quick_store(&key);
    struct ks_front front = ks->now.front;
    struct ks_image image = { 0 };
    struct hv_secret new_rk = { 0 };
    struct hv_error err = { 0 };
    bool changed;

    cr_assert_eq(hv_secret_random(&new_rk, 32, NULL), HV_OK);
    front.epoch = 2;
    front.generation = 2;
    cr_assert_eq(
        ks_slot_wrap(&front.slots[0], &front.store_id, &key, &new_rk, NULL),
        HV_OK);
    cr_assert_eq(ks_image_make(&front, &new_rk, &ks->now.ring, &image, NULL),
                 HV_OK);
    swap_in(image.data, image.len);
    cr_expect_eq(hv_keystore_refresh(ks, &changed, &err), HV_ERR_LOCKED);
    cr_expect(strstr(err.why, "new root key"), "%s", err.why);
    cr_expect_eq(hv_keystore_ring(ks)->journal_keys_len, 1);
    hv_keystore_close(ks);
    ks = open_by_key(&key);
    cr_expect_eq(hv_keystore_info(ks)->epoch, 2);
    hv_keystore_close(ks);
    ks_image_release(&image);
    hv_secret_release(&new_rk);
    hv_secret_release(&key);
    expect_no_secrets();
}

static enum hv_status
add_app(struct hv_keyring *ring, void *arg, struct hv_error *err)
{
    static const uint8_t spki[32] = { 1 };

    return hv_keyring_add_app(ring, &app, "App", arg, spki, 1, err);
}

Test(store, narrow_forgets_all_of_full_scope)
{
    struct hv_secret key = { 0 };
    struct hv_keystore *ks = quick_store(&key);
    struct hv_keystore *writer = open_by_key(&key);
    struct hv_keystore *clone = NULL;
    struct hv_secret der = secret_of("private");
    struct hv_error err = { 0 };
    uint8_t n = 3;
    bool changed;

    cr_assert_eq(hv_keystore_edit(ks, add_app, &der, &err), HV_OK, "%s",
                 err.why);
    hv_keystore_narrow(ks);
    cr_expect_eq(hv_keystore_scope(ks), HV_SCOPE_VERIFY);
    cr_expect_null(ks->rk.data);
    cr_expect_eq(hv_keystore_ring(ks)->apps_len, 0);
    cr_expect_eq(hv_keystore_ring(ks)->readers_len, 0);
    cr_expect_eq(hv_keystore_ring(ks)->journal_keys_len, 1);
    cr_expect_eq(hv_keystore_edit(ks, add_sub, &n, &err), HV_ERR_REFUSED);
    /* It still follows, and so does its clone; both stay narrow. */
    edit(writer, 4);
    cr_assert_eq(hv_keystore_refresh(ks, &changed, &err), HV_OK, "%s", err.why);
    cr_expect(changed);
    cr_expect_eq(hv_keystore_ring(ks)->subs_len, 1);
    cr_expect_eq(hv_keystore_ring(ks)->apps_len, 0);
    cr_assert_eq(hv_keystore_clone(ks, &clone, NULL), HV_OK);
    cr_expect_eq(hv_keystore_scope(clone), HV_SCOPE_VERIFY);
    cr_expect_eq(hv_keystore_ring(clone)->apps_len, 0);
    cr_expect_eq(hv_keystore_ring(clone)->subs_len, 1);
    hv_keystore_close(clone);
    hv_keystore_close(ks);
    hv_keystore_close(writer);
    hv_keystore_close(NULL);
    hv_secret_release(&der);
    hv_secret_release(&key);
    expect_no_secrets();
}

Test(store, clones_read_anew_and_live_alone)
{
    struct hv_secret key = { 0 };
    struct hv_keystore *ks = quick_store(&key);
    struct hv_keystore *writer = open_by_key(&key);
    struct hv_keystore *clone = NULL;

    edit(writer, 1);
    cr_assert_eq(hv_keystore_clone(ks, &clone, NULL), HV_OK);
    cr_expect_eq(hv_keystore_ring(clone)->subs_len, 1);
    cr_expect_eq(hv_keystore_ring(ks)->subs_len, 0);
    hv_keystore_close(ks);
    edit(clone, 2);
    cr_expect_eq(hv_keystore_info(clone)->generation, 3);
    cr_expect_str_eq(hv_keystore_path(clone), "s");
    hv_keystore_close(clone);
    hv_keystore_close(writer);
    hv_secret_release(&key);
    expect_no_secrets();
}
