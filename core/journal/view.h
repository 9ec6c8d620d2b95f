/*
 * view.h - the inside of a journal reader, for the files that make it up.
 * Private to core/journal.
 */
#ifndef CORE_JOURNAL_VIEW_H
#define CORE_JOURNAL_VIEW_H

#include "core/journal/db.h"
#include "core/journal/row.h"

#define JOURNAL_KEY_CACHE 512 /* unwrapped data keys kept: of three weeks */

struct journal_unlock { /* the private half of one journal key */
    uint8_t id[8];
    struct hv_secret key;
};

struct hv_journal_view {
    struct journal_db db;
    struct journal_unlock *readers; /* owned */
    size_t readers_len;
    struct journal_index *index_keys; /* owned */
    size_t index_keys_len;
    struct journal_sha sha;
    struct journal_gcm gcm;
    struct hv_secret cache;            /* JOURNAL_KEY_CACHE keys in a row */
    int64_t cached[JOURNAL_KEY_CACHE]; /* ids of their rows, 0 = free */
    struct hv_buf plain;               /* scratch; holds personal data */
    int64_t data_version;              /* of the last look */
    sqlite3_stmt *get_version;
    sqlite3_stmt *get_datakey;
    sqlite3_stmt *get_events;
    sqlite3_stmt *get_row;
    sqlite3_stmt *get_body;
};

/* Columns of a row, in the order journal_row_read() takes them: of
 * `arrival a LEFT JOIN why w ON w.id=a.why`. */
#define JOURNAL_ROW_COLUMNS                                                    \
    "a.id,a.received,a.sub,a.version,a.verdict,a.answer,a.bytes,a.sha256,"     \
    "a.digest,a.twin,a.test,a.events,a.things,a.peer,w.steps,a.datakey,"       \
    "a.pruned"

/* What of a row its reader needs and the world does not. */
struct journal_row_rest {
    int64_t datakey;     /* 0 = nothing sealed */
    uint8_t context[32]; /* of its seals, when there are any */
};

/** journal_view_ready() - the file is open; HV_ERR_NOT_FOUND: there is none
 *  yet, which is an empty journal. */
HV_MUST_CHECK enum hv_status journal_view_ready(struct hv_journal_view *view,
                                                struct hv_error *err);
/** journal_buckets_start() - when the first of @len buckets of @width_ms begins
 *  that end at @end_ms. HV_ERR_USAGE: no such times. */
HV_MUST_CHECK enum hv_status journal_buckets_start(int64_t end_ms,
                                                   int64_t width_ms, size_t len,
                                                   int64_t *start_ms,
                                                   struct hv_error *err);
/** journal_row_read() - the plain half. HV_ERR_DAMAGED. */
HV_MUST_CHECK enum hv_status journal_row_read(struct hv_journal_view *view,
                                              sqlite3_stmt *stmt,
                                              struct hv_log_row *row,
                                              struct journal_row_rest *rest,
                                              struct hv_error *err);
/** journal_row_events() - the events, unsealed as far as there is a key; sets
 *  is_unsealed and is_altered. */
HV_MUST_CHECK enum hv_status
journal_row_events(struct hv_journal_view *view, struct hv_log_row *row,
                   const struct journal_row_rest *rest, struct hv_error *err);
/** journal_view_datakey() - HV_ERR_LOCKED: no key opens it; HV_ERR_DAMAGED:
 *  one should, and does not. @err is filled either way. @key is borrowed until
 *  the next call. */
HV_MUST_CHECK enum hv_status journal_view_datakey(struct hv_journal_view *view,
                                                  int64_t id,
                                                  const uint8_t **key,
                                                  struct hv_error *err);

#endif
