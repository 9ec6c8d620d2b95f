/*
 * test_session.c - every case of cast.txt, and what else a session request
 * can get wrong.
 */
#include "support.h"

#include "hvconsole/codec.h"
#include "hvconsole/names.h"

#include <criterion/criterion.h>
#include <openssl/hmac.h>
#include <stdlib.h>
#include <string.h>

static uint8_t bytes[65536];
static struct t_file file;
static char *cert;

static void
load(void)
{
    t_start();
    t_file_load(&file, "cast.txt");
    cert = t_read("app_cert.pem");
}

static void
unload(void)
{
    t_file_release(&file);
    free(cert);
}

/* A platform where the application of the cases is registered. */
static void
world_with_app(struct t_world *world)
{
    struct hv_guid id;
    struct sb_app *app;

    t_world_init(world);
    cr_assert_eq(hv_guid_parse(t_get(&file.head, "app_id"), &id), HV_OK);
    cr_assert_eq(sb_app_add(&world->p, &id, cert, NULL, 0, &app, NULL), HV_OK);
}

static void
give_secret(struct t_world *world, const struct t_case *c)
{
    uint8_t secret[256];
    size_t len = t_decode(c, "app_secret_b64", secret, sizeof(secret));

    if (len > 0)
        cr_assert_eq(
            hv_secret_copy(&world->p.apps[1].secret, secret, len, NULL), HV_OK);
}

static int
code_for(const char *reason)
{
    static const struct {
        const char *reason;
        int code;
    } rows[] = {
        { "", 0 },
        { "signature", HV_CODE_BAD_SIG },
        { "certificate", HV_CODE_BAD_CERT },
        { "signing-time", HV_CODE_REQUEST_TIMED_OUT },
    };

    for (size_t i = 0; i < HV_LEN(rows); i++)
        if (strcmp(rows[i].reason, reason) == 0)
            return rows[i].code;
    return -1;
}

Test(session, gives_every_case_its_verdict, .init = load, .fini = unload)
{
    cr_assert_eq(file.count, 12);
    for (size_t i = 0; i < file.count; i++) {
        const struct t_case *c = &file.cases[i];
        size_t len = t_decode(c, "request_b64", bytes, sizeof(bytes));
        struct t_world world;
        char *text = NULL;
        int want = code_for(t_get(c, "reason"));

        world_with_app(&world);
        give_secret(&world, c);
        world.p.check_signing_time = true;
        cr_expect_eq(want == 0, strcmp(t_get(c, "expect"), "accept") == 0);
        cr_expect_eq(
            t_call_bytes(&world, (struct hv_bytes){ bytes, len }, &text), want,
            "%s: %s", t_get(c, "case"), text);
        cr_expect_eq(world.p.session_count, want == 0 ? 2 : 1, "%s",
                     t_get(c, "case"));
        cr_expect_eq(!strstr(text, "<shared-secret>"),
                     want != 0 || strcmp(t_get(c, "version"), "1") == 0, "%s",
                     text);
        free(text);
        t_world_release(&world);
    }
}

Test(session, checks_signing_time_only_when_told, .init = load, .fini = unload)
{
    for (size_t i = 0; i < file.count; i++) {
        const struct t_case *c = &file.cases[i];
        size_t len = t_decode(c, "request_b64", bytes, sizeof(bytes));
        struct t_world world;

        if (strcmp(t_get(c, "reason"), "signing-time") != 0)
            continue;
        world_with_app(&world);
        cr_expect_eq(
            t_call_bytes(&world, (struct hv_bytes){ bytes, len }, NULL), 0);
        t_world_release(&world);
    }
}

/* case @id with @from replaced by @to, answered. */
static int
altered(const char *id, const char *from, const char *to, bool has_app)
{
    for (size_t i = 0; i < file.count; i++) {
        const struct t_case *c = &file.cases[i];
        struct hv_buf body = { 0 };
        struct t_world world;
        char *at;
        int code;

        if (strcmp(t_get(c, "case"), id) != 0)
            continue;
        bytes[t_decode(c, "request_b64", bytes, sizeof(bytes) - 1)] = '\0';
        at = strstr((char *)bytes, from);
        cr_assert_not_null(at, "%s", from);
        hv_buf_add(&body, bytes, (size_t)(at - (char *)bytes));
        hv_buf_add_str(&body, to);
        hv_buf_add_str(&body, at + strlen(from));
        if (has_app)
            world_with_app(&world);
        else
            t_world_init(&world);
        code = t_call_bytes(&world, hv_buf_bytes(&body), NULL);
        cr_expect(code == 0 || world.p.session_count == 1);
        t_world_release(&world);
        hv_buf_release(&body);
        return code;
    }
    return -1;
}

Test(session, refuses_what_is_not_right, .init = load, .fini = unload)
{
    static const struct {
        const char *from;
        const char *to;
        int code;
    } rows[] = {
        { "<credential>", "<credential><userpassauthsession/>", 36 },
        { "<auth-info>", "<auth-info/><auth-info>", 3 },
        { "digestMethod=\"SHA1\"", "", 3 },
        { "sigMethod=\"RSA-SHA1\"", "sigMethod=\"RSA-MD5\"", 105 },
        { "sigMethod=\"RSA-SHA1\"", "sigMethod=\"RSA-SHA256\"", 105 },
        { "digestMethod=\"SHA1\"", "digestMethod=\"MD5\"", 105 },
        { "thumbprint=\"", "thumbprint=\"00", 70 },
        { "thumbprint=\"", "x=\"", 70 },
        { ">HMACSHA256<", ">HMACMD5<", 3 },
        { "<signing-time>", "<signing-time>x", 3 },
        { "<appserver2>", "<appserver2><content/>", 3 },
        { "<method-version>2<", "<method-version>1<", 3 },
        { "<method-version>2<", "<method-version>3<", 5 },
        { "<auth-info><app-id>3f", "<auth-info><app-id>4f", 6 },
        { "</method-version><app-id>3f", "</method-version><app-id>4f", 6 },
        { "</header>", "</header> ", 0 },
        { "thumbprint=\"D41C", "thumbprint=\"d4 1C:", 0 },
    };

    for (size_t i = 0; i < HV_LEN(rows); i++)
        cr_expect_eq(altered("c01", rows[i].from, rows[i].to, true),
                     rows[i].code, "row %zu: %s", i, rows[i].to);
    cr_expect_eq(altered("c01", "<info>", "<info>", false), 6,
                 "not registered");
    cr_expect_eq(altered("c03", "<info>", "<info>", true), 66,
                 "no shared secret of its own");
    cr_expect_eq(altered("c03", "HMACSHA256", "HMACMD5", true), 3);
    cr_expect_eq(altered("c02", "HMACSHA1", "HMACMD5", true), 105);
    cr_expect_eq(altered("c02", "HMACSHA1\">", "HMACSHA1\">*", true), 3);
}

/* The secret in the answer is the one the next request must be signed with. */
Test(session, opens_a_session_that_works, .init = load, .fini = unload)
{
    const struct t_case *c = &file.cases[0];
    struct t_request r = { .method = "GetEventSubscriptions",
                           .version = 1,
                           .info = "<info/>" };
    size_t len = t_decode(c, "request_b64", bytes, sizeof(bytes));
    struct t_world world;
    char token[SB_MAX_TOKEN + 1];
    char secret[256];
    size_t secret_len = 0;
    char *text = NULL;

    world_with_app(&world);
    cr_assert_eq(t_call_bytes(&world, (struct hv_bytes){ bytes, len }, &text),
                 0);
    cr_assert_eq(sscanf(strstr(text, "<token "),
                        "<token app-id=\"%*36s\" app-record-auth-action=\""
                        "NoActionRequired\">%1024[^<]</token><shared-secret>"
                        "%255[^<]</shared-secret></wc:info></response>",
                        token, secret),
                 2, "%s", text);
    cr_expect_eq(strncmp(token, "ASAAA", 5), 0);
    cr_assert_eq(hv_base64_decode(secret, strlen(secret), world.secret,
                                  sizeof(world.secret), &secret_len),
                 HV_OK);
    cr_expect_eq(secret_len, 64);
    r.token = token;
    cr_expect_eq(t_call(&world, &r, NULL), 0);
    r.token = NULL;
    cr_expect_eq(t_call(&world, &r, NULL), HV_CODE_BAD_SIG);
    free(text);
    t_world_release(&world);
}

Test(session, registers_certificates, .init = load, .fini = unload)
{
    static const char *const bad[] = {
        "",
        "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
        "no certificate",
    };
    struct t_world world;
    struct hv_error error = { 0 };
    struct sb_app *app = NULL;
    char *other = t_read("other_cert.pem");
    struct hv_guid id;

    world_with_app(&world);
    id = world.p.apps[1].id;
    for (size_t i = 0; i < HV_LEN(bad); i++)
        cr_expect_eq(sb_app_add(&world.p, &id, bad[i], NULL, 0, &app, NULL),
                     HV_ERR_FORMAT, "row %zu", i);
    cr_expect_eq(sb_app_add(&world.p, &id, NULL, "not a url", 0, &app, &error),
                 HV_ERR_FORMAT);
    cr_expect(error.why[0] != '\0');
    cr_expect_eq(
        sb_app_add(&world.p, &id, NULL, NULL, SB_MAX_LIMIT + 1, &app, NULL),
        HV_ERR_USAGE);
    cr_expect_eq(sb_app_add(&world.p, &id, NULL, NULL, -1, &app, NULL),
                 HV_ERR_USAGE);
    cr_assert_eq(
        sb_app_add(&world.p, &id, cert, "https://a.example/x", 3, &app, NULL),
        HV_OK);
    cr_expect_eq(app->cert_count, 1, "the same thumbprint is one certificate");
    cr_assert_eq(sb_app_add(&world.p, &id, other, NULL, 0, &app, NULL), HV_OK);
    cr_expect_eq(app->cert_count, 2);
    cr_expect_eq(app->limit, 3, "what is not given stays");
    cr_expect_str_eq(app->action_url, "https://a.example/x");
    cr_expect_eq(world.p.app_count, 2);
    free(other);
    t_world_release(&world);
}
