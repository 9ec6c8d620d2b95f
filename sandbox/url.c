/*
 * url.c - takes a URL apart far enough to judge it: scheme, host, port, path.
 * Called by sub_read.c, app.c and deliver.c. No percent-decoding, no look-ups.
 */
#include "sandbox/url.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static bool
is_host_char(char c)
{
    return isalnum((unsigned char)c) || c == '-' || c == '.' || c == '_';
}

/* The end of the host that starts at @text, or NULL when it is none. */
static const char *
host_end(const char *text)
{
    const char *end = text;

    if (*text == '[') {
        end += 1 + strspn(text + 1, "0123456789abcdefABCDEF:.");
        return *end == ']' && end > text + 2 ? end + 1 : NULL;
    }
    while (is_host_char(*end))
        end++;
    return end > text ? end : NULL;
}

static const char *
parse_port(const char **at, struct sb_url *out)
{
    const char *digits = *at + 1;
    size_t count;

    if (**at != ':')
        return NULL;
    count = strspn(digits, "0123456789");
    *at = digits + count;
    if (count == 0)
        return NULL; /* "host:" means the default port */
    if (count > 5 || atoi(digits) < 1 || atoi(digits) > 65535)
        return "the port is not between 1 and 65535";
    out->port = atoi(digits);
    return NULL;
}

/* RFC 3986 5.2.4 on a path that starts with a slash, in place. */
static void
remove_dots(char *path)
{
    char *in = path;
    char *out = path;

    while (*in) {
        size_t len = 1 + strcspn(in + 1, "/");
        bool is_last = in[len] == '\0';

        if (len == 2 && in[1] == '.') {
            if (is_last)
                *out++ = '/';
        } else if (len == 3 && in[1] == '.' && in[2] == '.') {
            while (out > path && *--out != '/')
                ;
            if (is_last)
                *out++ = '/';
        } else {
            memmove(out, in, len);
            out += len;
        }
        in += len;
    }
    if (out == path)
        *out++ = '/';
    *out = '\0';
}

static const char *
parse_host(const char **at, struct sb_url *out)
{
    const char *authority = *at;
    const char *end = authority + strcspn(authority, "/?");
    const char *stop;
    const char *why;

    if (memchr(authority, '@', (size_t)(end - authority)))
        return "user information is not allowed in it";
    stop = host_end(authority);
    if (!stop || (size_t)(stop - authority) >= sizeof(out->host))
        return "the host name is missing or not one";
    for (size_t i = 0; authority + i < stop; i++)
        out->host[i] = (char)tolower((unsigned char)authority[i]);
    out->host[stop - authority] = '\0';
    *at = stop;
    why = parse_port(at, out);
    if (why)
        return why;
    return *at == end ? NULL : "the host name is missing or not one";
}

const char *
sb_url_parse(const char *text, bool allow_http, struct sb_url *out)
{
    const char *at;
    const char *why;
    size_t path_len;

    *out = (struct sb_url){ 0 };
    if (strlen(text) > HV_MAX_URL)
        return "it is longer than 1024 characters";
    for (const char *c = text; *c; c++)
        if ((unsigned char)*c <= ' ' || (unsigned char)*c >= 0x7f || *c == '\\')
            return "it holds a blank, a backslash or a character that is not "
                   "plain ASCII";
    if (strncasecmp(text, "https://", 8) == 0) {
        out->is_https = true;
        out->port = 443;
        at = text + 8;
    } else if (strncasecmp(text, "http://", 7) == 0) {
        if (!allow_http)
            return "the scheme must be https";
        out->port = 80;
        at = text + 7;
    } else {
        return "it is not an absolute https URL";
    }
    if (strchr(text, '#'))
        return "a fragment is not allowed in it";
    why = parse_host(&at, out);
    if (why)
        return why;
    path_len = strcspn(at, "?");
    out->path[0] = '/';
    if (path_len > 0)
        memcpy(out->path, at, path_len);
    remove_dots(out->path);
    return NULL;
}

bool
sb_url_is_under(const struct sb_url *url, const struct sb_url *action)
{
    const char *slash = strrchr(action->path, '/');
    size_t root = (size_t)(slash - action->path) + 1;

    return url->is_https == action->is_https && url->port == action->port &&
           strcmp(url->host, action->host) == 0 &&
           strncmp(url->path, action->path, root) == 0;
}

/* Numeric addresses only by their own form: "127.0.0.1.example.org" is not. */
static bool
is_loopback_v4(const char *host)
{
    int part[4];
    const char *at = host;

    for (size_t i = 0; i < 4; i++) {
        size_t digits = strspn(at, "0123456789");

        if (digits == 0 || digits > 3)
            return false;
        part[i] = atoi(at);
        at += digits;
        if (part[i] > 255 || *at != (i < 3 ? '.' : '\0'))
            return false;
        at++;
    }
    return part[0] == 127;
}

bool
sb_url_is_loopback(const struct sb_url *url)
{
    return strcmp(url->host, "localhost") == 0 ||
           strcmp(url->host, "[::1]") == 0 || is_loopback_v4(url->host);
}
