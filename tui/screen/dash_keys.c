/*
 * dash_keys.c - the dashboard's panes about keys: how many of each, how the
 * old ones drain, the rotation that runs or the last one; and the listener that
 * loaded them. Called by dash.c. Pure.
 */
#include "tui/screen/frame.h"
#include "tui/screen/format.h"

#include <string.h>

/* How the replaced versions drain, and when the next of them may go. */
static void
render_drain(const struct hv_app *app, struct hv_canvas *cv, int row)
{
    int count[HV_DRAIN_SAFE + 1] = { 0 };
    int64_t next = 0;
    char span[HV_SPAN_TEXT];
    int at = 1;

    for (size_t i = 0; i < app->keys.len; i++) {
        const struct hv_key_row *key = &app->keys.rows[i];

        if (key->drain > HV_DRAIN_SAFE)
            continue;
        count[key->drain]++;
        if (key->safe_at_ms > app->now_ms && (!next || key->safe_at_ms < next))
            next = key->safe_at_ms;
    }
    at += hv_canvas_text(cv, row, at, 0, HV_ROLE_DIM, "drain") + 2;
    for (int d = HV_DRAIN_DRAINING; d <= HV_DRAIN_SAFE; d++)
        at += hv_canvas_textf(
                  cv, row, at, 0,
                  count[d] ? hv_drain_role((enum hv_drain)d) : HV_ROLE_DIM,
                  "%d %s", count[d], hv_drain_word((enum hv_drain)d)) +
              2;
    if (next && cv->cols - at > 20) {
        hv_span_format(next - app->now_ms, span);
        hv_canvas_textf(cv, row, at, 0, HV_ROLE_DIM, "next may go in %s", span);
    }
}

void
hv_dash_keys_render(const struct hv_app *app, struct hv_canvas *cv)
{
    const struct hv_status_model *status = app->status;
    char age[HV_SPAN_TEXT];
    int at = 1;

    at += hv_canvas_textf(cv, 0, at, 0, HV_ROLE_GOOD, "%d active",
                          status->keys_active) +
          2;
    at += hv_canvas_textf(cv, 0, at, 0, HV_ROLE_NOTE, "%d accepted",
                          status->keys_accepted) +
          2;
    hv_canvas_textf(cv, 0, at, 0,
                    status->keys_pending ? HV_ROLE_WARN : HV_ROLE_DIM,
                    "%d pending", status->keys_pending);
    render_drain(app, cv, 1);
    hv_ago_format(app, status->oldest_active_ms, age);
    hv_canvas_textf(cv, 2, 1, 0, HV_ROLE_DIM, "oldest active %s, %d retired",
                    age, status->keys_retired);
}

void
hv_dash_listener_render(const struct hv_app *app, struct hv_canvas *cv)
{
    const struct hv_status_model *status = app->status;
    char up[HV_SPAN_TEXT];
    char age[HV_SPAN_TEXT];

    if (!status->listener_running) {
        hv_canvas_text(cv, 0, 1, 0, HV_ROLE_WARN, "not running");
        hv_canvas_text(cv, 1, 1, 0, HV_ROLE_DIM,
                       "hvconsole listen --detach starts it");
        return;
    }
    hv_span_format(app->now_ms - status->listener_started_ms, up);
    hv_canvas_textf(cv, 0, 1, 0, HV_ROLE_TEXT, "%s  up %s",
                    status->listener_url, up);
    if (!strcmp(status->listener_health, "ok"))
        hv_canvas_textf(cv, 1, 1, 0, HV_ROLE_GOOD,
                        "ok, keys of generation %lld loaded",
                        (long long)status->listener_generation);
    else
        hv_canvas_text(cv, 1, 1, 0, HV_ROLE_BAD, status->listener_health);
    hv_ago_format(app, status->last_message_ms, age);
    hv_canvas_textf(cv, 2, 1, 0, HV_ROLE_TEXT,
                    age[0] == '-'   ? "no message yet"
                    : age[0] == 'n' ? "last message just now"
                                    : "last message %s ago",
                    age);
}

/* The rotation that runs, or the newest that there was. */
void
hv_dash_job_render(const struct hv_app *app, struct hv_canvas *cv, int row,
                   int col)
{
    const struct hv_rotation *job = app->rotation   ? app->rotation
                                    : app->jobs.len ? &app->jobs.jobs[0]
                                                    : NULL;
    struct hv_rotation_counts counts;
    char age[HV_SPAN_TEXT];
    bool is_open;

    if (!job) {
        hv_canvas_text(cv, row, col, 0, HV_ROLE_DIM,
                       app->jobs_load.has_data ? "no rotation yet"
                                               : "not read yet");
        return;
    }
    counts = hv_rotation_count(job);
    is_open = hv_rotation_is_open(job->state);
    hv_ago_format(app, job->changed_ms, age);
    col +=
        hv_canvas_textf(cv, row, col, 0, is_open ? HV_ROLE_WARN : HV_ROLE_TEXT,
                        "%s %s", job->id, hv_rotation_state_word(job->state)) +
        2;
    hv_canvas_progress(cv, row, col, cv->cols - col > 56 ? 40 : 32,
                       is_open ? HV_ROLE_NOTE : HV_ROLE_DIM,
                       (int64_t)counts.done, (int64_t)counts.total);
    col += (cv->cols - col > 56 ? 40 : 32) + 2;
    hv_canvas_textf(cv, row, col, 0, HV_ROLE_DIM, "%s%s%s", age,
                    age[0] == 'n' || age[0] == '-' ? "" : " ago",
                    is_open ? "; 9 shows it" : "");
}
