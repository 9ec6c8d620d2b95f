/*
 * prune.c - removes old rows, and the contents of younger ones whose line must
 * stay so that repeats are recognised. Called by the writer's housekeeping and
 * by `log prune`, which may run beside it: each slice is one transaction.
 * Touches no counter that drain is judged by, and nothing that waits in the
 * outbox.
 */
#include "core/journal/prune.h"
#include "core/journal/late.h"
#include "core/journal/schema.h"

#include <stdio.h>
#include <string.h>

/* ?1 older than, ?2 at most so many, ?3 in the late tables up to this id,
 * ?4 after this id. The minutes bound the walk; a clock that was set back may
 * have left younger rows within. */
#define CANDIDATES(SOURCE, CONDITION)                                           \
    "SELECT a.id,a.digest,a.why,a.bytes FROM " SOURCE " WHERE a.id<=?3 AND "    \
    "a.id<=(SELECT ifnull(max(last_id),0) FROM minute WHERE minute<=?1/60000) " \
    "AND a.id>?4 AND a.received<?1" CONDITION NOT_WAITING                       \
    " ORDER BY a.id LIMIT ?2"
#define NOT_WAITING " AND NOT EXISTS(SELECT 1 FROM outbox o WHERE o.id=a.id)"

/* Of those older than 14 days the line goes too; of refused ones always. */
static const char find_rows[] = CANDIDATES("arrival a NOT INDEXED", "");
static const char find_refused[] =
    CANDIDATES("arrival a INDEXED BY arrival_odd",
               " AND a.verdict<>0 AND a.digest IS NULL");
static const char find_contents[] = CANDIDATES(
    "arrival a NOT INDEXED", " AND a.pruned=0 AND a.digest IS NOT NULL");

enum hv_status
journal_pruner_prepare(const struct journal_db *jdb,
                       struct journal_pruner *pruner, struct hv_error *err)
{
    const struct {
        sqlite3_stmt **stmt;
        const char *sql;
    } wanted[] = {
        { &pruner->rows, find_rows },
        { &pruner->refused, find_refused },
        { &pruner->contents, find_contents },
        { &pruner->events, "SELECT record,id FROM event WHERE id>=?1<<12 AND "
                           "id<(?1+1)<<12 ORDER BY id" },
        { &pruner->del_record,
          "DELETE FROM event_record WHERE record=?1 AND id=?2" },
        { &pruner->del_events,
          "DELETE FROM event WHERE id>=?1<<12 AND id<(?1+1)<<12" },
        { &pruner->del_body, "DELETE FROM body WHERE id=?1" },
        { &pruner->del_ledger, "DELETE FROM ledger WHERE key=?1 AND "
                               "arrival=?2" },
        { &pruner->del_why, "DELETE FROM why WHERE id=?1 AND ?2>(SELECT value "
                            "FROM meta WHERE name='why_shared')" },
        { &pruner->del_arrival, "DELETE FROM arrival WHERE id=?1" },
        { &pruner->set_pruned, "UPDATE arrival SET pruned=1 WHERE id=?1" },
        { &pruner->set_meta, "UPDATE meta SET value=?2 WHERE name=?1" },
    };
    enum hv_status st = HV_OK;

    for (size_t i = 0; !st && i < HV_LEN(wanted); i++)
        st = journal_db_prepare(jdb, wanted[i].sql, wanted[i].stmt, err);
    return st;
}

void
journal_pruner_finalize(struct journal_pruner *pruner)
{
    sqlite3_finalize(pruner->rows);
    sqlite3_finalize(pruner->refused);
    sqlite3_finalize(pruner->contents);
    sqlite3_finalize(pruner->events);
    sqlite3_finalize(pruner->del_record);
    sqlite3_finalize(pruner->del_events);
    sqlite3_finalize(pruner->del_body);
    sqlite3_finalize(pruner->del_ledger);
    sqlite3_finalize(pruner->del_why);
    sqlite3_finalize(pruner->del_arrival);
    sqlite3_finalize(pruner->set_pruned);
    sqlite3_finalize(pruner->set_meta);
    *pruner = (struct journal_pruner){ 0 };
}

struct victim {
    int64_t id;
    uint8_t digest[JOURNAL_DIGEST_LEN];
    bool has_digest;
    int64_t why;
    int64_t bytes;
};

static enum hv_status
delete_by(const struct journal_db *jdb, sqlite3_stmt *stmt, int64_t id,
          struct hv_error *err)
{
    journal_bind_int(stmt, 1, id);
    return journal_db_run(jdb, stmt, err);
}

static enum hv_status
remove_contents(const struct journal_db *jdb, struct journal_pruner *pruner,
                const struct victim *victim, struct hv_error *err)
{
    bool has_row = true;
    enum hv_status st = HV_OK;

    journal_bind_int(pruner->events, 1, victim->id);
    while (!st) {
        struct hv_bytes record;

        st = journal_db_step(jdb, pruner->events, &has_row, err);
        if (st || !has_row)
            break;
        record = journal_column_bytes(pruner->events, 0);
        journal_bind_blob(pruner->del_record, 1, record.data, record.len);
        journal_bind_int(pruner->del_record, 2,
                         sqlite3_column_int64(pruner->events, 1));
        st = journal_db_run(jdb, pruner->del_record, err);
    }
    sqlite3_reset(pruner->events);
    if (!st)
        st = delete_by(jdb, pruner->del_events, victim->id, err);
    if (!st)
        st = delete_by(jdb, pruner->del_body, victim->id, err);
    return st;
}

static enum hv_status
remove_row(const struct journal_db *jdb, struct journal_pruner *pruner,
           const struct victim *victim, struct hv_error *err)
{
    int64_t key;
    enum hv_status st = remove_contents(jdb, pruner, victim, err);

    if (!st && victim->has_digest) {
        memcpy(&key, victim->digest, sizeof(key));
        journal_bind_int(pruner->del_ledger, 1, key);
        journal_bind_int(pruner->del_ledger, 2, victim->id);
        st = journal_db_run(jdb, pruner->del_ledger, err);
    }
    if (!st && !victim->has_digest) {
        journal_bind_int(pruner->del_why, 1, victim->why);
        journal_bind_int(pruner->del_why, 2, victim->id);
        st = journal_db_run(jdb, pruner->del_why, err);
    }
    if (!st)
        st = delete_by(jdb, pruner->del_arrival, victim->id, err);
    return st;
}

struct slice {
    int64_t before_ms;
    int64_t ledger_ms; /* older lines are not needed */
    int64_t upto;      /* in the late tables */
    int64_t from;      /* after this id */
};

static enum hv_status
find(const struct journal_db *jdb, sqlite3_stmt *stmt, int64_t before_ms,
     const struct slice *slice, struct victim *victims, size_t *len,
     struct hv_error *err)
{
    bool has_row = true;
    enum hv_status st = HV_OK;

    *len = 0;
    journal_bind_int(stmt, 1, before_ms);
    journal_bind_int(stmt, 2, JOURNAL_PRUNE_SLICE);
    journal_bind_int(stmt, 3, slice->upto);
    journal_bind_int(stmt, 4, slice->from);
    while (!st && *len < JOURNAL_PRUNE_SLICE) {
        struct victim *victim = &victims[*len];

        st = journal_db_step(jdb, stmt, &has_row, err);
        if (st || !has_row)
            break;
        *victim = (struct victim){
            .id = sqlite3_column_int64(stmt, 0),
            .why = sqlite3_column_int64(stmt, 2),
            .bytes = sqlite3_column_int64(stmt, 3),
        };
        victim->has_digest = journal_column_blob(stmt, 1, victim->digest,
                                                 sizeof(victim->digest));
        (*len)++;
    }
    sqlite3_reset(stmt);
    return st;
}

static enum hv_status
prune_rows(const struct journal_db *jdb, struct journal_pruner *pruner,
           const struct slice *slice, struct hv_prune *out, size_t *len,
           struct hv_error *err)
{
    struct victim victims[JOURNAL_PRUNE_SLICE];
    int64_t old_ms = slice->before_ms < slice->ledger_ms ? slice->before_ms
                                                         : slice->ledger_ms;
    enum hv_status st =
        find(jdb, pruner->rows, old_ms, slice, victims, len, err);

    if (!st && *len == 0)
        st = find(jdb, pruner->refused, slice->before_ms, slice, victims, len,
                  err);

    for (size_t i = 0; !st && i < *len; i++) {
        st = remove_row(jdb, pruner, &victims[i], err);
        out->rows++;
        out->bytes += 256 + (victims[i].has_digest ? victims[i].bytes : 0);
    }
    return st;
}

static enum hv_status
prune_contents(const struct journal_db *jdb, struct journal_pruner *pruner,
               const struct slice *slice, struct hv_prune *out, size_t *len,
               struct hv_error *err)
{
    struct victim victims[JOURNAL_PRUNE_SLICE];
    enum hv_status st =
        find(jdb, pruner->contents, slice->before_ms, slice, victims, len, err);

    for (size_t i = 0; !st && i < *len; i++) {
        st = remove_contents(jdb, pruner, &victims[i], err);
        if (!st)
            st = delete_by(jdb, pruner->set_pruned, victims[i].id, err);
        out->contents++;
        out->bytes += 128 + victims[i].bytes;
    }
    if (!st && *len > 0)
        st = journal_set_meta(jdb, pruner->set_meta, "contents_upto",
                              victims[*len - 1].id, err);
    return st;
}

/* What nothing refers to any more, when the last slice is through. Data keys
 * of pruned contents go too: copies of them cannot be opened then. */
static enum hv_status
tidy(const struct journal_db *jdb, int64_t before_ms, struct hv_error *err)
{
    sqlite3_stmt *stmt = NULL;
    enum hv_status st;

    st = journal_db_exec(
        jdb,
        "DELETE FROM datakey WHERE id<(SELECT datakey FROM arrival WHERE "
        "datakey<>0 AND pruned=0 ORDER BY id LIMIT 1);"
        "DELETE FROM minute WHERE last_id<(SELECT "
        "ifnull(min(id),9223372036854775807) FROM arrival);"
        "DELETE FROM outbox_key WHERE id<(SELECT max(id) FROM outbox_key) AND "
        "id NOT IN (SELECT key FROM outbox)",
        err);
    if (!st)
        st = journal_db_prepare(jdb, "DELETE FROM counter WHERE minute<?1",
                                &stmt, err);
    if (!st) {
        journal_bind_int(stmt, 1, before_ms / 60000);
        st = journal_db_run(jdb, stmt, err);
    }
    sqlite3_finalize(stmt);
    return st;
}

static enum hv_status
prune_some(const struct journal_db *jdb, struct journal_pruner *pruner,
           struct slice *slice, struct hv_prune *out, struct hv_error *err)
{
    size_t rows = 0;
    size_t contents = 0;
    int64_t contents_upto = 0;
    enum hv_status st;

    st = journal_db_int(jdb, "SELECT value FROM meta WHERE name='ledger_upto'",
                        &slice->upto, err);
    if (!st)
        st = journal_db_int(jdb,
                            "SELECT value FROM meta WHERE name='contents_upto'",
                            &contents_upto, err);
    if (!st)
        st = prune_rows(jdb, pruner, slice, out, &rows, err);
    slice->from = contents_upto;
    if (!st && rows == 0)
        st = prune_contents(jdb, pruner, slice, out, &contents, err);
    out->is_done = rows == 0 && contents == 0;
    if (!st && out->is_done)
        st = tidy(jdb,
                  slice->before_ms < slice->ledger_ms ? slice->before_ms
                                                      : slice->ledger_ms,
                  err);
    return st;
}

enum hv_status
journal_prune_slice(const struct journal_db *jdb, struct journal_pruner *pruner,
                    int64_t before_ms, int64_t now_ms, struct hv_prune *out,
                    struct hv_error *err)
{
    struct hv_prune made = *out;
    struct slice slice = { .before_ms = before_ms,
                           .ledger_ms = now_ms - JOURNAL_LEDGER_MS };
    enum hv_status st = journal_db_exec(jdb, "BEGIN IMMEDIATE", err);

    if (!st)
        st = prune_some(jdb, pruner, &slice, &made, err);
    if (!st)
        st = journal_db_exec(jdb, "COMMIT", err);
    if (st && !sqlite3_get_autocommit(jdb->db))
        sqlite3_exec(jdb->db, "ROLLBACK", NULL, NULL, NULL);
    if (!st)
        *out = made;
    return st;
}

enum hv_status
journal_prune_border(const struct journal_db *jdb, int64_t keep_bytes,
                     int64_t *before_ms, struct hv_error *err)
{
    int64_t pages = 0;
    int64_t free_pages = 0;
    int64_t size = 0;
    int64_t first = 0;
    int64_t last = 0;
    int64_t border_ms = 0;
    char sql[128];
    enum hv_status st;

    st = journal_db_int(jdb, "PRAGMA page_count", &pages, err);
    if (!st)
        st = journal_db_int(jdb, "PRAGMA freelist_count", &free_pages, err);
    if (!st)
        st = journal_db_int(jdb, "PRAGMA page_size", &size, err);
    size *= pages - free_pages;
    if (st || size <= keep_bytes)
        return st;
    /* Contents are nearly all of it, and rows are about alike: the same share
     * of them as the file is too large. */
    st = journal_db_int(jdb, "SELECT ifnull(min(id),0) FROM body", &first, err);
    if (!st)
        st = journal_db_int(jdb, "SELECT ifnull(max(id),0) FROM body", &last,
                            err);
    if (st || last == 0)
        return st;
    first += (int64_t)((double)(last - first) * (double)(size - keep_bytes) /
                       (double)size);
    snprintf(sql, sizeof(sql),
             "SELECT received+1 FROM arrival WHERE id>=%lld ORDER BY id "
             "LIMIT 1",
             (long long)first);
    st = journal_db_int(jdb, sql, &border_ms, err);
    if (!st && border_ms > *before_ms)
        *before_ms = border_ms;
    return st;
}

/* -------------------------------------------------------------- commands -- */

/* The same rows as above, counted in one walk: what goes altogether, whose
 * contents go, and about how many bytes. */
static const char count_old[] =
    "SELECT sum(gone),sum(NOT gone AND pruned=0),"
    "ifnull(sum(CASE WHEN gone THEN 256+CASE WHEN digest IS NULL THEN 0 ELSE "
    "bytes END WHEN pruned=0 THEN 128+bytes ELSE 0 END),0) FROM "
    "(SELECT pruned,digest,bytes,received<?2 OR digest IS NULL AS gone "
    "FROM arrival a NOT INDEXED WHERE a.id<=?3 AND "
    "a.id<=(SELECT ifnull(max(last_id),0) FROM minute WHERE minute<=?1/60000) "
    "AND received<?1" NOT_WAITING ")";
static const char count_waiting[] =
    "SELECT count(*),0,0 FROM outbox o JOIN arrival a ON a.id=o.id WHERE "
    "a.received<?1 AND ?2=?2 AND ?3=?3";

static enum hv_status
count_by(const struct journal_db *jdb, const char *sql,
         const struct slice *slice, int64_t counts[3], struct hv_error *err)
{
    sqlite3_stmt *stmt = NULL;
    bool has_row = false;
    enum hv_status st = journal_db_prepare(jdb, sql, &stmt, err);

    if (!st) {
        journal_bind_int(stmt, 1, slice->before_ms);
        journal_bind_int(stmt, 2, slice->ledger_ms);
        journal_bind_int(stmt, 3, slice->upto);
        st = journal_db_step(jdb, stmt, &has_row, err);
    }
    for (int i = 0; has_row && i < 3; i++)
        counts[i] = sqlite3_column_int64(stmt, i);
    sqlite3_finalize(stmt);
    return st;
}

static enum hv_status
count_all(const struct journal_db *jdb, const struct slice *slice,
          struct hv_prune *out, struct hv_error *err)
{
    int64_t old[3] = { 0 };
    int64_t waiting[3] = { 0 };
    enum hv_status st = count_by(jdb, count_old, slice, old, err);

    if (!st)
        st = count_by(jdb, count_waiting, slice, waiting, err);
    *out = (struct hv_prune){ .rows = old[0],
                              .contents = old[1],
                              .bytes = old[2],
                              .kept_waiting = waiting[0],
                              .is_done = true };
    return st;
}

enum hv_status
hv_journal_prune(const char *path, int64_t before_ms, int64_t now_ms,
                 bool dry_run, struct hv_prune *out, struct hv_error *err)
{
    struct journal_db jdb;
    struct journal_pruner pruner = { 0 };
    struct slice slice = { .before_ms = before_ms,
                           .ledger_ms = now_ms - JOURNAL_LEDGER_MS };
    enum hv_status st;

    journal_db_init(&jdb, path);
    st = journal_db_open_beside(&jdb, err);
    if (!st && dry_run)
        st = journal_db_int(&jdb,
                            "SELECT value FROM meta WHERE name='ledger_upto'",
                            &slice.upto, err);
    if (!st && dry_run)
        st = count_all(&jdb, &slice, out, err);
    if (!st && !dry_run)
        st = journal_pruner_prepare(&jdb, &pruner, err);
    /* Some slices a call: opening the file costs more than a slice. */
    for (int i = 0; !st && !dry_run && i < 64; i++) {
        st = journal_prune_slice(&jdb, &pruner, before_ms, now_ms, out, err);
        if (out->is_done)
            break;
    }
    journal_pruner_finalize(&pruner);
    journal_db_release(&jdb);
    return st;
}
