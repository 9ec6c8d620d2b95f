/*
 * nouns/help.h - the commands of nouns/help.c and the columns of their lists.
 */
#ifndef TUI_COMMAND_NOUNS_HELP_H
#define TUI_COMMAND_NOUNS_HELP_H

#include "tui/command/cmds.h"

extern const struct hv_command help_commands[];

HV_CMD(cmd_explain);
HV_CMD(cmd_commands);
HV_CMD(cmd_version);
HV_CMD(cmd_help);

extern const struct hv_column command_columns[];

#endif
