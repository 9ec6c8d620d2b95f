/*
 * nouns/shell.h - the commands of nouns/shell.c and the columns of their lists.
 */
#ifndef TUI_COMMAND_NOUNS_SHELL_H
#define TUI_COMMAND_NOUNS_SHELL_H

#include "tui/command/cmds.h"

extern const struct hv_command shell_commands[];

HV_CMD(cmd_shell_targets);
HV_CMD(cmd_shell_returns);
HV_CMD(cmd_shell_url);
HV_CMD(cmd_shell_decode);
HV_CMD(cmd_shell_lint);
HV_CMD(cmd_template_list);
HV_CMD(cmd_template_save);
HV_CMD(cmd_template_show);
HV_CMD(cmd_template_remove);

extern const struct hv_column target_columns[], return_columns[],
    finding_columns[], template_columns[];

#endif
