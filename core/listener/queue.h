/*
 * queue.h - what waits for the journal: a thread that commits whatever is there
 * in one transaction, and gives each item back to the loop it came from.
 * Private to core/listener.
 */
#ifndef CORE_LISTENER_QUEUE_H
#define CORE_LISTENER_QUEUE_H

#include "core/net/http.h"
#include "hvconsole/journal.h"

#define QUEUE_MAX_ITEMS 10000
#define QUEUE_MAX_BYTES ((size_t)256 * 1024 * 1024)

struct listener_queue;
struct listener_port; /* of one loop */

/* One request on its way into the journal. Heap; the queue's once added. */
struct listener_item {
    struct listener_item *next;
    struct listener_port *port;      /* set by adding */
    struct hv_arrival arrival;       /* points into this item, or the request */
    struct hv_judgement judgement;   /* owned */
    struct hv_http_request *request; /* waits for its 200; NULL = answered */
    struct hv_buf body;              /* copies, when the request is answered */
    struct hv_buf header;
    int64_t started_us; /* when it had arrived, monotonic */
    int64_t row;        /* its id in the journal once committed, 0 = none */
};

void listener_item_free(struct listener_item *item);

/** On the loop's thread, once per item added, after its commit (@st HV_OK) or
 *  its failure (@err says why). The queue frees the item afterwards. */
typedef void (*listener_item_fn)(void *arg, struct listener_item *item,
                                 enum hv_status st, const struct hv_error *err);

/** listener_queue_start() - @journal is borrowed, and the thread's alone until
 *  listener_queue_end(). */
HV_MUST_CHECK enum hv_status listener_queue_start(struct hv_journal *journal,
                                                  struct listener_queue **out,
                                                  struct hv_error *err);
/** listener_queue_on_commit() - @fn is called on the journal thread after each
 *  commit; before the first item is added. */
void listener_queue_on_commit(struct listener_queue *queue, hv_loop_fn fn,
                              void *arg);
/** listener_queue_explain() - a step for the reasons of row @id; any thread. */
void listener_queue_explain(struct listener_queue *queue, int64_t id,
                            const struct hv_why_step *step);
/** listener_queue_len() - added and not given back yet; any thread. */
size_t listener_queue_len(const struct listener_queue *queue);
/** listener_queue_commits() - batches that are on the disk; any thread. */
int64_t listener_queue_commits(const struct listener_queue *queue);
/** listener_queue_is_busy() - half full: no room for what can be left out. */
bool listener_queue_is_busy(const struct listener_queue *queue);
/** listener_queue_end() - commit what waits and join the thread. What it gives
 *  back waits in the ports; the queue goes with the last of them. */
void listener_queue_end(struct listener_queue *queue);

/** listener_port_new() - the queue's door for the loop of the caller. */
HV_MUST_CHECK enum hv_status listener_port_new(struct listener_queue *queue,
                                               struct hv_loop *loop,
                                               listener_item_fn fn, void *arg,
                                               struct listener_port **out,
                                               struct hv_error *err);
/** listener_port_add() - false when the queue is full: the item is still the
 *  caller's. */
bool listener_port_add(struct listener_port *port, struct listener_item *item);
/** listener_port_free() - after listener_queue_end(): gives back what is left. */
void listener_port_free(struct listener_port *port);

#endif
