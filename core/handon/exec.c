/*
 * exec.c - one attempt by a command: the exact body on standard input, the
 * facts in a scrubbed environment, no descriptor of ours. Called by handon.c.
 * Exit 0 means taken. What it writes to standard output goes nowhere; standard
 * error is ours.
 */
#include "core/handon/handon_in.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define INSIST_MS 2000 /* from SIGTERM to SIGKILL */

/* What a command may see of our own environment: places and language. */
static const char *const passed_on[] = {
    "PATH", "HOME", "USER", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "TMPDIR",
};
#define MAX_VARIABLES (HV_LEN(passed_on) + HANDON_MAX_FACTS + 1)

struct environment {
    char *entries[MAX_VARIABLES];
    size_t len;
};

static void
set(struct environment *env, const char *name, const char *value)
{
    size_t size = strlen(name) + strlen(value) + 2;
    char *entry = hv_calloc(1, size);

    snprintf(entry, size, "%s=%s", name, value);
    env->entries[env->len++] = entry;
}

static void
make_environment(const struct hv_outbox_item *item, struct environment *env)
{
    struct handon_fact facts[HANDON_MAX_FACTS];
    size_t len = handon_facts(item, facts);

    for (size_t i = 0; i < HV_LEN(passed_on); i++) {
        size_t name_len = strlen(passed_on[i]);

        /* Handed through, not read: nothing here depends on it. */
        for (char **entry = environ; *entry; entry++) {
            if (!strncmp(*entry, passed_on[i], name_len) &&
                (*entry)[name_len] == '=')
                set(env, passed_on[i], *entry + name_len + 1);
        }
    }
    for (size_t i = 0; i < len; i++)
        set(env, facts[i].variable, facts[i].value);
}

/* The body as a file without a name: read like a pipe, and never in the way of
 * our loop. */
static int
make_input(struct hv_bytes body)
{
    int fd = memfd_create("notification", MFD_CLOEXEC);

    while (fd >= 0 && body.len) {
        ssize_t put = write(fd, body.data, body.len);

        if (put < 0 && errno == EINTR)
            continue;
        if (put <= 0) {
            close(fd);
            return -1;
        }
        body.data += put;
        body.len -= (size_t)put;
    }
    if (fd >= 0)
        lseek(fd, 0, SEEK_SET);
    return fd;
}

/* posix_spawn: no copy of our memory is made, and no code of ours runs in the
 * child. 0 or an errno. */
static int
spawn_shell(const char *command, int input, char *const env[], pid_t *pid)
{
    char *argv[] = { (char *)"sh", (char *)"-c", (char *)command, NULL };
    posix_spawn_file_actions_t files;
    posix_spawnattr_t attr;
    sigset_t none;
    sigset_t all;
    int failed;

    sigemptyset(&none);
    sigfillset(&all);
    posix_spawnattr_init(&attr);
    posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETPGROUP |
                                        POSIX_SPAWN_SETSIGMASK |
                                        POSIX_SPAWN_SETSIGDEF);
    posix_spawnattr_setsigmask(&attr, &none);
    posix_spawnattr_setsigdefault(&attr, &all);
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_adddup2(&files, input, STDIN_FILENO);
    posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, "/dev/null",
                                     O_WRONLY, 0);
    posix_spawn_file_actions_addclosefrom_np(&files, STDERR_FILENO + 1);
    failed = posix_spawn(pid, "/bin/sh", &files, &attr, argv, env);
    posix_spawn_file_actions_destroy(&files);
    posix_spawnattr_destroy(&attr);
    return failed;
}

/* --------------------------------------------------------------- its end -- */

static void
describe(const struct handon_try *try, const siginfo_t *info, char *out,
         size_t size)
{
    if (try->is_late)
        snprintf(out, size, "the command did not end within %d s",
                 try->handon->timeout_ms / 1000);
    else if (info->si_code == CLD_EXITED)
        snprintf(out, size, "the command ends with %d", info->si_status);
    else
        snprintf(out, size, "the command was ended by signal %d",
                 info->si_status);
}

static void
ended(void *arg, int fd, int what)
{
    struct handon_try *try = arg;
    siginfo_t info = { 0 };
    char why[120];

    (void)fd;
    (void)what;
    if (waitid(P_PID, (id_t)try->pid, &info, WEXITED | WNOHANG) ||
        info.si_pid == 0)
        return;
    /* What it left running must not pile up. */
    kill(-try->pid, SIGKILL);
    try->pid = 0;
    if (info.si_code == CLD_EXITED && info.si_status == 0) {
        handon_tried(try, NULL);
        return;
    }
    describe(try, &info, why, sizeof(why));
    handon_tried(try, why);
}

static void
late(void *arg)
{
    struct handon_try *try = arg;

    kill(-try->pid, try->is_late ? SIGKILL : SIGTERM);
    try->is_late = true;
    hv_watch_after(try->timer, INSIST_MS);
}

/* Its end comes as ever. */
static void
give_up(struct handon_try *try)
{
    if (try->pid)
        kill(-try->pid, SIGKILL);
}

void
handon_exec_release(struct handon_try *try)
{
    hv_watch_free(try->watch);
    hv_watch_free(try->timer);
    if (try->pid_fd >= 0)
        close(try->pid_fd);
}

/* -------------------------------------------------------------- its start -- */

/* An attempt that never began ends by its timer, not from inside. */
static void
could_not(void *arg)
{
    handon_tried(arg, "the command could not be started");
}

static bool
start(struct handon_try *try)
{
    struct environment env = { 0 };
    int input = make_input(hv_buf_bytes(&try->item.body));
    int failed = -1;

    if (input >= 0) {
        make_environment(&try->item, &env);
        failed =
            spawn_shell(try->handon->command, input, env.entries, &try->pid);
        close(input);
    }
    for (size_t i = 0; i < env.len; i++)
        free(env.entries[i]);
    if (failed) {
        try->pid = 0;
        return false;
    }
    try->pid_fd = (int)syscall(SYS_pidfd_open, try->pid, 0);
    if (try->pid_fd >= 0)
        try->watch = hv_loop_fd(try->handon->loop, try->pid_fd, HV_WATCH_READ,
                                ended, try);
    if (try->watch)
        return true;
    kill(-try->pid, SIGKILL); /* it cannot be watched */
    waitpid(try->pid, NULL, 0);
    try->pid = 0;
    return false;
}

static void
begin(struct handon_try *try)
{
    bool is_running = start(try);

    try->timer =
        hv_loop_timer(try->handon->loop, is_running ? late : could_not, try);
    hv_watch_after(try->timer, is_running ? try->handon->timeout_ms : 0);
}

const struct handon_kind handon_exec = { "exec", 8, begin, give_up };
