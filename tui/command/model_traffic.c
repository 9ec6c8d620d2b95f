/*
 * model_traffic.c - what came for each subscription hour by hour, and what the
 * platform still holds because it was refused. From the journal alone: never
 * the network. A worker's matter.
 */
#include "tui/command/model_counts.h"

#include "hvconsole/clock.h"

#include <stdlib.h>
#include <string.h>

#define LOOK_AT 400 /* refused messages that are grouped, the newest */

void
hv_traffic_release(struct hv_traffic_model *model)
{
    free(model->sums);
    free(model->hours);
    free(model->held);
    *model = (struct hv_traffic_model){ 0 };
}

/* A later message of the same version that verified: what was held came in. */
static bool
is_mended(const struct counts *counts, const struct hv_log_row *row)
{
    return counts_of(counts->ever, counts->ever_len, &row->sub, &row->version)
               .last_verified_ms > row->received_ms;
}

static struct hv_held_row *
group_of(struct hv_traffic_model *model, const struct hv_log_row *row)
{
    struct hv_held_row *held;

    for (size_t i = 0; i < model->held_len; i++) {
        held = &model->held[i];
        if (hv_guid_equal(&held->sub, &row->sub) &&
            !strcmp(held->version.id, row->version.id) &&
            held->verdict == row->verdict)
            return held;
    }
    held = &model->held[model->held_len++];
    *held = (struct hv_held_row){
        .sub = row->sub,
        .version = row->version,
        .verdict = row->verdict,
        .first_ms = row->received_ms,
        .until_ms = row->retry_until_ms,
        .last_ms = row->received_ms,
    };
    return held;
}

/* Newest first: the last one seen of a group is the oldest, and the one that
 * the platform gives up first. */
static void
add_held(struct hv_traffic_model *model, const struct hv_log_row *row)
{
    struct hv_held_row *held = group_of(model, row);

    held->tries++;
    held->first_ms = row->received_ms;
    held->until_ms = row->retry_until_ms;
}

static enum hv_status
read_held(struct hv_journal_view *view, const struct counts *counts,
          int64_t now_ms, struct hv_traffic_model *out, struct hv_error *err)
{
    struct hv_log_row *rows = hv_calloc(LOOK_AT, sizeof(*rows));
    struct hv_log_filter filter = { .since_ms = now_ms - 10 * HV_DAY_MS };
    size_t len = 0;
    enum hv_status st;

    for (int v = 0; v < HV_VERDICT_COUNT; v++) {
        if (hv_verdict_row((enum hv_verdict)v)->http != 200)
            filter.verdicts |= 1U << v;
    }
    st = hv_journal_page(view, &filter, 0, 0, false, rows, LOOK_AT, &len, err);
    out->held = hv_calloc(len ? len : 1, sizeof(*out->held));
    for (size_t i = 0; i < len; i++) {
        if (rows[i].has_sub && !rows[i].is_test &&
            rows[i].retry_until_ms > now_ms && !is_mended(counts, &rows[i]))
            add_held(out, &rows[i]);
        hv_log_row_release(&rows[i]);
    }
    free(rows);
    return st;
}

static bool
has_sum(const struct hv_traffic_model *model, const struct hv_guid *sub)
{
    for (size_t i = 0; i < model->sums_len; i++) {
        if (hv_guid_equal(&model->sums[i].sub, sub))
            return true;
    }
    return false;
}

static void
add_sums(struct hv_traffic_model *model, const struct counts *counts)
{
    model->sums = hv_calloc(counts->ever_len ? counts->ever_len : 1,
                            sizeof(*model->sums));
    for (size_t i = 0; i < counts->ever_len; i++) {
        const struct hv_guid *sub = &counts->ever[i].sub;
        struct counts_sum ever =
            counts_of(counts->ever, counts->ever_len, sub, NULL);
        struct counts_sum day =
            counts_of(counts->day, counts->day_len, sub, NULL);

        if (has_sum(model, sub))
            continue;
        model->sums[model->sums_len++] = (struct hv_traffic_sum){
            .sub = *sub,
            .uses_24h = day.verified,
            .refused_24h = day.refused,
            .last_ms = ever.last_ms,
            .last_verdict = ever.last_verdict,
        };
    }
}

enum hv_status
hv_model_traffic(struct hv_session *session, struct hv_traffic_model *out,
                 struct hv_error *err)
{
    struct hv_traffic_model model = { .read_ms = hv_clock_now_ms() };
    struct hv_journal_view *view = NULL;
    struct counts counts = { 0 };
    enum hv_status st = hv_session_journal(session, &view, err);

    if (!st)
        st = counts_read(session, &counts, err);
    if (!st)
        st = hv_journal_hours(view, model.read_ms, &model.hours,
                              &model.hours_len, err);
    if (!st)
        st = read_held(view, &counts, model.read_ms, &model, err);
    if (!st)
        add_sums(&model, &counts);
    hv_journal_view_close(view);
    counts_release(&counts);
    if (st)
        hv_traffic_release(&model);
    else
        *out = model;
    return st;
}

const struct hv_log_hours *
hv_traffic_hours(const struct hv_traffic_model *model,
                 const struct hv_guid *sub)
{
    for (size_t i = 0; i < model->hours_len; i++) {
        if (hv_guid_equal(&model->hours[i].sub, sub))
            return &model->hours[i];
    }
    return NULL;
}
