/*
 * load.c - facts that the worker fetches: asked for once at a time, kept with
 * the error of the last try, forgotten when the keystore is locked.
 */
#include "tui/app/parts.h"
#include "tui/app/urls.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define REREAD_MS  60000
#define TRAFFIC_MS 10000

struct hv_load *
hv_load_of(struct hv_app *app, enum hv_job_kind job)
{
    switch (job) {
    case HV_JOB_STATUS:
        return &app->status_load;
    case HV_JOB_SUBS:
        return &app->subs_load;
    case HV_JOB_KEYS:
        return &app->keys_load;
    case HV_JOB_DRAIN:
        return &app->drain_load;
    case HV_JOB_TRAFFIC:
        return &app->traffic_load;
    case HV_JOB_JOBS:
        return &app->jobs_load;
    case HV_JOB_MAINT:
        return &app->maint_load;
    case HV_JOB_DRAFT:
        return &app->tester.draft_load;
    case HV_JOB_SENT:
        return &app->tester.sent_load;
    case HV_JOB_TEMPLATES:
        return &app->urls.templates_load;
    case HV_JOB_RECORDS:
        return &app->records_load;
    case HV_JOB_RIGHTS:
        return &app->rights_load;
    case HV_JOB_DIFF:
        return &app->diff_load;
    default:
        return NULL;
    }
}

struct hv_effect *
hv_job_start(struct hv_app *app, enum hv_job_kind job, const char *label)
{
    struct hv_effect *effect = hv_effects_add(&app->effects, HV_EFFECT_JOB);

    effect->job = job;
    effect->op = ++app->last_op;
    app->busy[job].op = effect->op;
    app->busy[job].since_mono_ms = app->mono_ms;
    hv_copy(app->busy[job].label, sizeof(app->busy[job].label), label);
    return effect;
}

void
hv_load_ask(struct hv_app *app, enum hv_job_kind job)
{
    struct hv_load *load = hv_load_of(app, job);

    if (load->is_asked) {
        load->is_stale = true;
        return;
    }
    load->is_asked = true;
    load->is_stale = false;
    /* Local facts come at once and often: nothing turns for them. */
    hv_job_start(app, job, hv_job_is_remote(job) ? "asking the platform" : "");
}

/* What failed is asked for again by `r` alone, or in its own view. */
static bool
is_never_asked(const struct hv_load *load)
{
    return !load->has_data && !load->is_asked && !load->error.status;
}

void
hv_load_view(struct hv_app *app, bool again)
{
    if (!app->is_open)
        return;
    switch (app->tab) {
    case HV_VIEW_DASH:
        hv_load_ask(app, HV_JOB_STATUS);
        if (again || !app->keys_load.has_data)
            hv_load_ask(app, HV_JOB_KEYS);
        if (again || !app->jobs_load.has_data)
            hv_load_ask(app, HV_JOB_JOBS);
        if (again || !app->traffic_load.has_data)
            hv_load_ask(app, HV_JOB_TRAFFIC);
        if (again || is_never_asked(&app->subs_load))
            hv_load_ask(app, HV_JOB_SUBS); /* last: it may take its time */
        if (!app->log.has_data)
            hv_log_ask(app, HV_LOG_TAIL, 0);
        break;
    case HV_VIEW_SUBS:
        hv_load_ask(app, HV_JOB_KEYS);
        hv_load_ask(app, HV_JOB_DRAIN);
        hv_load_ask(app, HV_JOB_TRAFFIC);
        hv_load_ask(app, HV_JOB_JOBS);
        if (again || (!app->subs_load.has_data && !app->subs_load.is_asked))
            hv_load_ask(app, HV_JOB_SUBS);
        if (again && hv_coverage_is_shown(app))
            hv_coverage_read(app);
        break;
    case HV_VIEW_KEYS:
        hv_load_ask(app, HV_JOB_KEYS);
        hv_load_ask(app, HV_JOB_DRAIN);
        hv_load_ask(app, HV_JOB_JOBS);
        if (again || is_never_asked(&app->subs_load))
            hv_load_ask(app, HV_JOB_SUBS); /* what the ids are for */
        break;
    case HV_VIEW_JOBS:
        hv_load_ask(app, HV_JOB_JOBS);
        break;
    case HV_VIEW_MAINT:
        hv_load_ask(app, HV_JOB_MAINT);
        break;
    case HV_VIEW_SHELL:
        hv_urls_settle(app);
        hv_load_ask(app, HV_JOB_TEMPLATES);
        break;
    case HV_VIEW_TEST:
        hv_list_settle(app, HV_VIEW_TEST);
        if (again || is_never_asked(&app->subs_load))
            hv_load_ask(app, HV_JOB_SUBS);
        hv_load_ask(app, HV_JOB_SENT);
        hv_test_look(app);
        break;
    case HV_VIEW_RECORDS:
        if (again || is_never_asked(&app->records_load))
            hv_load_ask(app, HV_JOB_RECORDS);
        break;
    case HV_VIEW_LOG:
        if (again || !app->log.has_data)
            hv_log_ask(app, HV_LOG_TAIL, 0);
        break;
    default:
        break;
    }
}

/* Older than that, and nobody reads it now. */
static bool
is_due(const struct hv_app *app, const struct hv_load *load, int64_t ms)
{
    return load->has_data && !load->is_asked &&
           app->now_ms - load->read_ms >= ms;
}

/* What came since: soon while somebody sits there. */
static int64_t
traffic_age_ms(const struct hv_app *app)
{
    bool is_left = app->mono_ms - app->input_mono_ms >= HV_LEFT_MS;

    return is_left ? REREAD_MS : TRAFFIC_MS;
}

/* Uses and drain grow while one looks: read again now and then, from this
 * machine alone. */
void
hv_load_tick(struct hv_app *app)
{
    bool has_keys = app->tab == HV_VIEW_KEYS || app->tab == HV_VIEW_SUBS;
    bool has_hours = app->tab == HV_VIEW_DASH || app->tab == HV_VIEW_SUBS;

    if (!app->is_open)
        return;
    hv_retry_tick(app);
    if (app->tab == HV_VIEW_MAINT && is_due(app, &app->maint_load, REREAD_MS))
        hv_load_ask(app, HV_JOB_MAINT);
    if (has_hours && is_due(app, &app->traffic_load, traffic_age_ms(app)))
        hv_load_ask(app, HV_JOB_TRAFFIC);
    if (!has_keys || !is_due(app, &app->drain_load, REREAD_MS))
        return;
    hv_load_ask(app, HV_JOB_KEYS);
    hv_load_ask(app, HV_JOB_DRAIN);
}

/* The subscription that was not there before gets the cursor. */
static void
find_new(struct hv_app *app)
{
    for (size_t i = 0; i < app->subs.len; i++) {
        const struct hv_guid *id = &app->subs.rows[i].sub.id;
        bool is_known = false;

        for (size_t k = 0; k < app->known_subs_len; k++)
            is_known = is_known || hv_guid_equal(&app->known_subs[k], id);
        if (!is_known)
            hv_guid_format(id, app->lists[HV_VIEW_SUBS].cursor.id);
    }
    app->is_new_wanted = false;
    free(app->known_subs);
    app->known_subs = NULL;
    app->known_subs_len = 0;
}

/* What the journal knows of the subscriptions is younger than what the platform
 * was asked for: both stand in one row. */
static void
take_traffic(struct hv_app *app, struct hv_msg *msg)
{
    hv_traffic_release(&app->traffic);
    app->traffic = msg->u.traffic;
    msg->u.traffic = (struct hv_traffic_model){ 0 };
    for (size_t i = 0; i < app->traffic.sums_len; i++) {
        const struct hv_traffic_sum *sum = &app->traffic.sums[i];

        for (size_t k = 0; k < app->subs.len; k++) {
            struct hv_sub_row *row = &app->subs.rows[k];

            if (!hv_guid_equal(&row->sub.id, &sum->sub))
                continue;
            row->uses_24h = sum->uses_24h;
            row->refused_24h = sum->refused_24h;
            row->last_ms = sum->last_ms;
            row->last_verdict = sum->last_verdict;
        }
    }
    hv_list_settle(app, HV_VIEW_SUBS);
}

static void
take(struct hv_app *app, struct hv_msg *msg)
{
    switch (msg->kind) {
    case HV_MSG_STATUS:
        free(app->status);
        app->status = msg->u.status;
        msg->u.status = NULL;
        hv_list_settle(app, HV_VIEW_DASH);
        if (app->tab == HV_VIEW_SHELL)
            hv_urls_settle(app);
        break;
    case HV_MSG_SUBS:
        hv_sub_model_release(&app->subs);
        app->subs = msg->u.subs;
        msg->u.subs = (struct hv_sub_model){ 0 };
        if (app->is_new_wanted)
            find_new(app);
        hv_list_settle(app, HV_VIEW_SUBS);
        if (app->tab == HV_VIEW_TEST)
            hv_test_look(app);
        break;
    case HV_MSG_KEYS:
        hv_key_model_release(&app->keys);
        app->keys = msg->u.keys;
        msg->u.keys = (struct hv_key_model){ 0 };
        hv_list_settle(app, HV_VIEW_KEYS);
        break;
    case HV_MSG_DRAIN:
        hv_drain_release(&app->drain);
        app->drain = msg->u.drain;
        msg->u.drain = (struct hv_drain_model){ 0 };
        break;
    case HV_MSG_TRAFFIC:
        take_traffic(app, msg);
        break;
    case HV_MSG_JOBS:
        hv_jobs_release(&app->jobs);
        app->jobs = msg->u.jobs;
        msg->u.jobs = (struct hv_jobs_model){ 0 };
        hv_list_settle(app, HV_VIEW_JOBS);
        break;
    case HV_MSG_TEMPLATES:
        hv_templates_take(app, msg);
        break;
    case HV_MSG_MAINT:
        hv_maint_take(app, msg);
        break;
    case HV_MSG_DRAFT:
        hv_test_draft_take(app, msg);
        break;
    case HV_MSG_SENT:
        hv_test_sent_take(app, msg);
        break;
    case HV_MSG_RECORDS:
        hv_records_take(app, msg);
        break;
    case HV_MSG_RIGHTS:
        hv_rights_take(app, msg);
        hv_retry_rights(app);
        break;
    case HV_MSG_DIFF:
        hv_diff_take(app, msg);
        break;
    default:
        break;
    }
}

/* The first time it is told; then the bar and the view show it. */
static void
load_failed(struct hv_app *app, const struct hv_msg *msg)
{
    bool is_net = msg->error.status == HV_ERR_NET;

    if (msg->job == HV_JOB_RECORDS && app->records_load.has_data) {
        hv_records_failed(app, &msg->error);
    } else if (msg->job == HV_JOB_DIFF) {
        hv_diff_failed(app, &msg->error);
    } else if (msg->error.status == HV_ERR_CANCELLED) {
        /* Rights are asked for where one looks; records tell it themselves. */
        if (msg->job != HV_JOB_RIGHTS &&
            !(msg->job == HV_JOB_SUBS && app->tab == HV_VIEW_RECORDS))
            hv_app_say(app, HV_ROLE_TEXT, "Cancelled; r asks again.");
    } else if (msg->job == HV_JOB_SUBS && app->tab != HV_VIEW_SUBS &&
               app->tab != HV_VIEW_DASH && app->status &&
               app->status->has_profile && !(is_net && app->retry.fails)) {
        hv_app_complain(app, "Subscriptions not read", &msg->error);
    }
    if (is_net && hv_job_is_remote(msg->job))
        hv_retry_failed(app);
}

void
hv_load_message(struct hv_app *app, struct hv_msg *msg)
{
    struct hv_load *load = hv_load_of(app, msg->job);

    if (!load || msg->op != app->busy[msg->job].op)
        return; /* of before the lock: forgotten */
    app->busy[msg->job].op = 0;
    load->is_asked = false;
    load->error = msg->error;
    if (msg->kind != HV_MSG_FAILED) {
        load->has_data = true;
        load->read_ms = msg->now_ms;
        take(app, msg);
        if (hv_job_is_remote(msg->job))
            hv_retry_worked(app);
    } else {
        load_failed(app, msg);
    }
    if (load->is_stale && app->is_open)
        hv_load_ask(app, msg->job);
}

void
hv_load_forget(struct hv_app *app)
{
    hv_sub_model_release(&app->subs);
    hv_key_model_release(&app->keys);
    hv_drain_release(&app->drain);
    hv_jobs_release(&app->jobs);
    hv_traffic_release(&app->traffic);
    app->traffic_load = (struct hv_load){ 0 };
    app->retry = (struct hv_retry){ 0 };
    hv_maint_model_release(&app->maint);
    hv_test_forget(app);
    app->maint_load = (struct hv_load){ 0 };
    hv_urls_forget(app);
    hv_records_forget(app);
    free(app->rotation);
    app->rotation = NULL;
    app->drain = (struct hv_drain_model){ 0 };
    app->subs = (struct hv_sub_model){ 0 };
    app->keys = (struct hv_key_model){ 0 };
    app->subs_load = app->keys_load = (struct hv_load){ 0 };
    app->drain_load = app->jobs_load = (struct hv_load){ 0 };
    free(app->known_subs);
    app->known_subs = NULL;
    app->known_subs_len = 0;
    app->is_new_wanted = false;
    for (int i = 0; i < HV_TABS; i++) {
        app->lists[i].len = app->lists[i].marks_len = 0;
        hv_list_settle(app, (enum hv_view)i);
    }
    hv_log_forget(app);
    hv_buf_release(&app->pager.text);
}
