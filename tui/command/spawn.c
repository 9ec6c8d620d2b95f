/*
 * spawn.c - runs this program as a child of itself. Called by --detach and the
 * demo. Between fork and exec only what a signal handler might call.
 */
#include "tui/command/spawn.h"

#include "hvconsole/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define READY_FD      3 /* in the child */
#define PASSPHRASE_FD 4
#define END_AFTER_MS  5000

extern char **environ;

/* What a child may see of our environment: places, language, and what a
 * sanitizer or a test wants; HVCONSOLE_ names files, never secrets. */
static bool
is_passed_on(const char *entry)
{
    static const char *const names[] = {
        "HOME=",
        "PATH=",
        "LANG=",
        "LC_",
        "TZ=",
        "XDG_",
        "TMPDIR=",
        "HVCONSOLE_",
        "CREDENTIALS_DIRECTORY=",
        "ASAN_OPTIONS=",
        "UBSAN_OPTIONS=",
        "LSAN_OPTIONS=",
        "LLVM_PROFILE_FILE=",
    };

    for (size_t i = 0; i < HV_LEN(names); i++) {
        if (strncmp(entry, names[i], strlen(names[i])) == 0)
            return true;
    }
    return false;
}

static char **
make_environment(void)
{
    size_t count = 0, len = 0;
    char **env;

    while (environ[count])
        count++;
    env = hv_calloc(count + 1, sizeof(*env));
    for (size_t i = 0; i < count; i++) {
        if (is_passed_on(environ[i]))
            env[len++] = environ[i];
    }
    return env;
}

/* The words, with the descriptors of the child. */
static char **
make_argv(const struct spawn_config *config, struct hv_words *own)
{
    char **argv;
    int len = 0;

    hv_words_add(own, "hvconsole", 9);
    for (int i = 0; i < config->words->len; i++)
        hv_words_add(own, config->words->items[i],
                     strlen(config->words->items[i]));
    hv_words_add(own, "--ready-fd=3", 12);
    if (config->passphrase_fd >= 0)
        hv_words_add(own, "--passphrase-fd=4", 17);
    argv = hv_calloc((size_t)own->len + 1, sizeof(*argv));
    for (; len < own->len; len++)
        argv[len] = own->items[len];
    return argv;
}

struct child {
    char **argv, **env;
    int null_fd, ready_fd, talk_fd, passphrase_fd; /* all 10 or higher */
    bool is_daemon;
    pid_t parent;
};

/* In the child, after fork: never returns. */
static void
become(const struct child *child)
{
    int last = READY_FD;

    if (child->is_daemon) {
        setsid();
    } else {
        /* ^c and ^z at the terminal are for the console alone. */
        setpgid(0, 0);
        prctl(PR_SET_PDEATHSIG, SIGTERM);
        if (getppid() != child->parent)
            _exit(1); /* the parent died before it could be noticed */
    }
    dup2(child->null_fd, STDIN_FILENO);
    dup2(child->null_fd, STDOUT_FILENO);
    dup2(child->talk_fd, STDERR_FILENO);
    dup2(child->ready_fd, READY_FD);
    if (child->passphrase_fd >= 0) {
        dup2(child->passphrase_fd, PASSPHRASE_FD);
        last = PASSPHRASE_FD;
    }
    close_range((unsigned)last + 1, ~0U, 0);
    execve("/proc/self/exe", child->argv, child->env);
    _exit(127);
}

/* A copy out of the way of the numbers that the child uses. */
static int
lift(int fd)
{
    return fd < 0 ? -1 : fcntl(fd, F_DUPFD_CLOEXEC, 10);
}

static void
close_if(int fd)
{
    if (fd >= 0)
        close(fd);
}

enum hv_status
spawn_self(const struct spawn_config *config, struct spawn *out,
           struct hv_error *err)
{
    int ready[2] = { -1, -1 }, talk[2] = { -1, -1 };
    struct hv_words words = { 0 };
    struct child child = { .is_daemon = config->is_daemon, .parent = getpid() };
    int null_fd = open("/dev/null", O_RDWR | O_CLOEXEC);
    enum hv_status st = HV_OK;

    if (null_fd < 0 || pipe2(ready, O_CLOEXEC) || pipe2(talk, O_CLOEXEC)) {
        st = hv_fail_errno(err, HV_ERR_IO, "cannot make pipes for a child");
    } else {
        child.argv = make_argv(config, &words);
        child.env = make_environment();
        child.null_fd = lift(null_fd);
        child.ready_fd = lift(ready[1]);
        child.talk_fd = lift(talk[1]);
        child.passphrase_fd = lift(config->passphrase_fd);
        out->pid = fork();
        if (out->pid == 0)
            become(&child);
        if (out->pid < 0)
            st = hv_fail_errno(err, HV_ERR_IO, "cannot start a child");
        close_if(child.null_fd);
        close_if(child.ready_fd);
        close_if(child.talk_fd);
        close_if(child.passphrase_fd);
    }
    close_if(null_fd);
    close_if(ready[1]);
    close_if(talk[1]);
    if (st) {
        close_if(ready[0]);
        close_if(talk[0]);
    } else {
        out->ready_fd = ready[0];
        out->talk_fd = talk[0];
    }
    free(child.argv);
    free(child.env);
    hv_words_release(&words);
    return st;
}

/* The status whose exit code the child ended with. */
static enum hv_status
status_of(int wait_status)
{
    int code = WIFEXITED(wait_status) ? WEXITSTATUS(wait_status) : 1;

    for (int st = 0; st < HV_STATUS_COUNT; st++) {
        if (hv_status_exit((enum hv_status)st) == code)
            return (enum hv_status)st;
    }
    return HV_ERR_FAILED;
}

/* Pass on what the child says on its standard error; false at its end. */
static bool
relay(int fd)
{
    char chunk[4096];
    ssize_t got = read(fd, chunk, sizeof(chunk));

    if (got > 0)
        fwrite(chunk, 1, (size_t)got, stderr);
    return got > 0 || (got < 0 && errno == EINTR);
}

static enum hv_status
reap(struct spawn *spawn, struct hv_error *err)
{
    int status = 0;
    enum hv_status st;

    while (spawn->talk_fd >= 0 && relay(spawn->talk_fd))
        continue;
    while (waitpid(spawn->pid, &status, 0) < 0 && errno == EINTR)
        continue;
    spawn->pid = 0;
    st = status_of(status);
    if (!st || WIFSIGNALED(status))
        return hv_fail(err, HV_ERR_FAILED, "the child ended before it served");
    return st; /* it has said why */
}

enum hv_status
spawn_wait_ready(struct spawn *spawn, struct hv_error *err)
{
    enum hv_status st = HV_OK;

    for (;;) {
        struct pollfd fds[2] = { { .fd = spawn->ready_fd, .events = POLLIN },
                                 { .fd = spawn->talk_fd, .events = POLLIN } };
        char byte;
        ssize_t got;

        if (poll(fds, 2, -1) < 0) {
            if (errno == EINTR)
                continue;
            st = hv_fail_errno(err, HV_ERR_IO, "cannot wait for a child");
            break;
        }
        if (fds[1].revents && !fds[0].revents && !relay(spawn->talk_fd)) {
            close(spawn->talk_fd);
            spawn->talk_fd = -1;
        }
        if (!fds[0].revents)
            continue;
        got = read(spawn->ready_fd, &byte, 1);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            st = reap(spawn, err);
        else if (byte != '\n') /* the line is whole at its end */
            continue;
        break;
    }
    close_if(spawn->ready_fd);
    close_if(spawn->talk_fd);
    spawn->ready_fd = spawn->talk_fd = -1;
    return st;
}

void
spawn_end(struct spawn *spawn)
{
    int64_t until = hv_clock_mono_ms() + END_AFTER_MS;

    if (spawn->pid <= 0)
        return;
    kill(spawn->pid, SIGTERM);
    while (waitpid(spawn->pid, NULL, WNOHANG) == 0) {
        if (hv_clock_mono_ms() > until) {
            kill(spawn->pid, SIGKILL);
            waitpid(spawn->pid, NULL, 0);
            break;
        }
        poll(NULL, 0, 10);
    }
    spawn->pid = 0;
}
