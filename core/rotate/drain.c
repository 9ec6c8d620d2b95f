/*
 * drain.c - the evidence on each version that still verifies: how much it is
 * used, since when it is quiet, how long somebody listened. Called by `key
 * drain`, `key list` and the console. Reads keystore and journal, asks nobody.
 */
#include "core/rotate/drain_in.h"
#include "hvconsole/clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DAY_MS (24 * 3600 * (int64_t)1000)

struct evidence {
    struct hv_journal_view *view;
    struct hv_log_count *ever, *day; /* owned */
    size_t ever_len, day_len;
    int64_t gap_ms;
    int64_t now_ms;
};

const char *
hv_drain_word(enum hv_drain drain)
{
    static const char *const words[] = {
        [HV_DRAIN_NONE] = "",
        [HV_DRAIN_DRAINING] = "draining",
        [HV_DRAIN_QUIET] = "quiet",
        [HV_DRAIN_SAFE] = "safe",
    };

    return (size_t)drain < HV_LEN(words) ? words[drain] : "";
}

const char *
hv_trend_word(enum hv_trend trend)
{
    static const char *const words[] = {
        [HV_TREND_NONE] = "",
        [HV_TREND_FALLING] = "falling",
        [HV_TREND_STEADY] = "steady",
        [HV_TREND_RISING] = "rising",
    };

    return (size_t)trend < HV_LEN(words) ? words[trend] : "";
}

void
hv_drain_release(struct hv_drain_model *model)
{
    free(model->rows);
    *model = (struct hv_drain_model){ 0 };
}

static void
evidence_release(struct evidence *ev)
{
    free(ev->ever);
    free(ev->day);
    hv_journal_view_close(ev->view);
}

static enum hv_status
evidence_read(const char *store, struct evidence *ev, struct hv_error *err)
{
    struct hv_log_retry *retries = NULL;
    size_t len = 0;
    enum hv_status st;

    ev->now_ms = hv_clock_now_ms();
    st = rotate_journal(store, &ev->view, err);
    if (!st)
        st = hv_journal_counts(ev->view, 0, &ev->ever, &ev->ever_len, err);
    if (!st)
        st = hv_journal_counts(ev->view, ev->now_ms - DAY_MS, &ev->day,
                               &ev->day_len, err);
    if (!st)
        st = hv_journal_retries(ev->view, 0, &retries, &len, err);
    if (!st && len)
        ev->gap_ms = retries[0].longest_ms;
    free(retries);
    return st;
}

static bool
is_use_of(const struct hv_log_count *count, const struct hv_key *key)
{
    return hv_verdict_row(count->verdict)->is_verified &&
           hv_guid_equal(&count->sub, &key->sub) &&
           strcmp(count->version, key->version.id) == 0;
}

static void
sum_uses(struct hv_drain_row *row, const struct evidence *ev,
         const struct hv_key *key)
{
    for (size_t i = 0; i < ev->ever_len; i++) {
        const struct hv_log_count *count = &ev->ever[i];

        if (!is_use_of(count, key))
            continue;
        row->uses += count->count;
        if (count->last_ms > row->last_use_ms)
            row->last_use_ms = count->last_ms;
        if (count->last_fresh_ms > row->last_fresh_ms)
            row->last_fresh_ms = count->last_fresh_ms;
    }
    for (size_t i = 0; i < ev->day_len; i++) {
        if (is_use_of(&ev->day[i], key))
            row->uses_24h += ev->day[i].count;
    }
}

/* The last three days against the three before. */
static enum hv_trend
trend_of(const int64_t days[HV_DRAIN_DAYS])
{
    int64_t late = 0, before = 0;

    for (size_t i = 0; i < 3; i++) {
        late += days[HV_DRAIN_DAYS - 1 - i];
        before += days[HV_DRAIN_DAYS - 4 - i];
    }
    if (!late && !before)
        return HV_TREND_NONE;
    if (late * 5 < before * 4)
        return HV_TREND_FALLING;
    return late * 4 > before * 5 ? HV_TREND_RISING : HV_TREND_STEADY;
}

static enum hv_status
read_days(struct hv_drain_row *row, const struct evidence *ev,
          struct hv_error *err)
{
    struct hv_use_bucket buckets[HV_DRAIN_DAYS];
    enum hv_status st =
        hv_journal_use_buckets(ev->view, &row->sub, row->version.id, ev->now_ms,
                               DAY_MS, buckets, HV_DRAIN_DAYS, err);

    for (size_t i = 0; !st && i < HV_DRAIN_DAYS; i++)
        row->days[i] = buckets[i].uses;
    row->trend = st ? HV_TREND_NONE : trend_of(row->days);
    return st;
}

static enum hv_status
read_uptime(struct hv_drain_row *row, const struct evidence *ev,
            const struct drain_case *c, struct hv_error *err)
{
    struct hv_log_uptime uptime = { 0 };
    enum hv_status st = hv_journal_uptime(ev->view, drain_since(row, c),
                                          ev->now_ms, &uptime, err);

    if (!st)
        row->uptime_ms = uptime.up_ms;
    hv_log_uptime_release(&uptime);
    return st;
}

static enum hv_status
read_row(const struct hv_keystore *ks, const struct hv_key *key,
         const struct evidence *ev, struct hv_drain_row *row,
         struct hv_error *err)
{
    struct drain_case c = drain_case_of(ks, key, ev->now_ms);
    enum hv_status st;

    *row = (struct hv_drain_row){
        .sub = key->sub,
        .version = key->version,
        .state = key->state,
        .gap_ms = ev->gap_ms,
    };
    if (c.current) {
        row->current = c.current->version;
        if (c.current != key)
            row->confirmed_ms = c.current->activated_ms;
        if (key->superseded_ms && key->superseded_ms < row->confirmed_ms)
            row->confirmed_ms = key->superseded_ms; /* by one before that */
    }
    sum_uses(row, ev, key);
    st = read_days(row, ev, err);
    if (!st)
        st = read_uptime(row, ev, &c, err);
    if (!st)
        drain_judge(row, &c);
    return st;
}

/* By subscription, newest version first. */
static int
compare_keys(const void *a, const void *b)
{
    const struct hv_key *const *x = a, *const *y = b;
    int order = hv_guid_compare(&(*x)->sub, &(*y)->sub);

    if (order)
        return order;
    if ((*x)->created_ms != (*y)->created_ms)
        return (*x)->created_ms > (*y)->created_ms ? -1 : 1;
    return -strcmp((*x)->version.id, (*y)->version.id);
}

static enum hv_status
read_rows(const struct hv_keystore *ks, const struct evidence *ev,
          const struct hv_guid *sub, struct hv_drain_model *model,
          struct hv_error *err)
{
    const struct hv_keyring *ring = hv_keystore_ring(ks);
    const struct hv_key **keys = hv_calloc(ring->keys_len + 1, sizeof(*keys));
    enum hv_status st = HV_OK;
    size_t len = 0;

    for (size_t i = 0; i < ring->keys_len; i++) {
        if (ring->keys[i].state != HV_KEY_RETIRED &&
            (!sub || hv_guid_equal(sub, &ring->keys[i].sub)))
            keys[len++] = &ring->keys[i];
    }
    qsort(keys, len, sizeof(*keys), compare_keys);
    model->rows = hv_calloc(len + 1, sizeof(*model->rows));
    model->read_ms = ev->now_ms;
    for (; !st && model->len < len; model->len++)
        st = read_row(ks, keys[model->len], ev, &model->rows[model->len], err);
    free(keys);
    return st;
}

enum hv_status
hv_drain_read(struct hv_keystore *ks, const char *store,
              const struct hv_guid *sub, struct hv_drain_model *out,
              struct hv_error *err)
{
    struct evidence ev = { 0 };
    bool changed;
    enum hv_status st = hv_keystore_refresh(ks, &changed, err);

    *out = (struct hv_drain_model){ 0 };
    if (!st)
        st = evidence_read(store, &ev, err);
    if (!st)
        st = read_rows(ks, &ev, sub, out, err);
    if (st)
        hv_drain_release(out);
    evidence_release(&ev);
    return st;
}

enum hv_status
hv_drain_uses(struct hv_journal_view *view, const struct hv_keyring *ring,
              const struct hv_guid *sub, int64_t end_ms, int64_t width_ms,
              struct hv_drain_bucket *out, size_t len, struct hv_error *err)
{
    const struct hv_key *current = hv_keyring_current(ring, sub);
    struct hv_use_bucket *all = hv_calloc(len + 1, sizeof(*all));
    struct hv_use_bucket *now = hv_calloc(len + 1, sizeof(*now));
    enum hv_status st =
        hv_journal_use_buckets(view, sub, "", end_ms, width_ms, all, len, err);

    if (!st && current)
        st = hv_journal_use_buckets(view, sub, current->version.id, end_ms,
                                    width_ms, now, len, err);
    for (size_t i = 0; !st && i < len; i++)
        out[i] = (struct hv_drain_bucket){
            .start_ms = all[i].start_ms,
            .current = now[i].uses,
            .old = all[i].uses - now[i].uses,
        };
    free(all);
    free(now);
    return st;
}
