/*
 * tls.c - the TLS policy of the doors we open, in one place. Called by http.c.
 * The policy of what we send is curl.c's.
 */
#include "core/net/conn.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

/* 1.2 at least; key exchange with forward secrecy, ciphers that authenticate. */
const struct hv_tls_policy hv_tls_policy = {
    .min_version = TLS1_2_VERSION,
    .ciphers12 = "ECDHE+AESGCM:ECDHE+CHACHA20",
    /* All are beyond reach; the first is the one that processors help with,
     * its hash included, which is half the work of a handshake. */
    .ciphers13 = "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:"
                 "TLS_CHACHA20_POLY1305_SHA256",
    .groups = "X25519:P-256:P-384",
    .options = SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION |
               SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA |
               /* HTTP knows where a request ends; and who shuts his side
                * behind it can still be answered. */
               SSL_OP_IGNORE_UNEXPECTED_EOF,
};

static bool
apply_policy(SSL_CTX *ctx)
{
    SSL_CTX_set_options(ctx, hv_tls_policy.options);
    SSL_CTX_set_mode(ctx, SSL_MODE_RELEASE_BUFFERS);
    /* Tickets need no memory here; a session cache would. One will do. */
    SSL_CTX_set_num_tickets(ctx, 1);
    SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_OFF);
    return SSL_CTX_set_min_proto_version(ctx, hv_tls_policy.min_version) == 1 &&
           SSL_CTX_set_cipher_list(ctx, hv_tls_policy.ciphers12) == 1 &&
           SSL_CTX_set_ciphersuites(ctx, hv_tls_policy.ciphers13) == 1 &&
           SSL_CTX_set1_groups_list(ctx, hv_tls_policy.groups) == 1;
}

int
hv_tls_no_passphrase(char *buf, int size, int is_writing, void *arg)
{
    (void)buf;
    (void)size;
    (void)is_writing;
    (void)arg;
    return -1;
}

static enum hv_status
fail_usage(struct hv_error *err, const char *what)
{
    char text[160];
    unsigned long code = ERR_peek_last_error();

    ERR_error_string_n(code, text, sizeof(text));
    ERR_clear_error();
    if (code)
        hv_fail(err, HV_ERR_USAGE, "%s: %s", what, text);
    else
        hv_fail(err, HV_ERR_USAGE, "%s", what);
    hv_hint(err, "give a PEM certificate chain and its unencrypted PEM key");
    return HV_ERR_USAGE;
}

static enum hv_status
use_chain(SSL_CTX *ctx, const char *pem, struct hv_error *err)
{
    BIO *bio = BIO_new_mem_buf(pem, -1);
    X509 *cert = NULL;
    enum hv_status st = HV_OK;

    if (bio)
        cert = PEM_read_bio_X509(bio, NULL, hv_tls_no_passphrase, NULL);
    if (!cert || SSL_CTX_use_certificate(ctx, cert) != 1)
        st = fail_usage(err, "the certificate cannot be used");
    X509_free(cert);
    while (!st &&
           (cert = PEM_read_bio_X509(bio, NULL, hv_tls_no_passphrase, NULL))) {
        if (SSL_CTX_add0_chain_cert(ctx, cert) != 1) {
            X509_free(cert);
            st = fail_usage(err, "a certificate of the chain cannot be used");
        }
    }
    ERR_clear_error(); /* "no more" is the normal end */
    BIO_free(bio);
    return st;
}

static enum hv_status
use_key(SSL_CTX *ctx, const char *pem, struct hv_error *err)
{
    BIO *bio = BIO_new_mem_buf(pem, -1);
    EVP_PKEY *key = NULL;
    enum hv_status st = HV_OK;

    if (bio)
        key = PEM_read_bio_PrivateKey(bio, NULL, hv_tls_no_passphrase, NULL);
    if (!key || SSL_CTX_use_PrivateKey(ctx, key) != 1)
        st = fail_usage(err, "the private key cannot be used");
    else if (SSL_CTX_check_private_key(ctx) != 1)
        st = fail_usage(err, "the private key is not that of the certificate");
    EVP_PKEY_free(key);
    BIO_free(bio);
    return st;
}

enum hv_status
hv_tls_server_new(const char *cert_pem, const char *key_pem, SSL_CTX **out,
                  struct hv_error *err)
{
    SSL_CTX *ctx = SSL_CTX_new(TLS_server_method());
    enum hv_status st;

    if (!ctx)
        return hv_fail(err, HV_ERR_CRYPTO, "OpenSSL gives no TLS context");
    ERR_clear_error();
    if (!apply_policy(ctx))
        st = hv_fail(err, HV_ERR_CRYPTO, "OpenSSL refuses the TLS policy");
    else
        st = use_chain(ctx, cert_pem, err);
    if (!st)
        st = use_key(ctx, key_pem, err);
    if (st) {
        SSL_CTX_free(ctx);
        return st;
    }
    *out = ctx;
    return HV_OK;
}
