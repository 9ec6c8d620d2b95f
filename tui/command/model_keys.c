/*
 * model_keys.c - key versions with what the journal says of their use, and
 * whether an old one has drained. No network; no key bytes leave the ring.
 */
#include "tui/command/model_counts.h"

#include "hvconsole/clock.h"

#include <stdlib.h>
#include <string.h>

/* How long after its last sign of life a replaced key must be kept: the
 * platform retries for 10 days. Fact: retries */
#define GRACE_MS (14 * HV_DAY_MS)

const char *
hv_drain_word(enum hv_drain drain)
{
    static const char *const words[] = {
        [HV_DRAIN_NONE] = "",
        [HV_DRAIN_DRAINING] = "draining",
        [HV_DRAIN_QUIET] = "quiet",
        [HV_DRAIN_SAFE] = "safe",
    };

    return (unsigned)drain < HV_LEN(words) ? words[drain] : "";
}

void
hv_key_model_release(struct hv_key_model *model)
{
    free(model->rows);
    *model = (struct hv_key_model){ 0 };
}

static void
judge_drain(struct hv_key_row *row, int64_t retire_not_before_ms,
            int64_t now_ms)
{
    int64_t since = row->superseded_ms > row->last_used_ms ? row->superseded_ms
                                                           : row->last_used_ms;

    if (row->state != HV_KEY_ACCEPTED)
        return;
    row->safe_at_ms = since + GRACE_MS;
    if (retire_not_before_ms > row->safe_at_ms)
        row->safe_at_ms = retire_not_before_ms;
    if (row->last_used_ms && now_ms - row->last_used_ms < HV_DAY_MS)
        row->drain = HV_DRAIN_DRAINING;
    else
        row->drain = now_ms >= row->safe_at_ms ? HV_DRAIN_SAFE : HV_DRAIN_QUIET;
}

static void
fill_row(struct hv_key_row *row, const struct hv_key *key,
         const struct hv_keyring *ring, const struct counts *counts,
         int64_t now_ms)
{
    const struct hv_key_sub *sub = hv_keyring_sub(ring, &key->sub);
    struct counts_sum ever =
        counts_of(counts->ever, counts->ever_len, &key->sub, &key->version);
    struct counts_sum day =
        counts_of(counts->day, counts->day_len, &key->sub, &key->version);

    *row = (struct hv_key_row){
        .sub = key->sub,
        .version = key->version,
        .state = key->state,
        .origin = key->origin,
        .intent = sub ? sub->intent : HV_INTENT_NONE,
        .created_ms = key->created_ms,
        .activated_ms = key->activated_ms,
        .superseded_ms = key->superseded_ms,
        .retired_ms = key->retired_ms,
        .last_used_ms = ever.last_verified_ms,
        .uses = ever.verified,
        .uses_24h = day.verified,
    };
    memcpy(row->fingerprint, key->fingerprint, sizeof(row->fingerprint));
    judge_drain(row, key->retire_not_before_ms, now_ms);
}

/* By subscription, newest version first. */
static int
compare_rows(const void *a, const void *b)
{
    const struct hv_key_row *x = a, *y = b;
    int order = hv_guid_compare(&x->sub, &y->sub);

    if (order)
        return order;
    if (x->created_ms != y->created_ms)
        return x->created_ms > y->created_ms ? -1 : 1;
    return -strcmp(x->version.id, y->version.id);
}

enum hv_status
hv_model_keys(struct hv_session *session, const struct hv_guid *sub,
              struct hv_key_model *out, struct hv_error *err)
{
    struct hv_key_model model = { 0 };
    struct counts counts = { 0 };
    const struct hv_keyring *ring;
    struct hv_keystore *ks;
    enum hv_status st = hv_session_keystore(session, &ks, err);

    if (!st)
        st = counts_read(session, &counts, err);
    if (st)
        return st;
    ring = hv_keystore_ring(ks);
    model.rows =
        hv_calloc(ring->keys_len ? ring->keys_len : 1, sizeof(*model.rows));
    for (size_t i = 0; i < ring->keys_len; i++) {
        if (!sub || hv_guid_equal(&ring->keys[i].sub, sub))
            fill_row(&model.rows[model.len++], &ring->keys[i], ring, &counts,
                     hv_clock_now_ms());
    }
    qsort(model.rows, model.len, sizeof(*model.rows), compare_rows);
    counts_release(&counts);
    *out = model;
    return HV_OK;
}
