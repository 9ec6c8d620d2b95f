/*
 * help.h - help, the man page and shell completion, all made from the table of
 * commands. Pure: text into a buffer.
 */
#ifndef TUI_COMMAND_HELP_H
#define TUI_COMMAND_HELP_H

#include "tui/command/command.h"

void help_overview(struct hv_buf *out);
void help_command(const struct hv_command *command, struct hv_buf *out);
/** help_topic() - a topic or a command or the beginning of commands ("sub");
 *  HV_ERR_USAGE with "did you mean". */
HV_MUST_CHECK enum hv_status help_topic(const char *topic, struct hv_buf *out,
                                        struct hv_error *err);
void help_man(struct hv_buf *out);
/** help_completion() - the script for "bash", "zsh" or "fish"; false for any
 *  other @shell. */
bool help_completion(const char *shell, struct hv_buf *out);

/* The exit codes, in order; ends with a NULL meaning. */
struct help_exit {
    int code;
    const char *meaning;
};
extern const struct help_exit help_exits[];
/* Files and environment, for help and the man page. */
struct help_pair {
    const char *name, *text;
};
extern const struct help_pair help_files[], help_environment[];

#endif
