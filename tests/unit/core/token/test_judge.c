/*
 * test_judge.c - what codes do to the notes about a token, the loop guard, the
 * forecast, and whether the 7s of a day have their window.
 */
#include "hvconsole/token.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#define HOUR     (3600 * 1000LL)
#define DAY      (24 * HOUR)
#define NOW      (20000 * DAY)
#define PLATFORM "https://platform.example.org/wildcat.ashx"

static const struct hv_guid app = { { 1 } }, other_app = { { 2 } };

static struct hv_token_note *
note_at(struct hv_token_book *book, const struct hv_guid *whose, int nth)
{
    struct hv_token_note *note;
    char name[24];

    snprintf(name, sizeof(name), "user-%d", nth);
    cr_assert_eq(hv_token_note_make(book, whose, name, &note, NULL), HV_OK);
    return note;
}

static void
window_at(struct hv_token_book *book, const char *name,
          enum hv_window_kind kind, int64_t at_ms, const char *platform)
{
    struct hv_window window = { .kind = kind,
                                .at_ms = at_ms,
                                .for_ms = 2 * HOUR };

    hv_copy(window.name, sizeof(window.name), name);
    hv_copy(window.platform, sizeof(window.platform), platform);
    cr_assert_eq(hv_window_add(book, &window, NULL), HV_OK);
}

Test(token_fate, every_code_has_its_word)
{
    static const struct {
        int code;
        enum hv_token_fate fate;
        const char *word, *target;
    } rows[] = {
        { -1, HV_TOKEN_UNREACHABLE, "unreachable", NULL },
        { 0, HV_TOKEN_GOOD, "good", NULL },
        { 1, HV_TOKEN_OTHER, "other", NULL },
        { 7, HV_TOKEN_SIGNED_OUT, "signed-out", "AUTH" },
        { 8, HV_TOKEN_UNKNOWN, "unknown", NULL },
        { 11, HV_TOKEN_REVOKED, "revoked", "APPAUTH" },
        { 65, HV_TOKEN_SESSION, "session", NULL },
        { 152, HV_TOKEN_MAINTENANCE, "maintenance", NULL },
        { 9999, HV_TOKEN_OTHER, "other", NULL },
    };

    for (size_t i = 0; i < HV_LEN(rows); i++) {
        enum hv_token_fate fate = hv_token_fate(rows[i].code);
        const struct hv_token_fate_row *row = hv_token_fate_row(fate);

        cr_expect_eq(fate, rows[i].fate, "row %zu", i);
        cr_expect_str_eq(row->word, rows[i].word, "row %zu", i);
        cr_expect(!row->target == !rows[i].target &&
                      (!row->target || !strcmp(row->target, rows[i].target)),
                  "row %zu", i);
        cr_expect_neq(row->sentence[0], '\0', "row %zu", i);
    }
}

Test(token_fate, only_a_7_makes_it_gone)
{
    static const int codes[] = { -1, 0, 1, 8, 11, 65, 152 };
    struct hv_token_note note = { 0 };

    hv_token_came(&note, NOW + DAY, "/a", NOW);
    for (size_t i = 0; i < HV_LEN(codes); i++) {
        hv_token_answered(&note, codes[i], NOW + HOUR);
        cr_expect_not(note.is_gone, "code %d", codes[i]);
        cr_expect_eq(note.refused_ms, 0, "code %d", codes[i]);
        cr_expect_eq(note.code, codes[i]);
        cr_expect_eq(note.checked_ms, NOW + HOUR);
    }
    cr_expect_eq(note.good_ms, NOW + HOUR);
    hv_token_answered(&note, 7, NOW + 2 * HOUR);
    cr_expect(note.is_gone);
    cr_expect_not(note.is_stopped);
    cr_expect_eq(note.refused_ms, NOW + 2 * HOUR);
    cr_expect_eq(note.refused_good_ms, NOW + HOUR);
    cr_expect_eq(note.refused_ends_ms, NOW + DAY);
}

/* One redirect only. */
Test(token_fate, the_loop_guard)
{
    static const struct {
        int64_t after_ms;
        bool is_stopped;
    } rows[] = {
        { 0, true },
        { HV_TOKEN_FRESH, true },
        { HV_TOKEN_FRESH + 1, false },
        { DAY, false },
    };

    for (size_t i = 0; i < HV_LEN(rows); i++) {
        struct hv_token_note note = { 0 };

        hv_token_came(&note, 0, "", NOW);
        hv_token_answered(&note, 7, NOW + 1000);
        cr_expect_not(note.is_stopped, "the first 7, row %zu", i);
        hv_token_came(&note, 0, "", NOW + HOUR);
        cr_expect(note.is_second);
        cr_expect_not(note.is_gone);
        hv_token_answered(&note, 7, NOW + HOUR + rows[i].after_ms);
        cr_expect_eq(note.is_stopped, rows[i].is_stopped, "row %zu", i);
        hv_token_came(&note, 0, "", NOW + 3 * DAY); /* by hand */
        cr_expect_not(note.is_stopped, "row %zu", i);
    }
}

Test(token_fate, a_sign_in_that_does_not_help)
{
    struct hv_token_note note = { 0 };

    hv_token_refused_fresh(&note, NOW);
    cr_expect(note.is_gone);
    cr_expect_not(note.is_stopped, "nobody was sent there yet");
    hv_token_refused_fresh(&note, NOW + HOUR);
    cr_expect(note.is_stopped);
}

Test(token_fate, where_the_person_was_is_kept)
{
    struct hv_token_note note = { 0 };

    hv_token_came(&note, 0, "/first", NOW);
    hv_token_came(&note, 0, "", NOW);
    cr_expect_str_eq(note.actionqs, "/first");
    hv_token_came(&note, 0, "/second", NOW);
    cr_expect_str_eq(note.actionqs, "/second");
}

/* ------------------------------------------------------------ windows -- */

Test(maint, phases)
{
    struct hv_window window = { .at_ms = NOW, .for_ms = HOUR };

    cr_expect_eq(hv_window_phase(&window, NOW - 1), HV_WINDOW_PLANNED);
    cr_expect_eq(hv_window_phase(&window, NOW), HV_WINDOW_NOW);
    cr_expect_eq(hv_window_phase(&window, NOW + HOUR - 1), HV_WINDOW_NOW);
    cr_expect_eq(hv_window_phase(&window, NOW + HOUR), HV_WINDOW_OVER);
}

Test(maint, forecast)
{
    struct hv_token_book book = { 0 };
    struct hv_forecast f;

    window_at(&book, "keys", HV_WINDOW_TOKEN_KEYS, NOW + DAY, PLATFORM);
    window_at(&book, "cable", HV_WINDOW_OUTAGE, NOW + DAY, PLATFORM);
    hv_token_came(note_at(&book, &app, 0), NOW + HOUR, "", NOW); /* ended */
    hv_token_came(note_at(&book, &app, 1), NOW + DAY, "", NOW);  /* just so */
    hv_token_came(note_at(&book, &app, 2), NOW + DAY + 1, "", NOW);
    hv_token_came(note_at(&book, &app, 3), 0, "", NOW); /* nobody said */
    hv_token_came(note_at(&book, &app, 4), 0, "", NOW);
    hv_token_answered(note_at(&book, &app, 4), 7, NOW); /* gone */
    hv_token_came(note_at(&book, &other_app, 5), 0, "", NOW);
    hv_forecast(&book, &app, hv_window_find(&book, "keys"), &f);
    cr_expect_eq(f.tracked, 4);
    cr_expect_eq(f.ended, 2);
    cr_expect_eq(f.refused, 2);
    cr_expect_eq(f.no_end, 1);
    cr_expect_eq(f.away, 1);
    hv_forecast(&book, &app, hv_window_find(&book, "cable"), &f);
    cr_expect_eq(f.refused, 0);
    cr_expect_eq(f.ended, 2);
    /* Afterwards those that were good again are not counted. */
    hv_token_answered(note_at(&book, &app, 3), 0, NOW + 2 * DAY);
    hv_forecast(&book, &app, hv_window_find(&book, "keys"), &f);
    cr_expect_eq(f.refused, 1);
    hv_token_book_release(&book);
}

/* Signed in a week ago, good an hour before @at_ms, refused then. */
static void
refuse(struct hv_token_book *book, int nth, int64_t at_ms, int64_t ends_ms)
{
    struct hv_token_note *note = note_at(book, &app, nth);

    hv_token_came(note, ends_ms, "", NOW - 7 * DAY);
    hv_token_answered(note, 0, at_ms - HOUR);
    hv_token_answered(note, 7, at_ms);
}

Test(maint, sevens_outside_any_window)
{
    static const struct {
        int users;
        int64_t apart_ms;
        enum hv_sevens verdict;
        size_t burst;
    } rows[] = {
        { 0, 0, HV_SEVENS_NONE, 0 },
        { 1, 0, HV_SEVENS_STRAY, 1 },
        { 2, 0, HV_SEVENS_STRAY, 2 },
        { 3, 0, HV_SEVENS_KEY_CHANGE, 3 },
        { 3, HOUR, HV_SEVENS_STRAY, 1 },
        { 40, 1000, HV_SEVENS_KEY_CHANGE, 40 },
        { 10, 7 * HOUR, HV_SEVENS_STRAY, 1 }, /* most are of days before */
    };

    for (size_t i = 0; i < HV_LEN(rows); i++) {
        struct hv_token_book book = { 0 };
        struct hv_sevens_judgement j;

        window_at(&book, "elsewhere", HV_WINDOW_TOKEN_KEYS, NOW - 2 * HOUR,
                  "https://other.example.org/wildcat.ashx");
        window_at(&book, "cable", HV_WINDOW_OUTAGE, NOW - 2 * HOUR, PLATFORM);
        window_at(&book, "tomorrow", HV_WINDOW_TOKEN_KEYS, NOW + DAY, PLATFORM);
        for (int n = 0; n < rows[i].users; n++)
            refuse(&book, n, NOW - 1000 - n * rows[i].apart_ms, 0);
        hv_sevens_judge(&book, &app, PLATFORM, NOW, &j);
        cr_expect_eq(j.verdict, rows[i].verdict, "row %zu: %s", i, j.sentence);
        cr_expect_eq(j.is_alarm, rows[i].users > 0, "row %zu", i);
        cr_expect_eq(j.burst, rows[i].burst, "row %zu: %zu", i, j.burst);
        cr_expect_eq(j.by_window + j.by_end, 0, "row %zu", i);
        cr_expect_neq(j.sentence[0], '\0');
        hv_token_book_release(&book);
    }
}

Test(maint, sevens_that_have_their_window)
{
    struct hv_token_book book = { 0 };
    struct hv_sevens_judgement j;
    struct hv_token_note *note;

    window_at(&book, "nov-12", HV_WINDOW_TOKEN_KEYS, NOW - 6 * HOUR, PLATFORM);
    for (int n = 0; n < 30; n++)
        refuse(&book, n, NOW - 6 * HOUR + n * 60000, 0);
    refuse(&book, 30, NOW - 10 * HOUR, NOW - 10 * HOUR); /* at its end */
    hv_sevens_judge(&book, &app, PLATFORM, NOW, &j);
    cr_expect_eq(j.verdict, HV_SEVENS_EXPECTED, "%s", j.sentence);
    cr_expect_not(j.is_alarm);
    cr_expect_eq(j.users, 31);
    cr_expect_eq(j.by_window, 30);
    cr_expect_eq(j.by_end, 1);
    cr_expect_str_eq(j.window, "nov-12");
    cr_expect_eq(j.hours[23 - 5], 29); /* the first is 6 h old to the ms */
    cr_expect_eq(j.hours[23 - 6], 1);
    cr_expect_eq(j.hours[23 - 10], 1);

    /* Before the window: its own doing. */
    refuse(&book, 40, NOW - 6 * HOUR - 1, 0);
    hv_sevens_judge(&book, &app, PLATFORM, NOW, &j);
    cr_expect_eq(j.verdict, HV_SEVENS_STRAY, "%s", j.sentence);
    /* Good after the window, so the window did not end it. */
    note = note_at(&book, &app, 41);
    hv_token_came(note, 0, "", NOW - 7 * DAY);
    hv_token_answered(note, 0, NOW - 4 * HOUR);
    hv_token_answered(note, 7, NOW - HOUR);
    hv_sevens_judge(&book, &app, PLATFORM, NOW, &j);
    cr_expect_eq(j.unexplained, 2);
    /* Signed in anew since, the 7 of the old token still counts. */
    hv_token_came(note, 0, "", NOW - 1000);
    hv_sevens_judge(&book, &app, PLATFORM, NOW, &j);
    cr_expect_eq(j.unexplained, 2);
    /* A day later all is forgotten. */
    hv_sevens_judge(&book, &app, PLATFORM, NOW + DAY, &j);
    cr_expect_eq(j.verdict, HV_SEVENS_NONE, "%s", j.sentence);
    hv_sevens_judge(&book, &other_app, PLATFORM, NOW, &j);
    cr_expect_eq(j.verdict, HV_SEVENS_NONE);
    hv_token_book_release(&book);
}

/* Whoever comes back days later meets the same key change. */
Test(maint, a_window_explains_late_comers)
{
    struct hv_token_book book = { 0 };
    struct hv_sevens_judgement j;
    struct hv_token_note *note = note_at(&book, &app, 0);

    window_at(&book, "nov-12", HV_WINDOW_TOKEN_KEYS, NOW - 9 * DAY, PLATFORM);
    hv_token_came(note, 0, "", NOW - 30 * DAY);
    hv_token_answered(note, 7, NOW - HOUR);
    hv_sevens_judge(&book, &app, PLATFORM, NOW, &j);
    cr_expect_eq(j.verdict, HV_SEVENS_EXPECTED, "%s", j.sentence);
    hv_token_book_release(&book);
}

Test(maint, notice)
{
    struct hv_window window = { .at_ms = 1795831200000, .for_ms = 3 * HOUR };
    struct hv_buf text = { 0 };

    hv_window_notice(&window, &text);
    cr_expect(strstr(hv_buf_str(&text), "from 2026-11-28 02:00 UTC to "
                                        "2026-11-28 05:00 UTC"),
              "%s", hv_buf_str(&text));
    cr_expect(strstr(hv_buf_str(&text), "sign in to HealthVault once more"));
    cr_expect(strstr(hv_buf_str(&text), "cookies"));
    hv_buf_clear(&text);
    window.kind = HV_WINDOW_OUTAGE;
    hv_window_notice(&window, &text);
    cr_expect(strstr(hv_buf_str(&text), "stay signed in"));
    hv_buf_release(&text);
}
