/*
 * curve.c - the 7s of a change of token keys, hour by hour: as they came, and
 * as they are to be expected. Pure. Called by the model of the maintenance
 * view. Fact: persistent-tokens
 */
#include "hvconsole/token.h"

#define HOUR_MS (3600 * 1000LL)

static void
put(size_t hours[HV_CURVE_HOURS], int64_t after_ms)
{
    int64_t hour = after_ms > 0 ? after_ms / HOUR_MS : 0;

    if (hour < HV_CURVE_HOURS)
        hours[hour]++;
}

/* It was refused by this change, and not at its own end. */
static bool
was_refused_by(const struct hv_token_note *note, const struct hv_window *window)
{
    return note->refused_ms >= hv_window_begin(window) &&
           note->refused_good_ms < hv_window_end(window) &&
           !(note->refused_ends_ms &&
             note->refused_ms >= note->refused_ends_ms);
}

/* It lives, and will be refused when its person comes. */
static bool
will_be_refused_by(const struct hv_token_note *note,
                   const struct hv_window *window)
{
    return !note->is_gone && note->good_ms < hv_window_end(window) &&
           !(note->ends_ms && note->ends_ms <= window->at_ms);
}

void
hv_window_curve(const struct hv_token_book *book, const struct hv_guid *app,
                const struct hv_window *window, int64_t now_ms,
                struct hv_curve *out)
{
    /* Until it begins, people are as far away as they are now. */
    int64_t moment_ms = now_ms < window->at_ms ? now_ms : window->at_ms;

    *out = (struct hv_curve){ 0 };
    for (size_t i = 0;
         window->kind == HV_WINDOW_TOKEN_KEYS && i < book->notes_len; i++) {
        const struct hv_token_note *note = &book->notes[i];
        bool is_seen = was_refused_by(note, window);

        if (!hv_guid_equal(&note->app, app) ||
            (!is_seen && !will_be_refused_by(note, window)))
            continue;
        out->expected_all++;
        put(out->expected,
            moment_ms - (is_seen ? note->refused_good_ms : note->good_ms));
        if (!is_seen)
            continue;
        out->seen_all++;
        put(out->seen, note->refused_ms - window->at_ms);
        if (!out->first_ms || note->refused_ms < out->first_ms)
            out->first_ms = note->refused_ms;
    }
}

int
hv_curve_share(const struct hv_curve *curve, int hours)
{
    size_t count = 0;

    for (int i = 0; i < hours && i < HV_CURVE_HOURS; i++)
        count += curve->expected[i];
    return curve->expected_all ? (int)(count * 100 / curve->expected_all) : 0;
}
