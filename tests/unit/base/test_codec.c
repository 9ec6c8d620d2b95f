/*
 * test_codec.c - base64, hexadecimal, percent: what is refused first. The good
 * rows of base64 are those of RFC 4648.
 */
#include "hvconsole/codec.h"

#include <criterion/criterion.h>
#include <string.h>

#define UNTOUCHED 0xee

static bool
holds_nothing(const uint8_t *out, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if (out[i] != 0 && out[i] != UNTOUCHED)
            return false;
    }
    return true;
}

Test(base64, refuses_all_but_the_canonical_form)
{
    static const char
        *const
            bad
                [] = {
                    "Z",          "Zg",         "Zg=",
                    "Zg===",      "Zg==Zg==",   "Zm9v=",
                    "Zm9vY",      "Zm9vYg",     "Zm9v Yg==",
                    "Zm9vYg==\n", " Zm9v",      "Zm9v\r\n",
                    "\tZm9v",     "Zh==",       "Zv==",
                    "Zn==",       "Z/==", /* one byte, trailing bits set */
                    "Zm9=",       "Zm8B=",      "Zm9/=",
                    "Zm+=", /* two bytes, trailing bits set */
                    "=",          "==",         "===",
                    "====",       "=m9v",       "Z=9v",
                    "Zm=v",       "Zm9v====",   "=Zg=",
                    "Z===",       "Zm9v=Zm9",   "Zm9vZ===",
                    "Zm9-",       "Zm9_",       "Zm9.",
                    "Zm9v!bar",   "Zm\xc3\xa9", "Zm9\xff",
                    "Zm9\x80",
                };

    for (size_t i = 0; i < HV_LEN(bad); i++) {
        uint8_t out[32];
        size_t len = 99;

        memset(out, UNTOUCHED, sizeof(out));
        cr_expect_eq(
            hv_base64_decode(bad[i], strlen(bad[i]), out, sizeof(out), &len),
            HV_ERR_FORMAT, "row %zu: %s", i, bad[i]);
        cr_expect_eq(len, 0, "row %zu", i);
        cr_expect(holds_nothing(out, sizeof(out)), "row %zu", i);
    }
}

Test(base64, refuses_a_nul_inside)
{
    static const char text[] = "Zm9v\0m9v";
    uint8_t out[32];
    size_t len;

    cr_expect_eq(hv_base64_decode(text, 8, out, sizeof(out), &len),
                 HV_ERR_FORMAT);
    cr_expect_eq(hv_base64_decode_xml(text, 8, out, sizeof(out), &len),
                 HV_ERR_FORMAT);
}

Test(base64, every_byte_that_is_no_character_is_refused)
{
    static const char alphabet[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

    for (int c = 0; c < 256; c++) {
        char text[4] = { (char)c, 'A', 'A', 'A' };
        const char *at = c ? strchr(alphabet, c) : NULL;
        uint8_t out[3];
        size_t len;
        enum hv_status st =
            hv_base64_decode(text, sizeof(text), out, sizeof(out), &len);

        cr_expect_eq(st, at ? HV_OK : HV_ERR_FORMAT, "byte %d", c);
        if (at)
            cr_expect_eq(out[0], (at - alphabet) << 2, "byte %d", c);
    }
}

Test(base64, says_when_there_is_no_room_and_leaves_nothing)
{
    uint8_t out[8];
    size_t len = 99;

    memset(out, UNTOUCHED, sizeof(out));
    cr_expect_eq(hv_base64_decode("Zm9vYmFy", 8, out, 5, &len), HV_ERR_LIMIT);
    cr_expect_eq(len, 0);
    cr_expect(holds_nothing(out, sizeof(out)));
    cr_expect_eq(out[5], UNTOUCHED);
    cr_expect_eq(hv_base64_decode("Zg==", 4, NULL, 0, &len), HV_ERR_LIMIT);
    cr_expect_eq(hv_base64_decode("Zh==", 4, NULL, 0, &len), HV_ERR_FORMAT);
}

Test(base64, rfc4648_both_ways)
{
    static const struct {
        const char *plain;
        const char *text;
    } rows[] = {
        { "", "" },
        { "f", "Zg==" },
        { "fo", "Zm8=" },
        { "foo", "Zm9v" },
        { "foob", "Zm9vYg==" },
        { "fooba", "Zm9vYmE=" },
        { "foobar", "Zm9vYmFy" },
    };

    for (size_t i = 0; i < HV_LEN(rows); i++) {
        size_t plain_len = strlen(rows[i].plain);
        char text[HV_BASE64_SIZE(6)];
        uint8_t out[6];
        size_t len = 99;

        hv_base64_encode((const uint8_t *)rows[i].plain, plain_len, text);
        cr_expect_str_eq(text, rows[i].text);
        cr_expect_eq(strlen(text) + 1, HV_BASE64_SIZE(plain_len));
        cr_expect_eq(hv_base64_decode(text, strlen(text), out, plain_len, &len),
                     HV_OK);
        cr_expect_eq(len, plain_len);
        cr_expect_eq(memcmp(out, rows[i].plain, len), 0);
    }
}

Test(base64, all_byte_values_both_ways)
{
    uint8_t data[256];
    uint8_t back[256];
    char text[HV_BASE64_SIZE(256)];
    size_t len;

    for (size_t i = 0; i < sizeof(data); i++)
        data[i] = (uint8_t)(255 - i);
    for (size_t used = 0; used <= sizeof(data); used++) {
        hv_base64_encode(data, used, text);
        cr_assert_eq(hv_base64_decode(text, strlen(text), back, used, &len),
                     HV_OK, "length %zu", used);
        cr_expect_eq(len, used);
        cr_expect_eq(memcmp(back, data, used), 0);
    }
}

Test(base64, xml_drops_white_space_and_nothing_else)
{
    static const char *const good[] = { "Zm9v\r\nYmFy\r\n", " Z m9vYmF\ty",
                                        "Zm9vYmFy", "\nZm9vYmFy" };
    static const char *const bad[] = { "Zm9v\vYmFy", "Zm9v\u00a0YmFy",
                                       "Zm9vYh =\n=", "Zm9vYmF\n" };
    uint8_t out[16];
    size_t len;

    for (size_t i = 0; i < HV_LEN(bad); i++)
        cr_expect_eq(hv_base64_decode_xml(bad[i], strlen(bad[i]), out,
                                          sizeof(out), &len),
                     HV_ERR_FORMAT, "row %zu", i);
    for (size_t i = 0; i < HV_LEN(good); i++) {
        cr_expect_eq(
            hv_base64_decode_xml(good[i], strlen(good[i]), out, 6, &len), HV_OK,
            "row %zu", i);
        cr_expect_eq(len, 6);
        cr_expect_eq(memcmp(out, "foobar", 6), 0);
    }
    cr_expect_eq(hv_base64_decode_xml("Zg =\n=", 6, out, 1, &len), HV_OK);
    cr_expect_eq(len, 1);
}

Test(hex, refuses_other_lengths_and_characters)
{
    static const char *const bad[] = { "",     "0",       "000",  "00000",
                                       "0g00", "g000",    "00 0", "-100",
                                       "0x00", "00\xffz", "@@@@", "``0a",
                                       "//00", "::00",    "GG00" };

    for (size_t i = 0; i < HV_LEN(bad); i++) {
        uint8_t out[2] = { UNTOUCHED, UNTOUCHED };

        cr_expect_eq(hv_hex_decode(bad[i], out, 2), HV_ERR_FORMAT, "row %zu",
                     i);
        cr_expect(holds_nothing(out, 2), "row %zu", i);
    }
}

Test(hex, both_ways_and_either_case)
{
    uint8_t data[256];
    uint8_t back[256];
    char text[HV_HEX_SIZE(256)];

    for (size_t i = 0; i < sizeof(data); i++)
        data[i] = (uint8_t)i;
    hv_hex_encode(data, sizeof(data), text);
    cr_expect_eq(strncmp(text, "000102", 6), 0);
    cr_expect_str_eq(text + 506, "fdfeff");
    cr_expect_eq(hv_hex_decode(text, back, sizeof(back)), HV_OK);
    cr_expect_eq(memcmp(data, back, sizeof(data)), 0);
    cr_expect_eq(hv_hex_decode("aBCdEf09", back, 4), HV_OK);
    cr_expect_eq(memcmp(back, "\xab\xcd\xef\x09", 4), 0);
    cr_expect_eq(hv_hex_decode("", back, 0), HV_OK);
}

Test(percent, refuses_bad_escapes)
{
    static const struct {
        const char *text;
        const char *before;
    } bad[] = {
        { "%", "" },   { "a%", "a" },      { "ab%4", "ab" },
        { "%4g", "" }, { "a%%41", "a" },   { "%-1", "" },
        { "%+1", "" }, { "%41%x0b", "A" }, { "% 41", "" },
    };

    for (size_t i = 0; i < HV_LEN(bad); i++) {
        struct hv_buf out = { 0 };

        cr_expect_eq(hv_percent_decode(&out, hv_bytes_str(bad[i].text), true),
                     HV_ERR_FORMAT, "row %zu", i);
        cr_expect_str_eq(hv_buf_str(&out), bad[i].before);
        hv_buf_release(&out);
    }
}

Test(percent, decodes_one_level)
{
    struct hv_buf out = { 0 };
    struct hv_bytes text = hv_bytes_str("a+b%2b%2541%c3%A9%00");

    cr_expect_eq(hv_percent_decode(&out, text, true), HV_OK);
    cr_expect_eq(out.len, 10);
    cr_expect_eq(memcmp(out.data, "a b+%41\xc3\xa9\0", 10), 0);
    hv_buf_clear(&out);
    cr_expect_eq(hv_percent_decode(&out, hv_bytes_str("a+b"), false), HV_OK);
    cr_expect_str_eq(hv_buf_str(&out), "a+b");
    hv_buf_release(&out);
}

Test(percent, encodes_all_but_unreserved)
{
    struct hv_buf out = { 0 };
    uint8_t all[256];
    struct hv_buf back = { 0 };

    hv_percent_encode(&out, hv_bytes_str("AZaz09-._~ +/?&=%\xc3\xa9\x7f"));
    cr_expect_str_eq(hv_buf_str(&out),
                     "AZaz09-._~%20%2B%2F%3F%26%3D%25%C3%A9%7F");
    hv_buf_clear(&out);
    for (size_t i = 0; i < sizeof(all); i++)
        all[i] = (uint8_t)i;
    hv_percent_encode(&out, (struct hv_bytes){ all, sizeof(all) });
    cr_expect_eq(out.len, 66 + 3 * (256 - 66));
    cr_expect_eq(hv_percent_decode(&back, hv_buf_bytes(&out), true), HV_OK);
    cr_expect(hv_bytes_equal(hv_buf_bytes(&back),
                             (struct hv_bytes){ all, sizeof(all) }));
    hv_buf_release(&out);
    hv_buf_release(&back);
}
