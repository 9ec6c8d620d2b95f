/*
 * test_ask.c - the program on a terminal: what it asks, that a passphrase is
 * never echoed, and that the terminal is as before afterwards.
 */
#include "place.h"
#include "shell.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#define PASSPHRASE "correct horse battery staple"

struct talk {
    const char *until; /* wait for this text ... */
    const char *send;  /* ... then type this */
};

TestSuite(ask, .init = place_make, .fini = place_remove, .timeout = 120);

/* Read until @text has come after @from, which moves behind it; false at the
 * end. */
static bool
read_until(int fd, struct hv_buf *seen, size_t *from, const char *text)
{
    for (;;) {
        struct pollfd at = { fd, POLLIN, 0 };
        char chunk[1024];
        const char *found;
        ssize_t got;

        if (text && seen->len > *from &&
            (found = strstr(hv_buf_str(seen) + *from, text))) {
            *from = (size_t)(found - hv_buf_str(seen)) + strlen(text);
            return true;
        }
        cr_assert_gt(poll(&at, 1, 60000), 0, "silence after %s",
                     hv_buf_str(seen));
        got = read(fd, chunk, sizeof(chunk));
        if (got <= 0) /* EIO: nobody holds the terminal any more */
            return false;
        hv_buf_add(seen, chunk, (size_t)got);
    }
}

/* Run with a terminal; returns the exit code, @seen is what stood on it. */
static int
run_on_terminal(char *const argv[], const struct talk *talk,
                struct hv_buf *seen)
{
    struct termios modes;
    size_t from = 0;
    int fd, status = 0;
    pid_t pid = forkpty(&fd, NULL, NULL, NULL);

    if (pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        execv(HV_PROGRAM, argv);
        _exit(127);
    }
    cr_assert_gt(pid, 0);
    for (; talk->until; talk++) {
        cr_assert(read_until(fd, seen, &from, talk->until), "no '%s' in %s",
                  talk->until, hv_buf_str(seen));
        cr_assert_eq(write(fd, talk->send, strlen(talk->send)),
                     (ssize_t)strlen(talk->send));
    }
    read_until(fd, seen, &from, NULL);
    cr_assert_eq(waitpid(pid, &status, 0), pid);
    if (tcgetattr(fd, &modes) == 0)
        cr_expect(modes.c_lflag & ECHO, "the echo is still off");
    close(fd);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static void
expect_talk(int exit_code, char *const argv[], const struct talk *talk,
            const char *text)
{
    struct hv_buf seen = { 0 };
    int got = run_on_terminal(argv, talk, &seen);

    cr_expect_eq(got, exit_code, "exit %d: %s", got, hv_buf_str(&seen));
    cr_expect(strstr(hv_buf_str(&seen), text), "no '%s' in %s", text,
              hv_buf_str(&seen));
    cr_expect_null(strstr(hv_buf_str(&seen), "horse"), "echoed: %s",
                   hv_buf_str(&seen));
    hv_buf_release(&seen);
}

#define ARGV(...)                                                              \
    (char *[])                                                                 \
    {                                                                          \
        "hvconsole", __VA_ARGS__, NULL                                         \
    }

Test(ask, a_new_passphrase_is_typed_twice)
{
    expect_talk(2, ARGV("keystore", "init"),
                (struct talk[]){ { "New passphrase", PASSPHRASE "\r" },
                                 { "Once more", "correct horse battery\r" },
                                 { 0 } },
                "differ");
    shell_expect(5, NULL, "keystore status");
    /* Rubbed out and killed: what counts is what is left. */
    expect_talk(0, ARGV("keystore", "init"),
                (struct talk[]){ { "New passphrase", "zz\x15" PASSPHRASE "\r" },
                                 { "Once more", PASSPHRASE "\xc3\xa9\x7f\r" },
                                 { 0 } },
                "generation");
    place_text("pass", PASSPHRASE "\n");
    shell_expect(0, NULL, "key list --passphrase-file pass");
}

Test(ask, three_answers_to_one_question)
{
    place_text("pass", PASSPHRASE "\n");
    shell_expect(0, NULL, "keystore init --passphrase-file pass");
    /* A wrong one may be followed by a right one; who gives up is told. */
    expect_talk(4, ARGV("key", "list"),
                (struct talk[]){ { "Passphrase", "wrong horse!\r" },
                                 { "Passphrase", "\x03" },
                                 { 0 } },
                "wrong passphrase");
    expect_talk(0, ARGV("key", "list"),
                (struct talk[]){ { "Passphrase", "wrong horse!\r" },
                                 { "wrong passphrase", "" },
                                 { "Passphrase", PASSPHRASE "\r" },
                                 { 0 } },
                "nothing to list");
    expect_talk(1, ARGV("key", "list"),
                (struct talk[]){ { "Passphrase", "\x03" }, { 0 } },
                "no passphrase was given");
    expect_talk(4, ARGV("key", "list"),
                (struct talk[]){ { "Passphrase", "\r" }, { 0 } }, "empty");
    expect_talk(0, ARGV("key", "list"),
                (struct talk[]){ { "Passphrase", PASSPHRASE "\r" }, { 0 } },
                "nothing to list");
}

static void
write_profile(const char *name, const char *env)
{
    char text[512];

    snprintf(text, sizeof(text),
             "current = %s\n[profile %s]\n"
             "app-id = 0b2e6a41-0001-4203-8405-060708090a0b\n"
             "platform = https://127.0.0.1:1/platform/wildcat.ashx\n"
             "shell = https://127.0.0.1:1/\nenv = %s\n"
             "action-url = https://127.0.0.1:1/hv/\n",
             name, name, env);
    place_text("config", text);
}

Test(ask, only_a_yes_is_a_yes)
{
    static const char *const noes[] = { "\r", "n\r", "x\r", "yess\r", "\x04" };

    write_profile("try", "ppe");
    for (size_t i = 0; i < HV_LEN(noes); i++)
        expect_talk(1, ARGV("--config", "config", "profile", "remove", "try"),
                    (struct talk[]){ { "[y/N]", noes[i] }, { 0 } },
                    "nothing was changed");
    shell_expect(0, "try", "--config config profile list -o name");
    expect_talk(0, ARGV("--config", "config", "profile", "remove", "try"),
                (struct talk[]){ { "[y/N]", "y\r" }, { 0 } }, "removed");
    shell_expect(0, "\"items\": []", "--config config profile list -o json");
}
