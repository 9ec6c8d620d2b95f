/*
 * state.h - the listener from inside, shared by listener.c, request.c and
 * publish.c. Everything here belongs to the loop's thread.
 */
#ifndef CORE_LISTENER_STATE_H
#define CORE_LISTENER_STATE_H

#include "core/listener/keys.h"
#include "core/listener/limit.h"
#include "core/listener/queue.h"
#include "hvconsole/listener.h"
#include "hvconsole/run.h"

#include <limits.h>

struct listener_waiter { /* who wants to know when it has stopped */
    struct listener_waiter *next;
    hv_loop_fn fn; /* or: */
    void *arg;
    struct hv_control *control; /* answered then, and the loop stopped */
};

struct hv_listener {
    struct hv_loop *loop;
    struct hv_run *run;
    struct listener_keys keys;
    struct hv_journal *journal;
    struct listener_queue *queue;
    struct hv_http_server *http;
    struct hv_notify_parser *parser;
    struct hv_watch *tick;     /* publishing, and a look at the keystore */
    struct hv_watch *stopping; /* asks whether the last answer is out */

    char host[64]; /* as given, without brackets */
    int port;
    char path_prefix[256];      /* "" = any path */
    char *cert_file, *key_file; /* NULL = self-signed or plain */
    bool is_plain;
    bool bad_hmac_200;
    char url[128];
    int64_t started_ms;

    struct listener_limit limit;
    struct listener_fuse fuse;
    char journal_why[256];            /* degraded: why; "" = fine */
    int64_t counts[HV_VERDICT_COUNT]; /* committed, or refused */
    int64_t unlisted;    /* refused, over the rate of listed ones */
    int64_t unavailable; /* answered 503 */
    int64_t misdirected; /* 404, 415 */
    bool is_stale;       /* counts moved since they were published */

    bool is_stopping;
    bool is_stopped;
    int64_t stop_by_ms; /* monotonic */
    struct listener_waiter *waiters;
};

/* request.c */
void listener_request(void *arg, struct hv_http_request *request,
                      const struct hv_http_message *message);
void listener_committed(void *arg, struct listener_item *item,
                        enum hv_status st, const struct hv_error *err);

/* publish.c */
void listener_facts(const struct hv_listener *listener, struct hv_facts *out);
/** listener_publish() - write run/listener now. A failure changes the health
 *  that is told by the control socket; nothing else can be done. */
void listener_publish(struct hv_listener *listener);
void listener_control(void *arg, struct hv_control *control,
                      const struct hv_facts *request);

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
/** listener_with_tls() - call @fn with the texts of certificate and key; both
 *  NULL for plain. They are wiped when it returns. */
typedef enum hv_status (*listener_tls_fn)(void *arg, const char *cert_pem,
                                          const char *key_pem,
                                          struct hv_error *err);
HV_MUST_CHECK enum hv_status listener_with_tls(struct hv_listener *listener,
                                               listener_tls_fn fn, void *arg,
                                               struct hv_error *err);

#endif
