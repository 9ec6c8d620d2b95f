/*
 * rotation.c - a rotation that runs on the worker: how far it is, and pausing
 * it after the step under way. Called by update() and through the table of
 * actions.c. Pure.
 */
#include "tui/app/actions.h"
#include "tui/app/parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One more is done: what the view shows of it is read anew. */
static void
read_again(struct hv_app *app)
{
    if (app->tab == HV_VIEW_JOBS)
        hv_load_ask(app, HV_JOB_JOBS);
    if (app->tab == HV_VIEW_KEYS || app->tab == HV_VIEW_SUBS) {
        hv_load_ask(app, HV_JOB_KEYS);
        hv_load_ask(app, HV_JOB_DRAIN);
    }
}

void
hv_rotation_moved(struct hv_app *app, struct hv_msg *msg)
{
    size_t before = app->rotation ? hv_rotation_count(app->rotation).done : 0;

    free(app->rotation);
    app->rotation = msg->u.rotation;
    msg->u.rotation = NULL;
    if (hv_rotation_count(app->rotation).done > before)
        read_again(app);
    /* The list of jobs shows the same, as far as it knows this one. */
    for (size_t i = 0; i < app->jobs.len; i++) {
        if (!strcmp(app->jobs.jobs[i].id, app->rotation->id)) {
            app->jobs.jobs[i] = *app->rotation;
            return;
        }
    }
    if (app->jobs_load.has_data && app->tab == HV_VIEW_JOBS)
        hv_load_ask(app, HV_JOB_JOBS);
}

const char *
hv_step_words(enum hv_rotate_step last)
{
    static const char *const words[] = {
        [HV_STEP_NONE] = "the new key is kept",
        [HV_STEP_STAGE] = "the listener loads it",
        [HV_STEP_LISTENER] = "the platform is read",
        [HV_STEP_READ] = "noted before it is sent",
        [HV_STEP_SUBMIT] = "given to the platform",
        [HV_STEP_ANNOUNCE] = "read back",
        [HV_STEP_CONFIRM] = "made the active one",
        [HV_STEP_PROMOTE] = "the old one is wiped",
    };

    return (size_t)last < HV_LEN(words) ? words[last] : "";
}

void
hv_rotation_now(const struct hv_app *app, const struct hv_rotation *job,
                char *out, size_t size)
{
    char id[HV_GUID_SHORT];

    for (size_t i = 0; i < job->len; i++) {
        const struct hv_rotation_item *item = &job->items[i];

        if (item->state != HV_ITEM_RUNNING)
            continue;
        hv_guid_short(&item->sub, id);
        snprintf(out, size, "%s %s: step %d of %d, %s", id,
                 item->new_version.id, (int)item->step + 1, HV_STEP_PROMOTE,
                 hv_step_words(item->step));
        return;
    }
    if (job->waits_for_canary)
        snprintf(out, size,
                 "waits until the listener has verified with the new key of "
                 "the first %d",
                 job->canary);
    else if (job->next_ms > app->now_ms)
        snprintf(out, size, "the next one begins in %lld s",
                 (long long)((job->next_ms - app->now_ms + 999) / 1000));
    else
        snprintf(out, size, "%s",
                 job->reason[0] ? job->reason
                                : hv_rotation_state_word(job->state));
}

void
hv_do_pause(struct hv_app *app, const char *args)
{
    (void)args;
    if (app->rotation && app->busy[HV_JOB_COMMAND].op) {
        hv_effects_add(&app->effects, HV_EFFECT_CANCEL);
        hv_app_say(app, HV_ROLE_NOTE, "It stops after the step under way.");
        return;
    }
    hv_app_do(app, "key pause", HV_FROM_KEY); /* another process runs it */
}
