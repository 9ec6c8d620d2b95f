/*
 * job_control.c - a rotation is begun, paused from elsewhere, or closed before
 * its end. Called by commands and by the console's worker.
 */
#include "core/rotate/job_in.h"
#include "hvconsole/clock.h"
#include "hvconsole/file.h"

#include <poll.h>
#include <unistd.h>

enum { LOOK_MS = 50 };

enum hv_status
hv_rotation_start(const struct hv_rotate_ctx *ctx, struct hv_rotation *job,
                  struct hv_error *err)
{
    struct hv_rotation open;
    int fd, names;
    enum hv_status st = job_lock(ctx->store, &job->app, &fd, err);

    if (st)
        return st;
    st = job_lock_names(ctx->store, &names, err);
    if (!st && !hv_rotation_load(ctx->store, NULL, &job->app, &open, NULL))
        st = hv_fail(err, HV_ERR_RULE,
                     "rotation %s of this application is open", open.id);
    if (!st) {
        job->created_ms = hv_clock_now_ms();
        job->state = HV_ROTATION_PAUSED; /* until somebody runs it */
        st = job_new_id(ctx->store, job, err);
        if (!st)
            st = job_save(ctx->store, job, err);
        job_prune(ctx->store, &job->app);
        close(names);
    }
    close(fd);
    return st;
}

enum hv_status
hv_rotation_pause(const char *store, const char *id, int wait_ms,
                  struct hv_rotation *out, struct hv_error *err)
{
    enum hv_status st = job_read(store, id, out, err);

    if (st)
        return st;
    if (!hv_rotation_is_open(out->state))
        return hv_fail(err, HV_ERR_RULE, "rotation %s is %s already", out->id,
                       hv_rotation_state_word(out->state));
    if (out->state != HV_ROTATION_RUNNING)
        return HV_OK;
    st = job_flag_set(store, out->id, err);
    for (int waited = 0; !st && waited < wait_ms; waited += LOOK_MS) {
        poll(NULL, 0, LOOK_MS);
        st = job_read(store, id, out, err);
        if (!st && out->state != HV_ROTATION_RUNNING)
            return HV_OK;
    }
    if (st)
        return st;
    hv_fail(err, HV_ERR_INCOMPLETE,
            "rotation %s will pause when process %lld has finished its step",
            out->id, (long long)out->pid);
    hv_hint(err, "look again with `key jobs`");
    return HV_ERR_INCOMPLETE;
}

/* What became of the key of one item: shown by the platform after all, or given
 * up. An unreachable platform is no reason to keep a job open: what is given up
 * goes on verifying. */
static enum hv_status
abort_item(const struct hv_rotate_ctx *ctx, const struct hv_rotation *job,
           struct hv_rotation_item *item, struct hv_error *err)
{
    struct rotate_save save = { .sub = item->sub, .app = ctx->profile->app_id };
    const struct hv_key *pending =
        rotate_pending(hv_keystore_ring(ctx->ks), &item->sub);
    struct hv_sub shown = { 0 };
    bool is_announced = pending && pending->submitted_ms;
    bool is_rotated = job_item_is_rotated(job, item, hv_keystore_ring(ctx->ks));
    bool is_there = false;
    enum hv_status st;

    if (is_announced) {
        is_there = !rotate_read(ctx, &item->sub, &shown, NULL) &&
                   rotate_shown(hv_keystore_ring(ctx->ks), &item->sub,
                                &shown) == SHOWN_PENDING;
        hv_sub_release(&shown);
    }
    if (pending) {
        save.version = pending->version;
        hv_copy(item->reason, sizeof(item->reason),
                is_there       ? "the platform has taken the new key after all"
                : is_announced ? "the new key may have arrived: it goes on "
                                 "being accepted for 14 days"
                               : "the new key was never announced: it is "
                                 "wiped");
    }
    if (is_there)
        st = rotate_save_promote(ctx->ks, &save, err);
    else if (pending)
        st = rotate_save_abandon(ctx->ks, &save, err);
    else
        st = HV_OK;
    if (st)
        return st;
    item->state = is_there || is_rotated ? HV_ITEM_DONE : HV_ITEM_DROPPED;
    return HV_OK;
}

static enum hv_status
abort_locked(const struct hv_rotate_ctx *ctx, struct hv_rotation *job,
             struct hv_error *err)
{
    bool changed;
    enum hv_status st = hv_keystore_refresh(ctx->ks, &changed, err);

    for (size_t i = 0; !st && i < job->len; i++) {
        /* One that waits may have a key of an earlier rotation. */
        if (!job_item_is_closed(&job->items[i]))
            st = abort_item(ctx, job, &job->items[i], err);
    }
    if (st)
        return st;
    job->state = HV_ROTATION_ABORTED;
    job->waits_for_canary = false;
    hv_copy(job->reason, sizeof(job->reason), "aborted by a person");
    job_flag_clear(ctx->store, job->id);
    return job_save(ctx->store, job, err);
}

enum hv_status
hv_rotation_abort(const struct hv_rotate_ctx *ctx, const char *id,
                  struct hv_rotation *out, struct hv_error *err)
{
    int fd;
    enum hv_status st = job_read(ctx->store, id, out, err);

    if (!st)
        st = job_lock(ctx->store, &out->app, &fd, err);
    if (st)
        return st;
    st = job_read_locked(ctx->store, id, out, err);
    if (!st && !hv_rotation_is_open(out->state))
        st = hv_fail(err, HV_ERR_RULE, "rotation %s is %s already", out->id,
                     hv_rotation_state_word(out->state));
    if (!st)
        st = abort_locked(ctx, out, err);
    close(fd);
    return st;
}
