/*
 * fuzz_url.c - any two lines as a subscription's URL and an action URL. What
 * passes the check is plain text of a right length, what has no hidden
 * structure lies under its own root, and a longer host never does.
 */
#include "core/sub/url.h"
#include "hvconsole/limits.h"
#include "hvconsole/sub.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool
is_plain(const char *url)
{
    for (; *url; url++) {
        if (*url <= ' ' || *url >= 0x7f || *url == '\\')
            return false;
    }
    return true;
}

static void
check_one(const char *url)
{
    struct hv_error err = { 0 };
    struct hv_url parts;
    bool is_hidden = strcasestr(url, "%2e") || strcasestr(url, "%2f") ||
                     strcasestr(url, "%5c");

    if (hv_url_parse(url, &parts, &err)) {
        if (err.status != HV_ERR_RULE || !*err.why)
            abort();
        if (hv_url_check(url, NULL) == HV_OK || hv_url_is_under(url, url))
            abort();
        return;
    }
    if (!is_plain(url) || strlen(url) > HV_MAX_URL || parts.port < 1 ||
        parts.port > 65535 || parts.host.len == 0)
        abort();
    (void)hv_url_is_loopback(&parts);
    if (!is_hidden && !parts.has_user && !hv_url_is_under(url, url))
        abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = malloc(size + 1);
    char *second;

    if (!text)
        abort();
    if (size)
        memcpy(text, data, size);
    text[size] = '\0';
    second = strchr(text, '\n');
    if (second)
        *second++ = '\0';
    else
        second = text + strlen(text);
    check_one(text);
    check_one(second);
    if (hv_url_is_under(text, second)) {
        struct hv_url a;
        struct hv_url b;

        if (hv_url_parse(text, &a, NULL) || hv_url_parse(second, &b, NULL) ||
            a.host.len != b.host.len || a.port != b.port ||
            strncasecmp((const char *)a.host.data, (const char *)b.host.data,
                        a.host.len) != 0)
            abort();
    }
    free(text);
    return 0;
}
