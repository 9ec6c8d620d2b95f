/*
 * cmd_maint.c - `maint list|add|cancel|status|forecast`: maintenance days of
 * the platform, as far as the operator was told about them. Called through the
 * table. No network; the keystore is not needed. Fact: persistent-tokens
 */
#include "tui/command/nouns/maint.h"

#include "hvconsole/clock.h"
#include "tui/command/model.h"

#include <string.h>

#define DEFAULT_FOR_MS (4 * 3600 * 1000LL)
#define MAX_FOR_MS     (30 * 86400 * 1000LL)

const struct hv_column window_columns[] = {
    { "name", "NAME", HV_COL_NAME },
    { "kind", "KIND", 0 },
    { "phase", "STATE", HV_COL_PAINT },
    { "at", "BEGINS", 0 },
    { "until", "ENDS", 0 },
    { "left", "LEFT", HV_COL_RIGHT },
    { "left_s", "LEFT S", HV_COL_HIDDEN },
    { "refused", "TOKENS ENDED", HV_COL_RIGHT },
    { "platform", "PLATFORM", HV_COL_WIDE },
    { "for_s", "FOR S", HV_COL_HIDDEN },
    { 0 },
};

static void
tell_window(struct hv_node *node, const struct hv_window_row *row)
{
    const struct hv_window *window = &row->window;
    char left[HV_COUNTDOWN];

    hv_node_text(node, "name", window->name);
    hv_node_text(node, "kind", hv_window_kind_word(window->kind));
    hv_node_text(node, "phase", hv_window_phase_word(row->phase));
    hv_node_time(node, "at", window->at_ms);
    hv_node_time(node, "until", window->at_ms + window->for_ms);
    hv_node_int(node, "for_s", window->for_ms / 1000);
    if (row->phase == HV_WINDOW_OVER) {
        hv_node_null(node, "left");
        hv_node_null(node, "left_s");
    } else {
        hv_countdown(row->left_ms, left);
        hv_node_text(node, "left", left);
        hv_node_int(node, "left_s", row->left_ms / 1000);
    }
    hv_node_int(node, "refused", (int64_t)row->forecast.refused);
    hv_node_text(node, "platform", window->platform);
}

static const struct hv_window_row *
find_row(const struct hv_maint_model *model, const char *name,
         struct hv_error *err)
{
    for (size_t i = 0; i < model->windows_len; i++)
        if (strcmp(model->windows[i].window.name, name) == 0)
            return &model->windows[i];
    hv_fail(err, HV_ERR_NOT_FOUND, "no window '%s' is noted", name);
    hv_hint(err, "see 'hvconsole maint list'");
    return NULL;
}

enum hv_status
cmd_maint_list(struct hv_cmd *cmd, struct hv_error *err)
{
    struct hv_maint_model model = { 0 };
    enum hv_status st = hv_model_maint(cmd->session, &model, err);

    for (size_t i = 0; !st && i < model.windows_len; i++)
        tell_window(hv_out_item(cmd->out), &model.windows[i]);
    hv_maint_model_release(&model);
    return st;
}

/* ---- add, cancel ---- */

/* A moment: RFC 3339, or a duration from now. */
static enum hv_status
read_at(struct hv_cmd *cmd, int64_t *out, struct hv_error *err)
{
    const char *text = hv_cmd_text(cmd, "--at");
    int64_t ahead;

    if (!text)
        return hv_fail(err, HV_ERR_USAGE, "'maint add' needs --at");
    if (hv_time_parse(hv_bytes_str(text), out) == HV_OK && *out > 0)
        return HV_OK;
    if (hv_duration_parse(text, &ahead) == HV_OK) {
        *out = hv_clock_now_ms() + ahead;
        return HV_OK;
    }
    hv_fail(err, HV_ERR_USAGE, "--at does not understand '%s'", text);
    hv_hint(err, "give a time like 2026-11-28T02:00:00Z, or 3d for in three "
                 "days");
    return HV_ERR_USAGE;
}

static enum hv_status
read_window(struct hv_cmd *cmd, struct hv_window *out, struct hv_error *err)
{
    const char *kind = hv_cmd_text(cmd, "--kind");
    const char *lasts = hv_cmd_text(cmd, "--for");
    enum hv_status st = hv_token_name_check(cmd->args[0], err);

    out->for_ms = DEFAULT_FOR_MS;
    out->made_ms = hv_clock_now_ms();
    hv_copy(out->name, sizeof(out->name), cmd->args[0]);
    if (!st && !kind)
        st = hv_fail(err, HV_ERR_USAGE, "'maint add' needs --kind");
    else if (!st && !hv_window_kind_parse(kind, &out->kind))
        st = hv_fail(err, HV_ERR_USAGE,
                     "--kind is token-keys or outage, not '%s'", kind);
    if (!st && lasts &&
        (hv_duration_parse(lasts, &out->for_ms) || out->for_ms < 60000 ||
         out->for_ms > MAX_FOR_MS))
        st = hv_fail(err, HV_ERR_USAGE,
                     "--for wants 1m to 30d, like 4h, not '%s'", lasts);
    return st ? st : read_at(cmd, &out->at_ms, err);
}

static enum hv_status
put_window(struct hv_token_book *book, void *arg, struct hv_error *err)
{
    return hv_window_add(book, arg, err);
}

enum hv_status
cmd_maint_add(struct hv_cmd *cmd, struct hv_error *err)
{
    const char *store = cmd->session->globals.store;
    struct hv_window_row row = { 0 };
    const struct hv_profile *profile;
    struct hv_token_book book = { 0 };
    enum hv_status st = read_window(cmd, &row.window, err);

    if (!st)
        st = hv_session_profile(cmd->session, &profile, err);
    if (st)
        return st;
    hv_copy(row.window.platform, sizeof(row.window.platform),
            profile->platform);
    if (hv_cmd_is_dry(cmd)) {
        st = hv_token_book_load(store, &book, err);
        if (!st)
            st = hv_window_add(&book, &row.window, err);
    } else {
        st = hv_token_book_edit(store, put_window, &row.window, err);
        if (!st)
            st = hv_token_book_load(store, &book, err);
    }
    if (!st) {
        row.phase = hv_window_phase(&row.window, row.window.made_ms);
        row.left_ms = row.window.at_ms - row.window.made_ms;
        if (row.phase == HV_WINDOW_NOW)
            row.left_ms += row.window.for_ms;
        hv_forecast(&book, &profile->app_id, &row.window, &row.forecast);
        tell_window(hv_out_top(cmd->out), &row);
        cmd_dry(cmd, hv_out_top(cmd->out));
    }
    hv_token_book_release(&book);
    return st;
}

static enum hv_status
take_window(struct hv_token_book *book, void *arg, struct hv_error *err)
{
    struct hv_window *window = hv_window_find(book, arg);

    if (!window)
        return hv_fail(err, HV_ERR_NOT_FOUND, "no window '%s' is noted",
                       (const char *)arg);
    hv_window_remove(book, window);
    return HV_OK;
}

enum hv_status
cmd_maint_cancel(struct hv_cmd *cmd, struct hv_error *err)
{
    struct hv_node *top = hv_out_top(cmd->out);
    struct hv_maint_model model = { 0 };
    const struct hv_window_row *row = NULL;
    char name[HV_TOKEN_NAME];
    enum hv_status st = hv_model_maint(cmd->session, &model, err);

    if (!st) {
        row = find_row(&model, cmd->args[0], err);
        st = row ? HV_OK : HV_ERR_NOT_FOUND;
    }
    if (!st && row->phase == HV_WINDOW_OVER) {
        st = hv_fail(err, HV_ERR_RULE, "the window '%s' is over",
                     row->window.name);
        hv_hint(err, "it stays: it explains the 7s that came since");
    }
    if (!st)
        hv_copy(name, sizeof(name), row->window.name);
    if (!st && !hv_cmd_is_dry(cmd))
        st = hv_token_book_edit(cmd->session->globals.store, take_window, name,
                                err);
    if (!st) {
        tell_window(top, row);
        hv_node_bool(top, "cancelled", !hv_cmd_is_dry(cmd));
        cmd_dry(cmd, top);
    }
    hv_maint_model_release(&model);
    return st;
}

/* ---- status ---- */

static void
tell_sevens(struct hv_node *top, const struct hv_sevens_judgement *sevens)
{
    struct hv_node *hours;

    hv_node_text(top, "verdict", hv_sevens_word(sevens->verdict));
    hv_node_bool(top, "alarm", sevens->is_alarm);
    hv_node_text(top, "sentence", sevens->sentence);
    hv_node_int(top, "sevens_1h", (int64_t)sevens->users_1h);
    hv_node_int(top, "sevens_24h", (int64_t)sevens->users);
    hv_node_int(top, "by_window", (int64_t)sevens->by_window);
    hv_node_int(top, "by_end", (int64_t)sevens->by_end);
    hv_node_int(top, "unexplained", (int64_t)sevens->unexplained);
    hv_node_text(top, "window", sevens->window[0] ? sevens->window : NULL);
    hours = hv_node_list(top, "hours");
    for (size_t i = 0; i < HV_LEN(sevens->hours); i++)
        hv_node_int(hours, NULL, (int64_t)sevens->hours[i]);
}

enum hv_status
cmd_maint_status(struct hv_cmd *cmd, struct hv_error *err)
{
    struct hv_node *top = hv_out_top(cmd->out);
    struct hv_maint_model model = { 0 };
    const struct hv_window_row *row;
    size_t away = 0;
    enum hv_status st = hv_model_maint(cmd->session, &model, err);

    if (st)
        return st;
    row = hv_maint_window(&model);
    for (size_t i = 0; i < model.tokens_len; i++)
        away += model.tokens[i].note.is_gone;
    hv_node_text(top, "phase", row ? hv_window_phase_word(row->phase) : "none");
    if (row)
        tell_window(hv_node_object(top, "next"), row);
    else
        hv_node_null(top, "next");
    hv_node_int(top, "tracked", (int64_t)(model.tokens_len - away));
    hv_node_int(top, "sign_in", (int64_t)away);
    hv_node_int(top, "stopped", (int64_t)model.sevens.stopped);
    tell_sevens(top, &model.sevens);
    if (model.sevens.is_alarm && hv_cmd_has(cmd, "--exit-code"))
        st = HV_ERR_FINDINGS;
    hv_maint_model_release(&model);
    return st;
}

/* ---- forecast ---- */

enum hv_status
cmd_maint_forecast(struct hv_cmd *cmd, struct hv_error *err)
{
    struct hv_node *top = hv_out_top(cmd->out);
    struct hv_maint_model model = { 0 };
    struct hv_buf notice = { 0 };
    const struct hv_window_row *row = NULL;
    enum hv_status st = hv_model_maint(cmd->session, &model, err);

    if (!st) {
        row = find_row(&model, cmd->args[0], err);
        st = row ? HV_OK : HV_ERR_NOT_FOUND;
    }
    if (!st) {
        const struct hv_forecast *forecast = &row->forecast;

        tell_window(top, row);
        hv_node_int(top, "tracked", (int64_t)forecast->tracked);
        hv_node_int(top, "ended_before", (int64_t)forecast->ended);
        hv_node_int(top, "no_end", (int64_t)forecast->no_end);
        hv_node_int(top, "sign_in", (int64_t)forecast->away);
        hv_node_text(top, "undisturbed",
                     row->window.kind == HV_WINDOW_TOKEN_KEYS
                         ? "sessions of the application, subscriptions and "
                           "their keys, offline calls"
                         : "user tokens; calls may answer 152 or nothing "
                           "meanwhile, notifications come later");
        hv_window_notice(&row->window, &notice);
        for (size_t i = 0; i < notice.len; i++) /* a table has one line */
            if (notice.data[i] == '\n' && hv_out_is_text(cmd->out))
                notice.data[i] = ' ';
        hv_node_text(top, "notice", hv_buf_str(&notice));
    }
    hv_buf_release(&notice);
    hv_maint_model_release(&model);
    return st;
}
