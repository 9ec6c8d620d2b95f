/*
 * nouns/key.c - rows of the command table: key versions.
 */
#include "tui/command/nouns/key.h"

static const struct hv_flag rotate_options[] = {
    { "--all", HV_FLAG_BOOL, NULL, "every live subscription of the profile" },
    { "--without-listener", HV_FLAG_BOOL, NULL,
      "go on although no listener runs here" },
    { 0 },
};

const struct hv_command key_commands[] = {
    { .words = "key list",
      .args = "[SUB]",
      .summary = "key versions, their state and use",
      .flags = HV_CMD_NEEDS_UNLOCK,
      .run = cmd_key_list,
      .complete = "sub",
      .schema = "key-list",
      .columns = key_columns },
    { .words = "key show",
      .args = "SUB VERSION",
      .summary = "one key version",
      .flags = HV_CMD_NEEDS_UNLOCK,
      .run = cmd_key_show,
      .complete = "sub",
      .schema = "key" },
    { .words = "key rotate",
      .args = "[SUB...]",
      .summary = "give subscriptions a new key",
      .flags = HV_CMD_KEYED | HV_CMD_DANGEROUS,
      .options = rotate_options,
      .run = cmd_key_rotate,
      .complete = "sub",
      .schema = "rotation",
      .more =
          "A rotation that stopped half way is taken up where it stood: run "
          "it again." },
    { .words = NULL },
};
