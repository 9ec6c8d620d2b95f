/*
 * reader.c - finds and reads elements of a parsed document. Pure; called by
 * core's own grammar. Unknown elements are stepped over; elements that must be
 * single and are not refuse the document.
 */
#include "core/wire/reader.h"

#include <string.h>

bool
hv_xml_is(const xmlNode *node, const char *name)
{
    return node->type == XML_ELEMENT_NODE && !node->ns &&
           (!name || strcmp((const char *)node->name, name) == 0);
}

static const xmlNode *
first_from(const xmlNode *node, const char *name)
{
    while (node && !hv_xml_is(node, name))
        node = node->next;
    return node;
}

const xmlNode *
hv_xml_child(const xmlNode *parent, const char *name)
{
    return first_from(parent->children, name);
}

const xmlNode *
hv_xml_next(const xmlNode *node, const char *name)
{
    return first_from(node->next, name);
}

enum hv_status
hv_xml_one(const xmlNode *parent, const char *name, bool is_required,
           const xmlNode **out, struct hv_error *err)
{
    const xmlNode *found = hv_xml_child(parent, name);

    if (!found && is_required)
        return hv_fail(err, HV_ERR_FORMAT, "element %s lacks its %s",
                       (const char *)parent->name, name);
    if (found && hv_xml_next(found, name))
        return hv_fail(err, HV_ERR_FORMAT, "element %s has more than one %s",
                       (const char *)parent->name, name);
    *out = found;
    return HV_OK;
}

enum hv_status
hv_xml_path(const xmlNode *parent, const char *path, const xmlNode **out,
            struct hv_error *err)
{
    const xmlNode *at = parent;
    enum hv_status st;

    while (*path) {
        size_t len = strcspn(path, "/");
        char name[64];

        if (len >= sizeof(name))
            return hv_fail(err, HV_ERR_FAILED, "element name too long");
        memcpy(name, path, len);
        name[len] = '\0';
        st = hv_xml_one(at, name, true, &at, err);
        if (st)
            return st;
        path += len + (path[len] == '/');
    }
    *out = at;
    return HV_OK;
}

enum hv_status
hv_xml_text(const xmlNode *node, struct hv_bytes *out, struct hv_error *err)
{
    const xmlNode *text = node->children;

    *out = (struct hv_bytes){ 0 };
    if (!text)
        return HV_OK;
    /* parse.c drops comments and joins CDATA: text is one node or none. */
    if (text->type != XML_TEXT_NODE || text->next)
        return hv_fail(err, HV_ERR_FORMAT, "element %s should hold text only",
                       (const char *)node->name);
    if (text->content)
        *out = hv_bytes_str((const char *)text->content);
    return HV_OK;
}

enum hv_status
hv_xml_one_text(const xmlNode *parent, const char *name, bool is_required,
                struct hv_bytes *out, struct hv_error *err)
{
    const xmlNode *node = NULL;
    struct hv_bytes text = { 0 };
    enum hv_status st;

    st = hv_xml_one(parent, name, is_required, &node, err);
    if (!st && node)
        st = hv_xml_text(node, &text, err);
    if (st)
        return st;
    *out = hv_bytes_trim(text);
    return HV_OK;
}

enum hv_status
hv_xml_one_guid(const xmlNode *parent, const char *name, bool is_required,
                struct hv_guid *out, struct hv_error *err)
{
    struct hv_bytes text;
    enum hv_status st;

    st = hv_xml_one_text(parent, name, is_required, &text, err);
    if (st)
        return st;
    if (text.len == 0 && !is_required) {
        *out = (struct hv_guid){ 0 };
        return HV_OK;
    }
    if (hv_guid_parse_bytes(text, out))
        return hv_fail(err, HV_ERR_FORMAT, "element %s is not a GUID", name);
    return HV_OK;
}

enum hv_status
hv_xml_bool(struct hv_bytes text, bool *out)
{
    text = hv_bytes_trim(text);
    if (hv_bytes_equal(text, hv_bytes_str("true")) ||
        hv_bytes_equal(text, hv_bytes_str("1")))
        *out = true;
    else if (hv_bytes_equal(text, hv_bytes_str("false")) ||
             hv_bytes_equal(text, hv_bytes_str("0")))
        *out = false;
    else
        return HV_ERR_FORMAT;
    return HV_OK;
}

enum hv_status
hv_xml_one_bool(const xmlNode *parent, const char *name, bool *out,
                struct hv_error *err)
{
    struct hv_bytes text;
    enum hv_status st;

    st = hv_xml_one_text(parent, name, false, &text, err);
    if (st)
        return st;
    if (text.len == 0)
        *out = false;
    else if (hv_xml_bool(text, out))
        return hv_fail(err, HV_ERR_FORMAT, "element %s is not true or false",
                       name);
    return HV_OK;
}

struct hv_bytes
hv_xml_attribute(const xmlNode *node, const char *name)
{
    for (const xmlAttr *at = node->properties; at; at = at->next) {
        if (at->ns || strcmp((const char *)at->name, name) != 0)
            continue;
        /* Without a DTD there is one text node and nothing else. */
        if (!at->children || !at->children->content)
            return hv_bytes_str("");
        return hv_bytes_str((const char *)at->children->content);
    }
    return (struct hv_bytes){ 0 };
}

void
hv_bytes_copy(char *out, size_t size, struct hv_bytes text)
{
    size_t len = text.len < size ? text.len : size - 1;

    /* Back to the start of the character that would be cut. */
    if (len < text.len) {
        while (len && (text.data[len] & 0xC0) == 0x80)
            len--;
    }
    if (len)
        memcpy(out, text.data, len);
    out[len] = '\0';
}
