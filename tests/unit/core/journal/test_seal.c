/*
 * test_seal.c - the seals of the journal: what must not open, does not.
 */
#include "core/journal/seal.h"

#include <criterion/criterion.h>
#include <openssl/evp.h>

#include <string.h>

struct pair {
    uint8_t public_key[32];
    struct hv_secret private_key;
};

static void
start(void)
{
    bool is_locked;

    cr_assert_eq(hv_secret_start(&is_locked, NULL), HV_OK);
}
TestSuite(seal, .init = start);

static void
make_pair(struct pair *pair)
{
    EVP_PKEY *key = EVP_PKEY_Q_keygen(NULL, NULL, "X25519");
    size_t len = 32;

    cr_assert_eq(hv_secret_init(&pair->private_key, 32, NULL), HV_OK);
    cr_assert(EVP_PKEY_get_raw_public_key(key, pair->public_key, &len));
    cr_assert(EVP_PKEY_get_raw_private_key(key, pair->private_key.data, &len));
    EVP_PKEY_free(key);
}

Test(seal, a_wrapped_key_opens_for_its_reader_alone)
{
    struct pair ours;
    struct pair theirs;
    struct hv_secret key = { 0 };
    struct hv_secret back = { 0 };
    struct journal_wrapped row = { .created_ms = 1234, .reader = "12345678" };
    struct hv_error err = { 0 };

    make_pair(&ours);
    make_pair(&theirs);
    cr_assert_eq(hv_secret_random(&key, JOURNAL_KEY_LEN, NULL), HV_OK);
    cr_assert_eq(journal_wrap(&key, ours.public_key, &row, NULL), HV_OK);
    cr_expect_eq(journal_unwrap(&row, &theirs.private_key, &back, &err),
                 HV_ERR_DAMAGED);
    cr_expect_null(back.data);
    cr_assert_eq(journal_unwrap(&row, &ours.private_key, &back, NULL), HV_OK);
    cr_expect(hv_secret_equal(&key, &back));
    hv_secret_release(&back);
    hv_secret_release(&key);
    hv_secret_release(&ours.private_key);
    hv_secret_release(&theirs.private_key);
}

Test(seal, a_wrapped_key_that_was_altered_does_not_open)
{
    struct pair ours;
    struct hv_secret key = { 0 };
    struct journal_wrapped row = { .created_ms = 1234, .reader = "12345678" };

    make_pair(&ours);
    cr_assert_eq(hv_secret_random(&key, JOURNAL_KEY_LEN, NULL), HV_OK);
    cr_assert_eq(journal_wrap(&key, ours.public_key, &row, NULL), HV_OK);
    for (size_t i = 0; i < sizeof(row); i++) {
        struct journal_wrapped bad = row;
        struct hv_secret back = { 0 };

        ((uint8_t *)&bad)[i] ^= 0x10;
        cr_expect_neq(journal_unwrap(&bad, &ours.private_key, &back, NULL),
                      HV_OK, "byte %zu", i);
        cr_expect_null(back.data);
    }
    memset(row.ephemeral, 0, sizeof(row.ephemeral));
    {
        struct hv_secret back = { 0 };

        cr_expect_neq(journal_unwrap(&row, &ours.private_key, &back, NULL),
                      HV_OK, "a point of small order");
    }
    hv_secret_release(&key);
    hv_secret_release(&ours.private_key);
}

/*
 * Bytes of the format, computed by another implementation (X25519, HKDF, AES
 * and GCM written out, each checked against its published vector). Reader's
 * private key 00..1f, ephemeral private key 40..5f, data key 80..9f.
 */
Test(seal, opens_what_another_implementation_made)
{
    static const struct journal_wrapped row = {
        .created_ms = INT64_C(1767225600000),
        .reader = { 'k', 'a', 't', '-', 'r', 'e', 'a', 'd' },
        .ephemeral = {
        0x79, 0xa6, 0x31, 0xee, 0xde, 0x1b, 0xf9, 0xc9, 0x8f, 0x12,
        0x03, 0x2c, 0xde, 0xad, 0xd0, 0xe7, 0xa0, 0x79, 0x39, 0x8f,
        0xc7, 0x86, 0xb8, 0x8c, 0xc8, 0x46, 0xec, 0x89, 0xaf, 0x85,
        0xa5, 0x1a,
        },
        .wrapped = {
        0xbc, 0xe1, 0x66, 0x4a, 0x4f, 0x0f, 0xa0, 0xaf, 0xbe, 0x72,
        0xa9, 0xb7, 0x07, 0xbc, 0x66, 0x86, 0x7e, 0x76, 0x56, 0x54,
        0x0d, 0x25, 0x02, 0x56, 0xa2, 0xb7, 0x60, 0x33, 0x0e, 0x5c,
        0x91, 0x07, 0xef, 0x1a, 0x51, 0xbc, 0x83, 0x6d, 0xaa, 0xc2,
        0x75, 0x4e, 0x3d, 0x91, 0xba, 0x38, 0x92, 0x1d,
        },
    };
    static const uint8_t sealed[] = {
        0x40, 0x33, 0x67, 0x87, 0x2b, 0x2c, 0x57, 0x67, 0xee, 0xb9,
        0xac, 0x24, 0x25, 0xfe, 0x65, 0x41, 0xae, 0xfd, 0xeb, 0x08,
        0xcb, 0xde, 0xd7, 0x37, 0x93, 0xcc, 0x8e, 0xf1, 0x1d,
    };
    struct hv_bytes bytes = { sealed, sizeof(sealed) };
    struct hv_secret private_key = { 0 };
    struct hv_secret data_key = { 0 };
    struct journal_gcm gcm;
    struct hv_buf plain = { 0 };

    cr_assert_eq(hv_secret_init(&private_key, 32, NULL), HV_OK);
    for (size_t i = 0; i < 32; i++)
        private_key.data[i] = (uint8_t)i;
    cr_assert_eq(journal_unwrap(&row, &private_key, &data_key, NULL), HV_OK);
    for (size_t i = 0; i < 32; i++)
        cr_assert_eq(data_key.data[i], 128 + i, "byte %zu", i);
    cr_assert_eq(journal_gcm_init(&gcm, NULL), HV_OK);
    cr_assert_eq(journal_unseal(&gcm, data_key.data, 0x0102,
                                hv_bytes_str("context"), bytes, &plain, NULL),
                 HV_OK);
    cr_expect_str_eq(hv_buf_str(&plain), "a sealed text");
    hv_buf_release(&plain);
    journal_gcm_release(&gcm);
    hv_secret_release(&data_key);
    hv_secret_release(&private_key);
}

Test(seal, bytes_open_only_as_they_were_sealed)
{
    static const char *const texts[] = { "", "a", "a longer text, sealed" };
    struct journal_gcm gcm;
    struct hv_secret key = { 0 };
    struct hv_secret other = { 0 };
    struct hv_bytes aad = hv_bytes_str("context");
    struct hv_bytes bad_aad = hv_bytes_str("contexu");

    cr_assert_eq(journal_gcm_init(&gcm, NULL), HV_OK);
    cr_assert_eq(hv_secret_random(&key, 32, NULL), HV_OK);
    cr_assert_eq(hv_secret_random(&other, 32, NULL), HV_OK);
    for (size_t t = 0; t < HV_LEN(texts); t++) {
        struct hv_bytes text = hv_bytes_str(texts[t]);
        struct hv_buf sealed = { 0 };
        struct hv_buf back = { 0 };
        struct hv_bytes cut;

        cr_assert_eq(journal_seal(&gcm, key.data, 7, aad, text, &sealed, NULL),
                     HV_OK);
        cr_assert_eq(sealed.len, text.len + JOURNAL_TAG_LEN);
        hv_buf_add_str(&back, "kept");
        cr_expect_eq(journal_unseal(&gcm, key.data, 8, aad,
                                    hv_buf_bytes(&sealed), &back, NULL),
                     HV_ERR_DAMAGED, "another nonce");
        cr_expect_eq(journal_unseal(&gcm, other.data, 7, aad,
                                    hv_buf_bytes(&sealed), &back, NULL),
                     HV_ERR_DAMAGED, "another key");
        cr_expect_eq(journal_unseal(&gcm, key.data, 7, bad_aad,
                                    hv_buf_bytes(&sealed), &back, NULL),
                     HV_ERR_DAMAGED, "another context");
        for (size_t i = 0; i < sealed.len; i++) {
            sealed.data[i] ^= 1;
            cr_expect_eq(journal_unseal(&gcm, key.data, 7, aad,
                                        hv_buf_bytes(&sealed), &back, NULL),
                         HV_ERR_DAMAGED, "byte %zu", i);
            sealed.data[i] ^= 1;
        }
        for (cut = hv_buf_bytes(&sealed); cut.len-- > 0;)
            cr_expect_eq(
                journal_unseal(&gcm, key.data, 7, aad, cut, &back, NULL),
                HV_ERR_DAMAGED, "%zu bytes", cut.len);
        cr_expect_str_eq(hv_buf_str(&back), "kept");
        hv_buf_clear(&back);
        cr_assert_eq(journal_unseal(&gcm, key.data, 7, aad,
                                    hv_buf_bytes(&sealed), &back, NULL),
                     HV_OK);
        cr_expect_str_eq(hv_buf_str(&back), texts[t]);
        hv_buf_release(&back);
        hv_buf_release(&sealed);
    }
    hv_secret_release(&key);
    hv_secret_release(&other);
    journal_gcm_release(&gcm);
}

Test(seal, a_data_key_has_its_hour_and_its_own_counter)
{
    static const struct {
        int64_t after_ms;
        bool is_new;
    } steps[] = {
        { 0, false },       { 3599999, false }, { 3600000, true },
        { 3600000, false }, /* an hour of the new one has not passed */
        { -1, true },       /* the clock was set back by more than an hour */
    };
    struct pair ours;
    struct hv_journal_key key = { .id = "abcdefg" };
    struct journal_sealer sealer;
    struct hv_buf out = { 0 };
    uint64_t last = 0;

    make_pair(&ours);
    memcpy(key.public_key, ours.public_key, 32);
    cr_assert_eq(hv_secret_random(&key.index_key, 32, NULL), HV_OK);
    cr_assert_eq(journal_sealer_init(&sealer, &key, 1000, NULL), HV_OK);
    for (size_t i = 0; i < HV_LEN(steps); i++) {
        struct journal_wrapped before = sealer.row;
        uint64_t counter = 0;

        cr_assert_eq(
            journal_sealer_renew(&sealer, 1000 + steps[i].after_ms, NULL),
            HV_OK);
        cr_expect_eq(memcmp(before.wrapped, sealer.row.wrapped,
                            sizeof(before.wrapped)) != 0,
                     steps[i].is_new, "step %zu", i);
        if (steps[i].is_new)
            last = 0;
        cr_assert_eq(journal_sealer_seal(&sealer, hv_bytes_str("aad"),
                                         hv_bytes_str("text"), &out, &counter,
                                         NULL),
                     HV_OK);
        cr_expect_eq(counter, last + 1, "step %zu", i);
        last = counter;
    }
    journal_sealer_release(&sealer);
    hv_secret_release(&key.index_key);
    hv_secret_release(&ours.private_key);
    hv_buf_release(&out);
}

Test(seal, the_index_is_a_keyed_hash)
{
    /* RFC 4231 has no 16-byte message; computed with another
     * program: HMAC-SHA-256(key 00..1f, message 00..0f), first 16 bytes. */
    static const uint8_t want[16] = {
        0xd8, 0xb9, 0x9f, 0x27, 0x09, 0xa3, 0xca, 0x74,
        0x17, 0x2c, 0xbe, 0x93, 0x82, 0x4c, 0x1f, 0x29,
    };
    struct hv_secret key = { 0 };
    struct journal_index index;
    struct hv_guid id;
    uint8_t got[16];

    cr_assert_eq(hv_secret_init(&key, 32, NULL), HV_OK);
    for (size_t i = 0; i < 32; i++)
        key.data[i] = (uint8_t)i;
    for (size_t i = 0; i < 16; i++)
        id.b[i] = (uint8_t)i;
    cr_assert_eq(journal_index_init(&index, &key, NULL), HV_OK);
    for (int round = 0; round < 2; round++) {
        memset(got, 0, sizeof(got));
        cr_assert_eq(journal_index_of(&index, &id, got, NULL), HV_OK);
        cr_expect_eq(memcmp(got, want, sizeof(want)), 0);
    }
    journal_index_release(&index);
    hv_secret_release(&key);
}
