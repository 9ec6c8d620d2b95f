/*
 * test_curl.c - requests that must not be sent, answers that never come or are
 * too large, and the loop machinery, against a scripted peer on loopback.
 */
#include "core/net/curl.h"
#include "peer.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

static struct hv_loop *loop;
static struct hv_curl *curl;
static struct peer peer;

static void
setup(void)
{
    signal(SIGPIPE, SIG_IGN);
    cr_assert_eq(hv_secret_start(NULL, NULL), HV_OK);
    /* Must be without effect: nothing listens there. */
    setenv("http_proxy", "http://127.0.0.1:9", 1);
    setenv("https_proxy", "http://127.0.0.1:9", 1);
    setenv("SSLKEYLOGFILE", "/dev/null/nowhere", 1);
    cr_assert_eq(hv_loop_new(&loop, NULL), HV_OK);
    cr_assert_eq(hv_curl_new(loop, &curl, NULL), HV_OK);
}

static void
clean(void)
{
    hv_curl_free(curl);
    hv_loop_free(loop);
    peer_release(&peer);
}

TestSuite(curl, .init = setup, .fini = clean, .timeout = 60);

struct outcome {
    bool is_done;
    int calls;
    struct hv_error error;
    int http;
    char body[64];
    size_t body_len;
    int64_t date_ms;
    struct hv_transfer *cancel; /* another one, cancelled in passing */
};

static void
on_result(void *arg, const struct hv_post_result *result)
{
    struct outcome *out = arg;

    out->is_done = true;
    out->calls++;
    out->error = result->error;
    out->http = result->http;
    out->body_len = result->body.len;
    if (result->body.len && result->body.len < sizeof(out->body))
        memcpy(out->body, result->body.data, result->body.len);
    out->date_ms = result->date_ms;
    if (out->cancel)
        hv_curl_cancel(curl, out->cancel);
}

static struct hv_post
post_to(const char *url)
{
    return (struct hv_post){
        .url = url,
        .body = hv_bytes_str("hello"),
        .allow_http = true,
        .max_answer = 32,
        .timeout_ms = 20000,
    };
}

static void
run(struct outcome *out)
{
    hv_loop_run_until(loop, &out->is_done, 30000);
    cr_assert(out->is_done);
    cr_expect_eq(out->calls, 1);
}

Test(curl, refuses_before_a_byte_is_sent)
{
    static const struct {
        const char *url;
        bool allow_http;
    } rows[] = {
        { "http://127.0.0.1:1/", false },
        { "ftp://127.0.0.1:1/", true },
        { "file:///etc/hostname", true },
        { "gopher://127.0.0.1:1/", true },
        { "http://user:pw@127.0.0.1:1/", true },
        { "http://", true },
        { "", true },
    };

    for (size_t i = 0; i < HV_LEN(rows); i++) {
        struct hv_post post = post_to(rows[i].url);
        struct outcome out = { 0 };

        post.allow_http = rows[i].allow_http;
        cr_assert_not_null(hv_curl_post(curl, &post, on_result, &out));
        cr_expect_not(out.is_done, "never from inside");
        run(&out);
        cr_expect_eq(out.error.status, HV_ERR_NET, "row %zu: %s", i,
                     out.error.why);
        cr_expect_eq(out.http, 0);
    }
}

Test(curl, nobody_listens)
{
    struct hv_post post = post_to("http://127.0.0.1:1/");
    struct outcome out = { 0 };

    hv_curl_post(curl, &post, on_result, &out);
    run(&out);
    cr_expect_eq(out.error.status, HV_ERR_NET);
    cr_expect(strstr(out.error.why, "failed"), "%s", out.error.why);
}

Test(curl, plain_text_is_no_tls)
{
    char url[64] = "https";
    struct hv_post post = post_to(url);
    struct outcome out = { 0 };

    peer.answers[peer.answers_len++] = NULL;
    peer_start(&peer);
    strcat(url, peer_url(&peer) + 4);
    post.timeout_ms = 300;
    hv_curl_post(curl, &post, on_result, &out);
    run(&out);
    cr_expect_eq(out.error.status, HV_ERR_NET);
    peer_stop(&peer);
    cr_expect_eq(peer.requests_len, 0);
}

Test(curl, no_answer_in_time)
{
    struct hv_post post;
    struct outcome out = { 0 };

    peer.answers[peer.answers_len++] = NULL;
    peer_start(&peer);
    post = post_to(peer_url(&peer));
    post.timeout_ms = 100;
    hv_curl_post(curl, &post, on_result, &out);
    run(&out);
    cr_expect_eq(out.error.status, HV_ERR_NET);
    cr_expect(strstr(out.error.why, "in time"), "%s", out.error.why);
    cr_expect(strstr(out.error.hint, "not known"), "%s", out.error.hint);
    peer_stop(&peer);
}

Test(curl, broken_and_too_large_answers)
{
    static const char *const answers[] = {
        "",
        "garbage\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nab",
        "HTTP/1.1 200 OK\r\nContent-Length: 33\r\n\r\n"
        "012345678901234567890123456789012",
        "HTTP/1.1 200 OK\r\n\r\n012345678901234567890123456789012",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n21\r\n"
        "012345678901234567890123456789012\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\nx",
    };

    for (int is_secret = 0; is_secret < 2; is_secret++) {
        memset(&peer, 0, sizeof(peer));
        for (size_t i = 0; i < HV_LEN(answers); i++)
            peer.answers[peer.answers_len++] = answers[i];
        peer_start(&peer);
        for (size_t i = 0; i < HV_LEN(answers); i++) {
            struct hv_post post = post_to(peer_url(&peer));
            struct outcome out = { 0 };

            post.is_secret = is_secret;
            hv_curl_post(curl, &post, on_result, &out);
            run(&out);
            cr_expect_eq(out.error.status, HV_ERR_NET, "row %zu: %s", i,
                         out.error.why);
            cr_expect_eq(out.body_len, 0, "row %zu", i);
            cr_expect_eq(i >= 3, strstr(out.error.why, "larger") != NULL,
                         "row %zu: %s", i, out.error.why);
        }
        peer_stop(&peer);
        if (!is_secret)
            peer_release(&peer);
    }
}

/* libcurl gives one code for a URL that may not be asked and for an answer that
 * is no HTTP: nobody shall look for https where a handler talks rubbish. */
Test(curl, what_is_no_http_is_called_so)
{
    char long_line[128 * 1024] = "HTTP/1.1 200 OK\r\nX: ";
    const char *const answers[] = {
        "HTTP/9.9 200 OK\r\n\r\n",
        "HTTP/1.1 2000 OK\r\nContent-Length: 0\r\n\r\n",
        "hello\r\n",
        long_line,
    };
    struct hv_post post = post_to("ftp://127.0.0.1:1/");
    struct outcome out = { 0 };
    size_t len = strlen(long_line);

    memset(long_line + len, 'y', sizeof(long_line) - len - 1);
    hv_curl_post(curl, &post, on_result, &out);
    run(&out);
    cr_expect(strstr(out.error.why, "only https"), "%s", out.error.why);
    out = (struct outcome){ 0 };
    post.url = "http://user:secret@127.0.0.1:1/";
    hv_curl_post(curl, &post, on_result, &out);
    run(&out);
    cr_expect(strstr(out.error.why, "names a user"), "%s", out.error.why);
    cr_expect_null(strstr(out.error.why, "secret"));
    for (size_t i = 0; i < HV_LEN(answers); i++)
        peer.answers[peer.answers_len++] = answers[i];
    peer_start(&peer);
    post.url = peer_url(&peer);
    for (size_t i = 0; i < HV_LEN(answers); i++) {
        out = (struct outcome){ 0 };
        hv_curl_post(curl, &post, on_result, &out);
        run(&out);
        cr_expect_eq(out.error.status, HV_ERR_NET);
        cr_expect(
            strstr(out.error.why, i < 3 ? "no HTTP/1.1" : "header too large"),
            "row %zu: %s", i, out.error.why);
        cr_expect_null(strstr(out.error.why, "https"));
    }
    peer_stop(&peer);
}

Test(curl, redirects_and_errors_are_answers)
{
    struct outcome out = { 0 };
    struct hv_post post;

    peer.answers[0] = "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\n"
                      "Content-Length: 0\r\n\r\n";
    peer.answers[1] = "HTTP/1.1 500 Oops\r\nContent-Length: 2\r\n\r\nno";
    peer.answers_len = 2;
    peer_start(&peer);
    post = post_to(peer_url(&peer));
    hv_curl_post(curl, &post, on_result, &out);
    run(&out);
    cr_expect_eq(out.error.status, HV_OK, "%s", out.error.why);
    cr_expect_eq(out.http, 302);
    out = (struct outcome){ 0 };
    hv_curl_post(curl, &post, on_result, &out);
    run(&out);
    cr_expect_eq(out.http, 500);
    cr_expect_str_eq(out.body, "no");
    peer_stop(&peer);
}

Test(curl, exact_bytes_and_headers)
{
    static const char *const headers[] = { "Content-Type: text/xml", NULL };
    char *answer = peer_answer("<ok/>");

    for (int is_secret = 0; is_secret < 2; is_secret++) {
        struct outcome out = { 0 };
        struct hv_post post;
        char body[] = "a\xC3\xA4 b";

        memset(&peer, 0, sizeof(peer));
        peer.answers[peer.answers_len++] = answer;
        peer_start(&peer);
        post = post_to(peer_url(&peer));
        post.headers = headers;
        post.body = hv_bytes_str(body);
        post.is_secret = is_secret;
        hv_curl_post(curl, &post, on_result, &out);
        if (is_secret)
            memset(body, 'x', strlen(body)); /* it has its own copy */
        run(&out);
        cr_expect_eq(out.error.status, HV_OK, "%s", out.error.why);
        cr_expect_eq(out.http, 200);
        cr_expect_str_eq(out.body, "<ok/>");
        cr_expect_eq(out.date_ms, INT64_C(1447320600000));
        peer_stop(&peer);
        cr_assert_eq(peer.requests_len, 1);
        cr_expect(
            hv_bytes_equal(peer_body(&peer, 0), hv_bytes_str("a\xC3\xA4 b")));
        cr_expect(strstr(hv_buf_str(&peer.requests[0]),
                         "POST /platform/wildcat.ashx HTTP/1.1\r\n"));
        cr_expect(strstr(hv_buf_str(&peer.requests[0]),
                         "\r\nContent-Type: text/xml\r\n"));
        cr_expect_null(strcasestr(hv_buf_str(&peer.requests[0]), "encoding:"));
        cr_expect_null(strcasestr(hv_buf_str(&peer.requests[0]), "expect:"));
        if (!is_secret)
            peer_release(&peer);
    }
    free(answer);
}

Test(curl, cancelled_and_freed_ones_end_once)
{
    struct outcome first = { 0 };
    struct outcome second = { 0 };
    struct outcome third = { 0 };
    struct hv_transfer *transfer;
    struct hv_post post;

    peer.answers[peer.answers_len++] = NULL;
    peer_start(&peer);
    post = post_to(peer_url(&peer));
    transfer = hv_curl_post(curl, &post, on_result, &first);
    hv_curl_cancel(curl, transfer);
    hv_curl_cancel(curl, transfer);
    cr_expect_not(first.is_done, "never from inside");
    run(&first);
    cr_expect_eq(first.error.status, HV_ERR_CANCELLED);
    /* One that ends cancels another from its callback. */
    hv_curl_post(curl, &post, on_result, &third);
    second.cancel = hv_curl_post(curl, &post, on_result, &first);
    first = (struct outcome){ 0 };
    transfer = hv_curl_post(curl, &post, on_result, &second);
    hv_curl_cancel(curl, transfer);
    run(&second);
    run(&first);
    cr_expect_eq(first.error.status, HV_ERR_CANCELLED);
    cr_expect_not(third.is_done);
    hv_curl_free(curl);
    curl = NULL;
    cr_expect_eq(third.calls, 1);
    cr_expect_eq(third.error.status, HV_ERR_CANCELLED);
    peer_stop(&peer);
}

static void
free_curl(void *arg, const struct hv_post_result *result)
{
    bool *is_done = arg;

    (void)result;
    hv_curl_free(curl);
    curl = NULL;
    *is_done = true;
}

Test(curl, may_be_freed_in_a_callback)
{
    struct hv_post post = post_to("http://127.0.0.1:1/");
    struct outcome other = { 0 };
    bool is_done = false;

    peer.answers[peer.answers_len++] = NULL;
    peer_start(&peer);
    hv_curl_post(curl, &post, free_curl, &is_done);
    post = post_to(peer_url(&peer));
    hv_curl_post(curl, &post, on_result, &other);
    hv_loop_run_until(loop, &is_done, 30000);
    cr_expect(is_done);
    cr_expect_eq(other.calls, 1);
    cr_expect_eq(other.error.status, HV_ERR_CANCELLED);
    peer_stop(&peer);
}

Test(curl, many_at_once)
{
    struct outcome outs[PEER_MAX] = { 0 };
    char *answer = peer_answer("<ok/>");
    struct hv_post post;

    for (size_t i = 0; i < PEER_MAX; i++)
        peer.answers[peer.answers_len++] = answer;
    peer_start(&peer);
    post = post_to(peer_url(&peer));
    for (size_t i = 0; i < PEER_MAX; i++)
        hv_curl_post(curl, &post, on_result, &outs[i]);
    for (size_t i = 0; i < PEER_MAX; i++) {
        run(&outs[i]);
        cr_expect_str_eq(outs[i].body, "<ok/>");
    }
    peer_stop(&peer);
    free(answer);
}
