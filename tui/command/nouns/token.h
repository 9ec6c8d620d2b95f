/*
 * nouns/token.h - the commands of nouns/token.c and the columns of their lists.
 */
#ifndef TUI_COMMAND_NOUNS_TOKEN_H
#define TUI_COMMAND_NOUNS_TOKEN_H

#include "tui/command/cmds.h"

extern const struct hv_command token_commands[];

HV_CMD(cmd_token_add);
HV_CMD(cmd_token_list);
HV_CMD(cmd_token_check);
HV_CMD(cmd_token_drop);

extern const struct hv_column token_columns[], token_check_columns[];

#endif
