/*
 * seal.c - the bytes of a notification and the line that signs them.
 * Called by queue.c when a batch is to be sent. Decides nothing. Pure.
 */
#include "hvconsole/names.h"
#include "sandbox/model.h"
#include "sandbox/sign.h"

static bool
same_pair(const struct sb_event *a, const struct sb_event *b)
{
    return hv_guid_equal(&a->person, &b->person) &&
           hv_guid_equal(&a->record, &b->record);
}

static void
add_element(struct hv_buf *out, const char *name, const struct hv_guid *id)
{
    char text[HV_GUID_TEXT];

    hv_guid_format(id, text);
    hv_buf_addf(out, "<%s>%s</%s>", name, text, name);
}

/* One notification for a pair of person and record, with all their things. */
static void
add_notification(struct hv_buf *out, const struct sb_batch *batch, size_t first)
{
    const struct sb_event *pair = &batch->events[first];

    hv_buf_add_str(out, "<notification><common>");
    add_element(out, "subscription-id", &batch->sub);
    hv_buf_add_str(out, "</common><record-change-notification>");
    add_element(out, "person-id", &pair->person);
    add_element(out, "record-id", &pair->record);
    hv_buf_add_str(out, "<things>");
    for (size_t i = first; i < batch->count; i++) {
        if (!same_pair(&batch->events[i], pair))
            continue;
        hv_buf_add_str(out, "<thing>");
        add_element(out, "thing-id", &batch->events[i].thing);
        hv_buf_add_str(out, "</thing>");
    }
    hv_buf_add_str(out,
                   "</things></record-change-notification></notification>");
}

/* Fact: notify-body. Pairs come in the order of their first change. */
void
sb_batch_write(struct sb_batch *batch)
{
    struct hv_buf *out = &batch->body;

    hv_buf_clear(out);
    hv_buf_add_str(out,
                   "<?xml version=\"1.0\" encoding=\"utf-8\"?>"
                   "<wc:notifications xmlns:wc=\"" HV_NS_NOTIFICATION "\">");
    for (size_t i = 0; i < batch->count; i++) {
        size_t earlier = 0;

        while (earlier < i &&
               !same_pair(&batch->events[earlier], &batch->events[i]))
            earlier++;
        if (earlier == i)
            add_notification(out, batch, i);
    }
    hv_buf_add_str(out, "</wc:notifications>");
}

enum hv_status
sb_batch_sign(struct sb_batch *batch, const struct sb_sub *sub, bool wants_old)
{
    const struct sb_key *key =
        wants_old && sub->old_key.key.len > 0 ? &sub->old_key : &sub->key;

    batch->version = key->version;
    return sb_notify_sign(&sub->id, key, hv_buf_bytes(&batch->body),
                          batch->authorization, sizeof(batch->authorization));
}
