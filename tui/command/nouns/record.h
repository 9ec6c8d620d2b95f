/*
 * nouns/record.h - the commands of nouns/record.c and the columns of their
 * lists.
 */
#ifndef TUI_COMMAND_NOUNS_RECORD_H
#define TUI_COMMAND_NOUNS_RECORD_H

#include "tui/command/cmds.h"

extern const struct hv_command record_commands[], things_commands[];

HV_CMD(cmd_record_list);
HV_CMD(cmd_record_show);
HV_CMD(cmd_record_perms);
HV_CMD(cmd_record_matrix);
HV_CMD(cmd_record_diff);
HV_CMD(cmd_record_coverage);
HV_CMD(cmd_record_fix_url);
HV_CMD(cmd_record_revoke);
HV_CMD(cmd_things_show);
HV_CMD(cmd_things_get);

extern const struct hv_column record_columns[], perms_columns[],
    matrix_columns[], record_diff_columns[], coverage_columns[], url_columns[],
    revoke_columns[], things_columns[];

#endif
