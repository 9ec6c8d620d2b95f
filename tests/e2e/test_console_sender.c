/*
 * test_console_sender.c - stories in a terminal with the real binary: a message
 * of the log edited in an editor, signed anew and sent; its file, which nobody
 * else may read and which goes on every way out; and the matrix against the
 * listener here.
 */
#include "tests/e2e/story.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static struct story s;
static char runtime[96], editor[128], runtime_variable[128];
static const char *extra[] = { editor, runtime_variable, NULL };

static void
end(void)
{
    story_end(&s);
}

/* @script: what the editor does with "$1". */
static void
make_editor(const char *script)
{
    char path[96];
    FILE *f;

    snprintf(path, sizeof(path), "%s/editor", s.dir);
    snprintf(editor, sizeof(editor), "EDITOR=%s", path);
    f = fopen(path, "w");
    cr_assert_not_null(f);
    fprintf(f, "#!/bin/sh\n%s\n", script);
    fclose(f);
    cr_assert_eq(chmod(path, 0700), 0);
    snprintf(runtime, sizeof(runtime), "%s/runtime", s.dir);
    snprintf(runtime_variable, sizeof(runtime_variable), "XDG_RUNTIME_DIR=%s",
             runtime);
    (void)mkdir(runtime, 0700);
}

/* How many entries the person's directory in memory has. */
static int
count_left(void)
{
    char line[160];
    int count = -1;
    FILE *f;

    snprintf(line, sizeof(line), "ls -A %s | wc -l", runtime);
    f = popen(line, "r");
    cr_assert_not_null(f);
    cr_assert_eq(fscanf(f, "%d", &count), 1);
    pclose(f);
    return count;
}

static void
open_log(const char *script)
{
    char line[256];

    story_start(&s, true, "ppe");
    make_editor(script);
    snprintf(line, sizeof(line), "sub create --type weight --url %s/hv/weight",
             s.url);
    cr_assert_eq(story_run(&s, line), 0, "%s", s.out);
    cr_assert_eq(story_run(&s, "sandbox emit --type weight --wait"), 0, "%s",
                 s.out);
    story_open(&s, 24, 80, "tui", extra);
    story_unlock(&s);
    term_keys(&s.term, "6");
    cr_assert(term_wait(&s.term, "#1", LONG_MS));
    term_keys(&s.term, "E");
    cr_assert(term_wait(&s.term, "Open it?", LONG_MS));
    cr_expect(term_shows(&s.term, "personal data"));
    cr_expect_eq(count_left(), 0, "a file before it was wanted");
    term_keys(&s.term, "y");
}

Test(sender, a_message_is_edited_signed_anew_and_sent, .fini = end,
     .timeout = 300)
{
    struct term *t = &s.term;

    /* A copy beside it, as editors leave one, and who may read what. */
    open_log("stat -c '%a %F' \"$1\" \"${1%/*}\" >\"${0%/*}/modes\"\n"
             "cp \"$1\" \"$1~\"\n"
             "sed -i 's/<things>/<!-- by hand --><things>/' \"$1\"");
    cr_assert(term_wait(t, "Send the edited body", LONG_MS));
    cr_expect(term_shows(t, "by hand"));
    cr_expect(term_shows(t, "--from 1 --body FILE --to sub"));
    cr_expect_eq(count_left(), 1, "it waits to be sent");
    term_keys(t, "y");
    cr_assert(term_wait(t, "PASS 200. CLI", LONG_MS));
    cr_expect_eq(count_left(), 0, "a body was left");
    cr_assert(term_wait(t, "our test", LONG_MS));
    term_keys(t, "Q");
    cr_expect_eq(term_end(t, LONG_MS), 0);
    cr_assert_eq(story_run(&s, "log list -o json"), 0, "%s", s.out);
    cr_expect(strstr(s.out, "\"verdict\":\"verified\"") ||
                  strstr(s.out, "\"verdict\": \"verified\""),
              "%s", s.out);
    {
        char path[96], first[64] = "", second[64] = "";
        FILE *f;

        snprintf(path, sizeof(path), "%s/modes", s.dir);
        f = fopen(path, "r");
        cr_assert_not_null(f);
        cr_expect(fgets(first, sizeof(first), f) &&
                  fgets(second, sizeof(second), f));
        fclose(f);
        cr_expect_str_eq(first, "600 regular file\n");
        cr_expect_str_eq(second, "700 directory\n");
    }
}

Test(sender, no_and_the_end_of_the_console_leave_no_body, .fini = end,
     .timeout = 300)
{
    struct term *t = &s.term;

    open_log("cp \"$1\" \"$1~\"");
    cr_assert(term_wait(t, "nothing differs", LONG_MS));
    term_keys(t, "n");
    cr_assert(term_wait(t, "Nothing was changed", LONG_MS));
    cr_expect_eq(count_left(), 0, "after no");
    term_keys(t, "E");
    cr_assert(term_wait(t, "Open it?", LONG_MS));
    term_keys(t, "y");
    cr_assert(term_wait(t, "nothing differs", LONG_MS));
    kill(t->pid, SIGTERM);
    cr_expect_neq(term_end(t, LONG_MS), -1);
    cr_expect_eq(count_left(), 0, "after SIGTERM");
    story_open(&s, 24, 80, "tui", extra);
    story_unlock(&s);
    term_keys(&s.term, "6");
    cr_assert(term_wait(t, "#1", LONG_MS));
    term_keys(t, "E");
    cr_assert(term_wait(t, "Open it?", LONG_MS));
    term_keys(t, "y");
    cr_assert(term_wait(t, "nothing differs", LONG_MS));
    kill(t->pid, SIGKILL);
    cr_expect_neq(term_end(t, LONG_MS), -1);
    story_open(&s, 24, 80, "tui", extra);
    story_unlock(&s);
    term_keys(&s.term, "6");
    cr_expect_eq(count_left(), 0,
                 "the next console sweeps what a killed one "
                 "left");
}

Test(sender, the_matrix_fills_and_all_pass_here, .fini = end, .timeout = 300)
{
    struct term *t = &s.term;
    char line[256];

    story_start(&s, true, "ppe");
    make_editor("true");
    snprintf(line, sizeof(line), "sub create --type weight --url %s/hv/weight",
             s.url);
    cr_assert_eq(story_run(&s, line), 0, "%s", s.out);
    story_open(&s, 24, 80, "tui", extra);
    story_unlock(&s);
    term_keys(t, "7");
    cr_assert(term_wait(t, "Authorization: HVEventingSharedKey", LONG_MS));
    cr_expect(term_shows(t, "POST /hv/weight"));
    term_keys(t, "T");
    cr_assert(term_wait(t, "PASS 200. CLI", LONG_MS));
    term_keys(t, "]T");
    cr_assert(term_wait(t, "All as expected", LONG_MS));
    cr_expect(term_shows(t, "12 of 12 pass"));
    term_keys(t, "]");
    cr_assert(term_wait(t, "bad-version", LONG_MS));
    term_keys(t, "T");
    cr_assert(term_wait(t, "nothing differs", LONG_MS));
    term_keys(t, "y");
    cr_assert(term_wait(t, "401. CLI", LONG_MS));
    cr_expect_eq(count_left(), 0);
}
