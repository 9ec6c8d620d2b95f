/*
 * rules.c - the authorization rules of an application, read from their XML.
 * Pure. Dates of sets are not looked at: a rule that allows some things of a
 * type counts as a rule for the type. Fact: authorization-rules
 */
#include "core/wire/gate.h"
#include "core/wire/reader.h"
#include "hvconsole/access.h"
#include "hvconsole/limits.h"
#include "hvconsole/names.h"

#include <stdlib.h>
#include <string.h>

#define MAX_RULES_XML (64 * 1024)

void
hv_rules_release(struct hv_rules *rules)
{
    for (size_t i = 0; i < rules->len; i++) {
        free(rules->items[i].types);
        free(rules->items[i].excepted);
    }
    free(rules->items);
    *rules = (struct hv_rules){ 0 };
}

/* The types of one kind of set, all together; @any: a set without types. */
static enum hv_status
read_sets(const xmlNode *rule, const char *name, struct hv_guid **types,
          size_t *len, bool *has_any, bool skips_dated, struct hv_error *err)
{
    for (const xmlNode *set = hv_xml_child(rule, name); set;
         set = hv_xml_next(set, name)) {
        const xmlNode *type = hv_xml_child(set, "type-id");

        if (skips_dated && hv_xml_child(set, "date-range"))
            continue;
        *has_any |= !type;
        for (; type; type = hv_xml_next(type, "type-id")) {
            struct hv_bytes text;
            enum hv_status st = hv_xml_text(type, &text, err);

            if (st)
                return st;
            *types = hv_realloc_array(*types, *len + 1, sizeof(**types));
            if (hv_guid_parse_bytes(text, &(*types)[*len]))
                return hv_fail(err, HV_ERR_FORMAT,
                               "a type-id of the rules is not a guid");
            (*len)++;
        }
    }
    return HV_OK;
}

static enum hv_status
read_rights(const xmlNode *node, uint8_t *out, struct hv_error *err)
{
    for (const xmlNode *at = hv_xml_child(node, "permission"); at;
         at = hv_xml_next(at, "permission")) {
        struct hv_bytes word;
        unsigned rights;
        enum hv_status st = hv_xml_text(at, &word, err);

        if (st)
            return st;
        rights = hv_rights_word(hv_bytes_trim(word));
        if (!rights)
            return hv_fail(err, HV_ERR_FORMAT,
                           "a permission of the rules is none of Read, Update, "
                           "Create, Delete, All");
        *out |= (uint8_t)rights;
    }
    if (*out)
        return HV_OK;
    return hv_fail(err, HV_ERR_FORMAT, "a rule gives no permission");
}

static enum hv_status
read_rule(const xmlNode *node, struct hv_rule *out, struct hv_error *err)
{
    struct hv_bytes name = hv_xml_attribute(node, "name");
    struct hv_bytes optional = hv_xml_attribute(node, "is-optional");
    bool excepts_all = false;
    enum hv_status st = HV_OK;

    if (name.len >= sizeof(out->name))
        return hv_fail(err, HV_ERR_FORMAT,
                       "the name of a rule has more than %zu characters",
                       sizeof(out->name) - 1);
    hv_bytes_copy(out->name, sizeof(out->name), name);
    if (optional.data && hv_xml_bool(optional, &out->is_optional))
        return hv_fail(err, HV_ERR_FORMAT,
                       "is-optional of a rule is neither true nor false");
    st = read_rights(node, &out->rights, err);
    if (!st)
        st = read_sets(node, "target-set", &out->types, &out->types_len,
                       &out->is_everything, false, err);
    if (!st)
        st = read_sets(node, "exception-set", &out->excepted,
                       &out->excepted_len, &excepts_all, true, err);
    if (!hv_xml_child(node, "target-set"))
        out->is_everything = true;
    if (excepts_all)
        out->rights = 0;
    return st;
}

static enum hv_status
read_rules(const xmlNode *root, struct hv_rules *out, struct hv_error *err)
{
    const xmlNode *rules = NULL;
    enum hv_status st;

    if (!root || !hv_xml_is(root, "auth"))
        return hv_fail(err, HV_ERR_FORMAT,
                       "the rules are not an <auth> element");
    st = hv_xml_one(root, "rules", true, &rules, err);
    for (const xmlNode *at = st ? NULL : hv_xml_child(rules, "rule"); at && !st;
         at = hv_xml_next(at, "rule")) {
        out->items =
            hv_realloc_array(out->items, out->len + 1, sizeof(*out->items));
        out->items[out->len] = (struct hv_rule){ 0 };
        st = read_rule(at, &out->items[out->len++], err);
    }
    return st;
}

enum hv_status
hv_rules_parse(struct hv_bytes xml, struct hv_rules *out, struct hv_error *err)
{
    struct hv_rules made = { 0 };
    xmlDocPtr doc = NULL;
    enum hv_status st;

    if (xml.len > MAX_RULES_XML)
        return hv_fail(err, HV_ERR_LIMIT, "rules of more than %d bytes",
                       MAX_RULES_XML);
    st = hv_xml_parse(xml, HV_MAX_XML_TAG, HV_MAX_XML_DEPTH, &doc, err);
    if (!st)
        st = read_rules(xmlDocGetRootElement(doc), &made, err);
    xmlFreeDoc(doc);
    if (st) {
        hv_rules_release(&made);
        return st;
    }
    *out = made;
    return HV_OK;
}

/* All versions of a type are one type to the rules. */
static bool
is_same_type(const struct hv_guid *a, const struct hv_guid *b)
{
    const struct hv_thing_type *one, *other;

    if (hv_guid_equal(a, b))
        return true;
    one = hv_thing_type_find(a);
    other = hv_thing_type_find(b);
    return one && other && strcmp(one->family, other->family) == 0;
}

static bool
names_type(const struct hv_guid *types, size_t len, const struct hv_guid *type)
{
    for (size_t i = 0; i < len; i++) {
        if (is_same_type(&types[i], type))
            return true;
    }
    return false;
}

unsigned
hv_rules_demand(const struct hv_rules *rules, const struct hv_guid *type)
{
    unsigned rights = 0;

    for (size_t i = 0; rules && i < rules->len; i++) {
        const struct hv_rule *rule = &rules->items[i];

        if (rule->is_optional ||
            names_type(rule->excepted, rule->excepted_len, type))
            continue;
        if (rule->is_everything ||
            names_type(rule->types, rule->types_len, type))
            rights |= rule->rights;
    }
    return rights;
}
