/*
 * rules.c - reads the authorization rules of an application and says what they
 * allow. Called by app.c, access.c and those who load a state. Pure.
 * Fact: authorisation
 */
#include "sandbox/rules.h"

#include "sandbox/marks.h"
#include "sandbox/things.h"
#include "sandbox/xml.h"

#include <libxml/parser.h>
#include <stdlib.h>
#include <string.h>

#define FLAGS_DEFAULT 3u /* shown and ticked at the first authorisation */
#define MAX_REASON    1024
#define MAX_SET_ITEMS 256 /* types or date ranges of one set */

static const struct {
    const char *word;
    unsigned rights;
} rights[] = {
    { "All", SB_MAY_ALL },       { "Read", SB_MAY_READ },
    { "Update", SB_MAY_UPDATE }, { "Create", SB_MAY_CREATE },
    { "Delete", SB_MAY_DELETE },
};

/* ------------------------------------------------------------ release -- */

static void
sets_release(struct sb_set *sets, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        free(sets[i].types);
        free(sets[i].ranges);
    }
    free(sets);
}

void
sb_rules_release(struct sb_rules *rules)
{
    for (size_t i = 0; i < rules->count; i++) {
        free(rules->items[i].xml);
        free(rules->items[i].reason);
        sets_release(rules->items[i].targets, rules->items[i].target_count);
        sets_release(rules->items[i].exceptions,
                     rules->items[i].exception_count);
    }
    free(rules->items);
    free(rules->xml);
    *rules = (struct sb_rules){ 0 };
}

/* ------------------------------------------------------------ reading -- */

/* All readers answer NULL, or why not as a phrase. */
static const char *
read_range(xmlNode *node, struct sb_set *set)
{
    struct sb_walk walk = sb_walk_start(node);
    int64_t range[2] = { INT64_MIN, INT64_MAX };
    xmlNode *edge = sb_walk_take(&walk, "date-min");
    bool is_good = !edge || sb_time(edge, &range[0]);

    edge = sb_walk_take(&walk, "date-max");
    is_good = is_good && (!edge || sb_time(edge, &range[1]));
    if (!is_good || !sb_walk_is_done(&walk))
        return "a date-range is not date-min, date-max";
    if (set->range_count == MAX_SET_ITEMS)
        return "a set has too many date ranges";
    set->ranges = hv_realloc_array(set->ranges, set->range_count + 1,
                                   sizeof(*set->ranges));
    memcpy(set->ranges[set->range_count++], range, sizeof(range));
    return NULL;
}

static const char *
read_set(xmlNode *node, struct sb_set **sets, size_t *count)
{
    struct sb_walk walk = sb_walk_start(node);
    struct sb_set *set;
    const char *why = NULL;

    if (*count == SB_MAX_RULE_SETS)
        return "a rule has too many sets";
    *sets = hv_realloc_array(*sets, *count + 1, sizeof(**sets));
    set = &(*sets)[(*count)++];
    *set = (struct sb_set){ 0 };
    while (!why && (node = sb_walk_take(&walk, "date-range")))
        why = read_range(node, set);
    while (!why && (node = sb_walk_take(&walk, "type-id"))) {
        if (set->type_count == MAX_SET_ITEMS)
            return "a set has too many types";
        set->types = hv_realloc_array(set->types, set->type_count + 1,
                                      sizeof(*set->types));
        if (!sb_guid(node, &set->types[set->type_count++]))
            why = "a type-id is not a guid";
    }
    if (!why && !sb_walk_is_done(&walk))
        why = "a set is not date-range, type-id";
    return why;
}

static const char *
read_permission(xmlNode *node, struct sb_rule *rule)
{
    char word[16];

    if (sb_text(node, word, sizeof(word)))
        for (size_t i = 0; i < HV_LEN(rights); i++)
            if (strcmp(rights[i].word, word) == 0) {
                rule->rights |= rights[i].rights;
                return NULL;
            }
    return "a permission is none of All, Read, Update, Create, Delete";
}

static bool
is_true(const xmlNode *node, const char *name)
{
    char word[8];

    sb_attribute(node, name, word, sizeof(word));
    return strcmp(word, "true") == 0 || strcmp(word, "1") == 0;
}

static const char *
read_words(struct sb_walk *walk, struct sb_rule *rule)
{
    xmlNode *node;

    while ((node = sb_walk_take(walk, "reason"))) {
        char text[4 * MAX_REASON + 1];

        if (!sb_text(node, text, sizeof(text)))
            return "a reason is longer than 1024 characters";
        if (!rule->reason && text[0])
            rule->reason = hv_strdup(text);
    }
    node = sb_walk_take(walk, "display-flags");
    if (node) {
        int64_t flags;

        if (!sb_number(node, UINT32_MAX, &flags))
            return "display-flags is not a number";
        rule->flags = (unsigned)flags;
    }
    return NULL;
}

static char *
node_text(xmlNode *node)
{
    xmlBuffer *buffer = xmlBufferCreate();
    char *text;

    if (!buffer || xmlNodeDump(buffer, node->doc, node, 0, 0) < 0)
        abort(); /* no memory */
    text = hv_strdup((const char *)xmlBufferContent(buffer));
    xmlBufferFree(buffer);
    return text;
}

static const char *
read_rule(xmlNode *node, struct sb_rule *rule)
{
    struct sb_walk walk = sb_walk_start(node);
    const char *why;
    size_t permissions = 0;
    xmlChar *name = xmlGetNoNsProp(node, (const xmlChar *)"name");
    bool is_named =
        !name || hv_copy(rule->name, sizeof(rule->name), (const char *)name);

    xmlFree(name);
    if (!is_named)
        return "the name of a rule is longer than 16 characters";
    rule->xml = node_text(node);
    rule->flags = FLAGS_DEFAULT;
    rule->is_optional = is_true(node, "is-optional");
    rule->is_incremental = is_true(node, "is-incr");
    why = read_words(&walk, rule);
    for (; !why && (node = sb_walk_take(&walk, "permission")); permissions++)
        why = read_permission(node, rule);
    if (!why && (permissions < 1 || permissions > 5))
        why = "a rule has not 1 to 5 permissions";
    while (!why && (node = sb_walk_take(&walk, "target-set")))
        why = read_set(node, &rule->targets, &rule->target_count);
    while (!why && (node = sb_walk_take(&walk, "exception-set")))
        why = read_set(node, &rule->exceptions, &rule->exception_count);
    if (!why && !sb_walk_is_done(&walk))
        why = "a rule has an element too many or out of order";
    return why;
}

static const char *
read_auth(xmlNode *root, struct sb_rules *out)
{
    struct sb_walk walk;
    xmlNode *rules;
    xmlNode *node;

    if (root->ns || strcmp((const char *)root->name, "auth") != 0)
        return "the root element is not auth, in no namespace";
    walk = sb_walk_start(root);
    rules = sb_walk_take(&walk, "rules");
    if (!sb_walk_is_done(&walk))
        return "auth holds something else than one rules element";
    if (!rules)
        return NULL;
    walk = sb_walk_start(rules);
    while ((node = sb_walk_take(&walk, "rule"))) {
        struct sb_rule *rule;
        const char *why;

        if (out->count == SB_MAX_RULES)
            return "there are more than 64 rules";
        out->items =
            hv_realloc_array(out->items, out->count + 1, sizeof(*out->items));
        rule = &out->items[out->count++];
        *rule = (struct sb_rule){ 0 };
        why = read_rule(node, rule);
        if (why)
            return why;
        if (rule->name[0] && sb_rules_find(out, rule->name) != rule)
            return "two rules have the same name";
    }
    return sb_walk_is_done(&walk) ? NULL : "rules holds something else";
}

/* Behind the declaration and comments: where the root element begins. */
static struct hv_bytes
root_bytes(struct hv_bytes xml)
{
    const char *at = (const char *)xml.data;
    const char *end = at + xml.len;

    while (at && end - at > 1 && *at == '<' && (at[1] == '?' || at[1] == '!')) {
        const char *stop = at[1] == '?' ? "?>" : "-->";
        const char *hit = memmem(at, (size_t)(end - at), stop, strlen(stop));

        at = hit ? hit + strlen(stop) : end;
        while (at < end && hv_is_xml_space((uint8_t)*at))
            at++;
    }
    return hv_bytes_trim(
        (struct hv_bytes){ (const uint8_t *)at, (size_t)(end - at) });
}

static const char *
parse(struct hv_bytes xml, struct sb_rules *out)
{
    struct sb_marks marks;
    const char *why = sb_marks_find(xml, &marks);
    xmlDoc *doc;

    if (why)
        return why;
    doc = xmlReadMemory((const char *)xml.data, (int)xml.len, NULL, "UTF-8",
                        XML_PARSE_NONET | XML_PARSE_NOERROR |
                            XML_PARSE_NOWARNING);
    if (!doc || !xmlDocGetRootElement(doc))
        why = "the document is not well-formed";
    else
        why = read_auth(xmlDocGetRootElement(doc), out);
    xmlFreeDoc(doc);
    return why;
}

enum hv_status
sb_rules_parse(struct hv_bytes xml, struct sb_rules *out, struct hv_error *err)
{
    struct hv_bytes root;
    const char *why;

    if (xml.len > SB_MAX_AUTH_XML)
        return hv_fail(err, HV_ERR_LIMIT, "the rules are longer than %d bytes",
                       SB_MAX_AUTH_XML);
    xml = hv_bytes_trim(xml);
    why = parse(xml, out);
    if (why) {
        sb_rules_release(out);
        hv_fail(err, HV_ERR_FORMAT, "the rules are refused: %s", why);
        hv_hint(err, "they are an <auth> element with rules, as the "
                     "application configuration shows it");
        return HV_ERR_FORMAT;
    }
    root = root_bytes(xml);
    out->xml = hv_calloc(1, root.len + 1);
    memcpy(out->xml, root.data, root.len);
    return HV_OK;
}

/* ------------------------------------------------------------- asking -- */

const struct sb_rule *
sb_rules_find(const struct sb_rules *rules, const char *name)
{
    for (size_t i = 0; i < rules->count; i++)
        if (strcmp(rules->items[i].name, name) == 0)
            return &rules->items[i];
    return NULL;
}

static bool
set_holds_type(const struct sb_set *set, const struct hv_guid *type)
{
    for (size_t i = 0; i < set->type_count; i++)
        if (sb_same_type(&set->types[i], type))
            return true;
    return set->type_count == 0;
}

/* @is_whole: what the answer is for some thing of the type, whose date is not
 * known: a target set may hold it, an exception set surely holds it. */
static bool
set_holds(const struct sb_set *set, const struct hv_guid *type,
          const int64_t *eff_ms, bool is_whole)
{
    if (!set_holds_type(set, type))
        return false;
    if (set->range_count == 0)
        return true;
    if (!eff_ms)
        return !is_whole;
    for (size_t i = 0; i < set->range_count; i++)
        if (*eff_ms >= set->ranges[i][0] && *eff_ms <= set->ranges[i][1])
            return true;
    return false;
}

unsigned
sb_rule_rights(const struct sb_rule *rule, const struct hv_guid *type,
               const int64_t *eff_ms)
{
    bool is_in = rule->target_count == 0;

    if (rule->is_incremental)
        return 0;
    for (size_t i = 0; !is_in && i < rule->target_count; i++)
        is_in = set_holds(&rule->targets[i], type, eff_ms, false);
    for (size_t i = 0; is_in && i < rule->exception_count; i++)
        is_in = !set_holds(&rule->exceptions[i], type, eff_ms, true);
    return is_in ? rule->rights : 0;
}

unsigned
sb_rules_rights(const struct sb_rules *rules, const struct hv_guid *type,
                const int64_t *eff_ms)
{
    unsigned all = 0;

    for (size_t i = 0; i < rules->count && all != SB_MAY_ALL; i++)
        all |= sb_rule_rights(&rules->items[i], type, eff_ms);
    return all;
}
