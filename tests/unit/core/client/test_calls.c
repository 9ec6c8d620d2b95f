/*
 * test_calls.c - the typed calls: sign-in that fails, answers that leave the
 * outcome unknown, codes, renewal, and then what was asked for.
 */
#include "script.h"

#include "core/wire/envelope.h"
#include "hvconsole/names.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#define SUB_ID "d2a4c6e8-1357-4b9d-8f0a-2c4e6a8b0d1f"

TestSuite(calls, .init = script_setup, .fini = script_clean, .timeout = 120);

static void
expect_subs_fail(enum hv_status status, const char *said, int code)
{
    struct hv_sub_list list = { 0 };
    struct hv_error err = { 0 };

    cr_expect_eq(hv_client_get_subs(client, &list, &err), status, "%s: %s",
                 said, err.why);
    cr_expect_eq(err.status, status);
    cr_expect(strstr(err.why, said), "%s: %s", said, err.why);
    cr_expect_eq(err.platform_code, code, "%s: %d", said, err.platform_code);
    cr_expect_null(list.items);
}

Test(calls, sign_in_fails)
{
    script_code(HV_CODE_BAD_SIG);
    script_code(HV_CODE_INVALID_APP);
    script_code(HV_CODE_REQUEST_TIMED_OUT);
    script_http("HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n");
    script_answer("<!DOCTYPE html><html></html>");
    script_answer("<response><status><code>0</code></status></response>");
    script_http("");
    script_run();
    expect_subs_fail(HV_ERR_LOCKED, "BAD_SIG", 4);
    expect_subs_fail(HV_ERR_LOCKED, "INVALID_APP", 6);
    expect_subs_fail(HV_ERR_PLATFORM, "REQUEST_TIMED_OUT", 49);
    expect_subs_fail(HV_ERR_NET, "HTTP 500", 0);
    expect_subs_fail(HV_ERR_NET, "URL is wrong", 0);
    expect_subs_fail(HV_ERR_NET, "info", 0);
    expect_subs_fail(HV_ERR_NET, "failed", 0);
    peer_stop(&peer);
}

Test(calls, answers_that_leave_the_outcome_unknown)
{
    script_token("T1");
    script_http("HTTP/1.1 404 Not here\r\nContent-Length: 0\r\n\r\n");
    script_answer("<html><body/></html>");
    script_answer("<response><status><code>x</code></status></response>");
    script_answer("<response><status><code>0</code></status></response>");
    script_info("SubscribeToEvent", "<subscriptions/>");
    script_info("GetEventSubscriptions", "<subscriptions><subscription/>"
                                         "</subscriptions>");
    script_http("");
    script_run();
    expect_subs_fail(HV_ERR_NET, "HTTP 404", 0);
    expect_subs_fail(HV_ERR_NET, "URL is wrong", 0);
    expect_subs_fail(HV_ERR_NET, "no number", 0);
    expect_subs_fail(HV_ERR_NET, "lacks its info", 0);
    expect_subs_fail(HV_ERR_NET, "not that of GetEventSubscriptions", 0);
    expect_subs_fail(HV_ERR_NET, "lacks its common", 0);
    expect_subs_fail(HV_ERR_NET, "failed", 0);
    peer_stop(&peer);
    cr_expect_eq(peer.requests_len, 8, "nothing was repeated");
}

Test(calls, time_runs_out)
{
    script_token("T1");
    script_answer(NULL);
    script_run_with(300);
    expect_subs_fail(HV_ERR_NET, "in time", 0);
    peer_stop(&peer);
}

Test(calls, code_7_is_never_repeated)
{
    script_token("T1");
    script_code(7);
    script_run();
    expect_subs_fail(HV_ERR_TOKEN, "CREDENTIAL_TOKEN_EXPIRED", 7);
    peer_stop(&peer);
    cr_expect_eq(peer.requests_len, 2);
}

Test(calls, codes_become_statuses)
{
    struct hv_guid id = { { 1 } };
    struct hv_sub sub = a_sub();
    struct hv_error err = { 0 };

    script_token("T1");
    script_code(132);
    script_code(133);
    script_code(134);
    script_code(11);
    script_run();
    cr_expect_eq(hv_client_unsubscribe(client, &id, &err), HV_ERR_NOT_FOUND);
    cr_expect_eq(err.platform_code, 132);
    err = (struct hv_error){ 0 };
    cr_expect_eq(hv_client_subscribe(client, &sub, &id, &err), HV_ERR_RULE);
    cr_expect_eq(err.platform_code, 133);
    cr_expect_str_not_empty(err.hint);
    cr_expect_eq(hv_client_update_sub(client, &sub, NULL), HV_ERR_RULE);
    expect_subs_fail(HV_ERR_PLATFORM, "ACCESS_DENIED", 11);
    peer_stop(&peer);
    hv_sub_release(&sub);
}

Test(calls, session_expired_is_renewed_and_repeated_once)
{
    struct hv_guid id = { { 1 } };
    struct hv_error err = { 0 };

    script_token("T1");
    script_code(65);
    script_token("T2");
    script_code(0);
    script_code(8);
    script_token("T3");
    script_code(65);
    script_run();
    cr_expect_eq(hv_client_unsubscribe(client, &id, &err), HV_OK, "%s",
                 err.why);
    expect_subs_fail(HV_ERR_PLATFORM, "SESSION_TOKEN_EXPIRED", 65);
    cr_expect_eq(hv_client_server_date_ms(client), INT64_C(1447320600000));
    peer_stop(&peer);
    cr_assert_eq(peer.requests_len, 7);
    cr_expect(request_has(0, "<method>CreateAuthenticatedSessionToken<"));
    cr_expect(request_has(1, "<auth-token>T1<"));
    cr_expect(request_has(2, "<method>CreateAuthenticatedSessionToken<"));
    cr_expect(request_has(3, "<auth-token>T2<"));
    cr_expect(request_has(3, "<method>UnsubscribeToEvent<"));
    cr_expect(request_has(4, "<auth-token>T2<"));
    cr_expect(request_has(6, "<auth-token>T3<"));
}

/* The MAC in the request is over the bytes in the request. */
static void
expect_signed(size_t index)
{
    static const uint8_t secret[] = { 0, 1, 2, 3 };
    struct hv_bytes body = peer_body(&peer, index);
    char text[HV_HASH_TEXT];
    char expected[128];

    cr_assert_eq(hv_header_mac(cut_element(body, "header"),
                               (struct hv_bytes){ secret, sizeof(secret) },
                               text, NULL),
                 HV_OK);
    snprintf(expected, sizeof(expected),
             "<auth><hmac-data algName=\"HMACSHA256\">%s</hmac-data></auth>",
             text);
    cr_expect(bytes_contain(body, expected), "request %zu", index);
}

Test(calls, typed_calls)
{
    struct hv_sub sub = a_sub();
    struct hv_sub_list list = { 0 };
    struct hv_guid id = { { 0 } };
    struct hv_guid person = { { 0x8d } };
    struct hv_person p = { 0 };
    struct hv_people people = { 0 };
    struct hv_error err = { 0 };
    char text[HV_GUID_TEXT];

    script_token("T1");
    script_info("SubscribeToEvent",
                "<subscription-id>" SUB_ID "</subscription-id>");
    script_info("GetEventSubscriptions", "<subscriptions/>");
    script_code(0);
    script_info("Unexpected", "");
    script_info("GetPersonInfo", "<person-info><person-id>" SUB_ID
                                 "</person-id><name>A</name></person-info>");
    script_info("GetAuthorizedPeople", "<response-results><more-results>false"
                                       "</more-results></response-results>");
    script_run();
    cr_expect_eq(hv_client_subscribe(client, &sub, &id, &err), HV_OK, "%s",
                 err.why);
    hv_guid_format(&id, text);
    cr_expect_str_eq(text, SUB_ID);
    cr_expect_eq(hv_client_get_subs(client, &list, &err), HV_OK);
    sub.id = id;
    cr_expect_eq(hv_client_update_sub(client, &sub, &err), HV_OK);
    /* Methods without a result: whatever info comes is not looked at. */
    cr_expect_eq(hv_client_unsubscribe(client, &id, &err), HV_OK);
    cr_expect_eq(hv_client_get_person(client, &person, &p, &err), HV_OK, "%s",
                 err.why);
    cr_expect_str_eq(p.name, "A");
    cr_expect_eq(hv_client_get_people(client, NULL, 7, &people, &err), HV_OK,
                 "%s", err.why);
    peer_stop(&peer);
    cr_assert_eq(peer.requests_len, 7);
    for (size_t i = 1; i < 7; i++)
        expect_signed(i);
    cr_expect(request_has(1, "<info><subscription><common><notification-auth"));
    cr_expect(
        request_has(3, "<info><subscription><common><id>" SUB_ID "</id>"));
    cr_expect(request_has(4, "<info><subscription-id>" SUB_ID));
    cr_expect(request_has(5, "<offline-person-info><offline-person-id>8d000000-"
                             "0000-0000-0000-000000000000<"));
    cr_expect(request_has(6, "<info><parameters><num-results>7</num-results>"));
    cr_expect_not(request_has(2, "offline"));
    hv_person_release(&p);
    hv_people_release(&people);
    hv_sub_list_release(&list);
    hv_sub_release(&sub);
}

Test(calls, long_answers_without_keys)
{
    struct hv_people people = { 0 };
    struct hv_buf inside = { 0 };
    struct hv_error err = { 0 };

    hv_buf_add_str(&inside, "<response-results>");
    for (int i = 0; i < 5000; i++)
        hv_buf_add_str(&inside, "<person-info><person-id>" SUB_ID "</person-id>"
                                "<name>Somebody</name></person-info>");
    hv_buf_add_str(&inside, "</response-results>");
    script_token("T1");
    script_info("GetAuthorizedPeople", hv_buf_str(&inside));
    script_run();
    cr_expect_eq(hv_client_get_people(client, NULL, 0, &people, &err), HV_OK,
                 "%s", err.why);
    cr_expect_eq(people.len, 5000);
    hv_people_release(&people);
    hv_buf_release(&inside);
    peer_stop(&peer);
}
