/*
 * nouns/profile.c - rows of the command table: profiles.
 */
#include "tui/command/nouns/profile.h"

static const struct hv_flag profile_add_options[] = {
    { "--instance", HV_FLAG_TEXT, "NAME",
      "us, us-ppe, eu, eu-ppe or chbase-ppe; else the next three" },
    { "--platform", HV_FLAG_TEXT, "URL", "method URL, ends in wildcat.ashx" },
    { "--shell", HV_FLAG_TEXT, "URL", "base URL of the Shell" },
    { "--app-id", HV_FLAG_TEXT, "GUID", "the application; made when left out" },
    { "--env", HV_FLAG_TEXT, "ENV", "ppe or prod" },
    { "--action-url", HV_FLAG_TEXT, "URL", "action URL of the application" },
    { "--private-key", HV_FLAG_TEXT, "FILE", "RSA key in PEM; with --cert" },
    { "--cert", HV_FLAG_TEXT, "FILE", "its certificate in PEM" },
    { "--cert-out", HV_FLAG_TEXT, "FILE",
      "write the certificate that is made, for registration" },
    { "--ca", HV_FLAG_TEXT, "FILE", "trust this CA instead of the system's" },
    { "--limit", HV_FLAG_TEXT, "N", "subscriptions allowed; 25 when left out" },
    { 0 },
};

static const struct hv_flag profile_lint_options[] = {
    { "--as", HV_FLAG_TEXT, "ENV", "judge as ppe or prod; else as it is" },
    { 0 },
};

const struct hv_command profile_commands[] = {
    { .words = "profile list",
      .args = "",
      .summary = "the profiles",
      .run = cmd_profile_list,
      .schema = "profile-list",
      .columns = profile_columns },
    { .words = "profile show",
      .args = "[NAME]",
      .summary = "one profile",
      .run = cmd_profile_show,
      .complete = "profile",
      .schema = "profile" },
    { .words = "profile add",
      .args = "NAME",
      .summary = "add a profile; its private key goes into the keystore",
      .flags = HV_CMD_KEYED,
      .options = profile_add_options,
      .run = cmd_profile_add,
      .schema = "profile",
      .more =
          "Without --app-id it makes one; without --private-key it makes an "
          "RSA key and a\nself-signed certificate. The first profile "
          "added is the current one." },
    { .words = "profile use",
      .args = "NAME",
      .summary = "make a profile current",
      .flags = HV_CMD_CHANGES,
      .run = cmd_profile_use,
      .complete = "profile",
      .schema = "profile" },
    { .words = "profile lint",
      .args = "[NAME]",
      .summary = "what is wrong with a profile; exit 3 on findings",
      .options = profile_lint_options,
      .run = cmd_profile_lint,
      .complete = "profile",
      .schema = "profile-finding-list",
      .columns = profile_lint_columns,
      .more = "--as prod tells what works on a test platform and production "
              "will refuse. Asks\nno platform." },
    { .words = "profile remove",
      .args = "NAME",
      .summary = "forget a profile; its keys stay in the keystore",
      .flags = HV_CMD_WRITES | HV_CMD_DANGEROUS,
      .run = cmd_profile_remove,
      .complete = "profile",
      .schema = "profile" },
    { .words = NULL },
};
