/*
 * nouns/maint.c - rows of the command table: maintenance windows.
 */
#include "tui/command/nouns/maint.h"

static const struct hv_flag add_options[] = {
    { "--at", HV_FLAG_TEXT, "T",
      "when it begins: 2026-11-28T02:00:00Z, or in 3d" },
    { "--for", HV_FLAG_TEXT, "DUR", "how long; 4h when left out" },
    { "--kind", HV_FLAG_TEXT, "KIND",
      "token-keys: every user token ends; outage: none does" },
    { "--uncertainty", HV_FLAG_TEXT, "DUR",
      "it may begin and end by so much sooner or later" },
    { 0 },
};
static const struct hv_flag edit_options[] = {
    { "--at", HV_FLAG_TEXT, "T",
      "when it begins: 2026-11-28T02:00:00Z, or in 3d" },
    { "--for", HV_FLAG_TEXT, "DUR", "how long" },
    { "--kind", HV_FLAG_TEXT, "KIND", "token-keys or outage" },
    { "--uncertainty", HV_FLAG_TEXT, "DUR", "sooner or later by so much" },
    { 0 },
};
static const struct hv_flag check_options[] = {
    { "--off", HV_FLAG_BOOL, NULL, "it is not done after all" },
    { 0 },
};
static const struct hv_flag drill_options[] = {
    { "--token", HV_FLAG_TEXT, "NAME",
      "with this tracked token; the first that is kept when left out" },
    { 0 },
};
static const struct hv_flag status_options[] = {
    { "--exit-code", HV_FLAG_BOOL, NULL,
      "end with 3 on a 7 outside any window" },
    { 0 },
};

const struct hv_command maint_commands[] = {
    { .words = "maint list",
      .args = "",
      .summary = "maintenance windows of the platform, with their countdown",
      .run = cmd_maint_list,
      .schema = "maint-list",
      .columns = window_columns },
    { .words = "maint add",
      .args = "NAME",
      .summary = "note a window that the platform announced",
      .flags = HV_CMD_CHANGES,
      .options = add_options,
      .run = cmd_maint_add,
      .schema = "maint",
      .more = "One that lies in the past explains the 7s that came since." },
    { .words = "maint edit",
      .args = "NAME",
      .summary = "change what was noted about a window",
      .flags = HV_CMD_CHANGES,
      .options = edit_options,
      .run = cmd_maint_edit,
      .schema = "maint" },
    { .words = "maint check",
      .args = "NAME ITEM",
      .summary = "tick off what is to be done before a window",
      .flags = HV_CMD_CHANGES,
      .options = check_options,
      .run = cmd_maint_check,
      .schema = "maint",
      .more =
          "ITEM is help-page, notice or on-call. Whether a drill passed and "
          "whether a rotation is under way is looked at; open names what "
          "is left to do." },
    { .words = "maint drill",
      .args = "NAME",
      .summary = "rehearse the day with one token; never in production",
      .flags = HV_CMD_CHANGES | HV_CMD_NEEDS_UNLOCK,
      .options = drill_options,
      .run = cmd_maint_drill,
      .schema = "maint-drill",
      .more = "The platform is asked about a tracked token: its answer must be "
              "told apart, a 7 must delete it, the person must be sent to AUTH "
              "and back to their page, and a second 7 must stop. With the "
              "sandbox of this store its token keys are changed first, which "
              "ends every token there. The result is kept with its date. Ends "
              "with 9 when a step did not pass." },
    { .words = "maint cancel",
      .args = "NAME",
      .summary = "forget a window that is not over",
      .flags = HV_CMD_CHANGES,
      .run = cmd_maint_cancel,
      .schema = "maint" },
    { .words = "maint status",
      .args = "",
      .summary = "is it now, when is the next, and are the 7s as expected",
      .options = status_options,
      .run = cmd_maint_status,
      .schema = "maint-status",
      .more = "verdict is quiet, expected (each 7 has its window, or its token "
              "was at its end), stray (one or two people outside any window) "
              "or key-change (three and more within an hour). 7s are those "
              "that token check got in the last 24 h." },
    { .words = "maint forecast",
      .args = "NAME",
      .summary = "how many tracked tokens a window will end, and what to tell",
      .run = cmd_maint_forecast,
      .schema = "maint-forecast",
      .more = "notice is a text for the people who use the application." },
    { .words = NULL },
};
