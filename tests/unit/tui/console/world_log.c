/*
 * world_log.c - the messages of the sketches, by hand. Called by the tests of
 * the console. No file, no clock, no terminal.
 */
#include "tests/unit/tui/console/world.h"

#include <stdio.h>
#include <string.h>

#define DAY_MS (24 * 60 * 60 * 1000LL)

static void
add_why(struct hv_log_row *row, const char *step, bool ok, const char *note)
{
    struct hv_why_step *why = &row->why[row->why_len++];

    why->step = step;
    why->ok = ok;
    hv_copy(why->note, sizeof(why->note), note);
}

struct hv_log_row
world_log_row(int64_t id, enum hv_verdict verdict, const char *sub,
              const char *version)
{
    const struct hv_verdict_row *meaning = hv_verdict_row(verdict);
    struct hv_log_row row = {
        .id = id,
        .received_ms = WORLD_NOW_MS - (9000 - id) * 1000,
        .has_sub = sub[0] != 0,
        .verdict = verdict,
        .answered = meaning->http,
        .bytes = 612,
        .peer = "203.0.113.9",
        .events_count = 1,
        .things_count = 3,
    };

    if (row.has_sub)
        row.sub = world_guid(sub, "a41");
    hv_copy(row.version.id, sizeof(row.version.id), version);
    add_why(&row, "header", row.has_sub,
            row.has_sub ? "0b2e..a41 : v20261111-1 : base64 of 32 bytes"
                        : "no Authorization header");
    if (row.has_sub) {
        add_why(&row, "subscription", true, "known");
        add_why(&row, "version", verdict != HV_VERDICT_UNKNOWN_VERSION,
                verdict != HV_VERDICT_UNKNOWN_VERSION ? "known, the current one"
                                                      : "not in the keystore");
    }
    if (verdict == HV_VERDICT_BAD_HMAC)
        add_why(&row, "mac", false,
                "does not fit 612 raw bytes; received "
                "Qm9nVz4x");
    if (!meaning->is_verified)
        row.retry_until_ms = row.received_ms + 10 * DAY_MS;
    else
        add_why(&row, "mac", true, "fits 612 raw bytes");
    return row;
}

void
world_log(struct hv_app *app, enum hv_log_how how, int64_t first, size_t len,
          bool has_older, bool has_newer)
{
    struct hv_msg msg = { .kind = HV_MSG_LOG };
    struct hv_msg_log *log = &msg.u.log;

    log->how = how;
    log->rows = hv_calloc(len + 1, sizeof(*log->rows));
    log->len = len;
    log->has_older = has_older;
    log->has_newer = has_newer;
    for (size_t i = 0; i < len; i++)
        log->rows[i] = world_log_row(first + (int64_t)i, HV_VERDICT_VERIFIED,
                                     "0b2e", "v20261111-1");
    hv_app_update(app, &msg);
}

void
world_fill_log(struct hv_app *app)
{
    struct hv_msg msg = { .kind = HV_MSG_LOG };
    struct hv_msg_log *log = &msg.u.log;
    static const enum hv_verdict verdicts[] = {
        HV_VERDICT_VERIFIED,        HV_VERDICT_VERIFIED_OLD,
        HV_VERDICT_UNKNOWN_VERSION, HV_VERDICT_VERIFIED,
        HV_VERDICT_MISSING,         HV_VERDICT_VERIFIED,
        HV_VERDICT_QUARANTINED,     HV_VERDICT_BAD_HMAC,
    };

    log->how = HV_LOG_TAIL;
    log->len = HV_LEN(verdicts);
    log->rows = hv_calloc(log->len, sizeof(*log->rows));
    for (size_t i = 0; i < log->len; i++)
        log->rows[i] = world_log_row(
            8834 + (int64_t)i, verdicts[i],
            verdicts[i] == HV_VERDICT_MISSING ? ""
            : i % 2                           ? "0b2e"
                                              : "44f1",
            verdicts[i] == HV_VERDICT_MISSING ? "" : "v20261111-1");
    log->rows[3].is_test = true;
    log->rows[5].duplicate_of = 8834;
    hv_app_update(app, &msg);
}
