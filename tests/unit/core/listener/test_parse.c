/*
 * test_parse.c - what of the XML of a notification is read, skipped, refused.
 */
#include "hvconsole/limits.h"
#include "hvconsole/notify.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#define S "d2a4c6e8-1357-4b9d-8f0a-2c4e6a8b0d1f"
#define P "8d4e1f92-66b3-4c1a-8f07-2b9d5e60c3a1"
#define R "c05a7e34-1f2d-4b86-9c3e-d8417a6b5f02"
#define T "a7c3e5d1-0b42-4f69-8e17-93d5c6b20f84"

#define ROOT(inside)                                                           \
    "<n:notifications xmlns:n='urn:com.microsoft.wc.notification'>" inside     \
    "</n:notifications>"
#define NOTE(inside) ROOT("<notification>" inside "</notification>")
#define COMMON       "<common><subscription-id>" S "</subscription-id></common>"
#define IDS          "<person-id>" P "</person-id><record-id>" R "</record-id>"
#define THINGS       "<things><thing><thing-id>" T "</thing-id></thing></things>"
#define CHANGE(inside)                                                         \
    "<record-change-notification>" inside "</record-change-notification>"
#define GOOD NOTE(COMMON CHANGE(IDS THINGS))

static struct hv_notify_parser *parser;

static void
start(void)
{
    parser = hv_notify_parser_new();
}

static void
end(void)
{
    hv_notify_parser_free(parser);
}

TestSuite(parse, .init = start, .fini = end);

static enum hv_status
parse(const char *text, struct hv_event_list *list, struct hv_error *err)
{
    return hv_notify_parse(parser, hv_bytes_str(text), list, err);
}

static void
expect_good(void)
{
    struct hv_event_list list = { 0 };
    struct hv_error err = { 0 };
    char text[HV_GUID_TEXT];

    cr_assert_eq(parse(GOOD, &list, &err), HV_OK, "%s", err.why);
    cr_assert_eq(list.len, 1);
    cr_expect_eq(list.ignored, 0);
    hv_guid_format(&list.items[0].sub, text);
    cr_expect_str_eq(text, S);
    hv_guid_format(&list.items[0].person, text);
    cr_expect_str_eq(text, P);
    hv_guid_format(&list.items[0].record, text);
    cr_expect_str_eq(text, R);
    cr_assert_eq(list.items[0].things_len, 1);
    hv_guid_format(&list.items[0].things[0], text);
    cr_expect_str_eq(text, T);
    hv_event_list_release(&list);
}

/* Each is followed by a good one: the parser must not remember. */
Test(parse, refuses)
{
    static const char *const bad[] = {
        "",
        " ",
        "x",
        "<",
        "<a",
        "<a/>",
        "<notifications/>",
        "<notifications xmlns='urn:com.microsoft.wc.notifications'/>",
        "<n:notification xmlns:n='urn:com.microsoft.wc.notification'/>",
        ROOT(""),
        ROOT("<other/>"),
        "<n:notifications xmlns:n='urn:com.microsoft.wc.notification'>",
        GOOD "<x/>",
        GOOD GOOD,
        "x" GOOD,
        "<!DOCTYPE n:notifications>" GOOD,
        "<!DOCTYPE x [<!ENTITY e 'x'>]>" GOOD,
        "<?xml version='1.0' encoding='utf-16'?>" GOOD,
        "<?xml version='1.0' encoding='latin1'?>" GOOD,
        "\xef\xbb\xbf\xef\xbb\xbf" GOOD,
        ROOT("<notification>" COMMON CHANGE(IDS THINGS)),
        NOTE(COMMON CHANGE(IDS THINGS) "&unknown;"),
        NOTE(COMMON CHANGE(IDS THINGS) "<a></b>"),
        NOTE(COMMON CHANGE(IDS THINGS) "<u:a/>"),
        NOTE(COMMON CHANGE(IDS THINGS) "\x01"),
        NOTE(COMMON CHANGE(IDS THINGS) "\xff"),
        NOTE(CHANGE(IDS THINGS)),
        NOTE("<common/>" CHANGE(IDS THINGS)),
        NOTE(COMMON COMMON CHANGE(IDS THINGS)),
        NOTE(COMMON CHANGE(THINGS)),
        NOTE(COMMON CHANGE("<person-id>" P "</person-id>" THINGS)),
        NOTE(COMMON CHANGE(IDS IDS THINGS)),
        NOTE(COMMON CHANGE(IDS THINGS) CHANGE(IDS THINGS)),
        NOTE(COMMON CHANGE("<person-id/><record-id>" R "</record-id>")),
        NOTE(COMMON CHANGE("<person-id>{" P "}</person-id>" IDS)),
        NOTE(COMMON CHANGE("<person-id>" P P P "</person-id>")),
        NOTE(COMMON CHANGE("<person-id><x/>" P "</person-id>"
                           "<record-id>" R "</record-id>")),
        NOTE(COMMON CHANGE(IDS "<things><thing-id>x</thing-id></things>")),
        NOTE(COMMON CHANGE(IDS "<things><thing><thing-id/></thing></things>")),
    };

    for (size_t i = 0; i < HV_LEN(bad); i++) {
        struct hv_event_list list = { 0 };
        struct hv_error err = { 0 };

        cr_expect_eq(parse(bad[i], &list, &err), HV_ERR_FORMAT, "row %zu: %s",
                     i, bad[i]);
        cr_expect_neq(err.why[0], '\0', "row %zu", i);
        cr_expect_null(list.items, "row %zu", i);
        expect_good();
    }
}

Test(parse, reasons_never_quote_the_body)
{
    struct hv_event_list list = { 0 };
    struct hv_error err = { 0 };

    cr_assert_eq(parse(ROOT("<secret></oops>"), &list, &err), HV_ERR_FORMAT);
    cr_expect_null(strstr(err.why, "secret"), "%s", err.why);
    cr_expect_null(strstr(err.why, "oops"), "%s", err.why);
}

Test(parse, tolerates)
{
    static const struct {
        const char *text;
        size_t events, ignored, things;
    } rows[] = {
        { GOOD, 1, 0, 1 },
        { "\xef\xbb\xbf" GOOD, 1, 0, 1 },
        { "<?xml version='1.0' encoding='UTF-8'?>\r\n" GOOD "\r\n", 1, 0, 1 },
        { "<!-- a --><?pi b?>" GOOD "<!-- c -->", 1, 0, 1 },
        { "<notifications xmlns='urn:com.microsoft.wc.notification'>"
          "<notification xmlns=''>" COMMON CHANGE(
              IDS THINGS) "</notification></notifications>",
          1, 0, 1 },
        { NOTE(COMMON CHANGE(IDS "<things/>")), 1, 0, 0 },
        { NOTE(COMMON CHANGE(IDS)), 1, 0, 0 },
        { NOTE(
              COMMON CHANGE(IDS "<things><thing-id>" T "</thing-id></things>")),
          1, 0, 1 },
        { NOTE(COMMON CHANGE(IDS "<things><thing-id>" T "</thing-id><thing>"
                                 "<thing-id>" T
                                 "</thing-id></thing></things>")),
          1, 0, 2 },
        { NOTE(COMMON CHANGE(IDS "<things><thing/></things>")), 1, 0, 0 },
        { NOTE("<new a='b'>x<common><subscription-id>no</subscription-id>"
               "</common></new>" COMMON CHANGE("<later/>" THINGS IDS)),
          1, 0, 1 },
        { NOTE(CHANGE(IDS THINGS) COMMON), 1, 0, 1 },
        { NOTE(COMMON "<future-event><thing-id/></future-event>"), 0, 1, 0 },
        { ROOT("<notification/><later><notification/></later>"), 0, 1, 0 },
        { ROOT("text<n:notification/>"
               "<notification>" COMMON CHANGE(
                   IDS THINGS) "</notification>"
                               "<notification>" COMMON "<x/></notification>"
                               "<notification>" COMMON CHANGE(
                                   IDS THINGS) "</notification>"),
          2, 1, 1 },
        { NOTE(COMMON CHANGE("<person-id> \r\n\t" P " </person-id>"
                             "<record-id><![CDATA[" R
                             "]]></record-id>" THINGS)),
          1, 0, 1 },
        { NOTE(COMMON CHANGE("<person-id>&#56;d4e1f92-66b3-4c1a-8f07<!-- x -->"
                             "-2b9d5e60c3a1</person-id>"
                             "<record-id>" R "</record-id>" THINGS)),
          1, 0, 1 },
        { NOTE(COMMON CHANGE(IDS THINGS) "&amp;&lt;&#x1F489;"), 1, 0, 1 },
    };

    for (size_t i = 0; i < HV_LEN(rows); i++) {
        struct hv_event_list list = { 0 };
        struct hv_error err = { 0 };

        cr_assert_eq(parse(rows[i].text, &list, &err), HV_OK, "row %zu: %s: %s",
                     i, rows[i].text, err.why);
        cr_expect_eq(list.len, rows[i].events, "row %zu", i);
        cr_expect_eq(list.ignored, rows[i].ignored, "row %zu", i);
        if (list.len)
            cr_expect_eq(list.items[0].things_len, rows[i].things, "row %zu",
                         i);
        hv_event_list_release(&list);
    }
}

Test(parse, many_and_deep)
{
    struct hv_buf text = { 0 };
    struct hv_event_list list = { 0 };

    hv_buf_add_str(&text, "<n:notifications xmlns:n="
                          "'urn:com.microsoft.wc.notification'>");
    for (int i = 0; i < HV_MAX_NOTIFICATIONS; i++)
        hv_buf_add_str(&text,
                       "<notification>" COMMON CHANGE(IDS) "</notification>");
    hv_buf_add_str(&text, "</n:notifications>");
    cr_expect_eq(text.len > HV_MAX_NOTIFY_BODY, true);
    if (text.len <= HV_MAX_NOTIFY_BODY_CONFIG) {
        cr_expect_eq(hv_notify_parse(parser, hv_buf_bytes(&text), &list, NULL),
                     HV_OK);
        cr_expect_eq(list.len, HV_MAX_NOTIFICATIONS);
        hv_event_list_release(&list);
    } else {
        cr_expect_eq(hv_notify_parse(parser, hv_buf_bytes(&text), &list, NULL),
                     HV_ERR_FORMAT);
    }

    hv_buf_clear(&text);
    for (int i = 0; i < HV_MAX_XML_DEPTH + 1; i++)
        hv_buf_add_str(&text, "<a>");
    for (int i = 0; i < HV_MAX_XML_DEPTH + 1; i++)
        hv_buf_add_str(&text, "</a>");
    cr_expect_eq(hv_notify_parse(parser, hv_buf_bytes(&text), &list, NULL),
                 HV_ERR_FORMAT);

    hv_buf_clear(&text);
    hv_buf_add_str(&text,
                   "<n:notifications xmlns:n="
                   "'urn:com.microsoft.wc.notification'><notification>" COMMON
                   "<record-change-notification>" IDS "<things>");
    for (int i = 0; i < 3000; i++)
        hv_buf_add_str(&text, "<thing><thing-id>" T "</thing-id></thing>");
    hv_buf_add_str(&text, "</things></record-change-notification>"
                          "</notification></n:notifications>");
    cr_assert_eq(hv_notify_parse(parser, hv_buf_bytes(&text), &list, NULL),
                 HV_OK);
    cr_expect_eq(list.items[0].things_len, 3000);
    hv_event_list_release(&list);
    hv_buf_release(&text);
}

Test(parse, without_a_kept_parser)
{
    struct hv_event_list list = { 0 };

    cr_expect_eq(hv_notify_parse(NULL, hv_bytes_str("<a>"), &list, NULL),
                 HV_ERR_FORMAT);
    cr_assert_eq(hv_notify_parse(NULL, hv_bytes_str(GOOD), &list, NULL), HV_OK);
    cr_expect_eq(list.len, 1);
    hv_event_list_release(&list);
}

/* libxml2 keeps every name it ever saw, up to 10 MB of them, and then refuses
 * whatever comes. One sender's names must not spoil the parser for all. */
Test(parse, strange_names_are_forgotten)
{
    enum { BODIES = 130, NAMES = 60, NAME_LEN = 4000 };

    for (int i = 0; i < BODIES; i++) {
        struct hv_event_list list = { 0 };
        struct hv_buf body = { 0 };
        struct hv_error err = { 0 };

        hv_buf_add_str(&body, "<n:notifications xmlns:n='urn:com.microsoft."
                              "wc.notification'><notification>" COMMON
                              "<record-change-notification>" IDS);
        for (int k = 0; k < NAMES; k++)
            hv_buf_addf(&body, "<n%0*d/>", NAME_LEN, i * NAMES + k);
        hv_buf_add_str(&body, "</record-change-notification></notification>"
                              "</n:notifications>");
        cr_assert_eq(hv_notify_parse(parser, hv_buf_bytes(&body), &list, &err),
                     HV_OK, "body %d: %s", i, err.why);
        hv_event_list_release(&list);
        hv_buf_release(&body);
        expect_good();
    }
}
