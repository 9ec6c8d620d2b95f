/*
 * sink_in.h - the stream of NATS JetStream that notifications go to, seen by
 * its two files: sink.c publishes, sink_line.c keeps the connection. Private to
 * them; nobody else sees the library.
 */
#ifndef CORE_HANDON_SINK_IN_H
#define CORE_HANDON_SINK_IN_H

#include "core/handon/handon_in.h"

#include <nats/nats.h>

#define SINK_SUBJECT_MAX 100

/* Where to, read from the URL. */
struct sink_place {
    char url[320];  /* for the library: scheme, host, port */
    char host[256]; /* its certificate names it */
    char text[280]; /* HOST:PORT, for people */
    char subject[SINK_SUBJECT_MAX + 1];
    bool has_tls;
    bool is_loopback;
};

struct handon_sink {
    struct hv_handon *handon;
    uintptr_t number; /* by which the library's threads know it */
    struct sink_place place;
    char *creds;
    natsConnection *nc; /* NULL = none */
    jsCtx *js;
    bool has_jetstream; /* .. the server said so */
    bool is_connecting;
    int64_t again_ms; /* no connecting before, monotonic */
    char why[120];    /* why there is no connection */
};

/** sink_read_place() - HV_ERR_USAGE. */
HV_MUST_CHECK enum hv_status
sink_read_place(const char *url, struct sink_place *out, struct hv_error *err);
/** sink_open_door() - one sink at a time. */
void sink_open_door(struct handon_sink *sink);
void sink_close_door(const struct handon_sink *sink);
/** sink_post() - hv_loop_post() from a thread of the library; false: the sink of
 *  that number is gone. @arg: NULL = the sink; else @sink gets it first. */
bool sink_post(void *number, hv_loop_fn fn, void *arg,
               struct handon_sink **sink);
/** sink_connect() - on a thread of its own; sink_connected() is called then. */
void sink_connect(struct handon_sink *sink);
/** sink_disconnect() - nothing more comes from it but what was posted. */
void sink_disconnect(struct handon_sink *sink);

/* sink.c, on the loop's thread */
/** sink_connected() - or not: then @sink->why says it. */
void sink_connected(struct handon_sink *sink);
/** sink_lost() - the connection is gone; posted by the library. @arg: sink. */
void sink_lost(void *arg);
/** sink_forbidden() - the server permits us something not; posted likewise. */
void sink_forbidden(void *arg);
/** sink_acked() - what became of one message; on a thread of the library. */
void sink_acked(jsCtx *js, natsMsg *message, jsPubAck *ack, jsPubAckErr *error,
                void *arg);

#endif
