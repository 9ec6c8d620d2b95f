/*
 * state.h - what loop.c and job.c share, and nobody else sees.
 */
#ifndef HV_CORE_LOOP_STATE_H
#define HV_CORE_LOOP_STATE_H

#include "hvconsole/loop.h"

#include <pthread.h>

struct event;
struct event_base;
struct hv_job;

struct hv_turn { /* one function waiting for the loop's thread */
    struct hv_turn *next;
    hv_loop_fn fn;
    void *arg;
};

struct hv_loop {
    struct event_base *base;
    struct event *wake; /* readable side of wake_fd */
    int wake_fd;        /* eventfd: posts wait, or stop was asked */
    int probe_fd;       /* epoll, to ask whether it takes a descriptor */
    bool is_running;
    struct hv_watch *watches; /* all that live */
    struct hv_job *jobs;      /* started, `done` not yet called */

    pthread_mutex_t lock; /* over everything below */
    struct hv_turn *first;
    struct hv_turn **last; /* where the next one is hung */
    bool is_stopping;
};

/* Waits for the threads of all jobs; their `done` then stand in the queue. */
void hv_loop_join_jobs(struct hv_loop *loop);

#endif
