/*
 * reconcile.c - hold a fresh list of the platform against the keystore, and
 * note what it shows. Called after every read of the list that a command does
 * anyway. Saves only when something a person would notice has changed.
 */
#include "core/rotate/rotate_in.h"
#include "hvconsole/clock.h"

#include <stdlib.h>

#define DAY_MS (24 * 3600 * (int64_t)1000)

struct reconciliation {
    const struct hv_guid *app;
    const struct hv_sub_list *platform;
    int64_t now_ms;
};

static const struct hv_sub *
listed(const struct hv_sub_list *list, const struct hv_guid *id)
{
    for (size_t i = 0; i < list->len; i++) {
        if (hv_guid_equal(&list->items[i].id, id))
            return &list->items[i];
    }
    return NULL;
}

/* The subscription that a draft became: it shows the draft's version. */
static const struct hv_sub *
made_of(const struct hv_keyring *ring, const struct hv_sub_list *list,
        const struct hv_guid *draft)
{
    const struct hv_key *key = rotate_pending(ring, draft);

    for (size_t i = 0; key && i < list->len; i++) {
        const struct hv_sub *sub = &list->items[i];

        if (hv_key_version_equal(&sub->version, &key->version) &&
            !hv_keyring_sub(ring, &sub->id) &&
            (!sub->key.len || hv_secret_equal(&sub->key, &key->key)))
            return sub;
    }
    return NULL;
}

enum change {
    CHANGE_NONE,
    CHANGE_ADOPT,
    CHANGE_DROP,
    CHANGE_GONE,
    CHANGE_BACK,
    CHANGE_CONFIRM
};

static enum change
change_of(const struct hv_keyring *ring, const struct reconciliation *r,
          const struct hv_key_sub *record)
{
    const struct hv_sub *shown = listed(r->platform, &record->sub);

    if (!hv_guid_equal(&record->app, r->app))
        return CHANGE_NONE;
    if (record->status == HV_SUB_DRAFT) {
        if (made_of(ring, r->platform, &record->sub))
            return CHANGE_ADOPT;
        return r->now_ms - record->intent_ms > DAY_MS ? CHANGE_DROP
                                                      : CHANGE_NONE;
    }
    if (!shown)
        return record->status == HV_SUB_GONE ? CHANGE_NONE : CHANGE_GONE;
    if (record->status == HV_SUB_GONE)
        return CHANGE_BACK;
    return r->now_ms - record->confirmed_ms > DAY_MS ? CHANGE_CONFIRM
                                                     : CHANGE_NONE;
}

static enum hv_status
apply(struct hv_keyring *ring, const struct reconciliation *r,
      struct hv_guid sub, enum change change, struct hv_error *err)
{
    struct hv_key_sub *record = hv_keyring_sub(ring, &sub);
    struct hv_key *key;

    switch (change) {
    case CHANGE_ADOPT:
        return rotate_adopt(ring, &sub, &made_of(ring, r->platform, &sub)->id,
                            err);
    case CHANGE_DROP:
        hv_keyring_remove_sub(ring, &sub);
        return HV_OK;
    case CHANGE_GONE:
        record->status = HV_SUB_GONE;
        key = hv_keyring_current(ring, &sub);
        if (key)
            rotate_supersede(key, r->now_ms);
        return HV_OK;
    case CHANGE_BACK:
        /* Listed after all: its current version is what the platform shows. */
        record->status = HV_SUB_LIVE;
        record->confirmed_ms = r->now_ms;
        key = hv_keyring_find(ring, &sub, &listed(r->platform, &sub)->version);
        if (key && key->state == HV_KEY_ACCEPTED &&
            !hv_keyring_current(ring, &sub)) {
            key->state = HV_KEY_ACTIVE;
            key->activated_ms = r->now_ms;
            key->superseded_ms = 0;
            key->retire_not_before_ms = 0;
        }
        return HV_OK;
    case CHANGE_CONFIRM:
        record->confirmed_ms = r->now_ms;
        return HV_OK;
    case CHANGE_NONE:
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
            st = apply(ring, r, ids[i], change_of(ring, r, record), err);
    }
    free(ids);
    return st;
}

/* What no save can mend: the platform signs with what we cannot verify. */
static enum hv_status
complain(const struct hv_keyring *ring, const struct reconciliation *r,
         struct hv_error *err)
{
    for (size_t i = 0; i < ring->subs_len; i++) {
        const struct hv_key_sub *record = &ring->subs[i];
        const struct hv_sub *shown = listed(r->platform, &record->sub);
        enum rotate_shown what;

        if (!shown || !hv_guid_equal(&record->app, r->app))
            continue;
        what = rotate_shown(ring, &record->sub, shown);
        if (what == SHOWN_UNKNOWN || what == SHOWN_OTHER_BYTES ||
            (what == SHOWN_OTHER && record->intent == HV_INTENT_NONE))
            return rotate_complain(what, &record->sub, shown, err);
    }
    return HV_OK;
}

enum hv_status
hv_sub_reconcile(const struct hv_rotate_ctx *ctx,
                 const struct hv_sub_list *platform, struct hv_error *err)
{
    struct reconciliation r = { &ctx->profile->app_id, platform,
                                hv_clock_now_ms() };
    const struct hv_keyring *ring = hv_keystore_ring(ctx->ks);
    bool is_changed = false;
    enum hv_status st;

    for (size_t i = 0; i < ring->subs_len && !is_changed; i++)
        is_changed = change_of(ring, &r, &ring->subs[i]) != CHANGE_NONE;
    if (is_changed) {
        st = hv_keystore_edit(ctx->ks, edit_reconcile, &r, err);
        if (st)
            return st;
    }
    return complain(hv_keystore_ring(ctx->ks), &r, err);
}
