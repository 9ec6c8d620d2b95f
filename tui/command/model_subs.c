/*
 * model_subs.c - the subscriptions of the profile's application as the
 * platform shows them now, with what keystore and journal know. Blocks on the
 * network.
 */
#include "tui/command/model_counts.h"

#include "hvconsole/clock.h"

#include <stdlib.h>
#include <string.h>

void
hv_sub_model_release(struct hv_sub_model *model)
{
    for (size_t i = 0; i < model->len; i++)
        hv_sub_release(&model->rows[i].sub);
    free(model->rows);
    *model = (struct hv_sub_model){ 0 };
}

static void
fill_row(struct hv_sub_row *row, const struct hv_sub *sub,
         const struct hv_keyring *ring, const struct counts *counts)
{
    const struct hv_key *key = hv_keyring_find(ring, &sub->id, &sub->version);
    struct counts_sum ever =
        counts_of(counts->ever, counts->ever_len, &sub->id, NULL);
    struct counts_sum day =
        counts_of(counts->day, counts->day_len, &sub->id, NULL);

    *row = (struct hv_sub_row){
        .has_key = key && key->state != HV_KEY_RETIRED,
        .is_live = true,
        .uses_24h = day.verified,
        .refused_24h = day.refused,
        .last_ms = ever.last_ms,
        .last_verdict = ever.last_verdict,
    };
    hv_sub_copy(&row->sub, sub);
}

/* Note in the keystore what the platform shows; looking must not fail for it,
 * and a read-only session or a dry run writes nothing. */
static void
reconcile(struct hv_session *session, const struct hv_sub_list *list)
{
    struct hv_rotate_ctx ctx;
    struct hv_error err = { 0 };

    if (session->globals.dry_run || hv_session_is_read_only(session))
        return;
    if (hv_session_rotate_ctx(session, &ctx, &err) ||
        hv_sub_reconcile(&ctx, list, &err))
        hv_session_warn(session, "%s", err.why);
}

enum hv_status
hv_model_subs(struct hv_session *session, struct hv_sub_model *out,
              struct hv_error *err)
{
    const struct hv_profile *profile;
    struct hv_sub_model model = { 0 };
    struct hv_sub_list list = { 0 };
    struct counts counts = { 0 };
    struct hv_client *client;
    enum hv_status st = hv_session_client(session, &client, err);

    if (!st)
        st = hv_client_get_subs(client, &list, err);
    if (!st) {
        model.read_ms = hv_clock_now_ms();
        reconcile(session, &list);
        st = counts_read(session, &counts, err);
    }
    if (!st)
        st = hv_session_profile(session, &profile, err);
    if (!st) {
        model.rows = hv_calloc(list.len ? list.len : 1, sizeof(*model.rows));
        for (size_t i = 0; i < list.len; i++)
            fill_row(&model.rows[i], &list.items[i],
                     hv_keystore_ring(session->ks), &counts);
        model.len = list.len;
        model.used = (int)list.len;
        model.limit = profile->limit;
        *out = model;
    }
    counts_release(&counts);
    hv_sub_list_release(&list);
    return st;
}

enum hv_status
model_resolve_sub(const struct hv_sub_model *model, const char *text,
                  size_t *index, struct hv_error *err)
{
    struct hv_guid id;
    bool is_full = hv_guid_parse(text, &id) == HV_OK;
    size_t found = 0;

    for (size_t i = 0; i < model->len; i++) {
        const struct hv_guid *row = &model->rows[i].sub.id;

        if (is_full ? !hv_guid_equal(row, &id) : !hv_guid_matches(row, text))
            continue;
        found++;
        *index = i;
    }
    if (found == 1)
        return HV_OK;
    if (found > 1)
        return hv_fail(err, HV_ERR_RULE,
                       "'%s' fits %zu subscriptions: give more of the id", text,
                       found);
    hv_fail(err, HV_ERR_NOT_FOUND,
            "the platform lists no subscription '%s' of this application",
            text);
    if (!is_full && strlen(text) < 4)
        hv_hint(err, "an id may be shortened to 4 characters, not less");
    hv_hint(err, "see 'hvconsole sub list'");
    return HV_ERR_NOT_FOUND;
}
