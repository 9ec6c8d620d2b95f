/*
 * ask.h - how the shell's door asks a person: on the controlling terminal, and
 * only when standard input and standard error are one.
 */
#ifndef TUI_CLI_ASK_H
#define TUI_CLI_ASK_H

#include "tui/command/session.h"

/** ask_init() - members stay NULL where there is nobody to ask. Progress goes to
 *  a terminal, with -v to anything, with -q nowhere. Keeps no memory. */
void ask_init(struct hv_asker *asker, const struct hv_globals *globals);

#endif
