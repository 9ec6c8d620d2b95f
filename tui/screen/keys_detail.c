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

const char *const hv_keys_panes[] = { "evidence", "use", "life", NULL };

/* ------------------------------------------------------------- evidence -- */

static int
render_checks(struct hv_canvas *cv, int row, const struct hv_drain_row *drain)
{
    for (int i = 0; i < HV_RETIRE_RULES && row < cv->rows; i++) {
        const struct hv_retire_check *check = &drain->checks[i];
        bool is_bad = check->verdict == HV_RETIRE_NOT_OK;
        int spare = cv->rows - row - (HV_RETIRE_RULES - i);

        if (check->verdict == HV_RETIRE_NOT_ASKED)
            hv_canvas_text(cv, row, 1, 1, HV_ROLE_NOTE, "?");
        else
            hv_canvas_glyph(cv, row, 1, is_bad ? HV_ROLE_BAD : HV_ROLE_GOOD,
                            is_bad ? HV_GLYPH_FAIL : HV_GLYPH_TICK);
        hv_canvas_text(cv, row, 3, 10, HV_ROLE_DIM,
                       hv_retire_rule_word(check->rule));
        spare =
            hv_canvas_wrap(cv, row, 14, cv->cols - 15, spare > 0 ? 2 : 1,
                           is_bad ? HV_ROLE_STRONG : HV_ROLE_TEXT, check->text);
        row += spare > 1 ? spare : 1;
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

/* The retry horizon: how much of the silence that is wanted has passed. */
static int
render_horizon(const struct hv_app *app, struct hv_canvas *cv, int row,
               const struct hv_drain_row *drain)
{
    int64_t since = drain->last_fresh_ms > drain->confirmed_ms
                        ? drain->last_fresh_ms
                        : drain->confirmed_ms;
    int64_t whole = drain->safe_at_ms - since;
    int64_t past = app->now_ms - since;
    int width = cv->cols - 42;
    char done[HV_SPAN_TEXT];
    char wanted[HV_SPAN_TEXT];

    if (!since || whole <= 0 || past < 0 || width < 10)
        return row;
    past = past > whole ? whole : past;
    hv_span_format(past, done);
    hv_span_format(whole, wanted);
    hv_canvas_text(cv, row, 1, 12, HV_ROLE_DIM, "silence");
    hv_canvas_bar(cv, row, 14, width,
                  past == whole ? HV_ROLE_GOOD : HV_ROLE_NOTE, past, whole);
    hv_canvas_textf(cv, row, 15 + width, 0, HV_ROLE_TEXT, "%s of %s", done,
                    wanted);
    return row + 1;
}

/* The older versions of a subscription whose active one is looked at. */
static int
render_older(const struct hv_app *app, struct hv_canvas *cv, int row,
             const struct hv_guid *sub)
{
    for (size_t i = 0; i < app->keys.len && row < cv->rows; i++) {
        const struct hv_key_row *old = &app->keys.rows[i];
        char span[HV_SPAN_TEXT] = "";
        int at = 1;

        if (!hv_guid_equal(&old->sub, sub) || old->state != HV_KEY_ACCEPTED)
            continue;
        if (old->safe_at_ms > app->now_ms)
            hv_span_format(old->safe_at_ms - app->now_ms, span);
        at += hv_canvas_text(cv, row, at, 0, hv_state_role(old->state), "old ");
        at +=
            hv_canvas_text(cv, row, at, 0, HV_ROLE_STRONG, old->version.id) + 1;
        at += hv_canvas_text(cv, row, at, 0, hv_drain_role(old->drain),
                             hv_drain_word(old->drain));
        hv_canvas_textf(cv, row++, at, cv->cols - at - 1, HV_ROLE_TEXT,
                        ", %lld in 24 h, %s%s", (long long)old->uses_24h,
                        old->drain == HV_DRAIN_SAFE ? "may go now: X on it"
                        : span[0]                   ? "may go in "
                                                    : "not safe yet",
                        old->drain == HV_DRAIN_SAFE ? "" : span);
    }
    return row;
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
        render_checks(cv, render_horizon(app, cv, 1, drain), drain);
        return;
    }
    hv_key_why(app, key, &why);
    row = hv_canvas_wrap(cv, 0, 1, cv->cols - 2, 3, HV_ROLE_TEXT,
                         hv_buf_str(&why));
    hv_buf_release(&why);
    if (key->state == HV_KEY_ACTIVE)
        row = render_older(app, cv, row, &key->sub);
    if (drain && cv->rows - row > 3 && !is_wide) {
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

/* "44f1..9d2 v20261111-1  Blood glucose": the tabs still fit beside it. */
static void
render_title(const struct hv_app *app, struct hv_canvas *cv,
             const struct hv_key_row *key)
{
    const struct hv_sub_row *sub = hv_app_sub(app, &key->sub);
    char types[512] = "";
    char title[128];
    char id[HV_GUID_SHORT];
    int room = cv->cols - 62;

    hv_guid_short(&key->sub, id);
    if (sub && room > 4)
        hv_sub_words(&sub->sub, types, sizeof(types));
    if (room > 60)
        room = 60;
    snprintf(title, sizeof(title), "%s %s%s%.*s", id, key->version.id,
             types[0] ? "  " : "", types[0] ? room : 0, types);
    hv_panes_render(app, cv, HV_VIEW_KEYS, title);
}

void
hv_keys_detail_render(const struct hv_app *app, struct hv_canvas *cv,
                      const struct hv_key_row *key)
{
    struct hv_canvas part = hv_canvas_part(cv, 1, 0, cv->rows - 1, cv->cols);
    int pane = app->lists[HV_VIEW_KEYS].pane;

    render_title(app, cv, key);
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
