/*
 * drain_rules.c - whether a replaced key may be wiped: one function per rule,
 * each with a sentence that holds its figures. Pure. Called by drain.c and
 * retire.c.
 */
#include "core/rotate/drain_in.h"
#include "hvconsole/clock.h"

#include <stdio.h>
#include <stdlib.h>

#define DAY_MS (24 * 3600 * (int64_t)1000)

#define OVERDUE_MS (45 * DAY_MS)
#define SKEW_MS    (10 * 60 * (int64_t)1000)

static enum hv_retire_verdict
ok_if(bool is_ok)
{
    return is_ok ? HV_RETIRE_OK : HV_RETIRE_NOT_OK;
}

/* For "%s ago" and "these %s", where "now" would not do. */
static void
age_of(int64_t since_ms, const struct drain_case *c, char out[HV_AGE_TEXT])
{
    int64_t age = c->now_ms - since_ms;

    hv_age_format(age < 1000 ? 1000 : age, out);
}

static enum hv_retire_verdict
judge_state(struct hv_drain_row *row, const struct drain_case *c, char *text,
            size_t size)
{
    static const char *const texts[] = {
        [HV_KEY_PENDING] = "its announcement is under way: let it finish, or "
                           "abort it",
        [HV_KEY_ACTIVE] = "it is the active version: rotate first",
        [HV_KEY_ACCEPTED] = "it was replaced and still verifies",
        [HV_KEY_RETIRED] = "it is retired already",
    };

    (void)row;
    hv_copy(text, size, texts[c->key->state]);
    return ok_if(c->key->state == HV_KEY_ACCEPTED);
}

static enum hv_retire_verdict
judge_confirmed(struct hv_drain_row *row, const struct drain_case *c,
                char *text, size_t size)
{
    char age[HV_AGE_TEXT];

    if (!c->record) {
        hv_copy(text, size, "its subscription is not in the keystore");
        return HV_RETIRE_NOT_OK;
    }
    if (c->record->status == HV_SUB_GONE) {
        hv_copy(text, size, "the platform does not list its subscription");
        return HV_RETIRE_OK;
    }
    if (!row->confirmed_ms) {
        hv_copy(text, size, "the platform never confirmed a newer version");
        return HV_RETIRE_NOT_OK;
    }
    age_of(row->confirmed_ms, c, age);
    snprintf(text, size, "replaced by a version the platform confirmed %s ago",
             age);
    return HV_RETIRE_OK;
}

static enum hv_retire_verdict
judge_intent(struct hv_drain_row *row, const struct drain_case *c, char *text,
             size_t size)
{
    bool is_open =
        c->has_pending || (c->record && c->record->intent != HV_INTENT_NONE);

    (void)row;
    hv_copy(text, size,
            is_open ? "a rotation of this subscription is open: key resume"
                    : "no rotation of this subscription is open");
    return ok_if(!is_open);
}

static enum hv_retire_verdict
judge_grace(struct hv_drain_row *row, const struct drain_case *c, char *text,
            size_t size)
{
    char safe[HV_TIME_TEXT], fresh[HV_AGE_TEXT], replaced[HV_AGE_TEXT];
    bool is_over = c->now_ms >= row->safe_at_ms;

    hv_time_format(row->safe_at_ms, safe);
    safe[16] = '\0'; /* to the minute */
    age_of(row->last_fresh_ms, c, fresh);
    age_of(c->key->superseded_ms, c, replaced);
    if (row->last_fresh_ms)
        snprintf(text, size, "last new message %s ago, replaced %s ago: %s %sZ",
                 fresh, replaced, is_over ? "safe since" : "too early before",
                 safe);
    else
        snprintf(text, size, "never used here, replaced %s ago: %s %sZ",
                 replaced, is_over ? "safe since" : "too early before", safe);
    return ok_if(is_over);
}

static enum hv_retire_verdict
judge_uptime(struct hv_drain_row *row, const struct drain_case *c, char *text,
             size_t size)
{
    char up[HV_AGE_TEXT], gap[HV_AGE_TEXT], since[HV_AGE_TEXT];
    bool is_enough = row->uptime_ms > row->gap_ms;

    hv_age_format(row->uptime_ms, up);
    hv_age_format(row->gap_ms, gap);
    age_of(drain_since(row, c), c, since);
    if (!row->uptime_ms)
        snprintf(text, size,
                 "no listener ran here in these %s, so nobody "
                 "would know of late repeats",
                 since);
    else if (!row->gap_ms)
        snprintf(text, size, "listened %s of these %s; no repeat was ever seen",
                 up, since);
    else
        snprintf(text, size,
                 "listened %s of these %s; repeats stayed away %s at most%s",
                 up, since, gap, is_enough ? "" : ": listen longer");
    return ok_if(is_enough);
}

static enum hv_retire_verdict
judge_clock(struct hv_drain_row *row, const struct drain_case *c, char *text,
            size_t size)
{
    int64_t skew = c->date_at_ms - c->date_ms;
    char off[HV_AGE_TEXT];

    (void)row;
    if (c->now_ms < c->saved_ms) {
        hv_copy(text, size,
                "this machine's clock is before the last save of "
                "the keystore: set it right");
        return HV_RETIRE_NOT_OK;
    }
    if (!c->is_asked) {
        hv_copy(text, size, "the platform's clock was not asked");
        return HV_RETIRE_NOT_ASKED;
    }
    if (!c->date_ms) {
        hv_copy(text, size, "the platform did not tell its time");
        return HV_RETIRE_NOT_OK;
    }
    hv_age_format(llabs(skew), off);
    if (llabs(skew) <= SKEW_MS)
        hv_copy(text, size, "this clock agrees with the platform's");
    else
        snprintf(text, size, "this clock is %s %s the platform's: set it right",
                 off, skew > 0 ? "ahead of" : "behind");
    return ok_if(llabs(skew) <= SKEW_MS);
}

static enum hv_retire_verdict
judge_shown(struct hv_drain_row *row, const struct drain_case *c, char *text,
            size_t size)
{
    (void)row;
    if (!c->is_asked) {
        hv_copy(text, size, "the platform was not asked what it signs with");
        return HV_RETIRE_NOT_ASKED;
    }
    hv_copy(text, size,
            c->is_shown_current
                ? "the platform signs with this very version now"
                : "the platform does not sign with it now");
    return ok_if(!c->is_shown_current);
}

static const struct {
    const char *word;
    enum hv_retire_verdict (*judge)(struct hv_drain_row *row,
                                    const struct drain_case *c, char *text,
                                    size_t size);
} rules[HV_RETIRE_RULES] = {
    [HV_RETIRE_STATE] = { "state", judge_state },
    [HV_RETIRE_CONFIRMED] = { "confirmed", judge_confirmed },
    [HV_RETIRE_INTENT] = { "intent", judge_intent },
    [HV_RETIRE_GRACE] = { "grace", judge_grace },
    [HV_RETIRE_UPTIME] = { "uptime", judge_uptime },
    [HV_RETIRE_CLOCK] = { "clock", judge_clock },
    [HV_RETIRE_SHOWN] = { "shown", judge_shown },
};

const char *
hv_retire_rule_word(enum hv_retire_rule rule)
{
    return (size_t)rule < HV_RETIRE_RULES ? rules[rule].word : "?";
}

/* A key is superseded in the save that follows the platform's confirmation of
 * the newer one, never before. */
int64_t
drain_since(const struct hv_drain_row *row, const struct drain_case *c)
{
    int64_t replaced = c->key->superseded_ms;

    return row->last_fresh_ms > replaced ? row->last_fresh_ms : replaced;
}

static enum hv_drain
drain_of(const struct hv_drain_row *row, const struct drain_case *c)
{
    if (row->state != HV_KEY_ACCEPTED)
        return HV_DRAIN_NONE;
    if (row->last_fresh_ms && c->now_ms - row->last_fresh_ms < DAY_MS)
        return HV_DRAIN_DRAINING;
    return row->may_retire ? HV_DRAIN_SAFE : HV_DRAIN_QUIET;
}

void
drain_judge(struct hv_drain_row *row, const struct drain_case *c)
{
    bool is_accepted = row->state == HV_KEY_ACCEPTED;

    if (is_accepted) {
        row->safe_at_ms = drain_since(row, c) + ROTATE_GRACE_MS;
        if (c->key->retire_not_before_ms > row->safe_at_ms)
            row->safe_at_ms = c->key->retire_not_before_ms;
        row->is_overdue = c->key->superseded_ms &&
                          c->now_ms - c->key->superseded_ms > OVERDUE_MS;
    }
    row->may_retire = true;
    for (size_t i = 0; i < HV_RETIRE_RULES; i++) {
        struct hv_retire_check *check = &row->checks[i];

        check->rule = (enum hv_retire_rule)i;
        check->verdict =
            rules[i].judge(row, c, check->text, sizeof(check->text));
        row->may_retire &= check->verdict != HV_RETIRE_NOT_OK;
    }
    row->drain = drain_of(row, c);
}

struct drain_case
drain_case_of(const struct hv_keystore *ks, const struct hv_key *key,
              int64_t now_ms)
{
    const struct hv_keyring *ring = hv_keystore_ring(ks);

    return (struct drain_case){
        .now_ms = now_ms,
        .saved_ms = hv_keystore_info(ks)->saved_ms,
        .key = key,
        .current = hv_keyring_current(ring, &key->sub),
        .record = hv_keyring_sub(ring, &key->sub),
        .has_pending = rotate_pending(ring, &key->sub) != NULL,
    };
}
