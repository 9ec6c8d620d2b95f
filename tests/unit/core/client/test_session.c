/*
 * test_session.c - signing in: answers that must not be believed, then the
 * request against the vectors of tests/fixtures/request/tokens.txt.
 */
#include "core/wire/session.h"
#include "hvconsole/client.h"
#include "hvconsole/clock.h"
#include "hvconsole/codec.h"
#include "hvconsole/names.h"
#include "vectors.h"

#include <criterion/criterion.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <stdio.h>
#include <string.h>

#define APP   "3f2b7c1e-5a46-4d0e-9b58-0c6a1d2e7f10"
#define THUMB "D41CD079A26243CAE5D999B665D122329016E001"

static struct hv_guid app;

static void
setup(void)
{
    cr_assert_eq(hv_secret_start(NULL, NULL), HV_OK);
    cr_assert_eq(hv_guid_parse(APP, &app), HV_OK);
}

TestSuite(sign_in, .init = setup);

static struct hv_sign_in
sign_in(void)
{
    struct hv_sign_in in = {
        .app = &app,
        .thumbprint = THUMB,
        .label = "HVGW/1.0 (test vectors)",
    };

    cr_assert_eq(
        hv_time_parse(hv_bytes_str("2015-11-12T09:30:00.000Z"), &in.time_ms),
        HV_OK);
    return in;
}

#define INFO(inside)                                                           \
    "<response><status><code>0</code></status><wc:info "                       \
    "xmlns:wc=\"urn:com.microsoft.wc.methods.response."                        \
    "CreateAuthenticatedSessionToken2\">" inside "</wc:info></response>"
#define SECRET "<shared-secret>AAECAwQ=</shared-secret>"

Test(sign_in, answers_not_to_be_believed)
{
    static const char *const bad[] = {
        "<response><status><code>0</code></status></response>",
        INFO(""),
        INFO(SECRET),
        INFO("<token>t</token>"),
        INFO("<token></token>" SECRET),
        INFO("<token> </token>" SECRET),
        INFO("<token>t</token><token>u</token>" SECRET),
        INFO("<token><b/></token>" SECRET),
        INFO("<token app-id=\"3f2b7c1e-5a46-4d0e-9b58-0c6a1d2e7f11\">t"
             "</token>" SECRET),
        INFO("<token app-id=\"x\">t</token>" SECRET),
        INFO("<token>t</token><shared-secret/>"),
        INFO("<token>t</token><shared-secret>AAECAwQ</shared-secret>"),
        INFO("<token>t</token>" SECRET SECRET),
        "<response><status><code>0</code></status><info>" SECRET
        "<token>t</token></info></response>",
        "<html></html>",
    };

    for (size_t i = 0; i < HV_LEN(bad); i++) {
        struct hv_session session = { 0 };
        struct hv_error err = { 0 };
        int code;

        cr_expect_eq(hv_sign_in_answer(hv_bytes_str(bad[i]), &app, &session,
                                       &code, &err),
                     HV_ERR_FORMAT, "row %zu: %s", i, err.why);
        cr_expect_null(session.token.data, "row %zu", i);
        cr_expect_null(session.secret.data, "row %zu", i);
        hv_session_token_release(&session);
    }
}

Test(sign_in, refusals)
{
    static const struct {
        int code;
        enum hv_status means;
    } rows[] = {
        { HV_CODE_BAD_SIG, HV_ERR_LOCKED },
        { HV_CODE_INVALID_APP, HV_ERR_LOCKED },
        { HV_CODE_BAD_CERT, HV_ERR_LOCKED },
        { HV_CODE_REQUEST_TIMED_OUT, HV_ERR_PLATFORM },
        { HV_CODE_SIGNATURE_ALGORITHM, HV_ERR_PLATFORM },
        { 4711, HV_ERR_PLATFORM },
    };

    for (size_t i = 0; i < HV_LEN(rows); i++) {
        struct hv_session session = { 0 };
        struct hv_error err = { 0 };
        char doc[128];
        int code;

        snprintf(doc, sizeof(doc),
                 "<response><status><code>%d</code></status>"
                 "</response>",
                 rows[i].code);
        cr_expect_eq(
            hv_sign_in_answer(hv_bytes_str(doc), &app, &session, &code, &err),
            rows[i].means, "row %zu", i);
        cr_expect_eq(code, rows[i].code);
        cr_expect_eq(err.status, rows[i].means);
        cr_expect_eq(err.platform_code, rows[i].code);
        cr_expect(strstr(err.why, "does not sign this application in"));
    }
}

Test(sign_in, answer)
{
    static const char doc[] =
        INFO("<token app-id=\"" APP "\" app-record-auth-action=\"None\"> "
             "ASAAA+/= </token><shared-secret>\nAAEC\nAwQ=\n"
             "</shared-secret><new/>");
    static const uint8_t key[] = { 0, 1, 2, 3, 4 };
    struct hv_session session = { 0 };
    struct hv_error err = { 0 };
    int code;

    cr_assert_eq(
        hv_sign_in_answer(hv_bytes_str(doc), &app, &session, &code, &err),
        HV_OK, "%s", err.why);
    cr_expect_eq(code, 0);
    cr_expect(hv_bytes_equal(hv_secret_bytes(&session.token),
                             hv_bytes_str("ASAAA+/=")));
    cr_expect(hv_bytes_equal(hv_secret_bytes(&session.secret),
                             (struct hv_bytes){ key, sizeof(key) }));
    hv_session_token_release(&session);
    hv_session_token_release(&session);
}

Test(sign_in, document_round_a_given_signature_is_byte_identical)
{
    struct vectors all;
    struct hv_sign_in in = sign_in();

    vectors_load("tokens.txt", &all);
    {
        const struct vector *v = vectors_find(&all, "c01");
        struct hv_secret content = vector_bytes(v, "content-b64");
        struct hv_secret document = vector_bytes(v, "document-b64");
        struct hv_secret signature = vector_bytes(v, "signature");
        struct hv_buf made = { 0 };
        struct hv_secret out = { 0 };

        cr_expect_eq(hv_sign_in_content(&in, &made, NULL), HV_OK);
        cr_expect(
            hv_bytes_equal(hv_buf_bytes(&made), hv_secret_bytes(&content)));
        /* Lower case in, upper case out. */
        in.thumbprint = "d41cd079a26243cae5d999b665d122329016e001";
        cr_expect_eq(
            hv_sign_in_build(&in, hv_secret_bytes(&signature), &out, NULL),
            HV_OK);
        cr_expect(hv_secret_equal(&out, &document));
        hv_buf_release(&made);
        hv_secret_release(&out);
        hv_secret_release(&content);
        hv_secret_release(&document);
        hv_secret_release(&signature);
    }
    vectors_release(&all);
}

static EVP_PKEY *
load_public(const char *file)
{
    char path[512];
    FILE *f;
    EVP_PKEY *key;

    snprintf(path, sizeof(path), "%s/request/%s", HV_FIXTURES, file);
    f = fopen(path, "r");
    cr_assert_not_null(f);
    key = PEM_read_PUBKEY(f, NULL, NULL, NULL);
    fclose(f);
    cr_assert_not_null(key);
    return key;
}

static bool
verifies(EVP_PKEY *key, const EVP_MD *md, struct hv_bytes content,
         struct hv_bytes signature)
{
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    bool is_right = EVP_DigestVerifyInit(ctx, NULL, md, NULL, key) == 1 &&
                    EVP_DigestVerify(ctx, signature.data, signature.len,
                                     content.data, content.len) == 1;

    EVP_MD_CTX_free(ctx);
    return is_right;
}

/* Which of them a verifier of RSA with SHA-1 (c12: SHA-256) must accept. The
 * reasons certificate and signing-time are no matter of the signature. */
Test(sign_in, signatures_of_the_vectors)
{
    struct vectors all;
    EVP_PKEY *key = load_public("app-pub.pem");
    EVP_PKEY *other = load_public("other-pub.pem");

    vectors_load("tokens.txt", &all);
    cr_assert_eq(all.len, 12);
    for (size_t i = 0; i < all.len; i++) {
        const struct vector *v = &all.items[i];
        struct hv_secret document = vector_bytes(v, "document-b64");
        struct hv_secret signature = vector_bytes(v, "signature");
        struct hv_bytes sent =
            cut_element(hv_secret_bytes(&document), "content");
        const char *id = vector_get(v, "id");
        const char *reason = vector_get(v, "reason");
        bool is_sha256 = strcmp(id, "c12") == 0;
        EVP_PKEY *signer = strcmp(reason, "certificate") == 0 ? other : key;

        if (strcmp(id, "c03") != 0) /* that one is an HMAC */
            cr_expect_eq(verifies(signer, is_sha256 ? EVP_sha256() : EVP_sha1(),
                                  sent, hv_secret_bytes(&signature)),
                         strcmp(reason, "signature") != 0, "%s", id);
        hv_secret_release(&document);
        hv_secret_release(&signature);
    }
    vectors_release(&all);
    EVP_PKEY_free(key);
    EVP_PKEY_free(other);
}

Test(sign_in, refuses_keys_that_are_none)
{
    struct hv_sign_in in = sign_in();
    struct hv_secret key = { 0 };
    struct hv_secret out = { 0 };
    struct hv_error err = { 0 };

    cr_expect_eq(hv_sign_in_request(&in, &key, &out, &err), HV_ERR_CRYPTO);
    cr_assert_eq(hv_secret_random(&key, 300, NULL), HV_OK);
    cr_expect_eq(hv_sign_in_request(&in, &key, &out, NULL), HV_ERR_CRYPTO);
    cr_expect_eq(hv_sign_in_build(&in, (struct hv_bytes){ 0 }, &out, NULL),
                 HV_ERR_CRYPTO);
    cr_expect_null(out.data);
    hv_secret_release(&key);
}

Test(sign_in, our_signature_verifies_over_the_bytes_sent)
{
    struct hv_sign_in in = sign_in();
    struct hv_new_app_key made = { 0 };
    struct hv_secret out = { 0 };
    struct hv_error err = { 0 };
    const unsigned char *at;
    const char *from;
    const char *to;
    EVP_PKEY *key;
    uint8_t signature[256];
    size_t len;

    cr_assert_eq(hv_app_key_make(&app, &made, &err), HV_OK, "%s", err.why);
    in.thumbprint = made.thumbprint;
    cr_assert_eq(hv_sign_in_request(&in, &made.pkcs8, &out, &err), HV_OK, "%s",
                 err.why);
    cr_expect(bytes_contain(hv_secret_bytes(&out), made.thumbprint));
    from = memmem(out.data, out.len, made.thumbprint, 40);
    from = strchr(from, '>') + 1;
    to = strchr(from, '<');
    cr_assert_eq(hv_base64_decode(from, (size_t)(to - from), signature,
                                  sizeof(signature), &len),
                 HV_OK);
    cr_expect_eq(len, 256);
    at = made.pkcs8.data;
    key = d2i_AutoPrivateKey(NULL, &at, (long)made.pkcs8.len);
    cr_assert_not_null(key);
    cr_expect(verifies(key, EVP_sha1(),
                       cut_element(hv_secret_bytes(&out), "content"),
                       (struct hv_bytes){ signature, len }));
    EVP_PKEY_free(key);
    hv_secret_release(&out);
    hv_new_app_key_release(&made);
}
