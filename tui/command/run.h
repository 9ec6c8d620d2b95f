/*
 * run.h - running a parsed command: guards, the count of arguments, the
 * printer; and what commands ask before they change something.
 */
#ifndef TUI_COMMAND_RUN_H
#define TUI_COMMAND_RUN_H

#include "tui/command/args.h"
#include "tui/command/out.h"

/**
 * hv_cmd_execute() - guards, then the command, then what it printed.
 * @config: format, colour and descriptor; schema, columns, fields and limit
 *          are filled in from the command and the session's flags
 * @text_out: with descriptor -1: gets the text; else NULL
 */
HV_MUST_CHECK enum hv_status hv_cmd_execute(struct hv_cmd *cmd,
                                            const struct hv_out_config *config,
                                            struct hv_buf *text_out,
                                            struct hv_error *err);

/** hv_cmd_help_of() - `help` of the command @cmd names, for --help. */
struct hv_cmd hv_cmd_help_of(const struct hv_cmd *cmd);
/** hv_cmd_is_dry() - --dry-run: tell, change nothing. */
bool hv_cmd_is_dry(const struct hv_cmd *cmd);
/** hv_cmd_confirm() - ask with the impact in numbers. HV_ERR_REFUSED: nobody
 *  to ask; HV_ERR_CANCELLED: the answer was no. */
HV_MUST_CHECK enum hv_status
hv_cmd_confirm(struct hv_cmd *cmd, struct hv_error *err, const char *fmt, ...)
    HV_PRINTF(3, 4);
/** hv_cmd_confirm_delete() - the same for what cannot be undone: in production
 *  the profile's name is wanted, typed or by --confirm. */
HV_MUST_CHECK enum hv_status hv_cmd_confirm_delete(struct hv_cmd *cmd,
                                                   struct hv_error *err,
                                                   const char *fmt, ...)
    HV_PRINTF(3, 4);
/** hv_cmd_talk() - progress of this command, to the person. */
void hv_cmd_talk(struct hv_cmd *cmd, const char *fmt, ...) HV_PRINTF(2, 3);

#endif
