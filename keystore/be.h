/*
 * be.h - big-endian numbers, and steps through bytes of known length. Pure.
 * Called by the encoders and decoders of this room. Never allocates.
 */
#ifndef KEYSTORE_BE_H
#define KEYSTORE_BE_H

#include "hvconsole/bytes.h"

#include <string.h>

static inline void
ks_put16(uint8_t *at, uint16_t v)
{
    at[0] = (uint8_t)(v >> 8);
    at[1] = (uint8_t)v;
}

static inline void
ks_put32(uint8_t *at, uint32_t v)
{
    ks_put16(at, (uint16_t)(v >> 16));
    ks_put16(at + 2, (uint16_t)v);
}

static inline void
ks_put64(uint8_t *at, uint64_t v)
{
    ks_put32(at, (uint32_t)(v >> 32));
    ks_put32(at + 4, (uint32_t)v);
}

static inline uint16_t
ks_get16(const uint8_t *at)
{
    return (uint16_t)(at[0] << 8 | at[1]);
}

static inline uint32_t
ks_get32(const uint8_t *at)
{
    return (uint32_t)ks_get16(at) << 16 | ks_get16(at + 2);
}

static inline uint64_t
ks_get64(const uint8_t *at)
{
    return (uint64_t)ks_get32(at) << 32 | ks_get32(at + 4);
}

static inline bool
ks_is_zero(const uint8_t *at, size_t len)
{
    uint8_t all = 0;

    for (size_t i = 0; i < len; i++)
        all |= at[i];
    return all == 0;
}

/*
 * A walk over bytes. A step past the end sets `is_short` and gives a NULL or a
 * zero; check once at the end with ks_walk_is_done().
 */
struct ks_walk {
    const uint8_t *at;
    const uint8_t *end;
    bool is_short;
};

static inline const uint8_t *
ks_walk_take(struct ks_walk *walk, size_t len)
{
    const uint8_t *at = walk->at;

    if (walk->is_short || len > (size_t)(walk->end - walk->at)) {
        walk->is_short = true;
        return NULL;
    }
    walk->at += len;
    return at;
}

static inline void
ks_walk_copy(struct ks_walk *walk, void *out, size_t len)
{
    const uint8_t *at = ks_walk_take(walk, len);

    if (at)
        memcpy(out, at, len);
}

static inline uint8_t
ks_walk_8(struct ks_walk *walk)
{
    const uint8_t *at = ks_walk_take(walk, 1);

    return at ? *at : 0;
}

static inline uint16_t
ks_walk_16(struct ks_walk *walk)
{
    const uint8_t *at = ks_walk_take(walk, 2);

    return at ? ks_get16(at) : 0;
}

static inline uint32_t
ks_walk_32(struct ks_walk *walk)
{
    const uint8_t *at = ks_walk_take(walk, 4);

    return at ? ks_get32(at) : 0;
}

/* Any 64 bits are a time: those past 2^63 become negative and come back as
 * the same bytes. */
static inline int64_t
ks_walk_time(struct ks_walk *walk)
{
    const uint8_t *at = ks_walk_take(walk, 8);

    return at ? (int64_t)ks_get64(at) : 0;
}

static inline bool
ks_walk_is_done(const struct ks_walk *walk)
{
    return !walk->is_short && walk->at == walk->end;
}

#endif
