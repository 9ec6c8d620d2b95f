/*
 * raw.h - the least a durable receipt costs: the bench's stand-in for the
 * journal. The linker puts it in front of hv_journal_append(), so that the very
 * same program, threads and queue write either to the journal or to it.
 */
#ifndef TESTS_BENCH_RAW_H
#define TESTS_BENCH_RAW_H

/** raw_begin() - from now on appends go to a new file at @path. A listener has
 *  no caller for it: there HV_BENCH_RAW names the file, and appends go to it as
 *  long as the first byte of that name with ".on" is '1'. */
void raw_begin(const char *path);
/** raw_end() - the file is removed, appends go to the journal again. */
void raw_end(void);

#endif
