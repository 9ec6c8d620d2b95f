/*
 * script.c - the scripted platform of client tests. For tests only.
 */
#include "script.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#define WC "<wc:info xmlns:wc=\"urn:com.microsoft.wc.methods.response."

struct hv_loop *loop;
struct hv_client *client;
struct peer peer;
static char *owned[PEER_MAX];
struct hv_new_app_key app_key;
struct hv_guid app = { { 0x3f, 0x2b } };

void
script_setup(void)
{
    signal(SIGPIPE, SIG_IGN);
    cr_assert_eq(hv_secret_start(NULL, NULL), HV_OK);
    cr_assert_eq(hv_loop_new(&loop, NULL), HV_OK);
    cr_assert_eq(hv_app_key_make(&app, &app_key, NULL), HV_OK);
}

void
script_clean(void)
{
    hv_client_free(client);
    hv_loop_free(loop);
    hv_new_app_key_release(&app_key);
    peer_release(&peer);
    for (size_t i = 0; i < PEER_MAX; i++)
        free(owned[i]);
}

void
script_answer(const char *document)
{
    size_t at = peer.answers_len++;

    cr_assert_lt(at, PEER_MAX);
    if (document)
        owned[at] = peer_answer(document);
    peer.answers[at] = owned[at];
}

void
script_http(const char *answer)
{
    peer.answers[peer.answers_len++] = answer;
}

void
script_token(const char *token)
{
    char doc[512];

    snprintf(doc, sizeof(doc),
             "<response><status><code>0</code></status>" WC
             "CreateAuthenticatedSessionToken2\"><token app-id=\"3f2b0000-0000-"
             "0000-0000-000000000000\" app-record-auth-action="
             "\"NoActionRequired\">%s</token><shared-secret>AAECAw=="
             "</shared-secret></wc:info></response>",
             token);
    script_answer(doc);
}

void
script_code(int code)
{
    char doc[128];

    snprintf(doc, sizeof(doc),
             "<response><status><code>%d</code></status>"
             "</response>",
             code);
    script_answer(doc);
}

void
script_info(const char *suffix, const char *inside)
{
    struct hv_buf doc = { 0 };

    hv_buf_addf(&doc,
                "<response><status><code>0</code></status>" WC "%s\">%s"
                "</wc:info></response>",
                suffix, inside);
    script_answer(hv_buf_str(&doc));
    hv_buf_release(&doc);
}

void
script_run_with(int timeout_ms)
{
    struct hv_profile profile = { .name = "test", .app_id = app };
    struct hv_client_config config = {
        .profile = &profile,
        .pkcs8 = &app_key.pkcs8,
        .timeout_ms = timeout_ms,
    };
    struct hv_error err = { 0 };

    peer_start(&peer);
    hv_copy(profile.platform, sizeof(profile.platform), peer_url(&peer));
    hv_copy(profile.thumbprint, sizeof(profile.thumbprint), app_key.thumbprint);
    cr_assert_eq(hv_client_new(loop, &config, &client, &err), HV_OK, "%s",
                 err.why);
}

void
script_run(void)
{
    script_run_with(20000);
}

bool
request_has(size_t index, const char *text)
{
    return bytes_contain(peer_body(&peer, index), text);
}

struct hv_sub
a_sub(void)
{
    struct hv_sub sub = { .version = { "v1" } };
    struct hv_guid type;

    hv_copy(sub.url, sizeof(sub.url), "https://app.example.org/hv/notify");
    cr_assert_eq(hv_guid_parse("3d34d87e-7fc1-4153-800f-f56592cb0d17", &type),
                 HV_OK);
    hv_sub_add_type(&sub, 0, &type);
    cr_assert_eq(hv_secret_random(&sub.key, 64, NULL), HV_OK);
    return sub;
}
