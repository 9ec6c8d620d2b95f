/*
 * nouns/config.h - the commands of nouns/config.c and the columns of their lists.
 */
#ifndef TUI_COMMAND_NOUNS_CONFIG_H
#define TUI_COMMAND_NOUNS_CONFIG_H

#include "tui/command/cmds.h"

extern const struct hv_command config_commands[];

HV_CMD(cmd_config_get);
HV_CMD(cmd_config_set);
HV_CMD(cmd_config_list);
HV_CMD(cmd_config_path);

extern const struct hv_column config_columns[];

#endif
