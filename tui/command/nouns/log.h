/*
 * nouns/log.h - the commands of nouns/log.c and the columns of their lists.
 */
#ifndef TUI_COMMAND_NOUNS_LOG_H
#define TUI_COMMAND_NOUNS_LOG_H

#include "tui/command/cmds.h"

extern const struct hv_command log_commands[];

HV_CMD(cmd_log_list);
HV_CMD(cmd_log_tail);
HV_CMD(cmd_log_show);
HV_CMD(cmd_verify);

extern const struct hv_column log_columns[];

#endif
