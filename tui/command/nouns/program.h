/*
 * nouns/program.h - the commands of nouns/program.c and the columns of their lists.
 */
#ifndef TUI_COMMAND_NOUNS_PROGRAM_H
#define TUI_COMMAND_NOUNS_PROGRAM_H

#include "tui/command/cmds.h"

extern const struct hv_command program_commands[];

HV_CMD(cmd_tui);
HV_CMD(cmd_demo);
HV_CMD(cmd_status);

#endif
