/*
 * state.h - the running sandbox: the platform's model and the doors round it.
 * Private to sandbox.c, control.c, emit.c and deliver.c.
 */
#ifndef SANDBOX_STATE_H
#define SANDBOX_STATE_H

#include "core/net/curl.h"
#include "core/net/http.h"
#include "hvconsole/run.h"
#include "hvconsole/sandbox.h"
#include "sandbox/model.h"

struct sb_wait; /* an emit that waits for its deliveries */

/* What carries notifications to their URLs. */
struct sb_deliver {
    struct sb_platform *platform; /* borrowed */
    struct hv_curl *curl;
    struct hv_watch *timer; /* the next batch that is due */
    size_t flying;
    bool is_verbose;
    bool is_closing;
};

struct hv_sandbox {
    struct hv_loop *loop; /* borrowed */
    struct sb_platform platform;
    struct sb_deliver deliver;
    struct hv_http_server *server;
    struct hv_run *run;
    struct hv_watch *stop; /* lets the answer to `stop` go out */
    struct sb_wait *waits;
    uint64_t last_wait;
    bool is_verbose;
    char url[160]; /* of the methods */
    char shell[128];
    char listening[128];
    char ca[1024]; /* path of the CA file; "" = plain */
};

/* ca.c: certificates in @dir, made on first start; the CA file's path is
 * copied to @ca_file. */
HV_MUST_CHECK enum hv_status sb_ca_open(const char *dir, const char *host,
                                        struct hv_cert_pair *server,
                                        char *ca_file, size_t size,
                                        struct hv_error *err);

/* deliver.c */
HV_MUST_CHECK enum hv_status sb_deliver_start(struct sb_deliver *deliver,
                                              struct hv_loop *loop,
                                              struct sb_platform *platform,
                                              struct hv_error *err);
/** sb_deliver_kick() - send what is due, wake up for what comes next. */
void sb_deliver_kick(struct sb_deliver *deliver);
void sb_deliver_end(struct sb_deliver *deliver);

/* control.c */
void sb_control(void *arg, struct hv_control *control,
                const struct hv_facts *request);
/** sb_facts() - what others may know about this sandbox. */
void sb_facts(const struct hv_sandbox *sandbox, struct hv_facts *out);

/* emit.c */
void sb_emit(struct hv_sandbox *sandbox, struct hv_control *control,
             const struct hv_facts *request);
/** sb_waits_settled() - an sb_settled_fn; @arg is the sandbox. */
void sb_waits_settled(void *arg, uint64_t wait, size_t count,
                      bool is_delivered);
void sb_waits_end(struct hv_sandbox *sandbox);

#endif
