/*
 * nouns/help.c - rows of the command table: what explains: codes, commands, help.
 */
#include "tui/command/nouns/help.h"

static const struct hv_flag commands_options[] = {
    { "--json", HV_FLAG_BOOL, NULL, "the same as -o json" },
    { 0 },
};
static const struct hv_flag help_options[] = {
    { "--man", HV_FLAG_BOOL, NULL, "the man page, in troff" },
    { 0 },
};

const struct hv_command help_commands[] = {
    { .words = "explain",
      .args = "CODE|VERDICT|LINT-ID",
      .summary = "what a platform code, a verdict or a finding means",
      .run = cmd_explain,
      .complete = "verdict",
      .schema = "explanation" },
    { .words = "commands",
      .args = "",
      .summary = "this table",
      .options = commands_options,
      .run = cmd_commands,
      .schema = "command-list",
      .columns = command_columns },
    { .words = "version",
      .args = "",
      .summary = "the version of this program",
      .run = cmd_version,
      .schema = "version" },
    { .words = "help",
      .args = "[TOPIC...]",
      .summary = "help on a command, exit-codes, verdicts or files",
      .options = help_options,
      .run = cmd_help },
    { .words = NULL },
};
