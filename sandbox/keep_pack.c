/*
 * keep_pack.c - see keep_pack.h. Numbers are 8 bytes, the smallest first;
 * texts and bytes stand behind their length.
 */
#include "sandbox/keep_pack.h"

#include <stdlib.h>
#include <string.h>

void
sb_pack_begin(struct sb_pack *pack)
{
    pack->is_reading = false;
    pack->is_bad = false;
    pack->len = 0;
}

void
sb_pack_open(struct sb_pack *pack, struct hv_bytes bytes)
{
    *pack = (struct sb_pack){
        .is_reading = true,
        .data = (uint8_t *)bytes.data, /* never written to */
        .len = bytes.len,
    };
}

bool
sb_pack_is_done(const struct sb_pack *pack)
{
    return !pack->is_bad && pack->at == pack->len;
}

void
sb_pack_release(struct sb_pack *pack)
{
    if (!pack->is_reading) {
        hv_wipe(pack->data, pack->room);
        free(pack->data);
    }
    *pack = (struct sb_pack){ 0 };
}

/* By hand: realloc() would leave a copy of keys behind. */
static void
make_room(struct sb_pack *pack, size_t more)
{
    size_t room = (pack->len + more) * 2 + 256;
    uint8_t *data;

    if (pack->len + more <= pack->room)
        return;
    data = hv_calloc(1, room);
    if (pack->data) {
        memcpy(data, pack->data, pack->len);
        hv_wipe(pack->data, pack->room);
        free(pack->data);
    }
    pack->data = data;
    pack->room = room;
}

void
sb_pack_raw(struct sb_pack *pack, void *data, size_t len)
{
    if (!pack->is_reading) {
        make_room(pack, len);
        if (len > 0)
            memcpy(pack->data + pack->len, data, len);
        pack->len += len;
    } else if (pack->is_bad || pack->len - pack->at < len) {
        pack->is_bad = true;
        memset(data, 0, len);
    } else if (len > 0) {
        memcpy(data, pack->data + pack->at, len);
        pack->at += len;
    }
}

void
sb_pack_u64(struct sb_pack *pack, uint64_t *value)
{
    uint8_t bytes[8];

    for (size_t i = 0; i < sizeof(bytes); i++)
        bytes[i] = (uint8_t)(*value >> (8 * i));
    sb_pack_raw(pack, bytes, sizeof(bytes));
    if (!pack->is_reading)
        return;
    *value = 0;
    for (size_t i = 0; i < sizeof(bytes); i++)
        *value |= (uint64_t)bytes[i] << (8 * i);
}

void
sb_pack_i64(struct sb_pack *pack, int64_t *value)
{
    uint64_t bits = (uint64_t)*value;

    sb_pack_u64(pack, &bits);
    *value = (int64_t)bits;
}

/* The narrower ones: what does not fit is bad. */

void
sb_pack_int(struct sb_pack *pack, int *value)
{
    int64_t wide = *value;

    sb_pack_i64(pack, &wide);
    pack->is_bad |= wide < INT32_MIN || wide > INT32_MAX;
    *value = pack->is_bad ? 0 : (int)wide;
}

void
sb_pack_u32(struct sb_pack *pack, uint32_t *value)
{
    uint64_t wide = *value;

    sb_pack_u64(pack, &wide);
    pack->is_bad |= wide > UINT32_MAX;
    *value = pack->is_bad ? 0 : (uint32_t)wide;
}

void
sb_pack_uint(struct sb_pack *pack, unsigned *value)
{
    uint32_t same = *value;

    sb_pack_u32(pack, &same);
    *value = same;
}

void
sb_pack_size(struct sb_pack *pack, size_t *value)
{
    uint64_t wide = *value;

    sb_pack_u64(pack, &wide);
    *value = (size_t)wide;
}

void
sb_pack_count(struct sb_pack *pack, size_t *count, size_t max)
{
    sb_pack_size(pack, count);
    pack->is_bad |= *count > max;
    if (pack->is_bad)
        *count = 0;
}

void
sb_pack_bool(struct sb_pack *pack, bool *value)
{
    uint8_t byte = *value;

    sb_pack_raw(pack, &byte, 1);
    pack->is_bad |= byte > 1;
    *value = byte == 1;
}

int
sb_pack_word(struct sb_pack *pack, int value, int end)
{
    sb_pack_int(pack, &value);
    pack->is_bad |= value < 0 || value >= end;
    return pack->is_bad ? 0 : value;
}

void
sb_pack_guid(struct sb_pack *pack, struct hv_guid *id)
{
    sb_pack_raw(pack, id->b, sizeof(id->b));
}

/* The length of what follows; reading: not more than there is. */
static size_t
length(struct sb_pack *pack, size_t len)
{
    sb_pack_size(pack, &len);
    if (pack->is_reading && len > pack->len - pack->at) {
        pack->is_bad = true;
        return 0;
    }
    return len;
}

void
sb_pack_chars(struct sb_pack *pack, char *text, size_t size)
{
    size_t len = length(pack, pack->is_reading ? 0 : strlen(text));

    if (len >= size) {
        pack->is_bad = true;
        len = 0;
    }
    sb_pack_raw(pack, text, len);
    text[len] = '\0';
}

void
sb_pack_text(struct sb_pack *pack, char **text)
{
    bool is_there = *text != NULL;
    size_t len;

    sb_pack_bool(pack, &is_there);
    if (pack->is_reading)
        *text = NULL;
    if (!is_there || pack->is_bad)
        return;
    len = length(pack, *text ? strlen(*text) : 0);
    if (pack->is_reading)
        *text = hv_calloc(1, len + 1);
    sb_pack_raw(pack, *text, len);
}

void
sb_pack_buf(struct sb_pack *pack, struct hv_buf *buf)
{
    size_t len = length(pack, buf->len);

    if (!pack->is_reading) {
        sb_pack_raw(pack, buf->data, len);
        return;
    }
    hv_buf_clear(buf);
    if (pack->is_bad)
        return;
    hv_buf_add(buf, pack->data + pack->at, len);
    pack->at += len;
}

void
sb_pack_secret(struct sb_pack *pack, struct hv_secret *secret)
{
    size_t len = length(pack, secret->len);

    if (!pack->is_reading) {
        sb_pack_raw(pack, secret->data, len);
        return;
    }
    hv_secret_release(secret);
    if (len == 0 || pack->is_bad)
        return;
    if (hv_secret_copy(secret, pack->data + pack->at, len, NULL))
        pack->is_bad = true; /* no locked memory for it */
    pack->at += len;
}
