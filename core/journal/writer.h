/*
 * writer.h - the inside of the journal's writer, for the files that make it up.
 * Private to core/journal.
 */
#ifndef CORE_JOURNAL_WRITER_H
#define CORE_JOURNAL_WRITER_H

#include "core/journal/db.h"
#include "core/journal/recent.h"
#include "core/journal/row.h"

/* A repeat is one within this time after the first. */
#define JOURNAL_LEDGER_MS (INT64_C(14) * 24 * 3600 * 1000)

/* ---------------------------------------------------------------- tally -- */

/* The counters of one batch, gathered before they are written. */
struct journal_group {
    int64_t minute;
    struct hv_guid sub;
    char version[HV_MAX_KEY_VERSION + 1];
    enum hv_verdict verdict;
    int64_t arrivals;
    int64_t fresh;
    int64_t last_ms;
    int64_t last_fresh_ms; /* 0 = none */
    int64_t first_id;      /* 0 = no row among them */
    int64_t last_id;
};

struct journal_tally {
    struct journal_group *groups; /* owned; kept between batches */
    size_t len;
    size_t cap;
    sqlite3_stmt *add_counter;
    sqlite3_stmt *add_total;
    sqlite3_stmt *add_minute;
};
HV_MUST_CHECK enum hv_status journal_tally_prepare(const struct journal_db *jdb,
                                                   struct journal_tally *tally,
                                                   struct hv_error *err);
/** journal_tally_finalize() - statements only. */
void journal_tally_finalize(struct journal_tally *tally);
/** journal_tally_add() - @id 0 = it left no row. */
void journal_tally_add(struct journal_tally *tally,
                       const struct hv_arrival *arrival, int64_t id,
                       bool is_fresh);
/** journal_tally_write() - in the open transaction. */
HV_MUST_CHECK enum hv_status journal_tally_write(const struct journal_db *jdb,
                                                 struct journal_tally *tally,
                                                 struct hv_error *err);

/* --------------------------------------------------------------- ledger -- */

struct journal_ledger {
    int64_t upto; /* arrivals up to this id are in the table */
    sqlite3_stmt *arrivals;
    sqlite3_stmt *find;
    sqlite3_stmt *put;
    sqlite3_stmt *forget;
    sqlite3_stmt *link;
    sqlite3_stmt *set_meta;
};
HV_MUST_CHECK enum hv_status
journal_ledger_prepare(const struct journal_db *jdb,
                       struct journal_ledger *ledger, struct hv_error *err);
void journal_ledger_finalize(struct journal_ledger *ledger);
/** journal_ledger_load() - the newest digests into memory. */
HV_MUST_CHECK enum hv_status journal_ledger_load(const struct journal_db *jdb,
                                                 struct journal_recent *recent,
                                                 struct hv_error *err);
/** journal_ledger_slice() - a transaction of its own over at most @max
 *  arrivals; @more: some are left. */
HV_MUST_CHECK enum hv_status journal_ledger_slice(const struct journal_db *jdb,
                                                  struct journal_ledger *ledger,
                                                  int64_t max, bool *more,
                                                  struct hv_error *err);

/* --------------------------------------------------------------- reasons -- */

#define JOURNAL_WHY_CACHE 256

/* Reasons repeat from row to row: each text is stored once while it is
 * remembered here. */
struct journal_whys {
    struct {
        uint8_t sha256[32];
        int64_t id; /* 0 = free */
    } slots[JOURNAL_WHY_CACHE];
};

/* --------------------------------------------------------------- writer -- */

struct hv_journal {
    struct journal_db db;
    int lock_fd;
    struct journal_sealer sealer;
    struct journal_sha sha;
    struct journal_recent recent;
    struct journal_tally tally;
    struct journal_ledger ledger;
    struct journal_whys whys;
    struct hv_buf plain;  /* scratch */
    struct hv_buf sealed; /* scratch */
    struct hv_buf why;    /* scratch */
    int64_t last_id;      /* of the newest row */
    sqlite3_stmt *add_datakey;
    sqlite3_stmt *add_why;
    sqlite3_stmt *add_arrival;
    sqlite3_stmt *add_body;
    sqlite3_stmt *add_event;
};

/** journal_writer_start() - file, statements and memory of a writer that holds
 *  its lock already. */
HV_MUST_CHECK enum hv_status journal_writer_start(struct hv_journal *journal,
                                                  struct hv_error *err);
/** journal_writer_stop() - the file is closed; keys and lock stay. */
void journal_writer_stop(struct hv_journal *journal);
/** journal_add_arrival() - one row in the open transaction. */
HV_MUST_CHECK enum hv_status
journal_add_arrival(struct hv_journal *journal,
                    const struct hv_arrival *arrival, struct hv_error *err);

#endif
