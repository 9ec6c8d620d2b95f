/*
 * test_writer.c - what XML cannot carry is refused, what is too long does not
 * overflow, and the bytes are exactly these.
 */
#include "core/wire/writer.h"

#include <criterion/criterion.h>
#include <string.h>

static void
setup(void)
{
    cr_assert_eq(hv_secret_start(NULL, NULL), HV_OK);
}

TestSuite(writer, .init = setup);

Test(writer, refuses_what_xml_cannot_carry)
{
    static const char *const bad[] = {
        "\x01",         "a\x1b",        "\x08",     "\xC3",
        "\xED\xA0\x80", "\xEF\xBF\xBF", "\xC0\xAF",
    };

    for (size_t i = 0; i < HV_LEN(bad); i++) {
        struct hv_buf buf = { 0 };
        struct hv_writer w = { .buf = &buf };

        hv_write_element_str(&w, "a", bad[i]);
        cr_expect_eq(hv_writer_check(&w, NULL), HV_ERR_FORMAT, "row %zu", i);
        hv_buf_release(&buf);
    }
}

Test(writer, fixed_memory_is_never_overrun)
{
    struct hv_secret secret = { 0 };
    struct hv_writer w = { .secret = &secret };

    cr_assert_eq(hv_secret_init(&secret, 5, NULL), HV_OK);
    hv_write_raw(&w, "<a>");
    hv_write_text(&w, hv_bytes_str("xyz"));
    hv_write_raw(&w, "q");
    cr_expect_eq(hv_writer_check(&w, NULL), HV_ERR_LIMIT);
    cr_expect_eq(w.len, 3);
    hv_secret_release(&secret);
}

Test(writer, ceiling_of_a_buffer)
{
    struct hv_buf buf = { .ceiling = 4 };
    struct hv_writer w = { .buf = &buf };

    hv_write_raw(&w, "<abc>");
    cr_expect_eq(hv_writer_check(&w, NULL), HV_ERR_LIMIT);
    hv_buf_release(&buf);
}

Test(writer, exact_bytes)
{
    static const char expected[] =
        "<r><t>a&amp;b&lt;c&gt;d&quot;e'f&#13;\n\t\xC3\xA4</t><n>-7</n>"
        "<id>00010203-0405-0607-0809-0a0b0c0d0e0f</id><k>AAEC</k><e></e>";
    struct hv_guid id;
    struct hv_buf buf = { 0 };
    struct hv_writer w = { .buf = &buf };
    static const uint8_t key[] = { 0, 1, 2 };

    for (size_t i = 0; i < 16; i++)
        id.b[i] = (uint8_t)i;
    hv_write_raw(&w, "<r>");
    hv_write_element_str(&w, "t", "a&b<c>d\"e'f\r\n\t\xC3\xA4");
    hv_write_element_int(&w, "n", -7);
    hv_write_element_guid(&w, "id", &id);
    hv_write_element_base64(&w, "k", (struct hv_bytes){ key, 3 });
    hv_write_element_str(&w, "e", "");
    cr_expect_eq(hv_writer_check(&w, NULL), HV_OK);
    cr_expect_str_eq(hv_buf_str(&buf), expected);
    cr_expect_eq(w.len, strlen(expected));
    hv_buf_release(&buf);
}

static void
write_key(struct hv_writer *w, const void *arg)
{
    hv_write_element_base64(w, "key", *(const struct hv_bytes *)arg);
}

/* Longer than one piece, of every remainder. */
Test(writer, secret_is_of_exactly_the_right_size)
{
    uint8_t key[150];

    memset(key, 0x5a, sizeof(key));
    for (size_t len = 94; len <= sizeof(key); len++) {
        struct hv_bytes data = { key, len };
        struct hv_secret out = { 0 };

        cr_assert_eq(hv_write_secret(write_key, &data, &out, NULL), HV_OK);
        cr_expect_eq(out.len, 11 + (len + 2) / 3 * 4, "%zu", len);
        cr_expect_eq(memcmp(out.data + out.len - 6, "</key>", 6), 0);
        cr_expect_null(memchr(out.data, '=', out.len - 8));
        hv_secret_release(&out);
    }
}
