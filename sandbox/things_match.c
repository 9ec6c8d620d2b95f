/*
 * things_match.c - whether a thing is what a filter asks for, XPath included.
 * Called by get_things.c. Pure; an expression that costs too much matches
 * nothing.
 */
#include "sandbox/things_read.h"

#include <libxml/parser.h>
#include <libxml/xpath.h>
#include <stdlib.h>

#define MAX_STEPS 100000 /* of an expression on one thing */

struct sb_path {
    xmlXPathCompExpr *compiled;
};

static void
be_quiet(void *arg, xmlError *error)
{
    (void)arg;
    (void)error;
}

struct sb_path *
sb_path_new(const char *text)
{
    xmlXPathContext *context = xmlXPathNewContext(NULL);
    xmlXPathCompExpr *compiled;
    struct sb_path *path;

    if (!context)
        abort(); /* no memory */
    context->error = be_quiet;
    compiled = xmlXPathCtxtCompile(context, (const xmlChar *)text);
    xmlXPathFreeContext(context);
    if (!compiled)
        return NULL;
    path = hv_calloc(1, sizeof(*path));
    path->compiled = compiled;
    return path;
}

void
sb_path_free(struct sb_path *path)
{
    if (!path)
        return;
    xmlXPathFreeCompExpr(path->compiled);
    free(path);
}

void
sb_thing_xml(const struct sb_thing *thing, struct hv_buf *out)
{
    hv_buf_add_str(out, "<data-xml>");
    hv_buf_add_str(out, thing->data ? thing->data : "");
    hv_buf_add_str(out, thing->common ? thing->common : "");
    hv_buf_add_str(out, "</data-xml>");
}

/* The thing as applications see it: /thing/data-xml/weight/value... */
static xmlDoc *
thing_doc(const struct sb_thing *thing)
{
    struct hv_buf text = { 0 };
    char id[HV_GUID_TEXT];
    xmlDoc *doc;

    hv_guid_format(&thing->id, id);
    hv_buf_addf(&text, "<thing><thing-id>%s</thing-id>", id);
    hv_guid_format(&thing->type, id);
    hv_buf_addf(&text, "<type-id>%s</type-id>", id);
    sb_thing_xml(thing, &text);
    hv_buf_add_str(&text, "</thing>");
    doc = xmlReadMemory(hv_buf_str(&text), (int)text.len, NULL, "UTF-8",
                        XML_PARSE_NONET | XML_PARSE_NOERROR |
                            XML_PARSE_NOWARNING);
    hv_buf_release(&text);
    return doc;
}

static bool
path_matches(const struct sb_path *path, const struct sb_thing *thing)
{
    xmlDoc *doc = thing_doc(thing);
    xmlXPathContext *context = doc ? xmlXPathNewContext(doc) : NULL;
    xmlXPathObject *result = NULL;
    bool is_match;

    if (context) {
        context->opLimit = MAX_STEPS;
        context->error = be_quiet;
        result = xmlXPathCompiledEval(path->compiled, context);
    }
    is_match = result && xmlXPathCastToBoolean(result);
    xmlXPathFreeObject(result);
    xmlXPathFreeContext(context);
    xmlFreeDoc(doc);
    return is_match;
}

static bool
in_range(const struct sb_range *range, int64_t ms)
{
    return !range->is_there || (ms >= range->from_ms && ms <= range->to_ms);
}

static bool
is_guid(const struct sb_maybe_guid *wanted, const struct hv_guid *id)
{
    return !wanted->is_there || hv_guid_equal(&wanted->id, id);
}

static bool
is_type(const struct sb_filter *filter, const struct sb_thing *thing)
{
    for (size_t i = 0; i < filter->type_count; i++)
        if (sb_same_type(&filter->types[i], &thing->type))
            return true;
    return filter->type_count == 0;
}

bool
sb_filter_matches(const struct sb_filter *filter, const struct sb_thing *thing)
{
    if (thing->is_deleted ? !filter->wants_deleted : !filter->wants_active)
        return false;
    return !filter->wants_end_date && is_type(filter, thing) &&
           in_range(&filter->effective, thing->eff_ms) &&
           in_range(&filter->created, thing->created_ms) &&
           in_range(&filter->updated, thing->updated_ms) &&
           is_guid(&filter->created_app, &thing->created_by.app) &&
           is_guid(&filter->created_person, &thing->created_by.person) &&
           is_guid(&filter->updated_app, &thing->updated_by.app) &&
           is_guid(&filter->updated_person, &thing->updated_by.person) &&
           (!filter->path || path_matches(filter->path, thing));
}
