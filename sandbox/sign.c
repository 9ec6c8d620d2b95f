/*
 * sign.c - the platform's own hashing, MACs and signature checks.
 * Called by auth.c, session.c and queue.c. Knows bytes, never XML.
 */
#include "sandbox/sign.h"

#include "hvconsole/codec.h"
#include "hvconsole/names.h"

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

static const EVP_MD *
digest_of(enum sb_hash hash)
{
    if (hash == SB_SHA1)
        return EVP_sha1();
    if (hash == SB_SHA256)
        return EVP_sha256();
    return NULL;
}

enum sb_hash
sb_hash_named(const char *name)
{
    if (strcasecmp(name, "SHA1") == 0)
        return SB_SHA1;
    if (strcasecmp(name, "SHA256") == 0)
        return SB_SHA256;
    return SB_HASH_UNKNOWN;
}

enum sb_hash
sb_hmac_named(const char *name)
{
    return strncasecmp(name, "HMAC", 4) == 0 ? sb_hash_named(name + 4)
                                             : SB_HASH_UNKNOWN;
}

const char *
sb_hmac_name(enum sb_hash hash)
{
    return hash == SB_SHA1 ? "HMACSHA1" : "HMACSHA256";
}

bool
sb_hash_is(enum sb_hash hash, struct hv_bytes data, struct hv_bytes want)
{
    uint8_t got[EVP_MAX_MD_SIZE];
    unsigned len = 0;

    if (!digest_of(hash) ||
        EVP_Digest(data.data, data.len, got, &len, digest_of(hash), NULL) != 1)
        return false;
    return want.len == len && CRYPTO_memcmp(got, want.data, len) == 0;
}

bool
sb_hmac_is(enum sb_hash hash, const struct hv_secret *key, struct hv_bytes data,
           struct hv_bytes want)
{
    uint8_t got[EVP_MAX_MD_SIZE];
    unsigned len = 0;

    if (!digest_of(hash) || key->len == 0 ||
        !HMAC(digest_of(hash), key->data, (int)key->len, data.data, data.len,
              got, &len))
        return false;
    return want.len == len && CRYPTO_memcmp(got, want.data, len) == 0;
}

bool
sb_signature_is(enum sb_hash hash, EVP_PKEY *key, struct hv_bytes data,
                struct hv_bytes signature)
{
    EVP_MD_CTX *ctx;
    bool is_good;

    if (!digest_of(hash))
        return false;
    ctx = EVP_MD_CTX_new();
    is_good =
        ctx &&
        EVP_DigestVerifyInit(ctx, NULL, digest_of(hash), NULL, key) == 1 &&
        EVP_DigestVerify(ctx, signature.data, signature.len, data.data,
                         data.len) == 1;
    EVP_MD_CTX_free(ctx);
    ERR_clear_error();
    return is_good;
}

/* OpenSSL would ask the terminal for the passphrase of an encrypted PEM. */
static int
no_passphrase(char *out, int size, int is_writing, void *arg)
{
    (void)out;
    (void)size;
    (void)is_writing;
    (void)arg;
    return -1;
}

X509 *
sb_cert_parse(struct hv_bytes pem)
{
    X509 *cert = NULL;
    BIO *bio;

    if (pem.len == 0 || pem.len > INT_MAX)
        return NULL;
    bio = BIO_new_mem_buf(pem.data, (int)pem.len);
    if (bio)
        cert = PEM_read_bio_X509(bio, NULL, no_passphrase, NULL);
    BIO_free(bio);
    ERR_clear_error();
    return cert;
}

enum hv_status
sb_notify_sign(const struct hv_guid *sub, const struct sb_key *key,
               struct hv_bytes body, char *out, size_t size)
{
    uint8_t mac[HV_MAC_LEN];
    char mac_text[HV_BASE64_SIZE(HV_MAC_LEN)];
    char id[HV_GUID_TEXT];
    unsigned len = 0;
    int used;

    if (!HMAC(EVP_sha256(), key->key.data, (int)key->key.len, body.data,
              body.len, mac, &len) ||
        len != sizeof(mac))
        return HV_ERR_CRYPTO;
    hv_base64_encode(mac, sizeof(mac), mac_text);
    hv_guid_format(sub, id);
    used = snprintf(out, size, "Authorization: %s %s:%s:%s", HV_NOTIFY_SCHEME,
                    id, key->version.id, mac_text);
    return used > 0 && (size_t)used < size ? HV_OK : HV_ERR_CRYPTO;
}
