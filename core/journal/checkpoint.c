/*
 * checkpoint.c - see checkpoint.h. Called by journal.c on the journal thread.
 *
 * The log begins anew only when all of it is in the database file, and beside a
 * busy writer that never happens: what is written meanwhile is always left. So
 * the thread does most of it, and the writer the rest, between two batches, as
 * soon as the thread is through. The log stays as long as that takes.
 */
#include "core/journal/checkpoint.h"

#include "hvconsole/thread.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#define LONG_LOG 4000           /* pages: 16 MiB */
#define MAX_LOG  (4 * LONG_LOG) /* here the writer waits for the thread */

enum state { IDLE, WANTED, DONE };

struct journal_checkpoint {
    sqlite3 *writer; /* borrowed */
    sqlite3 *beside; /* owned; the thread's */
    int pages;       /* of the log, after the last commit */
    _Atomic int state;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t changed; /* the state, or the end */
    bool is_ending;         /* under the lock */
};

/* SQLite syncs the file only when nothing is left in the log, which is to come:
 * that waits less long for what has been synced here. What fails here fails again
 * in the writer's hands. */
static void
move_pages(sqlite3 *db)
{
    sqlite3_file *file = NULL;

    if (sqlite3_wal_checkpoint_v2(db, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL,
                                  NULL) == SQLITE_OK &&
        sqlite3_file_control(db, NULL, SQLITE_FCNTL_FILE_POINTER, &file) ==
            SQLITE_OK &&
        file && file->pMethods)
        file->pMethods->xSync(file, SQLITE_SYNC_NORMAL | SQLITE_SYNC_DATAONLY);
}

static void *
run(void *arg)
{
    struct journal_checkpoint *checkpoint = arg;

    pthread_mutex_lock(&checkpoint->lock);
    while (!checkpoint->is_ending) {
        if (checkpoint->state != WANTED) {
            pthread_cond_wait(&checkpoint->changed, &checkpoint->lock);
            continue;
        }
        pthread_mutex_unlock(&checkpoint->lock);
        move_pages(checkpoint->beside);
        pthread_mutex_lock(&checkpoint->lock);
        checkpoint->state = DONE;
        pthread_cond_signal(&checkpoint->changed);
    }
    pthread_mutex_unlock(&checkpoint->lock);
    return NULL;
}

/* SQLite tells after a commit how long the log is. */
static int
on_commit(void *arg, sqlite3 *db, const char *name, int pages)
{
    struct journal_checkpoint *checkpoint = arg;

    (void)db;
    (void)name;
    checkpoint->pages = pages;
    return SQLITE_OK;
}

static void
ask(struct journal_checkpoint *checkpoint)
{
    pthread_mutex_lock(&checkpoint->lock);
    checkpoint->state = WANTED;
    pthread_cond_signal(&checkpoint->changed);
    pthread_mutex_unlock(&checkpoint->lock);
}

static void
wait_for_it(struct journal_checkpoint *checkpoint)
{
    pthread_mutex_lock(&checkpoint->lock);
    while (checkpoint->state == WANTED)
        pthread_cond_wait(&checkpoint->changed, &checkpoint->lock);
    pthread_mutex_unlock(&checkpoint->lock);
}

void
journal_checkpoint_look(struct journal_checkpoint *checkpoint)
{
    if (!checkpoint || checkpoint->pages < LONG_LOG)
        return;
    if (checkpoint->state == IDLE) {
        ask(checkpoint);
        return;
    }
    if (checkpoint->pages >= MAX_LOG)
        wait_for_it(checkpoint);
    if (checkpoint->state != DONE)
        return;
    /* A reader may stand in the way, or the disk: then again later. */
    sqlite3_wal_checkpoint_v2(checkpoint->writer, NULL,
                              SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
    checkpoint->pages = 0;
    checkpoint->state = IDLE;
}

struct journal_checkpoint *
journal_checkpoint_start(const struct journal_db *jdb)
{
    struct journal_checkpoint *checkpoint = hv_calloc(1, sizeof(*checkpoint));

    checkpoint->writer = jdb->db;
    pthread_mutex_init(&checkpoint->lock, NULL);
    pthread_cond_init(&checkpoint->changed, NULL);
    if (sqlite3_open_v2(jdb->path, &checkpoint->beside,
                        SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX,
                        NULL) == SQLITE_OK &&
        sqlite3_exec(checkpoint->beside,
                     "PRAGMA synchronous=FULL;PRAGMA wal_autocheckpoint=0;"
                     "PRAGMA cache_size=-64",
                     NULL, NULL, NULL) == SQLITE_OK &&
        hv_thread_start(&checkpoint->thread, run, checkpoint)) {
        sqlite3_wal_hook(checkpoint->writer, on_commit, checkpoint);
        return checkpoint;
    }
    sqlite3_close_v2(checkpoint->beside);
    pthread_cond_destroy(&checkpoint->changed);
    pthread_mutex_destroy(&checkpoint->lock);
    free(checkpoint);
    return NULL;
}

void
journal_checkpoint_stop(struct journal_checkpoint *checkpoint)
{
    if (!checkpoint)
        return;
    pthread_mutex_lock(&checkpoint->lock);
    checkpoint->is_ending = true;
    pthread_cond_signal(&checkpoint->changed);
    pthread_mutex_unlock(&checkpoint->lock);
    pthread_join(checkpoint->thread, NULL);
    sqlite3_wal_hook(checkpoint->writer, NULL, NULL);
    sqlite3_close_v2(checkpoint->beside);
    pthread_cond_destroy(&checkpoint->changed);
    pthread_mutex_destroy(&checkpoint->lock);
    free(checkpoint);
}
