/*
 * args.h - words of a command line become a command, its arguments and flags.
 * Pure: the same for the shell, the `:` line, key bindings and the fuzzer.
 */
#ifndef TUI_COMMAND_ARGS_H
#define TUI_COMMAND_ARGS_H

#include "hvconsole/text.h"
#include "tui/command/command.h"

#define HV_MAX_WORDS 256 /* words of one command line */

struct hv_given { /* one flag that was given */
    const struct hv_flag *flag;
    const char *value; /* "" for a boolean */
};

/* One run of a command. Strings are borrowed from the command line. */
struct hv_cmd {
    const struct hv_command *command; /* NULL: no command word was given */
    struct hv_session *session;
    struct hv_out *out;
    bool yes;        /* --yes, or confirmed in the console */
    bool is_help;    /* --help or -h stood somewhere */
    bool is_version; /* --version without a command */
    const char *args[HV_MAX_WORDS];
    int args_len;
    struct hv_given given[HV_MAX_WORDS];
    int given_len;
};

/**
 * hv_args_parse() - find the command and sort words into arguments and flags.
 * @words:   without the program's name
 * @globals: changed by the global flags found; the caller fills in defaults
 * @out:     command, args and flags; the rest is left alone
 * HV_ERR_USAGE: unknown word or flag (with "did you mean"), a value missing or
 * not understood, flags that exclude each other. The count of arguments is
 * hv_args_check()'s matter, so that guards can speak first.
 */
HV_MUST_CHECK enum hv_status hv_args_parse(char *const words[], int count,
                                           struct hv_globals *globals,
                                           struct hv_cmd *out,
                                           struct hv_error *err);
/** hv_usage_at() - what stands at place @nth of a command's usage; "" after the
 *  last. */
const char *hv_usage_at(const char *args, int nth);
/** hv_args_check() - whether the arguments fit the command's usage line. */
HV_MUST_CHECK enum hv_status hv_args_check(const struct hv_cmd *cmd,
                                           struct hv_error *err);
/** hv_args_format() - "json" before anything else is understood: errors of the
 *  parser itself obey -o too. */
enum hv_format hv_args_format(char *const words[], int count);
/** hv_globals_set() - what one global flag does; @value NULL for a boolean.
 *  HV_ERR_USAGE: the value is not understood. */
HV_MUST_CHECK enum hv_status hv_globals_set(struct hv_globals *globals,
                                            const struct hv_flag *flag,
                                            const char *value,
                                            struct hv_error *err);
/** hv_format_word() - "json"; "" for AUTO. */
const char *hv_format_word(enum hv_format format);

/* What a command asks about its flags. @name must be one of its options. */
bool hv_cmd_has(const struct hv_cmd *cmd, const char *name);
const char *hv_cmd_text(const struct hv_cmd *cmd,
                        const char *name); /* or NULL */
/** hv_cmd_int() - @fallback when not given; HV_ERR_USAGE outside min..max. */
HV_MUST_CHECK enum hv_status hv_cmd_int(const struct hv_cmd *cmd,
                                        const char *name, int64_t min,
                                        int64_t max, int64_t fallback,
                                        int64_t *out, struct hv_error *err);

/* Owned copies of words: a list flag, or a split line. */
struct hv_words {
    char **items;
    int len;
};
void hv_words_add(struct hv_words *words, const char *text, size_t len);
void hv_words_release(struct hv_words *words);
/** hv_cmd_list() - all values of a list flag, commas split. HV_ERR_USAGE for
 *  an empty one. */
HV_MUST_CHECK enum hv_status hv_cmd_list(const struct hv_cmd *cmd,
                                         const char *name, struct hv_words *out,
                                         struct hv_error *err);

/** hv_line_split() - words of a line, with shell-like quotes and backslash.
 *  HV_ERR_USAGE: an open quote, a control byte, too many words. */
HV_MUST_CHECK enum hv_status
hv_line_split(const char *line, struct hv_words *out, struct hv_error *err);

#endif
