/*
 * test_reader.c - elements that are missing, doubled or of the wrong kind
 * before those that are right.
 */
#include "core/wire/gate.h"
#include "core/wire/reader.h"

#include <criterion/criterion.h>
#include <string.h>

static xmlDocPtr doc;

static const xmlNode *
root_of(const char *text)
{
    struct hv_error err = { 0 };

    cr_assert_eq(hv_xml_parse(hv_bytes_str(text), 4096, 32, &doc, &err), HV_OK,
                 "%s", err.why);
    return xmlDocGetRootElement(doc);
}

static void
drop(void)
{
    xmlFreeDoc(doc);
    doc = NULL;
}

Test(reader, one_refuses_missing_and_double, .fini = drop)
{
    const xmlNode *root = root_of("<a><b/><b/><n:c xmlns:n='x'/></a>");
    const xmlNode *node = NULL;
    struct hv_error err = { 0 };

    cr_expect_eq(hv_xml_one(root, "b", true, &node, &err), HV_ERR_FORMAT);
    cr_expect_str_eq(err.why, "element a has more than one b");
    cr_expect_eq(hv_xml_one(root, "d", true, &node, NULL), HV_ERR_FORMAT);
    /* Of another namespace: not ours. */
    cr_expect_eq(hv_xml_one(root, "c", true, &node, NULL), HV_ERR_FORMAT);
    cr_expect_eq(hv_xml_one(root, "d", false, &node, NULL), HV_OK);
    cr_expect_null(node);
}

Test(reader, text_refuses_elements, .fini = drop)
{
    const xmlNode *root = root_of("<a><b>x<c/></b><d> t </d><e/></a>");
    struct hv_bytes text = { 0 };

    cr_expect_eq(hv_xml_one_text(root, "b", true, &text, NULL), HV_ERR_FORMAT);
    cr_expect_eq(hv_xml_one_text(root, "d", true, &text, NULL), HV_OK);
    cr_expect(hv_bytes_equal(text, hv_bytes_str("t")));
    cr_expect_eq(hv_xml_one_text(root, "e", true, &text, NULL), HV_OK);
    cr_expect_eq(text.len, 0);
}

Test(reader, typed_texts, .fini = drop)
{
    const xmlNode *root = root_of(
        "<a><g>\n 8D4E1F92-66b3-4c1a-8f07-2b9d5e60c3a1 </g><x>{8d4e1f92-66b3-"
        "4c1a-8f07-2b9d5e60c3a1}</x><t> 1 </t><f>false</f><u>TRUE</u></a>");
    struct hv_guid id = { 0 };
    bool flag = true;

    cr_expect_eq(hv_xml_one_guid(root, "x", true, &id, NULL), HV_ERR_FORMAT);
    cr_expect_eq(hv_xml_one_guid(root, "none", false, &id, NULL), HV_OK);
    cr_expect(hv_guid_is_zero(&id));
    cr_expect_eq(hv_xml_one_guid(root, "g", true, &id, NULL), HV_OK);
    cr_expect_eq(id.b[0], 0x8d);
    cr_expect_eq(hv_xml_one_bool(root, "u", &flag, NULL), HV_ERR_FORMAT);
    cr_expect_eq(hv_xml_one_bool(root, "f", &flag, NULL), HV_OK);
    cr_expect_not(flag);
    cr_expect_eq(hv_xml_one_bool(root, "t", &flag, NULL), HV_OK);
    cr_expect(flag);
    cr_expect_eq(hv_xml_one_bool(root, "none", &flag, NULL), HV_OK);
    cr_expect_not(flag);
}

Test(reader, path_names_what_is_missing, .fini = drop)
{
    const xmlNode *root = root_of("<a><b><c/></b></a>");
    const xmlNode *node = NULL;
    struct hv_error err = { 0 };

    cr_expect_eq(hv_xml_path(root, "b/c/d", &node, &err), HV_ERR_FORMAT);
    cr_expect_str_eq(err.why, "element c lacks its d");
    cr_expect_eq(hv_xml_path(root, "b/c", &node, NULL), HV_OK);
    cr_expect_str_eq((const char *)node->name, "c");
}

Test(reader, attributes, .fini = drop)
{
    const xmlNode *root = root_of("<a xmlns:n='x' n:b='1' c='' d='2'/>");

    cr_expect_null(hv_xml_attribute(root, "b").data);
    cr_expect_not_null(hv_xml_attribute(root, "c").data);
    cr_expect_eq(hv_xml_attribute(root, "c").len, 0);
    cr_expect(hv_bytes_equal(hv_xml_attribute(root, "d"), hv_bytes_str("2")));
}

Test(reader, copies_are_cut_between_characters)
{
    char out[5];

    hv_bytes_copy(out, sizeof(out), hv_bytes_str("abc\xE2\x82\xAC"));
    cr_expect_str_eq(out, "abc");
    hv_bytes_copy(out, sizeof(out), hv_bytes_str("a\xE2\x82\xAC"));
    cr_expect_str_eq(out, "a\xE2\x82\xAC");
    hv_bytes_copy(out, sizeof(out), (struct hv_bytes){ 0 });
    cr_expect_str_eq(out, "");
}
