/*
 * job_judge.c - what the state of a rotation means: which items are closed,
 * whether one is rotated already, whether a canary is proven, how a run ended.
 * Called by job.c. Changes nothing but the words in a job.
 */
#include "core/rotate/job_in.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool
job_item_is_closed(const struct hv_rotation_item *item)
{
    return item->state == HV_ITEM_DONE || item->state == HV_ITEM_GONE ||
           item->state == HV_ITEM_DROPPED;
}

bool
job_item_is_rotated(const struct hv_rotation *job,
                    const struct hv_rotation_item *item,
                    const struct hv_keyring *ring)
{
    const struct hv_key *current = hv_keyring_current(ring, &item->sub);

    if (item->state == HV_ITEM_WAITING || !current ||
        rotate_pending(ring, &item->sub) ||
        hv_key_version_equal(&current->version, &item->old_version))
        return false;
    return item->new_version.id[0]
               ? hv_key_version_equal(&current->version, &item->new_version)
               : current->created_ms >= job->created_ms;
}

bool
job_item_is_proven(const char *store, const struct hv_rotation_item *item)
{
    struct hv_journal_view *view = NULL;
    struct hv_log_count *counts = NULL;
    bool is_proven = false;
    size_t len = 0;

    if (!rotate_journal(store, &view, NULL) &&
        hv_journal_counts(view, 0, &counts, &len, NULL))
        len = 0;
    for (size_t i = 0; i < len; i++) {
        is_proven |= counts[i].count > 0 &&
                     hv_verdict_row(counts[i].verdict)->is_verified &&
                     hv_guid_equal(&counts[i].sub, &item->sub) &&
                     strcmp(counts[i].version, item->new_version.id) == 0;
    }
    free(counts);
    hv_journal_view_close(view);
    return is_proven;
}

bool
job_is_untouched(const struct hv_rotation *job, enum hv_status st)
{
    if (job->state == HV_ROTATION_PAUSED || (!st && job->len > 1))
        return false;
    for (size_t i = 0; i < job->len; i++) {
        if (job->items[i].step != HV_STEP_NONE ||
            job->items[i].state == HV_ITEM_DONE)
            return false;
    }
    return true;
}

void
job_judge_end(struct hv_rotation *job, enum hv_status st,
              const struct hv_error *failure)
{
    struct hv_rotation_counts counts = hv_rotation_count(job);

    if (!st)
        job->state = counts.stopped ? HV_ROTATION_PARTIAL : HV_ROTATION_DONE;
    if (job->state == HV_ROTATION_PARTIAL && !job->reason[0])
        snprintf(job->reason, sizeof(job->reason), "%.*s",
                 (int)sizeof(job->reason) - 1, failure->why);
    if (job->state == HV_ROTATION_PAUSED && !job->reason[0])
        hv_copy(job->reason, sizeof(job->reason),
                "stopped by a person after the step under way");
}
