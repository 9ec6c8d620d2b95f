/*
 * state.h - the running sandbox: the platform's model and the doors round it.
 * Private to sandbox.c, door.c, control*.c, emit.c, advance.c and deliver.c.
 */
#ifndef SANDBOX_STATE_H
#define SANDBOX_STATE_H

#include "core/net/curl.h"
#include "core/net/http.h"
#include "hvconsole/run.h"
#include "hvconsole/sandbox.h"
#include "sandbox/keep.h"
#include "sandbox/model.h"
#include "sandbox/shell.h"

struct sb_wait;    /* an emit that waits for its deliveries */
struct sb_advance; /* the clock is being sent ahead */
struct sb_mute;    /* a call that gets no answer for a while */

/* What carries notifications to their URLs. */
struct sb_deliver {
    struct sb_platform *platform; /* borrowed */
    struct hv_curl *curl;
    struct hv_watch *timer; /* the next batch that is due */
    size_t flying;
    uint64_t attempts;  /* that came back */
    uint64_t delivered; /* of these, with HTTP 200 */
    hv_loop_fn landed;  /* after each that comes back */
    void *landed_arg;
    bool is_verbose;
    bool is_closing;
};

/* How a fault of a call that has just been judged is to be answered. */
enum sb_answer_way {
    SB_ANSWER_AS_IT_IS,
    SB_ANSWER_500,
    SB_ANSWER_NEVER,
};

struct hv_sandbox {
    struct hv_loop *loop; /* borrowed */
    struct sb_platform platform;
    struct sb_deliver deliver;
    struct sb_keep *keep; /* NULL: everything in memory alone */
    struct hv_http_server *server;
    struct hv_run *run;
    struct hv_watch *stop; /* lets the answer to `stop` go out */
    struct hv_watch *beat; /* notes the time of a fast clock */
    struct sb_wait *waits;
    uint64_t last_wait;
    struct sb_advance *advance; /* NULL: none under way */
    struct sb_mute *mutes;
    struct sb_shell *shell;
    enum sb_answer_way way; /* of the call being answered */
    uint32_t seed;
    bool is_verbose;
    char listening[128];
    char ca[1024];    /* path of the CA file; "" = plain */
    char state[1024]; /* path of the state file; "" = none */
};

/* ca.c: certificates in @dir, made on first start; the CA file's path is
 * copied to @ca_file. */
HV_MUST_CHECK enum hv_status sb_ca_open(const char *dir, const char *host,
                                        struct hv_cert_pair *server,
                                        char *ca_file, size_t size,
                                        struct hv_error *err);

/* sandbox.c */
/** sb_now() - both times, now. */
struct sb_now sb_now(const struct hv_sandbox *sandbox);
/** sb_save() - on disk before anybody is told. Without a state file always
 *  HV_OK. What could not be written is tried again with the next change. */
HV_MUST_CHECK enum hv_status sb_save(struct hv_sandbox *sandbox,
                                     struct hv_error *err);
/** sb_reset() - the seeded world again, nothing else. */
HV_MUST_CHECK enum hv_status sb_reset(struct hv_sandbox *sandbox,
                                      struct hv_error *err);

/* door.c: the HTTP requests. */
void sb_door(void *arg, struct hv_http_request *request,
             const struct hv_http_message *message);
/** sb_door_fault() - the hook of the platform; see struct sb_hooks. */
int sb_door_fault(void *arg, const struct sb_request *request);
/** sb_door_end() - forgets the calls that get no answer. */
void sb_door_end(struct hv_sandbox *sandbox);

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
/** sb_reply() - answers, after what changed is on disk; releases @facts. */
void sb_reply(struct hv_sandbox *sandbox, struct hv_control *control,
              struct hv_facts *facts, const struct hv_error *error);

/** sb_read_record() - the index that `record` names by its beginning; without
 *  it the first. */
HV_MUST_CHECK enum hv_status sb_read_record(const struct sb_platform *platform,
                                            const struct hv_facts *request,
                                            size_t *out, struct hv_error *err);

/* One verb of the control socket; it replies, now or later. */
typedef void (*sb_verb_fn)(struct hv_sandbox *sandbox,
                           struct hv_control *control,
                           const struct hv_facts *request);
void sb_verb_app_list(struct hv_sandbox *sandbox, struct hv_control *control,
                      const struct hv_facts *request);
void sb_verb_app_add(struct hv_sandbox *sandbox, struct hv_control *control,
                     const struct hv_facts *request);
void sb_verb_app_rules(struct hv_sandbox *sandbox, struct hv_control *control,
                       const struct hv_facts *request);
void sb_verb_auth(struct hv_sandbox *sandbox, struct hv_control *control,
                  const struct hv_facts *request);
void sb_verb_token_keys(struct hv_sandbox *sandbox, struct hv_control *control,
                        const struct hv_facts *request);
void sb_verb_clock(struct hv_sandbox *sandbox, struct hv_control *control,
                   const struct hv_facts *request);
void sb_verb_fault(struct hv_sandbox *sandbox, struct hv_control *control,
                   const struct hv_facts *request);
void sb_verb_queue(struct hv_sandbox *sandbox, struct hv_control *control,
                   const struct hv_facts *request);
void sb_verb_log(struct hv_sandbox *sandbox, struct hv_control *control,
                 const struct hv_facts *request);

/* advance.c */
/** sb_advance_start() - move the clock to @to_ms, doing on the way all that
 *  becomes due, in order; @control is answered at the end. */
void sb_advance_start(struct hv_sandbox *sandbox, struct hv_control *control,
                      int64_t to_ms);
/** sb_advance_step() - something came back, or was dropped. */
void sb_advance_step(struct hv_sandbox *sandbox);
/** sb_advance_end() - the sandbox stops or is reset: tell who waits. */
void sb_advance_end(struct hv_sandbox *sandbox);
/** sb_clock_facts() - now, real, ahead_s, rate. */
void sb_clock_facts(const struct hv_sandbox *sandbox, struct hv_facts *out);

/* emit.c */
void sb_emit(struct hv_sandbox *sandbox, struct hv_control *control,
             const struct hv_facts *request);
/** sb_waits_settled() - an sb_settled_fn; @arg is the sandbox. */
void sb_waits_settled(void *arg, uint64_t wait, size_t count,
                      bool is_delivered);
void sb_waits_end(struct hv_sandbox *sandbox);

#endif
