/*
 * client.c - method calls as operations on a loop: build, send, read the code,
 * renew the session and repeat once where the protocol says so. Called by
 * calls.c and by whoever starts calls itself. Knows no method's contents.
 */
#include "core/client/state.h"
#include "core/sub/url.h"
#include "core/wire/envelope.h"
#include "core/wire/gate.h"
#include "core/wire/method.h"
#include "hvconsole/clock.h"
#include "hvconsole/names.h"

#include <stdlib.h>
#include <string.h>

#define DEFAULT_TIMEOUT_MS 30000

static void
op_free(struct hv_client_op *op)
{
    hv_secret_release(&op->info);
    hv_secret_release(&op->user_token);
    hv_secret_release(&op->request);
    free(op);
}

static void
op_tell(struct hv_client_op *op, struct hv_bytes document)
{
    struct hv_answer answer = {
        .error = op->error,
        .code = op->code,
        .document = document,
        .server_date_ms = op->server_date_ms,
        .took_ms = hv_clock_mono_ms() - op->started_ms,
    };
    struct hv_client_op **at = &op->client->ops;

    while (*at != op)
        at = &(*at)->next;
    *at = op->next;
    op->fn(op->arg, op->id, &answer);
    op_free(op);
}

/* Callbacks may start and cancel; so look from the beginning each time. */
static void
tell_all(void *arg)
{
    struct hv_client *client = arg;
    struct hv_client_op *op = client->ops;

    while (op) {
        if (op->state == OP_DONE) {
            op_tell(op, (struct hv_bytes){ 0 });
            op = client->ops;
        } else {
            op = op->next;
        }
    }
}

void
hv_op_end(struct hv_client_op *op, const struct hv_error *error, int code)
{
    op->error = *error;
    op->code = code;
    op->state = OP_DONE;
    hv_watch_after(op->client->teller, 0);
}

/* Codes 65 and 8, once per operation. Fact: session-renewal */
static bool
must_repeat(const struct hv_client_op *op, int code)
{
    return !op->has_repeated && !op->client->is_closing &&
           (code == HV_CODE_SESSION_EXPIRED || code == HV_CODE_INVALID_TOKEN);
}

static void
repeat(struct hv_client_op *op)
{
    struct hv_client *client = op->client;

    op->has_repeated = true;
    op->state = OP_WAITING;
    /* Unless another operation's renewal has come between. */
    if (op->session_no == client->session_no)
        client->has_session = false;
    if (client->has_session)
        hv_op_send(op);
    else
        hv_client_sign_in(client);
}

/* What the answer means for the one who asked. */
static enum hv_status
read_answer(const struct hv_client_op *op, struct hv_bytes body, int *code,
            struct hv_error *err)
{
    struct hv_response response = { 0 };
    enum hv_status st;

    st = hv_response_parse(body, NULL, &response, err);
    if (st) {
        /* Something came that says nothing: the outcome is not known. */
        if (err->status == HV_ERR_FORMAT)
            err->status = HV_ERR_NET;
        return err->status;
    }
    *code = response.code;
    if (response.code)
        st = hv_response_fail(&response, err);
    /* A user token may hide behind code 8; after the repetition it does. */
    if (response.code == HV_CODE_INVALID_TOKEN && op->user_token.len) {
        st = HV_ERR_TOKEN;
        err->status = st;
    }
    hv_response_release(&response);
    return st;
}

static void
on_answer(void *arg, const struct hv_post_result *result)
{
    struct hv_client_op *op = arg;
    struct hv_error error = { 0 };
    int code = -1;
    enum hv_status st;

    op->transfer = NULL;
    hv_secret_release(&op->request);
    if (result->date_ms) {
        op->server_date_ms = result->date_ms;
        op->client->server_date_ms = result->date_ms;
    }
    st = hv_transport_fail(result, &error);
    if (!st)
        st = read_answer(op, result->body, &code, &error);
    if (st && must_repeat(op, code)) {
        repeat(op);
        return;
    }
    op->error = error;
    op->code = code;
    op->state = OP_DONE;
    op_tell(op, code >= 0 ? result->body : (struct hv_bytes){ 0 });
}

void
hv_op_send(struct hv_client_op *op)
{
    struct hv_client *client = op->client;
    const struct hv_method *method = hv_method_find(op->method, op->version);
    struct hv_request request = {
        .method = op->method,
        .version = op->version,
        .token = hv_secret_bytes(&client->session.token),
        .secret = hv_secret_bytes(&client->session.secret),
        .user_token = hv_secret_bytes(&op->user_token),
        .offline_person = op->has_person ? &op->person : NULL,
        .record = op->has_record ? &op->record : NULL,
        .msg_time_ms = hv_clock_now_ms(),
        .label = HV_CLIENT_LABEL,
        .info = hv_secret_bytes(&op->info),
    };
    struct hv_error error = { 0 };
    struct hv_post post;

    if (hv_request_build(&request, &op->request, &error)) {
        hv_op_end(op, &error, -1);
        return;
    }
    op->session_no = client->session_no;
    op->state = OP_SENT;
    /* An unknown method's answer may hold anything: treat it with care. */
    post = hv_client_post(client, &op->request,
                          !method || method->has_secret_answer);
    op->transfer = hv_curl_post(client->curl, &post, on_answer, op);
}

static struct hv_client_op *
op_new(struct hv_client *client, const struct hv_call *call, hv_client_fn fn,
       void *arg)
{
    struct hv_client_op *op = hv_calloc(1, sizeof(*op));
    struct hv_client_op **at = &client->ops;

    op->client = client;
    op->id = ++client->last_op;
    op->code = -1;
    op->version = call->version;
    op->started_ms = hv_clock_mono_ms();
    op->fn = fn;
    op->arg = arg;
    if (call->record) {
        op->has_record = true;
        op->record = *call->record;
    }
    if (call->offline_person) {
        op->has_person = true;
        op->person = *call->offline_person;
    }
    while (*at)
        at = &(*at)->next;
    *at = op;
    return op;
}

static enum hv_status
op_fill(struct hv_client_op *op, const struct hv_call *call,
        struct hv_error *err)
{
    enum hv_status st;

    if (!hv_copy(op->method, sizeof(op->method), call->method))
        return hv_fail(err, HV_ERR_USAGE, "the method's name is too long");
    st = hv_secret_copy(&op->info, call->info.data, call->info.len, err);
    if (!st && call->user_token)
        st = hv_secret_copy(&op->user_token, call->user_token->data,
                            call->user_token->len, err);
    return st;
}

hv_op
hv_client_start(struct hv_client *client, const struct hv_call *call,
                hv_client_fn fn, void *arg)
{
    struct hv_client_op *op = op_new(client, call, fn, arg);
    struct hv_error error = { 0 };
    hv_op id = op->id;

    if (client->is_closing)
        hv_fail(&error, HV_ERR_CANCELLED, "the client is being closed");
    else if (!op_fill(op, call, &error)) {
        if (client->has_session)
            hv_op_send(op);
        else
            hv_client_sign_in(client);
        return id;
    }
    hv_op_end(op, &error, -1);
    return id;
}

void
hv_client_cancel(struct hv_client *client, hv_op id)
{
    struct hv_error error = { 0 };

    for (struct hv_client_op *op = client->ops; op; op = op->next) {
        if (op->id != id)
            continue;
        hv_fail(&error, HV_ERR_CANCELLED, "%s was cancelled", op->method);
        if (op->state == OP_SENT)
            hv_curl_cancel(client->curl, op->transfer);
        else if (op->state == OP_WAITING)
            hv_op_end(op, &error, -1);
        return;
    }
}

int64_t
hv_client_server_date_ms(const struct hv_client *client)
{
    return client->server_date_ms;
}

void
hv_client_set_cancel(struct hv_client *client, const _Atomic bool *flag)
{
    client->cancel = flag;
}

/* https, or http to this machine: a sandbox without TLS. */
static enum hv_status
check_platform(struct hv_client *client, struct hv_error *err)
{
    struct hv_url url;
    enum hv_status st;

    st = hv_url_parse(client->profile.platform, &url, err);
    if (st)
        return st;
    if (url.has_user)
        return hv_fail(err, HV_ERR_RULE,
                       "the platform's URL must not hold a user name");
    if (hv_url_has_scheme(&url, "https"))
        return HV_OK;
    client->allow_http =
        hv_url_has_scheme(&url, "http") && hv_url_is_loopback(&url);
    if (!client->allow_http)
        return hv_fail(err, HV_ERR_RULE,
                       "the platform's URL must begin with https:// (http:// "
                       "is for a sandbox on this machine)");
    return HV_OK;
}

enum hv_status
hv_client_new(struct hv_loop *loop, const struct hv_client_config *config,
              struct hv_client **out, struct hv_error *err)
{
    struct hv_client *client = hv_calloc(1, sizeof(*client));
    enum hv_status st;

    hv_xml_start();
    client->loop = loop;
    client->profile = *config->profile;
    client->timeout_ms =
        config->timeout_ms > 0 ? config->timeout_ms : DEFAULT_TIMEOUT_MS;
    client->teller = hv_loop_timer(loop, tell_all, client);
    st = check_platform(client, err);
    if (!st)
        st = hv_secret_copy(&client->pkcs8, config->pkcs8->data,
                            config->pkcs8->len, err);
    if (!st)
        st = hv_curl_new(loop, &client->curl, err);
    if (!st && !client->teller)
        st = hv_fail(err, HV_ERR_FAILED, "cannot make a timer");
    if (st) {
        hv_client_free(client);
        return st;
    }
    *out = client;
    return HV_OK;
}

void
hv_client_free(struct hv_client *client)
{
    if (!client)
        return;
    client->is_closing = true;
    /* First those on the wire, whose callbacks run in here. */
    hv_curl_free(client->curl);
    while (client->ops) {
        struct hv_client_op *op = client->ops;

        if (op->state != OP_DONE) {
            struct hv_error error = { 0 };

            hv_fail(&error, HV_ERR_CANCELLED, "%s was cancelled", op->method);
            hv_op_end(op, &error, -1);
        }
        op_tell(op, (struct hv_bytes){ 0 });
    }
    hv_watch_free(client->teller);
    hv_session_token_release(&client->session);
    hv_secret_release(&client->sign_in_request);
    hv_secret_release(&client->pkcs8);
    free(client);
}
