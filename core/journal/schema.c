/*
 * schema.c - the tables of the journal, version by version. A file says in
 * application_id that it is ours and in user_version which tables it has; what
 * is newer or not ours is refused before anything is written to it. Called
 * when a file is opened.
 */
#include "core/journal/schema.h"

#include <stdio.h>

/*
 * arrival: one row per received request, small columns only.
 *   sub, version  as the header named them, NULL = it named none
 *   sha256        of the body
 *   digest        first 16 bytes of SHA-256(sub || body), NULL = not verified
 *   twin          id of the first arrival with that digest, 0 = none known;
 *                 the only column that may change later
 *   datakey       0 = nothing of this row is sealed
 * body, event: what the writer cannot read again. `n` is the counter that made
 *   the nonce under the row's data key. event.id: see JOURNAL_EVENT_BITS.
 * minute: which rows came in a minute, so that times find rows without an
 *   index and in spite of a clock that was set back.
 * counter, total: arrivals per minute, and ever. first_id and last_id bound
 *   the search for rows of one kind. A zero sub and an empty version stand for
 *   what the header named and we do not know: a stranger cannot make rows.
 * ledger: first 8 bytes of a digest -> its first arrival, of the last 14 days.
 *   Who deletes an arrival deletes its line here, in the same transaction.
 * arrival_odd: trouble is rare and searched for often.
 */
static const char version_1[] =
    "CREATE TABLE datakey (id INTEGER PRIMARY KEY AUTOINCREMENT,"
    " created INTEGER NOT NULL, reader BLOB NOT NULL, ephemeral BLOB NOT NULL,"
    " wrapped BLOB NOT NULL) STRICT;"
    "CREATE TABLE why (id INTEGER PRIMARY KEY, steps BLOB NOT NULL) STRICT;"
    "CREATE TABLE arrival (id INTEGER PRIMARY KEY AUTOINCREMENT,"
    " received INTEGER NOT NULL, sub BLOB, version TEXT,"
    " verdict INTEGER NOT NULL, answer INTEGER NOT NULL,"
    " bytes INTEGER NOT NULL, sha256 BLOB NOT NULL, digest BLOB,"
    " twin INTEGER NOT NULL, test INTEGER NOT NULL, events INTEGER NOT NULL,"
    " things INTEGER NOT NULL, peer TEXT NOT NULL, why INTEGER NOT NULL,"
    " datakey INTEGER NOT NULL) STRICT;"
    "CREATE INDEX arrival_sub ON arrival(sub);"
    "CREATE INDEX arrival_odd ON arrival(id) WHERE verdict<>0;"
    "CREATE TABLE body (id INTEGER PRIMARY KEY, n INTEGER NOT NULL,"
    " sealed BLOB NOT NULL) STRICT;"
    "CREATE TABLE event (id INTEGER PRIMARY KEY, sub BLOB NOT NULL,"
    " record BLOB NOT NULL, n INTEGER NOT NULL, sealed BLOB NOT NULL) STRICT;"
    "CREATE INDEX event_record ON event(record);"
    "CREATE TABLE minute (minute INTEGER PRIMARY KEY,"
    " first_id INTEGER NOT NULL, last_id INTEGER NOT NULL) STRICT;"
    "CREATE TABLE counter (minute INTEGER NOT NULL, sub BLOB NOT NULL,"
    " version TEXT NOT NULL, verdict INTEGER NOT NULL,"
    " arrivals INTEGER NOT NULL, fresh INTEGER NOT NULL,"
    " last INTEGER NOT NULL, last_fresh INTEGER NOT NULL,"
    " PRIMARY KEY (minute, sub, version, verdict)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE total (sub BLOB NOT NULL, version TEXT NOT NULL,"
    " verdict INTEGER NOT NULL, arrivals INTEGER NOT NULL,"
    " fresh INTEGER NOT NULL, last INTEGER NOT NULL,"
    " last_fresh INTEGER NOT NULL, first_id INTEGER, last_id INTEGER,"
    " PRIMARY KEY (sub, version, verdict)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE ledger (key INTEGER PRIMARY KEY, arrival INTEGER NOT NULL)"
    " STRICT;"
    "CREATE TABLE meta (name TEXT PRIMARY KEY, value INTEGER NOT NULL)"
    " STRICT, WITHOUT ROWID;"
    "INSERT INTO meta VALUES ('ledger_upto', 0), ('ledger_from', 0);";

/* Row i brings a file from version i to i + 1. Never edited once released. */
static const char *const migrations[] = { version_1 };

int
journal_schema_version(void)
{
    return (int)HV_LEN(migrations);
}

static enum hv_status
fail_newer(const struct journal_db *jdb, int64_t version, struct hv_error *err)
{
    hv_fail(err, HV_ERR_DAMAGED,
            "%s has format %lld, this program knows formats up to %d: it was "
            "made by a newer version and is left as it is",
            jdb->path, (long long)version, journal_schema_version());
    hv_hint(err, "use the newer hvconsole, or another --store");
    return HV_ERR_DAMAGED;
}

enum hv_status
journal_schema_check(const struct journal_db *jdb, bool *is_new,
                     struct hv_error *err)
{
    int64_t application = 0;
    int64_t version = 0;
    int64_t objects = 0;
    enum hv_status st;

    st = journal_db_int(jdb, "PRAGMA application_id", &application, err);
    if (!st)
        st = journal_db_int(jdb, "PRAGMA user_version", &version, err);
    if (!st)
        st = journal_db_int(jdb, "SELECT count(*) FROM sqlite_schema", &objects,
                            err);
    if (st)
        return st;
    *is_new = application == 0 && version == 0 && objects == 0;
    if (*is_new)
        return HV_OK;
    if (application != JOURNAL_APPLICATION_ID) {
        hv_fail(err, HV_ERR_DAMAGED,
                "%s is not a journal: it is the SQLite file of another program",
                jdb->path);
        hv_hint(err, "move it away, or use another --store");
        return HV_ERR_DAMAGED;
    }
    if (version > journal_schema_version())
        return fail_newer(jdb, version, err);
    if (version < 1 || objects == 0)
        return hv_fail(err, HV_ERR_DAMAGED,
                       "%s is damaged: it says that it is a journal and has no "
                       "tables of one",
                       jdb->path);
    return HV_OK;
}

static enum hv_status
bring_one(const struct journal_db *jdb, int from, struct hv_error *err)
{
    char mark[96];
    enum hv_status st;

    snprintf(mark, sizeof(mark),
             "PRAGMA application_id=%d; PRAGMA user_version=%d;",
             JOURNAL_APPLICATION_ID, from + 1);
    st = journal_db_exec(jdb, "BEGIN IMMEDIATE", err);
    if (st)
        return st;
    st = journal_db_exec(jdb, migrations[from], err);
    if (!st)
        st = journal_db_exec(jdb, mark, err);
    if (!st)
        st = journal_db_exec(jdb, "COMMIT", err);
    if (st && !sqlite3_get_autocommit(jdb->db))
        sqlite3_exec(jdb->db, "ROLLBACK", NULL, NULL, NULL);
    return st;
}

enum hv_status
journal_schema_bring(const struct journal_db *jdb, struct hv_error *err)
{
    int64_t version = 0;
    enum hv_status st =
        journal_db_int(jdb, "PRAGMA user_version", &version, err);

    for (; !st && version < journal_schema_version(); version++)
        st = bring_one(jdb, (int)version, err);
    return st;
}
