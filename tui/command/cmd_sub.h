/*
 * cmd_sub.h - what the files of `sub` share.
 */
#ifndef TUI_COMMAND_CMD_SUB_H
#define TUI_COMMAND_CMD_SUB_H

#include "tui/command/model.h"
#include "tui/command/out.h"
#include "tui/command/run.h"

/** sub_tell() - one subscription as the members of @node. */
void sub_tell(struct hv_node *node, const struct hv_sub_row *row);
/** sub_tell_types() - member `types`: a list of id and name. */
void sub_tell_types(struct hv_node *node, const struct hv_sub *sub);
/** sub_update() - UpdateEventSubscription of the whole of @sub, its key filled
 *  in; told to the audit log before and after. */
HV_MUST_CHECK enum hv_status sub_update(struct hv_cmd *cmd,
                                        struct hv_client *client,
                                        struct hv_sub *sub,
                                        struct hv_error *err);
/** sub_show_one() - read the platform anew and show one. */
HV_MUST_CHECK enum hv_status sub_show_one(struct hv_cmd *cmd, const char *text,
                                          bool is_raw, struct hv_error *err);

#endif
