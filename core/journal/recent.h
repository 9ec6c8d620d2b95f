/*
 * recent.h - the digests of the newest verified messages, in memory of fixed
 * size. Private to core/journal. Pure.
 */
#ifndef CORE_JOURNAL_RECENT_H
#define CORE_JOURNAL_RECENT_H

#include "core/journal/seal.h"

#define JOURNAL_RECENT_SIZE 131072 /* newest digests kept */

/* A repeat is one within this time after the first. */
#define JOURNAL_LEDGER_MS (INT64_C(14) * 24 * 3600 * 1000)

/* So many of them that no bit is more than is needed. */
struct journal_seen {
    uint8_t digest[JOURNAL_DIGEST_LEN];
    int64_t id : 52; /* of the first arrival with that digest */
    int64_t received_ms : 44;
    uint32_t last_after_ms; /* when the last of them came, after the first */
} __attribute__((packed));
_Static_assert(sizeof(struct journal_seen) == 32, "what the comment promises");
_Static_assert(JOURNAL_LEDGER_MS <= UINT32_MAX, "repeats are counted in ms");

struct journal_recent {
    struct journal_seen *ring; /* owned */
    uint32_t *slots;           /* owned; place in the ring + 1, 0 = free */
    size_t len;
    size_t next;       /* the place that is written next */
    size_t since_mark; /* added since the mark */
};

void journal_recent_init(struct journal_recent *recent);
void journal_recent_release(struct journal_recent *recent);
void journal_recent_clear(struct journal_recent *recent);
struct journal_seen *
journal_recent_find(const struct journal_recent *recent,
                    const uint8_t digest[JOURNAL_DIGEST_LEN]);
/** journal_recent_add() - in place of the oldest when full. One that is there
 *  already gets the new id and time. */
void journal_recent_add(struct journal_recent *recent,
                        const struct journal_seen *seen);
/** journal_recent_mark() - what is added from here on can be undone. */
void journal_recent_mark(struct journal_recent *recent);
/** journal_recent_undo() - take out what was added since the mark. What fell
 *  out for it does not come back: the ledger table has it. */
void journal_recent_undo(struct journal_recent *recent);

#endif
