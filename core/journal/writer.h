/*
 * writer.h - the inside of the journal's writer, for the files that make it up.
 * Private to core/journal.
 */
#ifndef CORE_JOURNAL_WRITER_H
#define CORE_JOURNAL_WRITER_H

#include "core/journal/bulk.h"
#include "core/journal/checkpoint.h"
#include "core/journal/late.h"
#include "core/journal/make.h"
#include "core/journal/outbox.h"
#include "core/journal/prune.h"
#include "core/journal/row.h"

/* ---------------------------------------------------------------- tally -- */

/** journal_hour_of() - hours since 1970, rounded down. */
int64_t journal_hour_of(int64_t ms);

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
    int64_t repeats;
    int64_t longest_ms; /* between one repeat and the one before */
    int64_t longest_at_ms;
};

/* What the counters need to know of an arrival beside itself. */
struct journal_told {
    int64_t id;     /* 0 = it left no row */
    bool is_fresh;  /* neither repeat nor test */
    bool is_repeat; /* of one that came @waited_ms before */
    int64_t waited_ms;
};

struct journal_tally {
    struct journal_group *groups; /* owned; kept between batches */
    size_t len;
    size_t cap;
    sqlite3_stmt *add_counter;
    sqlite3_stmt *add_total;
    sqlite3_stmt *add_minute;
    sqlite3_stmt *add_hour;
    sqlite3_stmt *add_retry;
};
HV_MUST_CHECK enum hv_status journal_tally_prepare(const struct journal_db *jdb,
                                                   struct journal_tally *tally,
                                                   struct hv_error *err);
/** journal_tally_finalize() - statements only. */
void journal_tally_finalize(struct journal_tally *tally);
void journal_tally_add(struct journal_tally *tally,
                       const struct hv_arrival *arrival,
                       const struct journal_told *told);
/** journal_tally_write() - in the open transaction. */
HV_MUST_CHECK enum hv_status journal_tally_write(const struct journal_db *jdb,
                                                 struct journal_tally *tally,
                                                 struct hv_error *err);

/* --------------------------------------------------------------- reasons -- */

/*
 * Reasons of verified messages repeat from row to row: each text is stored once
 * while it is remembered here. A refused one has its own, so that it can go with
 * its row: a stranger has a say in what it reads.
 */
#define JOURNAL_WHY_CACHE 256
#define JOURNAL_WHY_TEXT  512 /* longer ones are not remembered */

struct journal_whys {
    struct {
        int64_t id; /* 0 = free */
        uint16_t len;
        uint8_t text[JOURNAL_WHY_TEXT];
    } slots[JOURNAL_WHY_CACHE];
};

/* Steps found after their rows were committed. */
#define JOURNAL_AFTER_MAX 256

struct journal_after {
    int64_t id;
    struct hv_why_step step;
};

/* --------------------------------------------------------------- uptime -- */

struct journal_uptime {
    int64_t row;       /* 0 = not noted yet */
    int64_t beat_ms;   /* last trace that was committed */
    int64_t wanted_ms; /* the trace of the open transaction, 0 = none */
    sqlite3_stmt *beat;
};

/* --------------------------------------------------------------- writer -- */

struct hv_journal {
    struct journal_db db;
    struct journal_checkpoint *checkpoint; /* owned */
    int lock_fd;
    struct journal_sealer sealer;
    struct journal_sha sha;
    struct journal_recent recent;
    struct journal_tally tally;
    struct journal_late late;
    struct journal_whys *whys; /* owned */
    struct journal_after after[JOURNAL_AFTER_MAX];
    size_t after_len;
    struct journal_uptime uptime;
    struct hv_journal_policy policy;
    struct journal_put put; /* into the outbox */
    struct journal_pruner pruner;
    int64_t pruned_ms;         /* last look for what is too old, monotonic */
    struct journal_made made;  /* of a small batch, one at a time */
    struct journal_crew *crew; /* owned; NULL = no large one came yet */
    struct hv_buf plain;       /* scratch of journal_make() */
    struct hv_buf sealed;      /* the same */
    struct hv_buf why;         /* scratch */
    struct hv_buf records;     /* scratch */
    int64_t last_id;           /* of the newest row there ever was */
    struct journal_bulk rows;
    struct journal_bulk bodies;
    struct journal_bulk events;
    sqlite3_stmt *begin;
    sqlite3_stmt *commit;
    sqlite3_stmt *add_datakey;
    sqlite3_stmt *add_why;
    sqlite3_stmt *get_why;
    sqlite3_stmt *set_why;
};

/** journal_writer_start() - file, statements and memory of a writer that holds
 *  its lock already. */
HV_MUST_CHECK enum hv_status journal_writer_start(struct hv_journal *journal,
                                                  struct hv_error *err);
/** journal_writer_stop() - the file is closed; keys and lock stay. */
void journal_writer_stop(struct hv_journal *journal);
/** journal_add_datakey() - when it is not in the file yet. */
HV_MUST_CHECK enum hv_status journal_add_datakey(struct hv_journal *journal,
                                                 struct hv_error *err);
/** journal_add_row() - what was made of one arrival, in the open transaction,
 * no later than journal_add_rest(). */
HV_MUST_CHECK enum hv_status journal_add_row(struct hv_journal *journal,
                                             const struct journal_made *made,
                                             struct hv_error *err);
/** journal_add_rest() - what waits to be inserted with others of its kind. */
HV_MUST_CHECK enum hv_status journal_add_rest(struct hv_journal *journal,
                                              struct hv_error *err);

/* ---------------------------------------------------------- housekeeping -- */

/** journal_after_write() - add the steps that wait to their rows, in the open
 *  transaction. */
HV_MUST_CHECK enum hv_status journal_after_write(struct hv_journal *journal,
                                                 struct hv_error *err);
/** journal_uptime_start() - a row for this start, in a transaction of its own. */
HV_MUST_CHECK enum hv_status journal_uptime_start(struct hv_journal *journal,
                                                  struct hv_error *err);
/** journal_uptime_write() - a trace when one is due, in the open transaction. */
HV_MUST_CHECK enum hv_status journal_uptime_write(struct hv_journal *journal,
                                                  int64_t now_ms,
                                                  struct hv_error *err);
/** journal_uptime_stop() - note the end, as well as can be. */
void journal_uptime_stop(struct hv_journal *journal);
void journal_uptime_finalize(struct journal_uptime *uptime);
/** journal_settled() - the transaction with all of this was committed. */
void journal_settled(struct hv_journal *journal);

#endif
