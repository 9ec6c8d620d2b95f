/*
 * app_key.c - the RSA key and certificate of an application: made new, or
 * loaded from PEM files. Called by profile add. The private half goes from
 * OpenSSL's hands into locked memory and nowhere else.
 */
#include "hvconsole/client.h"

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define NEW_KEY_BITS   2048
#define LEAST_KEY_BITS 1024 /* what platforms of this kind take */
#define MAX_PEM        ((size_t)64 * 1024)
#define MAX_PKCS8      ((size_t)8 * 1024) /* what a keystore record holds */
#define LIFE_DAYS      3650L

void
hv_new_app_key_release(struct hv_new_app_key *key)
{
    hv_secret_release(&key->pkcs8);
    hv_buf_release(&key->cert_pem);
    *key = (struct hv_new_app_key){ 0 };
}

static enum hv_status
export_private(const EVP_PKEY *key, struct hv_secret *out, struct hv_error *err)
{
    PKCS8_PRIV_KEY_INFO *info = EVP_PKEY2PKCS8(key);
    int len = info ? i2d_PKCS8_PRIV_KEY_INFO(info, NULL) : -1;
    enum hv_status st;

    if (len <= 0) {
        st = hv_fail(err, HV_ERR_CRYPTO, "cannot encode the private key");
    } else if ((size_t)len > MAX_PKCS8) {
        st = hv_fail(err, HV_ERR_RULE, "the private key is too large");
    } else {
        st = hv_secret_init(out, (size_t)len, err);
        if (!st) {
            unsigned char *at = out->data;

            i2d_PKCS8_PRIV_KEY_INFO(info, &at);
        }
    }
    PKCS8_PRIV_KEY_INFO_free(info);
    return st;
}

/* Thumbprint, hash of the public key and the PEM text. */
static enum hv_status
describe_certificate(X509 *cert, struct hv_new_app_key *out,
                     struct hv_error *err)
{
    uint8_t digest[EVP_MAX_MD_SIZE];
    unsigned len = 0;
    unsigned char *spki = NULL;
    char *text;
    BIO *pem = BIO_new(BIO_s_mem());
    int spki_len = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(cert), &spki);
    long text_len;
    enum hv_status st = HV_OK;

    if (!pem || spki_len <= 0 || !X509_digest(cert, EVP_sha1(), digest, &len) ||
        len != 20 ||
        !EVP_Digest(spki, (size_t)spki_len, out->spki_sha256, NULL,
                    EVP_sha256(), NULL) ||
        !PEM_write_bio_X509(pem, cert)) {
        st = hv_fail(err, HV_ERR_CRYPTO, "cannot read the certificate's parts");
    } else {
        for (unsigned i = 0; i < len; i++)
            snprintf(out->thumbprint + 2 * i, 3, "%02X", (unsigned)digest[i]);
        text_len = BIO_get_mem_data(pem, &text);
        hv_buf_add(&out->cert_pem, text, (size_t)text_len);
    }
    OPENSSL_free(spki);
    BIO_free(pem);
    return st;
}

static bool
fill_certificate(X509 *cert, EVP_PKEY *key, const char *name)
{
    uint8_t serial[16];
    BIGNUM *number;
    X509_NAME *subject = X509_get_subject_name(cert);
    bool is_set;

    hv_random(serial, sizeof(serial));
    serial[0] = (serial[0] & 0x3f) | 0x40; /* positive, of fixed length */
    number = BN_bin2bn(serial, sizeof(serial), NULL);
    is_set = number && BN_to_ASN1_INTEGER(number, X509_get_serialNumber(cert));
    BN_free(number);
    /* A day of grace for a platform whose clock is behind. */
    return is_set && X509_set_version(cert, X509_VERSION_3) &&
           X509_gmtime_adj(X509_getm_notBefore(cert), -24L * 3600) &&
           X509_time_adj_ex(X509_getm_notAfter(cert), LIFE_DAYS, 0, NULL) &&
           X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC,
                                      (const unsigned char *)name, -1, -1, 0) &&
           X509_set_issuer_name(cert, subject) && X509_set_pubkey(cert, key) &&
           X509_sign(cert, key, EVP_sha256());
}

/* Both parts in the form in which they leave this file, or nothing. */
static enum hv_status
publish(X509 *cert, EVP_PKEY *key, struct hv_new_app_key *out,
        struct hv_error *err)
{
    struct hv_new_app_key made = { 0 };
    enum hv_status st = export_private(key, &made.pkcs8, err);

    if (!st)
        st = describe_certificate(cert, &made, err);
    if (st)
        hv_new_app_key_release(&made);
    else
        *out = made;
    return st;
}

enum hv_status
hv_app_key_make(const struct hv_guid *app, struct hv_new_app_key *out,
                struct hv_error *err)
{
    char id[HV_GUID_TEXT];
    char name[64];
    EVP_PKEY *key = EVP_RSA_gen(NEW_KEY_BITS);
    X509 *cert = X509_new();
    enum hv_status st = HV_OK;

    hv_guid_format(app, id);
    snprintf(name, sizeof(name), "WildcatApp-%s", id);
    if (!key || !cert || !fill_certificate(cert, key, name))
        st = hv_fail(err, HV_ERR_CRYPTO,
                     "OpenSSL refused to make a key and certificate");
    if (!st)
        st = publish(cert, key, out, err);
    X509_free(cert);
    EVP_PKEY_free(key);
    return st;
}

/* A whole small file straight into locked memory. */
static enum hv_status
read_file(const char *path, struct hv_secret *out, struct hv_error *err)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    struct stat info;
    size_t have = 0;
    enum hv_status st;

    if (fd < 0)
        return hv_fail_errno(err,
                             errno == ENOENT ? HV_ERR_NOT_FOUND : HV_ERR_IO,
                             "cannot open %.300s", path);
    if (fstat(fd, &info))
        st = hv_fail_errno(err, HV_ERR_IO, "cannot read %.300s", path);
    else if (!S_ISREG(info.st_mode) || info.st_size <= 0 ||
             (size_t)info.st_size > MAX_PEM)
        st = hv_fail(err, HV_ERR_FORMAT, "%.300s is no PEM file", path);
    else
        st = hv_secret_init(out, (size_t)info.st_size, err);
    while (!st && have < out->len) {
        ssize_t got = read(fd, out->data + have, out->len - have);

        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            st = hv_fail_errno(err, HV_ERR_IO, "cannot read %.300s", path);
        else if (got == 0)
            out->len = have;
        else
            have += (size_t)got;
    }
    close(fd);
    return st;
}

/* OpenSSL would ask on the terminal; the program's prompts are not its. */
static int
no_password(char *out, int size, int is_writing, void *was_asked)
{
    (void)out;
    (void)size;
    (void)is_writing;
    *(bool *)was_asked = true;
    return -1;
}

static enum hv_status
load_private(const char *path, EVP_PKEY **out, struct hv_error *err)
{
    struct hv_secret text = { 0 };
    bool was_asked = false;
    EVP_PKEY *key = NULL;
    BIO *bio;
    enum hv_status st;

    st = read_file(path, &text, err);
    if (!st) {
        bio = BIO_new_mem_buf(text.data, (int)text.len);
        if (bio)
            key = PEM_read_bio_PrivateKey(bio, NULL, no_password, &was_asked);
        BIO_free(bio);
        if (!key && was_asked)
            st = hv_fail(err, HV_ERR_FORMAT, "the key in %.300s is encrypted",
                         path);
        else if (!key)
            st = hv_fail(err, HV_ERR_FORMAT,
                         "%.300s holds no private key in "
                         "PEM form",
                         path);
    }
    hv_secret_release(&text);
    if (was_asked)
        hv_hint(err, "take its passphrase off first, with openssl pkey");
    if (!st && (!EVP_PKEY_is_a(key, "RSA") ||
                EVP_PKEY_get_bits(key) < LEAST_KEY_BITS)) {
        EVP_PKEY_free(key);
        return hv_fail(err, HV_ERR_RULE,
                       "the key in %.300s is no RSA key of %d bits or more",
                       path, LEAST_KEY_BITS);
    }
    *out = key;
    return st;
}

static enum hv_status
load_certificate(const char *path, X509 **out, struct hv_error *err)
{
    struct hv_secret text = { 0 };
    X509 *cert = NULL;
    BIO *bio;
    enum hv_status st;

    st = read_file(path, &text, err);
    if (!st) {
        bio = BIO_new_mem_buf(text.data, (int)text.len);
        if (bio)
            cert = PEM_read_bio_X509(bio, NULL, NULL, NULL);
        BIO_free(bio);
        if (!cert)
            st = hv_fail(err, HV_ERR_FORMAT,
                         "%.300s holds no certificate in PEM form", path);
    }
    hv_secret_release(&text);
    *out = cert;
    return st;
}

enum hv_status
hv_app_key_load(const char *key_file, const char *cert_file,
                struct hv_new_app_key *out, struct hv_error *err)
{
    EVP_PKEY *key = NULL;
    X509 *cert = NULL;
    enum hv_status st;

    st = load_private(key_file, &key, err);
    if (!st)
        st = load_certificate(cert_file, &cert, err);
    if (!st && X509_check_private_key(cert, key) != 1)
        st = hv_fail(err, HV_ERR_RULE,
                     "the certificate in %.200s does not "
                     "belong to the key in %.200s",
                     cert_file, key_file);
    if (!st)
        st = publish(cert, key, out, err);
    X509_free(cert);
    EVP_PKEY_free(key);
    return st;
}
