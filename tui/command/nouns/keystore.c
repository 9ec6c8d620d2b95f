/*
 * nouns/keystore.c - rows of the command table: the keystore.
 */
#include "tui/command/nouns/keystore.h"

static const struct hv_flag init_options[] = {
    { "--label", HV_FLAG_TEXT, "L", "name of the first slot" },
    { 0 },
};
static const struct hv_flag slot_add_options[] = {
    { "--verify", HV_FLAG_BOOL, NULL,
      "opens for verifying only (the listener)" },
    { "--key-out", HV_FLAG_TEXT, "FILE",
      "the new key file; never overwritten" },
    { "--label", HV_FLAG_TEXT, "L", "name of the slot" },
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
      .summary = "file, generation and slots",
      .run = cmd_keystore_status,
      .schema = "keystore",
      .more = "Opens it only when a passphrase or slot key is given." },
    { .words = "keystore slot add",
      .args = "",
      .summary = "make a key file that opens the keystore",
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
    { .words = NULL },
};
