/*
 * nouns/program.c - rows of the command table: the program itself: console, demo, status.
 */
#include "tui/command/nouns/program.h"

static const struct hv_flag tui_options[] = {
    { "--view", HV_FLAG_TEXT, "NAME", "the view to begin with" },
    { "--script", HV_FLAG_TEXT, "FILE",
      "play its steps first: press KEYS, type TEXT, wait TEXT, or commands" },
    { "--plain", HV_FLAG_BOOL, NULL,
      "no terminal: print the screen as text, once" },
    { 0 },
};
static const struct hv_flag demo_options[] = {
    { "--headless", HV_FLAG_BOOL, NULL, "tell the tour as text, no console" },
    { "--dir", HV_FLAG_TEXT, "DIR", "where the demo's world lives" },
    { 0 },
};
static const struct hv_flag status_options[] = {
    { "--exit-code", HV_FLAG_BOOL, NULL,
      "end with 3 when something needs attention" },
    { 0 },
};

const struct hv_command program_commands[] = {
    { .words = "tui",
      .args = "",
      .summary = "the console (default on a terminal)",
      .flags = HV_CMD_NEEDS_TTY | HV_CMD_SHELL_ONLY,
      .options = tui_options,
      .run = cmd_tui,
      .more = "Steps of a script, one a line: press KEYS, type TEXT, wait "
              "TEXT, expect TEXT,\nclock 10m (so much time passes at once), "
              "size 80x24 (with --plain), or command\ntext as on the : line; "
              "screen save FILE keeps a picture. Keys of your own stand\nin the "
              "file keys beside the config file, one a line: VIEW KEY COMMAND, "
              "as in:\nall <F9> view log." },
    { .words = "demo",
      .args = "",
      .summary = "sandbox, listener, seeded world and console",
      .flags = HV_CMD_SHELL_ONLY,
      .options = demo_options,
      .run = cmd_demo,
      .more = "Keeps a world of its own under --dir (STORE/demo when left out) "
              "on free ports,\nand ignores every other place and passphrase "
              "it is given. Without a terminal it\ntells the tour." },
    { .words = "status",
      .args = "",
      .summary = "health of everything here",
      .options = status_options,
      .run = cmd_status,
      .schema = "status" },
    { .words = NULL },
};
