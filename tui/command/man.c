/*
 * man.c - the man page in troff and the completion of bash, from the table of
 * commands. Called by `help --man` and `completion`. Pure.
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

/* ---- bash ---- */

/* Each word that may follow @typed, once. */
static void
next_words(struct hv_buf *out, const char *typed)
{
    size_t len = strlen(typed);
    const char *last = "";
    size_t last_len = 0;

    HV_EACH_COMMAND (c) {
        const char *next = c->words + len;
        size_t next_len;

        if ((c->flags & HV_CMD_VIEW) || strncmp(c->words, typed, len) ||
            (len && *next != ' '))
            continue;
        next += len != 0;
        next_len = strcspn(next, " ");
        if (next_len == last_len && strncmp(next, last, next_len) == 0)
            continue; /* the table keeps nouns together */
        hv_buf_add_char(out, ' ');
        hv_buf_add(out, next, next_len);
        last = next;
        last_len = next_len;
    }
}

static void
bash_case(struct hv_buf *out, const char *typed)
{
    struct hv_buf words = { 0 };

    next_words(&words, typed);
    if (words.len)
        hv_buf_addf(out, "    \"%s%s\") words=\"%s\" ;;\n", typed[0] ? " " : "",
                    typed, hv_buf_str(&words) + 1);
    hv_buf_release(&words);
}

static void
bash_flags(struct hv_buf *out, const struct hv_flag *flags)
{
    for (; flags && flags->name; flags++)
        hv_buf_addf(out, " %s", flags->name);
}

void
help_bash(struct hv_buf *out)
{
    const struct hv_command *last = NULL;

    hv_buf_add_str(out,
                   "# bash completion of hvconsole: source it, or put it into "
                   "bash-completion's folder\n"
                   "_hvconsole()\n{\n"
                   "    local cur=${COMP_WORDS[COMP_CWORD]} line= words= "
                   "flags= w\n"
                   "    for w in \"${COMP_WORDS[@]:1:COMP_CWORD-1}\"; do\n"
                   "        case $w in -*) ;; *) line=\"$line $w\" ;; esac\n"
                   "    done\n"
                   "    case $line in\n");
    bash_case(out, "");
    HV_EACH_COMMAND (c) {
        char prefix[64];
        char *blank;

        hv_copy(prefix, sizeof(prefix), c->words);
        while ((blank = strrchr(prefix, ' '))) {
            *blank = '\0';
            if (!last || strncmp(last->words, prefix, strlen(prefix)) ||
                last->words[strlen(prefix)] != ' ')
                bash_case(out, prefix);
        }
        last = c;
    }
    hv_buf_add_str(out, "    esac\n    case $line in\n");
    /* Longer ones first: "listen stop" before "listen". */
    for (int blanks = 2; blanks >= 0; blanks--) {
        HV_EACH_COMMAND (c) {
            int count = 0;

            for (const char *at = c->words; *at; at++)
                count += *at == ' ';
            if (count != blanks || !c->options)
                continue;
            hv_buf_addf(out, "    \" %s\"*) flags=\"", c->words);
            bash_flags(out, c->options);
            hv_buf_add_str(out, "\" ;;\n");
        }
    }
    hv_buf_add_str(out, "    esac\n    flags=\"$flags");
    bash_flags(out, hv_global_flags);
    hv_buf_add_str(
        out, "\"\n    case $cur in\n"
             "    -*) COMPREPLY=($(compgen -W \"$flags\" -- \"$cur\")) ;;\n"
             "    *) COMPREPLY=($(compgen -W \"$words\" -- \"$cur\")) ;;\n"
             "    esac\n}\n"
             "complete -o default -F _hvconsole hvconsole\n");
}
