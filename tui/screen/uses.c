/*
 * uses.c - how the use of a subscription goes over from its old key to the new
 * one: a chart per version, all to one scale, over the same days. Called by
 * keys_detail.c and subs_detail.c. Pure; never key bytes.
 */
#include "tui/screen/frame.h"
#include "tui/screen/format.h"

#include "hvconsole/clock.h"

#include <stdio.h>
#include <string.h>

#define DAY_MS    INT64_C(86400000)
#define NAME      17 /* columns of "old v20261111-12 " before a low chart */
#define MOST_EACH 6  /* columns of a day: broader tells nothing more */
#define MOST_ROWS 5  /* of one version: name and four rows of columns */

int64_t
hv_keys_scale(const struct hv_app *app, const struct hv_guid *sub)
{
    int64_t max = 1;

    for (size_t i = 0; i < app->drain.len; i++) {
        const struct hv_drain_row *row = &app->drain.rows[i];

        for (int d = 0; d < HV_DRAIN_DAYS && hv_guid_equal(&row->sub, sub); d++)
            max = row->days[d] > max ? row->days[d] : max;
    }
    return max;
}

/* An old version that is used more and more is news; a new one should be. */
static enum hv_role
trend_role(const struct hv_drain_row *drain)
{
    bool is_old = drain->state == HV_KEY_ACCEPTED;

    if (drain->trend == HV_TREND_RISING)
        return is_old ? HV_ROLE_WARN : HV_ROLE_GOOD;
    return is_old && drain->trend == HV_TREND_FALLING ? HV_ROLE_GOOD
                                                      : HV_ROLE_DIM;
}

static const char *
side_of(const struct hv_drain_row *drain)
{
    return drain->state == HV_KEY_ACTIVE     ? "new"
           : drain->state == HV_KEY_ACCEPTED ? "old"
                                             : "";
}

static int
render_name(struct hv_canvas *cv, int row, const struct hv_drain_row *drain)
{
    int at = 1;

    at += hv_canvas_text(cv, row, at, 4, hv_state_role(drain->state),
                         side_of(drain));
    return at +
           hv_canvas_text(cv, row, at, 0, HV_ROLE_STRONG, drain->version.id);
}

/* "312 in 24 h, rising", from the right edge. */
static void
render_count(struct hv_canvas *cv, int row, const struct hv_drain_row *drain)
{
    const char *trend = hv_trend_word(drain->trend);
    int end = cv->cols - 1 - (int)strlen(trend);
    char text[40];

    hv_canvas_text(cv, row, end, 0, trend_role(drain), trend);
    snprintf(text, sizeof(text), "%lld in 24 h%s", (long long)drain->uses_24h,
             trend[0] ? ", " : "");
    hv_canvas_right(cv, row, end - (int)strlen(text), (int)strlen(text),
                    drain->uses_24h ? HV_ROLE_TEXT : HV_ROLE_DIM, text);
}

/* Columns of one day, and the blank after it where there is room for one. */
static int
day_width(int width)
{
    int each = width / HV_DRAIN_DAYS;

    return each > MOST_EACH ? MOST_EACH : each;
}

static void
render_days(const struct hv_app *app, struct hv_canvas *cv, int row, int col,
            int rows, int each, const struct hv_drain_row *drain)
{
    int64_t max = hv_keys_scale(app, &drain->sub);

    for (int d = 0; d < HV_DRAIN_DAYS; d++)
        hv_canvas_plot(cv, row, col + d * each, rows,
                       each > 2 ? each - 1 : each, hv_state_role(drain->state),
                       &drain->days[d], 1, max);
}

/* The days below the columns, and when the old version was replaced. */
static void
render_axis(const struct hv_app *app, struct hv_canvas *cv, int row, int col,
            int each, const struct hv_guid *sub)
{
    int width = each * HV_DRAIN_DAYS;
    char from[HV_TIME_TEXT];
    char to[HV_TIME_TEXT];

    hv_canvas_right(cv, row, col, width, HV_ROLE_DIM, "now");
    hv_time_format(app->now_ms - HV_DRAIN_DAYS * DAY_MS, from);
    hv_canvas_textf(cv, row, col, 0, HV_ROLE_DIM, "%.5s",
                    from[0] ? from + 5 : "");
    for (size_t i = 0; i < app->drain.len; i++) {
        const struct hv_drain_row *drain = &app->drain.rows[i];
        int64_t ago = app->now_ms - drain->confirmed_ms;
        int at;

        if (!hv_guid_equal(&drain->sub, sub) || !drain->confirmed_ms ||
            ago < 0 || ago >= HV_DRAIN_DAYS * DAY_MS)
            continue;
        at = (int)((HV_DRAIN_DAYS * DAY_MS - ago) * width /
                   (HV_DRAIN_DAYS * DAY_MS));
        if (at < 6 || at > width - 20)
            continue; /* no room beside the ends */
        hv_time_format(drain->confirmed_ms, to);
        hv_canvas_glyph(cv, row, col + at, HV_ROLE_NOTE, HV_GLYPH_UP);
        hv_canvas_textf(cv, row, col + at + 2, 0, HV_ROLE_NOTE, "replaced %.5s",
                        to + 5);
        return;
    }
}

static int
count_series(const struct hv_app *app, const struct hv_guid *sub)
{
    int count = 0;

    for (size_t i = 0; i < app->drain.len; i++)
        count += hv_guid_equal(&app->drain.rows[i].sub, sub);
    return count;
}

/* As many rows as there are for each: the name above its columns, or, where it
 * is tight, beside them. */
void
hv_uses_render(const struct hv_app *app, struct hv_canvas *cv,
               const struct hv_guid *sub)
{
    int count = count_series(app, sub);
    int rows = count ? (cv->rows - 1) / count : 0;
    bool is_high = rows >= 2;
    int col = is_high ? 1 : NAME + 1;
    int each = day_width(cv->cols - col - (is_high ? 1 : 0));
    int row = 0;

    if (!count || cv->rows < 2 || each < 1) {
        hv_canvas_text(cv, 0, 1, 0, HV_ROLE_DIM,
                       count                      ? "no room for a chart"
                       : app->drain_load.has_data ? "no key of it verifies here"
                                                  : "the journal has not been "
                                                    "read yet");
        return;
    }
    rows = rows > MOST_ROWS ? MOST_ROWS : rows < 1 ? 1 : rows;
    for (size_t i = 0; i < app->drain.len && row + rows < cv->rows; i++) {
        const struct hv_drain_row *drain = &app->drain.rows[i];

        if (!hv_guid_equal(&drain->sub, sub))
            continue;
        render_name(cv, row, drain);
        if (is_high)
            render_count(cv, row, drain);
        render_days(app, cv, row + is_high, col, rows - is_high, each, drain);
        row += rows;
    }
    render_axis(app, cv, row, col, each, sub);
}
