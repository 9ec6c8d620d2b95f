/*
 * text.c - command text, as a key binding or the `:` line has it: run it, and
 * complete it. Called by the console. Prints nothing.
 */
#include "tui/command/run.h"

#include "hvconsole/names.h"
#include "hvconsole/notify.h"

#include <ctype.h>
#include <string.h>

/* Where things are is settled when the program starts. */
static bool
is_same_place(const struct hv_globals *a, const struct hv_globals *b)
{
    return strcmp(a->profile, b->profile) == 0 &&
           strcmp(a->config, b->config) == 0 &&
           strcmp(a->keystore, b->keystore) == 0 &&
           strcmp(a->store, b->store) == 0 &&
           strcmp(a->passphrase_file, b->passphrase_file) == 0 &&
           strcmp(a->slot_key, b->slot_key) == 0 &&
           a->passphrase_fd == b->passphrase_fd && a->write == b->write;
}

enum hv_status
hv_command_text(struct hv_session *session, const char *line, bool yes,
                struct hv_buf *text_out, struct hv_error *err)
{
    struct hv_globals before = session->globals;
    struct hv_globals globals = before;
    struct hv_words words = { 0 };
    struct hv_buf dropped = { 0 };
    struct hv_cmd cmd = { .session = session, .yes = yes };
    struct hv_out_config config = { .fd = -1 };
    enum hv_status st = hv_line_split(line, &words, err);

    if (!st)
        st = hv_args_parse(words.items, words.len, &globals, &cmd, err);
    if (!st && !cmd.command && !cmd.is_help)
        st = hv_fail(err, HV_ERR_USAGE, "there is no command on the line");
    if (!st && !is_same_place(&globals, &before))
        st = hv_fail(err, HV_ERR_USAGE,
                     "places, passphrases and write mode cannot be given on a "
                     "command line of the console");
    if (!st && cmd.is_help)
        cmd = hv_cmd_help_of(&cmd);
    if (!st) {
        session->globals = globals;
        config.format = globals.format;
        st = hv_cmd_execute(&cmd, &config, text_out ? text_out : &dropped, err);
        before.passphrase_fd = session->globals.passphrase_fd;
        session->globals = before;
    }
    hv_buf_release(&dropped);
    hv_words_release(&words);
    return st;
}

/* ---- completion ---- */

struct offer {
    struct hv_buf *out;
    const char *start; /* what the candidate must begin with */
};

void
hv_complete_offer(const char *start, const char *word, size_t len,
                  struct hv_buf *out)
{
    const char *at = hv_buf_str(out);

    if (len < strlen(start) || strncasecmp(word, start, strlen(start)))
        return;
    while (*at) { /* each only once */
        size_t line = strcspn(at, "\n");

        if (line == len && strncmp(at, word, len) == 0)
            return;
        at += line + (at[line] == '\n');
    }
    hv_buf_add(out, word, len);
    hv_buf_add_char(out, '\n');
}

static void
offer(const struct offer *to, const char *word, size_t len)
{
    hv_complete_offer(to->start, word, len, to->out);
}

static void
offer_types(const struct offer *to)
{
    const struct hv_thing_type *type;

    for (size_t i = 0; (type = hv_thing_type_at(i)); i++) {
        char name[128];

        hv_copy(name, sizeof(name), type->name);
        for (char *c = name; *c; c++)
            *c = *c == ' ' ? '-' : (char)tolower((unsigned char)*c);
        offer(to, name, strlen(name));
    }
}

/* What a flag or an argument called @kind may hold. */
static void
offer_kind(const struct offer *to, const char *kind, const char *const *subs,
           size_t subs_len)
{
    if (!kind)
        return;
    if (strcmp(kind, "sub") == 0 || strcmp(kind, "--sub") == 0) {
        for (size_t i = 0; i < subs_len; i++)
            offer(to, subs[i], strlen(subs[i]));
    } else if (strcmp(kind, "type") == 0 || strstr(kind, "-type")) {
        offer_types(to);
    } else if (strcmp(kind, "verdict") == 0 || strcmp(kind, "--verdict") == 0) {
        for (int i = 0; i < HV_VERDICT_COUNT; i++) {
            const char *word = hv_verdict_row((enum hv_verdict)i)->word;

            offer(to, word, strlen(word));
        }
    } else if (strcmp(kind, "-o") == 0) {
        for (int i = HV_FORMAT_TABLE; i <= HV_FORMAT_NAME; i++) {
            const char *word = hv_format_word((enum hv_format)i);

            offer(to, word, strlen(word));
        }
    }
}

static void
offer_flags(const struct offer *to, const struct hv_flag *flags)
{
    for (; flags && flags->name; flags++)
        offer(to, flags->name, strlen(flags->name));
}

/* The words that may follow @typed in the table of commands. */
static void
offer_words(const struct offer *to, const char *typed)
{
    size_t len = strlen(typed);

    HV_EACH_COMMAND (c) {
        const char *rest = c->words + len;

        if (strncmp(c->words, typed, len) || (len && *rest != ' '))
            continue;
        rest += len != 0;
        offer(to, rest, strcspn(rest, " "));
    }
}

void
hv_command_complete(const char *line, const char *const *subs, size_t subs_len,
                    struct hv_buf *out)
{
    const char *blank = strrchr(line, ' ');
    struct offer to = { out, blank ? blank + 1 : line };
    struct hv_words words = { 0 };
    struct hv_buf before = { 0 }, typed = { 0 };
    const struct hv_command *command;
    const char *flag = NULL;
    char near[64];
    int used = 0, plain = 0;

    hv_buf_add(&before, line, (size_t)(to.start - line));
    if (hv_line_split(hv_buf_str(&before), &words, NULL) == HV_OK) {
        while (plain < words.len && words.items[plain][0] != '-')
            plain++;
        for (int i = 0; i < plain; i++)
            hv_buf_addf(&typed, "%s%s", i ? " " : "", words.items[i]);
        command = hv_command_find(words.items, plain, &used, near);
        if (words.len && words.items[words.len - 1][0] == '-')
            flag = words.items[words.len - 1];
        if (to.start[0] == '-') {
            offer_flags(&to, command ? command->options : NULL);
            offer_flags(&to, hv_global_flags);
        } else if (flag) {
            offer_kind(&to, flag, subs, subs_len);
        } else {
            if (plain == words.len)
                offer_words(&to, hv_buf_str(&typed));
            if (command)
                offer_kind(&to, command->complete, subs, subs_len);
        }
    }
    hv_words_release(&words);
    hv_buf_release(&before);
    hv_buf_release(&typed);
}
