/*
 * test_keyring.c - the rules of a keyring: what may be added, and how things
 * are found.
 */
#include "../base/tmpdir.h"
#include "hvconsole/codec.h"
#include "kat.h"

#include <criterion/criterion.h>
#include <stdio.h>

TestSuite(keyring, .init = store_setup, .fini = tmpdir_remove);

static struct hv_guid
guid(const char *text)
{
    struct hv_guid id;

    cr_assert_eq(hv_guid_parse(text, &id), HV_OK);
    return id;
}

#define SUB_A "00112233-4455-6677-8899-aabbccddeeff"
#define SUB_B "00112233-4455-6677-8899-000000000000"
#define SUB_C "ffeeddcc-4455-6677-8899-aabbccddeeff"

static enum hv_status
add(struct hv_keyring *ring, const char *sub, const char *version,
    const struct hv_secret *key, struct hv_error *err)
{
    struct hv_guid id = guid(sub);
    struct hv_key_version v = { "" };

    hv_copy(v.id, sizeof(v.id), version);
    return hv_keyring_add_key(ring, &id, &v, key, HV_KEY_MADE, 1000, err);
}

static struct hv_secret
random_key(void)
{
    struct hv_secret key = { 0 };

    cr_assert_eq(hv_secret_random(&key, 64, NULL), HV_OK);
    return key;
}

Test(keyring, a_key_has_64_bytes_that_are_not_all_zero)
{
    static const size_t lens[] = { 0, 1, 32, 63, 65, 128, 64 };
    struct hv_keyring ring = { 0 };

    for (size_t i = 0; i < HV_LEN(lens); i++) {
        struct hv_secret key = { 0 };
        struct hv_error err = { 0 };

        cr_assert_eq(hv_secret_init(&key, lens[i], NULL), HV_OK);
        if (lens[i] != 64)
            memset(key.data, 1, lens[i]);
        cr_expect_eq(add(&ring, SUB_A, "v1", &key, &err), HV_ERR_FORMAT, "%zu",
                     lens[i]);
        cr_expect_neq(err.why[0], '\0');
        hv_secret_release(&key);
    }
    cr_expect_eq(ring.keys_len, 0);
}

Test(keyring, a_version_id_is_used_once)
{
    struct hv_keyring ring = { 0 };
    struct hv_secret first = random_key();
    struct hv_secret second = random_key();
    struct hv_error err = { 0 };

    cr_assert_eq(add(&ring, SUB_A, "v1", &first, NULL), HV_OK);
    cr_expect_eq(ring.keys[0].state, HV_KEY_PENDING);
    cr_expect_eq(ring.keys[0].created_ms, 1000);
    cr_expect_eq(add(&ring, SUB_A, "v1", &second, &err), HV_ERR_RULE);
    cr_expect(strstr(err.why, "v1"), "%s", err.why);
    /* Compared exactly, and per subscription. */
    cr_expect_eq(add(&ring, SUB_A, "V1", &second, NULL), HV_OK);
    cr_expect_eq(add(&ring, SUB_B, "v1", &first, NULL), HV_OK);
    /* The same bytes under another name are one key, not two. */
    err = (struct hv_error){ 0 };
    cr_expect_eq(add(&ring, SUB_A, "v2", &first, &err), HV_ERR_RULE);
    cr_expect(strstr(err.why, "version v1"), "%s", err.why);
    /* Retired ids stay taken. */
    hv_keyring_retire(&ring.keys[0], 5000);
    cr_expect_eq(ring.keys[0].key.len, 0);
    cr_expect_eq(ring.keys[0].retired_ms, 5000);
    err = (struct hv_error){ 0 };
    cr_expect_eq(add(&ring, SUB_A, "v1", &first, &err), HV_ERR_RULE);
    cr_expect(strstr(err.why, "retired"), "%s", err.why);
    hv_secret_release(&first);
    hv_secret_release(&second);
    hv_keyring_release(&ring);
    expect_no_secrets();
}

Test(keyring, eight_versions_verify_and_no_more)
{
    struct hv_keyring ring = { 0 };
    char version[8];

    for (int i = 0; i < 9; i++) {
        struct hv_secret key = random_key();

        snprintf(version, sizeof(version), "v%d", i);
        cr_expect_eq(add(&ring, SUB_A, version, &key, NULL),
                     i < 8 ? HV_OK : HV_ERR_RULE, "%d", i);
        hv_secret_release(&key);
    }
    hv_keyring_retire(&ring.keys[3], 1);
    for (int i = 9; i < 11; i++) {
        struct hv_secret key = random_key();

        snprintf(version, sizeof(version), "v%d", i);
        cr_expect_eq(add(&ring, SUB_A, version, &key, NULL),
                     i < 10 ? HV_OK : HV_ERR_RULE);
        hv_secret_release(&key);
    }
    hv_keyring_release(&ring);
}

Test(keyring, fingerprint_is_of_context_and_key)
{
    struct hv_keyring ring = { 0 };
    struct hv_secret key = { 0 };
    char text[17];

    cr_assert_eq(hv_secret_init(&key, 64, NULL), HV_OK);
    for (uint8_t i = 0; i < 64; i++)
        key.data[i] = i;
    cr_assert_eq(add(&ring, SUB_A, "v1", &key, NULL), HV_OK);
    hv_hex_encode(ring.keys[0].fingerprint, 8, text);
    /* printf 'hvks1 key fp'; 00..3f | sha256sum */
    cr_expect_str_eq(text, "f137562e802ee54b");
    hv_secret_release(&key);
    hv_keyring_release(&ring);
}

Test(keyring, resolves_prefixes)
{
    struct hv_keyring ring = { 0 };
    struct hv_guid app = guid(SUB_C);
    struct hv_guid a = guid(SUB_A);
    struct hv_guid b = guid(SUB_B);
    struct hv_guid c = guid(SUB_C);
    struct hv_guid found;
    struct hv_error err = { 0 };
    struct hv_secret key = random_key();

    hv_keyring_add_sub(&ring, &a, &app);
    hv_keyring_add_sub(&ring, &b, &app);
    cr_assert_eq(add(&ring, SUB_C, "v1", &key, NULL), HV_OK);
    cr_assert_eq(add(&ring, SUB_A, "v1", &key, NULL), HV_OK);

    cr_expect_eq(hv_keyring_resolve_sub(&ring, "001", &found, NULL),
                 HV_ERR_NOT_FOUND, "three characters are too few");
    cr_expect_eq(hv_keyring_resolve_sub(&ring, "", &found, NULL),
                 HV_ERR_NOT_FOUND);
    cr_expect_eq(hv_keyring_resolve_sub(&ring, "1234", &found, NULL),
                 HV_ERR_NOT_FOUND);
    cr_expect_eq(hv_keyring_resolve_sub(&ring, "0011", &found, &err),
                 HV_ERR_RULE);
    cr_expect(strstr(err.why, SUB_A) && strstr(err.why, SUB_B), "%s", err.why);
    cr_expect_eq(hv_keyring_resolve_sub(&ring, "FFEE", &found, NULL), HV_OK);
    cr_expect(hv_guid_equal(&found, &c), "known by its key alone");
    cr_expect_eq(hv_keyring_resolve_sub(&ring, SUB_A, &found, NULL), HV_OK);
    cr_expect(hv_guid_equal(&found, &a));
    hv_secret_release(&key);
    hv_keyring_release(&ring);
}

Test(keyring, removes_and_renames_keys_with_their_subscription)
{
    struct hv_keyring ring = { 0 };
    struct hv_guid a = guid(SUB_A);
    struct hv_guid b = guid(SUB_B);
    struct hv_guid c = guid(SUB_C);
    struct hv_secret key = random_key();

    hv_keyring_add_sub(&ring, &a, &c);
    hv_keyring_add_sub(&ring, &b, &c);
    cr_assert_eq(add(&ring, SUB_A, "v1", &key, NULL), HV_OK);
    cr_assert_eq(add(&ring, SUB_B, "v1", &key, NULL), HV_OK);
    hv_secret_release(&key);

    hv_keyring_remove_sub(&ring, &a);
    cr_expect_eq(ring.subs_len, 1);
    cr_expect_eq(ring.keys_len, 1);
    cr_expect_null(hv_keyring_sub(&ring, &a));
    /* The id given is the one in the ring itself. */
    hv_keyring_rename_sub(&ring, &ring.subs[0].sub, &c);
    cr_expect_null(hv_keyring_sub(&ring, &b));
    cr_assert_not_null(hv_keyring_sub(&ring, &c));
    cr_expect(hv_guid_equal(&ring.keys[0].sub, &c));
    cr_expect_null(hv_keyring_current(&ring, &c), "pending is not current");
    ring.keys[0].state = HV_KEY_ACTIVE;
    cr_expect_eq(hv_keyring_current(&ring, &c), &ring.keys[0]);
    hv_keyring_release(&ring);
    expect_no_secrets();
}

Test(keyring, new_versions_are_new_in_the_whole_ring)
{
    struct hv_keyring ring = { 0 };
    struct hv_key_version version;
    struct hv_secret key = random_key();

    /* 2026-01-01T00:00:00Z */
    hv_keyring_new_version(&ring, 1767225600000, NULL, &version);
    cr_expect_str_eq(version.id, "v20260101-1");
    cr_assert_eq(add(&ring, SUB_A, "v20260101-1", &key, NULL), HV_OK);
    cr_assert_eq(add(&ring, SUB_B, "v20260101-2", &key, NULL), HV_OK);
    hv_keyring_new_version(&ring, 1767225600000, NULL, &version);
    cr_expect_str_eq(version.id, "v20260101-3");
    hv_keyring_new_version(&ring, 1767225600000, &version, &version);
    cr_expect_str_eq(version.id, "v20260101-4");
    hv_secret_release(&key);
    hv_keyring_release(&ring);
}

Test(keyring, applications_are_added_once_and_checked)
{
    static const uint8_t spki[32] = { 1 };
    struct hv_keyring ring = { 0 };
    struct hv_guid app = guid(SUB_A);
    struct hv_secret der = secret_of("der");
    struct hv_secret big = { 0 };
    struct hv_secret none = { 0 };
    char name[123];

    memset(name, 'n', sizeof(name) - 1);
    name[122] = '\0';
    cr_assert_eq(hv_secret_init(&big, 8193, NULL), HV_OK);
    cr_expect_eq(hv_keyring_add_app(&ring, &app, "n", &big, spki, 1, NULL),
                 HV_ERR_LIMIT);
    cr_expect_eq(hv_keyring_add_app(&ring, &app, "n", &none, spki, 1, NULL),
                 HV_ERR_LIMIT);
    cr_expect_eq(hv_keyring_add_app(&ring, &app, name, &der, spki, 1, NULL),
                 HV_ERR_FORMAT);
    cr_expect_eq(hv_keyring_add_app(&ring, &app, "\xff", &der, spki, 1, NULL),
                 HV_ERR_FORMAT);
    cr_expect_eq(hv_keyring_add_app(&ring, &app, "n", &der, spki, 1, NULL),
                 HV_OK);
    cr_expect_eq(hv_keyring_add_app(&ring, &app, "n", &der, spki, 1, NULL),
                 HV_ERR_RULE);
    cr_assert_not_null(hv_keyring_app(&ring, &app));
    cr_expect(hv_secret_equal(&hv_keyring_app(&ring, &app)->pkcs8, &der));
    hv_secret_release(&big);
    hv_secret_release(&der);
    hv_keyring_release(&ring);
    expect_no_secrets();
}

Test(keyring, the_newest_journal_key_is_used)
{
    struct hv_keyring ring = { 0 };
    static const uint8_t zero[32];

    cr_expect_null(hv_keyring_journal_key(&ring));
    cr_assert_eq(hv_keyring_add_journal_keys(&ring, 20, NULL), HV_OK);
    cr_assert_eq(hv_keyring_add_journal_keys(&ring, 10, NULL), HV_OK);
    cr_expect_eq(hv_keyring_journal_key(&ring), &ring.journal_keys[0]);
    cr_expect_arr_eq(ring.journal_keys[1].id, ring.readers[1].id, 8);
    cr_expect_arr_neq(ring.journal_keys[0].public_key, zero, 32);
    cr_expect_arr_neq(ring.journal_keys[0].public_key,
                      ring.journal_keys[1].public_key, 32);
    hv_keyring_release(&ring);
    expect_no_secrets();
}

Test(keyring, states_have_words)
{
    cr_expect_str_eq(hv_key_state_word(HV_KEY_PENDING), "pending");
    cr_expect_str_eq(hv_key_state_word(HV_KEY_ACTIVE), "active");
    cr_expect_str_eq(hv_key_state_word(HV_KEY_ACCEPTED), "accepted");
    cr_expect_str_eq(hv_key_state_word(HV_KEY_RETIRED), "retired");
    cr_expect_str_eq(hv_key_state_word((enum hv_key_state)0), "unknown");
    cr_expect_str_eq(hv_key_state_word((enum hv_key_state)99), "unknown");
}
