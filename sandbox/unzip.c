/*
 * unzip.c - undoes gzip and deflate on a request body, up to the ceiling of a
 * request: a small body may be a bomb. Called by sandbox.c before the call is
 * read. Pure; leaves no copy of the plain bytes behind.
 */
#include "sandbox/unzip.h"

#include "core/net/wipe.h"
#include "hvconsole/limits.h"

#include <stdlib.h>
#include <strings.h>
#include <zlib.h>

#define FIRST_ROOM ((size_t)16 * 1024)

/* windowBits of zlib: 15, and what stands round the data. */
#define WITH_GZIP    (15 + 16)
#define WITH_ZLIB    15
#define WITH_NOTHING (-15)

/* zlib keeps the last 32 KiB of what it made. */
static void *
zip_alloc(void *arg, unsigned count, unsigned size)
{
    (void)arg;
    return hv_wipe_calloc(count, size);
}

static void
zip_free(void *arg, void *data)
{
    (void)arg;
    hv_wipe_free(data);
}

void
sb_plain_release(struct sb_plain *plain)
{
    hv_wipe_free(plain->data);
    *plain = (struct sb_plain){ 0 };
}

/* More room, one byte past the ceiling at most; false when that is used. */
static bool
grow(struct sb_plain *out, size_t *room)
{
    size_t more = *room ? 2 * *room : FIRST_ROOM;

    if (*room > HV_MAX_REQUEST)
        return false;
    if (more > HV_MAX_REQUEST + 1)
        more = HV_MAX_REQUEST + 1;
    out->data = hv_wipe_realloc(out->data, more);
    if (!out->data)
        abort();
    *room = more;
    return true;
}

static const char *
run(z_stream *zip, struct sb_plain *out)
{
    size_t room = 0;
    int result = Z_OK;

    while (result == Z_OK) {
        if (out->len == room && !grow(out, &room))
            return "the request is too long";
        zip->next_out = out->data + out->len;
        zip->avail_out = (unsigned)(room - out->len);
        result = inflate(zip, Z_NO_FLUSH);
        out->len = room - zip->avail_out;
    }
    if (result != Z_STREAM_END || zip->avail_in)
        return "the compressed body is damaged";
    return out->len > HV_MAX_REQUEST ? "the request is too long" : NULL;
}

static const char *
unzip(int window, struct hv_bytes body, struct sb_plain *out)
{
    z_stream zip = { .zalloc = zip_alloc, .zfree = zip_free };
    const char *why;

    if (inflateInit2(&zip, window) != Z_OK)
        abort(); /* no memory, or not the library we were built for */
    zip.next_in = (Bytef *)body.data;
    zip.avail_in = (unsigned)body.len;
    why = run(&zip, out);
    inflateEnd(&zip);
    if (why)
        sb_plain_release(out);
    return why;
}

/* The two bytes before deflated data: method 8, and a multiple of 31. */
static bool
has_zlib_head(struct hv_bytes body)
{
    return body.len >= 2 && (body.data[0] & 0x0f) == 8 &&
           (body.data[0] * 256 + body.data[1]) % 31 == 0;
}

const char *
sb_unzip(const char *coding, struct hv_bytes body, struct sb_plain *out)
{
    if (body.len > HV_MAX_REQUEST)
        return "the request is too long";
    if (strcasecmp(coding, "gzip") == 0 || strcasecmp(coding, "x-gzip") == 0)
        return unzip(WITH_GZIP, body, out);
    if (strcasecmp(coding, "deflate") == 0)
        return unzip(has_zlib_head(body) ? WITH_ZLIB : WITH_NOTHING, body, out);
    return "the Content-Encoding is neither gzip nor deflate";
}
