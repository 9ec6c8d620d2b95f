/*
 * url.c - takes URLs apart and compares them with an action URL's root. Pure.
 * Called by rules.c and core/client. It must not repair what is wrong: a URL
 * that two readers could understand differently is refused.
 */
#include "core/sub/lint.h"
#include "hvconsole/limits.h"
#include "hvconsole/sub.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <string.h>
#include <strings.h>

static bool
equal_nocase(struct hv_bytes a, struct hv_bytes b)
{
    return a.len == b.len &&
           (a.len == 0 || strncasecmp((const char *)a.data,
                                      (const char *)b.data, a.len) == 0);
}

static struct hv_bytes
part(const char *from, const char *to)
{
    return (struct hv_bytes){ (const uint8_t *)from, (size_t)(to - from) };
}

bool
hv_url_has_scheme(const struct hv_url *url, const char *scheme)
{
    return equal_nocase(url->scheme, hv_bytes_str(scheme));
}

/* RFC 3986: unreserved, gen-delims, sub-delims, and whole escapes. */
static enum hv_status
check_characters(const char *text, struct hv_error *err)
{
    static const char allowed[] = "-._~:/?#[]@!$&'()*+,;=";

    for (const char *at = text; *at; at++) {
        unsigned char c = (unsigned char)*at;

        if (c == '%') {
            if (!isxdigit((unsigned char)at[1]) ||
                !isxdigit((unsigned char)at[2]))
                return hv_fail(err, HV_ERR_RULE,
                               "the URL has a %% without two hexadecimal "
                               "digits");
            at += 2;
        } else if (c >= 0x80 || (!isalnum(c) && !strchr(allowed, c))) {
            return hv_fail(err, HV_ERR_RULE,
                           "the URL has a character that must be escaped, at "
                           "place %zu",
                           (size_t)(at - text) + 1);
        }
    }
    return HV_OK;
}

static enum hv_status
parse_port(struct hv_bytes text, int *port, struct hv_error *err)
{
    int value = 0;

    for (size_t i = 0; i < text.len && value <= 65535; i++) {
        if (!isdigit(text.data[i])) {
            value = 0;
            break;
        }
        value = value * 10 + (text.data[i] - '0');
    }
    if (value < 1 || value > 65535)
        return hv_fail(err, HV_ERR_RULE,
                       "the URL's port is not a number of 1 to 65535");
    *port = value;
    return HV_OK;
}

static bool
is_ipv6(struct hv_bytes host)
{
    char text[INET6_ADDRSTRLEN];
    struct in6_addr address;

    if (host.len >= sizeof(text))
        return false;
    memcpy(text, host.data, host.len);
    text[host.len] = '\0';
    return inet_pton(AF_INET6, text, &address) == 1;
}

static bool
is_name(struct hv_bytes host)
{
    if (host.len == 0 || host.len > 253)
        return false;
    for (size_t i = 0; i < host.len; i++) {
        uint8_t c = host.data[i];

        if (!isalnum(c) && c != '-' && c != '.' && c != '_')
            return false;
        if (c == '.' && (i == 0 || host.data[i - 1] == '.'))
            return false;
    }
    return true;
}

/* [user@]host[:port] */
static enum hv_status
parse_authority(struct hv_bytes text, struct hv_url *url, struct hv_error *err)
{
    const char *from = (const char *)text.data;
    const char *end = from + text.len;
    const char *at = memrchr(from, '@', text.len);
    const char *host_end;

    if (at) {
        url->has_user = true;
        from = at + 1;
    }
    if (from < end && *from == '[') {
        host_end = memchr(from, ']', (size_t)(end - from));
        if (!host_end || !is_ipv6(part(from + 1, host_end)))
            return hv_fail(err, HV_ERR_RULE,
                           "the URL's address in brackets is no IPv6 address");
        url->host = part(from + 1, host_end);
        url->is_ipv6 = true;
        host_end++;
    } else {
        host_end = memchr(from, ':', (size_t)(end - from));
        if (!host_end)
            host_end = end;
        url->host = part(from, host_end);
        if (!is_name(url->host))
            return hv_fail(err, HV_ERR_RULE, "the URL has no usable host name");
    }
    if (host_end == end)
        return HV_OK;
    if (*host_end != ':')
        return hv_fail(err, HV_ERR_RULE, "the URL has no usable host name");
    return parse_port(part(host_end + 1, end), &url->port, err);
}

static int
own_port(const struct hv_url *url)
{
    if (hv_url_has_scheme(url, "http"))
        return 80;
    if (hv_url_has_scheme(url, "nats") || hv_url_has_scheme(url, "tls"))
        return 4222;
    return 443;
}

enum hv_status
hv_url_parse(const char *text, struct hv_url *out, struct hv_error *err)
{
    struct hv_url url = { 0 };
    const char *mark = strstr(text, "://");
    const char *authority;
    const char *path;
    const char *end;
    enum hv_status st;

    if (strnlen(text, HV_MAX_URL + 1) > HV_MAX_URL)
        return hv_fail(err, HV_ERR_RULE, "the URL is longer than %d characters",
                       HV_MAX_URL);
    st = check_characters(text, err);
    if (st)
        return st;
    if (!mark || mark == text || !isalpha((unsigned char)*text))
        return hv_fail(err, HV_ERR_RULE,
                       "the URL is not absolute: it needs https:// in front");
    for (const char *at = text; at < mark; at++) {
        if (!isalnum((unsigned char)*at) && !strchr("+-.", *at))
            return hv_fail(err, HV_ERR_RULE, "the URL has no usable scheme");
    }
    url.scheme = part(text, mark);
    authority = mark + 3;
    path = authority + strcspn(authority, "/?#");
    end = path + strcspn(path, "?#");
    url.path = part(path, end);
    if (*end == '?')
        url.query = part(end + 1, end + 1 + strcspn(end + 1, "#"));
    url.has_fragment = strchr(path, '#') != NULL;
    url.port = own_port(&url);
    st = parse_authority(part(authority, path), &url, err);
    if (st)
        return st;
    *out = url;
    return HV_OK;
}

bool
hv_url_is_loopback(const struct hv_url *url)
{
    char text[64];
    struct in_addr v4;
    struct in6_addr v6;

    if (url->host.len >= sizeof(text))
        return false;
    memcpy(text, url->host.data, url->host.len);
    text[url->host.len] = '\0';
    if (url->is_ipv6)
        return inet_pton(AF_INET6, text, &v6) == 1 && IN6_IS_ADDR_LOOPBACK(&v6);
    return strcasecmp(text, "localhost") == 0 ||
           (inet_pton(AF_INET, text, &v4) == 1 &&
            ntohl(v4.s_addr) >> 24 == 127);
}

enum hv_status
hv_url_check(const char *url, struct hv_error *err)
{
    struct hv_url parts;
    enum hv_status st;

    st = hv_url_parse(url, &parts, err);
    if (st)
        return st;
    if (!hv_url_has_scheme(&parts, "https"))
        return hv_fail(err, HV_ERR_RULE,
                       "the URL must begin with https://: the platform "
                       "delivers over TLS only");
    if (parts.has_user)
        return hv_fail(err, HV_ERR_RULE,
                       "the URL must not hold a user name or password");
    if (parts.has_fragment)
        return hv_fail(err, HV_ERR_RULE,
                       "the URL must not have a fragment (#...)");
    return HV_OK;
}

/* An escape that some servers take for structure: slash, dot, backslash. */
bool
hv_url_has_hidden_structure(const struct hv_url *url)
{
    static const char *const hidden[] = { "%2f", "%2e", "%5c" };
    struct hv_bytes path = url->path;

    for (size_t i = 0; i + 3 <= path.len; i++) {
        for (size_t k = 0; k < HV_LEN(hidden); k++) {
            if (strncasecmp((const char *)path.data + i, hidden[k], 3) == 0)
                return true;
        }
    }
    return false;
}

/* RFC 3986 5.2.4, one segment after the other; the result begins with "/". */
static size_t
remove_dots(struct hv_bytes path, char out[HV_MAX_URL + 2])
{
    size_t len = 0;
    size_t at = 0;

    while (at < path.len) {
        const char *segment = (const char *)path.data + at + 1;
        size_t left = path.len - at - 1;
        const char *slash = left ? memchr(segment, '/', left) : NULL;
        size_t size = slash ? (size_t)(slash - segment) : left;
        bool is_up = size == 2 && memcmp(segment, "..", 2) == 0;
        bool is_here = size == 1 && *segment == '.';

        if (is_up) {
            while (len && out[--len] != '/')
                continue;
        }
        if (!is_up && !is_here) {
            out[len++] = '/';
            memcpy(out + len, segment, size);
            len += size;
        } else if (!slash) {
            out[len++] = '/'; /* "/a/.." is the directory "/" */
        }
        at += 1 + size;
    }
    if (len == 0)
        out[len++] = '/';
    return len;
}

bool
hv_url_is_under(const char *url, const char *action_url)
{
    struct hv_url a = { 0 };
    struct hv_url b = { 0 };
    char path[HV_MAX_URL + 2];
    char root[HV_MAX_URL + 2];
    size_t path_len;
    size_t root_len;

    if (hv_url_parse(url, &a, NULL) || hv_url_parse(action_url, &b, NULL) ||
        a.has_user || b.has_user)
        return false;
    if (!equal_nocase(a.scheme, b.scheme) || !equal_nocase(a.host, b.host) ||
        a.is_ipv6 != b.is_ipv6 || a.port != b.port)
        return false;
    if (hv_url_has_hidden_structure(&a) || hv_url_has_hidden_structure(&b))
        return false;
    path_len = remove_dots(a.path, path);
    root_len = remove_dots(b.path, root);
    while (root[root_len - 1] != '/')
        root_len--;
    return path_len >= root_len && memcmp(path, root, root_len) == 0;
}
