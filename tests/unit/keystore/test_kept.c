/*
 * test_kept.c - what a save leaves as it was: modes, earlier generations,
 * records of others, slots.
 */
#include "../base/tmpdir.h"
#include "hvconsole/clock.h"
#include "hvconsole/profile.h"
#include "kat.h"
#include "keystore/records.h"
#include "keystore/store.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

TestSuite(kept, .init = store_setup, .fini = tmpdir_remove, .timeout = 60);

static bool
exists(const char *path)
{
    struct stat info;

    return lstat(path, &info) == 0;
}

Test(kept, keeps_the_mode_and_tidies_up_after_the_dead)
{
    struct hv_secret key = { 0 };
    struct hv_keystore *ks = quick_store(&key);
    struct hv_settings settings = { 0 };
    struct stat info;

    cr_assert_eq(chmod("s", 0640), 0);
    cr_assert_eq(stat("s", &info), 0);
    snprintf(settings.keystore_group, sizeof(settings.keystore_group), "%u",
             (unsigned)info.st_gid);
    cr_assert(hv_keystore_set_policy(&settings));
    file_put("s.tmp-0123456789abcdef", "stale", 5);
    file_put("s.tmp-0123456789abcdeX", "not ours", 8);
    file_put("s.tmp-0123456789abcdef0", "not ours", 8);
    file_put("t.tmp-0123456789abcdef", "not ours", 8);
    edit(ks, 1);
    cr_assert_eq(stat("s", &info), 0);
    cr_expect_eq(info.st_mode & 07777, 0640);
    cr_expect_not(exists("s.tmp-0123456789abcdef"));
    cr_expect(exists("s.tmp-0123456789abcdeX"));
    cr_expect(exists("s.tmp-0123456789abcdef0"));
    cr_expect(exists("t.tmp-0123456789abcdef"));
    hv_keystore_close(ks);
    hv_secret_release(&key);
}

Test(kept, keeps_five_backups_and_one_a_day)
{
    static const int kept[] = { 2, 8, 9, 10, 11, 12 };
    struct hv_secret key = { 0 };
    struct hv_keystore *ks = quick_store(&key);
    int64_t now_s = hv_clock_now_ms() / 1000;
    char name[32];
    struct hv_keystore_info info;

    for (uint8_t n = 1; n <= 12; n++) {
        edit(ks, n);
        if (n == 2 || n == 3) {
            /* Two are made to be of long ago: three days, ten days. */
            struct timespec times[2] = { 0 };

            times[1].tv_sec = now_s - 86400 * (n == 2 ? 3 : 10);
            snprintf(name, sizeof(name), "s.bak-%d", n);
            cr_assert_eq(utimensat(AT_FDCWD, name, times, 0), 0);
        }
    }
    for (int n = 1, k = 0; n <= 13; n++) {
        bool is_kept = k < (int)HV_LEN(kept) && kept[k] == n;

        k += is_kept;
        snprintf(name, sizeof(name), "s.bak-%d", n);
        cr_expect_eq(exists(name), is_kept, "%s", name);
    }
    cr_assert_eq(hv_keystore_inspect("s.bak-12", &info, NULL), HV_OK);
    cr_expect_eq(info.generation, 12);
    hv_keystore_close(ks);
    hv_secret_release(&key);
}

static enum hv_status
add_raw(struct hv_keyring *ring, void *arg, struct hv_error *err)
{
    const struct hv_raw_record *raw = arg;
    struct hv_raw_record copy = *raw;
    enum hv_status st;

    st = hv_secret_copy(&copy.body, raw->body.data, raw->body.len, err);
    if (st)
        return st;
    ring->raw = ks_array_add(ring->raw, &ring->raw_len, sizeof(copy));
    ring->raw[ring->raw_len - 1] = copy;
    return HV_OK;
}

Test(kept, session_tokens_alone_make_no_backup)
{
    struct hv_secret key = { 0 };
    struct hv_keystore *ks = quick_store(&key);
    struct hv_raw_record raw = { .type = KS_REC_SESSION,
                                 .flags = KS_CRITICAL,
                                 .part = HV_PART_FULL };
    struct hv_error err = { 0 };

    cr_assert_eq(hv_secret_init(&raw.body, 36, NULL), HV_OK);
    cr_assert_eq(hv_keystore_edit(ks, add_raw, &raw, &err), HV_OK, "%s",
                 err.why);
    cr_expect_eq(hv_keystore_info(ks)->generation, 2);
    cr_expect_not(exists("s.bak-1"));
    edit(ks, 1);
    cr_expect(exists("s.bak-2"));
    hv_secret_release(&raw.body);
    hv_keystore_close(ks);
    hv_secret_release(&key);
    expect_no_secrets();
}

Test(kept, records_from_the_future_survive)
{
    struct hv_secret key = { 0 };
    struct hv_keystore *ks = quick_store(&key);
    struct hv_raw_record raw = { .type = 0x0142,
                                 .flags = 0x4000,
                                 .part = HV_PART_VERIFY };
    const struct hv_keyring *ring;

    cr_assert_eq(hv_secret_copy(&raw.body, "tomorrow", 8, NULL), HV_OK);
    cr_assert_eq(hv_keystore_edit(ks, add_raw, &raw, NULL), HV_OK);
    edit(ks, 1);
    hv_keystore_close(ks);
    ks = open_by_key(&key);
    ring = hv_keystore_ring(ks);
    cr_assert_eq(ring->raw_len, 1);
    cr_expect_eq(ring->raw[0].type, 0x0142);
    cr_expect_eq(ring->raw[0].flags, 0x4000);
    cr_expect_eq(ring->raw[0].part, HV_PART_VERIFY);
    cr_expect(hv_secret_equal(&ring->raw[0].body, &raw.body));
    hv_secret_release(&raw.body);
    hv_keystore_close(ks);
    hv_secret_release(&key);
    expect_no_secrets();
}

Test(kept, slots_are_added_for_both_scopes)
{
    struct hv_secret key = { 0 };
    struct hv_keystore *ks = quick_store(&key);
    struct hv_secret verify = { 0 };
    struct hv_secret full = { 0 };
    struct hv_error err = { 0 };
    struct hv_keystore *opened;

    cr_assert_eq(hv_secret_random(&verify, 32, NULL), HV_OK);
    cr_assert_eq(hv_secret_random(&full, 32, NULL), HV_OK);
    cr_expect_eq(hv_keystore_add_key_file(ks, HV_SCOPE_VERIFY,
                                          "this label of a slot is one byte "
                                          "too long",
                                          &verify, NULL),
                 HV_ERR_FORMAT);
    cr_expect_eq(
        hv_keystore_add_key_file(ks, HV_SCOPE_VERIFY, "\xff", &verify, NULL),
        HV_ERR_FORMAT);
    cr_expect_eq(hv_keystore_add_key_file(ks, HV_SCOPE_VERIFY, "", &key, NULL),
                 HV_ERR_RULE, "it opens a slot already");
    cr_assert_eq(hv_keystore_add_key_file(ks, HV_SCOPE_VERIFY, "listener",
                                          &verify, &err),
                 HV_OK, "%s", err.why);
    cr_assert_eq(hv_keystore_add_key_file(ks, HV_SCOPE_FULL, "", &full, &err),
                 HV_OK, "%s", err.why);
    cr_expect(exists("s.bak-1"), "a new slot is worth a backup");
    hv_keystore_close(ks);

    opened = open_by_key(&verify);
    cr_expect_eq(hv_keystore_scope(opened), HV_SCOPE_VERIFY);
    cr_expect_eq(hv_keystore_ring(opened)->journal_keys_len, 1);
    cr_expect_eq(hv_keystore_ring(opened)->readers_len, 0);
    cr_expect_eq(
        hv_keystore_add_key_file(opened, HV_SCOPE_VERIFY, "", &key, NULL),
        HV_ERR_REFUSED);
    hv_keystore_close(opened);
    opened = open_by_key(&full);
    cr_expect_eq(hv_keystore_scope(opened), HV_SCOPE_FULL);
    cr_expect_str_eq(hv_keystore_info(opened)->slots[1].label, "listener");
    edit(opened, 1);
    hv_keystore_close(opened);
    hv_secret_release(&verify);
    hv_secret_release(&full);
    hv_secret_release(&key);
    expect_no_secrets();
}

Test(kept, there_are_eight_slots)
{
    struct hv_secret key = { 0 };
    struct hv_keystore *ks = quick_store(&key);

    for (int n = 2; n <= 9; n++) {
        struct hv_secret more = { 0 };

        cr_assert_eq(hv_secret_random(&more, 32, NULL), HV_OK);
        cr_expect_eq(
            hv_keystore_add_key_file(ks, HV_SCOPE_VERIFY, "", &more, NULL),
            n <= 8 ? HV_OK : HV_ERR_RULE, "%d", n);
        hv_secret_release(&more);
    }
    cr_expect_eq(hv_keystore_info(ks)->slots_len, 8);
    hv_keystore_close(ks);
    hv_secret_release(&key);
    expect_no_secrets();
}
