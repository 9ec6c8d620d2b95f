/* test_marks.c - the gate and the offsets of header, info and content. */
#include "support.h"

#include <criterion/criterion.h>
#include <string.h>

#define DEEP31                                                                 \
    "<a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a>"                         \
    "<a><a><a><a><a><a><a><a><a><a><a><a><a><a><a>"

Test(marks, refuses_what_the_parser_must_not_see)
{
    static const char *const bad[] = {
        "",
        " ",
        "text",
        "<r>",
        "<r",
        "</r>",
        "<r></s>",
        "<r/><r/>",
        "<r a='></r>",
        "<r><!-- </r>",
        "<r><![CDATA[ </r>",
        "<r><?pi </r>",
        "<!DOCTYPE r><r/>",
        "<!DOCTYPE r [<!ENTITY e \"x\">]><r>&e;</r>",
        "<r><!ELEMENT r ANY></r>",
        "\xef\xbb\xbf<r/>",
        "<r>\xff</r>",
        "<r>\xc3</r>",
        "<?xml version=\"1.0\" encoding=\"utf-16\"?><r/>",
        "<?xml version=\"1.0\" encoding='ISO-8859-1'?><r/>",
        "<?xml version=\"1.0\" encoding=\"utf-88\"?><r/>",
        "<?xml version=\"1.0\"",
        "<r><header/><header/><info/></r>",
        "<r><header/><info/><info></info></r>",
        DEEP31 "<a><b/>",
    };

    for (size_t i = 0; i < HV_LEN(bad); i++) {
        struct sb_marks marks;

        cr_expect_not_null(sb_marks_find(hv_bytes_str(bad[i]), &marks),
                           "row %zu: %s", i, bad[i]);
    }
}

Test(marks, refuses_nul_and_long_tags)
{
    static const uint8_t nul[] = "<r>\0</r>";
    char tag[HV_MAX_XML_TAG + 64];
    struct sb_marks marks;

    cr_expect_not_null(
        sb_marks_find((struct hv_bytes){ nul, sizeof(nul) - 1 }, &marks));
    memset(tag, ' ', sizeof(tag));
    memcpy(tag, "<r", 2);
    memcpy(tag + sizeof(tag) - 3, "/>", 3);
    cr_expect_not_null(sb_marks_find(hv_bytes_str(tag), &marks));
    memcpy(tag + 100, "/>", 3);
    cr_expect_null(sb_marks_find(hv_bytes_str(tag), &marks));
}

Test(marks, finds_the_exact_bytes)
{
    static const struct {
        const char *body;
        const char *header;
        const char *info;
        const char *content;
    } rows[] = {
        { "<r><header/><info/></r>", "<header/>", "<info/>", "" },
        { "<r>\n <header a='>'>\r\n</header >\n<info />\n</r>\n",
          "<header a='>'>\r\n</header >", "<info />", "" },
        { "<?xml version='1.0' encoding=\"UTF-8\"?>\n<!-- <info/> --><w:r "
          "xmlns:w='u'><header>&lt;</header><info a=\"</info>\"><![CDATA["
          "</info>]]></info></w:r>",
          "<header>&lt;</header>",
          "<info a=\"</info>\"><![CDATA[</info>]]></info>", "" },
        { "<r><header><info/></header><info><header/><info>x</info></info></r>",
          "<header><info/></header>", "<info><header/><info>x</info></info>",
          "" },
        { "<r><header/><w:info/><x><info/></x></r>", "<header/>", "", "" },
        { "<r><header/><info><auth-info><credential><appserver2><sig>s</sig>"
          "<content> <a/></content></appserver2></credential></auth-info>"
          "</info></r>",
          "<header/>",
          "<info><auth-info><credential><appserver2><sig>s</sig><content> <a/>"
          "</content></appserver2></credential></auth-info></info>",
          "<content> <a/></content>" },
        { "<r><info><content/></info></r>", "", "<info><content/></info>", "" },
    };

    for (size_t i = 0; i < HV_LEN(rows); i++) {
        struct sb_marks marks;
        const char *why = sb_marks_find(hv_bytes_str(rows[i].body), &marks);

        cr_assert_null(why, "row %zu: %s", i, why);
        cr_expect(hv_bytes_equal(marks.header, hv_bytes_str(rows[i].header)),
                  "row %zu header", i);
        cr_expect(hv_bytes_equal(marks.info, hv_bytes_str(rows[i].info)),
                  "row %zu info", i);
        cr_expect(hv_bytes_equal(marks.content, hv_bytes_str(rows[i].content)),
                  "row %zu content", i);
    }
}

Test(marks, refuses_a_second_signed_content)
{
    static const char body[] =
        "<r><header/><info><auth-info><credential><a><content/><content/></a>"
        "</credential></auth-info></info></r>";
    struct sb_marks marks;

    cr_expect_not_null(sb_marks_find(hv_bytes_str(body), &marks));
}
