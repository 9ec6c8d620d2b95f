/*
 * test_console.c - stories in a terminal with the real binary: unlocking,
 * the main job from subscription to verified message, and leaving the
 * terminal as it was, whatever happens.
 */
#include "tests/e2e/story.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

static struct story s;

static void
end(void)
{
    story_end(&s);
}

static const char *const no_extra[] = { NULL };

Test(console, refuses_without_a_terminal_and_says_what_else, .fini = end,
     .timeout = 120)
{
    story_start(&s, false, "ppe");
    cr_expect_eq(story_run(&s, "tui"), 2);
}

Test(console, unlocks_by_the_right_passphrase_only, .fini = end, .timeout = 120)
{
    struct term *t = &s.term;

    story_start(&s, false, "ppe");
    story_open(&s, 24, 80, "tui", no_extra);
    cr_assert(term_wait(t, "Passphrase", LONG_MS));
    cr_expect_not(term_shows(t, "Needs attention"), "no data before");
    term_keys(t, "not the passphrase\r");
    cr_assert(term_wait(t, "1 of 10 tries", LONG_MS));
    cr_expect(term_shows(t, "wrong passphrase"));
    term_paste(t, PASSPHRASE "\n");
    cr_assert(term_wait(t, "****", LONG_MS), "a paste is not entered");
    term_keys(t, "\r");
    cr_assert(term_wait(t, "Needs attention", LONG_MS));
    term_keys(t, "L");
    cr_assert(term_wait(t, "Passphrase", LONG_MS));
    cr_expect_not(term_shows(t, "Needs attention"), "no data after");
    term_keys(t, "\033");
    cr_expect_eq(term_end(t, LONG_MS), 0);
    cr_expect(term_is_restored(t));
}

Test(console, takes_a_passphrase_file_without_asking, .fini = end,
     .timeout = 120)
{
    char args[128];

    story_start(&s, false, "ppe");
    snprintf(args, sizeof(args), "--passphrase-file %s/pass tui --view keys",
             s.dir);
    story_open(&s, 24, 80, args, no_extra);
    cr_assert(term_wait(&s.term, "No keys yet", LONG_MS));
    cr_expect(term_shows(&s.term, "[3 Keys]"));
    term_keys(&s.term, "Q");
    cr_expect_eq(term_end(&s.term, LONG_MS), 0);
}

Test(console, tells_a_damaged_keystore_from_a_wrong_passphrase, .fini = end,
     .timeout = 120)
{
    char path[160];
    FILE *file;

    story_start(&s, false, "ppe");
    snprintf(path, sizeof(path), "%s/data/hvconsole/keystore.hvks", s.dir);
    file = fopen(path, "r+");
    cr_assert_not_null(file);
    fseek(file, 40, SEEK_SET);
    fputs("damaged", file);
    fclose(file);
    story_open(&s, 24, 80, "tui", no_extra);
    cr_assert(term_wait(&s.term, "r tries again", LONG_MS));
    cr_expect(term_shows(&s.term, "damaged"));
    cr_expect_not(term_shows(&s.term, "Passphrase"));
    term_keys(&s.term, "q");
    cr_expect_eq(term_end(&s.term, LONG_MS), 0);
    cr_expect(term_is_restored(&s.term));
}

/* Step by step: what the product is for. */
static void
create_one(struct term *t)
{
    char url[160];

    term_keys(t, "2");
    cr_assert(term_wait(t, "No subscriptions yet", LONG_MS));
    term_keys(t, "A");
    cr_assert(term_wait(t, "draft, not sent", LONG_MS));
    term_keys(t, "\025"); /* ^u: the field is empty */
    snprintf(url, sizeof(url), "%s/hv/notify/wt", s.url);
    term_keys(t, url);
    term_keys(t, "\t\tweight\r");
    cr_assert(term_wait(t, "[x] Weight", LONG_MS));
    term_keys(t, "\023"); /* ^s saves */
    cr_assert(term_wait(t, "1 of 25", LONG_MS));
    term_keys(t, "\r"); /* Enter is No */
    cr_assert(term_wait(t, "Nothing was changed", LONG_MS));
    term_keys(t, "\033OQ"); /* F2 saves as well */
    cr_assert(term_wait(t, "y/N", LONG_MS));
    term_keys(t, "y");
    cr_assert(term_wait(t, "Subscriptions 1/25", LONG_MS));
    cr_expect(term_wait(t, "CLI: hvconsole sub create", LONG_MS));
}

Test(console, main_job_from_subscription_to_verified_messages, .fini = end,
     .timeout = 300)
{
    struct term *t = &s.term;
    char sub[64];
    char version[64];

    story_start(&s, true, "ppe");
    story_open(&s, 24, 80, "tui", no_extra);
    story_unlock(&s);
    create_one(t);
    cr_assert_eq(story_run(&s, "sub list -o json"), 0);
    snprintf(sub, sizeof(sub), "%s", story_fact(&s, "id"));
    snprintf(version, sizeof(version), "%s", story_fact(&s, "key_version"));
    cr_assert_eq(strlen(sub), 36, "%s", s.out);

    term_keys(t, "6");
    cr_assert(term_wait(t, "No message yet", LONG_MS));
    cr_assert_eq(story_run(&s, "sandbox emit --type weight --wait"), 0);
    cr_assert(term_wait(t, "#1 verified", LONG_MS), "it follows");

    term_keys(t, "3R");
    cr_assert(term_wait(t, "Rotate the key", LONG_MS));
    term_keys(t, "y");
    cr_assert(term_wait(t, "CLI: hvconsole key rotate", LONG_MS));
    cr_assert(term_wait(t, "1 accepted", LONG_MS));
    term_keys(t, "6");
    cr_assert_eq(story_run(&s, "sandbox emit --type weight --wait"), 0);
    cr_assert(term_wait(t, "#2 verified", LONG_MS));

    story_forge(&s, sub, version);
    cr_assert(term_wait(t, "#3 bad-hmac", LONG_MS));
    cr_expect(term_shows(t, "does not fit"), "the reason in words");
    term_keys(t, "kk,");
    cr_expect(term_wait(t, "No earlier problem", LONG_MS));
    term_keys(t, ".");
    cr_expect(term_wait(t, "#3 bad-hmac", LONG_MS));
    term_keys(t, "v");
    cr_expect(term_wait(t, "[verdict: problems]", LONG_MS));
    cr_expect_not(term_shows(t, " V "));

    term_keys(t, "2D");
    cr_assert(term_wait(t, "0 of 25 subscriptions will be used", LONG_MS));
    term_keys(t, "y");
    cr_assert(term_wait(t, "Subscriptions 0/25", LONG_MS));
    term_keys(t, "Q");
    cr_expect_eq(term_end(t, LONG_MS), 0);
    cr_expect(term_is_restored(t));
}

Test(console, production_is_read_only_until_armed, .fini = end, .timeout = 300)
{
    struct term *t = &s.term;

    story_start(&s, true, "prod");
    story_open(&s, 24, 80, "tui", no_extra);
    story_unlock(&s);
    cr_expect(term_shows(t, "[PROD]"));
    cr_expect(term_shows(t, " RO "));
    term_keys(t, "2A");
    cr_assert(term_wait(t, "read-only: press W", LONG_MS));
    term_keys(t, "W");
    cr_assert(term_wait(t, "RW 15m", LONG_MS));
    term_keys(t, "A");
    cr_assert(term_wait(t, "draft, not sent", LONG_MS));
    term_keys(t, "\033Q");
    cr_expect_eq(term_end(t, LONG_MS), 0);
}

Test(console, command_line_completes_runs_and_remembers, .fini = end,
     .timeout = 120)
{
    struct term *t = &s.term;

    story_start(&s, false, "ppe");
    story_open(&s, 24, 80, "tui", no_extra);
    story_unlock(&s);
    term_keys(t, ":keyst\t");
    cr_assert(term_wait(t, ":keystore", LONG_MS));
    term_keys(t, "stat\t\r");
    cr_assert(term_wait(t, "keystore.hvks", LONG_MS));
    term_keys(t, "q:\033[A");
    cr_assert(term_wait(t, ":keystore status", LONG_MS));
    term_keys(t, "\003"); /* ^c leaves the line */
    cr_assert(term_wait_gone(t, ":keystore status", LONG_MS));
    term_keys(t, ":keystroe status\r");
    cr_assert(term_wait(t, "did you mean", LONG_MS));
    term_keys(t, ":");
    term_paste(t, "Q\rQ");
    cr_assert(term_wait(t, ":Q Q", LONG_MS), "a paste ends no line");
    term_keys(t, "\033");
    cr_assert(term_wait_gone(t, ":Q Q", LONG_MS));
    term_keys(t, "Q");
    cr_expect_eq(term_end(t, LONG_MS), 0);
    story_open(&s, 24, 80, "tui", no_extra);
    story_unlock(&s);
    term_keys(t, ":\033[A\033[A");
    cr_expect(term_wait(t, ":keystore status", LONG_MS), "kept on disk");
    term_keys(t, "\003");
    cr_expect(term_wait_gone(t, ":keystore status", LONG_MS));
    term_keys(t, "Q");
    cr_expect_eq(term_end(t, LONG_MS), 0);
}

Test(console, help_finds_what_the_tables_hold, .fini = end, .timeout = 120)
{
    struct term *t = &s.term;

    story_start(&s, false, "ppe");
    story_open(&s, 24, 80, "tui", no_extra);
    story_unlock(&s);
    term_keys(t, "?");
    cr_assert(term_wait(t, "Help: Dashboard", LONG_MS));
    term_keys(t, "fol");
    cr_assert(term_wait_gone(t, "Subscriptions", LONG_MS) ||
              term_shows(t, "Help"));
    term_keys(t, "\033");
    cr_assert(term_wait_gone(t, "Help: Dashboard", LONG_MS));
    term_keys(t, "Q");
    cr_expect_eq(term_end(t, LONG_MS), 0);
}

Test(console, follows_every_size, .fini = end, .timeout = 120)
{
    static const int sizes[][2] = { { 40, 140 }, { 10, 40 },  { 5, 20 },
                                    { 3, 8 },    { 60, 200 }, { 24, 80 } };
    struct term *t = &s.term;

    story_start(&s, false, "ppe");
    story_open(&s, 24, 80, "tui", no_extra);
    story_unlock(&s);
    for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
        term_resize(t, sizes[i][0], sizes[i][1]);
        cr_assert(term_wait_at(t, 0, 1, "hvcons", LONG_MS));
    }
    cr_expect(term_wait(t, "Needs attention", LONG_MS));
    term_keys(t, "Q");
    cr_expect_eq(term_end(t, LONG_MS), 0);
    cr_expect(term_is_restored(t));
}

Test(console, shows_no_colour_when_asked_for_none, .fini = end, .timeout = 120)
{
    static const char *const extra[] = { "NO_COLOR=1", NULL };
    struct term *t = &s.term;
    int reversed = 0;

    story_start(&s, false, "ppe");
    story_open(&s, 24, 80, "tui", extra);
    story_unlock(&s);
    for (int row = 0; row < t->rows; row++) {
        for (int col = 0; col < t->cols; col++) {
            VTermScreenCell cell = term_cell(t, row, col);

            cr_expect(VTERM_COLOR_IS_DEFAULT_FG(&cell.fg) &&
                          VTERM_COLOR_IS_DEFAULT_BG(&cell.bg),
                      "cell %d,%d has a colour", row, col);
            reversed += cell.attrs.reverse;
        }
    }
    cr_expect_gt(reversed, 0, "but the bar is told apart");
    term_keys(t, "Q");
    cr_expect_eq(term_end(t, LONG_MS), 0);
}

Test(console, draws_in_ascii_where_there_is_nothing_else, .fini = end,
     .timeout = 120)
{
    static const char *const extra[] = { "LC_ALL=C", NULL };
    struct term *t = &s.term;

    story_start(&s, false, "ppe");
    story_open(&s, 24, 80, "tui", extra);
    story_unlock(&s);
    for (int row = 0; row < t->rows; row++) {
        for (int col = 0; col < t->cols; col++)
            cr_expect_lt(term_cell(t, row, col).chars[0], 0x80);
    }
    cr_expect(term_shows(t, "-- Needs attention"));
    term_keys(t, "Q");
    cr_expect_eq(term_end(t, LONG_MS), 0);
}

/* Locked and open, by every signal that ends it in order. */
Test(console, gives_the_terminal_back_when_it_is_told_to_end, .fini = end,
     .timeout = 300)
{
    static const int signals[] = { SIGTERM, SIGHUP, SIGQUIT };

    story_start(&s, false, "ppe");
    for (size_t i = 0; i < sizeof(signals) / sizeof(*signals); i++) {
        int status;

        story_open(&s, 24, 80, "tui", no_extra);
        if (i == 0)
            story_unlock(&s);
        else
            cr_assert(term_wait(&s.term, "Passphrase", LONG_MS));
        cr_expect(s.term.is_alternate);
        cr_expect(s.term.is_paste_on);
        kill(s.term.pid, signals[i]);
        status = term_end(&s.term, LONG_MS);
        cr_expect(WIFEXITED(status) && WEXITSTATUS(status) == 0,
                  "signal %d: status %x", signals[i], status);
        cr_expect(term_is_restored(&s.term), "signal %d", signals[i]);
        term_close(&s.term);
    }
}

Test(console, gives_the_terminal_back_when_it_crashes, .fini = end,
     .timeout = 300)
{
    static const int signals[] = { SIGSEGV, SIGABRT, SIGBUS, SIGFPE };
    static const char *const extra[] = {
        /* To the terminal: these reports are no finding of this test. */
        "ASAN_OPTIONS=detect_leaks=0",
        NULL,
    };

    story_start(&s, false, "ppe");
    for (size_t i = 0; i < sizeof(signals) / sizeof(*signals); i++) {
        int status;

        story_open(&s, 24, 80, "tui", extra);
        cr_assert(term_wait(&s.term, "Passphrase", LONG_MS));
        kill(s.term.pid, signals[i]);
        status = term_end(&s.term, LONG_MS);
        cr_expect(WIFSIGNALED(status) ||
                      (WIFEXITED(status) && WEXITSTATUS(status) != 0),
                  "signal %d: status %x", signals[i], status);
        cr_expect(term_is_restored(&s.term), "signal %d", signals[i]);
        term_close(&s.term);
    }
}

Test(console, ends_when_the_terminal_hangs_up, .fini = end, .timeout = 120)
{
    int status;

    story_start(&s, false, "ppe");
    story_open(&s, 24, 80, "tui", no_extra);
    story_unlock(&s);
    term_hang_up(&s.term);
    status = term_end(&s.term, LONG_MS);
    cr_expect_neq(status, -1, "it had to be killed");
}

Test(console, shows_an_unreachable_platform_as_a_state, .fini = end,
     .timeout = 300)
{
    struct term *t = &s.term;
    char line[256];

    story_start(&s, true, "ppe");
    snprintf(line, sizeof(line), "sub create --type weight --url %s/hv/w",
             s.url);
    cr_assert_eq(story_run(&s, line), 0, "%s", s.out);
    story_platform_goes(&s);
    story_open(&s, 24, 80, "tui", no_extra);
    story_unlock(&s);
    term_keys(t, "2");
    cr_assert(term_wait(t, "r now", LONG_MS), "when it will ask again");
    cr_expect(term_shows(t, "net!"), "the bar of every view");
    term_keys(t, "3");
    cr_expect(term_wait(t, "1 active", LONG_MS), "the rest goes on");
    cr_expect(term_shows(t, "net!"));
    /* It comes back, and nobody presses a key. */
    story_platform_returns(&s);
    cr_assert(term_wait(t, "The platform answers again", 2 * LONG_MS));
    cr_expect_not(term_shows(t, "net!"));
    term_keys(t, "2");
    cr_assert(term_wait(t, "Subscriptions 1/25", LONG_MS));
    cr_expect(term_shows(t, "Weight"));
    /* And goes while one looks: what was read stays, said to be old. */
    story_platform_goes(&s);
    term_keys(t, "r");
    cr_assert(term_wait(t, "NOT REACHED", LONG_MS));
    cr_expect(term_shows(t, "Weight"));
    story_platform_returns(&s);
    cr_assert(term_wait(t, "The platform answers again", 2 * LONG_MS));
    cr_expect_not(term_shows(t, "NOT REACHED"));
    term_keys(t, "Q");
    cr_expect_eq(term_end(t, LONG_MS), 0);
}

Test(console, locks_before_it_stops, .fini = end, .timeout = 120)
{
    struct term *t = &s.term;

    story_start(&s, false, "ppe");
    story_open(&s, 24, 80, "tui", no_extra);
    story_unlock(&s);
    kill(t->pid, SIGTSTP);
    /* No shell stands behind it: the kernel does not stop it, but it locks. */
    cr_assert(term_wait(t, "Passphrase", LONG_MS));
    cr_expect_not(term_shows(t, "Needs attention"));
    term_keys(t, "\033");
    cr_expect_eq(term_end(t, LONG_MS), 0);
    cr_expect(term_is_restored(t));
}
