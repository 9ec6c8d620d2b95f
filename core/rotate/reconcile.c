/*
 * reconcile.c - hold a fresh list of the platform against the keystore, and
 * note what it shows. Called after every read of the list that a command does
 * anyway. Saves only when something a person would notice has changed.
 */
#include "core/rotate/rotate_in.h"
#include "hvconsole/clock.h"

#include <stdlib.h>

#define DAY_MS (24 * 3600 * (int64_t)1000)

/* The list may be older than what another console has noted since: a call to
 * the platform takes so long at most. */
#define LIST_AGE_MS 30000

struct reconciliation {
    const struct hv_guid *app;
    const struct hv_sub_list *platform;
    int64_t now_ms;
};

/* Whether the keystore noted something about this subscription so lately that
 * the list may not know of it. */
static bool
is_newer_than_list(const struct hv_keyring *ring,
                   const struct reconciliation *r,
                   const struct hv_key_sub *record)
{
    int64_t since = r->now_ms - LIST_AGE_MS;

    if (record->confirmed_ms > since || record->created_ms > since)
        return true;
    for (size_t i = 0; i < ring->keys_len; i++) {
        const struct hv_key *key = &ring->keys[i];

        if (hv_guid_equal(&key->sub, &record->sub) &&
            (key->activated_ms > since || key->superseded_ms > since))
            return true;
    }
    return false;
}

/* The state that one subscription and the list are in together. */
static struct rotate_cell
cell_of(const struct hv_keyring *ring, const struct reconciliation *r,
        const struct hv_key_sub *record)
{
    struct rotate_cell cell = {
        .status = record->status,
        .intent = record->intent,
        .shown = rotate_shown(ring, &record->sub,
                              rotate_listed(r->platform, &record->sub)),
        .is_settled = !is_newer_than_list(ring, r, record),
    };

    if (record->status == HV_SUB_DRAFT) {
        cell.shown = rotate_draft_made(ring, &record->sub, r->platform)
                         ? SHOWN_PENDING
                         : SHOWN_NOTHING;
        cell.is_settled = r->now_ms - record->intent_ms > DAY_MS;
    }
    return cell;
}

static enum rotate_change
change_of(const struct hv_keyring *ring, const struct reconciliation *r,
          const struct hv_key_sub *record)
{
    struct rotate_cell cell = cell_of(ring, r, record);
    enum rotate_change change = rotate_settle(&cell).change;

    if (!hv_guid_equal(&record->app, r->app))
        return CHANGE_NONE;
    if (change == CHANGE_CONFIRM && r->now_ms - record->confirmed_ms <= DAY_MS)
        return CHANGE_NONE;
    return change;
}

/* Listed after all: current is what the platform shows, if we still have it. */
static enum hv_status
bring_back(struct hv_keyring *ring, const struct reconciliation *r,
           const struct hv_guid *sub, struct hv_error *err)
{
    const struct hv_sub *shown = rotate_listed(r->platform, sub);
    enum rotate_shown what = rotate_shown(ring, sub, shown);
    struct hv_key_sub *record = hv_keyring_sub(ring, sub);

    record->status = HV_SUB_LIVE;
    record->confirmed_ms = r->now_ms;
    if (what != SHOWN_OTHER)
        return HV_OK; /* complain() says what is wrong with it */
    return rotate_make_current(ring, sub, &shown->version, r->now_ms, err);
}

static enum hv_status
apply(struct hv_keyring *ring, const struct reconciliation *r,
      const struct hv_guid *sub, enum rotate_change change,
      struct hv_error *err)
{
    const struct hv_sub *made;

    switch (change) {
    case CHANGE_ADOPT:
        made = rotate_draft_made(ring, sub, r->platform);
        return rotate_adopt(ring, sub, &made->version, &made->id, r->now_ms,
                            err);
    case CHANGE_DROP:
        hv_keyring_remove_sub(ring, sub);
        return HV_OK;
    case CHANGE_PROMOTE:
        return rotate_make_current(ring, sub,
                                   &rotate_listed(r->platform, sub)->version,
                                   r->now_ms, err);
    case CHANGE_GONE:
        rotate_make_gone(ring, sub, r->now_ms);
        return HV_OK;
    case CHANGE_BACK:
        return bring_back(ring, r, sub, err);
    case CHANGE_CONFIRM:
        hv_keyring_sub(ring, sub)->confirmed_ms = r->now_ms;
        return HV_OK;
    default:
        break;
    }
    return HV_OK;
}

static enum hv_status
edit_reconcile(struct hv_keyring *ring, void *arg, struct hv_error *err)
{
    const struct reconciliation *r = arg;
    struct hv_guid *ids = hv_calloc(ring->subs_len + 1, sizeof(*ids));
    size_t len = ring->subs_len;
    enum hv_status st = HV_OK;

    /* Ids first: a change may move or remove the records themselves. */
    for (size_t i = 0; i < len; i++)
        ids[i] = ring->subs[i].sub;
    for (size_t i = 0; !st && i < len; i++) {
        const struct hv_key_sub *record = hv_keyring_sub(ring, &ids[i]);

        if (record)
            st = apply(ring, r, &ids[i], change_of(ring, r, record), err);
    }
    free(ids);
    return st;
}

/* What no save can mend, the worst first. */
static enum hv_status
complain(const struct hv_keyring *ring, const struct reconciliation *r,
         struct hv_error *err)
{
    static const enum rotate_say order[] = { SAY_CRITICAL, SAY_MOVED };

    for (size_t say = 0; say < HV_LEN(order); say++) {
        for (size_t i = 0; i < ring->subs_len; i++) {
            const struct hv_key_sub *record = &ring->subs[i];
            struct rotate_cell cell = cell_of(ring, r, record);

            if (hv_guid_equal(&record->app, r->app) &&
                rotate_settle(&cell).say == order[say])
                return rotate_complain(cell.shown, &record->sub,
                                       rotate_listed(r->platform, &record->sub),
                                       err);
        }
    }
    return HV_OK;
}

enum hv_status
hv_sub_reconcile(const struct hv_rotate_ctx *ctx,
                 const struct hv_sub_list *platform, struct hv_error *err)
{
    struct reconciliation r = { &ctx->profile->app_id, platform,
                                hv_clock_now_ms() };
    const struct hv_keyring *ring;
    bool is_changed = false;
    /* An older ring would take a key that was just rotated for a stranger's. */
    enum hv_status st = hv_keystore_refresh(ctx->ks, &is_changed, err);

    if (st)
        return st;
    ring = hv_keystore_ring(ctx->ks);
    is_changed = false;
    for (size_t i = 0; i < ring->subs_len && !is_changed; i++)
        is_changed = change_of(ring, &r, &ring->subs[i]) != CHANGE_NONE;
    if (is_changed)
        st = hv_keystore_edit(ctx->ks, edit_reconcile, &r, err);
    if (st)
        return st;
    return complain(hv_keystore_ring(ctx->ks), &r, err);
}
