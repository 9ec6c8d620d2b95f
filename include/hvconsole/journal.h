/*
 * journal.h - the durable record of every received request: an SQLite file
 * STORE/journal.db, one writer (the listener), any number of readers.
 * Bodies and person, record and thing ids are sealed: the writer cannot read
 * them again. See docs/ARCHITECTURE.md.
 */
#ifndef HVCONSOLE_JOURNAL_H
#define HVCONSOLE_JOURNAL_H

#include "hvconsole/keyring.h"
#include "hvconsole/notify.h"

/* ------------------------------------------------------------ writing -- */

struct hv_journal;    /* the writer */

/** hv_journal_open() - for writing; makes the file and its schema.
 *  @key: of the keyring's newest journal key; copied to locked memory.
 *  HV_ERR_DAMAGED: damaged, or a newer schema (refused, not touched).
 *  HV_ERR_RULE: another writer holds it. */
HV_MUST_CHECK enum hv_status hv_journal_open(const char *path,
                                             const struct hv_journal_key *key,
                                             struct hv_journal **out,
                                             struct hv_error *err);
void hv_journal_close(struct hv_journal *journal);

struct hv_arrival {                 /* one request to be recorded; borrowed */
    int64_t received_ms;
    const struct hv_judgement *judgement;
    struct hv_bytes body;           /* stored only when the MAC held */
    int answer;                     /* HTTP status that will be given */
    bool is_test;                   /* carries our own sender's mark */
    bool count_only;                /* over the rate of listed refusals: raises
                                       the counters, leaves no row */
    char peer[64];                  /* address of the sender */
};

/** hv_journal_append() - all of @arrivals in one transaction: rows, events,
 *  counters. HV_OK means committed and synced (synchronous=FULL). On failure
 *  nothing of the batch is there. Blocks: journal thread only. */
HV_MUST_CHECK enum hv_status hv_journal_append(struct hv_journal *journal,
                                               const struct hv_arrival *arrivals,
                                               size_t len,
                                               struct hv_error *err);

/** hv_journal_settle() - housekeeping of the duplicate ledger, for a journal
 *  thread with nothing to append: links repeats of messages older than those
 *  kept in memory, forgets what is older than 14 days. One small transaction
 *  a call; @more says whether to call again. May be left out: append catches
 *  up by itself when too much has gathered. */
HV_MUST_CHECK enum hv_status hv_journal_settle(struct hv_journal *journal,
                                               bool *more,
                                               struct hv_error *err);

/* ------------------------------------------------------------ reading -- */

struct hv_journal_view;             /* a reader; one per thread */

/** hv_journal_view_open() - read-only. A missing file is an empty journal.
 *  @ring: readers of a full-scope keystore to unseal with, or NULL: sealed
 *         fields are then absent. Keys are copied. */
HV_MUST_CHECK enum hv_status
hv_journal_view_open(const char *path, const struct hv_keyring *ring,
                     struct hv_journal_view **out, struct hv_error *err);
void hv_journal_view_close(struct hv_journal_view *view);

struct hv_log_event {
    struct hv_guid sub;             /* as the body names it */
    struct hv_guid person, record;  /* zero when sealed and no key */
    struct hv_guid *things;         /* owned */
    size_t things_len;
};

struct hv_log_row {
    int64_t id;                     /* rises, never reused */
    int64_t received_ms;
    bool has_sub;                   /* the header named one */
    struct hv_guid sub;
    struct hv_key_version version;
    enum hv_verdict verdict;
    int answered;
    int64_t bytes;
    uint8_t sha256[32];
    int64_t duplicate_of;           /* id of the first twin, 0 = none */
    int64_t retry_until_ms;         /* of a refused one: received + 10 d, else 0 */
    bool is_test;
    int events_count;
    int things_count;
    char peer[64];
    struct hv_why_step why[HV_MAX_WHY];
    size_t why_len;
    bool is_unsealed;               /* the fields below could be read, or the
                                       row holds nothing sealed; false when
                                       events were not asked for */
    bool is_altered;                /* a key is there, but the seal does not
                                       fit: somebody changed this row */
    struct hv_log_event *events;    /* owned; filled by get and by page when
                                       @with_events */
    size_t events_len;
};
void hv_log_row_release(struct hv_log_row *row);

struct hv_log_filter {
    uint32_t verdicts;              /* bit per enum hv_verdict; 0 = all */
    bool has_sub;
    struct hv_guid sub;
    char version[HV_MAX_KEY_VERSION + 1];  /* "" = any */
    int64_t since_ms, until_ms;     /* 0 = open */
    bool has_record;
    struct hv_guid record;          /* through the keyed hash */
};

/**
 * hv_journal_page() - up to @max rows, newest first, with id < @before
 * (0 = from the end) or, when @after > 0, id > @after oldest first.
 * @rows: array of @max; the caller releases each; @len says how many.
 */
HV_MUST_CHECK enum hv_status
hv_journal_page(struct hv_journal_view *view, const struct hv_log_filter *filter,
                int64_t before, int64_t after, bool with_events,
                struct hv_log_row *rows, size_t max, size_t *len,
                struct hv_error *err);
HV_MUST_CHECK enum hv_status hv_journal_get(struct hv_journal_view *view,
                                            int64_t id, struct hv_log_row *out,
                                            struct hv_error *err);
/** hv_journal_body() - unsealed raw body. HV_ERR_LOCKED without the key,
 *  HV_ERR_NOT_FOUND when none was stored. */
HV_MUST_CHECK enum hv_status hv_journal_body(struct hv_journal_view *view,
                                             int64_t id, struct hv_buf *out,
                                             struct hv_error *err);
/** hv_journal_changed() - cheap poll: true when rows were added since the last
 *  call on this view. */
bool hv_journal_changed(struct hv_journal_view *view);

struct hv_log_count {               /* from the per-minute counters */
    struct hv_guid sub;             /* zero: header named none that is known */
    char version[HV_MAX_KEY_VERSION + 1];  /* "": header named none of ours */
    enum hv_verdict verdict;
    int64_t count;
    int64_t last_ms;                /* last arrival */
    int64_t fresh;                  /* of count: neither repeat nor test */
    int64_t last_fresh_ms;          /* 0 = none */
};
/** hv_journal_counts() - per (subscription, version, verdict) since the minute
 *  of @since_ms (0 = ever). @out is hv_calloc'ed, free() it. */
HV_MUST_CHECK enum hv_status hv_journal_counts(struct hv_journal_view *view,
                                               int64_t since_ms,
                                               struct hv_log_count **out,
                                               size_t *len,
                                               struct hv_error *err);
struct hv_log_bucket {
    int64_t start_ms;
    int64_t verdicts[HV_VERDICT_COUNT];
};
/** hv_journal_buckets() - @len equal buckets of @width_ms ending at @end_ms.
 *  Counted by the minute: a minute lies in the bucket it begins in. */
HV_MUST_CHECK enum hv_status hv_journal_buckets(struct hv_journal_view *view,
                                                int64_t end_ms,
                                                int64_t width_ms,
                                                struct hv_log_bucket *out,
                                                size_t len,
                                                struct hv_error *err);

#endif
