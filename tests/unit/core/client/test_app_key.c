/*
 * test_app_key.c - keys and certificates that do not fit, then new ones.
 */
#include "hvconsole/client.h"
#include "hvconsole/codec.h"

#include <criterion/criterion.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char dir[64];

static void
setup(void)
{
    cr_assert_eq(hv_secret_start(NULL, NULL), HV_OK);
    strcpy(dir, "/tmp/hv-app-key-XXXXXX");
    cr_assert_not_null(mkdtemp(dir));
}

static const char *
in_dir(const char *name)
{
    static char path[4][128];
    static unsigned turn;
    char *now = path[turn++ % 4];

    snprintf(now, sizeof(path[0]), "%s/%s", dir, name);
    return now;
}

static void
clean(void)
{
    static const char *const names[] = { "key", "cert", "other", "bad" };

    for (size_t i = 0; i < HV_LEN(names); i++)
        unlink(in_dir(names[i]));
    rmdir(dir);
}

TestSuite(app_key, .init = setup, .fini = clean, .timeout = 120);

static void
write_text(const char *name, const char *text, size_t len)
{
    FILE *f = fopen(in_dir(name), "w");

    cr_assert_not_null(f);
    cr_assert_eq(fwrite(text, 1, len, f), len);
    cr_assert_eq(fclose(f), 0);
}

static EVP_PKEY *
decode(const struct hv_new_app_key *made)
{
    const unsigned char *at = made->pkcs8.data;

    return d2i_AutoPrivateKey(NULL, &at, (long)made->pkcs8.len);
}

static void
write_key(const char *name, EVP_PKEY *key, const char *password)
{
    FILE *f = fopen(in_dir(name), "w");

    cr_assert_not_null(f);
    cr_assert_eq(PEM_write_PKCS8PrivateKey(
                     f, key, password ? EVP_aes_128_cbc() : NULL, password,
                     password ? (int)strlen(password) : 0, NULL, NULL),
                 1);
    fclose(f);
}

static void
expect_refused(const char *key, const char *cert, enum hv_status status,
               const char *said)
{
    struct hv_new_app_key out = { 0 };
    struct hv_error err = { 0 };

    cr_expect_eq(hv_app_key_load(in_dir(key), in_dir(cert), &out, &err), status,
                 "%s: %s", said, err.why);
    cr_expect(strstr(err.why, said), "%s: %s", said, err.why);
    cr_expect_null(out.pkcs8.data);
}

Test(app_key, load_refuses)
{
    struct hv_guid app = { { 7 } };
    struct hv_new_app_key made = { 0 };
    EVP_PKEY *key;
    EVP_PKEY *other = EVP_EC_gen("P-256");
    EVP_PKEY *small = EVP_RSA_gen(768);

    cr_assert_eq(hv_app_key_make(&app, &made, NULL), HV_OK);
    key = decode(&made);
    cr_assert(key && other && small);
    write_text("cert", hv_buf_str(&made.cert_pem), made.cert_pem.len);
    expect_refused("none", "cert", HV_ERR_NOT_FOUND, "cannot open");
    expect_refused("", "cert", HV_ERR_FORMAT, "no PEM file");
    write_text("bad", "", 0);
    expect_refused("bad", "cert", HV_ERR_FORMAT, "no PEM file");
    write_text("bad", "hello\n", 6);
    expect_refused("bad", "cert", HV_ERR_FORMAT, "no private key");
    expect_refused("cert", "cert", HV_ERR_FORMAT, "no private key");
    write_key("bad", key, "secret");
    expect_refused("bad", "cert", HV_ERR_FORMAT, "encrypted");
    write_key("bad", other, NULL);
    expect_refused("bad", "cert", HV_ERR_RULE, "RSA");
    write_key("bad", small, NULL);
    expect_refused("bad", "cert", HV_ERR_RULE, "1024 bits");
    write_key("key", key, NULL);
    expect_refused("key", "key", HV_ERR_FORMAT, "no certificate");
    EVP_PKEY_free(other);
    other = EVP_RSA_gen(1024);
    write_key("other", other, NULL);
    expect_refused("other", "cert", HV_ERR_RULE, "does not belong");
    EVP_PKEY_free(other);
    EVP_PKEY_free(small);
    EVP_PKEY_free(key);
    hv_new_app_key_release(&made);
}

Test(app_key, new_one_has_the_right_parts)
{
    struct hv_guid app;
    struct hv_new_app_key made = { 0 };
    struct hv_error err = { 0 };
    char name[128] = { 0 };
    uint8_t digest[32];
    char hex[41] = { 0 };
    unsigned char *spki = NULL;
    int len;
    BIO *bio;
    X509 *cert;
    EVP_PKEY *key;

    cr_assert_eq(hv_guid_parse("3f2b7c1e-5a46-4d0e-9b58-0c6a1d2e7f10", &app),
                 HV_OK);
    cr_assert_eq(hv_app_key_make(&app, &made, &err), HV_OK, "%s", err.why);
    bio = BIO_new_mem_buf(made.cert_pem.data, (int)made.cert_pem.len);
    cert = PEM_read_bio_X509(bio, NULL, NULL, NULL);
    BIO_free(bio);
    cr_assert_not_null(cert);
    X509_NAME_get_text_by_NID(X509_get_subject_name(cert), NID_commonName, name,
                              sizeof(name));
    cr_expect_str_eq(name, "WildcatApp-3f2b7c1e-5a46-4d0e-9b58-0c6a1d2e7f10");
    key = decode(&made);
    cr_assert_not_null(key);
    cr_expect_eq(EVP_PKEY_get_bits(key), 2048);
    cr_expect_eq(X509_check_private_key(cert, key), 1);
    cr_expect_eq(X509_verify(cert, key), 1);
    cr_expect_lt(X509_cmp_current_time(X509_get0_notBefore(cert)), 0);
    cr_expect_gt(X509_cmp_current_time(X509_get0_notAfter(cert)), 0);
    cr_assert_eq(X509_digest(cert, EVP_sha1(), digest, NULL), 1);
    for (int i = 0; i < 20; i++)
        snprintf(hex + 2 * i, 3, "%02X", (unsigned)digest[i]);
    cr_expect_str_eq(made.thumbprint, hex);
    len = i2d_PUBKEY(key, &spki);
    cr_assert_gt(len, 0);
    cr_assert_eq(
        EVP_Digest(spki, (size_t)len, digest, NULL, EVP_sha256(), NULL), 1);
    cr_expect_eq(memcmp(digest, made.spki_sha256, 32), 0);
    OPENSSL_free(spki);
    EVP_PKEY_free(key);
    X509_free(cert);
    hv_new_app_key_release(&made);
}

Test(app_key, load_gives_back_what_was_made)
{
    struct hv_guid app = { { 7 } };
    struct hv_new_app_key made = { 0 };
    struct hv_new_app_key loaded = { 0 };
    struct hv_error err = { 0 };
    EVP_PKEY *key;

    cr_assert_eq(hv_app_key_make(&app, &made, NULL), HV_OK);
    key = decode(&made);
    write_key("key", key, NULL);
    EVP_PKEY_free(key);
    write_text("cert", hv_buf_str(&made.cert_pem), made.cert_pem.len);
    cr_assert_eq(hv_app_key_load(in_dir("key"), in_dir("cert"), &loaded, &err),
                 HV_OK, "%s", err.why);
    cr_expect(hv_secret_equal(&made.pkcs8, &loaded.pkcs8));
    cr_expect_str_eq(made.thumbprint, loaded.thumbprint);
    cr_expect_eq(memcmp(made.spki_sha256, loaded.spki_sha256, 32), 0);
    cr_expect_str_eq(hv_buf_str(&made.cert_pem), hv_buf_str(&loaded.cert_pem));
    hv_new_app_key_release(&made);
    hv_new_app_key_release(&loaded);
    hv_new_app_key_release(&loaded);
}
