/*
 * keymap.h - from presses to command text. Bindings are tables; a binding may
 * be a sequence of two keys ("yi"). Pure.
 */
#ifndef TUI_APP_KEYMAP_H
#define TUI_APP_KEYMAP_H

#include "tui/app/press.h"

#include "hvconsole/bytes.h"

#define HV_MAX_SEQUENCE 4

/*
 * One key, what it stands for, and how it is shown. `text` is command text
 * with %id, %version, %view; `hint` two or three words for the hint row, NULL
 * when it is not worth a place there.
 */
struct hv_binding {
    const char *keys; /* "R" "^d" "<Enter>" "yi"; NULL ends a table */
    const char *text;
    const char *hint;
    const char *help; /* a phrase; NULL = the command's own summary */
};

struct hv_sequence { /* keys pressed so far */
    int32_t codes[HV_MAX_SEQUENCE];
    int len;
};

/** hv_keys_parse() - the codes of "yi", "^d", "<F2>"; HV_ERR_FORMAT else. */
HV_MUST_CHECK enum hv_status hv_keys_parse(const char *keys,
                                           struct hv_sequence *out);
/** hv_keys_name() - a binding's keys for a person: "Enter", "yi". */
void hv_keys_name(const char *keys, char out[24]);
/** hv_press_name() - "R", "^d", "<Enter>" for a person. */
void hv_press_name(int32_t code, char out[16]);

enum hv_match { HV_MATCH_NONE, HV_MATCH_PREFIX, HV_MATCH_FULL };
/** hv_keymap_find() - the binding of a sequence in one table. */
enum hv_match hv_keymap_find(const struct hv_binding *table,
                             const struct hv_sequence *sequence,
                             const struct hv_binding **out);
/** hv_keys_begin() - whether a binding goes on from the keys pressed so far. */
bool hv_keys_begin(const struct hv_binding *binding,
                   const struct hv_sequence *pressed);
/** hv_keys_clash() - one is the other, or its beginning. */
bool hv_keys_clash(const char *a, const char *b);

#endif
