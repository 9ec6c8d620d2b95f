/*
 * cmd_maint.c - `maint list|status|forecast`: maintenance days of the platform,
 * as far as the operator was told about them. Called through the table. No
 * network; the keystore is not needed. Fact: persistent-tokens
 */
#include "tui/command/cmd_maint.h"

#include "tui/command/nouns/maint.h"

#include <stdio.h>
#include <string.h>

const struct hv_column window_columns[] = {
    { "name", "NAME", HV_COL_NAME },
    { "kind", "KIND", 0 },
    { "phase", "STATE", HV_COL_PAINT },
    { "at", "BEGINS", 0 },
    { "until", "ENDS", 0 },
    { "left", "LEFT", HV_COL_RIGHT },
    { "left_s", "LEFT S", HV_COL_HIDDEN },
    { "refused", "TOKENS ENDED", HV_COL_RIGHT },
    { "drill", "DRILL", HV_COL_PAINT },
    { "open", "TO DO", 0 },
    { "observed", "FIRST 7", HV_COL_WIDE },
    { "seen", "7S SEEN", HV_COL_RIGHT | HV_COL_WIDE },
    { "platform", "PLATFORM", HV_COL_WIDE },
    { "for_s", "FOR S", HV_COL_HIDDEN },
    { "uncertainty_s", "UNCERTAINTY S", HV_COL_HIDDEN },
    { 0 },
};

/* "PASS 4/4", and when. */
static void
tell_drill(struct hv_node *node, const struct hv_window_row *row)
{
    char text[24];

    snprintf(text, sizeof(text), "%s %d/%d",
             row->drill.passed == HV_DRILL_ALL ? "PASS" : "FAIL",
             hv_drill_count(&row->drill), HV_DRILL_STEPS);
    hv_node_text(node, "drill", row->has_drill ? text : NULL);
    hv_node_time(node, "drill_at", row->has_drill ? row->drill.at_ms : 0);
}

static void
tell_open(struct hv_node *node, const struct hv_maint_model *model,
          const struct hv_window_row *row)
{
    struct hv_ready ready[HV_READY_LEN];
    struct hv_node *list = hv_node_list(node, "open");

    hv_window_ready(model, row, ready);
    for (size_t i = 0; i < HV_LEN(ready); i++)
        if (!ready[i].is_done && row->phase != HV_WINDOW_OVER)
            hv_node_text(list, NULL, ready[i].word);
}

void
maint_tell(struct hv_node *node, const struct hv_maint_model *model,
           const struct hv_window_row *row)
{
    const struct hv_window *window = &row->window;
    char left[HV_COUNTDOWN];

    hv_node_text(node, "name", window->name);
    hv_node_text(node, "kind", hv_window_kind_word(window->kind));
    hv_node_text(node, "phase", hv_window_phase_word(row->phase));
    hv_node_time(node, "at", window->at_ms);
    hv_node_time(node, "until", window->at_ms + window->for_ms);
    hv_node_int(node, "for_s", window->for_ms / 1000);
    hv_node_int(node, "uncertainty_s", window->slack_ms / 1000);
    if (row->phase == HV_WINDOW_OVER) {
        hv_node_null(node, "left");
        hv_node_null(node, "left_s");
    } else {
        hv_countdown(row->left_ms, left);
        hv_node_text(node, "left", left);
        hv_node_int(node, "left_s", row->left_ms / 1000);
    }
    hv_node_int(node, "refused", (int64_t)row->forecast.refused);
    tell_drill(node, row);
    tell_open(node, model, row);
    hv_node_time(node, "observed", row->curve.first_ms);
    hv_node_int(node, "seen", (int64_t)row->curve.seen_all);
    hv_node_text(node, "platform", window->platform);
}

const struct hv_window_row *
maint_find(const struct hv_maint_model *model, const char *name,
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
        maint_tell(hv_out_item(cmd->out), &model, &model.windows[i]);
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
    hv_node_int(top, "maintenance_24h", (int64_t)sevens->maintenance);
    hv_node_int(top, "session_24h", (int64_t)sevens->session);
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
        maint_tell(hv_node_object(top, "next"), &model, row);
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

static void
tell_curve(struct hv_node *top, const struct hv_curve *curve)
{
    struct hv_node *expected = hv_node_list(top, "expected_hours");
    struct hv_node *seen = hv_node_list(top, "seen_hours");

    for (size_t i = 0; i < HV_CURVE_HOURS; i++) {
        hv_node_int(expected, NULL, (int64_t)curve->expected[i]);
        hv_node_int(seen, NULL, (int64_t)curve->seen[i]);
    }
    hv_node_int(top, "first_hour_percent", hv_curve_share(curve, 1));
    hv_node_int(top, "first_day_percent", hv_curve_share(curve, 24));
    hv_node_int(top, "three_days_percent", hv_curve_share(curve, 72));
}

enum hv_status
cmd_maint_forecast(struct hv_cmd *cmd, struct hv_error *err)
{
    struct hv_node *top = hv_out_top(cmd->out);
    struct hv_maint_model model = { 0 };
    struct hv_buf notice = { 0 };
    const struct hv_window_row *row = NULL;
    enum hv_status st = hv_model_maint(cmd->session, &model, err);

    if (!st) {
        row = maint_find(&model, cmd->args[0], err);
        st = row ? HV_OK : HV_ERR_NOT_FOUND;
    }
    if (!st) {
        const struct hv_forecast *forecast = &row->forecast;

        maint_tell(top, &model, row);
        hv_node_int(top, "tracked", (int64_t)forecast->tracked);
        hv_node_int(top, "ended_before", (int64_t)forecast->ended);
        hv_node_int(top, "no_end", (int64_t)forecast->no_end);
        hv_node_int(top, "sign_in", (int64_t)forecast->away);
        if (row->window.kind == HV_WINDOW_TOKEN_KEYS)
            tell_curve(top, &row->curve);
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
