/*
 * request.c - one request: route, judge, journal, answer. Called by the door
 * for each. 200 leaves only through listener_committed(), after the commit;
 * the one exception is a bad HMAC of a profile that wants it so.
 */
#include "core/listener/state.h"

#include "hvconsole/clock.h"

#include <string.h>
#include <strings.h>

#define RETRY_AFTER_S "300"

static void
answer(struct hv_http_request *request, int status)
{
    if (status == 503)
        hv_http_add_header(request, "Retry-After", RETRY_AFTER_S);
    hv_http_reply(request, status, NULL, (struct hv_bytes){ 0 }, false);
}

static void
answer_unavailable(struct hv_listener *listener,
                   struct hv_http_request *request)
{
    listener->unavailable++;
    listener->is_stale = true;
    answer(request, 503);
}

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
route(const struct hv_listener *listener, const struct hv_http_request *request,
      const struct hv_http_message *message)
{
    if (!is_our_path(listener, message->target))
        return 404;
    if (!is_our_type(request))
        return 415;
    return 0;
}

/* ------------------------------------------------------------------- judge -- */

static enum hv_status
judge(struct hv_listener *listener, const struct hv_http_request *request,
      struct hv_bytes body, struct hv_judgement *out)
{
    struct hv_bytes header =
        hv_bytes_str(hv_http_header(request, "Authorization"));
    enum hv_status st;

    listener_keys_refresh(&listener->keys);
    st = hv_notify_judge(hv_keystore_ring(listener->keys.ks), header, body,
                         listener->parser, out, NULL);
    if (st || (out->verdict != HV_VERDICT_UNKNOWN_SUB &&
               out->verdict != HV_VERDICT_UNKNOWN_VERSION))
        return st;
    /* It may be newer than what we read. */
    if (!listener_keys_reload(&listener->keys))
        return HV_OK;
    hv_judgement_release(out);
    return hv_notify_judge(hv_keystore_ring(listener->keys.ks), header, body,
                           listener->parser, out, NULL);
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
keep(struct hv_listener *listener, struct hv_http_request *request,
     const struct hv_http_message *message, struct hv_judgement *judgement)
{
    struct listener_item *item = new_item(request, message, judgement);

    item->arrival.answer = 200;
    item->arrival.body = message->body; /* lasts until the answer */
    item->request = request;
    if (listener_queue_add(listener->queue, item))
        return;
    listener_item_free(item);
    answer_unavailable(listener, request);
}

static int
refusal_status(struct hv_listener *listener,
               const struct hv_judgement *judgement)
{
    if (judgement->verdict == HV_VERDICT_BAD_HMAC && listener->bad_hmac_200 &&
        listener_fuse_bad(&listener->fuse, &judgement->auth,
                          hv_clock_mono_ms()))
        return 200;
    return hv_verdict_row(judgement->verdict)->http;
}

/* Answered at once; the row follows with the next commit, and is the first to
 * be left out when too many come. The body is kept for its digest only. */
static void
refuse(struct hv_listener *listener, struct hv_http_request *request,
       const struct hv_http_message *message, struct hv_judgement *judgement)
{
    struct listener_item *item = new_item(request, message, judgement);
    bool is_listed = listener_limit_take(&listener->limit, message->address,
                                         hv_clock_mono_ms());

    item->arrival.answer = refusal_status(listener, &item->judgement);
    item->arrival.count_only = !is_listed;
    if (is_listed) {
        hv_buf_add_bytes(&item->body, message->body);
        item->arrival.body = hv_buf_bytes(&item->body);
    } else {
        listener->unlisted++;
    }
    listener->counts[item->judgement.verdict]++;
    listener->is_stale = true;
    answer(request, item->arrival.answer);
    if (listener_queue_is_busy(listener->queue) ||
        !listener_queue_add(listener->queue, item))
        listener_item_free(item);
}

void
listener_request(void *arg, struct hv_http_request *request,
                 const struct hv_http_message *message)
{
    struct hv_listener *listener = arg;
    struct hv_judgement judgement = { 0 };
    int status = route(listener, request, message);

    if (status) {
        listener->misdirected++;
        listener->is_stale = true;
        answer(request, status);
    } else if (listener->is_stopping ||
               judge(listener, request, message->body, &judgement)) {
        answer_unavailable(listener, request);
    } else if (hv_verdict_row(judgement.verdict)->is_verified) {
        keep(listener, request, message, &judgement);
    } else {
        refuse(listener, request, message, &judgement);
    }
    hv_judgement_release(&judgement);
}

/* ------------------------------------------------------------------ answer -- */

static void
set_journal_health(struct hv_listener *listener, const char *why)
{
    if (strcmp(listener->journal_why, why) == 0)
        return;
    hv_copy(listener->journal_why, sizeof(listener->journal_why), why);
    listener_publish(listener);
}

void
listener_committed(void *arg, struct listener_item *item, enum hv_status st,
                   const struct hv_error *err)
{
    struct hv_listener *listener = arg;

    if (st) {
        char why[sizeof(listener->journal_why)];

        hv_copy(why, sizeof(why), err->why);
        set_journal_health(listener, why);
        if (item->request)
            answer_unavailable(listener, item->request);
        return;
    }
    set_journal_health(listener, "");
    if (!item->request)
        return;
    listener->counts[item->judgement.verdict]++;
    listener->is_stale = true;
    if (listener->bad_hmac_200)
        listener_fuse_verified(&listener->fuse, &item->judgement.auth,
                               hv_clock_mono_ms());
    answer(item->request, 200);
}
