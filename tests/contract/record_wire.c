/*
 * record_wire.c - writes every document that client and sandbox exchange into
 * files: a proxy on loopback stands between the two. check_wire.py runs it and
 * holds the files against the published schemas.
 *
 * The folder is named by HV_WIRE_DIR.
 */
#include "tests/contract/world.h"
#include "core/net/curl.h"
#include "core/net/http.h"
#include "hvconsole/file.h"

#include <criterion/criterion.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *dir;
static int count;
static char upstream[HV_MAX_URL + 1];
static struct hv_curl *curl;

static void
keep(const char *kind, struct hv_bytes document)
{
    char path[512];

    snprintf(path, sizeof(path), "%s/%02d-%s.xml", dir, count, kind);
    cr_assert_eq(hv_file_create(path, 0600, document, NULL), HV_OK);
}

static void
forwarded(void *arg, const struct hv_post_result *result)
{
    cr_assert_eq(result->error.status, HV_OK, "%s", result->error.why);
    keep("answer", result->body);
    hv_http_reply(arg, result->http, "text/xml", result->body, true);
}

static void
arrived(void *arg, struct hv_http_request *request,
        const struct hv_http_message *message)
{
    static const char *const headers[] = { "Content-Type: text/xml", NULL };
    const struct hv_post post = {
        .url = upstream,
        .headers = headers,
        .body = message->body,
        .no_verify = true,
        .max_answer = 1 << 20,
        .timeout_ms = 10000,
    };

    (void)arg;
    count++;
    keep("request", message->body);
    hv_curl_post(curl, &post, forwarded, request);
}

/* Each method that the client knows, answered well and answered badly. */
static void
speak(void)
{
    struct hv_sub sub =
        world_weight_sub("https://localhost/hv/n?a=1&b='x'", "v-1");
    struct hv_sub_list list = { 0 };
    struct hv_people people = { 0 };
    struct hv_person person = { 0 };
    struct hv_error err = { 0 };
    struct hv_guid id;

    hv_sub_add_type(&sub, 1, &sub.filters[0].types[0]);
    cr_assert_eq(hv_client_get_subs(world.client, &list, &err), HV_OK, "%s",
                 err.why);
    hv_sub_list_release(&list);
    cr_assert_eq(hv_client_subscribe(world.client, &sub, &id, &err), HV_OK,
                 "%s", err.why);
    cr_assert_eq(hv_client_get_subs(world.client, &list, &err), HV_OK);
    cr_assert_eq(list.len, 1);
    hv_sub_list_release(&list);
    sub.id = id;
    cr_assert_eq(hv_client_update_sub(world.client, &sub, &err), HV_OK);
    cr_assert_eq(hv_client_unsubscribe(world.client, &id, &err), HV_OK);
    cr_assert_eq(hv_client_unsubscribe(world.client, &id, NULL),
                 HV_ERR_NOT_FOUND);
    cr_assert_eq(hv_client_get_people(world.client, NULL, 1, &people, &err),
                 HV_OK, "%s", err.why);
    id = people.items[0].id;
    hv_people_release(&people);
    cr_assert_eq(hv_client_get_people(world.client, &id, 0, &people, &err),
                 HV_OK);
    hv_people_release(&people);
    cr_assert_eq(hv_client_get_person(world.client, &id, &person, &err), HV_OK);
    hv_person_release(&person);
    hv_sub_release(&sub);
}

Test(wire, everything_said_is_written_down, .timeout = 60)
{
    struct hv_http_config config = { .host = "127.0.0.1",
                                     .methods = "POST",
                                     .max_body = 1 << 20 };
    struct hv_http_server *server;
    struct hv_error err = { 0 };

    dir = getenv("HV_WIRE_DIR");
    cr_assert(dir, "HV_WIRE_DIR is not set");
    world_start();
    hv_client_free(world.client);
    cr_assert_eq(hv_curl_new(world.loop, &curl, &err), HV_OK);
    cr_assert_eq(
        hv_http_start(world.loop, &config, arrived, NULL, &server, &err), HV_OK,
        "%s", err.why);
    strcpy(upstream, world.profile.platform);
    snprintf(world.profile.platform, sizeof(world.profile.platform),
             "http://127.0.0.1:%d/platform/wildcat.ashx", hv_http_port(server));
    world_make_client();
    speak();
    cr_assert_geq(count, 9);
    hv_http_free(server);
    hv_curl_free(curl);
    world_end();
}
