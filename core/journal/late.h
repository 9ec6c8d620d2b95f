/*
 * late.h - what enters tables with random keys, and enters them late: the
 * ledger of digests and the index of records. Row by row they would cost a page
 * each; gathered, sorted and written in order they cost a fraction of it.
 * Private to core/journal; the writer's.
 */
#ifndef CORE_JOURNAL_LATE_H
#define CORE_JOURNAL_LATE_H

#include "core/journal/bulk.h"
#include "core/journal/recent.h"

/* So many gather before they are written. Each batch writes twice as many as it
 * brings: half as many more have come when all are in the ledger, and memory
 * still has the first of them. No repeat falls in between. */
#define JOURNAL_LATE_MAX (JOURNAL_RECENT_SIZE / 2)

/* Tens of thousands of them wait: no field more than is needed. */
struct journal_late_item {
    uint8_t digest[JOURNAL_DIGEST_LEN]; /* or the keyed hash of a record */
    int64_t id;                         /* of the arrival, or the event */
};

struct journal_late_list {
    struct journal_late_item *items; /* owned */
    size_t len;
    size_t cap;
    size_t at; /* of a list being written: how far */
};

/* Digests of first messages, and keyed hashes of records. */
enum { LATE_DIGESTS, LATE_RECORDS, LATE_LISTS };

struct journal_late {
    struct journal_late_list filling[LATE_LISTS];
    struct journal_late_list writing[LATE_LISTS]; /* sorted by key */
    size_t mark_len[LATE_LISTS];
    size_t mark_at[LATE_LISTS];
    int64_t mark_id;
    int64_t upto;    /* arrivals up to this id are in the tables */
    int64_t next;    /* .. will be, when the lists being written are through */
    int64_t last_id; /* of the newest arrival that was added */
    int64_t last_ms; /* when it came */
    int64_t oldest_ms; /* of the first in the ledger's range, 0 = look again */
    struct journal_bulk first; /* new lines of the ledger */
    struct journal_bulk records;
    sqlite3_stmt *find;
    sqlite3_stmt *put;
    sqlite3_stmt *link;
    sqlite3_stmt *note_retry;
    sqlite3_stmt *old;
    sqlite3_stmt *forget;
    sqlite3_stmt *set_meta;
};

/** journal_late_prepare() - statements, and the arrivals that are not in the
 *  tables yet. Call journal_late_release() whatever it says. */
HV_MUST_CHECK enum hv_status journal_late_prepare(const struct journal_db *jdb,
                                                  struct journal_late *late,
                                                  struct hv_error *err);
void journal_late_release(struct journal_late *late);
/** journal_late_mark() - what comes from here on can be undone. */
void journal_late_mark(struct journal_late *late);
void journal_late_undo(struct journal_late *late);
/** journal_late_add() - of an arrival of the open transaction. */
void journal_late_add(struct journal_late *late, int list,
                      const uint8_t key[16], int64_t id);
/** journal_late_arrived() - the arrival itself: all of it was added. */
void journal_late_arrived(struct journal_late *late, int64_t id,
                          int64_t received_ms);
/** journal_late_is_due() - enough has gathered, or some is half written. */
bool journal_late_is_due(const struct journal_late *late);
/** journal_late_is_empty() - nothing is waiting at all. */
bool journal_late_is_empty(const struct journal_late *late);
/** journal_late_write() - about @max entries, in the open transaction. After a
 *  failure the transaction must be rolled back and journal_late_undo() called. */
HV_MUST_CHECK enum hv_status journal_late_write(const struct journal_db *jdb,
                                                struct journal_late *late,
                                                size_t max,
                                                struct hv_error *err);
/** journal_late_settled() - the transaction was committed. */
void journal_late_settled(struct journal_late *late);

/** journal_recent_load() - the newest digests into memory. */
HV_MUST_CHECK enum hv_status journal_recent_load(const struct journal_db *jdb,
                                                 struct journal_recent *recent,
                                                 struct hv_error *err);

/** journal_set_meta() - one number by its name. */
HV_MUST_CHECK enum hv_status journal_set_meta(const struct journal_db *jdb,
                                              sqlite3_stmt *set_meta,
                                              const char *name, int64_t value,
                                              struct hv_error *err);

#endif
