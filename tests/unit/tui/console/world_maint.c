/*
 * world_maint.c - maintenance windows, tracked tokens and the 7s of a day, by
 * hand. Called by the tests of the console. No file, no clock, no terminal.
 */
#include "tests/unit/tui/console/world.h"

#include <stdio.h>
#include <string.h>

#define HOUR_MS (60 * 60 * 1000LL)
#define DAY_MS  (24 * HOUR_MS)

static const struct {
    const char *name;
    enum hv_window_kind kind;
    int64_t at_ms, for_ms;
    struct hv_forecast forecast;
} windows[] = {
    { "token-keys-2026-05",
      HV_WINDOW_TOKEN_KEYS,
      -185 * DAY_MS,
      4 * HOUR_MS,
      { 5, 0, 0, 0, 2 } },
    { "token-keys-2026-11",
      HV_WINDOW_TOKEN_KEYS,
      DAY_MS + 21 * HOUR_MS + 55 * 60000,
      24 * HOUR_MS,
      { 88, 84, 3, 1, 2 } },
    { "net-2026-12",
      HV_WINDOW_OUTAGE,
      12 * DAY_MS + 13 * HOUR_MS,
      2 * HOUR_MS,
      { 5, 0, 0, 0, 2 } },
};

static const struct {
    const char *name, *actionqs;
    int64_t ends_ms, good_ms, checked_ms; /* ends: from now on; ages */
    int code;
    bool is_gone, is_stopped, is_kept;
} tokens[] = {
    { "ann", "", 28 * DAY_MS, 4 * 60000, 4 * 60000, 0, false, false, true },
    { "bob", "visit=42&step=2", -DAY_MS, 2 * DAY_MS, 3 * HOUR_MS, 7, true,
      false, false },
    { "carol", "", 0, DAY_MS, 0, -1, false, false, true },
    { "dave", "", 9 * DAY_MS, 8 * 60000, 2 * 60000, 7, true, true, false },
    { "eve", "", 3 * DAY_MS, 7 * DAY_MS, 5 * 60000, 152, false, false, true },
};

/* The last change as it came, the next as it is to be expected. */
static void
world_fill_days(struct hv_maint_model *maint)
{
    static const size_t seen[] = { 31, 17, 9, 6, 4, 2, 2, 1, 0, 0, 1, 1 };
    static const size_t expected[] = { 28, 20, 12, 7, 5, 3, 1, 1, 1, 0, 0, 2 };
    struct hv_curve *past = &maint->windows[0].curve;
    struct hv_window_row *next = &maint->windows[1];

    for (size_t i = 0; i < HV_LEN(seen); i++) {
        past->seen[i * 2] = seen[i];
        past->expected[i * 2] = next->curve.expected[i * 3] = expected[i];
        past->seen_all += seen[i];
        past->expected_all += expected[i];
    }
    next->curve.expected_all = past->expected_all + 4;
    past->first_ms = maint->windows[0].window.at_ms + 7 * 60000 + 31000;
    next->window.slack_ms = 12 * HOUR_MS;
    next->window.checked = 1U << HV_CHECK_HELP_PAGE;
    next->has_drill = true;
    next->drill = (struct hv_drill){ .at_ms = WORLD_NOW_MS - 2 * DAY_MS,
                                     .is_real = true,
                                     .passed = HV_DRILL_ALL };
    maint->windows[0].has_drill = true;
    maint->windows[0].drill =
        (struct hv_drill){ .at_ms = WORLD_NOW_MS - 190 * DAY_MS, .passed = 3 };
}

void
world_fill_maint(struct hv_app *app)
{
    struct hv_maint_model *maint = &app->maint;

    maint->windows = hv_calloc(HV_LEN(windows), sizeof(*maint->windows));
    maint->tokens = hv_calloc(HV_LEN(tokens), sizeof(*maint->tokens));
    maint->windows_len = HV_LEN(windows);
    maint->tokens_len = HV_LEN(tokens);
    maint->read_ms = WORLD_NOW_MS - 4000;
    for (size_t i = 0; i < HV_LEN(windows); i++) {
        struct hv_window_row *row = &maint->windows[i];

        hv_copy(row->window.name, sizeof(row->window.name), windows[i].name);
        hv_copy(row->window.platform, sizeof(row->window.platform),
                "https://platform.example/wildcat.ashx");
        row->window.kind = windows[i].kind;
        row->window.at_ms = WORLD_NOW_MS + windows[i].at_ms;
        row->window.for_ms = windows[i].for_ms;
        row->phase = hv_window_phase(&row->window, WORLD_NOW_MS);
        row->forecast = windows[i].forecast;
    }
    world_fill_days(maint);
    for (size_t i = 0; i < HV_LEN(tokens); i++) {
        struct hv_token_row *row = &maint->tokens[i];

        hv_copy(row->note.name, sizeof(row->note.name), tokens[i].name);
        hv_copy(row->note.actionqs, sizeof(row->note.actionqs),
                tokens[i].actionqs);
        row->note.ends_ms =
            tokens[i].ends_ms ? WORLD_NOW_MS + tokens[i].ends_ms : 0;
        row->note.good_ms = WORLD_NOW_MS - tokens[i].good_ms;
        row->note.checked_ms =
            tokens[i].checked_ms ? WORLD_NOW_MS - tokens[i].checked_ms : 0;
        row->note.code = tokens[i].code;
        row->note.is_gone = tokens[i].is_gone;
        row->note.is_stopped = tokens[i].is_stopped;
        row->is_kept = tokens[i].is_kept;
        row->person = world_guid("0b2e", "a41");
    }
    maint->sevens = (struct hv_sevens_judgement){
        .verdict = HV_SEVENS_STRAY,
        .is_alarm = true,
        .users = 2,
        .users_1h = 1,
        .by_end = 1,
        .unexplained = 1,
        .burst = 1,
        .stopped = 1,
        .maintenance = 1,
    };
    maint->sevens.hours[20] = maint->sevens.hours[23] = 1;
    hv_copy(maint->sevens.sentence, sizeof(maint->sevens.sentence),
            "One person got a 7 outside any window.");
    app->maint_load =
        (struct hv_load){ .has_data = true, .read_ms = WORLD_NOW_MS - 4000 };
    hv_list_settle(app, HV_VIEW_MAINT);
}
