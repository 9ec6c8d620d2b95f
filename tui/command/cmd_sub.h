/*
 * cmd_sub.h - what the two files of `sub` share.
 */
#ifndef TUI_COMMAND_CMD_SUB_H
#define TUI_COMMAND_CMD_SUB_H

#include "tui/command/model.h"
#include "tui/command/out.h"
#include "tui/command/run.h"

/** sub_tell() - one subscription as the members of @node. */
void sub_tell(struct hv_node *node, const struct hv_sub_row *row);
/** sub_show_one() - read the platform anew and show one. */
HV_MUST_CHECK enum hv_status sub_show_one(struct hv_cmd *cmd, const char *text,
                                          bool is_raw, struct hv_error *err);

#endif
