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
    bool is_late; /* exec: told to end */
};

struct hv_handon {
    char *url; /* or: */
    char *command;
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

/* forward.c, exec.c: begin an attempt; handon_tried() is called at its end, not
 * from inside. */
void handon_forward(struct handon_try *try);
void handon_exec(struct handon_try *try);
/** handon_exec_kill() - its command gets SIGKILL; the end comes as ever. */
void handon_exec_kill(struct handon_try *try);
/** handon_exec_release() - what is watched of it. */
void handon_exec_release(struct handon_try *try);

/** handon_tried() - frees @try. @why NULL = taken; else why not, for people. */
void handon_tried(struct handon_try *try, const char *why);

/** handon_look() - at the outbox, for hv_handon_state(); at most once a second
 *  unless @now. @trouble: of ours, NULL = none. */
void handon_look(struct hv_handon *handon, bool now, const char *trouble);

#endif
