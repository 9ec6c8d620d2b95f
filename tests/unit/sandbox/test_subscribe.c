/* test_subscribe.c - each rule of the subscription methods with its code. */
#include "support.h"

#include "hvconsole/codec.h"
#include "hvconsole/names.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

static int
subscribe(struct t_world *world, const char *info, char **text)
{
    struct t_request r = { .method = "SubscribeToEvent",
                           .version = 1,
                           .info = info };

    return t_call(world, &r, text);
}

static int
update(struct t_world *world, const char *info)
{
    struct t_request r = { .method = "UpdateEventSubscription",
                           .version = 1,
                           .info = info };

    return t_call(world, &r, NULL);
}

static char *
key_of(size_t len)
{
    uint8_t key[128];
    char *text = hv_calloc(1, HV_BASE64_SIZE(sizeof(key)));

    memset(key, 0x5a, sizeof(key));
    hv_base64_encode(key, len, text);
    return text;
}

static void
expect_invalid(struct t_world *world, const struct t_sub *sub,
               const char *field, const char *about)
{
    char *info = t_subscription(sub);
    char *text = NULL;
    char want[64];

    snprintf(want, sizeof(want), "<error-info>%s</error-info>", field);
    cr_expect_eq(subscribe(world, info, &text), HV_CODE_SUB_INVALID, "%s: %s",
                 about, text);
    cr_expect_not_null(strstr(text, want), "%s: %s", about, text);
    cr_expect_null(strstr(text, "<message></message>"), "%s", about);
    cr_expect_eq(world->p.sub_count, 0, "%s", about);
    free(text);
    free(info);
}

Test(subscribe, refuses_invalid_content_naming_the_field, .init = t_start)
{
    static const char unknown_type[] = "00000000-0000-4000-8000-000000000001";
    static const char some_id[] = "d2a4c6e8-1357-4b9d-8f0a-2c4e6a8b0d1f";
    static const char *const urls[] = {
        "http://app.example.org/n",
        "https://user@app.example.org/n",
        "https://app.example.org/n#x",
        "app.example.org",
        "",
    };
    static const size_t lengths[] = { 1, 32, 63, 65, 96 };
    char long_url[HV_MAX_URL + 2];
    struct t_world world;

    t_world_init(&world);
    expect_invalid(&world, &(struct t_sub){ .id = some_id }, "id", "id given");
    expect_invalid(&world, &(struct t_sub){ .types = { T_BP, unknown_type } },
                   "type-id", "unknown type");
    for (size_t i = 0; i < HV_LEN(urls); i++)
        expect_invalid(&world, &(struct t_sub){ .url = urls[i] }, "url",
                       urls[i]);
    memset(long_url, 'a', sizeof(long_url));
    memcpy(long_url, "https://a/", 10);
    long_url[sizeof(long_url) - 1] = '\0';
    expect_invalid(&world, &(struct t_sub){ .url = long_url }, "url", "1025");
    for (size_t i = 0; i < HV_LEN(lengths); i++) {
        char *key = key_of(lengths[i]);

        expect_invalid(&world, &(struct t_sub){ .key = key },
                       "notification-key", "key length");
        free(key);
    }
    expect_invalid(&world, &(struct t_sub){ .key = "!!!!" }, "notification-key",
                   "not base64");
    t_world_release(&world);
}

Test(subscribe, refuses_what_the_schema_does, .init = t_start)
{
    static const struct {
        const char *from;
        const char *to;
    } rows[] = {
        { ">v1<", "><" },
        { ">v1<", ">v 1<" },
        { ">v1<", ">v_1<" },
        { ">v1<", ">v\xc3\xa9<" },
        { ">v1<", ">aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa<" },
        { "<info>", "<info><more/>" },
        { "<subscription>", "<subscription>text" },
        { "<type-id>" T_BP "</type-id>", "" },
        { "<type-id>" T_BP "</type-id>", "<type-id>x</type-id>" },
        { "<filter>", "" },
        { "<filters>", "<filters><filter><type-ids/></filter>" },
        { "<filters>", "<filters><filter/>" },
        { "<common>", "<common><id>x</id>" },
        { "<common>", "<common><requires-msh-pairing/>" },
        { "<url>", "<url><x/>" },
        { "<notification-key>", "<notification-key/><notification-key>" },
        { "record-item-changed-event>", "other-event>" },
    };
    struct t_world world;
    char *good = t_subscription(&(struct t_sub){ 0 });

    t_world_init(&world);
    for (size_t i = 0; i < HV_LEN(rows); i++) {
        struct hv_buf info = { 0 };
        const char *at = strstr(good, rows[i].from);

        cr_assert_not_null(at, "row %zu", i);
        hv_buf_add(&info, good, (size_t)(at - good));
        hv_buf_add_str(&info, rows[i].to);
        hv_buf_add_str(&info, at + strlen(rows[i].from));
        cr_expect_eq(subscribe(&world, hv_buf_str(&info), NULL),
                     HV_CODE_INVALID_XML, "row %zu: %s", i, rows[i].to);
        hv_buf_release(&info);
    }
    cr_expect_eq(subscribe(&world, "<info/>", NULL), HV_CODE_INVALID_XML);
    cr_expect_eq(subscribe(&world,
                           "<info><subscription><common/></subscription>"
                           "</info>",
                           NULL),
                 HV_CODE_INVALID_XML);
    cr_expect_eq(world.p.sub_count, 0);
    free(good);
    t_world_release(&world);
}

/* @filters filters of @types types each, as info of SubscribeToEvent. */
static char *
many(size_t filters, size_t types)
{
    static const char mark[] =
        "<filter><type-ids><type-id>" T_BP "</type-id></type-ids></filter>";
    char *good = t_subscription(&(struct t_sub){ 0 });
    char *at = strstr(good, mark);
    struct hv_buf info = { 0 };

    cr_assert_not_null(at);
    hv_buf_add(&info, good, (size_t)(at - good));
    for (size_t f = 0; f < filters; f++) {
        hv_buf_add_str(&info, "<filter><type-ids>");
        for (size_t t = 0; t < types; t++)
            hv_buf_add_str(&info, "<type-id>" T_BP "</type-id>");
        hv_buf_add_str(&info, "</type-ids></filter>");
    }
    hv_buf_add_str(&info, at + strlen(mark));
    free(good);
    return (char *)info.data;
}

Test(subscribe, has_a_ceiling_on_types_and_filters, .init = t_start)
{
    static const struct {
        size_t filters;
        size_t types;
        int code;
    } rows[] = {
        { 1, HV_MAX_TYPES_PER_SUB, 0 },
        { 1, HV_MAX_TYPES_PER_SUB + 1, HV_CODE_SUB_INVALID },
        { HV_MAX_FILTERS, HV_MAX_TYPES_PER_SUB / HV_MAX_FILTERS, 0 },
        { HV_MAX_FILTERS + 1, 1, HV_CODE_SUB_INVALID },
        { 3, 1000, HV_CODE_SUB_INVALID },
    };
    struct t_world world;

    t_world_init(&world);
    for (size_t i = 0; i < HV_LEN(rows); i++) {
        char *info = many(rows[i].filters, rows[i].types);

        cr_expect_eq(subscribe(&world, info, NULL), rows[i].code, "row %zu", i);
        free(info);
    }
    cr_expect_eq(world.p.sub_count, 2);
    t_world_release(&world);
}

/* 97 bytes are 132 characters: over the schema's 128 of string128nw. */
Test(subscribe, tells_a_long_key_from_a_wrong_one, .init = t_start)
{
    struct t_world world;
    char *key = key_of(97);
    char *info = t_subscription(&(struct t_sub){ .key = key });

    t_world_init(&world);
    cr_expect_eq(subscribe(&world, info, NULL), HV_CODE_INVALID_XML);
    free(info);
    info = t_subscription(&(struct t_sub){ .key = " " });
    cr_expect_eq(subscribe(&world, info, NULL), HV_CODE_INVALID_XML);
    free(info);
    free(key);
    t_world_release(&world);
}

Test(subscribe, allows_http_when_told, .init = t_start)
{
    struct t_world world;
    char id[HV_GUID_TEXT];

    t_world_init(&world);
    world.p.allow_http = true;
    t_subscribe(&world, &(struct t_sub){ .url = "http://127.0.0.1:1/n" }, id);
    cr_expect_str_eq(world.p.subs[0].url, "http://127.0.0.1:1/n");
    t_world_release(&world);
}

Test(subscribe, holds_the_action_url_root_in_production, .init = t_start)
{
    static const struct t_sub inside = { .url = "https://www.app.com/hv/n" };
    static const struct t_sub outside = { .url = "https://www.app.com/n" };
    struct t_world world;
    char id[HV_GUID_TEXT];

    t_world_init(&world);
    t_subscribe(&world, &outside, id);
    sb_sub_remove(&world.p, &world.p.subs[0]);
    world.p.is_prod = true;
    expect_invalid(&world, &inside, "url", "no action URL");
    hv_copy(world.p.apps[0].action_url, sizeof(world.p.apps[0].action_url),
            "https://www.app.com/hv/redirect.aspx");
    expect_invalid(&world, &outside, "url", "outside");
    t_subscribe(&world, &inside, id);
    cr_expect_eq(world.p.sub_count, 1);
    t_world_release(&world);
}

Test(subscribe, stops_at_the_limit, .init = t_start)
{
    struct t_world world;
    char *info = t_subscription(&(struct t_sub){ 0 });
    char *bad = t_subscription(&(struct t_sub){ .url = "http://a/" });
    char *text = NULL;

    t_world_init(&world);
    for (int i = 0; i < HV_MAX_SUBS; i++)
        cr_expect_eq(subscribe(&world, info, NULL), 0, "number %d", i + 1);
    cr_expect_eq(subscribe(&world, info, &text), HV_CODE_SUB_LIMIT);
    cr_expect_not_null(strstr(text, "25 subscriptions"), "%s", text);
    cr_expect_eq(subscribe(&world, bad, NULL), HV_CODE_SUB_INVALID);
    sb_sub_remove(&world.p, &world.p.subs[3]);
    cr_expect_eq(subscribe(&world, info, NULL), 0);
    world.p.apps[0].limit = 26;
    cr_expect_eq(subscribe(&world, info, NULL), 0);
    cr_expect_eq(subscribe(&world, info, NULL), HV_CODE_SUB_LIMIT);
    free(text);
    free(bad);
    free(info);
    t_world_release(&world);
}

/* What was sent comes back: key, version, URL and filters as they were. */
Test(subscribe, lists_what_was_subscribed, .init = t_start)
{
    static const char url[] = "https://app.example.org/n?a=1&amp;b=2";
    struct t_world world;
    char *key = key_of(64);
    struct t_sub sub = { .key = key,
                         .version = "2015-11-A",
                         .url = url,
                         .types = { T_BP, T_WEIGHT } };
    struct t_request r = { .method = "GetEventSubscriptions",
                           .version = 1,
                           .info = "<info> </info>" };
    char id[HV_GUID_TEXT];
    char *info = t_subscription(&sub);
    struct hv_buf want = { 0 };
    char *text = NULL;

    t_world_init(&world);
    cr_expect_eq(t_call(&world, &r, &text), 0);
    cr_expect_not_null(
        strstr(text, "<wc:info xmlns:wc=\"" HV_NS_RESPONSE
                     "GetEventSubscriptions\"><subscriptions></subscriptions>"
                     "</wc:info></response>"),
        "%s", text);
    free(text);
    t_subscribe(&world, &sub, id);
    cr_expect_eq(t_call(&world, &r, &text), 0);
    hv_buf_addf(&want, "<subscriptions><subscription><common><id>%s</id>", id);
    hv_buf_add_str(&want, info + strlen("<info><subscription><common>"));
    want.len -= strlen("</info>");
    want.data[want.len] = '\0';
    hv_buf_add_str(&want, "</subscriptions></wc:info></response>");
    cr_expect_not_null(strstr(text, hv_buf_str(&want)), "%s\n%s", text,
                       hv_buf_str(&want));
    r.info = "<info><x/></info>";
    cr_expect_eq(t_call(&world, &r, NULL), HV_CODE_INVALID_XML);
    hv_buf_release(&want);
    free(text);
    free(info);
    free(key);
    t_world_release(&world);
}

Test(subscribe, updates_whole_and_keeps_the_old_key, .init = t_start)
{
    struct t_world world;
    struct t_sub sub = { .version = "v2", .types = { T_WEIGHT } };
    char *new_key = key_of(64);
    char id[HV_GUID_TEXT];
    char *info;

    t_world_init(&world);
    info = t_subscription(&sub);
    cr_expect_eq(update(&world, info), HV_CODE_SUB_INVALID, "no id");
    free(info);
    sub.id = "00000000-0000-4000-8000-000000000009";
    info = t_subscription(&sub);
    cr_expect_eq(update(&world, info), HV_CODE_SUB_NOT_FOUND);
    free(info);
    t_subscribe(&world, &(struct t_sub){ 0 }, id);
    sub.id = id;
    sub.key = new_key;
    sub.url = "http://no/";
    info = t_subscription(&sub);
    cr_expect_eq(update(&world, info), HV_CODE_SUB_INVALID);
    cr_expect_str_eq(world.p.subs[0].key.version.id, "v1", "nothing changed");
    free(info);
    sub.url = "https://app.example.org/other";
    info = t_subscription(&sub);
    cr_expect_eq(update(&world, info), 0);
    cr_expect_str_eq(world.p.subs[0].key.version.id, "v2");
    cr_expect_eq(world.p.subs[0].key.key.data[0], 0x5a);
    cr_expect_str_eq(world.p.subs[0].old_key.version.id, "v1");
    cr_expect_eq(world.p.subs[0].old_key.key.data[0], 0);
    cr_expect_eq(world.p.subs[0].replaced_ms, T_NOW_MS);
    cr_expect_str_eq(world.p.subs[0].url, "https://app.example.org/other");
    cr_expect_eq(world.p.subs[0].type_count, 1);
    free(info);
    free(new_key);
    t_world_release(&world);
}
