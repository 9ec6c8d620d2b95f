/*
 * test_client.c - operations: wrong configurations and calls, sharing of one
 * session and one renewal, and the end of operations in every state.
 */
#include "script.h"

#include "hvconsole/clock.h"

#include <criterion/criterion.h>
#include <pthread.h>
#include <stdatomic.h>

TestSuite(client, .init = script_setup, .fini = script_clean, .timeout = 120);

Test(client, platform_urls_that_are_refused)
{
    static const char *const bad[] = {
        "",
        "platform.example.org/wildcat.ashx",
        "ftp://127.0.0.1/wildcat.ashx",
        "http://platform.example.org/wildcat.ashx",
        "http://localhost.evil.org/wildcat.ashx",
        "http://user@127.0.0.1.evil.org/wildcat.ashx",
        "https://user@platform.example.org/wildcat.ashx",
    };

    for (size_t i = 0; i < HV_LEN(bad); i++) {
        struct hv_profile profile = { .app_id = app };
        struct hv_client_config config = { &profile, &app_key.pkcs8, 0 };
        struct hv_error err = { 0 };

        hv_copy(profile.platform, sizeof(profile.platform), bad[i]);
        cr_expect_eq(hv_client_new(loop, &config, &client, &err), HV_ERR_RULE,
                     "row %zu", i);
        cr_expect_null(client);
        cr_expect_str_not_empty(err.why);
    }
}

struct told {
    int calls;
    bool is_done;
    hv_op op;
    struct hv_error error;
    int code;
    size_t document_len;
};

static void
on_answer(void *arg, hv_op op, const struct hv_answer *answer)
{
    struct told *told = arg;

    told->calls++;
    told->is_done = true;
    told->op = op;
    told->error = answer->error;
    told->code = answer->code;
    told->document_len = answer->document.len;
}

static struct hv_call
a_call(void)
{
    return (struct hv_call){
        .method = "GetThings",
        .version = 3,
        .info = hv_bytes_str("<info><group/></info>"),
    };
}

Test(client, wrong_calls_are_told_later)
{
    struct hv_call call = a_call();
    struct told told = { 0 };

    script_token("T1");
    script_run();
    call.info = hv_bytes_str("<oops/>");
    hv_client_start(client, &call, on_answer, &told);
    cr_expect_eq(told.calls, 0);
    cr_expect(hv_loop_run_until(loop, &told.is_done, -1));
    cr_expect_eq(told.error.status, HV_ERR_FORMAT);
    cr_expect_eq(told.code, -1);
    peer_stop(&peer);
}

Test(client, code_8_with_a_user_token)
{
    struct hv_secret user = { 0 };
    struct hv_guid record = { { 5 } };
    struct hv_call call = a_call();
    struct told told = { 0 };

    cr_assert_eq(hv_secret_copy(&user, "U&1", 3, NULL), HV_OK);
    script_token("T1");
    script_code(8);
    script_token("T2");
    script_code(8);
    script_run();
    call.user_token = &user;
    call.record = &record;
    hv_client_start(client, &call, on_answer, &told);
    hv_secret_release(&user);
    cr_expect(hv_loop_run_until(loop, &told.is_done, -1));
    peer_stop(&peer);
    cr_expect_eq(told.error.status, HV_ERR_TOKEN, "%s", told.error.why);
    cr_expect_eq(told.code, 8);
    cr_expect_eq(peer.requests_len, 4);
    cr_expect(request_has(1, "<auth-token>T1</auth-token><user-auth-token>"
                             "U&amp;1</user-auth-token>"));
    cr_expect(request_has(3, "<record-id>05000000-"));
}

Test(client, operations_share_one_session)
{
    struct hv_call call = a_call();
    struct told told[3] = { 0 };

    script_token("T1");
    script_code(0);
    script_code(0);
    script_code(0);
    script_run();
    for (size_t i = 0; i < HV_LEN(told); i++) {
        hv_op op = hv_client_start(client, &call, on_answer, &told[i]);

        cr_expect_eq(op, i + 1);
    }
    for (size_t i = 0; i < HV_LEN(told); i++) {
        cr_expect(hv_loop_run_until(loop, &told[i].is_done, -1));
        cr_expect_eq(told[i].error.status, HV_OK, "%s", told[i].error.why);
        cr_expect_eq(told[i].op, i + 1);
        cr_expect_gt(told[i].document_len, 0);
    }
    peer_stop(&peer);
    cr_expect_eq(peer.requests_len, 4);
}

Test(client, operations_share_one_renewal)
{
    struct hv_call call = a_call();
    struct told told[2] = { 0 };

    script_token("T1");
    script_code(65);
    script_code(65);
    script_token("T2");
    script_code(0);
    script_code(0);
    script_run();
    for (size_t i = 0; i < HV_LEN(told); i++)
        hv_client_start(client, &call, on_answer, &told[i]);
    for (size_t i = 0; i < HV_LEN(told); i++) {
        cr_expect(hv_loop_run_until(loop, &told[i].is_done, -1));
        cr_expect_eq(told[i].error.status, HV_OK, "%s", told[i].error.why);
        cr_expect_eq(told[i].calls, 1);
    }
    peer_stop(&peer);
    cr_assert_eq(peer.requests_len, 6);
    cr_expect(request_has(3, "<method>CreateAuthenticatedSessionToken<"));
    cr_expect(request_has(4, "<auth-token>T2<"));
    cr_expect(request_has(5, "<auth-token>T2<"));
}

/* The second one's old token is refused when the new one is long there. */
Test(client, a_late_refusal_needs_no_second_renewal)
{
    struct hv_call call = a_call();
    struct told told[2] = { 0 };

    script_token("T1");
    script_code(65);
    script_code(65);
    script_token("T2");
    script_code(0);
    script_code(0);
    peer.held_until[2] = 4;
    script_run();
    for (size_t i = 0; i < HV_LEN(told); i++)
        hv_client_start(client, &call, on_answer, &told[i]);
    for (size_t i = 0; i < HV_LEN(told); i++) {
        cr_expect(hv_loop_run_until(loop, &told[i].is_done, -1));
        cr_expect_eq(told[i].error.status, HV_OK, "%s", told[i].error.why);
    }
    peer_stop(&peer);
    cr_assert_eq(peer.requests_len, 6);
    cr_expect(request_has(5, "<auth-token>T2<"));
}

Test(client, cancelled_in_every_state)
{
    struct hv_call call = a_call();
    struct told told[3] = { 0 };
    hv_op op;

    script_token("T1");
    script_answer(NULL);
    script_run();
    op = hv_client_start(client, &call, on_answer, &told[0]); /* waits */
    hv_client_cancel(client, op);
    hv_client_cancel(client, op);
    hv_client_cancel(client, 4711);
    cr_expect_eq(told[0].calls, 0);
    cr_expect(hv_loop_run_until(loop, &told[0].is_done, -1));
    cr_expect_eq(told[0].error.status, HV_ERR_CANCELLED);
    /* Two more, on the wire or about to be, end with the client. */
    hv_client_start(client, &call, on_answer, &told[1]);
    hv_client_start(client, &call, on_answer, &told[2]);
    hv_client_free(client);
    client = NULL;
    for (size_t i = 0; i < HV_LEN(told); i++) {
        cr_expect_eq(told[i].calls, 1);
        cr_expect_eq(told[i].error.status, HV_ERR_CANCELLED);
    }
    peer_stop(&peer);
}

static void *
set_flag(void *arg)
{
    atomic_store((_Atomic bool *)arg, true);
    return NULL;
}

Test(client, cancel_flag_of_another_thread)
{
    static _Atomic bool flag;
    struct hv_sub_list list;
    struct hv_error err = { 0 };
    int64_t started = hv_clock_mono_ms();
    pthread_t thread;

    script_token("T1");
    script_answer(NULL);
    script_run();
    hv_client_set_cancel(client, &flag);
    cr_assert_eq(pthread_create(&thread, NULL, set_flag, &flag), 0);
    cr_expect_eq(hv_client_get_subs(client, &list, &err), HV_ERR_CANCELLED);
    cr_expect_lt(hv_clock_mono_ms() - started, 10000);
    pthread_join(thread, NULL);
    peer_stop(&peer);
}

static void
stop_loop(void *arg)
{
    hv_loop_stop(arg);
}

Test(client, a_stopped_loop_interrupts_a_call)
{
    struct hv_sub_list list;
    struct hv_error err = { 0 };
    struct hv_watch *timer = hv_loop_timer(loop, stop_loop, loop);

    script_token("T1");
    script_answer(NULL);
    script_run();
    hv_watch_after(timer, 0);
    cr_expect_eq(hv_client_get_subs(client, &list, &err), HV_ERR_CANCELLED);
    hv_watch_free(timer);
    peer_stop(&peer);
}
