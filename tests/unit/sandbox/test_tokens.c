/*
 * test_tokens.c - session requests as real libraries write them: what is
 * signed is taken byte for byte, times are not looked at; and how times are
 * looked at elsewhere.
 */
#include "quirk_write.h"

#include "hvconsole/codec.h"
#include "hvconsole/names.h"

#include <criterion/criterion.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static EVP_PKEY *app_key;
static char thumbprint[64];

/* A key of our own, registered for the application of the world. */
static void
register_key(struct t_world *world)
{
    X509 *cert = X509_new();
    BIO *bio = BIO_new(BIO_s_mem());
    struct sb_app *app;
    char *data = NULL;
    char *pem;
    long len;

    app_key = EVP_RSA_gen(1024);
    cr_assert(app_key && cert && bio);
    ASN1_INTEGER_set(X509_get_serialNumber(cert), 1);
    X509_gmtime_adj(X509_getm_notBefore(cert), -86400);
    X509_gmtime_adj(X509_getm_notAfter(cert), -3600); /* nobody looks */
    X509_set_pubkey(cert, app_key);
    cr_assert(X509_sign(cert, app_key, EVP_sha256()) > 0);
    cr_assert_eq(PEM_write_bio_X509(bio, cert), 1);
    len = BIO_get_mem_data(bio, &data);
    pem = strndup(data, (size_t)len);
    cr_assert_eq(sb_app_add(&world->p, &world->app, pem, NULL, 0, &app, NULL),
                 HV_OK);
    hv_hex_encode(app->certs[0].print, 20, thumbprint);
    free(pem);
    BIO_free(bio);
    X509_free(cert);
}

#define SECRET                                                                 \
    "Qk5PVCBBIFNFQ1JFVCBBVCBBTEwh" /* base64 of the client's choice */
#define OLD(alg, secret)                                                       \
    "<content><app-id>{A}</app-id><shared-secret><hmac-alg algName=\"" alg     \
    "\">" secret "</hmac-alg></shared-secret></content>"
#define NEW                                                                    \
    "<content><app-id>{A}</app-id><hmac>HMACSHA256</hmac><signing-time>{T}"    \
    "</signing-time></content>"

enum print {
    LOWER,
    UPPER,
    BLANKS,
    COLONS,
    LINE_END, /* behind it: read from a file */
};

/* What is NULL or 0 is as documented. */
static const struct token_request {
    const char *name;
    int version; /* 0 = 2 */
    const char *lead;
    const char *culture;
    const char *msg_time;
    const char *extra; /* behind version, in the header */
    const char *gap;   /* round elements and the signature */
    const char *signing_time;
    const char *content; /* {A}: app-id, {T}: signing-time */
    const char *sha;     /* of the signature; NULL = SHA1 */
    const char *hmac;    /* of a hmacSig; NULL = RSA */
    enum print print;
    bool is_wrapped;
    bool is_upper; /* application ids */
} tokens[] = {
    { .name = "as documented" },
    { .name = "version 1", .version = 1, .content = OLD("HMACSHA256", SECRET) },
    { .name = "version 1 of a Python library",
      .version = 1,
      .msg_time = "2008-06-21T03:13:50.750-04:00",
      .content = OLD("HMACSHA1", SECRET "\\n"),
      .is_wrapped = true },
    { .name = "version 1 of a Ruby library",
      .version = 1,
      .msg_time = "2010-01-01T00:00:00Z",
      .gap = "\\n    ",
      .content = OLD("HMACSHA1", SECRET),
      .print = LINE_END },
    { .name = "a clock that stands still",
      .msg_time = "2008-06-17T16:00:00.000Z",
      .signing_time = "2008-06-17T16:00:00.000Z" },
    { .name = "a clock of the future",
      .msg_time = "2031-01-01T00:00:00Z",
      .signing_time = "2031-01-01T00:00:00Z" },
    { .name = "local time, no zone",
      .culture = "<language>iv</language>",
      .msg_time = "2015-11-12T19:30:00",
      .signing_time = "2015-11-12T19:30:00.1234567" },
    { .name = "an offset, nine digits",
      .lead = "<?xml version=\"1.0\"?>",
      .culture = "<culture-code>en-US</culture-code>",
      .msg_time = "2015-11-12T01:30:00-08:00",
      .signing_time = "2015-11-12T01:30:00.123456789-08:00" },
    { .name = "no culture", .culture = "" },
    { .name = "base64 in lines", .is_wrapped = true },
    { .name = "a signature in the middle of blanks", .gap = "            " },
    { .name = "upper case", .print = UPPER, .is_upper = true },
    { .name = "blanks in the thumbprint", .print = BLANKS },
    { .name = "colons in the thumbprint", .print = COLONS },
    { .name = "an info-hash that is wrong",
      .extra = "<info-hash><hash-data algName=\"SHA256\">AAAA</hash-data>"
               "</info-hash>" },
    { .name = "SHA-256", .sha = "SHA256" },
    { .name = "written over lines",
      .content = "<content>\\r\\n  <app-id>{A}</app-id>\\r\\n  <hmac>HMACSHA1"
                 "</hmac>\\r\\n  <signing-time>{T}</signing-time>\\r\\n"
                 "</content>" },
    { .name = "an application on a device", .hmac = "HMACSHA256" },
    { .name = "the same in upper case and lines",
      .hmac = "HMACSHA256",
      .is_wrapped = true,
      .is_upper = true },
    { .name = "an application on an old device", .hmac = "HMACSHA1" },
};

static const char *
either(const char *given, const char *usual)
{
    return given ? given : usual;
}

static void
write_print(enum print kind, char *out)
{
    for (size_t i = 0; thumbprint[i]; i++) {
        char c = thumbprint[i];

        if ((kind == BLANKS || kind == COLONS) && i > 0 && i % 2 == 0)
            *out++ = kind == BLANKS ? ' ' : ':';
        *out++ = kind == UPPER && c >= 'a' ? (char)(c - 'a' + 'A') : c;
    }
    if (kind == LINE_END)
        *out++ = '\n';
    *out = '\0';
}

/* The signature of content as base64 text. */
static void
sign(const struct t_world *world, const struct token_request *r,
     const char *content, char *out)
{
    const EVP_MD *md = strstr(either(r->hmac, either(r->sha, "SHA1")), "SHA1")
                           ? EVP_sha1()
                           : EVP_sha256();
    uint8_t signature[256];
    size_t len = sizeof(signature);
    char flat[512];

    if (r->hmac) {
        unsigned mac_len = 0;

        HMAC(md, world->secret, sizeof(world->secret), (uint8_t *)content,
             strlen(content), signature, &mac_len);
        len = mac_len;
    } else {
        EVP_MD_CTX *ctx = EVP_MD_CTX_new();

        cr_assert_eq(EVP_DigestSignInit(ctx, NULL, md, NULL, app_key), 1);
        cr_assert_eq(EVP_DigestSign(ctx, signature, &len, (uint8_t *)content,
                                    strlen(content)),
                     1);
        EVP_MD_CTX_free(ctx);
    }
    hv_base64_encode(signature, len, flat);
    for (size_t i = 0; flat[i]; i++) {
        *out++ = flat[i];
        if (r->is_wrapped && (i % 76 == 75 || !flat[i + 1]))
            *out++ = '\n';
    }
    *out = '\0';
}

static void
add_signature(const struct token_request *r, const char *signature,
              const char *gap, struct hv_buf *out)
{
    const char *sha = either(r->sha, "SHA1");
    char print[128];

    write_print(r->print, print);
    if (r->hmac)
        hv_buf_addf(out, "<hmacSig algName=\"%s\">%s</hmacSig>", r->hmac,
                    signature);
    else
        hv_buf_addf(out,
                    "<sig digestMethod=\"%s\" sigMethod=\"RSA-%s\" thumbprint="
                    "\"%s\">%s%s%s</sig>",
                    sha, sha, print, gap, signature, gap);
}

/* *at: where the signed bytes begin. */
static void
write_token_request(const struct t_world *world, const struct token_request *r,
                    struct hv_buf *out, size_t *at)
{
    const char *kind = r->version == 1 ? "appserver" : "appserver2";
    const char *now = "2015-11-12T09:30:00.000Z";
    char app[HV_GUID_TEXT], signature[512];
    const struct q_hole holes[] = { { "{A}", app },
                                    { "{T}", either(r->signing_time, now) } };
    char *gap = q_expand(either(r->gap, ""), NULL, 0);
    char *content;

    hv_guid_format(&world->app, app);
    for (char *c = app; r->is_upper && *c; c++)
        if (*c >= 'a')
            *c = (char)(*c - 'a' + 'A');
    content = q_expand(either(r->content, NEW), holes, HV_LEN(holes));
    sign(world, r, content, signature);
    hv_buf_addf(out,
                "%s<wc-request:request xmlns:wc-request=\"" HV_NS_REQUEST
                "\">%s<header>%s<method>CreateAuthenticatedSessionToken"
                "</method><method-version>%d</method-version><app-id>%s"
                "</app-id>%s<msg-time>%s</msg-time><msg-ttl>36000</msg-ttl>"
                "<version>x</version>%s</header>%s<info>%s<auth-info><app-id>"
                "%s</app-id>%s<credential><%s>%s",
                either(r->lead, ""), gap, gap, r->version ? r->version : 2, app,
                either(r->culture, "<language>en</language><country>US"
                                   "</country>"),
                either(r->msg_time, now), either(r->extra, ""), gap, gap, app,
                gap, kind, gap);
    add_signature(r, signature, gap, out);
    *at = out->len + strlen(gap);
    hv_buf_addf(out,
                "%s%s%s</%s></credential></auth-info></info>%s"
                "</wc-request:request>",
                gap, content, gap, kind, gap);
    free(content);
    free(gap);
}

/* One byte changed in what is signed: a year, or a letter of the secret. */
static char *
byte_to_change(const struct token_request *r, char *content)
{
    const char *before = r->version == 1 ? "HMACSHA" : "<signing-time>";
    char *at = strstr(content, before);

    cr_assert_not_null(at);
    return r->version == 1 ? strchr(at, '>') + 2 : at + strlen(before);
}

Test(tokens, session_requests_of_real_libraries_pass, .init = t_start)
{
    struct t_world world;

    t_world_init(&world);
    register_key(&world);
    cr_assert_eq(hv_secret_copy(&world.p.apps[0].secret, world.secret,
                                sizeof(world.secret), NULL),
                 HV_OK);
    for (size_t i = 0; i < HV_LEN(tokens); i++) {
        const struct token_request *r = &tokens[i];
        struct hv_buf body = { 0 };
        char *text = NULL;
        char *byte;
        size_t at;

        write_token_request(&world, r, &body, &at);
        cr_expect_eq(t_call_bytes(&world, hv_buf_bytes(&body), &text), 0,
                     "%s: %s\n%s", r->name, text, hv_buf_str(&body));
        cr_expect(strstr(text, r->version == 1 ? "</token></wc:info>"
                                               : "</token><shared-secret>"),
                  "%s", text);
        cr_expect(strstr(text, " app-record-auth-action=\"NoActionRequired\""));
        free(text);
        byte = byte_to_change(r, (char *)body.data + at);
        *byte ^= 1;
        cr_expect_eq(t_call_bytes(&world, hv_buf_bytes(&body), NULL), 4, "%s",
                     r->name);
        hv_buf_release(&body);
    }
    printf("%zu session requests, each with one byte changed too\n",
           HV_LEN(tokens));
    EVP_PKEY_free(app_key);
    t_world_release(&world);
}

/* Outside token requests an hour of skew is allowed ahead, no more; the
 * platform's own clock has nothing to do with it. */
Test(tokens, times_are_looked_at_with_an_hour_to_spare, .init = t_start)
{
    static const struct {
        int64_t ahead_ms;
        int code;
    } rows[] = {
        { 0, 0 },
        { 3600 * 1000, 0 },
        { 3600 * 1000 + 1, 49 },
        { -1800 * 1000, 0 },
        { -1800 * 1000 - 1, 49 },
    };
    struct t_world world;

    t_world_init(&world);
    world.ahead_ms = 3 * 3600 * 1000;
    for (size_t i = 0; i < HV_LEN(rows); i++) {
        struct t_request r = { .method = "GetEventSubscriptions",
                               .version = 1,
                               .info = "<info/>",
                               .sent_ms = T_NOW_MS + rows[i].ahead_ms };

        cr_expect_eq(t_call(&world, &r, NULL), rows[i].code, "row %zu", i);
    }
    t_world_release(&world);
}
