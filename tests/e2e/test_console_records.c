/*
 * test_console_records.c - stories of the Records view in a terminal with the
 * real binary: each state that a person's authorisation can have with its
 * remedy, access that goes while one looks, what stays silent, snapshots; and
 * thousands of people that come page by page.
 */
#include "tests/e2e/story.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define IDS 64

static struct story s;
static char ids[IDS][40]; /* of the records, in the order of the view */
static size_t ids_len;

static void
end(void)
{
    if (s.sandbox > 0)
        kill(s.sandbox, SIGCONT); /* a stopped one would never end */
    story_end(&s);
}

static const char *const no_extra[] = { NULL };

static void
must(const char *line)
{
    cr_assert_eq(story_run(&s, line), 0, "%s: %s", line, s.out);
}

static void
create_sub(void)
{
    char line[256];

    snprintf(line, sizeof(line),
             "sub create --type weight,blood-pressure --url %s/hv/a", s.url);
    must(line);
}

static void
start(const char *flags)
{
    const char *at;

    story_start_with(&s, "ppe", flags);
    create_sub();
    must("record list -o json --limit 64");
    ids_len = 0;
    for (at = s.out; (at = strstr(at, "\"record\":")) && ids_len < IDS;) {
        at = strchr(at + 9, '"') + 1;
        snprintf(ids[ids_len++], sizeof(ids[0]), "%.36s", at);
    }
    cr_assert_gt(ids_len, 2);
    story_open(&s, 24, 80, "tui", no_extra);
    story_unlock(&s);
    term_keys(&s.term, "5");
    cr_assert(term_wait(&s.term, "Ada Quill", LONG_MS));
}

static void
set(const char *record, const char *how)
{
    char line[256];

    snprintf(line, sizeof(line), "sandbox auth set %s %s", record, how);
    must(line);
}

/* The row of the cursor, and what the detail says of it. */
static void
sees(const char *first, const char *second, const char *third)
{
    cr_assert(term_wait(&s.term, first, LONG_MS));
    cr_assert(term_wait(&s.term, second, LONG_MS), "beside %s", first);
    if (third)
        cr_assert(term_wait(&s.term, third, LONG_MS), "beside %s", first);
}

static size_t
count_rows(const char *text)
{
    size_t count = 0;
    char row[1024];

    for (int i = 0; i < s.term.rows; i++) {
        term_row(&s.term, i, row, sizeof(row));
        count += strstr(row, text) != NULL;
    }
    return count;
}

Test(states, each_action_with_its_remedy, .fini = end, .timeout = 300)
{
    static const struct {
        const char *action, *row, *remedy, *rights;
    } rows[] = {
        { "AuthorizationRequired", "never given",
          "send the person to APPAUTH for this record", "access was taken" },
        { "ReauthorizationRequired", "agree again",
          "when the person is there: APPAUTH", "y u copies the Shell URL" },
        { "ReauthorizationNotPossible", "NOT POSSIBLE",
          "do not redirect: a custodian of the record must", "W+ B+" },
        { "RecordLocationNotSupported", "location",
          "look at the supported record locations", NULL },
        { "NoActionRequired", "in order", "nothing to do", "W+ B+" },
    };
    struct term *t = &s.term;
    char line[128];

    start("");
    sees("NoActionRequired", "every required rule is authorised", "W+ B+");
    cr_expect_eq(count_rows("Theo Quill"), 2, "two people in one record");
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        set(ids[0], rows[i].action);
        term_keys(t, "r");
        snprintf(line, sizeof(line), "Ada Quill, %s", rows[i].action);
        sees(line, rows[i].row, rows[i].remedy);
        if (rows[i].rights)
            cr_assert(term_wait(t, rows[i].rights, LONG_MS));
    }
    /* An end that has come. */
    set(ids[0], "NoActionRequired --expires 1h");
    term_keys(t, "r");
    cr_assert(term_wait(t, "in 59m", LONG_MS));
    must("sandbox clock advance 2h");
    term_keys(t, "r");
    sees("the authorisation has run out",
         "send the person to APPAUTH for this record", "expired");
    cr_assert(term_wait(t, "it has run out", LONG_MS));
    term_keys(t, "yu");
    cr_assert(term_wait(t, "Copied the URL", LONG_MS));
    cr_assert_neq(strlen(t->clipboard), 0);
    term_keys(t, "x");
    cr_assert(term_wait(t, "target=APPAUTH", LONG_MS));
    term_keys(t, "\033");
    cr_assert(term_wait(t, "can notify", LONG_MS));
}

/* Gone between the list and the look: told apart from a platform that does not
 * answer. */
Test(states, revoked_and_unreachable, .fini = end, .timeout = 300)
{
    struct term *t = &s.term;
    char line[128];

    start("--people 12");
    cr_assert(term_wait(t, "W+ B+", LONG_MS));
    snprintf(line, sizeof(line), "record revoke %s --yes", ids[ids_len - 1]);
    must(line);
    term_keys(t, "G");
    sees("REVOKED (11)", "access was taken away",
         "send the person to APPAUTH for this record");
    cr_assert(term_wait(t, "W- B-", LONG_MS));
    kill(s.sandbox, SIGKILL);
    term_keys(t, "kkkkkkkkk"); /* rows that nobody has looked at */
    cr_assert(
        term_wait(t, "No answer: nothing is known of the rights.", LONG_MS));
    cr_assert(term_shows(t, "W? B?"));
}

Test(tabs, matrix_coverage_and_what_changed, .fini = end, .timeout = 300)
{
    struct term *t = &s.term;

    start("");
    set(ids[1], "AuthorizationRequired");
    term_keys(t, "r");
    cr_assert(term_wait(t, "never 2", LONG_MS));
    term_keys(t, "]");
    cr_assert(term_wait(t, "[matrix]", LONG_MS));
    cr_assert(term_wait(t, "RUCD/RUCD", LONG_MS));
    sees("Types 1 to 2 of 2", "all", NULL);
    term_keys(t, "]A");
    cr_assert(term_wait(t, "Kept: ", LONG_MS));
    set(ids[0], "ReauthorizationRequired");
    term_keys(t, "\r");
    sees("1 of another action", "agree again", "1 difference.");
    term_keys(t, "]");
    sees("[coverage]", "4 of 12 pairs", "Theo Quill");
    term_keys(t, "x");
    sees("raises no notification", "target=APPAUTH", "Weight");
}

#if defined(__SANITIZE_ADDRESS__)
#define IS_SANITIZED true
#else
#define IS_SANITIZED false
#endif

static char all_of_them[32]; /* as the title tells it when all came */

/* Five thousand people; under a sanitizer fewer, unless it may take long. */
static void
start_many(void)
{
    const char *is_long = getenv("HV_TEST_LONG");
    int people =
        IS_SANITIZED && !(is_long && !strcmp(is_long, "true")) ? 1500 : 5000;
    char flags[64];

    snprintf(flags, sizeof(flags), "--people %d", people);
    /* Six of the first three people, and every eighth more has a child. */
    snprintf(all_of_them, sizeof(all_of_them), "Records %d",
             6 + people - 3 + (people - 3 + 7) / 8);
    story_start_with(&s, "ppe", flags);
    create_sub();
    story_open(&s, 24, 80, "tui", no_extra);
    story_unlock(&s);
    term_keys(&s.term, "5");
    cr_assert(term_wait(&s.term, "and more coming", LONG_MS));
    cr_assert_eq(kill(s.sandbox, SIGSTOP), 0);
    cr_assert(!term_shows(&s.term, all_of_them), "too fast to be stopped");
}

static long
resident_kb(pid_t pid)
{
    char path[64], line[256];
    long kb = 0;
    FILE *file;

    snprintf(path, sizeof(path), "/proc/%d/status", (int)pid);
    file = fopen(path, "r");
    cr_assert_not_null(file);
    while (fgets(line, sizeof(line), file)) {
        if (!strncmp(line, "VmRSS:", 6))
            kb = strtol(line + 6, NULL, 10);
    }
    fclose(file);
    return kb;
}

/* The platform stops in the middle: what came is there, moves, is filtered;
 * then it goes on, and the cursor is still with its record. */
Test(many, people_while_one_works, .fini = end, .timeout = 300)
{
    struct term *t = &s.term;
    char row[1024], before[16];
    long kb;
    int at;

    start_many();
    term_keys(t, "G");
    cr_assert(term_wait_gone(t, "Theo Quill", LONG_MS));
    at = term_find(t, "\xe2\x96\xb8");
    cr_assert_geq(at, 0);
    term_row(t, at, row, sizeof(row));
    snprintf(before, sizeof(before), "%.9s", strstr(row, "..") - 4);
    cr_assert_eq(kill(s.sandbox, SIGCONT), 0);
    cr_assert(term_wait(t, all_of_them, LONG_MS));
    at = term_find(t, "\xe2\x96\xb8");
    cr_assert_geq(at, 0);
    term_row(t, at, row, sizeof(row));
    cr_expect(strstr(row, before), "the cursor left %s: %s", before, row);
    term_keys(t, "/name:novak\r");
    cr_assert(term_wait(t, "[name:novak]", LONG_MS));
    term_keys(t, "s");
    cr_assert(term_wait(t, "sort record", LONG_MS));
    term_keys(t, "\033[");
    cr_assert(term_wait(t, "records not read: a", LONG_MS));
    term_keys(t, "a");
    cr_assert(term_wait(t, "rights of ", LONG_MS));
    term_keys(t, "\003");
    cr_assert(term_wait(t, "a goes on", LONG_MS));
    kb = resident_kb(t->pid);
    fprintf(stderr, "resident: %ld kB\n", kb);
    cr_expect(IS_SANITIZED || kb <= 32 * 1024, "%ld kB", kb);
}

/* ^c keeps what came, and says so. */
Test(many, people_stopped, .fini = end, .timeout = 300)
{
    struct term *t = &s.term;

    start_many();
    term_keys(t, "\003");
    cr_assert(term_wait(t, "stopped, not all", LONG_MS));
    cr_assert(term_wait(t, "there may be more. r reads all.", LONG_MS));
    cr_assert(!term_shows(t, all_of_them));
    cr_assert_eq(kill(s.sandbox, SIGCONT), 0);
    term_keys(t, "r");
    cr_assert(term_wait(t, all_of_them, LONG_MS));
    cr_assert(!term_shows(t, "stopped, not all"));
}
