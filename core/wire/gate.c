/*
 * gate.c - looks at the raw bytes of an XML document before libxml2 may.
 * Called by core/wire/parse.c, by core/notify, and on info parts about to be
 * sent. Pure. It must refuse everything that could mean a DTD or an entity,
 * and must never be more lenient than libxml2 about where markup ends.
 */
#include "core/wire/gate.h"
#include "hvconsole/text.h"

#include <string.h>
#include <strings.h>

/* Each costs the parser some 120 bytes of tree: ceiling against a body that
 * is small on the wire and huge in memory. */
#define MAX_ELEMENTS ((size_t)1 << 20)

#define EACH_BYTE(b) (UINT64_C(0x0101010101010101) * (b))

struct gate {
    struct hv_bytes doc;
    size_t pos; /* at the next unread byte */
    size_t max_tag;
    size_t max_depth;
    size_t depth; /* open elements */
    size_t elements;
    const char *why; /* set = refused */
};

static bool
starts_with(struct hv_bytes doc, size_t pos, const char *text)
{
    size_t len = strlen(text);

    return doc.len - pos >= len && memcmp(doc.data + pos, text, len) == 0;
}

/* XML 1.0 production 2, of what UTF-8 can say at all. */
static bool
is_xml_char(int32_t c)
{
    if (c < 0x20)
        return c == '\t' || c == '\n' || c == '\r';
    return c != 0xFFFE && c != 0xFFFF;
}

/* Eight bytes at once that need no closer look: from 0x20 to 0x7f. */
static bool
is_plain_word(const uint8_t *at)
{
    uint64_t word;

    memcpy(&word, at, sizeof(word));
    return ((word | (word - EACH_BYTE(0x20))) & EACH_BYTE(0x80)) == 0;
}

static bool
has_only_xml_chars(struct hv_bytes doc)
{
    size_t pos = 0;

    while (pos < doc.len) {
        int32_t c;

        if (doc.len - pos >= sizeof(uint64_t) &&
            is_plain_word(doc.data + pos)) {
            pos += sizeof(uint64_t);
            continue;
        }
        c = doc.data[pos];
        if (c < 0x80)
            pos++;
        else
            c = hv_utf8_next(doc, &pos);
        if (c < 0 || !is_xml_char(c))
            return false;
    }
    return true;
}

/* Moves behind @end; false when it does not come within @max bytes. */
static bool
skip_past(struct gate *g, size_t from, const char *end, size_t max)
{
    size_t end_len = strlen(end);
    size_t left = g->doc.len - from;
    const uint8_t *found = memmem(g->doc.data + from, left, end, end_len);

    if (!found)
        return false;
    if ((size_t)(found - g->doc.data) + end_len - g->pos > max)
        return false;
    g->pos = (size_t)(found - g->doc.data) + end_len;
    return true;
}

static void
skip_space(struct hv_bytes text, size_t *pos)
{
    while (*pos < text.len && hv_is_xml_space(text.data[*pos]))
        ++*pos;
}

/* One `name = "value"` of the declaration; false when it is none. */
static bool
take_pseudo_attribute(struct hv_bytes text, size_t *pos, struct hv_bytes *name,
                      struct hv_bytes *value)
{
    const uint8_t *end;
    uint8_t quote;

    name->data = text.data + *pos;
    while (*pos < text.len && text.data[*pos] != '=' &&
           !hv_is_xml_space(text.data[*pos]))
        ++*pos;
    name->len = (size_t)(text.data + *pos - name->data);
    skip_space(text, pos);
    if (name->len == 0 || *pos >= text.len || text.data[*pos] != '=')
        return false;
    ++*pos;
    skip_space(text, pos);
    if (*pos >= text.len)
        return false;
    quote = text.data[(*pos)++];
    if (quote != '"' && quote != '\'')
        return false;
    end = memchr(text.data + *pos, quote, text.len - *pos);
    if (!end)
        return false;
    value->data = text.data + *pos;
    value->len = (size_t)(end - value->data);
    *pos += value->len + 1;
    return true;
}

/* The bytes between `<?xml` and `?>`: is there an encoding, and which? */
static const char *
declaration_trouble(struct hv_bytes inside)
{
    size_t pos = 0;

    skip_space(inside, &pos);
    while (pos < inside.len) {
        struct hv_bytes name;
        struct hv_bytes value;

        if (!take_pseudo_attribute(inside, &pos, &name, &value))
            return "the XML declaration is malformed";
        if (hv_bytes_equal(name, hv_bytes_str("encoding")) &&
            (value.len != 5 ||
             strncasecmp((const char *)value.data, "utf-8", 5) != 0))
            return "the document declares another encoding than UTF-8";
        skip_space(inside, &pos);
    }
    return NULL;
}

static void
take_instruction(struct gate *g)
{
    size_t start = g->pos;
    bool is_declaration = start == 0 && starts_with(g->doc, 0, "<?xml") &&
                          g->doc.len > 5 && hv_is_xml_space(g->doc.data[5]);
    struct hv_bytes inside;

    if (!skip_past(g, start + 2, "?>", g->max_tag)) {
        g->why = "a processing instruction does not end, or is too long";
        return;
    }
    if (!is_declaration)
        return;
    inside.data = g->doc.data + 5;
    inside.len = g->pos - 7;
    g->why = declaration_trouble(inside);
}

/* Finds the `>` of a tag; quotes may hold a `>` but never a `<`. */
static bool
find_tag_end(const struct gate *g, size_t *end)
{
    size_t limit = g->doc.len - g->pos;
    uint8_t quote = 0;

    if (limit > g->max_tag)
        limit = g->max_tag;
    for (size_t i = g->pos + 1; i < g->pos + limit; i++) {
        uint8_t c = g->doc.data[i];

        if (c == '<')
            return false;
        if (quote) {
            if (c == quote)
                quote = 0;
        } else if (c == '"' || c == '\'') {
            quote = c;
        } else if (c == '>') {
            *end = i;
            return true;
        }
    }
    return false;
}

static void
take_tag(struct gate *g)
{
    bool is_closing = starts_with(g->doc, g->pos, "</");
    size_t end;

    if (!find_tag_end(g, &end)) {
        g->why = "a tag does not end, is too long, or holds a '<'";
        return;
    }
    if (is_closing) {
        if (g->depth == 0)
            g->why = "an element is closed that was never opened";
        else
            g->depth--;
    } else {
        bool is_empty = g->doc.data[end - 1] == '/';

        if (g->depth >= g->max_depth)
            g->why = "elements are nested too deeply";
        else if (++g->elements > MAX_ELEMENTS)
            g->why = "there are too many elements";
        else if (!is_empty)
            g->depth++;
    }
    g->pos = end + 1;
}

static void
take_markup(struct gate *g)
{
    if (starts_with(g->doc, g->pos, "<!--")) {
        if (!skip_past(g, g->pos + 4, "-->", g->doc.len))
            g->why = "a comment does not end";
    } else if (starts_with(g->doc, g->pos, "<![CDATA[")) {
        if (!skip_past(g, g->pos + 9, "]]>", g->doc.len))
            g->why = "a CDATA section does not end";
    } else if (starts_with(g->doc, g->pos, "<!")) {
        g->why = "document type declarations and entities are not accepted";
    } else if (starts_with(g->doc, g->pos, "<?")) {
        take_instruction(g);
    } else {
        take_tag(g);
    }
}

enum hv_status
hv_xml_gate(struct hv_bytes doc, size_t max_tag, size_t max_depth,
            struct hv_bytes *body, struct hv_error *err)
{
    static const char bom[] = "\xEF\xBB\xBF";
    struct gate g = {
        .doc = doc,
        .max_tag = max_tag,
        .max_depth = max_depth,
    };

    if (doc.len == 0)
        return hv_fail(err, HV_ERR_FORMAT, "the XML document is empty");
    if (starts_with(g.doc, 0, bom)) {
        g.doc.data += 3;
        g.doc.len -= 3;
    }
    /* libxml2 would swallow a second one in silence. */
    if (starts_with(g.doc, 0, bom))
        g.why = "there is more than one byte order mark";
    else if (!has_only_xml_chars(g.doc))
        g.why = "it is not valid UTF-8, or holds characters XML forbids";
    while (!g.why && g.pos < g.doc.len) {
        const uint8_t *next =
            memchr(g.doc.data + g.pos, '<', g.doc.len - g.pos);

        if (!next)
            break;
        g.pos = (size_t)(next - g.doc.data);
        take_markup(&g);
    }
    if (!g.why && g.depth)
        g.why = "it ends in the middle";
    if (!g.why && g.elements == 0)
        g.why = "it has no element";
    if (g.why)
        return hv_fail(err, HV_ERR_FORMAT, "XML refused: %s", g.why);
    *body = g.doc;
    return HV_OK;
}
