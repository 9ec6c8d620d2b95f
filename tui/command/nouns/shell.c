/*
 * nouns/shell.c - rows of the command table: Shell redirect URLs.
 */
#include "tui/command/nouns/shell.h"

static const struct hv_flag url_options[] = {
    { "--shell", HV_FLAG_TEXT, "BASE",
      "of the Shell; the profile's when left "
      "out" },
    { "--record", HV_FLAG_TEXT, "R", "the record: extrecordid" },
    { "--actionqs", HV_FLAG_TEXT, "Q", "comes back unchanged" },
    { "--redirect", HV_FLAG_TEXT, "U",
      "comes back there; never in production" },
    { "--param", HV_FLAG_TEXT, "K=V", "any other parameter; may be repeated" },
    { "--outside", HV_FLAG_TEXT, "K=V",
      "the same, beside targetqs: where one document has trm" },
    { "--qr", HV_FLAG_BOOL, NULL, "draw it as a QR code too, on a terminal" },
    { 0 },
};
static const struct hv_flag save_options[] = {
    { "--with-ids", HV_FLAG_BOOL, NULL,
      "keep ids of records, things and packages too" },
    { 0 },
};

const struct hv_command shell_commands[] = {
    { .words = "shell targets",
      .args = "[TARGET]",
      .summary = "pages of the Shell, or one with its parameters",
      .run = cmd_shell_targets,
      .complete = "target",
      .schema = "shell-target-list",
      .columns = target_columns },
    { .words = "shell returns",
      .args = "",
      .summary = "what the browser brings back to the application",
      .run = cmd_shell_returns,
      .schema = "shell-return-list",
      .columns = return_columns },
    { .words = "shell url",
      .args = "TARGET",
      .summary = "compose a redirect URL",
      .options = url_options,
      .run = cmd_shell_url,
      .complete = "target",
      .schema = "shell-url",
      .more = "Parameters keep the order of the command line, after an appid "
              "that the target\nneeds and the profile gives. With --shell no "
              "profile is needed." },
    { .words = "shell decode",
      .args = "URL|-",
      .summary = "take a redirect or return URL apart",
      .run = cmd_shell_decode,
      .schema = "shell-decoded",
      .more = "- reads it from standard input: a URL with a token is better "
              "kept out of the\nhistory of the shell." },
    { .words = "shell lint",
      .args = "URL|-",
      .summary = "what is wrong with a URL; ends with 3 when something is",
      .run = cmd_shell_lint,
      .schema = "finding-list",
      .columns = finding_columns },
    { .words = "shell template list",
      .args = "",
      .summary = "redirect URLs that are kept under names",
      .run = cmd_template_list,
      .schema = "shell-template-list",
      .columns = template_columns },
    { .words = "shell template save",
      .args = "NAME URL|-",
      .summary = "keep a redirect URL under a name",
      .flags = HV_CMD_CHANGES,
      .options = save_options,
      .run = cmd_template_save,
      .schema = "shell-template",
      .more = "Kept are the page and its parameters, in STORE/templates: the "
              "profile's own address and application id come from the profile "
              "that uses it, ids of people's data are left out, a user token "
              "always. A NAME that is there gets the new URL." },
    { .words = "shell template show",
      .args = "NAME",
      .summary = "a template, and the URL it makes with the current profile",
      .run = cmd_template_show,
      .schema = "shell-template",
      .more = "lacks says what must be added before it is a URL. The time of "
              "the last use is noted." },
    { .words = "shell template remove",
      .args = "NAME",
      .summary = "forget a template",
      .flags = HV_CMD_CHANGES,
      .run = cmd_template_remove,
      .schema = "shell-template" },
    { .words = NULL },
};
