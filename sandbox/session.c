/*
 * session.c - CreateAuthenticatedSessionToken, versions 1 and 2: checks the
 * application's signature over the bytes of <content> and opens a session.
 * Called through the methods table. Fact: session-token
 */
#include "hvconsole/codec.h"
#include "hvconsole/names.h"
#include "sandbox/methods.h"
#include "sandbox/sign.h"

#include <string.h>

#define SIGNING_PAST_MS   (3600 * 1000LL)
#define SIGNING_FUTURE_MS (300 * 1000LL)
#define TOKEN_BYTES       174 /* 237 characters, like the real ones */
#define TOKEN_START       "ASAAA"
#define TOKEN_SIZE        (5 + HV_BASE64_SIZE(TOKEN_BYTES)) /* start, NUL */
#define MAX_SIGNATURE     1024 /* characters of base64 (schema) */
#define MAX_SECRET_TEXT   512

struct credential {
    struct hv_guid outer_app; /* auth-info/app-id */
    struct hv_guid app;       /* content/app-id */
    xmlNode *sig;             /* sig or hmacSig */
    bool is_hmac;
    enum sb_hash session_hmac; /* what the session will use */
    int64_t signing_ms;        /* version 2 */
    struct hv_secret secret;   /* version 1: chosen by the client */
};

static int
schema(struct sb_call *call, const char *what)
{
    return sb_refuse(call->answer, HV_CODE_INVALID_XML, NULL, "%s", what);
}

static int
no_memory(struct sb_call *call)
{
    return sb_refuse(call->answer, HV_CODE_FAILED, NULL,
                     "no protected memory or no random bytes are left");
}

/* Down to appserver or appserver2, and its signature; *content is left. */
static int
read_credential(struct sb_call *call, const char *kind, struct credential *out,
                xmlNode **content)
{
    struct sb_walk info = sb_walk_start(call->request->info);
    xmlNode *auth = sb_walk_take(&info, "auth-info");
    struct sb_walk walk;
    xmlNode *node;

    if (!auth || !sb_walk_is_done(&info))
        return schema(call, "info does not hold one auth-info");
    walk = sb_walk_start(auth);
    node = sb_walk_take(&walk, "app-id");
    if (!node || !sb_guid(node, &out->outer_app))
        return schema(call, "auth-info does not start with an app-id");
    node = sb_walk_take(&walk, "credential");
    if (!node || !sb_walk_is_done(&walk))
        return schema(call, "auth-info does not end with one credential");
    walk = sb_walk_start(node);
    if (sb_walk_take(&walk, "userpassauthsession"))
        return sb_refuse(call->answer, SB_CODE_CREDENTIAL_TYPE, NULL,
                         "only application credentials are accepted here");
    node = sb_walk_take(&walk, kind);
    if (!node || !sb_walk_is_done(&walk))
        return schema(call, "credential does not hold what the version wants");
    walk = sb_walk_start(node);
    out->sig = sb_walk_take(&walk, "sig");
    if (!out->sig && strcmp(kind, "appserver2") == 0) {
        out->sig = sb_walk_take(&walk, "hmacSig");
        out->is_hmac = out->sig != NULL;
    }
    *content = sb_walk_take(&walk, "content");
    if (!out->sig || !*content || !sb_walk_is_done(&walk) ||
        call->request->marks.content.len == 0)
        return schema(call, "the credential is not sig, then content");
    return HV_CODE_OK;
}

static int
read_content_2(struct sb_call *call, xmlNode *content, struct credential *out)
{
    struct sb_walk walk = sb_walk_start(content);
    xmlNode *app = sb_walk_take(&walk, "app-id");
    xmlNode *hmac = sb_walk_take(&walk, "hmac");
    xmlNode *signing = sb_walk_take(&walk, "signing-time");
    char name[32];

    if (!app || !sb_guid(app, &out->app) || !hmac ||
        !sb_text(hmac, name, sizeof(name)) || !signing ||
        !sb_time(signing, &out->signing_ms) || !sb_walk_is_done(&walk))
        return schema(call, "content is not app-id, hmac, signing-time");
    out->session_hmac = sb_hmac_named(name);
    if (out->session_hmac == SB_HASH_UNKNOWN)
        return schema(call, "hmac is neither HMACSHA256 nor HMACSHA1");
    return HV_CODE_OK;
}

static int
read_secret(struct sb_call *call, xmlNode *alg, struct credential *out)
{
    char text[MAX_SECRET_TEXT + 1];
    uint8_t data[MAX_SECRET_TEXT];
    size_t len = 0;
    int code = HV_CODE_OK;

    if (!sb_text(alg, text, sizeof(text)) ||
        hv_base64_decode_xml(text, strlen(text), data, sizeof(data), &len) ||
        len == 0)
        code = schema(call, "the shared secret is not base64 of 1 to 512 "
                            "characters");
    else if (hv_secret_copy(&out->secret, data, len, NULL))
        code = sb_refuse(call->answer, HV_CODE_FAILED, NULL,
                         "no protected memory is left");
    hv_wipe(data, sizeof(data));
    hv_wipe(text, sizeof(text));
    return code;
}

static int
read_content_1(struct sb_call *call, xmlNode *content, struct credential *out)
{
    struct sb_walk walk = sb_walk_start(content);
    xmlNode *app = sb_walk_take(&walk, "app-id");
    xmlNode *shared = sb_walk_take(&walk, "shared-secret");
    xmlNode *alg;
    char name[32];

    if (!app || !sb_guid(app, &out->app) || !shared || !sb_walk_is_done(&walk))
        return schema(call, "content is not app-id, shared-secret");
    walk = sb_walk_start(shared);
    alg = sb_walk_take(&walk, "hmac-alg");
    if (!alg || !sb_walk_is_done(&walk))
        return schema(call, "shared-secret does not hold one hmac-alg");
    sb_attribute(alg, "algName", name, sizeof(name));
    out->session_hmac = sb_hmac_named(name);
    if (out->session_hmac == SB_HASH_UNKNOWN)
        return sb_refuse(call->answer, HV_CODE_SIGNATURE_ALGORITHM, NULL,
                         "hmac-alg is neither HMACSHA256 nor HMACSHA1");
    return read_secret(call, alg, out);
}

/* 40 hexadecimal digits in any case, with blanks or colons between. */
static bool
read_thumbprint(const char *text, uint8_t out[20])
{
    char hex[41];
    size_t len = 0;

    for (; *text; text++) {
        if (*text == ' ' || *text == ':')
            continue;
        if (len == 40)
            return false;
        hex[len++] = *text;
    }
    hex[len] = '\0';
    return len == 40 && hv_hex_decode(hex, out, 20) == HV_OK;
}

static EVP_PKEY *
find_key(const struct sb_app *app, const xmlNode *sig)
{
    char text[128];
    uint8_t print[20];

    sb_attribute(sig, "thumbprint", text, sizeof(text));
    if (!read_thumbprint(text, print))
        return NULL;
    for (size_t i = 0; i < app->cert_count; i++)
        if (memcmp(app->certs[i].print, print, sizeof(print)) == 0)
            return app->certs[i].key;
    return NULL;
}

static bool
read_signature(const xmlNode *sig, uint8_t *out, size_t size, size_t *len)
{
    char text[MAX_SIGNATURE + 128]; /* line ends of wrapped base64 */

    return sb_text(sig, text, sizeof(text)) &&
           hv_base64_decode_xml(text, strlen(text), out, size, len) == HV_OK;
}

static int
check_hmac_sig(struct sb_call *call, const struct sb_app *app,
               const struct credential *cred)
{
    char name[32];
    uint8_t mac[64];
    size_t len = 0;

    sb_attribute(cred->sig, "algName", name, sizeof(name));
    if (sb_hmac_named(name) == SB_HASH_UNKNOWN)
        return schema(call, "hmacSig has no known algName");
    if (app->secret.len == 0)
        return sb_refuse(call->answer, SB_CODE_CREDENTIAL_KEY, NULL,
                         "the application has no shared secret of its own");
    if (!read_signature(cred->sig, mac, sizeof(mac), &len) ||
        !sb_hmac_is(sb_hmac_named(name), &app->secret,
                    call->request->marks.content,
                    (struct hv_bytes){ mac, len }))
        return sb_refuse(call->answer, HV_CODE_BAD_SIG, NULL,
                         "the hmacSig of content does not verify");
    return HV_CODE_OK;
}

static int
check_rsa_sig(struct sb_call *call, const struct sb_app *app,
              const struct credential *cred)
{
    char digest[32];
    char method[32];
    uint8_t signature[MAX_SIGNATURE];
    size_t len = 0;
    enum sb_hash hash;
    EVP_PKEY *key;

    sb_attribute(cred->sig, "digestMethod", digest, sizeof(digest));
    sb_attribute(cred->sig, "sigMethod", method, sizeof(method));
    if (digest[0] == '\0' || method[0] == '\0')
        return schema(call, "sig has no digestMethod or no sigMethod");
    hash = sb_hash_named(digest);
    if (hash == SB_HASH_UNKNOWN || strncmp(method, "RSA-", 4) != 0 ||
        sb_hash_named(method + 4) != hash)
        return sb_refuse(call->answer, HV_CODE_SIGNATURE_ALGORITHM, NULL,
                         "sig is neither RSA-SHA1 nor RSA-SHA256");
    key = find_key(app, cred->sig);
    if (!key)
        return sb_refuse(call->answer, HV_CODE_BAD_CERT, NULL,
                         "no certificate with that thumbprint is registered");
    if (!read_signature(cred->sig, signature, sizeof(signature), &len) ||
        !sb_signature_is(hash, key, call->request->marks.content,
                         (struct hv_bytes){ signature, len }))
        return sb_refuse(call->answer, HV_CODE_BAD_SIG, NULL,
                         "the signature of content does not verify");
    return HV_CODE_OK;
}

static int
check_credential(struct sb_call *call, const struct credential *cred)
{
    const struct sb_app *app = sb_app_find(call->platform, &cred->app);

    if (!app || app->is_disabled)
        return sb_refuse(call->answer, HV_CODE_INVALID_APP, NULL,
                         "the application is not registered here, or switched "
                         "off");
    if (!hv_guid_equal(&cred->app, &cred->outer_app) ||
        !hv_guid_equal(&cred->app, &call->request->app_id))
        return sb_refuse(call->answer, HV_CODE_INVALID_APP, NULL,
                         "header, auth-info and content name different "
                         "applications");
    return cred->is_hmac ? check_hmac_sig(call, app, cred)
                         : check_rsa_sig(call, app, cred);
}

/* Gives the token out and remembers its session. Takes the secret. */
static int
open_session(struct sb_call *call, struct credential *cred,
             char token[TOKEN_SIZE])
{
    struct hv_secret *raw = &call->answer->token;
    char id[HV_GUID_TEXT];

    if (hv_secret_random(raw, TOKEN_BYTES, NULL))
        return no_memory(call);
    memcpy(token, TOKEN_START, sizeof(TOKEN_START) - 1);
    hv_base64_encode(raw->data, raw->len, token + sizeof(TOKEN_START) - 1);
    hv_guid_format(&cred->app, id);
    sb_add(call->answer, "<token app-id=\"");
    sb_add_text(call->answer, id);
    sb_add(call->answer,
           "\" app-record-auth-action=\"NoActionRequired\">" TOKEN_START);
    sb_add_secret(call->answer, raw);
    sb_add(call->answer, "</token>");
    sb_session_add(call->platform, token, &cred->app, cred->session_hmac,
                   &cred->secret, call->now_ms + call->platform->token_life_ms);
    return HV_CODE_OK;
}

int
sb_create_session_1(struct sb_call *call)
{
    struct credential cred = { 0 };
    char token[TOKEN_SIZE];
    xmlNode *content = NULL;
    int code;

    code = read_credential(call, "appserver", &cred, &content);
    if (!code)
        code = read_content_1(call, content, &cred);
    if (!code)
        code = check_credential(call, &cred);
    if (!code)
        code = open_session(call, &cred, token);
    hv_wipe(token, sizeof(token));
    hv_secret_release(&cred.secret);
    return code;
}

static int
check_signing_time(struct sb_call *call, const struct credential *cred)
{
    int64_t age = call->real_ms - cred->signing_ms;

    if (call->platform->check_signing_time &&
        (age > SIGNING_PAST_MS || -age > SIGNING_FUTURE_MS))
        return sb_refuse(call->answer, HV_CODE_REQUEST_TIMED_OUT, NULL,
                         "signing-time is more than 1 h ago or 5 min ahead");
    return HV_CODE_OK;
}

int
sb_create_session_2(struct sb_call *call)
{
    struct credential cred = { 0 };
    char token[TOKEN_SIZE];
    xmlNode *content = NULL;
    int code;

    code = read_credential(call, "appserver2", &cred, &content);
    if (!code)
        code = read_content_2(call, content, &cred);
    if (!code)
        code = check_credential(call, &cred);
    if (!code)
        code = check_signing_time(call, &cred);
    if (!code && hv_secret_random(&cred.secret, SB_SESSION_SECRET, NULL))
        code = no_memory(call);
    if (!code)
        code = open_session(call, &cred, token);
    if (!code) {
        sb_add(call->answer, "<shared-secret>");
        sb_add_secret(call->answer,
                      &sb_session_find(call->platform, token)->secret);
        sb_add(call->answer, "</shared-secret>");
    }
    hv_wipe(token, sizeof(token));
    hv_secret_release(&cred.secret);
    return code;
}
