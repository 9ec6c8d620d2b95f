/*
 * test_console_shell.c - a story in a terminal with the real binary: a redirect is
 * composed, kept under a name, drawn as a QR code, taken apart as somebody else
 * wrote it, put back into the form, and the name forgotten; the shell says the
 * same all the while.
 */
#include "tests/e2e/story.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

static struct story s;

static void
end(void)
{
    story_end(&s);
}

static void
open_view(void)
{
    char args[128];

    story_start(&s, true, "ppe");
    snprintf(args, sizeof(args), "--passphrase-file %s/pass tui --view shell",
             s.dir);
    story_open(&s, 50, 200, args, (const char *const[]){ NULL });
    cr_assert(term_wait(&s.term, "(this application)", LONG_MS));
}

/* What the shell composes stands on the screen too. */
static void
expect_same_url(const char *line)
{
    cr_assert_eq(story_run(&s, line), 0, "%s", s.out);
    cr_assert_neq(story_fact(&s, "url")[0], '\0', "%s", s.out);
    cr_expect(term_shows(&s.term, story_fact(&s, "url")), "%s",
              story_fact(&s, "url"));
}

Test(shell_view, composed_kept_drawn_taken_apart_and_forgotten, .fini = end,
     .timeout = 240)
{
    struct term *t = &s.term;
    char path[160], odd[512];
    struct stat st;

    open_view();
    term_keys(t, "jjjjjj\rvisit=42\r");
    cr_assert(term_wait(t, "visit%253D42", LONG_MS));
    expect_same_url("shell url APPAUTH --actionqs visit=42 -o json");
    term_keys(t, "yq");
    cr_assert(term_wait(t, "\u2580\u2580\u2580\u2580\u2580", LONG_MS));
    term_keys(t, "\033");
    cr_assert(term_wait(t, "[compose]", LONG_MS));
    term_keys(t, "Adaily");
    cr_assert(term_wait(t, "shell template save daily", LONG_MS));
    term_key(t, VTERM_KEY_FUNCTION(2));
    cr_assert(term_wait(t, "y/N", LONG_MS));
    term_keys(t, "y");
    cr_assert(term_wait(t, "Done.", LONG_MS));
    snprintf(path, sizeof(path), "%s/state/hvconsole/templates", s.dir);
    cr_assert_eq(stat(path, &st), 0);
    cr_expect_eq(st.st_mode & 0777, 0600);
    expect_same_url("shell template show daily -o json");

    term_keys(t, "]");
    cr_assert(term_wait(t, "Paste a URL", LONG_MS));
    snprintf(odd, sizeof(odd), "%s&trm=post#Q", story_fact(&s, "url"));
    term_paste(t, odd);
    cr_assert(term_wait(t, "trm stands beside targetqs", LONG_MS));
    cr_expect(term_shows(t, "never reaches the Shell"));
    term_keys(t, "\re");
    cr_assert(term_wait(t, "(x) post outside", LONG_MS));
    cr_expect(term_shows(t, "What followed '#' is left out"));
    expect_same_url("shell url APPAUTH --actionqs visit=42 --outside trm=post "
                    "-o json");

    term_keys(t, "]]");
    cr_assert(term_wait(t, "what it keeps", LONG_MS));
    term_keys(t, "\r");
    cr_assert(term_wait(t, "daily is in the form", LONG_MS));
    term_keys(t, "]]");
    cr_assert(term_wait(t, "what it keeps", LONG_MS));
    cr_assert(term_wait_gone(t, "never", LONG_MS), "its use is noted");
    term_keys(t, "D");
    cr_assert(term_wait(t, "Forget the template? y/N", LONG_MS));
    term_keys(t, "y");
    cr_assert(term_wait(t, "No templates yet", LONG_MS));
    cr_expect_eq(story_run(&s, "shell template show daily"), 5);
    term_keys(t, "Q");
    cr_expect_eq(term_end(t, LONG_MS), 0);
}
