/*
 * job_plan.c - who would be rotated and what that means in numbers, before
 * anything is written. Called by commands for --dry-run and for the line above
 * the prompt. Reads keystore, platform and journal.
 */
#include "core/rotate/job_in.h"
#include "hvconsole/clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DAY_MS (24 * 3600 * (int64_t)1000)

/* ---------------------------------------------------------------- who -- */

static bool
has_item(const struct hv_rotation *job, const struct hv_guid *sub)
{
    for (size_t i = 0; i < job->len; i++) {
        if (hv_guid_equal(&job->items[i].sub, sub))
            return true;
    }
    return false;
}

static enum hv_status
add_item(struct hv_rotation *job, const struct hv_guid *sub,
         struct hv_error *err)
{
    if (has_item(job, sub))
        return HV_OK;
    if (job->len == HV_LEN(job->items)) {
        hv_fail(err, HV_ERR_RULE, "one rotation takes up to %zu subscriptions",
                HV_LEN(job->items));
        hv_hint(err, "name some of them, then the others");
        return HV_ERR_RULE;
    }
    job->items[job->len++] = (struct hv_rotation_item){ .sub = *sub };
    return HV_OK;
}

static enum hv_status
add_named(struct hv_rotation *job, const struct hv_keyring *ring,
          const struct hv_guid *sub, struct hv_error *err)
{
    struct rotate_save save = { .sub = *sub, .app = job->app };
    struct hv_key_sub *record;
    enum hv_status st = rotate_known(ring, &save, &record, err);

    return st ? st : add_item(job, sub, err);
}

static enum hv_status
add_all(struct hv_rotation *job, const struct hv_keyring *ring,
        struct hv_error *err)
{
    enum hv_status st = HV_OK;

    for (size_t i = 0; !st && i < ring->subs_len; i++) {
        const struct hv_key_sub *record = &ring->subs[i];

        if (hv_guid_equal(&record->app, &job->app) &&
            record->status != HV_SUB_GONE && record->status != HV_SUB_DRAFT)
            st = add_item(job, &record->sub, err);
    }
    if (!st && !job->len)
        st = hv_fail(err, HV_ERR_NOT_FOUND,
                     "this application has no subscription to rotate");
    return st;
}

/* One open job per application: two at once would wait for each other. */
static enum hv_status
check_none_open(const struct hv_rotate_ctx *ctx, struct hv_error *err)
{
    struct hv_rotation open;
    enum hv_status st =
        hv_rotation_load(ctx->store, NULL, &ctx->profile->app_id, &open, NULL);

    if (st == HV_ERR_NOT_FOUND)
        return HV_OK;
    if (st)
        return hv_rotation_load(ctx->store, NULL, &ctx->profile->app_id, &open,
                                err);
    hv_fail(err, HV_ERR_RULE, "rotation %s of this application is %s", open.id,
            hv_rotation_state_word(open.state));
    hv_hint(err, open.state == HV_ROTATION_RUNNING
                     ? "follow it with `key jobs`"
                     : "`key resume` goes on with it, `key abort` closes it");
    return HV_ERR_RULE;
}

/* ------------------------------------------------------- what it means -- */

static size_t
verifying(const struct hv_keyring *ring, const struct hv_guid *sub)
{
    size_t count = 0;

    for (size_t i = 0; i < ring->keys_len; i++)
        count += hv_guid_equal(&ring->keys[i].sub, sub) &&
                 ring->keys[i].state != HV_KEY_RETIRED;
    return count;
}

static void
judge_item(struct hv_rotation_item *item, const struct hv_keyring *ring,
           const struct hv_sub *shown, struct hv_rotation_impact *impact)
{
    const struct hv_key *current = hv_keyring_current(ring, &item->sub);
    const struct hv_key *pending = rotate_pending(ring, &item->sub);
    enum rotate_shown what = rotate_shown(ring, &item->sub, shown);
    struct hv_error odd = { 0 };
    int64_t age = 0;

    if (current) {
        item->old_version = current->version;
        age = hv_clock_now_ms() - current->activated_ms;
    }
    if (age > impact->oldest_ms)
        impact->oldest_ms = age;
    if (pending)
        item->new_version = pending->version;
    impact->open += pending != NULL;
    impact->adopted += what == SHOWN_OTHER;
    impact->critical += what == SHOWN_UNKNOWN || what == SHOWN_RETIRED ||
                        what == SHOWN_OTHER_BYTES;
    impact->full +=
        !pending && verifying(ring, &item->sub) >= HV_MAX_VERIFYING_KEYS;
    if (what != SHOWN_ACTIVE && what != SHOWN_PENDING &&
        rotate_complain(what, &item->sub, shown, &odd))
        hv_copy(item->reason, sizeof(item->reason), odd.why);
    else if (pending)
        hv_copy(item->reason, sizeof(item->reason),
                "goes on with the key of an open rotation");
}

/* What came in 24 hours under the keys that are replaced. */
static enum hv_status
count_uses(const struct hv_rotate_ctx *ctx, const struct hv_rotation *job,
           struct hv_rotation_impact *impact, struct hv_error *err)
{
    struct hv_journal_view *view = NULL;
    struct hv_log_count *counts = NULL;
    size_t len = 0;
    enum hv_status st = rotate_journal(ctx->store, &view, err);

    if (!st)
        st = hv_journal_counts(view, hv_clock_now_ms() - DAY_MS, &counts, &len,
                               err);
    for (size_t i = 0; !st && i < len; i++) {
        if (hv_verdict_row(counts[i].verdict)->is_verified &&
            has_item(job, &counts[i].sub))
            impact->uses_24h += counts[i].count;
    }
    free(counts);
    hv_journal_view_close(view);
    return st;
}

static enum hv_status
judge(const struct hv_rotate_ctx *ctx, struct hv_rotation *job,
      struct hv_rotation_impact *impact, struct hv_error *err)
{
    struct hv_platform_ops ops = rotate_ops(ctx);
    struct hv_sub_list list = { 0 };
    enum hv_status st = ops.get_subs(ops.arg, &list, err);

    if (st)
        return st;
    for (size_t i = 0; i < job->len; i++)
        judge_item(&job->items[i], hv_keystore_ring(ctx->ks),
                   rotate_listed(&list, &job->items[i].sub), impact);
    hv_sub_list_release(&list);
    impact->subs = job->len;
    impact->is_listener_up = rotate_require_listener(ctx, NULL) == HV_OK;
    if (job->len > 1)
        impact->lasts_ms = job->pace_ms * (int64_t)(job->len - 1);
    return count_uses(ctx, job, impact, err);
}

enum hv_status
hv_rotation_plan(const struct hv_rotate_ctx *ctx, const struct hv_guid *subs,
                 size_t len, const struct hv_rotation_options *options,
                 struct hv_rotation *out, struct hv_rotation_impact *impact,
                 struct hv_error *err)
{
    struct hv_rotate_ctx with = *ctx;
    const struct hv_keyring *ring;
    bool changed;
    enum hv_status st = hv_keystore_refresh(ctx->ks, &changed, err);

    with.without_listener = options->without_listener;
    *impact = (struct hv_rotation_impact){ 0 };
    *out = (struct hv_rotation){
        .app = ctx->profile->app_id,
        .pace_ms = options->pace_ms,
        .is_compromised = options->is_compromised,
        .without_listener = options->without_listener,
    };
    ring = hv_keystore_ring(ctx->ks);
    for (size_t i = 0; !st && i < len; i++)
        st = add_named(out, ring, &subs[i], err);
    if (!st && !len)
        st = add_all(out, ring, err);
    if (!st)
        st = check_none_open(ctx, err);
    if (!st)
        st = rotate_require_listener(&with, err);
    if (!st)
        st = judge(&with, out, impact, err);
    out->canary = options->canary < (int)out->len ? options->canary : 0;
    for (int i = 0; i < out->canary; i++)
        out->items[i].is_canary = true;
    return st;
}
