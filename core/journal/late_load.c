/*
 * late_load.c - the beginning and the end of what is entered late: statements,
 * the arrivals that are not in the tables yet, the digests that memory holds.
 * Called when a writer opens and closes its file.
 */
#include "core/journal/late.h"
#include "core/journal/schema.h"

#include <stdlib.h>

/* Rows of (id, key) into one list. */
static enum hv_status
load_list(const struct journal_db *jdb, struct journal_late *late, int list,
          const char *sql, struct hv_error *err)
{
    sqlite3_stmt *stmt = NULL;
    bool has_row = true;
    enum hv_status st = journal_db_prepare(jdb, sql, &stmt, err);

    if (!st) {
        journal_bind_int(stmt, 1, late->upto);
        journal_bind_int(stmt, 2, late->last_id);
    }
    while (!st) {
        uint8_t key[JOURNAL_DIGEST_LEN];

        st = journal_db_step(jdb, stmt, &has_row, err);
        if (st || !has_row)
            break;
        if (journal_column_blob(stmt, 1, key, sizeof(key)))
            journal_late_add(late, list, key, sqlite3_column_int64(stmt, 0));
    }
    sqlite3_finalize(stmt);
    return st;
}

/* The arrivals after @upto up to @last_id, as if they had just come. */
static enum hv_status
load(const struct journal_db *jdb, struct journal_late *late, int64_t last_id,
     struct hv_error *err)
{
    enum hv_status st;

    late->last_id = last_id;
    st = load_list(jdb, late, LATE_DIGESTS,
                   "SELECT id,digest FROM arrival WHERE id>?1 AND "
                   "id<=?2 AND digest IS NOT NULL AND twin=0 ORDER BY id",
                   err);
    if (!st)
        st = load_list(jdb, late, LATE_RECORDS,
                       "SELECT id,record FROM event WHERE id>=((?1+1)<<12) "
                       "AND id<((?2+1)<<12) ORDER BY id",
                       err);
    if (!st)
        st = journal_db_int(jdb,
                            "SELECT ifnull((SELECT received FROM arrival ORDER "
                            "BY id DESC LIMIT 1),0)",
                            &late->last_ms, err);
    return st;
}

/* More than memory should hold: written at once. */
static enum hv_status
write_all(const struct journal_db *jdb, struct journal_late *late,
          struct hv_error *err)
{
    enum hv_status st = journal_db_exec(jdb, "BEGIN IMMEDIATE", err);

    if (!st)
        st = journal_late_write(jdb, late, SIZE_MAX, err);
    if (!st)
        st = journal_db_exec(jdb, "COMMIT", err);
    if (st && !sqlite3_get_autocommit(jdb->db))
        sqlite3_exec(jdb->db, "ROLLBACK", NULL, NULL, NULL);
    if (!st)
        journal_late_settled(late);
    return st;
}

static enum hv_status
catch_up(const struct journal_db *jdb, struct journal_late *late,
         struct hv_error *err)
{
    int64_t newest = 0;
    enum hv_status st = journal_db_int(
        jdb, "SELECT ifnull(max(id),0) FROM arrival", &newest, err);

    if (!st)
        st = journal_db_int(jdb,
                            "SELECT value FROM meta WHERE name='ledger_upto'",
                            &late->upto, err);
    late->next = late->last_id = late->upto;
    while (!st && newest - late->upto > JOURNAL_LATE_MAX) {
        st = load(jdb, late, late->upto + JOURNAL_LATE_MAX, err);
        if (!st)
            st = write_all(jdb, late, err);
    }
    if (!st && newest > late->upto)
        st = load(jdb, late, newest, err);
    journal_late_mark(late);
    return st;
}

enum hv_status
journal_late_prepare(const struct journal_db *jdb, struct journal_late *late,
                     struct hv_error *err)
{
    const struct {
        sqlite3_stmt **stmt;
        const char *sql;
    } wanted[] = {
        { &late->find,
          "SELECT a.id,a.digest,ifnull(b.received,a.received)-a.received "
          "FROM ledger l JOIN arrival a ON a.id=l.arrival "
          "LEFT JOIN arrival b ON b.id=?2 WHERE l.key=?1" },
        { &late->put,
          "INSERT OR REPLACE INTO ledger(key,arrival) VALUES(?1,?2)" },
        { &late->link, "UPDATE arrival SET twin=?2 WHERE id=?1 AND twin=0" },
        { &late->note_retry,
          "INSERT INTO retry(day,sub,version,repeats,longest,at) "
          "SELECT received/86400000,sub,version,1,?2,received FROM arrival "
          "WHERE id=?1 ON CONFLICT DO UPDATE SET repeats=repeats+1,"
          "at=CASE WHEN excluded.longest>longest THEN excluded.at ELSE at END,"
          "longest=max(longest,excluded.longest)" },
        { &late->old, "SELECT id,digest,received FROM arrival WHERE id>?1 AND "
                      "id<=?2 ORDER BY id LIMIT ?3" },
        { &late->forget, "DELETE FROM ledger WHERE key=?1 AND arrival=?2" },
        { &late->set_meta, "UPDATE meta SET value=?2 WHERE name=?1" },
    };
    enum hv_status st = HV_OK;

    for (size_t i = 0; !st && i < HV_LEN(wanted); i++)
        st = journal_db_prepare(jdb, wanted[i].sql, wanted[i].stmt, err);
    if (!st)
        st = journal_bulk_prepare(jdb, &late->first,
                                  "OR IGNORE INTO ledger(key,arrival)", 2, err);
    if (!st)
        st = journal_bulk_prepare(jdb, &late->records,
                                  "OR IGNORE INTO event_record(record,id)", 2,
                                  err);
    if (!st)
        st = catch_up(jdb, late, err);
    return st;
}

void
journal_late_release(struct journal_late *late)
{
    sqlite3_finalize(late->find);
    journal_bulk_finalize(&late->first);
    journal_bulk_finalize(&late->records);
    sqlite3_finalize(late->put);
    sqlite3_finalize(late->link);
    sqlite3_finalize(late->note_retry);
    sqlite3_finalize(late->old);
    sqlite3_finalize(late->forget);
    sqlite3_finalize(late->set_meta);
    for (int i = 0; i < LATE_LISTS; i++) {
        free(late->filling[i].items);
        free(late->writing[i].items);
    }
    *late = (struct journal_late){ 0 };
}

enum hv_status
journal_recent_load(const struct journal_db *jdb, struct journal_recent *recent,
                    struct hv_error *err)
{
    sqlite3_stmt *stmt = NULL;
    bool has_row = true;
    enum hv_status st;

    journal_recent_clear(recent);
    st = journal_db_prepare(jdb,
                            "SELECT id,digest,received FROM arrival WHERE "
                            "id>(SELECT ifnull(max(id),0)-?1 FROM arrival) "
                            "AND digest IS NOT NULL AND twin=0 ORDER BY id",
                            &stmt, err);
    if (!st)
        journal_bind_int(stmt, 1, JOURNAL_RECENT_SIZE);
    while (!st && has_row) {
        struct journal_seen seen = { 0 };

        st = journal_db_step(jdb, stmt, &has_row, err);
        if (st || !has_row)
            break;
        seen.id = sqlite3_column_int64(stmt, 0);
        seen.received_ms = sqlite3_column_int64(stmt, 2);
        if (journal_column_blob(stmt, 1, seen.digest, sizeof(seen.digest)))
            journal_recent_add(recent, &seen);
    }
    sqlite3_finalize(stmt);
    journal_recent_mark(recent);
    return st;
}
