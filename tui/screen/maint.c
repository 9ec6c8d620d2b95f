/*
 * maint.c - maintenance windows and tracked user tokens with their countdowns,
 * what a window will end, whether the 7s of the last day are expected, and the
 * text for the application's people. Draws app->maint, filled by the worker;
 * the countdowns go on with the clock of the state. Pure.
 */
#include "tui/screen/frame.h"
#include "tui/screen/format.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

const struct hv_binding hv_maint_bindings[] = {
    { "<Enter>", "open", "open", NULL },
    { "A", "window", "add", NULL },
    { "D", "maint cancel %name", "cancel", "forget this window" },
    { "V", "token check --all", "verify", "ask the platform about each token" },
    { "m", "notice", "notice", "what to tell people about the window" },
    { "yn", "notice copy", NULL, "copy the notice" },
    { "x", "why", "explain", NULL },
    { "]", "pane next", "7s", "forecast, 7s, notice" },
    { "[", "pane prev", NULL, "forecast, 7s, notice" },
    { "s", "sort", NULL, "sort by the next column" },
    { "i", "sort invert", NULL, "turn the order round" },
    { "d", "detail", NULL, NULL },
    { 0 },
};

const char *const hv_maint_panes[] = { "about", "7s", "notice", NULL };
enum { PANE_ABOUT, PANE_SEVENS, PANE_NOTICE };

static const struct hv_list_column columns[] = {
    { "name", 18, 30, false }, { "kind", 10, 10, false },
    { "state", 7, 7, false },  { "in", 7, 9, true },
    { "when", 12, 17, false }, { "note", 16, 60, false },
};
enum { NAME, KIND, STATE, IN, WHEN, NOTE };

#define MOST_ROWS 10
#define LABEL     10
#define DATE_TEXT 24

int
hv_maint_list_rows(const struct hv_app *app, int rows, int cols)
{
    int most = rows >= 26 ? MOST_ROWS : rows >= 14 ? 6 : rows - 2;
    int len = (int)hv_maint_count(app);

    (void)cols;
    if (!app->is_detail_on)
        return rows - 2;
    return len < 1 ? 1 : len < most ? len : most;
}

/* A day and a minute, which may lie ahead: ages do not say that. */
static void
date_format(const struct hv_app *app, int64_t ms, char out[DATE_TEXT])
{
    bool is_local = app->time_mode == HV_TIME_LOCAL;
    time_t s = (time_t)(ms / 1000);
    struct tm tm;

    out[0] = 0;
    if (ms && (is_local ? localtime_r(&s, &tm) : gmtime_r(&s, &tm)))
        (void)strftime(out, DATE_TEXT,
                       is_local ? "%Y-%m-%d %H:%M" : "%Y-%m-%d %H:%MZ", &tm);
    if (!out[0])
        hv_copy(out, DATE_TEXT, "-");
}

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

static void
note_of(const struct hv_app *app, size_t i, char *out, size_t size)
{
    const struct hv_window_row *row = hv_maint_window_at(app, i);
    const struct hv_token_note *note;
    char ago[HV_SPAN_TEXT];

    if (row && hv_window_phase(&row->window, app->now_ms) == HV_WINDOW_OVER) {
        hv_copy(out, size, "explains its 7s");
    } else if (row && row->window.kind == HV_WINDOW_TOKEN_KEYS) {
        snprintf(out, size, "%zu of %zu answer 7", row->forecast.refused,
                 row->forecast.tracked);
    } else if (row) {
        hv_copy(out, size, "no token ends");
    } else {
        note = &hv_maint_token_at(app, i)->note;
        hv_ago_format(app, note->checked_ms, ago);
        snprintf(out, size, note->checked_ms ? "%s, %s ago" : "never asked",
                 hv_token_fate_row(hv_token_fate(note->code))->word, ago);
    }
}

static void
render_row(const struct hv_app *app, struct hv_canvas *cv, int row,
           const struct hv_layout *at, size_t i, bool is_selected)
{
    const struct hv_window_row *window = hv_maint_window_at(app, i);
    const char *state = hv_maint_state(app, i);
    int64_t left = hv_maint_left(app, i);
    char text[256];
    char date[DATE_TEXT];
    char count[HV_COUNTDOWN];

    hv_canvas_fill(cv, row, 0, 1, cv->cols, HV_ROLE_TEXT);
    hv_list_signs_render(app, cv, row, HV_VIEW_MAINT, i, is_selected);
    hv_layout_put(cv, row, at, NAME, HV_ROLE_STRONG, hv_maint_name(app, i));
    hv_layout_put(cv, row, at, KIND, HV_ROLE_TEXT,
                  window ? hv_window_kind_word(window->window.kind) : "token");
    hv_layout_put(cv, row, at, STATE, state_role(state), state);
    hv_countdown(left, count);
    hv_layout_put(cv, row, at, IN, left ? HV_ROLE_TEXT : HV_ROLE_DIM,
                  left ? count : "-");
    date_format(app,
                window ? window->window.at_ms
                       : hv_maint_token_at(app, i)->note.ends_ms,
                date);
    /* Without room for all of it the year goes. */
    hv_layout_put(cv, row, at, WHEN, HV_ROLE_TEXT,
                  at->len > WHEN && at->width[WHEN] < 17 && strlen(date) > 5
                      ? date + 5
                      : date);
    note_of(app, i, text, sizeof(text));
    hv_layout_put(cv, row, at, NOTE, HV_ROLE_TEXT, text);
    if (is_selected)
        hv_canvas_select(cv, row, 0, cv->cols);
}

/* -------------------------------------------------------------- details -- */

static int
render_label(struct hv_canvas *cv, int row, int most, enum hv_role role,
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

static void
render_window(const struct hv_app *app, struct hv_canvas *cv,
              const struct hv_window_row *row)
{
    const struct hv_forecast *f = &row->forecast;
    bool is_keys = row->window.kind == HV_WINDOW_TOKEN_KEYS;
    char from[DATE_TEXT], to[DATE_TEXT];
    char text[256];
    int at = 1;

    date_format(app, row->window.at_ms, from);
    date_format(app, row->window.at_ms + row->window.for_ms, to);
    snprintf(text, sizeof(text), "%s to %s", from, to);
    at = render_label(cv, at, 1, HV_ROLE_STRONG, "window", text);
    at = render_label(
        cv, at, 2, HV_ROLE_TEXT, "effect",
        is_keys ? "every kept user token answers 7 once after it; its person "
                  "signs in anew"
                : "calls may answer 152 or nothing, notifications come later");
    if (is_keys) {
        snprintf(text, sizeof(text),
                 "%zu tracked: %zu will answer 7, %zu will have ended before, "
                 "%zu must sign in already",
                 f->tracked, f->refused, f->ended, f->away);
        at = render_label(cv, at, 2, f->refused ? HV_ROLE_WARN : HV_ROLE_TEXT,
                          "forecast", text);
    }
    if (is_keys && f->no_end) {
        snprintf(text, sizeof(text),
                 "of %zu of these nobody said until when they live", f->no_end);
        at = render_label(cv, at, 2, HV_ROLE_DIM, "", text);
    }
    at = render_label(cv, at, 2, HV_ROLE_TEXT, "goes on",
                      is_keys ? "sessions of the application, subscriptions "
                                "and their keys, offline calls"
                              : "user tokens: none ends by it");
    render_label(cv, at, 1, HV_ROLE_DIM, "of", row->window.platform);
}

static void
render_token(const struct hv_app *app, struct hv_canvas *cv,
             const struct hv_token_row *row)
{
    const struct hv_token_note *note = &row->note;
    const struct hv_token_fate_row *fate =
        hv_token_fate_row(hv_token_fate(note->code));
    char id[HV_GUID_SHORT];
    char text[256];
    int at = 1;

    date_format(app, note->ends_ms, text);
    at = render_label(cv, at, 1, HV_ROLE_STRONG, "ends",
                      note->ends_ms ? text : "nobody said");
    date_format(app, note->good_ms, text);
    at = render_label(cv, at, 1, HV_ROLE_TEXT, "last good",
                      note->good_ms ? text : "never");
    if (note->checked_ms) {
        snprintf(text, sizeof(text), "%s: %s", fate->word, fate->sentence);
        at = render_label(cv, at, 3, HV_ROLE_TEXT, "answer", text);
    }
    if (note->is_stopped)
        at = render_label(cv, at, 2, HV_ROLE_BAD, "stopped",
                          "the sign-in that a 7 had asked for brought a 7 "
                          "again: no further one is proposed");
    if (!hv_guid_is_zero(&row->person)) {
        hv_guid_short(&row->person, id);
        at = render_label(cv, at, 1, HV_ROLE_TEXT, "person", id);
    }
    if (note->actionqs[0])
        render_label(cv, at, 2, HV_ROLE_TEXT, "was at", note->actionqs);
}

static void
render_sevens(const struct hv_app *app, struct hv_canvas *cv, int row)
{
    const struct hv_sevens_judgement *s = &app->maint.sevens;
    static const int codes[] = { 7, 65, 152 };
    int64_t hours[HV_LEN(s->hours)];
    char text[256];

    row = render_label(cv, row, 3, s->is_alarm ? HV_ROLE_BAD : HV_ROLE_GOOD,
                       hv_sevens_word(s->verdict), s->sentence);
    for (size_t i = 0; i < HV_LEN(hours); i++)
        hours[i] = (int64_t)s->hours[i];
    if (row < cv->rows) {
        hv_canvas_text(cv, row, 1, LABEL, HV_ROLE_DIM, "24 h");
        hv_canvas_spark(cv, row, LABEL + 2, (int)HV_LEN(hours),
                        s->is_alarm ? HV_ROLE_BAD : HV_ROLE_NOTE, hours,
                        HV_LEN(hours));
        hv_canvas_textf(cv, row, LABEL + 3 + (int)HV_LEN(hours), 0,
                        HV_ROLE_TEXT, "last 60 min %zu, 24 h %zu", s->users_1h,
                        s->users);
        row++;
    }
    snprintf(text, sizeof(text),
             "%zu by a window%s%s, %zu at their own end, %zu unexplained, %zu "
             "held by the loop guard",
             s->by_window, s->window[0] ? " " : "", s->window, s->by_end,
             s->unexplained, s->stopped);
    row = render_label(cv, row, 2, s->unexplained ? HV_ROLE_WARN : HV_ROLE_TEXT,
                       "people", text);
    for (size_t i = 0; i < HV_LEN(codes); i++) {
        const struct hv_token_fate_row *fate =
            hv_token_fate_row(hv_token_fate(codes[i]));

        snprintf(text, sizeof(text), "%d", codes[i]);
        row = render_label(cv, row, 2, HV_ROLE_DIM, text, fate->sentence);
    }
}

static void
render_notice(struct hv_canvas *cv, const struct hv_window_row *row)
{
    struct hv_buf text = { 0 };
    char *rest;
    char *line;
    int at = 1;

    if (!row) {
        hv_canvas_text(cv, 1, 1, cv->cols - 2, HV_ROLE_DIM,
                       "No window is planned: nothing to tell.");
        return;
    }
    hv_window_notice(&row->window, &text);
    for (size_t i = 1; i + 1 < text.len; i++) { /* sentences, whole */
        if (text.data[i] == '\n' && !strchr(".:!?\n", text.data[i - 1]))
            text.data[i] = ' ';
    }
    hv_buf_add_char(&text, 0);
    rest = (char *)text.data;
    while ((line = strsep(&rest, "\n")) && at < cv->rows) {
        int used = line[0] ? hv_canvas_wrap(cv, at, 1, cv->cols - 2,
                                            cv->rows - at, HV_ROLE_TEXT, line)
                           : 1;

        at += used;
    }
    hv_buf_release(&text);
}

static void
render_details(const struct hv_app *app, struct hv_canvas *cv, size_t i)
{
    const struct hv_window_row *window = hv_maint_window_at(app, i);
    int pane = app->lists[HV_VIEW_MAINT].pane;
    struct hv_canvas right;

    hv_panes_render(app, cv, HV_VIEW_MAINT, hv_maint_name(app, i));
    if (pane == PANE_NOTICE) {
        render_notice(cv, window ? window : hv_maint_window(&app->maint));
        return;
    }
    if (pane == PANE_SEVENS) {
        render_sevens(app, cv, 1);
        return;
    }
    if (cv->cols >= 120) {
        right = hv_beside(cv);
        render_sevens(app, &right, 0);
        *cv = hv_canvas_part(cv, 0, 0, cv->rows, cv->cols - right.cols - 1);
    }
    if (window)
        render_window(app, cv, window);
    else
        render_token(app, cv, hv_maint_token_at(app, i));
}

/* ------------------------------------------------------------ the whole -- */

static void
render_title(const struct hv_app *app, struct hv_canvas *cv)
{
    const struct hv_sevens_judgement *sevens = &app->maint.sevens;
    const struct hv_window_row *next = hv_maint_window(&app->maint);
    char left[HV_COUNTDOWN];
    int at = 1;

    at += hv_canvas_text(cv, 0, at, 0, HV_ROLE_TITLE, "Maintenance") + 2;
    if (app->maint_load.has_data && sevens->is_alarm)
        at += hv_canvas_textf(cv, 0, at, 0, HV_ROLE_BAD,
                              "ALARM: %zu got a 7 outside any window",
                              sevens->unexplained) +
              2;
    if (app->maint_load.has_data && app->maint_load.error.status)
        at += hv_canvas_textf(cv, 0, at, 0, HV_ROLE_WARN, "old: %s",
                              app->maint_load.error.why) +
              2;
    if (next) {
        bool is_now =
            hv_window_phase(&next->window, app->now_ms) == HV_WINDOW_NOW;
        int64_t end = next->window.at_ms + (is_now ? next->window.for_ms : 0);

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
    for (int i = 0; i < rows; i++) {
        size_t nth = app->lists[HV_VIEW_MAINT].cursor.top + (size_t)i;

        if (nth >= len)
            break;
        render_row(app, cv, 2 + i, &at, hv_list_row(app, HV_VIEW_MAINT, nth),
                   nth == app->lists[HV_VIEW_MAINT].cursor.at);
    }
    if (chosen == SIZE_MAX || !app->is_detail_on || cv->rows - 2 - rows <= 3)
        return;
    part = hv_canvas_part(cv, 3 + rows, 0, cv->rows - 3 - rows, cv->cols);
    render_details(app, &part, chosen);
}
