/*
 * nouns/doctor.h - the command of nouns/doctor.c and the columns of its list.
 */
#ifndef TUI_COMMAND_NOUNS_DOCTOR_H
#define TUI_COMMAND_NOUNS_DOCTOR_H

#include "tui/command/cmds.h"

extern const struct hv_command doctor_commands[];

HV_CMD(cmd_doctor);

extern const struct hv_column doctor_all_columns[];

#endif
