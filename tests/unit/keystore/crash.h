/*
 * crash.h - kills a child after each single system call of what it does to the
 * keystore "s", and looks at what is left. For the crash tests of this room.
 */
#ifndef TESTS_KEYSTORE_CRASH_H
#define TESTS_KEYSTORE_CRASH_H

#include "hvconsole/keystore.h"

/* The key file that opens "s", and one that nobody knows yet. */
extern struct hv_secret crash_key;
extern struct hv_secret crash_new_key;

struct crash_case {
    const char *name;
    void (*work)(void); /* in the child; after its crash_ready() it is killed */
    uint64_t most;      /* generations of "s" that it makes */
    const char *made;   /* a new file: there and whole, or not at all; or NULL */
};

void crash_setup(void); /* .init: a directory in memory where there is one */
/* A store of generation 2, in the marks and in the log. */
void crash_prepare(void);
/* Every point, one after the other; prints how many there were. */
void crash_enumerate(const struct crash_case *c);
void crash_finish(void); /* nothing secret is left */

/* In the child, where nothing asserts: a failure is its exit status. */
struct hv_keystore *crash_child_open(void);
void crash_ready(void); /* from here on each call counts */

#endif
