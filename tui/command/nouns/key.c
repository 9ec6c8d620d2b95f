/*
 * nouns/key.c - rows of the command table: key versions.
 */
#include "tui/command/nouns/key.h"

static const struct hv_flag rotate_options[] = {
    { "--all", HV_FLAG_BOOL, NULL, "every live subscription of the profile" },
    { "--pace", HV_FLAG_TEXT, "DUR", "wait so long between two, as 30s or 5m" },
    { "--canary", HV_FLAG_TEXT, "N",
      "go on after the first N only when a message came under their new key" },
    { "--compromised", HV_FLAG_BOOL, NULL,
      "wipe the old key at once; take back a subscription moved to a key that "
      "is not here" },
    { "--without-listener", HV_FLAG_BOOL, NULL,
      "go on although no listener runs here" },
    { 0 },
};
static const struct hv_flag import_options[] = {
    { "--key-file", HV_FLAG_TEXT, "F",
      "the key: one line of canonical base64; may be left out when it is here" },
    { 0 },
};
static const struct hv_flag drain_options[] = {
    { "--watch", HV_FLAG_BOOL, NULL, "go on, and tell what changes" },
    { 0 },
};
static const struct hv_flag retire_options[] = {
    { "--force", HV_FLAG_BOOL, NULL,
      "wipe it before it is safe; says what will be lost" },
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
    { .words = "key import",
      .args = "SUB VERSION",
      .summary = "put a key that others made beside it",
      .flags = HV_CMD_KEYED,
      .options = import_options,
      .run = cmd_key_import,
      .complete = "sub",
      .schema = "key",
      .more =
          "Accepted with full grace, or active if the platform shows this "
          "version as current. Announces nothing; the same import again "
          "changes nothing. Without --key-file it takes over a version that "
          "is here already and that the platform moved to." },
    { .words = "key rotate",
      .args = "[SUB...]",
      .summary = "give subscriptions a new key",
      .flags = HV_CMD_KEYED | HV_CMD_DANGEROUS,
      .options = rotate_options,
      .run = cmd_key_rotate,
      .complete = "sub",
      .schema = "rotation",
      .more = "One after the other, up to 25. ^C stops after the step under "
              "way; `key resume` goes on after that and after any crash, with "
              "the same keys. --timeout also limits the wait for a canary (10 "
              "minutes)." },
    { .words = "key resume",
      .args = "[JOB]",
      .summary = "go on with a rotation that stopped",
      .flags = HV_CMD_KEYED,
      .run = cmd_key_resume,
      .schema = "rotation",
      .more = "Without JOB the open one, or whatever the keystore shows as "
              "begun and never ended. Resuming one that waits for its canary "
              "says that it may go on." },
    { .words = "key pause",
      .args = "[JOB]",
      .summary = "stop a running rotation after its step",
      .flags = HV_CMD_CHANGES,
      .run = cmd_key_pause,
      .schema = "rotation",
      .more = "Whichever process runs it." },
    { .words = "key abort",
      .args = "[JOB]",
      .summary = "close a rotation before its end",
      .flags = HV_CMD_KEYED | HV_CMD_DANGEROUS,
      .run = cmd_key_abort,
      .schema = "rotation" },
    { .words = "key jobs",
      .args = "",
      .summary = "rotations, open and past",
      .run = cmd_key_jobs,
      .schema = "rotation-list",
      .columns = rotation_columns },
    { .words = "key drain",
      .args = "[SUB]",
      .summary = "whether old keys are still needed, with the evidence",
      .flags = HV_CMD_NEEDS_UNLOCK,
      .options = drain_options,
      .run = cmd_key_drain,
      .complete = "sub",
      .schema = "drain-list",
      .columns = drain_columns },
    { .words = "key retire",
      .args = "SUB VERSION",
      .summary = "wipe an old key that is not needed any more",
      .flags = HV_CMD_KEYED | HV_CMD_DANGEROUS,
      .options = retire_options,
      .run = cmd_key_retire,
      .complete = "sub",
      .schema = "key",
      .more = "Refuses with the reason before it is safe. Its record stays, so "
              "that the version id is never used again." },
    { .words = "key doctor",
      .args = "",
      .summary = "what is wrong with the keys; exit 3 on findings",
      .flags = HV_CMD_NEEDS_UNLOCK,
      .run = cmd_key_doctor,
      .schema = "key-finding-list",
      .columns = key_finding_columns,
      .more = "Age, reuse across subscriptions, orphans, rotations that never "
              "ended; and, where the platform can be asked, what it signs with "
              "that is not the active key here." },
    { .words = NULL },
};
