/*
 * test_keymap.c - names of keys and sequences.
 */
#include "tui/app/keymap.h"

#include <criterion/criterion.h>

Test(keymap, refuses_what_is_no_key)
{
    static const char *const bad[] = {
        "",   " ",     "<Nothing>", "<",    "<Enter", "abcde",
        "\t", "a\x01", "\xff",      "\x7f", "a b",
    };

    for (size_t i = 0; i < HV_LEN(bad); i++) {
        struct hv_sequence out = { .len = 7 };
        enum hv_status st = hv_keys_parse(bad[i], &out);

        if (i == 3) { /* "<" alone is the character */
            cr_expect_eq(st, HV_OK);
            continue;
        }
        cr_expect_eq(st, HV_ERR_FORMAT, "row %zu", i);
        cr_expect_eq(out.len, 7, "row %zu was changed", i);
    }
}

Test(keymap, reads_keys_as_they_are_shown)
{
    static const struct {
        const char *keys;
        int len;
        int32_t first;
    } rows[] = {
        { "R", 1, 'R' },
        { "^d", 1, 4 },
        { "<Enter>", 1, HV_PRESS_ENTER },
        { "yi", 2, 'y' },
        { "<F12>", 1, HV_PRESS_F12 },
        { "^", 1, '^' },
        { "\xc3\xbc", 1, 0xfc },
        { "[", 1, '[' },
    };

    for (size_t i = 0; i < HV_LEN(rows); i++) {
        struct hv_sequence out;
        char name[24];

        cr_assert_eq(hv_keys_parse(rows[i].keys, &out), HV_OK, "row %zu", i);
        cr_expect_eq(out.len, rows[i].len, "row %zu", i);
        cr_expect_eq(out.codes[0], rows[i].first, "row %zu", i);
        hv_keys_name(rows[i].keys, name);
        cr_expect_neq(name[0], 0);
    }
}

Test(keymap, finds_prefixes_and_whole_sequences)
{
    static const struct hv_binding table[] = {
        { "yi", "copy id", NULL, NULL },
        { "yu", "copy url", NULL, NULL },
        { "R", "key rotate %id", NULL, NULL },
        { 0 },
    };
    static const struct {
        const char *keys;
        enum hv_match match;
        int row;
    } rows[] = {
        { "y", HV_MATCH_PREFIX, -1 }, { "yu", HV_MATCH_FULL, 1 },
        { "yx", HV_MATCH_NONE, -1 },  { "R", HV_MATCH_FULL, 2 },
        { "r", HV_MATCH_NONE, -1 },   { "Ry", HV_MATCH_NONE, -1 },
    };

    for (size_t i = 0; i < HV_LEN(rows); i++) {
        const struct hv_binding *found = NULL;
        struct hv_sequence keys;

        cr_assert_eq(hv_keys_parse(rows[i].keys, &keys), HV_OK);
        cr_expect_eq(hv_keymap_find(table, &keys, &found), rows[i].match,
                     "row %zu", i);
        if (rows[i].row >= 0)
            cr_expect_eq(found, &table[rows[i].row], "row %zu", i);
    }
    cr_expect(hv_keys_clash("y", "yi"));
    cr_expect(hv_keys_clash("yi", "yi"));
    cr_expect_not(hv_keys_clash("yi", "yu"));
    cr_expect_not(hv_keys_clash("R", "r"));
}
