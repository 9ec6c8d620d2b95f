/*
 * gather.h - a layer below SQLite for the writer: the pages of a commit reach
 * the write-ahead log in a few large writes instead of two small ones each.
 * Private to core/journal.
 */
#ifndef CORE_JOURNAL_GATHER_H
#define CORE_JOURNAL_GATHER_H

/** journal_gather_name() - the name of the layer, for sqlite3_open_v2(). It lies
 *  on what was SQLite's default when it was asked for first. NULL: there is
 *  none, and the default will do. */
const char *journal_gather_name(void);

#endif
