/*
 * xml.c - small readers on a libxml2 tree: order, text and scalars.
 * Called by request.c and the methods. Builds nothing, keeps nothing.
 */
#include "sandbox/xml.h"

#include "hvconsole/clock.h"

#include <string.h>

static bool
is_blank(const xmlChar *text)
{
    while (text && hv_is_xml_space(*text))
        text++;
    return !text || *text == '\0';
}

/* From @node on: the next element; notes text that is not white space. */
static void
step(struct sb_walk *walk, xmlNode *node)
{
    for (; node && node->type != XML_ELEMENT_NODE; node = node->next)
        if ((node->type == XML_TEXT_NODE ||
             node->type == XML_CDATA_SECTION_NODE ||
             node->type == XML_ENTITY_REF_NODE) &&
            !is_blank(node->content))
            walk->is_bad = true;
    walk->at = node;
}

struct sb_walk
sb_walk_start(xmlNode *parent)
{
    struct sb_walk walk = { 0 };

    step(&walk, parent->children);
    return walk;
}

xmlNode *
sb_walk_take(struct sb_walk *walk, const char *name)
{
    xmlNode *node = walk->at;

    if (!node || node->ns || strcmp((const char *)node->name, name) != 0)
        return NULL;
    step(walk, node->next);
    return node;
}

bool
sb_walk_is_done(const struct sb_walk *walk)
{
    return !walk->at && !walk->is_bad;
}

bool
sb_text(const xmlNode *node, char *out, size_t size)
{
    struct hv_bytes text;
    size_t len = 0;

    for (const xmlNode *n = node->children; n; n = n->next) {
        size_t more;

        if (n->type == XML_COMMENT_NODE || n->type == XML_PI_NODE)
            continue;
        if (n->type != XML_TEXT_NODE && n->type != XML_CDATA_SECTION_NODE)
            return false;
        more = strlen((const char *)n->content);
        if (len + more >= size)
            return false;
        memcpy(out + len, n->content, more);
        len += more;
    }
    text = hv_bytes_trim((struct hv_bytes){ (uint8_t *)out, len });
    if (text.len > 0)
        memmove(out, text.data, text.len);
    out[text.len] = '\0';
    return true;
}

bool
sb_guid(const xmlNode *node, struct hv_guid *out)
{
    char text[64];

    return sb_text(node, text, sizeof(text)) &&
           hv_guid_parse(text, out) == HV_OK;
}

bool
sb_time(const xmlNode *node, int64_t *ms)
{
    char text[64];

    return sb_text(node, text, sizeof(text)) &&
           hv_time_parse(hv_bytes_str(text), ms) == HV_OK;
}

bool
sb_number(const xmlNode *node, int64_t max, int64_t *out)
{
    char text[64];
    const char *digit = text;
    int64_t value = 0;

    if (!sb_text(node, text, sizeof(text)))
        return false;
    if (*digit == '+')
        digit++;
    if (*digit == '\0')
        return false;
    for (; *digit; digit++) {
        if (*digit < '0' || *digit > '9')
            return false;
        value = value > max / 10 ? max : value * 10 + (*digit - '0');
        value = value > max ? max : value;
    }
    *out = value;
    return true;
}

bool
sb_boolean(const xmlNode *node, bool *out)
{
    char text[16];

    if (!sb_text(node, text, sizeof(text)))
        return false;
    *out = strcmp(text, "true") == 0 || strcmp(text, "1") == 0;
    return *out || strcmp(text, "false") == 0 || strcmp(text, "0") == 0;
}

void
sb_attribute(const xmlNode *node, const char *name, char *out, size_t size)
{
    xmlChar *value = xmlGetNoNsProp(node, (const xmlChar *)name);

    if (!value || !hv_copy(out, size, (const char *)value))
        out[0] = '\0';
    xmlFree(value);
}
