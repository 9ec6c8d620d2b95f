/*
 * outbox_put.c - puts a verified message into the outbox, in the transaction of
 * its arrival. Called by append.c when messages are handed on. Seals under a
 * key that the listener can derive again, unlike the body in the journal.
 */
#include "core/journal/outbox.h"

#include <string.h>

enum hv_status
journal_put_init(struct journal_put *put, const struct hv_journal_key *key,
                 struct hv_error *err)
{
    enum hv_status st = hv_secret_copy(&put->outbox_key, key->outbox_key.data,
                                       key->outbox_key.len, err);

    memcpy(put->reader, key->id, sizeof(put->reader));
    if (!st)
        st = journal_gcm_init(&put->gcm, err);
    return st;
}

void
journal_put_release(struct journal_put *put)
{
    journal_put_finalize(put);
    hv_secret_release(&put->outbox_key);
    journal_gcm_release(&put->gcm);
    hv_buf_release(&put->sealed);
    *put = (struct journal_put){ 0 };
}

enum hv_status
journal_put_prepare(const struct journal_db *jdb, struct journal_put *put,
                    struct hv_error *err)
{
    const struct {
        sqlite3_stmt **stmt;
        const char *sql;
    } wanted[] = {
        { &put->add_key, "INSERT INTO outbox_key(reader,salt) VALUES(?1,?2)" },
        { &put->merge, "UPDATE outbox SET again=again+1 WHERE digest=?1" },
        { &put->has_lane, "SELECT 1 FROM outbox_lane WHERE record=?1 LIMIT 1" },
        { &put->add_lane,
          "INSERT OR IGNORE INTO outbox_lane(record,id) VALUES(?1,?2)" },
        { &put->add,
          "INSERT INTO outbox(id,digest,ready,due,attempts,again,"
          "error,key,n,sealed) VALUES(?1,?2,?3,?4,0,0,'',?5,?6,?7)" },
    };
    enum hv_status st = HV_OK;

    for (size_t i = 0; !st && i < HV_LEN(wanted); i++)
        st = journal_db_prepare(jdb, wanted[i].sql, wanted[i].stmt, err);
    return st;
}

void
journal_put_finalize(struct journal_put *put)
{
    sqlite3_finalize(put->add_key);
    sqlite3_finalize(put->merge);
    sqlite3_finalize(put->has_lane);
    sqlite3_finalize(put->add_lane);
    sqlite3_finalize(put->add);
    put->add_key = NULL;
    put->merge = NULL;
    put->has_lane = NULL;
    put->add_lane = NULL;
    put->add = NULL;
    hv_secret_release(&put->key);
    put->row = 0;
}

struct hv_bytes
journal_outbox_aad(const uint8_t context[32], uint8_t out[JOURNAL_OUTBOX_AAD])
{
    out[0] = 'O';
    memcpy(out + 1, context, 32);
    return (struct hv_bytes){ out, JOURNAL_OUTBOX_AAD };
}

/* The salt stands in the file no later than the first item under its key. A
 * failed commit loses the row and keeps the key: its counter only rises. */
static enum hv_status
store_key(const struct journal_db *jdb, struct journal_put *put,
          struct hv_error *err)
{
    enum hv_status st = HV_OK;

    if (!put->key.data) {
        hv_random(put->salt, sizeof(put->salt));
        put->counter = 0;
        st = journal_outbox_derive(&put->outbox_key, put->reader, put->salt,
                                   &put->key, err);
    }
    if (st || put->row != 0)
        return st;
    journal_bind_blob(put->add_key, 1, put->reader, sizeof(put->reader));
    journal_bind_blob(put->add_key, 2, put->salt, sizeof(put->salt));
    st = journal_db_run(jdb, put->add_key, err);
    if (!st)
        put->row = sqlite3_last_insert_rowid(jdb->db);
    return st;
}

/* The lanes of an item; @is_ready tells whether it is the first in all. */
static enum hv_status
queue_up(const struct journal_db *jdb, struct journal_put *put,
         const struct journal_handed *handed, bool *is_ready,
         struct hv_error *err)
{
    enum hv_status st = HV_OK;

    *is_ready = true;
    for (size_t i = 0; !st && *is_ready && i < handed->records_len; i++) {
        bool has_row = false;

        journal_bind_blob(put->has_lane, 1, handed->records + 16 * i, 16);
        st = journal_db_step(jdb, put->has_lane, &has_row, err);
        sqlite3_reset(put->has_lane);
        *is_ready = !has_row;
    }
    for (size_t i = 0; !st && i < handed->records_len; i++) {
        journal_bind_blob(put->add_lane, 1, handed->records + 16 * i, 16);
        journal_bind_int(put->add_lane, 2, handed->id);
        st = journal_db_run(jdb, put->add_lane, err);
    }
    return st;
}

enum hv_status
journal_put_item(const struct journal_db *jdb, struct journal_put *put,
                 const struct journal_handed *handed, struct hv_error *err)
{
    uint8_t aad[JOURNAL_OUTBOX_AAD];
    bool is_ready = false;
    enum hv_status st = HV_OK;

    if (handed->is_repeat) {
        journal_bind_blob(put->merge, 1, handed->digest, JOURNAL_DIGEST_LEN);
        st = journal_db_run(jdb, put->merge, err);
        if (st || sqlite3_changes(jdb->db) > 0)
            return st;
    }
    st = store_key(jdb, put, err);
    if (!st)
        st = queue_up(jdb, put, handed, &is_ready, err);
    if (!st)
        st = journal_seal(&put->gcm, put->key.data, ++put->counter,
                          journal_outbox_aad(handed->context, aad),
                          handed->body, &put->sealed, err);
    if (st)
        return st;
    journal_bind_int(put->add, 1, handed->id);
    journal_bind_blob(put->add, 2, handed->digest, JOURNAL_DIGEST_LEN);
    journal_bind_int(put->add, 3, is_ready);
    journal_bind_int(put->add, 4, handed->due_ms);
    journal_bind_int(put->add, 5, put->row);
    journal_bind_int(put->add, 6, (int64_t)put->counter);
    journal_bind_blob(put->add, 7, put->sealed.data, put->sealed.len);
    return journal_db_run(jdb, put->add, err);
}
