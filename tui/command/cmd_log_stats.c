/*
 * cmd_log_stats.c - `log stats` and `log duplicates`: many rows in few lines.
 * Called through the table. Counts come from the journal's counters where the
 * filters allow; only --record, --grep and --until make it look at rows.
 */
#include "tui/command/cmd_log.h"
#include "tui/command/nouns/log.h"

#include "hvconsole/clock.h"

#include <stdlib.h>
#include <string.h>

#define HOUR_MS INT64_C(3600000)
#define DAY_MS  (24 * HOUR_MS)

const struct hv_column log_stats_columns[] = {
    { "verdict", "VERDICT", HV_COL_PAINT | HV_COL_NAME },
    { "sub", "SUBSCRIPTION", HV_COL_NAME },
    { "version", "VERSION", HV_COL_NAME },
    { "hour", "HOUR", HV_COL_NAME },
    { "count", "COUNT", HV_COL_RIGHT },
    { "fresh", "FRESH", HV_COL_RIGHT },
    { "verified", "VERIFIED", HV_COL_RIGHT },
    { "refused", "REFUSED", HV_COL_RIGHT },
    { "last", "LAST", 0 },
    { 0 },
};

enum by { BY_VERDICT, BY_SUB, BY_VERSION, BY_HOUR };

struct group {
    enum hv_verdict verdict;
    struct hv_guid sub;
    char version[HV_MAX_KEY_VERSION + 1];
    int64_t hour_ms;
    int64_t count, fresh, verified, refused, last_ms;
};

struct stats {
    enum by by;
    struct group *groups; /* owned */
    size_t len;
};

static bool
is_same(enum by by, const struct group *a, const struct group *b)
{
    switch (by) {
    case BY_VERDICT:
        return a->verdict == b->verdict;
    case BY_HOUR:
        return a->hour_ms == b->hour_ms;
    case BY_VERSION:
        return hv_guid_equal(&a->sub, &b->sub) &&
               strcmp(a->version, b->version) == 0;
    default:
        return hv_guid_equal(&a->sub, &b->sub);
    }
}

static void
add(struct stats *stats, const struct group *more)
{
    struct group *group = NULL;

    for (size_t i = stats->len; !group && i-- > 0;) {
        if (is_same(stats->by, &stats->groups[i], more))
            group = &stats->groups[i];
    }
    if (!group) {
        stats->groups = hv_realloc_array(stats->groups, stats->len + 1,
                                         sizeof(*stats->groups));
        group = &stats->groups[stats->len++];
        *group = (struct group){ .verdict = more->verdict,
                                 .sub = more->sub,
                                 .hour_ms = more->hour_ms };
        hv_copy(group->version, sizeof(group->version), more->version);
    }
    group->count += more->count;
    group->fresh += more->fresh;
    if (hv_verdict_row(more->verdict)->is_verified)
        group->verified += more->count;
    else
        group->refused += more->count;
    if (more->last_ms > group->last_ms)
        group->last_ms = more->last_ms;
}

/* What a counter of a stranger's names stands for is no group of its own. */
static enum hv_status
add_row(void *arg, const struct hv_log_row *row, struct hv_error *err)
{
    struct group one = { .verdict = row->verdict,
                         .hour_ms =
                             row->received_ms - row->received_ms % HOUR_MS,
                         .count = 1,
                         .fresh = !row->duplicate_of && !row->is_test,
                         .last_ms = row->received_ms };

    (void)err;
    if (row->has_sub) {
        one.sub = row->sub;
        hv_copy(one.version, sizeof(one.version), row->version.id);
    }
    add(arg, &one);
    return HV_OK;
}

static bool
is_wanted(const struct hv_log_filter *filter, const struct hv_log_count *count)
{
    return (!filter->verdicts ||
            (filter->verdicts >> count->verdict & UINT32_C(1))) &&
           (!filter->has_sub || hv_guid_equal(&filter->sub, &count->sub)) &&
           (!filter->version[0] || !strcmp(filter->version, count->version));
}

static enum hv_status
count_by_counters(struct stats *stats, const struct log_query *query,
                  struct hv_error *err)
{
    struct hv_log_count *counts = NULL;
    size_t len = 0;
    enum hv_status st = hv_journal_counts(query->view, query->filter.since_ms,
                                          &counts, &len, err);

    for (size_t i = 0; !st && i < len; i++) {
        struct group one = { .verdict = counts[i].verdict,
                             .sub = counts[i].sub,
                             .count = counts[i].count,
                             .fresh = counts[i].fresh,
                             .last_ms = counts[i].last_ms };

        hv_copy(one.version, sizeof(one.version), counts[i].version);
        if (is_wanted(&query->filter, &counts[i]))
            add(stats, &one);
    }
    free(counts);
    return st;
}

/* By the hour, for the verdicts wanted, of one day if no time is given. */
static enum hv_status
count_by_hour(struct stats *stats, const struct log_query *query,
              struct hv_error *err)
{
    int64_t now_ms = hv_clock_now_ms();
    int64_t since_ms =
        query->filter.since_ms ? query->filter.since_ms : now_ms - DAY_MS;
    int64_t end_ms = now_ms - now_ms % HOUR_MS + HOUR_MS;
    size_t len = (size_t)((end_ms - since_ms) / HOUR_MS) + 1;
    struct hv_log_bucket *buckets;
    enum hv_status st;

    if (since_ms > now_ms)
        return HV_OK;
    if (len > 24 * 366)
        return hv_fail(err, HV_ERR_USAGE, "by the hour, at most a year");
    buckets = hv_calloc(len, sizeof(*buckets));
    st = hv_journal_buckets(query->view, end_ms, HOUR_MS, buckets, len, err);
    for (size_t i = len; !st && i-- > 0;) {
        for (int v = 0; v < HV_VERDICT_COUNT; v++) {
            struct group one = { .verdict = (enum hv_verdict)v,
                                 .hour_ms = buckets[i].start_ms,
                                 .count = buckets[i].verdicts[v] };

            if (one.count && (!query->filter.verdicts ||
                              (query->filter.verdicts >> v & UINT32_C(1))))
                add(stats, &one);
        }
    }
    free(buckets);
    return st;
}

static void
tell_group(struct hv_cmd *cmd, enum by by, const struct group *group)
{
    struct hv_node *node = hv_out_item(cmd->out);

    if (by == BY_VERDICT)
        hv_node_text(node, "verdict", hv_verdict_row(group->verdict)->word);
    if (by == BY_SUB || by == BY_VERSION)
        hv_node_id(node, "sub", &group->sub);
    if (by == BY_VERSION)
        hv_node_text(node, "version",
                     group->version[0] ? group->version : NULL);
    if (by == BY_HOUR)
        hv_node_time(node, "hour", group->hour_ms);
    hv_node_int(node, "count", group->count);
    if (by != BY_HOUR)
        hv_node_int(node, "fresh", group->fresh);
    if (by != BY_VERDICT) {
        hv_node_int(node, "verified", group->verified);
        hv_node_int(node, "refused", group->refused);
    }
    if (by != BY_HOUR)
        hv_node_time(node, "last", group->last_ms);
}

static enum hv_status
read_by(struct hv_cmd *cmd, enum by *out, struct hv_error *err)
{
    static const char *const words[] = { "verdict", "sub", "version", "hour" };
    const char *text = hv_cmd_text(cmd, "--by");

    *out = BY_VERDICT;
    for (size_t i = 0; text && i < HV_LEN(words); i++) {
        if (strcmp(text, words[i]) == 0) {
            *out = (enum by)i;
            return HV_OK;
        }
    }
    if (!text)
        return HV_OK;
    return hv_fail(err, HV_ERR_USAGE,
                   "--by is verdict, sub, version or hour, not '%s'", text);
}

/* Most first; hours newest first. */
static int
by_count(const void *a, const void *b)
{
    const struct group *x = a;
    const struct group *y = b;

    if (x->hour_ms != y->hour_ms)
        return x->hour_ms > y->hour_ms ? -1 : 1;
    return x->count > y->count ? -1 : x->count < y->count;
}

enum hv_status
cmd_log_stats(struct hv_cmd *cmd, struct hv_error *err)
{
    struct log_query query = { 0 };
    struct stats stats = { 0 };
    const struct hv_log_filter *filter = &query.filter;
    bool is_by_rows;
    enum hv_status st = read_by(cmd, &stats.by, err);

    if (!st)
        st = log_open(cmd, &query, err);
    is_by_rows =
        query.grep || filter->has_record || filter->until_ms ||
        (stats.by == BY_HOUR && (filter->has_sub || filter->version[0]));
    if (!st && is_by_rows)
        st = log_each(cmd, &query, 0, false, add_row, &stats, err);
    else if (!st && stats.by == BY_HOUR)
        st = count_by_hour(&stats, &query, err);
    else if (!st)
        st = count_by_counters(&stats, &query, err);
    if (!st && stats.len > 1)
        qsort(stats.groups, stats.len, sizeof(*stats.groups), by_count);
    for (size_t i = 0; !st && i < stats.len; i++)
        tell_group(cmd, stats.by, &stats.groups[i]);
    free(stats.groups);
    log_close(&query);
    return st;
}

/* ---- duplicates ---- */

const struct hv_column log_duplicate_columns[] = {
    { "first", "FIRST", HV_COL_NAME | HV_COL_RIGHT },
    { "sub", "SUBSCRIPTION", 0 },
    { "version", "VERSION", 0 },
    { "repeats", "REPEATS", HV_COL_RIGHT },
    { "received", "FIRST RECEIVED", 0 },
    { "last", "LAST REPEAT", 0 },
    { "last_id", "LAST ID", HV_COL_RIGHT },
    { "longest_wait_s", "LONGEST WAIT", HV_COL_RIGHT },
    { 0 },
};

struct repeated {
    int64_t first;
    int64_t repeats;
    int64_t last_id, last_ms;
    int64_t earlier_ms; /* of the one seen before: a later one */
    int64_t longest_ms;
};

struct repeats {
    struct repeated *items; /* owned; first one a row, then one a message */
    size_t len, cap;
};

static enum hv_status
add_repeat(void *arg, const struct hv_log_row *row, struct hv_error *err)
{
    struct repeats *repeats = arg;

    (void)err;
    if (!row->duplicate_of)
        return HV_OK;
    if (repeats->len == repeats->cap) {
        repeats->cap = repeats->cap ? 2 * repeats->cap : 64;
        repeats->items = hv_realloc_array(repeats->items, repeats->cap,
                                          sizeof(*repeats->items));
    }
    repeats->items[repeats->len++] =
        (struct repeated){ .first = row->duplicate_of,
                           .repeats = 1,
                           .last_id = row->id,
                           .last_ms = row->received_ms,
                           .earlier_ms = row->received_ms };
    return HV_OK;
}

/* Those of one message together, its newest repeat first. */
static int
by_first(const void *a, const void *b)
{
    const struct repeated *x = a;
    const struct repeated *y = b;

    if (x->first != y->first)
        return x->first > y->first ? -1 : 1;
    return x->last_id > y->last_id ? -1 : x->last_id < y->last_id;
}

static void
merge(struct repeats *repeats)
{
    size_t len = 0;

    if (repeats->len > 1)
        qsort(repeats->items, repeats->len, sizeof(*repeats->items), by_first);
    for (size_t i = 0; i < repeats->len; i++) {
        const struct repeated *row = &repeats->items[i];
        struct repeated *item = len ? &repeats->items[len - 1] : NULL;

        if (!item || item->first != row->first) {
            repeats->items[len++] = *row;
            continue;
        }
        item->repeats++;
        if (item->earlier_ms - row->last_ms > item->longest_ms)
            item->longest_ms = item->earlier_ms - row->last_ms;
        item->earlier_ms = row->last_ms;
    }
    repeats->len = len;
}

static void
tell_repeated(struct hv_cmd *cmd, struct hv_journal_view *view,
              struct repeated *item)
{
    struct hv_node *node = hv_out_item(cmd->out);
    struct hv_log_row row = { 0 };

    /* The first may have been removed; then it is known by its number alone. */
    if (hv_journal_get(view, item->first, &row, NULL) == HV_OK &&
        item->earlier_ms - row.received_ms > item->longest_ms)
        item->longest_ms = item->earlier_ms - row.received_ms;
    hv_node_int(node, "first", item->first);
    hv_node_id(node, "sub", row.has_sub ? &row.sub : NULL);
    hv_node_text(node, "version", row.version.id[0] ? row.version.id : NULL);
    hv_node_int(node, "repeats", item->repeats);
    hv_node_time(node, "received", row.received_ms);
    hv_node_time(node, "last", item->last_ms);
    hv_node_int(node, "last_id", item->last_id);
    hv_node_int(node, "longest_wait_s", item->longest_ms / 1000);
    hv_log_row_release(&row);
}

enum hv_status
cmd_log_duplicates(struct hv_cmd *cmd, struct hv_error *err)
{
    struct log_query query = { 0 };
    struct repeats repeats = { 0 };
    enum hv_status st = log_open(cmd, &query, err);

    if (!query.filter.since_ms)
        query.filter.since_ms = hv_clock_now_ms() - DAY_MS;
    if (!st)
        st = log_each(cmd, &query, 0, false, add_repeat, &repeats, err);
    merge(&repeats);
    for (size_t i = 0; !st && i < repeats.len; i++)
        tell_repeated(cmd, query.view, &repeats.items[i]);
    free(repeats.items);
    log_close(&query);
    return st;
}
