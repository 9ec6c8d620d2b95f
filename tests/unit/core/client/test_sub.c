/*
 * test_sub.c - subscriptions: rules that are broken, answers that are damaged,
 * then what round-trips.
 */
#include "core/sub/xml.h"
#include "core/wire/envelope.h"
#include "hvconsole/sub.h"
#include "vectors.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#define WEIGHT   "3d34d87e-7fc1-4153-800f-f56592cb0d17"
#define PRESSURE "ca3c57f4-f4c1-4e15-be67-0a3caf5414ed"
#define GLUCOSE  "879e7c04-4e8a-4707-9ad3-b054df467ce4"

static void
setup(void)
{
    cr_assert_eq(hv_secret_start(NULL, NULL), HV_OK);
}

TestSuite(sub, .init = setup);

static struct hv_guid
guid(const char *text)
{
    struct hv_guid id;

    cr_assert_eq(hv_guid_parse(text, &id), HV_OK);
    return id;
}

static void
add_type(struct hv_sub *sub, size_t filter, const char *type)
{
    struct hv_guid id = guid(type);

    hv_sub_add_type(sub, filter, &id);
}

static struct hv_profile
profile(enum hv_env env, const char *action_url)
{
    struct hv_profile p = { .name = "test", .env = env };

    hv_copy(p.action_url, sizeof(p.action_url), action_url);
    return p;
}

/* A subscription that meets every rule. */
static struct hv_sub
good_sub(void)
{
    struct hv_sub sub = { .version = { "v1" } };

    hv_copy(sub.url, sizeof(sub.url), "https://app.example.org/hv/notify");
    add_type(&sub, 0, WEIGHT);
    cr_assert_eq(hv_secret_random(&sub.key, HV_HMAC_KEY_LEN, NULL), HV_OK);
    return sub;
}

static void
expect_refused(struct hv_sub *sub, const struct hv_profile *p, const char *said)
{
    struct hv_error err = { 0 };

    cr_expect_eq(hv_sub_check(sub, p, &err), HV_ERR_RULE, "%s", said);
    cr_expect(strstr(err.why, said), "%s: %s", said, err.why);
    hv_sub_release(sub);
}

Test(sub, check_keys_and_versions)
{
    static const char *const versions[] = { " ", "v 1", "v_1", "v1\n" };
    struct hv_profile p = profile(HV_ENV_PPE, "");
    struct hv_sub sub;

    sub = good_sub();
    sub.key.len = 63;
    expect_refused(&sub, &p, "64 bytes long, this one 63");
    sub = good_sub();
    hv_secret_release(&sub.key);
    cr_assert_eq(hv_secret_random(&sub.key, 65, NULL), HV_OK);
    expect_refused(&sub, &p, "this one 65");
    for (size_t i = 0; i < HV_LEN(versions); i++) {
        sub = good_sub();
        hv_copy(sub.version.id, sizeof(sub.version.id), versions[i]);
        expect_refused(&sub, &p, "key version id");
    }
    sub = good_sub();
    hv_secret_release(&sub.key);
    cr_expect_eq(hv_sub_check(&sub, &p, NULL), HV_OK);
    sub.version.id[0] = '\0'; /* both are made when it is created */
    cr_expect_eq(hv_sub_check(&sub, &p, NULL), HV_OK);
    hv_sub_release(&sub);
}

Test(sub, check_types)
{
    struct hv_profile p = profile(HV_ENV_PPE, "");
    struct hv_sub sub = good_sub();

    free(sub.filters[0].types);
    free(sub.filters);
    sub.filters = NULL;
    sub.filters_len = 0;
    expect_refused(&sub, &p, "at least one thing type");
    sub = good_sub();
    add_type(&sub, 2, WEIGHT); /* leaves filter 1 empty */
    expect_refused(&sub, &p, "names no thing type");
    sub = good_sub();
    add_type(&sub, 0, "00000000-1111-2222-3333-444444444444");
    expect_refused(&sub, &p, "00000000-1111-2222-3333-444444444444");
    sub = good_sub();
    for (size_t i = 1; i <= HV_MAX_FILTERS; i++)
        add_type(&sub, i, WEIGHT);
    expect_refused(&sub, &p, "at most 32 filters");
}

Test(sub, check_url)
{
    static const char action[] = "https://app.example.org/hv/in";
    struct hv_profile ppe = profile(HV_ENV_PPE, action);
    struct hv_profile prod = profile(HV_ENV_PROD, action);
    struct hv_profile none = profile(HV_ENV_PROD, "");
    struct hv_sub sub = good_sub();

    hv_copy(sub.url, sizeof(sub.url), "http://app.example.org/hv/notify");
    expect_refused(&sub, &ppe, "https://");
    sub = good_sub();
    hv_copy(sub.url, sizeof(sub.url), "https://app.example.org/notify");
    cr_expect_eq(hv_sub_check(&sub, &ppe, NULL), HV_OK);
    expect_refused(&sub, &prod, "action URL");
    sub = good_sub();
    expect_refused(&sub, &none, "no action URL");
    sub = good_sub();
    cr_expect_eq(hv_sub_check(&sub, &prod, NULL), HV_OK);
    hv_sub_release(&sub);
}

#define HEAD                                                                   \
    "<response><status><code>0</code></status><wc:info "                       \
    "xmlns:wc=\"urn:com.microsoft.wc.methods.response.GetEventSubscriptions\">"
#define TAIL "</wc:info></response>"
#define ID   "<id>d2a4c6e8-1357-4b9d-8f0a-2c4e6a8b0d1f</id>"
#define KEY                                                                    \
    "<notification-authentication-info><hv-eventing-shared-key>"               \
    "<notification-key>Nq3Ca7wDNM1usZQT8xyJ3dF08Xj4vp1F4NS35DrKqr2tfFn/"       \
    "PjtvmclEL2aKeS2h2iyHWYMdGfhSdzGptykKGQ==</notification-key>"              \
    "<notification-key-version-id>v2</notification-key-version-id>"            \
    "</hv-eventing-shared-key></notification-authentication-info>"
#define CHANNEL                                                                \
    "<notification-channel><http-notification-channel><url>"                   \
    "https://app.example.org/hv/notify?a=1&amp;b</url>"                        \
    "</http-notification-channel></notification-channel>"
#define EVENT                                                                  \
    "<record-item-changed-event><filters><filter><type-ids><type-id>" PRESSURE \
    "</type-id></type-ids></filter></filters></record-item-changed-event>"
#define SUB(common, event)                                                     \
    "<subscription><common>" common "</common>" event "</subscription>"
#define LIST(subs) HEAD "<subscriptions>" subs "</subscriptions>" TAIL
#define WITH_KEY(key, version)                                                 \
    LIST(SUB(ID                                                                \
             "<notification-authentication-info><hv-eventing-shared-key>" key  \
                 version "</hv-eventing-shared-key>"                           \
             "</notification-authentication-info>" CHANNEL,                    \
             EVENT))
#define VERSION "<notification-key-version-id>v2</notification-key-version-id>"

static enum hv_status
read_list(const char *doc, struct hv_sub_list *out, struct hv_error *err)
{
    struct hv_response r = { 0 };
    const xmlNode *info = NULL;
    enum hv_status st;

    cr_assert_eq(
        hv_response_parse(hv_bytes_str(doc), "GetEventSubscriptions", &r, err),
        HV_OK, "%s", doc);
    st = hv_response_info(&r, &info, err);
    if (!st)
        st = hv_sub_list_read(info, out, err);
    hv_response_release(&r);
    return st;
}

Test(sub, list_refuses)
{
    static const char *const bad[] = {
        HEAD TAIL,
        HEAD "<subscriptions/><subscriptions/>" TAIL,
        LIST("<subscription/>"),
        LIST(SUB("", "")),
        LIST(SUB(ID KEY, EVENT)),
        LIST(SUB(KEY CHANNEL, EVENT)),
        LIST(SUB(ID CHANNEL, EVENT)),
        LIST(SUB(ID ID KEY CHANNEL, EVENT)),
        LIST(SUB(ID KEY CHANNEL CHANNEL, EVENT)),
        LIST(SUB("<id>{d2a4c6e8-1357-4b9d-8f0a-2c4e6a8b0d1f}</id>" KEY CHANNEL,
                 EVENT)),
        LIST(SUB(ID KEY CHANNEL, EVENT EVENT)),
        LIST(SUB(ID KEY CHANNEL, "<record-item-changed-event/>")),
        LIST(SUB(ID KEY CHANNEL, "<record-item-changed-event><filters><filter/>"
                                 "</filters></record-item-changed-event>")),
        LIST(SUB(ID KEY CHANNEL,
                 "<record-item-changed-event><filters><filter><type-ids>"
                 "<type-id>x</type-id></type-ids></filter></filters>"
                 "</record-item-changed-event>")),
        /* The second one is damaged: not even the first is published. */
        LIST(SUB(ID KEY CHANNEL, EVENT) SUB(ID CHANNEL, EVENT)),
        WITH_KEY("", ""),
        WITH_KEY("<notification-key>AAA=A</notification-key>", VERSION),
        WITH_KEY("<notification-key>****</notification-key>", VERSION),
        WITH_KEY("", "<notification-key-version-id>v 1"
                     "</notification-key-version-id>"),
    };

    for (size_t i = 0; i < HV_LEN(bad); i++) {
        struct hv_sub_list list = { 0 };
        struct hv_error err = { 0 };

        cr_expect_eq(read_list(bad[i], &list, &err), HV_ERR_FORMAT,
                     "row %zu: %s", i, err.why);
        cr_expect_null(list.items, "row %zu", i);
        cr_expect_null(strstr(err.why, "Nq3C"), "row %zu: %s", i, err.why);
        hv_sub_list_release(&list);
    }
}

/* Whatever the platform wrote, known or not; never a key, wherever it is. */
Test(sub, list_keeps_the_element_without_its_key)
{
    struct hv_sub_list list = { 0 };
    struct hv_error err = { 0 };
    const char *xml;

    cr_assert_eq(
        read_list(LIST(SUB(ID KEY CHANNEL "<note lang=\"de\">a &lt; b &amp; "
                                          "c</note>",
                           EVENT "<other xmlns=\"urn:x\"><notification-key>"
                                 "Nq3C<b/>Nq3C</notification-key></other>")),
                  &list, &err),
        HV_OK, "%s", err.why);
    xml = hv_buf_str(&list.items[0].xml);
    cr_expect(strstr(xml, "<subscription><common><id>") == xml, "%s", xml);
    cr_expect(strstr(xml, "<note lang=\"de\">a &lt; b &amp; c</note>"), "%s",
              xml);
    cr_expect(strstr(xml, "<other xmlns=\"urn:x\"><notification-key>(not "
                          "shown)</notification-key></other>"),
              "%s", xml);
    cr_expect_null(strstr(xml, "Nq3C"), "%s", xml);
    cr_expect(strstr(xml, "</subscription>"), "%s", xml);
    hv_sub_list_release(&list);
}

Test(sub, list_of_too_long_urls)
{
    struct hv_buf doc = { 0 };
    struct hv_sub_list list = { 0 };

    hv_buf_add_str(&doc,
                   HEAD "<subscriptions><subscription><common>" ID KEY
                        "<notification-channel><http-notification-channel><url>"
                        "https://h/");
    for (int i = 0; i < 1024; i++)
        hv_buf_add_char(&doc, 'a');
    hv_buf_add_str(&doc,
                   "</url></http-notification-channel>"
                   "</notification-channel></common>" EVENT "</subscription>"
                   "</subscriptions>" TAIL);
    cr_expect_eq(read_list(hv_buf_str(&doc), &list, NULL), HV_ERR_FORMAT);
    hv_buf_release(&doc);
}

Test(sub, list_tolerates_what_is_new)
{
    static const char doc[] = LIST(
        "<new/>" SUB(
            ID "<requires-msh-pairing>true</requires-msh-pairing>" KEY CHANNEL
               "<delivery-priority>1</delivery-priority>",
            EVENT "<label>x</label>")
            SUB("<id>e3b5d7f9-2468-4cae-9a1b-3d5f7b9c1e20</id>"
                "<notification-authentication-info><hv-eventing-shared-key>" VERSION
                "</hv-eventing-shared-key>"
                "</notification-authentication-info>" CHANNEL,
                "<other-event/>"));
    struct hv_sub_list list = { 0 };
    struct hv_error err = { 0 };
    struct hv_guid type = guid(PRESSURE);

    cr_assert_eq(read_list(doc, &list, &err), HV_OK, "%s", err.why);
    cr_assert_eq(list.len, 2);
    cr_expect_str_eq(list.items[0].url,
                     "https://app.example.org/hv/notify?a=1&b");
    cr_expect_str_eq(list.items[0].version.id, "v2");
    cr_expect_eq(list.items[0].key.len, 64);
    cr_expect_eq(list.items[0].key.data[0], 0x36);
    cr_assert_eq(list.items[0].filters_len, 1);
    cr_assert_eq(list.items[0].filters[0].types_len, 1);
    cr_expect(hv_guid_equal(&list.items[0].filters[0].types[0], &type));
    /* No key echoed, and an event we do not know. */
    cr_expect_null(list.items[1].key.data);
    cr_expect_eq(list.items[1].filters_len, 0);
    hv_sub_list_release(&list);
    cr_assert_eq(read_list(LIST(""), &list, NULL), HV_OK);
    cr_expect_eq(list.len, 0);
}

/* What we read we write back the same, so the info of the vectors appears. */
static void
expect_info(const char *case_id)
{
    struct vectors all;
    const struct vector *v;
    struct hv_secret info;
    struct hv_secret made = { 0 };
    struct hv_buf doc = { 0 };
    struct hv_sub_list list = { 0 };
    bool has_id;

    vectors_load("requests.txt", &all);
    v = vectors_find(&all, case_id);
    info = vector_bytes(v, "info-b64");
    has_id = bytes_contain(hv_secret_bytes(&info), "<id>");
    hv_buf_add_str(&doc, HEAD "<subscriptions><subscription><common>");
    if (!has_id)
        hv_buf_add_str(&doc, ID);
    hv_buf_add(&doc, info.data + strlen("<info><subscription><common>"),
               info.len - strlen("<info><subscription><common>") -
                   strlen("</info>"));
    hv_buf_add_str(&doc, "</subscriptions>" TAIL);
    cr_assert_eq(read_list(hv_buf_str(&doc), &list, NULL), HV_OK);
    if (!has_id)
        list.items[0].id = (struct hv_guid){ 0 };
    cr_assert_eq(hv_sub_info(&list.items[0], &made, NULL), HV_OK);
    cr_expect(hv_secret_equal(&made, &info), "%s", case_id);
    hv_secret_release(&made);
    hv_secret_release(&info);
    hv_sub_list_release(&list);
    hv_buf_release(&doc);
    vectors_release(&all);
}

Test(sub, info_is_byte_identical)
{
    struct vectors all;
    struct hv_secret info;
    struct hv_secret made = { 0 };
    struct hv_guid id = guid("d2a4c6e8-1357-4b9d-8f0a-2c4e6a8b0d1f");

    expect_info("q03");
    expect_info("q04");
    vectors_load("requests.txt", &all);
    info = vector_bytes(vectors_find(&all, "q06"), "info-b64");
    cr_assert_eq(hv_unsubscribe_info(&id, &made, NULL), HV_OK);
    cr_expect(hv_secret_equal(&made, &info));
    hv_secret_release(&made);
    hv_secret_release(&info);
    vectors_release(&all);
}

Test(sub, resolve)
{
    static const struct {
        const char *text;
        enum hv_status status;
    } rows[] = {
        { "", HV_ERR_NOT_FOUND },
        { "d2a", HV_ERR_NOT_FOUND },
        { "ffff", HV_ERR_NOT_FOUND },
        { "d2a4c6e8-1357-4b9d-8f0a-2c4e6a8b0d1e", HV_ERR_NOT_FOUND },
        { "d2a4", HV_ERR_RULE },
        { "d2a4c6e9", HV_OK },
        { "D2A4C6E9-1357", HV_OK },
    };
    struct hv_sub items[2] = {
        { .id = guid("d2a4c6e8-1357-4b9d-8f0a-2c4e6a8b0d1f") },
        { .id = guid("d2a4c6e9-1357-4b9d-8f0a-2c4e6a8b0d1f") },
    };
    struct hv_sub_list list = { items, 2 };

    for (size_t i = 0; i < HV_LEN(rows); i++) {
        struct hv_error err = { 0 };
        size_t index = 7;

        cr_expect_eq(hv_sub_list_resolve(&list, rows[i].text, &index, &err),
                     rows[i].status, "row %zu", i);
        cr_expect_eq(index, rows[i].status ? 7 : 1, "row %zu", i);
        cr_expect(rows[i].status ? *err.hint != 0 : !err.status, "row %zu", i);
    }
}

Test(sub, hash_ignores_order_only)
{
    struct hv_sub a = good_sub();
    struct hv_sub b = { 0 };
    struct hv_sub c = { 0 };
    uint8_t ha[32];
    uint8_t hb[32];

    add_type(&a, 0, PRESSURE);
    add_type(&a, 1, GLUCOSE);
    hv_copy(b.url, sizeof(b.url), a.url);
    add_type(&b, 0, GLUCOSE);
    add_type(&b, 1, PRESSURE);
    add_type(&b, 1, WEIGHT);
    add_type(&b, 1, WEIGHT); /* twice is once */
    hv_copy(b.version.id, sizeof(b.version.id), "v9");
    hv_sub_hash(&a, ha);
    hv_sub_hash(&b, hb);
    cr_expect_eq(memcmp(ha, hb, 32), 0);
    hv_sub_copy(&c, &b);
    cr_expect_null(c.key.data);
    cr_expect_str_eq(c.version.id, "v9");
    hv_sub_hash(&c, hb);
    cr_expect_eq(memcmp(ha, hb, 32), 0);
    c.url[strlen(c.url) - 1] = 'x';
    hv_sub_hash(&c, hb);
    cr_expect_neq(memcmp(ha, hb, 32), 0);
    c.url[strlen(c.url) - 1] = 'y';
    hv_sub_hash(&c, hb);
    cr_expect_eq(memcmp(ha, hb, 32), 0);
    add_type(&c, 0, PRESSURE); /* in another filter as well */
    hv_sub_hash(&c, hb);
    cr_expect_neq(memcmp(ha, hb, 32), 0);
    hv_sub_release(&a);
    hv_sub_release(&b);
    hv_sub_release(&c);
}

Test(sub, types_each_once)
{
    struct hv_sub sub = good_sub();
    struct hv_guid types[4];

    add_type(&sub, 1, PRESSURE);
    add_type(&sub, 1, WEIGHT);
    cr_expect_eq(hv_sub_types(&sub, types, 4), 2);
    cr_expect_eq(types[0].b[0], 0x3d);
    cr_expect_eq(types[1].b[0], 0xca);
    cr_expect_eq(hv_sub_types(&sub, types, 1), 1);
    cr_expect_eq(hv_sub_types(&sub, NULL, 0), 0);
    hv_sub_release(&sub);
    hv_sub_release(&sub);
}
