/*
 * test_live.c - the running sandbox: TLS, control verbs, deliveries, retries
 * and an old key, as an application and its operator see them.
 */
#include "live.h"

#include "hvconsole/codec.h"
#include "hvconsole/file.h"
#include "hvconsole/names.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static const struct hv_sandbox_config seeded = { .seed = 5 };
static struct live live;

static void
start(void)
{
    l_start(&live, &seeded);
    l_sign_in(&live);
}

static void
stop(void)
{
    l_stop(&live);
}

Test(live, delivers_signed_notifications, .init = start, .fini = stop)
{
    char id[HV_GUID_TEXT];
    char thing[HV_GUID_TEXT] = "";
    struct hv_facts facts = { 0 };

    l_subscribe(&live, NULL, "v1", 0x11, id);
    cr_expect_eq(l_ask(&live, &facts, NULL, "verb", "emit", "wait", "1", NULL),
                 HV_OK);
    l_expect_fact(&facts, "queued", "1");
    l_expect_fact(&facts, "delivered", "1");
    l_expect_fact(&facts, "type", T_BP);
    l_expect_fact(&facts, "action", "add");
    cr_expect(hv_facts_get(&facts, "thing", 0, thing, sizeof(thing)));
    cr_assert_eq(live.received_count, 1);
    l_expect_signed(&live.received[0], id, "v1", 0x11);
    cr_expect_not_null(strstr(hv_buf_str(&live.received[0].body), thing));
    hv_facts_release(&facts);
    cr_expect_eq(l_ask(&live, &facts, NULL, "verb", "emit", "wait", "1",
                       "count", "60", "type", "weight", NULL),
                 HV_OK);
    l_expect_fact(&facts, "queued", "0");
    l_expect_fact(&facts, "delivered", "0");
    hv_facts_release(&facts);
    cr_expect_eq(l_ask(&live, &facts, NULL, "verb", "emit", "wait", "1",
                       "count", "60", NULL),
                 HV_OK);
    l_expect_fact(&facts, "delivered", "60");
    cr_expect_eq(live.received_count, 3, "50 and 10 in a POST");
    hv_facts_release(&facts);
}

/* Byte for byte as registered: no tidying of the path on the way. */
Test(live, posts_to_the_path_as_it_was_given, .init = start, .fini = stop)
{
    static const char *const paths[] = {
        "/hv/notify?a=1",
        "/hv/./a/../b/?x=/../y",
        "/a%2fb/%7E;p=1//c",
    };

    for (size_t i = 0; i < HV_LEN(paths); i++) {
        char id[HV_GUID_TEXT];

        snprintf(live.handler_url, sizeof(live.handler_url),
                 "https://127.0.0.1:%d%s", hv_http_port(live.handler),
                 paths[i]);
        l_subscribe(&live, NULL, "v1", 0x11, id);
    }
    cr_expect_eq(l_ask(&live, NULL, NULL, "verb", "emit", "wait", "1", NULL),
                 HV_OK);
    cr_assert_eq(live.received_count, HV_LEN(paths));
    for (size_t i = 0; i < HV_LEN(paths); i++) {
        size_t found = 0;

        for (size_t k = 0; k < live.received_count; k++)
            found += strcmp(live.received[k].target, paths[i]) == 0;
        cr_expect_eq(found, 1, "%s", paths[i]);
    }
}

Test(live, retries_until_200_and_only_200, .init = start, .fini = stop)
{
    static const int statuses[] = { 500, 204, 201, 401, 200, 0 };
    char id[HV_GUID_TEXT];
    struct hv_facts facts = { 0 };

    live.answers = statuses;
    l_subscribe(&live, NULL, "v1", 0x11, id);
    cr_expect_eq(l_ask(&live, NULL, NULL, "verb", "emit", NULL), HV_OK);
    cr_expect_eq(l_ask(&live, &facts, NULL, "verb", "clock", "op", "advance",
                       "ms", "7200000", NULL),
                 HV_OK);
    l_expect_fact(&facts, "attempts", "5");
    l_expect_fact(&facts, "delivered", "1");
    cr_assert_eq(live.received_count, 5);
    for (size_t i = 0; i < 5; i++) {
        l_expect_signed(&live.received[i], id, "v1", 0x11);
        cr_expect(hv_bytes_equal(hv_buf_bytes(&live.received[0].body),
                                 hv_buf_bytes(&live.received[i].body)));
    }
    hv_facts_release(&facts);
}

Test(live, tells_when_nobody_answered_200, .init = start, .fini = stop)
{
    static const int busy[] = { 503, 0 };
    char id[HV_GUID_TEXT];
    char info[128];
    struct hv_error err = { 0 };
    struct hv_facts facts = { 0 };

    live.answers = busy;
    l_subscribe(&live, NULL, "v1", 0x11, id);
    cr_expect_eq(l_ask(&live, NULL, &err, "verb", "emit", "wait", "1",
                       "timeout_ms", "200", NULL),
                 HV_ERR_NET);
    cr_expect_not_null(strstr(err.why, "0 of 1"), "%s", err.why);
    cr_expect_eq(live.received_count, 1);
    cr_expect_eq(l_ask(&live, &facts, NULL, "verb", "status", NULL), HV_OK);
    l_expect_fact(&facts, "queued", "1");
    l_expect_fact(&facts, "subs", "1");
    hv_facts_release(&facts);
    snprintf(info, sizeof(info),
             "<info><subscription-id>%s</subscription-id>"
             "</info>",
             id);
    cr_expect_eq(l_call(&live, "UnsubscribeToEvent", info, NULL), 0);
    cr_expect_eq(l_ask(&live, &facts, NULL, "verb", "status", NULL), HV_OK);
    l_expect_fact(&facts, "subs", "0");
    hv_facts_release(&facts);
}

Test(live, signs_with_the_old_key_after_a_rotation, .init = start, .fini = stop)
{
    char id[HV_GUID_TEXT];
    struct hv_error err = { 0 };

    l_subscribe(&live, NULL, "A", 0x11, id);
    cr_expect_eq(l_ask(&live, NULL, &err, "verb", "emit", "sign", "old", NULL),
                 HV_ERR_RULE);
    l_subscribe(&live, id, "B", 0x22, NULL);
    cr_expect_eq(l_ask(&live, NULL, &err, "verb", "emit", "sign", "old", "wait",
                       "1", NULL),
                 HV_OK, "%s", err.why);
    cr_expect_eq(l_ask(&live, NULL, NULL, "verb", "emit", "wait", "1", NULL),
                 HV_OK);
    cr_assert_eq(live.received_count, 2);
    l_expect_signed(&live.received[0], id, "A", 0x11);
    l_expect_signed(&live.received[1], id, "B", 0x22);
}

Test(live, refuses_wrong_orders, .init = start, .fini = stop)
{
    static const struct {
        const char *key;
        const char *value;
        enum hv_status status;
    } rows[] = {
        { "count", "0", HV_ERR_USAGE },
        { "count", "4001", HV_ERR_USAGE },
        { "action", "burn", HV_ERR_USAGE },
        { "sign", "new", HV_ERR_USAGE },
        { "record", "00000000", HV_ERR_NOT_FOUND },
        { "type", "no such type at all", HV_ERR_NOT_FOUND },
    };

    for (size_t i = 0; i < HV_LEN(rows); i++) {
        struct hv_error err = { 0 };

        cr_expect_eq(l_ask(&live, NULL, &err, "verb", "emit", rows[i].key,
                           rows[i].value, NULL),
                     rows[i].status, "row %zu: %s", i, err.why);
        cr_expect_neq(err.why[0], '\0', "row %zu", i);
    }
    cr_expect_eq(l_ask(&live, NULL, NULL, "verb", "dance", NULL), HV_ERR_USAGE);
    cr_expect_eq(l_ask(&live, NULL, NULL, "verb", "app-add", NULL),
                 HV_ERR_USAGE);
    cr_expect_eq(l_ask(&live, NULL, NULL, "verb", "app-add", "app_id",
                       "3f2b7c1e-5a46-4d0e-9b58-0c6a1d2e7f10", NULL),
                 HV_ERR_USAGE, "a new one needs a certificate");
    cr_expect_eq(l_ask(&live, NULL, NULL, "verb", "app-add", "app_id",
                       live.app_id, "cert", "nonsense", NULL),
                 HV_ERR_FORMAT);
}

Test(live, publishes_itself_and_lists_applications, .init = start, .fini = stop)
{
    struct hv_facts facts = { 0 };
    char path[256];
    char value[256];
    struct stat info;

    cr_assert_eq(hv_run_find(live.store, "sandbox", &facts, NULL), HV_OK);
    l_expect_fact(&facts, "platform", hv_sandbox_url(live.sandbox));
    l_expect_fact(&facts, "env", "ppe");
    l_expect_fact(&facts, "persons", "3");
    l_expect_fact(&facts, "records", "5");
    cr_assert(hv_facts_get(&facts, "ca", 0, value, sizeof(value)));
    cr_expect_eq(stat(value, &info), 0);
    cr_assert(hv_facts_get(&facts, "shell", 0, value, sizeof(value)));
    cr_expect_eq(strncmp(value, "https://127.0.0.1:", 18), 0);
    cr_expect(hv_facts_get(&facts, "record_id", 4, value, sizeof(value)));
    hv_facts_release(&facts);
    snprintf(path, sizeof(path), "%s/sandbox/ca-key.pem", live.store);
    cr_assert_eq(stat(path, &info), 0);
    cr_expect_eq(info.st_mode & 0777, 0600);
    snprintf(path, sizeof(path), "%s/sandbox/server-key.pem", live.store);
    cr_assert_eq(stat(path, &info), 0);
    cr_expect_eq(info.st_mode & 0777, 0600);
    cr_expect_eq(l_ask(&live, &facts, NULL, "verb", "app-add", "app_id",
                       "3f2b7c1e-5a46-4d0e-9b58-0c6a1d2e7f10", "cert",
                       live.cert, "action_url", "https://a.example/hv/",
                       "limit", "3", NULL),
                 HV_OK);
    l_expect_fact(&facts, "limit", "3");
    l_expect_fact(&facts, "action_url", "https://a.example/hv/");
    l_expect_fact(&facts, "thumbprints", "1");
    hv_facts_release(&facts);
    cr_expect_eq(l_ask(&live, &facts, NULL, "verb", "app-list", NULL), HV_OK);
    l_expect_fact(&facts, "app_id", live.app_id);
    cr_expect(hv_facts_get(&facts, "app_id", 1, value, sizeof(value)));
    cr_expect_not(hv_facts_get(&facts, "app_id", 2, value, sizeof(value)));
    hv_facts_release(&facts);
}

Test(live, refuses_bad_http, .init = start, .fini = stop)
{
    static const struct {
        const char *header;
        const char *code;
    } rows[] = {
        { "Content-Type: text/plain", "<code>2</code>" },
        { "Content-Type: text/xml; charset=utf-16", "<code>2</code>" },
        { "Content-Type: text/xmlx", "<code>2</code>" },
        { "Content-Type: text/xml; charset=\"utf-8\"", "<code>3</code>" },
        { "Content-Type: application/xml", "<code>3</code>" },
        { "Content-Type:", "<code>3</code>" },
    };

    for (size_t i = 0; i < HV_LEN(rows); i++) {
        char *text = NULL;

        cr_expect_eq(
            l_post(&live, rows[i].header, hv_bytes_str("<html/>"), &text), 200);
        cr_expect_not_null(strstr(text, rows[i].code), "row %zu: %s", i, text);
        free(text);
    }
}

/* <html/> by gzip: it is read, and only then refused. */
Test(live, unpacks_requests, .init = start, .fini = stop)
{
    static const uint8_t packed[] = { 0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00,
                                      0x00, 0x02, 0x03, 0xb3, 0xc9, 0x28, 0xc9,
                                      0xcd, 0xd1, 0xb7, 0x03, 0x00, 0x3c, 0xe3,
                                      0xa6, 0x41, 0x07, 0x00, 0x00, 0x00 };
    static const struct {
        const char *coding;
        const char *code;
    } rows[] = {
        { "Content-Encoding: br", "<code>2</code>" },
        { "Content-Encoding: deflate", "<code>2</code>" },
        { "Content-Encoding: identity", "<code>3</code>" },
        { "Content-Encoding: gzip", "<code>3</code>" },
    };

    for (size_t i = 0; i < HV_LEN(rows); i++) {
        char *text = NULL;

        live.coding = rows[i].coding;
        cr_expect_eq(l_post(&live, "Content-Type: text/xml",
                            (struct hv_bytes){ packed, sizeof(packed) }, &text),
                     200);
        cr_expect_not_null(strstr(text, rows[i].code), "row %zu: %s", i, text);
        cr_expect_eq(strstr(text, "root") != NULL, i == 3, "row %zu: %s", i,
                     text);
        free(text);
    }
}

Test(live, serves_pages_honestly)
{
    static const struct hv_sandbox_config plain = { .is_plain = true };

    l_start(&live, &plain);
    cr_expect_eq(strncmp(hv_sandbox_url(live.sandbox), "http://127.", 11), 0);
    cr_expect_eq(l_get(&live, "/"), 200);
    cr_expect_eq(l_get(&live, "/redirect.aspx?target=HELP"), 200);
    cr_expect_eq(l_get(&live, "/platform/wildcat.ashx"), 405);
    cr_expect_eq(l_get(&live, "/platform/other"), 404);
    l_stop(&live);
}

Test(live, refuses_plain_off_loopback_and_a_second_one, .init = start,
     .fini = stop)
{
    struct hv_sandbox_config config = { .store = live.store };
    struct hv_sandbox *other = NULL;
    struct hv_error err = { 0 };

    cr_expect_eq(hv_sandbox_start(live.loop, &config, &other, &err),
                 HV_ERR_RULE);
    cr_expect_neq(err.why[0], '\0');
    config.is_plain = true;
    config.bind = "0.0.0.0";
    cr_expect_eq(hv_sandbox_start(live.loop, &config, &other, NULL),
                 HV_ERR_USAGE);
}

Test(live, keeps_its_ca_and_stops_when_told, .init = start, .fini = stop)
{
    struct hv_sandbox_config config = { .store = live.store };
    struct hv_buf before = { 0 };
    struct hv_buf after = { 0 };
    struct hv_error err = { 0 };
    char path[128];
    bool never = false;
    char *text = NULL;

    snprintf(path, sizeof(path), "%s/sandbox/ca.pem", live.store);
    cr_assert_eq(hv_file_read(path, 1 << 16, &before, NULL), HV_OK);
    cr_expect_eq(l_ask(&live, NULL, NULL, "verb", "stop", NULL), HV_OK);
    cr_expect_not(hv_loop_run_until(live.loop, &never, L_PATIENCE_MS));
    hv_sandbox_free(live.sandbox);
    live.sandbox = NULL;
    cr_expect_eq(
        hv_run_find(live.store, "sandbox", &(struct hv_facts){ 0 }, NULL),
        HV_ERR_NOT_FOUND);
    cr_assert_eq(hv_sandbox_start(live.loop, &config, &live.sandbox, &err),
                 HV_OK, "%s", err.why);
    cr_assert_eq(hv_file_read(path, 1 << 16, &after, NULL), HV_OK);
    cr_expect(hv_bytes_equal(hv_buf_bytes(&before), hv_buf_bytes(&after)));
    cr_expect_eq(l_post(&live, NULL, hv_bytes_str("<html/>"), &text), 200);
    free(text);
    hv_sandbox_free(live.sandbox);
    live.sandbox = NULL;
    cr_assert_eq(hv_file_replace(path, 0644, hv_bytes_str("damaged"), NULL),
                 HV_OK);
    cr_expect_eq(hv_sandbox_start(live.loop, &config, &live.sandbox, &err),
                 HV_ERR_DAMAGED);
    hv_buf_release(&before);
    hv_buf_release(&after);
}
