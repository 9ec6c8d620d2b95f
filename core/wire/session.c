/*
 * session.c - the request that signs an application in, and its answer.
 * Called by core/client. Pure but for OpenSSL. The RSA key is decoded for one
 * signature and freed at once; it must not be encoded again here.
 */
#include "core/wire/session.h"
#include "core/wire/envelope.h"
#include "core/wire/reader.h"
#include "core/wire/writer.h"
#include "hvconsole/clock.h"
#include "hvconsole/codec.h"
#include "hvconsole/names.h"

#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <ctype.h>
#include <limits.h>
#include <string.h>

#define METHOD         "CreateAuthenticatedSessionToken"
#define METHOD_VERSION 2
#define MAX_SIGNATURE  1024 /* bytes: RSA of 8192 bits */

void
hv_session_token_release(struct hv_session *session)
{
    hv_secret_release(&session->token);
    hv_secret_release(&session->secret);
}

static void
write_content(struct hv_writer *w, const struct hv_sign_in *in)
{
    char time[HV_TIME_TEXT];

    hv_time_format(in->time_ms, time);
    hv_write_raw(w, "<content>");
    hv_write_element_guid(w, "app-id", in->app);
    hv_write_element_str(w, "hmac", "HMACSHA256");
    hv_write_element_str(w, "signing-time", time);
    hv_write_raw(w, "</content>");
}

enum hv_status
hv_sign_in_content(const struct hv_sign_in *in, struct hv_buf *out,
                   struct hv_error *err)
{
    struct hv_writer w = { .buf = out };

    write_content(&w, in);
    return hv_writer_check(&w, err);
}

static void
write_info(struct hv_writer *w, const struct hv_sign_in *in,
           struct hv_bytes signature)
{
    char thumbprint[41] = { 0 };
    char base64[HV_BASE64_SIZE(MAX_SIGNATURE)];

    for (size_t i = 0; i < 40 && in->thumbprint[i]; i++)
        thumbprint[i] = (char)toupper((unsigned char)in->thumbprint[i]);
    hv_base64_encode(signature.data, signature.len, base64);
    hv_write_raw(w, "<info><auth-info>");
    hv_write_element_guid(w, "app-id", in->app);
    hv_write_raw(w, "<credential><appserver2><sig digestMethod=\"SHA1\" "
                    "sigMethod=\"RSA-SHA1\" thumbprint=\"");
    hv_write_text(w, hv_bytes_str(thumbprint));
    hv_write_raw(w, "\">");
    hv_write_raw(w, base64);
    hv_write_raw(w, "</sig>");
    write_content(w, in);
    hv_write_raw(w, "</appserver2></credential></auth-info></info>");
}

enum hv_status
hv_sign_in_build(const struct hv_sign_in *in, struct hv_bytes signature,
                 struct hv_secret *out, struct hv_error *err)
{
    struct hv_buf info = { 0 };
    struct hv_writer w = { .buf = &info };
    struct hv_request request = {
        .method = METHOD,
        .version = METHOD_VERSION,
        .app = in->app,
        .msg_time_ms = in->time_ms,
        .label = in->label,
    };
    enum hv_status st;

    if (signature.len == 0 || signature.len > MAX_SIGNATURE)
        return hv_fail(err, HV_ERR_CRYPTO, "the signature has an odd length");
    /* A signature is meant to be seen: no secret in here. */
    write_info(&w, in, signature);
    st = hv_writer_check(&w, err);
    request.info = hv_buf_bytes(&info);
    if (!st)
        st = hv_request_build(&request, out, err);
    hv_buf_release(&info);
    return st;
}

static EVP_PKEY *
decode_key(const struct hv_secret *pkcs8)
{
    const unsigned char *at = pkcs8->data;
    EVP_PKEY *key;

    if (pkcs8->len == 0 || pkcs8->len > LONG_MAX)
        return NULL;
    key = d2i_AutoPrivateKey(NULL, &at, (long)pkcs8->len);
    if (key && !EVP_PKEY_is_a(key, "RSA")) {
        EVP_PKEY_free(key);
        key = NULL;
    }
    return key;
}

/* SHA-1 is what the platform's schema and every client of it use. */
static enum hv_status
sign(const struct hv_secret *pkcs8, struct hv_bytes content,
     uint8_t out[MAX_SIGNATURE], size_t *len, struct hv_error *err)
{
    EVP_PKEY *key = decode_key(pkcs8);
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    enum hv_status st = HV_OK;

    *len = MAX_SIGNATURE;
    if (!key)
        st = hv_fail(err, HV_ERR_CRYPTO,
                     "the application's private key is no RSA key");
    else if (!ctx ||
             EVP_DigestSignInit(ctx, NULL, EVP_sha1(), NULL, key) != 1 ||
             EVP_DigestSign(ctx, out, len, content.data, content.len) != 1)
        st = hv_fail(err, HV_ERR_CRYPTO,
                     "OpenSSL refused to sign with RSA and SHA-1");
    EVP_MD_CTX_free(ctx);
    EVP_PKEY_free(key);
    return st;
}

enum hv_status
hv_sign_in_request(const struct hv_sign_in *in, const struct hv_secret *pkcs8,
                   struct hv_secret *out, struct hv_error *err)
{
    uint8_t signature[MAX_SIGNATURE];
    size_t len = 0;
    struct hv_buf content = { 0 };
    enum hv_status st;

    st = hv_sign_in_content(in, &content, err);
    if (!st)
        st = sign(pkcs8, hv_buf_bytes(&content), signature, &len, err);
    if (!st)
        st =
            hv_sign_in_build(in, (struct hv_bytes){ signature, len }, out, err);
    hv_buf_release(&content);
    return st;
}

static enum hv_status
read_secret(const xmlNode *info, struct hv_secret *out, struct hv_error *err)
{
    struct hv_bytes text;
    size_t len;
    enum hv_status st;

    st = hv_xml_one_text(info, "shared-secret", true, &text, err);
    if (!st)
        st = hv_secret_init(out, HV_MAX_SESSION_SECRET, err);
    if (st)
        return st;
    if (hv_base64_decode_xml((const char *)text.data, text.len, out->data,
                             out->len, &len) ||
        len == 0)
        return hv_fail(err, HV_ERR_FORMAT,
                       "the session secret is not base64, or too long");
    out->len = len;
    return HV_OK;
}

static enum hv_status
read_token(const xmlNode *info, const struct hv_guid *app,
           struct hv_secret *out, struct hv_error *err)
{
    const xmlNode *node;
    struct hv_bytes text;
    struct hv_bytes whose;
    struct hv_guid id;
    enum hv_status st;

    st = hv_xml_one(info, "token", true, &node, err);
    if (!st)
        st = hv_xml_text(node, &text, err);
    if (st)
        return st;
    text = hv_bytes_trim(text);
    if (text.len == 0 || text.len > HV_MAX_TOKEN)
        return hv_fail(err, HV_ERR_FORMAT,
                       "the session token is empty or too long");
    whose = hv_xml_attribute(node, "app-id");
    if (whose.data &&
        (hv_guid_parse_bytes(whose, &id) || !hv_guid_equal(&id, app)))
        return hv_fail(err, HV_ERR_FORMAT,
                       "the session token is for another application");
    return hv_secret_copy(out, text.data, text.len, err);
}

/* What a sign-in that was refused means for the person. */
static enum hv_status
refused(const struct hv_response *response, struct hv_error *err)
{
    struct hv_error said = { 0 };
    enum hv_status st = hv_response_fail(response, &said);

    if (response->code == HV_CODE_BAD_SIG)
        st = HV_ERR_LOCKED;
    hv_fail(err, st, "the platform does not sign this application in: %.400s",
            said.why);
    if (err && !err->platform_code)
        err->platform_code = response->code;
    if (st == HV_ERR_LOCKED)
        hv_hint(err, "register the application's certificate with the "
                     "platform, and check application id and thumbprint of "
                     "the profile");
    else
        hv_hint(err, "%s", said.hint);
    return st;
}

enum hv_status
hv_sign_in_answer(struct hv_bytes body, const struct hv_guid *app,
                  struct hv_session *out, int *code, struct hv_error *err)
{
    struct hv_response response = { 0 };
    struct hv_session made = { 0 };
    const xmlNode *info = NULL;
    enum hv_status st;

    *code = -1;
    st = hv_response_parse(body, METHOD "2", &response, err);
    if (st)
        return st;
    *code = response.code;
    if (response.code)
        st = refused(&response, err);
    else
        st = hv_response_info(&response, &info, err);
    if (!st)
        st = read_token(info, app, &made.token, err);
    if (!st)
        st = read_secret(info, &made.secret, err);
    if (!st) {
        *out = made;
        made = (struct hv_session){ 0 };
    }
    hv_session_token_release(&made);
    hv_response_release(&response);
    return st;
}
