/*
 * kdf.c - OpenSSL behind five narrow doors, and the wrapping of keys. Pure but
 * for the memory and time it takes (scrypt: up to a second). Called by
 * format.c, seal.c, store.c and create.c. Keys go in and out as secrets only;
 * what OpenSSL copies for itself it wipes when freed.
 */
#include "keystore/kdf.h"
#include "hvconsole/text.h"
#include "keystore/be.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>

static enum hv_status
fail_crypto(struct hv_error *err, const char *what)
{
    ERR_clear_error(); /* the queue would grow, and names nothing of use */
    return hv_fail(err, HV_ERR_CRYPTO, "OpenSSL refused %s", what);
}

enum hv_status
ks_sha256(struct hv_bytes data, uint8_t out[32], struct hv_error *err)
{
    unsigned len = 0;

    if (EVP_Digest(data.data, data.len, out, &len, EVP_sha256(), NULL) != 1 ||
        len != 32)
        return fail_crypto(err, "SHA-256");
    return HV_OK;
}

enum hv_status
ks_hmac(const uint8_t *key, const struct hv_bytes *parts, size_t parts_len,
        uint8_t out[KS_TAG], struct hv_error *err)
{
    char digest[] = "SHA256";
    OSSL_PARAM params[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
        OSSL_PARAM_construct_end(),
    };
    EVP_MAC *mac = EVP_MAC_fetch(NULL, "HMAC", NULL);
    EVP_MAC_CTX *ctx = mac ? EVP_MAC_CTX_new(mac) : NULL;
    size_t len = 0;
    bool ok = ctx && EVP_MAC_init(ctx, key, KS_KEY, params);

    for (size_t i = 0; ok && i < parts_len; i++)
        ok = EVP_MAC_update(ctx, parts[i].data, parts[i].len);
    ok = ok && EVP_MAC_final(ctx, out, &len, KS_TAG) && len == KS_TAG;
    EVP_MAC_CTX_free(ctx);
    EVP_MAC_free(mac);
    return ok ? HV_OK : fail_crypto(err, "HMAC");
}

enum hv_status
ks_hkdf(const struct hv_secret *ikm, struct hv_bytes salt, struct hv_bytes info,
        struct hv_secret *out, size_t len, struct hv_error *err)
{
    char digest[] = "SHA256";
    OSSL_PARAM params[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, digest, 0),
        OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_KEY, ikm->data,
                                          ikm->len),
        OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_SALT,
                                          (void *)salt.data, salt.len),
        OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_INFO,
                                          (void *)info.data, info.len),
        OSSL_PARAM_construct_end(),
    };
    struct hv_secret made = { 0 };
    EVP_KDF *kdf = EVP_KDF_fetch(NULL, "HKDF", NULL);
    EVP_KDF_CTX *ctx = kdf ? EVP_KDF_CTX_new(kdf) : NULL;
    enum hv_status st = hv_secret_init(&made, len, err);

    if (!st && (!ctx || EVP_KDF_derive(ctx, made.data, len, params) != 1))
        st = fail_crypto(err, "HKDF");
    EVP_KDF_CTX_free(ctx);
    EVP_KDF_free(kdf);
    if (st)
        hv_secret_release(&made);
    else
        *out = made;
    return st;
}

enum hv_status
ks_ctr(const uint8_t *key, const uint8_t *in, uint8_t *out, size_t len,
       struct hv_error *err)
{
    static const uint8_t zero_block[16];
    EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
    int made = 0;
    bool ok;

    /* Lengths end at KS_PART_MAX, far below the int of this interface. */
    ok = ctx &&
         EVP_EncryptInit_ex2(ctx, EVP_aes_256_ctr(), key, zero_block, NULL) &&
         EVP_EncryptUpdate(ctx, out, &made, in, (int)len) &&
         (size_t)made == len;
    EVP_CIPHER_CTX_free(ctx);
    return ok ? HV_OK : fail_crypto(err, "AES-256-CTR");
}

bool
ks_passphrase_is_valid(const struct hv_secret *passphrase)
{
    return passphrase->len >= 1 && passphrase->len <= HV_MAX_PASSPHRASE &&
           hv_utf8_is_valid(hv_secret_bytes(passphrase));
}

static enum hv_status
run_scrypt(const struct ks_slot *slot, const struct hv_secret *passphrase,
           struct hv_secret *ikm, struct hv_error *err)
{
    static const char context[] = "hvks1 slot"; /* its NUL is part of it */
    uint8_t salt[sizeof(context) + sizeof(slot->salt)];
    uint64_t n = UINT64_C(1) << slot->log2_n;
    uint64_t need = 128 * n * slot->r;
    struct hv_secret made = { 0 };
    enum hv_status st;

    memcpy(salt, context, sizeof(context));
    memcpy(salt + sizeof(context), slot->salt, sizeof(slot->salt));
    st = hv_secret_init(&made, KS_KEY, err);
    if (st)
        return st;
    if (EVP_PBE_scrypt((const char *)passphrase->data, passphrase->len, salt,
                       sizeof(salt), n, slot->r, slot->p, need + (1 << 20),
                       made.data, made.len) != 1) {
        hv_secret_release(&made);
        ERR_clear_error();
        hv_fail(err, HV_ERR_LIMIT,
                "scrypt did not get the %llu MiB of memory it needs",
                (unsigned long long)(need >> 20));
        hv_hint(err, "free some memory, or raise the limit of this process");
        return HV_ERR_LIMIT;
    }
    *ikm = made;
    return HV_OK;
}

/* enc || mac of a slot, from what opens it. */
static enum hv_status
slot_keys(const struct ks_slot *slot, const struct hv_guid *store_id,
          const struct hv_secret *cred, struct hv_secret *okm,
          struct hv_error *err)
{
    static const char context[] = "hvks1 wrap";
    enum { CONTEXT = sizeof(context) - 1 };
    uint8_t info[CONTEXT + 16 + KS_SLOT];
    struct hv_bytes salt = { slot->salt, sizeof(slot->salt) };
    struct hv_bytes info_bytes = { info, CONTEXT + 16 + KS_SLOT_AAD };
    struct hv_secret ikm = { 0 };
    enum hv_status st;

    memcpy(info, context, CONTEXT);
    memcpy(info + CONTEXT, store_id->b, 16);
    ks_slot_encode(slot, info + CONTEXT + 16); /* only its AAD is used */
    if (slot->type == HV_SLOT_PASSPHRASE)
        st = run_scrypt(slot, cred, &ikm, err);
    else
        st = hv_secret_copy(&ikm, cred->data, cred->len, err);
    if (!st)
        st = ks_hkdf(&ikm, salt, info_bytes, okm, 2 * KS_KEY, err);
    hv_secret_release(&ikm);
    return st;
}

static enum hv_status
wrap_tag(const struct hv_secret *okm, const uint8_t wrapped[KS_KEY],
         uint8_t tag[KS_TAG], struct hv_error *err)
{
    struct hv_bytes parts[] = {
        hv_bytes_str("hvks1 wtag"),
        { wrapped, KS_KEY },
    };

    return ks_hmac(okm->data + KS_KEY, parts, HV_LEN(parts), tag, err);
}

enum hv_status
ks_slot_wrap(struct ks_slot *slot, const struct hv_guid *store_id,
             const struct hv_secret *cred, const struct hv_secret *key,
             struct hv_error *err)
{
    struct hv_secret okm = { 0 };
    uint8_t wrapped[KS_KEY];
    uint8_t tag[KS_TAG];
    enum hv_status st;

    st = slot_keys(slot, store_id, cred, &okm, err);
    if (!st)
        st = ks_ctr(okm.data, key->data, wrapped, KS_KEY, err);
    if (!st)
        st = wrap_tag(&okm, wrapped, tag, err);
    if (!st) {
        memcpy(slot->wrapped, wrapped, sizeof(wrapped));
        memcpy(slot->tag, tag, sizeof(tag));
    }
    hv_secret_release(&okm);
    return st;
}

enum hv_status
ks_slot_unwrap(const struct ks_slot *slot, const struct hv_guid *store_id,
               const struct hv_secret *cred, struct hv_secret *key,
               struct hv_error *err)
{
    struct hv_secret okm = { 0 };
    struct hv_secret made = { 0 };
    uint8_t tag[KS_TAG];
    enum hv_status st;

    st = slot_keys(slot, store_id, cred, &okm, err);
    if (!st)
        st = wrap_tag(&okm, slot->wrapped, tag, err);
    if (!st && CRYPTO_memcmp(tag, slot->tag, KS_TAG) != 0)
        st = HV_ERR_LOCKED;
    if (!st)
        st = hv_secret_init(&made, KS_KEY, err);
    if (!st)
        st = ks_ctr(okm.data, slot->wrapped, made.data, KS_KEY, err);
    if (!st)
        *key = hv_secret_take(&made);
    hv_secret_release(&made);
    hv_secret_release(&okm);
    return st;
}
