/*
 * man.c - the man page in troff, from the table of commands. Called by
 * `help --man`. Pure.
 */
#include "tui/command/help.h"

#include <string.h>

/* Text as troff wants it: hyphens that are minus signs, no control lines. */
static void
troff(struct hv_buf *out, const char *text)
{
    bool is_start = true;

    for (; *text; text++) {
        if (is_start && (*text == '.' || *text == '\''))
            hv_buf_add_str(out, "\\&");
        is_start = *text == '\n';
        if (*text == '-')
            hv_buf_add_str(out, "\\-");
        else if (*text == '\\')
            hv_buf_add_str(out, "\\e");
        else
            hv_buf_add_char(out, *text);
    }
}

static void
man_flags(struct hv_buf *out, const struct hv_flag *flags)
{
    for (; flags && flags->name; flags++) {
        hv_buf_add_str(out, ".TP\n\\fB");
        troff(out, flags->name);
        hv_buf_add_str(out, "\\fR");
        if (flags->arg) {
            hv_buf_add_str(out, " \\fI");
            troff(out, flags->arg);
            hv_buf_add_str(out, "\\fR");
        }
        hv_buf_add_char(out, '\n');
        troff(out, flags->help);
        hv_buf_add_char(out, '\n');
    }
}

static void
man_command(struct hv_buf *out, const struct hv_command *command)
{
    hv_buf_add_str(out, ".SS ");
    troff(out, command->words);
    if (command->args && command->args[0]) {
        hv_buf_add_char(out, ' ');
        troff(out, command->args);
    }
    hv_buf_add_char(out, '\n');
    troff(out, command->summary);
    hv_buf_add_str(out, ".\n");
    if (command->more) {
        hv_buf_add_str(out, ".PP\n");
        troff(out, command->more);
        hv_buf_add_char(out, '\n');
    }
    if (command->flags & HV_CMD_WRITES)
        hv_buf_add_str(out, ".PP\nChanges the platform or the keystore.\n");
    if (command->flags & HV_CMD_DANGEROUS)
        hv_buf_add_str(out, "Asks first.\n");
    man_flags(out, command->options);
}

static void
man_pairs(struct hv_buf *out, const char *title, const struct help_pair *pairs)
{
    hv_buf_addf(out, ".SH %s\n", title);
    for (; pairs->name; pairs++) {
        hv_buf_add_str(out, ".TP\n\\fI");
        troff(out, pairs->name);
        hv_buf_add_str(out, "\\fR\n");
        troff(out, pairs->text);
        hv_buf_add_char(out, '\n');
    }
}

void
help_man(struct hv_buf *out)
{
    hv_buf_add_str(
        out,
        ".\\\" Made by 'hvconsole help --man' from the table of commands.\n"
        ".TH HVCONSOLE 1 \"\" \"hvconsole " HV_VERSION "\" \"User commands\"\n"
        ".SH NAME\nhvconsole \\- event subscriptions, keys and notifications "
        "of HealthVault applications\n"
        ".SH SYNOPSIS\n.B hvconsole\n[\\fIFLAGS\\fR] \\fICOMMAND\\fR "
        "[\\fIARGUMENTS\\fR]\n"
        ".SH DESCRIPTION\nAdministers the event subscriptions of an "
        "application on a HealthVault\\-compatible platform: creates them, "
        "rotates their keys, receives and verifies notifications, and keeps "
        "them in a journal. Without a command it opens the console on a "
        "terminal, else it prints \\fBstatus\\fR.\n.PP\n"
        "Data goes to standard output, talk and errors to standard error. "
        "Nothing prompts without a terminal. Ids may be shortened to an "
        "unambiguous beginning of at least 4 characters; types are given by "
        "id or name.\n"
        ".SH GLOBAL FLAGS\nThey may stand anywhere before \\fB\\-\\-\\fR; "
        "lists are separated by commas, or the flag is repeated.\n");
    man_flags(out, hv_global_flags);
    hv_buf_add_str(out, ".SH COMMANDS\n");
    HV_EACH_COMMAND (c)
        man_command(out, c);
    hv_buf_add_str(out, ".SH EXIT STATUS\n");
    for (const struct help_exit *e = help_exits; e->meaning; e++) {
        hv_buf_addf(out, ".TP\n.B %d\n", e->code);
        troff(out, e->meaning);
        hv_buf_add_char(out, '\n');
    }
    man_pairs(out, "FILES", help_files);
    man_pairs(out, "ENVIRONMENT", help_environment);
}
