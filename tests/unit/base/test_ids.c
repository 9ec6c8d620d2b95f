/*
 * test_ids.c - the forms of GUIDs and key version ids.
 */
#include "hvconsole/ids.h"
#include "hvconsole/secret.h"

#include <criterion/criterion.h>
#include <string.h>

#define SAMPLE "0b2e4f66-1234-4abc-8def-0123456789a1"

Test(guid, refuses_other_forms)
{
    static const char *const bad[] = {
        "",
        " ",
        "{0b2e4f66-1234-4abc-8def-0123456789a1}",
        "(0b2e4f66-1234-4abc-8def-0123456789a1)",
        "0b2e4f6612344abc8def0123456789a1",
        "0b2e4f66-1234-4abc-8def-0123456789a",
        "0b2e4f66-1234-4abc-8def-0123456789a12",
        "0b2e4f66-1234-4abc-8def-0123456789ag",
        "0b2e4f66-1234-4abc-8def 0123456789a1",
        "0b2e4f661-234-4abc-8def-0123456789a1",
        "0b2e4f66-1234-4abc-8def--123456789a1",
        "0b2e4f66_1234_4abc_8def_0123456789a1",
        "0b2e4f66-1234-4abc- 8def-123456789a1",
        "\v0b2e4f66-1234-4abc-8def-0123456789a1",
        "x0b2e4f66-1234-4abc-8def-0123456789a1",
    };

    for (size_t i = 0; i < HV_LEN(bad); i++) {
        struct hv_guid id = { { 7 } };

        cr_expect_eq(hv_guid_parse(bad[i], &id), HV_ERR_FORMAT, "row %zu", i);
        cr_expect_eq(id.b[0], 7, "row %zu wrote its output", i);
    }
    cr_expect_eq(hv_guid_parse(NULL, &(struct hv_guid){ 0 }), HV_ERR_FORMAT);
}

Test(guid, refuses_a_nul_inside)
{
    struct hv_guid id;
    char text[] = SAMPLE;

    text[35] = '\0';
    cr_expect_eq(
        hv_guid_parse_bytes((struct hv_bytes){ (uint8_t *)text, 36 }, &id),
        HV_ERR_FORMAT);
}

Test(guid, reads_either_case_and_white_space_round_it)
{
    static const char *const good[] = {
        SAMPLE,
        "0B2E4F66-1234-4ABC-8DEF-0123456789A1",
        "\r\n\t 0b2e4F66-1234-4abC-8dEf-0123456789A1 \n",
    };

    for (size_t i = 0; i < HV_LEN(good); i++) {
        struct hv_guid id;
        char text[HV_GUID_TEXT];

        cr_assert_eq(hv_guid_parse(good[i], &id), HV_OK, "row %zu", i);
        cr_expect_eq(id.b[0], 0x0b);
        cr_expect_eq(id.b[15], 0xa1);
        hv_guid_format(&id, text);
        cr_expect_str_eq(text, SAMPLE);
    }
}

Test(guid, short_form_fits)
{
    struct hv_guid id;
    char text[HV_GUID_SHORT];

    cr_assert_eq(hv_guid_parse(SAMPLE, &id), HV_OK);
    hv_guid_short(&id, text);
    cr_expect_str_eq(text, "0b2e..9a1");
}

Test(guid, compares_all_bytes)
{
    struct hv_guid a = { { 0 } };
    struct hv_guid b = { { 0 } };

    cr_expect(hv_guid_is_zero(&a));
    cr_expect(hv_guid_equal(&a, &b));
    b.b[15] = 1;
    cr_expect_not(hv_guid_is_zero(&b));
    cr_expect_not(hv_guid_equal(&a, &b));
    cr_expect_lt(hv_guid_compare(&a, &b), 0);
    cr_expect_gt(hv_guid_compare(&b, &a), 0);
    cr_expect_eq(hv_guid_compare(&a, &a), 0);
}

Test(guid, prefix)
{
    static const struct {
        const char *prefix;
        bool is_match;
    } rows[] = {
        { "", false },
        { "0", false },
        { "0b2", false },
        { "0b2f", false },
        { "0b-2e", false },
        { "-0b2e", false },
        { "----", false },
        { "0b2e4f66--1234", false },
        { "0b2e4f661-", false },
        { "0b2e4f66-1234-4abc-8def-0123456789a1-", false },
        { "0b2e4f66-1234-4abc-8def-0123456789a10", false },
        { "0b2e ", false },
        { "0b2G", false },
        { "0b2e", true },
        { "0B2E4F", true },
        { "0b2e4f66", true },
        { "0b2e4f66-", true },
        { "0b2e4f66-12", true },
        { "0b2e4f6612344ABC", true },
        { "0b2e4f66-12344abc", true },
        { SAMPLE, true },
    };
    struct hv_guid id;

    cr_assert_eq(hv_guid_parse(SAMPLE, &id), HV_OK);
    cr_expect_not(hv_guid_matches(&id, NULL));
    for (size_t i = 0; i < HV_LEN(rows); i++)
        cr_expect_eq(hv_guid_matches(&id, rows[i].prefix), rows[i].is_match,
                     "row %zu: %s", i, rows[i].prefix);
}

static void
all_ones(void *out, size_t len)
{
    memset(out, 0xff, len);
}

Test(guid, random_is_version_4)
{
    struct hv_guid a = hv_guid_random();
    struct hv_guid b = hv_guid_random();
    char text[HV_GUID_TEXT];

    cr_expect_not(hv_guid_equal(&a, &b));
    hv_random_set(all_ones);
    a = hv_guid_random();
    hv_random_set(NULL);
    hv_guid_format(&a, text);
    cr_expect_str_eq(text, "ffffffff-ffff-4fff-bfff-ffffffffffff");
}

#define FIFTY "aaaaaaaaaabbbbbbbbbbccccccccccDDDDDDDDDD0123456-89"

Test(key_version, refuses_other_characters_and_lengths)
{
    static const char *const bad[] = { "",    " ",   "a b",      "a ",
                                       " a",  "a_b", "a.b",      "a:b",
                                       "a\n", "a/b", "\xc3\xa9", FIFTY "x" };
    struct hv_key_version id = { "old" };

    for (size_t i = 0; i < HV_LEN(bad); i++)
        cr_expect_eq(hv_key_version_parse(hv_bytes_str(bad[i]), &id),
                     HV_ERR_FORMAT, "row %zu", i);
    cr_expect_eq(hv_key_version_parse(
                     (struct hv_bytes){ (const uint8_t *)"a\0b", 3 }, &id),
                 HV_ERR_FORMAT);
    cr_expect_str_eq(id.id, "old");
}

Test(key_version, is_compared_exactly)
{
    struct hv_key_version a;
    struct hv_key_version b;

    cr_assert_eq(hv_key_version_parse(hv_bytes_str(FIFTY), &a), HV_OK);
    cr_expect_str_eq(a.id, FIFTY);
    cr_assert_eq(hv_key_version_parse(hv_bytes_str("Key-1"), &a), HV_OK);
    cr_assert_eq(hv_key_version_parse(hv_bytes_str("key-1"), &b), HV_OK);
    cr_expect_not(hv_key_version_equal(&a, &b));
    cr_expect(hv_key_version_equal(&a, &a));
}
