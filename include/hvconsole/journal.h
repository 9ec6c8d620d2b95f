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
    int64_t *id;                    /* NULL, or gets the id of its row when the
                                       append succeeds; 0 = it left no row */
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

/* What is kept, and for how long. Within 14 days the line of a verified message
 * stays, for repeats are recognised by it: only its body and events go. Nothing
 * that waits to be handed on goes; counters stay by the hour. */
#define HV_JOURNAL_KEEP_MS (INT64_C(90) * 24 * 3600 * 1000)
#define HV_JOURNAL_KEEP_BYTES (INT64_C(16) * 1024 * 1024 * 1024)

struct hv_journal_policy {
    int64_t keep_ms;                /* older rows go; 0 = HV_JOURNAL_KEEP_MS,
                                       < 0 = for ever */
    int64_t keep_bytes;             /* of the file; the oldest go when it grows
                                       beyond; 0 = HV_JOURNAL_KEEP_BYTES,
                                       < 0 = no limit */
    bool hand_on;                   /* put verified messages in the outbox */
};
/** hv_journal_set_policy() - before the first append; else the defaults hold.
 *  What is too old is removed by hv_journal_settle(), slice by slice. */
void hv_journal_set_policy(struct hv_journal *journal,
                           const struct hv_journal_policy *policy);

/** hv_journal_add_why() - one more step to the reasons of a refused row, such as
 *  hv_notify_nearest() finds after the answer. Remembered, and written with the
 *  next append or settle; never a commit of its own. A row that is full, sealed
 *  or gone is left as it is. */
void hv_journal_add_why(struct hv_journal *journal, int64_t id,
                        const struct hv_why_step *step);

/** hv_journal_beat() - leave a trace that the listener is alive at @now_ms.
 *  Opening, appending, settling and closing do so by themselves: for a journal
 *  thread that has had nothing to do for a minute. Costs nothing within
 *  HV_JOURNAL_BEAT_MS of the last trace. */
#define HV_JOURNAL_BEAT_MS INT64_C(60000)
HV_MUST_CHECK enum hv_status hv_journal_beat(struct hv_journal *journal,
                                             int64_t now_ms,
                                             struct hv_error *err);

/* --------------------------------------------------------- handing on -- */

/*
 * The outbox: verified messages on their way to the application's own worker.
 * A row enters it in the transaction of its arrival, sealed under the outbox
 * key, and leaves it when the worker has taken it: at least once, in the order
 * of arrival for each record. Quarantined messages do not enter: their order
 * cannot be known. A repeat whose twin still waits merges with it; one whose
 * twin is done waits until 60 s after it.
 */
struct hv_outbox;                   /* a second connection; one thread */

/** hv_outbox_open() - @key: the journal keys; the outbox keys of all are
 *  copied to locked memory, so that what lies under an older one still opens.
 *  HV_ERR_NOT_FOUND: no journal yet (open the writer first). */
HV_MUST_CHECK enum hv_status hv_outbox_open(const char *path,
                                            const struct hv_journal_key *keys,
                                            size_t keys_len,
                                            struct hv_outbox **out,
                                            struct hv_error *err);
void hv_outbox_close(struct hv_outbox *outbox);

struct hv_outbox_item {
    int64_t id;                     /* of the row in the journal */
    int64_t received_ms;
    struct hv_guid sub;
    struct hv_key_version version;
    enum hv_verdict verdict;
    bool is_test;
    int attempts;                   /* failed so far */
    int64_t again;                  /* repeats merged so far; for done */
    struct hv_buf body;             /* owned */
};
void hv_outbox_item_release(struct hv_outbox_item *item);

/**
 * hv_outbox_next() - up to @max items that are due at @now_ms, and take them:
 * they are not given again before hv_outbox_done() or hv_outbox_defer(). An
 * item waits as long as an older one names one of its records.
 * @next_ms: when the first of those not due will be, 0 = none waits for time
 * HV_ERR_LOCKED: the next one is sealed under a key that is not there.
 * HV_ERR_DAMAGED: its seal does not fit; it stays where it is, untaken.
 */
HV_MUST_CHECK enum hv_status
hv_outbox_next(struct hv_outbox *outbox, int64_t now_ms,
               struct hv_outbox_item *items, size_t max, size_t *len,
               int64_t *next_ms, struct hv_error *err);

struct hv_outbox_result {
    int64_t id;
    int64_t again;                  /* as the item said */
    bool is_done;
    int64_t until_ms;               /* not done: not before then */
    char error[120];                /* .. and why, for people */
};
/** hv_outbox_settle() - what became of taken items, in one transaction without
 *  an fsync: after a power cut some may be handed on again. A repeat that came
 *  in the meantime keeps its item, due 60 s later. On failure nothing is
 *  settled and the items stay taken: call again. */
HV_MUST_CHECK enum hv_status
hv_outbox_settle(struct hv_outbox *outbox, int64_t now_ms,
                 const struct hv_outbox_result *results, size_t len,
                 struct hv_error *err);

struct hv_outbox_state {
    int64_t waiting;                /* items */
    int64_t failing;                /* of them tried at least once */
    int64_t oldest_ms;              /* arrival of the oldest, 0 = none */
    int64_t next_ms;                /* when the next is due, 0 = none */
    int most_attempts;
    char error[120];                /* of the one with the most attempts */
};
/** hv_outbox_state() - of hv_journal_outbox() too, for a console. */
HV_MUST_CHECK enum hv_status hv_outbox_state(struct hv_outbox *outbox,
                                             struct hv_outbox_state *out,
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
    bool is_pruned;                 /* body and events are gone: too old */
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

struct hv_use_bucket {
    int64_t start_ms;
    int64_t uses;                   /* verified, repeats and tests included */
    int64_t fresh;                  /* neither repeat nor test */
};
/** hv_journal_use_buckets() - how much a key version verified over time: @len
 *  equal buckets of @width_ms ending at @end_ms. @version "" = all of the
 *  subscription. Buckets of an hour and more are counted by the hour. */
HV_MUST_CHECK enum hv_status
hv_journal_use_buckets(struct hv_journal_view *view, const struct hv_guid *sub,
                       const char *version, int64_t end_ms, int64_t width_ms,
                       struct hv_use_bucket *out, size_t len,
                       struct hv_error *err);

#define HV_LOG_HOURS 24
struct hv_log_hours {               /* of one subscription; zero: none named */
    struct hv_guid sub;
    int64_t verified[HV_LOG_HOURS]; /* by the hour of the clock; the last is
                                       the one that is running */
    int64_t refused[HV_LOG_HOURS];
};
/** hv_journal_hours() - the last HV_LOG_HOURS hours of each subscription that
 *  something came for. @out is hv_calloc'ed, free() it. */
HV_MUST_CHECK enum hv_status hv_journal_hours(struct hv_journal_view *view,
                                              int64_t now_ms,
                                              struct hv_log_hours **out,
                                              size_t *len,
                                              struct hv_error *err);

struct hv_log_retry {               /* of one subscription and version */
    struct hv_guid sub;
    char version[HV_MAX_KEY_VERSION + 1];
    int64_t repeats;                /* messages that came again */
    int64_t longest_ms;             /* between one coming and the next */
    int64_t longest_at_ms;          /* when that repeat came */
};
/** hv_journal_retries() - repeats since the day of @since_ms (0 = ever), longest
 *  wait first: the first row is the longest of all. @out is hv_calloc'ed. */
HV_MUST_CHECK enum hv_status hv_journal_retries(struct hv_journal_view *view,
                                                int64_t since_ms,
                                                struct hv_log_retry **out,
                                                size_t *len,
                                                struct hv_error *err);

struct hv_log_span {
    int64_t from_ms, to_ms;
};
struct hv_log_uptime {
    int64_t since_ms;               /* known from here on; 0 = nothing known */
    int64_t up_ms, down_ms;
    int64_t longest_down_ms;
    int64_t last_seen_ms;           /* the newest trace */
    bool is_running;                /* no stop was noted since */
    struct hv_log_span *downs;      /* owned; when it was down, oldest first */
    size_t downs_len;
};
/** hv_journal_uptime() - when the listener ran between @since_ms and @now_ms, as
 *  its traces tell; exact to HV_JOURNAL_BEAT_MS after a crash. */
HV_MUST_CHECK enum hv_status hv_journal_uptime(struct hv_journal_view *view,
                                               int64_t since_ms, int64_t now_ms,
                                               struct hv_log_uptime *out,
                                               struct hv_error *err);
void hv_log_uptime_release(struct hv_log_uptime *uptime);

struct hv_record_use {
    int64_t count;                  /* messages about it, at most 1000 counted */
    int64_t first_ms, last_ms;      /* 0 = none */
    int64_t last_id;
};
/** hv_journal_record_use() - what came about one record since @since_ms.
 *  HV_ERR_LOCKED without the key: records are known by a keyed hash. */
HV_MUST_CHECK enum hv_status
hv_journal_record_use(struct hv_journal_view *view,
                      const struct hv_guid *record, int64_t since_ms,
                      struct hv_record_use *out, struct hv_error *err);

struct hv_log_info {
    int64_t rows;
    int64_t bytes;                  /* of journal.db and its WAL */
    int64_t oldest_id, oldest_ms;   /* 0 = empty */
    int64_t newest_id, newest_ms;
    int schema;
    struct hv_outbox_state outbox;
};
/** hv_journal_info() - counts rows: for a command, not for a frame. */
HV_MUST_CHECK enum hv_status hv_journal_info(struct hv_journal_view *view,
                                             struct hv_log_info *out,
                                             struct hv_error *err);

/* A long look, in slices: call again until @is_done; to cancel, do not. */
struct hv_log_scan {
    int64_t next;                   /* start with zeroes; the function's own */
    int64_t looked_at;              /* rows so far */
    int64_t sealed;                 /* of them with a body no key opens */
    bool is_done;
    int64_t after;                  /* of a search: only younger rows, 0 = all;
                                       may be set before the first slice */
    int64_t low, high;              /* of a search: the ids it goes through,
                                       from high down to low; told by it */
};
/**
 * hv_journal_search() - rows that match @filter and hold @text, newest first,
 * upper and lower case alike: in ids, version, verdict, peer, SHA-256 and
 * reasons, and with a reader's key in the body. There is no index of bodies: it
 * would be their plain text in another shape.
 * @budget_ms: returns after about so long, with what was found until then
 */
HV_MUST_CHECK enum hv_status
hv_journal_search(struct hv_journal_view *view,
                  const struct hv_log_filter *filter, const char *text,
                  int64_t budget_ms, struct hv_log_scan *scan,
                  struct hv_log_row *rows, size_t max, size_t *len,
                  struct hv_error *err);

/** hv_journal_find() - the same, as ids: for a search that runs beside a screen.
 *  @with_bodies: false = only what is not sealed is looked at. */
HV_MUST_CHECK enum hv_status
hv_journal_find(struct hv_journal_view *view,
                const struct hv_log_filter *filter, const char *text,
                bool with_bodies, int64_t budget_ms, struct hv_log_scan *scan,
                int64_t *ids, size_t max, size_t *len, struct hv_error *err);

/** hv_journal_view_twin() - another reader of the same file with the same keys,
 *  for another thread. */
HV_MUST_CHECK enum hv_status
hv_journal_view_twin(const struct hv_journal_view *view,
                     struct hv_journal_view **out, struct hv_error *err);

/** hv_journal_matches() - the same question about one row, read with events. */
bool hv_journal_matches(struct hv_journal_view *view,
                        const struct hv_log_row *row, const char *text);

struct hv_log_check {
    char trouble[256];              /* of the file as SQLite sees it; "" none */
    int64_t rows;                   /* looked at */
    int64_t opened;                 /* of them unsealed without fault */
    int64_t sealed;                 /* no key at hand opens them */
    int64_t altered;                /* the seal does not fit */
    int64_t first_altered;          /* id of the newest of them, 0 = none */
    int64_t strays;                 /* bodies, events, ledger lines of no row */
};
/** hv_journal_check() - the seals of the newest @max rows; 0 = of all, and the
 *  file itself first, which takes minutes when it is large and no slice ends.
 *  Slices as above; @out gathers, start with zeroes. */
HV_MUST_CHECK enum hv_status
hv_journal_check(struct hv_journal_view *view, int64_t max, int64_t budget_ms,
                 struct hv_log_scan *scan, struct hv_log_check *out,
                 struct hv_error *err);

/* ----------------------------------------------------------- removing -- */

struct hv_prune {
    int64_t rows;                   /* gone altogether */
    int64_t contents;               /* body and events gone, the line stays */
    int64_t bytes;                  /* stored bytes set free, about */
    int64_t kept_waiting;           /* left alone: still to be handed on */
    bool is_done;
};
/** hv_journal_prune() - one slice of removing what came before @before_ms, by
 *  the rules of hv_journal_policy; beside a running listener too. @dry_run only
 *  counts, in one slice. Call again until is_done; @out gathers. The room is used
 *  again; the file does not shrink. HV_ERR_NOT_FOUND: there is no journal. */
HV_MUST_CHECK enum hv_status hv_journal_prune(const char *path,
                                              int64_t before_ms, int64_t now_ms,
                                              bool dry_run,
                                              struct hv_prune *out,
                                              struct hv_error *err);

#endif
