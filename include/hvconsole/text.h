/*
 * text.h - the one door through which foreign text becomes visible, harmless
 * and of known width. Foreign = network, files, users, errors, file names.
 */
#ifndef HVCONSOLE_TEXT_H
#define HVCONSOLE_TEXT_H

#include "hvconsole/bytes.h"

/**
 * hv_text_clean() - append @text to @out with everything dangerous visible:
 * C0, DEL, C1 in both forms, invalid UTF-8, line/paragraph separators, bidi
 * and zero-width characters, tags and private use become \xNN or \u{N};
 * at most 4 combining marks per base. The result is valid UTF-8 on one line.
 */
void hv_text_clean(struct hv_buf *out, struct hv_bytes text);
/** hv_text_clean_lines() - the same, but keeps LF and turns TAB into spaces. */
void hv_text_clean_lines(struct hv_buf *out, struct hv_bytes text);

/** hv_text_linef() - append one line and its LF: whatever stands in its strings,
 *  it is cleaned, and no second line comes of it. */
void hv_text_linef(struct hv_buf *out, const char *fmt, ...) HV_PRINTF(2, 3);

/** hv_utf8_next() - decode one code point at @pos and step over it; -1 and one
 *  byte further for anything that is not shortest-form valid UTF-8. */
int32_t hv_utf8_next(struct hv_bytes text, size_t *pos);
bool hv_utf8_is_valid(struct hv_bytes text);
/** hv_char_width() - columns of a cleaned code point: 0, 1 or 2. */
int hv_char_width(int32_t code);
/** hv_text_width() - columns of cleaned text. */
int hv_text_width(struct hv_bytes text);
/** hv_text_fit() - append @text to @out cut to @width columns ("~" marks a
 *  cut) and, when @pad, filled with blanks. Never splits a character. */
void hv_text_fit(struct hv_buf *out, struct hv_bytes text, int width, bool pad);

/** hv_markup_escape() - how @c stands in XML and HTML where it would be read as
 *  markup: one of & < > " as its reference; NULL = it stands for itself. */
const char *hv_markup_escape(char c);

/** hv_word_distance() - edits (insert, delete, change, swap) from a to b, case
 *  ignored. */
int hv_word_distance(const char *a, const char *b);
/** hv_word_is_near() - near enough for "did you mean". */
bool hv_word_is_near(const char *typed, const char *known);

#endif
