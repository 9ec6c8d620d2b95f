/*
 * completion.c - completion for bash, zsh and fish, from the table of commands.
 * Called by `completion`. Pure: text into a buffer. The three scripts follow
 * one plan: the words typed so far, flags and their values left out, say which
 * words and which flags may follow.
 */
#include "tui/command/help.h"

#include <stdio.h>
#include <string.h>

/* ---- walks through the table ---- */

/* Words that may follow @typed, each once; @summary: of the command that ends
 * with this word, else NULL. The table keeps nouns together. */
typedef void (*word_fn)(struct hv_buf *out, const char *typed,
                        struct hv_bytes word, const char *summary);

static void
each_next(struct hv_buf *out, const char *typed, word_fn fn)
{
    size_t len = strlen(typed);
    struct hv_bytes last = { 0 };

    HV_EACH_COMMAND (c) {
        const char *next = c->words + len;
        struct hv_bytes word;

        if ((c->flags & HV_CMD_VIEW) || strncmp(c->words, typed, len) ||
            (len && *next != ' '))
            continue;
        next += len != 0;
        word = (struct hv_bytes){ (const uint8_t *)next, strcspn(next, " ") };
        if (hv_bytes_equal(word, last))
            continue;
        last = word;
        fn(out, typed, word, next[word.len] ? NULL : c->summary);
    }
}

/* "" and the beginning of every command that has another word after it. */
typedef void (*prefix_fn)(struct hv_buf *out, const char *prefix);

static void
each_prefix(struct hv_buf *out, prefix_fn fn)
{
    const struct hv_command *last = NULL;

    fn(out, "");
    HV_EACH_COMMAND (c) {
        char prefix[64];
        char *blank;

        hv_copy(prefix, sizeof(prefix), c->words);
        while ((blank = strrchr(prefix, ' '))) {
            *blank = '\0';
            if (!last || strncmp(last->words, prefix, strlen(prefix)) ||
                last->words[strlen(prefix)] != ' ')
                fn(out, prefix);
        }
        last = c;
    }
}

/* Commands with flags of their own, longer ones first: "listen stop" before
 * "listen". */
typedef void (*command_fn)(struct hv_buf *out, const struct hv_command *c);

static void
each_with_flags(struct hv_buf *out, command_fn fn)
{
    for (int blanks = 2; blanks >= 0; blanks--) {
        HV_EACH_COMMAND (c) {
            int count = 0;

            for (const char *at = c->words; *at; at++)
                count += *at == ' ';
            if (count == blanks && c->options)
                fn(out, c);
        }
    }
}

/* Flags whose value is the next word, "|" between. */
static void
add_value_flags(struct hv_buf *out, const struct hv_flag *flags)
{
    for (; flags && flags->name; flags++) {
        char whole[48];
        const char *known = hv_buf_str(out);

        if (!flags->arg)
            continue;
        /* Between bars, so that no flag is found inside another. */
        snprintf(whole, sizeof(whole), "|%s|", flags->name);
        if (!strstr(known, whole))
            hv_buf_add_str(out, whole + (out->len != 0));
    }
}

/* "|--profile|--config|" without the bars at its ends, @between instead. */
static void
add_all_value_flags(struct hv_buf *out, char between)
{
    struct hv_buf all = { 0 };

    add_value_flags(&all, hv_global_flags);
    HV_EACH_COMMAND (c)
        add_value_flags(&all, c->options);
    for (size_t i = 1; i + 1 < all.len; i++)
        hv_buf_add_char(out, all.data[i] == '|' ? between : (char)all.data[i]);
    hv_buf_release(&all);
}

/* In single quotes; @quote stands for one inside. */
static void
add_quoted(struct hv_buf *out, const char *quote, const char *name,
           const char *text)
{
    hv_buf_add_char(out, '\'');
    hv_buf_add_str(out, name);
    for (; *text; text++) {
        if (*text == '\'')
            hv_buf_add_str(out, quote);
        else
            hv_buf_add_char(out, *text);
    }
    hv_buf_add_char(out, '\'');
}

/* ---- bash ---- */

static void
bash_word(struct hv_buf *out, const char *typed, struct hv_bytes word,
          const char *summary)
{
    (void)typed;
    (void)summary;
    hv_buf_add_char(out, ' ');
    hv_buf_add_bytes(out, word);
}

static void
bash_case(struct hv_buf *out, const char *prefix)
{
    hv_buf_addf(out, "    \"%s%s\") words=\"", prefix[0] ? " " : "", prefix);
    each_next(out, prefix, bash_word);
    hv_buf_add_str(out, "\" ;;\n");
}

static void
bash_flags(struct hv_buf *out, const struct hv_flag *flags)
{
    for (; flags && flags->name; flags++)
        hv_buf_addf(out, " %s", flags->name);
}

static void
bash_command(struct hv_buf *out, const struct hv_command *c)
{
    hv_buf_addf(out, "    \" %s\"*) flags=\"", c->words);
    bash_flags(out, c->options);
    hv_buf_add_str(out, "\" ;;\n");
}

static void
bash(struct hv_buf *out)
{
    hv_buf_add_str(out,
                   "# bash completion of hvconsole: source it, or put it into "
                   "bash-completion's folder\n"
                   "_hvconsole()\n{\n"
                   "    local cur=${COMP_WORDS[COMP_CWORD]} line= words= "
                   "flags= skip= w\n"
                   "    for w in \"${COMP_WORDS[@]:1:COMP_CWORD-1}\"; do\n"
                   "        if [[ $skip ]]; then skip=; continue; fi\n"
                   "        case $w in\n"
                   "        ");
    add_all_value_flags(out, '|');
    hv_buf_add_str(out, ") skip=1 ;;\n"
                        "        -*) ;;\n"
                        "        *) line=\"$line $w\" ;;\n"
                        "        esac\n"
                        "    done\n"
                        "    if [[ $skip ]]; then COMPREPLY=(); return; fi\n"
                        "    case $line in\n");
    each_prefix(out, bash_case);
    hv_buf_add_str(out, "    esac\n    case $line in\n");
    each_with_flags(out, bash_command);
    hv_buf_add_str(out, "    esac\n    flags=\"$flags");
    bash_flags(out, hv_global_flags);
    hv_buf_add_str(
        out, "\"\n    case $cur in\n"
             "    -*) COMPREPLY=($(compgen -W \"$flags\" -- \"$cur\")) ;;\n"
             "    *) COMPREPLY=($(compgen -W \"$words\" -- \"$cur\")) ;;\n"
             "    esac\n}\n"
             "complete -o default -F _hvconsole hvconsole\n");
}

/* ---- zsh ---- */

static void
zsh_word(struct hv_buf *out, const char *typed, struct hv_bytes word,
         const char *summary)
{
    char name[64];

    (void)typed;
    memcpy(name, word.data, word.len);
    name[word.len] = summary ? ':' : '\0';
    name[word.len + 1] = '\0';
    hv_buf_add_str(out, "\n        ");
    add_quoted(out, "'\\''", name, summary ? summary : "");
}

static void
zsh_case(struct hv_buf *out, const char *prefix)
{
    hv_buf_addf(out, "    ('%s%s') next=(", prefix[0] ? " " : "", prefix);
    each_next(out, prefix, zsh_word);
    hv_buf_add_str(out, ") ;;\n");
}

static void
zsh_flags(struct hv_buf *out, const struct hv_flag *flags)
{
    for (; flags && flags->name; flags++) {
        char name[48];

        snprintf(name, sizeof(name), "%s:", flags->name);
        hv_buf_add_str(out, "\n        ");
        add_quoted(out, "'\\''", name, flags->help);
    }
}

static void
zsh_command(struct hv_buf *out, const struct hv_command *c)
{
    hv_buf_addf(out, "    (' %s'*) flags=(", c->words);
    zsh_flags(out, c->options);
    hv_buf_add_str(out, ") ;;\n");
}

static void
zsh(struct hv_buf *out)
{
    hv_buf_add_str(out,
                   "#compdef hvconsole\n"
                   "# zsh completion of hvconsole: put it as _hvconsole into a "
                   "folder of $fpath, or source it\n"
                   "_hvconsole()\n{\n"
                   "    local line= skip= w\n"
                   "    local -a next flags\n"
                   "    for w in \"${(@)words[2,CURRENT-1]}\"; do\n"
                   "        if [[ -n $skip ]]; then skip=; continue; fi\n"
                   "        case $w in\n"
                   "        (");
    add_all_value_flags(out, '|');
    hv_buf_add_str(out, ") skip=1 ;;\n"
                        "        (-*) ;;\n"
                        "        (*) line=\"$line $w\" ;;\n"
                        "        esac\n"
                        "    done\n"
                        "    if [[ -n $skip ]]; then _files; return; fi\n"
                        "    case $line in\n");
    each_prefix(out, zsh_case);
    hv_buf_add_str(out, "    esac\n    case $line in\n");
    each_with_flags(out, zsh_command);
    hv_buf_add_str(out, "    esac\n    flags+=(");
    zsh_flags(out, hv_global_flags);
    hv_buf_add_str(out, ")\n"
                        "    if [[ $words[CURRENT] == -* ]]; then\n"
                        "        _describe -o flag flags\n"
                        "    elif (( $#next )); then\n"
                        "        _describe command next\n"
                        "    else\n"
                        "        _files\n"
                        "    fi\n}\n"
                        "if [[ $funcstack[1] == _hvconsole ]]; then\n"
                        "    _hvconsole \"$@\"\n"
                        "else\n"
                        "    compdef _hvconsole hvconsole\n"
                        "fi\n");
}

/* ---- fish ---- */

static void
fish_word(struct hv_buf *out, const char *typed, struct hv_bytes word,
          const char *summary)
{
    hv_buf_addf(out, "complete -c hvconsole -f -n '__hvconsole_at \"%s\"' -a ",
                typed);
    hv_buf_add_bytes(out, word);
    if (summary) {
        hv_buf_add_str(out, " -d ");
        add_quoted(out, "\\'", "", summary);
    }
    hv_buf_add_char(out, '\n');
}

static void
fish_prefix(struct hv_buf *out, const char *prefix)
{
    each_next(out, prefix, fish_word);
}

static void
fish_flags(struct hv_buf *out, const char *condition,
           const struct hv_flag *flags)
{
    for (; flags && flags->name; flags++) {
        bool is_long = flags->name[1] == '-';

        hv_buf_addf(out, "complete -c hvconsole%s -%c %s%s -d ", condition,
                    is_long ? 'l' : 's', flags->name + (is_long ? 2 : 1),
                    flags->arg ? " -r" : "");
        add_quoted(out, "\\'", "", flags->help);
        hv_buf_add_char(out, '\n');
    }
}

static void
fish_command(struct hv_buf *out, const struct hv_command *c)
{
    struct hv_buf condition = { 0 };

    hv_buf_addf(&condition, " -n '__hvconsole_in \"%s\"'", c->words);
    fish_flags(out, hv_buf_str(&condition), c->options);
    hv_buf_release(&condition);
}

static void
fish(struct hv_buf *out)
{
    hv_buf_add_str(out, "# fish completion of hvconsole: put it into "
                        "~/.config/fish/completions/hvconsole.fish\n"
                        "function __hvconsole_line\n"
                        "    set -l tokens (commandline -opc)\n"
                        "    set -e tokens[1]\n"
                        "    set -l line\n"
                        "    set -l skip 0\n"
                        "    for token in $tokens\n"
                        "        if test $skip = 1\n"
                        "            set skip 0\n"
                        "            continue\n"
                        "        end\n"
                        "        switch $token\n"
                        "            case ");
    add_all_value_flags(out, ' ');
    hv_buf_add_str(out, "\n"
                        "                set skip 1\n"
                        "            case '-*'\n"
                        "            case '*'\n"
                        "                set -a line $token\n"
                        "        end\n"
                        "    end\n"
                        "    echo \"$line\"\n"
                        "end\n"
                        "function __hvconsole_at\n"
                        "    test (__hvconsole_line) = \"$argv[1]\"\n"
                        "end\n"
                        "function __hvconsole_in\n"
                        "    string match -q -- \"$argv[1] *\" "
                        "(__hvconsole_line)\" \"\n"
                        "end\n");
    each_prefix(out, fish_prefix);
    each_with_flags(out, fish_command);
    fish_flags(out, "", hv_global_flags);
}

/* ---- which ---- */

static const struct {
    const char *shell;
    void (*write)(struct hv_buf *out);
} shells[] = {
    { "bash", bash },
    { "zsh", zsh },
    { "fish", fish },
};

bool
help_completion(const char *shell, struct hv_buf *out)
{
    for (size_t i = 0; i < HV_LEN(shells); i++) {
        if (strcmp(shells[i].shell, shell))
            continue;
        shells[i].write(out);
        return true;
    }
    return false;
}
