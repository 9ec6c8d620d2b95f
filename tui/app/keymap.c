/*
 * keymap.c - names of keys and the search in tables of bindings. Called by
 * update.c, help and the tests of the tables. Pure: knows no terminal.
 */
#include "tui/app/keymap.h"

#include "hvconsole/text.h"

#include <stdio.h>
#include <string.h>

static const struct {
    const char *name;
    int32_t code;
} names[] = {
    { "<Enter>", HV_PRESS_ENTER },
    { "<Esc>", HV_PRESS_ESC },
    { "<Tab>", HV_PRESS_TAB },
    { "<S-Tab>", HV_PRESS_BACKTAB },
    { "<Space>", HV_PRESS_SPACE },
    { "<BS>", HV_PRESS_BACKSPACE },
    { "<Up>", HV_PRESS_UP },
    { "<Down>", HV_PRESS_DOWN },
    { "<Left>", HV_PRESS_LEFT },
    { "<Right>", HV_PRESS_RIGHT },
    { "<Home>", HV_PRESS_HOME },
    { "<End>", HV_PRESS_END },
    { "<PgUp>", HV_PRESS_PGUP },
    { "<PgDn>", HV_PRESS_PGDN },
    { "<Ins>", HV_PRESS_INSERT },
    { "<Del>", HV_PRESS_DELETE },
    { "<F1>", HV_PRESS_F1 },
    { "<F2>", HV_PRESS_F1 + 1 },
    { "<F3>", HV_PRESS_F1 + 2 },
    { "<F4>", HV_PRESS_F1 + 3 },
    { "<F5>", HV_PRESS_F1 + 4 },
    { "<F6>", HV_PRESS_F1 + 5 },
    { "<F7>", HV_PRESS_F1 + 6 },
    { "<F8>", HV_PRESS_F1 + 7 },
    { "<F9>", HV_PRESS_F1 + 8 },
    { "<F10>", HV_PRESS_F1 + 9 },
    { "<F11>", HV_PRESS_F1 + 10 },
    { "<F12>", HV_PRESS_F12 },
    { "<Click>", HV_PRESS_CLICK },
    { "<WheelUp>", HV_PRESS_WHEEL_UP },
    { "<WheelDown>", HV_PRESS_WHEEL_DOWN },
};

/* The key at @text and the bytes it takes; 0 for what is no key. */
static size_t
key_parse(const char *text, int32_t *code)
{
    struct hv_bytes bytes = hv_bytes_str(text);
    size_t pos = 0;

    for (size_t i = 0; i < HV_LEN(names); i++) {
        size_t len = strlen(names[i].name);

        if (!strncmp(text, names[i].name, len)) {
            *code = names[i].code;
            return len;
        }
    }
    if (text[0] == '^' && text[1] >= 'a' && text[1] <= 'z') {
        *code = HV_PRESS_CTRL(text[1]);
        return 2;
    }
    if (text[0] == '<' && text[1])
        return 0; /* a name that is not in the table */
    *code = hv_utf8_next(bytes, &pos);
    return *code > ' ' && *code != 0x7f ? pos : 0;
}

enum hv_status
hv_keys_parse(const char *keys, struct hv_sequence *out)
{
    struct hv_sequence sequence = { 0 };

    while (*keys) {
        int32_t code = 0;
        size_t len = key_parse(keys, &code);

        if (!len || sequence.len == HV_MAX_SEQUENCE)
            return HV_ERR_FORMAT;
        sequence.codes[sequence.len++] = code;
        keys += len;
    }
    if (!sequence.len)
        return HV_ERR_FORMAT;
    *out = sequence;
    return HV_OK;
}

void
hv_press_name(int32_t code, char out[16])
{
    for (size_t i = 0; i < HV_LEN(names); i++) {
        if (names[i].code == code) {
            hv_copy(out, 16, names[i].name);
            return;
        }
    }
    if (code > 0 && code < 27)
        snprintf(out, 16, "^%c", 'a' + code - 1);
    else if (code > ' ' && code < 0x7f)
        snprintf(out, 16, "%c", (char)code);
    else
        snprintf(out, 16, "U+%04X", (unsigned)code);
}

void
hv_keys_name(const char *keys, char out[24])
{
    size_t len = strlen(keys);

    if (len > 2 && keys[0] == '<' && keys[len - 1] == '>')
        snprintf(out, 24, "%.*s", (int)(len - 2), keys + 1);
    else
        snprintf(out, 24, "%s", keys);
}

enum hv_match
hv_keymap_find(const struct hv_binding *table,
               const struct hv_sequence *sequence,
               const struct hv_binding **out)
{
    enum hv_match best = HV_MATCH_NONE;

    for (; table->keys; table++) {
        struct hv_sequence keys;

        if (hv_keys_parse(table->keys, &keys) || keys.len < sequence->len ||
            memcmp(keys.codes, sequence->codes,
                   (size_t)sequence->len * sizeof(keys.codes[0])))
            continue;
        if (keys.len == sequence->len) {
            *out = table;
            return HV_MATCH_FULL;
        }
        best = HV_MATCH_PREFIX;
    }
    return best;
}

bool
hv_keys_begin(const struct hv_binding *binding,
              const struct hv_sequence *pressed)
{
    struct hv_sequence keys;

    return !hv_keys_parse(binding->keys, &keys) && keys.len > pressed->len &&
           !memcmp(keys.codes, pressed->codes,
                   (size_t)pressed->len * sizeof(keys.codes[0]));
}

bool
hv_keys_clash(const char *a, const char *b)
{
    struct hv_sequence x;
    struct hv_sequence y;
    int len;

    if (hv_keys_parse(a, &x) || hv_keys_parse(b, &y))
        return true;
    len = x.len < y.len ? x.len : y.len;
    return !memcmp(x.codes, y.codes, (size_t)len * sizeof(x.codes[0]));
}
