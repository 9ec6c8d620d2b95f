/*
 * test_words.c - splitting lines, and how near words are.
 */
#include "tui/command/args.h"

#include <criterion/criterion.h>
#include <string.h>

Test(words, refuses_what_is_no_line)
{
    static const char *const bad[] = {
        "sub list 'open", "\"", "a \\\" \"b", "a\nb", "a\x1b[2J", "x\x01",
    };

    for (size_t i = 0; i < HV_LEN(bad); i++) {
        struct hv_words words = { 0 };
        struct hv_error err = { 0 };

        cr_expect_eq(hv_line_split(bad[i], &words, &err), HV_ERR_USAGE,
                     "row %zu", i);
        cr_expect_null(words.items, "row %zu", i);
        cr_expect(err.why[0], "row %zu", i);
    }
}

Test(words, refuses_too_many)
{
    struct hv_words words = { 0 };
    struct hv_buf line = { 0 };

    for (int i = 0; i < HV_MAX_WORDS; i++)
        hv_buf_add_str(&line, "a ");
    cr_expect_eq(hv_line_split(hv_buf_str(&line), &words, NULL), HV_OK);
    cr_expect_eq(words.len, HV_MAX_WORDS);
    hv_words_release(&words);
    hv_buf_add_str(&line, "b");
    cr_expect_eq(hv_line_split(hv_buf_str(&line), &words, NULL), HV_ERR_USAGE);
    hv_buf_release(&line);
}

Test(words, splits_as_a_shell_does)
{
    static const struct {
        const char *line;
        const char *want; /* joined by | */
    } rows[] = {
        { "", "" },
        { "   \t ", "" },
        { "sub list", "sub|list" },
        { "  sub\t list  ", "sub|list" },
        { "a 'b c' d", "a|b c|d" },
        { "a \"b c\" d", "a|b c|d" },
        { "a\\ b", "a b" },
        { "'a\\b'", "a\\b" },
        { "\"a\\\"b\"", "a\"b" },
        { "x''y", "xy" },
        { "''", "" },
        { "--type='Blood pressure'", "--type=Blood pressure" },
        { "a\\", "a\\" },
        { "'it'\\''s'", "it's" },
    };

    for (size_t i = 0; i < HV_LEN(rows); i++) {
        struct hv_words words = { 0 };
        struct hv_buf got = { 0 };

        cr_assert_eq(hv_line_split(rows[i].line, &words, NULL), HV_OK,
                     "row %zu", i);
        for (int w = 0; w < words.len; w++)
            hv_buf_addf(&got, "%s%s", w ? "|" : "", words.items[w]);
        cr_expect_str_eq(hv_buf_str(&got), rows[i].want, "row %zu", i);
        hv_buf_release(&got);
        hv_words_release(&words);
    }
}

Test(words, measures_distance)
{
    static const struct {
        const char *a, *b;
        int want;
    } rows[] = {
        { "", "", 0 },          { "abc", "abc", 0 },
        { "abc", "ABC", 0 },    { "abc", "", 3 },
        { "", "abc", 3 },       { "list", "lst", 1 },
        { "list", "lsit", 1 },  { "list", "lisp", 1 },
        { "list", "lists", 1 }, { "create", "delete", 4 },
    };

    for (size_t i = 0; i < HV_LEN(rows); i++) {
        cr_expect_eq(hv_word_distance(rows[i].a, rows[i].b), rows[i].want,
                     "row %zu: %d", i, hv_word_distance(rows[i].a, rows[i].b));
        cr_expect_eq(hv_word_distance(rows[i].b, rows[i].a), rows[i].want,
                     "row %zu, turned", i);
    }
}

Test(words, knows_what_is_near)
{
    cr_expect(hv_word_is_near("verfied", "verified"));
    cr_expect(hv_word_is_near("--passphrase", "--passphrase-file"));
    cr_expect_not(hv_word_is_near("frobnicate", "list"));
    cr_expect_not(hv_word_is_near("ab", "cd"));
    cr_expect_not(hv_word_is_near("", "list"));
}

Test(words, long_words_do_not_overrun)
{
    char a[4096], b[4096];

    memset(a, 'a', sizeof(a) - 1);
    memset(b, 'b', sizeof(b) - 1);
    a[sizeof(a) - 1] = b[sizeof(b) - 1] = '\0';
    cr_expect_gt(hv_word_distance(a, b), 10);
    cr_expect_eq(hv_word_distance(a, a), 0);
}
