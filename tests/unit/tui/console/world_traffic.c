/*
 * world_traffic.c - the last day of the subscriptions of the sketches, hour by
 * hour, and what the platform holds of them. Called by the tests of the
 * console. No file, no clock, no terminal.
 */
#include "tests/unit/tui/console/world.h"

#include <string.h>

#define HOUR_MS (60 * 60 * 1000LL)

/* A quiet night and two rises; scaled to what came in the day. */
static const int64_t shape[HV_LOG_HOURS] = {
    8, 9, 9, 8, 7, 6, 5, 3, 2, 1, 1, 0, 0, 1, 1, 2, 3, 5, 7, 9, 9, 8, 8, 6
};

static void
add_hours(struct hv_app *app, const struct hv_sub_row *sub)
{
    struct hv_log_hours *hours = &app->traffic.hours[app->traffic.hours_len++];

    hours->sub = sub->sub.id;
    for (int h = 0; h < HV_LOG_HOURS; h++)
        hours->verified[h] = shape[h] * sub->uses_24h / 118;
    hours->refused[HV_LOG_HOURS - 2] = sub->refused_24h;
}

void
world_fill_traffic(struct hv_app *app)
{
    struct hv_held_row *held = hv_calloc(2, sizeof(*held));

    app->traffic.hours =
        hv_calloc(app->subs.len + 1, sizeof(*app->traffic.hours));
    for (size_t i = 0; i < app->subs.len; i++) {
        if (app->subs.rows[i].last_ms)
            add_hours(app, &app->subs.rows[i]);
    }
    held[0] = (struct hv_held_row){
        .sub = world_guid("7d1c", "e02"),
        .version.id = "v20261119-1",
        .verdict = HV_VERDICT_UNKNOWN_VERSION,
        .tries = 4,
        .first_ms = WORLD_NOW_MS - 94 * HOUR_MS,
        .last_ms = WORLD_NOW_MS - 9000,
        .until_ms = WORLD_NOW_MS + 146 * HOUR_MS,
    };
    held[1] = (struct hv_held_row){
        .sub = world_guid("7d1c", "e02"),
        .version.id = "v20261118-1",
        .verdict = HV_VERDICT_BAD_HMAC,
        .tries = 1,
        .first_ms = WORLD_NOW_MS - 239 * HOUR_MS,
        .last_ms = WORLD_NOW_MS - 239 * HOUR_MS,
        .until_ms = WORLD_NOW_MS + HOUR_MS,
    };
    app->traffic.held = held;
    app->traffic.held_len = 2;
    app->traffic.read_ms = WORLD_NOW_MS - 4000;
    app->traffic_load =
        (struct hv_load){ .has_data = true, .read_ms = WORLD_NOW_MS - 4000 };
}
