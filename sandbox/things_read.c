/*
 * things_read.c - reads the groups of GetThings, in the order of the schema.
 * Called by get_things.c and the fuzzer through it. Looks at no thing.
 * Fact: get-things
 */
#include "sandbox/things_read.h"

#include "hvconsole/names.h"

#include <stdlib.h>
#include <string.h>

#define MAX_PATH 4096
#define MAX_ID   255 /* characters of a client-thing-id */

static int
bad(struct sb_call *call, const char *what)
{
    return sb_schema(call->answer, what);
}

void
sb_group_release(struct sb_group *group)
{
    for (size_t i = 0; i < group->asked_count; i++)
        free(group->asked[i].client_id);
    for (size_t i = 0; i < group->filter_count; i++) {
        free(group->filters[i].types);
        sb_path_free(group->filters[i].path);
    }
    free(group->name);
    free(group->asked);
    free(group->filters);
    *group = (struct sb_group){ 0 };
}

/* ------------------------------------------------- what is asked for -- */

static int
read_asked(struct sb_call *call, xmlNode *node, const char *name,
           struct sb_asked *out)
{
    char text[4 * MAX_ID + 1];

    if (strcmp(name, "client-thing-id") == 0) {
        if (!sb_text(node, text, sizeof(text)) || text[0] == '\0')
            return bad(call, "a client-thing-id is not 1 to 255 characters");
        out->client_id = hv_strdup(text);
        return HV_CODE_OK;
    }
    if (!sb_guid(node, &out->id))
        return bad(call, "an id or key is not a guid");
    if (strcmp(name, "key") != 0)
        return HV_CODE_OK;
    sb_attribute(node, "version-stamp", text, sizeof(text));
    out->has_stamp = true;
    if (hv_guid_parse(text, &out->stamp))
        return bad(call, "a key has no version-stamp");
    return HV_CODE_OK;
}

static int
read_all_asked(struct sb_call *call, struct sb_walk *walk, struct sb_group *out)
{
    static const char *const names[] = { "id", "key", "client-thing-id" };
    int code = HV_CODE_OK;
    size_t kind = 0;
    xmlNode *node = NULL;

    while (kind < HV_LEN(names) && !(node = sb_walk_take(walk, names[kind])))
        kind++;
    for (; !code && node; node = sb_walk_take(walk, names[kind])) {
        if (out->asked_count == SB_MAX_ASKED)
            return sb_refuse(call->answer, SB_CODE_TOO_MANY_THINGS, NULL,
                             "a group asks for more than %d things",
                             SB_MAX_ASKED);
        out->asked = hv_realloc_array(out->asked, out->asked_count + 1,
                                      sizeof(*out->asked));
        out->asked[out->asked_count] = (struct sb_asked){ 0 };
        code = read_asked(call, node, names[kind],
                          &out->asked[out->asked_count++]);
    }
    return code;
}

/* ------------------------------------------------------------ filters -- */

static int
read_types(struct sb_call *call, struct sb_walk *walk, struct sb_filter *out)
{
    xmlNode *node;

    while ((node = sb_walk_take(walk, "type-id"))) {
        struct hv_guid id;

        if (!sb_guid(node, &id))
            return bad(call, "a type-id is not a guid");
        if (sb_type_family(&id) < 0)
            return sb_refuse(call->answer, SB_CODE_INVALID_TYPE, "type-id",
                             "type-id: there is no such type");
        if (out->type_count == SB_MAX_FILTER_TYPE)
            return sb_refuse(call->answer, SB_CODE_INVALID_FILTER, "type-id",
                             "type-id: a filter has more than %d types",
                             SB_MAX_FILTER_TYPE);
        out->types = hv_realloc_array(out->types, out->type_count + 1,
                                      sizeof(*out->types));
        out->types[out->type_count++] = id;
    }
    return HV_CODE_OK;
}

static int
read_states(struct sb_call *call, struct sb_walk *walk, struct sb_filter *out)
{
    xmlNode *node;
    char word[16];

    for (int i = 0; i < 2 && (node = sb_walk_take(walk, "thing-state")); i++) {
        if (!sb_text(node, word, sizeof(word)))
            word[0] = '\0';
        if (strcmp(word, "Active") == 0)
            out->wants_active = true;
        else if (strcmp(word, "Deleted") == 0)
            out->wants_deleted = true;
        else
            return bad(call, "a thing-state is neither Active nor Deleted");
    }
    if (!out->wants_deleted)
        out->wants_active = true;
    return HV_CODE_OK;
}

/* @name-min and @name-max. */
static bool
read_range(struct sb_walk *walk, const char *name, struct sb_range *out)
{
    char edge[32];
    xmlNode *node;
    bool is_good;

    *out = (struct sb_range){ .from_ms = INT64_MIN, .to_ms = INT64_MAX };
    snprintf(edge, sizeof(edge), "%s-min", name);
    node = sb_walk_take(walk, edge);
    out->is_there = node != NULL;
    is_good = !node || sb_time(node, &out->from_ms);
    snprintf(edge, sizeof(edge), "%s-max", name);
    node = sb_walk_take(walk, edge);
    out->is_there |= node != NULL;
    return is_good && (!node || sb_time(node, &out->to_ms));
}

static bool
read_maybe(struct sb_walk *walk, const char *name, struct sb_maybe_guid *out)
{
    xmlNode *node = sb_walk_take(walk, name);

    out->is_there = node != NULL;
    return !node || sb_guid(node, &out->id);
}

static int
read_path(struct sb_call *call, struct sb_walk *walk, struct sb_filter *out)
{
    xmlNode *node = sb_walk_take(walk, "xpath");
    char text[MAX_PATH];

    if (!node)
        return HV_CODE_OK;
    if (sb_text(node, text, sizeof(text)))
        out->path = sb_path_new(text);
    return out->path ? HV_CODE_OK
                     : sb_refuse(call->answer, SB_CODE_INVALID_FILTER, "xpath",
                                 "xpath: it is not an expression");
}

/* Both dates in either order: the schema has the maximum first. */
static bool
read_end_dates(struct sb_walk *walk, struct sb_filter *out)
{
    xmlNode *max = sb_walk_take(walk, "updated-end-date-max");
    xmlNode *min = sb_walk_take(walk, "updated-end-date-min");
    int64_t ms;

    out->wants_end_date = max || min;
    return (!max || sb_time(max, &ms)) && (!min || sb_time(min, &ms));
}

static int
read_filter(struct sb_call *call, xmlNode *node, struct sb_filter *out)
{
    struct sb_walk walk = sb_walk_start(node);
    int code = read_types(call, &walk, out);

    if (!code)
        code = read_states(call, &walk, out);
    if (code)
        return code;
    if (!read_range(&walk, "eff-date", &out->effective) ||
        !read_maybe(&walk, "created-app-id", &out->created_app) ||
        !read_maybe(&walk, "created-person-id", &out->created_person) ||
        !read_maybe(&walk, "updated-app-id", &out->updated_app) ||
        !read_maybe(&walk, "updated-person-id", &out->updated_person) ||
        !read_range(&walk, "created-date", &out->created) ||
        !read_range(&walk, "updated-date", &out->updated))
        return bad(call, "a filter has an id or a date that is none");
    code = read_path(call, &walk, out);
    if (!code && (!read_end_dates(&walk, out) || !sb_walk_is_done(&walk)))
        code = bad(call, "a filter has an element too many or out of order");
    return code;
}

static int
read_filters(struct sb_call *call, struct sb_walk *walk, struct sb_group *out)
{
    int code = HV_CODE_OK;
    xmlNode *node;

    while (!code && (node = sb_walk_take(walk, "filter"))) {
        if (out->filter_count == SB_MAX_FILTER_TYPE)
            return sb_refuse(call->answer, SB_CODE_INVALID_FILTER, NULL,
                             "a group has more than %d filters",
                             SB_MAX_FILTER_TYPE);
        out->filters = hv_realloc_array(out->filters, out->filter_count + 1,
                                        sizeof(*out->filters));
        out->filters[out->filter_count] = (struct sb_filter){ 0 };
        code = read_filter(call, node, &out->filters[out->filter_count++]);
    }
    return code;
}

/* ------------------------------------------------------------- format -- */

static bool
read_section(const char *word, int version, struct sb_format *out)
{
    if (strcmp(word, "core") == 0)
        out->core = true;
    else if (strcmp(word, "audits") == 0)
        out->audits = true;
    else if (strcmp(word, "effectivepermissions") == 0)
        out->permissions = true;
    else if (strcmp(word, "tags") == 0)
        out->tags = true;
    else
        return strcmp(word, "digitalsignatures") == 0 ||
               strcmp(word, version < 3 ? "otherdata" : "blobpayload") == 0;
    return true;
}

/* An empty xml asks for the data as it is; a name in it, for a transform. */
static int
read_xml(struct sb_call *call, struct sb_walk *walk, struct sb_format *out)
{
    char text[256];
    xmlNode *node;

    while ((node = sb_walk_take(walk, "xml"))) {
        out->xml = true;
        if (!sb_text(node, text, sizeof(text)) || text[0])
            return sb_refuse(call->answer, HV_CODE_INVALID_TRANSFORM, "xml",
                             "xml: transforms are not offered here");
    }
    while ((node = sb_walk_take(walk, "type-version-format"))) {
        struct hv_guid id;

        if (!sb_guid(node, &id))
            return bad(call, "a type-version-format is not a guid");
        if (sb_type_family(&id) < 0)
            return sb_refuse(call->answer, SB_CODE_INVALID_FORMAT,
                             "type-version-format",
                             "type-version-format: there is no such type");
    }
    return HV_CODE_OK;
}

/* There are no blobs here: a request for them is read for its form. */
static bool
read_blobs(struct sb_walk *walk)
{
    xmlNode *node = sb_walk_take(walk, "blob-payload-request");
    struct sb_walk inner;

    if (!node)
        return true;
    inner = sb_walk_start(node);
    sb_walk_take(&inner, "blob-filters");
    return sb_walk_take(&inner, "blob-format") && sb_walk_is_done(&inner);
}

static int
read_format(struct sb_call *call, xmlNode *node, int version,
            struct sb_format *out)
{
    struct sb_walk walk = sb_walk_start(node);
    char word[32];
    int code;

    while ((node = sb_walk_take(&walk, "section")))
        if (!sb_text(node, word, sizeof(word)) ||
            !read_section(word, version, out))
            return bad(call, "a section of format has no known name");
    code = read_xml(call, &walk, out);
    if (!code &&
        ((version >= 3 && !read_blobs(&walk)) || !sb_walk_is_done(&walk)))
        code = bad(call, "format has an element too many or out of order");
    return code;
}

/* -------------------------------------------------------------- group -- */

/* An attribute that is a whole number: @most if it is not there. */
static bool
read_limit(const xmlNode *node, const char *name, size_t most, size_t *out)
{
    char text[24];
    char *end;

    sb_attribute(node, name, text, sizeof(text));
    *out = most;
    if (text[0] == '\0')
        return !xmlHasProp(node, (const xmlChar *)name);
    if (text[0] == '-')
        return false;
    *out = (size_t)strtoull(text, &end, 10);
    if (*out > most)
        *out = most;
    return *end == '\0';
}

static int
read_tail(struct sb_call *call, struct sb_walk *walk, int version)
{
    xmlNode *node = sb_walk_take(walk, "current-version-only");
    bool value;
    bool is_sorted = false;

    if (node && !sb_boolean(node, &value))
        return bad(call, "current-version-only is no boolean");
    if (version >= 3) {
        sb_walk_take(walk, "intents");
        is_sorted = sb_walk_take(walk, "order-by") != NULL;
    }
    if (!sb_walk_is_done(walk))
        return bad(call, "a group has an element too many or out of order");
    return is_sorted ? sb_refuse(call->answer, SB_CODE_NO_SORTING, "order-by",
                                 "order-by: sorting is not offered here")
                     : HV_CODE_OK;
}

int
sb_group_read(struct sb_call *call, xmlNode *node, int version,
              struct sb_group *out)
{
    struct sb_walk walk = sb_walk_start(node);
    xmlChar *name = xmlGetNoNsProp(node, (const xmlChar *)"name");
    xmlNode *format;
    int code;

    if (name)
        out->name = hv_strdup((const char *)name);
    xmlFree(name);
    if (!read_limit(node, "max", SB_MAX_KEYS, &out->max) ||
        !read_limit(node, "max-full", SB_MAX_FULL, &out->max_full))
        return bad(call, "max or max-full of a group is not a number");
    code = read_all_asked(call, &walk, out);
    if (!code)
        code = read_filters(call, &walk, out);
    if (code)
        return code;
    format = sb_walk_take(&walk, "format");
    if (!format)
        return bad(call, "a group has no format in its place");
    code = read_format(call, format, version, &out->format);
    if (!code)
        code = read_tail(call, &walk, version);
    if (!code && out->asked_count == 0 && out->filter_count == 0)
        code = sb_refuse(call->answer, SB_CODE_INVALID_FILTER, NULL,
                         "a group names no thing and has no filter");
    return code;
}
