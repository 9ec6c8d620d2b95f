/*
 * cmd_log.h - how a row of the log and the steps of a verdict are told, for
 * `log` and `verify`.
 */
#ifndef TUI_COMMAND_CMD_LOG_H
#define TUI_COMMAND_CMD_LOG_H

#include "tui/command/out.h"

void log_tell(struct hv_node *node, const struct hv_log_row *row);
void why_tell(struct hv_node *node, const struct hv_why_step *why, size_t len);

#endif
