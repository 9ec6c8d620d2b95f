/*
 * make.h - a row as far as it can be made without the file: digests, context,
 * seals. Large batches have it done by a second thread while the writer
 * inserts. Private to core/journal; the writer's.
 */
#ifndef CORE_JOURNAL_MAKE_H
#define CORE_JOURNAL_MAKE_H

#include "core/journal/row.h"

struct hv_journal;

struct journal_made_event {
    struct journal_event_head head;
    uint64_t n; /* of its seal */
    size_t at;  /* where its sealed bytes begin */
    size_t len;
};

struct journal_made {
    const struct hv_arrival *arrival;
    bool is_counted; /* raises the counters only: nothing below is set */
    bool is_verified;
    struct hv_log_row row;
    struct hv_buf why;
    /* Of a verified one: */
    uint8_t digest[32];
    uint8_t context[32];
    uint64_t n; /* of the body's seal */
    struct hv_buf body;
    struct journal_made_event *events; /* owned; kept between rows */
    size_t events_len;
    size_t events_cap;
    struct hv_buf sealed; /* of the events, one after the other */
};
void journal_made_release(struct journal_made *made);

/** journal_make() - the row @id of @arrival. Uses the journal's digests, sealer
 *  and scratch, nothing else of it; its data key is in the file already. */
HV_MUST_CHECK enum hv_status journal_make(struct hv_journal *journal,
                                          const struct hv_arrival *arrival,
                                          int64_t id, struct journal_made *made,
                                          struct hv_error *err);

/* ----------------------------------------------------------------- crew -- */

#define JOURNAL_CREW_MIN 128 /* rows of a batch that is worth two threads */

struct journal_crew;

/** journal_crew_start() - NULL: no thread is to be had. */
struct journal_crew *journal_crew_start(struct hv_journal *journal);
void journal_crew_stop(struct journal_crew *crew); /* NULL is fine */
/** journal_crew_begin() - the rows of @arrivals are made, from @id on; until
 *  journal_crew_end() what journal_make() uses is the thread's. */
void journal_crew_begin(struct journal_crew *crew,
                        const struct hv_arrival *arrivals, size_t len,
                        int64_t id);
/** journal_crew_take() - the next one, in order; good until the call after it.
 *  NULL: it could not be made, @err says why. */
const struct journal_made *journal_crew_take(struct journal_crew *crew,
                                             struct hv_error *err);
/** journal_crew_end() - waits for the thread; what was not taken is dropped. */
void journal_crew_end(struct journal_crew *crew);

#endif
