/*
 * script.c - plays steps from a file as if a person typed them: keys, text,
 * command text; waits until nothing runs before each. For pictures, rehearsals
 * and machines without a terminal. Called by run.c.
 */
#include "tui/app/parts.h"
#include "tui/app/runner.h"
#include "tui/screen/screens.h"

#include "hvconsole/clock.h"
#include "hvconsole/file.h"
#include "hvconsole/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_SCRIPT (256 * 1024)
#define STEP_MS    30000 /* one step, waiting included */
#define LOOK_MS    50
#define TICK_MS    1000 /* of `clock` */

enum step { STEP_DONE, STEP_WAITS, STEP_FAILED };

static void
press(struct hv_runner *runner, int32_t code)
{
    struct hv_msg msg = { .kind = HV_MSG_PRESS };

    msg.u.press.code = code;
    hv_runner_send(runner, &msg);
}

static bool
shows(struct hv_runner *runner, const char *text)
{
    struct hv_buf picture = { 0 };
    bool is_there;

    hv_screen_render(&runner->app, &runner->grid);
    hv_grid_dump(&runner->grid, &picture);
    is_there = strstr(hv_buf_str(&picture), text) != NULL;
    hv_buf_release(&picture);
    return is_there;
}

static enum step
do_press(struct hv_runner *runner, const char *args)
{
    struct hv_sequence keys;

    while (*args) {
        char word[64];
        size_t len = strcspn(args, " ");

        snprintf(word, sizeof(word), "%.*s", (int)len, args);
        args += len + strspn(args + len, " ");
        if (hv_keys_parse(word, &keys)) {
            (void)hv_fail(&runner->script.error, HV_ERR_FORMAT,
                          "\"%s\" is no key: j, ^d, <F2>, yi", word);
            return STEP_FAILED;
        }
        for (int i = 0; i < keys.len; i++)
            press(runner, keys.codes[i]);
    }
    return STEP_DONE;
}

static enum step
do_type(struct hv_runner *runner, const char *args)
{
    struct hv_bytes text = hv_bytes_str(args);
    size_t pos = 0;

    while (pos < text.len)
        press(runner, hv_utf8_next(text, &pos));
    return STEP_DONE;
}

static enum step
do_wait(struct hv_runner *runner, const char *args)
{
    return shows(runner, args) ? STEP_DONE : STEP_WAITS;
}

static enum step
do_expect(struct hv_runner *runner, const char *args)
{
    if (shows(runner, args))
        return STEP_DONE;
    (void)hv_fail(&runner->script.error, HV_ERR_NOT_FOUND,
                  "\"%.100s\" is not on the screen", args);
    return STEP_FAILED;
}

static enum step
do_size(struct hv_runner *runner, const char *args)
{
    struct hv_msg msg = { .kind = HV_MSG_RESIZE };

    if (!runner->is_plain)
        return STEP_DONE; /* a terminal has the size it has */
    if (sscanf(args, "%dx%d", &msg.u.size.cols, &msg.u.size.rows) != 2 ||
        msg.u.size.cols < 1 || msg.u.size.cols > HV_MAX_GRID ||
        msg.u.size.rows < 1 || msg.u.size.rows > HV_MAX_GRID) {
        (void)hv_fail(&runner->script.error, HV_ERR_FORMAT,
                      "\"%.40s\" is no size: 80x24", args);
        return STEP_FAILED;
    }
    hv_runner_send(runner, &msg);
    return STEP_DONE;
}

/* Time passes second by second, as fast as what each second brings about is
 * done: ticks, reading again, the idle lock. What the worker stamps itself
 * (rows of the journal, keys) keeps the machine's time. */
static enum step
do_clock(struct hv_runner *runner, const char *args)
{
    struct hv_script *script = &runner->script;

    if (!script->is_clocking &&
        (hv_duration_parse(args, &script->clock_ms) || !script->clock_ms)) {
        (void)hv_fail(&script->error, HV_ERR_FORMAT,
                      "\"%.40s\" is no time to pass: 90s, 10m, 1h", args);
        return STEP_FAILED;
    }
    script->is_clocking = true;
    while (script->clock_ms > 0) {
        runner->ahead_ms += TICK_MS;
        script->clock_ms -= TICK_MS;
        hv_runner_send_kind(runner, HV_MSG_TICK);
        hv_tail_look(runner);
        hv_runner_paint(runner);
        if (!hv_runner_is_quiet(runner)) {
            script->until_mono_ms = 0; /* each second has its own */
            return STEP_WAITS;
        }
    }
    script->is_clocking = false;
    return STEP_DONE;
}

static const struct {
    const char *word;
    enum step (*run)(struct hv_runner *runner, const char *args);
    bool is_hasty; /* does not wait until nothing runs */
} steps[] = {
    { "press ", do_press, false }, { "type ", do_type, false },
    { "wait ", do_wait, true },    { "expect ", do_expect, false },
    { "size ", do_size, false },   { "clock ", do_clock, false },
};

static enum step
do_line(struct hv_runner *runner, const char *line)
{
    struct hv_msg msg = { .kind = HV_MSG_PROMPT_LINE };

    line += strspn(line, " \t");
    for (size_t i = 0; i < HV_LEN(steps); i++) {
        size_t len = strlen(steps[i].word);

        if (strncmp(line, steps[i].word, len))
            continue;
        if (!steps[i].is_hasty && !hv_runner_is_quiet(runner))
            return STEP_WAITS;
        return steps[i].run(runner, line + len + strspn(line + len, " "));
    }
    if (!hv_runner_is_quiet(runner))
        return STEP_WAITS;
    if (hv_line_check(line, &runner->script.error))
        return STEP_FAILED; /* a person would see it and type it again */
    msg.text = hv_strdup(line);
    hv_runner_send(runner, &msg);
    return runner->script.error.status ? STEP_FAILED : STEP_DONE;
}

/* The next line that is a step; NULL at the end. */
static char *
next_line(struct hv_script *script, size_t *end)
{
    while (script->at < script->text.len) {
        char *line = (char *)script->text.data + script->at;
        size_t len = strcspn(line, "\n");

        *end = script->at + len + 1;
        if (len && line[0] != '#' && line[0] != '\r')
            return strndup(line, line[len - 1] == '\r' ? len - 1 : len);
        script->at = *end;
        script->line++;
    }
    return NULL;
}

/* Played to its end, or stopped by a line that failed. */
static void
stop(struct hv_runner *runner)
{
    struct hv_script *script = &runner->script;

    if (script->error.status && !runner->is_plain)
        hv_app_complain(&runner->app, "Script", &script->error);
    script->at = script->text.len;
    script->name = NULL;
    if (runner->is_plain)
        hv_loop_stop(runner->loop);
}

static void
fail_at(struct hv_script *script, const char *line)
{
    struct hv_error why = script->error;

    script->error = (struct hv_error){ 0 };
    if (why.status)
        (void)hv_fail(&script->error, why.status, "%s:%d: %s", script->name,
                      script->line + 1, why.why);
    else
        (void)hv_fail(&script->error, HV_ERR_NOT_FOUND,
                      "%s:%d: %d seconds were not enough for: %.100s",
                      script->name, script->line + 1, STEP_MS / 1000, line);
}

static void
go_on(void *arg)
{
    struct hv_runner *runner = arg;
    struct hv_script *script = &runner->script;
    int64_t now = hv_clock_mono_ms();

    while (script->name && !runner->is_closing) {
        size_t end = 0;
        char *line = next_line(script, &end);
        enum step step = line                         ? do_line(runner, line)
                         : hv_runner_is_quiet(runner) ? STEP_DONE
                                                      : STEP_WAITS;

        if (step == STEP_WAITS && !script->until_mono_ms)
            script->until_mono_ms = now + STEP_MS;
        if (step == STEP_WAITS && now < script->until_mono_ms) {
            free(line);
            hv_watch_after(script->timer, LOOK_MS);
            return;
        }
        if (step != STEP_DONE)
            fail_at(script, line ? line : "the end");
        free(line);
        if (!line || step != STEP_DONE) {
            stop(runner);
            return;
        }
        script->until_mono_ms = 0;
        script->at = end;
        script->line++;
    }
}

void
hv_script_go_on(struct hv_runner *runner)
{
    if (runner->script.name)
        hv_watch_after(runner->script.timer, 0);
}

enum hv_status
hv_script_start(struct hv_runner *runner, const char *name,
                struct hv_error *err)
{
    struct hv_script *script = &runner->script;
    enum hv_status st =
        name ? hv_file_read(name, MAX_SCRIPT, &script->text, err) : HV_OK;

    script->timer = hv_loop_timer(runner->loop, go_on, runner);
    if (!st && (name || runner->is_plain))
        script->name = name ? name : "plain";
    return st;
}

void
hv_script_end(struct hv_runner *runner)
{
    hv_watch_free(runner->script.timer);
    hv_buf_release(&runner->script.text);
}

void
hv_screen_save(struct hv_runner *runner, const char *path)
{
    struct hv_buf picture = { 0 };
    struct hv_error err = { 0 };

    hv_screen_render(&runner->app, &runner->grid);
    hv_grid_dump(&runner->grid, &picture);
    if (hv_file_create(path, 0600, hv_buf_bytes(&picture), &err))
        hv_app_complain(&runner->app, "Not saved", &err);
    if (err.status && runner->script.name)
        runner->script.error = err;
    if (!err.status)
        hv_app_say(&runner->app, HV_ROLE_GOOD, "This screen is in %s.", path);
    hv_buf_release(&picture);
}
