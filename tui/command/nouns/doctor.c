/*
 * nouns/doctor.c - rows of the command table: everything that is wrong here.
 */
#include "tui/command/nouns/doctor.h"

const struct hv_command doctor_commands[] = {
    { .words = "doctor",
      .args = "",
      .summary = "what is wrong here, and what to do; exit 3 on findings",
      .run = cmd_doctor,
      .schema = "doctor-list",
      .columns = doctor_all_columns,
      .more = "Keystore, keys, listener and profile. Asks no platform, and "
              "looks inside the\nkeystore only when a passphrase or slot key "
              "is given." },
    { .words = NULL },
};
