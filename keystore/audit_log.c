/*
 * audit_log.c - reading the lines of an audit log. Pure. Called by audit.c,
 * audit_read.c and host.c. Reads only what this program wrote: field names are
 * searched as text, which is sound because a quote inside a value is escaped.
 */
#include "keystore/audit_log.h"
#include "hvconsole/codec.h"
#include "keystore/kdf.h"

#include <stdlib.h>
#include <string.h>

/* `,"hash":"`, 64 digits, `"}` */
enum { HASH_KEY = 9, HASH_TAIL = HASH_KEY + 64 + 2 };

bool
ks_audit_next(struct hv_bytes log, size_t *at, struct hv_bytes *line,
              struct hv_bytes *tail)
{
    const uint8_t *start;
    const uint8_t *end;

    *tail = (struct hv_bytes){ 0 };
    if (*at >= log.len)
        return false;
    start = log.data + *at;
    end = memchr(start, '\n', log.len - *at);
    if (!end) {
        *tail = (struct hv_bytes){ start, log.len - *at };
        *at = log.len;
        return false;
    }
    *line = (struct hv_bytes){ start, (size_t)(end - start) };
    *at += line->len + 1;
    return true;
}

struct hv_bytes
ks_audit_text(struct hv_bytes line, const char *key)
{
    size_t key_len = strlen(key);
    const uint8_t *end = line.data + line.len;
    const uint8_t *at = memmem(line.data, line.len, key, key_len);
    const uint8_t *stop;

    if (!at)
        return (struct hv_bytes){ 0 };
    at += key_len;
    if (at == end || *at != '"') {
        for (stop = at; stop < end && *stop >= '0' && *stop <= '9'; stop++)
            continue;
        return (struct hv_bytes){ at, (size_t)(stop - at) };
    }
    for (stop = ++at; stop < end && *stop != '"'; stop++) {
        if (*stop == '\\' && stop + 1 < end)
            stop++;
    }
    return (struct hv_bytes){ at, (size_t)(stop - at) };
}

static uint64_t
number(struct hv_bytes line, const char *key)
{
    struct hv_bytes text = ks_audit_text(line, key);
    char digits[24] = "";

    if (text.len >= sizeof(digits))
        return 0;
    if (text.len)
        memcpy(digits, text.data, text.len);
    return strtoull(digits, NULL, 10);
}

static bool
hex_32(struct hv_bytes line, const char *key, uint8_t out[32])
{
    struct hv_bytes text = ks_audit_text(line, key);
    char digits[65] = "";

    if (text.len != 64)
        return false;
    memcpy(digits, text.data, 64);
    return hv_hex_decode(digits, out, 32) == HV_OK;
}

bool
ks_audit_parse(struct hv_bytes text, struct ks_audit_line *out)
{
    struct ks_audit_line line = { .text = text };
    char store[HV_GUID_TEXT] = "";
    struct hv_bytes id;

    if (text.len < HASH_TAIL || text.len >= KS_AUDIT_LINE ||
        memcmp(text.data, "{\"seq\":", 7) != 0 ||
        memcmp(text.data + text.len - HASH_TAIL, ",\"hash\":\"", HASH_KEY) !=
            0 ||
        text.data[text.len - 1] != '}')
        return false;
    line.seq = number(text, "{\"seq\":");
    line.ref = number(text, ",\"ref\":");
    line.pid = (int64_t)number(text, ",\"pid\":");
    line.phase = ks_audit_text(text, ",\"phase\":");
    line.outcome = ks_audit_text(text, ",\"outcome\":");
    line.note = ks_audit_text(text, ",\"note\":");
    line.before = number(text, ",\"before\":");
    line.after = number(text, ",\"after\":");
    id = ks_audit_text(text, ",\"store\":");
    if (id.len == HV_GUID_TEXT - 1) {
        memcpy(store, id.data, id.len);
        if (hv_guid_parse(store, &line.store))
            return false;
    }
    if (line.seq == 0 || !hex_32(text, ",\"prev\":", line.prev) ||
        !hex_32(
            (struct hv_bytes){ text.data + text.len - HASH_TAIL, HASH_TAIL },
            ",\"hash\":", line.hash))
        return false;
    *out = line;
    return true;
}

bool
ks_audit_is_sound(const struct ks_audit_line *line)
{
    struct hv_buf text = { 0 };
    uint8_t hash[32];
    bool is_sound;

    hv_buf_add(&text, line->prev, sizeof(line->prev));
    hv_buf_add(&text, line->text.data, line->text.len - HASH_TAIL);
    hv_buf_add_char(&text, '}');
    is_sound = ks_sha256(hv_buf_bytes(&text), hash, NULL) == HV_OK &&
               memcmp(hash, line->hash, sizeof(hash)) == 0;
    hv_buf_release(&text);
    return is_sound;
}

uint64_t
ks_audit_generation(struct hv_bytes log, const struct hv_guid *store_id)
{
    struct ks_audit_line line;
    struct hv_bytes text;
    struct hv_bytes tail;
    uint64_t highest = 0;
    size_t at = 0;

    while (ks_audit_next(log, &at, &text, &tail)) {
        uint64_t seen;

        if (!ks_audit_parse(text, &line) ||
            !hv_guid_equal(&line.store, store_id))
            continue;
        /* An intent tells only what was there; what it wanted may not be. */
        seen = ks_bytes_are(line.outcome, "ok") ? line.after : line.before;
        if (seen > highest && ks_audit_is_sound(&line))
            highest = seen;
    }
    return highest;
}

bool
ks_audit_has(struct hv_bytes log, const struct hv_audit_head *head)
{
    struct ks_audit_line line;
    struct hv_bytes text;
    struct hv_bytes tail;
    size_t at = 0;

    while (ks_audit_next(log, &at, &text, &tail)) {
        if (ks_audit_parse(text, &line) && line.seq == head->seq &&
            memcmp(line.hash, head->hash, sizeof(line.hash)) == 0)
            return ks_audit_is_sound(&line);
    }
    return false;
}
