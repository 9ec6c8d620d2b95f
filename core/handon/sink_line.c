/*
 * sink_line.c - the connection to a NATS server: made on a thread of its own,
 * and made anew by the next attempt after it was lost. Called by sink.c. The
 * library's own reconnecting is off: the outbox alone knows what was taken.
 */
#include "core/handon/sink_in.h"

#include "core/sub/url.h"
#include "hvconsole/clock.h"
#include "hvconsole/text.h"

#include <ctype.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CONNECT_MS 3000
#define ASK_MS     1500 /* for what JetStream says about itself */
#define WRITE_MS   5000
#define PING_MS    10000 /* two without an answer end the connection */
#define AGAIN_MS   1000  /* between two vain attempts to connect */

/* --------------------------------------------------------------- the place -- */

/* What a subject may be made of, so that nobody reads a wildcard into it. */
static bool
is_subject(const char *text)
{
    char before = '.';

    for (const char *at = text; *at; at++) {
        if (!isalnum((unsigned char)*at) && !strchr("-_.", *at))
            return false;
        if (*at == '.' && before == '.')
            return false;
        before = *at;
    }
    return before != '.';
}

static enum hv_status
read_subject(const struct hv_url *url, struct sink_place *out,
             struct hv_error *err)
{
    hv_copy(out->subject, sizeof(out->subject), "hvconsole");
    if (url->path.len > 1) {
        snprintf(out->subject, sizeof(out->subject), "%.*s",
                 (int)url->path.len - 1, (const char *)url->path.data + 1);
        if (url->path.len - 1 > SINK_SUBJECT_MAX || !is_subject(out->subject)) {
            hv_fail(err, HV_ERR_USAGE,
                    "--sink: what follows the host is no subject");
            hv_hint(err,
                    "words of letters, digits, - and _ with dots between "
                    "them, %d characters at most",
                    SINK_SUBJECT_MAX);
            return HV_ERR_USAGE;
        }
    }
    return HV_OK;
}

static enum hv_status
fail_form(struct hv_error *err)
{
    hv_fail(err, HV_ERR_USAGE, "--sink wants nats://HOST[:PORT][/SUBJECT]");
    hv_hint(err, "or tls:// in front; port 4222 and subject hvconsole when "
                 "left out");
    return HV_ERR_USAGE;
}

enum hv_status
sink_read_place(const char *text, struct sink_place *out, struct hv_error *err)
{
    struct hv_url url;
    struct hv_error why = { 0 };
    const char *bracket[2];

    if (!strstr(text, "://"))
        return fail_form(err);
    if (hv_url_parse(text, &url, &why))
        return hv_fail(err, HV_ERR_USAGE, "--sink: %s", why.why);
    if (url.has_user) {
        hv_fail(err, HV_ERR_USAGE,
                "--sink: a URL with a user is refused, for everybody on this "
                "machine can read it");
        hv_hint(err, "give the credentials with --sink-creds FILE");
        return HV_ERR_USAGE;
    }
    if ((!hv_url_has_scheme(&url, "nats") && !hv_url_has_scheme(&url, "tls")) ||
        url.has_fragment || url.query.data)
        return fail_form(err);
    bracket[0] = url.is_ipv6 ? "[" : "";
    bracket[1] = url.is_ipv6 ? "]" : "";
    out->is_loopback = hv_url_is_loopback(&url);
    out->has_tls = !out->is_loopback || hv_url_has_scheme(&url, "tls");
    snprintf(out->host, sizeof(out->host), "%.*s", (int)url.host.len,
             (const char *)url.host.data);
    snprintf(out->text, sizeof(out->text), "%s%s%s:%d", bracket[0], out->host,
             bracket[1], url.port);
    snprintf(out->url, sizeof(out->url), "nats://%s", out->text);
    return read_subject(&url, out, err);
}

/* ---------------------------------------------------- the library's threads -- */

/*
 * They may call us some time after the connection is gone, and the library
 * cannot be asked to wait for them without being closed, after which its own
 * end takes from OpenSSL what is OpenSSL's (3.4.1: the process crashes in
 * exit). So they know the sink by number, and only while it is here.
 */
static struct {
    pthread_mutex_t guard;
    uintptr_t number;
    struct handon_sink *sink; /* NULL = none */
} door = { .guard = PTHREAD_MUTEX_INITIALIZER };

void
sink_open_door(struct handon_sink *sink)
{
    pthread_mutex_lock(&door.guard);
    door.sink = sink;
    sink->number = ++door.number;
    pthread_mutex_unlock(&door.guard);
}

void
sink_close_door(const struct handon_sink *sink)
{
    pthread_mutex_lock(&door.guard);
    if (door.sink == sink)
        door.sink = NULL;
    pthread_mutex_unlock(&door.guard);
}

bool
sink_post(void *number, hv_loop_fn fn, void *arg, struct handon_sink **sink)
{
    bool is_here;

    pthread_mutex_lock(&door.guard);
    is_here = door.sink && door.number == (uintptr_t)number;
    if (is_here && sink)
        *sink = door.sink;
    if (is_here)
        hv_loop_post(door.sink->handon->loop, fn, arg ? arg : door.sink);
    pthread_mutex_unlock(&door.guard);
    return is_here;
}

/* -------------------------------------------------------------- connecting -- */

/* Carried to the thread that connects and back; of the sink it reads only what
 * never changes. */
struct connecting {
    struct handon_sink *sink;
    natsConnection *nc;
    bool has_jetstream;
    char why[120];
};

static void
closed(natsConnection *nc, void *arg)
{
    (void)nc;
    sink_post(arg, sink_lost, NULL, NULL);
}

/* What the server says out of turn. Without this the library writes it to
 * standard error. */
static void
complained(natsConnection *nc, natsSubscription *sub, natsStatus status,
           void *arg)
{
    (void)nc;
    (void)sub;
    if (status == NATS_NOT_PERMITTED)
        sink_post(arg, sink_forbidden, NULL, NULL);
}

static natsStatus
make_options(struct handon_sink *sink, natsOptions **out)
{
    const struct sink_place *place = &sink->place;
    natsOptions *options = NULL;
    natsStatus s = natsOptions_Create(&options);

    *out = options;
    if (s == NATS_OK)
        s = natsOptions_SetURL(options, place->url);
    if (s == NATS_OK)
        s = natsOptions_SetName(options, "hvconsole");
    if (s == NATS_OK)
        s = natsOptions_SetAllowReconnect(options, false);
    if (s == NATS_OK)
        s = natsOptions_SetTimeout(options, CONNECT_MS);
    if (s == NATS_OK)
        s = natsOptions_SetWriteDeadline(options, WRITE_MS);
    if (s == NATS_OK)
        s = natsOptions_SetPingInterval(options, PING_MS);
    if (s == NATS_OK)
        s = natsOptions_SetClosedCB(options, closed, (void *)sink->number);
    if (s == NATS_OK)
        s = natsOptions_SetErrorHandler(options, complained,
                                        (void *)sink->number);
    if (s == NATS_OK && sink->creds)
        s = natsOptions_SetUserCredentialsFromFiles(options, sink->creds, NULL);
    if (s == NATS_OK && place->has_tls)
        s = natsOptions_SetSecure(options, true);
    if (s == NATS_OK && place->has_tls && !place->is_loopback)
        s = natsOptions_SetExpectedHostname(options, place->host);
    /* Whoever listens on loopback is the operator's own. */
    if (s == NATS_OK && place->is_loopback)
        s = natsOptions_SkipServerVerification(options, true);
    return s;
}

/* The library's own words, which may hold the server's. */
static void
add_detail(natsStatus s, char *out, size_t size)
{
    natsStatus last = NATS_OK;
    const char *text = nats_GetLastError(&last);
    struct hv_buf clean = { 0 };
    size_t len = strlen(out);

    if (!text || !*text || last != s)
        text = natsStatus_GetText(s);
    hv_text_clean(&clean, hv_bytes_str(text));
    snprintf(out + len, size - len, ": %s", hv_buf_str(&clean));
    hv_buf_release(&clean);
}

static void
describe(const struct handon_sink *sink, natsStatus s, char *out, size_t size)
{
    const char *at = sink->place.text;

    switch (s) {
    case NATS_NO_SERVER:
        snprintf(out, size, "no NATS server answers at %.60s", at);
        break;
    case NATS_TIMEOUT:
    case NATS_PROTOCOL_ERROR:
        snprintf(out, size, "%.60s does not answer as a NATS server does", at);
        break;
    case NATS_CONNECTION_AUTH_FAILED:
    case NATS_NOT_PERMITTED:
        snprintf(out, size, "%.60s refuses us: see --sink-creds", at);
        break;
    case NATS_SECURE_CONNECTION_WANTED:
        snprintf(out, size,
                 "%.50s has no TLS, and notifications leave this machine over "
                 "TLS only",
                 at);
        break;
    default:
        snprintf(out, size, "cannot connect to %.60s", at);
        add_detail(s, out, size);
    }
}

/* Only for the sentence when nobody takes our messages: somebody who may not
 * ask is not told that it is off. */
static bool
has_jetstream(natsConnection *nc)
{
    jsAccountInfo *info = NULL;
    jsCtx *js = NULL;
    jsOptions ask;
    jsErrCode code = 0;
    natsStatus s = jsOptions_Init(&ask);

    ask.Wait = ASK_MS;
    if (s == NATS_OK)
        s = natsConnection_JetStream(&js, nc, &ask);
    if (s == NATS_OK)
        s = js_GetAccountInfo(&info, js, &ask, &code);
    jsAccountInfo_Destroy(info);
    jsCtx_Destroy(js);
    return s != NATS_NO_RESPONDERS && code != JSNotEnabledErr &&
           code != JSNotEnabledForAccountErr;
}

static void
connect_work(void *arg)
{
    struct connecting *connecting = arg;
    struct handon_sink *sink = connecting->sink;
    natsOptions *options = NULL;
    natsStatus s = make_options(sink, &options);

    if (s == NATS_OK)
        s = natsConnection_Connect(&connecting->nc, options);
    if (s == NATS_OK)
        connecting->has_jetstream = has_jetstream(connecting->nc);
    else
        describe(sink, s, connecting->why, sizeof(connecting->why));
    natsOptions_Destroy(options);
    nats_ReleaseThreadMemory();
}

static void
connect_done(void *arg)
{
    struct connecting *connecting = arg;
    struct handon_sink *sink = connecting->sink;
    jsOptions options;
    natsStatus s = NATS_OK;

    sink->is_connecting = false;
    sink->nc = connecting->nc;
    sink->has_jetstream = connecting->has_jetstream;
    if (sink->nc) {
        s = jsOptions_Init(&options);
        options.PublishAsync.AckHandler = sink_acked;
        options.PublishAsync.AckHandlerClosure = (void *)sink->number;
        if (s == NATS_OK)
            s = natsConnection_JetStream(&sink->js, sink->nc, &options);
        if (s != NATS_OK) {
            describe(sink, s, connecting->why, sizeof(connecting->why));
            sink_disconnect(sink);
        }
    }
    hv_copy(sink->why, sizeof(sink->why), connecting->why);
    if (!sink->nc)
        sink->again_ms = hv_clock_mono_ms() + AGAIN_MS;
    free(connecting);
    sink_connected(sink);
}

void
sink_connect(struct handon_sink *sink)
{
    struct connecting *connecting = hv_calloc(1, sizeof(*connecting));

    connecting->sink = sink;
    sink->is_connecting = true;
    hv_loop_job(sink->handon->loop, connect_work, connect_done, connecting);
}

void
sink_disconnect(struct handon_sink *sink)
{
    jsCtx_Destroy(sink->js);
    sink->js = NULL;
    natsConnection_Destroy(sink->nc);
    sink->nc = NULL;
}

bool
handon_sink_end(struct handon_sink *sink)
{
    if (!sink)
        return true;
    if (sink->is_connecting)
        return false;
    sink_close_door(sink);
    sink_disconnect(sink);
    nats_ReleaseThreadMemory();
    return true;
}
