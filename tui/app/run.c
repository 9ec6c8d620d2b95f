/*
 * run.c - the console on a terminal: one loop that hands presses, signals,
 * time and the worker's answers to update(), does what it asks for, and
 * paints once after each batch. Called by the command line through tui.h.
 */
#include "tui/app/actions.h"
#include "tui/app/parts.h"
#include "tui/app/runner.h"
#include "tui/screen/screens.h"
#include "tui/term/prompt.h"
#include "tui/term/term.h"
#include "tui/tui.h"

#include "hvconsole/clock.h"
#include "hvconsole/file.h"

#include <langinfo.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define MAX_EMPTY_READS 50
#define MAX_KEY_FILE    (64 * 1024)
#define ASLEEP_MS       5000 /* a jump of the machine's clock: it slept */

static void
stop_process(struct hv_runner *runner)
{
    runner->is_stop_wanted = false;
    hv_term_suspend();
    hv_term_measure(&runner->app.rows, &runner->app.cols);
}

static void
on_worker(void *arg, struct hv_msg *msg, struct hv_journal_view *journal)
{
    struct hv_runner *runner = arg;
    bool is_wanted =
        !runner->is_closing && msg->op == runner->app.busy[msg->job].op;
    bool is_locked = msg->kind == HV_MSG_LOCKED;

    if (msg->kind == HV_MSG_OPENED || msg->kind == HV_MSG_JOURNAL) {
        if (is_wanted) {
            hv_journal_view_close(runner->journal);
            runner->journal = journal;
            runner->journal_error = msg->error; /* without one: why */
        } else {
            hv_journal_view_close(journal);
        }
    }
    if (runner->is_closing)
        hv_msg_release(msg);
    else
        hv_runner_send(runner, msg);
    if (is_locked && runner->is_stop_wanted && !runner->is_closing)
        stop_process(runner);
}

/* --------------------------------------------------------------- events -- */

static void
on_input(void *arg, int fd, int what)
{
    struct hv_runner *runner = arg;
    struct hv_press press;
    bool has_any = false;

    (void)fd;
    (void)what;
    if (runner->outside.pid)
        return; /* what is typed belongs to the one who has the terminal */
    while (hv_term_next(&press)) {
        struct hv_msg msg = { .kind = HV_MSG_PRESS };

        has_any = true;
        msg.u.press = press;
        hv_runner_send(runner, &msg);
    }
    runner->empty_reads = has_any ? 0 : runner->empty_reads + 1;
    if (hv_term_is_gone() || runner->empty_reads > MAX_EMPTY_READS)
        hv_loop_stop(runner->loop);
}

static int64_t
asleep_ms(void)
{
    struct timespec boot;

    clock_gettime(CLOCK_BOOTTIME, &boot);
    return (int64_t)boot.tv_sec * 1000 + boot.tv_nsec / 1000000 -
           hv_clock_mono_ms();
}

static void
on_tick(void *arg)
{
    struct hv_runner *runner = arg;
    int64_t slept = asleep_ms();

    if (slept - runner->sleep_ms > ASLEEP_MS)
        hv_runner_send_kind(runner, HV_MSG_SUSPENDED);
    runner->sleep_ms = slept;
    hv_runner_send_kind(runner, HV_MSG_TICK);
    hv_tail_tick(runner);
    hv_watch_after(runner->tick, 1000 - hv_clock_now_ms() % 1000);
}

static void
on_turn(void *arg)
{
    struct hv_runner *runner = arg;

    runner->is_turning = false;
    hv_runner_send_kind(runner, HV_MSG_TICK);
}

void
hv_runner_paint(struct hv_runner *runner)
{
    hv_screen_render(&runner->app, &runner->grid);
    if (!runner->is_plain && !runner->outside.pid)
        hv_term_present(&runner->grid);
}

static void
on_paint(void *arg)
{
    struct hv_runner *runner = arg;

    hv_runner_paint(runner);
    hv_script_go_on(runner);
}

static void
on_resize(void *arg)
{
    struct hv_runner *runner = arg;
    struct hv_msg msg = { .kind = HV_MSG_RESIZE };
    struct hv_press press;

    hv_term_measure(&msg.u.size.rows, &msg.u.size.cols);
    hv_term_repaint(); /* small and large again: the same size, less on it */
    hv_runner_send(runner, &msg);
    while (hv_term_next(&press)) { /* what curses queued by itself */
        struct hv_msg more = { .kind = HV_MSG_PRESS };

        more.u.press = press;
        hv_runner_send(runner, &more);
    }
}

static void
on_interrupt(void *arg)
{
    struct hv_runner *runner = arg;

    if (!runner->outside.pid) /* else it is for who has the terminal */
        hv_runner_send_kind(runner, HV_MSG_CANCEL);
}

static void
on_end(void *arg)
{
    struct hv_runner *runner = arg;

    hv_loop_stop(runner->loop);
}

static void
on_stop(void *arg)
{
    struct hv_runner *runner = arg;

    if (runner->outside.pid) {
        raise(SIGSTOP); /* with the one who has the terminal */
        return;
    }
    if (!runner->app.is_open) {
        stop_process(runner);
        hv_runner_send_kind(runner, HV_MSG_TICK);
        return;
    }
    runner->is_stop_wanted = true;
    hv_runner_send_kind(runner, HV_MSG_SUSPENDED);
}

/* ------------------------------------------------------- start and end -- */

static enum hv_status
watch(struct hv_runner *runner, struct hv_error *err)
{
    static const struct {
        int signo;
        hv_loop_fn fn;
    } signals[HV_RUNNER_SIGNALS] = {
        { SIGWINCH, on_resize }, { SIGINT, on_interrupt }, { SIGTERM, on_end },
        { SIGHUP, on_end },      { SIGTSTP, on_stop },     { SIGQUIT, on_end },
    };

    /* After curses, whose own handlers these replace. */
    for (size_t i = 0; i < HV_LEN(signals); i++) {
        if (runner->is_plain &&
            (signals[i].signo == SIGTSTP || signals[i].signo == SIGWINCH))
            continue; /* no terminal to measure, or to give back first */
        runner->signals[i] = hv_loop_signal(runner->loop, signals[i].signo,
                                            signals[i].fn, runner);
    }
    runner->tick = hv_loop_timer(runner->loop, on_tick, runner);
    runner->turn = hv_loop_timer(runner->loop, on_turn, runner);
    runner->paint = hv_loop_timer(runner->loop, on_paint, runner);
    hv_tail_start(runner);
    runner->on_input = on_input;
    if (!runner->is_plain) {
        runner->input = hv_loop_fd(runner->loop, STDIN_FILENO, HV_WATCH_READ,
                                   on_input, runner);
        if (!runner->input)
            return hv_fail(err, HV_ERR_USAGE,
                           "standard input cannot be waited for");
    }
    hv_watch_after(runner->tick, 1000 - hv_clock_now_ms() % 1000);
    runner->sleep_ms = asleep_ms();
    return HV_OK;
}

static void
complete(void *arg, const char *line, struct hv_buf *out)
{
    struct hv_runner *runner = arg;

    hv_line_complete(&runner->app, line, out);
}

/* The person's own keys stand beside the profiles. None is no fault. */
static void
read_user_keys(struct hv_runner *runner)
{
    struct hv_buf text = { 0 };
    struct hv_error err = { 0 };
    char dir[600];
    char path[640];
    enum hv_status st;

    hv_path_dir(runner->globals->config, dir, sizeof(dir));
    if (hv_path_join(path, sizeof(path), dir, "keys"))
        return;
    st = hv_file_read(path, MAX_KEY_FILE, &text, &err);
    if (!st)
        hv_user_keys_read(&runner->app, path, hv_buf_str(&text));
    else if (st != HV_ERR_NOT_FOUND)
        hv_app_complain(&runner->app, "Key file", &err);
    hv_buf_release(&text);
}

static void
set_up(struct hv_runner *runner, const struct hv_console_options *options,
       const struct hv_term_facts *facts)
{
    struct hv_app *app = &runner->app;
    const struct hv_globals *globals = runner->globals;

    app->is_ascii = app->is_only_ascii = facts->is_ascii;
    app->is_unattended = runner->is_plain;
    app->is_memory_locked = hv_secret_is_locked();
    app->is_flag_read_only = globals->read_only;
    app->is_flag_write = globals->write;
    app->unlock.has_credential = hv_worker_has_credential(runner->worker);
    if (options->is_demo && options->demo_note)
        snprintf(app->demo_note, sizeof(app->demo_note),
                 "A second terminal joins with: hvconsole %s",
                 options->demo_note);
    read_user_keys(runner);
    hv_body_file_sweep();
    if (options->view && hv_view_find(options->view) < HV_TABS)
        app->tab = (enum hv_view)hv_view_find(options->view);
}

static void
tear_down(struct hv_runner *runner)
{
    runner->is_closing = true;
    hv_outside_end(runner);
    if (!runner->is_plain)
        hv_term_close(); /* first: what follows may take a moment */
    hv_prompt_end();
    hv_worker_stop(runner->worker);
    for (int i = 0; i < HV_FIND_KINDS; i++)
        hv_finder_end(runner->finders[i]);
    hv_tail_end(runner);
    hv_script_end(runner);
    hv_watch_free(runner->input);
    hv_watch_free(runner->tick);
    hv_watch_free(runner->turn);
    hv_watch_free(runner->paint);
    for (int i = 0; i < HV_RUNNER_SIGNALS; i++)
        hv_watch_free(runner->signals[i]);
    hv_loop_free(runner->loop);
    hv_journal_view_close(runner->journal);
    hv_app_release(&runner->app);
    hv_grid_release(&runner->grid);
    free(runner);
}

/* Loop, worker, and a terminal unless it is to be a plain picture. */
static enum hv_status
start(struct hv_runner *runner, const struct hv_console_options *options,
      struct hv_term_facts *facts, struct hv_error *err)
{
    enum hv_status st = hv_loop_new(&runner->loop, err);

    if (!st)
        st = hv_worker_start(runner->loop, runner->globals, on_worker, runner,
                             &runner->worker, err);
    if (!st && runner->is_plain)
        facts->is_ascii = strcmp(nl_langinfo(CODESET), "UTF-8") != 0;
    else if (!st)
        st = hv_term_open(runner->globals->color, facts, err);
    if (!st)
        st = watch(runner, err);
    if (!st)
        st = hv_script_start(runner, options->script, err);
    return st;
}

enum hv_status
hv_console_run(const struct hv_globals *globals,
               const struct hv_console_options *options, struct hv_error *err)
{
    struct hv_runner *runner = hv_calloc(1, sizeof(*runner));
    struct hv_term_facts facts = { 0 };
    struct hv_msg msg = { .kind = HV_MSG_START };
    char history[600];
    enum hv_status st;

    runner->globals = globals;
    runner->is_plain = options->is_plain;
    runner->tail.fd = -1;
    hv_app_init(&runner->app);
    st = start(runner, options, &facts, err);
    if (st)
        goto out;
    if (hv_path_join(history, sizeof(history), globals->store, "history"))
        history[0] = 0;
    hv_prompt_start(history, complete, runner);
    set_up(runner, options, &facts);
    if (runner->is_plain)
        hv_plain_measure(&msg.u.size.rows, &msg.u.size.cols);
    else
        hv_term_measure(&msg.u.size.rows, &msg.u.size.cols);
    hv_runner_send(runner, &msg);
    hv_loop_run(runner->loop);
    st = hv_plain_outcome(runner, err);
    if (!st && runner->is_plain)
        hv_plain_print(runner);
out:
    tear_down(runner);
    return st;
}
