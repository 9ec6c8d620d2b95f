/*
 * nouns/keystore.h - the commands of nouns/keystore.c and the columns of their lists.
 */
#ifndef TUI_COMMAND_NOUNS_KEYSTORE_H
#define TUI_COMMAND_NOUNS_KEYSTORE_H

#include "tui/command/cmds.h"

extern const struct hv_command keystore_commands[];

HV_CMD(cmd_keystore_init);
HV_CMD(cmd_keystore_status);
HV_CMD(cmd_keystore_slot_add);
HV_CMD(cmd_keystore_slot_list);

extern const struct hv_column slot_columns[];

#endif
