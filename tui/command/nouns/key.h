/*
 * nouns/key.h - the commands of nouns/key.c and the columns of their lists.
 */
#ifndef TUI_COMMAND_NOUNS_KEY_H
#define TUI_COMMAND_NOUNS_KEY_H

#include "tui/command/cmds.h"

extern const struct hv_command key_commands[];

HV_CMD(cmd_key_list);
HV_CMD(cmd_key_show);
HV_CMD(cmd_key_import);
HV_CMD(cmd_key_rotate);
HV_CMD(cmd_key_resume);
HV_CMD(cmd_key_pause);
HV_CMD(cmd_key_abort);
HV_CMD(cmd_key_jobs);
HV_CMD(cmd_key_drain);
HV_CMD(cmd_key_retire);
HV_CMD(cmd_key_doctor);

extern const struct hv_column key_columns[];
extern const struct hv_column rotation_columns[];
extern const struct hv_column drain_columns[];
extern const struct hv_column key_finding_columns[];

#endif
