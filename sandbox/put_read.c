/*
 * put_read.c - reads the things of PutThings and the keys of RemoveThings, in
 * the order of the schema. What the service sets itself is passed over.
 * Called by put_things.c. Looks at no thing that is there. Fact: put-things
 */
#include "sandbox/put_read.h"

#include "hvconsole/clock.h"
#include "hvconsole/names.h"

#include <stdlib.h>
#include <string.h>

#define MAX_TAGS      512
#define MAX_CLIENT_ID 255

static int
bad(struct sb_call *call, const char *what)
{
    return sb_schema(call->answer, what);
}

void
sb_put_release(struct sb_put *put)
{
    free(put->data);
    free(put->common);
    free(put->tags);
    free(put->client_id);
    *put = (struct sb_put){ 0 };
}

int
sb_put_key_read(struct sb_call *call, xmlNode *node, struct sb_put *out)
{
    char text[64];

    out->has_id = true;
    if (!sb_guid(node, &out->id))
        return bad(call, "a thing-id is not a guid");
    sb_attribute(node, "version-stamp", text, sizeof(text));
    out->has_stamp = text[0] != '\0';
    if (out->has_stamp && hv_guid_parse(text, &out->stamp))
        return bad(call, "a version-stamp is not a guid");
    return HV_CODE_OK;
}

/* ------------------------------------------------------------- copies -- */

/* The element as a document of its own: namespaces that were declared further
 * out come along. NULL: it is too large. */
static char *
element_text(xmlNode *node)
{
    xmlDoc *doc = xmlNewDoc((const xmlChar *)"1.0");
    xmlNode *copy = doc ? xmlDocCopyNode(node, doc, 1) : NULL;
    xmlBuffer *buffer = xmlBufferCreate();
    char *text = NULL;

    if (!copy || !buffer)
        abort(); /* no memory */
    doc->encoding = xmlStrdup((const xmlChar *)"UTF-8");
    xmlDocSetRootElement(doc, copy);
    if (xmlNodeDump(buffer, doc, copy, 0, 0) >= 0 &&
        xmlBufferLength(buffer) <= SB_MAX_THING_DATA)
        text = hv_strdup((const char *)xmlBufferContent(buffer));
    xmlBufferFree(buffer);
    xmlFreeDoc(doc);
    return text;
}

/* ----------------------------------------------------- effective date -- */

static bool
take_number(struct sb_walk *walk, const char *name, int64_t max, int64_t *out)
{
    xmlNode *node = sb_walk_take(walk, name);

    return !node || sb_number(node, max, out);
}

/* date, or date and time, as the types write them: y, m, d; h, m, s. */
static bool
read_when(xmlNode *when, int64_t *ms)
{
    struct sb_walk walk = sb_walk_start(when);
    xmlNode *date = sb_walk_take(&walk, "structured");
    int64_t part[6] = { 0, 1, 1, 0, 0, 0 };
    char text[64];

    if (date)
        walk = sb_walk_start(date);
    date = sb_walk_take(&walk, "date");
    if (!date)
        date = when; /* a date without a time around it */
    else
        when = sb_walk_take(&walk, "time");
    walk = sb_walk_start(date);
    if (!take_number(&walk, "y", 9999, &part[0]) ||
        !take_number(&walk, "m", 99, &part[1]) ||
        !take_number(&walk, "d", 99, &part[2]))
        return false;
    if (when && when != date) {
        walk = sb_walk_start(when);
        if (!take_number(&walk, "h", 99, &part[3]) ||
            !take_number(&walk, "m", 99, &part[4]) ||
            !take_number(&walk, "s", 99, &part[5]))
            return false;
    }
    snprintf(text, sizeof(text), "%04d-%02d-%02dT%02d:%02d:%02dZ", (int)part[0],
             (int)part[1], (int)part[2], (int)part[3], (int)part[4],
             (int)part[5]);
    return hv_time_parse(hv_bytes_str(text), ms) == HV_OK;
}

/* Of most types it is `when`. Some describe it in words: then it is today. */
static int
read_effective(struct sb_call *call, xmlNode *data, struct sb_put *out)
{
    xmlNode *node = xmlFirstElementChild(data);
    xmlNode *first;

    while (node && strcmp((const char *)node->name, "when") != 0)
        node = xmlNextElementSibling(node);
    first = node ? xmlFirstElementChild(node) : NULL;
    if (!first || strcmp((const char *)first->name, "descriptive") == 0)
        return HV_CODE_OK;
    out->has_when = read_when(node, &out->when_ms);
    return out->has_when ? HV_CODE_OK
                         : bad(call, "when of a thing is not a date");
}

/* --------------------------------------------------------------- data -- */

static int
read_common(struct sb_call *call, xmlNode *node, struct sb_put *out)
{
    static const char *const many[] = { "extension", "related-thing" };
    struct sb_walk walk = sb_walk_start(node);
    char text[4 * MAX_CLIENT_ID + 1];
    xmlNode *id;

    sb_walk_take(&walk, "source");
    sb_walk_take(&walk, "note");
    sb_walk_take(&walk, "tags");
    for (size_t i = 0; i < HV_LEN(many); i++)
        while (sb_walk_take(&walk, many[i]))
            ;
    id = sb_walk_take(&walk, "client-thing-id");
    if (id) {
        if (!sb_text(id, text, sizeof(text)) || text[0] == '\0')
            return bad(call, "a client-thing-id is not 1 to 255 characters");
        out->client_id = hv_strdup(text);
    }
    if (!sb_walk_is_done(&walk))
        return bad(call, "common has an element too many or out of order");
    out->common = element_text(node);
    return out->common ? HV_CODE_OK : bad(call, "common is too long");
}

static int
read_data(struct sb_call *call, xmlNode *node, struct sb_put *out)
{
    xmlNode *data = xmlFirstElementChild(node);
    xmlNode *common = data ? xmlNextElementSibling(data) : NULL;
    struct sb_walk walk = sb_walk_start(node);
    int code;

    if (!data)
        return walk.is_bad ? bad(call, "data-xml holds text") : HV_CODE_OK;
    if (walk.is_bad ||
        (common && (xmlNextElementSibling(common) || common->ns ||
                    strcmp((const char *)common->name, "common") != 0)))
        return bad(call, "data-xml is not one element, then common");
    if (out->data)
        return bad(call, "a thing has two data-xml with something in them");
    if (!hv_copy(out->root, sizeof(out->root), (const char *)data->name))
        return bad(call, "the element of data-xml has too long a name");
    out->data = element_text(data);
    if (!out->data)
        return bad(call, "the data of a thing is too long");
    code = read_effective(call, data, out);
    if (!code && common)
        code = read_common(call, common, out);
    return code;
}

/* ------------------------------------------------------------- things -- */

static int
read_head(struct sb_call *call, struct sb_walk *walk, struct sb_put *out)
{
    static const char *const ignored[] = { "thing-state", "flags", "eff-date",
                                           "created", "updated" };
    xmlNode *node = sb_walk_take(walk, "thing-id");
    int code = node ? sb_put_key_read(call, node, out) : HV_CODE_OK;

    if (code)
        return code;
    node = sb_walk_take(walk, "type-id");
    out->has_type = node != NULL;
    if (node && !sb_guid(node, &out->type))
        return bad(call, "a type-id is not a guid");
    for (size_t i = 0; i < HV_LEN(ignored); i++)
        sb_walk_take(walk, ignored[i]);
    return HV_CODE_OK;
}

/* What stands behind the data. There are no blobs and no signatures here. */
static int
read_tail(struct sb_call *call, struct sb_walk *walk, int version,
          struct sb_put *out)
{
    char text[4 * MAX_TAGS + 1];
    xmlNode *node;

    sb_walk_take(walk, version == 1 ? "data-other" : "blob-payload");
    sb_walk_take(walk, "eff-permissions");
    node = sb_walk_take(walk, "tags");
    if (node) {
        if (!sb_text(node, text, sizeof(text)))
            return bad(call, "tags is longer than 512 characters");
        if (text[0])
            out->tags = hv_strdup(text);
    }
    if (version == 1) {
        if (walk->at && strcmp((const char *)walk->at->name, "Signature") == 0)
            walk->at = xmlNextElementSibling(walk->at);
    } else {
        sb_walk_take(walk, "signature-info");
        sb_walk_take(walk, "updated-end-date");
    }
    return sb_walk_is_done(walk)
               ? HV_CODE_OK
               : bad(call, "a thing has an element too many or out of order");
}

int
sb_put_read(struct sb_call *call, xmlNode *node, int version,
            struct sb_put *out)
{
    struct sb_walk walk = sb_walk_start(node);
    int code = read_head(call, &walk, out);

    while (!code && (node = sb_walk_take(&walk, "data-xml")))
        code = read_data(call, node, out);
    return code ? code : read_tail(call, &walk, version, out);
}
