/*
 * serve.c - running in the foreground until told to end, or as a daemon.
 * Called by `listen` and `sandbox up` and their opposites.
 */
#include "tui/command/serve.h"

#include "hvconsole/clock.h"
#include "hvconsole/run.h"
#include "tui/command/cmds.h"
#include "tui/command/out.h"
#include "tui/command/spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define STOP_WAIT_MS 15000

enum hv_status
serve_ready_fd(struct hv_cmd *cmd, int *out, struct hv_error *err)
{
    int64_t fd = -1;
    enum hv_status st = hv_cmd_int(cmd, "--ready-fd", 0, 65535, -1, &fd, err);

    if (!st && fd >= 0 && fcntl((int)fd, F_GETFD) < 0)
        st = hv_fail(err, HV_ERR_USAGE, "--ready-fd %d is no open descriptor",
                     (int)fd);
    *out = (int)fd;
    return st;
}

enum hv_status
serve_check_free(struct hv_cmd *cmd, const char *name, struct hv_error *err)
{
    struct hv_facts facts = { 0 };
    char listening[160] = "";
    enum hv_status st =
        hv_run_find(cmd->session->globals.store, name, &facts, NULL);

    if (st) {
        hv_facts_release(&facts);
        return HV_OK;
    }
    hv_facts_get(&facts, "listening", 0, listening, sizeof(listening));
    hv_fail(err, HV_ERR_RULE, "a %s runs already on this store: pid %lld%s%s",
            name, (long long)hv_facts_get_int(&facts, "pid", 0),
            listening[0] ? ", " : "", listening);
    hv_hint(err, "end it with 'hvconsole %s'",
            strcmp(name, "sandbox") == 0 ? "sandbox down" : "listen stop");
    hv_facts_release(&facts);
    return HV_ERR_RULE;
}

static void
on_stop(void *arg)
{
    struct serve *serve = arg;

    if (serve->is_stopping) { /* asked twice: at once */
        hv_loop_stop(serve->cmd->session->loop);
        return;
    }
    serve->is_stopping = true;
    serve->stop(serve->arg);
}

static void
on_reload(void *arg)
{
    struct serve *serve = arg;

    if (serve->reload)
        serve->reload(serve->arg);
}

enum hv_status
serve_run(struct serve *serve, const char *listening, struct hv_error *err)
{
    struct hv_loop *loop = serve->cmd->session->loop;
    struct hv_watch *watches[] = {
        hv_loop_signal(loop, SIGINT, on_stop, serve),
        hv_loop_signal(loop, SIGTERM, on_stop, serve),
        hv_loop_signal(loop, SIGHUP, on_reload, serve),
    };
    enum hv_status st = HV_OK;

    hv_cmd_talk(serve->cmd, "listening on %s, pid %ld; ^C ends it", listening,
                (long)getpid());
    if (serve->ready_fd >= 0) {
        st = hv_out_ready(serve->ready_fd, listening, getpid(), err);
        close(serve->ready_fd);
    }
    if (!st)
        hv_loop_run(loop);
    for (size_t i = 0; i < HV_LEN(watches); i++)
        hv_watch_free(watches[i]);
    return st;
}

/* ---- --detach ---- */

static void HV_PRINTF(2, 3)
    add_word(struct hv_words *words, const char *fmt, ...)
{
    char text[2048];
    va_list args;
    int len;

    va_start(args, fmt);
    len = vsnprintf(text, sizeof(text), fmt, args);
    va_end(args);
    hv_words_add(words, text,
                 (size_t)len < sizeof(text) ? (size_t)len : sizeof(text) - 1);
}

/* The command line of the daemon: the same words, all places spelt out. */
static void
daemon_words(struct hv_cmd *cmd, struct hv_words *out)
{
    const struct hv_globals *globals = &cmd->session->globals;
    const char *at = cmd->command->words;

    while (*at) {
        size_t len = strcspn(at, " ");

        hv_words_add(out, at, len);
        at += len + (at[len] == ' ');
    }
    for (int i = 0; i < cmd->given_len; i++) {
        const struct hv_given *given = &cmd->given[i];

        if (strcmp(given->flag->name, "--detach") == 0 ||
            strcmp(given->flag->name, "--ready-fd") == 0)
            continue;
        if (given->flag->kind == HV_FLAG_BOOL)
            add_word(out, "%s", given->flag->name);
        else
            add_word(out, "%s=%s", given->flag->name, given->value);
    }
    add_word(out, "--config=%s", globals->config);
    add_word(out, "--keystore=%s", globals->keystore);
    add_word(out, "--store=%s", globals->store);
    if (globals->profile[0])
        add_word(out, "--profile=%s", globals->profile);
    if (globals->passphrase_file[0])
        add_word(out, "--passphrase-file=%s", globals->passphrase_file);
    if (globals->slot_key[0])
        add_word(out, "--slot-key=%s", globals->slot_key);
    if (hv_format_word(globals->format)[0])
        add_word(out, "-o%s", hv_format_word(globals->format));
}

/* A daemon has no terminal: ask here, and hand the passphrase over in a pipe
 * that only the child reads. */
static enum hv_status
ask_for_daemon(struct hv_cmd *cmd, int *out, struct hv_error *err)
{
    struct hv_session *session = cmd->session;
    struct hv_keystore_info info;
    struct hv_secret passphrase = { 0 };
    int fds[2];
    enum hv_status st;

    *out = session->globals.passphrase_fd;
    if (hv_session_has_credential(session))
        return HV_OK;
    st = hv_keystore_inspect(session->globals.keystore, &info, err);
    if (st == HV_ERR_NOT_FOUND)
        hv_hint(err, "make one: hvconsole keystore init");
    if (!st)
        st = hv_session_passphrase(session, false, &passphrase, err);
    if (!st && pipe2(fds, O_CLOEXEC)) {
        st = hv_fail_errno(err, HV_ERR_IO, "cannot make a pipe");
    } else if (!st) {
        /* At most 1 KiB: it fits the pipe without a reader. */
        st = hv_out_secret_line(fds[1], &passphrase, err);
        close(fds[1]);
        *out = fds[0];
    }
    hv_secret_release(&passphrase);
    return st;
}

static enum hv_status
tell_daemon(struct hv_cmd *cmd, const char *name, int ready_fd,
            struct hv_error *err)
{
    struct hv_node *top = hv_out_top(cmd->out);
    struct hv_facts facts = { 0 };
    char listening[160] = "";
    int64_t pid;
    enum hv_status st =
        hv_run_find(cmd->session->globals.store, name, &facts, err);

    if (!st) {
        pid = hv_facts_get_int(&facts, "pid", 0);
        hv_facts_get(&facts, "listening", 0, listening, sizeof(listening));
        hv_node_text(top, "listening", listening);
        hv_node_int(top, "pid", pid);
        if (ready_fd >= 0)
            st = hv_out_ready(ready_fd, listening, pid, err);
    }
    hv_facts_release(&facts);
    return st;
}

enum hv_status
serve_detached(struct hv_cmd *cmd, const char *name, int ready_fd,
               bool needs_keystore, struct hv_error *err)
{
    struct hv_words words = { 0 };
    struct spawn_config config = { .words = &words,
                                   .passphrase_fd = -1,
                                   .is_daemon = true };
    struct spawn spawn = { 0 };
    enum hv_status st = HV_OK;

    if (needs_keystore)
        st = ask_for_daemon(cmd, &config.passphrase_fd, err);
    if (!st) {
        daemon_words(cmd, &words);
        st = spawn_self(&config, &spawn, err);
    }
    if (!st)
        st = spawn_wait_ready(&spawn, err);
    if (!st)
        st = tell_daemon(cmd, name, ready_fd, err);
    if (config.passphrase_fd >= 0 &&
        config.passphrase_fd != cmd->session->globals.passphrase_fd)
        close(config.passphrase_fd);
    hv_words_release(&words);
    return st;
}

static bool
is_running(const char *store, const char *name)
{
    struct hv_facts facts = { 0 };
    enum hv_status st = hv_run_find(store, name, &facts, NULL);

    hv_facts_release(&facts);
    return st != HV_ERR_NOT_FOUND;
}

enum hv_status
serve_stop_other(struct hv_cmd *cmd, const char *name, struct hv_error *err)
{
    const char *store = cmd->session->globals.store;
    struct hv_facts request = { 0 }, answer = { 0 };
    int64_t until = hv_clock_mono_ms() + STOP_WAIT_MS;
    int64_t pid;
    enum hv_status st = hv_run_find(store, name, &answer, err);

    pid = st ? 0 : hv_facts_get_int(&answer, "pid", 0);
    hv_facts_release(&answer);
    hv_facts_add(&request, "verb", "stop");
    if (!st && !hv_cmd_is_dry(cmd)) {
        st = hv_run_ask(store, name, &request, 10000, &answer, err);
        while (!st && is_running(store, name)) {
            if (hv_clock_mono_ms() > until)
                st = hv_fail(err, HV_ERR_NET,
                             "the %s was told to end and still runs", name);
            poll(NULL, 0, 10);
        }
    }
    hv_facts_release(&request);
    hv_facts_release(&answer);
    if (!st) {
        hv_node_bool(hv_out_top(cmd->out), "running", hv_cmd_is_dry(cmd));
        hv_node_int(hv_out_top(cmd->out), "pid", pid);
        cmd_dry(cmd, hv_out_top(cmd->out));
    }
    return st;
}
