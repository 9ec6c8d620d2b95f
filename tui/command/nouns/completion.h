/*
 * nouns/completion.h - the command of nouns/completion.c.
 */
#ifndef TUI_COMMAND_NOUNS_COMPLETION_H
#define TUI_COMMAND_NOUNS_COMPLETION_H

#include "tui/command/cmds.h"

extern const struct hv_command completion_commands[];

HV_CMD(cmd_completion);

#endif
