/*
 * sign_in.c - the session of a client: one renewal at a time, all others wait
 * for it. Called by client.c. Token and secret are exchanged together or not
 * at all. Fact: session-token, session-renewal
 */
#include "core/client/state.h"
#include "hvconsole/clock.h"
#include "hvconsole/names.h"

#define MAX_SESSION_ANSWER ((size_t)16 * 1024)
#define MAX_SECRET_ANSWER  ((size_t)256 * 1024)

struct hv_post
hv_client_post(const struct hv_client *client, const struct hv_secret *request,
               bool has_secret_answer)
{
    static const char *const headers[] = { "Content-Type: text/xml", NULL };

    return (struct hv_post){
        .url = client->profile.platform,
        .headers = headers,
        .body = hv_secret_bytes(request),
        .ca_file = *client->profile.ca ? client->profile.ca : NULL,
        .allow_http = client->allow_http,
        .is_secret = has_secret_answer,
        .max_answer = has_secret_answer ? MAX_SECRET_ANSWER : HV_MAX_RESPONSE,
        .timeout_ms = client->timeout_ms,
    };
}

enum hv_status
hv_transport_fail(const struct hv_post_result *result, struct hv_error *err)
{
    if (result->error.status) {
        if (err && !err->status)
            *err = result->error;
        return result->error.status;
    }
    if (result->http == 200)
        return HV_OK;
    hv_fail(err, HV_ERR_NET, "the platform answered HTTP %d and no result",
            result->http);
    if (result->http >= 300 && result->http < 500)
        hv_hint(err,
                "check the profile's platform URL; it ends in " HV_METHOD_PATH);
    else
        hv_hint(err, "whether it did what was asked is not known");
    return HV_ERR_NET;
}

/* Those that wait cannot go on. */
static void
fail_waiting(struct hv_client *client, const struct hv_error *error, int code)
{
    for (struct hv_client_op *op = client->ops; op; op = op->next) {
        if (op->state == OP_WAITING)
            hv_op_end(op, error, code);
    }
}

static void
on_sign_in(void *arg, const struct hv_post_result *result)
{
    struct hv_client *client = arg;
    struct hv_session made = { 0 };
    struct hv_error error = { 0 };
    int code = -1;
    enum hv_status st;

    client->sign_in = NULL;
    hv_secret_release(&client->sign_in_request);
    if (result->date_ms)
        client->server_date_ms = result->date_ms;
    st = hv_transport_fail(result, &error);
    if (!st) {
        st = hv_sign_in_answer(result->body, &client->profile.app_id, &made,
                               &code, &error);
        /* It came, but says nothing we can use. */
        if (st == HV_ERR_FORMAT)
            error.status = HV_ERR_NET;
    }
    if (st) {
        fail_waiting(client, &error, code);
        return;
    }
    hv_session_token_release(&client->session);
    client->session = made;
    client->session_no++;
    client->has_session = true;
    for (struct hv_client_op *op = client->ops; op; op = op->next) {
        if (op->state == OP_WAITING)
            hv_op_send(op);
    }
}

void
hv_client_sign_in(struct hv_client *client)
{
    struct hv_sign_in in = {
        .app = &client->profile.app_id,
        .thumbprint = client->profile.thumbprint,
        .time_ms = hv_clock_now_ms(),
        .label = HV_CLIENT_LABEL,
    };
    struct hv_error error = { 0 };
    struct hv_post post;

    if (client->sign_in)
        return;
    if (hv_sign_in_request(&in, &client->pkcs8, &client->sign_in_request,
                           &error)) {
        fail_waiting(client, &error, -1);
        return;
    }
    post = hv_client_post(client, &client->sign_in_request, true);
    post.max_answer = MAX_SESSION_ANSWER;
    client->sign_in = hv_curl_post(client->curl, &post, on_sign_in, client);
}
