/*
 * create.c - a new subscription with its key, and the end of one. The key is
 * saved under a draft id before the platform hears of it. Called by commands.
 */
#include "core/rotate/rotate_in.h"
#include "hvconsole/clock.h"

#include <string.h>

struct draft {
    const struct hv_profile *profile;
    struct hv_guid id;
    struct hv_sub *sub; /* version and key filled in here */
};

static enum hv_status
edit_draft(struct hv_keyring *ring, void *arg, struct hv_error *err)
{
    struct draft *draft = arg;
    int64_t now = hv_clock_now_ms();
    enum hv_key_origin origin =
        draft->sub->key.len ? HV_KEY_IMPORTED : HV_KEY_MADE;
    struct hv_key_version version = draft->sub->version;
    struct hv_secret key = { 0 };
    struct hv_key_sub *record;
    enum hv_status st;

    if (!version.id[0])
        hv_keyring_new_version(ring, now, &version);
    if (draft->sub->key.len)
        st = hv_secret_copy(&key, draft->sub->key.data, draft->sub->key.len,
                            err);
    else
        st = hv_secret_random(&key, HV_HMAC_KEY_LEN, err);
    if (!st)
        st = hv_keyring_add_key(ring, &draft->id, &version, &key, origin, now,
                                err);
    hv_secret_release(&key);
    if (st)
        return st;
    rotate_pending(ring, &draft->id)->submitted_ms = now;
    record = hv_keyring_add_sub(ring, &draft->id, &draft->profile->app_id);
    record->status = HV_SUB_DRAFT;
    record->created_ms = now;
    record->intent = HV_INTENT_SUBMITTED;
    record->intent_ms = now;
    record->attempts = 1;
    hv_sub_hash(draft->sub, record->config_hash);
    draft->sub->version = version;
    return HV_OK;
}

struct adoption {
    const struct hv_guid *draft;
    const struct hv_guid *id;
};

static enum hv_status
edit_adopt(struct hv_keyring *ring, void *arg, struct hv_error *err)
{
    const struct adoption *adoption = arg;

    return rotate_adopt(ring, adoption->draft, adoption->id, err);
}

enum hv_status
rotate_adopt(struct hv_keyring *ring, const struct hv_guid *draft,
             const struct hv_guid *id, struct hv_error *err)
{
    int64_t now = hv_clock_now_ms();
    struct hv_key_sub *record = hv_keyring_sub(ring, draft);
    struct hv_key *key = rotate_pending(ring, draft);

    if (!record || !key) /* adopted meanwhile, by another console */
        return hv_keyring_sub(ring, id)
                   ? HV_OK
                   : hv_fail(err, HV_ERR_FAILED, "the draft is gone");
    key->state = HV_KEY_ACTIVE;
    key->activated_ms = now;
    record->status = HV_SUB_LIVE;
    record->confirmed_ms = now;
    record->intent = HV_INTENT_NONE;
    record->intent_ms = 0;
    record->attempts = 0;
    hv_keyring_rename_sub(ring, draft, id);
    return HV_OK;
}

static enum hv_status
edit_drop(struct hv_keyring *ring, void *arg, struct hv_error *err)
{
    (void)err;
    hv_keyring_remove_sub(ring, arg);
    return HV_OK;
}

/* Rules and the limit, before anything is written or sent. */
static enum hv_status
check_before(const struct hv_rotate_ctx *ctx, const struct hv_sub *sub,
             struct hv_error *err)
{
    struct hv_platform_ops ops = rotate_ops(ctx);
    struct hv_sub_list list = { 0 };
    int limit = ctx->profile->limit;
    enum hv_status st = hv_sub_check(sub, ctx->profile, err);

    if (st)
        return st;
    st = ops.get_subs(ops.arg, &list, err);
    if (st)
        return st;
    if (list.len >= (size_t)limit) {
        st = hv_fail(err, HV_ERR_RULE,
                     "the application has all of its %d subscriptions", limit);
        hv_hint(err, "delete one that is not needed, or add the types to an "
                     "existing one");
    } else {
        /* Trouble of another subscription is told by `sub list`, not here. */
        (void)!hv_sub_reconcile(ctx, &list, NULL);
    }
    hv_sub_list_release(&list);
    return st;
}

/* The answer to SubscribeToEvent did not come: was it made? */
static enum hv_status
find_made(const struct hv_rotate_ctx *ctx, const struct hv_sub *sub,
          struct hv_guid *id, struct hv_error *err)
{
    struct hv_platform_ops ops = rotate_ops(ctx);
    struct hv_sub_list list = { 0 };
    enum hv_status st = ops.get_subs(ops.arg, &list, err);

    *id = (struct hv_guid){ 0 };
    for (size_t i = 0; !st && i < list.len; i++) {
        if (hv_key_version_equal(&list.items[i].version, &sub->version) &&
            !hv_keyring_sub(hv_keystore_ring(ctx->ks), &list.items[i].id))
            *id = list.items[i].id;
    }
    hv_sub_list_release(&list);
    return st;
}

static enum hv_status
subscribe(const struct hv_rotate_ctx *ctx, struct draft *draft,
          struct hv_guid *id, struct hv_error *err)
{
    struct hv_platform_ops ops = rotate_ops(ctx);
    const struct hv_key *pending =
        rotate_pending(hv_keystore_ring(ctx->ks), &draft->id);
    struct hv_sub sent = { 0 };
    struct hv_error cause = { 0 };
    enum hv_status st;

    if (!pending)
        return hv_fail(err, HV_ERR_FAILED, "the draft's key is gone");
    hv_sub_copy(&sent, draft->sub);
    sent.id = (struct hv_guid){ 0 };
    sent.version = pending->version;
    st = hv_secret_copy(&sent.key, pending->key.data, pending->key.len, &cause);
    if (!st)
        st = ops.subscribe(ops.arg, &sent, id, &cause);
    hv_sub_release(&sent);
    if (!st)
        return HV_OK;
    if (rotate_is_refusal(st, &cause)) {
        enum hv_status dropped =
            hv_keystore_edit(ctx->ks, edit_drop, &draft->id, err);

        if (dropped)
            return dropped;
        if (err)
            *err = cause;
        return st;
    }
    if (!find_made(ctx, draft->sub, id, NULL) && !hv_guid_is_zero(id))
        return HV_OK;
    hv_fail(err, HV_ERR_INCOMPLETE,
            "it is not known whether the platform made the subscription (%s)",
            cause.why);
    hv_hint(err,
            "its key is kept: `sub list` takes it over once the platform "
            "shows version %s; do not create it a second time before",
            draft->sub->version.id);
    return HV_ERR_INCOMPLETE;
}

enum hv_status
hv_sub_create(const struct hv_rotate_ctx *ctx, struct hv_sub *sub,
              struct hv_error *err)
{
    struct draft draft = { .profile = ctx->profile, .sub = sub };
    struct adoption adoption = { .draft = &draft.id };
    struct hv_guid id = { 0 };
    enum hv_status st = check_before(ctx, sub, err);

    if (st)
        return st;
    draft.id = hv_guid_random();
    st = hv_keystore_edit(ctx->ks, edit_draft, &draft, err);
    if (!st)
        st = subscribe(ctx, &draft, &id, err);
    if (st)
        return st;
    adoption.id = &id;
    st = hv_keystore_edit(ctx->ks, edit_adopt, &adoption, err);
    if (!st)
        sub->id = id;
    return st;
}

enum hv_status
hv_sub_delete(const struct hv_rotate_ctx *ctx, const struct hv_guid *id,
              struct hv_error *err)
{
    struct hv_platform_ops ops = rotate_ops(ctx);
    struct hv_error cause = { 0 };
    struct hv_sub shown = { 0 };
    enum hv_status st = ops.unsubscribe(ops.arg, id, &cause);

    if (st && st != HV_ERR_NOT_FOUND && !rotate_is_refusal(st, &cause)) {
        /* Unknown: gone if the platform no longer shows it. */
        if (!rotate_read(ctx, id, &shown, NULL) && hv_guid_is_zero(&shown.id))
            st = HV_OK;
        hv_sub_release(&shown);
    }
    if ((!st || st == HV_ERR_NOT_FOUND) &&
        hv_keyring_sub(hv_keystore_ring(ctx->ks), id)) {
        enum hv_status saved = rotate_save_abandon(ctx->ks, id, true, err);

        if (saved)
            return saved;
    }
    if (st && err)
        *err = cause;
    return st;
}
