/*
 * state.h - the listener from inside. What all workers share, and one worker
 * per loop. Private to core/listener.
 *
 * The main loop owns the listener: it starts, publishes and stops. A worker
 * belongs to its own loop's thread; number 0 lives on the main loop. What both
 * sides touch is atomic, or stands under the guard.
 */
#ifndef CORE_LISTENER_STATE_H
#define CORE_LISTENER_STATE_H

#include "core/listener/keys.h"
#include "core/listener/limit.h"
#include "core/listener/queue.h"
#include "hvconsole/audit.h"
#include "hvconsole/handon.h"
#include "hvconsole/listener.h"
#include "hvconsole/run.h"

#include <limits.h>
#include <pthread.h>
#include <stdatomic.h>

#define LISTENER_MAX_WORKERS 16

/* Upper ends of the latency histogram, in microseconds; beyond: the last. */
#define LISTENER_BUCKETS 16
extern const int64_t listener_bucket_us[LISTENER_BUCKETS];

/* What happened to one worker since the start; read by the main loop. */
struct listener_counts {
    _Atomic int64_t verdicts[HV_VERDICT_COUNT]; /* committed, or refused */
    _Atomic int64_t unlisted;    /* refused, over the rate of listed ones */
    _Atomic int64_t unavailable; /* answered 503 */
    _Atomic int64_t misdirected; /* 404, 405, 415 */
    _Atomic int64_t failed;      /* 503 for what the journal would not take */
    _Atomic int64_t answered[LISTENER_BUCKETS + 1]; /* 200, by how long */
    _Atomic int64_t answered_us;                    /* all of them together */
};

struct listener_worker {
    struct hv_listener *listener;
    int number;
    struct hv_loop *loop; /* of number 0 the caller's */
    pthread_t thread;
    bool has_thread;
    struct listener_keys keys;
    struct listener_port *port;
    struct hv_http_server *http;
    struct hv_notify_parser *parser;
    struct hv_watch *tick;
    struct listener_counts counts;
    _Atomic uint64_t generation; /* loaded */
    _Atomic int64_t alive_ms;    /* monotonic; moved by its tick */
};

struct listener_waiter { /* who wants to know when it has stopped */
    struct listener_waiter *next;
    hv_loop_fn fn; /* or: */
    void *arg;
    struct hv_control *control; /* answered then, and the loop stopped */
};

struct listener_probe; /* probe.c */

struct listener_probed { /* what the last look through our own socket saw */
    bool has_run;
    char why[160]; /* "" = all is well */
    int64_t took_ms;
    int64_t cert_until_ms; /* end of the certificate that is served, 0 = none */
};

struct hv_listener {
    struct hv_loop *loop;
    struct hv_run *run;
    struct hv_journal *journal;
    struct listener_queue *queue;
    struct hv_handon *handon;      /* NULL = verified ones stay here */
    struct hv_handon_state handed; /* .. as it was published */
    struct hv_audit *audit;
    struct hv_http_tls *tls; /* for new connections; NULL = plain */
    struct listener_worker *workers;
    int workers_len;
    int wake_fd; /* a worker has something to publish */
    struct hv_watch *wake;
    struct hv_watch *tick;
    struct hv_watch *stopping; /* asks whether the last answer is out */
    struct listener_probe *probe;

    char *store;
    char host[64]; /* as given, without brackets */
    int port;
    int sockets;                /* passed by systemd, 0 = we make our own */
    char path_prefix[256];      /* "" = any path */
    char *cert_file, *key_file; /* NULL = self-signed or plain */
    bool is_plain;
    bool bad_hmac_200;
    const char *fence; /* how files are confined; static */
    char url[128];
    int64_t started_ms;
    int64_t watchdog_ms; /* systemd's, 0 = none */
    int64_t metrics_ms;  /* of the last rewrite, monotonic */
    uint64_t audited;    /* generation of the last line in the audit log */
    char audited_why[256];
    char audit_why[256]; /* degraded: the log cannot be written; "" = fine */

    pthread_mutex_t guard; /* of what follows, up to the atomics */
    struct listener_limit limit;
    struct listener_limit explaining; /* one slot: nearest misses */
    struct listener_fuse fuse;
    char journal_why[256]; /* degraded: why; "" = fine */
    char keys_why[256];    /* the same, of the first worker's keystore */
    struct listener_probed probed;

    _Atomic bool is_stale;    /* something moved since it was published */
    _Atomic bool is_stopping; /* what comes now gets 503 */
    bool is_stopped;
    int64_t stop_by_ms; /* monotonic */
    struct listener_waiter *waiters;
};

/* request.c, answer.c: on a worker's thread */
void listener_request(void *arg, struct hv_http_request *request,
                      const struct hv_http_message *message);
void listener_committed(void *arg, struct listener_item *item,
                        enum hv_status st, const struct hv_error *err);
/** listener_answer() - an empty answer; 503 says when to come again. */
void listener_answer(struct hv_http_request *request, int status);
void listener_answer_unavailable(struct listener_worker *worker,
                                 struct hv_http_request *request);
/** listener_nudge() - have the main loop publish soon; any thread. */
void listener_nudge(struct hv_listener *listener);

/* worker.c: on the main thread */
/** listener_workers_init() - none serves yet, but the keystore is followed.
 *  @ks: taken over */
void listener_workers_init(struct hv_listener *listener, int len,
                           struct hv_keystore *ks);
/** listener_workers_start() - all of them serve when this returns. */
HV_MUST_CHECK enum hv_status
listener_workers_start(struct hv_listener *listener,
                       const struct hv_listener_config *config,
                       struct hv_error *err);
void listener_workers_use_tls(struct hv_listener *listener);
void listener_workers_close_door(struct hv_listener *listener);
size_t listener_workers_connections(const struct hv_listener *listener);
uint64_t listener_workers_generation(const struct hv_listener *listener);
/** listener_workers_end() - after listener_queue_end(). */
void listener_workers_end(struct hv_listener *listener);

/* publish.c */
void listener_facts(struct hv_listener *listener, struct hv_facts *out);
/** listener_health() - "ok", or "degraded: why". */
void listener_health(struct hv_listener *listener, char *out, size_t size);
int64_t listener_sum(const struct hv_listener *listener, size_t offset);
#define LISTENER_SUM(listener, field)                                          \
    listener_sum(listener, offsetof(struct listener_counts, field))
/** listener_publish() - write run/listener now. A failure is tried again at the
 *  next change; nothing else can be done. */
void listener_publish(struct hv_listener *listener);
/** listener_publish_if_stale() - the same when there is something new. */
void listener_publish_if_stale(struct hv_listener *listener);
void listener_control(void *arg, struct hv_control *control,
                      const struct hv_facts *request);

/* metrics.c */
/** listener_metrics() - the text of run/metrics.prom. */
void listener_metrics(struct hv_listener *listener, struct hv_buf *out);

/* record.c: the listener's own audit log */
void listener_record_start(struct hv_listener *listener);
void listener_record(struct hv_listener *listener, const char *verb,
                     const char *outcome, const char *note);
/** listener_record_keys() - a line when another generation is loaded, or when
 *  the file cannot be read. */
void listener_record_keys(struct hv_listener *listener);

/* probe.c */
void listener_probe_start(struct hv_listener *listener, int every_ms);
void listener_probe_end(struct listener_probe *probe);

/* fence.c */
/** listener_fence() - confine this process to the files a listener needs, those
 *  of @keystore and @creds (NULL = none) among them.
 *  Returns what came of it, for people; never fails. Before any thread. */
const char *listener_fence(const struct hv_listener *listener,
                           const char *keystore, const char *creds);

/* listener.c */
void listener_wait_stop(struct hv_listener *listener, hv_loop_fn fn, void *arg,
                        struct hv_control *control);

/* config.c */
/** listener_read_config() - address, path, certificate files. HV_ERR_USAGE,
 *  HV_ERR_REFUSED: plain elsewhere than on loopback. */
HV_MUST_CHECK enum hv_status
listener_read_config(struct hv_listener *listener,
                     const struct hv_listener_config *config,
                     struct hv_error *err);
/** listener_read_tls() - the certificate of the config, in @out; NULL for
 *  plain. */
HV_MUST_CHECK enum hv_status listener_read_tls(struct hv_listener *listener,
                                               struct hv_http_tls **out,
                                               struct hv_error *err);

#endif
