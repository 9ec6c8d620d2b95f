/*
 * needle.c - finds a text in bytes, sixteen places at a time: a search looks at
 * each byte of each body there is. Called by grep.c and scan.c. Pure.
 */
#include "core/journal/needle.h"

#include "hvconsole/codec.h"

#include <string.h>

#define LANES 16

typedef uint8_t lanes __attribute__((vector_size(LANES)));
typedef uint64_t halves __attribute__((vector_size(LANES)));

struct journal_needle
journal_needle_of(const char *text)
{
    size_t len = strlen(text);

    return (struct journal_needle){
        (const uint8_t *)text,
        len,
        strspn(text, "0123456789abcdefABCDEF-") == len,
    };
}

/* Of ASCII alone; a table of the locale would cost a call a letter. */
static uint8_t
fold(uint8_t c)
{
    return c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c;
}

/* The bit in which the two cases of @c differ; 0 = it has no case. */
static uint8_t
case_bit(uint8_t c)
{
    return fold(c) >= 'a' && fold(c) <= 'z' ? 'a' - 'A' : 0;
}

static bool
is_at(const struct journal_needle *needle, const uint8_t *hay)
{
    for (size_t i = 0; i < needle->len; i++) {
        if (fold(hay[i]) != fold(needle->text[i]))
            return false;
    }
    return true;
}

static lanes
load(const uint8_t *from)
{
    lanes out;

    memcpy(&out, from, sizeof(out));
    return out;
}

static bool
has_any(lanes found)
{
    halves both = (halves)found;

    return (both[0] | both[1]) != 0;
}

/* Where the first and the last letter stand at their distance is worth a look. */
bool
journal_needle_in(const struct journal_needle *needle, struct hv_bytes hay)
{
    size_t last = needle->len ? needle->len - 1 : 0;
    uint8_t head = needle->len ? needle->text[0] : 0;
    uint8_t tail = needle->len ? needle->text[last] : 0;
    lanes head_bit = (lanes){ 0 } + case_bit(head);
    lanes tail_bit = (lanes){ 0 } + case_bit(tail);
    lanes heads = ((lanes){ 0 } + head) | head_bit;
    lanes tails = ((lanes){ 0 } + tail) | tail_bit;
    size_t at = 0;

    if (!needle->len)
        return true;
    for (; at + last + LANES <= hay.len; at += LANES) {
        lanes found = (lanes)((load(hay.data + at) | head_bit) == heads) &
                      (lanes)((load(hay.data + at + last) | tail_bit) == tails);

        for (size_t i = 0; has_any(found) && i < LANES; i++) {
            if (found[i] && is_at(needle, hay.data + at + i))
                return true;
        }
    }
    for (; at + last < hay.len; at++) {
        if (is_at(needle, hay.data + at))
            return true;
    }
    return false;
}

bool
journal_needle_in_text(const struct journal_needle *needle, const char *hay)
{
    return journal_needle_in(needle, hv_bytes_str(hay));
}

bool
journal_needle_in_id(const struct journal_needle *needle,
                     const struct hv_guid *id)
{
    char form[HV_GUID_TEXT];

    if (!needle->is_hex)
        return false;
    hv_guid_format(id, form);
    return journal_needle_in_text(needle, form);
}

bool
journal_needle_in_digest(const struct journal_needle *needle,
                         const uint8_t sha256[32])
{
    char hex[HV_HEX_SIZE(32)];

    if (!needle->is_hex)
        return false;
    hv_hex_encode(sha256, 32, hex);
    return journal_needle_in_text(needle, hex);
}
