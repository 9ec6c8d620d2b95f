/*
 * drain.h - when a replaced key may go: how often it is still used, since when
 * it is quiet, and what has to hold before its bytes are wiped. Rules as
 * docs/keystore-format.md, "Retiring". No key bytes pass here.
 */
#ifndef HVCONSOLE_DRAIN_H
#define HVCONSOLE_DRAIN_H

#include "hvconsole/journal.h"
#include "hvconsole/rotate.h"

/* Of an ACCEPTED version; every other state is NONE. */
enum hv_drain {
    HV_DRAIN_NONE,
    HV_DRAIN_DRAINING, /* a new message within 24 h */
    HV_DRAIN_QUIET,    /* none, but it is too early */
    HV_DRAIN_SAFE,     /* everything local holds: `key retire` will ask the
                          platform and then do it */
};
const char *hv_drain_word(enum hv_drain drain); /* "" for NONE */

enum hv_trend {
    HV_TREND_NONE,
    HV_TREND_FALLING,
    HV_TREND_STEADY,
    HV_TREND_RISING
};
const char *hv_trend_word(enum hv_trend trend); /* "" for NONE */

/* What must hold before a version is retired, in the order it is told. */
enum hv_retire_rule {
    HV_RETIRE_STATE,     /* it is ACCEPTED: replaced, not wiped yet */
    HV_RETIRE_CONFIRMED, /* the platform confirmed a newer version */
    HV_RETIRE_INTENT,    /* no rotation of this subscription is open */
    HV_RETIRE_GRACE,     /* the last new message is long enough ago */
    HV_RETIRE_UPTIME,    /* somebody listened longer than repeats stay away */
    HV_RETIRE_CLOCK,     /* our clock is not before the last save, and agrees
                            with the platform's */
    HV_RETIRE_SHOWN,     /* the platform shows another version as current now */
    HV_RETIRE_RULES
};

enum hv_retire_verdict {
    HV_RETIRE_OK,
    HV_RETIRE_NOT_OK,
    HV_RETIRE_NOT_ASKED, /* needs the platform; `key retire` asks it */
};

struct hv_retire_check {
    enum hv_retire_rule rule;
    enum hv_retire_verdict verdict;
    char text[160]; /* one sentence with its figures, without full stop */
};
const char *hv_retire_rule_word(enum hv_retire_rule rule); /* "grace" ... */

#define HV_DRAIN_DAYS 14

struct hv_drain_row { /* one version that still verifies, with its evidence */
    struct hv_guid sub;
    struct hv_key_version version;
    enum hv_key_state state;
    struct hv_key_version current; /* the ACTIVE one; "" = none */
    enum hv_drain drain;
    int64_t uses; /* verified with it, ever */
    int64_t uses_24h;
    int64_t last_use_ms;         /* any verified message; 0 = never */
    int64_t last_fresh_ms;       /* that was neither repeat nor test */
    int64_t days[HV_DRAIN_DAYS]; /* uses per 24 h, oldest first, ending now */
    enum hv_trend trend;
    int64_t confirmed_ms; /* when the platform took the newer one */
    int64_t safe_at_ms;   /* 0 = does not apply */
    int64_t uptime_ms;    /* somebody listened, since the last new message */
    int64_t gap_ms;       /* longest time seen between two repeats */
    bool is_overdue;      /* replaced for more than 45 d: retire it, or
                                 mark it compromised */
    bool may_retire;      /* no check is NOT_OK */
    struct hv_retire_check checks[HV_RETIRE_RULES];
};

struct hv_drain_model {
    struct hv_drain_row *rows; /* owned; by subscription, newest first; states
                                  PENDING, ACTIVE and ACCEPTED */
    size_t len;
    int64_t read_ms;
};
void hv_drain_release(struct hv_drain_model *model);

/**
 * hv_drain_read() - every version that still verifies. No network: the rules
 * that need the platform are NOT_ASKED.
 * @store: where journal and running listener are
 * @sub:   only this one; NULL = all
 */
HV_MUST_CHECK enum hv_status hv_drain_read(struct hv_keystore *ks,
                                           const char *store,
                                           const struct hv_guid *sub,
                                           struct hv_drain_model *out,
                                           struct hv_error *err);

/* Use over time of the versions of one subscription, for a small chart. */
struct hv_drain_bucket {
    int64_t start_ms;
    int64_t current; /* verified with the ACTIVE version */
    int64_t old;     /* .. with any other */
};
/** hv_drain_uses() - @len equal buckets of @width_ms ending at @end_ms. */
HV_MUST_CHECK enum hv_status
hv_drain_uses(struct hv_journal_view *view, const struct hv_keyring *ring,
              const struct hv_guid *sub, int64_t end_ms, int64_t width_ms,
              struct hv_drain_bucket *out, size_t len, struct hv_error *err);

/**
 * hv_retire() - ask the platform, judge every rule, and if all hold (or @force)
 * wipe the key; its record stays, so that the id is never used again.
 * @is_dry: judge only
 * @out:    the row with all rules judged; zeroed for NOT_FOUND
 * HV_ERR_RULE: a rule does not hold; the sentence is the first one's. Nothing
 * goes past these two: the version is not ACCEPTED, or the platform shows it as
 * current. HV_ERR_NOT_FOUND: no such version. Without @force, too, what the
 * platform's failure to answer is.
 */
HV_MUST_CHECK enum hv_status hv_retire(const struct hv_rotate_ctx *ctx,
                                       const struct hv_guid *sub,
                                       const struct hv_key_version *version,
                                       bool force, bool is_dry,
                                       struct hv_drain_row *out,
                                       struct hv_error *err);

#endif
