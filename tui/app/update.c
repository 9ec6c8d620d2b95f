/*
 * update.c - the only writer of the console's state: one message in, a new
 * state and effects out. Called by the runner and by tests. Knows no network,
 * no terminal, no clock.
 */
#include "tui/app/parts.h"

#include <stdio.h>
#include <string.h>

/* How old the facts of the bar may grow: nobody there, nobody misses them. */
static int64_t
status_age_ms(const struct hv_app *app)
{
    bool is_left = app->mono_ms - app->input_mono_ms >= HV_LEFT_MS;

    return is_left ? HV_STALE_MS * 3 / 4 : HV_STALE_MS / 4;
}

static void
tick(struct hv_app *app)
{
    if (app->armed_until_mono_ms && app->armed_until_mono_ms <= app->mono_ms) {
        app->armed_until_mono_ms = 0;
        hv_app_say(app, HV_ROLE_NOTE, "Write mode has ended.");
    }
    if (!app->is_open)
        return;
    if (app->mono_ms - app->input_mono_ms >= HV_IDLE_LOCK_MS)
        hv_unlock_lock(app, "10 minutes without a key");
    else if (app->mono_ms - app->open_mono_ms >= HV_OPEN_LOCK_MS)
        hv_unlock_lock(app, "open for 2 hours");
    else if (!app->status_load.is_asked &&
             app->now_ms - app->status_load.read_ms >= status_age_ms(app))
        hv_load_ask(app, HV_JOB_STATUS);
    hv_load_tick(app);
}

static void
cancel(struct hv_app *app)
{
    if (app->dialog.kind) {
        struct hv_press no = { .code = HV_PRESS_ESC };

        hv_dialog_press(app, &no);
    } else if (app->prompt.is_open) {
        app->prompt.is_open = false;
        hv_effects_add(&app->effects, HV_EFFECT_PROMPT_CLOSE);
    } else if (app->is_filtering) {
        app->is_filtering = false;
    } else if (!app->busy[HV_JOB_COMMAND].op && hv_records_stop(app)) {
        return; /* it says so itself */
    } else if (app->busy[HV_JOB_COMMAND].op || app->busy[HV_JOB_SUBS].op) {
        hv_effects_add(&app->effects, HV_EFFECT_CANCEL);
        hv_app_say(app, HV_ROLE_NOTE, "Cancelling ...");
    } else if (hv_find_stop(app)) {
        hv_app_say(app, HV_ROLE_NOTE, "The search was stopped.");
    } else if (!app->is_open) {
        hv_effects_add(&app->effects, HV_EFFECT_QUIT);
    } else {
        hv_app_say(app, HV_ROLE_TEXT, "Nothing to cancel. Q quits.");
    }
}

static void
resize(struct hv_app *app, int rows, int cols)
{
    app->rows = rows;
    app->cols = cols;
    for (int i = 0; i < HV_TABS; i++)
        hv_list_settle(app, (enum hv_view)i);
}

static void
progress(struct hv_app *app, const char *text)
{
    if (app->steps_len == (int)HV_LEN(app->steps)) {
        memmove(app->steps, app->steps + 1,
                sizeof(app->steps) - sizeof(app->steps[0]));
        app->steps_len--;
    }
    hv_copy(app->steps[app->steps_len++], sizeof(app->steps[0]),
            text + strspn(text, " "));
}

static void
prompt_changed(struct hv_app *app, const struct hv_msg *msg)
{
    struct hv_prompt_state *prompt = &app->prompt;

    if (!prompt->is_open)
        return;
    hv_copy(prompt->prompt, sizeof(prompt->prompt), msg->u.line.prompt);
    hv_copy(prompt->line, sizeof(prompt->line), msg->text);
    hv_copy(prompt->matches, sizeof(prompt->matches), msg->u.line.matches);
    prompt->point = msg->u.line.point;
}

static void
take_line(struct hv_app *app, const char *line)
{
    app->prompt.is_open = false;
    hv_app_do(app, line, HV_FROM_LINE);
}

/* What comes from the worker; @msg->op tells whether it is still wanted. */
static void
from_worker(struct hv_app *app, struct hv_msg *msg)
{
    switch (msg->kind) {
    case HV_MSG_OPENED:
    case HV_MSG_OPEN_FAILED:
    case HV_MSG_LOCKED:
        hv_unlock_message(app, msg);
        break;
    case HV_MSG_STATUS:
    case HV_MSG_SUBS:
    case HV_MSG_KEYS:
    case HV_MSG_DRAIN:
    case HV_MSG_TRAFFIC:
    case HV_MSG_JOBS:
    case HV_MSG_MAINT:
    case HV_MSG_DRAFT:
    case HV_MSG_SENT:
    case HV_MSG_TEMPLATES:
    case HV_MSG_RECORDS:
    case HV_MSG_RIGHTS:
    case HV_MSG_DIFF:
    case HV_MSG_FAILED:
        hv_load_message(app, msg);
        break;
    case HV_MSG_PROGRESS:
        if (msg->op == app->busy[HV_JOB_COMMAND].op)
            progress(app, msg->text);
        else if (msg->op == app->busy[HV_JOB_DIFF].op)
            hv_diff_progress(app, msg->text);
        break;
    case HV_MSG_ROTATION:
        if (msg->op == app->busy[HV_JOB_COMMAND].op)
            hv_rotation_moved(app, msg);
        break;
    case HV_MSG_EXCHANGE:
        if (msg->op == app->busy[HV_JOB_COMMAND].op)
            hv_test_take(app, msg);
        break;
    case HV_MSG_ASK:
        if (msg->op == app->busy[HV_JOB_COMMAND].op)
            hv_dialog_asked(app, msg->text);
        break;
    case HV_MSG_COMMAND:
        hv_command_done(app, msg);
        break;
    case HV_MSG_JOURNAL:
        app->busy[HV_JOB_JOURNAL].op = 0;
        hv_log_stay(app);
        break;
    default:
        break;
    }
}

void
hv_app_update(struct hv_app *app, struct hv_msg *msg)
{
    if (msg->now_ms) {
        app->now_ms = msg->now_ms;
        app->mono_ms = msg->mono_ms;
    }
    switch (msg->kind) {
    case HV_MSG_START:
        resize(app, msg->u.size.rows, msg->u.size.cols);
        app->input_mono_ms = app->mono_ms;
        hv_load_ask(app, HV_JOB_STATUS);
        hv_unlock_start(app);
        break;
    case HV_MSG_PRESS:
        hv_app_press(app, &msg->u.press);
        break;
    case HV_MSG_RESIZE:
        resize(app, msg->u.size.rows, msg->u.size.cols);
        break;
    case HV_MSG_TICK:
        tick(app);
        break;
    case HV_MSG_SUSPENDED:
        hv_unlock_lock(app, "the program or the machine was asleep");
        break;
    case HV_MSG_CANCEL:
        cancel(app);
        break;
    case HV_MSG_LOG:
        hv_log_message(app, msg);
        break;
    case HV_MSG_LOG_BODY:
        hv_test_body_came(app, msg);
        hv_log_body(app, msg);
        break;
    case HV_MSG_FOUND:
        hv_find_message(app, msg);
        break;
    case HV_MSG_JOURNAL_CHANGED:
        hv_log_changed(app);
        if (app->is_open)
            hv_load_ask(app, HV_JOB_STATUS);
        break;
    case HV_MSG_OUTSIDE:
    case HV_MSG_EDITED:
    case HV_MSG_COPIED:
        hv_tools_message(app, msg);
        break;
    case HV_MSG_PROMPT:
        prompt_changed(app, msg);
        break;
    case HV_MSG_PROMPT_LINE:
        take_line(app, msg->text);
        break;
    default:
        from_worker(app, msg);
        break;
    }
    hv_log_look(app);
    hv_msg_release(msg);
}
