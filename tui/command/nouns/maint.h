/*
 * nouns/maint.h - the commands of nouns/maint.c and the columns of their lists.
 */
#ifndef TUI_COMMAND_NOUNS_MAINT_H
#define TUI_COMMAND_NOUNS_MAINT_H

#include "tui/command/cmds.h"

extern const struct hv_command maint_commands[];

HV_CMD(cmd_maint_list);
HV_CMD(cmd_maint_add);
HV_CMD(cmd_maint_edit);
HV_CMD(cmd_maint_check);
HV_CMD(cmd_maint_drill);
HV_CMD(cmd_maint_cancel);
HV_CMD(cmd_maint_status);
HV_CMD(cmd_maint_forecast);

extern const struct hv_column window_columns[];

#endif
