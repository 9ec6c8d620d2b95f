/*
 * world_work.c - evidence of draining keys, rotations and the audit log of the
 * sketches, by hand. Called by the tests of the console. No file, no clock, no
 * terminal.
 */
#include "tests/unit/tui/console/world.h"

#include <stdio.h>
#include <string.h>

#define HOUR_MS (60 * 60 * 1000LL)
#define DAY_MS  (24 * HOUR_MS)

/* What the rules say of a version that drained, and of one that did not. */
static void
add_checks(struct hv_drain_row *row, bool is_safe)
{
    static const char *const texts[HV_RETIRE_RULES] = {
        [HV_RETIRE_STATE] = "replaced 10 d ago",
        [HV_RETIRE_CONFIRMED] = "the platform confirmed v20261111-1 on "
                                "2026-11-11",
        [HV_RETIRE_INTENT] = "no rotation of this subscription is open",
        [HV_RETIRE_GRACE] = "last new message 16 d ago, 14 d are wanted",
        [HV_RETIRE_UPTIME] = "somebody listened for 9 d; the longest wait "
                             "between repeats was 4 h",
        [HV_RETIRE_CLOCK] = "our clock is not before the last save",
        [HV_RETIRE_SHOWN] = "the platform is asked when it is retired",
    };

    for (int i = 0; i < HV_RETIRE_RULES; i++) {
        struct hv_retire_check *check = &row->checks[i];

        check->rule = (enum hv_retire_rule)i;
        check->verdict =
            i == HV_RETIRE_SHOWN ? HV_RETIRE_NOT_ASKED : HV_RETIRE_OK;
        hv_copy(check->text, sizeof(check->text), texts[i]);
    }
    if (is_safe)
        return;
    row->checks[HV_RETIRE_GRACE].verdict = HV_RETIRE_NOT_OK;
    hv_copy(row->checks[HV_RETIRE_GRACE].text,
            sizeof(row->checks[HV_RETIRE_GRACE].text),
            "last new message 7 d 03 h ago, 14 d are wanted");
}

static void
fill_drain(struct hv_app *app)
{
    static const int64_t rising[HV_DRAIN_DAYS] = { 0,  0,  0,  0,  1,  9,  31,
                                                   52, 66, 71, 80, 84, 90, 88 };
    static const int64_t falling[HV_DRAIN_DAYS] = { 90, 88, 85, 80, 77, 60, 31,
                                                    12, 4,  1,  0,  0,  0,  0 };

    app->drain.rows = hv_calloc(app->keys.len, sizeof(*app->drain.rows));
    app->drain.read_ms = WORLD_NOW_MS - 4000;
    for (size_t i = 0; i < app->keys.len; i++) {
        const struct hv_key_row *key = &app->keys.rows[i];
        struct hv_drain_row *row = &app->drain.rows[app->drain.len];
        bool is_old = key->state == HV_KEY_ACCEPTED;

        if (key->state == HV_KEY_RETIRED)
            continue;
        app->drain.len++;
        row->sub = key->sub;
        row->version = key->version;
        row->state = key->state;
        row->drain = key->drain;
        row->uses = key->uses;
        row->uses_24h = key->uses_24h;
        row->last_fresh_ms = key->last_used_ms;
        row->safe_at_ms = key->safe_at_ms;
        row->may_retire = key->drain == HV_DRAIN_SAFE;
        row->trend = is_old ? HV_TREND_FALLING : HV_TREND_RISING;
        if (key->state != HV_KEY_PENDING)
            memcpy(row->days, is_old ? falling : rising, sizeof(row->days));
        if (is_old) {
            row->confirmed_ms = WORLD_NOW_MS - 10 * DAY_MS;
            add_checks(row, row->may_retire);
        }
    }
    app->drain_load =
        (struct hv_load){ .has_data = true, .read_ms = WORLD_NOW_MS - 4000 };
}

/* A rotation of @len, @done of them done, the next at @state. */
struct hv_rotation
world_rotation(const char *id, enum hv_rotation_state state, size_t len,
               size_t done, enum hv_item_state next)
{
    struct hv_rotation job = {
        .state = state,
        .created_ms = WORLD_NOW_MS - 300000,
        .changed_ms = WORLD_NOW_MS - 1000,
        .pace_ms = 2000,
        .len = len,
    };

    hv_copy(job.id, sizeof(job.id), id);
    for (size_t i = 0; i < len; i++) {
        struct hv_rotation_item *item = &job.items[i];
        char first[8];

        snprintf(first, sizeof(first), "%04x", (unsigned)(0xa000 + i * 17));
        item->sub = world_guid(i == 1 ? "44f1" : first, i == 1 ? "9d2" : "a41");
        hv_copy(item->old_version.id, sizeof(item->old_version.id),
                "v20261111-1");
        item->state = i < done    ? HV_ITEM_DONE
                      : i == done ? next
                                  : HV_ITEM_WAITING;
        item->step = i < done    ? HV_STEP_PROMOTE
                     : i == done ? HV_STEP_SUBMIT
                                 : HV_STEP_NONE;
        if (i <= done)
            hv_copy(item->new_version.id, sizeof(item->new_version.id),
                    "v20261121-1");
        item->is_canary = i == 0;
        item->is_proven = i == 0 && done > 0;
    }
    return job;
}

static void
add_line(struct hv_audit_tail *tail, int64_t age_ms, const char *phase,
         const char *verb, const char *outcome, const char *what)
{
    struct hv_audit_row *row = &tail->rows[tail->len++];

    row->seq = 8800 + tail->len;
    row->time_ms = WORLD_NOW_MS - age_ms;
    hv_copy(row->phase, sizeof(row->phase), phase);
    hv_copy(row->verb, sizeof(row->verb), verb);
    hv_copy(row->outcome, sizeof(row->outcome), outcome);
    hv_copy(row->user, sizeof(row->user), "alice");
    hv_copy(row->what, sizeof(row->what), what);
}

static void
fill_jobs(struct hv_app *app)
{
    struct hv_audit_tail *tail = &app->jobs.audit;

    app->jobs.jobs = hv_calloc(3, sizeof(*app->jobs.jobs));
    app->jobs.len = 3;
    app->jobs.jobs[0] = world_rotation("r20261121-2", HV_ROTATION_PARTIAL, 25,
                                       12, HV_ITEM_STOPPED);
    hv_copy(app->jobs.jobs[0].reason, sizeof(app->jobs.jobs[0].reason),
            "one subscription stopped at its step 5: the platform does not "
            "answer");
    hv_copy(app->jobs.jobs[0].items[12].reason,
            sizeof(app->jobs.jobs[0].items[12].reason),
            "outcome unknown: the platform does not answer");
    app->jobs.jobs[1] =
        world_rotation("r20261121-1", HV_ROTATION_DONE, 1, 1, HV_ITEM_DONE);
    app->jobs.jobs[2] = world_rotation("r20261111-1", HV_ROTATION_ABORTED, 3, 1,
                                       HV_ITEM_DROPPED);
    app->jobs.jobs[2].created_ms = WORLD_NOW_MS - 10 * DAY_MS;
    tail->rows = hv_calloc(HV_AUDIT_TAIL, sizeof(*tail->rows));
    tail->has_log = true;
    tail->report.lines = 8806;
    add_line(tail, 10 * DAY_MS, "outcome", "keystore init", "ok", "");
    add_line(tail, 2 * HOUR_MS, "outcome", "key retire", "ok",
             "91aa..3f0 v20260502-2 accepted -> retired");
    add_line(tail, 9 * 60000, "intent", "key rotate", "", "44f1..9d2");
    add_line(tail, 8 * 60000, "outcome", "key rotate", "failed",
             "44f1..9d2 v20261121-1 pending");
    add_line(tail, 60000, "note", "keystore lock", "idle", "");
    app->jobs_load =
        (struct hv_load){ .has_data = true, .read_ms = WORLD_NOW_MS - 4000 };
    hv_list_settle(app, HV_VIEW_JOBS);
}

void
world_fill_work(struct hv_app *app)
{
    fill_drain(app);
    fill_jobs(app);
}
