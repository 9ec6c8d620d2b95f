/*
 * seal.c - seals bytes with AES-256-GCM under a data key and opens them again,
 * and the digests beside them. Pure: bytes and keys in, bytes out. Called by
 * the writer and the reader of the journal; data keys travel by wrap.c.
 */
#include "core/journal/seal.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include <string.h>

/* Refuses to seal more than SQLite could store in one value. */
#define MAX_SEALED ((size_t)64 * 1024 * 1024)

static enum hv_status
fail_crypto(struct hv_error *err, const char *what)
{
    return hv_fail(err, HV_ERR_CRYPTO, "OpenSSL refuses to %s", what);
}

enum hv_status
journal_sha_init(struct journal_sha *sha, struct hv_error *err)
{
    *sha = (struct journal_sha){ .md = EVP_MD_fetch(NULL, "SHA2-256", NULL),
                                 .ctx = EVP_MD_CTX_new() };
    if (sha->md && sha->ctx)
        return HV_OK;
    journal_sha_release(sha);
    return fail_crypto(err, "compute SHA-256");
}

void
journal_sha_release(struct journal_sha *sha)
{
    EVP_MD_free(sha->md);
    EVP_MD_CTX_free(sha->ctx);
    hv_buf_release(&sha->scratch);
    *sha = (struct journal_sha){ 0 };
}

enum hv_status
journal_sha_of(const struct journal_sha *sha, struct hv_bytes a,
               struct hv_bytes b, uint8_t out[32], struct hv_error *err)
{
    if (EVP_DigestInit_ex2(sha->ctx, sha->md, NULL) == 1 &&
        EVP_DigestUpdate(sha->ctx, a.data, a.len) == 1 &&
        EVP_DigestUpdate(sha->ctx, b.data, b.len) == 1 &&
        EVP_DigestFinal_ex(sha->ctx, out, NULL) == 1)
        return HV_OK;
    return fail_crypto(err, "compute SHA-256");
}

enum hv_status
journal_index_init(struct journal_index *index, const struct hv_secret *key,
                   struct hv_error *err)
{
    EVP_MAC *mac = EVP_MAC_fetch(NULL, "HMAC", NULL);
    char digest[] = "SHA2-256";
    OSSL_PARAM params[2];

    params[0] =
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0);
    params[1] = OSSL_PARAM_construct_end();
    index->ctx = mac ? EVP_MAC_CTX_new(mac) : NULL;
    EVP_MAC_free(mac);
    if (index->ctx && EVP_MAC_init(index->ctx, key->data, key->len, params))
        return HV_OK;
    journal_index_release(index);
    return fail_crypto(err, "compute HMAC-SHA-256");
}

void
journal_index_release(struct journal_index *index)
{
    EVP_MAC_CTX_free(index->ctx);
    *index = (struct journal_index){ 0 };
}

enum hv_status
journal_index_of(const struct journal_index *index, const struct hv_guid *id,
                 uint8_t out[16], struct hv_error *err)
{
    uint8_t mac[32];
    size_t len = 0;

    if (!EVP_MAC_init(index->ctx, NULL, 0, NULL) ||
        !EVP_MAC_update(index->ctx, id->b, sizeof(id->b)) ||
        !EVP_MAC_final(index->ctx, mac, &len, sizeof(mac)) ||
        len != sizeof(mac))
        return fail_crypto(err, "compute HMAC-SHA-256");
    memcpy(out, mac, 16);
    hv_wipe(mac, sizeof(mac));
    return HV_OK;
}

enum hv_status
journal_gcm_init(struct journal_gcm *gcm, struct hv_error *err)
{
    *gcm = (struct journal_gcm){
        .cipher = EVP_CIPHER_fetch(NULL, "AES-256-GCM", NULL),
        .ctx = EVP_CIPHER_CTX_new(),
    };
    if (gcm->cipher && gcm->ctx)
        return HV_OK;
    journal_gcm_release(gcm);
    return fail_crypto(err, "use AES-256-GCM");
}

void
journal_gcm_release(struct journal_gcm *gcm)
{
    EVP_CIPHER_free(gcm->cipher);
    EVP_CIPHER_CTX_free(gcm->ctx);
    *gcm = (struct journal_gcm){ 0 };
}

/* Key, nonce and associated data of one sealing. */
static bool
begin(const struct journal_gcm *gcm, const uint8_t *key, uint64_t counter,
      struct hv_bytes aad, int is_seal)
{
    uint8_t nonce[12] = { 0 };
    int len = 0;

    for (size_t i = 0; i < 8; i++)
        nonce[11 - i] = (uint8_t)(counter >> (8 * i));
    return EVP_CipherInit_ex2(gcm->ctx, key ? gcm->cipher : NULL, key, nonce,
                              is_seal, NULL) &&
           EVP_CipherUpdate(gcm->ctx, NULL, &len, aad.data, (int)aad.len);
}

enum hv_status
journal_seal(const struct journal_gcm *gcm, const uint8_t *key,
             uint64_t counter, struct hv_bytes aad, struct hv_bytes plain,
             struct hv_buf *out, struct hv_error *err)
{
    uint8_t tag[JOURNAL_TAG_LEN];
    int len = 0;
    int rest = 0;

    hv_buf_clear(out);
    if (plain.len > MAX_SEALED)
        return hv_fail(err, HV_ERR_LIMIT, "%zu bytes are too many to seal",
                       plain.len);
    /* Makes the room; the bytes themselves are overwritten below. */
    hv_buf_add_bytes(out, plain);
    hv_buf_add(out, tag, sizeof(tag));
    if (out->is_over)
        return hv_fail(err, HV_ERR_LIMIT, "%zu bytes are too many to seal",
                       plain.len);
    if (!begin(gcm, key, counter, aad, 1) ||
        (plain.len > 0 && !EVP_CipherUpdate(gcm->ctx, out->data, &len,
                                            plain.data, (int)plain.len)) ||
        !EVP_CipherFinal_ex(gcm->ctx, out->data + len, &rest) ||
        !EVP_CIPHER_CTX_ctrl(gcm->ctx, EVP_CTRL_AEAD_GET_TAG, sizeof(tag),
                             out->data + plain.len)) {
        hv_wipe(out->data, out->len);
        hv_buf_clear(out);
        return fail_crypto(err, "seal with AES-256-GCM");
    }
    return HV_OK;
}

enum hv_status
journal_unseal(const struct journal_gcm *gcm, const uint8_t *key,
               uint64_t counter, struct hv_bytes aad, struct hv_bytes sealed,
               struct hv_buf *out, struct hv_error *err)
{
    size_t start = out->len;
    size_t plain_len;
    uint8_t tag[JOURNAL_TAG_LEN];
    int len = 0;
    int rest = 0;

    if (sealed.len < JOURNAL_TAG_LEN || sealed.len > MAX_SEALED)
        return hv_fail(err, HV_ERR_DAMAGED, "a sealed value is cut short");
    plain_len = sealed.len - JOURNAL_TAG_LEN;
    memcpy(tag, sealed.data + plain_len, sizeof(tag));
    hv_buf_add(out, sealed.data, plain_len);
    if (out->is_over)
        return hv_fail(err, HV_ERR_LIMIT, "%zu sealed bytes are too many",
                       plain_len);
    if (begin(gcm, key, counter, aad, 0) &&
        (plain_len == 0 || EVP_CipherUpdate(gcm->ctx, out->data + start, &len,
                                            sealed.data, (int)plain_len)) &&
        EVP_CIPHER_CTX_ctrl(gcm->ctx, EVP_CTRL_AEAD_SET_TAG, sizeof(tag),
                            tag) &&
        EVP_CipherFinal_ex(gcm->ctx, tag, &rest))
        return HV_OK;
    /* What does not carry the right tag was never said: forget it. */
    if (plain_len > 0) {
        hv_wipe(out->data + start, plain_len);
        out->len = start;
        out->data[start] = '\0';
    }
    return hv_fail(err, HV_ERR_DAMAGED,
                   "a seal does not fit: the row was "
                   "altered");
}
