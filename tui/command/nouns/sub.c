/*
 * nouns/sub.c - rows of the command table: subscriptions.
 */
#include "tui/command/nouns/sub.h"

static const struct hv_flag sub_show_options[] = {
    { "--raw", HV_FLAG_BOOL, NULL,
      "filters one by one, as the platform has them" },
    { 0 },
};
static const struct hv_flag sub_create_options[] = {
    { "--type", HV_FLAG_LIST, "T[,T...]", "thing types, by id or name" },
    { "--url", HV_FLAG_TEXT, "URL", "where notifications go; https" },
    { "--key-version", HV_FLAG_TEXT, "V",
      "key version id; made when left out" },
    { "--key-file", HV_FLAG_TEXT, "FILE",
      "64-byte key in base64; made when left out" },
    { 0 },
};
static const struct hv_flag sub_edit_options[] = {
    { "--url", HV_FLAG_TEXT, "URL", "where notifications go; https" },
    { "--add-type", HV_FLAG_LIST, "T[,T...]", "types to add" },
    { "--drop-type", HV_FLAG_LIST, "T[,T...]", "types to drop" },
    { 0 },
};

const struct hv_command sub_commands[] = {
    { .words = "sub list",
      .args = "",
      .summary = "subscriptions as the platform shows them",
      .flags = HV_CMD_NEEDS_UNLOCK,
      .run = cmd_sub_list,
      .schema = "sub-list",
      .columns = sub_columns },
    { .words = "sub show",
      .args = "SUB",
      .summary = "one subscription",
      .flags = HV_CMD_NEEDS_UNLOCK,
      .options = sub_show_options,
      .run = cmd_sub_show,
      .complete = "sub",
      .schema = "sub" },
    { .words = "sub create",
      .args = "",
      .summary = "subscribe to changes of thing types",
      .flags = HV_CMD_KEYED,
      .options = sub_create_options,
      .run = cmd_sub_create,
      .schema = "sub",
      .more = "Makes the key and its version id, unless they are given." },
    { .words = "sub edit",
      .args = "SUB",
      .summary = "change URL or types of a subscription",
      .flags = HV_CMD_KEYED,
      .options = sub_edit_options,
      .run = cmd_sub_edit,
      .complete = "sub",
      .schema = "sub" },
    { .words = "sub delete",
      .args = "SUB...",
      .summary = "unsubscribe; the keys are kept for late repeats",
      .flags = HV_CMD_KEYED | HV_CMD_DANGEROUS,
      .run = cmd_sub_delete,
      .complete = "sub",
      .schema = "sub-delete-list",
      .columns = sub_delete_columns },
    { .words = NULL },
};
