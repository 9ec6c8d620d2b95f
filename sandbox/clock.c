/*
 * clock.c - see clock.h. Called by sandbox.c, control_clock.c and the tests.
 * Asks no clock itself.
 */
#include "sandbox/clock.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* @ms at @rate, in steps that cannot overflow. */
static int64_t
scaled(int64_t ms, int64_t rate)
{
    return ms / 1000 * rate + ms % 1000 * rate / 1000;
}

int64_t
sb_clock_now(const struct sb_clock *clock, int64_t real_ms)
{
    int64_t passed = real_ms - clock->real_ms;
    int64_t now;

    if (!clock->is_set)
        return real_ms;
    if (clock->is_held)
        return clock->virtual_ms;
    if (passed < 0)
        passed = 0; /* the world's clock was set back: ours never goes back */
    now = clock->virtual_ms + scaled(passed, clock->rate);
    return now > SB_CLOCK_END_MS ? SB_CLOCK_END_MS : now;
}

int64_t
sb_clock_rate(const struct sb_clock *clock)
{
    return clock->is_set ? clock->rate : SB_RATE_ONE;
}

int64_t
sb_clock_wait_ms(const struct sb_clock *clock, int64_t virtual_ms,
                 int64_t real_ms)
{
    int64_t rate = sb_clock_rate(clock);
    int64_t left = virtual_ms - sb_clock_now(clock, real_ms);

    if (left <= 0)
        return 0;
    if (rate == 0 || clock->is_held)
        return -1;
    return (left / rate) * 1000 + (left % rate * 1000 + rate - 1) / rate;
}

void
sb_clock_set(struct sb_clock *clock, int64_t virtual_ms, int64_t rate,
             int64_t real_ms)
{
    *clock = (struct sb_clock){
        .real_ms = real_ms,
        .virtual_ms = virtual_ms,
        .rate = rate,
        .is_set = true,
    };
}

void
sb_clock_hold(struct sb_clock *clock, int64_t real_ms)
{
    sb_clock_set(clock, sb_clock_now(clock, real_ms), sb_clock_rate(clock),
                 real_ms);
    clock->is_held = true;
}

void
sb_clock_step(struct sb_clock *clock, int64_t virtual_ms)
{
    if (virtual_ms > clock->virtual_ms)
        clock->virtual_ms = virtual_ms;
}

void
sb_clock_go(struct sb_clock *clock, int64_t real_ms)
{
    clock->is_held = false;
    clock->real_ms = real_ms;
}

void
sb_clock_wake(struct sb_clock *clock, int64_t real_ms)
{
    int64_t paused = real_ms - clock->real_ms;
    int64_t noted = paused < SB_BEAT_MS ? paused : SB_BEAT_MS;

    if (!clock->is_set || paused < 0 || clock->rate == 0)
        return;
    sb_clock_set(
        clock, clock->virtual_ms + scaled(noted, clock->rate) + paused - noted,
        clock->rate, real_ms);
}

/* -------------------------------------------------------------- texts -- */

enum hv_status
sb_rate_parse(const char *text, int64_t *rate)
{
    int64_t value = 0;
    int digits = 0, decimals = -1;

    for (; *text && !(*text == 'x' && text[1] == '\0'); text++) {
        if (*text == '.' && decimals < 0) {
            decimals = 0;
            continue;
        }
        if (*text < '0' || *text > '9' || decimals == 3 || value > SB_MAX_RATE)
            return HV_ERR_FORMAT;
        value = value * 10 + (*text - '0');
        digits++;
        decimals += decimals >= 0;
    }
    for (int i = decimals < 0 ? 0 : decimals; i < 3; i++)
        value *= 10;
    if (digits == 0 || decimals == 0 || value > SB_MAX_RATE)
        return HV_ERR_FORMAT;
    *rate = value;
    return HV_OK;
}

void
sb_rate_format(int64_t rate, char out[32])
{
    int len =
        snprintf(out, 32, "%" PRId64 ".%03d", rate / 1000, (int)(rate % 1000));

    while (out[len - 1] == '0')
        out[--len] = '\0';
    if (out[len - 1] == '.')
        out[len - 1] = '\0';
}
