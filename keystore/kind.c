/*
 * kind.c - what a file that is no keystore looks like, in words for a person
 * who named the wrong one. Pure. Called by format.c. A guess: nothing may
 * depend on it.
 */
#include "keystore/format.h"
#include "hvconsole/text.h"

#include <string.h>

/* The first row that begins the file wins. */
static const struct {
    const char *start;
    size_t len;
    const char *kind;
} kinds[] = {
#define START(text) text, sizeof(text) - 1
    { START("SQLite format 3\0"), "an SQLite database" },
    { START("hvks1-keyfile "), "a key file of a keystore" },
    { START("\x89HVKS"), "a keystore that was mangled as text on its way" },
    { START("-----BEGIN "), "PEM text (a key or a certificate)" },
    { START("age-encryption.org/"), "a file encrypted with age" },
    { START("\x1f\x8b"), "a gzip archive" },
    { START("\xfd"
            "7zXZ"),
      "an xz archive" },
    { START("PK\x03\x04"), "a zip archive" },
    { START("\x7f"
            "ELF"),
      "a program (ELF)" },
    { START("\x89PNG"), "a PNG picture" },
    { START("%PDF"), "a PDF document" },
    { START("\x30\x82"), "DER (a key, a certificate or a PKCS#12 file)" },
    { START("<?xml"), "XML text" },
    { START("#!"), "a script" },
#undef START
};

static bool
is_text(struct hv_bytes file)
{
    size_t len = file.len < 4096 ? file.len : 4096;

    for (size_t i = 0; i < len; i++) {
        uint8_t c = file.data[i];

        if ((c < 0x20 && !hv_is_xml_space(c)) || c == 0x7f)
            return false;
    }
    /* The last character may be cut in two: look at ASCII only then. */
    return len < file.len || hv_utf8_is_valid(file);
}

const char *
ks_kind(struct hv_bytes file)
{
    size_t i = 0;

    if (file.len == 0)
        return "an empty file";
    for (size_t k = 0; k < HV_LEN(kinds); k++) {
        if (file.len >= kinds[k].len &&
            memcmp(file.data, kinds[k].start, kinds[k].len) == 0)
            return kinds[k].kind;
    }
    while (i < file.len && file.data[i] == 0)
        i++;
    if (i == file.len)
        return "nothing but zero bytes";
    return is_text(file) ? "plain text" : "binary data of another kind";
}
