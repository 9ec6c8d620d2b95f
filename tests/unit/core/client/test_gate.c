/*
 * test_gate.c - what never reaches libxml2, and what libxml2 then refuses.
 */
#include "core/wire/gate.h"
#include "core/wire/reader.h"
#include "hvconsole/limits.h"

#include <criterion/criterion.h>
#include <libxml/parser.h>
#include <stdlib.h>
#include <string.h>

static enum hv_status
gate(struct hv_bytes doc)
{
    struct hv_bytes body;

    return hv_xml_gate(doc, 64, 4, &body, NULL);
}

Test(gate, refuses)
{
    static const char *const bad[] = {
        "",
        " ",
        "text",
        "<",
        "<a",
        "<a>",
        "</a>",
        "<a></a></a>",
        "<a/",
        "<!",
        "<!DOCTYPE a><a/>",
        "<!doctype a><a/>",
        "<!DOCTYPE a [<!ENTITY x \"y\">]><a>&x;</a>",
        "<a><!ENTITY x \"y\"></a>",
        "<a><!ELEMENT b ANY></a>",
        "<a><![cdata[x]]></a>",
        "<a><![INCLUDE[x]]></a>",
        "<a><![CDATA[x]></a>",
        "<a><!-- x -></a>",
        "<a><!--></a>",
        "<?xml version=\"1.0\" encoding=\"UTF-16\"?><a/>",
        "<?xml version='1.0' encoding='iso-8859-1'?><a/>",
        "<?xml version=\"1.0\" encoding=\"utf-80\"?><a/>",
        "<?xml version=\"1.0\" encoding?><a/>",
        "<?xml version=1.0 encoding=utf-8?><a/>",
        "<?xml version=\"1.0><a/>",
        "<?pi",
        "<?pi ><a/>",
        "\xEF\xBB\xBF\xEF\xBB\xBF<a/>",
        "\xFF\xFE<\0a\0",
        "<a>\xC3</a>",
        "<a>\xC0\x80</a>",
        "<a>\xED\xA0\x80</a>",
        "<a>\xF4\x90\x80\x80</a>",
        "<a>\xEF\xBF\xBE</a>",
        "<a>\x01</a>",
        "<a>\x1b[2J</a>",
        "<a b=\"<c>\"/>",
        "<a b='x/>",
        "<a <b/>",
        "<a><b><c><d><e/></d></c></b></a>",
        /* one byte too many in a tag, in each kind of markup with a limit */
        "<a b=\"01234567890123456789012345678901234567890123456789012345\"/>",
        "<?x 01234567890123456789012345678901234567890123456789012345678?><a/>",
    };

    for (size_t i = 0; i < HV_LEN(bad); i++)
        cr_expect_eq(gate(hv_bytes_str(bad[i])), HV_ERR_FORMAT, "row %zu: %s",
                     i, bad[i]);
    cr_expect_eq(gate((struct hv_bytes){ (const uint8_t *)"<a>\0</a>", 8 }),
                 HV_ERR_FORMAT);
    cr_expect_eq(gate((struct hv_bytes){ NULL, 0 }), HV_ERR_FORMAT);
}

Test(gate, lets_through)
{
    static const char *const good[] = {
        "<a/>",
        "<a />",
        "<a></a>",
        "\n<a>x</a>\n",
        "\xEF\xBB\xBF<a/>",
        "<?xml version=\"1.0\"?><a/>",
        "<?xml version='1.0' encoding='Utf-8' standalone='yes'?><a/>",
        "<?xml  version = \"1.0\"  encoding = \"UTF-8\" ?><a/>",
        "<a><!-- <!DOCTYPE x> > & --></a>",
        "<a><![CDATA[<!ENTITY>]]></a>",
        "<a b='>' c=\">\">&amp;&#65;</a>",
        "<?pi x?><a/><!-- y -->",
        "<a>\xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80</a>",
        "<a><b><c><d/></c></b></a>",
        "<a><b><c><d></d></c></b></a>",
        "<a b=\"0123456789012345678901234567890123456789012345678901234\"/>",
    };

    for (size_t i = 0; i < HV_LEN(good); i++)
        cr_expect_eq(gate(hv_bytes_str(good[i])), HV_OK, "row %zu: %s", i,
                     good[i]);
}

Test(gate, body_is_the_document_without_one_mark)
{
    static const char doc[] = "\xEF\xBB\xBF<a/>";
    struct hv_bytes body = { 0 };

    cr_assert_eq(hv_xml_gate(hv_bytes_str(doc), 64, 4, &body, NULL), HV_OK);
    cr_expect_eq(body.data, (const uint8_t *)doc + 3);
    cr_expect_eq(body.len, 4);
}

Test(gate, sentences_do_not_quote_the_document)
{
    struct hv_error err = { 0 };
    struct hv_bytes body;

    cr_expect_eq(hv_xml_gate(hv_bytes_str("<key>c2VjcmV0<!DOCTYPE c2VjcmV0>"),
                             64, 4, &body, &err),
                 HV_ERR_FORMAT);
    cr_expect_null(strstr(err.why, "c2V"));
    cr_expect(strstr(err.why, "document type"));
}

Test(gate, too_many_elements)
{
    size_t count = ((size_t)1 << 20) + 1;
    struct hv_buf doc = { 0 };
    struct hv_bytes body;

    hv_buf_add_str(&doc, "<a>");
    for (size_t i = 0; i < count; i++)
        hv_buf_add_str(&doc, "<b/>");
    hv_buf_add_str(&doc, "</a>");
    cr_expect_eq(hv_xml_gate(hv_buf_bytes(&doc), 64, 4, &body, NULL),
                 HV_ERR_FORMAT);
    hv_buf_release(&doc);
}

static enum hv_status
parse(const char *text, xmlDocPtr *out, struct hv_error *err)
{
    return hv_xml_parse(hv_bytes_str(text), HV_MAX_XML_TAG, HV_MAX_XML_DEPTH,
                        out, err);
}

Test(parse, refuses_what_the_gate_cannot_see)
{
    static const char *const bad[] = {
        "<a></b>",
        "<a/><b/>",
        "<a/>x",
        "<a b='1' b='2'/>",
        "<a>&x;</a>",
        "<a>&#0;</a>",
        "<a>&#xFFFE;</a>",
        "<a>&</a>",
        "<a b='&y;'/>",
        "<a>]]></a>",
        " <?xml version=\"1.0\"?><a/>",
        "<wc:a/>",
        "<1/>",
        "<a xmlns:p=''/>",
        "<a></a ><![CDATA[]]>",
    };

    for (size_t i = 0; i < HV_LEN(bad); i++) {
        xmlDocPtr doc = NULL;
        struct hv_error err = { 0 };

        cr_expect_eq(parse(bad[i], &doc, &err), HV_ERR_FORMAT, "row %zu: %s", i,
                     bad[i]);
        cr_expect_null(doc);
        cr_expect_str_not_empty(err.why);
    }
}

Test(parse, text_is_one_node_whatever_it_was_written_as)
{
    xmlDocPtr doc = NULL;
    const xmlNode *root;
    struct hv_bytes text;

    cr_assert_eq(parse("<a b='x&amp;&lt;&#65;\"'>1<!-- c -->&amp;<![CDATA[<]]>"
                       "<?pi?>&#66;</a>",
                       &doc, NULL),
                 HV_OK);
    root = xmlDocGetRootElement(doc);
    cr_assert_eq(hv_xml_text(root, &text, NULL), HV_OK);
    cr_expect(hv_bytes_equal(text, hv_bytes_str("1&<B")));
    cr_expect(
        hv_bytes_equal(hv_xml_attribute(root, "b"), hv_bytes_str("x&<A\"")));
    xmlFreeDoc(doc);
}

Test(parse, external_entities_are_never_loaded)
{
    /* Behind the gate's back, as a second parser in the process would. */
    static const char doc[] = "<!DOCTYPE a [<!ENTITY x SYSTEM "
                              "\"/etc/hostname\">]><a>&x;</a>";
    xmlDocPtr made;

    hv_xml_start();
    made = xmlReadMemory(doc, sizeof(doc) - 1, NULL, NULL,
                         XML_PARSE_NOENT | XML_PARSE_NOERROR |
                             XML_PARSE_NOWARNING);
    if (made) {
        xmlChar *text = xmlNodeGetContent(xmlDocGetRootElement(made));

        cr_expect_str_empty((const char *)text);
        xmlFree(text);
    }
    xmlFreeDoc(made);
}
