/*
 * run.c - the seven steps for one subscription, resumable at each. Called by
 * commands, and by the console on a worker. A timeout is "unknown", never
 * "failed": what the platform shows decides.
 */
#include "core/rotate/rotate_in.h"
#include "hvconsole/clock.h"

#include <string.h>

const char *
hv_rotate_step_word(enum hv_rotate_step step)
{
    static const char *const words[] = {
        [HV_STEP_NONE] = "none",         [HV_STEP_STAGE] = "stage",
        [HV_STEP_LISTENER] = "listener", [HV_STEP_READ] = "read",
        [HV_STEP_SUBMIT] = "submit",     [HV_STEP_ANNOUNCE] = "announce",
        [HV_STEP_CONFIRM] = "confirm",   [HV_STEP_PROMOTE] = "promote",
        [HV_STEP_RETIRE] = "retire",
    };

    return (size_t)step < HV_LEN(words) ? words[step] : "?";
}

struct rotation {
    const struct hv_rotate_ctx *ctx;
    struct hv_platform_ops ops;
    struct hv_rotate_result *out;
    struct rotate_save save;
    struct rotate_state state;
    struct hv_sub platform; /* as read last */
    struct hv_error cause;  /* why the outcome is unknown, if it is */
    int64_t submitted_ms;
    int looks;
    int sent; /* how often, in this run */
    bool is_finished;
};

static void
reached(struct rotation *r, enum hv_rotate_step step)
{
    if (step > r->out->step)
        r->out->step = step;
    if (r->ctx->progress)
        r->ctx->progress(r->ctx->progress_arg, step);
}

/* The state as the keystore has it, after each save and at the start. */
static void
look_at_ring(struct rotation *r)
{
    const struct hv_keyring *ring = hv_keystore_ring(r->ctx->ks);
    const struct hv_key_sub *record = hv_keyring_sub(ring, &r->save.sub);
    const struct hv_key *pending = rotate_pending(ring, &r->save.sub);
    const struct hv_key *current = hv_keyring_current(ring, &r->save.sub);

    r->state.intent = HV_INTENT_NONE;
    if (record && pending) {
        r->state.intent = record->intent == HV_INTENT_SUBMITTED
                              ? HV_INTENT_SUBMITTED
                              : HV_INTENT_PREPARED;
        r->submitted_ms = record->intent_ms;
        r->save.version = pending->version;
        r->out->new_version = pending->version;
    }
    if (current)
        r->out->old_version = current->version;
}

static void
may_still_look(struct rotation *r)
{
    r->state.may_look =
        rotate_pause_ms(r->looks, r->submitted_ms, hv_clock_now_ms()) >= 0;
}

/* Nobody knows whether the platform took the key. */
static enum hv_status
give_up(struct rotation *r, struct hv_error *err)
{
    char id[HV_GUID_TEXT];

    hv_guid_format(&r->save.sub, id);
    hv_fail(err, HV_ERR_INCOMPLETE,
            "it is not known whether the platform took the new key of %s: %s",
            id,
            r->cause.why[0] ? r->cause.why : "it still shows the old version");
    hv_hint(err, "both keys verify meanwhile; rotate again to go on with the "
                 "same key");
    return HV_ERR_INCOMPLETE;
}

/* The platform could not be asked. What that means depends on what left. */
static enum hv_status
read_failed(struct rotation *r, enum hv_status st,
            const struct hv_error *failure, struct hv_error *err)
{
    char id[HV_GUID_TEXT];

    if (r->sent) {
        if (!r->cause.why[0])
            r->cause = *failure;
        may_still_look(r);
        if (st == HV_ERR_CANCELLED || !r->state.may_look)
            return give_up(r, err);
        r->state.shown = SHOWN_ACTIVE; /* so far as anybody has seen */
        return HV_OK;
    }
    if (r->state.intent == HV_INTENT_NONE || st != HV_ERR_NET) {
        if (err)
            *err = *failure;
        return st;
    }
    hv_guid_format(&r->save.sub, id);
    hv_fail(err, HV_ERR_INCOMPLETE,
            "the new key of %s is ready, but the platform could not be asked "
            "what it shows: %s",
            id, failure->why);
    hv_hint(err, "rotate again to go on with the same key");
    return HV_ERR_INCOMPLETE;
}

static enum hv_status
do_read(struct rotation *r, struct hv_error *err)
{
    struct hv_error failure = { 0 };
    enum hv_status st;

    hv_sub_release(&r->platform);
    st = rotate_read(r->ctx, &r->save.sub, &r->platform, &failure);
    if (st)
        return read_failed(r, st, &failure, err);
    r->state.shown =
        rotate_shown(hv_keystore_ring(r->ctx->ks), &r->save.sub, &r->platform);
    may_still_look(r);
    if (r->state.intent != HV_INTENT_NONE && r->state.phase == PHASE_OPEN)
        reached(r, HV_STEP_READ);
    return HV_OK;
}

static enum hv_status
do_stage(struct rotation *r, struct hv_error *err)
{
    enum hv_status st;

    r->save.shown = r->platform.version;
    st = rotate_save_stage(r->ctx->ks, &r->save, err);
    if (st)
        return st;
    look_at_ring(r);
    r->state.shown = SHOWN_UNREAD; /* what step 3 reads, counts */
    reached(r, HV_STEP_STAGE);
    return HV_OK;
}

static enum hv_status
do_listener(struct rotation *r, struct hv_error *err)
{
    enum hv_status st = rotate_wait_listener(r->ctx, err);

    if (st)
        return st;
    r->state.is_heard = true;
    reached(r, HV_STEP_LISTENER);
    return HV_OK;
}

static enum hv_status
do_submit(struct rotation *r, struct hv_error *err)
{
    enum hv_status st;

    hv_sub_hash(&r->platform, r->save.config_hash);
    st = rotate_save_submit(r->ctx->ks, &r->save, err);
    if (st)
        return st;
    look_at_ring(r);
    r->state.phase = PHASE_ARMED;
    reached(r, HV_STEP_SUBMIT);
    return HV_OK;
}

/* The whole subscription as read, with the new key in it. */
static enum hv_status
send_update(struct rotation *r, struct hv_error *err)
{
    const struct hv_key *pending =
        rotate_pending(hv_keystore_ring(r->ctx->ks), &r->save.sub);
    struct hv_sub next = { 0 };
    enum hv_status st;

    if (!pending)
        return hv_fail(err, HV_ERR_FAILED,
                       "the new key is no longer in the "
                       "keystore");
    hv_sub_copy(&next, &r->platform);
    next.id = r->save.sub;
    next.version = pending->version;
    st = hv_secret_copy(&next.key, pending->key.data, pending->key.len, err);
    if (!st)
        st = r->ops.update(r->ops.arg, &next, err);
    hv_sub_release(&next);
    return st;
}

/* The platform said no. The key waits for the next try; if the subscription is
 * gone there will be none. That the note fails changes nothing: SUBMITTED is
 * the careful reading of both. */
static enum hv_status
refused(struct rotation *r, enum hv_status st, struct hv_error *err)
{
    enum hv_status noted =
        st == HV_ERR_NOT_FOUND
            ? rotate_save_gone(r->ctx->ks, &r->save.sub, NULL)
            : rotate_save_back(r->ctx->ks, &r->save, NULL);

    (void)noted;
    if (err)
        *err = r->cause;
    return st;
}

static enum hv_status
do_announce(struct rotation *r, struct hv_error *err)
{
    enum hv_status st;

    r->cause = (struct hv_error){ 0 };
    st = send_update(r, &r->cause);
    if (st && rotate_is_refusal(st, &r->cause))
        return refused(r, st, err);
    if (!st)
        reached(r, HV_STEP_ANNOUNCE);
    r->state.phase = r->sent++ ? PHASE_SENT_AGAIN : PHASE_SENT;
    r->state.shown = SHOWN_UNREAD;
    r->looks = 0;
    return st == HV_ERR_CANCELLED ? give_up(r, err) : HV_OK;
}

static enum hv_status
do_look_again(struct rotation *r, struct hv_error *err)
{
    int pause = rotate_pause_ms(r->looks++, r->submitted_ms, hv_clock_now_ms());

    rotate_wait(r->ctx, pause);
    return rotate_is_stopped(r->ctx) ? HV_OK : do_read(r, err);
}

/* Moved elsewhere, to another key of ours: that is the one to be replaced. */
static enum hv_status
do_adopt(struct rotation *r, struct hv_error *err)
{
    enum hv_status st;

    r->save.version = r->platform.version;
    st = rotate_save_adopt(r->ctx->ks, &r->save, err);
    if (st)
        return st;
    look_at_ring(r);
    r->state.shown = SHOWN_UNREAD;
    return HV_OK;
}

static enum hv_status
do_promote(struct rotation *r, struct hv_error *err)
{
    uint8_t shown_hash[32];
    static const uint8_t unknown[32];
    char id[HV_GUID_TEXT];
    enum hv_status st;
    const struct hv_key_sub *record =
        hv_keyring_sub(hv_keystore_ring(r->ctx->ks), &r->save.sub);

    reached(r, HV_STEP_CONFIRM);
    hv_sub_hash(&r->platform, shown_hash);
    r->save.is_drift = record &&
                       memcmp(record->config_hash, unknown, 32) != 0 &&
                       memcmp(record->config_hash, shown_hash, 32) != 0;
    st = rotate_save_promote(r->ctx->ks, &r->save, err);
    if (st)
        return st;
    reached(r, HV_STEP_PROMOTE);
    r->out->is_done = true;
    r->is_finished = true;
    if (!r->save.is_drift)
        return HV_OK;
    hv_guid_format(&r->save.sub, id);
    hv_fail(err, HV_ERR_INCOMPLETE,
            "the key of %s is rotated, but its URL or "
            "types are not those that were sent: somebody else changed them "
            "meanwhile",
            id);
    hv_hint(err, "look at `sub show`");
    return HV_ERR_INCOMPLETE;
}

static enum hv_status
do_stop(struct rotation *r, struct hv_error *err)
{
    if (r->state.shown == SHOWN_NOTHING) {
        enum hv_status st = rotate_save_gone(r->ctx->ks, &r->save.sub, err);

        if (st)
            return st;
    }
    return rotate_complain(r->state.shown, &r->save.sub, &r->platform, err);
}

static enum hv_status
stopped(const struct rotation *r, struct hv_error *err)
{
    char id[HV_GUID_TEXT];

    hv_guid_format(&r->save.sub, id);
    if (r->out->step == HV_STEP_NONE)
        return hv_fail(err, HV_ERR_CANCELLED,
                       "stopped before the key of %s was touched", id);
    return hv_fail(err, HV_ERR_CANCELLED, "stopped after step %d (%s) of %s",
                   (int)r->out->step, hv_rotate_step_word(r->out->step), id);
}

static enum hv_status
drive(struct rotation *r, struct hv_error *err)
{
    static enum hv_status (*const act[NEXT_COUNT])(struct rotation *,
                                                   struct hv_error *) = {
        [NEXT_READ] = do_read,         [NEXT_STAGE] = do_stage,
        [NEXT_LISTENER] = do_listener, [NEXT_SUBMIT] = do_submit,
        [NEXT_ANNOUNCE] = do_announce, [NEXT_LOOK_AGAIN] = do_look_again,
        [NEXT_PROMOTE] = do_promote,   [NEXT_GIVE_UP] = give_up,
        [NEXT_STOP] = do_stop,         [NEXT_ADOPT] = do_adopt,
    };
    enum hv_status st = HV_OK;

    while (!st && !r->is_finished) {
        /* Steps 4 and 5 are not parted: an announcement that was noted and
         * never sent would be looked for in vain. */
        if (r->state.phase != PHASE_ARMED && rotate_is_stopped(r->ctx))
            return stopped(r, err);
        st = act[rotate_next(&r->state)](r, err);
    }
    return st;
}

enum hv_status
hv_rotate_one(const struct hv_rotate_ctx *ctx, const struct hv_guid *sub,
              struct hv_rotate_result *out, struct hv_error *err)
{
    struct rotation r = {
        .ctx = ctx,
        .ops = rotate_ops(ctx),
        .out = out,
        .save = { .sub = *sub,
                  .app = ctx->profile->app_id,
                  .may_lack_current = ctx->may_take_back },
        .state = { .may_adopt = ctx->may_adopt,
                   .may_take_back = ctx->may_take_back },
    };
    struct hv_key_sub *record;
    bool changed;
    enum hv_status st;

    *out = (struct hv_rotate_result){ .sub = r.save.sub };
    st = hv_keystore_refresh(ctx->ks, &changed, err);
    /* Before anything is asked or written: is there something to rotate? */
    if (!st)
        st = rotate_known(hv_keystore_ring(ctx->ks), &r.save, &record, err);
    if (st)
        return st;
    look_at_ring(&r);
    /* An open intent is taken up with the key it already has. */
    if (r.state.intent == HV_INTENT_NONE)
        st = rotate_require_listener(ctx, err);
    else
        reached(&r, r.state.intent == HV_INTENT_SUBMITTED ? HV_STEP_SUBMIT
                                                          : HV_STEP_STAGE);
    if (!st)
        st = drive(&r, err);
    hv_sub_release(&r.platform);
    return st;
}
