/*
 * schema.c - the tables of the journal, version by version. A file says in
 * application_id that it is ours and in user_version which tables it has; what
 * is newer or not ours is refused before anything is written to it. Called
 * when a file is opened.
 */
#include "core/journal/schema.h"

#include <stdio.h>

_Static_assert(JOURNAL_EVENT_BITS == 12, "the shift in version_2");

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

/*
 * Version 2 defers what has random keys, and adds what lasts beyond the rows.
 *
 * arrival.pruned: 1 = body and events went by age or size, the line stays.
 * event_record: which events name a record; filled late, in order of its keys,
 *   up to the arrival in meta.ledger_upto, like the ledger. Younger events are
 *   found by walking them.
 * hour: the counters again, kept for ever. retry: repeats by the day, and the
 *   longest wait between two of them.
 * uptime: one row per start of a listener; beat is the last sign of life.
 * outbox: what waits to be handed on, sealed under a key drawn at each start
 *   from the outbox key and outbox_key.salt. ready = no older one names a record
 *   of it; outbox_lane says which records. again = repeats merged into it.
 * meta.why_shared: arrivals up to this id may share the reason of a refusal
 *   with others; younger refused ones each have their own.
 * meta.contents_upto: the bodies of verified arrivals up to it are gone or are
 *   still to be handed on.
 */
static const char version_2[] =
    "ALTER TABLE arrival ADD COLUMN pruned INTEGER NOT NULL DEFAULT 0;"
    "DROP INDEX event_record;"
    "CREATE TABLE event_record (record BLOB NOT NULL, id INTEGER NOT NULL,"
    " PRIMARY KEY (record, id)) STRICT, WITHOUT ROWID;"
    "INSERT INTO event_record SELECT record,id FROM event WHERE"
    " id<((SELECT value+1 FROM meta WHERE name='ledger_upto')<<12)"
    " ORDER BY record,id;"
    "CREATE TABLE hour (hour INTEGER NOT NULL, sub BLOB NOT NULL,"
    " version TEXT NOT NULL, verdict INTEGER NOT NULL,"
    " arrivals INTEGER NOT NULL, fresh INTEGER NOT NULL,"
    " PRIMARY KEY (hour, sub, version, verdict)) STRICT, WITHOUT ROWID;"
    "INSERT INTO hour SELECT minute/60,sub,version,verdict,sum(arrivals),"
    " sum(fresh) FROM counter GROUP BY minute/60,sub,version,verdict;"
    "CREATE TABLE retry (day INTEGER NOT NULL, sub BLOB NOT NULL,"
    " version TEXT NOT NULL, repeats INTEGER NOT NULL,"
    " longest INTEGER NOT NULL, at INTEGER NOT NULL,"
    " PRIMARY KEY (day, sub, version)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE uptime (id INTEGER PRIMARY KEY, started INTEGER NOT NULL,"
    " beat INTEGER NOT NULL, stopped INTEGER NOT NULL) STRICT;"
    "CREATE TABLE outbox_key (id INTEGER PRIMARY KEY AUTOINCREMENT,"
    " reader BLOB NOT NULL, salt BLOB NOT NULL) STRICT;"
    "CREATE TABLE outbox (id INTEGER PRIMARY KEY, digest BLOB NOT NULL,"
    " ready INTEGER NOT NULL, due INTEGER NOT NULL,"
    " attempts INTEGER NOT NULL, again INTEGER NOT NULL,"
    " error TEXT NOT NULL, key INTEGER NOT NULL, n INTEGER NOT NULL,"
    " sealed BLOB NOT NULL) STRICT;"
    "CREATE INDEX outbox_ready ON outbox(due) WHERE ready=1;"
    "CREATE INDEX outbox_digest ON outbox(digest);"
    "CREATE TABLE outbox_lane (record BLOB NOT NULL, id INTEGER NOT NULL,"
    " PRIMARY KEY (record, id)) STRICT, WITHOUT ROWID;"
    "CREATE INDEX outbox_lane_id ON outbox_lane(id);"
    "INSERT INTO meta SELECT 'why_shared', ifnull(max(id),0) FROM arrival;"
    "INSERT INTO meta VALUES ('contents_upto', 0);";

/*
 * Version 3 leads to rows of one key version, and to the rare ones by what they
 * are: see way.c. What was verified pays for the first alone, whose keys come in
 * long runs.
 */
static const char version_3[] =
    "CREATE INDEX arrival_version ON arrival(version);"
    "CREATE INDEX arrival_odd_verdict ON arrival(verdict) WHERE verdict<>0;"
    "CREATE INDEX arrival_odd_sub ON arrival(sub) WHERE verdict<>0;";

/* Row i brings a file from version i to i + 1. Never edited once released. */
static const char *const migrations[] = { version_1, version_2, version_3 };

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

enum hv_status
journal_schema_current(const struct journal_db *jdb, struct hv_error *err)
{
    int64_t version = 0;
    enum hv_status st =
        journal_db_int(jdb, "PRAGMA user_version", &version, err);

    if (st || version == journal_schema_version())
        return st;
    hv_fail(err, HV_ERR_DAMAGED,
            "%s has format %lld and must be brought to format %d first",
            jdb->path, (long long)version, journal_schema_version());
    hv_hint(err, "start the listener once: it does that, and keeps all rows");
    return HV_ERR_DAMAGED;
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
