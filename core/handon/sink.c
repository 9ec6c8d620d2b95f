/*
 * sink.c - one attempt by NATS JetStream: the exact body, the facts as headers,
 * the body's SHA-256 as its id. Called by handon.c. The stream's acknowledgement
 * means taken, one for a message it had already too.
 */
#include "core/handon/sink_in.h"

#include "hvconsole/clock.h"
#include "hvconsole/codec.h"
#include "hvconsole/text.h"

#include <errno.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ID_HEADER "X-HVConsole-Id"

/* -------------------------------------------------------------- publishing -- */

static natsStatus
add_headers(natsMsg *message, const struct hv_outbox_item *item)
{
    struct handon_fact facts[HANDON_MAX_FACTS];
    size_t len = handon_facts(item, facts);
    struct hv_bytes body = hv_buf_bytes(&item->body);
    uint8_t digest[32];
    char id[HV_HEX_SIZE(sizeof(digest))];
    natsStatus s = NATS_ERR;

    if (EVP_Digest(body.data, body.len, digest, NULL, EVP_sha256(), NULL) ==
        1) {
        hv_hex_encode(digest, sizeof(digest), id);
        s = natsMsgHeader_Set(message, "Nats-Msg-Id", id);
    }
    if (s == NATS_OK)
        s = natsMsgHeader_Set(message, "Content-Type",
                              "text/xml; charset=utf-8");
    for (size_t i = 0; s == NATS_OK && i < len; i++)
        s = natsMsgHeader_Set(message, facts[i].header, facts[i].value);
    return s;
}

static natsStatus
make_message(const struct handon_sink *sink, const struct hv_outbox_item *item,
             natsMsg **out)
{
    char subject[SINK_SUBJECT_MAX + HV_GUID_TEXT + 2];
    char sub[HV_GUID_TEXT];
    struct hv_bytes body = hv_buf_bytes(&item->body);
    natsStatus s;

    hv_guid_format(&item->sub, sub);
    snprintf(subject, sizeof(subject), "%s.%s", sink->place.subject, sub);
    s = natsMsg_Create(out, subject, NULL, (const char *)body.data,
                       (int)body.len);
    return s == NATS_OK ? add_headers(*out, item) : s;
}

/* What cannot even be sent ends by its timer, at once. */
static void
publish(struct handon_sink *sink, struct handon_try *try)
{
    natsMsg *message = NULL;
    jsPubOptions options;
    natsStatus s = jsPubOptions_Init(&options);

    options.MaxWait = try->handon->timeout_ms;
    if (s == NATS_OK)
        s = make_message(sink, &try->item, &message);
    if (s == NATS_OK)
        s = js_PublishMsgAsync(sink->js, &message, &options);
    natsMsg_Destroy(message);
    if (s == NATS_OK) {
        try->is_sent = true;
        hv_watch_after(try->timer, try->handon->timeout_ms);
        snprintf(try->why, sizeof(try->why),
                 "%.60s did not acknowledge it within %d s", sink->place.text,
                 try->handon->timeout_ms / 1000);
        return;
    }
    if (s == NATS_MAX_PAYLOAD)
        snprintf(try->why, sizeof(try->why),
                 "the message is larger than %.60s takes (max_payload)",
                 sink->place.text);
    else
        snprintf(try->why, sizeof(try->why), "cannot publish to %.60s: %s",
                 sink->place.text, natsStatus_GetText(s));
    hv_watch_after(try->timer, 0);
    if (natsConnection_IsClosed(sink->nc))
        hv_loop_post(sink->handon->loop, sink_lost, sink);
}

static void
timed_out(void *arg)
{
    struct handon_try *try = arg;

    handon_tried(try, try->why);
}

static void
begin(struct handon_try *try)
{
    struct handon_sink *sink = try->handon->sink;

    try->timer = hv_loop_timer(try->handon->loop, timed_out, try);
    if (sink->nc) {
        publish(sink, try);
    } else if (!sink->is_connecting && hv_clock_mono_ms() < sink->again_ms) {
        hv_copy(try->why, sizeof(try->why), sink->why);
        hv_watch_after(try->timer, 0);
    } else if (!sink->is_connecting) {
        sink_connect(sink);
    }
}

static void
give_up(struct handon_try *try)
{
    hv_copy(try->why, sizeof(try->why),
            "the listener ended before it was taken");
    hv_watch_after(try->timer, 0);
}

const struct handon_kind handon_sink = { "sink", HANDON_MAX_PARALLEL, begin,
                                         give_up };

/* ---------------------------------------------------------- the connection -- */

void
sink_connected(struct handon_sink *sink)
{
    struct handon_try *next;

    for (struct handon_try *try = sink->handon->first; try; try = next) {
        next = try->next;
        if (!sink->nc)
            handon_tried(try, sink->why);
        else
            publish(sink, try);
    }
    if (sink->handon->is_ending) /* it waited for us */
        hv_watch_after(sink->handon->timer, 0);
}

static void
fail_sent(struct handon_sink *sink, const char *why)
{
    struct handon_try *next;

    for (struct handon_try *try = sink->handon->first; try; try = next) {
        next = try->next;
        if (try->is_sent)
            handon_tried(try, why);
    }
}

/* It does not say which message this was about: all have the same subject. */
void
sink_forbidden(void *arg)
{
    struct handon_sink *sink = arg;
    char why[120];

    snprintf(why, sizeof(why), "%.40s does not permit us to publish %.40s.*",
             sink->place.text, sink->place.subject);
    fail_sent(sink, why);
}

void
sink_lost(void *arg)
{
    struct handon_sink *sink = arg;

    if (!sink->nc || !natsConnection_IsClosed(sink->nc))
        return; /* of one that we closed ourselves */
    snprintf(sink->why, sizeof(sink->why), "the connection to %.60s was lost",
             sink->place.text);
    sink_disconnect(sink);
    fail_sent(sink, sink->why);
}

/* --------------------------------------------------------- acknowledgement -- */

/* From the library's thread to ours. */
struct acked {
    struct handon_sink *sink;
    int64_t id;
    bool is_taken;
    natsStatus status;
    char text[120]; /* the server's */
};

static void
describe(const struct acked *acked, char *out, size_t size)
{
    const struct sink_place *place = &acked->sink->place;
    struct hv_buf clean = { 0 };

    if (acked->status == NATS_NO_RESPONDERS && acked->sink->has_jetstream) {
        snprintf(out, size, "no stream of %.40s takes %.40s.*", place->text,
                 place->subject);
    } else if (acked->status == NATS_NO_RESPONDERS) {
        snprintf(out, size, "%.60s has no JetStream (nats-server -js)",
                 place->text);
    } else if (acked->status == NATS_TIMEOUT) {
        snprintf(out, size, "%.60s did not acknowledge it in time",
                 place->text);
    } else {
        hv_text_clean(&clean, hv_bytes_str(acked->text));
        snprintf(out, size, "%.40s refuses it: %s", place->text,
                 hv_buf_str(&clean));
        hv_buf_release(&clean);
    }
}

/* An item may be gone, when its time was over: it is tried again. One that is
 * tried again meanwhile has got there all the same. */
static void
take_ack(void *arg)
{
    struct acked *acked = arg;
    char why[120];

    for (struct handon_try *try = acked->sink->handon->first; try;
         try = try->next) {
        if (try->item.id != acked->id || !try->is_sent)
            continue;
        if (!acked->is_taken)
            describe(acked, why, sizeof(why));
        handon_tried(try, acked->is_taken ? NULL : why);
        break;
    }
    free(acked);
}

void
sink_acked(jsCtx *js, natsMsg *message, jsPubAck *ack, jsPubAckErr *error,
           void *arg)
{
    struct acked *acked = hv_calloc(1, sizeof(*acked));
    const char *id = NULL;

    (void)js;
    if (natsMsgHeader_Get(message, ID_HEADER, &id) == NATS_OK && id)
        acked->id = strtoll(id, NULL, 10);
    acked->is_taken = ack != NULL;
    if (error) {
        acked->status = error->Err;
        hv_copy(acked->text, sizeof(acked->text),
                error->ErrText ? error->ErrText : "");
    }
    natsMsg_Destroy(message);
    if (!sink_post(arg, take_ack, acked, &acked->sink))
        free(acked);
}

/* -------------------------------------------------------- beginning and end -- */

enum hv_status
handon_check_sink(const struct hv_handon_way *way, struct hv_error *err)
{
    struct sink_place place = { 0 };

    if (way->sink_creds && access(way->sink_creds, R_OK))
        return hv_fail_errno(err, HV_ERR_USAGE, "--sink-creds: cannot read %s",
                             way->sink_creds);
    return sink_read_place(way->sink, &place, err);
}

struct handon_sink *
handon_sink_new(struct hv_handon *handon, const struct hv_handon_way *way)
{
    struct handon_sink *sink = hv_calloc(1, sizeof(*sink));

    sink->handon = handon;
    sink_open_door(sink);
    if (way->sink_creds)
        sink->creds = hv_strdup(way->sink_creds);
    if (sink_read_place(way->sink, &sink->place, NULL))
        sink->place.url[0] = '\0'; /* was checked */
    return sink;
}

void
handon_sink_free(struct handon_sink *sink)
{
    if (!sink)
        return;
    sink_close_door(sink); /* when it never began */
    free(sink->creds);
    free(sink);
}
