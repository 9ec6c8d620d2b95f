/*
 * nouns/log.c - rows of the command table: the journal, and judging one message.
 */
#include "tui/command/nouns/log.h"

/* The same for every command that is about many rows. */
#define LOG_FILTERS                                                              \
    { "--verdict", HV_FLAG_LIST, "V[,V...]", "of these verdicts" },              \
        { "--sub", HV_FLAG_TEXT, "SUB", "for this subscription" },               \
        { "--version", HV_FLAG_TEXT, "V", "signed with this key version" },      \
        { "--since", HV_FLAG_TEXT, "TIME",                                       \
          "not older: a time, or an age as 24h" },                               \
        { "--until", HV_FLAG_TEXT, "TIME", "not newer" },                        \
        { "--record", HV_FLAG_TEXT, "ID",                                        \
          "about this record; wants the keystore" },                             \
    {                                                                            \
        "--grep", HV_FLAG_TEXT, "TEXT",                                          \
            "with this text in ids, reasons, peer, SHA-256; unlocked in bodies " \
            "too, one by one"                                                    \
    }

static const struct hv_flag log_list_options[] = { LOG_FILTERS, { 0 } };
static const struct hv_flag log_tail_options[] = {
    { "-f", HV_FLAG_BOOL, NULL, "follow: go on as rows come" },
    LOG_FILTERS,
    { 0 },
};
static const struct hv_flag log_stats_options[] = {
    { "--by", HV_FLAG_TEXT, "WHAT",
      "verdict (as without it), sub, version or "
      "hour" },
    LOG_FILTERS,
    { 0 },
};
static const struct hv_flag log_gaps_options[] = {
    { "--since", HV_FLAG_TEXT, "TIME",
      "a time, or an age; 24h when not given" },
    { 0 },
};
static const struct hv_flag log_export_options[] = {
    { "--to", HV_FLAG_TEXT, "F", "a new file; with ID a new directory" },
    LOG_FILTERS,
    { 0 },
};
static const struct hv_flag log_prune_options[] = {
    { "--older", HV_FLAG_TEXT, "DUR", "what is older than this, as 90d" },
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
    { "--explain", HV_FLAG_BOOL, NULL,
      "what the verdict means, and what would have fitted" },
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
    { .words = "log explain",
      .args = "ID",
      .summary = "why a message got its verdict, check by check",
      .run = cmd_log_explain,
      .schema = "log-explanation" },
    { .words = "log verify",
      .args = "[ID...]",
      .summary = "whether rows are as they were written",
      .flags = HV_CMD_NEEDS_UNLOCK,
      .run = cmd_log_verify,
      .schema = "log-verification-list",
      .columns = log_verify_columns,
      .more =
          "Opens each seal and reads the body again; ends with 9 when one "
          "was altered. Without ID the file itself and all rows; with --limit "
          "the newest rows alone. The signature itself is not kept and cannot be "
          "computed again from here." },
    { .words = "log stats",
      .args = "",
      .summary = "how many, by verdict, subscription, version or hour",
      .options = log_stats_options,
      .run = cmd_log_stats,
      .schema = "log-stats-list",
      .columns = log_stats_columns,
      .more = "From counters kept by the minute. --until, --record and --grep "
              "count rows instead, which takes longer." },
    { .words = "log duplicates",
      .args = "",
      .summary = "messages that came more than once",
      .options = log_list_options,
      .run = cmd_log_duplicates,
      .schema = "log-duplicate-list",
      .columns = log_duplicate_columns,
      .more = "Those whose repeats came within 24 hours, or since --since." },
    { .words = "log gaps",
      .args = "",
      .summary = "updated records about which nothing came",
      .flags = HV_CMD_NEEDS_UNLOCK,
      .options = log_gaps_options,
      .run = cmd_log_gaps,
      .schema = "log-gap-list",
      .columns = log_gap_columns,
      .more = "Asks the platform which records were updated. What it cannot "
              "see is told with the answer." },
    { .words = "log export",
      .args = "[ID]",
      .summary = "rows as NDJSON, or one with all that is kept of it",
      .flags = HV_CMD_CHANGES,
      .options = log_export_options,
      .run = cmd_log_export,
      .schema = "log-export",
      .more = "Oldest first; lnav reads it with the format file that is "
              "installed. With ID a directory: row, body, headers, reasons, "
              "digest; it wants the keystore." },
    { .words = "log prune",
      .args = "",
      .summary = "remove what is old",
      .flags = HV_CMD_CHANGES | HV_CMD_DANGEROUS,
      .options = log_prune_options,
      .run = cmd_log_prune,
      .schema = "log-prune",
      .more = "Of verified messages younger than 14 days body and ids go, but "
              "the line stays: repeats are recognised by it. Counters stay. "
              "What waits to be handed on stays. The file does not shrink, its "
              "room is used again." },
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
