/*
 * queue.h - what waits for the journal: a thread that commits whatever is there
 * in one transaction, and gives each item back to the loop. Private to
 * core/listener.
 */
#ifndef CORE_LISTENER_QUEUE_H
#define CORE_LISTENER_QUEUE_H

#include "core/net/http.h"
#include "hvconsole/journal.h"

#define QUEUE_MAX_ITEMS 10000
#define QUEUE_MAX_BYTES ((size_t)256 * 1024 * 1024)

/* One request on its way into the journal. Heap; the queue's once added. */
struct listener_item {
    struct listener_item *next;
    struct hv_arrival arrival;       /* points into this item, or the request */
    struct hv_judgement judgement;   /* owned */
    struct hv_http_request *request; /* waits for its 200; NULL = answered */
    struct hv_buf body;              /* a copy, when the request is answered */
};

void listener_item_free(struct listener_item *item);

/** On the loop's thread, once per item added, after its commit (@st HV_OK) or
 *  its failure (@err says why). The queue frees the item afterwards. */
typedef void (*listener_item_fn)(void *arg, struct listener_item *item,
                                 enum hv_status st, const struct hv_error *err);

struct listener_queue;

/** listener_queue_start() - @journal is borrowed, and the thread's alone until
 *  listener_queue_end(). */
HV_MUST_CHECK enum hv_status
listener_queue_start(struct hv_loop *loop, struct hv_journal *journal,
                     listener_item_fn fn, void *arg,
                     struct listener_queue **out, struct hv_error *err);
/** listener_queue_add() - false when it is full: the item is still the
 *  caller's. */
bool listener_queue_add(struct listener_queue *queue,
                        struct listener_item *item);
/** listener_queue_is_busy() - half full: no room for what can be left out. */
bool listener_queue_is_busy(const struct listener_queue *queue);
/** listener_queue_len() - added and not given back yet. */
size_t listener_queue_len(const struct listener_queue *queue);
/** listener_queue_end() - commit what waits, give it back, join the thread. */
void listener_queue_end(struct listener_queue *queue);

#endif
