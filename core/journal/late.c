/*
 * late.c - enters digests into the ledger and records into their index, sorted
 * and in slices, some time after their rows; links repeats of messages that
 * memory has forgotten. Called by the writer only. Entering twice does no harm:
 * after a crash the same arrivals are entered again. Links, never drops.
 */
#include "core/journal/late.h"
#include "core/journal/schema.h"

#include <stdlib.h>
#include <string.h>

enum hv_status
journal_set_meta(const struct journal_db *jdb, sqlite3_stmt *set_meta,
                 const char *name, int64_t value, struct hv_error *err)
{
    journal_bind_text(set_meta, 1, name);
    journal_bind_int(set_meta, 2, value);
    return journal_db_run(jdb, set_meta, err);
}

static int64_t
key_of(const uint8_t *digest)
{
    int64_t key;

    memcpy(&key, digest, sizeof(key));
    return key;
}

/* ---------------------------------------------------------------- lists -- */

void
journal_late_add(struct journal_late *late, int list, const uint8_t key[16],
                 int64_t id, int64_t received_ms)
{
    struct journal_late_list *to = &late->filling[list];

    if (to->len == to->cap) {
        to->cap = to->cap ? to->cap * 2 : 1024;
        to->items = hv_realloc_array(to->items, to->cap, sizeof(*to->items));
    }
    to->items[to->len] =
        (struct journal_late_item){ .id = id, .received_ms = received_ms };
    memcpy(to->items[to->len].digest, key, JOURNAL_DIGEST_LEN);
    to->len++;
}

void
journal_late_arrived(struct journal_late *late, int64_t id, int64_t received_ms)
{
    late->last_id = id;
    late->last_ms = received_ms;
}

void
journal_late_mark(struct journal_late *late)
{
    for (int i = 0; i < LATE_LISTS; i++) {
        late->mark_len[i] = late->filling[i].len;
        late->mark_at[i] = late->writing[i].at;
    }
    late->mark_id = late->last_id;
}

void
journal_late_undo(struct journal_late *late)
{
    for (int i = 0; i < LATE_LISTS; i++) {
        late->filling[i].len = late->mark_len[i];
        late->writing[i].at = late->mark_at[i];
    }
    late->last_id = late->mark_id;
}

static bool
is_writing(const struct journal_late *late)
{
    return late->next > late->upto;
}

bool
journal_late_is_due(const struct journal_late *late)
{
    return is_writing(late) ||
           late->filling[LATE_DIGESTS].len >= JOURNAL_LATE_MAX ||
           late->filling[LATE_RECORDS].len >= JOURNAL_LATE_MAX;
}

bool
journal_late_is_empty(const struct journal_late *late)
{
    return late->last_id <= late->upto;
}

/* In the order of their table. The digest's key is its first bytes as a
 * number; equal ones keep the order they came in. */
static int
by_digest(const void *a, const void *b)
{
    const struct journal_late_item *x = a;
    const struct journal_late_item *y = b;
    int64_t i = key_of(x->digest);
    int64_t j = key_of(y->digest);

    if (i != j)
        return i < j ? -1 : 1;
    return x->id < y->id ? -1 : x->id > y->id;
}

static int
by_record(const void *a, const void *b)
{
    const struct journal_late_item *x = a;
    const struct journal_late_item *y = b;
    int order = memcmp(x->digest, y->digest, JOURNAL_DIGEST_LEN);

    if (order != 0)
        return order;
    return x->id < y->id ? -1 : x->id > y->id;
}

/* What has gathered becomes what is being written. */
static void
begin(struct journal_late *late)
{
    for (int i = 0; i < LATE_LISTS; i++) {
        struct journal_late_list list = late->writing[i];

        late->writing[i] = late->filling[i];
        late->filling[i] = list; /* its memory */
        late->filling[i].len = 0;
        late->writing[i].at = 0;
        if (late->writing[i].len > 1)
            qsort(late->writing[i].items, late->writing[i].len,
                  sizeof(*late->writing[i].items),
                  i == LATE_DIGESTS ? by_digest : by_record);
    }
    late->next = late->last_id;
    journal_late_mark(late);
}

/* --------------------------------------------------------------- ledger -- */

/* One first message: link it to an older one of its kind, or enter it as the
 * first. */
static enum hv_status
enter(const struct journal_db *jdb, struct journal_late *late,
      const struct journal_late_item *seen, struct hv_error *err)
{
    struct journal_seen first = { 0 };
    bool has_row = false;
    bool is_same = false;
    enum hv_status st;

    journal_bind_int(late->find, 1, key_of(seen->digest));
    st = journal_db_step(jdb, late->find, &has_row, err);
    if (st)
        return st;
    if (has_row) {
        first.id = sqlite3_column_int64(late->find, 0);
        first.received_ms = sqlite3_column_int64(late->find, 2);
        is_same =
            journal_column_blob(late->find, 1, first.digest,
                                sizeof(first.digest)) &&
            memcmp(first.digest, seen->digest, sizeof(first.digest)) == 0 &&
            seen->received_ms - first.received_ms <= JOURNAL_LEDGER_MS;
        sqlite3_reset(late->find);
    }
    if (!is_same || first.id >= seen->id) {
        journal_bind_int(late->put, 1, key_of(seen->digest));
        journal_bind_int(late->put, 2, seen->id);
        return journal_db_run(jdb, late->put, err);
    }
    journal_bind_int(late->link, 1, seen->id);
    journal_bind_int(late->link, 2, first.id);
    st = journal_db_run(jdb, late->link, err);
    /* Nothing changed: it was linked before a crash, and counted then. */
    if (st || sqlite3_changes(jdb->db) == 0)
        return st;
    journal_bind_int(late->note_retry, 1, seen->id);
    journal_bind_int(late->note_retry, 2,
                     seen->received_ms - first.received_ms);
    return journal_db_run(jdb, late->note_retry, err);
}

/* Take out what was first more than 14 days before @now_ms, @max at most. */
static enum hv_status
forget(const struct journal_db *jdb, struct journal_late *late, int64_t now_ms,
       size_t max, struct hv_error *err)
{
    int64_t from = 0;
    int64_t start;
    bool has_row = true;
    enum hv_status st;

    st = journal_db_int(jdb, "SELECT value FROM meta WHERE name='ledger_from'",
                        &from, err);
    if (st)
        return st;
    start = from;
    journal_bind_int(late->old, 1, from);
    journal_bind_int(late->old, 2, late->upto);
    journal_bind_int(late->old, 3, (int64_t)max);
    while (!st) {
        uint8_t digest[JOURNAL_DIGEST_LEN];

        st = journal_db_step(jdb, late->old, &has_row, err);
        if (st || !has_row ||
            now_ms - sqlite3_column_int64(late->old, 2) <= JOURNAL_LEDGER_MS)
            break;
        from = sqlite3_column_int64(late->old, 0);
        if (!journal_column_blob(late->old, 1, digest, sizeof(digest)))
            continue;
        journal_bind_int(late->forget, 1, key_of(digest));
        journal_bind_int(late->forget, 2, from);
        st = journal_db_run(jdb, late->forget, err);
    }
    sqlite3_reset(late->old);
    if (!st && from != start)
        st = journal_set_meta(jdb, late->set_meta, "ledger_from", from, err);
    return st;
}

/* -------------------------------------------------------------- records -- */

static enum hv_status
enter_record(const struct journal_db *jdb, struct journal_late *late,
             const struct journal_late_item *seen, struct hv_error *err)
{
    journal_bind_blob(late->put_record, 1, seen->digest, JOURNAL_DIGEST_LEN);
    journal_bind_int(late->put_record, 2, seen->id);
    return journal_db_run(jdb, late->put_record, err);
}

/* -------------------------------------------------------------- writing -- */

enum hv_status
journal_late_write(const struct journal_db *jdb, struct journal_late *late,
                   size_t max, struct hv_error *err)
{
    struct journal_late_list *digests = &late->writing[LATE_DIGESTS];
    struct journal_late_list *records = &late->writing[LATE_RECORDS];
    enum hv_status st = HV_OK;

    if (!is_writing(late))
        begin(late);
    for (size_t i = 0; !st && i < max && digests->at < digests->len; i++)
        st = enter(jdb, late, &digests->items[digests->at++], err);
    for (size_t i = 0; !st && i < max && records->at < records->len; i++)
        st = enter_record(jdb, late, &records->items[records->at++], err);
    if (!st)
        st = forget(jdb, late, late->last_ms, max, err);
    if (!st && digests->at == digests->len && records->at == records->len)
        st = journal_set_meta(jdb, late->set_meta, "ledger_upto", late->next,
                              err);
    return st;
}

void
journal_late_settled(struct journal_late *late)
{
    for (int i = 0; i < LATE_LISTS; i++) {
        if (late->writing[i].at < late->writing[i].len)
            return;
    }
    late->upto = late->next;
    for (int i = 0; i < LATE_LISTS; i++)
        late->writing[i].len = late->writing[i].at = 0;
}

/* -------------------------------------------------------------- loading -- */

/* Rows of (id, key, received) into one list. */
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
            journal_late_add(late, list, key, sqlite3_column_int64(stmt, 0),
                             sqlite3_column_int64(stmt, 2));
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
                   "SELECT id,digest,received FROM arrival WHERE id>?1 AND "
                   "id<=?2 AND digest IS NOT NULL AND twin=0 ORDER BY id",
                   err);
    if (!st)
        st = load_list(jdb, late, LATE_RECORDS,
                       "SELECT id,record,0 FROM event WHERE id>=((?1+1)<<12) "
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
        { &late->find, "SELECT a.id,a.digest,a.received FROM ledger l "
                       "JOIN arrival a ON a.id=l.arrival WHERE l.key=?1" },
        { &late->put,
          "INSERT OR REPLACE INTO ledger(key,arrival) VALUES(?1,?2)" },
        { &late->link, "UPDATE arrival SET twin=?2 WHERE id=?1 AND twin=0" },
        { &late->note_retry,
          "INSERT INTO retry(day,sub,version,repeats,longest,at) "
          "SELECT received/86400000,sub,version,1,?2,received FROM arrival "
          "WHERE id=?1 ON CONFLICT DO UPDATE SET repeats=repeats+1,"
          "at=CASE WHEN excluded.longest>longest THEN excluded.at ELSE at END,"
          "longest=max(longest,excluded.longest)" },
        { &late->put_record,
          "INSERT OR IGNORE INTO event_record(record,id) VALUES(?1,?2)" },
        { &late->old, "SELECT id,digest,received FROM arrival WHERE id>?1 AND "
                      "id<=?2 ORDER BY id LIMIT ?3" },
        { &late->forget, "DELETE FROM ledger WHERE key=?1 AND arrival=?2" },
        { &late->set_meta, "UPDATE meta SET value=?2 WHERE name=?1" },
    };
    enum hv_status st = HV_OK;

    for (size_t i = 0; !st && i < HV_LEN(wanted); i++)
        st = journal_db_prepare(jdb, wanted[i].sql, wanted[i].stmt, err);
    if (!st)
        st = catch_up(jdb, late, err);
    return st;
}

void
journal_late_release(struct journal_late *late)
{
    sqlite3_finalize(late->find);
    sqlite3_finalize(late->put);
    sqlite3_finalize(late->link);
    sqlite3_finalize(late->note_retry);
    sqlite3_finalize(late->put_record);
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
        seen.received_ms = seen.last_ms = sqlite3_column_int64(stmt, 2);
        if (journal_column_blob(stmt, 1, seen.digest, sizeof(seen.digest)))
            journal_recent_add(recent, &seen);
    }
    sqlite3_finalize(stmt);
    journal_recent_mark(recent);
    return st;
}
