/*
 * nouns/listen.h - the commands of nouns/listen.c and the columns of their lists.
 */
#ifndef TUI_COMMAND_NOUNS_LISTEN_H
#define TUI_COMMAND_NOUNS_LISTEN_H

#include "tui/command/cmds.h"

extern const struct hv_command listen_commands[];

HV_CMD(cmd_listen);
HV_CMD(cmd_listen_stop);

#endif
