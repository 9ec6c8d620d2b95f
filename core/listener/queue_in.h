/*
 * queue_in.h - the inside of the journal queue, shared by queue.c (the journal
 * thread) and port.c (the loops).
 */
#ifndef CORE_LISTENER_QUEUE_IN_H
#define CORE_LISTENER_QUEUE_IN_H

#include "core/listener/queue.h"

#include <pthread.h>
#include <stdatomic.h>

struct listener_list {
    struct listener_item *first;
    struct listener_item **end;
};
void listener_list_clear(struct listener_list *list);
void listener_list_add(struct listener_list *list, struct listener_item *item);
/** listener_list_move() - all of @from to the end of @to. */
void listener_list_move(struct listener_list *to, struct listener_list *from);

struct listener_port {
    struct listener_queue *queue;
    listener_item_fn fn;
    void *arg;
    int event_fd;
    struct hv_watch *watch;
    bool is_told;              /* journal thread: of this batch */
    struct listener_list done; /* committed; under the queue's lock */
    struct listener_list failed;
};

struct listener_reason { /* to be added to a row */
    struct listener_reason *next;
    int64_t id;
    struct hv_why_step step;
};

struct listener_queue {
    struct hv_journal *journal;
    hv_loop_fn on_commit;
    void *on_commit_arg;
    pthread_t thread;
    size_t ports; /* the starter's and the ports': who holds it */
    _Atomic size_t len;
    _Atomic size_t bytes;
    _Atomic int64_t commits;
    _Atomic bool is_ending; /* set under the lock */

    pthread_mutex_t lock; /* of what follows */
    pthread_cond_t work;
    struct listener_list waiting;
    struct listener_reason *reasons;
    size_t reasons_len;
    struct hv_error failure; /* of the last batch that failed */
};

/** listener_queue_leave() - one holder less; the last one frees it. */
void listener_queue_leave(struct listener_queue *queue);

#endif
