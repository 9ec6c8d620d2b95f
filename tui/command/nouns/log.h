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
HV_CMD(cmd_log_explain);
HV_CMD(cmd_log_verify);
HV_CMD(cmd_log_stats);
HV_CMD(cmd_log_duplicates);
HV_CMD(cmd_log_gaps);
HV_CMD(cmd_log_export);
HV_CMD(cmd_log_prune);
HV_CMD(cmd_verify);

extern const struct hv_column log_columns[];
extern const struct hv_column log_verify_columns[];
extern const struct hv_column log_stats_columns[];
extern const struct hv_column log_duplicate_columns[];
extern const struct hv_column log_gap_columns[];

#endif
