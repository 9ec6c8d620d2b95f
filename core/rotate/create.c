/*
 * create.c - a new subscription with its key, and the end of one. Called by
 * commands. The key is saved under a draft id before the platform hears of it;
 * a draft of an earlier try whose outcome was not known is taken up again.
 */
#include "core/rotate/rotate_in.h"
#include "hvconsole/clock.h"

#include <string.h>

struct creation {
    const struct hv_rotate_ctx *ctx;
    struct hv_platform_ops ops;
    const struct hv_sub *wanted;
    struct rotate_draft draft;
    struct hv_guid id; /* zero = not made yet, so far as we know */
};

static enum hv_status
begin_draft(struct creation *c, struct hv_error *err)
{
    c->draft.app = c->ctx->profile->app_id;
    c->draft.version = c->wanted->version;
    hv_sub_hash(c->wanted, c->draft.config_hash);
    if (!c->wanted->key.len)
        return HV_OK;
    return hv_secret_copy(&c->draft.key, c->wanted->key.data,
                          c->wanted->key.len, err);
}

/* Does the platform show what our draft became? */
static enum hv_status
look(struct creation *c, size_t *used, struct hv_error *err)
{
    struct hv_sub_list list = { 0 };
    const struct hv_sub *made;
    enum hv_status st = c->ops.get_subs(c->ops.arg, &list, err);

    if (st)
        return st;
    made = rotate_draft_made(hv_keystore_ring(c->ctx->ks), &c->draft.id, &list);
    if (made)
        c->id = made->id;
    *used = list.len;
    hv_sub_list_release(&list);
    return HV_OK;
}

/* The answer is missing: look until it shows or enough time has passed. A look
 * that fails is one that saw nothing. */
static void
look_for_it(struct creation *c, size_t *used, bool is_cancelled)
{
    const struct hv_key_sub *record =
        hv_keyring_sub(hv_keystore_ring(c->ctx->ks), &c->draft.id);
    int64_t since_ms = record ? record->intent_ms : 0;

    for (int looks = 0; hv_guid_is_zero(&c->id) && !is_cancelled; looks++) {
        struct hv_error err = { 0 };
        int pause;

        is_cancelled = look(c, used, &err) == HV_ERR_CANCELLED;
        pause = rotate_pause_ms(looks, since_ms, hv_clock_now_ms());
        if (pause < 0 || !hv_guid_is_zero(&c->id) || is_cancelled)
            return;
        c->ops.wait(c->ops.arg, pause);
    }
}

/* The limit, and whether an earlier try has succeeded after all. */
static enum hv_status
look_before(struct creation *c, struct hv_error *err)
{
    int limit = c->ctx->profile->limit;
    size_t used = 0;
    enum hv_status st = look(c, &used, err);

    if (st)
        return st;
    if (!hv_guid_is_zero(&c->draft.id) && hv_guid_is_zero(&c->id))
        look_for_it(c, &used, false);
    if (hv_guid_is_zero(&c->id) && used >= (size_t)limit) {
        hv_fail(err, HV_ERR_RULE,
                "the application may have %d subscriptions and has %zu", limit,
                used);
        hv_hint(err,
                "%zu of %d are used: delete one that is not needed, or "
                "add the types to an existing one",
                used, limit);
        return HV_ERR_RULE;
    }
    return HV_OK;
}

static enum hv_status
send_subscribe(struct creation *c, struct hv_error *err)
{
    const struct hv_key *pending =
        rotate_pending(hv_keystore_ring(c->ctx->ks), &c->draft.id);
    struct hv_sub sent = { 0 };
    enum hv_status st;

    if (!pending)
        return hv_fail(err, HV_ERR_FAILED,
                       "the key of the new subscription "
                       "is no longer in the keystore");
    hv_sub_copy(&sent, c->wanted);
    sent.id = (struct hv_guid){ 0 };
    sent.version = pending->version;
    st = hv_secret_copy(&sent.key, pending->key.data, pending->key.len, err);
    if (!st)
        st = c->ops.subscribe(c->ops.arg, &sent, &c->id, err);
    hv_sub_release(&sent);
    return st;
}

static enum hv_status
fail_unknown(const struct creation *c, const char *cause, struct hv_error *err)
{
    hv_fail(err, HV_ERR_INCOMPLETE,
            "it is not known whether the platform made the subscription: %s",
            cause);
    hv_hint(err,
            "its key is kept with version %s: create the same again, or "
            "`sub list` takes it over once the platform shows it",
            c->draft.version.id);
    return HV_ERR_INCOMPLETE;
}

static enum hv_status
subscribe(struct creation *c, struct hv_error *err)
{
    struct hv_error cause = { 0 };
    size_t used = 0;
    enum hv_status st = send_subscribe(c, &cause);

    if (!st)
        return HV_OK;
    c->id = (struct hv_guid){ 0 };
    if (rotate_is_refusal(st, &cause)) {
        /* A draft that stays after all is dropped in a day. */
        enum hv_status dropped = rotate_draft_drop(c->ctx->ks, &c->draft, NULL);

        (void)dropped;
        if (err)
            *err = cause;
        return st;
    }
    look_for_it(c, &used, st == HV_ERR_CANCELLED);
    return hv_guid_is_zero(&c->id) ? fail_unknown(c, cause.why, err) : HV_OK;
}

static enum hv_status
create(struct creation *c, struct hv_error *err)
{
    struct hv_error cause = { 0 };
    enum hv_status st = hv_sub_check(c->wanted, c->ctx->profile, err);

    if (!st)
        st = begin_draft(c, err);
    if (st)
        return st;
    rotate_draft_find(hv_keystore_ring(c->ctx->ks), &c->draft);
    st = look_before(c, err);
    if (!st && hv_guid_is_zero(&c->id)) {
        st = rotate_draft_save(c->ctx->ks, &c->draft, err);
        if (!st)
            st = subscribe(c, err);
    }
    if (st)
        return st;
    if (!rotate_draft_adopt(c->ctx->ks, &c->draft, &c->id, &cause))
        return HV_OK;
    hv_fail(err, HV_ERR_INCOMPLETE,
            "the platform made the subscription, but "
            "the keystore could not be saved: %s",
            cause.why);
    hv_hint(err,
            "its key is kept with version %s: create the same again to "
            "finish, or `sub list` takes it over",
            c->draft.version.id);
    return HV_ERR_INCOMPLETE;
}

enum hv_status
hv_sub_create(const struct hv_rotate_ctx *ctx, struct hv_sub *sub,
              struct hv_error *err)
{
    struct creation c = { .ctx = ctx, .ops = rotate_ops(ctx), .wanted = sub };
    bool changed;
    enum hv_status st = hv_keystore_refresh(ctx->ks, &changed, err);

    if (!st)
        st = create(&c, err);
    if (!st) {
        sub->id = c.id;
        sub->version = c.draft.version;
    }
    rotate_draft_release(&c.draft);
    return st;
}

/* Unknown whether it was removed: it was, if the platform shows it no more. */
static bool
is_gone_now(const struct hv_rotate_ctx *ctx, const struct hv_guid *id)
{
    struct hv_sub shown = { 0 };
    bool is_gone =
        !rotate_read(ctx, id, &shown, NULL) && hv_guid_is_zero(&shown.id);

    hv_sub_release(&shown);
    return is_gone;
}

enum hv_status
hv_sub_delete(const struct hv_rotate_ctx *ctx, const struct hv_guid *id,
              struct hv_error *err)
{
    const struct hv_guid sub = *id; /* may point into the ring */
    struct hv_platform_ops ops = rotate_ops(ctx);
    struct hv_error cause = { 0 };
    bool changed;
    enum hv_status st = hv_keystore_refresh(ctx->ks, &changed, err);

    if (st)
        return st;
    st = ops.unsubscribe(ops.arg, &sub, &cause);
    if (st && st != HV_ERR_CANCELLED && !rotate_is_refusal(st, &cause) &&
        is_gone_now(ctx, &sub))
        st = HV_OK;
    if ((!st || st == HV_ERR_NOT_FOUND) &&
        hv_keyring_sub(hv_keystore_ring(ctx->ks), &sub)) {
        enum hv_status saved = rotate_save_gone(ctx->ks, &sub, err);

        if (saved)
            return saved;
    }
    if (st && err)
        *err = cause;
    return st;
}
