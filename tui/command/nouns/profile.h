/*
 * nouns/profile.h - the commands of nouns/profile.c and the columns of their lists.
 */
#ifndef TUI_COMMAND_NOUNS_PROFILE_H
#define TUI_COMMAND_NOUNS_PROFILE_H

#include "tui/command/cmds.h"

extern const struct hv_command profile_commands[];

HV_CMD(cmd_profile_list);
HV_CMD(cmd_profile_show);
HV_CMD(cmd_profile_add);
HV_CMD(cmd_profile_use);
HV_CMD(cmd_profile_lint);
HV_CMD(cmd_profile_remove);

extern const struct hv_column profile_columns[], profile_lint_columns[];

#endif
