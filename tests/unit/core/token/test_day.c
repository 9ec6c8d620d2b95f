/*
 * test_day.c - a maintenance day before and after: windows that are not sure of
 * their time, the curve of its 7s, the drill, and what a person ticks off.
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

/* A token that was good @age_ms before NOW and lives on for a month. */
static struct hv_token_note *
note_of(struct hv_token_book *book, const struct hv_guid *whose, int64_t age_ms)
{
    struct hv_token_note *note;
    char name[24];

    snprintf(name, sizeof(name), "user-%zu", book->notes_len);
    cr_assert_eq(hv_token_note_make(book, whose, name, &note, NULL), HV_OK);
    hv_token_came(note, NOW + 30 * DAY, "", NOW - age_ms);
    return note;
}

static struct hv_window
window_at(int64_t at_ms)
{
    struct hv_window window = { .at_ms = at_ms, .for_ms = 2 * HOUR };

    hv_copy(window.name, sizeof(window.name), "keys");
    hv_copy(window.platform, sizeof(window.platform), PLATFORM);
    return window;
}

Test(day, an_uncertain_window_begins_sooner_and_ends_later)
{
    struct hv_window window = window_at(NOW + 20 * HOUR);

    cr_expect_eq(hv_window_phase(&window, NOW + 19 * HOUR), HV_WINDOW_PLANNED);
    window.slack_ms = 12 * HOUR;
    cr_expect_eq(hv_window_phase(&window, NOW + 7 * HOUR), HV_WINDOW_PLANNED);
    cr_expect_eq(hv_window_phase(&window, NOW + 8 * HOUR), HV_WINDOW_NOW);
    cr_expect_eq(hv_window_phase(&window, NOW + 33 * HOUR), HV_WINDOW_NOW);
    cr_expect_eq(hv_window_phase(&window, NOW + 34 * HOUR), HV_WINDOW_OVER);
}

Test(day, an_uncertain_window_explains_what_came_sooner)
{
    struct hv_token_book book = { 0 };
    struct hv_token_note *note = note_of(&book, &app, 3 * HOUR);
    struct hv_window window = window_at(NOW + HOUR);
    struct hv_sevens_judgement sevens;

    cr_assert_eq(hv_window_add(&book, &window, NULL), HV_OK);
    hv_token_answered(note, 7, NOW);
    hv_sevens_judge(&book, &app, PLATFORM, NOW + 1, &sevens);
    cr_expect(sevens.is_alarm, "an hour before the window");
    book.windows[0].slack_ms = 2 * HOUR;
    hv_sevens_judge(&book, &app, PLATFORM, NOW + 1, &sevens);
    cr_expect_not(sevens.is_alarm);
    cr_expect_str_eq(sevens.window, "keys");
    hv_token_book_release(&book);
}

Test(day, the_curve_of_an_outage_is_empty)
{
    struct hv_token_book book = { 0 };
    struct hv_window window = window_at(NOW);
    struct hv_curve curve;

    window.kind = HV_WINDOW_OUTAGE;
    note_of(&book, &app, HOUR);
    hv_window_curve(&book, &app, &window, NOW, &curve);
    cr_expect_eq(curve.expected_all + curve.seen_all, 0);
    cr_expect_eq(hv_curve_share(&curve, 24), 0);
    hv_token_book_release(&book);
}

/* Until it begins: people come back after as long as they are away now. */
Test(day, the_curve_that_is_expected)
{
    struct hv_token_book book = { 0 };
    struct hv_window window = window_at(NOW + 5 * DAY);
    struct hv_curve curve;

    note_of(&book, &app, HOUR / 2);
    note_of(&book, &app, HOUR / 3);
    note_of(&book, &app, 5 * HOUR);
    note_of(&book, &app, 60 * HOUR);
    note_of(&book, &app, 200 * HOUR);
    note_of(&book, &other_app, HOUR / 2);
    note_of(&book, &app, HOUR)->ends_ms = NOW + DAY; /* before the window */
    hv_token_answered(note_of(&book, &app, HOUR), 7, NOW); /* gone already */
    hv_window_curve(&book, &app, &window, NOW, &curve);
    cr_expect_eq(curve.expected_all, 5);
    cr_expect_eq(curve.expected[0], 2);
    cr_expect_eq(curve.expected[5], 1);
    cr_expect_eq(curve.expected[60], 1);
    cr_expect_eq(curve.seen_all, 0);
    cr_expect_eq(hv_curve_share(&curve, 1), 40);
    cr_expect_eq(hv_curve_share(&curve, 24), 60);
    cr_expect_eq(hv_curve_share(&curve, 1000), 80);
    hv_token_book_release(&book);
}

/* From then on as they were away when it began, and what was seen. */
Test(day, the_curve_that_is_seen)
{
    struct hv_token_book book = { 0 };
    struct hv_window window = window_at(NOW - 10 * HOUR);
    struct hv_token_note *note;
    struct hv_curve curve;

    note = note_of(&book, &app, 12 * HOUR); /* 2 h before it */
    hv_token_answered(note, 7, NOW - 9 * HOUR);
    note = note_of(&book, &app, 30 * HOUR);
    hv_token_answered(note, 7, NOW - 10 * HOUR + 60000);
    note = note_of(&book, &app, 40 * HOUR);
    note->ends_ms = NOW - 20 * HOUR; /* was over anyway */
    hv_token_answered(note, 7, NOW - HOUR);
    note_of(&book, &app, 15 * HOUR); /* has not been back */
    note_of(&book, &app, HOUR);      /* signed in since */
    hv_window_curve(&book, &app, &window, NOW, &curve);
    cr_expect_eq(curve.seen_all, 2);
    cr_expect_eq(curve.seen[0], 1);
    cr_expect_eq(curve.seen[1], 1);
    cr_expect_eq(curve.first_ms, NOW - 10 * HOUR + 60000);
    cr_expect_eq(curve.expected_all, 3);
    cr_expect_eq(curve.expected[2], 1);
    cr_expect_eq(curve.expected[5], 1);
    cr_expect_eq(curve.expected[20], 1);
    hv_token_book_release(&book);
}

Test(day, the_guard_is_rehearsed_on_a_copy)
{
    struct hv_token_book book = { 0 };
    struct hv_token_note *note = note_of(&book, &app, HOUR);
    struct hv_token_note before = *note;

    cr_expect(hv_drill_guard_holds(note, NOW));
    cr_expect_arr_eq(note, &before, sizeof(before));
    hv_token_answered(note, 7, NOW);
    note->is_stopped = true;
    cr_expect(hv_drill_guard_holds(note, NOW), "whatever happened before");
    hv_token_book_release(&book);
}

/* The 7s of a drill that changed the keys are nobody's alarm; one on paper
 * explains nothing. */
Test(day, a_real_drill_explains_its_7s)
{
    struct hv_drill drill = { .window = "keys", .at_ms = NOW - HOUR };
    struct hv_token_book book = { 0 };
    struct hv_sevens_judgement sevens;

    hv_copy(drill.platform, sizeof(drill.platform), PLATFORM);
    hv_token_answered(note_of(&book, &app, 3 * HOUR), 7, NOW);
    hv_drill_add(&book, &drill);
    hv_sevens_judge(&book, &app, PLATFORM, NOW, &sevens);
    cr_expect(sevens.is_alarm);
    book.drills[0].is_real = true;
    hv_sevens_judge(&book, &app, PLATFORM, NOW, &sevens);
    cr_expect_not(sevens.is_alarm);
    cr_expect_str_eq(sevens.window, "drill");
    hv_sevens_judge(&book, &app, "https://another.example", NOW, &sevens);
    cr_expect(sevens.is_alarm, "another platform has keys of its own");
    book.drills[0].at_ms = NOW - 4 * HOUR; /* the token came after it */
    hv_sevens_judge(&book, &app, PLATFORM, NOW, &sevens);
    cr_expect(sevens.is_alarm);
    hv_token_book_release(&book);
}

Test(day, the_last_drill_of_a_window)
{
    struct hv_drill drill = { .window = "keys", .at_ms = 1, .passed = 7 };
    struct hv_window window = window_at(NOW);
    struct hv_token_book book = { 0 };

    hv_copy(drill.platform, sizeof(drill.platform), PLATFORM);
    cr_expect_null(hv_drill_last(&book, &window));
    for (int i = 0; i < HV_MAX_DRILLS + 3; i++) {
        drill.at_ms = i + 1;
        hv_drill_add(&book, &drill);
    }
    cr_expect_eq(book.drills_len, HV_MAX_DRILLS);
    cr_expect_eq(book.drills[0].at_ms, 4, "the oldest went");
    cr_expect_eq(hv_drill_last(&book, &window)->at_ms, HV_MAX_DRILLS + 3);
    cr_expect_eq(hv_drill_count(&drill), 3);
    window.name[0] = 'K';
    cr_expect_null(hv_drill_last(&book, &window));
    hv_token_book_release(&book);
}

Test(day, answers_of_the_last_day_are_counted)
{
    struct hv_token_book book = { 0 };
    struct hv_sevens_judgement sevens;

    hv_token_answered(note_of(&book, &app, 2 * DAY), 152, NOW - 25 * HOUR);
    hv_token_answered(note_of(&book, &app, 2 * DAY), 152, NOW - HOUR);
    hv_token_answered(note_of(&book, &app, 2 * DAY), 65, NOW - HOUR);
    hv_token_answered(note_of(&book, &other_app, 2 * DAY), 65, NOW - HOUR);
    hv_sevens_judge(&book, &app, PLATFORM, NOW, &sevens);
    cr_expect_eq(sevens.maintenance, 1);
    cr_expect_eq(sevens.session, 1);
    hv_token_book_release(&book);
}

Test(day, words_of_the_checklist)
{
    enum hv_window_check check;

    cr_expect_not(hv_window_check_parse("drill", &check), "is looked at");
    cr_expect_not(hv_window_check_parse("", &check));
    for (int i = 0; i < HV_WINDOW_CHECKS; i++) {
        cr_assert(hv_window_check_parse(
            hv_window_check_word((enum hv_window_check)i), &check));
        cr_expect_eq((int)check, i);
    }
}
