/*
 * cmd_key.h - what the files of the noun `key` share: stopping by a signal, the
 * confirmation for what cannot be undone, and running a rotation.
 */
#ifndef TUI_COMMAND_CMD_KEY_H
#define TUI_COMMAND_CMD_KEY_H

#include "tui/command/cmds.h"

#include <signal.h>

struct key_signals {
    struct sigaction old[3];
    bool is_set[3];
};
/** key_signals_begin() - SIGINT, SIGTERM and SIGHUP set session->is_cancelled
 *  once; the second ends the program. One that is handled already, as in the
 *  console, is left alone.
 *  @notice: a line for standard error when one comes; NULL = none; static */
void key_signals_begin(struct key_signals *signals, struct hv_session *session,
                       const char *notice);
void key_signals_end(struct key_signals *signals);

/** key_confirm_typed() - for what is lost for good: the profile's name is
 *  wanted, typed or by --confirm; outside production --yes will do, too. */
HV_MUST_CHECK enum hv_status key_confirm_typed(struct hv_cmd *cmd,
                                               const char *question,
                                               struct hv_error *err);

/** key_job_tell() - a rotation as the command's answer. */
void key_job_tell(struct hv_cmd *cmd, const struct hv_rotation *job);
/** key_run() - run a rotation to its end or pause, and tell what came of it. */
HV_MUST_CHECK enum hv_status key_run(struct hv_cmd *cmd,
                                     struct hv_rotate_ctx *ctx,
                                     struct hv_rotation *job,
                                     struct hv_error *err);

#endif
