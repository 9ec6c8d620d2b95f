/*
 * people.c - reads persons and records out of answers. Called by calls.c.
 * Pure. Attributes that are absent or odd become "not said"; ids must be
 * right, or the whole answer is refused.
 */
#include "core/client/people.h"
#include "core/wire/reader.h"
#include "core/wire/writer.h"
#include "hvconsole/clock.h"

#include <stdlib.h>
#include <string.h>

#define MAX_PEOPLE    100000 /* ceilings against a broken platform */
#define MAX_RECORDS   10000
#define NEVER_FROM_MS INT64_C(253370764800000) /* 9999-01-01 */

/* Fact: authorisation */
static const struct {
    const char *wire;
    enum hv_auth_action action;
} actions[] = {
    { "NoActionRequired", HV_AUTH_NONE },
    { "AuthorizationRequired", HV_AUTH_REQUIRED },
    { "ReauthorizationRequired", HV_AUTH_REAUTH_REQUIRED },
    { "ReauthorizationNotPossible", HV_AUTH_REAUTH_NOT_POSSIBLE },
    { "RecordLocationNotSupported", HV_AUTH_LOCATION },
};

void
hv_person_release(struct hv_person *person)
{
    free(person->records);
    *person = (struct hv_person){ 0 };
}

void
hv_people_release(struct hv_people *people)
{
    for (size_t i = 0; i < people->len; i++)
        hv_person_release(&people->items[i]);
    free(people->items);
    *people = (struct hv_people){ 0 };
}

enum hv_status
hv_people_info(const struct hv_guid *cursor, int count, struct hv_buf *out,
               struct hv_error *err)
{
    struct hv_writer w = { .buf = out };

    if (!cursor && count <= 0) {
        hv_write_raw(&w, "<info><parameters/></info>");
        return hv_writer_check(&w, err);
    }
    hv_write_raw(&w, "<info><parameters>");
    if (cursor)
        hv_write_element_guid(&w, "person-id-cursor", cursor);
    if (count > 0)
        hv_write_element_int(&w, "num-results", count);
    hv_write_raw(&w, "</parameters></info>");
    return hv_writer_check(&w, err);
}

static enum hv_auth_action
action_of(struct hv_bytes text)
{
    for (size_t i = 0; i < HV_LEN(actions); i++) {
        if (hv_bytes_equal(text, hv_bytes_str(actions[i].wire)))
            return actions[i].action;
    }
    return HV_AUTH_UNKNOWN;
}

static bool
bool_attribute(const xmlNode *node, const char *name)
{
    struct hv_bytes text = hv_xml_attribute(node, name);
    bool value = false;

    return text.data && !hv_xml_bool(text, &value) && value;
}

static int64_t
expiry(const xmlNode *node)
{
    struct hv_bytes text = hv_xml_attribute(node, "auth-expires");
    int64_t ms;

    if (!text.data || hv_time_parse(text, &ms))
        return 0;
    return ms >= NEVER_FROM_MS ? INT64_MAX : ms;
}

static enum hv_status
read_record(const xmlNode *node, struct hv_record *out, struct hv_error *err)
{
    struct hv_bytes id = hv_xml_attribute(node, "id");
    struct hv_bytes action = hv_xml_attribute(node, "app-record-auth-action");
    struct hv_bytes name = { 0 };
    enum hv_status st;

    if (!id.data || hv_guid_parse_bytes(id, &out->id))
        return hv_fail(err, HV_ERR_FORMAT, "a record has no proper id");
    st = hv_xml_text(node, &name, err);
    if (st)
        return st;
    name = hv_bytes_trim(name);
    if (name.len == 0)
        name = hv_xml_attribute(node, "display-name");
    hv_bytes_copy(out->name, sizeof(out->name), name);
    action = hv_bytes_trim(action);
    out->action = action_of(action);
    hv_bytes_copy(out->action_text, sizeof(out->action_text), action);
    out->expires_ms = expiry(node);
    out->is_expired = bool_attribute(node, "auth-expired");
    out->is_custodian = bool_attribute(node, "record-custodian");
    hv_bytes_copy(out->state, sizeof(out->state),
                  hv_bytes_trim(hv_xml_attribute(node, "state")));
    return HV_OK;
}

static enum hv_status
read_records(const xmlNode *info, struct hv_person *out, struct hv_error *err)
{
    for (const xmlNode *at = hv_xml_child(info, "record"); at;
         at = hv_xml_next(at, "record")) {
        enum hv_status st;

        if (out->records_len >= MAX_RECORDS)
            return hv_fail(err, HV_ERR_FORMAT, "a person has too many records");
        out->records = hv_realloc_array(out->records, out->records_len + 1,
                                        sizeof(struct hv_record));
        out->records[out->records_len] = (struct hv_record){ 0 };
        st = read_record(at, &out->records[out->records_len++], err);
        if (st)
            return st;
    }
    return HV_OK;
}

static enum hv_status
read_person(const xmlNode *info, struct hv_person *out, struct hv_error *err)
{
    struct hv_bytes name;
    enum hv_status st;

    st = hv_xml_one_guid(info, "person-id", true, &out->id, err);
    if (!st)
        st = hv_xml_one_text(info, "name", true, &name, err);
    if (st)
        return st;
    hv_bytes_copy(out->name, sizeof(out->name), name);
    st =
        hv_xml_one_guid(info, "selected-record-id", false, &out->selected, err);
    if (!st)
        st = hv_xml_one_bool(info, "more-records", &out->has_more_records, err);
    if (!st)
        st = read_records(info, out, err);
    return st;
}

enum hv_status
hv_person_info_read(const xmlNode *info, struct hv_person *out,
                    struct hv_error *err)
{
    struct hv_person made = { 0 };
    const xmlNode *node;
    enum hv_status st;

    st = hv_xml_one(info, "person-info", true, &node, err);
    if (!st)
        st = read_person(node, &made, err);
    if (st) {
        hv_person_release(&made);
        return st;
    }
    *out = made;
    return HV_OK;
}

enum hv_status
hv_people_read(const xmlNode *info, struct hv_people *out, struct hv_error *err)
{
    struct hv_people made = { 0 };
    const xmlNode *results;
    enum hv_status st;

    st = hv_xml_one(info, "response-results", true, &results, err);
    if (!st)
        st = hv_xml_one_bool(results, "more-results", &made.has_more, err);
    if (st)
        return st;
    for (const xmlNode *at = hv_xml_child(results, "person-info"); at;
         at = hv_xml_next(at, "person-info")) {
        if (made.len >= MAX_PEOPLE) {
            st = hv_fail(err, HV_ERR_FORMAT, "there are too many persons");
            break;
        }
        made.items = hv_realloc_array(made.items, made.len + 1,
                                      sizeof(struct hv_person));
        made.items[made.len] = (struct hv_person){ 0 };
        st = read_person(at, &made.items[made.len++], err);
        if (st)
            break;
    }
    if (st) {
        hv_people_release(&made);
        return st;
    }
    *out = made;
    return HV_OK;
}
