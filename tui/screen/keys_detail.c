/*
 * keys_detail.c - one key version: the evidence for and against retiring it,
 * the use of old and new over time, its life. Called by keys.c. Pure; never
 * key bytes.
 */
#include "tui/screen/frame.h"
#include "tui/screen/format.h"

#include "hvconsole/clock.h"
#include "hvconsole/codec.h"

#include <stdio.h>
#include <string.h>

#define SIDE_COLS 120 /* from here the chart stands beside the evidence */
#define LABEL     24  /* columns before a chart */

const char *const hv_keys_panes[] = { "evidence", "use", "life", NULL };

/* ------------------------------------------------------------------ use -- */

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

/* One version: its name, its columns over time, its count of today. */
static void
render_series(const struct hv_app *app, struct hv_canvas *cv, int row, int rows,
              const struct hv_drain_row *drain)
{
    int width = cv->cols - LABEL - 16;
    bool is_old = drain->state == HV_KEY_ACCEPTED;

    hv_canvas_text(cv, row, 1, 4, hv_state_role(drain->state),
                   drain->state == HV_KEY_ACTIVE ? "new"
                   : is_old                      ? "old"
                                                 : "");
    hv_canvas_text(cv, row, 5, LABEL - 6, HV_ROLE_TEXT, drain->version.id);
    hv_canvas_plot(cv, row, LABEL, rows, width / HV_DRAIN_DAYS * HV_DRAIN_DAYS,
                   hv_state_role(drain->state), drain->days, HV_DRAIN_DAYS,
                   hv_keys_scale(app, &drain->sub));
    hv_canvas_rightf(cv, row, cv->cols - 15, 14,
                     drain->uses_24h ? HV_ROLE_STRONG : HV_ROLE_DIM,
                     "%lld in 24 h", (long long)drain->uses_24h);
    if (rows > 1 && drain->trend)
        hv_canvas_right(cv, row + 1, cv->cols - 15, 14, trend_role(drain),
                        hv_trend_word(drain->trend));
}

static int
count_series(const struct hv_app *app, const struct hv_guid *sub)
{
    int count = 0;

    for (size_t i = 0; i < app->drain.len; i++)
        count += hv_guid_equal(&app->drain.rows[i].sub, sub);
    return count;
}

static void
render_axis(const struct hv_app *app, struct hv_canvas *cv, int row)
{
    int width = (cv->cols - LABEL - 16) / HV_DRAIN_DAYS * HV_DRAIN_DAYS;
    char from[HV_TIME_TEXT];

    hv_time_format(app->now_ms - HV_DRAIN_DAYS * INT64_C(86400000), from);
    hv_canvas_right(cv, row, LABEL, width, HV_ROLE_DIM, "now");
    hv_canvas_textf(cv, row, LABEL, 0, HV_ROLE_DIM, "%.5s",
                    from[0] ? from + 5 : "");
}

void
hv_uses_render(const struct hv_app *app, struct hv_canvas *cv,
               const struct hv_guid *sub)
{
    int count = count_series(app, sub);
    int each = count ? (cv->rows - 1) / count : 0;
    int row = 0;

    if (!count || cv->cols < LABEL + 16 + HV_DRAIN_DAYS) {
        hv_canvas_text(cv, 0, 1, 0, HV_ROLE_DIM,
                       count ? "no room for a chart"
                             : "the journal has not been read yet");
        return;
    }
    each = each > 4 ? 4 : each < 1 ? 1 : each;
    for (size_t i = 0; i < app->drain.len && row + each < cv->rows; i++) {
        if (!hv_guid_equal(&app->drain.rows[i].sub, sub))
            continue;
        render_series(app, cv, row, each, &app->drain.rows[i]);
        row += each;
    }
    render_axis(app, cv, row);
}

/* ------------------------------------------------------------- evidence -- */

static int
render_checks(struct hv_canvas *cv, int row, const struct hv_drain_row *drain)
{
    for (int i = 0; i < HV_RETIRE_RULES && row < cv->rows; i++) {
        const struct hv_retire_check *check = &drain->checks[i];
        bool is_bad = check->verdict == HV_RETIRE_NOT_OK;

        if (check->verdict == HV_RETIRE_NOT_ASKED)
            hv_canvas_text(cv, row, 1, 1, HV_ROLE_NOTE, "?");
        else
            hv_canvas_glyph(cv, row, 1, is_bad ? HV_ROLE_BAD : HV_ROLE_GOOD,
                            is_bad ? HV_GLYPH_FAIL : HV_GLYPH_TICK);
        hv_canvas_text(cv, row, 3, 10, HV_ROLE_DIM,
                       hv_retire_rule_word(check->rule));
        hv_canvas_text(cv, row++, 14, cv->cols - 15,
                       is_bad ? HV_ROLE_STRONG : HV_ROLE_TEXT, check->text);
    }
    return row;
}

/* The first line says it all: may it go, and if not, when. */
static void
render_verdict(const struct hv_app *app, struct hv_canvas *cv,
               const struct hv_drain_row *drain)
{
    char span[HV_SPAN_TEXT];
    char time[HV_TIME_TEXT];

    if (drain->may_retire) {
        hv_canvas_text(cv, 0, 1, 0, HV_ROLE_GOOD,
                       "It may go: X asks the platform once more, then wipes "
                       "it.");
        return;
    }
    if (drain->safe_at_ms > app->now_ms) {
        hv_span_format(drain->safe_at_ms - app->now_ms, span);
        hv_time_format(drain->safe_at_ms, time);
        hv_canvas_textf(cv, 0, 1, 0, HV_ROLE_WARN,
                        "Not yet: safe in %s (%.16sZ) if no new message uses "
                        "it.",
                        span, time);
    } else {
        hv_canvas_text(cv, 0, 1, 0, HV_ROLE_WARN,
                       "Not yet: what is marked below does not hold.");
    }
}

static void
render_evidence(const struct hv_app *app, struct hv_canvas *cv,
                const struct hv_key_row *key, bool is_wide)
{
    const struct hv_drain_row *drain =
        hv_app_drain(app, &key->sub, key->version.id);
    struct hv_buf why = { 0 };
    int row;

    if (key->state == HV_KEY_ACCEPTED && drain) {
        render_verdict(app, cv, drain);
        render_checks(cv, 1, drain);
        return;
    }
    hv_key_why(app, key, &why);
    row = hv_canvas_wrap(cv, 0, 1, cv->cols - 2, 3, HV_ROLE_TEXT,
                         hv_buf_str(&why));
    hv_buf_release(&why);
    if (drain && cv->rows > 4 && !is_wide) {
        struct hv_canvas rest =
            hv_canvas_part(cv, row + 1, 0, cv->rows - row - 1, cv->cols);

        hv_uses_render(app, &rest, &key->sub);
    }
}

/* ----------------------------------------------------------------- life -- */

static void
render_moment(const struct hv_app *app, struct hv_canvas *cv, int *row,
              const char *name, int64_t ms)
{
    char time[HV_TIME_TEXT];
    char ago[HV_SPAN_TEXT];

    if (!ms)
        return;
    hv_time_format(ms, time);
    hv_ago_format(app, ms, ago);
    hv_canvas_text(cv, *row, 1, 12, HV_ROLE_DIM, name);
    hv_canvas_textf(cv, (*row)++, 14, 0, HV_ROLE_TEXT, "%.19sZ  %s%s", time,
                    ago, ago[0] == 'n' ? "" : " ago");
}

static void
render_life(const struct hv_app *app, struct hv_canvas *cv,
            const struct hv_key_row *key)
{
    char print[HV_HEX_SIZE(8)];
    char id[HV_GUID_TEXT];
    int row = 0;

    hv_guid_format(&key->sub, id);
    hv_canvas_text(cv, row, 1, 12, HV_ROLE_DIM, "subscription");
    hv_canvas_text(cv, row++, 14, 0, HV_ROLE_TEXT, id);
    render_moment(app, cv, &row, "made", key->created_ms);
    render_moment(app, cv, &row, "active", key->activated_ms);
    render_moment(app, cv, &row, "superseded", key->superseded_ms);
    render_moment(app, cv, &row, "retired", key->retired_ms);
    render_moment(app, cv, &row, "last use", key->last_used_ms);
    hv_hex_encode(key->fingerprint, sizeof(key->fingerprint), print);
    hv_canvas_text(cv, row, 1, 12, HV_ROLE_DIM, "fingerprint");
    hv_canvas_textf(cv, row++, 14, 0, HV_ROLE_TEXT, "%s  %s", print,
                    key->origin == HV_KEY_IMPORTED ? "imported" : "made here");
    hv_canvas_text(cv, row, 1, 12, HV_ROLE_DIM, "verified");
    hv_canvas_textf(cv, row, 14, 0, HV_ROLE_TEXT,
                    "%lld message%s, %lld in the last 24 h",
                    (long long)key->uses, key->uses == 1 ? "" : "s",
                    (long long)key->uses_24h);
}

void
hv_keys_detail_render(const struct hv_app *app, struct hv_canvas *cv,
                      const struct hv_key_row *key)
{
    struct hv_canvas part = hv_canvas_part(cv, 1, 0, cv->rows - 1, cv->cols);
    int pane = app->lists[HV_VIEW_KEYS].pane;
    char title[128];
    char id[HV_GUID_SHORT];

    hv_guid_short(&key->sub, id);
    snprintf(title, sizeof(title), "%s %s", id, key->version.id);
    hv_panes_render(app, cv, HV_VIEW_KEYS, title);
    if (cv->cols >= SIDE_COLS && pane != 1) {
        struct hv_canvas side = hv_beside(cv);

        part = hv_canvas_part(cv, 1, 0, cv->rows - 1, cv->cols - side.cols - 1);
        hv_uses_render(app, &side, &key->sub);
    }
    if (pane == 0)
        render_evidence(app, &part, key, cv->cols >= SIDE_COLS);
    else if (pane == 1)
        hv_uses_render(app, &part, &key->sub);
    else
        render_life(app, &part, key);
}
