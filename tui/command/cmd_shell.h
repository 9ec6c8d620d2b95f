/*
 * cmd_shell.h - what the shell commands share: whose profile, and a URL from
 * the command line or from standard input.
 */
#ifndef TUI_COMMAND_CMD_SHELL_H
#define TUI_COMMAND_CMD_SHELL_H

#include "hvconsole/shell.h"
#include "tui/command/cmds.h"

/** shell_profile() - the profile, when there is one; a URL can be read without
 *  any. NULL = none. */
const struct hv_profile *shell_profile(struct hv_cmd *cmd);
/** shell_decode() - @text, or standard input for "-", taken apart. */
HV_MUST_CHECK enum hv_status shell_decode(const char *text,
                                          const struct hv_shell_home *home,
                                          struct hv_shell_url *out,
                                          struct hv_error *err);

#endif
