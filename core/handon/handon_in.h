/*
 * handon_in.h - the inside of handing on: one attempt per item under way, on
 * the thread of its own loop. Private to core/handon.
 */
#ifndef CORE_HANDON_HANDON_IN_H
#define CORE_HANDON_HANDON_IN_H

#include "core/net/curl.h"
#include "hvconsole/handon.h"
#include "hvconsole/journal.h"

#include <pthread.h>
#include <stdatomic.h>
#include <sys/types.h>

#define HANDON_MAX_PARALLEL 64

struct handon_sink;
struct handon_try;

/* One way to hand on. An attempt ends by handon_tried(), not from inside of
 * begin(); give_up() makes it end soon. */
struct handon_kind {
    const char *word;
    int parallel; /* unless told otherwise */
    void (*begin)(struct handon_try *try);
    void (*give_up)(struct handon_try *try);
};
extern const struct handon_kind handon_forward, handon_exec, handon_sink;

/* One item being tried. */
struct handon_try {
    struct hv_handon *handon;
    struct handon_try *next;
    struct hv_outbox_item item;   /* owned */
    struct hv_transfer *transfer; /* forward */
    pid_t pid;                    /* exec; 0 = none */
    int pid_fd;
    struct hv_watch *watch;
    struct hv_watch *timer;
    bool is_late;  /* exec: told to end */
    bool is_sent;  /* sink: published */
    char why[120]; /* sink: what its timer will say */
};

struct hv_handon {
    const struct handon_kind *kind;
    char *url; /* forward */
    char *command;
    struct handon_sink *sink;
    char *ca_file;
    bool is_loopback;
    int parallel;
    int retry_ms;
    int timeout_ms;
    struct hv_loop *loop;
    pthread_t thread;
    struct hv_outbox *outbox;
    struct hv_curl *curl;
    struct hv_watch *timer;   /* the next item that is due, or another try */
    struct handon_try *first; /* under way */
    int running;
    bool is_ending;
    struct hv_outbox_result results[HANDON_MAX_PARALLEL]; /* to be settled */
    size_t results_len;
    int64_t looked_ms; /* at the state of the outbox, monotonic */
    _Atomic bool is_woken;
    _Atomic int64_t done;
    _Atomic int64_t failures;

    pthread_mutex_t guard; /* of what follows */
    struct hv_handon_state state;
};

/* The facts that go with an item: each has a header and a variable. */
struct handon_fact {
    char header[48];
    char variable[48];
    char value[80];
};
#define HANDON_MAX_FACTS 9
/** handon_facts() - of an item; how many there are. */
size_t handon_facts(const struct hv_outbox_item *item,
                    struct handon_fact facts[HANDON_MAX_FACTS]);

/** handon_exec_release() - what is watched of it. */
void handon_exec_release(struct handon_try *try);

/** handon_check_sink() - HV_ERR_USAGE. */
HV_MUST_CHECK enum hv_status handon_check_sink(const struct hv_handon_way *way,
                                               struct hv_error *err);
/** handon_sink_new() - connects when there is something to publish. */
struct handon_sink *handon_sink_new(struct hv_handon *handon,
                                    const struct hv_handon_way *way);
/** handon_sink_end() - on the loop's thread, when nothing is under way: true
 *  when the connection and the library's threads are gone; false: it is just
 *  connecting, and the pump will be called. NULL is fine. */
bool handon_sink_end(struct handon_sink *sink);
void handon_sink_free(struct handon_sink *sink); /* NULL is fine */

/** handon_tried() - frees @try. @why NULL = taken; else why not, for people. */
void handon_tried(struct handon_try *try, const char *why);

/** handon_look() - at the outbox, for hv_handon_state(); at most once a second
 *  unless @now. @trouble: of ours, NULL = none. */
void handon_look(struct hv_handon *handon, bool now, const char *trouble);

#endif
