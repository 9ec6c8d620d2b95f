/*
 * row.c - parts of a journal row as bytes and back. Pure. Called by the writer
 * and the reader of the journal, which thus cannot disagree.
 */
#include "core/journal/row.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Stored by place: only ever append. */
static const char *const step_words[] = {
    "other", "header", "subscription", "version",
    "mac",   "xml",    "inner",        "nearest",
};

#define WHY_OK 0x80

static uint8_t
step_code(const char *word)
{
    for (size_t i = 1; word && i < HV_LEN(step_words); i++) {
        if (strcmp(word, step_words[i]) == 0)
            return (uint8_t)i;
    }
    return 0;
}

void
journal_why_encode(const struct hv_why_step *steps, size_t len,
                   struct hv_buf *out)
{
    hv_buf_clear(out);
    for (size_t i = 0; i < len && i < HV_MAX_WHY; i++) {
        size_t note_len = strnlen(steps[i].note, sizeof(steps[i].note) - 1);
        uint8_t head[2] = { step_code(steps[i].step), (uint8_t)note_len };

        if (steps[i].ok)
            head[0] |= WHY_OK;
        hv_buf_add(out, head, sizeof(head));
        hv_buf_add(out, steps[i].note, note_len);
    }
}

enum hv_status
journal_why_decode(struct hv_bytes bytes, struct hv_why_step steps[HV_MAX_WHY],
                   size_t *len, struct hv_error *err)
{
    size_t at = 0;
    size_t count = 0;

    while (at < bytes.len) {
        struct hv_why_step *step = &steps[count];
        size_t code;
        size_t note_len;

        if (count == HV_MAX_WHY || bytes.len - at < 2)
            return hv_fail(err, HV_ERR_DAMAGED, "a stored reason is damaged");
        code = bytes.data[at] & (WHY_OK - 1);
        note_len = bytes.data[at + 1];
        if (code >= HV_LEN(step_words) || note_len >= sizeof(step->note) ||
            note_len > bytes.len - at - 2 ||
            memchr(bytes.data + at + 2, '\0', note_len))
            return hv_fail(err, HV_ERR_DAMAGED, "a stored reason is damaged");
        *step = (struct hv_why_step){ .step = step_words[code],
                                      .ok = bytes.data[at] & WHY_OK };
        memcpy(step->note, bytes.data + at + 2, note_len);
        at += 2 + note_len;
        count++;
    }
    *len = count;
    return HV_OK;
}

static void
add_u64(struct hv_buf *out, uint64_t value)
{
    uint8_t bytes[8];

    for (size_t i = 0; i < 8; i++)
        bytes[7 - i] = (uint8_t)(value >> (8 * i));
    hv_buf_add(out, bytes, sizeof(bytes));
}

/* With its length, so that no two rows give the same bytes. */
static void
add_sized(struct hv_buf *out, const void *data, size_t len)
{
    add_u64(out, len);
    hv_buf_add(out, data, len);
}

enum hv_status
journal_row_context(struct journal_sha *sha, const struct hv_log_row *row,
                    const uint8_t digest[JOURNAL_DIGEST_LEN], int64_t datakey,
                    struct hv_bytes why, uint8_t out[32], struct hv_error *err)
{
    struct hv_buf *bytes = &sha->scratch;

    hv_buf_clear(bytes);
    hv_buf_add_str(bytes, "hvj1 row");
    add_u64(bytes, (uint64_t)row->id);
    add_u64(bytes, (uint64_t)row->received_ms);
    add_u64(bytes, row->has_sub);
    hv_buf_add(bytes, row->sub.b, sizeof(row->sub.b));
    add_sized(bytes, row->version.id, strlen(row->version.id));
    add_u64(bytes, (uint64_t)row->verdict);
    add_u64(bytes, (uint64_t)row->answered);
    add_u64(bytes, (uint64_t)row->bytes);
    hv_buf_add(bytes, row->sha256, sizeof(row->sha256));
    hv_buf_add(bytes, digest, JOURNAL_DIGEST_LEN);
    add_u64(bytes, row->is_test);
    add_u64(bytes, (uint64_t)row->events_count);
    add_u64(bytes, (uint64_t)row->things_count);
    add_sized(bytes, row->peer, strlen(row->peer));
    add_sized(bytes, why.data, why.len);
    add_u64(bytes, (uint64_t)datakey);
    return journal_sha_of(sha, hv_buf_bytes(bytes), (struct hv_bytes){ 0 }, out,
                          err);
}

struct hv_bytes
journal_body_aad(const uint8_t context[32], uint8_t out[JOURNAL_AAD_MAX])
{
    out[0] = 'B';
    memcpy(out + 1, context, 32);
    return (struct hv_bytes){ out, 33 };
}

struct hv_bytes
journal_event_aad(const uint8_t context[32],
                  const struct journal_event_head *head,
                  uint8_t out[JOURNAL_AAD_MAX])
{
    out[0] = 'E';
    memcpy(out + 1, context, 32);
    for (size_t i = 0; i < 8; i++)
        out[33 + 7 - i] = (uint8_t)((uint64_t)head->id >> (8 * i));
    memcpy(out + 41, head->sub.b, 16);
    memcpy(out + 57, head->record, 16);
    return (struct hv_bytes){ out, JOURNAL_AAD_MAX };
}

void
journal_event_encode(const struct hv_event *event, struct hv_buf *out)
{
    hv_buf_clear(out);
    hv_buf_add(out, event->person.b, 16);
    hv_buf_add(out, event->record.b, 16);
    for (size_t i = 0; i < event->things_len; i++)
        hv_buf_add(out, event->things[i].b, 16);
}

enum hv_status
journal_event_decode(struct hv_bytes bytes, struct hv_log_event *out,
                     struct hv_error *err)
{
    size_t things = bytes.len / 16;

    if (bytes.len % 16 != 0 || things < 2)
        return hv_fail(err, HV_ERR_DAMAGED, "a stored event is damaged");
    things -= 2;
    memcpy(out->person.b, bytes.data, 16);
    memcpy(out->record.b, bytes.data + 16, 16);
    out->things = things ? hv_calloc(things, sizeof(*out->things)) : NULL;
    out->things_len = things;
    for (size_t i = 0; i < things; i++)
        memcpy(out->things[i].b, bytes.data + 32 + 16 * i, 16);
    return HV_OK;
}
