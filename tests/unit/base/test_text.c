/*
 * test_text.c - the door for foreign text: nothing that moves a cursor, turns
 * a line round or hides passes it, and widths are right.
 */
#include "hvconsole/text.h"

#include <criterion/criterion.h>
#include <inttypes.h>
#include <string.h>

/* @text may hold NUL: its length is given. */
struct row {
    const char *text;
    size_t len;
    const char *want;
};
#define ROW(text, want)                                                        \
    {                                                                          \
        text, sizeof(text) - 1, want                                           \
    }

static void
expect_clean(const struct row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct hv_bytes in = { (const uint8_t *)rows[i].text, rows[i].len };
        struct hv_buf out = { 0 };

        hv_text_clean(&out, in);
        cr_expect_str_eq(hv_buf_str(&out), rows[i].want, "row %zu: %s", i,
                         hv_buf_str(&out));
        cr_expect(hv_utf8_is_valid(hv_buf_bytes(&out)), "row %zu", i);
        hv_buf_release(&out);
    }
}

Test(text, escapes_of_the_terminal)
{
    static const struct row rows[] = {
        ROW("\x1b[2J", "\\x1b[2J"),
        ROW("a\0b", "a\\x00b"),
        ROW("\x1b]0;title\x07", "\\x1b]0;title\\x07"),
        ROW("\b\r\n\t\v\f\x7f", "\\x08\\x0d\\x0a\\x09\\x0b\\x0c\\x7f"),
        ROW("\x9b"
            "2J",
            "\\x9b2J"), /* C1 as a byte */
        ROW("\xc2\x9b"
            "2J",
            "\\u{9b}2J"), /* C1 as UTF-8 */
        ROW("\xc2\x80\xc2\x9f", "\\u{80}\\u{9f}"),
        ROW("\x90\x9d\x9c", "\\x90\\x9d\\x9c"),
    };

    expect_clean(rows, HV_LEN(rows));
}

Test(text, what_is_no_utf8)
{
    static const struct row rows[] = {
        ROW("\xc0\x80", "\\xc0\\x80"), /* overlong NUL */
        ROW("\xc1\xbf", "\\xc1\\xbf"),
        ROW("\xe0\x80\x9b", "\\xe0\\x80\\x9b"), /* overlong C1 */
        ROW("\xe0\x9f\xbf", "\\xe0\\x9f\\xbf"),
        ROW("\xf0\x8f\xbf\xbf", "\\xf0\\x8f\\xbf\\xbf"),
        ROW("\xed\xa0\x80", "\\xed\\xa0\\x80"), /* surrogates */
        ROW("\xed\xbf\xbf", "\\xed\\xbf\\xbf"),
        ROW("\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80"),
        ROW("\xf5\x80\x80\x80", "\\xf5\\x80\\x80\\x80"),
        ROW("\xf8\x88\x80\x80\x80", "\\xf8\\x88\\x80\\x80\\x80"),
        ROW("\xfe\xff", "\\xfe\\xff"),
        ROW("\xc3", "\\xc3"),
        ROW("\xc3"
            "a",
            "\\xc3a"),
        ROW("\xe6\x97", "\\xe6\\x97"),
        ROW("\xe6\x97\x1b", "\\xe6\\x97\\x1b"),
        ROW("\xf0\x9f\x98", "\\xf0\\x9f\\x98"),
        ROW("\xe6\xe6\x97\xa5", "\\xe6\xe6\x97\xa5"), /* then a whole one */
        ROW("\x80\xbf", "\\x80\\xbf"),
    };

    expect_clean(rows, HV_LEN(rows));
}

Test(text, invisible_and_turning_characters)
{
    static const struct row rows[] = {
        ROW("\u2028\u2029", "\\u{2028}\\u{2029}"),
        ROW("a\u202eb", "a\\u{202e}b"),
        ROW("\u202a\u202b\u202c\u202d", "\\u{202a}\\u{202b}\\u{202c}\\u{202d}"),
        ROW("\u2066\u2067\u2068\u2069", "\\u{2066}\\u{2067}\\u{2068}\\u{2069}"),
        ROW("\u200e\u200f\u061c", "\\u{200e}\\u{200f}\\u{61c}"),
        ROW("a\u200bb\u200cc\u200dd", "a\\u{200b}b\\u{200c}c\\u{200d}d"),
        ROW("\ufeffa\u2060b", "\\u{feff}a\\u{2060}b"),
        ROW("a\u00adb\u034fc\u180ed", "a\\u{ad}b\\u{34f}c\\u{180e}d"),
        ROW("\u115f\u1160\u3164\uffa0", "\\u{115f}\\u{1160}\\u{3164}\\u{ffa0}"),
        ROW("a\ufe0f\U000e0100", "a\\u{fe0f}\\u{e0100}"),
        ROW("\U000e0001\U000e0041\U000e007f", "\\u{e0001}\\u{e0041}\\u{e007f}"),
        ROW("\ue000\uf8ff\U000f0000\U0010fffd",
            "\\u{e000}\\u{f8ff}\\u{f0000}\\u{10fffd}"),
        ROW("\xef\xbf\xbe\xef\xb7\x90", "\\u{fffe}\\u{fdd0}"),
        ROW("\ufff9\U0001d173", "\\u{fff9}\\u{1d173}"),
        ROW("\U0001f469\U0001f3fd\u200d\U0001f466",
            "\U0001f469\\u{1f3fd}\\u{200d}\U0001f466"),
        ROW("\u0378", "\\u{378}"), /* no such character, no known width */
    };

    expect_clean(rows, HV_LEN(rows));
}

Test(text, marks_need_a_base_and_are_four_at_most)
{
    static const struct row rows[] = {
        ROW("\u0301a", "\\u{301}a"),
        ROW("a\x1b\u0301", "a\\x1b\\u{301}"),
        ROW("a\xff\u0301", "a\\xff\\u{301}"),
        ROW("a\u200b\u0301", "a\\u{200b}\\u{301}"),
        ROW("e\u0301", "e\u0301"),
        ROW("e\u0301\u0301\u0301\u0301", "e\u0301\u0301\u0301\u0301"),
        ROW("e\u0301\u0301\u0301\u0301\u0302\u0303z\u0301",
            "e\u0301\u0301\u0301\u0301\\u{302}\\u{303}z\u0301"),
        ROW("\u65e5\u0301", "\u65e5\u0301"),
    };

    expect_clean(rows, HV_LEN(rows));
}

Test(text, passes_what_is_harmless)
{
    static const char plain[] =
        " ~Az09\\x1b <&> \u00e9\u00a0\u65e5\u672c \u05d0\u0639 \U0001f600 "
        "\u2500\u2502 \u1f80 \U00020000";
    static const struct row rows[] = { ROW(plain, plain), ROW("", "") };

    expect_clean(rows, HV_LEN(rows));
}

Test(text, cleaning_twice_changes_nothing)
{
    struct hv_buf all = { 0 };
    struct hv_buf once = { 0 };
    struct hv_buf twice = { 0 };

    for (int i = 0; i < 256; i++) {
        for (int j = 0; j < 256; j += 5) {
            hv_buf_add_char(&all, (char)i);
            hv_buf_add_char(&all, (char)j);
        }
    }
    hv_text_clean(&once, hv_buf_bytes(&all));
    hv_text_clean(&twice, hv_buf_bytes(&once));
    cr_expect(hv_bytes_equal(hv_buf_bytes(&once), hv_buf_bytes(&twice)));
    for (size_t i = 0; i < once.len; i++)
        cr_assert(once.data[i] >= 0x20 && once.data[i] != 0x7f);
    hv_buf_release(&all);
    hv_buf_release(&once);
    hv_buf_release(&twice);
}

Test(text, appends_and_respects_the_ceiling)
{
    struct hv_buf out = { .ceiling = 8 };

    hv_buf_add_str(&out, "a");
    hv_text_clean(&out, hv_bytes_str("\u0301")); /* not onto the "a" */
    cr_expect_str_eq(hv_buf_str(&out), "a\\u{301}");
    hv_text_clean(&out, hv_bytes_str("b"));
    cr_expect(out.is_over);
    hv_buf_release(&out);
}

Test(text, lines_keep_lf_and_spread_tabs)
{
    static const struct {
        const char *text;
        const char *want;
    } rows[] = {
        { "a\nb\n", "a\nb\n" },
        { "\ta", "        a" },
        { "abc\td", "abc     d" },
        { "abcdefg\th\tx", "abcdefg h       x" },
        { "12345678\tx", "12345678        x" },
        { "\u65e5\u672c\tx", "\u65e5\u672c    x" },
        { "e\u0301\tx", "e\u0301       x" },
        { "abc\n\td", "abc\n        d" },
        { "\x1b\tx", "\\x1b    x" },
        { "\u202e\tx", "\\u{202e}        x" },
        { "a\r\nb", "a\\x0d\nb" },
        { "a\n\u0301", "a\n\\u{301}" },
        { "a\t\u0301", "a       \\u{301}" },
        { "a\u2028b\vc", "a\\u{2028}b\\x0bc" },
    };

    for (size_t i = 0; i < HV_LEN(rows); i++) {
        struct hv_buf out = { 0 };

        hv_text_clean_lines(&out, hv_bytes_str(rows[i].text));
        cr_expect_str_eq(hv_buf_str(&out), rows[i].want, "row %zu: %s", i,
                         hv_buf_str(&out));
        hv_buf_release(&out);
    }
}

/* One line comes of it, whatever its strings hold. */
Test(text, linef_is_one_line)
{
    struct hv_buf out = { 0 };

    hv_text_linef(&out, "a %s %d", "x\n\r\x1b[2Jb\t", 7);
    hv_text_linef(&out, "%s", "");
    cr_expect_str_eq(hv_buf_str(&out), "a x\\x0a\\x0d\\x1b[2Jb\\x09 7\n\n");
    hv_buf_release(&out);
}

Test(utf8, next_steps_one_byte_over_what_is_bad)
{
    static const char text[] = "a\xc3\xa9\xe6\x97\xf0\x9f\x98\x80\xff";
    static const struct {
        int32_t code;
        size_t pos;
    } want[] = {
        { 'a', 1 },     { 0xe9, 3 }, { -1, 4 },  { -1, 5 },
        { 0x1f600, 9 }, { -1, 10 },  { -1, 10 }, { -1, 10 },
    };
    struct hv_bytes bytes = hv_bytes_str(text);
    size_t pos = 0;

    for (size_t i = 0; i < HV_LEN(want); i++) {
        cr_expect_eq(hv_utf8_next(bytes, &pos), want[i].code, "step %zu", i);
        cr_expect_eq(pos, want[i].pos, "step %zu", i);
    }
    cr_expect_eq(hv_utf8_next((struct hv_bytes){ 0 }, &(size_t){ 0 }), -1);
}

Test(utf8, every_code_point_both_ways)
{
    for (int32_t code = 0; code <= 0x10ffff; code++) {
        uint8_t text[4];
        size_t len;
        size_t pos = 0;
        struct hv_bytes bytes;
        bool is_surrogate = code >= 0xd800 && code <= 0xdfff;

        if (code < 0x80) {
            len = 1;
            text[0] = (uint8_t)code;
        } else if (code < 0x800) {
            len = 2;
            text[0] = (uint8_t)(0xc0 | code >> 6);
        } else if (code < 0x10000) {
            len = 3;
            text[0] = (uint8_t)(0xe0 | code >> 12);
        } else {
            len = 4;
            text[0] = (uint8_t)(0xf0 | code >> 18);
        }
        for (size_t i = 1; i < len; i++)
            text[i] = (uint8_t)(0x80 | (code >> 6 * (len - 1 - i) & 0x3f));
        bytes = (struct hv_bytes){ text, len };
        cr_assert_eq(hv_utf8_is_valid(bytes), !is_surrogate, "%" PRIx32, code);
        if (!is_surrogate)
            cr_assert(hv_utf8_next(bytes, &pos) == code && pos == len,
                      "%" PRIx32, code);
    }
}

Test(width, of_characters)
{
    static const struct {
        int32_t code;
        int width;
    } rows[] = {
        { -1, 0 },      { 0, 0 },       { 0x1b, 0 },     { 0x7f, 0 },
        { 0x9f, 0 },    { 'a', 1 },     { 0xe9, 1 },     { 0x2500, 1 },
        { 0x301, 0 },   { 0x489, 0 },   { 0x5b0, 0 },    { 0x0e31, 0 },
        { 0x20dd, 0 },  { 0x302a, 0 },  { 0x1100, 2 },   { 0x1161, 0 },
        { 0x11a8, 0 },  { 0xac00, 2 },  { 0x3000, 2 },   { 0x3042, 2 },
        { 0x65e5, 2 },  { 0xff21, 2 },  { 0xff71, 1 },   { 0xffe5, 2 },
        { 0x1f600, 2 }, { 0x1f3fb, 2 }, { 0x231a, 2 },   { 0x2603, 1 },
        { 0x20000, 2 }, { 0x1d15e, 1 }, { 0x10fffd, 1 }, { 0x1e8d0, 0 },
    };

    for (size_t i = 0; i < HV_LEN(rows); i++)
        cr_expect_eq(hv_char_width(rows[i].code), rows[i].width,
                     "row %zu: %" PRIx32, i, rows[i].code);
}

Test(width, of_texts)
{
    cr_expect_eq(hv_text_width(hv_bytes_str("")), 0);
    cr_expect_eq(hv_text_width(hv_bytes_str("abc")), 3);
    cr_expect_eq(hv_text_width(hv_bytes_str("e\u0301\u65e5\U0001f600")), 5);
}

Test(fit, never_splits_and_never_passes_the_width)
{
    static const struct {
        const char *text;
        int width;
        const char *cut;
        const char *padded;
    } rows[] = {
        { "abc", -1, "", "" },
        { "abc", 0, "", "" },
        { "", 0, "", "" },
        { "", 3, "", "   " },
        { "abc", 1, "~", "~" },
        { "abc", 2, "a~", "a~" },
        { "abc", 3, "abc", "abc" },
        { "abc", 5, "abc", "abc  " },
        { "\u65e5\u672c\u8a9e", 6, "\u65e5\u672c\u8a9e", "\u65e5\u672c\u8a9e" },
        { "\u65e5\u672c\u8a9e", 5, "\u65e5\u672c~", "\u65e5\u672c~" },
        { "\u65e5\u672c\u8a9e", 4, "\u65e5~", "\u65e5~ " },
        { "\u65e5\u672c\u8a9e", 2, "~", "~ " },
        { "\u65e5", 1, "~", "~" },
        { "\u65e5", 2, "\u65e5", "\u65e5" },
        { "ae\u0301\u0302", 2, "ae\u0301\u0302", "ae\u0301\u0302" },
        { "ae\u0301\u0302b", 2, "a~", "a~" },
        { "e\u0301\u0302bc", 2, "e\u0301\u0302~", "e\u0301\u0302~" },
    };

    for (size_t i = 0; i < HV_LEN(rows); i++) {
        struct hv_buf out = { 0 };

        hv_text_fit(&out, hv_bytes_str(rows[i].text), rows[i].width, false);
        cr_expect_str_eq(hv_buf_str(&out), rows[i].cut, "row %zu: %s", i,
                         hv_buf_str(&out));
        hv_buf_clear(&out);
        hv_text_fit(&out, hv_bytes_str(rows[i].text), rows[i].width, true);
        cr_expect_str_eq(hv_buf_str(&out), rows[i].padded, "row %zu: %s", i,
                         hv_buf_str(&out));
        hv_buf_release(&out);
    }
}

Test(markup, nothing_is_left_that_would_be_read_as_markup)
{
    for (int c = -128; c < 128; c++) {
        const char *escape = hv_markup_escape((char)c);

        if (c && strchr("&<>\"", c)) {
            cr_assert(escape && escape[0] == '&', "%d", c);
            cr_expect_eq(escape[strlen(escape) - 1], ';', "%d", c);
        } else {
            cr_expect_null(escape, "%d", c);
        }
    }
}
