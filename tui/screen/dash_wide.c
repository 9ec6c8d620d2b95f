/*
 * dash_wide.c - what the dashboard shows more where the screen is wide and
 * high: each subscription with its last day, the verdicts hour by hour, and
 * the end of the audit log. Called by dash.c. Pure.
 */
#include "tui/screen/frame.h"
#include "tui/screen/format.h"

#include "hvconsole/clock.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

/* --------------------------------------------------------- subscriptions -- */

static const struct hv_list_column columns[] = {
    { "id", 9, 9, false },
    { "types", 10, 24, false },
    { "last 24 hours", HV_LOG_HOURS, HV_LOG_HOURS, false },
    { "st", 4, 4, false },
    { "last", 4, 4, true },
    { "24h", 4, 4, true },
};
enum { ID, TYPES, HOURS, ST, LAST, DAY };

/* What a person looks at first: refusals, then what has no key, then who is
 * gone; among equals who was heard of last. */
static int
weight_of(const struct hv_sub_row *row)
{
    return row->refused_24h ? 0 : !row->has_key ? 1 : !row->is_live ? 2 : 3;
}

static bool
is_before(const struct hv_sub_row *a, const struct hv_sub_row *b)
{
    int by = weight_of(a) - weight_of(b);

    return by ? by < 0 : a->last_ms > b->last_ms;
}

/* The nth of them in that order; few enough to count anew for each row. */
static const struct hv_sub_row *
nth_sub(const struct hv_app *app, size_t nth)
{
    for (size_t i = 0; i < app->subs.len; i++) {
        size_t before = 0;

        for (size_t k = 0; k < app->subs.len; k++) {
            const struct hv_sub_row *a = &app->subs.rows[k];
            const struct hv_sub_row *b = &app->subs.rows[i];

            before += is_before(a, b) || (!is_before(b, a) && k < i);
        }
        if (before == nth)
            return &app->subs.rows[i];
    }
    return NULL;
}

static void
render_sub(const struct hv_app *app, struct hv_canvas *cv, int row,
           const struct hv_layout *at, const struct hv_sub_row *sub)
{
    char text[512];
    char count[HV_COUNT_TEXT];
    enum hv_role role;

    hv_guid_short(&sub->sub.id, text);
    hv_layout_put(cv, row, at, ID, HV_ROLE_STRONG, text);
    hv_sub_words(&sub->sub, text, sizeof(text));
    hv_layout_put(cv, row, at, TYPES, HV_ROLE_TEXT, text);
    if (HOURS < at->len)
        hv_hours_render(app, cv, row, at->at[HOURS], &sub->sub.id);
    hv_sub_state(sub, text, &role);
    hv_layout_put(cv, row, at, ST, role, text);
    hv_ago_format(app, sub->last_ms, text);
    hv_layout_put(cv, row, at, LAST, sub->last_ms ? HV_ROLE_TEXT : HV_ROLE_DIM,
                  text);
    hv_count_format(sub->uses_24h + sub->refused_24h, count);
    hv_layout_put(cv, row, at, DAY,
                  sub->refused_24h ? HV_ROLE_BAD
                  : sub->uses_24h  ? HV_ROLE_TEXT
                                   : HV_ROLE_DIM,
                  count);
}

void
hv_dash_table_render(const struct hv_app *app, struct hv_canvas *cv)
{
    struct hv_layout at;
    int rows = cv->rows - 1;
    int shown = (int)app->subs.len > rows ? rows - 1 : (int)app->subs.len;

    hv_layout_make(&at, columns, (int)HV_LEN(columns), 1, cv->cols - 2);
    hv_layout_head(cv, 0, &at);
    for (int i = 0; i < shown; i++)
        render_sub(app, cv, 1 + i, &at, nth_sub(app, (size_t)i));
    if (!app->subs.len)
        hv_canvas_text(cv, 1, 1, 0, HV_ROLE_TEXT,
                       "No subscriptions yet. 2 shows the list, A adds one.");
    else if (shown < (int)app->subs.len)
        hv_canvas_textf(cv, 1 + shown, 1, 0, HV_ROLE_DIM,
                        "and %d more; 2 shows all", (int)app->subs.len - shown);
}

/* ---------------------------------------------------------- the last day -- */

static void
sum_hours(const struct hv_status_model *status, int64_t good[], int64_t bad[])
{
    for (size_t h = 0; h < HV_LEN(status->hours); h++) {
        for (int v = 0; v < HV_VERDICT_COUNT; v++) {
            if (hv_verdict_row((enum hv_verdict)v)->is_verified)
                good[h] += status->hours[h].verdicts[v];
            else
                bad[h] += status->hours[h].verdicts[v];
        }
    }
}

void
hv_dash_day_render(const struct hv_app *app, struct hv_canvas *cv)
{
    int64_t good[HV_LOG_HOURS] = { 0 };
    int64_t bad[HV_LOG_HOURS] = { 0 };
    int low = cv->rows >= 6 ? 2 : 1;

    if (cv->rows < 3 || hv_hours_each(cv->cols) < 1)
        return;
    sum_hours(app->status, good, bad);
    hv_hours_plot(cv, 0, cv->rows - 1 - low, "verified", HV_ROLE_GOOD, good);
    hv_hours_plot(cv, cv->rows - 1 - low, low, "refused", HV_ROLE_BAD, bad);
    hv_hours_axis(app, cv, cv->rows - 1);
}

/* ----------------------------------------------------------------- audit -- */

void
hv_dash_audit_render(const struct hv_app *app, struct hv_canvas *cv)
{
    const struct hv_audit_tail *tail = &app->jobs.audit;
    int row = 0;

    if (tail->broken.status)
        hv_canvas_text(cv, row++, 1, cv->cols - 2, HV_ROLE_BAD,
                       "THE CHAIN OF THE AUDIT LOG IS BROKEN; 9 says where");
    for (size_t i = tail->len; i-- > 0 && row < cv->rows;) {
        if (strcmp(tail->rows[i].phase, "intent") != 0)
            hv_audit_line_render(app, cv, row++, &tail->rows[i]);
    }
    if (!row && app->jobs_load.has_data)
        hv_canvas_text(cv, 0, 1, 0, HV_ROLE_DIM,
                       "Nothing was changed from here yet.");
}
