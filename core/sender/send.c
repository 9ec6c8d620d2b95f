/*
 * send.c - posts one test message to a handler and brings the whole answer.
 * Called by the demo and by the test commands; knows nothing of keys: the
 * header is given to it. Fact: notify-http
 */
#include "hvconsole/send.h"

#include "core/net/curl.h"
#include "core/sub/url.h"
#include "hvconsole/limits.h"

#include <stdio.h>
#include <string.h>

#define DEFAULT_TIMEOUT_MS 30000
#define MAX_ANSWER         ((size_t)64 * 1024)

struct wait {
    bool is_done;
    struct hv_test_answer *answer;
};

void
hv_test_answer_release(struct hv_test_answer *answer)
{
    hv_buf_release(&answer->head);
    hv_buf_release(&answer->body);
    *answer = (struct hv_test_answer){ 0 };
}

static void
on_done(void *arg, const struct hv_post_result *result)
{
    struct wait *wait = arg;
    struct hv_test_answer *answer = wait->answer;

    answer->error = result->error;
    answer->http = result->error.status ? 0 : result->http;
    answer->took_ms = result->took_ms;
    hv_copy(answer->tls, sizeof(answer->tls), result->tls);
    hv_copy(answer->address, sizeof(answer->address), result->address);
    hv_buf_add_bytes(&answer->head, result->head);
    hv_buf_add_bytes(&answer->body, result->body);
    wait->is_done = true;
}

static enum hv_status
write_headers(const struct hv_test_message *message, char *authorization,
              size_t size, const char *headers[4], struct hv_error *err)
{
    size_t len = 0;

    headers[len++] = "Content-Type: text/xml; charset=utf-8";
    if (message->is_marked)
        headers[len++] = "X-HVConsole-Test: 1";
    headers[len] = NULL;
    if (!message->authorization || !*message->authorization)
        return HV_OK;
    if (snprintf(authorization, size, "Authorization: %s",
                 message->authorization) >= (int)size)
        return hv_fail(err, HV_ERR_LIMIT, "the header is too long");
    headers[len++] = authorization;
    headers[len] = NULL;
    return HV_OK;
}

enum hv_status
hv_test_send(struct hv_loop *loop, const struct hv_test_message *message,
             struct hv_test_answer *out, struct hv_error *err)
{
    char authorization[HV_MAX_HTTP_HEADERS];
    const char *headers[4];
    struct hv_post post = {
        .url = message->url,
        .headers = headers,
        .body = message->body,
        .ca_file = message->ca_file,
        .no_verify = message->no_verify,
        .public_only = !message->allow_private,
        .keep_head = true,
        .max_answer = MAX_ANSWER,
        .timeout_ms =
            message->timeout_ms ? message->timeout_ms : DEFAULT_TIMEOUT_MS,
    };
    struct wait wait = { .answer = out };
    struct hv_curl *curl = NULL;
    struct hv_url url;
    enum hv_status st = hv_url_parse(message->url, &url, err);

    *out = (struct hv_test_answer){ 0 };
    if (!st && url.has_user) /* it would stand in the report, too */
        st = hv_fail(err, HV_ERR_RULE,
                     "the URL names a user, which no subscription's may");
    if (st)
        return st;
    post.allow_http = hv_url_is_loopback(&url);
    st = write_headers(message, authorization, sizeof(authorization), headers,
                       err);
    if (!st)
        st = hv_curl_new(loop, &curl, err);
    if (!st) {
        hv_curl_post(curl, &post, on_done, &wait);
        hv_loop_run_until(loop, &wait.is_done, -1);
        hv_curl_free(curl); /* one that was interrupted ends now */
        st = out->error.status == HV_ERR_REFUSED ||
                     out->error.status == HV_ERR_CANCELLED
                 ? out->error.status
                 : HV_OK;
    }
    hv_wipe(authorization, sizeof(authorization));
    if (st && out->error.status) {
        if (err && !err->status)
            *err = out->error;
        if (st == HV_ERR_REFUSED)
            hv_hint(err, "--allow-private sends it all the same");
    }
    if (st)
        hv_test_answer_release(out);
    return st;
}
