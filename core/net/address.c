/*
 * address.c - see address.h: tables of prefixes, after the IANA registries of
 * special-purpose addresses. Pure.
 */
#include "core/net/address.h"

#include "hvconsole/bytes.h"

#include <netinet/in.h>
#include <stdint.h>
#include <string.h>

struct range {
    uint8_t prefix[16];
    int bits;
    const char *kind;
};

static const struct range v4[] = {
    { { 0 }, 8, "unspecified" },
    { { 10 }, 8, "private" },
    { { 100, 64 }, 10, "carrier-private" },
    { { 127 }, 8, "loopback" },
    { { 169, 254 }, 16, "link-local" },
    { { 172, 16 }, 12, "private" },
    { { 192, 0, 0 }, 24, "reserved" },
    { { 192, 0, 2 }, 24, "documentation" },
    { { 192, 88, 99 }, 24, "reserved" },
    { { 192, 168 }, 16, "private" },
    { { 198, 18 }, 15, "benchmark" },
    { { 198, 51, 100 }, 24, "documentation" },
    { { 203, 0, 113 }, 24, "documentation" },
    { { 224 }, 4, "multicast" },
    { { 240 }, 4, "reserved" },
};

static const struct range v6[] = {
    { { [15] = 1 }, 128, "loopback" },
    { { 0 }, 128, "unspecified" },
    { { 0x00, 0x64, 0xff, 0x9b, 0x00, 0x01 }, 48, "private" }, /* NAT64 */
    { { 0x01, 0x00 }, 64, "discard-only" },
    { { 0x20, 0x01, 0x0d, 0xb8 }, 32, "documentation" },
    { { 0xfc }, 7, "private" },
    { { 0xfe, 0x80 }, 10, "link-local" },
    { { 0xfe, 0xc0 }, 10, "site-local" },
    { { 0xff }, 8, "multicast" },
};

/* IPv4 addresses in IPv6 clothes: where the four bytes are. */
static const struct {
    struct range range;
    int at;
} embedded[] = {
    { { { [10] = 0xff, [11] = 0xff }, 96, NULL }, 12 }, /* mapped */
    { { { 0x00, 0x64, 0xff, 0x9b }, 96, NULL }, 12 },   /* NAT64 */
    { { { 0x20, 0x02 }, 16, NULL }, 2 },                /* 6to4 */
    { { { 0 }, 96, NULL }, 12 },                        /* compatible */
};

static bool
is_in(const uint8_t *address, const struct range *range)
{
    int bytes = range->bits / 8, rest = range->bits % 8;
    uint8_t mask = (uint8_t)(0xff00 >> rest);

    return memcmp(address, range->prefix, (size_t)bytes) == 0 &&
           (!rest || ((address[bytes] ^ range->prefix[bytes]) & mask) == 0);
}

static const char *
find(const uint8_t *address, const struct range *ranges, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if (is_in(address, &ranges[i]))
            return ranges[i].kind;
    }
    return NULL;
}

const char *
hv_address_kind(const struct sockaddr *address)
{
    const struct sockaddr_in *in = (const void *)address;
    const struct sockaddr_in6 *in6 = (const void *)address;
    const uint8_t *bytes = in6->sin6_addr.s6_addr;
    const char *kind;

    if (address->sa_family == AF_INET)
        return find((const uint8_t *)&in->sin_addr, v4, HV_LEN(v4));
    if (address->sa_family != AF_INET6)
        return "foreign";
    kind = find(bytes, v6, HV_LEN(v6));
    for (size_t i = 0; !kind && i < HV_LEN(embedded); i++) {
        if (is_in(bytes, &embedded[i].range))
            kind = find(bytes + embedded[i].at, v4, HV_LEN(v4));
    }
    return kind;
}
