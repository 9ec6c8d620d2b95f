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
            cr_expect_eq(journal_unseal(&gcm, key.data, 7, aad, cut, &back,
                                        NULL),
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
        { 0, false }, { 3599999, false }, { 3600000, true },
        { 3600000, false },  /* an hour of the new one has not passed */
        { -1, true },        /* the clock was set back by more than an hour */
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

        cr_assert_eq(journal_sealer_renew(&sealer, 1000 + steps[i].after_ms,
                                          NULL), HV_OK);
        cr_expect_eq(memcmp(before.wrapped, sealer.row.wrapped,
                            sizeof(before.wrapped)) != 0,
                     steps[i].is_new, "step %zu", i);
        if (steps[i].is_new)
            last = 0;
        cr_assert_eq(journal_sealer_seal(&sealer, hv_bytes_str("aad"),
                                         hv_bytes_str("text"), &out, &counter,
                                         NULL), HV_OK);
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
