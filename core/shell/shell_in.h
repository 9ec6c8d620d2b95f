/*
 * shell_in.h - what the files of core/shell share: text that knows where each
 * of its bytes came from, and the judge of values.
 */
#ifndef CORE_SHELL_IN_H
#define CORE_SHELL_IN_H

#include "hvconsole/shell.h"

/* A piece of the URL with layers of escapes taken off. at[i] is the place of
 * byte i in the URL; at[len] is the end. */
struct shell_text {
    char *text; /* owned, NUL-terminated, no NUL inside */
    size_t *at; /* owned, len + 1 */
    size_t len;
};

/* What was met while a layer came off. */
struct shell_escapes {
    size_t bad_at; /* of the first bad escape */
    bool has_bad;
    bool has_lower; /* %3f */
    bool has_plus;  /* + for a blank */
    bool has_any;
    bool has_raw; /* a reserved character that was not escaped */
    char raw;
    size_t raw_at;
};

void shell_text_release(struct shell_text *text);
/** shell_text_cut() - a part as it is; @len bytes from @start. */
void shell_text_cut(const struct shell_text *from, size_t start, size_t len,
                    struct shell_text *out);
/** shell_text_peel() - one layer of escapes off; %00 and bad ones stay as they
 *  are written. @met is added to. */
void shell_text_peel(const struct shell_text *from, struct shell_text *out,
                     struct shell_escapes *met);

/** shell_add() - a finding. */
#define shell_add(url, id, place, length, ...)                                 \
    hv_findings_add(&(url)->findings, hv_shell_lints(), id, place, length,     \
                    __VA_ARGS__)

/** shell_write() - append "redirect.aspx?target=..." by the exact rule,
 *  unchecked. */
void shell_write(const char *target, const struct hv_shell_pairs *pairs,
                 struct hv_buf *out);
/** shell_judge() - everything that can be said once the URL is apart. */
void shell_judge(struct hv_shell_url *url, const struct hv_shell_home *home);
/** shell_fits() - a value is of its domain. */
bool shell_fits(enum hv_shell_domain domain, const char *value);
/** shell_near() - the parameter meant by a misspelt name, or NULL. */
const char *shell_near(const struct hv_shell_target *target, const char *name);

#endif
