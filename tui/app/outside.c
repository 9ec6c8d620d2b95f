/*
 * outside.c - lends the terminal to another program: the person's editor on a
 * field, or this program once more for what a shell is better at (a new
 * passphrase, the demo). The loop goes on meanwhile: what has to lock, locks.
 * Called by effects.c; never with a secret in a file or an argument.
 */
#include "tui/app/runner.h"
#include "tui/command/args.h"
#include "tui/term/term.h"

#include "hvconsole/file.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <unistd.h>

#define MAX_WORDS  40
#define NO_PROGRAM 127 /* a shell's word for it */
#define EDITOR     "exec ${VISUAL:-${EDITOR:-vi}} \"$1\""
/* What failed is read before the console covers it. */
#define COMMAND                                                                \
    "\"$@\" || { status=$?; printf '\\n[Enter goes back to the console] '; "   \
    "read -r line; exit $status; }"

static void
on_input_again(struct hv_runner *runner)
{
    runner->input = hv_loop_fd(runner->loop, STDIN_FILENO, HV_WATCH_READ,
                               runner->on_input, runner);
}

/* What was written, without the line end that editors add. */
static char *
read_file(const char *path)
{
    struct hv_buf text = { 0 };
    char *out = NULL;

    if (!hv_file_read(path, HV_EDIT_SIZE, &text, NULL)) {
        while (text.len && (text.data[text.len - 1] == '\n' ||
                            text.data[text.len - 1] == '\r'))
            text.data[--text.len] = 0;
        out = hv_strdup(hv_buf_str(&text));
    }
    hv_buf_release(&text);
    return out;
}

/* What became of a body, and where it lies: it is sent from there. */
static void
end_body(struct hv_runner *runner, int status)
{
    struct hv_outside *outside = &runner->outside;
    struct hv_msg msg = { .kind = HV_MSG_EDITED };

    outside->is_body = false;
    msg.u.path = hv_strdup(outside->body);
    msg.text = status ? NULL : hv_body_file_read(outside);
    if (!msg.text)
        (void)hv_fail(&msg.error, HV_ERR_IO,
                      status ? "the editor failed: nothing is sent"
                             : "the edited body is too large, or gone");
    hv_runner_send(runner, &msg);
}

/* The process and its field; a body waits for its sending. */
static void
forget(struct hv_outside *outside)
{
    outside->fd = outside->pid = 0;
    outside->watch = NULL;
    outside->file[0] = 0;
    outside->is_body = false;
}

static void
on_end(void *arg, int fd, int what)
{
    struct hv_runner *runner = arg;
    struct hv_outside *outside = &runner->outside;
    struct hv_msg msg = { .kind = HV_MSG_OUTSIDE };
    int status = -1;

    (void)fd;
    (void)what;
    if (waitpid(outside->pid, &status, WNOHANG) != outside->pid)
        return;
    outside->pid = 0;
    hv_watch_free(outside->watch);
    close(outside->fd);
    hv_term_take_back();
    on_input_again(runner);
    hv_term_measure(&runner->app.rows, &runner->app.cols);
    if (outside->is_body) {
        outside->watch = NULL;
        end_body(runner, status);
        return;
    }
    if (outside->file[0]) {
        msg.kind = HV_MSG_EDITED;
        msg.text = status ? NULL : read_file(outside->file);
        unlink(outside->file);
        if (WIFEXITED(status) && WEXITSTATUS(status) == NO_PROGRAM)
            (void)hv_fail(&msg.error, HV_ERR_IO,
                          "VISUAL or EDITOR names no program that is here: the "
                          "field is as it was");
        else if (!msg.text)
            (void)hv_fail(&msg.error, HV_ERR_IO,
                          status ? "the editor failed: the field is as it was"
                                 : "too long for a field: it is as it was");
    }
    forget(outside);
    hv_runner_send(runner, &msg);
}

/* In the child: the signals and the mask of a program from a shell. */
static void
be_ordinary(void)
{
    static const int signals[] = { SIGINT,  SIGQUIT,  SIGTERM, SIGHUP,
                                   SIGTSTP, SIGWINCH, SIGPIPE };
    sigset_t none;

    for (size_t i = 0; i < HV_LEN(signals); i++)
        signal(signals[i], SIG_DFL);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    close_range(STDERR_FILENO + 1, ~0U, 0);
}

static void
start(struct hv_runner *runner, char *const argv[])
{
    struct hv_outside *outside = &runner->outside;
    struct hv_msg failed = { .kind = HV_MSG_OUTSIDE };

    hv_term_lend();
    hv_watch_free(runner->input);
    runner->input = NULL;
    outside->pid = fork();
    if (outside->pid == 0) {
        be_ordinary();
        execv(argv[0], argv);
        _exit(127);
    }
    outside->fd = outside->pid > 0 ? pidfd_open(outside->pid, 0) : -1;
    if (outside->fd >= 0)
        outside->watch = hv_loop_fd(runner->loop, outside->fd, HV_WATCH_READ,
                                    on_end, runner);
    if (outside->watch)
        return;
    if (outside->pid > 0)
        waitpid(outside->pid, NULL, 0); /* no watch: wait here */
    if (outside->file[0])
        unlink(outside->file);
    if (outside->is_body)
        failed.kind = HV_MSG_EDITED;
    forget(outside);
    hv_term_take_back();
    on_input_again(runner);
    (void)hv_fail(&failed.error, HV_ERR_IO, "no other program can be started");
    hv_runner_send(runner, &failed);
}

void
hv_outside_edit(struct hv_runner *runner, const char *text)
{
    struct hv_outside *outside = &runner->outside;
    char *argv[] = { (char *)"/bin/sh", (char *)"-c",  (char *)EDITOR,
                     (char *)"editor",  outside->file, NULL };
    struct hv_msg failed = { .kind = HV_MSG_OUTSIDE };
    size_t len = strlen(text);
    int fd;

    if (outside->pid || runner->is_plain)
        return;
    hv_copy(outside->file, sizeof(outside->file), "/tmp/hvconsole.XXXXXX");
    fd = mkostemp(outside->file, O_CLOEXEC); /* 0600, by contract */
    if (fd < 0 || write(fd, text, len) != (ssize_t)len) {
        (void)hv_fail_errno(&failed.error, HV_ERR_IO,
                            "no file for the editor in /tmp");
        outside->file[0] = 0;
        if (fd >= 0)
            close(fd);
        hv_runner_send(runner, &failed);
        return;
    }
    close(fd);
    start(runner, argv);
}

void
hv_outside_body(struct hv_runner *runner, const char *text, bool is_edited)
{
    struct hv_outside *outside = &runner->outside;
    char *argv[] = { (char *)"/bin/sh", (char *)"-c",  (char *)EDITOR,
                     (char *)"editor",  outside->body, NULL };
    struct hv_msg failed = { .kind = HV_MSG_EDITED };

    if (outside->pid)
        (void)hv_fail(&failed.error, HV_ERR_FAILED,
                      "another program has the terminal");
    else if (is_edited && runner->is_plain)
        (void)hv_fail(&failed.error, HV_ERR_FAILED,
                      "there is no terminal for an editor");
    if (failed.error.status ||
        hv_body_file_make(outside, text, &failed.error)) {
        hv_runner_send(runner, &failed);
    } else if (!is_edited) {
        end_body(runner, 0);
    } else {
        outside->is_body = true;
        start(runner, argv);
    }
}

void
hv_outside_run(struct hv_runner *runner, const char *line)
{
    const struct hv_globals *globals = runner->globals;
    char self[512] = "";
    char *argv[MAX_WORDS] = { (char *)"/bin/sh", (char *)"-c", (char *)COMMAND,
                              (char *)"sh", self };
    struct hv_words words = { 0 };
    struct hv_msg failed = { .kind = HV_MSG_OUTSIDE };
    int len = 5;

    if (runner->outside.pid || runner->is_plain)
        return;
    if (readlink("/proc/self/exe", self, sizeof(self) - 1) < 0 ||
        hv_line_split(line, &words, &failed.error)) {
        hv_runner_send(runner, &failed);
        return;
    }
    for (int i = 0; i < words.len && len < MAX_WORDS - 9; i++)
        argv[len++] = words.items[i];
    argv[len++] = (char *)"--keystore";
    argv[len++] = (char *)globals->keystore;
    argv[len++] = (char *)"--config";
    argv[len++] = (char *)globals->config;
    argv[len++] = (char *)"--store";
    argv[len++] = (char *)globals->store;
    start(runner, argv);
    hv_words_release(&words);
}

void
hv_outside_end(struct hv_runner *runner)
{
    struct hv_outside *outside = &runner->outside;

    if (outside->pid) {
        kill(outside->pid, SIGHUP); /* the terminal ends, and we with it */
        waitpid(outside->pid, NULL, 0);
        hv_watch_free(outside->watch);
        close(outside->fd);
        if (outside->file[0])
            unlink(outside->file);
        forget(outside);
    }
    hv_body_file_remove(outside);
}
