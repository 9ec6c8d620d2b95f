/*
 * retry.c - a platform that does not answer is a state: it is asked again by
 * itself, with growing gaps, and when it answers all that failed is read again.
 * Only reading is repeated; what changes something never is. Called by load.c
 * and update().
 */
#include "tui/app/parts.h"

#include <stdio.h>

#define FIRST_GAP_MS 2000
#define MOST_GAP_MS  60000

/* What asks the platform, the cheapest first. */
static const enum hv_job_kind remote[] = { HV_JOB_SUBS, HV_JOB_RECORDS };

bool
hv_job_is_remote(enum hv_job_kind job)
{
    for (size_t i = 0; i < HV_LEN(remote); i++) {
        if (remote[i] == job)
            return true;
    }
    return false;
}

static bool
is_net(const struct hv_load *load)
{
    return load->error.status == HV_ERR_NET;
}

void
hv_retry_failed(struct hv_app *app)
{
    int64_t gap = FIRST_GAP_MS;

    for (int i = 0; i < app->retry.fails && gap < MOST_GAP_MS; i++)
        gap *= 2;
    app->retry.fails++;
    app->retry.at_mono_ms =
        app->mono_ms + (gap < MOST_GAP_MS ? gap : MOST_GAP_MS);
}

/* Nobody answered for this record: not even that it was taken away. */
static bool
is_unanswered(const struct hv_access_row *row)
{
    return row->reach == HV_REACH_FAILED && row->code < 0;
}

void
hv_retry_rights(struct hv_app *app)
{
    for (size_t i = 0; i < app->records.access.len; i++) {
        if (is_unanswered(&app->records.access.rows[i])) {
            if (!app->retry.fails)
                hv_retry_failed(app);
            app->retry.is_rights = true;
            return;
        }
    }
}

/* They are asked for again when they are looked at. */
static void
forget_unanswered(struct hv_app *app)
{
    for (size_t i = 0; i < app->records.access.len; i++) {
        if (is_unanswered(&app->records.access.rows[i]))
            app->records.access.rows[i].reach = HV_REACH_NOT_READ;
    }
    hv_records_look(app);
}

void
hv_retry_worked(struct hv_app *app)
{
    if (!app->retry.fails)
        return;
    app->retry = (struct hv_retry){ 0 };
    hv_app_say(app, HV_ROLE_GOOD, "The platform answers again.");
    for (size_t i = 0; i < HV_LEN(remote); i++) {
        if (is_net(hv_load_of(app, remote[i])))
            hv_load_ask(app, remote[i]);
    }
    forget_unanswered(app);
}

/* One question at a time tells whether it is back. */
void
hv_retry_tick(struct hv_app *app)
{
    if (!app->retry.fails || app->mono_ms < app->retry.at_mono_ms ||
        app->busy[HV_JOB_COMMAND].op)
        return;
    for (size_t i = 0; i < HV_LEN(remote); i++) {
        if (hv_load_of(app, remote[i])->is_asked)
            return;
    }
    for (size_t i = 0; i < HV_LEN(remote); i++) {
        if (is_net(hv_load_of(app, remote[i]))) {
            hv_load_ask(app, remote[i]);
            return;
        }
    }
    if (app->retry.is_rights)
        hv_load_ask(app, remote[0]);
    else
        app->retry = (struct hv_retry){ 0 }; /* nobody wants it any more */
}

void
hv_retry_words(const struct hv_app *app, char out[HV_RETRY_TEXT])
{
    int64_t left = app->retry.at_mono_ms - app->mono_ms;

    if (!app->retry.fails)
        snprintf(out, HV_RETRY_TEXT, "r tries again");
    else if (left <= 0)
        snprintf(out, HV_RETRY_TEXT, "asking again ...");
    else
        snprintf(out, HV_RETRY_TEXT, "again in %lld s, r now",
                 (long long)((left + 999) / 1000));
}
