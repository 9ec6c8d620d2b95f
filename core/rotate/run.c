/*
 * run.c - the seven steps for one subscription, resumable at each. Called by
 * commands. A timeout is "unknown", never "failed": what the platform shows
 * decides.
 */
#include "core/rotate/rotate_in.h"
#include "hvconsole/clock.h"

/* Waits before looking again for an announcement that may be under way. */
static const int look_again_ms[] = { 1000, 5000, 15000 };

const char *
hv_rotate_step_word(enum hv_rotate_step step)
{
    static const char *const words[] = {
        [HV_STEP_NONE] = "none",         [HV_STEP_STAGE] = "stage",
        [HV_STEP_LISTENER] = "listener", [HV_STEP_READ] = "read",
        [HV_STEP_SUBMIT] = "submit",     [HV_STEP_ANNOUNCE] = "announce",
        [HV_STEP_CONFIRM] = "confirm",   [HV_STEP_PROMOTE] = "promote",
    };

    return (size_t)step < HV_LEN(words) ? words[step] : "?";
}

struct rotation {
    const struct hv_rotate_ctx *ctx;
    const struct hv_guid *sub;
    struct hv_rotate_result *out;
    struct hv_sub platform; /* as read last */
};

static void
reached(struct rotation *r, enum hv_rotate_step step)
{
    if (step > r->out->step)
        r->out->step = step;
    if (r->ctx->progress)
        r->ctx->progress(r->ctx->progress_arg, step);
}

static enum hv_status
look(struct rotation *r, enum rotate_shown *shown, struct hv_error *err)
{
    enum hv_status st;

    hv_sub_release(&r->platform);
    st = rotate_read(r->ctx, r->sub, &r->platform, err);
    if (!st)
        *shown =
            rotate_shown(hv_keystore_ring(r->ctx->ks), r->sub, &r->platform);
    return st;
}

/* The outcome is open: look until the new version shows, or give up looking. */
static enum hv_status
look_for_it(struct rotation *r, enum rotate_shown *shown, struct hv_error *err)
{
    struct hv_platform_ops ops = rotate_ops(r->ctx);
    enum hv_status st = look(r, shown, err);

    for (size_t i = 0;
         !st && *shown == SHOWN_ACTIVE && i < HV_LEN(look_again_ms); i++) {
        ops.wait(ops.arg, look_again_ms[i]);
        st = look(r, shown, err);
    }
    return st;
}

static enum hv_status
unknown_outcome(struct rotation *r, const struct hv_error *cause,
                struct hv_error *err)
{
    char id[HV_GUID_SHORT];

    hv_guid_short(r->sub, id);
    hv_fail(err, HV_ERR_INCOMPLETE,
            "it is not known whether the platform took the new key of %s (%s)",
            id, cause->why[0] ? cause->why : "the old version is still shown");
    hv_hint(err, "both keys verify meanwhile; rotate again to go on with the "
                 "same key");
    return HV_ERR_INCOMPLETE;
}

static enum hv_status
promote(struct rotation *r, struct hv_error *err)
{
    enum hv_status st;

    reached(r, HV_STEP_CONFIRM);
    st = rotate_save_promote(r->ctx->ks, r->sub, err);
    if (!st) {
        reached(r, HV_STEP_PROMOTE);
        r->out->is_done = true;
    }
    return st;
}

/* Step 5: the whole subscription as read, with the new key in it. */
static enum hv_status
send_update(struct rotation *r, struct hv_error *err)
{
    struct hv_platform_ops ops = rotate_ops(r->ctx);
    const struct hv_key *pending =
        rotate_pending(hv_keystore_ring(r->ctx->ks), r->sub);
    struct hv_sub next = { 0 };
    enum hv_status st;

    if (!pending)
        return hv_fail(err, HV_ERR_FAILED, "the new key is gone");
    hv_sub_copy(&next, &r->platform);
    next.id = *r->sub;
    next.version = pending->version;
    st = hv_secret_copy(&next.key, pending->key.data, pending->key.len, err);
    if (!st)
        st = ops.update(ops.arg, &next, err);
    hv_sub_release(&next);
    return st;
}

/* Steps 4 to 7, when the platform shows our ACTIVE version. */
static enum hv_status
announce(struct rotation *r, struct hv_error *err)
{
    struct hv_error cause = { 0 };
    enum rotate_shown shown;
    enum hv_status st;

    st = rotate_save_submit(r->ctx->ks, r->sub, err);
    if (st)
        return st;
    reached(r, HV_STEP_SUBMIT);
    st = send_update(r, &cause);
    if (st && rotate_is_refusal(st, &cause)) {
        enum hv_status saved = rotate_save_abandon(r->ctx->ks, r->sub,
                                                   st == HV_ERR_NOT_FOUND, err);

        if (saved)
            return saved;
        if (err)
            *err = cause;
        return st;
    }
    if (!st)
        reached(r, HV_STEP_ANNOUNCE);
    if (st == HV_ERR_CANCELLED)
        return unknown_outcome(r, &cause, err);
    st = look_for_it(r, &shown, &cause);
    if (st || shown == SHOWN_ACTIVE)
        return unknown_outcome(r, &cause, err);
    if (rotate_next(HV_INTENT_SUBMITTED, shown) == NEXT_PROMOTE)
        return promote(r, err);
    return rotate_complain(shown, r->sub, &r->platform, err);
}

/* Step 3 and what follows from it. */
static enum hv_status
carry_on(struct rotation *r, struct hv_error *err)
{
    const struct hv_key_sub *known =
        hv_keyring_sub(hv_keystore_ring(r->ctx->ks), r->sub);
    enum hv_intent intent = known ? known->intent : HV_INTENT_NONE;
    enum rotate_shown shown;
    enum hv_status st = look(r, &shown, err);

    if (st)
        return st;
    reached(r, HV_STEP_READ);
    if (rotate_next(intent, shown) == NEXT_LOOK_AGAIN) {
        st = look_for_it(r, &shown, err);
        if (st)
            return st;
    }
    switch (rotate_next(intent, shown)) {
    case NEXT_PROMOTE:
        return promote(r, err);
    case NEXT_ANNOUNCE:
    case NEXT_LOOK_AGAIN: /* looked; it never arrived: send it again */
        return announce(r, err);
    case NEXT_STOP:
        break;
    }
    if (shown == SHOWN_NOTHING) {
        st = rotate_save_abandon(r->ctx->ks, r->sub, true, err);
        if (st)
            return st;
    }
    return rotate_complain(shown, r->sub, &r->platform, err);
}

static void
note_versions(struct rotation *r)
{
    const struct hv_keyring *ring = hv_keystore_ring(r->ctx->ks);
    const struct hv_key *old = hv_keyring_current(ring, r->sub);
    const struct hv_key *pending = rotate_pending(ring, r->sub);

    if (old)
        r->out->old_version = old->version;
    if (pending)
        r->out->new_version = pending->version;
}

enum hv_status
hv_rotate_one(const struct hv_rotate_ctx *ctx, const struct hv_guid *sub,
              struct hv_rotate_result *out, struct hv_error *err)
{
    struct rotation r = { .ctx = ctx, .sub = sub, .out = out };
    const struct hv_key_sub *known;
    bool changed;
    enum hv_status st;

    *out = (struct hv_rotate_result){ .sub = *sub };
    st = hv_keystore_refresh(ctx->ks, &changed, err);
    if (!st)
        st = rotate_require_listener(ctx, err);
    if (st)
        return st;
    note_versions(&r);
    known = hv_keyring_sub(hv_keystore_ring(ctx->ks), sub);
    /* An open intent is taken up with the key it already has. */
    if (!known || known->intent == HV_INTENT_NONE ||
        !rotate_pending(hv_keystore_ring(ctx->ks), sub)) {
        st = rotate_save_stage(ctx->ks, sub, err);
        if (st)
            return st;
        note_versions(&r);
    }
    reached(&r, HV_STEP_STAGE);
    st = rotate_wait_listener(ctx, err);
    if (!st) {
        reached(&r, HV_STEP_LISTENER);
        st = carry_on(&r, err);
    }
    hv_sub_release(&r.platform);
    return st;
}
