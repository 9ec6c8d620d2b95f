/*
 * cmd_record.h - what the files of `record` and `things` share.
 */
#ifndef TUI_COMMAND_CMD_RECORD_H
#define TUI_COMMAND_CMD_RECORD_H

#include "tui/command/nouns/record.h"
#include "tui/command/out.h"
#include "tui/command/records.h"

/** record_tell_row() - who, which, and what the platform says of it. */
void record_tell_row(struct hv_node *node, const struct hv_access_row *row);
/** record_tell_permission() - @permission NULL: nothing was granted. */
void record_tell_permission(struct hv_node *node, const struct hv_guid *type,
                            const struct hv_permission *permission);
/** record_tell_reach() - whether its permissions could be read. */
void record_tell_reach(struct hv_node *node, const struct hv_access_row *row);
/** record_type_name() - NULL for a type that is not known. */
const char *record_type_name(const struct hv_guid *id);
/** record_read_one() - the record of the first argument, of the person of
 *  --person or of all, with permissions. */
HV_MUST_CHECK enum hv_status record_read_one(struct hv_cmd *cmd,
                                             struct hv_sub_list *subs,
                                             struct hv_access *out,
                                             struct hv_error *err);
/** record_tell_url() - as member "url"; null when no page helps. */
HV_MUST_CHECK enum hv_status record_tell_url(struct hv_cmd *cmd,
                                             struct hv_node *node,
                                             const struct hv_access_row *row,
                                             enum hv_silence silence,
                                             struct hv_error *err);

#endif
