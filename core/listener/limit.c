/*
 * limit.c - see limit.h. Called by request.c for refused requests. Pure: time
 * is an argument.
 */
#include "core/listener/limit.h"

#include <stdlib.h>
#include <string.h>

#define PROBES 8

static size_t
hash_of(const uint8_t address[HV_HTTP_ADDRESS])
{
    uint32_t hash = 2166136261u; /* FNV-1a */

    for (size_t i = 0; i < HV_HTTP_ADDRESS; i++)
        hash = (hash ^ address[i]) * 16777619u;
    return hash;
}

static bool
is_of(const struct listener_bucket *slot,
      const uint8_t address[HV_HTTP_ADDRESS])
{
    return memcmp(slot->address, address, HV_HTTP_ADDRESS) == 0;
}

/* The slot of an address, or the one of its neighbours that rested longest. */
static struct listener_bucket *
slot_of(struct listener_limit *limit, const uint8_t address[HV_HTTP_ADDRESS])
{
    size_t first = hash_of(address) % LIMIT_SLOTS;
    struct listener_bucket *oldest = &limit->slots[first];

    for (size_t i = 0; i < PROBES; i++) {
        struct listener_bucket *slot = &limit->slots[(first + i) % LIMIT_SLOTS];

        if (is_of(slot, address))
            return slot;
        if (slot->at_ms < oldest->at_ms)
            oldest = slot;
    }
    return oldest;
}

bool
listener_limit_take(struct listener_limit *limit,
                    const uint8_t address[HV_HTTP_ADDRESS], int64_t now_ms)
{
    static const int64_t full = (int64_t)LIMIT_BURST * 1000;
    struct listener_bucket *slot = slot_of(limit, address);

    if (!slot->at_ms || !is_of(slot, address)) {
        memcpy(slot->address, address, HV_HTTP_ADDRESS);
        slot->milli = full;
    } else if (now_ms > slot->at_ms) {
        slot->milli += (now_ms - slot->at_ms) * LIMIT_PER_S;
        if (slot->milli > full)
            slot->milli = full;
    }
    slot->at_ms = now_ms;
    if (slot->milli < 1000)
        return false;
    slot->milli -= 1000;
    return true;
}

/* -------------------------------------------------------------------- fuse -- */

void
listener_fuse_release(struct listener_fuse *fuse)
{
    free(fuse->rows);
    *fuse = (struct listener_fuse){ 0 };
}

static struct listener_fuse_row *
row_of(struct listener_fuse *fuse, const struct hv_notify_auth *auth)
{
    struct listener_fuse_row *row;

    for (size_t i = 0; i < fuse->len; i++) {
        row = &fuse->rows[i];
        if (hv_guid_equal(&row->sub, &auth->sub) &&
            hv_key_version_equal(&row->version, &auth->version))
            return row;
    }
    fuse->rows =
        hv_realloc_array(fuse->rows, fuse->len + 1, sizeof(*fuse->rows));
    row = &fuse->rows[fuse->len++];
    *row = (struct listener_fuse_row){ .sub = auth->sub,
                                       .version = auth->version };
    return row;
}

void
listener_fuse_verified(struct listener_fuse *fuse,
                       const struct hv_notify_auth *auth, int64_t now_ms)
{
    row_of(fuse, auth)->verified_ms = now_ms;
}

bool
listener_fuse_bad(struct listener_fuse *fuse, const struct hv_notify_auth *auth,
                  int64_t now_ms)
{
    struct listener_fuse_row *row = row_of(fuse, auth);
    /* The third last one; this one takes its place. */
    int64_t third_ms = row->bad_ms[row->bad_at];

    row->bad_ms[row->bad_at] = now_ms;
    row->bad_at = (row->bad_at + 1) % FUSE_BAD;
    if (!row->verified_ms || now_ms - row->verified_ms > FUSE_TRUST_MS)
        return true;
    return !third_ms || now_ms - third_ms > FUSE_WINDOW_MS;
}
