/*
 * drain_in.h - what drain.c, drain_rules.c and retire.c share: the rules of
 * retiring, judged one by one.
 */
#ifndef CORE_ROTATE_DRAIN_IN_H
#define CORE_ROTATE_DRAIN_IN_H

#include "core/rotate/rotate_in.h"
#include "hvconsole/drain.h"

/* What the rules look at, beside the row itself. */
struct drain_case {
    int64_t now_ms;
    int64_t saved_ms; /* of the keystore */
    const struct hv_key *key;
    const struct hv_key *current;    /* the ACTIVE one, or NULL */
    const struct hv_key_sub *record; /* NULL = an orphan */
    bool has_pending;
    /* Answered by the platform, when it was asked. */
    bool is_asked;
    bool is_shown_current; /* it signs with this very version */
    int64_t date_ms;       /* its clock, 0 = it did not say */
    int64_t date_at_ms;    /* ours, when that came */
};

/** drain_since() - the window begins: last new message, or replacement. */
int64_t drain_since(const struct hv_drain_row *row, const struct drain_case *c);
/** drain_judge() - every rule, then safe_at, drain state and may_retire.
 *  Wants uses, times, uptime and gap of the row filled in. Pure. */
void drain_judge(struct hv_drain_row *row, const struct drain_case *c);
/** drain_case_of() - all that the keystore says. */
struct drain_case drain_case_of(const struct hv_keystore *ks,
                                const struct hv_key *key, int64_t now_ms);

#endif
