/*
 * jobs.c - rotations, newest first, how far each one got, and the end of the
 * audit log with the word whether its chain holds. Draws app->jobs, filled by
 * the worker, and app->rotation while one runs here. Pure.
 */
#include "tui/screen/frame.h"
#include "tui/screen/format.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

const struct hv_binding hv_jobs_bindings[] = {
    { "<Enter>", "open", "open", NULL },
    { "B", "key resume %job", "resume", "go on with this rotation" },
    { "P", "job pause", "pause", "stop after the step under way" },
    { "D", "key abort %job", "abort", "close it: what is rotated stays" },
    { "x", "why", "explain", NULL },
    { "]", "pane next", "items/audit", "items, or the audit log" },
    { "[", "pane prev", NULL, "items, or the audit log" },
    { "s", "sort", NULL, "sort by the next column" },
    { "i", "sort invert", NULL, "turn the order round" },
    { "d", "detail", NULL, NULL },
    { 0 },
};

const char *const hv_jobs_panes[] = { "items", "audit", NULL };

static const struct hv_list_column columns[] = {
    { "job", 11, 14, false },      { "state", 8, 8, false },
    { "progress", 30, 44, false }, { "begun", 5, 10, true },
    { "pace", 4, 6, true },        { "note", 24, 60, false },
};
enum { ID, STATE, PROGRESS, BEGUN, PACE, NOTE };

#define MOST_ROWS 8 /* of the list: the rest is for what happened */

int
hv_jobs_list_rows(const struct hv_app *app, int rows, int cols)
{
    int most = rows >= 26 ? MOST_ROWS : rows >= 14 ? 4 : rows - 2;
    int len = (int)app->jobs.len;

    (void)cols;
    if (!app->is_detail_on)
        return rows - 2;
    return len < 1 ? 1 : len < most ? len : most;
}

static enum hv_role
state_role(enum hv_rotation_state state)
{
    switch (state) {
    case HV_ROTATION_DONE:
        return HV_ROLE_GOOD;
    case HV_ROTATION_RUNNING:
        return HV_ROLE_NOTE;
    case HV_ROTATION_PAUSED:
    case HV_ROTATION_PARTIAL:
        return HV_ROLE_WARN;
    default:
        return HV_ROLE_DIM;
    }
}

static enum hv_role
item_role(enum hv_item_state state)
{
    switch (state) {
    case HV_ITEM_DONE:
        return HV_ROLE_GOOD;
    case HV_ITEM_RUNNING:
        return HV_ROLE_NOTE;
    case HV_ITEM_STOPPED:
        return HV_ROLE_BAD;
    case HV_ITEM_GONE:
        return HV_ROLE_WARN;
    default:
        return HV_ROLE_DIM;
    }
}

static void
render_row(const struct hv_app *app, struct hv_canvas *cv, int row, size_t i,
           const void *arg)
{
    const struct hv_layout *at = arg;
    const struct hv_rotation *job = &app->jobs.jobs[i];
    struct hv_rotation_counts counts = hv_rotation_count(job);
    char text[256];

    hv_layout_put(cv, row, at, ID, HV_ROLE_STRONG, job->id);
    hv_layout_put(cv, row, at, STATE, state_role(job->state),
                  hv_rotation_state_word(job->state));
    if (PROGRESS < at->len)
        hv_canvas_progress(cv, row, at->at[PROGRESS], at->width[PROGRESS],
                           state_role(job->state), (int64_t)counts.done,
                           (int64_t)counts.total);
    hv_when_format(app, job->created_ms, text);
    hv_layout_put(cv, row, at, BEGUN, HV_ROLE_TEXT, text);
    snprintf(text, sizeof(text), "%llds", (long long)(job->pace_ms / 1000));
    hv_layout_put(cv, row, at, PACE, HV_ROLE_DIM, job->pace_ms ? text : "-");
    hv_rotation_now(app, job, text, sizeof(text));
    if (strcmp(text, hv_rotation_state_word(job->state)) != 0)
        hv_layout_put(cv, row, at, NOTE, HV_ROLE_TEXT, text);
}

/* What stopped and what runs is seen first. */
static int
weight_of(enum hv_item_state state)
{
    static const int weights[HV_ITEM_STATES] = {
        [HV_ITEM_STOPPED] = 0, [HV_ITEM_RUNNING] = 1, [HV_ITEM_GONE] = 2,
        [HV_ITEM_DROPPED] = 3, [HV_ITEM_WAITING] = 4, [HV_ITEM_DONE] = 5,
    };

    return state < HV_ITEM_STATES ? weights[state] : 0;
}

static void
render_item(const struct hv_app *app, struct hv_canvas *cv, int row,
            const struct hv_rotation_item *item)
{
    const struct hv_sub_row *sub = hv_app_sub(app, &item->sub);
    char id[HV_GUID_SHORT];
    char types[512] = "";
    int at = 56;

    hv_guid_short(&item->sub, id);
    if (sub)
        hv_sub_words(&sub->sub, types, sizeof(types));
    if (item->state == HV_ITEM_DONE)
        hv_canvas_glyph(cv, row, 1, HV_ROLE_GOOD, HV_GLYPH_TICK);
    else if (item->state == HV_ITEM_STOPPED)
        hv_canvas_glyph(cv, row, 1, HV_ROLE_BAD, HV_GLYPH_FAIL);
    else if (item->state == HV_ITEM_RUNNING)
        hv_canvas_spinner(cv, row, 1, HV_ROLE_NOTE, app->mono_ms / 120);
    hv_canvas_text(cv, row, 3, 9, HV_ROLE_STRONG, id);
    hv_canvas_text(cv, row, 14, 8, item_role(item->state),
                   hv_item_state_word(item->state));
    hv_canvas_textf(cv, row, 23, 32, HV_ROLE_TEXT, "%s%s%s",
                    item->old_version.id, item->old_version.id[0] ? " > " : "",
                    item->new_version.id[0] ? item->new_version.id : "?");
    if (item->reason[0])
        hv_canvas_text(cv, row, at, cv->cols - at - 1, HV_ROLE_WARN,
                       item->reason);
    else if (item->state == HV_ITEM_RUNNING || item->state == HV_ITEM_STOPPED)
        hv_canvas_textf(cv, row, at, cv->cols - at - 1, HV_ROLE_NOTE,
                        "step %d of %d done", (int)item->step, HV_STEP_PROMOTE);
    else
        hv_canvas_textf(cv, row, at, cv->cols - at - 1, HV_ROLE_DIM, "%s%s%s",
                        item->is_canary ? "canary" : "",
                        item->is_canary && item->is_proven ? ", proven  "
                        : item->is_canary                  ? "  "
                                                           : "",
                        types);
}

static void
render_items(const struct hv_app *app, struct hv_canvas *cv,
             const struct hv_rotation *job)
{
    struct hv_rotation_counts counts = hv_rotation_count(job);
    int row = 0;

    if (job->reason[0])
        row += hv_canvas_wrap(cv, row, 1, cv->cols - 2, 2, HV_ROLE_WARN,
                              job->reason);
    for (int weight = 0; weight <= 5; weight++) {
        for (size_t i = 0; i < job->len && row < cv->rows; i++) {
            if (weight_of(job->items[i].state) == weight)
                render_item(app, cv, row++, &job->items[i]);
        }
    }
    if (counts.total > (size_t)cv->rows && cv->rows > 0) {
        hv_canvas_fill(cv, cv->rows - 1, 0, 1, cv->cols, HV_ROLE_TEXT);
        hv_canvas_textf(cv, cv->rows - 1, 3, 0, HV_ROLE_DIM,
                        "%zu done, %zu waiting, %zu stopped; Enter shows all",
                        counts.done, counts.waiting, counts.stopped);
    }
}

/* ---------------------------------------------------------------- audit -- */

static void
render_audit_title(const struct hv_app *app, struct hv_canvas *cv, int at)
{
    const struct hv_audit_tail *tail = &app->jobs.audit;

    if (!tail->has_log)
        return;
    if (tail->broken.status)
        hv_canvas_textf(cv, 0, at, 0, HV_ROLE_BAD,
                        " CHAIN BROKEN at line %llu ",
                        (unsigned long long)tail->report.bad_line);
    else
        hv_canvas_textf(cv, 0, at, 0, HV_ROLE_GOOD, " chain ok, %llu lines ",
                        (unsigned long long)tail->report.lines);
}

void
hv_audit_line_render(const struct hv_app *app, struct hv_canvas *cv, int row,
                     const struct hv_audit_row *line)
{
    bool is_bad = !strcmp(line->outcome, "failed");
    char when[HV_SPAN_TEXT];
    int at;

    hv_moment_format(app, line->time_ms, when);
    hv_canvas_text(cv, row, 1, 9, HV_ROLE_DIM, when);
    hv_canvas_text(cv, row, 11, 10, HV_ROLE_TEXT, line->user);
    at = 22 + hv_canvas_text(cv, row, 22, 0, HV_ROLE_STRONG, line->verb);
    at +=
        2 + hv_canvas_text(cv, row, at + 1, 0,
                           is_bad ? HV_ROLE_BAD : HV_ROLE_GOOD, line->outcome);
    hv_canvas_textf(cv, row, at + 1, cv->cols - at - 2, HV_ROLE_TEXT, "%s%s%s",
                    line->what, line->what[0] && line->note[0] ? "  " : "",
                    line->note);
}

static void
render_audit(const struct hv_app *app, struct hv_canvas *cv)
{
    const struct hv_audit_tail *tail = &app->jobs.audit;
    int row = 0;

    if (tail->broken.status)
        row += hv_canvas_wrap(cv, row, 1, cv->cols - 2, 2, HV_ROLE_BAD,
                              tail->broken.why);
    if (!tail->has_log)
        hv_canvas_text(cv, row, 1, 0, HV_ROLE_DIM,
                       "Nothing was ever changed from here.");
    for (size_t i = tail->len; i-- > 0 && row < cv->rows;) {
        /* The outcome of an intent says it all; an open one is counted. */
        if (strcmp(tail->rows[i].phase, "intent") != 0)
            hv_audit_line_render(app, cv, row++, &tail->rows[i]);
    }
}

/* ------------------------------------------------------------ the whole -- */

static void
render_title(const struct hv_app *app, struct hv_canvas *cv)
{
    size_t open = 0;
    int at = 1;

    for (size_t i = 0; i < app->jobs.len; i++)
        open += hv_rotation_is_open(app->jobs.jobs[i].state);
    at += hv_canvas_text(cv, 0, at, 0, HV_ROLE_TITLE, "Jobs and audit") + 2;
    if (app->jobs_load.has_data)
        at += hv_canvas_textf(cv, 0, at, 0, open ? HV_ROLE_WARN : HV_ROLE_DIM,
                              open ? "%zu open" : "none open", open) +
              2;
    hv_list_state_render(app, cv, at);
}

static void
render_details(const struct hv_app *app, struct hv_canvas *cv)
{
    size_t i = hv_list_at(app, HV_VIEW_JOBS);
    int items = i == SIZE_MAX ? 0 : cv->rows / 2;
    struct hv_canvas part;

    if (i != SIZE_MAX && app->lists[HV_VIEW_JOBS].pane == 0) {
        int most = (int)app->jobs.jobs[i].len +
                   (app->jobs.jobs[i].reason[0] ? 2 : 0) + 1;

        items = items > most ? most : items;
        hv_panes_render(app, cv, HV_VIEW_JOBS, app->jobs.jobs[i].id);
        part = hv_canvas_part(cv, 1, 0, items - 1, cv->cols);
        render_items(app, &part, &app->jobs.jobs[i]);
    } else {
        items = 0;
    }
    part = hv_canvas_part(cv, items, 0, cv->rows - items, cv->cols);
    if (i != SIZE_MAX && !items)
        hv_panes_render(app, &part, HV_VIEW_JOBS, "Audit, newest first");
    else
        hv_canvas_rule(&part, 0, 0, part.cols, "Audit, newest first");
    render_audit_title(app, &part, part.cols >= 70 ? 45 : 24);
    part = hv_canvas_part(&part, 1, 0, part.rows - 1, part.cols);
    render_audit(app, &part);
}

void
hv_jobs_render(const struct hv_app *app, struct hv_canvas *cv)
{
    size_t len = hv_list_count(app, HV_VIEW_JOBS);
    int rows = hv_jobs_list_rows(app, cv->rows, cv->cols);
    struct hv_layout at;

    render_title(app, cv);
    hv_layout_make(&at, columns, (int)HV_LEN(columns), 2, cv->cols - 2);
    hv_layout_head(cv, 1, &at);
    if (!app->jobs_load.has_data &&
        hv_load_state(app, cv, 3, &app->jobs_load, "jobs"))
        return;
    if (!len)
        hv_canvas_text(cv, 2, 2, 0, HV_ROLE_TEXT,
                       app->jobs.len ? "Nothing fits the filter. Esc clears it."
                                     : "No rotation yet. R in 3 Keys begins "
                                       "one.");
    hv_list_each(app, cv, HV_VIEW_JOBS, 2, rows, render_row, &at);
    if (app->is_detail_on && cv->rows - 2 - rows > 3) {
        struct hv_canvas part =
            hv_canvas_part(cv, 3 + rows, 0, cv->rows - 3 - rows, cv->cols);

        render_details(app, &part);
    }
}
