/*
 * test_sender.c - test messages: which addresses they may reach, what they look
 * like to the verifier, and what is said of the answers.
 */
#include "core/net/address.h"
#include "hvconsole/send.h"

#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/un.h>

static struct hv_keyring ring;
static struct hv_guid sub, other;
static struct hv_key_version current = { "v20260102-1" },
                             older = { "v20260101-1" };

static void
add_key(const struct hv_key_version *version, enum hv_key_state state)
{
    struct hv_secret key = { 0 };

    cr_assert_eq(hv_secret_init(&key, HV_HMAC_KEY_LEN, NULL), HV_OK);
    hv_random(key.data, key.len);
    cr_assert_eq(
        hv_keyring_add_key(&ring, &sub, version, &key, HV_KEY_MADE, 1000, NULL),
        HV_OK);
    hv_keyring_find(&ring, &sub, version)->state = state;
    hv_secret_release(&key);
}

static void
begin(void)
{
    struct hv_guid app;

    bool is_locked;

    cr_assert_eq(hv_secret_start(&is_locked, NULL), HV_OK);
    app = hv_guid_random();
    sub = hv_guid_random();
    other = hv_guid_random();
    hv_keyring_add_sub(&ring, &sub, &app);
    hv_keyring_add_sub(&ring, &other, &app);
    add_key(&older, HV_KEY_ACCEPTED);
    add_key(&current, HV_KEY_ACTIVE);
}

static void
end(void)
{
    hv_keyring_release(&ring);
}

TestSuite(sender, .init = begin, .fini = end);

/* ---- addresses ---- */

static const char *
kind_of(const char *text)
{
    struct sockaddr_in in = { .sin_family = AF_INET };
    struct sockaddr_in6 in6 = { .sin6_family = AF_INET6 };

    if (inet_pton(AF_INET, text, &in.sin_addr) == 1)
        return hv_address_kind((struct sockaddr *)&in);
    cr_assert_eq(inet_pton(AF_INET6, text, &in6.sin6_addr), 1, "%s", text);
    return hv_address_kind((struct sockaddr *)&in6);
}

Test(sender, addresses_inside_are_told_from_those_outside)
{
    static const struct {
        const char *address, *kind; /* NULL = public */
    } rows[] = {
        { "0.0.0.0", "unspecified" },
        { "9.255.255.255", NULL },
        { "10.0.0.1", "private" },
        { "10.255.255.255", "private" },
        { "11.0.0.0", NULL },
        { "100.63.255.255", NULL },
        { "100.64.0.0", "carrier-private" },
        { "100.127.255.255", "carrier-private" },
        { "100.128.0.0", NULL },
        { "127.0.0.1", "loopback" },
        { "127.255.255.255", "loopback" },
        { "169.254.169.254", "link-local" },
        { "172.15.255.255", NULL },
        { "172.16.0.0", "private" },
        { "172.31.255.255", "private" },
        { "172.32.0.0", NULL },
        { "192.168.1.1", "private" },
        { "192.169.0.0", NULL },
        { "198.18.0.1", "benchmark" },
        { "198.20.0.1", NULL },
        { "224.0.0.1", "multicast" },
        { "239.1.1.1", "multicast" },
        { "255.255.255.255", "reserved" },
        { "8.8.8.8", NULL },
        { "::", "unspecified" },
        { "::1", "loopback" },
        { "::ffff:127.0.0.1", "loopback" },
        { "::ffff:10.1.2.3", "private" },
        { "::ffff:8.8.8.8", NULL },
        { "::127.0.0.1", "loopback" },
        { "64:ff9b::10.0.0.1", "private" },
        { "64:ff9b::8.8.8.8", NULL },
        { "64:ff9b:1::8.8.8.8", "private" }, /* translated within a site */
        { "2002:7f00:1::1", "loopback" },
        { "2002:a00:1::", "private" },
        { "fc00::1", "private" },
        { "fdff::1", "private" },
        { "fe80::1", "link-local" },
        { "febf::1", "link-local" },
        { "fec0::1", "site-local" },
        { "ff02::1", "multicast" },
        { "2001:db8::1", "documentation" },
        { "2606:4700::1", NULL },
    };

    for (size_t i = 0; i < HV_LEN(rows); i++) {
        const char *kind = kind_of(rows[i].address);

        cr_expect_str_eq(kind ? kind : "", rows[i].kind ? rows[i].kind : "",
                         "%s: %s", rows[i].address, kind ? kind : "public");
    }
}

Test(sender, other_families_are_foreign)
{
    struct sockaddr_un un = { .sun_family = AF_UNIX };

    cr_expect_str_eq(hv_address_kind((struct sockaddr *)&un), "foreign");
}

/* ---- messages ---- */

static enum hv_status
compose(const char *mode, struct hv_test_draft *draft)
{
    struct hv_test_plan plan = {
        .ring = &ring,
        .mode = hv_test_mode_find(mode),
        .sub = sub,
    };

    cr_assert_not_null(plan.mode, "%s", mode);
    return hv_test_compose(&plan, draft, NULL);
}

/* What our own verifier says of each kind. */
Test(sender, each_mode_is_what_it_says)
{
    static const struct {
        const char *mode;
        enum hv_verdict verdict;
        size_t events;
    } rows[] = {
        { "normal", HV_VERDICT_VERIFIED, 1 },
        { "old", HV_VERDICT_VERIFIED_OLD, 1 },
        { "mixed", HV_VERDICT_VERIFIED, 2 },
        { "many", HV_VERDICT_VERIFIED, 200 },
        { "twice", HV_VERDICT_VERIFIED, 1 },
        { "lower-case", HV_VERDICT_VERIFIED, 1 },
        { "bom", HV_VERDICT_VERIFIED, 1 },
        { "bad-xml", HV_VERDICT_QUARANTINED, 0 },
        { "bad-hmac", HV_VERDICT_BAD_HMAC, 0 },
        { "bad-version", HV_VERDICT_UNKNOWN_VERSION, 0 },
        { "malformed", HV_VERDICT_MALFORMED, 0 },
        { "missing", HV_VERDICT_MISSING, 0 },
    };
    size_t modes = 0;

    for (const struct hv_test_mode *m = hv_test_modes(); m->word; m++)
        modes++;
    cr_expect_eq(modes, HV_LEN(rows), "a mode without a row here");
    for (size_t i = 0; i < HV_LEN(rows); i++) {
        struct hv_test_draft draft = { 0 };
        struct hv_judgement judged = { 0 };
        const struct hv_test_mode *mode = hv_test_mode_find(rows[i].mode);
        struct hv_bytes header = { 0 };

        cr_assert_eq(compose(rows[i].mode, &draft), HV_OK);
        if (draft.header[0])
            header = hv_bytes_str(draft.header);
        cr_assert_eq(hv_notify_judge(&ring, header, hv_buf_bytes(&draft.body),
                                     NULL, &judged, NULL),
                     HV_OK);
        cr_expect_eq(judged.verdict, rows[i].verdict, "%s: %s", rows[i].mode,
                     hv_verdict_row(judged.verdict)->word);
        cr_expect_eq(judged.events.len, rows[i].events, "%s: %zu events",
                     rows[i].mode, judged.events.len);
        cr_expect_eq(hv_verdict_row(judged.verdict)->is_verified,
                     mode->kind != HV_TEST_FORGED, "%s", rows[i].mode);
        hv_judgement_release(&judged);
        hv_test_draft_release(&draft);
    }
}

Test(sender, each_mode_has_a_reason_and_advice_and_a_consequence)
{
    for (const struct hv_test_mode *mode = hv_test_modes(); mode->word;
         mode++) {
        bool is_genuine = mode->kind == HV_TEST_GENUINE;

        cr_expect(mode->why[0] && mode->advice[0], "%s", mode->word);
        cr_expect_eq(strstr(hv_test_effect(mode, false, false), "10 days") !=
                         NULL,
                     is_genuine, "%s", mode->word);
        cr_expect_eq(!strncmp(hv_test_effect(mode, true, true), "delivered", 9),
                     is_genuine, "%s", mode->word);
    }
}

Test(sender, no_key_no_message)
{
    struct hv_test_draft draft = { 0 };

    hv_keyring_find(&ring, &sub, &older)->state = HV_KEY_PENDING;
    cr_expect_eq(compose("old", &draft), HV_ERR_NOT_FOUND);
    hv_keyring_find(&ring, &sub, &current)->state = HV_KEY_PENDING;
    cr_expect_eq(compose("normal", &draft), HV_ERR_NOT_FOUND);
    sub = other;
    cr_expect_eq(compose("normal", &draft), HV_ERR_NOT_FOUND);
}

Test(sender, a_given_body_is_signed_as_it_is)
{
    struct hv_test_draft draft = { 0 };
    struct hv_judgement judged = { 0 };
    struct hv_test_plan plan = {
        .ring = &ring,
        .mode = hv_test_mode_find("normal"),
        .sub = sub,
        .version = &older,
        .body = hv_bytes_str("not XML\r\nat all"),
    };

    cr_assert_eq(hv_test_compose(&plan, &draft, NULL), HV_OK);
    cr_expect(hv_bytes_equal(hv_buf_bytes(&draft.body), plan.body));
    cr_assert_eq(hv_notify_judge(&ring, hv_bytes_str(draft.header), plan.body,
                                 NULL, &judged, NULL),
                 HV_OK);
    cr_expect_eq(judged.verdict, HV_VERDICT_QUARANTINED);
    cr_expect_str_eq(judged.auth.version.id, older.id);
    hv_judgement_release(&judged);
    hv_test_draft_release(&draft);
}

/* ---- answers ---- */

Test(sender, what_a_platform_makes_of_an_answer)
{
    static const struct {
        const char *mode;
        int http, refusal; /* http 0 = none came */
        bool passes, delivered;
        int expected;
        const char *note; /* part of it; NULL = nothing to say */
    } rows[] = {
        { "normal", 200, 0, true, true, 200, NULL },
        { "normal", 201, 0, false, false, 200, "only 200" },
        { "normal", 204, 0, false, false, 200, "only 200" },
        { "normal", 302, 0, false, false, 200, "redirect" },
        { "normal", 401, 0, false, false, 200, "key" },
        { "normal", 404, 0, false, false, 200, "POST" },
        { "normal", 413, 0, false, false, 200, "too large" },
        { "normal", 418, 0, false, false, 200, "did not take" },
        { "normal", 500, 0, false, false, 200, "failed" },
        { "normal", 503, 401, false, false, 200, "failed" },
        { "normal", 0, 0, false, false, 200, "no answer in time" },
        { "bad-hmac", 200, 0, true, true, 401, "discarded" },
        { "bad-hmac", 401, 0, true, false, 401, NULL },
        { "bad-hmac", 403, 0, true, false, 401, NULL },
        { "bad-hmac", 500, 0, false, false, 401, "failed" },
        { "bad-hmac", 302, 0, false, false, 401, "redirect" },
        { "bad-hmac", 401, 401, true, false, 401, NULL },
        { "bad-hmac", 200, 401, false, true, 401, "refuse it with 401" },
        { "bad-hmac", 200, 200, true, true, 200, NULL },
        { "missing", 0, 401, false, false, 401, "no answer in time" },
        { "bad-xml", 200, 0, true, true, 200, NULL },
        { "bad-xml", 400, 0, true, false, 200, NULL },
        { "bad-xml", 500, 0, false, false, 200, "failed" },
        { "bad-xml", 400, 401, false, false, 200, "did not take" },
    };

    for (size_t i = 0; i < HV_LEN(rows); i++) {
        struct hv_test_answer answer = { .http = rows[i].http };
        struct hv_test_verdict got;

        if (!rows[i].http)
            hv_fail(&answer.error, HV_ERR_NET, "no answer in time");
        hv_test_judge(hv_test_mode_find(rows[i].mode), &answer, rows[i].refusal,
                      &got);
        cr_expect_eq(got.passes, rows[i].passes, "row %zu", i);
        cr_expect_eq(got.is_delivered, rows[i].delivered, "row %zu", i);
        cr_expect_eq(got.expected, rows[i].expected, "row %zu", i);
        cr_expect(rows[i].note ? strstr(got.note, rows[i].note) != NULL
                               : !got.note[0],
                  "row %zu: %s", i, got.note);
    }
}

Test(sender, slow_is_said_and_is_no_failure)
{
    struct hv_test_answer answer = { .http = 200, .took_ms = 4321 };
    struct hv_test_verdict got;

    hv_test_judge(hv_test_mode_find("normal"), &answer, 0, &got);
    cr_expect(got.passes);
    cr_expect(strstr(got.note, "4.3 s"), "%s", got.note);
}
