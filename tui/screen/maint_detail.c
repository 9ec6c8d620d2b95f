/*
 * maint_detail.c - what a window does to people and what the application must
 * do about it, what is known of a token, and the 7s of the last day. Called by
 * maint.c. Pure. Fact: persistent-tokens
 */
#include "tui/screen/maint.h"

#include "tui/screen/format.h"

#include <stdio.h>
#include <string.h>

/* "5 tracked: 4 will answer 7, 1 over by then, 1 signs in already". */
static void
people_of(const struct hv_window_row *row, char *out, size_t size)
{
    const struct hv_forecast *f = &row->forecast;
    char unknown[48] = "";

    if (f->no_end)
        snprintf(unknown, sizeof(unknown), " (%zu without a known end)",
                 f->no_end);
    snprintf(out, size,
             "%zu tracked: %zu will answer 7%s, %zu over by then, %zu must "
             "sign in already",
             f->tracked, f->refused, unknown, f->ended, f->away);
}

static int
render_expected(struct hv_canvas *cv, int row, const struct hv_window_row *w)
{
    char text[200];

    if (!w->curve.expected_all)
        return hv_maint_label(cv, row, 1, HV_ROLE_DIM, "Expect",
                              "no 7: nobody who is tracked has a token then");
    snprintf(text, sizeof(text),
             "7s: first hour %d%%, day one %d%%, three days %d%%; seen %zu of "
             "%zu",
             hv_curve_share(&w->curve, 1), hv_curve_share(&w->curve, 24),
             hv_curve_share(&w->curve, 72), w->curve.seen_all,
             w->curve.expected_all);
    return hv_maint_label(cv, row, 1, HV_ROLE_TEXT, "Expect", text);
}

static int
render_conflict(const struct hv_app *app, struct hv_canvas *cv, int row,
                const struct hv_window_row *w)
{
    char text[160];

    if (!app->maint.open_job[0] ||
        hv_window_phase(&w->window, app->now_ms) == HV_WINDOW_OVER)
        return hv_maint_label(cv, row, 1, HV_ROLE_TEXT, "Conflict",
                              "none: no rotation is under way");
    snprintf(text, sizeof(text),
             "rotation %s is not ended: end it before the window (9 Jobs)",
             app->maint.open_job);
    return hv_maint_label(cv, row, 2, HV_ROLE_WARN, "Conflict", text);
}

int
hv_maint_window_render(const struct hv_app *app, struct hv_canvas *cv, int row,
                       const struct hv_window_row *w)
{
    bool is_keys = w->window.kind == HV_WINDOW_TOKEN_KEYS;
    bool is_tight = cv->rows < 16;
    char from[HV_DATE_TEXT], to[HV_DATE_TEXT];
    char text[256];

    hv_maint_date(app, hv_window_begin(&w->window), from);
    hv_maint_date(app, hv_window_end(&w->window), to);
    snprintf(text, sizeof(text), "%s to %s%s", from, to,
             w->window.slack_ms ? ", as early and as late as may be" : "");
    if (!is_tight || !is_keys)
        row = hv_maint_label(cv, row, 1, HV_ROLE_STRONG, "Window", text);
    row = hv_maint_label(
        cv, row, is_tight ? 1 : 2, HV_ROLE_TEXT, "Effect",
        is_keys ? "every kept sign-in token answers 7 once after the change"
                : "calls may answer 152 or nothing, notifications come later");
    if (is_keys) {
        people_of(w, text, sizeof(text));
        row = hv_maint_label(cv, row, 2,
                             w->forecast.refused ? HV_ROLE_WARN : HV_ROLE_TEXT,
                             "Your app", text);
        row = render_expected(cv, row, w);
    }
    row = hv_maint_label(cv, row, is_tight ? 1 : 2, HV_ROLE_TEXT, "Handle",
                         is_keys ? "drop the token, send the person to AUTH; "
                                   "never retry with it"
                                 : "back off and try later; no alarm inside "
                                   "the window");
    row = render_conflict(app, cv, row, w);
    if (is_tight)
        return row;
    row = hv_maint_label(cv, row, 2, HV_ROLE_DIM, "Goes on",
                         is_keys ? "sessions of the application, subscriptions "
                                   "and their keys, offline calls"
                                 : "user tokens: none ends by it");
    return hv_maint_label(cv, row, 1, HV_ROLE_DIM, "Platform",
                          w->window.platform);
}

int
hv_maint_token_render(const struct hv_app *app, struct hv_canvas *cv, int row,
                      const struct hv_token_row *token)
{
    const struct hv_token_note *note = &token->note;
    const struct hv_token_fate_row *fate =
        hv_token_fate_row(hv_token_fate(note->code));
    char id[HV_GUID_SHORT];
    char text[256];

    hv_maint_date(app, note->ends_ms, text);
    row = hv_maint_label(cv, row, 1, HV_ROLE_STRONG, "Ends",
                         note->ends_ms ? text : "nobody said");
    hv_maint_date(app, note->good_ms, text);
    row = hv_maint_label(cv, row, 1, HV_ROLE_TEXT, "Last good",
                         note->good_ms ? text : "never");
    if (note->checked_ms) {
        snprintf(text, sizeof(text), "%s: %s", fate->word, fate->sentence);
        row = hv_maint_label(cv, row, 3, HV_ROLE_TEXT, "Answer", text);
    }
    if (note->is_stopped)
        row = hv_maint_label(cv, row, 2, HV_ROLE_BAD, "Stopped",
                             "the sign-in that a 7 had asked for brought a 7 "
                             "again: no further one is proposed");
    if (!hv_guid_is_zero(&token->person)) {
        hv_guid_short(&token->person, id);
        row = hv_maint_label(cv, row, 1, HV_ROLE_TEXT, "Person", id);
    }
    if (note->actionqs[0])
        row =
            hv_maint_label(cv, row, 2, HV_ROLE_TEXT, "Was at", note->actionqs);
    return row;
}

/* ------------------------------------------------------------------- 7s -- */

static int
render_hours(struct hv_canvas *cv, int row, const struct hv_sevens_judgement *s)
{
    int64_t hours[HV_LEN(s->hours)];
    int at = 1;

    if (row >= cv->rows)
        return row;
    for (size_t i = 0; i < HV_LEN(hours); i++)
        hours[i] = (int64_t)s->hours[i];
    at += hv_canvas_textf(cv, row, at, 0, HV_ROLE_TEXT,
                          "60 min %zu   24 h %zu ", s->users_1h, s->users);
    hv_canvas_spark(cv, row, at, (int)HV_LEN(hours),
                    s->is_alarm ? HV_ROLE_BAD : HV_ROLE_NOTE, hours,
                    HV_LEN(hours));
    hv_canvas_textf(cv, row, at + (int)HV_LEN(hours) + 1, 0,
                    s->is_alarm ? HV_ROLE_BAD : HV_ROLE_GOOD, "alarm: %s",
                    s->is_alarm ? "ON" : "off");
    return row + 1;
}

int
hv_maint_sevens_render(const struct hv_app *app, struct hv_canvas *cv, int row)
{
    const struct hv_sevens_judgement *s = &app->maint.sevens;
    char text[256];

    row = render_hours(cv, row, s);
    if (row < cv->rows)
        row += hv_canvas_wrap(
            cv, row, 1, cv->cols - 2, cv->rows - row < 3 ? 1 : 2,
            s->is_alarm ? HV_ROLE_BAD : HV_ROLE_TEXT, s->sentence);
    snprintf(text, sizeof(text),
             "7s: %zu by a window%s%s, %zu at their own end, %zu unexplained; "
             "%zu held by the loop guard",
             s->by_window, s->window[0] ? " " : "", s->window, s->by_end,
             s->unexplained, s->stopped);
    if (row < cv->rows && cv->rows >= 16)
        row += hv_canvas_wrap(cv, row, 1, cv->cols - 2, 1, HV_ROLE_DIM, text);
    if (row < cv->rows)
        row += hv_canvas_textf(cv, row, 1, cv->cols - 2, HV_ROLE_TEXT,
                               "152 maintenance %zu   65 session ended %zu   "
                               "(answers in 24 h)",
                               s->maintenance, s->session) > 0;
    return row;
}

int
hv_maint_codes_render(struct hv_canvas *cv, int row)
{
    static const struct {
        const char *code, *text;
    } codes[] = {
        { "7", "token ended: drop it, send the person to sign in; never retry "
               "it, never show the raw error" },
        { "65", "session token ended: authenticate the application anew and "
                "retry; nobody signs in" },
        { "152", "maintenance: back off, ask later; no alarm for it" },
    };

    for (size_t i = 0; i < HV_LEN(codes) && row < cv->rows; i++) {
        hv_canvas_text(cv, row, 1, 4, HV_ROLE_STRONG, codes[i].code);
        row += hv_canvas_wrap(cv, row, 5, cv->cols - 6, 2, HV_ROLE_DIM,
                              codes[i].text);
    }
    return row;
}
