/*
 * nouns/test.h - the commands of nouns/test.c and the columns of their lists.
 */
#ifndef TUI_COMMAND_NOUNS_TEST_H
#define TUI_COMMAND_NOUNS_TEST_H

#include "tui/command/cmds.h"

extern const struct hv_command test_commands[];

HV_CMD(cmd_test_send);
HV_CMD(cmd_test_matrix);

extern const struct hv_column test_columns[];

#endif
