/*
 * nouns/record.c - rows of the command table: records, what may be done in
 * them, and the things that notifications point at.
 */
#include "tui/command/nouns/record.h"

#define PERSON                                                                 \
    {                                                                          \
        "--person", HV_FLAG_TEXT, "P", "as authorised by this person only"     \
    }

static const struct hv_flag list_options[] = {
    { "--action", HV_FLAG_TEXT, "A",
      "none, auth, reauth, notpossible, location, unknown, or the word of the "
      "platform" },
    { 0 },
};
static const struct hv_flag person_options[] = { PERSON, { 0 } };
static const struct hv_flag perms_options[] = {
    { "--type", HV_FLAG_LIST, "T[,T...]", "these types only" },
    PERSON,
    { 0 },
};
static const struct hv_flag matrix_options[] = {
    { "--snapshot", HV_FLAG_TEXT, "F", "keep the picture in this new file" },
    { 0 },
};
static const struct hv_flag coverage_options[] = {
    { "--silent", HV_FLAG_BOOL, NULL,
      "only where nothing comes; ends with 3 when there is any" },
    { 0 },
};

const struct hv_command record_commands[] = {
    { .words = "record list",
      .args = "",
      .summary = "records this application may use, and what they need",
      .flags = HV_CMD_NEEDS_UNLOCK,
      .options = list_options,
      .run = cmd_record_list,
      .schema = "record-list",
      .columns = record_columns },
    { .words = "record show",
      .args = "RECORD",
      .summary = "one record: state, meaning, what to do, rights",
      .flags = HV_CMD_NEEDS_UNLOCK,
      .options = person_options,
      .run = cmd_record_show,
      .schema = "record" },
    { .words = "record perms",
      .args = "RECORD",
      .summary = "rights in a record, type by type",
      .flags = HV_CMD_NEEDS_UNLOCK,
      .options = perms_options,
      .run = cmd_record_perms,
      .schema = "permission-list",
      .columns = perms_columns },
    { .words = "record matrix",
      .args = "",
      .summary = "rights in all records on the types of the subscriptions",
      .flags = HV_CMD_NEEDS_UNLOCK,
      .options = matrix_options,
      .run = cmd_record_matrix,
      .schema = "record-matrix-list",
      .columns = matrix_columns,
      .more = "A snapshot holds ids and names; it is sealed, and this keystore "
              "alone opens it." },
    { .words = "record diff",
      .args = "A B",
      .summary = "what changed; or what new rules would change",
      .flags = HV_CMD_NEEDS_UNLOCK,
      .run = cmd_record_diff,
      .schema = "record-diff-list",
      .columns = record_diff_columns,
      .more =
          "A is a snapshot or 'now'. B is a snapshot, 'now', or a draft of the "
          "application's\nrules: online:FILE or offline:FILE, an <auth> "
          "document; the other rules stay as they\nare. A snapshot is a file, "
          "or the name of one that the console kept (STORE/snapshots).\nEnds "
          "with 3 when there is a difference." },
    { .words = "record coverage",
      .args = "",
      .summary = "which changes raise no notification, and what would mend it",
      .flags = HV_CMD_NEEDS_UNLOCK,
      .options = coverage_options,
      .run = cmd_record_coverage,
      .schema = "coverage-list",
      .columns = coverage_columns },
    { .words = "record fix-url",
      .args = "RECORD",
      .summary = "the Shell page where the person mends it",
      .flags = HV_CMD_NEEDS_UNLOCK,
      .options = person_options,
      .run = cmd_record_fix_url,
      .schema = "fix-url-list",
      .columns = url_columns },
    { .words = "record revoke",
      .args = "RECORD",
      .summary = "give up this application's own access to a record",
      .flags = HV_CMD_KEYED | HV_CMD_DANGEROUS,
      .options = person_options,
      .run = cmd_record_revoke,
      .schema = "record-revoke-list",
      .columns = revoke_columns },
    { .words = NULL },
};

const struct hv_command things_commands[] = {
    { .words = "things show",
      .args = "ID",
      .summary = "what the things of a logged message are now",
      .flags = HV_CMD_NEEDS_UNLOCK,
      .run = cmd_things_show,
      .schema = "thing-list",
      .columns = things_columns,
      .more = "Fetched from the platform and not kept. What it does not give "
              "is gone or not\nreadable: it does not tell which." },
    { .words = "things get",
      .args = "RECORD THING...",
      .summary = "things of a record by their ids",
      .flags = HV_CMD_NEEDS_UNLOCK,
      .options = person_options,
      .run = cmd_things_get,
      .schema = "thing-list",
      .columns = things_columns },
    { .words = NULL },
};
