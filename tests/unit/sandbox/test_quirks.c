/*
 * test_quirks.c - requests as real libraries write them are taken, byte for
 * byte as they were signed; with one byte changed they are not.
 */
#include "support.h"

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

#define SHA1_TOKEN "ASAAASessionOfSha1"

/* ------------------------------------------------- writing as they do -- */

struct filling {
    const char *hole;
    const char *text;
};

/* \n and \r, and the placeholders. */
static char *
expand(const char *text, const struct filling *fillings, size_t count)
{
    struct hv_buf out = { 0 };

    while (*text) {
        size_t i = 0;

        if (text[0] == '\\') {
            hv_buf_add_char(&out, text[1] == 'n'   ? '\n'
                                  : text[1] == 'r' ? '\r'
                                                   : '\t');
            text += 2;
            continue;
        }
        while (i < count &&
               strncmp(text, fillings[i].hole, strlen(fillings[i].hole)) != 0)
            i++;
        if (i == count) {
            hv_buf_add_char(&out, *text++);
        } else {
            hv_buf_add_str(&out, fillings[i].text);
            text += strlen(fillings[i].hole);
        }
    }
    return out.data ? (char *)out.data : hv_strdup("");
}

/* base64; broken into lines, with one more line end, if @is_wrapped. */
static void
encode(const uint8_t *data, size_t len, bool is_wrapped, char *out)
{
    char flat[HV_BASE64_SIZE(EVP_MAX_MD_SIZE)];

    hv_base64_encode(data, len, flat);
    for (size_t i = 0; flat[i]; i++) {
        *out++ = flat[i];
        if (is_wrapped && (i % 20 == 19 || !flat[i + 1]))
            *out++ = '\n';
    }
    *out = '\0';
}

static const EVP_MD *
digest_of(const char *name)
{
    return strstr(name, "SHA1") ? EVP_sha1() : EVP_sha256();
}

/* Where the parts of a request begin and end. */
struct written {
    struct hv_buf body;
    size_t header, header_end, info, info_end;
};

struct names {
    char user[SB_USER_TOKEN_SIZE];
    char person[HV_GUID_TEXT];
    char record[HV_GUID_TEXT];
};

static void
write_case(const struct t_world *world, const struct names *names,
           const struct t_case *c, struct written *out)
{
    bool is_wrapped = strcmp(t_get(c, "wrap"), "yes") == 0;
    const char *hmac = t_get(c, "hmac");
    uint8_t digest[EVP_MAX_MD_SIZE];
    char text[256];
    unsigned len = 0;
    struct filling fillings[] = {
        { "{HASH}", text },
        { "{TOKEN}", strstr(hmac, "SHA1") ? SHA1_TOKEN : T_TOKEN },
        { "{USER}", names->user },
        { "{PERSON}", names->person },
        { "{RECORD}", names->record },
        { "{NOW}", t_get(c, "now") },
    };
    char *info = expand(t_get(c, "info"), fillings, 0);
    char *lead = expand(t_get(c, "lead"), fillings, 0);
    char *middle = expand(t_get(c, "middle"), fillings, 0);
    char *header;

    EVP_Digest(info, strlen(info), digest, &len, digest_of(t_get(c, "hash")),
               NULL);
    encode(digest, len, is_wrapped, text);
    header = expand(t_get(c, "header"), fillings, HV_LEN(fillings));
    HMAC(digest_of(hmac), world->secret, sizeof(world->secret),
         (uint8_t *)header, strlen(header), digest, &len);
    encode(digest, len, is_wrapped, text);
    *out = (struct written){ 0 };
    hv_buf_addf(&out->body,
                "%s%s%s<auth><hmac-data algName=\"%s\">%s</hmac-data></auth>%s",
                lead, t_get(c, "open"), middle, hmac, text, middle);
    out->header = out->body.len;
    hv_buf_add_str(&out->body, header);
    out->header_end = out->body.len;
    hv_buf_add_str(&out->body, middle);
    out->info = out->body.len;
    hv_buf_add_str(&out->body, info);
    out->info_end = out->body.len;
    hv_buf_addf(&out->body, "%s</%.*s>", middle,
                (int)strcspn(t_get(c, "open") + 1, " "), t_get(c, "open") + 1);
    free(info);
    free(lead);
    free(middle);
    free(header);
}

static void
start_world(struct t_world *world, struct names *names)
{
    struct hv_secret secret = { 0 };

    t_world_init(world);
    cr_assert_eq(
        hv_secret_copy(&secret, world->secret, sizeof(world->secret), NULL),
        HV_OK);
    sb_session_add(&world->p, SHA1_TOKEN, &world->app, SB_SHA1, &secret,
                   T_NOW_MS + SB_TOKEN_LIFE_MS);
    cr_assert(sb_user_token_issue(&world->p, &world->app, 0, 0, false, 0,
                                  T_NOW_MS, names->user));
    hv_guid_format(&world->p.persons[0].id, names->person);
    hv_guid_format(&world->p.records[0].id, names->record);
}

/* -------------------------------------------------------------- tests -- */

Test(quirks, requests_of_real_libraries_pass, .init = t_start)
{
    struct t_file file;
    struct t_world world;
    struct names names;

    t_file_load(&file, "envelopes.txt");
    cr_assert_geq(file.count, 11);
    start_world(&world, &names);
    for (size_t i = 0; i < file.count; i++) {
        const struct t_case *c = &file.cases[i];
        struct written w;
        char *text = NULL;

        write_case(&world, &names, c, &w);
        cr_expect_eq(t_call_bytes(&world, hv_buf_bytes(&w.body), &text), 0,
                     "%s: %s\n%s", t_get(c, "case"), text, hv_buf_str(&w.body));
        hv_buf_release(&w.body);
        free(text);
    }
    t_world_release(&world);
    t_file_release(&file);
}

/* Every byte of header and info, one after the other. What is no longer an
 * envelope is 3, another method 5, another token 8: nothing passes, and where
 * the document stays one that we know, it is 4. */
Test(quirks, with_one_byte_changed_they_do_not, .init = t_start)
{
    struct t_file file;
    struct t_world world;
    struct names names;
    size_t changed = 0;
    size_t bad_mac = 0;

    t_file_load(&file, "envelopes.txt");
    start_world(&world, &names);
    for (size_t i = 0; i < file.count; i++) {
        struct written w;

        write_case(&world, &names, &file.cases[i], &w);
        for (size_t at = w.header; at < w.info_end; at++) {
            uint8_t was = w.body.data[at];
            int code;

            if (at >= w.header_end && at < w.info)
                continue; /* between the two nothing is signed */
            w.body.data[at] = was ^ 1;
            code = t_call_bytes(&world, hv_buf_bytes(&w.body), NULL);
            w.body.data[at] = was;
            changed++;
            bad_mac += code == 4;
            cr_expect(code == 3 || code == 4 || code == 5 || code == 8,
                      "%s: %d for byte %zu, %c", t_get(&file.cases[i], "case"),
                      code, at, was);
        }
        hv_buf_release(&w.body);
    }
    printf("%zu changed bytes, %zu of them told as 4\n", changed, bad_mac);
    cr_expect_gt(bad_mac, changed / 4);
    t_world_release(&world);
    t_file_release(&file);
}

/* Places where the document stays the same to every reader but for a value
 * that nobody looks at: only the MAC or the hash can tell. */
Test(quirks, a_changed_label_or_text_is_4, .init = t_start)
{
    static const char *const places[] = { "<version>", "<language>",
                                          "<culture-code>" };
    struct t_file file;
    struct t_world world;
    struct names names;
    size_t told = 0;

    t_file_load(&file, "envelopes.txt");
    start_world(&world, &names);
    for (size_t i = 0; i < file.count; i++) {
        struct written w;

        write_case(&world, &names, &file.cases[i], &w);
        for (size_t k = 0; k < HV_LEN(places); k++) {
            char *at = strstr((char *)w.body.data, places[k]);

            if (!at)
                continue;
            at[strlen(places[k])] ^= 1;
            cr_expect_eq(t_call_bytes(&world, hv_buf_bytes(&w.body), NULL), 4,
                         "%s %s", t_get(&file.cases[i], "case"), places[k]);
            at[strlen(places[k])] ^= 1;
            told++;
        }
        /* One blank more inside info: the same tree, another hash. */
        hv_buf_add_char(&w.body, ' ');
        memmove(w.body.data + w.info + 6, w.body.data + w.info + 5,
                w.body.len - w.info - 6);
        w.body.data[w.info + 5] = ' ';
        cr_expect_eq(t_call_bytes(&world, hv_buf_bytes(&w.body), NULL), 4,
                     "%s: %s", t_get(&file.cases[i], "case"),
                     hv_buf_str(&w.body));
        hv_buf_release(&w.body);
    }
    cr_expect_geq(told, 2 * file.count - 1);
    t_world_release(&world);
    t_file_release(&file);
}

/* ---- session requests ---- */

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

struct token_request {
    const char *name;
    const char *lead;
    const char *culture;
    const char *msg_time;
    const char *extra;   /* behind version, in the header */
    const char *content; /* {A}: app-id, {T}: signing-time */
    const char *signing_time;
    int thumbprint; /* 0 lower, 1 upper, 2 with blanks, 3 with colons */
    bool is_wrapped;
    bool is_sha256;
};

#define PLAIN                                                                  \
    "<content><app-id>{A}</app-id><hmac>HMACSHA256</hmac><signing-time>{T}"    \
    "</signing-time></content>"

static const struct token_request tokens[] = {
    { "as documented", "", "<language>en</language><country>US</country>",
      "2015-11-12T09:30:00.000Z", "", PLAIN, "2015-11-12T09:30:00.000Z", 1,
      false, false },
    { "a clock that stands still", "",
      "<language>en</language><country>US</country>",
      "2008-06-17T16:00:00.000Z", "", PLAIN, "2008-06-17T16:00:00.000Z", 0,
      false, false },
    { "local time, no zone", "", "<language>iv</language>",
      "2015-11-12T19:30:00", "", PLAIN, "2015-11-12T19:30:00.1234567", 0, false,
      false },
    { "an offset, nine digits", "<?xml version=\"1.0\"?>",
      "<culture-code>en-US</culture-code>", "2015-11-12T01:30:00-08:00", "",
      PLAIN, "2015-11-12T01:30:00.123456789-08:00", 0, false, false },
    { "wrapped base64", "", "", "2015-11-12T09:30:00Z", "", PLAIN,
      "2015-11-12T09:30:00Z", 1, true, false },
    { "blanks in the thumbprint", "", "", "2015-11-12T09:30:00Z", "", PLAIN,
      "2015-11-12T09:30:00Z", 2, false, false },
    { "colons in the thumbprint", "", "", "2015-11-12T09:30:00Z", "", PLAIN,
      "2015-11-12T09:30:00Z", 3, false, false },
    { "an info-hash that is wrong", "", "", "2015-11-12T09:30:00Z",
      "<info-hash><hash-data algName=\"SHA256\">AAAA</hash-data></info-hash>",
      PLAIN, "2015-11-12T09:30:00Z", 1, false, false },
    { "SHA-256", "", "", "2015-11-12T09:30:00Z", "", PLAIN,
      "2015-11-12T09:30:00Z", 1, false, true },
    { "written over lines", "", "", "2015-11-12T09:30:00Z", "",
      "<content>\r\n  <app-id>{A}</app-id>\r\n  <hmac>HMACSHA1</hmac>\r\n"
      "  <signing-time>{T}</signing-time>\r\n</content>",
      "2015-11-12T09:30:00Z", 1, true, false },
};

static void
write_print(int kind, char *out)
{
    for (size_t i = 0; thumbprint[i]; i++) {
        char c = thumbprint[i];

        if (kind >= 2 && i > 0 && i % 2 == 0)
            *out++ = kind == 2 ? ' ' : ':';
        *out++ = kind == 1 && c >= 'a' ? (char)(c - 'a' + 'A') : c;
    }
    *out = '\0';
}

/* The request; *content is where the signed bytes are. */
static void
write_token_request(const struct t_world *world, const struct token_request *r,
                    struct hv_buf *out, size_t *content_at, size_t *content_len)
{
    const EVP_MD *md = r->is_sha256 ? EVP_sha256() : EVP_sha1();
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    uint8_t signature[256];
    size_t len = sizeof(signature);
    char app[HV_GUID_TEXT], print[128], flat[512], text[1024];
    struct filling fillings[] = { { "{A}", app }, { "{T}", r->signing_time } };
    char *content, *to = text;

    hv_guid_format(&world->app, app);
    content = expand(r->content, fillings, 2);
    cr_assert_eq(EVP_DigestSignInit(ctx, NULL, md, NULL, app_key), 1);
    cr_assert_eq(EVP_DigestSign(ctx, signature, &len, (uint8_t *)content,
                                strlen(content)),
                 1);
    EVP_MD_CTX_free(ctx);
    hv_base64_encode(signature, len, flat);
    for (size_t i = 0; flat[i]; i++) {
        *to++ = flat[i];
        if (r->is_wrapped && i % 76 == 75)
            *to++ = '\n';
    }
    *to = '\0';
    write_print(r->thumbprint, print);
    hv_buf_addf(out,
                "%s<wc-request:request xmlns:wc-request=\"" HV_NS_REQUEST
                "\"><header><method>CreateAuthenticatedSessionToken</method>"
                "<method-version>2</method-version><app-id>%s</app-id>%s"
                "<msg-time>%s</msg-time><msg-ttl>36000</msg-ttl><version>x"
                "</version>%s</header><info><auth-info><app-id>%s</app-id>"
                "<credential><appserver2><sig digestMethod=\"%s\" sigMethod="
                "\"RSA-%s\" thumbprint=\"%s\">%s%s</sig>",
                r->lead, app, r->culture, r->msg_time, r->extra, app,
                r->is_sha256 ? "SHA256" : "SHA1",
                r->is_sha256 ? "SHA256" : "SHA1", print, text,
                r->is_wrapped ? "\n" : "");
    *content_at = out->len;
    *content_len = strlen(content);
    hv_buf_addf(out,
                "%s</appserver2></credential></auth-info></info>"
                "</wc-request:request>",
                content);
    free(content);
}

Test(quirks, session_requests_of_real_libraries_pass, .init = t_start)
{
    struct t_world world;

    t_world_init(&world);
    register_key(&world);
    for (size_t i = 0; i < HV_LEN(tokens); i++) {
        struct hv_buf body = { 0 };
        char *text = NULL;
        size_t at, len;
        char *time;

        write_token_request(&world, &tokens[i], &body, &at, &len);
        cr_expect_eq(t_call_bytes(&world, hv_buf_bytes(&body), &text), 0,
                     "%s: %s", tokens[i].name, text);
        cr_expect(strstr(text, "</token><shared-secret>"), "%s", text);
        cr_expect(strstr(text, " app-record-auth-action=\"NoActionRequired\""));
        free(text);
        time = strstr((char *)body.data + at, "<signing-time>") + 14;
        *time ^= 1; /* the year 3015 is a time as good as any */
        cr_expect_eq(t_call_bytes(&world, hv_buf_bytes(&body), NULL), 4, "%s",
                     tokens[i].name);
        hv_buf_release(&body);
    }
    EVP_PKEY_free(app_key);
    t_world_release(&world);
}

/* Outside token requests an hour of skew is allowed ahead, no more; the
 * platform's own clock has nothing to do with it. */
Test(quirks, times_are_looked_at_with_an_hour_to_spare, .init = t_start)
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
