/*
 * many_grep.c - how long a text takes to be looked for in every body of a large
 * journal: to the first of what is found, and to the end. No console in between.
 */
#include "many.h"

#include "hvconsole/clock.h"

#include <stdio.h>
#include <string.h>

#define SLICE_MS 20
#define MAX_IDS  1024

void
many_grep(const struct many *many)
{
    static const struct hv_log_filter everything;
    struct hv_journal_view *view = NULL;
    struct hv_log_scan scan = { 0 };
    struct hv_error err = { 0 };
    int64_t ids[MAX_IDS];
    int64_t start_ms = hv_clock_mono_ms();
    int64_t first_ms = -1;
    int64_t longest_ms = 0;
    int64_t found = 0;

    if (!many->only)
        many_die("grep", &(struct hv_error){ .why = "needs --only TEXT" });
    if (hv_journal_view_open(many->path, many->ring, &view, &err))
        many_die(many->path, &err);
    while (!scan.is_done) {
        int64_t before_ms = hv_clock_mono_ms();
        size_t len = 0;

        if (hv_journal_find(view, &everything, many->only, true, SLICE_MS,
                            &scan, ids, MAX_IDS, &len, &err))
            many_die("grep", &err);
        found += (int64_t)len;
        if (len && first_ms < 0)
            first_ms = hv_clock_mono_ms() - start_ms;
        if (hv_clock_mono_ms() - before_ms > longest_ms)
            longest_ms = hv_clock_mono_ms() - before_ms;
    }
    printf("{\"bench\":\"grep\",\"rows\":%lld,\"found\":%lld,\"first_ms\":%lld,"
           "\"longest_slice_ms\":%lld,\"seconds\":%.2f}\n",
           (long long)scan.looked_at, (long long)found, (long long)first_ms,
           (long long)longest_ms,
           (double)(hv_clock_mono_ms() - start_ms) / 1e3);
    hv_journal_view_close(view);
}
