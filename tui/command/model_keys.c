/*
 * model_keys.c - key versions with what the journal says of their use, and
 * whether an old one has drained. No network; no key bytes leave the ring.
 */
#include "tui/command/model_counts.h"

#include <stdlib.h>
#include <string.h>

void
hv_key_model_release(struct hv_key_model *model)
{
    free(model->rows);
    *model = (struct hv_key_model){ 0 };
}

static const struct hv_drain_row *
drain_of(const struct hv_drain_model *drain, const struct hv_key *key)
{
    for (size_t i = 0; i < drain->len; i++) {
        if (hv_guid_equal(&drain->rows[i].sub, &key->sub) &&
            hv_key_version_equal(&drain->rows[i].version, &key->version))
            return &drain->rows[i];
    }
    return NULL; /* retired */
}

static void
fill_row(struct hv_key_row *row, const struct hv_key *key,
         const struct hv_keyring *ring, const struct counts *counts,
         const struct hv_drain_row *drain)
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
    if (drain) {
        row->drain = drain->drain;
        row->safe_at_ms = drain->safe_at_ms;
    }
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
hv_model_drain(struct hv_session *session, const struct hv_guid *sub,
               struct hv_drain_model *out, struct hv_error *err)
{
    struct hv_keystore *ks;
    enum hv_status st = hv_session_keystore(session, &ks, err);

    return st ? st : hv_drain_read(ks, session->globals.store, sub, out, err);
}

enum hv_status
hv_model_keys(struct hv_session *session, const struct hv_guid *sub,
              struct hv_key_model *out, struct hv_error *err)
{
    struct hv_key_model model = { 0 };
    struct hv_drain_model drain = { 0 };
    struct counts counts = { 0 };
    const struct hv_keyring *ring;
    enum hv_status st = hv_model_drain(session, sub, &drain, err);

    if (st)
        return st;
    st = counts_read(session, &counts, err);
    ring = hv_keystore_ring(session->ks);
    if (!st)
        model.rows = hv_calloc(ring->keys_len + 1, sizeof(*model.rows));
    for (size_t i = 0; !st && i < ring->keys_len; i++) {
        const struct hv_key *key = &ring->keys[i];

        if (!sub || hv_guid_equal(&key->sub, sub))
            fill_row(&model.rows[model.len++], key, ring, &counts,
                     drain_of(&drain, key));
    }
    if (!st)
        qsort(model.rows, model.len, sizeof(*model.rows), compare_rows);
    hv_drain_release(&drain);
    counts_release(&counts);
    *out = model;
    return st;
}
