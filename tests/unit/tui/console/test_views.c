/*
 * test_views.c - dashboard, subscriptions, keys and jobs as text, each empty,
 * loading, failed and full, from a corner of 20 columns to a wall of 200,
 * against tests/fixtures/screens. HV_BLESS=1 rewrites the files: then read the
 * difference.
 */
#include "tests/unit/tui/console/world.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

static const struct {
    const char *key, *name;
    enum hv_job_kind job; /* what it cannot do without */
} views[] = {
    { "1", "dash", HV_JOB_SUBS },
    { "2", "subs", HV_JOB_SUBS },
    { "3", "keys", HV_JOB_KEYS },
    { "9", "jobs", HV_JOB_JOBS },
};

static void
check_sizes(struct hv_app *app, const char *view, const char *state)
{
    char name[64];

    snprintf(name, sizeof(name), "%s%s", view, state);
    world_check_sizes(app, name);
}

Test(views, in_full)
{
    for (size_t i = 0; i < HV_LEN(views); i++) {
        struct hv_app app;

        world_open(&app);
        world_fill(&app);
        world_press(&app, views[i].key);
        if (views[i].key[0] == '2' || views[i].key[0] == '3')
            world_press(&app, "j");
        check_sizes(&app, views[i].name, "");
        hv_app_release(&app);
    }
}

/* The keystore is open, and there is nothing in it and nothing came. */
static void
empty(struct hv_app *app)
{
    struct hv_status_model *status = app->status;

    status->attention_len = 0;
    status->listener_running = false;
    status->last_message_ms = status->oldest_active_ms = 0;
    status->keys_active = status->keys_accepted = status->keys_pending = 0;
    status->keys_retired = status->keys_safe = 0;
    memset(status->verdicts_1h, 0, sizeof(status->verdicts_1h));
    memset(status->verdicts_24h, 0, sizeof(status->verdicts_24h));
    memset(status->hours, 0, sizeof(status->hours));
    app->subs_load.has_data = app->keys_load.has_data = true;
    app->drain_load.has_data = app->jobs_load.has_data = true;
    app->subs_load.read_ms = app->subs.read_ms = WORLD_NOW_MS - 4000;
    app->subs.limit = 25;
    world_log(app, HV_LOG_TAIL, 1, 0, false, false);
}

Test(views, that_are_empty)
{
    for (size_t i = 0; i < HV_LEN(views); i++) {
        struct hv_app app;

        world_open(&app);
        empty(&app);
        world_press(&app, views[i].key);
        check_sizes(&app, views[i].name, "-empty");
        hv_app_release(&app);
    }
}

Test(views, while_they_load)
{
    for (size_t i = 0; i < HV_LEN(views); i++) {
        struct hv_app app;

        world_open(&app);
        world_press(&app, views[i].key);
        world_tick(&app, 1500);
        check_sizes(&app, views[i].name, "-loading");
        hv_app_release(&app);
    }
}

static void
fail(struct hv_app *app, enum hv_job_kind job)
{
    struct hv_msg msg = { .kind = HV_MSG_FAILED,
                          .job = job,
                          .op = app->busy[job].op };

    if (job == HV_JOB_SUBS) {
        (void)hv_fail(&msg.error, HV_ERR_NET,
                      "the platform at https://127.0.0.1:8444 does not answer: "
                      "connection refused");
        hv_hint(&msg.error, "is it running? see hvconsole sandbox status");
    } else {
        (void)hv_fail(&msg.error, HV_ERR_DAMAGED,
                      "the journal /srv/hv/journal.db is damaged");
        hv_hint(&msg.error, "hvconsole log check says where");
    }
    hv_app_update(app, &msg);
}

Test(views, that_failed)
{
    for (size_t i = 0; i < HV_LEN(views); i++) {
        struct hv_app app;

        world_open(&app);
        world_press(&app, views[i].key);
        fail(&app, views[i].job);
        check_sizes(&app, views[i].name, "-error");
        hv_app_release(&app);
    }
}

/* What was read before stays, and it is said that it is old. */
Test(views, that_failed_later)
{
    struct hv_app app;

    world_open(&app);
    world_fill(&app);
    world_press(&app, "2");
    world_press(&app, "r");
    fail(&app, HV_JOB_SUBS);
    world_tick(&app, 60000);
    check_sizes(&app, "subs", "-stale");
    hv_app_release(&app);
}

/* The form from its first field to the question, in every size. */
Test(views, of_a_form)
{
    struct hv_app app;

    world_open(&app);
    world_fill(&app);
    world_press(&app, "2");
    world_press(&app, "j");
    world_press(&app, "E");
    check_sizes(&app, "edit", "");
    world_press(&app, "<Tab>");
    world_type(&app, "expo");
    check_sizes(&app, "edit", "-search");
    hv_app_release(&app);
}
