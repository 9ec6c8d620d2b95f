/*
 * judge.c - maintenance windows: when, whom they sign out, and whether the 7s
 * that came have one. Pure. Called by the maint commands and their model.
 * Fact: persistent-tokens
 */
#include "hvconsole/clock.h"
#include "hvconsole/token.h"

#include <stdio.h>
#include <string.h>

#define HOUR_MS (3600 * 1000LL)
#define DAY_MS  (24 * HOUR_MS)
#define BURST   3 /* people within an hour: nobody's own doing */

static const char *const kind_words[HV_WINDOW_KINDS] = {
    [HV_WINDOW_TOKEN_KEYS] = "token-keys",
    [HV_WINDOW_OUTAGE] = "outage",
};

const char *
hv_window_kind_word(enum hv_window_kind kind)
{
    return (size_t)kind < HV_WINDOW_KINDS ? kind_words[kind] : "?";
}

bool
hv_window_kind_parse(const char *word, enum hv_window_kind *out)
{
    for (size_t i = 0; i < HV_WINDOW_KINDS; i++)
        if (strcmp(kind_words[i], word) == 0) {
            *out = (enum hv_window_kind)i;
            return true;
        }
    return false;
}

enum hv_window_phase
hv_window_phase(const struct hv_window *window, int64_t now_ms)
{
    if (now_ms < hv_window_begin(window))
        return HV_WINDOW_PLANNED;
    return now_ms < hv_window_end(window) ? HV_WINDOW_NOW : HV_WINDOW_OVER;
}

int64_t
hv_window_begin(const struct hv_window *window)
{
    return window->at_ms - window->slack_ms;
}

int64_t
hv_window_end(const struct hv_window *window)
{
    return window->at_ms + window->for_ms + window->slack_ms;
}

const char *
hv_window_phase_word(enum hv_window_phase phase)
{
    static const char *const words[] = { "planned", "now", "over" };

    return words[phase];
}

/* ------------------------------------------------------------ forecast -- */

void
hv_forecast(const struct hv_token_book *book, const struct hv_guid *app,
            const struct hv_window *window, struct hv_forecast *out)
{
    *out = (struct hv_forecast){ 0 };
    for (size_t i = 0; i < book->notes_len; i++) {
        const struct hv_token_note *note = &book->notes[i];

        if (!hv_guid_equal(&note->app, app))
            continue;
        if (note->is_gone) {
            out->away++;
            continue;
        }
        out->tracked++;
        if (note->ends_ms && note->ends_ms <= window->at_ms) {
            out->ended++;
        } else if (window->kind == HV_WINDOW_TOKEN_KEYS &&
                   note->good_ms < hv_window_end(window)) {
            out->refused++;
            out->no_end += note->ends_ms == 0;
        }
    }
}

/* ---------------------------------------------------------- classifier -- */

/* The window, or the drill, that explains the 7 of a token; NULL = none. */
static const char *
cause_of(const struct hv_token_book *book, const char *platform,
         const struct hv_token_note *note)
{
    for (size_t i = book->windows_len; i-- > 0;) {
        const struct hv_window *window = &book->windows[i];

        if (window->kind == HV_WINDOW_TOKEN_KEYS &&
            strcmp(window->platform, platform) == 0 &&
            note->refused_ms >= hv_window_begin(window) &&
            note->refused_good_ms < hv_window_end(window))
            return window->name;
    }
    for (size_t i = book->drills_len; i-- > 0;) {
        const struct hv_drill *drill = &book->drills[i];

        if (drill->is_real && strcmp(drill->platform, platform) == 0 &&
            note->refused_ms >= drill->at_ms &&
            note->refused_good_ms < drill->at_ms)
            return "drill";
    }
    return NULL;
}

static bool
was_at_its_end(const struct hv_token_note *note)
{
    return note->refused_ends_ms && note->refused_ms >= note->refused_ends_ms;
}

static void
count_one(const struct hv_token_book *book, const char *platform,
          const struct hv_token_note *note, int64_t now_ms,
          struct hv_sevens_judgement *out)
{
    int64_t age = now_ms - note->refused_ms;
    int64_t answer_age = now_ms - note->checked_ms;
    const char *cause;

    out->stopped += note->is_stopped;
    if (note->checked_ms && answer_age < DAY_MS) {
        out->maintenance += hv_token_fate(note->code) == HV_TOKEN_MAINTENANCE;
        out->session += hv_token_fate(note->code) == HV_TOKEN_SESSION;
    }
    if (!note->refused_ms || age >= DAY_MS)
        return;
    if (age < 0)
        age = 0; /* the clock was set back */
    out->users++;
    out->users_1h += age < HOUR_MS;
    out->hours[23 - age / HOUR_MS]++;
    cause = cause_of(book, platform, note);
    if (was_at_its_end(note)) {
        out->by_end++;
    } else if (cause) {
        out->by_window++;
        hv_copy(out->window, sizeof(out->window), cause);
    } else {
        out->unexplained++;
    }
}

static bool
is_unexplained(const struct hv_token_book *book, const struct hv_guid *app,
               const char *platform, const struct hv_token_note *note,
               int64_t now_ms)
{
    return hv_guid_equal(&note->app, app) && note->refused_ms &&
           now_ms - note->refused_ms < DAY_MS && !was_at_its_end(note) &&
           !cause_of(book, platform, note);
}

/* Of the last day, the most unexplained ones within an hour. */
static size_t
worst_hour(const struct hv_token_book *book, const struct hv_guid *app,
           const char *platform, int64_t now_ms)
{
    size_t worst = 0;

    for (size_t i = 0; i < book->notes_len; i++) {
        int64_t from_ms = book->notes[i].refused_ms;
        size_t count = 0;

        if (!is_unexplained(book, app, platform, &book->notes[i], now_ms))
            continue;
        for (size_t k = 0; k < book->notes_len; k++)
            count +=
                book->notes[k].refused_ms >= from_ms &&
                book->notes[k].refused_ms < from_ms + HOUR_MS &&
                is_unexplained(book, app, platform, &book->notes[k], now_ms);
        worst = count > worst ? count : worst;
    }
    return worst;
}

static void
say(struct hv_sevens_judgement *out)
{
    const char *persons = out->unexplained == 1 ? "person" : "people";

    switch (out->verdict) {
    case HV_SEVENS_KEY_CHANGE:
        snprintf(out->sentence, sizeof(out->sentence),
                 "ALARM: %zu people were signed out within an hour, outside "
                 "any window: the platform changed its token keys unannounced",
                 out->burst);
        break;
    case HV_SEVENS_STRAY:
        snprintf(out->sentence, sizeof(out->sentence),
                 "%zu %s got 7 outside any window: signed out by themselves, "
                 "or the beginning of a key change",
                 out->unexplained, persons);
        break;
    case HV_SEVENS_EXPECTED:
        if (out->by_window)
            snprintf(out->sentence, sizeof(out->sentence),
                     "%zu got 7 from the key change of %s, %zu at the end of "
                     "their token: as expected",
                     out->by_window, out->window, out->by_end);
        else
            snprintf(out->sentence, sizeof(out->sentence),
                     "%zu got 7 at the end of their token: as expected",
                     out->by_end);
        break;
    case HV_SEVENS_NONE:
        hv_copy(out->sentence, sizeof(out->sentence), "no 7 in the last 24 h");
        break;
    }
}

const char *
hv_sevens_word(enum hv_sevens verdict)
{
    static const char *const words[] = { "quiet", "expected", "stray",
                                         "key-change" };

    return words[verdict];
}

void
hv_sevens_judge(const struct hv_token_book *book, const struct hv_guid *app,
                const char *platform, int64_t now_ms,
                struct hv_sevens_judgement *out)
{
    *out = (struct hv_sevens_judgement){ 0 };
    for (size_t i = 0; i < book->notes_len; i++)
        if (hv_guid_equal(&book->notes[i].app, app))
            count_one(book, platform, &book->notes[i], now_ms, out);
    out->is_alarm = out->unexplained > 0;
    if (out->is_alarm)
        out->burst = worst_hour(book, app, platform, now_ms);
    if (out->burst >= BURST)
        out->verdict = HV_SEVENS_KEY_CHANGE;
    else if (out->is_alarm)
        out->verdict = HV_SEVENS_STRAY;
    else
        out->verdict = out->users ? HV_SEVENS_EXPECTED : HV_SEVENS_NONE;
    say(out);
}

/* -------------------------------------------------------------- notice -- */

/* "2026-11-28 02:00 UTC" */
static void
day_and_time(int64_t ms, char out[HV_TIME_TEXT])
{
    hv_time_format(ms, out);
    out[10] = ' ';
    hv_copy(out + 16, HV_TIME_TEXT - 16, " UTC");
}

void
hv_window_notice(const struct hv_window *window, struct hv_buf *out)
{
    char from[HV_TIME_TEXT], to[HV_TIME_TEXT];

    day_and_time(hv_window_begin(window), from);
    day_and_time(hv_window_end(window), to);
    /* Nobody outside knows what "give or take" means: the whole of it. */
    hv_buf_addf(out,
                "HealthVault is being maintained from %s to %s.\n"
                "During that time some pages may be slow or not available.\n",
                from, to);
    if (window->kind == HV_WINDOW_TOKEN_KEYS)
        hv_buf_add_str(
            out,
            "Afterwards you are asked to sign in to HealthVault once more, also "
            "if you ticked\n\"keep me signed in\". Your data and your choices "
            "stay as they are.\n"
            "Should you be asked again and again, delete the cookies of this "
            "site in your browser\nand sign in once more.\n");
    else
        hv_buf_add_str(out, "You stay signed in, and your data stays as it "
                            "is.\n");
}
