/*
 * clock.h - the platform's own time: it can be sent ahead and run faster than
 * the world outside. Retries, the life of session and user tokens, grants and
 * every date that the platform writes into its data follow it. Never asked for
 * msg-time, signing-time and the Date of HTTP: these stay on real time.
 * Pure: the real time is handed in. Fact: retries
 */
#ifndef SANDBOX_CLOCK_H
#define SANDBOX_CLOCK_H

#include "hvconsole/status.h"

#include <stdbool.h>
#include <stdint.h>

#define SB_RATE_ONE     1000 /* as fast as the world outside */
#define SB_MAX_RATE     (1000000LL * SB_RATE_ONE)
#define SB_CLOCK_END_MS 253402300799000LL /* the end of 9999: it stops there */
#define SB_BEAT_MS      1000 /* real time between two notes in a state file */

/* Zeroed is a clock that shows real time. virtual = virtual_ms + (real -
 * real_ms) * rate. */
struct sb_clock {
    int64_t real_ms;    /* a moment of the world outside ... */
    int64_t virtual_ms; /* ... and what this clock showed then */
    int64_t rate; /* thousandths; 0 stands still, unless is_set is false */
    bool is_set;
    bool is_held; /* stands still until sb_clock_go(); the rate is kept */
};

/** sb_clock_now() - what the clock shows at @real_ms. */
int64_t sb_clock_now(const struct sb_clock *clock, int64_t real_ms);
int64_t sb_clock_rate(const struct sb_clock *clock);
/** sb_clock_wait_ms() - real time until the clock shows @virtual_ms, rounded
 *  up; 0 = it does already, -1 = it stands still. */
int64_t sb_clock_wait_ms(const struct sb_clock *clock, int64_t virtual_ms,
                         int64_t real_ms);
/** sb_clock_set() - show @virtual_ms at @real_ms and go on at @rate. */
void sb_clock_set(struct sb_clock *clock, int64_t virtual_ms, int64_t rate,
                  int64_t real_ms);
/** sb_clock_hold() / _step() / _go() - it stops, is put to a later moment, and
 *  goes on from there. */
void sb_clock_hold(struct sb_clock *clock, int64_t real_ms);
void sb_clock_step(struct sb_clock *clock, int64_t virtual_ms);
void sb_clock_go(struct sb_clock *clock, int64_t real_ms);
/** sb_clock_wake() - go on after the program did not run: what was noted last
 *  counts at its rate for SB_BEAT_MS, so that the clock never goes back, and
 *  the rest of the pause as real time. One that stood still does so. */
void sb_clock_wake(struct sb_clock *clock, int64_t real_ms);

/** sb_rate_parse() - "0", "60", "0.5", "1000.125", with or without an x at the
 *  end. HV_ERR_FORMAT: not such a number, or above SB_MAX_RATE. */
HV_MUST_CHECK enum hv_status sb_rate_parse(const char *text, int64_t *rate);
/** sb_rate_format() - "60" or "0.5". */
void sb_rate_format(int64_t rate, char out[32]);

#endif
