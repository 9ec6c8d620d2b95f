/*
 * nouns/token.c - rows of the command table: tracked user tokens.
 */
#include "tui/command/nouns/token.h"

static const struct hv_flag add_options[] = {
    { "--stdin", HV_FLAG_BOOL, NULL,
      "read URL or token from standard input; else it is asked for" },
    { "--life", HV_FLAG_TEXT, "DUR",
      "how long it should live, when the URL does not say" },
    { "--actionqs", HV_FLAG_TEXT, "Q",
      "where the person was, when the URL does not say" },
    { 0 },
};
static const struct hv_flag check_options[] = {
    { "--all", HV_FLAG_BOOL, NULL, "every tracked token; so without a NAME" },
    { 0 },
};

const struct hv_command token_commands[] = {
    { .words = "token add",
      .args = "NAME",
      .summary = "track the user token that a sign-in brought",
      .flags = HV_CMD_KEYED | HV_CMD_SHELL_ONLY,
      .options = add_options,
      .run = cmd_token_add,
      .schema = "token",
      .more = "Wanted is the URL with which the browser came back from the "
              "Shell, the form it posted, or the bare token; never on the "
              "command line, where others could read it. The platform is asked "
              "whose it is; it is kept in the keystore. A NAME that is tracked "
              "gets the new token." },
    { .words = "token list",
      .args = "",
      .summary = "tracked user tokens, until when they live, who must sign in",
      .run = cmd_token_list,
      .schema = "token-list",
      .columns = token_columns,
      .more = "The end is what the Shell suggested; the truth is the day the "
              "platform answers 7. Without the keystore persons and records "
              "are null." },
    { .words = "token check",
      .args = "[NAME]",
      .summary = "ask the platform whether tokens are still good",
      .flags = HV_CMD_KEYED,
      .options = check_options,
      .run = cmd_token_check,
      .schema = "token-check-list",
      .columns = token_check_columns,
      .more = "A token that is answered 7 is deleted at once and never sent "
              "again; the URL signs its person in anew, back to where they "
              "were. When 7 comes again within 10 minutes of that sign-in, no "
              "further one is proposed. Ends with 7 when a token was over, 11 "
              "without an answer, 10 for anything else than 0." },
    { .words = "token drop",
      .args = "NAME",
      .summary = "forget a tracked token and what was noted about it",
      .flags = HV_CMD_KEYED | HV_CMD_DANGEROUS,
      .run = cmd_token_drop,
      .schema = "token",
      .more = "The platform is not told: to end the sign-in itself, open "
              "APPSIGNOUT of the Shell." },
    { .words = NULL },
};
