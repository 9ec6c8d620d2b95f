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

/* Entries of the late tables that ride along with a batch, at least. */
#define LATE_SLICE 256

static enum hv_status
prepare_all(struct hv_journal *journal, struct hv_error *err)
{
    const struct {
        sqlite3_stmt **stmt;
        const char *sql;
    } wanted[] = {
        { &journal->begin, "BEGIN IMMEDIATE" },
        { &journal->commit, "COMMIT" },
        { &journal->add_datakey,
          "INSERT INTO datakey(created,reader,ephemeral,wrapped) "
          "VALUES(?1,?2,?3,?4)" },
        { &journal->add_why, "INSERT INTO why(steps) VALUES(?1)" },
        { &journal->get_why,
          "SELECT w.id,w.steps FROM arrival a JOIN why w ON w.id=a.why WHERE "
          "a.id=?1 AND a.datakey=0 AND "
          "a.id>(SELECT value FROM meta WHERE name='why_shared')" },
        { &journal->set_why, "UPDATE why SET steps=?2 WHERE id=?1" },
    };
    enum hv_status st = HV_OK;

    for (size_t i = 0; !st && i < HV_LEN(wanted); i++)
        st = journal_db_prepare(&journal->db, wanted[i].sql, wanted[i].stmt,
                                err);
    if (!st)
        st = journal_bulk_prepare(&journal->db, &journal->rows,
                                  "OR FAIL INTO "
                                  "arrival(id,received,sub,version,verdict,"
                                  "answer,bytes,sha256,digest,twin,test,events,"
                                  "things,peer,why,datakey)",
                                  16, err);
    if (!st)
        st = journal_bulk_prepare(&journal->db, &journal->bodies,
                                  "OR FAIL INTO body(id,n,sealed)", 3, err);
    if (!st)
        st = journal_bulk_prepare(&journal->db, &journal->events,
                                  "OR FAIL INTO event(id,sub,record,n,sealed)",
                                  5, err);
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
        st = journal_put_prepare(&journal->db, &journal->put, err);
    if (!st)
        st = journal_pruner_prepare(&journal->db, &journal->pruner, err);
    if (!st)
        st = journal_late_prepare(&journal->db, &journal->late, err);
    if (!st)
        st = journal_recent_load(&journal->db, &journal->recent, err);
    if (!st)
        st = journal_db_int(&journal->db,
                            "SELECT max(ifnull((SELECT max(seq) FROM "
                            "sqlite_sequence WHERE name='arrival'),0),"
                            "ifnull((SELECT max(id) FROM arrival),0))",
                            &journal->last_id, err);
    if (!st)
        st = journal_uptime_start(journal, err);
    /* A new file knows nothing of data keys and reasons yet. */
    journal->sealer.row_id = 0;
    memset(journal->whys, 0, sizeof(*journal->whys));
    journal->after_len = 0;
    if (!st)
        journal->checkpoint = journal_checkpoint_start(&journal->db);
    else
        journal_writer_stop(journal);
    return st;
}

void
journal_writer_stop(struct hv_journal *journal)
{
    sqlite3_stmt **const stmts[] = {
        &journal->begin,   &journal->commit,  &journal->add_datakey,
        &journal->add_why, &journal->get_why, &journal->set_why,
    };

    journal_checkpoint_stop(journal->checkpoint);
    journal->checkpoint = NULL;
    for (size_t i = 0; i < HV_LEN(stmts); i++) {
        sqlite3_finalize(*stmts[i]);
        *stmts[i] = NULL;
    }
    journal_bulk_finalize(&journal->rows);
    journal_bulk_finalize(&journal->bodies);
    journal_bulk_finalize(&journal->events);
    journal_uptime_finalize(&journal->uptime);
    journal_tally_finalize(&journal->tally);
    journal_put_finalize(&journal->put);
    journal_pruner_finalize(&journal->pruner);
    journal_late_release(&journal->late);
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
    journal->whys = hv_calloc(1, sizeof(*journal->whys));
    journal->pruned_ms = hv_clock_mono_ms();
    hv_journal_set_policy(journal, &(struct hv_journal_policy){ 0 });
    journal_db_init(&journal->db, path);
    journal_recent_init(&journal->recent);
    st = take_lock(journal, err);
    if (!st)
        st = journal_sha_init(&journal->sha, err);
    if (!st)
        st = journal_sealer_init(&journal->sealer, key, hv_clock_now_ms(), err);
    if (!st)
        st = journal_put_init(&journal->put, key, err);
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
    journal_crew_stop(journal->crew);
    journal_uptime_stop(journal);
    journal_writer_stop(journal);
    journal_db_release(&journal->db);
    journal_put_release(&journal->put);
    journal_sealer_release(&journal->sealer);
    journal_sha_release(&journal->sha);
    journal_recent_release(&journal->recent);
    free(journal->tally.groups);
    free(journal->whys);
    journal_made_release(&journal->made);
    /* They held what was about to be sealed. */
    hv_wipe(journal->plain.data, journal->plain.cap);
    hv_buf_release(&journal->plain);
    hv_buf_release(&journal->sealed);
    hv_buf_release(&journal->why);
    hv_buf_release(&journal->records);
    if (journal->lock_fd >= 0)
        close(journal->lock_fd);
    free(journal);
}

/* What the writer does beside the rows themselves, in their transaction. The
 * late tables come first: what they take must not hold rows of this batch. */
static enum hv_status
append_beside(struct hv_journal *journal, size_t len, struct hv_error *err)
{
    size_t slice = 2 * len > LATE_SLICE ? 2 * len : LATE_SLICE;
    enum hv_status st = HV_OK;

    if (journal_late_is_due(&journal->late))
        st = journal_late_write(&journal->db, &journal->late, slice, err);
    if (!st)
        st = journal_after_write(journal, err);
    if (!st)
        st = journal_uptime_write(journal, hv_clock_now_ms(), err);
    return st;
}

static bool
any_verified(const struct hv_arrival *arrivals, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if (hv_verdict_row(arrivals[i].judgement->verdict)->is_verified)
            return true;
    }
    return false;
}

/* A large batch is made by a second thread while it is inserted here. */
static enum hv_status
add_many(struct hv_journal *journal, const struct hv_arrival *arrivals,
         size_t len, struct hv_error *err)
{
    enum hv_status st = HV_OK;

    journal_crew_begin(journal->crew, arrivals, len, journal->last_id + 1);
    for (size_t i = 0; !st && i < len; i++) {
        struct hv_error why = { 0 };
        const struct journal_made *made =
            journal_crew_take(journal->crew, &why);

        if (made) {
            st = journal_add_row(journal, made, err);
            continue;
        }
        st = why.status ? why.status : HV_ERR_FAILED;
        if (err)
            *err = why;
    }
    journal_crew_end(journal->crew);
    return st;
}

static enum hv_status
add_few(struct hv_journal *journal, const struct hv_arrival *arrivals,
        size_t len, struct hv_error *err)
{
    enum hv_status st = HV_OK;

    for (size_t i = 0; !st && i < len; i++) {
        st = journal_make(journal, &arrivals[i], journal->last_id + 1,
                          &journal->made, err);
        if (!st)
            st = journal_add_row(journal, &journal->made, err);
    }
    return st;
}

static enum hv_status
append_rows(struct hv_journal *journal, const struct hv_arrival *arrivals,
            size_t len, struct hv_error *err)
{
    enum hv_status st = journal_db_run(&journal->db, journal->begin, err);

    if (!st)
        st = append_beside(journal, len, err);
    if (!st && any_verified(arrivals, len))
        st = journal_add_datakey(journal, err);
    if (!journal->crew && len >= JOURNAL_CREW_MIN)
        journal->crew = journal_crew_start(journal);
    if (!st && journal->crew && len >= JOURNAL_CREW_MIN)
        st = add_many(journal, arrivals, len, err);
    else if (!st)
        st = add_few(journal, arrivals, len, err);
    if (!st)
        st = journal_add_rest(journal, err);
    if (!st)
        st = journal_tally_write(&journal->db, &journal->tally, err);
    if (!st)
        st = journal_db_run(&journal->db, journal->commit, err);
    return st;
}

/* What a batch that fails must leave as it was. */
struct before {
    int64_t last_id;
    int64_t datakey_row;
    int64_t put_row;
};

/* Back to how things were before the batch. The nonce counters alone stay
 * where they are: what was sealed may have reached the disk. */
static void
take_back(struct hv_journal *journal, const struct before *before)
{
    if (!sqlite3_get_autocommit(journal->db.db))
        sqlite3_exec(journal->db.db, "ROLLBACK", NULL, NULL, NULL);
    journal_bulk_drop(&journal->rows);
    journal_bulk_drop(&journal->bodies);
    journal_bulk_drop(&journal->events);
    journal_recent_undo(&journal->recent);
    journal_late_undo(&journal->late);
    memset(journal->whys, 0, sizeof(*journal->whys));
    journal->sealer.row_id = before->datakey_row;
    journal->put.row = before->put_row;
    journal->last_id = before->last_id;
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

static enum hv_status
append_batch(struct hv_journal *journal, const struct hv_arrival *arrivals,
             size_t len, struct hv_error *err)
{
    struct before before;
    enum hv_status st = make_ready(journal, err);

    journal_checkpoint_look(journal->checkpoint);
    if (!st)
        st = journal_sealer_renew(&journal->sealer, arrivals[0].received_ms,
                                  err);
    if (st)
        return st;
    before = (struct before){ .last_id = journal->last_id,
                              .datakey_row = journal->sealer.row_id,
                              .put_row = journal->put.row };
    journal->tally.len = 0;
    journal_recent_mark(&journal->recent);
    journal_late_mark(&journal->late);
    st = append_rows(journal, arrivals, len, err);
    if (st) {
        take_back(journal, &before);
        return st;
    }
    journal_settled(journal);
    return HV_OK;
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
