/*
 * cmd_maint.h - what the files of `maint` share.
 */
#ifndef TUI_COMMAND_CMD_MAINT_H
#define TUI_COMMAND_CMD_MAINT_H

#include "tui/command/model.h"
#include "tui/command/out.h"
#include "tui/command/run.h"

/** maint_tell() - a window as the members of @node. */
void maint_tell(struct hv_node *node, const struct hv_maint_model *model,
                const struct hv_window_row *row);
/** maint_find() - by name, among those of the profile's platform; NULL with
 *  HV_ERR_NOT_FOUND. */
const struct hv_window_row *maint_find(const struct hv_maint_model *model,
                                       const char *name, struct hv_error *err);

#endif
