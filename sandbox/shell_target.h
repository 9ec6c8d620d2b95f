/*
 * shell_target.h - the table of what an application can ask of the Shell.
 * Read by shell.c; the pages are in the files of their subjects.
 * Fact: shell-targets
 */
#ifndef SANDBOX_SHELL_TARGET_H
#define SANDBOX_SHELL_TARGET_H

#include <stddef.h>

struct sb_visit;

enum {
    SB_T_APP = 1,     /* appid is required */
    SB_T_PERSON = 2,  /* somebody signs in first */
    SB_T_RECORD = 4,  /* extrecordid is required */
    SB_T_DEFAULT = 8, /* about a record: extrecordid, or the selected one */
    SB_T_BACK = 16,   /* the browser goes back to the application */
};

struct sb_target {
    const char *name;
    const char *purpose;
    unsigned needs;
    void (*page)(struct sb_visit *visit);
    void (*done)(struct sb_visit *visit); /* the page's form; NULL = none */
    const char *cancel;     /* return target of "cancel"; NULL = cannot be */
    const char *bad_record; /* return target; NULL = an error page */
};

const struct sb_target *sb_target_at(size_t index); /* NULL at the end */
/** sb_target_find() - NULL: unknown. @name in upper case. */
const struct sb_target *sb_target_find(const char *name);

#endif
