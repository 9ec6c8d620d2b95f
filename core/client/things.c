/*
 * things.c - GetThings: what a notification points at. Called by the commands.
 * The data is copied out of the answer as it came and kept nowhere else.
 * Fact: get-things
 */
#include "core/client/state.h"
#include "core/wire/reader.h"
#include "core/wire/writer.h"
#include "hvconsole/access.h"
#include "hvconsole/clock.h"

#include <stdlib.h>
#include <string.h>

#define MAX_THINGS 10000 /* a ceiling against a broken platform */

void
hv_thing_list_release(struct hv_thing_list *list)
{
    for (size_t i = 0; i < list->len; i++)
        hv_buf_release(&list->items[i].xml);
    free(list->items);
    *list = (struct hv_thing_list){ 0 };
}

/* ---- reading ---- */

static enum hv_status
read_time(const xmlNode *parent, const char *name, int64_t *out,
          struct hv_error *err)
{
    struct hv_bytes text = { 0 };
    enum hv_status st = hv_xml_one_text(parent, name, false, &text, err);

    *out = 0;
    if (!st && text.len && hv_time_parse(text, out))
        *out = 0; /* a time that is none is not said */
    return st;
}

/* `created` or `updated`: when, and what was done. */
static enum hv_status
read_audit(const xmlNode *thing, const char *name, int64_t *ms,
           struct hv_bytes *action, struct hv_error *err)
{
    const xmlNode *audit = NULL;
    enum hv_status st = hv_xml_one(thing, name, false, &audit, err);

    *action = (struct hv_bytes){ 0 };
    *ms = 0;
    if (st || !audit)
        return st;
    st = read_time(audit, "timestamp", ms, err);
    if (!st)
        st = hv_xml_one_text(audit, "audit-action", false, action, err);
    return st;
}

/* The markup of data-xml's children, written again with a line an element. */
static enum hv_status
copy_data(const xmlNode *thing, struct hv_buf *out, struct hv_error *err)
{
    const xmlNode *data = NULL;
    xmlBufferPtr text;
    enum hv_status st = hv_xml_one(thing, "data-xml", false, &data, err);

    if (st || !data)
        return st;
    text = xmlBufferCreate();
    if (!text)
        return hv_fail(err, HV_ERR_LIMIT, "no memory for the data of a thing");
    for (xmlNode *at = data->children; at; at = at->next) {
        if (xmlNodeDump(text, data->doc, at, 0, 1) < 0)
            st = HV_ERR_FORMAT;
    }
    if (st)
        st = hv_fail(err, HV_ERR_FORMAT, "the data of a thing cannot be read");
    else
        hv_buf_add(out, xmlBufferContent(text), (size_t)xmlBufferLength(text));
    xmlBufferFree(text);
    return st;
}

static enum hv_status
read_key(const xmlNode *node, struct hv_thing *out, struct hv_error *err)
{
    const xmlNode *type = NULL, *id = NULL;
    struct hv_bytes stamp;
    enum hv_status st = hv_xml_one_guid(node, "thing-id", true, &out->id, err);

    if (!st)
        st = hv_xml_one(node, "thing-id", true, &id, err);
    if (!st)
        st = hv_xml_one_guid(node, "type-id", true, &out->type, err);
    if (!st)
        st = hv_xml_one(node, "type-id", true, &type, err);
    if (st)
        return st;
    stamp = hv_xml_attribute(id, "version-stamp");
    if (stamp.data && hv_guid_parse_bytes(stamp, &out->version))
        return hv_fail(err, HV_ERR_FORMAT, "a version stamp is not a guid");
    hv_bytes_copy(out->type_name, sizeof(out->type_name),
                  hv_xml_attribute(type, "name"));
    return read_time(node, "eff-date", &out->eff_ms, err);
}

static enum hv_status
read_thing(const xmlNode *node, struct hv_thing *out, struct hv_error *err)
{
    struct hv_bytes state = { 0 }, made = { 0 }, changed = { 0 };
    enum hv_status st = read_key(node, out, err);

    if (!st)
        st = hv_xml_one_text(node, "thing-state", false, &state, err);
    if (!st)
        st = read_audit(node, "created", &out->created_ms, &made, err);
    if (!st)
        st = read_audit(node, "updated", &out->updated_ms, &changed, err);
    if (!st)
        st = copy_data(node, &out->xml, err);
    if (st)
        return st;
    out->is_deleted = hv_bytes_equal(state, hv_bytes_str("Deleted"));
    out->was_created = hv_bytes_equal(changed, hv_bytes_str("Created")) ||
                       (out->created_ms && out->created_ms == out->updated_ms);
    return HV_OK;
}

static struct hv_thing *
add_thing(struct hv_thing_list *list)
{
    list->items =
        hv_realloc_array(list->items, list->len + 1, sizeof(*list->items));
    list->items[list->len] = (struct hv_thing){ 0 };
    return &list->items[list->len++];
}

static enum hv_status
read_group(const xmlNode *group, struct hv_thing_list *out,
           struct hv_error *err)
{
    enum hv_status st =
        hv_xml_one_bool(group, "filtered", &out->is_filtered, err);

    for (const xmlNode *at = hv_xml_child(group, "thing"); at && !st;
         at = hv_xml_next(at, "thing")) {
        if (out->len == MAX_THINGS)
            return hv_fail(err, HV_ERR_FORMAT, "there are too many things");
        st = read_thing(at, add_thing(out), err);
    }
    for (const xmlNode *at = hv_xml_child(group, "unprocessed-thing-key-info");
         at && !st; at = hv_xml_next(at, "unprocessed-thing-key-info")) {
        if (out->len == MAX_THINGS)
            return hv_fail(err, HV_ERR_FORMAT, "there are too many things");
        st = read_key(at, add_thing(out), err);
    }
    return st;
}

static enum hv_status
read_things(const xmlNode *info, void *arg, struct hv_error *err)
{
    struct hv_thing_list *out = arg;
    struct hv_thing_list made = { 0 };
    const xmlNode *group = NULL;
    enum hv_status st = hv_xml_one(info, "group", true, &group, err);

    if (!st)
        st = read_group(group, &made, err);
    if (st) {
        hv_thing_list_release(&made);
        return st;
    }
    *out = made;
    return HV_OK;
}

/* ---- asking ---- */

static enum hv_status
ask(struct hv_client *client, const struct hv_guid *person,
    const struct hv_guid *record, struct hv_buf *info,
    struct hv_thing_list *out, struct hv_error *err)
{
    struct hv_call call = { .method = "GetThings",
                            .version = 3,
                            .info = hv_buf_bytes(info),
                            .record = record,
                            .offline_person = person };

    return hv_client_ask(client, &call, read_things, out, err);
}

/* Ids and filters are alternatives to the platform: drop what nobody named. */
static void
keep_named(struct hv_thing_list *list, const struct hv_guid *ids, size_t len)
{
    size_t kept = 0;

    for (size_t i = 0; i < list->len; i++) {
        size_t k = 0;

        while (k < len && !hv_guid_equal(&ids[k], &list->items[i].id))
            k++;
        if (k < len)
            list->items[kept++] = list->items[i];
        else
            hv_buf_release(&list->items[i].xml);
    }
    list->len = kept;
}

enum hv_status
hv_client_things(struct hv_client *client, const struct hv_guid *person,
                 const struct hv_guid *record, const struct hv_guid *ids,
                 size_t len, bool deleted, struct hv_thing_list *out,
                 struct hv_error *err)
{
    struct hv_buf info = { 0 };
    struct hv_writer w = { .buf = &info };
    enum hv_status st;

    hv_write_raw(&w, "<info><group name=\"things\">");
    for (size_t i = 0; i < len; i++)
        hv_write_element_guid(&w, "id", &ids[i]);
    if (deleted)
        hv_write_raw(&w, "<filter><thing-state>Deleted</thing-state></filter>");
    hv_write_raw(&w, "<format><section>core</section><section>audits</section>"
                     "<xml/></format></group></info>");
    st = hv_writer_check(&w, err);
    if (!st)
        st = ask(client, person, record, &info, out, err);
    if (!st)
        keep_named(out, ids, len);
    hv_buf_release(&info);
    return st;
}

enum hv_status
hv_client_recent_things(struct hv_client *client, const struct hv_guid *person,
                        const struct hv_guid *record, int max,
                        struct hv_thing_list *out, struct hv_error *err)
{
    struct hv_buf info = { 0 };
    enum hv_status st;

    hv_buf_addf(&info,
                "<info><group name=\"things\" max=\"%d\"><filter>"
                "<thing-state>Active</thing-state></filter><format>"
                "<section>core</section></format></group></info>",
                max);
    st = ask(client, person, record, &info, out, err);
    hv_buf_release(&info);
    return st;
}
