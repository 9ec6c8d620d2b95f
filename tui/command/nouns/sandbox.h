/*
 * nouns/sandbox.h - the commands of nouns/sandbox.c and the columns of their lists.
 */
#ifndef TUI_COMMAND_NOUNS_SANDBOX_H
#define TUI_COMMAND_NOUNS_SANDBOX_H

#include "tui/command/cmds.h"

extern const struct hv_command sandbox_commands[];

HV_CMD(cmd_sandbox_up);
HV_CMD(cmd_sandbox_down);
HV_CMD(cmd_sandbox_status);
HV_CMD(cmd_sandbox_emit);
HV_CMD(cmd_sandbox_app_add);
HV_CMD(cmd_sandbox_app_list);

extern const struct hv_column app_columns[];

#endif
