/*
 * writer.c - XML as exact bytes, into a buffer or into locked memory. Pure.
 * Called by what builds requests. Must not normalise, indent or declare
 * anything that was not asked for.
 */
#include "core/wire/writer.h"
#include "hvconsole/codec.h"
#include "hvconsole/text.h"

#include <stdio.h>
#include <string.h>

/* Whole groups of three, so that pieces join; small, so that the copy of a key
 * on the stack is soon wiped. */
#define BASE64_PIECE 48

void
hv_write_raw_bytes(struct hv_writer *w, struct hv_bytes markup)
{
    if (w->is_over || markup.len == 0)
        return;
    if (w->buf) {
        hv_buf_add_bytes(w->buf, markup);
        w->is_over = w->buf->is_over;
    } else if (w->secret) {
        if (markup.len > w->secret->len - w->len) {
            w->is_over = true;
            return;
        }
        memcpy(w->secret->data + w->len, markup.data, markup.len);
    }
    w->len += markup.len;
}

void
hv_write_raw(struct hv_writer *w, const char *markup)
{
    hv_write_raw_bytes(w, hv_bytes_str(markup));
}

static const char *
escape_of(char c)
{
    /* A raw CR would be read as LF. */
    return c == '\r' ? "&#13;" : hv_markup_escape(c);
}

/* XML 1.0 cannot carry the rest of C0, nor the two noncharacters. */
static bool
can_carry(struct hv_bytes text)
{
    size_t pos = 0;

    while (pos < text.len) {
        int32_t c = hv_utf8_next(text, &pos);

        if (c < 0 || c == 0xFFFE || c == 0xFFFF ||
            (c < 0x20 && !hv_is_xml_space((uint8_t)c)))
            return false;
    }
    return true;
}

void
hv_write_text(struct hv_writer *w, struct hv_bytes text)
{
    size_t from = 0;

    if (!can_carry(text)) {
        w->is_bad = true;
        return;
    }
    for (size_t i = 0; i < text.len; i++) {
        const char *escape = escape_of((char)text.data[i]);

        if (!escape)
            continue;
        hv_write_raw_bytes(w, (struct hv_bytes){ text.data + from, i - from });
        hv_write_raw(w, escape);
        from = i + 1;
    }
    if (from < text.len)
        hv_write_raw_bytes(
            w, (struct hv_bytes){ text.data + from, text.len - from });
}

static void
write_tag(struct hv_writer *w, const char *before, const char *name)
{
    hv_write_raw(w, before);
    hv_write_raw(w, name);
    hv_write_raw(w, ">");
}

void
hv_write_element(struct hv_writer *w, const char *name, struct hv_bytes text)
{
    write_tag(w, "<", name);
    hv_write_text(w, text);
    write_tag(w, "</", name);
}

void
hv_write_element_str(struct hv_writer *w, const char *name, const char *text)
{
    hv_write_element(w, name, hv_bytes_str(text));
}

void
hv_write_element_guid(struct hv_writer *w, const char *name,
                      const struct hv_guid *id)
{
    char text[HV_GUID_TEXT];

    hv_guid_format(id, text);
    hv_write_element_str(w, name, text);
}

void
hv_write_element_int(struct hv_writer *w, const char *name, int value)
{
    char text[16];

    snprintf(text, sizeof(text), "%d", value);
    hv_write_element_str(w, name, text);
}

void
hv_write_element_base64(struct hv_writer *w, const char *name,
                        struct hv_bytes data)
{
    char text[HV_BASE64_SIZE(BASE64_PIECE)];

    write_tag(w, "<", name);
    for (size_t i = 0; i < data.len; i += BASE64_PIECE) {
        size_t left = data.len - i;

        hv_base64_encode(data.data + i,
                         left < BASE64_PIECE ? left : BASE64_PIECE, text);
        hv_write_raw(w, text);
    }
    hv_wipe(text, sizeof(text));
    write_tag(w, "</", name);
}

enum hv_status
hv_writer_check(const struct hv_writer *w, struct hv_error *err)
{
    if (w->is_bad)
        return hv_fail(err, HV_ERR_FORMAT,
                       "a text holds characters that XML cannot carry");
    if (w->is_over)
        return hv_fail(err, HV_ERR_LIMIT, "the document is too large");
    return HV_OK;
}

enum hv_status
hv_write_secret(hv_write_fn fn, const void *arg, struct hv_secret *out,
                struct hv_error *err)
{
    struct hv_writer count = { 0 };
    struct hv_writer writer = { 0 };
    struct hv_secret made = { 0 };
    enum hv_status st;

    fn(&count, arg);
    st = hv_writer_check(&count, err);
    if (!st)
        st = hv_secret_init(&made, count.len, err);
    if (st)
        return st;
    writer.secret = &made;
    fn(&writer, arg);
    st = hv_writer_check(&writer, err);
    if (st) {
        hv_secret_release(&made);
        return st;
    }
    *out = made;
    return HV_OK;
}
