/*
 * buf.c - the growing buffer with a ceiling. Pure. Called everywhere; never
 * holds a secret, because growing leaves copies behind.
 */
#include "hvconsole/bytes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DEFAULT_CEILING ((size_t)64 * 1024 * 1024)
#define FIRST_CAP       64

/* Room for @more bytes and the NUL; false (and is_over) past the ceiling. */
static bool
make_room(struct hv_buf *buf, size_t more)
{
    size_t ceiling = buf->ceiling ? buf->ceiling : DEFAULT_CEILING;
    size_t cap = buf->cap ? buf->cap : FIRST_CAP;
    size_t need;

    /* Once over, always over: content with a hole in it would be worse than
     * a clean prefix. */
    if (buf->is_over || buf->len > ceiling || more > ceiling - buf->len) {
        buf->is_over = true;
        return false;
    }
    need = buf->len + more + 1;
    if (need <= buf->cap)
        return true;
    while (cap < need)
        cap *= 2;
    buf->data = hv_realloc_array(buf->data, cap, 1);
    buf->cap = cap;
    return true;
}

void
hv_buf_release(struct hv_buf *buf)
{
    free(buf->data);
    *buf = (struct hv_buf){ 0 };
}

void
hv_buf_clear(struct hv_buf *buf)
{
    buf->len = 0;
    buf->is_over = false;
    if (buf->data)
        buf->data[0] = '\0';
}

void
hv_buf_add(struct hv_buf *buf, const void *data, size_t len)
{
    if (len == 0 || !make_room(buf, len))
        return;
    memcpy(buf->data + buf->len, data, len);
    buf->len += len;
    buf->data[buf->len] = '\0';
}

void
hv_buf_add_str(struct hv_buf *buf, const char *text)
{
    hv_buf_add(buf, text, strlen(text));
}

void
hv_buf_add_bytes(struct hv_buf *buf, struct hv_bytes bytes)
{
    hv_buf_add(buf, bytes.data, bytes.len);
}

void
hv_buf_add_char(struct hv_buf *buf, char c)
{
    hv_buf_add(buf, &c, 1);
}

void
hv_buf_addf(struct hv_buf *buf, const char *fmt, ...)
{
    va_list args;
    va_list again;
    int len;

    va_start(args, fmt);
    va_copy(again, args);
    len = vsnprintf(NULL, 0, fmt, args);
    /* Only a broken format or 2 GiB of text fail here: as bad as too long. */
    if (len < 0)
        buf->is_over = true;
    else if (len > 0 && make_room(buf, (size_t)len)) {
        vsnprintf((char *)buf->data + buf->len, (size_t)len + 1, fmt, again);
        buf->len += (size_t)len;
    }
    va_end(again);
    va_end(args);
}

const char *
hv_buf_str(const struct hv_buf *buf)
{
    return buf->data ? (const char *)buf->data : "";
}

struct hv_bytes
hv_buf_bytes(const struct hv_buf *buf)
{
    return (struct hv_bytes){ buf->data, buf->len };
}
