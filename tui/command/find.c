/*
 * find.c - looks a command up by its words, and says what was perhaps meant.
 * Called by the parser, help and the console. Pure.
 */
#include "tui/command/args.h"

#include <stdio.h>
#include <string.h>

static int
words_in(const char *text)
{
    int count = 1;

    for (; *text; text++)
        count += *text == ' ';
    return count;
}

/* The first @count of @words as one text with blanks. */
static void
join(char *const words[], int count, char *out, size_t size)
{
    struct hv_buf text = { 0 };

    for (int i = 0; i < count; i++) {
        if (i)
            hv_buf_add_char(&text, ' ');
        hv_buf_add_str(&text, words[i]);
    }
    hv_copy(out, size, hv_buf_str(&text));
    hv_buf_release(&text);
}

/* The command nearest to the beginning of @words; NULL when none is near. */
static const struct hv_command *
nearest(char *const words[], int count)
{
    const struct hv_command *best = NULL;
    int best_distance = 0;

    HV_EACH_COMMAND (c) {
        int len = words_in(c->words);
        char typed[128];
        int distance;

        if (len > count)
            continue;
        join(words, len, typed, sizeof(typed));
        distance = hv_word_distance(typed, c->words);
        if (!hv_word_is_near(typed, c->words))
            continue;
        /* Of equally near ones the longer says more. */
        if (!best || distance < best_distance ||
            (distance == best_distance && len > words_in(best->words))) {
            best = c;
            best_distance = distance;
        }
    }
    return best;
}

/* The nearest first word, for when the second is missing. */
static const char *
nearest_noun(const char *word, char out[64])
{
    int best = 0;

    out[0] = '\0';
    HV_EACH_COMMAND (c) {
        char noun[64];
        int distance;

        hv_copy(noun, sizeof(noun), c->words);
        noun[strcspn(noun, " ")] = '\0';
        distance = hv_word_distance(word, noun);
        if (hv_word_is_near(word, noun) && (!out[0] || distance < best)) {
            hv_copy(out, 64, noun);
            best = distance;
        }
    }
    return out;
}

const struct hv_command *
hv_command_find(char *const words[], int count, int *used, char suggestion[64])
{
    const struct hv_command *best = NULL;
    const struct hv_command *near;

    *used = 0;
    suggestion[0] = '\0';
    HV_EACH_COMMAND (c) {
        int len = words_in(c->words);
        char typed[128];

        if (len > count || len <= *used)
            continue;
        join(words, len, typed, sizeof(typed));
        if (strcmp(typed, c->words) == 0) {
            best = c;
            *used = len;
        }
    }
    if (best || count < 1)
        return best;
    near = nearest(words, count);
    if (near)
        hv_copy(suggestion, 64, near->words);
    else
        nearest_noun(words[0], suggestion);
    return NULL;
}

/* "sub" alone, or "sub frob": what there is under that noun. */
static bool
list_verbs(const char *noun, struct hv_buf *out)
{
    size_t len = strlen(noun);

    HV_EACH_COMMAND (c) {
        if (strncmp(c->words, noun, len) || c->words[len] != ' ')
            continue;
        hv_buf_addf(out, "%s%s", out->len ? ", " : "", c->words + len + 1);
    }
    return out->len > 0;
}

enum hv_status
hv_command_require(char *const words[], int count,
                   const struct hv_command **out, int *used,
                   struct hv_error *err)
{
    struct hv_buf verbs = { 0 };
    char near[64];
    char typed[128];
    int len;

    *out = hv_command_find(words, count, used, near);
    if (*out)
        return HV_OK;
    for (len = count < 2 ? count : 2; len > 0 && !verbs.len; len--) {
        join(words, len, typed, sizeof(typed));
        list_verbs(typed, &verbs);
    }
    len++; /* how many words the noun has */
    if (verbs.len) {
        if (count == len)
            hv_fail(err, HV_ERR_USAGE, "'%s' needs one more word: %s", typed,
                    hv_buf_str(&verbs));
        else
            hv_fail(err, HV_ERR_USAGE, "'%s' does not know '%s'", typed,
                    words[len]);
        if (count > len && near[0] && strcmp(near, typed))
            hv_hint(err, "did you mean '%s'?", near);
        if (count > len)
            hv_hint(err, "it knows %s", hv_buf_str(&verbs));
    } else {
        hv_fail(err, HV_ERR_USAGE, "there is no command '%s'", words[0]);
        if (near[0])
            hv_hint(err, "did you mean '%s'?", near);
        hv_hint(err, "see 'hvconsole help'");
    }
    hv_buf_release(&verbs);
    return HV_ERR_USAGE;
}

/* One word of a usage line: "SUB", "[SUB...]", "SUB...". */
static const char *
usage_word(const char *at, int *least, int *most)
{
    size_t len = strcspn(at, " ");
    bool is_many = len > 3 && memmem(at, len, "...", 3);

    if (at[0] != '[')
        (*least)++;
    *most = is_many || *most < 0 ? -1 : *most + 1;
    at += len;
    return at + strspn(at, " ");
}

const char *
hv_usage_at(const char *args, int nth)
{
    while (nth-- > 0) {
        args += strcspn(args, " ");
        args += strspn(args, " ");
    }
    return args;
}

/* The usage word that stands at @nth, for "needs SUB". */
static void
usage_name(const char *args, int nth, char *out, size_t size)
{
    hv_copy(out, size, hv_usage_at(args, nth));
    out[strcspn(out, " .")] = '\0';
}

static void
hint_usage(const struct hv_cmd *cmd, struct hv_error *err)
{
    const char *args = cmd->command->args ? cmd->command->args : "";

    hv_hint(err, "usage: hvconsole %s%s%s", cmd->command->words,
            args[0] ? " " : "", args);
}

static enum hv_status
fail_extra(const struct hv_cmd *cmd, int most, struct hv_error *err)
{
    char longer[128];
    const char *best = NULL;

    hv_fail(err, HV_ERR_USAGE, "'%s' takes no argument '%s'",
            cmd->command->words, cmd->args[most]);
    /* "listen stpo" is "listen" with an argument it does not take. */
    snprintf(longer, sizeof(longer), "%s %s", cmd->command->words,
             cmd->args[most]);
    HV_EACH_COMMAND (c) {
        if (hv_word_is_near(longer, c->words) && c != cmd->command &&
            strncmp(c->words, cmd->command->words,
                    strlen(cmd->command->words)) == 0)
            best = c->words;
    }
    if (best)
        hv_hint(err, "did you mean '%s'?", best);
    hint_usage(cmd, err);
    return HV_ERR_USAGE;
}

enum hv_status
hv_args_check(const struct hv_cmd *cmd, struct hv_error *err)
{
    const char *args = cmd->command->args ? cmd->command->args : "";
    int least = 0, most = 0;

    for (const char *at = args; *at;)
        at = usage_word(at, &least, &most);
    if (cmd->args_len < least) {
        char name[64];

        usage_name(args, cmd->args_len, name, sizeof(name));
        hv_fail(err, HV_ERR_USAGE, "'%s' needs %s", cmd->command->words, name);
        hint_usage(cmd, err);
        return HV_ERR_USAGE;
    }
    if (most >= 0 && cmd->args_len > most)
        return fail_extra(cmd, most, err);
    return HV_OK;
}
