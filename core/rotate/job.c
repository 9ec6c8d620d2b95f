/*
 * job.c - a rotation of several subscriptions, one after the other, resumable
 * after every step and every crash. Called by commands and by the console's
 * worker. The keystore decides what is true of a key; the job's file only says
 * who is still to come.
 */
#include "core/rotate/job_in.h"
#include "hvconsole/clock.h"

#include <unistd.h>

enum { CANARY_WAIT_MS = 600000, TICK_MS = 1000 };

struct run {
    const struct hv_rotate_ctx *ctx; /* the caller's */
    struct hv_rotate_ctx with;       /* .. with hooks of ours */
    const struct hv_rotation_control *control;
    struct hv_rotation *job;
    struct hv_rotation_item *item; /* being rotated, or NULL */
    enum hv_status saved;          /* of the job's file: first failure */
    struct hv_error save_error;
    struct hv_error failure; /* of the first item that failed */
    size_t begun;            /* items of this run */
};

static void
tell(struct run *run)
{
    if (run->control->progress)
        run->control->progress(run->control->arg, run->job);
}

/* The file may lag behind the keystore, never lead: a save that fails costs
 * nothing but this run. */
static void
keep(struct run *run)
{
    if (!run->saved)
        run->saved = job_save(run->ctx->store, run->job, &run->save_error);
    tell(run);
}

static bool
is_stopped(void *arg)
{
    const struct run *run = arg;

    return run->saved || (run->control->stop && *run->control->stop) ||
           job_flag_is_set(run->ctx->store, run->job->id);
}

static void
on_step(void *arg, enum hv_rotate_step step)
{
    struct run *run = arg;
    const struct hv_key *pending =
        rotate_pending(hv_keystore_ring(run->ctx->ks), &run->item->sub);

    if (run->ctx->progress)
        run->ctx->progress(run->ctx->progress_arg, step);
    run->item->step = step;
    if (!pending ||
        hv_key_version_equal(&run->item->new_version, &pending->version)) {
        tell(run);
        return;
    }
    /* Only this the keystore alone would not tell later: which key is ours. */
    run->item->new_version = pending->version;
    keep(run);
}

/* In ticks, telling each; false when somebody stopped it. */
static bool
wait_ms(struct run *run, int64_t ms)
{
    while (ms > 0 && !is_stopped(run)) {
        int slice = ms < TICK_MS ? (int)ms : TICK_MS;

        tell(run);
        rotate_wait(&run->with, slice);
        ms -= slice;
    }
    return !is_stopped(run);
}

/* -------------------------------------------------------------- canary -- */

static bool
are_proven(struct run *run)
{
    bool all = true;
    bool changed = false;

    for (size_t i = 0; i < run->job->len; i++) {
        struct hv_rotation_item *item = &run->job->items[i];

        if (!item->is_canary || item->state != HV_ITEM_DONE || item->is_proven)
            continue;
        item->is_proven = job_item_is_proven(run->ctx->store, item);
        changed |= item->is_proven;
        all &= item->is_proven;
    }
    if (changed)
        keep(run);
    return all;
}

static void
pause_for_canary(struct run *run)
{
    struct hv_rotation *job = run->job;

    job->state = HV_ROTATION_PAUSED;
    hv_copy(job->reason, sizeof(job->reason),
            job->without_listener
                ? "canary: no listener here can say whether the new key works; "
                  "look yourself, then `key resume`"
                : "canary: no message under the new key yet; look at `key "
                  "drain`, then `key resume` goes on");
}

/* Before the first that is no canary: true = go on. */
static bool
pass_canary(struct run *run)
{
    struct hv_rotation *job = run->job;
    int64_t limit = run->control->canary_wait_ms > 0
                        ? run->control->canary_wait_ms
                        : CANARY_WAIT_MS;

    if (!job->canary || job->is_canary_over)
        return true;
    job->waits_for_canary = true;
    keep(run);
    for (int64_t waited = 0; !are_proven(run); waited += TICK_MS) {
        if (job->without_listener || waited >= limit) {
            pause_for_canary(run);
            return false;
        }
        if (!wait_ms(run, TICK_MS)) {
            job->state = HV_ROTATION_PAUSED;
            return false;
        }
    }
    job->waits_for_canary = false;
    job->is_canary_over = true;
    keep(run);
    return true;
}

/* ---------------------------------------------------------------- items -- */

/* What a failed item means for itself and for those after it. */
static const struct {
    enum hv_status status;
    enum hv_item_state state;
    bool goes_on;
} outcomes[] = {
    { HV_OK, HV_ITEM_DONE, true },
    { HV_ERR_NOT_FOUND, HV_ITEM_GONE, true },
    { HV_ERR_INCOMPLETE, HV_ITEM_STOPPED, true }, /* about this one alone */
    { HV_ERR_RULE, HV_ITEM_STOPPED, true },
    { HV_ERR_CANCELLED, HV_ITEM_RUNNING, false },
};

static enum hv_status
rotate_item(struct run *run, struct hv_error *err)
{
    struct hv_rotation_item *item = run->item;
    struct hv_rotate_result result = { 0 };
    bool changed;
    enum hv_status st = hv_keystore_refresh(run->ctx->ks, &changed, err);

    if (st)
        return st;
    if (job_item_is_rotated(run->job, item, hv_keystore_ring(run->ctx->ks))) {
        item->new_version =
            hv_keyring_current(hv_keystore_ring(run->ctx->ks), &item->sub)
                ->version;
        item->step = HV_STEP_PROMOTE;
        return HV_OK;
    }
    item->state = HV_ITEM_RUNNING;
    item->reason[0] = '\0';
    keep(run);
    st = hv_rotate_one(&run->with, &item->sub, &result, err);
    item->step = result.step;
    if (result.new_version.id[0])
        item->new_version = result.new_version;
    if (result.old_version.id[0] && !result.is_done)
        item->old_version = result.old_version;
    if (st != HV_ERR_INCOMPLETE || !result.is_done)
        return st;
    /* Rotated, and somebody else changed the rest: to be told, not undone. */
    if (err) {
        hv_copy(item->reason, sizeof(item->reason), err->why);
        *err = (struct hv_error){ 0 };
    }
    return HV_OK;
}

static enum hv_status
retire_old(struct run *run, struct hv_error *err)
{
    enum hv_status st = rotate_save_retire_since(run->ctx->ks, &run->item->sub,
                                                 run->job->created_ms, err);

    if (!st)
        run->item->step = HV_STEP_RETIRE;
    return st;
}

/* False: the job ends here, and @st says how. */
static bool
run_item(struct run *run, enum hv_status *st)
{
    struct hv_error cause = { 0 };
    enum hv_item_state state = HV_ITEM_STOPPED;
    bool goes_on = false;

    run->begun++;
    *st = rotate_item(run, &cause);
    if (!*st && run->job->is_compromised)
        *st = retire_old(run, &cause);
    for (size_t i = 0; i < HV_LEN(outcomes); i++) {
        if (outcomes[i].status != *st)
            continue;
        state = outcomes[i].state;
        goes_on = outcomes[i].goes_on;
    }
    if (state == HV_ITEM_RUNNING && run->item->step == HV_STEP_NONE)
        state = HV_ITEM_WAITING;
    run->item->state = state;
    if (*st)
        hv_copy(run->item->reason, sizeof(run->item->reason), cause.why);
    if (*st && !run->failure.status)
        run->failure = cause;
    keep(run);
    return goes_on && (!*st || !run->item->is_canary);
}

/* ----------------------------------------------------------------- run -- */

static bool
keep_pace(struct run *run)
{
    struct hv_rotation *job = run->job;
    bool is_on;

    if (!run->begun || !job->pace_ms)
        return true;
    job->next_ms = hv_clock_now_ms() + job->pace_ms;
    keep(run);
    is_on = wait_ms(run, job->pace_ms);
    job->next_ms = 0;
    return is_on;
}

/* All that is open, in order. The job's state says how it ended. */
static enum hv_status
run_items(struct run *run)
{
    struct hv_rotation *job = run->job;
    enum hv_status st = HV_OK;

    for (size_t i = 0; i < job->len; i++) {
        if (job_item_is_closed(&job->items[i]))
            continue;
        if ((!job->items[i].is_canary && !pass_canary(run)) ||
            !keep_pace(run) || is_stopped(run)) {
            job->state = HV_ROTATION_PAUSED;
            return HV_ERR_CANCELLED;
        }
        run->item = &job->items[i];
        if (!run_item(run, &st)) {
            job->state = st == HV_ERR_CANCELLED ? HV_ROTATION_PAUSED
                                                : HV_ROTATION_PARTIAL;
            hv_copy(job->reason, sizeof(job->reason), run->item->reason);
            return st;
        }
    }
    return HV_OK;
}

static enum hv_status
finish(struct run *run, struct hv_error *err)
{
    struct hv_rotation *job = run->job;
    struct hv_rotation_counts counts = hv_rotation_count(job);

    if (run->saved || (job->state == HV_ROTATION_DONE && !counts.done)) {
        if (err)
            *err = run->saved ? run->save_error : run->failure;
        return run->saved ? run->saved : run->failure.status;
    }
    if (job->state == HV_ROTATION_DONE)
        return HV_OK;
    hv_fail(err, HV_ERR_INCOMPLETE, "rotation %s is %s, %zu of %zu done: %s",
            job->id, hv_rotation_state_word(job->state), counts.done,
            counts.total, job->reason);
    hv_hint(err, "`key resume` goes on, `key abort` closes it");
    return HV_ERR_INCOMPLETE;
}

static enum hv_status
run_locked(struct run *run, struct hv_error *err)
{
    struct hv_rotation *job = run->job;
    enum hv_status st;

    /* A person who resumes it while it waits says that it may go on; a crash
     * says nothing. */
    if (job->waits_for_canary && !job->is_interrupted) {
        are_proven(run);
        job->is_canary_over = true;
    }
    job->waits_for_canary = false;
    job->is_interrupted = false;
    job->state = HV_ROTATION_RUNNING;
    job->pid = getpid();
    job->reason[0] = '\0';
    job_flag_clear(run->ctx->store, job->id);
    keep(run);
    st = run_items(run);
    job->pid = 0;
    job_judge_end(job, st, &run->failure);
    job_flag_clear(run->ctx->store, job->id);
    if (!run->saved && job_is_untouched(job, st)) {
        job->state = HV_ROTATION_ABORTED;
        job_remove(run->ctx->store, job);
        tell(run);
        if (err)
            *err = run->failure;
        return run->failure.status;
    }
    keep(run);
    return finish(run, err);
}

enum hv_status
hv_rotation_run(const struct hv_rotate_ctx *ctx,
                const struct hv_rotation_control *control,
                struct hv_rotation *job, struct hv_error *err)
{
    struct run run = {
        .ctx = ctx, .with = *ctx, .control = control, .job = job
    };
    int fd;
    enum hv_status st = job_lock(ctx->store, &job->app, &fd, err);

    if (st)
        return st;
    st = job_read_locked(ctx->store, job->id, job, err);
    if (!st && !hv_rotation_is_open(job->state))
        st = hv_fail(err, HV_ERR_RULE, "rotation %s is %s", job->id,
                     hv_rotation_state_word(job->state));
    if (!st) {
        run.with.without_listener = job->without_listener;
        run.with.may_adopt = true;
        run.with.may_take_back = job->is_compromised;
        run.with.progress = on_step;
        run.with.is_stopped = is_stopped;
        run.with.progress_arg = &run;
        st = run_locked(&run, err);
    }
    close(fd);
    return st;
}
