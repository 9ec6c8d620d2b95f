/*
 * nouns/keystore.h - the commands of nouns/keystore.c and the columns of their lists.
 */
#ifndef TUI_COMMAND_NOUNS_KEYSTORE_H
#define TUI_COMMAND_NOUNS_KEYSTORE_H

#include "tui/command/cmds.h"

extern const struct hv_command keystore_commands[];

HV_CMD(cmd_keystore_init);
HV_CMD(cmd_keystore_status);
HV_CMD(cmd_keystore_passwd);
HV_CMD(cmd_keystore_slot_add);
HV_CMD(cmd_keystore_slot_list);
HV_CMD(cmd_keystore_slot_remove);
HV_CMD(cmd_keystore_backup);
HV_CMD(cmd_keystore_restore);
HV_CMD(cmd_keystore_export);
HV_CMD(cmd_keystore_import);
HV_CMD(cmd_keystore_doctor);
HV_CMD(cmd_keystore_audit);
HV_CMD(cmd_keystore_audit_verify);

extern const struct hv_column slot_columns[];
extern const struct hv_column doctor_columns[];
extern const struct hv_column audit_columns[];
extern const struct hv_column audit_log_columns[];

/** keystore_slot_tell() - one slot as fields. */
void keystore_slot_tell(struct hv_node *node, const struct hv_slot_info *slot);
/** keystore_tell() - file, generation, epoch, times and slots. */
void keystore_tell(struct hv_cmd *cmd, const struct hv_keystore_info *info,
                   const char *state);

#endif
