/*
 * send.c - posts one test message to a handler and brings its HTTP status.
 * Called by the demo; knows nothing of keys: the header is given to it.
 */
#include "hvconsole/send.h"

#include "core/net/curl.h"
#include "hvconsole/limits.h"

#include <stdio.h>
#include <string.h>

#define DEFAULT_TIMEOUT_MS 30000

struct wait {
    bool is_done;
    int http;
    struct hv_error error;
};

/* By its text alone: a name that merely resolves to loopback may resolve to
 * something else a moment later. */
static bool
is_loopback(const char *url)
{
    static const char *const hosts[] = { "127.0.0.1", "[::1]", "localhost" };
    const char *host = strstr(url, "://");

    if (!host)
        return false;
    host += 3;
    for (size_t i = 0; i < HV_LEN(hosts); i++) {
        size_t len = strlen(hosts[i]);

        if (strncasecmp(host, hosts[i], len) == 0 &&
            (host[len] == ':' || host[len] == '/' || !host[len]) &&
            !strchr(host, '@'))
            return true;
    }
    return false;
}

static void
on_done(void *arg, const struct hv_post_result *result)
{
    struct wait *wait = arg;

    wait->error = result->error;
    wait->http = result->http;
    wait->is_done = true;
}

enum hv_status
hv_test_send(struct hv_loop *loop, const struct hv_test_message *message,
             int *http, struct hv_error *err)
{
    bool is_local = is_loopback(message->url);
    char authorization[HV_MAX_HTTP_HEADERS];
    const char *headers[3] = { "Content-Type: text/xml; charset=utf-8" };
    struct hv_post post = {
        .url = message->url,
        .headers = headers,
        .body = message->body,
        .no_verify = is_local,
        .allow_http = is_local,
        .max_answer = 64 * 1024,
        .timeout_ms =
            message->timeout_ms ? message->timeout_ms : DEFAULT_TIMEOUT_MS,
    };
    struct wait wait = { 0 };
    struct hv_curl *curl = NULL;
    enum hv_status st;

    if (!is_local && !message->allow_remote)
        return hv_fail(err, HV_ERR_REFUSED,
                       "a test message goes to loopback only, not to %s",
                       message->url);
    if (message->authorization) {
        int len = snprintf(authorization, sizeof(authorization),
                           "Authorization: %s", message->authorization);

        if (len >= (int)sizeof(authorization))
            return hv_fail(err, HV_ERR_LIMIT, "the header is too long");
        headers[1] = authorization;
    }
    st = hv_curl_new(loop, &curl, err);
    if (st)
        return st;
    hv_curl_post(curl, &post, on_done, &wait);
    hv_loop_run_until(loop, &wait.is_done, -1);
    hv_curl_free(curl);
    if (wait.error.status || !wait.is_done) {
        if (err && !err->status)
            *err = wait.error;
        return wait.error.status ? wait.error.status : HV_ERR_CANCELLED;
    }
    *http = wait.http;
    return HV_OK;
}
