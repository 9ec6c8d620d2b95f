/*
 * ledger.c - finds the first of identical messages beyond what memory holds.
 * A table with random keys would halve the writer if every row went through it
 * at once; so rows enter it later, in slices, when the writer has time. Called
 * by the writer only. Links, never drops.
 */
#include "core/journal/schema.h"
#include "core/journal/writer.h"

#include <string.h>

enum hv_status
journal_ledger_prepare(const struct journal_db *jdb,
                       struct journal_ledger *ledger, struct hv_error *err)
{
    const struct {
        sqlite3_stmt **stmt;
        const char *sql;
    } wanted[] = {
        { &ledger->arrivals,
          "SELECT id,digest,twin,received FROM arrival WHERE id>?1 "
          "ORDER BY id LIMIT ?2" },
        { &ledger->find, "SELECT a.id,a.digest,a.received FROM ledger l "
                         "JOIN arrival a ON a.id=l.arrival WHERE l.key=?1" },
        { &ledger->put,
          "INSERT OR REPLACE INTO ledger(key,arrival) VALUES(?1,?2)" },
        { &ledger->forget, "DELETE FROM ledger WHERE key=?1 AND arrival=?2" },
        { &ledger->link, "UPDATE arrival SET twin=?2 WHERE id=?1" },
        { &ledger->set_meta, "UPDATE meta SET value=?2 WHERE name=?1" },
    };
    enum hv_status st = HV_OK;

    for (size_t i = 0; !st && i < HV_LEN(wanted); i++)
        st = journal_db_prepare(jdb, wanted[i].sql, wanted[i].stmt, err);
    if (!st)
        st = journal_db_int(jdb,
                            "SELECT value FROM meta WHERE name='ledger_upto'",
                            &ledger->upto, err);
    return st;
}

void
journal_ledger_finalize(struct journal_ledger *ledger)
{
    sqlite3_finalize(ledger->arrivals);
    sqlite3_finalize(ledger->find);
    sqlite3_finalize(ledger->put);
    sqlite3_finalize(ledger->forget);
    sqlite3_finalize(ledger->link);
    sqlite3_finalize(ledger->set_meta);
    *ledger = (struct journal_ledger){ 0 };
}

enum hv_status
journal_ledger_load(const struct journal_db *jdb, struct journal_recent *recent,
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

static int64_t
key_of(const uint8_t *digest)
{
    int64_t key;

    memcpy(&key, digest, sizeof(key));
    return key;
}

static enum hv_status
set_meta(const struct journal_db *jdb, struct journal_ledger *ledger,
         const char *name, int64_t value, struct hv_error *err)
{
    journal_bind_text(ledger->set_meta, 1, name);
    journal_bind_int(ledger->set_meta, 2, value);
    return journal_db_run(jdb, ledger->set_meta, err);
}

/* One verified arrival without a known twin: link it to the first of its kind,
 * or enter it as that first. */
static enum hv_status
enter(const struct journal_db *jdb, struct journal_ledger *ledger,
      const struct journal_seen *seen, struct hv_error *err)
{
    struct journal_seen first = { 0 };
    bool has_row = false;
    bool is_same = false;
    enum hv_status st;

    journal_bind_int(ledger->find, 1, key_of(seen->digest));
    st = journal_db_step(jdb, ledger->find, &has_row, err);
    if (st)
        return st;
    if (has_row) {
        first.id = sqlite3_column_int64(ledger->find, 0);
        first.received_ms = sqlite3_column_int64(ledger->find, 2);
        is_same =
            journal_column_blob(ledger->find, 1, first.digest,
                                sizeof(first.digest)) &&
            memcmp(first.digest, seen->digest, sizeof(first.digest)) == 0 &&
            seen->received_ms - first.received_ms <= JOURNAL_LEDGER_MS;
        sqlite3_reset(ledger->find);
    }
    if (is_same && first.id < seen->id) {
        journal_bind_int(ledger->link, 1, seen->id);
        journal_bind_int(ledger->link, 2, first.id);
        return journal_db_run(jdb, ledger->link, err);
    }
    journal_bind_int(ledger->put, 1, key_of(seen->digest));
    journal_bind_int(ledger->put, 2, seen->id);
    return journal_db_run(jdb, ledger->put, err);
}

/* The next arrivals after @from; false in @seen->id when there are no more. */
static enum hv_status
next_arrival(const struct journal_db *jdb, struct journal_ledger *ledger,
             struct journal_seen *seen, bool *is_first, struct hv_error *err)
{
    bool has_row = false;
    enum hv_status st = journal_db_step(jdb, ledger->arrivals, &has_row, err);

    *seen = (struct journal_seen){ 0 };
    if (st || !has_row)
        return st;
    seen->id = sqlite3_column_int64(ledger->arrivals, 0);
    seen->received_ms = sqlite3_column_int64(ledger->arrivals, 3);
    *is_first = sqlite3_column_int64(ledger->arrivals, 2) == 0 &&
                journal_column_blob(ledger->arrivals, 1, seen->digest,
                                    sizeof(seen->digest));
    return HV_OK;
}

/* Enter up to @max arrivals; @newest_ms is the time of the last of them. */
static enum hv_status
enter_slice(const struct journal_db *jdb, struct journal_ledger *ledger,
            int64_t max, int64_t *upto, int64_t *newest_ms,
            struct hv_error *err)
{
    struct journal_seen seen = { 0 };
    bool is_first = false;
    enum hv_status st;

    journal_bind_int(ledger->arrivals, 1, *upto);
    journal_bind_int(ledger->arrivals, 2, max);
    do {
        st = next_arrival(jdb, ledger, &seen, &is_first, err);
        if (st || seen.id == 0)
            break;
        *upto = seen.id;
        *newest_ms = seen.received_ms;
        if (is_first)
            st = enter(jdb, ledger, &seen, err);
    } while (!st);
    sqlite3_reset(ledger->arrivals);
    return st;
}

/* Take out what was first more than 14 days before @newest_ms. */
static enum hv_status
forget_slice(const struct journal_db *jdb, struct journal_ledger *ledger,
             int64_t max, int64_t newest_ms, struct hv_error *err)
{
    struct journal_seen seen = { 0 };
    bool is_first = false;
    int64_t from = 0;
    int64_t start;
    enum hv_status st;

    st = journal_db_int(jdb, "SELECT value FROM meta WHERE name='ledger_from'",
                        &from, err);
    if (st)
        return st;
    start = from;
    journal_bind_int(ledger->arrivals, 1, from);
    journal_bind_int(ledger->arrivals, 2, max);
    do {
        st = next_arrival(jdb, ledger, &seen, &is_first, err);
        if (st || seen.id == 0 || seen.id > ledger->upto ||
            newest_ms - seen.received_ms <= JOURNAL_LEDGER_MS)
            break;
        from = seen.id;
        if (!is_first)
            continue;
        journal_bind_int(ledger->forget, 1, key_of(seen.digest));
        journal_bind_int(ledger->forget, 2, seen.id);
        st = journal_db_run(jdb, ledger->forget, err);
    } while (!st);
    sqlite3_reset(ledger->arrivals);
    if (!st && from != start)
        st = set_meta(jdb, ledger, "ledger_from", from, err);
    return st;
}

enum hv_status
journal_ledger_slice(const struct journal_db *jdb,
                     struct journal_ledger *ledger, int64_t max, bool *more,
                     struct hv_error *err)
{
    int64_t upto = ledger->upto;
    int64_t newest_ms = 0;
    int64_t left = 0;
    enum hv_status st = journal_db_exec(jdb, "BEGIN IMMEDIATE", err);

    *more = false;
    if (st)
        return st;
    st = enter_slice(jdb, ledger, max, &upto, &newest_ms, err);
    if (!st && upto != ledger->upto) {
        st = set_meta(jdb, ledger, "ledger_upto", upto, err);
        if (!st)
            st = forget_slice(jdb, ledger, max, newest_ms, err);
    }
    if (!st)
        st = journal_db_int(jdb, "SELECT ifnull(max(id),0) FROM arrival", &left,
                            err);
    if (!st)
        st = journal_db_exec(jdb, "COMMIT", err);
    if (st) {
        if (!sqlite3_get_autocommit(jdb->db))
            sqlite3_exec(jdb->db, "ROLLBACK", NULL, NULL, NULL);
        return st;
    }
    ledger->upto = upto;
    *more = left > upto;
    return HV_OK;
}
