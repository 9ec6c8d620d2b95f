/*
 * url.h - the rules for subscription URLs and the action URL root.
 * Pure: text in, a reason out. Fact: action-url-root
 */
#ifndef SANDBOX_URL_H
#define SANDBOX_URL_H

#include "hvconsole/limits.h"

#include <stdbool.h>

struct sb_url { /* normalised for comparing */
    bool is_https;
    char host[256];            /* lower case; IPv6 in its brackets */
    int port;                  /* default filled in */
    char path[HV_MAX_URL + 2]; /* dot segments removed; starts with / */
};

/**
 * sb_url_parse() - NULL when @text is an absolute URL we deliver to, else why
 * not, as a phrase. @allow_http: http:// is fine too.
 */
const char *sb_url_parse(const char *text, bool allow_http, struct sb_url *out);
/** sb_url_is_under() - @url begins with scheme, host, port and path (up to the
 *  last slash) of @action. */
bool sb_url_is_under(const struct sb_url *url, const struct sb_url *action);
/** sb_url_is_loopback() - localhost, 127.0.0.0/8 or [::1]. */
bool sb_url_is_loopback(const struct sb_url *url);

#endif
