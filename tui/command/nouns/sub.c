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

static const struct hv_flag sub_delete_options[] = {
    { "--keep-file", HV_FLAG_TEXT, "FILE",
      "write them to a new file first; 'sub apply' makes them again" },
    { 0 },
};
static const struct hv_flag sub_apply_options[] = {
    { "--prune", HV_FLAG_BOOL, NULL, "delete what FILE does not name" },
    { 0 },
};
static const struct hv_flag sub_lint_options[] = {
    { "--as", HV_FLAG_TEXT, "ENV", "judge as ppe or prod; else as it is" },
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
      .options = sub_delete_options,
      .run = cmd_sub_delete,
      .complete = "sub",
      .schema = "sub-delete-list",
      .columns = sub_delete_columns },
    { .words = "sub lint",
      .args = "[SUB...]",
      .summary = "what is wrong with subscriptions; exit 3 on findings",
      .flags = HV_CMD_NEEDS_UNLOCK,
      .options = sub_lint_options,
      .run = cmd_sub_lint,
      .complete = "sub",
      .schema = "sub-finding-list",
      .columns = sub_lint_columns,
      .more = "--as prod tells what works on a test platform and production "
              "will refuse." },
    { .words = "sub export",
      .args = "[SUB...]",
      .summary = "subscriptions as a text file, for diff and apply",
      .flags = HV_CMD_NEEDS_UNLOCK,
      .run = cmd_sub_export,
      .complete = "sub",
      .schema = "sub-export",
      .more = "URLs, types and ids; no keys. The file may be edited and kept "
              "under version\ncontrol." },
    { .words = "sub diff",
      .args = "FILE",
      .summary = "what 'sub apply' would change; exit 3 when anything",
      .flags = HV_CMD_NEEDS_UNLOCK,
      .run = cmd_sub_diff,
      .complete = "file",
      .schema = "sub-step-list",
      .columns = sub_step_columns,
      .more =
          "FILE is one of 'sub export', or - for standard input. Those that "
          "FILE does not\nname are extra." },
    { .words = "sub apply",
      .args = "FILE",
      .summary = "make the platform's subscriptions those of a file",
      .flags = HV_CMD_KEYED | HV_CMD_DANGEROUS,
      .options = sub_apply_options,
      .run = cmd_sub_apply,
      .complete = "file",
      .schema = "sub-step-list",
      .columns = sub_step_columns,
      .more =
          "FILE holds, for each subscription, a line [subscription ID] "
          "(without an id where it\nhas to be made), a line url = URL, and "
          "a line types = A, B for each filter.\nEverything is checked before "
          "the first change. Applying the same FILE again changes\nnothing. "
          "Without --prune what is extra stays." },
    { .words = NULL },
};
