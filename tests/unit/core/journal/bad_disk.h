/*
 * bad_disk.h - a disk that fails: a layer below SQLite that lets so many calls
 * pass and refuses those after it. For the tests of core/journal.
 */
#ifndef TESTS_JOURNAL_BAD_DISK_H
#define TESTS_JOURNAL_BAD_DISK_H

/* What a disk can do wrong; each is one of SQLite's ways to the file. */
enum bad_call { BAD_WRITE, BAD_SYNC, BAD_READ, BAD_CALLS };

/** bad_disk_start() - every file opened from now on lies on it. */
void bad_disk_start(void);
/** bad_disk_fail() - calls of this kind fail after @pass of them, with @code of
 *  SQLite, until bad_disk_heal(). */
void bad_disk_fail(enum bad_call call, int pass, int code);
void bad_disk_heal(void);
/** bad_disk_failed() - how many were refused since bad_disk_fail(). */
int bad_disk_failed(void);
/** bad_disk_count() - count calls from here on, refused or not. */
void bad_disk_count(void);
int bad_disk_counted(enum bad_call call);

#endif
