/*
 * tally.c - the counters the dashboard lives on, kept by the writer in the
 * transaction of the rows themselves. Called by the writer only.
 */
#include "core/journal/schema.h"
#include "core/journal/writer.h"

#include <stdlib.h>
#include <string.h>

static const char add_counter[] =
    "INSERT INTO counter(minute,sub,version,verdict,arrivals,fresh,last,"
    "last_fresh) VALUES(?1,?2,?3,?4,?5,?6,?7,?8) "
    "ON CONFLICT DO UPDATE SET arrivals=arrivals+excluded.arrivals,"
    "fresh=fresh+excluded.fresh,last=max(last,excluded.last),"
    "last_fresh=max(last_fresh,excluded.last_fresh)";

/* max() and min() of a NULL are NULL, hence the second and third choice. */
static const char add_total[] =
    "INSERT INTO total(sub,version,verdict,arrivals,fresh,last,last_fresh,"
    "first_id,last_id) VALUES(?1,?2,?3,?4,?5,?6,?7,nullif(?8,0),nullif(?9,0)) "
    "ON CONFLICT DO UPDATE SET arrivals=arrivals+excluded.arrivals,"
    "fresh=fresh+excluded.fresh,last=max(last,excluded.last),"
    "last_fresh=max(last_fresh,excluded.last_fresh),"
    "first_id=coalesce(min(first_id,excluded.first_id),first_id,"
    "excluded.first_id),"
    "last_id=coalesce(max(last_id,excluded.last_id),last_id,"
    "excluded.last_id)";

static const char add_minute[] =
    "INSERT INTO minute(minute,first_id,last_id) VALUES(?1,?2,?3) "
    "ON CONFLICT DO UPDATE SET first_id=min(first_id,excluded.first_id),"
    "last_id=max(last_id,excluded.last_id)";

static const char add_hour[] =
    "INSERT INTO hour(hour,sub,version,verdict,arrivals,fresh) "
    "VALUES(?1,?2,?3,?4,?5,?6) ON CONFLICT DO UPDATE SET "
    "arrivals=arrivals+excluded.arrivals,fresh=fresh+excluded.fresh";

static const char add_retry[] =
    "INSERT INTO retry(day,sub,version,repeats,longest,at) "
    "VALUES(?1,?2,?3,?4,?5,?6) ON CONFLICT DO UPDATE SET "
    "repeats=repeats+excluded.repeats,"
    "at=CASE WHEN excluded.longest>longest THEN excluded.at ELSE at END,"
    "longest=max(longest,excluded.longest)";

/*
 * What of the header a counter may be named after. A stranger chooses the
 * subscription he names and the version; only names of ours become counters,
 * so that he cannot fill the table.
 */
static const struct {
    bool sub;
    bool version;
} named[HV_VERDICT_COUNT] = {
    [HV_VERDICT_VERIFIED] = { true, true },
    [HV_VERDICT_VERIFIED_OLD] = { true, true },
    [HV_VERDICT_QUARANTINED] = { true, true },
    [HV_VERDICT_MISMATCH] = { true, true },
    [HV_VERDICT_BAD_HMAC] = { true, true },
    [HV_VERDICT_UNKNOWN_VERSION] = { true, false },
    [HV_VERDICT_RETIRED_VERSION] = { true, true },
    [HV_VERDICT_UNKNOWN_SUB] = { false, false },
    [HV_VERDICT_MALFORMED] = { false, false },
    [HV_VERDICT_MISSING] = { false, false },
};

enum hv_status
journal_tally_prepare(const struct journal_db *jdb, struct journal_tally *tally,
                      struct hv_error *err)
{
    enum hv_status st =
        journal_db_prepare(jdb, add_counter, &tally->add_counter, err);

    if (!st)
        st = journal_db_prepare(jdb, add_total, &tally->add_total, err);
    if (!st)
        st = journal_db_prepare(jdb, add_minute, &tally->add_minute, err);
    if (!st)
        st = journal_db_prepare(jdb, add_hour, &tally->add_hour, err);
    if (!st)
        st = journal_db_prepare(jdb, add_retry, &tally->add_retry, err);
    return st;
}

void
journal_tally_finalize(struct journal_tally *tally)
{
    sqlite3_finalize(tally->add_counter);
    sqlite3_finalize(tally->add_total);
    sqlite3_finalize(tally->add_minute);
    sqlite3_finalize(tally->add_hour);
    sqlite3_finalize(tally->add_retry);
    tally->add_counter = NULL;
    tally->add_total = NULL;
    tally->add_minute = NULL;
    tally->add_hour = NULL;
    tally->add_retry = NULL;
}

/* The group of an arrival; a new one when there is none yet. The newest are
 * looked at first: neighbours are alike. */
static struct journal_group *
group_of(struct journal_tally *tally, const struct journal_group *like)
{
    for (size_t i = tally->len; i-- > 0;) {
        struct journal_group *group = &tally->groups[i];

        if (group->minute == like->minute && group->verdict == like->verdict &&
            hv_guid_equal(&group->sub, &like->sub) &&
            strcmp(group->version, like->version) == 0)
            return group;
    }
    if (tally->len == tally->cap) {
        tally->cap = tally->cap ? tally->cap * 2 : 16;
        tally->groups =
            hv_realloc_array(tally->groups, tally->cap, sizeof(*tally->groups));
    }
    tally->groups[tally->len] = *like;
    return &tally->groups[tally->len++];
}

/* Rounded down, below 1970 too. */
static int64_t
minute_of(int64_t ms)
{
    return ms >= 0 ? ms / 60000 : -((-ms + 59999) / 60000);
}

int64_t
journal_hour_of(int64_t ms)
{
    return ms >= 0 ? ms / JOURNAL_HOUR_MS
                   : -((-ms + JOURNAL_HOUR_MS - 1) / JOURNAL_HOUR_MS);
}

void
journal_tally_add(struct journal_tally *tally, const struct hv_arrival *arrival,
                  const struct journal_told *told)
{
    const struct hv_judgement *judgement = arrival->judgement;
    struct journal_group like = {
        .minute = minute_of(arrival->received_ms),
        .verdict = judgement->verdict,
        .last_ms = arrival->received_ms,
    };
    struct journal_group *group;

    if (judgement->has_auth && named[judgement->verdict].sub)
        like.sub = judgement->auth.sub;
    if (judgement->has_auth && named[judgement->verdict].version)
        hv_copy(like.version, sizeof(like.version), judgement->auth.version.id);
    group = group_of(tally, &like);
    group->arrivals++;
    if (arrival->received_ms > group->last_ms)
        group->last_ms = arrival->received_ms;
    if (told->is_repeat) {
        group->repeats++;
        if (told->waited_ms >= group->longest_ms) {
            group->longest_ms = told->waited_ms;
            group->longest_at_ms = arrival->received_ms;
        }
    }
    if (told->is_fresh) {
        group->fresh++;
        if (arrival->received_ms > group->last_fresh_ms)
            group->last_fresh_ms = arrival->received_ms;
    }
    if (told->id != 0) {
        if (group->first_id == 0)
            group->first_id = told->id;
        group->last_id = told->id;
    }
}

static enum hv_status
write_counter(const struct journal_db *jdb, sqlite3_stmt *stmt,
              const struct journal_group *group, bool is_total,
              struct hv_error *err)
{
    int at = 1;

    if (!is_total)
        journal_bind_int(stmt, at++, group->minute);
    journal_bind_blob(stmt, at++, group->sub.b, sizeof(group->sub.b));
    journal_bind_text(stmt, at++, group->version);
    journal_bind_int(stmt, at++, group->verdict);
    journal_bind_int(stmt, at++, group->arrivals);
    journal_bind_int(stmt, at++, group->fresh);
    journal_bind_int(stmt, at++, group->last_ms);
    journal_bind_int(stmt, at++, group->last_fresh_ms);
    if (is_total) {
        journal_bind_int(stmt, at++, group->first_id);
        journal_bind_int(stmt, at++, group->last_id);
    }
    return journal_db_run(jdb, stmt, err);
}

static enum hv_status
write_hour(const struct journal_db *jdb, sqlite3_stmt *stmt,
           const struct journal_group *group, struct hv_error *err)
{
    journal_bind_int(stmt, 1, journal_hour_of(group->minute * 60000));
    journal_bind_blob(stmt, 2, group->sub.b, sizeof(group->sub.b));
    journal_bind_text(stmt, 3, group->version);
    journal_bind_int(stmt, 4, group->verdict);
    journal_bind_int(stmt, 5, group->arrivals);
    journal_bind_int(stmt, 6, group->fresh);
    return journal_db_run(jdb, stmt, err);
}

static enum hv_status
write_retry(const struct journal_db *jdb, sqlite3_stmt *stmt,
            const struct journal_group *group, struct hv_error *err)
{
    journal_bind_int(stmt, 1, group->longest_at_ms / JOURNAL_DAY_MS);
    journal_bind_blob(stmt, 2, group->sub.b, sizeof(group->sub.b));
    journal_bind_text(stmt, 3, group->version);
    journal_bind_int(stmt, 4, group->repeats);
    journal_bind_int(stmt, 5, group->longest_ms);
    journal_bind_int(stmt, 6, group->longest_at_ms);
    return journal_db_run(jdb, stmt, err);
}

enum hv_status
journal_tally_write(const struct journal_db *jdb, struct journal_tally *tally,
                    struct hv_error *err)
{
    enum hv_status st = HV_OK;

    for (size_t i = 0; !st && i < tally->len; i++) {
        const struct journal_group *group = &tally->groups[i];

        st = write_counter(jdb, tally->add_counter, group, false, err);
        if (!st)
            st = write_counter(jdb, tally->add_total, group, true, err);
        if (!st)
            st = write_hour(jdb, tally->add_hour, group, err);
        if (!st && group->repeats > 0)
            st = write_retry(jdb, tally->add_retry, group, err);
        if (st || group->first_id == 0)
            continue;
        journal_bind_int(tally->add_minute, 1, group->minute);
        journal_bind_int(tally->add_minute, 2, group->first_id);
        journal_bind_int(tally->add_minute, 3, group->last_id);
        st = journal_db_run(jdb, tally->add_minute, err);
    }
    return st;
}
