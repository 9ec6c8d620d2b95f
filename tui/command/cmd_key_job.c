/*
 * cmd_key_job.c - a rotation once it is begun: run and watched, told, resumed,
 * paused, aborted and listed. Called through the table, and by `key rotate`. The
 * steps and the job's file are core's; here are the progress and the signals.
 */
#include "tui/command/cmd_key.h"
#include "tui/command/nouns/key.h"
#include "tui/command/model.h"

#include <stdlib.h>

#define PAUSE_WAIT_MS 40000 /* a step may wait for a whole network call */
#define STOPPING      "\nstops after the step under way; once more ends at once\n"

const struct hv_column rotation_columns[] = {
    { "job", "JOB", HV_COL_NAME },
    { "state", "STATE", HV_COL_PAINT },
    { "created", "BEGUN", 0 },
    { "changed", "CHANGED", 0 },
    { "total", "KEYS", HV_COL_RIGHT },
    { "done", "DONE", HV_COL_RIGHT },
    { "stopped", "STOPPED", HV_COL_RIGHT },
    { "waiting", "WAITING", HV_COL_RIGHT },
    { "pid", "PID", HV_COL_WIDE | HV_COL_RIGHT },
    { "app", "APPLICATION", HV_COL_WIDE },
    { "reason", "REASON", 0 },
    { 0 },
};

/* ---- telling ---- */

static const char *
text_or_null(const char *text)
{
    return text[0] ? text : NULL;
}

static void
item_tell(struct hv_node *items, const struct hv_rotation_item *item,
          bool is_planned)
{
    struct hv_node *node = hv_node_object(items, NULL);

    hv_node_id(node, "sub", &item->sub);
    hv_node_text(node, "old", text_or_null(item->old_version.id));
    hv_node_text(node, "new", text_or_null(item->new_version.id));
    hv_node_text(node, "state",
                 is_planned ? "planned" : hv_item_state_word(item->state));
    hv_node_text(node, "step",
                 item->step ? hv_rotate_step_word(item->step) : NULL);
    hv_node_text(node, "reason", text_or_null(item->reason));
    if (item->is_canary) {
        hv_node_bool(node, "canary", true);
        hv_node_bool(node, "proven", item->is_proven);
    }
}

void
key_job_tell(struct hv_cmd *cmd, const struct hv_rotation *job)
{
    struct hv_node *top = hv_out_top(cmd->out), *items;

    hv_node_text(top, "job", text_or_null(job->id));
    hv_node_text(top, "state", hv_rotation_state_word(job->state));
    hv_node_text(top, "reason", text_or_null(job->reason));
    hv_node_time(top, "created", job->created_ms);
    hv_node_int(top, "pace_s", job->pace_ms / 1000);
    hv_node_int(top, "canary", job->canary);
    hv_node_bool(top, "compromised", job->is_compromised);
    items = hv_node_list(top, "items");
    for (size_t i = 0; i < job->len; i++)
        item_tell(items, &job->items[i], job->state == HV_ROTATION_PLANNED);
    cmd_dry(cmd, top);
}

/* ---- running ---- */

struct watch {
    struct hv_cmd *cmd;
    struct hv_rotation before; /* as it was told last */
};

/* Without a bar to draw: one line for each item that changed its state. */
static void
talk_items(struct watch *watch, const struct hv_rotation *job)
{
    for (size_t i = 0; i < job->len; i++) {
        const struct hv_rotation_item *item = &job->items[i];
        char id[HV_GUID_SHORT];

        if (watch->before.items[i].state == item->state)
            continue;
        hv_guid_short(&item->sub, id);
        hv_cmd_talk(watch->cmd, "%zu of %zu: %s %s%s%s%s%s", i + 1, job->len,
                    id, hv_item_state_word(item->state),
                    item->new_version.id[0] ? ", version " : "",
                    item->new_version.id, item->reason[0] ? ": " : "",
                    item->reason);
    }
    if (job->waits_for_canary && !watch->before.waits_for_canary)
        hv_cmd_talk(watch->cmd, "waiting for the first message under a new "
                                "key of the canary");
}

static void
on_progress(void *arg, const struct hv_rotation *job)
{
    struct watch *watch = arg;
    const struct hv_asker *asker = &watch->cmd->session->asker;

    if (asker->rotation)
        asker->rotation(asker->arg, job);
    else
        talk_items(watch, job);
    watch->before = *job;
}

enum hv_status
key_run(struct hv_cmd *cmd, struct hv_rotate_ctx *ctx, struct hv_rotation *job,
        struct hv_error *err)
{
    struct hv_session *session = cmd->session;
    struct watch watch = { .cmd = cmd, .before = *job };
    struct hv_rotation_control control = {
        .stop = &session->is_cancelled,
        .canary_wait_ms = session->globals.timeout_ms,
        .progress = on_progress,
        .arg = &watch,
    };
    struct key_signals signals;
    enum hv_status st;

    ctx->progress = NULL;
    /* A call under way is not cut off: its outcome would be unknown. */
    hv_client_set_cancel(ctx->client, NULL);
    key_signals_begin(&signals, session,
                      session->asker.progress ? STOPPING : NULL);
    st = hv_rotation_run(ctx, &control, job, err);
    key_signals_end(&signals);
    hv_client_set_cancel(ctx->client, &session->is_cancelled);
    /* Nothing to tell when it was not run, or when it failed before anything
     * was written: then there is no job. */
    if (st != HV_ERR_RULE && (!st || job->state != HV_ROTATION_ABORTED))
        key_job_tell(cmd, job);
    return st;
}

/* ---- resume, pause, abort, jobs ---- */

static bool
is_begun(const struct hv_keyring *ring, const struct hv_key_sub *record)
{
    bool is_pending = false;

    for (size_t i = 0; i < ring->keys_len; i++)
        is_pending |= ring->keys[i].state == HV_KEY_PENDING &&
                      hv_guid_equal(&ring->keys[i].sub, &record->sub);
    return (is_pending || record->intent != HV_INTENT_NONE) &&
           record->status != HV_SUB_DRAFT && record->status != HV_SUB_GONE;
}

/* Rotations that no job remembers: they stand in the keystore. */
static enum hv_status
plan_open(struct hv_rotate_ctx *ctx, struct hv_rotation *job,
          struct hv_error *err)
{
    const struct hv_keyring *ring = hv_keystore_ring(ctx->ks);
    struct hv_rotation_options options = { .without_listener = true };
    struct hv_rotation_impact impact;
    struct hv_guid subs[HV_MAX_SUBS];
    size_t len = 0;
    enum hv_status st;

    for (size_t i = 0; i < ring->subs_len && len < HV_LEN(subs); i++) {
        const struct hv_key_sub *record = &ring->subs[i];

        if (is_begun(ring, record) &&
            hv_guid_equal(&record->app, &ctx->profile->app_id))
            subs[len++] = record->sub;
    }
    if (!len) {
        hv_fail(err, HV_ERR_NOT_FOUND, "no rotation is open");
        hv_hint(err, "see 'hvconsole key jobs'");
        return HV_ERR_NOT_FOUND;
    }
    st = hv_rotation_plan(ctx, subs, len, &options, job, &impact, err);
    job->without_listener = false;
    return st;
}

/* The one named, the open one, or one of what is open in the keystore, which is
 * planned only. */
static enum hv_status
find_job(struct hv_cmd *cmd, struct hv_rotate_ctx *ctx, struct hv_rotation *job,
         struct hv_error *err)
{
    const char *id = cmd->args_len ? cmd->args[0] : NULL;
    struct hv_error why = { 0 };
    enum hv_status st;

    st = hv_rotation_load(ctx->store, id, &ctx->profile->app_id, job, &why);
    if (st == HV_ERR_NOT_FOUND && !id)
        return plan_open(ctx, job, err);
    if (!st && !hv_guid_equal(&job->app, &ctx->profile->app_id))
        st = hv_fail(&why, HV_ERR_RULE,
                     "rotation %s is of another application than the profile's",
                     job->id);
    if (st && err)
        *err = why;
    return st;
}

static enum hv_status
ensure_started(const struct hv_rotate_ctx *ctx, struct hv_rotation *job,
               struct hv_error *err)
{
    return job->id[0] ? HV_OK : hv_rotation_start(ctx, job, err);
}

enum hv_status
cmd_key_resume(struct hv_cmd *cmd, struct hv_error *err)
{
    struct hv_rotate_ctx ctx;
    struct hv_rotation job;
    enum hv_status st = hv_session_rotate_ctx(cmd->session, &ctx, err);

    if (!st)
        st = find_job(cmd, &ctx, &job, err);
    if (!st && hv_cmd_is_dry(cmd)) {
        key_job_tell(cmd, &job);
        return HV_OK;
    }
    if (!st)
        st = ensure_started(&ctx, &job, err);
    return st ? st : key_run(cmd, &ctx, &job, err);
}

enum hv_status
cmd_key_pause(struct hv_cmd *cmd, struct hv_error *err)
{
    const char *store = cmd->session->globals.store;
    const struct hv_profile *profile;
    struct hv_rotation job;
    bool has_profile = !hv_session_profile(cmd->session, &profile, NULL);
    enum hv_status st =
        hv_rotation_load(store, cmd->args_len ? cmd->args[0] : NULL,
                         has_profile ? &profile->app_id : NULL, &job, err);

    if (!st && !hv_cmd_is_dry(cmd))
        st = hv_rotation_pause(store, job.id, PAUSE_WAIT_MS, &job, err);
    if (!st || st == HV_ERR_INCOMPLETE)
        key_job_tell(cmd, &job);
    return st;
}

enum hv_status
cmd_key_abort(struct hv_cmd *cmd, struct hv_error *err)
{
    struct hv_rotation_counts counts;
    struct hv_rotate_ctx ctx;
    struct hv_rotation job;
    enum hv_status st = hv_session_rotate_ctx(cmd->session, &ctx, err);

    if (!st)
        st = find_job(cmd, &ctx, &job, err);
    if (!st && hv_cmd_is_dry(cmd)) {
        key_job_tell(cmd, &job);
        return HV_OK;
    }
    if (st)
        return st;
    counts = hv_rotation_count(&job);
    st = hv_cmd_confirm(
        cmd, err,
        "Abort rotation %s? %zu of %zu %s rotated and stay%s so, %zu %s left "
        "with the old key. A new key that may have reached the platform goes "
        "on being accepted for 14 days; one that was never announced is wiped.",
        job.id[0] ? job.id : "without a job", counts.done, counts.total,
        counts.done == 1 ? "is" : "are", counts.done == 1 ? "s" : "",
        counts.waiting + counts.stopped,
        counts.waiting + counts.stopped == 1 ? "is" : "are");
    if (!st)
        st = ensure_started(&ctx, &job, err);
    if (!st)
        st = hv_rotation_abort(&ctx, job.id, &job, err);
    if (!st)
        key_job_tell(cmd, &job);
    return st;
}

enum hv_status
cmd_key_jobs(struct hv_cmd *cmd, struct hv_error *err)
{
    struct hv_rotation *jobs = NULL;
    size_t len = 0;
    enum hv_status st = hv_model_jobs(cmd->session, &jobs, &len, err);

    for (size_t i = 0; !st && i < len; i++) {
        struct hv_node *item = hv_out_item(cmd->out);
        struct hv_rotation_counts counts = hv_rotation_count(&jobs[i]);

        hv_node_text(item, "job", jobs[i].id);
        hv_node_text(item, "state", hv_rotation_state_word(jobs[i].state));
        hv_node_time(item, "created", jobs[i].created_ms);
        hv_node_time(item, "changed", jobs[i].changed_ms);
        hv_node_int(item, "total", (int64_t)counts.total);
        hv_node_int(item, "done", (int64_t)counts.done);
        hv_node_int(item, "stopped", (int64_t)counts.stopped);
        hv_node_int(item, "waiting", (int64_t)counts.waiting);
        if (jobs[i].pid > 0)
            hv_node_int(item, "pid", jobs[i].pid);
        else
            hv_node_null(item, "pid");
        hv_node_id(item, "app", &jobs[i].app);
        hv_node_text(item, "reason", text_or_null(jobs[i].reason));
    }
    free(jobs);
    return st;
}
