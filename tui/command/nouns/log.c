/*
 * nouns/log.c - rows of the command table: the journal, and judging one message.
 */
#include "tui/command/nouns/log.h"

static const struct hv_flag log_list_options[] = {
    { "--verdict", HV_FLAG_LIST, "V[,V...]", "of these verdicts" },
    { "--sub", HV_FLAG_TEXT, "SUB", "for this subscription" },
    { "--version", HV_FLAG_TEXT, "V", "signed with this key version" },
    { "--since", HV_FLAG_TEXT, "TIME", "not older: a time, or an age as 24h" },
    { "--until", HV_FLAG_TEXT, "TIME", "not newer" },
    { "--record", HV_FLAG_TEXT, "ID", "about this record; wants the keystore" },
    { 0 },
};
static const struct hv_flag log_tail_options[] = {
    { "-f", HV_FLAG_BOOL, NULL, "follow: go on as rows come" },
    { "--verdict", HV_FLAG_LIST, "V[,V...]", "of these verdicts" },
    { "--sub", HV_FLAG_TEXT, "SUB", "for this subscription" },
    { "--version", HV_FLAG_TEXT, "V", "signed with this key version" },
    { "--since", HV_FLAG_TEXT, "TIME", "not older: a time, or an age as 24h" },
    { "--until", HV_FLAG_TEXT, "TIME", "not newer" },
    { "--record", HV_FLAG_TEXT, "ID", "about this record; wants the keystore" },
    { 0 },
};
static const struct hv_flag log_show_options[] = {
    { "--raw", HV_FLAG_BOOL, NULL, "the body itself, byte by byte" },
    { 0 },
};
static const struct hv_flag verify_options[] = {
    { "--sub", HV_FLAG_TEXT, "SUB", "the subscription that was expected" },
    { "--header", HV_FLAG_TEXT, "TEXT", "value of the Authorization header" },
    { "--body", HV_FLAG_TEXT, "FILE",
      "the body as received; - = standard input" },
    { "--explain", HV_FLAG_BOOL, NULL, "what the verdict means" },
    { 0 },
};

const struct hv_command log_commands[] = {
    { .words = "log list",
      .args = "",
      .summary = "received messages, newest first",
      .options = log_list_options,
      .run = cmd_log_list,
      .schema = "log-list",
      .columns = log_columns,
      .more = "100 rows when no --limit is given. Without the keystore sealed "
              "fields are null." },
    { .words = "log tail",
      .args = "",
      .summary = "the newest messages, and what comes",
      .flags = HV_CMD_SHELL_ONLY,
      .options = log_tail_options,
      .run = cmd_log_tail,
      .schema = "log-list",
      .columns = log_columns },
    { .words = "log show",
      .args = "ID",
      .summary = "one message with its verdict",
      .options = log_show_options,
      .run = cmd_log_show,
      .schema = "log" },
    { .words = "verify",
      .args = "",
      .summary = "judge one message, offline",
      .flags = HV_CMD_NEEDS_UNLOCK,
      .options = verify_options,
      .run = cmd_verify,
      .schema = "verification",
      .more = "Ends with 9 unless the message verifies." },
    { .words = NULL },
};
