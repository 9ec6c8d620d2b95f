/*
 * reach.c - whether a platform on the internet could send anything to a URL, as
 * far as its text tells. Pure: a name that resolves to a private address is
 * found out by whoever connects. Called by the linters of this folder.
 */
#include "core/sub/lint.h"

#include <arpa/inet.h>
#include <string.h>
#include <strings.h>

/* Not for the internet: RFC 1918, 6598, 3927, 1122, 5737, 2544, 5771, 1112. */
static const char *
why_not_v4(uint32_t address)
{
    static const struct {
        uint32_t net;
        int bits;
        const char *why;
    } nets[] = {
        { 0x7f000000, 8, "it is a loopback address" },
        { 0x0a000000, 8, "it is a private address" },
        { 0xac100000, 12, "it is a private address" },
        { 0xc0a80000, 16, "it is a private address" },
        { 0x64400000, 10, "it is a shared address of a provider" },
        { 0xa9fe0000, 16, "it is a link-local address" },
        { 0x00000000, 8, "it is no address of a host" },
        { 0xc0000200, 24, "it is an address of documentation" },
        { 0xc6336400, 24, "it is an address of documentation" },
        { 0xcb007100, 24, "it is an address of documentation" },
        { 0xc6120000, 15, "it is an address of benchmarks" },
        { 0xe0000000, 3, "it is no address of a host" },
    };

    for (size_t i = 0; i < HV_LEN(nets); i++) {
        if (address >> (32 - nets[i].bits) ==
            nets[i].net >> (32 - nets[i].bits))
            return nets[i].why;
    }
    return NULL;
}

static const char *
why_not_v6(const struct in6_addr *address)
{
    const uint8_t *b = address->s6_addr;

    if (IN6_IS_ADDR_V4MAPPED(address))
        return why_not_v4((uint32_t)b[12] << 24 | (uint32_t)b[13] << 16 |
                          (uint32_t)b[14] << 8 | b[15]);
    if (IN6_IS_ADDR_LOOPBACK(address))
        return "it is a loopback address";
    if (IN6_IS_ADDR_LINKLOCAL(address))
        return "it is a link-local address";
    if ((b[0] & 0xfe) == 0xfc)
        return "it is a private address";
    if ((b[0] & 0xe0) != 0x20) /* 2000::/3 is all there is for hosts */
        return "it is no address of a host";
    return NULL;
}

/* Names that no public name server knows: RFC 6761, 6762, 8375, 2606. */
static const char *
why_not_name(const char *name)
{
    static const char *const endings[] = { "localhost", "local",   "internal",
                                           "home.arpa", "lan",     "test",
                                           "example",   "invalid", "corp" };
    size_t len = strlen(name);

    for (size_t i = 0; i < HV_LEN(endings); i++) {
        size_t end = strlen(endings[i]);

        if (len >= end && strcasecmp(name + len - end, endings[i]) == 0 &&
            (len == end || name[len - end - 1] == '.'))
            return i == 0 ? "it is this machine itself"
                          : "no public name server knows such a name";
    }
    if (!strchr(name, '.'))
        return "a name without a dot means something in its own network only";
    return NULL;
}

const char *
hv_url_why_not_public(const struct hv_url *url)
{
    char host[256];
    struct in_addr v4;
    struct in6_addr v6;

    if (url->host.len >= sizeof(host))
        return "the name is too long";
    memcpy(host, url->host.data, url->host.len);
    host[url->host.len] = '\0';
    if (url->is_ipv6)
        return inet_pton(AF_INET6, host, &v6) == 1 ? why_not_v6(&v6) : NULL;
    if (inet_pton(AF_INET, host, &v4) == 1)
        return why_not_v4(ntohl(v4.s_addr));
    return why_not_name(host);
}
