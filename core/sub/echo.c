/*
 * echo.c - a subscription's element as the platform wrote it, for people who
 * want to see with their own eyes; unknown elements included. Called by xml.c.
 * Pure. The key is never copied: a word stands in its place.
 */
#include "core/sub/xml.h"

#include <string.h>

#define MAX_ECHO (64 * 1024) /* of one subscription; a usual one has 1 kB */

static void
add_escaped(struct hv_buf *out, const xmlChar *text)
{
    for (const char *at = (const char *)text; at && *at; at++) {
        switch (*at) {
        case '<':
            hv_buf_add_str(out, "&lt;");
            break;
        case '>':
            hv_buf_add_str(out, "&gt;");
            break;
        case '&':
            hv_buf_add_str(out, "&amp;");
            break;
        case '"':
            hv_buf_add_str(out, "&quot;");
            break;
        default:
            hv_buf_add_char(out, *at);
            break;
        }
    }
}

static void
add_name(struct hv_buf *out, const xmlNs *ns, const xmlChar *name)
{
    if (ns && ns->prefix)
        hv_buf_addf(out, "%s:", (const char *)ns->prefix);
    hv_buf_add_str(out, (const char *)name);
}

static void
add_attributes(struct hv_buf *out, const xmlNode *node)
{
    for (const xmlNs *ns = node->nsDef; ns; ns = ns->next) {
        hv_buf_add_str(out, " xmlns");
        if (ns->prefix)
            hv_buf_addf(out, ":%s", (const char *)ns->prefix);
        hv_buf_add_str(out, "=\"");
        add_escaped(out, ns->href);
        hv_buf_add_str(out, "\"");
    }
    for (const xmlAttr *at = node->properties; at; at = at->next) {
        hv_buf_add_str(out, " ");
        add_name(out, at->ns, at->name);
        hv_buf_add_str(out, "=\"");
        if (at->children)
            add_escaped(out, at->children->content);
        hv_buf_add_str(out, "\"");
    }
}

/* In whatever namespace, wherever it stands: it is taken for a key. */
static bool
is_key(const xmlNode *node)
{
    return strcmp((const char *)node->name, "notification-key") == 0;
}

/* As deep as the gate let the document be. */
static void
add_node(struct hv_buf *out, const xmlNode *node)
{
    if (out->len > MAX_ECHO)
        return;
    if (node->type == XML_TEXT_NODE || node->type == XML_CDATA_SECTION_NODE) {
        add_escaped(out, node->content);
        return;
    }
    if (node->type != XML_ELEMENT_NODE)
        return;
    hv_buf_add_str(out, "<");
    add_name(out, node->ns, node->name);
    if (!is_key(node))
        add_attributes(out, node);
    if (!node->children) {
        hv_buf_add_str(out, "/>");
        return;
    }
    hv_buf_add_str(out, ">");
    if (is_key(node))
        hv_buf_add_str(out, "(not shown)");
    for (const xmlNode *at = node->children; at && !is_key(node); at = at->next)
        add_node(out, at);
    hv_buf_add_str(out, "</");
    add_name(out, node->ns, node->name);
    hv_buf_add_str(out, ">");
}

void
hv_sub_echo(const xmlNode *node, struct hv_buf *out)
{
    add_node(out, node);
    if (out->len > MAX_ECHO)
        hv_buf_add_str(out, " (cut: it is longer than 64 kB)");
}
