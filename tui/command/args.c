/*
 * args.c - the parser of command lines: flags anywhere, the command, its
 * arguments. Called by the shell's door and by hv_command_text(). Pure: no
 * environment, no files.
 */
#include "tui/command/args.h"

#include <stdlib.h>
#include <string.h>

/* A flag as it stood on the line, before its command is known. */
struct raw_flag {
    char name[40];     /* "--url"; cut when longer */
    const char *value; /* NULL = none */
    bool has_equals;
};

struct parse {
    struct raw_flag flags[HV_MAX_WORDS];
    int flags_len;
    char *words[HV_MAX_WORDS];
    int words_len;
    int words_before; /* of them before `--` */
};

static const struct hv_flag *
flag_in(const struct hv_flag *flags, const char *name)
{
    for (; flags && flags->name; flags++) {
        if (strcmp(flags->name, name) == 0)
            return flags;
    }
    return NULL;
}

/* A flag of that name anywhere: all commands agree on whether it takes a
 * value, so that flags may stand before the command's words. */
static const struct hv_flag *
flag_anywhere(const char *name)
{
    const struct hv_flag *flag = flag_in(hv_global_flags, name);

    for (const struct hv_command *c = hv_command_next(NULL); !flag && c;
         c = hv_command_next(c))
        flag = flag_in(c->options, name);
    return flag;
}

static const char *
nearest_flag(const struct hv_command *command, const char *name)
{
    const struct hv_flag *lists[] = { command ? command->options : NULL,
                                      hv_global_flags };
    const char *best = NULL;
    int best_distance = 0;

    for (size_t i = 0; i < HV_LEN(lists); i++) {
        for (const struct hv_flag *f = lists[i]; f && f->name; f++) {
            int distance = hv_word_distance(name, f->name);

            if (strlen(f->name) < 3 || !hv_word_is_near(name, f->name))
                continue;
            if (!best || distance < best_distance) {
                best = f->name;
                best_distance = distance;
            }
        }
    }
    return best;
}

static enum hv_status
fail_flag(const struct hv_command *command, const char *name,
          struct hv_error *err)
{
    const char *near = nearest_flag(command, name);

    if (command)
        hv_fail(err, HV_ERR_USAGE, "'%s' has no flag %s", command->words, name);
    else
        hv_fail(err, HV_ERR_USAGE, "there is no flag %s", name);
    if (near)
        hv_hint(err, "did you mean %s?", near);
    else if (command)
        hv_hint(err, "see 'hvconsole help %s'", command->words);
    else
        hv_hint(err, "see 'hvconsole help'");
    return HV_ERR_USAGE;
}

/* Sort one word that begins with a hyphen; @next is the one after it. Returns
 * how many words were used up. */
static int
take_flag(struct parse *parse, struct hv_cmd *out, const char *word,
          const char *next)
{
    struct raw_flag *raw = &parse->flags[parse->flags_len];
    const char *equals = strchr(word, '=');
    const struct hv_flag *flag;

    if (strcmp(word, "-h") == 0 || strcmp(word, "--help") == 0) {
        out->is_help = true;
        return 1;
    }
    parse->flags_len++;
    if (word[1] != '-') { /* one letter, perhaps with its value: -ojson */
        hv_copy(raw->name, 3, word);
        flag = flag_anywhere(raw->name);
        if (word[2] && flag && flag->kind != HV_FLAG_BOOL) {
            raw->value = word + 2;
            return 1;
        }
        if (word[2])
            hv_copy(raw->name, sizeof(raw->name), word);
    } else if (equals) {
        size_t len = (size_t)(equals - word);

        if (len >= sizeof(raw->name))
            len = sizeof(raw->name) - 1;
        memcpy(raw->name, word, len);
        raw->value = equals + 1;
        raw->has_equals = true;
        return 1;
    } else {
        hv_copy(raw->name, sizeof(raw->name), word);
        flag = flag_anywhere(raw->name);
    }
    if (!flag || flag->kind == HV_FLAG_BOOL || !next ||
        (strncmp(next, "--", 2) == 0 && next[2]))
        return 1;
    raw->value = next;
    return 2;
}

static enum hv_status
sort_words(char *const words[], int count, struct parse *parse,
           struct hv_cmd *out, struct hv_error *err)
{
    bool is_after = false;

    for (int i = 0; i < count;) {
        const char *word = words[i];

        if (parse->words_len == HV_MAX_WORDS ||
            parse->flags_len == HV_MAX_WORDS)
            return hv_fail(err, HV_ERR_USAGE, "more than %d words",
                           HV_MAX_WORDS);
        if (!is_after && strcmp(word, "--") == 0) {
            is_after = true;
            i++;
        } else if (is_after || word[0] != '-' || !word[1]) {
            parse->words[parse->words_len++] = words[i++];
            if (!is_after)
                parse->words_before++;
        } else {
            i += take_flag(parse, out, word,
                           i + 1 < count ? words[i + 1] : NULL);
        }
    }
    return HV_OK;
}

/* Hand each flag to the command if it knows it, else to the globals. */
static enum hv_status
resolve_flags(const struct parse *parse, struct hv_globals *globals,
              struct hv_cmd *out, struct hv_error *err)
{
    for (int i = 0; i < parse->flags_len; i++) {
        const struct raw_flag *raw = &parse->flags[i];
        const struct hv_flag *own =
            flag_in(out->command ? out->command->options : NULL, raw->name);
        const struct hv_flag *flag =
            own ? own : flag_in(hv_global_flags, raw->name);
        enum hv_status st = HV_OK;

        if (!flag)
            return fail_flag(out->command, raw->name, err);
        if (flag->kind == HV_FLAG_BOOL && raw->has_equals)
            return hv_fail(err, HV_ERR_USAGE, "%s takes no value", flag->name);
        /* An empty value may mean something to a command, never to a place. */
        if (flag->kind != HV_FLAG_BOOL &&
            (!raw->value || (!own && !raw->value[0])))
            return hv_fail(err, HV_ERR_USAGE, "%s needs a value: %s",
                           flag->name, flag->arg);
        if (own)
            out->given[out->given_len++] =
                (struct hv_given){ own, raw->value ? raw->value : "" };
        else
            st = hv_globals_set(globals, flag, raw->value, err);
        if (st)
            return st;
    }
    return HV_OK;
}

static enum hv_status
check_exclusive(const struct parse *parse, const struct hv_globals *globals,
                struct hv_error *err)
{
    static const char *const sources[] = { "--passphrase-file",
                                           "--passphrase-fd", "--slot-key" };
    const char *first = NULL;

    if (globals->read_only && globals->write)
        return hv_fail(err, HV_ERR_USAGE,
                       "--read-only and --write exclude each other");
    for (size_t i = 0; i < HV_LEN(sources); i++) {
        for (int j = 0; j < parse->flags_len; j++) {
            if (strcmp(parse->flags[j].name, sources[i]))
                continue;
            if (first && first != sources[i])
                return hv_fail(err, HV_ERR_USAGE,
                               "%s and %s exclude each other", first,
                               sources[i]);
            first = sources[i];
        }
    }
    return HV_OK;
}

enum hv_status
hv_args_parse(char *const words[], int count, struct hv_globals *globals,
              struct hv_cmd *out, struct hv_error *err)
{
    struct parse *parse = hv_calloc(1, sizeof(*parse));
    int used = 0;
    enum hv_status st;

    if (count == 1 && strcmp(words[0], "--version") == 0) {
        out->is_version = true;
        free(parse);
        return HV_OK;
    }
    st = sort_words(words, count, parse, out, err);
    /* A flag nobody knows may have a value nobody expects among the words:
     * speak of the flag first. */
    for (int i = 0; !st && i < parse->flags_len; i++) {
        if (!flag_anywhere(parse->flags[i].name)) {
            int before = parse->words_before;

            st = fail_flag(
                hv_command_find(parse->words, before, &used, (char[64]){ 0 }),
                parse->flags[i].name, err);
        }
    }
    if (!st && parse->words_len) {
        int before =
            parse->words_before ? parse->words_before : parse->words_len;

        st =
            hv_command_require(parse->words, before, &out->command, &used, err);
    }
    if (!st) {
        st = resolve_flags(parse, globals, out, err);
        for (int i = used; i < parse->words_len; i++)
            out->args[out->args_len++] = parse->words[i];
    }
    if (!st)
        st = check_exclusive(parse, globals, err);
    free(parse);
    return st;
}
