/*
 * nouns/sandbox.h - the commands of nouns/sandbox.c and the columns of their lists.
 */
#ifndef TUI_COMMAND_NOUNS_SANDBOX_H
#define TUI_COMMAND_NOUNS_SANDBOX_H

#include "tui/command/cmds.h"

extern const struct hv_command sandbox_commands[];

HV_CMD(cmd_sandbox_up);
HV_CMD(cmd_sandbox_down);
HV_CMD(cmd_sandbox_status);
HV_CMD(cmd_sandbox_reset);
HV_CMD(cmd_sandbox_queue);
HV_CMD(cmd_sandbox_log);
HV_CMD(cmd_sandbox_clock_show);
HV_CMD(cmd_sandbox_clock_advance);
HV_CMD(cmd_sandbox_clock_rate);
HV_CMD(cmd_sandbox_fault_add);
HV_CMD(cmd_sandbox_fault_list);
HV_CMD(cmd_sandbox_fault_clear);
HV_CMD(cmd_sandbox_token_keys);
HV_CMD(cmd_sandbox_auth_set);
HV_CMD(cmd_sandbox_emit);
HV_CMD(cmd_sandbox_app_add);
HV_CMD(cmd_sandbox_app_list);
HV_CMD(cmd_sandbox_app_rules);

extern const struct hv_column app_columns[];
extern const struct hv_column fault_columns[];
extern const struct hv_column queue_columns[];
extern const struct hv_column sandbox_log_columns[];

#endif
