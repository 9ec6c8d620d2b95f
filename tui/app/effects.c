/*
 * effects.c - what update() asked for is done here: jobs to the worker, pages
 * of the journal, the `:` line, the terminal. Called by run.c's events.
 */
#include "tui/app/journal.h"
#include "tui/app/runner.h"
#include "tui/term/prompt.h"
#include "tui/term/term.h"

#include "hvconsole/clock.h"
#include "hvconsole/file.h"

#include <stdlib.h>
#include <string.h>

#define TURN_MS 120 /* while something turns */

static void
stamp(const struct hv_runner *runner, struct hv_msg *msg)
{
    msg->now_ms = hv_clock_now_ms() + runner->ahead_ms;
    msg->mono_ms = hv_clock_mono_ms() + runner->ahead_ms;
}

void
hv_runner_send_kind(struct hv_runner *runner, enum hv_msg_kind kind)
{
    struct hv_msg msg = { .kind = kind };

    hv_runner_send(runner, &msg);
}

/* What was typed goes to the worker in locked memory, and to nobody else. */
static enum hv_status
take_passphrase(struct hv_app *app, struct hv_secret *out, struct hv_error *err)
{
    struct hv_unlock *unlock = &app->unlock;
    enum hv_status st =
        hv_secret_copy(out, unlock->typed.data, unlock->typed_len, err);

    hv_secret_release(&unlock->typed);
    unlock->typed_len = 0;
    return st;
}

static void
do_job(struct hv_runner *runner, struct hv_effect *effect)
{
    struct hv_msg failed = { .kind = HV_MSG_OPEN_FAILED,
                             .op = effect->op,
                             .job = effect->job };
    struct hv_job job = {
        .kind = effect->job,
        .op = effect->op,
        .yes = effect->flag,
        .is_armed = effect->is_armed,
    };

    if (effect->job == HV_JOB_UNLOCK &&
        take_passphrase(&runner->app, &job.passphrase, &failed.error)) {
        hv_runner_send(runner, &failed);
        return;
    }
    if (effect->job == HV_JOB_LOCK) {
        hv_journal_view_close(runner->journal);
        runner->journal = NULL;
    }
    job.text = effect->text;
    effect->text = NULL;
    memcpy(job.confirm, effect->confirm, sizeof(job.confirm));
    hv_worker_do(runner->worker, &job);
}

static void
do_log(struct hv_runner *runner, const struct hv_effect *effect)
{
    struct hv_msg msg = { .kind = HV_MSG_LOG };

    if (effect->kind == HV_EFFECT_LOG_BODY)
        msg.kind = HV_MSG_LOG_BODY;
    if (!runner->journal && runner->journal_error.status)
        msg.error = runner->journal_error;
    else if (!runner->journal)
        (void)hv_fail(&msg.error, HV_ERR_NOT_FOUND,
                      "the journal is not open yet");
    else if (effect->kind == HV_EFFECT_LOG_BODY)
        hv_log_read_body(runner->journal, effect->id, &msg);
    else
        hv_log_read(runner->journal, effect, &msg);
    hv_runner_send(runner, &msg);
}

static void
on_found(void *arg, struct hv_msg *msg)
{
    struct hv_runner *runner = arg;

    if (runner->is_closing)
        hv_msg_release(msg);
    else
        hv_runner_send(runner, msg);
}

static void
find(struct hv_runner *runner, const struct hv_effect *effect)
{
    struct hv_msg failed = { .kind = HV_MSG_FOUND, .op = effect->op };

    if (effect->kind == HV_EFFECT_FIND_STOP) {
        hv_finder_stop(runner->finders[effect->which]);
        return;
    }
    failed.u.found.which = effect->which;
    failed.u.found.is_end = true;
    if (!runner->journal)
        failed.error = runner->journal_error;
    if (!runner->journal && !failed.error.status)
        (void)hv_fail(&failed.error, HV_ERR_NOT_FOUND,
                      "the journal is not open yet");
    if (failed.error.status ||
        hv_finder_do(&runner->finders[effect->which], runner->loop, on_found,
                     runner, runner->journal, effect, &failed.error))
        hv_runner_send(runner, &failed);
}

static void
tell_prompt(struct hv_runner *runner)
{
    struct hv_prompt_view view = hv_prompt_view();
    struct hv_msg msg = { .kind = HV_MSG_PROMPT };

    msg.text = hv_strdup(view.line);
    msg.u.line.prompt = hv_strdup(view.prompt);
    msg.u.line.matches = hv_strdup(view.matches);
    msg.u.line.point = view.point;
    hv_runner_send(runner, &msg);
}

static void
press_prompt(struct hv_runner *runner, const struct hv_press *press)
{
    struct hv_buf line = { 0 };

    if (hv_prompt_press(press, &line)) {
        struct hv_msg msg = { .kind = HV_MSG_PROMPT_LINE };

        hv_prompt_close();
        msg.text = hv_strdup(hv_buf_str(&line));
        hv_runner_send(runner, &msg);
    } else {
        tell_prompt(runner);
    }
    hv_buf_release(&line);
}

/* Into the person's clipboard; where the terminal has none, or it is too
 * much for one, into a file of theirs. */
static void
copy(struct hv_runner *runner, const char *text)
{
    struct hv_msg msg = { .kind = HV_MSG_COPIED };
    char path[600] = "";

    if (runner->is_plain || !hv_term_copy(text)) {
        if (hv_path_join(path, sizeof(path), runner->globals->store, "copied"))
            return;
        if (hv_dir_make(runner->globals->store, 0700, &msg.error) ||
            hv_file_replace(path, 0600, hv_bytes_str(text), &msg.error))
            path[0] = 0; /* the message says why */
    }
    msg.text = hv_strdup(path);
    hv_runner_send(runner, &msg);
}

/* What concerns nothing but the terminal. */
static void
do_terminal(const struct hv_effect *effect)
{
    switch (effect->kind) {
    case HV_EFFECT_FLOW:
        hv_term_flow(effect->flag);
        break;
    case HV_EFFECT_MOUSE:
        hv_term_mouse(effect->flag);
        break;
    case HV_EFFECT_THEME:
        hv_term_theme(effect->text);
        break;
    case HV_EFFECT_REPAINT:
        hv_term_repaint();
        break;
    default:
        break;
    }
}

static void
do_effect(struct hv_runner *runner, struct hv_effect *effect)
{
    switch (effect->kind) {
    case HV_EFFECT_JOB:
        do_job(runner, effect);
        break;
    case HV_EFFECT_LOG:
    case HV_EFFECT_LOG_BODY:
        do_log(runner, effect);
        break;
    case HV_EFFECT_FIND:
    case HV_EFFECT_FIND_STOP:
        find(runner, effect);
        break;
    case HV_EFFECT_COPY:
        copy(runner, effect->text);
        break;
    case HV_EFFECT_CANCEL:
        hv_worker_cancel(runner->worker);
        break;
    case HV_EFFECT_ANSWER:
        hv_worker_answer(runner->worker, effect->flag);
        break;
    case HV_EFFECT_PROMPT_OPEN:
        hv_prompt_open(effect->text ? effect->text : "");
        tell_prompt(runner);
        break;
    case HV_EFFECT_PROMPT_CLOSE:
        hv_prompt_close();
        break;
    case HV_EFFECT_PROMPT_PRESS:
        press_prompt(runner, &effect->press);
        break;
    case HV_EFFECT_SAVE_SCREEN:
        hv_screen_save(runner, effect->text);
        break;
    case HV_EFFECT_EDIT:
        hv_outside_edit(runner, effect->text);
        break;
    case HV_EFFECT_EDIT_BODY:
        hv_outside_body(runner, effect->text, effect->flag);
        break;
    case HV_EFFECT_EDIT_END:
        hv_body_file_remove(&runner->outside);
        break;
    case HV_EFFECT_OUTSIDE:
        hv_outside_run(runner, effect->text);
        break;
    case HV_EFFECT_QUIT:
        hv_loop_stop(runner->loop);
        break;
    default:
        if (!runner->is_plain)
            do_terminal(effect);
        break;
    }
}

bool
hv_runner_is_quiet(const struct hv_runner *runner)
{
    const struct hv_app *app = &runner->app;

    if (runner->outside.pid || app->log.find.op || app->log.kin.op)
        return false;
    for (int i = 0; i < HV_JOB_COUNT; i++) {
        /* A command that asks waits for the next step. */
        if (app->busy[i].op &&
            !(i == HV_JOB_COMMAND && app->dialog.kind == HV_DIALOG_ASKED))
            return false;
    }
    return true;
}

bool
hv_runner_is_watching(const struct hv_runner *runner)
{
    const struct hv_app *app = &runner->app;

    return app->is_open &&
           (app->tab == HV_VIEW_LOG || app->tab == HV_VIEW_DASH);
}

/* Timers follow the state: nothing wakes up for what nobody looks at. */
static void
set_timers(struct hv_runner *runner)
{
    hv_watch_after(runner->paint, 0);
    if (hv_app_is_busy(&runner->app) && !runner->is_turning) {
        runner->is_turning = true;
        hv_watch_after(runner->turn, TURN_MS);
    }
    if (runner->app.busy[HV_JOB_SUBS].op)
        hv_worker_yield(runner->worker); /* turns while it runs: comes again */
    hv_tail_follow(runner);
}

/* What was typed before a question was seen is no answer to it. Read, not
 * flushed: the end of a paste must not be lost. */
static void
drop_typed_ahead(void)
{
    struct hv_press press;

    while (hv_term_next(&press))
        ;
}

void
hv_runner_send(struct hv_runner *runner, struct hv_msg *msg)
{
    enum hv_dialog_kind asked = runner->app.dialog.kind;
    struct hv_effects effects;
    bool is_first = msg->kind == HV_MSG_START;

    stamp(runner, msg);
    hv_app_update(&runner->app, msg);
    if (is_first)
        hv_runner_paint(runner); /* before the key is derived beside it */
    if (runner->app.dialog.kind && runner->app.dialog.kind != asked)
        drop_typed_ahead();
    effects = runner->app.effects;
    runner->app.effects = (struct hv_effects){ 0 };
    for (size_t i = 0; i < effects.len; i++)
        do_effect(runner, &effects.items[i]);
    hv_effects_release(&effects);
    if (!runner->is_closing)
        set_timers(runner);
}
