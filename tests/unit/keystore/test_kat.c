/*
 * test_kat.c - the known answer to the byte, and that no byte of it can be
 * changed or left out.
 */
#include "../base/tmpdir.h"
#include "hvconsole/codec.h"
#include "kat.h"
#include "keystore/kdf.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

TestSuite(kat, .init = store_setup, .fini = tmpdir_remove, .timeout = 60);

static void
expect_hex(const uint8_t *data, const char *want)
{
    char text[65];

    hv_hex_encode(data, 32, text);
    cr_expect_str_eq(text, want);
}

Test(kat, every_number_is_right)
{
    struct kat kat;
    uint8_t sum[32];

    kat_make(&kat);
    expect_hex(kat.key_file.data, "7b8d938313624397a70e08e1718fde6de7b6dcbfb44d"
                                  "11e820f12c3da4ee6cae");
    cr_assert_eq(kat.image.len, 8800);
    expect_hex(kat.image.data + 8800 - 96, "a904bc57b76a4ee15fd45cb7ac0fdaf1fef"
                                           "e840d37a524ded25dd9879eddda32");
    expect_hex(kat.image.data + 8800 - 64, "6d4fd1d9863cc77abb1c4db9f4dda41ad01"
                                           "832eb8204a15ca576166579514686");
    cr_assert_eq(ks_sha256((struct hv_bytes){ kat.image.data, kat.image.len },
                           sum, NULL),
                 HV_OK);
    expect_hex(sum, "5fb37cde6c0f641c07f1c9331618ec072898dcf6ee831bd5713bb7309c"
                    "4562cb");
    kat_release(&kat);
    expect_no_secrets();
}

static void
expect_kat_key(const struct hv_keystore *ks)
{
    const struct hv_keyring *ring = hv_keystore_ring(ks);

    cr_assert_eq(ring->keys_len, 1);
    cr_expect_str_eq(ring->keys[0].version.id, "kat-001");
    cr_expect_eq(ring->keys[0].state, HV_KEY_ACTIVE);
    cr_assert_eq(ring->keys[0].key.len, 64);
    for (uint8_t i = 0; i < 64; i++)
        cr_expect_eq(ring->keys[0].key.data[i], i);
    cr_expect_eq(ring->keys[0].superseded_ms, 0);
}

Test(kat, opens_through_both_slots)
{
    struct hv_secret passphrase = secret_of(KAT_PASSPHRASE);
    struct hv_credential by_phrase = { .passphrase = &passphrase };
    struct hv_credential by_file = { 0 };
    struct hv_keystore *ks = NULL;
    struct hv_error err = { 0 };
    struct kat kat;

    kat_make(&kat);
    by_file.key_file = &kat.key_file;
    file_put("s", kat.image.data, kat.image.len);

    cr_assert_eq(hv_keystore_open("s", &by_phrase, &ks, &err), HV_OK, "%s",
                 err.why);
    cr_expect_eq(hv_keystore_scope(ks), HV_SCOPE_FULL);
    cr_expect(hv_keystore_is_weak(ks));
    expect_kat_key(ks);
    hv_keystore_close(ks);

    cr_assert_eq(hv_keystore_open("s", &by_file, &ks, &err), HV_OK, "%s",
                 err.why);
    cr_expect_eq(hv_keystore_scope(ks), HV_SCOPE_VERIFY);
    cr_expect_not(hv_keystore_is_weak(ks));
    expect_kat_key(ks);
    cr_expect_eq(hv_keystore_info(ks)->generation, 7);
    cr_expect_eq(hv_keystore_info(ks)->slots_len, 2);
    cr_expect_str_eq(hv_keystore_info(ks)->slots[1].label, "listener");
    hv_keystore_close(ks);
    hv_secret_release(&passphrase);
    kat_release(&kat);
    expect_no_secrets();
}

/* What hv_keystore_open() does after reading, with the key-file slot only. */
static enum hv_status
open_bytes(const struct kat *kat, struct hv_bytes image, struct hv_error *err)
{
    struct hv_credential cred = { .key_file = &kat->key_file };
    struct hv_keyring ring = { 0 };
    struct hv_secret root = { 0 };
    struct ks_front front;
    size_t which = 0;
    enum hv_status st = ks_front_decode(image, "s", &front, err);

    if (!st)
        st = ks_find_slot("s", &front, &cred, 18, &root, &which, err);
    if (!st)
        st = ks_seal_open(image, "s", &front, front.slots[which].scope, &root,
                          &ring, err);
    hv_keyring_release(&ring);
    hv_secret_release(&root);
    return st;
}

static void
expect_refused(const struct kat *kat, struct hv_bytes image, const char *what,
               size_t bit)
{
    struct hv_error err = { 0 };
    enum hv_status st = open_bytes(kat, image, &err);

    cr_assert(st == HV_ERR_DAMAGED || st == HV_ERR_LOCKED, "%s, bit %zu: %s",
              what, bit, hv_status_word(st));
    cr_assert_eq(err.status, st);
    cr_assert_neq(err.why[0], '\0');
}

Test(kat, no_bit_can_be_flipped)
{
    struct kat kat;
    struct hv_bytes image;

    kat_make(&kat);
    image = (struct hv_bytes){ kat.image.data, kat.image.len };
    cr_assert_eq(open_bytes(&kat, image, NULL), HV_OK);
    for (size_t bit = 0; bit < image.len * 8; bit++) {
        kat.image.data[bit / 8] ^= (uint8_t)(1 << bit % 8);
        expect_refused(&kat, image, "flipped", bit);
        kat.image.data[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
    fprintf(stderr, "kat: %zu flipped bits, all refused\n", image.len * 8);
    kat_release(&kat);
    expect_no_secrets();
}

/* The checksum proves nothing: whoever alters a file can compute it. */
Test(kat, no_bit_can_be_flipped_with_a_new_checksum)
{
    struct kat kat;
    struct hv_bytes image;
    struct hv_bytes summed;

    kat_make(&kat);
    image = (struct hv_bytes){ kat.image.data, kat.image.len };
    summed = (struct hv_bytes){ image.data, image.len - 32 };
    for (size_t bit = 0; bit < summed.len * 8; bit++) {
        uint8_t *sum = kat.image.data + summed.len;

        kat.image.data[bit / 8] ^= (uint8_t)(1 << bit % 8);
        cr_assert_eq(ks_sha256(summed, sum, NULL), HV_OK);
        expect_refused(&kat, image, "flipped and summed", bit);
        kat.image.data[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
    fprintf(stderr, "kat: %zu flipped bits under a new checksum, all refused\n",
            summed.len * 8);
    kat_release(&kat);
    expect_no_secrets();
}

Test(kat, no_byte_can_be_missing_or_added)
{
    struct kat kat;
    uint8_t *longer;

    kat_make(&kat);
    for (size_t len = 0; len < kat.image.len; len++) {
        struct hv_error err = { 0 };
        struct hv_bytes image = { kat.image.data, len };

        cr_assert_eq(open_bytes(&kat, image, &err), HV_ERR_DAMAGED, "%zu", len);
    }
    fprintf(stderr, "kat: %zu truncations, all refused\n", kat.image.len);
    longer = hv_calloc(kat.image.len + 1, 1);
    memcpy(longer, kat.image.data, kat.image.len);
    cr_expect_eq(open_bytes(&kat, (struct hv_bytes){ longer, 8801 }, NULL),
                 HV_ERR_DAMAGED);
    /* Appended before the checksum, which is made anew. */
    cr_assert_eq(ks_sha256((struct hv_bytes){ longer, 8801 - 32 },
                           longer + 8801 - 32, NULL),
                 HV_OK);
    cr_expect_eq(open_bytes(&kat, (struct hv_bytes){ longer, 8801 }, NULL),
                 HV_ERR_DAMAGED);
    free(longer);
    kat_release(&kat);
    expect_no_secrets();
}

/* tag_V and checksum anew, as a holder of KV alone can make them. */
static void
seal_with_kv(struct kat *kat)
{
    uint8_t info[] = "hvks1 save V\0\0\0\0\0\0\0\7";
    struct hv_bytes salt = { kat->front.save_salt, 32 };
    struct hv_bytes summed = { kat->image.data, kat->image.len - 32 };
    struct hv_bytes parts[] = {
        hv_bytes_str("hvks1 tag V"),
        { kat->image.data, kat->image.len - 64 },
    };
    struct hv_secret kv = { 0 };
    struct hv_secret okm = { 0 };

    cr_assert_eq(ks_root_key(&kat->front, &kat->rk, HV_PART_VERIFY, &kv, NULL),
                 HV_OK);
    cr_assert_eq(
        ks_hkdf(&kv, salt, (struct hv_bytes){ info, 20 }, &okm, 64, NULL),
        HV_OK);
    cr_assert_eq(ks_hmac(okm.data + 32, parts, 2,
                         kat->image.data + kat->image.len - 64, NULL),
                 HV_OK);
    cr_assert_eq(ks_sha256(summed, kat->image.data + summed.len, NULL), HV_OK);
    hv_secret_release(&okm);
    hv_secret_release(&kv);
}

static enum hv_status
open_full(const struct kat *kat, struct hv_error *err)
{
    struct hv_keyring ring = { 0 };
    enum hv_status st =
        ks_seal_open((struct hv_bytes){ kat->image.data, kat->image.len }, "s",
                     &kat->front, HV_SCOPE_FULL, &kat->rk, &ring, err);

    hv_keyring_release(&ring);
    return st;
}

/* A stolen listener credential can forge what verify scope sees, and nothing
 * that full scope believes. */
Test(kat, kv_alone_cannot_forge_for_full_scope)
{
    struct kat kat;
    struct hv_bytes image;
    struct hv_error err = { 0 };

    kat_make(&kat);
    image = (struct hv_bytes){ kat.image.data, kat.image.len };
    seal_with_kv(&kat);
    cr_assert_eq(open_full(&kat, NULL), HV_OK, "the same bytes, so far");
    kat.image.data[512 + 4096 + 100] ^= 1; /* in S */
    seal_with_kv(&kat);
    cr_expect_eq(open_bytes(&kat, image, NULL), HV_OK);
    cr_expect_eq(open_full(&kat, &err), HV_ERR_DAMAGED);
    /* By its tag, before anything of it was decrypted. */
    cr_expect(strstr(err.why, "seal"), "%s", err.why);
    kat_release(&kat);
    expect_no_secrets();
}
