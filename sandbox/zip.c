/*
 * zip.c - packs an answer for a client that said it unpacks gzip or deflate.
 * Called by door.c. Pure; like unzip.c it wipes what it leaves behind.
 */
#include "sandbox/unzip.h"

#include "core/net/wipe.h"
#include "hvconsole/limits.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <zlib.h>

#define WITH_GZIP (15 + 16) /* windowBits of zlib, and what stands round it */
#define WITH_ZLIB 15
#define MEM_LEVEL 8

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

/* "q=0", "q=0.0": named, but not wanted. */
static bool
is_refused(const char *parameters, size_t len)
{
    const char *q = memmem(parameters, len, "q=", 2);

    if (!q)
        return false;
    for (q += 2; q < parameters + len; q++)
        if (*q >= '1' && *q <= '9')
            return false;
    return true;
}

/* @coding is one of the words of the list, with any parameters. */
static bool
accepts(const char *list, const char *coding)
{
    size_t len = strlen(coding);

    while (*list) {
        size_t item = strcspn(list, ",");
        size_t blank = strspn(list, " \t");
        size_t word;

        blank = blank < item ? blank : item;
        word = strcspn(list + blank, " \t;,");
        if (word == len && strncasecmp(list + blank, coding, len) == 0)
            return !is_refused(list + blank + word, item - blank - word);
        list += item + (list[item] == ',');
    }
    return false;
}

const char *
sb_zip(const char *accept, struct hv_bytes body, struct sb_plain *out)
{
    z_stream zip = { .zalloc = zip_alloc, .zfree = zip_free };
    bool is_gzip = accept && accepts(accept, "gzip");
    size_t room;

    if (!accept || body.len > HV_MAX_RESPONSE ||
        (!is_gzip && !accepts(accept, "deflate")))
        return NULL;
    if (deflateInit2(&zip, Z_BEST_SPEED, Z_DEFLATED,
                     is_gzip ? WITH_GZIP : WITH_ZLIB, MEM_LEVEL,
                     Z_DEFAULT_STRATEGY) != Z_OK)
        abort(); /* no memory, or not the library we were built for */
    room = deflateBound(&zip, body.len);
    out->data = hv_wipe_calloc(1, room);
    if (!out->data)
        abort();
    zip.next_in = (Bytef *)body.data;
    zip.avail_in = (unsigned)body.len;
    zip.next_out = out->data;
    zip.avail_out = (unsigned)room;
    if (deflate(&zip, Z_FINISH) != Z_STREAM_END)
        abort(); /* the room was what it asked for */
    out->len = zip.total_out;
    deflateEnd(&zip);
    return is_gzip ? "gzip" : "deflate";
}
