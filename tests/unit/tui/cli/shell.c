/*
 * shell.c - runs the program under test and collects its output and exit code.
 */
#include "shell.h"

#include "tui/command/args.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

static void
become(char **argv, int out, int err)
{
    int null_fd = open("/dev/null", O_RDONLY);

    prctl(PR_SET_PDEATHSIG, SIGKILL);
    dup2(null_fd, 0);
    dup2(out, 1);
    dup2(err, 2);
    execv(HV_PROGRAM, argv);
    _exit(127);
}

static void
collect(struct shell *shell, int out, int err)
{
    struct pollfd fds[2] = { { out, POLLIN, 0 }, { err, POLLIN, 0 } };
    struct hv_buf *bufs[2] = { &shell->out, &shell->err };

    while (fds[0].fd >= 0 || fds[1].fd >= 0) {
        cr_assert_gt(poll(fds, 2, 120000), 0, "the program hangs");
        for (int i = 0; i < 2; i++) {
            char chunk[4096];
            ssize_t got;

            if (fds[i].fd < 0 || !fds[i].revents)
                continue;
            got = read(fds[i].fd, chunk, sizeof(chunk));
            if (got > 0)
                hv_buf_add(bufs[i], chunk, (size_t)got);
            else
                fds[i].fd = -1;
        }
    }
}

static void
run_line(struct shell *shell, const char *line)
{
    struct hv_words words = { 0 };
    char **argv;
    int out[2], err[2], status = 0;
    pid_t pid;

    *shell = (struct shell){ 0 };
    cr_assert_eq(hv_line_split(line, &words, NULL), HV_OK, "%s", line);
    argv = hv_calloc((size_t)words.len + 2, sizeof(*argv));
    argv[0] = (char[]){ "hvconsole" };
    for (int i = 0; i < words.len; i++)
        argv[i + 1] = words.items[i];
    cr_assert_eq(pipe2(out, O_CLOEXEC), 0);
    cr_assert_eq(pipe2(err, O_CLOEXEC), 0);
    fflush(NULL);
    pid = fork();
    if (pid == 0)
        become(argv, out[1], err[1]);
    close(out[1]);
    close(err[1]);
    collect(shell, out[0], err[0]);
    close(out[0]);
    close(err[0]);
    cr_assert_eq(waitpid(pid, &status, 0), pid);
    shell->exit_code =
        WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    free(argv);
    hv_words_release(&words);
}

void
shell_release(struct shell *shell)
{
    hv_buf_release(&shell->out);
    hv_buf_release(&shell->err);
}

void
shell_run(struct shell *shell, const char *fmt, ...)
{
    char line[4096];
    va_list args;

    va_start(args, fmt);
    vsnprintf(line, sizeof(line), fmt, args);
    va_end(args);
    run_line(shell, line);
}

void
shell_expect(int exit_code, const char *text, const char *fmt, ...)
{
    struct shell shell;
    char line[4096];
    va_list args;

    va_start(args, fmt);
    vsnprintf(line, sizeof(line), fmt, args);
    va_end(args);
    run_line(&shell, line);
    cr_expect_eq(shell.exit_code, exit_code, "%s: exit %d\n%s%s", line,
                 shell.exit_code, hv_buf_str(&shell.out),
                 hv_buf_str(&shell.err));
    if (text)
        cr_expect(strstr(hv_buf_str(&shell.out), text) ||
                      strstr(hv_buf_str(&shell.err), text),
                  "%s: no '%s' in\n%s%s", line, text, hv_buf_str(&shell.out),
                  hv_buf_str(&shell.err));
    shell_release(&shell);
}

bool
shell_value(const char *key, char *out, size_t size, const char *fmt, ...)
{
    struct shell shell;
    char line[4096], name[64];
    const char *at;
    size_t len;
    va_list args;

    va_start(args, fmt);
    vsnprintf(line, sizeof(line) - 16, fmt, args);
    va_end(args);
    strncat(line, " -o json", 15);
    run_line(&shell, line);
    snprintf(name, sizeof(name), "\"%s\": ", key);
    at = strstr(hv_buf_str(&shell.out), name);
    cr_expect_eq(shell.exit_code, 0, "%s: %s", line, hv_buf_str(&shell.err));
    cr_expect_not_null(at, "%s: no %s in %s", line, key,
                       hv_buf_str(&shell.out));
    if (at) {
        at += strlen(name);
        at += *at == '"';
        len = strcspn(at, "\",\n");
        snprintf(out, size, "%.*s", (int)len, at);
    }
    shell_release(&shell);
    return at != NULL;
}
