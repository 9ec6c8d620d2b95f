/*
 * doctor.h - what the doctors share: rows of one form, and a count of what is
 * wrong. `doctor` calls that of the keystore, too.
 */
#ifndef TUI_COMMAND_DOCTOR_H
#define TUI_COMMAND_DOCTOR_H

#include "tui/command/cmds.h"

struct doctor {
    struct hv_cmd *cmd;
    const char *part; /* "keystore" ... in every row; NULL = not told */
    int findings;     /* rows that are neither ok nor skipped */
};

/** doctor_row() - one check. @state: ok, skipped, warn, error. @hint: what to
 *  do, or NULL. */
void doctor_row(struct doctor *doctor, const char *check, const char *state,
                const char *hint, const char *fmt, ...) HV_PRINTF(5, 6);
/** doctor_store() - the journal, what waits to be handed on, and the disk. */
void doctor_store(struct doctor *doctor);
/** doctor_keystore() - all that `keystore doctor` looks at. */
void doctor_keystore(struct doctor *doctor);

#endif
