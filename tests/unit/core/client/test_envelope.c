/*
 * test_envelope.c - answers that are none, then requests byte for byte against
 * the vectors of tests/fixtures/request/requests.txt.
 */
#include "core/wire/envelope.h"
#include "core/wire/writer.h"
#include "hvconsole/clock.h"
#include "hvconsole/names.h"
#include "vectors.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#define LABEL "HVGW/1.0 (test vectors)"
#define TIME  "2015-11-12T09:30:00.000Z"

static void
setup(void)
{
    cr_assert_eq(hv_secret_start(NULL, NULL), HV_OK);
}

TestSuite(response, .init = setup);
TestSuite(request, .init = setup);

#define OPEN "<response><status><code>"
#define NS   " xmlns:wc=\"urn:com.microsoft.wc.methods.response."

Test(response, refuses_what_is_no_answer)
{
    static const char *const bad[] = {
        "",
        "OK",
        "<response/>",
        "<response><status/></response>",
        OPEN "</code></status></response>",
        OPEN "0</code><code>0</code></status></response>",
        OPEN "-1</code></status></response>",
        OPEN "+0</code></status></response>",
        OPEN "0x0</code></status></response>",
        OPEN "0 0</code></status></response>",
        OPEN "1e1</code></status></response>",
        OPEN "12345678901</code></status></response>",
        OPEN "<b>0</b></code></status></response>",
        OPEN "0</code></status><status/></response>",
        OPEN "0</code></status>",
        "<r><status><code>0</code></status></r>",
        "<response xmlns=\"urn:x\"><status><code>0</code></status></response>",
        "<response><s:status xmlns:s=\"x\"><code>0</code></s:status></response>",
        "<!DOCTYPE response [<!ENTITY a \"0\">]>" OPEN
        "&a;</code></status></response>",
        OPEN "0</code></status><info/></response>",
        OPEN "0</code></status><wc:info" NS "Other\"/></response>",
        OPEN "0</code></status><wc:info" NS "Method2\"/></response>",
        OPEN "0</code></status><wc:info" NS "Method\"/><wc:info" NS
             "Method\"/></response>",
        "\xFF\xFE<\0r\0",
        "\xEF\xBB\xBF\xEF\xBB\xBF" OPEN "0</code></status></response>",
    };

    for (size_t i = 0; i < HV_LEN(bad); i++) {
        struct hv_response r = { 0 };
        struct hv_error err = { 0 };

        cr_expect_eq(
            hv_response_parse(hv_bytes_str(bad[i]), "Method", &r, &err),
            HV_ERR_FORMAT, "row %zu: %s", i, bad[i]);
        cr_expect_null(r.doc, "row %zu", i);
        cr_expect_str_not_empty(err.why);
        hv_response_release(&r);
    }
}

Test(response, too_deep_and_truncated)
{
    static const char whole[] = OPEN "0</code></status><wc:info" NS
                                     "Method\"><a>b</a></wc:info></response>";
    struct hv_buf deep = { 0 };
    struct hv_response r = { 0 };

    hv_buf_add_str(&deep, OPEN "0</code></status>");
    for (int i = 0; i < 40; i++)
        hv_buf_add_str(&deep, "<a>");
    for (int i = 0; i < 40; i++)
        hv_buf_add_str(&deep, "</a>");
    hv_buf_add_str(&deep, "</response>");
    cr_expect_eq(hv_response_parse(hv_buf_bytes(&deep), NULL, &r, NULL),
                 HV_ERR_FORMAT);
    hv_buf_release(&deep);
    for (size_t len = 0; len < sizeof(whole) - 1; len++) {
        struct hv_bytes part = { (const uint8_t *)whole, len };

        cr_expect_eq(hv_response_parse(part, "Method", &r, NULL), HV_ERR_FORMAT,
                     "%zu bytes", len);
    }
}

Test(response, a_web_page_says_so)
{
    static const char *const pages[] = {
        "<!DOCTYPE html><html><body>hello</body></html>",
        "\xEF\xBB\xBF\r\n<!doctype HTML PUBLIC \"x\"><html></html>",
        "<html><body/></html>",
        "<HTML>",
        "  <head>",
    };

    for (size_t i = 0; i < HV_LEN(pages); i++) {
        struct hv_response r = { 0 };
        struct hv_error err = { 0 };

        cr_expect_eq(hv_response_parse(hv_bytes_str(pages[i]), NULL, &r, &err),
                     HV_ERR_FORMAT);
        cr_expect(strstr(err.why, "URL is wrong"), "%s", err.why);
        cr_expect(strstr(err.hint, "wildcat.ashx"), "%s", err.hint);
    }
}

Test(response, reads_codes_and_finds_the_info)
{
    static const char *const good[] = {
        OPEN "0</code></status></response>",
        OPEN "\n 0\t</code></status><x/><wc:info" NS "Method\"/></response>",
        "\xEF\xBB\xBF<?xml version=\"1.0\" encoding=\"utf-8\"?>" OPEN
        "0</code></status><info xmlns=\"urn:com.microsoft.wc.methods.response."
        "Method\"/></response>",
        OPEN "000</code><new/></status><q:info xmlns:q=\"urn:com.microsoft.wc."
             "methods.response.Method\"><a/></q:info></response>",
    };

    for (size_t i = 0; i < HV_LEN(good); i++) {
        struct hv_response r = { 0 };
        struct hv_error err = { 0 };
        const xmlNode *info;

        cr_expect_eq(
            hv_response_parse(hv_bytes_str(good[i]), "Method", &r, &err), HV_OK,
            "row %zu: %s", i, err.why);
        cr_expect_eq(r.code, 0);
        cr_expect_eq(hv_response_info(&r, &info, NULL),
                     i == 0 ? HV_ERR_FORMAT : HV_OK, "row %zu", i);
        hv_response_release(&r);
    }
}

Test(response, errors_are_data_and_become_sentences)
{
    static const struct {
        const char *status;
        int code;
        enum hv_status means;
        const char *said;
    } rows[] = {
        { "132", 132, HV_ERR_NOT_FOUND, "132 SUBSCRIPTION_NOT_FOUND" },
        { " 133 ", 133, HV_ERR_RULE, "25 subscriptions" },
        { "7", 7, HV_ERR_TOKEN, "CREDENTIAL_TOKEN_EXPIRED" },
        { "6", 6, HV_ERR_LOCKED, "INVALID_APP" },
        { "70", 70, HV_ERR_LOCKED, "BAD_CERT" },
        { "11", 11, HV_ERR_PLATFORM, "ACCESS_DENIED" },
        { "999", 999, HV_ERR_PLATFORM, "999 (unknown code)" },
    };

    for (size_t i = 0; i < HV_LEN(rows); i++) {
        struct hv_buf doc = { 0 };
        struct hv_response r = { 0 };
        struct hv_error err = { 0 };

        hv_buf_addf(&doc,
                    OPEN "%s</code><error><message/></error></status>"
                         "</response>",
                    rows[i].status);
        cr_assert_eq(hv_response_parse(hv_buf_bytes(&doc), "Method", &r, &err),
                     HV_OK, "row %zu: %s", i, err.why);
        cr_expect_eq(r.code, rows[i].code);
        cr_expect_eq(hv_response_fail(&r, &err), rows[i].means, "row %zu", i);
        cr_expect_eq(err.status, rows[i].means);
        cr_expect_eq(err.platform_code, rows[i].code);
        cr_expect(strstr(err.why, rows[i].said), "row %zu: %s", i, err.why);
        hv_response_release(&r);
        hv_buf_release(&doc);
    }
}

Test(response, keeps_message_info_and_exception)
{
    static const char doc[] =
        OPEN "134</code><error><message>The subscription contains invalid "
             "data.</message><context><server-name>S</server-name><exception>"
             "url: scheme must be https</exception></context><error-info>url"
             "</error-info></error></status></response>";
    struct hv_response r = { 0 };
    struct hv_error err = { 0 };

    cr_assert_eq(hv_response_parse(hv_bytes_str(doc), NULL, &r, NULL), HV_OK);
    cr_expect_eq(hv_response_fail(&r, &err), HV_ERR_RULE);
    cr_expect_str_eq(err.why,
                     "the platform answered 134 SUBSCRIPTION_INVALID: The "
                     "subscription contains invalid data [url] - url: scheme "
                     "must be https");
    cr_expect_str_not_empty(err.hint);
    hv_response_release(&r);
}

Test(request, refuses_wrong_calls)
{
    static const char *const bad_info[] = {
        "",
        "<info>",
        "<inf/>",
        "<information/>",
        "info",
        "<info/>x",
        "<!DOCTYPE info><info/>",
        "<info>\x01</info>",
        " <info/>",
        "<info><a></info>",
    };
    struct hv_guid id = { { 1 } };
    struct hv_request r = {
        .method = "GetThings",
        .version = 3,
        .token = hv_bytes_str("t"),
        .secret = hv_bytes_str("s"),
        .label = LABEL,
        .msg_time_ms = 1,
    };
    struct hv_secret out = { 0 };

    for (size_t i = 0; i < HV_LEN(bad_info); i++) {
        r.info = hv_bytes_str(bad_info[i]);
        cr_expect_eq(hv_request_build(&r, &out, NULL), HV_ERR_FORMAT, "row %zu",
                     i);
    }
    r.info = hv_bytes_str("<info/>");
    r.user_token = hv_bytes_str("u");
    r.offline_person = &id;
    cr_expect_eq(hv_request_build(&r, &out, NULL), HV_ERR_USAGE);
    r.user_token = hv_bytes_str("\x01");
    r.offline_person = NULL;
    cr_expect_eq(hv_request_build(&r, &out, NULL), HV_ERR_FORMAT);
    r.user_token = (struct hv_bytes){ 0 };
    r.secret = (struct hv_bytes){ 0 };
    cr_expect_eq(hv_request_build(&r, &out, NULL), HV_ERR_USAGE);
    r.secret = hv_bytes_str("s");
    r.version = 0;
    cr_expect_eq(hv_request_build(&r, &out, NULL), HV_ERR_USAGE);
    cr_expect_null(out.data);
}

/* Hash and MAC over the given bytes, of every case that signs as we do. */
Test(request, hashes_and_macs_of_all_vectors)
{
    struct vectors all;
    size_t checked = 0;

    vectors_load("requests.txt", &all);
    cr_assert_eq(all.len, 27);
    for (size_t i = 0; i < all.len; i++) {
        const struct vector *v = &all.items[i];
        struct hv_secret info = vector_bytes(v, "info-b64");
        struct hv_secret header = vector_bytes(v, "header-b64");
        struct hv_secret secret = vector_bytes(v, "secret-b64");
        const char *hmac = vector_get(v, "hmac");
        bool is_accepted = strcmp(vector_get(v, "expect"), "accept") == 0;
        char text[HV_HASH_TEXT];

        if (is_accepted && strcmp(vector_get(v, "hash"), "SHA256") == 0) {
            cr_expect_eq(hv_info_hash(hv_secret_bytes(&info), text, NULL),
                         HV_OK);
            cr_expect_str_eq(text, vector_get(v, "info-hash"), "%s",
                             vector_get(v, "id"));
            checked++;
        }
        if (*hmac && strcmp(vector_get(v, "mac"), "HMACSHA256") == 0) {
            bool is_same;

            cr_expect_eq(hv_header_mac(hv_secret_bytes(&header),
                                       hv_secret_bytes(&secret), text, NULL),
                         HV_OK);
            is_same = strcmp(text, hmac) == 0;
            /* Where the rejected ones are altered is said by their reason;
             * info-hash ones have a right MAC. */
            cr_expect(is_same || !is_accepted, "%s", vector_get(v, "id"));
            checked++;
        }
        hv_secret_release(&info);
        hv_secret_release(&header);
        hv_secret_release(&secret);
    }
    cr_expect_gt(checked, 40, "%zu", checked);
    vectors_release(&all);
}

/* What our own client would send, built from the parts of the document. */
struct part {
    char text[600];
};

static struct hv_bytes
part_of(struct hv_bytes header, const char *name, struct part *part)
{
    struct hv_bytes element = cut_element(header, name);
    size_t skip = strlen(name) + 2;

    if (element.len == 0)
        return (struct hv_bytes){ 0 };
    cr_assert_lt(element.len, sizeof(part->text));
    memcpy(part->text, element.data + skip, element.len - 2 * skip - 1);
    part->text[element.len - 2 * skip - 1] = '\0';
    return hv_bytes_str(part->text);
}

static void
rebuild(const struct vector *v)
{
    struct hv_secret info = vector_bytes(v, "info-b64");
    struct hv_secret header = vector_bytes(v, "header-b64");
    struct hv_secret secret = vector_bytes(v, "secret-b64");
    struct hv_secret document = vector_bytes(v, "document-b64");
    struct hv_bytes h = hv_secret_bytes(&header);
    struct part method, version, token, user, person, record, app;
    struct hv_guid person_id, record_id, app_id;
    struct hv_request r = { .label = LABEL };
    struct hv_secret out = { 0 };
    struct hv_error err = { 0 };

    part_of(h, "method", &method);
    part_of(h, "method-version", &version);
    r.method = method.text;
    r.version = atoi(version.text);
    r.token = part_of(h, "auth-token", &token);
    r.user_token = part_of(h, "user-auth-token", &user);
    if (part_of(h, "offline-person-id", &person).len) {
        cr_assert_eq(hv_guid_parse(person.text, &person_id), HV_OK);
        r.offline_person = &person_id;
    }
    if (part_of(h, "record-id", &record).len) {
        cr_assert_eq(hv_guid_parse(record.text, &record_id), HV_OK);
        r.record = &record_id;
    }
    if (part_of(h, "app-id", &app).len) {
        cr_assert_eq(hv_guid_parse(app.text, &app_id), HV_OK);
        r.app = &app_id;
    }
    r.secret = hv_secret_bytes(&secret);
    r.info = hv_secret_bytes(&info);
    cr_assert_eq(hv_time_parse(hv_bytes_str(TIME), &r.msg_time_ms), HV_OK);
    cr_assert_eq(hv_request_build(&r, &out, &err), HV_OK, "%s: %s",
                 vector_get(v, "id"), err.why);
    cr_expect(hv_secret_equal(&out, &document), "%s", vector_get(v, "id"));
    hv_secret_release(&out);
    hv_secret_release(&info);
    hv_secret_release(&header);
    hv_secret_release(&secret);
    hv_secret_release(&document);
}

Test(request, documents_are_byte_identical)
{
    /* Not: SHA-1 sessions (q17), culture-code (q18), target person and
     * transform (q19), which this client never sends. */
    static const char *const others[] = { "q17", "q18", "q19" };
    struct vectors all;
    size_t built = 0;

    vectors_load("requests.txt", &all);
    for (size_t i = 0; i < all.len; i++) {
        const struct vector *v = &all.items[i];
        bool is_ours = strcmp(vector_get(v, "expect"), "accept") == 0;

        for (size_t k = 0; k < HV_LEN(others); k++)
            is_ours &= strcmp(vector_get(v, "id"), others[k]) != 0;
        if (is_ours) {
            rebuild(v);
            built++;
        }
    }
    cr_expect_eq(built, 19, "%zu", built);
    vectors_release(&all);
}
