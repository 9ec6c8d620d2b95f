/*
 * checkpoint.h - moves the pages of the write-ahead log into the database file
 * beside the writer, on a thread of its own: a batch need not wait for that.
 * Private to core/journal; the writer's.
 */
#ifndef CORE_JOURNAL_CHECKPOINT_H
#define CORE_JOURNAL_CHECKPOINT_H

#include "core/journal/db.h"

struct journal_checkpoint;

/** journal_checkpoint_start() - for the open writer @jdb, which outlives it.
 *  NULL: no thread or no second connection; SQLite then does it by itself
 *  within a commit, now and then. */
struct journal_checkpoint *
journal_checkpoint_start(const struct journal_db *jdb);
/** journal_checkpoint_stop() - waits for what is under way. NULL is fine. */
void journal_checkpoint_stop(struct journal_checkpoint *checkpoint);
/** journal_checkpoint_look() - now and then, no transaction open: the log is
 *  emptied when it has grown long. NULL is fine. */
void journal_checkpoint_look(struct journal_checkpoint *checkpoint);

#endif
