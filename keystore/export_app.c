/*
 * export_app.c - the private key of an application as encrypted PKCS#8, for
 * other programs. Called by `keystore export --app-key`, after the person has
 * confirmed it. The plain key goes from locked memory into the cipher; no
 * other copy of it is made.
 */
#include "hvconsole/file.h"
#include "keystore/slots.h"
#include "keystore/store.h"
#include "keystore/trail.h"

#include <openssl/evp.h>
#include <openssl/objects.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <stdio.h>
#include <string.h>

/* What others can read: PBES2 with PBKDF2. A second or so of work. */
enum { ITERATIONS = 2000000, SALT = 16 };

struct pkcs8 {
    X509_ALGOR *algorithm;
    X509_SIG *sealed;
    EVP_CIPHER_CTX *ctx;
    BIO *pem;
};

static void
pkcs8_release(struct pkcs8 *p)
{
    X509_ALGOR_free(p->algorithm);
    X509_SIG_free(p->sealed);
    EVP_CIPHER_CTX_free(p->ctx);
    BIO_free(p->pem);
}

static bool
init(struct pkcs8 *p, const struct hv_secret *passphrase)
{
    uint8_t salt[SALT];

    hv_random(salt, sizeof(salt));
    p->algorithm = PKCS5_pbe2_set_iv(EVP_aes_256_cbc(), ITERATIONS, salt,
                                     sizeof(salt), NULL, NID_hmacWithSHA256);
    p->sealed = X509_SIG_new();
    p->ctx = EVP_CIPHER_CTX_new();
    p->pem = BIO_new(BIO_s_mem());
    return p->algorithm && p->sealed && p->ctx && p->pem &&
           EVP_PBE_CipherInit(
               p->algorithm->algorithm, (const char *)passphrase->data,
               (int)passphrase->len, p->algorithm->parameter, p->ctx, 1) == 1;
}

static bool
seal(struct pkcs8 *p, const struct hv_secret *key)
{
    X509_ALGOR *algorithm = NULL;
    ASN1_OCTET_STRING *text = NULL;
    uint8_t *room = hv_calloc(key->len + EVP_MAX_BLOCK_LENGTH, 1);
    int len = 0;
    int rest = 0;
    bool is_done;

    X509_SIG_getm(p->sealed, &algorithm, &text);
    is_done =
        EVP_CipherUpdate(p->ctx, room, &len, key->data, (int)key->len) == 1 &&
        EVP_CipherFinal_ex(p->ctx, room + len, &rest) == 1 &&
        X509_ALGOR_copy(algorithm, p->algorithm) == 1 &&
        ASN1_OCTET_STRING_set(text, room, len + rest) == 1 &&
        PEM_write_bio_PKCS8(p->pem, p->sealed) == 1;
    free(room);
    return is_done;
}

static enum hv_status
write_app(const char *to, const struct hv_app_key *app,
          const struct hv_secret *passphrase, struct hv_error *err)
{
    struct pkcs8 p = { 0 };
    char *text = NULL;
    long len = 0;
    enum hv_status st = HV_OK;

    if (!init(&p, passphrase) || !seal(&p, &app->pkcs8))
        st = hv_fail(err, HV_ERR_CRYPTO, "OpenSSL could not encrypt the key");
    if (!st) {
        len = BIO_get_mem_data(p.pem, &text);
        st = hv_file_create(
            to, 0600, (struct hv_bytes){ (const uint8_t *)text, (size_t)len },
            err);
    }
    pkcs8_release(&p);
    return st;
}

enum hv_status
hv_keystore_export_app(struct hv_keystore *ks, const struct hv_guid *app,
                       const char *to, const struct hv_secret *passphrase,
                       struct hv_error *err)
{
    const struct hv_app_key *key = NULL;
    struct ks_trail trail = { 0 };
    char id[HV_GUID_TEXT];
    char note[320];
    bool changed;
    enum hv_status st = ks_passphrase_check_new(passphrase, 0, err);

    if (!st)
        st = ks_check_full(ks, err);
    if (!st)
        st = hv_keystore_refresh(ks, &changed, err);
    if (st)
        return st;
    hv_guid_format(app, id);
    key = hv_keyring_app(&ks->now.ring, app);
    if (!key)
        return hv_fail(err, HV_ERR_NOT_FOUND,
                       "the keystore holds no key of application %s", id);
    snprintf(note, sizeof(note), "private key of application %s to %.200s", id,
             to);
    st = ks_trail_lone(&trail, "keystore export", &ks->now.front, note, err);
    if (!st)
        st = write_app(to, key, passphrase, err);
    st = ks_trail_end(&trail, st, err);
    ks_trail_release(&trail);
    return st;
}
