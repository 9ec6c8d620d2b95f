/*
 * tmpdir.h - a directory that lasts for one test, for the tests of files and
 * locks. Leave it by tmpdir_remove(), best in .fini.
 */
#ifndef TESTS_BASE_TMPDIR_H
#define TESTS_BASE_TMPDIR_H

/* Makes the directory and goes into it. */
void tmpdir_make(void);
/* Removes it with all that is in it. */
void tmpdir_remove(void);
/* How many entries the current directory has. */
int tmpdir_count(void);
/* Gives up the powers of root, and the directory to who is left. */
void tmpdir_be_nobody(void);

#endif
