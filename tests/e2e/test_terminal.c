/*
 * test_terminal.c - stories of the terminal itself: kinds of terminals, sizes
 * that change all the time, a start without anything, keys of one's own, an
 * editor on a field, a script, a picture as text, a log of many rows.
 */
#include "tests/e2e/story.h"

#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static struct story s;

static void
end(void)
{
    story_end(&s);
}

static const char *const no_extra[] = { NULL };

static void
write_file(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");

    cr_assert_not_null(file, "%s", path);
    fputs(text, file);
    fclose(file);
}

static char *
in_world(const char *name)
{
    static char path[4][256];
    static int next;

    next = (next + 1) % 4;
    snprintf(path[next], sizeof(path[next]), "%s/%s", s.dir, name);
    return path[next];
}

static void
quit(void)
{
    int status;

    term_keys(&s.term, "Q");
    status = term_end(&s.term, LONG_MS);
    cr_expect_eq(status, 0, "ended with %x", status);
    cr_expect(term_is_restored(&s.term));
}

/* For the mouse of the Linux console, and for a terminal that it does not know,
 * ncurses keeps a few bytes. */
#define NO_LEAKS "ASAN_OPTIONS=detect_leaks=0"

/* libvterm speaks xterm: what is asked is that the program comes up, shows its
 * view in text that can be read, and gives the terminal back. */
Test(terminal, every_kind_works_or_says_why_not, .fini = end, .timeout = 300)
{
    static const struct {
        const char *extra[4];
        const char *shows;
        bool works;
    } kinds[] = {
        { { "TERM=xterm-256color" }, "Needs attention", true },
        { { "TERM=tmux-256color" }, "Needs attention", true },
        { { "TERM=screen" }, "Needs attention", true },
        { { "TERM=linux", "LC_ALL=C", NO_LEAKS }, "Needs attention", true },
        { { "TERM=vt220", "LC_ALL=C" }, "Needs attention", true },
        { { "TERM=dumb" }, "a terminal that cannot place text", false },
        { { "TERM=" }, "a terminal that cannot place text", false },
        { { "TERM=no-such-terminal", NO_LEAKS }, "is unknown", false },
    };

    story_start(&s, false, "ppe");
    for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
        story_open(&s, 24, 80, "tui", kinds[i].extra);
        if (kinds[i].works) {
            story_unlock(&s);
            cr_expect(term_shows(&s.term, "hvconsole"), "%s",
                      kinds[i].extra[0]);
            quit();
        } else {
            int status = term_end(&s.term, LONG_MS);

            cr_expect(term_shows(&s.term, kinds[i].shows), "%s",
                      kinds[i].extra[0]);
            cr_expect(WIFEXITED(status) && WEXITSTATUS(status) == 2, "%s",
                      kinds[i].extra[0]);
        }
        term_close(&s.term);
    }
}

Test(terminal_long, a_storm_of_sizes_leaves_the_last_one, .fini = end,
     .timeout = 300)
{
    struct term *t = &s.term;
    unsigned seed = 20261121;

    story_start(&s, false, "ppe");
    story_open(&s, 24, 80, "tui", no_extra);
    story_unlock(&s);
    for (int i = 0; i < 200; i++) {
        seed = seed * 1103515245 + 12345;
        term_resize(t, 1 + (int)(seed >> 16) % 70, 1 + (int)(seed >> 8) % 220);
        if (i % 20 == 0)
            term_keys(t, i % 40 ? "2" : "6");
    }
    term_resize(t, 24, 80);
    term_keys(t, "1");
    cr_assert(term_wait(t, "Needs attention", LONG_MS));
    cr_expect(term_wait(t, "? help", LONG_MS));
    /* Small and large again while it was not looking: the terminal has lost
     * what was cut off, and no size tells of it. */
    kill(t->pid, SIGSTOP);
    term_resize(t, 3, 9);
    term_resize(t, 24, 80);
    kill(t->pid, SIGCONT);
    cr_expect(term_wait(t, "? help", LONG_MS));
    cr_expect(term_wait(t, "Needs attention", LONG_MS));
    quit();
}

/* Nothing is there: no keystore, no profile. */
Test(terminal_long, a_first_start_leads_to_a_keystore_and_a_profile,
     .fini = end, .timeout = 300)
{
    struct term *t = &s.term;

    story_start(&s, false, "ppe");
    cr_assert_eq(unlink(in_world("data/hvconsole/keystore.hvks")), 0);
    cr_assert_eq(unlink(in_world("state/hvconsole/marks")), 0);
    story_open(&s, 24, 80, "tui", no_extra);
    cr_assert(term_wait(t, "Welcome", LONG_MS));
    cr_expect(term_shows(t, "try it in a demo"));
    term_keys(t, "I/no/such/file\r");
    cr_assert(term_wait_other(t, "Enter goes back", LONG_MS),
              "it failed, readably");
    term_keys(t, "\r");
    cr_assert(term_wait(t, "Welcome", LONG_MS));
    term_keys(t, "A");
    cr_assert(term_wait_other(t, "New passphrase", LONG_MS));
    term_keys(t, PASSPHRASE "\r");
    cr_assert(term_wait_other(t, "Once more", LONG_MS));
    term_keys(t, PASSPHRASE "\r");
    cr_assert(term_wait(t, "Unlock the keystore", LONG_MS));
    story_unlock(&s);
    cr_expect(term_wait(t, "no profile", LONG_MS));
    term_keys(t, "\r");
    cr_assert(term_wait(t, "Profile > new", LONG_MS));
    term_keys(t, "bp\thttps://localhost/wildcat.ashx\thttps://localhost/\tppe\t"
                 "https://localhost/hv/");
    cr_assert(term_wait(t, "https://localhost/hv/", LONG_MS));
    term_keys(t, "\033OQ"); /* F2 */
    cr_assert(term_wait(t, "y/N", LONG_MS));
    term_keys(t, "y");
    cr_assert(term_wait(t, "CLI: hvconsole profile add", LONG_MS));
    cr_expect(term_wait(t, "[PPE]", LONG_MS));
    quit();
}

Test(terminal, keys_of_ones_own_work_and_bad_lines_are_told, .fini = end,
     .timeout = 120)
{
    struct term *t = &s.term;

    story_start(&s, false, "ppe");
    mkdir(in_world("config"), 0700);
    mkdir(in_world("config/hvconsole"), 0700);
    write_file(in_world("config/hvconsole/keys"),
               "# mine\nall a view keys\nall b no such thing\n");
    story_open(&s, 24, 80, "tui", no_extra);
    story_unlock(&s);
    term_keys(t, ":messages\r");
    cr_expect(term_wait(t, "keys:3: there is no command", LONG_MS));
    term_keys(t, "qa");
    cr_expect(term_wait(t, "[3 Keys]", LONG_MS));
    /* A paste has no keys in it: no Enter, and no sequence that is one. */
    term_keys(t, ":");
    term_paste(t, "view subs\033[A\r x");
    cr_expect(term_wait(t, ":view subs  x", LONG_MS));
    term_keys(t, "\025view log\r");
    cr_expect(term_wait(t, "[6 Log]", LONG_MS));
    quit();
}

Test(terminal, an_editor_writes_the_line, .fini = end, .timeout = 120)
{
    static char visual[300];
    const char *extra[] = { visual, NULL };
    struct term *t = &s.term;

    story_start(&s, false, "ppe");
    write_file(in_world("edit"), "#!/bin/sh\nprintf 'view keys\\n' > \"$1\"\n");
    cr_assert_eq(chmod(in_world("edit"), 0700), 0);
    snprintf(visual, sizeof(visual), "VISUAL=%s", in_world("edit"));
    story_open(&s, 24, 80, "tui", extra);
    story_unlock(&s);
    term_keys(t, ":x\030"); /* ^x */
    cr_assert(term_wait(t, ":view keys", LONG_MS));
    term_keys(t, "\r");
    cr_expect(term_wait(t, "[3 Keys]", LONG_MS));
    quit();
}

Test(terminal_long, a_script_plays_without_a_terminal, .fini = end,
     .timeout = 120)
{
    char line[600];
    char shot[256];
    struct stat info;

    story_start(&s, false, "ppe");
    snprintf(shot, sizeof(shot), "%s", in_world("picture.txt"));
    snprintf(line, sizeof(line),
             "# three steps\nsize 100x30\npress 3\nwait No keys yet\n"
             "screen save %s\npress 6\n",
             shot);
    write_file(in_world("play"), line);
    snprintf(line, sizeof(line), "tui --plain --script %s", in_world("play"));
    cr_assert_eq(story_run(&s, line), 0, "%s", s.out);
    cr_expect(strstr(s.out, "[6 Log]"), "%s", s.out);
    cr_expect_null(strchr(s.out, '\033'), "plain means plain");
    cr_assert_eq(stat(shot, &info), 0);
    cr_expect_eq(info.st_mode & 077, 0, "for its owner only");
    write_file(in_world("play"), "press 3\nexpect a text that is not there\n");
    cr_expect_eq(story_run(&s, line), 5, "what is not found is told");
    write_file(in_world("play"), "press <Nokey>\n");
    cr_expect_neq(story_run(&s, line), 0);
    write_file(in_world("play"), "  press 3\n\nprss 3\n");
    cr_expect_eq(story_run(&s, line), 2, "a wrong word ends it");
    snprintf(shot, sizeof(shot), "screen save %s\n", in_world("picture.txt"));
    write_file(in_world("play"), shot);
    cr_expect_eq(story_run(&s, line), 6, "what is there stays");
    write_file(in_world("play"), "press L\nwait Passphrase\npress <Enter>\n"
                                 "wait Needs attention\n");
    cr_expect_eq(story_run(&s, line), 0, "the given file opens again: %s",
                 s.out);
    /* Time passes at once, with all that it brings: here the idle lock. */
    write_file(in_world("play"), "clock soon\n");
    cr_expect_eq(story_run(&s, line), 2, "no time: %s", s.out);
    write_file(in_world("play"),
               "clock 9m\nexpect Needs attention\nclock 61s\nwait Passphrase\n"
               "type " PASSPHRASE "\npress <Enter>\nwait Needs attention\n");
    cr_expect_eq(story_run(&s, line), 0, "%s", s.out);
}

#define ALL_ROWS_MS (20 * 60 * 1000)

/* The default run: a hundred thousand rows; --long: ten million. */
Test(terminal_long, a_log_of_many_rows_is_as_quick_as_a_short_one, .fini = end,
     .timeout = 3600)
{
    struct term *t = &s.term;
    const char *is_long = getenv("HV_TEST_LONG");
    const char *rows =
        is_long && !strcmp(is_long, "true") ? "10000000" : "100000";
    char line[1200];
    char id[64];

    story_start(&s, false, "ppe");
    mkdir(in_world("state"), 0700);
    mkdir(in_world("state/hvconsole"), 0700);
    snprintf(line, sizeof(line),
             JOURNAL_MANY " fill --keystore %s --passphrase-file %s --rows %s "
                          "%s >/dev/null",
             in_world("data/hvconsole/keystore.hvks"), in_world("pass"), rows,
             in_world("state/hvconsole/journal.db"));
    cr_assert_eq(system(line), 0, "%s", line);
    story_open(&s, 24, 80, "tui --view log", no_extra);
    cr_assert(term_wait(t, "Passphrase", LONG_MS));
    term_keys(t, PASSPHRASE "\r");
    snprintf(id, sizeof(id), "#%s ", rows);
    cr_assert(term_wait(t, id, LONG_MS), "the newest is under the cursor");
    cr_expect(term_shows(t, "FOLLOW"));
    term_keys(t, "g");
    cr_assert(term_wait(t, " #1 ", LONG_MS), "and the oldest is one key away");
    cr_expect(term_shows(t, "PAUSED"));
    term_keys(t, ".");
    cr_assert(term_wait(t, "does not fit", LONG_MS) ||
              term_wait(t, "401", LONG_MS));
    term_keys(t, "m/bad-hmac since:300d\r");
    cr_assert(term_wait(t, "[verdict: bad-hmac]", LONG_MS));
    term_keys(t, "\033{");
    cr_assert(term_wait(t, "*", LONG_MS), "a bookmark is found again");
    term_keys(t, ":message 5000\r");
    cr_assert(term_wait(t, " #5000 ", LONG_MS));
    term_keys(t, "G");
    cr_assert(term_wait(t, id, LONG_MS));
    /* All bodies are gone through, which takes as long as it takes; it shows
     * what it finds, and what it is looking for need not be there. */
    term_keys(t, "/text:c0ffe since:300d\r");
    cr_assert(term_wait(t, "No message holds", ALL_ROWS_MS));
    term_keys(t, "\033/\025since:300d text:c0ffe\r");
    cr_assert(term_wait(t, " rows in ", ALL_ROWS_MS));
    cr_expect_not(term_shows(t, " 0 found"));
    term_keys(t, "\033");
    cr_assert(term_wait(t, "24 h", LONG_MS), "all of them again");
    term_keys(t, "N");
    cr_assert(term_wait(t, "PAUSED", LONG_MS));
    if (is_long && !strcmp(is_long, "true")) {
        term_keys(t, "/\025text:no such text\r");
        cr_assert(term_wait(t, "searching", LONG_MS));
        term_keys(t, "\033");
        cr_assert(term_wait(t, "older ones not looked at", LONG_MS));
        term_keys(t, "\033");
        cr_assert(term_wait(t, "24 h", LONG_MS));
    }
    quit();
}

/* X10 reports, as this kind of terminal sends them. */
static void
mouse(struct term *t, int button, int row, int col)
{
    char bytes[8];

    snprintf(bytes, sizeof(bytes), "\033[M%c%c%c", 32 + button, 33 + col,
             33 + row);
    term_keys(t, bytes);
}

Test(terminal, the_mouse_chooses_and_can_be_sent_away, .fini = end,
     .timeout = 120)
{
    struct term *t = &s.term;
    char tabs[512];

    story_start(&s, false, "ppe");
    story_open(&s, 24, 80, "tui", no_extra);
    story_unlock(&s);
    cr_expect_neq(t->mouse, 0);
    term_row(t, 1, tabs, sizeof(tabs));
    cr_assert_not_null(strstr(tabs, "3 Keys"));
    mouse(t, 0, 1, (int)(strstr(tabs, "3 Keys") - tabs));
    cr_assert(term_wait(t, "[3 Keys]", LONG_MS));
    mouse(t, 64, 10, 10); /* the wheel, on nothing */
    term_keys(t, ":set nomouse\r");
    cr_assert(term_wait(t, "belongs to the terminal", LONG_MS));
    cr_expect_eq(t->mouse, 0);
    term_keys(t, ":set mouse\r");
    cr_assert(term_wait(t, "belongs to the console", LONG_MS));
    cr_expect_neq(t->mouse, 0);
    quit();
}

Test(terminal, ctrl_r_finds_an_earlier_line, .fini = end, .timeout = 120)
{
    struct term *t = &s.term;

    story_start(&s, false, "ppe");
    story_open(&s, 24, 80, "tui", no_extra);
    story_unlock(&s);
    term_keys(t, ":view keys\r");
    cr_assert(term_wait(t, "[3 Keys]", LONG_MS));
    term_keys(t, ":view log\r");
    cr_assert(term_wait(t, "[6 Log]", LONG_MS));
    term_keys(t, ":\022"); /* ^r */
    cr_assert(term_wait(t, "reverse-i-search", LONG_MS));
    term_keys(t, "keys");
    cr_assert(term_wait(t, "view keys", LONG_MS));
    term_keys(t, "\r");
    cr_assert(term_wait(t, "[3 Keys]", LONG_MS));
    quit();
}

/* It takes the connection and says nothing: the console goes on, ^c ends it. */
Test(terminal_long, a_platform_that_never_answers_is_left_by_ctrl_c,
     .fini = end, .timeout = 120)
{
    struct sockaddr_in at = { .sin_family = AF_INET,
                              .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t len = sizeof(at);
    int deaf = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct term *t = &s.term;
    char line[400];

    cr_assert_eq(bind(deaf, (struct sockaddr *)&at, sizeof(at)), 0);
    cr_assert_eq(listen(deaf, 8), 0);
    cr_assert_eq(getsockname(deaf, (struct sockaddr *)&at, &len), 0);
    story_start(&s, false, "ppe");
    snprintf(line, sizeof(line),
             "profile add deaf --platform "
             "https://127.0.0.1:%d/platform/wildcat.ashx --shell "
             "https://127.0.0.1:%d/ --env ppe --action-url "
             "https://localhost/hv/",
             ntohs(at.sin_port), ntohs(at.sin_port));
    cr_assert_eq(story_run(&s, line), 0, "%s", s.out);
    story_open(&s, 24, 80, "tui --view subs", no_extra);
    cr_assert(term_wait(t, "Passphrase", LONG_MS));
    term_keys(t, PASSPHRASE "\r");
    cr_assert(term_wait(t, "^c cancels", LONG_MS), "it says that it waits");
    term_keys(t, "3"); /* and does not stand in the way */
    cr_assert(term_wait(t, "[3 Keys]", LONG_MS));
    term_keys(t, "2");
    cr_assert(term_wait(t, "[2 Subs]", LONG_MS));
    term_keys(t, "\003"); /* the line drops what was typed before it */
    cr_assert(term_wait(t, "r tries again", LONG_MS));
    quit();
    close(deaf);
}
