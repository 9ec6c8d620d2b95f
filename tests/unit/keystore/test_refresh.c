/*
 * test_refresh.c - an open keystore keeps up with its file, never goes back, and
 * forgets what it is told to forget.
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

TestSuite(refresh, .init = store_setup, .fini = tmpdir_remove, .timeout = 60);

static const struct hv_guid app = { { 9 } };

/* Puts bytes in the place of "s" as a save does: by a new file. */
static void
swap_in(const uint8_t *data, size_t len)
{
    file_put("new", data, len);
    cr_assert_eq(rename("new", "s"), 0);
}

Test(refresh, follows_and_never_goes_back)
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

/* Asked before every verification, so it must not read what it has. */
Test(refresh, does_not_read_an_unchanged_file)
{
    struct hv_secret key = { 0 };
    struct hv_keystore *ks = quick_store(&key);
    struct hv_keystore_info info;
    bool changed = true;

    /* Whoever reads the file now is refused at the door. */
    cr_assert_eq(chmod(".", 0770), 0);
    cr_assert_eq(hv_keystore_inspect("s", &info, NULL), HV_ERR_REFUSED);
    cr_expect_eq(hv_keystore_refresh(ks, &changed, NULL), HV_OK);
    cr_expect_not(changed);
    /* The mode of the file is part of its ctime: that it looks at again. */
    cr_assert_eq(chmod("s", 0400), 0);
    cr_expect_eq(hv_keystore_refresh(ks, &changed, NULL), HV_ERR_REFUSED);
    /* Mended outside the file: not remembered against it. */
    cr_assert_eq(chmod(".", 0700), 0);
    cr_expect_eq(hv_keystore_refresh(ks, &changed, NULL), HV_OK);
    hv_keystore_close(ks);
    hv_secret_release(&key);
    expect_no_secrets();
}

Test(refresh, refuses_forks_and_other_stores)
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

Test(refresh, says_locked_after_a_rekey)
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

Test(refresh, narrow_forgets_all_of_full_scope)
{
    struct hv_secret key = { 0 };
    struct hv_keystore *ks = quick_store(&key);
    struct hv_keystore *writer = open_by_key(&key);
    struct hv_keystore *clone = NULL;
    struct hv_secret der = secret_of("private");
    struct hv_error err = { 0 };
    uint8_t n[2] = { 3 };
    bool changed;

    cr_assert_eq(hv_keystore_edit(ks, add_app, &der, &err), HV_OK, "%s",
                 err.why);
    hv_keystore_narrow(ks);
    cr_expect_eq(hv_keystore_scope(ks), HV_SCOPE_VERIFY);
    cr_expect_null(ks->rk.data);
    cr_expect_eq(hv_keystore_ring(ks)->apps_len, 0);
    cr_expect_eq(hv_keystore_ring(ks)->readers_len, 0);
    cr_expect_eq(hv_keystore_ring(ks)->journal_keys_len, 1);
    cr_expect_eq(hv_keystore_edit(ks, add_sub, n, &err), HV_ERR_REFUSED);
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

Test(refresh, clones_read_anew_and_live_alone)
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
