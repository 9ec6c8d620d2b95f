/*
 * test_clock.c - the platform's clock: rates, jumps, standing still, waking
 * up after a pause, and the texts of rates. Real time is a number here.
 */
#include "sandbox/clock.h"

#include <criterion/criterion.h>

#define REAL 1447320600000LL
#define DAY  86400000LL

Test(clock, shows_real_time_until_it_is_set)
{
    struct sb_clock clock = { 0 };

    cr_expect_eq(sb_clock_now(&clock, REAL), REAL);
    cr_expect_eq(sb_clock_rate(&clock), SB_RATE_ONE);
    cr_expect_eq(sb_clock_wait_ms(&clock, REAL + 5, REAL), 5);
    cr_expect_eq(sb_clock_wait_ms(&clock, REAL - 5, REAL), 0);
    sb_clock_wake(&clock, REAL);
    cr_expect_not(clock.is_set);
}

Test(clock, runs_at_its_rate)
{
    static const struct {
        int64_t rate, passed, shown;
    } rows[] = {
        { 1000, 1234, 1234 },
        { 0, 1000000, 0 },
        { 500, 3000, 1500 },
        { 60000, 1000, 60000 },
        { SB_MAX_RATE, 1500, 1500000000 },
        { 1000, -50, 0 }, /* the world's clock was set back */
    };

    for (size_t i = 0; i < HV_LEN(rows); i++) {
        struct sb_clock clock = { 0 };

        sb_clock_set(&clock, REAL + DAY, rows[i].rate, REAL);
        cr_expect_eq(sb_clock_now(&clock, REAL + rows[i].passed),
                     REAL + DAY + rows[i].shown, "row %zu", i);
    }
}

Test(clock, stops_at_the_end_of_time)
{
    struct sb_clock clock = { 0 };

    sb_clock_set(&clock, SB_CLOCK_END_MS - 10, SB_MAX_RATE, REAL);
    cr_expect_eq(sb_clock_now(&clock, REAL + 3650 * DAY), SB_CLOCK_END_MS);
}

/* Never earlier than the moment itself, and never a round too many. */
Test(clock, says_how_long_to_wait)
{
    static const int64_t rates[] = { 1, 7, 999, 1000, 1001, 60000, 999999999 };
    static const int64_t aheads[] = { 1, 2, 100, 60000, 10 * DAY };

    for (size_t r = 0; r < HV_LEN(rates); r++)
        for (size_t a = 0; a < HV_LEN(aheads); a++) {
            struct sb_clock clock = { 0 };
            int64_t due = REAL + aheads[a];
            int64_t wait;

            sb_clock_set(&clock, REAL, rates[r], REAL);
            wait = sb_clock_wait_ms(&clock, due, REAL);
            cr_expect_geq(sb_clock_now(&clock, REAL + wait + 1), due,
                          "rate %ld, ahead %ld", rates[r], aheads[a]);
            cr_expect(wait == 0 || sb_clock_now(&clock, REAL + wait - 1) < due,
                      "rate %ld, ahead %ld", rates[r], aheads[a]);
        }
}

Test(clock, stands_still_while_it_is_held)
{
    struct sb_clock clock = { 0 };

    sb_clock_set(&clock, REAL, 2000, REAL);
    sb_clock_hold(&clock, REAL + 100);
    cr_expect_eq(sb_clock_now(&clock, REAL + 5000), REAL + 200);
    cr_expect_eq(sb_clock_wait_ms(&clock, REAL + 201, REAL), -1);
    sb_clock_step(&clock, REAL + DAY);
    sb_clock_step(&clock, REAL + 7); /* not back */
    cr_expect_eq(sb_clock_now(&clock, REAL + 6000), REAL + DAY);
    sb_clock_go(&clock, REAL + 6000);
    cr_expect_eq(sb_clock_now(&clock, REAL + 6010), REAL + DAY + 20);
    cr_expect_eq(sb_clock_rate(&clock), 2000);
}

/* Killed at any moment after a note: what it showed last is not undone. */
Test(clock, wakes_up_not_before_what_it_showed)
{
    static const struct {
        int64_t rate, paused, shown;
    } rows[] = {
        { 1000, 100, 100 },
        { 1000, DAY, DAY },
        { 60000, 300, 18000 },
        { 60000, SB_BEAT_MS, 60000 },
        { 60000, SB_BEAT_MS + DAY, 60000 + DAY },
        { 0, DAY, 0 },
        { 1000, -DAY, 0 },
    };

    for (size_t i = 0; i < HV_LEN(rows); i++) {
        struct sb_clock clock = { 0 };

        sb_clock_set(&clock, REAL, rows[i].rate, REAL);
        sb_clock_wake(&clock, REAL + rows[i].paused);
        cr_expect_eq(sb_clock_now(&clock, REAL + rows[i].paused),
                     REAL + rows[i].shown, "row %zu", i);
        cr_expect_eq(sb_clock_rate(&clock), rows[i].rate, "row %zu", i);
    }
}

Test(clock, reads_rates)
{
    static const char *const bad[] = {
        "",
        "x",
        "-1",
        "1.",
        ".",
        "1.2345",
        "1.2.3",
        "1 ",
        "1e3",
        "0x1",
        "1000001",
        "1000000.001",
        "99999999999999999999",
        "xx1",
        "1xx",
    };
    static const struct {
        const char *text;
        int64_t rate;
        const char *back;
    } good[] = {
        { "0", 0, "0" },
        { "1", 1000, "1" },
        { "60x", 60000, "60" },
        { "0.5", 500, "0.5" },
        { ".25", 250, "0.25" },
        { "1000.125", 1000125, "1000.125" },
        { "1000000", SB_MAX_RATE, "1000000" },
        { "10.100", 10100, "10.1" },
    };

    for (size_t i = 0; i < HV_LEN(bad); i++) {
        int64_t rate = 77;

        cr_expect_eq(sb_rate_parse(bad[i], &rate), HV_ERR_FORMAT, "'%s'",
                     bad[i]);
        cr_expect_eq(rate, 77, "'%s'", bad[i]);
    }
    for (size_t i = 0; i < HV_LEN(good); i++) {
        int64_t rate = 0;
        char back[32];

        cr_expect_eq(sb_rate_parse(good[i].text, &rate), HV_OK, "%s",
                     good[i].text);
        cr_expect_eq(rate, good[i].rate, "%s", good[i].text);
        sb_rate_format(rate, back);
        cr_expect_str_eq(back, good[i].back);
    }
}
