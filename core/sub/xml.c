/*
 * xml.c - subscriptions to and from XML. Called by core/client. Pure. Keys go
 * from and to locked memory; the sentences never hold them.
 */
#include "core/sub/xml.h"
#include "core/wire/reader.h"
#include "hvconsole/codec.h"

#include <stdlib.h>
#include <string.h>

#define MAX_LIST 1024 /* far above what a platform allows */
#define MAX_KEY  96   /* bytes of 128 base64 characters */

void
hv_sub_write(struct hv_writer *w, const struct hv_sub *sub)
{
    hv_write_raw(w, "<subscription><common>");
    if (!hv_guid_is_zero(&sub->id))
        hv_write_element_guid(w, "id", &sub->id);
    hv_write_raw(w, "<notification-authentication-info>"
                    "<hv-eventing-shared-key>");
    hv_write_element_base64(w, "notification-key", hv_secret_bytes(&sub->key));
    hv_write_element_str(w, "notification-key-version-id", sub->version.id);
    hv_write_raw(w, "</hv-eventing-shared-key>"
                    "</notification-authentication-info>"
                    "<notification-channel><http-notification-channel>");
    hv_write_element_str(w, "url", sub->url);
    hv_write_raw(w, "</http-notification-channel></notification-channel>"
                    "</common><record-item-changed-event><filters>");
    for (size_t i = 0; i < sub->filters_len; i++) {
        hv_write_raw(w, "<filter><type-ids>");
        for (size_t k = 0; k < sub->filters[i].types_len; k++)
            hv_write_element_guid(w, "type-id", &sub->filters[i].types[k]);
        hv_write_raw(w, "</type-ids></filter>");
    }
    hv_write_raw(w, "</filters></record-item-changed-event></subscription>");
}

static void
write_sub_info(struct hv_writer *w, const void *arg)
{
    hv_write_raw(w, "<info>");
    hv_sub_write(w, arg);
    hv_write_raw(w, "</info>");
}

static void
write_unsubscribe_info(struct hv_writer *w, const void *arg)
{
    hv_write_raw(w, "<info>");
    hv_write_element_guid(w, "subscription-id", arg);
    hv_write_raw(w, "</info>");
}

enum hv_status
hv_sub_info(const struct hv_sub *sub, struct hv_secret *out,
            struct hv_error *err)
{
    return hv_write_secret(write_sub_info, sub, out, err);
}

enum hv_status
hv_unsubscribe_info(const struct hv_guid *id, struct hv_secret *out,
                    struct hv_error *err)
{
    return hv_write_secret(write_unsubscribe_info, id, out, err);
}

/* As echoed, of whatever length it is: whoever compares will see. */
static enum hv_status
read_key(const xmlNode *auth, struct hv_secret *out, struct hv_error *err)
{
    struct hv_bytes text;
    size_t len;
    enum hv_status st;

    st = hv_xml_one_text(auth, "notification-key", false, &text, err);
    if (st || text.len == 0)
        return st;
    st = hv_secret_init(out, MAX_KEY, err);
    if (st)
        return st;
    if (hv_base64_decode_xml((const char *)text.data, text.len, out->data,
                             out->len, &len))
        return hv_fail(err, HV_ERR_FORMAT,
                       "a subscription's key is not base64, or too long");
    out->len = len;
    return HV_OK;
}

static enum hv_status
read_authentication(const xmlNode *common, struct hv_sub *sub,
                    struct hv_error *err)
{
    const xmlNode *auth;
    struct hv_bytes version;
    enum hv_status st;

    st = hv_xml_path(common,
                     "notification-authentication-info/"
                     "hv-eventing-shared-key",
                     &auth, err);
    if (!st)
        st = read_key(auth, &sub->key, err);
    if (!st)
        st = hv_xml_one_text(auth, "notification-key-version-id", true,
                             &version, err);
    if (!st && hv_key_version_parse(version, &sub->version))
        st = hv_fail(err, HV_ERR_FORMAT,
                     "a subscription's key version id is malformed");
    return st;
}

static enum hv_status
read_channel(const xmlNode *common, struct hv_sub *sub, struct hv_error *err)
{
    const xmlNode *channel;
    struct hv_bytes url;
    enum hv_status st;

    st = hv_xml_path(common, "notification-channel/http-notification-channel",
                     &channel, err);
    if (!st)
        st = hv_xml_one_text(channel, "url", true, &url, err);
    if (st)
        return st;
    if (url.len > HV_MAX_URL)
        return hv_fail(err, HV_ERR_FORMAT,
                       "a subscription's URL is longer than %d bytes",
                       HV_MAX_URL);
    hv_bytes_copy(sub->url, sizeof(sub->url), url);
    return HV_OK;
}

static enum hv_status
read_filter(const xmlNode *filter, size_t index, struct hv_sub *sub,
            struct hv_error *err)
{
    const xmlNode *types;
    enum hv_status st;

    st = hv_xml_one(filter, "type-ids", true, &types, err);
    if (st)
        return st;
    for (const xmlNode *at = hv_xml_child(types, "type-id"); at;
         at = hv_xml_next(at, "type-id")) {
        struct hv_bytes text;
        struct hv_guid id;

        st = hv_xml_text(at, &text, err);
        if (st)
            return st;
        if (hv_guid_parse_bytes(text, &id))
            return hv_fail(err, HV_ERR_FORMAT,
                           "a subscription's type-id is not a GUID");
        hv_sub_add_type(sub, index, &id);
    }
    return HV_OK;
}

/* Another kind of event than item changes leaves the filters empty. */
static enum hv_status
read_filters(const xmlNode *node, struct hv_sub *sub, struct hv_error *err)
{
    const xmlNode *event;
    const xmlNode *filters;
    size_t index = 0;
    enum hv_status st;

    st = hv_xml_one(node, "record-item-changed-event", false, &event, err);
    if (st || !event)
        return st;
    st = hv_xml_one(event, "filters", true, &filters, err);
    if (st)
        return st;
    for (const xmlNode *at = hv_xml_child(filters, "filter"); at;
         at = hv_xml_next(at, "filter")) {
        if (index >= HV_MAX_TYPES_PER_SUB)
            return hv_fail(err, HV_ERR_LIMIT,
                           "a subscription has too many filters");
        st = read_filter(at, index++, sub, err);
        if (st)
            return st;
    }
    return HV_OK;
}

static enum hv_status
read_sub(const xmlNode *node, struct hv_sub *sub, struct hv_error *err)
{
    const xmlNode *common;
    enum hv_status st;

    st = hv_xml_one(node, "common", true, &common, err);
    if (!st)
        st = hv_xml_one_guid(common, "id", true, &sub->id, err);
    if (!st)
        st = read_authentication(common, sub, err);
    if (!st)
        st = read_channel(common, sub, err);
    if (!st)
        st = read_filters(node, sub, err);
    if (!st)
        hv_sub_echo(node, &sub->xml);
    return st;
}

enum hv_status
hv_sub_list_read(const xmlNode *info, struct hv_sub_list *out,
                 struct hv_error *err)
{
    struct hv_sub_list list = { 0 };
    const xmlNode *all;
    enum hv_status st;

    st = hv_xml_one(info, "subscriptions", true, &all, err);
    if (st)
        return st;
    for (const xmlNode *at = hv_xml_child(all, "subscription"); at;
         at = hv_xml_next(at, "subscription")) {
        if (list.len >= MAX_LIST) {
            st = hv_fail(err, HV_ERR_LIMIT, "there are too many subscriptions");
            goto out;
        }
        list.items =
            hv_realloc_array(list.items, list.len + 1, sizeof(struct hv_sub));
        list.items[list.len++] = (struct hv_sub){ 0 };
        st = read_sub(at, &list.items[list.len - 1], err);
        if (st)
            goto out;
    }
    *out = list;
    list = (struct hv_sub_list){ 0 };
out:
    hv_sub_list_release(&list);
    return st;
}
