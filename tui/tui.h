/*
 * tui.h - the door between the command line and the console. main() and
 * `hvconsole tui` call hv_console_run(); the console calls command/ and
 * nothing of cli/.
 */
#ifndef TUI_TUI_H
#define TUI_TUI_H

#include "tui/command/session.h"

struct hv_console_options {
    const char *view;   /* NULL = dashboard */
    const char *script; /* steps to play first, NULL = none */
    bool is_plain; /* no terminal: play the script, print the screen as text */
    bool is_demo;
    const char *demo_note; /* flags with which a second terminal joins */
};

/**
 * hv_console_run() - open the console on the terminal and run it to its end.
 * Takes over the terminal and gives it back on every way out. HV_ERR_USAGE:
 * standard input or output is no terminal, or TERM cannot do it (the sentence
 * says why).
 */
HV_MUST_CHECK enum hv_status
hv_console_run(const struct hv_globals *globals,
               const struct hv_console_options *options, struct hv_error *err);

/** hv_cli_main() - everything after the first lines of main(). */
int hv_cli_main(int argc, char **argv);

#endif
