/*
 * cmds.h - the bodies of the commands, for the table. Each is a straight line
 * of blocking calls on its session, and prints through cmd->out alone.
 */
#ifndef TUI_COMMAND_CMDS_H
#define TUI_COMMAND_CMDS_H

#include "tui/command/run.h"

#define CMD(name) enum hv_status name(struct hv_cmd *cmd, struct hv_error *err)

CMD(cmd_tui);
CMD(cmd_demo);
CMD(cmd_status);
CMD(cmd_profile_list);
CMD(cmd_profile_show);
CMD(cmd_profile_add);
CMD(cmd_profile_use);
CMD(cmd_profile_remove);
CMD(cmd_sub_list);
CMD(cmd_sub_show);
CMD(cmd_sub_create);
CMD(cmd_sub_edit);
CMD(cmd_sub_delete);
CMD(cmd_key_list);
CMD(cmd_key_show);
CMD(cmd_key_rotate);
CMD(cmd_listen);
CMD(cmd_listen_stop);
CMD(cmd_log_list);
CMD(cmd_log_tail);
CMD(cmd_log_show);
CMD(cmd_verify);
CMD(cmd_keystore_init);
CMD(cmd_keystore_status);
CMD(cmd_keystore_slot_add);
CMD(cmd_keystore_slot_list);
CMD(cmd_sandbox_up);
CMD(cmd_sandbox_down);
CMD(cmd_sandbox_status);
CMD(cmd_sandbox_emit);
CMD(cmd_sandbox_app_add);
CMD(cmd_sandbox_app_list);
CMD(cmd_explain);
CMD(cmd_completion);
CMD(cmd_commands);
CMD(cmd_version);
CMD(cmd_help);

#undef CMD

/* Columns of the lists, for the table; each ends with a NULL field. */
extern const struct hv_column sub_columns[], sub_delete_columns[];
extern const struct hv_column key_columns[], log_columns[], profile_columns[];
extern const struct hv_column app_columns[], slot_columns[], command_columns[];

/* Flags of the commands, for the table; each ends with a NULL name. */
extern const struct hv_flag tui_options[], demo_options[], status_options[],
    profile_add_options[], sub_show_options[], sub_create_options[],
    sub_edit_options[], rotate_options[], listen_options[], log_list_options[],
    log_tail_options[], log_show_options[], verify_options[], init_options[],
    slot_add_options[], sandbox_up_options[], emit_options[], app_add_options[],
    commands_options[], help_options[];

/* ---- shared by several commands ---- */

/** cmd_sub_id() - a subscription by id or prefix, from the open keystore; one
 *  that it does not know may still be given in full. */
HV_MUST_CHECK enum hv_status cmd_sub_id(struct hv_cmd *cmd, const char *text,
                                        struct hv_guid *out,
                                        struct hv_error *err);
/** cmd_types() - the types a list flag names, by id or name, into filter 0. */
HV_MUST_CHECK enum hv_status cmd_types(struct hv_cmd *cmd, const char *flag,
                                       struct hv_sub *out,
                                       struct hv_error *err);
/** cmd_dry() - mark an object as not done, when it is not. */
void cmd_dry(struct hv_cmd *cmd, struct hv_node *node);

#endif
