/*
 * maint.c - the Maintenance view: windows and tracked user tokens with their
 * countdowns, and below them what the tab is about. Draws app->maint, filled by
 * the worker; the countdowns go on with the clock of the state. Pure.
 */
#include "tui/screen/maint.h"

#include "tui/screen/format.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

const struct hv_binding hv_maint_bindings[] = {
    { "<Enter>", "open", NULL, NULL },
    { "A", "window", "add", NULL },
    { "E", "change window", "edit", NULL },
    { "D", "maint cancel %name", "cancel", "forget this window" },
    { "T", "maint drill %name", "drill", "rehearse the day with one token" },
    { "<Space>", "checklist toggle", "tick", "tick what is marked, or not" },
    { "<Tab>", "checklist next", NULL, "next of the checklist" },
    { "<S-Tab>", "checklist prev", NULL, "previous of the checklist" },
    { "V", "token check --all", "verify", "ask the platform about each token" },
    { "m", "notice", NULL, "what to tell people about the window" },
    { "yn", "notice copy", NULL, "copy the notice" },
    { "x", "why", NULL, NULL },
    { "]", "pane next", "tabs", "windows, forecast, drill, notice" },
    { "[", "pane prev", NULL, "windows, forecast, drill, notice" },
    { "s", "sort", NULL, "sort by the next column" },
    { "i", "sort invert", NULL, "turn the order round" },
    { "d", "detail", NULL, NULL },
    { 0 },
};

const char *const hv_maint_panes[] = { "windows", "forecast", "drill", "notice",
                                       NULL };
enum { PANE_WINDOWS, PANE_FORECAST, PANE_DRILL, PANE_NOTICE };

static const struct hv_list_column columns[] = {
    { "name", 18, 28, false },     { "kind", 10, 10, false },
    { "declared", 17, 24, false }, { "state", 7, 7, false },
    { "in", 7, 9, true },          { "note", 8, 24, false },
    { "drill", 8, 8, false },      { "first 7", 17, 17, false },
    { "7s", 5, 5, true },
};
enum { NAME, KIND, WHEN, STATE, IN, NOTE, DRILL, FIRST, SEVENS };

#define LABEL 10
#define WIDE  120 /* from here two halves stand side by side */

int
hv_maint_list_rows(const struct hv_app *app, int rows, int cols)
{
    bool is_windows = app->lists[HV_VIEW_MAINT].pane == PANE_WINDOWS;
    int most = rows >= 30 ? 8 : rows >= 14 ? 4 : rows - 2;
    int len = (int)hv_maint_count(app);

    (void)cols;
    if (!app->is_detail_on)
        return rows - 2;
    if (!is_windows && rows >= 14)
        most--;
    return len < 1 ? 1 : len < most ? len : most;
}

void
hv_maint_date(const struct hv_app *app, int64_t ms, char out[HV_DATE_TEXT])
{
    bool is_local = app->time_mode == HV_TIME_LOCAL;
    time_t s = (time_t)(ms / 1000);
    struct tm tm;

    out[0] = 0;
    if (ms && (is_local ? localtime_r(&s, &tm) : gmtime_r(&s, &tm)))
        (void)strftime(out, HV_DATE_TEXT,
                       is_local ? "%Y-%m-%d %H:%M" : "%Y-%m-%d %H:%MZ", &tm);
    if (!out[0])
        hv_copy(out, HV_DATE_TEXT, "-");
}

int
hv_maint_label(struct hv_canvas *cv, int row, int most, enum hv_role role,
               const char *label, const char *text)
{
    if (row >= cv->rows)
        return row;
    hv_canvas_text(cv, row, 1, LABEL, HV_ROLE_DIM, label);
    if (most > cv->rows - row)
        most = cv->rows - row;
    return row + hv_canvas_wrap(cv, row, LABEL + 2, cv->cols - LABEL - 3, most,
                                role, text);
}

/* ------------------------------------------------------------- the list -- */

static enum hv_role
state_role(const char *state)
{
    static const struct {
        const char *word;
        enum hv_role role;
    } roles[] = {
        { "kept", HV_ROLE_GOOD },    { "planned", HV_ROLE_NOTE },
        { "now", HV_ROLE_WARN },     { "sign-in", HV_ROLE_WARN },
        { "overdue", HV_ROLE_WARN }, { "stopped", HV_ROLE_BAD },
        { "missing", HV_ROLE_BAD },
    };

    for (size_t i = 0; i < HV_LEN(roles); i++) {
        if (!strcmp(roles[i].word, state))
            return roles[i].role;
    }
    return HV_ROLE_DIM;
}

/* Without room for words the numbers alone. */
static void
note_of(const struct hv_app *app, size_t i, bool is_short, char *out,
        size_t size)
{
    const struct hv_window_row *row = hv_maint_window_at(app, i);
    const struct hv_token_note *note;
    const char *word;
    char code[16];
    char ago[HV_SPAN_TEXT];

    if (row && hv_window_phase(&row->window, app->now_ms) == HV_WINDOW_OVER) {
        hv_copy(out, size, row->curve.seen_all ? "explains 7s" : "over");
    } else if (row && row->window.kind == HV_WINDOW_TOKEN_KEYS) {
        snprintf(out, size, is_short ? "%zu end" : "%zu of %zu end",
                 row->forecast.refused, row->forecast.tracked);
    } else if (row) {
        hv_copy(out, size, is_short ? "none end" : "no token ends");
    } else {
        note = &hv_maint_token_at(app, i)->note;
        word = hv_token_fate_row(hv_token_fate(note->code))->word;
        snprintf(code, sizeof(code), "%d", note->code);
        hv_ago_format(app, note->checked_ms, ago);
        snprintf(out, size, note->checked_ms ? "%s, %s" : "never",
                 is_short ? code : word, ago);
    }
}

/* "11-23 10:00 +-12h"; a token's end. Without room for it the year goes. */
static void
declared(const struct hv_app *app, size_t i, int width, char *out, size_t size)
{
    const struct hv_window_row *row = hv_maint_window_at(app, i);
    char date[HV_DATE_TEXT];
    char slack[32] = "";
    bool is_long;

    hv_maint_date(
        app, row ? row->window.at_ms : hv_maint_token_at(app, i)->note.ends_ms,
        date);
    if (row && row->window.slack_ms >= 3600000)
        snprintf(slack, sizeof(slack), " +-%lldh",
                 (long long)(row->window.slack_ms / 3600000));
    else if (row && row->window.slack_ms)
        snprintf(slack, sizeof(slack), " +-%lldm",
                 (long long)(row->window.slack_ms / 60000));
    is_long = (int)(strlen(date) + strlen(slack)) > width;
    if (is_long && strlen(date) > 16)
        date[16] = 0; /* the Z: times are UTC unless `t` says */
    snprintf(out, size, "%s%s", is_long && strlen(date) > 5 ? date + 5 : date,
             slack);
}

static void
put_window(const struct hv_app *app, struct hv_canvas *cv, int row,
           const struct hv_layout *at, const struct hv_window_row *window)
{
    bool has_passed = window->drill.passed == HV_DRILL_ALL;
    char text[HV_DATE_TEXT + 8];

    snprintf(text, sizeof(text), "%s %d/%d", has_passed ? "PASS" : "FAIL",
             hv_drill_count(&window->drill), HV_DRILL_STEPS);
    hv_layout_put(cv, row, at, DRILL,
                  !window->has_drill ? HV_ROLE_DIM
                  : has_passed       ? HV_ROLE_GOOD
                                     : HV_ROLE_BAD,
                  window->has_drill ? text : "-");
    hv_maint_date(app, window->curve.first_ms, text);
    hv_layout_put(cv, row, at, FIRST, HV_ROLE_TEXT, text);
    snprintf(text, sizeof(text), "%zu", window->curve.seen_all);
    hv_layout_put(cv, row, at, SEVENS, HV_ROLE_TEXT,
                  window->curve.seen_all ? text : "-");
}

static void
render_row(const struct hv_app *app, struct hv_canvas *cv, int row, size_t i,
           const void *arg)
{
    const struct hv_layout *at = arg;
    const struct hv_window_row *window = hv_maint_window_at(app, i);
    const char *state = hv_maint_state(app, i);
    int64_t left = hv_maint_left(app, i);
    char text[256];
    char count[HV_COUNTDOWN];

    hv_layout_put(cv, row, at, NAME, HV_ROLE_STRONG, hv_maint_name(app, i));
    hv_layout_put(cv, row, at, KIND, HV_ROLE_TEXT,
                  window ? hv_window_kind_word(window->window.kind) : "token");
    hv_layout_put(cv, row, at, STATE, state_role(state), state);
    hv_countdown(left, count);
    hv_layout_put(cv, row, at, IN, left ? HV_ROLE_TEXT : HV_ROLE_DIM,
                  left ? count : "-");
    declared(app, i, at->len > WHEN ? at->width[WHEN] : 0, text, sizeof(text));
    hv_layout_put(cv, row, at, WHEN, HV_ROLE_TEXT, text);
    note_of(app, i, at->len <= NOTE || at->width[NOTE] < 14, text,
            sizeof(text));
    hv_layout_put(cv, row, at, NOTE, HV_ROLE_TEXT, text);
    if (window)
        put_window(app, cv, row, at, window);
}

/* ------------------------------------------------------------ the tabs -- */

/* A line with a title, when something still fits below it. */
static bool
begin(struct hv_canvas *cv, int *row, int need, const char *title)
{
    if (*row + need >= cv->rows)
        return false;
    hv_canvas_rule(cv, *row, 0, cv->cols, title);
    (*row)++;
    return true;
}

/* A wide screen shows the whole day at once. */
static void
render_more(const struct hv_app *app, struct hv_canvas *cv, int row,
            const struct hv_window_row *window)
{
    if (window->window.kind == HV_WINDOW_TOKEN_KEYS &&
        begin(cv, &row, 9,
              "Forecast: 7s by the hour after the change, expected and seen"))
        row = hv_maint_curve_render(cv, row, 6, window);
    if (begin(cv, &row, 4, "Drill"))
        row = hv_maint_drill_render(app, cv, row, window);
    if (begin(cv, &row, 4, "Notice (yn copies it)"))
        hv_maint_notice_render(cv, row, window);
}

static void
render_windows(const struct hv_app *app, struct hv_canvas *cv, size_t i)
{
    const struct hv_window_row *window = hv_maint_window_at(app, i);
    struct hv_canvas left = *cv;
    struct hv_canvas right;
    int row;
    int high = cv->rows;

    hv_canvas_rule(cv, 0, 0, cv->cols, hv_maint_name(app, i));
    if (cv->cols >= WIDE) {
        high = cv->rows > 20 && window ? 10 : cv->rows;
        left = hv_canvas_part(cv, 0, 0, high, cv->cols);
        right = hv_beside(&left);
        row = hv_maint_sevens_render(app, &right, 0);
        hv_maint_codes_render(&right, row);
        left = hv_canvas_part(cv, 0, 0, high, cv->cols - right.cols - 1);
    }
    row = window
              ? hv_maint_window_render(app, &left, 1, window)
              : hv_maint_token_render(app, &left, 1, hv_maint_token_at(app, i));
    if (cv->cols < WIDE && begin(cv, &row, 2, "Error 7 now"))
        row = hv_maint_sevens_render(app, cv, row);
    if (cv->cols >= WIDE)
        row = high;
    if (window && begin(cv, &row, 1, "Checklist (Tab, Space)"))
        row = hv_maint_ready_render(app, cv, row, window);
    if (window)
        render_more(app, cv, row, window);
}

static void
render_body(const struct hv_app *app, struct hv_canvas *cv, size_t i)
{
    const struct hv_window_row *window = hv_maint_window_at(app, i);
    int row = 1;

    if (!window)
        window = hv_maint_window(&app->maint);
    switch (app->lists[HV_VIEW_MAINT].pane) {
    case PANE_FORECAST:
        hv_canvas_rule(cv, 0, 0, cv->cols,
                       "7s by the hour after the change, expected and seen");
        hv_maint_forecast_render(app, cv, row, window);
        break;
    case PANE_DRILL:
        hv_canvas_rule(cv, 0, 0, cv->cols, "Drill");
        row = hv_maint_drill_render(app, cv, row, window);
        if (window && begin(cv, &row, 1, "Checklist (Tab, Space)"))
            hv_maint_ready_render(app, cv, row, window);
        break;
    case PANE_NOTICE:
        hv_canvas_rule(cv, 0, 0, cv->cols, "Notice (yn copies it)");
        row = hv_maint_notice_render(cv, row, window) + 1;
        if (window && begin(cv, &row, 1, "Checklist (Tab, Space)"))
            hv_maint_ready_render(app, cv, row, window);
        break;
    default:
        render_windows(app, cv, i);
        break;
    }
    hv_list_more_render(app, cv, 0, cv->cols - 2, HV_VIEW_MAINT);
}

/* ------------------------------------------------------------ the whole -- */

static void
render_title(const struct hv_app *app, struct hv_canvas *cv)
{
    const struct hv_sevens_judgement *sevens = &app->maint.sevens;
    const struct hv_window_row *next = hv_maint_window(&app->maint);
    char left[HV_COUNTDOWN];
    int at = hv_title_panes_render(app, cv, HV_VIEW_MAINT, "Maintenance");

    bool is_old =
        app->maint_load.has_data && app->maint_load.error.status != HV_OK;
    bool is_alarm = app->maint_load.has_data && sevens->is_alarm;

    if (is_old)
        at += hv_canvas_textf(cv, 0, at, 0, HV_ROLE_WARN, "old: %s",
                              app->maint_load.error.why) +
              2;
    if (is_alarm)
        at += hv_canvas_textf(cv, 0, at, 0, HV_ROLE_BAD,
                              cv->cols < 100
                                  ? "ALARM: %zu stray 7"
                                  : "ALARM: %zu got a 7 outside any window",
                              sevens->unexplained) +
              2;
    if (next && (cv->cols >= 100 || (!is_old && !is_alarm))) {
        bool is_now =
            hv_window_phase(&next->window, app->now_ms) == HV_WINDOW_NOW;
        int64_t end = is_now ? hv_window_end(&next->window)
                             : hv_window_begin(&next->window);

        hv_countdown(end - app->now_ms, left);
        at +=
            hv_canvas_textf(cv, 0, at, 0, is_now ? HV_ROLE_WARN : HV_ROLE_NOTE,
                            is_now ? "now, %s left" : "next in %s", left) +
            2;
    }
    if (app->maint_load.has_data && app->maint.is_locked)
        at += hv_canvas_text(cv, 0, at, 0, HV_ROLE_DIM, "tokens not read") + 2;
    hv_list_state_render(app, cv, at);
}

void
hv_maint_render(const struct hv_app *app, struct hv_canvas *cv)
{
    size_t len = hv_list_count(app, HV_VIEW_MAINT);
    size_t chosen = hv_list_at(app, HV_VIEW_MAINT);
    int rows = hv_maint_list_rows(app, cv->rows, cv->cols);
    struct hv_layout at;
    struct hv_canvas part;

    render_title(app, cv);
    hv_layout_make(&at, columns, (int)HV_LEN(columns), 2, cv->cols - 2);
    hv_layout_head(cv, 1, &at);
    if (!app->maint_load.has_data &&
        hv_load_state(app, cv, 3, &app->maint_load, "windows and tokens"))
        return;
    if (!len)
        hv_canvas_wrap(cv, 2, 2, cv->cols - 3, 3, HV_ROLE_TEXT,
                       hv_maint_count(app)
                           ? "Nothing fits the filter. Esc clears it."
                           : "No window is noted and no token tracked. A notes "
                             "a window; 'hvconsole token add NAME' in a shell "
                             "tracks a token.");
    hv_list_each(app, cv, HV_VIEW_MAINT, 2, rows, render_row, &at);
    if (chosen == SIZE_MAX || !app->is_detail_on || cv->rows - 2 - rows <= 3)
        return;
    part = hv_canvas_part(cv, 2 + rows, 0, cv->rows - 2 - rows, cv->cols);
    render_body(app, &part, chosen);
}
