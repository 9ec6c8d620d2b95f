/*
 * test_bytes.c - the growing buffer and its ceiling, borrowed bytes, copies.
 */
#include "hvconsole/bytes.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

Test(buf, drops_what_passes_the_ceiling_and_stays_over)
{
    struct hv_buf buf = { .ceiling = 5 };

    hv_buf_add_str(&buf, "abc");
    hv_buf_add_str(&buf, "def");
    cr_expect(buf.is_over);
    cr_expect_str_eq(hv_buf_str(&buf), "abc");
    hv_buf_add_char(&buf, 'x'); /* would fit, but would leave a hole */
    hv_buf_addf(&buf, "%d", 7);
    cr_expect_str_eq(hv_buf_str(&buf), "abc");
    hv_buf_clear(&buf);
    cr_expect_not(buf.is_over);
    cr_expect_str_eq(hv_buf_str(&buf), "");
    hv_buf_add_str(&buf, "12345");
    cr_expect_not(buf.is_over);
    cr_expect_eq(buf.len, 5);
    hv_buf_release(&buf);
}

Test(buf, default_ceiling_is_64_mib)
{
    struct hv_buf buf = { 0 };
    size_t size = (size_t)64 * 1024 * 1024;
    char *data = hv_calloc(size, 1);

    hv_buf_add(&buf, data, size);
    cr_expect_not(buf.is_over);
    hv_buf_add_char(&buf, 'x');
    cr_expect(buf.is_over);
    cr_expect_eq(buf.len, size);
    hv_buf_release(&buf);
    free(data);
}

Test(buf, huge_length_does_not_wrap_round)
{
    struct hv_buf buf = { .ceiling = 100 };

    hv_buf_add_str(&buf, "ab");
    hv_buf_add(&buf, "x", SIZE_MAX);
    cr_expect(buf.is_over);
    cr_expect_eq(buf.len, 2);
    hv_buf_release(&buf);
}

Test(buf, empty_is_a_text)
{
    struct hv_buf buf = { 0 };

    cr_expect_str_eq(hv_buf_str(&buf), "");
    cr_expect_eq(hv_buf_bytes(&buf).len, 0);
    hv_buf_clear(&buf);
    hv_buf_add(&buf, NULL, 0);
    hv_buf_addf(&buf, "%s", "");
    cr_expect_str_eq(hv_buf_str(&buf), "");
    hv_buf_release(&buf);
    hv_buf_release(&buf);
}

Test(buf, grows_and_ends_in_nul)
{
    struct hv_buf buf = { 0 };

    for (int i = 0; i < 1000; i++)
        hv_buf_addf(&buf, "%d,", i % 10);
    cr_expect_eq(buf.len, 2000);
    cr_expect_eq(strlen(hv_buf_str(&buf)), 2000);
    cr_expect_eq(strncmp(hv_buf_str(&buf) + 1990, "5,6,7,8,9,", 11), 0);
    hv_buf_release(&buf);
}

Test(buf, keeps_nul_bytes)
{
    struct hv_buf buf = { 0 };
    struct hv_bytes some = { (const uint8_t *)"a\0b", 3 };

    hv_buf_add_bytes(&buf, some);
    cr_expect(hv_bytes_equal(hv_buf_bytes(&buf), some));
    hv_buf_release(&buf);
}

Test(bytes, equal_looks_at_every_byte)
{
    cr_expect(hv_bytes_equal((struct hv_bytes){ 0 }, hv_bytes_str("")));
    cr_expect(hv_bytes_equal(hv_bytes_str(NULL), hv_bytes_str("")));
    cr_expect_not(hv_bytes_equal(hv_bytes_str("a"), hv_bytes_str("ab")));
    cr_expect_not(hv_bytes_equal(hv_bytes_str("ab"), hv_bytes_str("ac")));
    cr_expect(hv_bytes_equal(hv_bytes_str("ab"), hv_bytes_str("ab")));
}

Test(bytes, trim_takes_xml_white_space_only)
{
    static const struct {
        const char *text;
        const char *want;
    } rows[] = {
        { "", "" },           { " \t\r\n", "" },        { " a b\n", "a b" },
        { "\va\f", "\va\f" }, { "\u00a0a", "\u00a0a" },
    };

    for (size_t i = 0; i < HV_LEN(rows); i++)
        cr_expect(hv_bytes_equal(hv_bytes_trim(hv_bytes_str(rows[i].text)),
                                 hv_bytes_str(rows[i].want)),
                  "row %zu", i);
}

Test(bytes, cut_gives_every_field_and_says_which_was_the_last)
{
    static const struct {
        const char *text;
        const char *fields[4];
    } rows[] = {
        { "a:b:c", { "a", "b", "c" } },
        { "a", { "a" } },
        { ":", { "", "" } },
        { "a:", { "a", "" } },
        { "::b", { "", "", "b" } },
        { "", { "" } },
    };

    for (size_t i = 0; i < HV_LEN(rows); i++) {
        struct hv_bytes rest = hv_bytes_str(rows[i].text);
        bool is_more = true;

        for (size_t n = 0; rows[i].fields[n]; n++) {
            struct hv_bytes field;

            cr_assert(is_more, "%s: too few", rows[i].text);
            is_more = hv_bytes_cut(&rest, ':', &field);
            cr_expect(hv_bytes_equal(field, hv_bytes_str(rows[i].fields[n])),
                      "%s: field %zu", rows[i].text, n);
        }
        cr_expect(!is_more && !rest.len, "%s: too many", rows[i].text);
    }
}

Test(bytes, copy_says_when_it_cuts)
{
    char small[4] = "zzz";

    cr_expect_not(hv_copy(small, sizeof(small), "abcd"));
    cr_expect_str_eq(small, "abc");
    cr_expect(hv_copy(small, sizeof(small), "xyz"));
    cr_expect_str_eq(small, "xyz");
    cr_expect_not(hv_copy(small, 0, "a"));
    cr_expect_str_eq(small, "xyz");
    cr_expect_not(hv_copy(small, 1, "a"));
    cr_expect_str_eq(small, "");
}

Test(bytes, memory_of_nothing_is_something)
{
    void *none = hv_calloc(0, 8);
    char *grown = hv_realloc_array(NULL, 0, 8);
    char *copy = hv_strdup("");

    cr_expect_not_null(none);
    cr_expect_not_null(grown);
    grown = hv_realloc_array(grown, 3, 2);
    memcpy(grown, "12345", 6);
    cr_expect_str_eq(copy, "");
    free(none);
    free(grown);
    free(copy);
}
