/*
 * nouns/sub.h - the commands of nouns/sub.c and the columns of their lists.
 */
#ifndef TUI_COMMAND_NOUNS_SUB_H
#define TUI_COMMAND_NOUNS_SUB_H

#include "tui/command/cmds.h"

extern const struct hv_command sub_commands[];

HV_CMD(cmd_sub_list);
HV_CMD(cmd_sub_show);
HV_CMD(cmd_sub_create);
HV_CMD(cmd_sub_edit);
HV_CMD(cmd_sub_delete);
HV_CMD(cmd_sub_lint);
HV_CMD(cmd_sub_export);
HV_CMD(cmd_sub_diff);
HV_CMD(cmd_sub_apply);

extern const struct hv_column sub_columns[], sub_delete_columns[],
    sub_lint_columns[], sub_step_columns[];

#endif
