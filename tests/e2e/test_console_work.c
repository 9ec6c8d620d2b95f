/*
 * test_console_work.c - stories in a terminal with the real binary: many keys
 * rotated from the Keys view, a rotation paused, seen and resumed, and a
 * platform that hangs while one goes on working.
 */
#include "tests/e2e/story.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

static struct story s;

static void
end(void)
{
    story_end(&s);
}

static const char *const no_extra[] = { NULL };

static void
create_subs(size_t len)
{
    static const char *const types[] = { "weight", "height", "medication" };
    char line[256];

    for (size_t i = 0; i < len; i++) {
        snprintf(line, sizeof(line), "sub create --type %s --url %s/hv/%s",
                 types[i], s.url, types[i]);
        cr_assert_eq(story_run(&s, line), 0, "%s", s.out);
    }
}

/* One message to each: verified, by whichever key the platform signs with. */
static void
emit(size_t len)
{
    static const char *const types[] = { "weight", "height", "medication" };
    char line[64];

    for (size_t i = 0; i < len; i++) {
        snprintf(line, sizeof(line), "sandbox emit --type %s --wait", types[i]);
        cr_assert_eq(story_run(&s, line), 0, "%s", s.out);
    }
}

Test(rotation, of_all_that_is_marked, .fini = end, .timeout = 300)
{
    struct term *t = &s.term;

    story_start(&s, true, "ppe");
    create_subs(3);
    emit(3);
    story_open(&s, 24, 80, "tui", no_extra);
    story_unlock(&s);
    term_keys(t, "3");
    cr_assert(term_wait(t, "3 active", LONG_MS));
    term_keys(t, "Ry"); /* the y was typed before the question was seen */
    cr_assert(term_wait(t, "Rotate the key", LONG_MS));
    term_keys(t, "\r");
    cr_assert(term_wait(t, "Nothing was changed", LONG_MS));
    term_keys(t, "*");
    cr_assert(term_wait(t, "marked 3", LONG_MS));
    term_keys(t, "R");
    cr_assert(term_wait(t, "Type 3 to rotate 3", LONG_MS));
    cr_expect(term_shows(t, "3 subscriptions get a new key"));
    cr_expect(term_shows(t, "verified 3 messages in 24 h"));
    term_keys(t, "2\r");
    cr_assert(term_wait(t, "\"3\" was wanted, not \"2\"", LONG_MS));
    cr_expect(term_shows(t, "marked 3"), "another try is at hand");
    term_keys(t, "R");
    cr_assert(term_wait(t, "Type 3 to rotate 3", LONG_MS));
    term_keys(t, "3\r");
    cr_assert(term_wait(t, "Rotation r2", LONG_MS), "the bar of the job");
    cr_assert(term_wait(t, "3 of 3 rotated", LONG_MS));
    cr_assert(term_wait(t, "3 active  3 accepted", LONG_MS));
    cr_expect_not(term_shows(t, "marked 3"));
    emit(3);
    term_keys(t, "9");
    cr_assert(term_wait(t, "3 of 3  100%", LONG_MS));
    cr_expect(term_wait(t, "none open", LONG_MS));
    cr_expect(term_shows(t, "chain ok"));
    term_keys(t, "3r");
    cr_expect(term_wait(t, "3 still arrive", LONG_MS));
    cr_expect(term_shows(t, "Not yet: safe in 13d 23h"), "of the old key");
    term_keys(t, "k");
    cr_expect(term_wait(t, "draining, 1 in 24 h, may go in", LONG_MS),
              "told with the new one as well");
    term_keys(t, "Q");
    cr_expect_eq(term_end(t, LONG_MS), 0);
    cr_assert_eq(story_run(&s, "log list -o json"), 0);
    cr_expect_null(strstr(s.out, "unknown-version"), "%s", s.out);
    cr_expect_null(strstr(s.out, "bad-hmac"), "%s", s.out);
}

Test(rotation, that_was_paused_is_seen_and_resumed, .fini = end, .timeout = 300)
{
    struct term *t = &s.term;

    story_start(&s, true, "ppe");
    create_subs(2);
    story_open(&s, 24, 80, "tui", no_extra);
    story_unlock(&s);
    term_keys(t, "3");
    cr_assert(term_wait(t, "2 active", LONG_MS));
    term_keys(t, ":key rotate --all --pace 5m\r");
    cr_assert(term_wait(t, "y/N", LONG_MS));
    term_keys(t, "y");
    cr_assert(term_wait(t, "1 of 2", LONG_MS));
    cr_assert(term_wait(t, "the next one begins in", LONG_MS));
    term_keys(t, "9r"); /* meanwhile the rest is read as ever */
    cr_expect(term_wait(t, "key rotate ok", LONG_MS));
    term_keys(t, "3");
    cr_expect(term_wait(t, "2 active  1 accepted", LONG_MS));
    term_keys(t, "P");
    cr_assert(term_wait(t, "Paused at 1 of 2", LONG_MS));
    cr_assert(term_wait(t, "paused at 1 of 2", LONG_MS), "it stays");
    term_keys(t, "R");
    cr_assert(term_wait(t, "is not ended (1 of 2)", LONG_MS));
    term_keys(t, "n9");
    cr_assert(term_wait(t, "1 open", LONG_MS));
    cr_expect(term_shows(t, "1 of 2   50%"));
    term_keys(t, "B");
    cr_assert(term_wait(t, "2 of 2 rotated", LONG_MS));
    cr_assert(term_wait(t, "2 of 2  100%", LONG_MS));
    cr_expect(term_wait(t, "none open", LONG_MS));
    term_keys(t, "Q");
    cr_expect_eq(term_end(t, LONG_MS), 0);
    cr_expect(term_is_restored(t));
}

/* What is on this machine is there at once, and the lock does not wait. */
Test(hanging, platform_holds_nobody_up, .fini = end, .timeout = 300)
{
    struct term *t = &s.term;

    story_start(&s, true, "ppe");
    create_subs(1);
    cr_assert_eq(kill(s.sandbox, SIGSTOP), 0);
    story_open(&s, 24, 80, "--timeout 600 tui", no_extra);
    story_unlock(&s);
    cr_assert(term_wait(t, "asking the platform", LONG_MS));
    term_keys(t, "3");
    cr_expect(term_wait(t, "1 active", LONG_MS));
    term_keys(t, "9");
    cr_expect(term_wait(t, "chain ok", LONG_MS));
    term_keys(t, "2");
    cr_expect(term_wait(t, "Reading subscriptions", LONG_MS));
    term_keys(t, "\003");
    cr_expect(term_wait(t, "r tries again", LONG_MS));
    cr_assert_eq(kill(s.sandbox, SIGCONT), 0);
    term_keys(t, "r");
    cr_expect(term_wait(t, "Subscriptions 1/25", LONG_MS));
    cr_assert_eq(kill(s.sandbox, SIGSTOP), 0);
    term_keys(t, "r");
    cr_expect(term_wait(t, "asking the platform", LONG_MS));
    term_keys(t, "L");
    cr_expect(term_wait(t, "Passphrase", LONG_MS));
    cr_assert_eq(kill(s.sandbox, SIGCONT), 0);
    term_keys(t, "\033");
    cr_expect_eq(term_end(t, LONG_MS), 0);
    cr_expect(term_is_restored(t));
}
