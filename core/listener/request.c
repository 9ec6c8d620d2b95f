/*
 * request.c - one request: route, judge, hand to the journal or refuse. Called
 * by the door for each, on its worker's thread. 200 leaves only through
 * listener_committed(); the one exception is a bad HMAC of a profile that wants
 * it so.
 */
#include "core/listener/state.h"

#include "hvconsole/clock.h"

#include <string.h>
#include <strings.h>

/* ------------------------------------------------------------------- route -- */

/* Whether @target lies at or below the path we serve. */
static bool
is_our_path(const struct hv_listener *listener, const char *target)
{
    size_t len = strlen(listener->path_prefix);

    if (*target != '/' || strncmp(target, listener->path_prefix, len) != 0)
        return false;
    return len == 0 || strchr("/?", target[len]); /* or the end */
}

static bool
has_prefix(const char *text, const char *prefix)
{
    return strncasecmp(text, prefix, strlen(prefix)) == 0;
}

/* Forms cannot be notifications; and in another coding it would not be clear
 * which bytes are signed. */
static bool
is_our_type(const struct hv_http_request *request)
{
    const char *type = hv_http_header(request, "Content-Type");
    const char *coding = hv_http_header(request, "Content-Encoding");

    if (type && (has_prefix(type, "multipart/") ||
                 has_prefix(type, "application/x-www-form-urlencoded")))
        return false;
    return !coding || strcasecmp(coding, "identity") == 0;
}

/* 0 = go on, else the answer. */
static int
route(const struct hv_listener *listener, struct hv_http_request *request,
      const struct hv_http_message *message)
{
    if (!is_our_path(listener, message->target))
        return 404;
    if (strcmp(message->method, "POST") != 0) {
        hv_http_add_header(request, "Allow", "POST");
        return 405;
    }
    if (!is_our_type(request))
        return 415;
    return 0;
}

/* For whoever watches this machine; for others it does not exist. */
static bool
is_health_check(const struct hv_http_message *message)
{
    return message->is_local && strcmp(message->method, "GET") == 0 &&
           strcmp(message->target, "/healthz") == 0;
}

static void
answer_health(struct listener_worker *worker, struct hv_http_request *request)
{
    char health[320];

    listener_health(worker->listener, health, sizeof(health));
    hv_http_add_header(request, "Cache-Control", "no-store");
    hv_http_reply(request, strcmp(health, "ok") == 0 ? 200 : 503, "text/plain",
                  hv_bytes_str(health), false);
}

/* ------------------------------------------------------------------- judge -- */

static enum hv_status
judge(struct listener_worker *worker, const struct hv_http_request *request,
      struct hv_bytes body, struct hv_judgement *out)
{
    struct hv_bytes header =
        hv_bytes_str(hv_http_header(request, "Authorization"));
    enum hv_status st;

    listener_keys_refresh(&worker->keys);
    st = hv_notify_judge(hv_keystore_ring(worker->keys.ks), header, body,
                         worker->parser, out, NULL);
    if (st || (out->verdict != HV_VERDICT_UNKNOWN_SUB &&
               out->verdict != HV_VERDICT_UNKNOWN_VERSION))
        return st;
    /* It may be newer than what we read. */
    if (!listener_keys_reload(&worker->keys))
        return HV_OK;
    hv_judgement_release(out);
    return hv_notify_judge(hv_keystore_ring(worker->keys.ks), header, body,
                           worker->parser, out, NULL);
}

static struct listener_item *
new_item(const struct hv_http_request *request,
         const struct hv_http_message *message, struct hv_judgement *judgement)
{
    struct listener_item *item = hv_calloc(1, sizeof(*item));
    const char *mark = hv_http_header(request, "X-HVConsole-Test");

    item->judgement = *judgement;
    *judgement = (struct hv_judgement){ 0 }; /* its events are the item's */
    item->arrival.received_ms = hv_clock_now_ms();
    item->arrival.judgement = &item->judgement;
    item->arrival.is_test = mark && strcmp(mark, "1") == 0;
    hv_copy(item->arrival.peer, sizeof(item->arrival.peer), message->peer);
    return item;
}

/* Stored first, answered when it is: listener_committed(). */
static void
keep(struct listener_worker *worker, struct hv_http_request *request,
     const struct hv_http_message *message, struct hv_judgement *judgement,
     int64_t started_us)
{
    struct listener_item *item = new_item(request, message, judgement);

    item->arrival.answer = 200;
    item->arrival.body = message->body; /* lasts until the answer */
    item->request = request;
    item->started_us = started_us;
    if (listener_port_add(worker->port, item))
        return;
    listener_item_free(item);
    listener_answer_unavailable(worker, request);
}

static int
refusal_status(struct hv_listener *listener,
               const struct hv_judgement *judgement)
{
    bool may_be_200 = false;

    if (judgement->verdict == HV_VERDICT_BAD_HMAC && listener->bad_hmac_200) {
        pthread_mutex_lock(&listener->guard);
        may_be_200 = listener_fuse_bad(&listener->fuse, &judgement->auth,
                                       hv_clock_mono_ms());
        pthread_mutex_unlock(&listener->guard);
    }
    return may_be_200 ? 200 : hv_verdict_row(judgement->verdict)->http;
}

static bool
take_listing(struct hv_listener *listener,
             const struct hv_http_message *message)
{
    bool is_listed;

    pthread_mutex_lock(&listener->guard);
    is_listed = listener_limit_take(&listener->limit, message->address,
                                    hv_clock_mono_ms());
    pthread_mutex_unlock(&listener->guard);
    return is_listed;
}

/* Answered at once; the row follows with the next commit, and is the first to
 * be left out when too many come. The body is kept for its digest, and to find
 * out what it would have fitted. */
static void
refuse(struct listener_worker *worker, struct hv_http_request *request,
       const struct hv_http_message *message, struct hv_judgement *judgement)
{
    struct hv_listener *listener = worker->listener;
    struct listener_item *item = new_item(request, message, judgement);
    bool is_listed = take_listing(listener, message);
    const char *header = hv_http_header(request, "Authorization");

    item->arrival.answer = refusal_status(listener, &item->judgement);
    item->arrival.count_only = !is_listed;
    if (is_listed) {
        hv_buf_add_bytes(&item->body, message->body);
        hv_buf_add_str(&item->header, header ? header : "");
        item->arrival.body = hv_buf_bytes(&item->body);
    } else {
        atomic_fetch_add(&worker->counts.unlisted, 1);
    }
    atomic_fetch_add(&worker->counts.verdicts[item->judgement.verdict], 1);
    atomic_store(&listener->is_stale, true);
    listener_answer(request, item->arrival.answer);
    if (listener_queue_is_busy(listener->queue) ||
        !listener_port_add(worker->port, item))
        listener_item_free(item);
}

void
listener_request(void *arg, struct hv_http_request *request,
                 const struct hv_http_message *message)
{
    struct listener_worker *worker = arg;
    struct hv_listener *listener = worker->listener;
    struct hv_judgement judgement = { 0 };
    int64_t started_us = hv_clock_mono_us();
    int status;

    if (is_health_check(message)) {
        answer_health(worker, request);
        return;
    }
    status = route(listener, request, message);
    if (status) {
        atomic_fetch_add(&worker->counts.misdirected, 1);
        atomic_store(&listener->is_stale, true);
        listener_answer(request, status);
    } else if (atomic_load(&listener->is_stopping) ||
               judge(worker, request, message->body, &judgement)) {
        listener_answer_unavailable(worker, request);
    } else if (hv_verdict_row(judgement.verdict)->is_verified) {
        keep(worker, request, message, &judgement, started_us);
    } else {
        refuse(worker, request, message, &judgement);
    }
    hv_judgement_release(&judgement);
}
