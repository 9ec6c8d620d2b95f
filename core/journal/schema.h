/*
 * schema.h - the tables of the journal and how a file gets them. Private to
 * core/journal.
 */
#ifndef CORE_JOURNAL_SCHEMA_H
#define CORE_JOURNAL_SCHEMA_H

#include "core/journal/db.h"

#define JOURNAL_APPLICATION_ID 0x48564A31 /* "HVJ1" */

/* An event's row id is its arrival's id and its place among the events of that
 * arrival: no second index is needed to find the events of a row. */
#define JOURNAL_EVENT_BITS 12
#define JOURNAL_MAX_ID     (INT64_MAX >> JOURNAL_EVENT_BITS)
_Static_assert(HV_MAX_NOTIFICATIONS <= 1 << JOURNAL_EVENT_BITS,
               "every event of one request needs a row id of its own");

/** journal_schema_version() - the version this program writes. */
int journal_schema_version(void);

/** journal_schema_check() - what kind of file an open connection sees.
 *  @is_new: nothing is in it yet
 *  HV_ERR_DAMAGED: another program's file, a newer schema, or damaged. */
HV_MUST_CHECK enum hv_status journal_schema_check(const struct journal_db *jdb,
                                                  bool *is_new,
                                                  struct hv_error *err);
/** journal_schema_current() - HV_ERR_DAMAGED: an older version, which only a
 *  writer brings up to date. */
HV_MUST_CHECK enum hv_status
journal_schema_current(const struct journal_db *jdb, struct hv_error *err);
/** journal_schema_bring() - up to the version this program writes, each step
 *  in a transaction of its own. */
HV_MUST_CHECK enum hv_status journal_schema_bring(const struct journal_db *jdb,
                                                  struct hv_error *err);

#endif
