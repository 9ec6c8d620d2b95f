/*
 * updated.c - reads which records changed out of an answer. Called by calls.c.
 * Pure. One record that cannot be read refuses the whole answer: a gap must not
 * hide behind it.
 */
#include "core/client/people.h"
#include "core/wire/reader.h"
#include "core/wire/writer.h"
#include "hvconsole/clock.h"

#include <stdlib.h>

#define MAX_UPDATED 1000000 /* a ceiling against a broken platform */

void
hv_updated_list_release(struct hv_updated_list *list)
{
    free(list->items);
    *list = (struct hv_updated_list){ 0 };
}

enum hv_status
hv_updated_info(int64_t since_ms, struct hv_buf *out, struct hv_error *err)
{
    struct hv_writer w = { .buf = out };
    char since[HV_TIME_TEXT];

    hv_write_raw(&w, "<info>");
    if (since_ms > 0) {
        hv_time_format(since_ms, since);
        hv_write_element_str(&w, "update-date", since);
    }
    hv_write_raw(&w, "</info>");
    return hv_writer_check(&w, err);
}

static enum hv_status
read_one(const xmlNode *node, struct hv_updated_record *out,
         struct hv_error *err)
{
    struct hv_bytes when;
    enum hv_status st;

    st = hv_xml_one_guid(node, "record-id", true, &out->record, err);
    if (!st)
        st = hv_xml_one_guid(node, "person-id", true, &out->person, err);
    if (!st)
        st = hv_xml_one_text(node, "update-date", true, &when, err);
    if (!st && hv_time_parse(when, &out->updated_ms))
        st = hv_fail(err, HV_ERR_FORMAT,
                     "the time of an updated record is no time");
    return st;
}

enum hv_status
hv_updated_read(const xmlNode *info, struct hv_updated_list *out,
                struct hv_error *err)
{
    struct hv_updated_list list = { 0 };
    const xmlNode *parent = NULL;
    size_t cap = 0;
    enum hv_status st =
        hv_xml_one(info, "updated-records", false, &parent, err);

    for (const xmlNode *at =
             parent ? hv_xml_child(parent, "updated-record") : NULL;
         at && !st; at = hv_xml_next(at, "updated-record")) {
        if (list.len == MAX_UPDATED) {
            st = hv_fail(err, HV_ERR_FORMAT, "too many records were updated");
            break;
        }
        if (list.len == cap) {
            cap = cap ? 2 * cap : 64;
            list.items =
                hv_realloc_array(list.items, cap, sizeof(*list.items));
        }
        list.items[list.len] = (struct hv_updated_record){ 0 };
        st = read_one(at, &list.items[list.len++], err);
    }
    if (st) {
        hv_updated_list_release(&list);
        return st;
    }
    *out = list;
    return HV_OK;
}
