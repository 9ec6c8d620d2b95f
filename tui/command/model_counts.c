/*
 * model_counts.c - the journal's counters, summed for the models. Blocks on
 * the database: a worker's or a command's matter.
 */
#include "tui/command/model_counts.h"

#include "hvconsole/clock.h"

#include <stdlib.h>
#include <string.h>

enum hv_status
counts_read(struct hv_session *session, struct counts *out,
            struct hv_error *err)
{
    struct hv_journal_view *view = NULL;
    struct counts counts = { 0 };
    int64_t day_ago = hv_clock_now_ms() - HV_DAY_MS;
    enum hv_status st = hv_session_journal(session, &view, err);

    if (!st)
        st = hv_journal_counts(view, 0, &counts.ever, &counts.ever_len, err);
    if (!st)
        st =
            hv_journal_counts(view, day_ago, &counts.day, &counts.day_len, err);
    hv_journal_view_close(view);
    if (st) {
        counts_release(&counts);
        return st;
    }
    *out = counts;
    return HV_OK;
}

void
counts_release(struct counts *counts)
{
    free(counts->ever);
    free(counts->day);
    *counts = (struct counts){ 0 };
}

struct counts_sum
counts_of(const struct hv_log_count *list, size_t len,
          const struct hv_guid *sub, const struct hv_key_version *version)
{
    struct counts_sum sum = { 0 };

    for (size_t i = 0; i < len; i++) {
        const struct hv_log_count *row = &list[i];

        if (!hv_guid_equal(&row->sub, sub) ||
            (version && strcmp(row->version, version->id)))
            continue;
        if (row->last_ms > sum.last_ms) {
            sum.last_ms = row->last_ms;
            sum.last_verdict = row->verdict;
        }
        if (hv_verdict_row(row->verdict)->is_verified) {
            sum.verified += row->count;
            if (row->last_ms > sum.last_verified_ms)
                sum.last_verified_ms = row->last_ms;
        } else {
            sum.refused += row->count;
        }
    }
    return sum;
}
