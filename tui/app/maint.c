/*
 * maint.c - the Maintenance view: its list of windows and tracked tokens, and
 * what is said about each. Times count on from what the worker read. Called by
 * update() and its parts. Fact: persistent-tokens
 */
#include "tui/app/parts.h"

#include "hvconsole/clock.h"
#include "hvconsole/text.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

size_t
hv_maint_count(const struct hv_app *app)
{
    return app->maint.windows_len + app->maint.tokens_len;
}

const struct hv_window_row *
hv_maint_window_at(const struct hv_app *app, size_t i)
{
    return i < app->maint.windows_len ? &app->maint.windows[i] : NULL;
}

const struct hv_token_row *
hv_maint_token_at(const struct hv_app *app, size_t i)
{
    return i >= app->maint.windows_len && i < hv_maint_count(app)
               ? &app->maint.tokens[i - app->maint.windows_len]
               : NULL;
}

const struct hv_window_row *
hv_maint_chosen(const struct hv_app *app)
{
    return app->tab == HV_VIEW_MAINT
               ? hv_maint_window_at(app, hv_list_at(app, HV_VIEW_MAINT))
               : NULL;
}

const char *
hv_maint_name(const struct hv_app *app, size_t i)
{
    const struct hv_window_row *row = hv_maint_window_at(app, i);

    return row ? row->window.name : hv_maint_token_at(app, i)->note.name;
}

const char *
hv_maint_state(const struct hv_app *app, size_t i)
{
    const struct hv_window_row *row = hv_maint_window_at(app, i);

    return row ? hv_window_phase_word(
                     hv_window_phase(&row->window, app->now_ms))
               : hv_token_state(hv_maint_token_at(app, i), app->maint.is_locked,
                                app->now_ms);
}

int64_t
hv_maint_left(const struct hv_app *app, size_t i)
{
    const struct hv_window_row *row = hv_maint_window_at(app, i);
    int64_t end = row ? hv_window_begin(&row->window)
                      : hv_maint_token_at(app, i)->note.ends_ms;

    if (row && hv_window_phase(&row->window, app->now_ms) != HV_WINDOW_PLANNED)
        end = hv_window_end(&row->window);
    return end > app->now_ms ? end - app->now_ms : 0;
}

/* What comes first, in its order; then what is over, the latest first. */
static bool
stands_before(const struct hv_window_row *a, const struct hv_window_row *b)
{
    bool is_over = a->phase == HV_WINDOW_OVER;

    if (is_over != (b->phase == HV_WINDOW_OVER))
        return !is_over;
    return is_over ? a->window.at_ms > b->window.at_ms
                   : a->window.at_ms < b->window.at_ms;
}

void
hv_maint_take(struct hv_app *app, struct hv_msg *msg)
{
    struct hv_window_row *rows = msg->u.maint.windows;

    for (size_t i = 1; i < msg->u.maint.windows_len; i++) {
        struct hv_window_row one = rows[i];
        size_t at = i;

        for (; at && stands_before(&one, &rows[at - 1]); at--)
            rows[at] = rows[at - 1];
        rows[at] = one;
    }
    hv_maint_model_release(&app->maint);
    app->maint = msg->u.maint;
    msg->u.maint = (struct hv_maint_model){ 0 };
    hv_list_settle(app, HV_VIEW_MAINT);
}

/* --------------------------------------------------------------- fields -- */

static void
field_name(const struct hv_app *app, size_t i, char *out, size_t size)
{
    hv_copy(out, size, hv_maint_name(app, i));
}

static void
field_kind(const struct hv_app *app, size_t i, char *out, size_t size)
{
    const struct hv_window_row *row = hv_maint_window_at(app, i);

    hv_copy(out, size, row ? hv_window_kind_word(row->window.kind) : "token");
}

static void
field_state(const struct hv_app *app, size_t i, char *out, size_t size)
{
    hv_copy(out, size, hv_maint_state(app, i));
}

const struct hv_list_field hv_maint_fields[] = {
    { "name", false, false, field_name, NULL },
    { "kind", false, false, field_kind, NULL },
    { "state", false, false, field_state, NULL },
    { "in", false, false, NULL, hv_maint_left },
    { 0 },
};

/* ------------------------------------------------------------ explained -- */

static void
explain_window(const struct hv_app *app, const struct hv_window_row *row,
               struct hv_buf *out)
{
    const struct hv_forecast *forecast = &row->forecast;
    char from[HV_TIME_TEXT], to[HV_TIME_TEXT], left[HV_COUNTDOWN];
    size_t i = hv_list_at(app, HV_VIEW_MAINT);

    hv_time_format(hv_window_begin(&row->window), from);
    hv_time_format(hv_window_end(&row->window), to);
    hv_countdown(hv_maint_left(app, i), left);
    hv_text_linef(out, "%s  %s, %s%s%s", row->window.name,
                  hv_window_kind_word(row->window.kind), hv_maint_state(app, i),
                  hv_maint_left(app, i) ? ", in " : "",
                  hv_maint_left(app, i) ? left : "");
    hv_buf_addf(out, "from  %s\nto    %s\n", from, to);
    hv_text_linef(out, "of    %s", row->window.platform);
    hv_buf_add_char(out, '\n');
    if (row->window.kind == HV_WINDOW_TOKEN_KEYS)
        hv_buf_addf(out,
                    "The platform changes the keys of user tokens: each kept "
                    "token answers 7 once after it. Sessions of the "
                    "application, subscriptions and their keys, and offline "
                    "calls go on undisturbed.\n\n"
                    "%zu tracked: %zu will answer 7 (of %zu nobody said until "
                    "when they live), %zu will have ended by themselves "
                    "before, %zu must sign in already.\n\n",
                    forecast->tracked, forecast->refused, forecast->no_end,
                    forecast->ended, forecast->away);
    else
        hv_buf_add_str(out, "An outage: calls may answer 152 or nothing "
                            "meanwhile, notifications come later. No user "
                            "token ends by it.\n\n");
}

static void
explain_token(const struct hv_app *app, const struct hv_token_row *row,
              struct hv_buf *out)
{
    const struct hv_token_note *note = &row->note;
    const struct hv_token_fate_row *fate =
        hv_token_fate_row(hv_token_fate(note->code));
    char time[HV_TIME_TEXT];

    hv_text_linef(out, "%s  %s", note->name,
                  hv_token_state(row, app->maint.is_locked, app->now_ms));
    hv_time_format(note->ends_ms, time);
    hv_buf_addf(out, "expected end   %s\n",
                note->ends_ms ? time : "nobody said");
    hv_time_format(note->good_ms, time);
    hv_buf_addf(out, "last good      %s\n", note->good_ms ? time : "never");
    hv_time_format(note->checked_ms, time);
    if (note->checked_ms)
        hv_buf_addf(out, "last answer    %d, %s, %s\n%s\n", note->code,
                    fate->word, time, fate->sentence);
    if (note->is_stopped)
        hv_buf_add_str(out, "\nThe loop guard holds: a 7 came right after the "
                            "sign-in that an earlier 7 had asked for. No "
                            "further sign-in is proposed until a person looks "
                            "into it.\n");
    else if (note->is_gone)
        hv_buf_add_str(out, "\nThe token is deleted and never sent again; its "
                            "person signs in anew. token check shows the "
                            "URL.\n");
    hv_buf_add_char(out, '\n');
}

void
hv_maint_explain(const struct hv_app *app, struct hv_buf *out)
{
    const struct hv_sevens_judgement *sevens = &app->maint.sevens;
    size_t i = hv_list_at(app, HV_VIEW_MAINT);

    if (!app->maint_load.has_data)
        return;
    if (hv_maint_window_at(app, i))
        explain_window(app, hv_maint_window_at(app, i), out);
    else if (hv_maint_token_at(app, i))
        explain_token(app, hv_maint_token_at(app, i), out);
    hv_text_linef(out, "7s of the last 24 h: %s. %s",
                  hv_sevens_word(sevens->verdict), sevens->sentence);
    if (hv_maint_window_at(app, i)) {
        hv_buf_add_str(out, "\nTo tell the application's people (m shows it "
                            "alone, y n copies it):\n\n");
        hv_window_notice(&hv_maint_window_at(app, i)->window, out);
    }
}

/* -------------------------------------------------------------- copying -- */

void
hv_maint_cli(const struct hv_app *app, struct hv_buf *out)
{
    const struct hv_window_row *row = hv_maint_chosen(app);

    if (row)
        hv_buf_addf(out, "hvconsole maint forecast %s", row->window.name);
    else if (hv_list_at(app, HV_VIEW_MAINT) != SIZE_MAX)
        hv_buf_add_str(out, "hvconsole token list");
    else
        hv_buf_add_str(out, "hvconsole maint status");
}

bool
hv_maint_copy(const struct hv_app *app, const char *what, struct hv_buf *out)
{
    size_t i = hv_list_at(app, HV_VIEW_MAINT);

    if (!strcmp(what, "id") && i != SIZE_MAX)
        hv_buf_add_str(out, hv_maint_name(app, i));
    return out->len > 0;
}
