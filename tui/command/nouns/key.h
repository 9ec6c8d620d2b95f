/*
 * nouns/key.h - the commands of nouns/key.c and the columns of their lists.
 */
#ifndef TUI_COMMAND_NOUNS_KEY_H
#define TUI_COMMAND_NOUNS_KEY_H

#include "tui/command/cmds.h"

extern const struct hv_command key_commands[];

HV_CMD(cmd_key_list);
HV_CMD(cmd_key_show);
HV_CMD(cmd_key_rotate);

extern const struct hv_column key_columns[];

#endif
