/*
 * cmds.h - the bodies of the commands, for the table. Each is a straight line
 * of blocking calls on its session, and prints through cmd->out alone.
 */
#ifndef TUI_COMMAND_CMDS_H
#define TUI_COMMAND_CMDS_H

#include "tui/command/run.h"

/* A command's body; declared in its noun's header. */
#define HV_CMD(name)                                                           \
    enum hv_status name(struct hv_cmd *cmd, struct hv_error *err)

/* Changes platform or keystore, and needs the keystore open for it. */
#define HV_CMD_KEYED (HV_CMD_WRITES | HV_CMD_NEEDS_UNLOCK)

/* ---- shared by several commands ---- */

/** cmd_sub_id() - a subscription by id or prefix, from the open keystore; one
 *  that it does not know may still be given in full. */
HV_MUST_CHECK enum hv_status cmd_sub_id(struct hv_cmd *cmd, const char *text,
                                        struct hv_guid *out,
                                        struct hv_error *err);
/** cmd_types() - the types a list flag names, by id or name, into filter 0. */
HV_MUST_CHECK enum hv_status cmd_types(struct hv_cmd *cmd, const char *flag,
                                       struct hv_sub *out,
                                       struct hv_error *err);
/** cmd_input() - a file, or standard input for "-"; @what names it in errors.
 *  HV_ERR_LIMIT beyond @max bytes. */
HV_MUST_CHECK enum hv_status cmd_input(const char *path, size_t max,
                                       const char *what, struct hv_buf *out,
                                       struct hv_error *err);
/** cmd_dry() - mark an object as not done, when it is not. */
void cmd_dry(struct hv_cmd *cmd, struct hv_node *node);

#endif
