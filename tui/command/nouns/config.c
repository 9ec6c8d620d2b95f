/*
 * nouns/config.c - rows of the command table: the config file.
 */
#include "tui/command/nouns/config.h"

const struct hv_command config_commands[] = {
    { .words = "config get",
      .args = "KEY",
      .summary = "one value of the config file",
      .run = cmd_config_get,
      .schema = "config" },
    { .words = "config set",
      .args = "KEY VALUE",
      .summary = "change one value; an empty one is the default",
      .flags = HV_CMD_WRITES,
      .run = cmd_config_set,
      .schema = "config",
      .more = "Keys of profiles are written profile.NAME.KEY, as in "
              "profile.live.limit." },
    { .words = "config list",
      .args = "",
      .summary = "all keys, their values, and what they mean",
      .run = cmd_config_list,
      .schema = "config-list",
      .columns = config_columns },
    { .words = "config path",
      .args = "",
      .summary = "where config, keystore and store are",
      .run = cmd_config_path,
      .schema = "config-path" },
    { .words = NULL },
};
