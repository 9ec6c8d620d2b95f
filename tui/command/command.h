/*
 * command.h - the one table of commands behind four doors: the shell, the `:`
 * line, key bindings (bound to command text), and the generated help. What is
 * not in the table does not exist.
 */
#ifndef TUI_COMMAND_COMMAND_H
#define TUI_COMMAND_COMMAND_H

#include "tui/command/session.h"

#define HV_CMD_WRITES                                                          \
    1                         /* changes platform or keystore: needs --write in
                                 a production profile, refused read-only */
#define HV_CMD_DANGEROUS    2 /* asks; production wants --confirm PROFILE */
#define HV_CMD_NEEDS_UNLOCK 4
#define HV_CMD_NEEDS_TTY    8
#define HV_CMD_SHELL_ONLY   16 /* makes no sense on the `:` line (demo, tui) */
#define HV_CMD_VIEW                                                            \
    32 /* only inside the console (`view keys`, `quit`);
                                 run is NULL, the console handles the words */
#define HV_CMD_CHANGES                                                         \
    64 /* changes neither platform nor keystore, but a
                                 file, a process or the sandbox: has --dry-run,
                                 refused with --read-only, free in production */

enum hv_flag_kind { HV_FLAG_BOOL, HV_FLAG_TEXT, HV_FLAG_LIST };

struct hv_flag {
    const char *name; /* "--url" */
    enum hv_flag_kind kind;
    const char *arg; /* "URL", NULL for bool */
    const char *help;
};

struct hv_cmd;    /* one run: parsed words; command/args.h */
struct hv_out;    /* where data goes; command/out.h */
struct hv_column; /* a field of a list; command/out.h */

struct hv_command {
    const char *words;   /* "sub list" */
    const char *args;    /* "[SUB...]" */
    const char *summary; /* one phrase, no full stop */
    unsigned flags;
    const struct hv_flag *options; /* ends with a NULL name; may be NULL */
    enum hv_status (*run)(struct hv_cmd *cmd, struct hv_error *err);
    const char *complete; /* what words follow: "sub" "version" "type"
                                 "verdict" "file" "profile" or NULL */
    const char *schema;   /* "sub-list", "sub": the noun of what it prints;
                                 NULL = plain text */
    const struct hv_column *columns; /* of a list: ends with a NULL field */
    const char *more;                /* a few sentences for help; may be NULL */
};

/* The global flags of every command; ends with a NULL name. */
extern const struct hv_flag hv_global_flags[];

/** hv_command_next() - the row after @command, the first after NULL; NULL at
 *  the end. A noun's commands stand together. */
const struct hv_command *hv_command_next(const struct hv_command *command);
#define HV_EACH_COMMAND(c)                                                     \
    for (const struct hv_command *c = hv_command_next(NULL); c;                \
         c = hv_command_next(c))

/** hv_command_find() - longest match at the start of @words; @used says how
 *  many words were eaten. NULL: @suggestion gets the nearest name or "". */
const struct hv_command *hv_command_find(char *const words[], int count,
                                         int *used, char suggestion[64]);

/** hv_command_require() - the same, but not finding one is HV_ERR_USAGE with
 *  the sentence: what there is instead, or "did you mean". */
HV_MUST_CHECK enum hv_status hv_command_require(char *const words[], int count,
                                                const struct hv_command **out,
                                                int *used,
                                                struct hv_error *err);

/**
 * hv_command_text() - run one line of command text (shell-like quoting) in a
 * session, as a key binding or the `:` line does. Guards included: read-only,
 * locked, production.
 * @text_out: gets what the command prints (table format), cleaned; may be NULL
 * @yes:      the person has already confirmed
 */
HV_MUST_CHECK enum hv_status hv_command_text(struct hv_session *session,
                                             const char *line, bool yes,
                                             struct hv_buf *text_out,
                                             struct hv_error *err);
/** hv_command_guard() - why this command cannot run now; HV_OK if it can.
 *  For dimming hints and for "read-only: press W". */
HV_MUST_CHECK enum hv_status hv_command_guard(const struct hv_command *command,
                                              bool is_read_only, bool is_locked,
                                              struct hv_error *err);
/** hv_command_complete() - candidates for the last word of @line, one a line
 *  in @out: command words, flags, and ids of @subs. */
void hv_command_complete(const char *line, const char *const *subs,
                         size_t subs_len, struct hv_buf *out);
/** hv_complete_offer() - one more candidate, @len bytes of @word, if it begins
 *  with @start and is not there yet. */
void hv_complete_offer(const char *start, const char *word, size_t len,
                       struct hv_buf *out);

#endif
