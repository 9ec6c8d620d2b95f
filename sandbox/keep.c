/*
 * keep.c - see keep.h: what changes in the model is noted, then written to the
 * table of a state file in one transaction; and the whole read back.
 * Called by sandbox.c. The file is keep_db.c's, the rows keep_rows.c's.
 */
#include "sandbox/keep.h"

#include "sandbox/keep_db.h"

#define KIND_SEED 1000 /* not one of the model's kinds */
#define LOOK_BACK 16   /* notes among which a new one is looked for */

/* ------------------------------------------------------------ writing -- */

static void
note(struct sb_keep *keep, const struct sb_row_key *key)
{
    size_t back = keep->note_count < LOOK_BACK ? keep->note_count : LOOK_BACK;

    for (size_t i = 1; i <= back; i++)
        if (sb_row_key_equal(&keep->notes[keep->note_count - i], key))
            return;
    if (keep->note_count == keep->note_room) {
        keep->note_room = keep->note_room * 2 + 16;
        keep->notes = hv_realloc_array(keep->notes, keep->note_room,
                                       sizeof(*keep->notes));
    }
    keep->notes[keep->note_count++] = *key;
}

void
sb_keep_touched(struct sb_keep *keep, const struct sb_platform *p,
                enum sb_kind kind, size_t index)
{
    struct sb_row_key key;

    if (sb_row_key(p, kind, index, &key))
        note(keep, &key);
}

/* When it is written the entry is not found any more, and its row goes. */
void
sb_keep_gone(struct sb_keep *keep, const struct sb_platform *p,
             enum sb_kind kind, size_t index)
{
    sb_keep_touched(keep, p, kind, index);
}

static void
bind_key(sqlite3_stmt *stmt, const struct sb_row_key *key)
{
    sqlite3_bind_int(stmt, 1, (int)key->kind);
    if (key->is_number)
        sqlite3_bind_int64(stmt, 2, key->number);
    else
        sqlite3_bind_blob(stmt, 2, key->bytes, (int)key->len, SQLITE_STATIC);
}

static enum hv_status
write_row(struct sb_keep *keep, struct sb_platform *p,
          const struct sb_row_key *key, struct hv_error *err)
{
    sb_pack_begin(&keep->pack);
    if (!sb_row_write(p, key, &keep->pack)) {
        bind_key(keep->drop, key);
        return keep_db_run(keep, keep->drop, err);
    }
    if (keep->pack.is_bad)
        return hv_fail(err, HV_ERR_FAILED,
                       "an entry of kind %d does not fit the state file",
                       (int)key->kind);
    bind_key(keep->put, key);
    sqlite3_bind_blob(keep->put, 3, keep->pack.data, (int)keep->pack.len,
                      SQLITE_STATIC);
    return keep_db_run(keep, keep->put, err);
}

/* All that is noted, and what is single, in one transaction. */
static enum hv_status
write_notes(struct sb_keep *keep, struct sb_platform *p, struct hv_error *err)
{
    const struct sb_row_key single = { .kind = SB_KIND_KEYS,
                                       .is_number = true };
    enum hv_status st = HV_OK;

    for (size_t i = 0; !st && i < keep->note_count; i++)
        st = write_row(keep, p, &keep->notes[i], err);
    if (!st)
        st = write_row(keep, p, &single, err);
    if (!st)
        st = keep_db_exec(keep, "COMMIT", err);
    if (st)
        sqlite3_exec(keep->db, "ROLLBACK", NULL, NULL, NULL);
    else
        keep->note_count = 0;
    return st;
}

enum hv_status
sb_keep_flush(struct sb_keep *keep, struct sb_platform *p, struct hv_error *err)
{
    enum hv_status st;

    if (keep->note_count == 0)
        return HV_OK;
    st = keep_db_exec(keep, "BEGIN", err);
    return st ? st : write_notes(keep, p, err);
}

static void
note_kind(struct sb_keep *keep, const struct sb_platform *p, enum sb_kind kind,
          size_t count)
{
    for (size_t i = 0; i < count; i++)
        sb_keep_touched(keep, p, kind, i);
}

static void
note_all(struct sb_keep *keep, const struct sb_platform *p)
{
    note_kind(keep, p, SB_KIND_PERSON, p->person_count);
    note_kind(keep, p, SB_KIND_RECORD, p->record_count);
    note_kind(keep, p, SB_KIND_GRANT, p->grant_count);
    note_kind(keep, p, SB_KIND_APP, p->app_count);
    note_kind(keep, p, SB_KIND_PENDING, p->pending_count);
    note_kind(keep, p, SB_KIND_AUTH, p->auth_count);
    note_kind(keep, p, SB_KIND_THING, p->thing_count);
    for (size_t r = 0; r < p->record_count; r++)
        for (size_t i = 0; i < p->records[r].op_count; i++) {
            struct sb_row_key key;

            sb_row_key_of_op(p, r, i, &key);
            note(keep, &key);
        }
    note_kind(keep, p, SB_KIND_USER, p->user_count);
    note_kind(keep, p, SB_KIND_SUB, p->sub_count);
    for (const struct sb_batch *b = p->queue.first; b; b = b->next)
        sb_keep_touched(keep, p, SB_KIND_BATCH, b->id);
    note_kind(keep, p, SB_KIND_FAULT, 1);
    note_kind(keep, p, SB_KIND_CLOCK, 1);
}

enum hv_status
sb_keep_all(struct sb_keep *keep, struct sb_platform *p, uint32_t seed,
            struct hv_error *err)
{
    enum hv_status st = keep_db_exec(keep, "BEGIN; DELETE FROM entry;", err);

    if (st)
        return st;
    keep->note_count = 0;
    note_all(keep, p);
    sqlite3_bind_int(keep->put, 1, KIND_SEED);
    sqlite3_bind_int64(keep->put, 2, 0);
    sqlite3_bind_int64(keep->put, 3, seed);
    st = keep_db_run(keep, keep->put, err);
    if (!st)
        return write_notes(keep, p, err);
    sqlite3_exec(keep->db, "ROLLBACK", NULL, NULL, NULL);
    return st;
}

/* ------------------------------------------------------------ reading -- */

static bool
read_row(sqlite3_stmt *stmt, struct sb_platform *p, uint32_t *seed)
{
    int kind = sqlite3_column_int(stmt, 0);
    struct sb_pack pack;

    if (kind == KIND_SEED) {
        *seed = (uint32_t)sqlite3_column_int64(stmt, 2);
        return true;
    }
    if (kind < 0 || kind > SB_KIND_CLOCK)
        return false;
    sb_pack_open(&pack,
                 (struct hv_bytes){ sqlite3_column_blob(stmt, 2),
                                    (size_t)sqlite3_column_bytes(stmt, 2) });
    return sb_row_read(p, (enum sb_kind)kind, sqlite3_column_int64(stmt, 1),
                       &pack);
}

/* In the order of the kinds, which is the one in which they lean on each
 * other, and within a kind in the order they were made. */
enum hv_status
sb_keep_load(struct sb_keep *keep, struct sb_platform *p, uint32_t *seed,
             struct hv_error *err)
{
    sqlite3_stmt *stmt = NULL;
    enum hv_status st;
    int rc = SQLITE_DONE;

    st = keep_db_prepare(keep,
                         "SELECT kind, key, data FROM entry ORDER BY kind, seq",
                         &stmt, err);
    while (!st && (rc = sqlite3_step(stmt)) == SQLITE_ROW)
        if (!read_row(stmt, p, seed)) {
            st = hv_fail(err, HV_ERR_DAMAGED,
                         "the state file %s holds an entry of kind %d that "
                         "makes no sense",
                         keep->path, sqlite3_column_int(stmt, 0));
            hv_hint(err, "move it away; a new one is made in its place");
        }
    if (!st && rc != SQLITE_DONE)
        st = keep_db_fail(keep, err);
    sqlite3_finalize(stmt);
    if (!st && p->app_count == 0)
        st = hv_fail(err, HV_ERR_DAMAGED, "the state file %s holds no world",
                     keep->path);
    return st;
}
