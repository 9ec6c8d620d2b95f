/*
 * wrap.c - the data keys of the journal: drawn, wrapped to a public key whose
 * private half the writer never has, unwrapped by the reader who has it. Called
 * by the writer and the reader of the journal; no SQL here.
 */
#include "core/journal/seal.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/params.h>

#include <string.h>

static const char wrap_label[] = "hvj1 wrap";

static enum hv_status
fail_crypto(struct hv_error *err, const char *what)
{
    return hv_fail(err, HV_ERR_CRYPTO, "OpenSSL refuses to %s", what);
}

static void
put_u64(uint8_t out[8], uint64_t value)
{
    for (size_t i = 0; i < 8; i++)
        out[7 - i] = (uint8_t)(value >> (8 * i));
}

/* The secret two halves share. Zero for the points of small order, which
 * OpenSSL refuses. */
static enum hv_status
agree(EVP_PKEY *ours, const uint8_t theirs[32], struct hv_secret *shared,
      struct hv_error *err)
{
    EVP_PKEY *peer =
        EVP_PKEY_new_raw_public_key(EVP_PKEY_X25519, NULL, theirs, 32);
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_pkey(NULL, ours, NULL);
    enum hv_status st = hv_secret_init(shared, 32, err);
    size_t len = 32;

    if (!st && (!peer || !ctx || EVP_PKEY_derive_init(ctx) != 1 ||
                EVP_PKEY_derive_set_peer(ctx, peer) != 1 ||
                EVP_PKEY_derive(ctx, shared->data, &len) != 1 || len != 32))
        st = fail_crypto(err, "agree on a key with X25519");
    EVP_PKEY_CTX_free(ctx);
    EVP_PKEY_free(peer);
    return st;
}

static enum hv_status
derive(const struct hv_secret *shared, const uint8_t *info, size_t info_len,
       struct hv_secret *out, struct hv_error *err)
{
    EVP_KDF *kdf = EVP_KDF_fetch(NULL, "HKDF", NULL);
    EVP_KDF_CTX *ctx = kdf ? EVP_KDF_CTX_new(kdf) : NULL;
    char digest[] = "SHA2-256";
    OSSL_PARAM params[4];
    enum hv_status st = hv_secret_init(out, JOURNAL_KEY_LEN, err);

    params[0] =
        OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, digest, 0);
    params[1] = OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_KEY,
                                                  shared->data, shared->len);
    params[2] = OSSL_PARAM_construct_octet_string(
        OSSL_KDF_PARAM_INFO, (void *)(uintptr_t)info, info_len);
    params[3] = OSSL_PARAM_construct_end();
    if (!st && (!ctx || EVP_KDF_derive(ctx, out->data, out->len, params) != 1))
        st = fail_crypto(err, "derive a key with HKDF");
    EVP_KDF_CTX_free(ctx);
    EVP_KDF_free(kdf);
    return st;
}

enum hv_status
journal_outbox_derive(const struct hv_secret *outbox_key, const uint8_t id[8],
                      const uint8_t salt[32], struct hv_secret *out,
                      struct hv_error *err)
{
    static const char label[] = "hvj1 outbox";
    uint8_t info[sizeof(label) - 1 + 8 + 32];

    memcpy(info, label, sizeof(label) - 1);
    memcpy(info + sizeof(label) - 1, id, 8);
    memcpy(info + sizeof(label) - 1 + 8, salt, 32);
    return derive(outbox_key, info, sizeof(info), out, err);
}

/* The key that wraps one data key, from either side. Used once, hence the zero
 * nonce. */
static enum hv_status
wrap_key(EVP_PKEY *ours, const uint8_t theirs[32],
         const struct journal_wrapped *row, const uint8_t public_key[32],
         struct hv_secret *out, struct hv_error *err)
{
    uint8_t info[sizeof(wrap_label) - 1 + 8 + 32 + 32];
    uint8_t *at = info;
    struct hv_secret shared = { 0 };
    enum hv_status st;

    memcpy(at, wrap_label, sizeof(wrap_label) - 1);
    at += sizeof(wrap_label) - 1;
    memcpy(at, row->reader, 8);
    memcpy(at + 8, row->ephemeral, 32);
    memcpy(at + 40, public_key, 32);
    st = agree(ours, theirs, &shared, err);
    if (!st)
        st = derive(&shared, info, sizeof(info), out, err);
    hv_secret_release(&shared);
    return st;
}

/* One pass of AES-256-GCM, in either direction, straight into @out. */
static enum hv_status
gcm_once(const struct hv_secret *key, int64_t created_ms, const uint8_t in[32],
         uint8_t tag[JOURNAL_TAG_LEN], uint8_t out[32], bool is_seal,
         struct hv_error *err)
{
    static const uint8_t zero_nonce[12];
    struct journal_gcm gcm;
    uint8_t created[8];
    uint8_t nothing[16];
    int len = 0;
    bool ok;
    enum hv_status st = journal_gcm_init(&gcm, err);

    if (st)
        return st;
    put_u64(created, (uint64_t)created_ms);
    ok = EVP_CipherInit_ex2(gcm.ctx, gcm.cipher, key->data, zero_nonce, is_seal,
                            NULL) &&
         EVP_CipherUpdate(gcm.ctx, NULL, &len, created, sizeof(created)) &&
         EVP_CipherUpdate(gcm.ctx, out, &len, in, JOURNAL_KEY_LEN) &&
         (is_seal || EVP_CIPHER_CTX_ctrl(gcm.ctx, EVP_CTRL_AEAD_SET_TAG,
                                         JOURNAL_TAG_LEN, tag)) &&
         EVP_CipherFinal_ex(gcm.ctx, nothing, &len) &&
         (!is_seal || EVP_CIPHER_CTX_ctrl(gcm.ctx, EVP_CTRL_AEAD_GET_TAG,
                                          JOURNAL_TAG_LEN, tag));
    journal_gcm_release(&gcm);
    if (ok)
        return HV_OK;
    hv_wipe(out, JOURNAL_KEY_LEN);
    if (is_seal)
        return fail_crypto(err, "wrap a key with AES-256-GCM");
    return hv_fail(err, HV_ERR_DAMAGED,
                   "a data key does not unwrap: it was "
                   "altered, or wrapped to another key");
}

enum hv_status
journal_wrap(const struct hv_secret *data_key, const uint8_t public_key[32],
             struct journal_wrapped *row, struct hv_error *err)
{
    EVP_PKEY *ephemeral = EVP_PKEY_Q_keygen(NULL, NULL, "X25519");
    struct hv_secret key = { 0 };
    size_t len = sizeof(row->ephemeral);
    enum hv_status st = HV_OK;

    if (!ephemeral ||
        EVP_PKEY_get_raw_public_key(ephemeral, row->ephemeral, &len) != 1)
        st = fail_crypto(err, "make an X25519 key");
    if (!st)
        st = wrap_key(ephemeral, public_key, row, public_key, &key, err);
    if (!st)
        st = gcm_once(&key, row->created_ms, data_key->data,
                      row->wrapped + JOURNAL_KEY_LEN, row->wrapped, true, err);
    hv_secret_release(&key);
    EVP_PKEY_free(ephemeral);
    return st;
}

enum hv_status
journal_unwrap(const struct journal_wrapped *row,
               const struct hv_secret *private_key, struct hv_secret *data_key,
               struct hv_error *err)
{
    EVP_PKEY *ours = EVP_PKEY_new_raw_private_key(
        EVP_PKEY_X25519, NULL, private_key->data, private_key->len);
    struct hv_secret key = { 0 };
    struct hv_secret plain = { 0 };
    uint8_t public_key[32];
    uint8_t tag[JOURNAL_TAG_LEN];
    size_t len = sizeof(public_key);
    enum hv_status st = HV_OK;

    if (!ours || EVP_PKEY_get_raw_public_key(ours, public_key, &len) != 1)
        st = fail_crypto(err, "read an X25519 key");
    if (!st)
        st = wrap_key(ours, row->ephemeral, row, public_key, &key, err);
    if (!st)
        st = hv_secret_init(&plain, JOURNAL_KEY_LEN, err);
    memcpy(tag, row->wrapped + JOURNAL_KEY_LEN, sizeof(tag));
    if (!st)
        st = gcm_once(&key, row->created_ms, row->wrapped, tag, plain.data,
                      false, err);
    if (!st)
        *data_key = hv_secret_take(&plain);
    hv_secret_release(&plain);
    hv_secret_release(&key);
    EVP_PKEY_free(ours);
    return st;
}

/* A new data key, ready to be stored. Until everything stands, the old one
 * stays. */
static enum hv_status
draw(struct journal_sealer *sealer, int64_t now_ms, struct hv_error *err)
{
    struct journal_wrapped row = sealer->row;
    struct hv_secret fresh = { 0 };
    enum hv_status st = hv_secret_random(&fresh, JOURNAL_KEY_LEN, err);

    row.created_ms = now_ms;
    if (!st)
        st = journal_wrap(&fresh, sealer->public_key, &row, err);
    if (!st) {
        hv_secret_release(&sealer->data_key);
        sealer->data_key = hv_secret_take(&fresh);
        sealer->row = row;
        sealer->row_id = 0;
        sealer->counter = 0;
        sealer->is_keyed = false;
    }
    hv_secret_release(&fresh);
    return st;
}

enum hv_status
journal_sealer_init(struct journal_sealer *sealer,
                    const struct hv_journal_key *key, int64_t now_ms,
                    struct hv_error *err)
{
    enum hv_status st;

    *sealer = (struct journal_sealer){ 0 };
    memcpy(sealer->public_key, key->public_key, 32);
    memcpy(sealer->row.reader, key->id, sizeof(key->id));
    st = journal_index_init(&sealer->index, &key->index_key, err);
    if (!st)
        st = journal_gcm_init(&sealer->gcm, err);
    if (!st)
        st = draw(sealer, now_ms, err);
    if (st)
        journal_sealer_release(sealer);
    return st;
}

void
journal_sealer_release(struct journal_sealer *sealer)
{
    journal_index_release(&sealer->index);
    hv_secret_release(&sealer->data_key);
    journal_gcm_release(&sealer->gcm);
    *sealer = (struct journal_sealer){ 0 };
}

enum hv_status
journal_sealer_renew(struct journal_sealer *sealer, int64_t now_ms,
                     struct hv_error *err)
{
    int64_t made_ms = sealer->row.created_ms;

    if (now_ms >= made_ms ? now_ms - made_ms < JOURNAL_DATA_KEY_MS
                          : made_ms - now_ms < JOURNAL_DATA_KEY_MS)
        return HV_OK;
    return draw(sealer, now_ms, err);
}

enum hv_status
journal_sealer_seal(struct journal_sealer *sealer, struct hv_bytes aad,
                    struct hv_bytes plain, struct hv_buf *out,
                    uint64_t *counter, struct hv_error *err)
{
    const uint8_t *key = sealer->is_keyed ? NULL : sealer->data_key.data;
    enum hv_status st;

    *counter = ++sealer->counter;
    st = journal_seal(&sealer->gcm, key, *counter, aad, plain, out, err);
    sealer->is_keyed = st == HV_OK;
    return st;
}
