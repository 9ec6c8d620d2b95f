/*
 * nouns/completion.c - rows of the command table: completion for shells.
 */
#include "tui/command/nouns/completion.h"

const struct hv_command completion_commands[] = {
    { .words = "completion",
      .args = "bash|zsh|fish",
      .summary = "completion for the shell",
      .flags = HV_CMD_SHELL_ONLY,
      .run = cmd_completion,
      .more = "As in: source <(hvconsole completion bash)" },
    { .words = NULL },
};
