/*
 * queue.h - notifications that wait to be delivered: batches of one
 * subscription, their due times and the schedule of retries.
 * Used by change.c (adds), the subscription methods (seal, drop) and
 * deliver.c (takes what is due). Sends nothing itself, knows no clock.
 */
#ifndef SANDBOX_QUEUE_H
#define SANDBOX_QUEUE_H

#include "hvconsole/bytes.h"
#include "hvconsole/ids.h"

#define SB_BATCH_MAX       50     /* changes in one POST */
#define SB_BATCH_WINDOW_MS 100    /* what is this close travels together */
#define SB_MAX_QUEUED      100000 /* changes waiting in all */
#define SB_GIVE_UP_MS      (10 * 86400 * 1000LL) /* Fact: retries */

struct sb_sub;
struct sb_platform;

struct sb_event {
    struct hv_guid person;
    struct hv_guid record;
    struct hv_guid thing;
    uint64_t wait; /* who waits for it; 0 = nobody */
};

struct sb_batch {
    struct sb_batch *next;
    struct hv_guid sub;
    struct sb_event events[SB_BATCH_MAX];
    size_t count;
    int64_t event_ms; /* of the oldest change in it */
    int64_t due_ms;
    int tries;                     /* failed ones */
    bool wants_old_key;            /* sign with the replaced key */
    bool is_sealed;                /* body and authorization are made */
    bool is_flying;                /* a POST is on its way */
    bool is_dropped;               /* unsubscribed while flying */
    struct hv_key_version version; /* that signed it */
    struct hv_buf body;
    char authorization[192]; /* the whole header line */
};

/* Told when a batch leaves the queue: @count changes of @wait were answered
 * 200, or never will be. */
typedef void (*sb_settled_fn)(void *arg, uint64_t wait, size_t count,
                              bool is_delivered);

struct sb_queue {
    struct sb_batch *first; /* oldest first */
    struct sb_batch **last; /* where the next is linked in */
    size_t events;          /* changes in all batches */
    uint32_t scale;         /* retry times are divided by it; 0 = 1 */
    sb_settled_fn settled;  /* may be NULL */
    void *settled_arg;
};

/** sb_queue_add() - into the open batch of @sub, or a new one. */
void sb_queue_add(struct sb_queue *queue, const struct hv_guid *sub,
                  const struct sb_event *event, bool wants_old_key,
                  int64_t now_ms);
/**
 * sb_queue_next() - a batch to send now, sealed and marked as flying, or NULL.
 * Batches whose subscription is gone, or that are too old, are dropped.
 */
struct sb_batch *sb_queue_next(struct sb_platform *platform, int64_t now_ms);
/** sb_queue_done() - the batch came back. Frees it unless it is tried again. */
void sb_queue_done(struct sb_platform *platform, struct sb_batch *batch,
                   bool is_delivered, int64_t now_ms);
/** sb_queue_seal() - sign what is open for @sub: its key is about to change.
 *  HV_ERR_CRYPTO: OpenSSL refused; signed when it is due instead. */
HV_MUST_CHECK enum hv_status sb_queue_seal(struct sb_platform *platform,
                                           const struct sb_sub *sub);
void sb_queue_drop(struct sb_queue *queue, const struct hv_guid *sub);
/** sb_queue_due_ms() - when the next batch wants to go; -1 = never. */
int64_t sb_queue_due_ms(const struct sb_queue *queue);
/** sb_retry_delay_ms() - after @tries failures (1..), divided by @scale. */
int64_t sb_retry_delay_ms(int tries, uint32_t scale);
void sb_queue_release(struct sb_queue *queue);

#endif
