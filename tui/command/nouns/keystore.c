/*
 * nouns/keystore.c - rows of the command table: the keystore.
 */
#include "tui/command/nouns/keystore.h"

#define NEW_PASSPHRASE                                                         \
    {                                                                          \
        "--new-passphrase-file", HV_FLAG_TEXT, "FILE",                         \
            "the new passphrase: first line of FILE; else it is asked for"     \
    }
#define KEEP                                                                   \
    {                                                                          \
        "--keep", HV_FLAG_LIST, "F,...",                                       \
            "key or passphrase files of other slots that stay"                 \
    }

static const struct hv_flag init_options[] = {
    { "--label", HV_FLAG_TEXT, "L", "name of the first slot" },
    { 0 },
};
static const struct hv_flag passwd_options[] = { NEW_PASSPHRASE, KEEP, { 0 } };
static const struct hv_flag slot_add_options[] = {
    { "--verify", HV_FLAG_BOOL, NULL,
      "opens for verifying only (the listener); a key file" },
    { "--key-out", HV_FLAG_TEXT, "FILE",
      "the new key file, never overwritten; without it a passphrase" },
    { "--label", HV_FLAG_TEXT, "L", "name of the slot" },
    NEW_PASSPHRASE,
    { 0 },
};
static const struct hv_flag slot_remove_options[] = { KEEP, { 0 } };
static const struct hv_flag export_options[] = {
    { "--sub", HV_FLAG_LIST, "SUB,...", "only these, and their keys" },
    { "--app-key", HV_FLAG_TEXT, "APP",
      "one application's private key, as encrypted PKCS#8" },
    NEW_PASSPHRASE,
    { 0 },
};
static const struct hv_flag import_options[] = {
    { "--from-passphrase-file", HV_FLAG_TEXT, "F",
      "opens FILE: a key file, or a first line" },
    { 0 },
};
static const struct hv_flag audit_options[] = {
    { "--program", HV_FLAG_TEXT, "NAME",
      "whose log: console (default) or listener" },
    { 0 },
};

const struct hv_command keystore_commands[] = {
    { .words = "keystore init",
      .args = "",
      .summary = "make a new keystore",
      .flags = HV_CMD_WRITES,
      .options = init_options,
      .run = cmd_keystore_init,
      .schema = "keystore" },
    { .words = "keystore status",
      .args = "",
      .summary = "file, generation, slots, marks and audit log",
      .run = cmd_keystore_status,
      .schema = "keystore",
      .more = "Opens it only when a passphrase or slot key is given." },
    { .words = "keystore passwd",
      .args = "",
      .summary = "a new passphrase under a new root key",
      .flags = HV_CMD_KEYED | HV_CMD_DANGEROUS | HV_CMD_SHELL_ONLY,
      .options = passwd_options,
      .run = cmd_keystore_passwd,
      .schema = "keystore-rekey",
      .more = "Only slots whose credential is given now stay: the one that "
              "opens it, and those\nof --keep (the listener's key file). All "
              "backups of before are removed." },
    { .words = "keystore slot add",
      .args = "",
      .summary = "one more passphrase, or a key file that opens the keystore",
      .flags = HV_CMD_KEYED,
      .options = slot_add_options,
      .run = cmd_keystore_slot_add,
      .schema = "slot" },
    { .words = "keystore slot list",
      .args = "",
      .summary = "what opens the keystore",
      .run = cmd_keystore_slot_list,
      .schema = "slot-list",
      .columns = slot_columns },
    { .words = "keystore slot remove",
      .args = "SLOT",
      .summary = "a slot opens nothing any more; a new root key",
      .flags = HV_CMD_KEYED | HV_CMD_DANGEROUS | HV_CMD_SHELL_ONLY,
      .options = slot_remove_options,
      .run = cmd_keystore_slot_remove,
      .schema = "keystore-rekey",
      .more = "SLOT is an id (4 digits or more) or a label. As with passwd, "
              "only slots whose\ncredential is given now stay." },
    { .words = "keystore backup",
      .args = "FILE",
      .summary = "a copy of the keystore as it is, to a new file",
      .flags = HV_CMD_CHANGES,
      .run = cmd_keystore_backup,
      .complete = "file",
      .schema = "keystore-copy" },
    { .words = "keystore restore",
      .args = "FILE",
      .summary = "a backup becomes the newest generation",
      .flags = HV_CMD_WRITES | HV_CMD_DANGEROUS | HV_CMD_SHELL_ONLY,
      .run = cmd_keystore_restore,
      .complete = "file",
      .schema = "keystore",
      .more = "The passphrase is that of the backup. What is there now stays "
              "beside it. The\nplatform is asked afterwards what it shows." },
    { .words = "keystore export",
      .args = "FILE",
      .summary = "part of it as a keystore of its own, or one private key",
      .flags = HV_CMD_CHANGES | HV_CMD_NEEDS_UNLOCK | HV_CMD_SHELL_ONLY,
      .options = export_options,
      .run = cmd_keystore_export,
      .complete = "file",
      .schema = "keystore-copy",
      .more = "Never plain text: FILE gets a passphrase of its own. --app-key "
              "wants the\napplication's id typed, or --confirm with it." },
    { .words = "keystore import",
      .args = "FILE",
      .summary = "add what another keystore holds; all or nothing",
      .flags = HV_CMD_KEYED | HV_CMD_SHELL_ONLY,
      .options = import_options,
      .run = cmd_keystore_import,
      .complete = "file",
      .schema = "keystore-import" },
    { .words = "keystore doctor",
      .args = "",
      .summary = "what is wrong around the keystore, and what to do",
      .run = cmd_keystore_doctor,
      .schema = "keystore-finding-list",
      .columns = doctor_columns,
      .more = "Looks inside only when a passphrase or slot key is given." },
    { .words = "keystore audit",
      .args = "",
      .summary = "who changed what",
      .options = audit_options,
      .run = cmd_keystore_audit,
      .schema = "audit-list",
      .columns = audit_columns },
    { .words = "keystore audit verify",
      .args = "",
      .summary = "whether the audit logs are as they were written",
      .run = cmd_keystore_audit_verify,
      .schema = "audit-log-list",
      .columns = audit_log_columns,
      .more = "With a passphrase or slot key also whether the end was cut." },
    { .words = NULL },
};
