/*
 * queue.h - notifications that wait to be delivered: batches of one
 * subscription, their due times and the schedule of retries.
 * Used by change.c (adds), the subscription methods (drop), deliver.c (takes
 * what is due) and keep_queue.c. Sends nothing itself; every time here is one
 * of the platform's clock, handed in. Fact: retries
 */
#ifndef SANDBOX_QUEUE_H
#define SANDBOX_QUEUE_H

#include "hvconsole/bytes.h"
#include "hvconsole/ids.h"

#define SB_BATCH_MAX       50     /* changes in one POST */
#define SB_BATCH_WINDOW_MS 100    /* what is this close travels together */
#define SB_REORDER_MS      2000   /* how long the fault of that name holds */
#define SB_MAX_QUEUED      100000 /* changes waiting in all */
#define SB_GIVE_UP_MS      (10 * 86400 * 1000LL)

struct sb_sub;
struct sb_platform;

struct sb_event {
    struct hv_guid person;
    struct hv_guid record;
    struct hv_guid thing;
    uint64_t wait; /* who waits for it; 0 = nobody. Not kept in a state file */
};

struct sb_batch {
    struct sb_batch *next;
    uint64_t id; /* rises, never reused */
    struct hv_guid sub;
    struct sb_event events[SB_BATCH_MAX];
    size_t count;
    int64_t event_ms; /* of the oldest change in it */
    int64_t open_ms;  /* until then changes still join it */
    int64_t due_ms;
    int64_t sent_ms;     /* last attempt; 0 = none */
    int tries;           /* attempts that failed */
    bool is_ordered_old; /* `emit` wants it signed with the replaced key */
    bool is_held;        /* by the fault reorder */
    bool is_copy;        /* its first 200 was forgotten by the fault dup */
    bool is_flying;      /* a POST is on its way */
    bool is_dropped;     /* unsubscribed while flying */
    struct hv_key_version version; /* that signed the last attempt */
    struct hv_buf body;            /* empty until the first attempt */
    char authorization[192];       /* the whole header line */
};

/* Told when a batch leaves the queue: @count changes of @wait were answered
 * 200, or never will be. */
typedef void (*sb_settled_fn)(void *arg, uint64_t wait, size_t count,
                              bool is_delivered);

struct sb_queue {
    struct sb_batch *first; /* oldest first */
    struct sb_batch **last; /* where the next is linked in */
    size_t events;          /* changes in all batches */
    uint64_t last_id;
    sb_settled_fn settled; /* may be NULL */
    void *settled_arg;
};

/* How an attempt ended, for the log. */
struct sb_attempt {
    bool is_delivered; /* HTTP 200 */
    int http;          /* 0 = no answer */
    const char *why;   /* of no answer; else NULL */
};

/** sb_queue_add() - into the open batch of @sub, or a new one. */
void sb_queue_add(struct sb_platform *platform, const struct hv_guid *sub,
                  const struct sb_event *event, bool is_ordered_old,
                  int64_t now_ms);
/**
 * sb_queue_next() - a batch to send now, signed and marked as flying, or NULL.
 * Batches whose subscription is gone, that are too old, or that a fault takes,
 * are dropped. The body is written once; every attempt sends the same bytes,
 * signed with the key that the subscription has now (or, inside the overlap,
 * with the replaced one where a fault or an order says so).
 */
struct sb_batch *sb_queue_next(struct sb_platform *platform, int64_t now_ms);
/** sb_queue_done() - the batch came back. Frees it unless it is tried again. */
void sb_queue_done(struct sb_platform *platform, struct sb_batch *batch,
                   const struct sb_attempt *attempt, int64_t now_ms);
/** sb_queue_drop() - what waits for a subscription that goes. */
void sb_queue_drop(struct sb_platform *platform, const struct hv_guid *sub);
/** sb_queue_due_ms() - when the next batch wants to go; -1 = never. */
int64_t sb_queue_due_ms(const struct sb_queue *queue);
/** sb_retry_delay_ms() - between an attempt and the next, after @tries (1..)
 *  that failed: 1 min, 5 min, 15 min, 1 h, 3 h, 6 h, then always 12 h. */
int64_t sb_retry_delay_ms(int tries);
/** sb_queue_restore() - a kept batch as it was, in the order of their ids.
 *  Takes @batch, which hv_calloc() gave. */
void sb_queue_restore(struct sb_queue *queue, struct sb_batch *batch);
struct sb_batch *sb_queue_find(const struct sb_queue *queue, uint64_t id);
void sb_batch_free(struct sb_batch *batch);
void sb_queue_release(struct sb_queue *queue);

/* seal.c: the bytes of a notification and its signature. */

/** sb_batch_write() - the body of @batch. Fact: notify-body */
void sb_batch_write(struct sb_batch *batch);
/** sb_batch_sign() - the Authorization header, with the key of @sub or, when
 *  @wants_old and there is one, with the replaced one. HV_ERR_CRYPTO. */
HV_MUST_CHECK enum hv_status
sb_batch_sign(struct sb_batch *batch, const struct sb_sub *sub, bool wants_old);

#endif
