/*
 * help.c - help as text, from the table of commands. Called by `help` and by
 * the console. Pure.
 */
#include "tui/command/help.h"

#include "hvconsole/notify.h"
#include "tui/command/args.h"
#include "tui/command/out.h"

#include <stdio.h>
#include <string.h>

const struct help_exit help_exits[] = {
    { 0, "success, an empty list included" },
    { 1, "failure not listed below" },
    { 2, "usage" },
    { 3, "findings: status --exit-code found something that needs attention" },
    { 4, "keystore locked, no slot opens (wrong passphrase or altered), or "
         "platform authentication needed" },
    { 5, "not found (platform code 132 included)" },
    { 6, "conflict, limit or rule, whether we refuse or the platform: all "
         "subscriptions used (133), invalid subscription (134), lock held, "
         "already running" },
    { 7, "credential token expired (platform code 7), after the one automatic "
         "renewal failed" },
    { 8, "incomplete: a rotation stopped half way; run it again" },
    { 9, "verification or test failed" },
    { 10,
      "the platform answered another error; its code is in the JSON error" },
    { 11, "network, TLS or timeout" },
    { 12, "refused: read-only, confirmation missing without a terminal, "
          "production guard, rotation without a listener" },
    { 13, "the keystore or journal file is damaged, altered, older than this "
          "host has seen, or of an unknown format" },
    { 0 },
};

const struct help_pair help_files[] = {
    { "$XDG_CONFIG_HOME/hvconsole/config",
      "profiles: plain text without secrets (--config)" },
    { "$XDG_DATA_HOME/hvconsole/keystore.hvks",
      "the encrypted keystore (--keystore)" },
    { "$XDG_STATE_HOME/hvconsole/",
      "the store directory: journal.db, run/, sandbox/, demo/ (--store)" },
    { 0 },
};

const struct help_pair help_environment[] = {
    { "HVCONSOLE_PASSPHRASE_FILE",
      "names a file whose first line is the passphrase" },
    { "CREDENTIALS_DIRECTORY",
      "its file hvks-keyfile opens the keystore through a key-file slot "
      "(systemd)" },
    { "NO_COLOR", "no colours, whatever its value" },
    { 0 },
};

#define WIDTH 80

/* Text in lines of at most WIDTH, those after the first set in by @indent. */
static void
add_wrapped(struct hv_buf *out, size_t indent, const char *text)
{
    size_t column = indent;

    while (*text) {
        size_t len = strcspn(text, " \n");

        if (column > indent && column + 1 + len > WIDTH) {
            hv_buf_addf(out, "\n%*s", (int)indent, "");
            column = indent;
        } else if (column > indent) {
            hv_buf_add_char(out, ' ');
            column++;
        }
        hv_buf_add(out, text, len);
        column += len;
        text += len + (text[len] != '\0');
    }
    hv_buf_add_char(out, '\n');
}

static void
add_row(struct hv_buf *out, int width, const char *left, const char *right)
{
    int len = (int)strlen(left);

    hv_buf_addf(out, "  %-*s", width, left);
    if (len > width)
        hv_buf_addf(out, "\n  %*s", width, "");
    hv_buf_addf(out, "  %s\n", right);
}

static void
add_flags(struct hv_buf *out, const struct hv_flag *flags)
{
    for (; flags && flags->name; flags++) {
        char left[64];

        snprintf(left, sizeof(left), "%s%s%s", flags->name,
                 flags->arg ? " " : "", flags->arg ? flags->arg : "");
        if (strlen(left) > 24)
            hv_buf_addf(out, "  %s\n%28s", left, "");
        else
            hv_buf_addf(out, "  %-24s  ", left);
        add_wrapped(out, 28, flags->help);
    }
}

static void
add_command(struct hv_buf *out, const struct hv_command *command)
{
    char left[128];

    snprintf(left, sizeof(left), "%s%s%s", command->words,
             command->args && command->args[0] ? " " : "",
             command->args ? command->args : "");
    add_row(out, 24, left, command->summary);
}

void
help_overview(struct hv_buf *out)
{
    hv_buf_add_str(out, "hvconsole " HV_VERSION " - subscriptions, keys and "
                        "notifications of HealthVault apps\n\n"
                        "usage: hvconsole [FLAGS] COMMAND [ARGUMENTS]\n\n"
                        "Without a command: the console on a terminal, else "
                        "'status'.\n\nCommands\n");
    HV_EACH_COMMAND (c) {
        if (!(c->flags & HV_CMD_VIEW))
            add_command(out, c);
    }
    hv_buf_add_str(out, "\nFlags of every command, anywhere on the line\n");
    add_flags(out, hv_global_flags);
    hv_buf_add_str(out, "\nMore: hvconsole help COMMAND, help exit-codes, help "
                        "verdicts, help files\n");
}

static void
add_notes(const struct hv_command *command, struct hv_buf *out)
{
    if (command->flags & HV_CMD_WRITES)
        hv_buf_add_str(out, "\nChanges the platform or the keystore: refused "
                            "with --read-only; a production\nprofile wants "
                            "--write. --dry-run tells what would be done.\n");
    else if (command->flags & HV_CMD_CHANGES)
        hv_buf_add_str(out, "\nRefused with --read-only. --dry-run tells what "
                            "would be done.\n");
    if (command->flags & HV_CMD_DANGEROUS)
        hv_buf_add_str(out, "Asks first; --yes answers.\n");
    if (command->flags & HV_CMD_NEEDS_TTY)
        hv_buf_add_str(out, "\nNeeds a terminal.\n");
    if (command->columns) {
        hv_buf_add_str(out, "\nFields:");
        for (const struct hv_column *c = command->columns; c->field; c++)
            hv_buf_addf(out, " %s", c->field);
        hv_buf_add_char(out, '\n');
    }
}

void
help_command(const struct hv_command *command, struct hv_buf *out)
{
    hv_buf_addf(out, "hvconsole %s%s%s\n\n  %s\n", command->words,
                command->args && command->args[0] ? " " : "",
                command->args ? command->args : "", command->summary);
    if (command->options) {
        hv_buf_add_str(out, "\nFlags\n");
        add_flags(out, command->options);
    }
    if (command->more) {
        hv_buf_add_char(out, '\n');
        add_wrapped(out, 0, command->more);
    }
    add_notes(command, out);
}

static void
topic_exits(struct hv_buf *out)
{
    for (const struct help_exit *e = help_exits; e->meaning; e++)
        hv_buf_addf(out, "%4d  %s\n", e->code, e->meaning);
}

static void
topic_verdicts(struct hv_buf *out)
{
    for (int v = 0; v < HV_VERDICT_COUNT; v++) {
        const struct hv_verdict_row *row = hv_verdict_row((enum hv_verdict)v);

        hv_buf_addf(out, "%c  %-21s answered %d  %s\n", row->letter, row->word,
                    row->http, row->sentence);
        if (row->todo[0])
            hv_buf_addf(out, "   %s\n", row->todo);
    }
}

static void
topic_files(struct hv_buf *out)
{
    hv_buf_add_str(out, "Files\n");
    for (const struct help_pair *p = help_files; p->name; p++)
        hv_buf_addf(out, "  %s\n      %s\n", p->name, p->text);
    hv_buf_add_str(out, "\nEnvironment\n");
    for (const struct help_pair *p = help_environment; p->name; p++)
        hv_buf_addf(out, "  %s\n      %s\n", p->name, p->text);
}

static const struct {
    const char *name;
    void (*show)(struct hv_buf *out);
} topics[] = {
    { "exit-codes", topic_exits },
    { "verdicts", topic_verdicts },
    { "files", topic_files },
};

/* All commands that begin with @noun, as "sub". */
static bool
help_noun(const char *noun, struct hv_buf *out)
{
    size_t len = strlen(noun);
    bool found = false;

    HV_EACH_COMMAND (c) {
        if (strncmp(c->words, noun, len) || c->words[len] != ' ')
            continue;
        add_command(out, c);
        found = true;
    }
    return found;
}

enum hv_status
help_topic(const char *topic, struct hv_buf *out, struct hv_error *err)
{
    struct hv_words words = { 0 };
    struct hv_buf more = { 0 };
    const struct hv_command *command = NULL;
    char near[64] = "";
    int used = 0, count;

    for (size_t i = 0; i < HV_LEN(topics); i++) {
        if (strcmp(topics[i].name, topic) == 0) {
            topics[i].show(out);
            return HV_OK;
        }
    }
    if (hv_line_split(topic, &words, NULL) == HV_OK)
        command = hv_command_find(words.items, words.len, &used, near);
    count = words.len;
    hv_words_release(&words);
    if (command && used == count) {
        help_command(command, out);
        if (help_noun(topic, &more))
            hv_buf_addf(out, "\nSee also\n%s", hv_buf_str(&more));
        hv_buf_release(&more);
        return HV_OK;
    }
    if (help_noun(topic, out))
        return HV_OK;
    hv_fail(err, HV_ERR_USAGE, "there is no help on '%s'", topic);
    for (size_t i = 0; i < HV_LEN(topics); i++) {
        if (hv_word_is_near(topic, topics[i].name))
            hv_hint(err, "did you mean '%s'?", topics[i].name);
    }
    if (near[0])
        hv_hint(err, "did you mean '%s'?", near);
    hv_hint(err, "see 'hvconsole help'");
    return HV_ERR_USAGE;
}
