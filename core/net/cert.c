/*
 * cert.c - certificates of our own: self-signed for a listener on trial, a
 * small CA and a server certificate for the sandbox. Called at start by both.
 * Never used to judge a certificate of somebody else.
 */
#include "core/net/conn.h"

#include "hvconsole/secret.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <arpa/inet.h>
#include <string.h>

#define YEAR_S        (365L * 24 * 3600)
#define SERVER_LIFE_S (2 * YEAR_S)
#define CA_LIFE_S     (10 * YEAR_S)
#define CLOCK_SLACK_S (24L * 3600) /* valid since yesterday: clocks differ */

/* Everything on the way to one certificate. */
struct making {
    EVP_PKEY *key;
    X509 *cert;
    X509 *ca_cert; /* NULL = signed by itself */
    EVP_PKEY *ca_key;
};

static enum hv_status
fail_crypto(struct hv_error *err, const char *what)
{
    ERR_clear_error();
    return hv_fail(err, HV_ERR_CRYPTO, "OpenSSL cannot make %s", what);
}

static void
making_release(struct making *making)
{
    EVP_PKEY_free(making->key);
    X509_free(making->cert);
    X509_free(making->ca_cert);
    EVP_PKEY_free(making->ca_key);
}

static bool
add_extension(struct making *making, int nid, const char *value)
{
    X509V3_CTX ctx;
    X509_EXTENSION *ext;
    bool is_added;

    X509V3_set_ctx_nodb(&ctx);
    X509V3_set_ctx(&ctx, making->ca_cert ? making->ca_cert : making->cert,
                   making->cert, NULL, NULL, 0);
    ext = X509V3_EXT_conf_nid(NULL, &ctx, nid, value);
    is_added = ext && X509_add_ext(making->cert, ext, -1) == 1;
    X509_EXTENSION_free(ext);
    return is_added;
}

/* A random serial of 127 bits, key, times, subject. */
static enum hv_status
making_start(struct making *making, const char *name, long life_s,
             struct hv_error *err)
{
    uint8_t serial[16];
    BIGNUM *number;
    X509_NAME *subject;
    bool ok;

    making->key = EVP_EC_gen("P-256");
    making->cert = X509_new();
    if (!making->key || !making->cert)
        return fail_crypto(err, "a key pair");
    hv_random(serial, sizeof(serial));
    serial[0] = (serial[0] & 0x7f) | 0x40;
    number = BN_bin2bn(serial, sizeof(serial), NULL);
    ok = number &&
         BN_to_ASN1_INTEGER(number, X509_get_serialNumber(making->cert));
    BN_free(number);
    subject = X509_get_subject_name(making->cert);
    ok = ok && X509_set_version(making->cert, X509_VERSION_3) == 1 &&
         X509_gmtime_adj(X509_getm_notBefore(making->cert), -CLOCK_SLACK_S) &&
         X509_gmtime_adj(X509_getm_notAfter(making->cert), life_s) &&
         X509_set_pubkey(making->cert, making->key) == 1 &&
         X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8,
                                    (const uint8_t *)name, -1, -1, 0) == 1;
    return ok ? HV_OK : fail_crypto(err, "a certificate");
}

static enum hv_status
write_pair(const struct making *making, struct hv_cert_pair *out,
           struct hv_error *err)
{
    BIO *cert = BIO_new(BIO_s_mem());
    BIO *key = BIO_new(BIO_s_secmem());
    enum hv_status st = HV_OK;
    char *text;
    long len;

    if (!cert || !key || PEM_write_bio_X509(cert, making->cert) != 1 ||
        PEM_write_bio_PrivateKey(key, making->key, NULL, NULL, 0, NULL, NULL) !=
            1) {
        st = fail_crypto(err, "a PEM file");
    } else {
        len = BIO_get_mem_data(cert, &text);
        hv_buf_add(&out->cert_pem, text, (size_t)len);
        len = BIO_get_mem_data(key, &text);
        hv_buf_add(&out->key_pem, text, (size_t)len);
    }
    BIO_free(cert);
    BIO_free(key);
    return st;
}

/* Issuer, key ids and signature; then the pair. */
static enum hv_status
making_finish(struct making *making, struct hv_cert_pair *out,
              struct hv_error *err)
{
    X509 *issuer = making->ca_cert ? making->ca_cert : making->cert;
    EVP_PKEY *signer = making->ca_key ? making->ca_key : making->key;
    struct hv_cert_pair pair = { 0 };
    enum hv_status st;

    if (X509_set_issuer_name(making->cert, X509_get_subject_name(issuer)) !=
            1 ||
        !add_extension(making, NID_subject_key_identifier, "hash") ||
        !add_extension(making, NID_authority_key_identifier, "keyid") ||
        X509_sign(making->cert, signer, EVP_sha256()) <= 0)
        return fail_crypto(err, "a signature");
    st = write_pair(making, &pair, err);
    if (st) {
        hv_cert_pair_release(&pair);
        return st;
    }
    *out = pair;
    return HV_OK;
}

/* localhost, both loopbacks and @host, which is a name or an address. */
static enum hv_status
add_server_extensions(struct making *making, const char *host,
                      struct hv_error *err)
{
    struct in6_addr address;
    char names[512];
    bool is_address = inet_pton(AF_INET, host, &address) == 1 ||
                      inet_pton(AF_INET6, host, &address) == 1;

    /* It becomes part of OpenSSL's little language of names. */
    if (!*host || strlen(host) > 253 ||
        strspn(host, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                     "0123456789.-:") != strlen(host) ||
        (!is_address && strchr(host, ':')))
        return hv_fail(err, HV_ERR_USAGE, "\"%.80s\" is no host name", host);
    snprintf(names, sizeof(names), "DNS:localhost,IP:127.0.0.1,IP:::1,%s:%s",
             is_address ? "IP" : "DNS", host);
    if (!add_extension(making, NID_subject_alt_name, names) ||
        !add_extension(making, NID_key_usage, "critical,digitalSignature") ||
        !add_extension(making, NID_ext_key_usage, "serverAuth"))
        return fail_crypto(err, "a server certificate");
    return HV_OK;
}

enum hv_status
hv_cert_self_signed(const char *host, struct hv_cert_pair *out,
                    struct hv_error *err)
{
    struct making making = { 0 };
    enum hv_status st;

    st = making_start(&making, "hvconsole server", SERVER_LIFE_S, err);
    if (!st)
        st = add_server_extensions(&making, host, err);
    /* So that it can be given to a client as its one root. */
    if (!st && !add_extension(&making, NID_basic_constraints, "CA:FALSE"))
        st = fail_crypto(err, "a server certificate");
    if (!st)
        st = making_finish(&making, out, err);
    making_release(&making);
    return st;
}

enum hv_status
hv_cert_ca_make(const char *name, struct hv_cert_pair *out,
                struct hv_error *err)
{
    struct making making = { 0 };
    enum hv_status st;

    st = making_start(&making, name, CA_LIFE_S, err);
    if (!st && (!add_extension(&making, NID_basic_constraints,
                               "critical,CA:TRUE,pathlen:0") ||
                !add_extension(&making, NID_key_usage,
                               "critical,keyCertSign,cRLSign")))
        st = fail_crypto(err, "a CA certificate");
    if (!st)
        st = making_finish(&making, out, err);
    making_release(&making);
    return st;
}

static enum hv_status
read_ca(struct making *making, const struct hv_cert_pair *ca,
        struct hv_error *err)
{
    BIO *cert = BIO_new_mem_buf(ca->cert_pem.data, (int)ca->cert_pem.len);
    BIO *key = BIO_new_mem_buf(ca->key_pem.data, (int)ca->key_pem.len);

    if (cert)
        making->ca_cert =
            PEM_read_bio_X509(cert, NULL, hv_tls_no_passphrase, NULL);
    if (key)
        making->ca_key =
            PEM_read_bio_PrivateKey(key, NULL, hv_tls_no_passphrase, NULL);
    BIO_free(cert);
    BIO_free(key);
    ERR_clear_error();
    if (!making->ca_cert || !making->ca_key ||
        X509_check_private_key(making->ca_cert, making->ca_key) != 1) {
        ERR_clear_error();
        return hv_fail(err, HV_ERR_FORMAT,
                       "the CA is not a PEM certificate with its key");
    }
    return HV_OK;
}

enum hv_status
hv_cert_issue(const struct hv_cert_pair *ca, const char *host,
              struct hv_cert_pair *out, struct hv_error *err)
{
    struct making making = { 0 };
    enum hv_status st;

    st = read_ca(&making, ca, err);
    if (!st)
        st = making_start(&making, "hvconsole server", SERVER_LIFE_S, err);
    if (!st)
        st = add_server_extensions(&making, host, err);
    if (!st &&
        !add_extension(&making, NID_basic_constraints, "critical,CA:FALSE"))
        st = fail_crypto(err, "a server certificate");
    if (!st)
        st = making_finish(&making, out, err);
    making_release(&making);
    return st;
}

void
hv_cert_pair_release(struct hv_cert_pair *pair)
{
    if (pair->key_pem.data)
        hv_wipe(pair->key_pem.data, pair->key_pem.cap);
    hv_buf_release(&pair->key_pem);
    hv_buf_release(&pair->cert_pem);
}
