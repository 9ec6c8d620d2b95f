/*
 * journal.c - the writer of the journal: opened by the listener, fed by its
 * journal thread, one transaction per batch. HV_OK from an append is what an
 * HTTP 200 stands on. Reads nothing back for anybody: that is view.c.
 */
#include "core/journal/writer.h"
#include "hvconsole/clock.h"
#include "hvconsole/file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* So many rows may wait for the ledger before append itself sees to it. Below
 * the number of digests in memory, so that no repeat falls in between. */
#define LEDGER_LAG   (JOURNAL_RECENT_SIZE / 4)
#define LEDGER_SLICE 1024

static enum hv_status
prepare_all(struct hv_journal *journal, struct hv_error *err)
{
    const struct {
        sqlite3_stmt **stmt;
        const char *sql;
    } wanted[] = {
        { &journal->add_datakey,
          "INSERT INTO datakey(created,reader,ephemeral,wrapped) "
          "VALUES(?1,?2,?3,?4)" },
        { &journal->add_why, "INSERT INTO why(steps) VALUES(?1)" },
        { &journal->add_arrival,
          "INSERT INTO arrival(received,sub,version,verdict,answer,bytes,"
          "sha256,digest,twin,test,events,things,peer,why,datakey) "
          "VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14,?15)" },
        { &journal->add_body,
          "INSERT INTO body(id,n,sealed) VALUES(?1,?2,?3)" },
        { &journal->add_event,
          "INSERT INTO event(id,sub,record,n,sealed) VALUES(?1,?2,?3,?4,?5)" },
    };
    enum hv_status st = HV_OK;

    for (size_t i = 0; !st && i < HV_LEN(wanted); i++)
        st = journal_db_prepare(&journal->db, wanted[i].sql, wanted[i].stmt,
                                err);
    return st;
}

enum hv_status
journal_writer_start(struct hv_journal *journal, struct hv_error *err)
{
    enum hv_status st = journal_db_open_writer(&journal->db, err);

    if (!st)
        st = prepare_all(journal, err);
    if (!st)
        st = journal_tally_prepare(&journal->db, &journal->tally, err);
    if (!st)
        st = journal_ledger_prepare(&journal->db, &journal->ledger, err);
    if (!st)
        st = journal_ledger_load(&journal->db, &journal->recent, err);
    if (!st)
        st = journal_db_int(&journal->db,
                            "SELECT ifnull(max(id),0) FROM arrival",
                            &journal->last_id, err);
    /* A new file knows nothing of data keys and reasons yet. */
    journal->sealer.row_id = 0;
    memset(&journal->whys, 0, sizeof(journal->whys));
    if (st)
        journal_writer_stop(journal);
    return st;
}

void
journal_writer_stop(struct hv_journal *journal)
{
    sqlite3_finalize(journal->add_datakey);
    sqlite3_finalize(journal->add_why);
    sqlite3_finalize(journal->add_arrival);
    sqlite3_finalize(journal->add_body);
    sqlite3_finalize(journal->add_event);
    journal->add_datakey = NULL;
    journal->add_why = NULL;
    journal->add_arrival = NULL;
    journal->add_body = NULL;
    journal->add_event = NULL;
    journal_tally_finalize(&journal->tally);
    journal_ledger_finalize(&journal->ledger);
    journal_db_close(&journal->db);
}

static enum hv_status
take_lock(struct hv_journal *journal, struct hv_error *err)
{
    size_t size = strlen(journal->db.path) + sizeof(".lock");
    char *name = hv_calloc(size, 1);
    enum hv_status st;

    hv_path_dir(journal->db.path, name, size);
    st = hv_dir_make(name, 0700, err);
    snprintf(name, size, "%s.lock", journal->db.path);
    if (!st)
        st = hv_lock_take(name, 0, &journal->lock_fd, err);
    free(name);
    return st;
}

enum hv_status
hv_journal_open(const char *path, const struct hv_journal_key *key,
                struct hv_journal **out, struct hv_error *err)
{
    struct hv_journal *journal = hv_calloc(1, sizeof(*journal));
    enum hv_status st;

    journal->lock_fd = -1;
    journal_db_init(&journal->db, path);
    journal_recent_init(&journal->recent);
    st = take_lock(journal, err);
    if (!st)
        st = journal_sha_init(&journal->sha, err);
    if (!st)
        st = journal_sealer_init(&journal->sealer, key, hv_clock_now_ms(), err);
    if (!st)
        st = journal_writer_start(journal, err);
    if (st) {
        hv_journal_close(journal);
        return st;
    }
    *out = journal;
    return HV_OK;
}

void
hv_journal_close(struct hv_journal *journal)
{
    if (!journal)
        return;
    journal_writer_stop(journal);
    journal_db_release(&journal->db);
    journal_sealer_release(&journal->sealer);
    journal_sha_release(&journal->sha);
    journal_recent_release(&journal->recent);
    free(journal->tally.groups);
    /* They held what was about to be sealed. */
    hv_wipe(journal->plain.data, journal->plain.cap);
    hv_buf_release(&journal->plain);
    hv_buf_release(&journal->sealed);
    hv_buf_release(&journal->why);
    if (journal->lock_fd >= 0)
        close(journal->lock_fd);
    free(journal);
}

static enum hv_status
append_rows(struct hv_journal *journal, const struct hv_arrival *arrivals,
            size_t len, struct hv_error *err)
{
    enum hv_status st = journal_db_exec(&journal->db, "BEGIN IMMEDIATE", err);

    for (size_t i = 0; !st && i < len; i++)
        st = journal_add_arrival(journal, &arrivals[i], err);
    if (!st)
        st = journal_tally_write(&journal->db, &journal->tally, err);
    if (!st)
        st = journal_db_exec(&journal->db, "COMMIT", err);
    return st;
}

/* Back to how things were before the batch. The nonce counter alone stays
 * where it is: what was sealed may have reached the disk. */
static void
take_back(struct hv_journal *journal, int64_t datakey_row, int64_t last_id)
{
    if (!sqlite3_get_autocommit(journal->db.db))
        sqlite3_exec(journal->db.db, "ROLLBACK", NULL, NULL, NULL);
    journal_recent_undo(&journal->recent);
    memset(&journal->whys, 0, sizeof(journal->whys));
    journal->sealer.row_id = datakey_row;
    journal->last_id = last_id;
}

/* The file may have been moved away, or an earlier attempt failed to open it
 * again: rows written to a file without a name would be lost. */
static enum hv_status
make_ready(struct hv_journal *journal, struct hv_error *err)
{
    if (journal_db_is_ours(&journal->db))
        return HV_OK;
    journal_writer_stop(journal);
    return journal_writer_start(journal, err);
}

/* The ledger, when nobody called hv_journal_settle() for long. A failure of
 * the disk will show in the batch itself. */
static void
catch_up(struct hv_journal *journal, size_t len)
{
    bool more;
    enum hv_status st;

    if (journal->last_id - journal->ledger.upto <= LEDGER_LAG)
        return;
    st = journal_ledger_slice(&journal->db, &journal->ledger,
                              LEDGER_SLICE + 2 * (int64_t)len, &more, NULL);
    (void)st;
}

static enum hv_status
append_batch(struct hv_journal *journal, const struct hv_arrival *arrivals,
             size_t len, struct hv_error *err)
{
    int64_t last_id;
    int64_t datakey_row;
    enum hv_status st = make_ready(journal, err);

    if (!st)
        st = journal_sealer_renew(&journal->sealer, arrivals[0].received_ms,
                                  err);
    if (st)
        return st;
    catch_up(journal, len);
    last_id = journal->last_id;
    datakey_row = journal->sealer.row_id;
    journal->tally.len = 0;
    journal_recent_mark(&journal->recent);
    st = append_rows(journal, arrivals, len, err);
    if (st)
        take_back(journal, datakey_row, last_id);
    return st;
}

enum hv_status
hv_journal_append(struct hv_journal *journal, const struct hv_arrival *arrivals,
                  size_t len, struct hv_error *err)
{
    enum hv_status st;

    if (len == 0)
        return HV_OK;
    st = append_batch(journal, arrivals, len, err);
    /* To the listener all of it is one thing: nothing was stored. */
    if (st == HV_ERR_DAMAGED) {
        st = HV_ERR_IO;
        if (err)
            err->status = st;
    }
    return st;
}

enum hv_status
hv_journal_settle(struct hv_journal *journal, bool *more, struct hv_error *err)
{
    *more = false;
    if (!journal_db_is_ours(&journal->db) ||
        journal->last_id <= journal->ledger.upto)
        return HV_OK;
    return journal_ledger_slice(&journal->db, &journal->ledger, LEDGER_SLICE,
                                more, err);
}
