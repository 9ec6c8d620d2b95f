/*
 * url.h - an absolute URL taken apart, strictly. Used by core/sub/url.c's own
 * rules and by core/client. Pure.
 */
#ifndef CORE_SUB_URL_H
#define CORE_SUB_URL_H

#include "hvconsole/bytes.h"

/* Parts are borrowed from the text. */
struct hv_url {
    struct hv_bytes scheme;
    struct hv_bytes host;  /* without brackets */
    struct hv_bytes path;  /* "" or "/..." */
    struct hv_bytes query; /* data NULL = none */
    int port;              /* the scheme's own when not written */
    bool is_ipv6;
    bool has_user;
    bool has_fragment;
};

/** hv_url_parse() - scheme "://" host [":" port] path ["?" query]. Refuses what
 *  RFC 3986 does not allow in a URL: blanks, controls, non-ASCII, backslashes,
 *  bad escapes. HV_ERR_RULE with the sentence. */
HV_MUST_CHECK enum hv_status hv_url_parse(const char *text, struct hv_url *out,
                                          struct hv_error *err);
bool hv_url_has_scheme(const struct hv_url *url, const char *scheme);
/** hv_url_is_loopback() - localhost, 127.0.0.0/8 or ::1, as written. */
bool hv_url_is_loopback(const struct hv_url *url);

#endif
