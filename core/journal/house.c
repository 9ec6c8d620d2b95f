/*
 * house.c - what the writer does beside the rows: traces that it is alive,
 * reasons found after the answer, late tables, removing what is too old. Called
 * by the journal thread between batches, and by journal.c within them.
 */
#include "core/journal/writer.h"
#include "hvconsole/clock.h"

#include <string.h>

#define SETTLE_SLICE  2048
#define PRUNE_LOOK_MS INT64_C(60000)

void
hv_journal_set_policy(struct hv_journal *journal,
                      const struct hv_journal_policy *policy)
{
    journal->policy = *policy;
    if (policy->keep_ms == 0)
        journal->policy.keep_ms = HV_JOURNAL_KEEP_MS;
    if (policy->keep_bytes == 0)
        journal->policy.keep_bytes = HV_JOURNAL_KEEP_BYTES;
}

/* --------------------------------------------------------------- uptime -- */

enum hv_status
journal_uptime_start(struct hv_journal *journal, struct hv_error *err)
{
    struct journal_uptime *uptime = &journal->uptime;
    sqlite3_stmt *stmt = NULL;
    int64_t now_ms = hv_clock_now_ms();
    enum hv_status st = journal_db_prepare(
        &journal->db,
        "INSERT INTO uptime(started,beat,stopped) VALUES(?1,?1,0)", &stmt, err);

    if (!st) {
        journal_bind_int(stmt, 1, now_ms);
        st = journal_db_run(&journal->db, stmt, err);
    }
    sqlite3_finalize(stmt);
    uptime->row = st ? 0 : sqlite3_last_insert_rowid(journal->db.db);
    uptime->beat_ms = now_ms;
    if (!st)
        st = journal_db_prepare(&journal->db,
                                "UPDATE uptime SET beat=?2,stopped=?3 "
                                "WHERE id=?1",
                                &uptime->beat, err);
    return st;
}

void
journal_uptime_finalize(struct journal_uptime *uptime)
{
    sqlite3_finalize(uptime->beat);
    *uptime = (struct journal_uptime){ 0 };
}

static enum hv_status
write_beat(struct hv_journal *journal, int64_t now_ms, int64_t stopped_ms,
           struct hv_error *err)
{
    journal_bind_int(journal->uptime.beat, 1, journal->uptime.row);
    journal_bind_int(journal->uptime.beat, 2, now_ms);
    journal_bind_int(journal->uptime.beat, 3, stopped_ms);
    return journal_db_run(&journal->db, journal->uptime.beat, err);
}

static bool
is_beat_due(const struct journal_uptime *uptime, int64_t now_ms)
{
    return uptime->row != 0 &&
           (now_ms >= uptime->beat_ms + HV_JOURNAL_BEAT_MS ||
            now_ms < uptime->beat_ms);
}

enum hv_status
journal_uptime_write(struct hv_journal *journal, int64_t now_ms,
                     struct hv_error *err)
{
    journal->uptime.wanted_ms = 0;
    if (!is_beat_due(&journal->uptime, now_ms))
        return HV_OK;
    journal->uptime.wanted_ms = now_ms;
    return write_beat(journal, now_ms, 0, err);
}

void
journal_uptime_stop(struct hv_journal *journal)
{
    int64_t now_ms = hv_clock_now_ms();

    /* Without it the last trace says until when: nothing is lost. */
    if (journal->uptime.row != 0 && journal_db_is_ours(&journal->db) &&
        write_beat(journal, now_ms, now_ms, NULL))
        journal->uptime.row = 0;
}

/* ---------------------------------------------------------------- after -- */

void
hv_journal_add_why(struct hv_journal *journal, int64_t id,
                   const struct hv_why_step *step)
{
    if (id <= 0 || journal->after_len == JOURNAL_AFTER_MAX)
        return;
    journal->after[journal->after_len++] =
        (struct journal_after){ .id = id, .step = *step };
}

static enum hv_status
add_step(struct hv_journal *journal, const struct journal_after *after,
         struct hv_error *err)
{
    struct hv_why_step steps[HV_MAX_WHY];
    size_t len = 0;
    bool has_row = false;
    bool is_room = false;
    int64_t why = 0;
    enum hv_status st;

    journal_bind_int(journal->get_why, 1, after->id);
    st = journal_db_step(&journal->db, journal->get_why, &has_row, err);
    if (!st && has_row) {
        why = sqlite3_column_int64(journal->get_why, 0);
        is_room = !journal_why_decode(journal_column_bytes(journal->get_why, 1),
                                      steps, &len, NULL) &&
                  len < HV_MAX_WHY;
    }
    sqlite3_reset(journal->get_why);
    if (st || !is_room)
        return st;
    steps[len++] = after->step;
    journal_why_encode(steps, len, &journal->why);
    journal_bind_int(journal->set_why, 1, why);
    journal_bind_blob(journal->set_why, 2, journal->why.data, journal->why.len);
    return journal_db_run(&journal->db, journal->set_why, err);
}

enum hv_status
journal_after_write(struct hv_journal *journal, struct hv_error *err)
{
    enum hv_status st = HV_OK;

    for (size_t i = 0; !st && i < journal->after_len; i++)
        st = add_step(journal, &journal->after[i], err);
    return st;
}

void
journal_settled(struct hv_journal *journal)
{
    journal->after_len = 0;
    journal_late_settled(&journal->late);
    if (journal->uptime.wanted_ms != 0)
        journal->uptime.beat_ms = journal->uptime.wanted_ms;
    journal->uptime.wanted_ms = 0;
}

/* --------------------------------------------------------------- settle -- */

/* One small transaction of what has gathered. */
static enum hv_status
write_gathered(struct hv_journal *journal, int64_t now_ms, struct hv_error *err)
{
    enum hv_status st = journal_db_exec(&journal->db, "BEGIN IMMEDIATE", err);

    journal_late_mark(&journal->late);
    if (!st && !journal_late_is_empty(&journal->late))
        st =
            journal_late_write(&journal->db, &journal->late, SETTLE_SLICE, err);
    if (!st)
        st = journal_after_write(journal, err);
    if (!st)
        st = journal_uptime_write(journal, now_ms, err);
    if (!st)
        st = journal_db_exec(&journal->db, "COMMIT", err);
    if (st) {
        if (!sqlite3_get_autocommit(journal->db.db))
            sqlite3_exec(journal->db.db, "ROLLBACK", NULL, NULL, NULL);
        journal_late_undo(&journal->late);
        return st;
    }
    journal_settled(journal);
    return HV_OK;
}

/* A slice of what is too old; a look at it once a minute. */
static enum hv_status
prune_old(struct hv_journal *journal, bool *more, struct hv_error *err)
{
    int64_t now_ms = hv_clock_now_ms();
    int64_t before_ms = journal->policy.keep_ms > 0
                            ? now_ms - journal->policy.keep_ms
                            : INT64_MIN / 2;
    struct hv_prune done = { 0 };
    enum hv_status st = HV_OK;

    if (hv_clock_mono_ms() < journal->pruned_ms + PRUNE_LOOK_MS)
        return HV_OK;
    if (journal->policy.keep_bytes > 0)
        st = journal_prune_border(&journal->db, journal->policy.keep_bytes,
                                  &before_ms, err);
    if (!st)
        st = journal_prune_slice(&journal->db, &journal->pruner, before_ms,
                                 now_ms, &done, err);
    *more = !st && !done.is_done;
    if (!*more)
        journal->pruned_ms = hv_clock_mono_ms();
    return st;
}

enum hv_status
hv_journal_settle(struct hv_journal *journal, bool *more, struct hv_error *err)
{
    int64_t now_ms = hv_clock_now_ms();
    enum hv_status st;

    *more = false;
    if (!journal_db_is_ours(&journal->db))
        return HV_OK;
    journal_checkpoint_look(journal->checkpoint);
    if (journal_late_is_empty(&journal->late) && journal->after_len == 0 &&
        !is_beat_due(&journal->uptime, now_ms))
        return prune_old(journal, more, err);
    st = write_gathered(journal, now_ms, err);
    *more = !st;
    return st;
}

enum hv_status
hv_journal_beat(struct hv_journal *journal, int64_t now_ms,
                struct hv_error *err)
{
    enum hv_status st;

    if (!journal_db_is_ours(&journal->db) ||
        !is_beat_due(&journal->uptime, now_ms))
        return HV_OK;
    st = write_beat(journal, now_ms, 0, err);
    if (!st)
        journal->uptime.beat_ms = now_ms;
    return st;
}
