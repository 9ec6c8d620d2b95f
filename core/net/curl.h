/*
 * curl.h - libcurl's multi interface on a loop, with the one TLS policy for
 * everything this program sends. Used by core/client and by the sandbox's
 * deliveries.
 */
#ifndef CORE_NET_CURL_H
#define CORE_NET_CURL_H

#include "hvconsole/loop.h"
#include "hvconsole/secret.h"

struct hv_curl; /* a multi handle on a loop */

/** hv_curl_new() - the program must ignore SIGPIPE: TLS writes to peers that
 *  may be gone. */
HV_MUST_CHECK enum hv_status
hv_curl_new(struct hv_loop *loop, struct hv_curl **out, struct hv_error *err);
/** hv_curl_free() - running ones end as cancelled, their callbacks run now. */
void hv_curl_free(struct hv_curl *curl);

struct hv_post {
    const char *url;
    const char *const
        *headers;         /* "Name: value", NULL-terminated; may be NULL */
    struct hv_bytes body; /* copied into locked memory when is_secret,
                                     else borrowed until done */
    const char *ca_file;  /* NULL = the system's */
    bool no_verify;       /* sandbox to loopback handlers only */
    bool allow_http;      /* http:// permitted (loopback) */
    bool may_repeat;      /* use kept-alive connections: when such a one
                                     dies libcurl sends the request again */
    bool public_only;     /* HV_ERR_REFUSED when the address that the name
                                     leads to is not of the public internet */
    bool keep_head;       /* status line and headers of the answer too */
    bool is_secret;       /* request or answer hold keys: fixed locked
                                     buffer of max_answer, wiped */
    size_t max_answer;    /* bytes of the answer kept; more = failure */
    int timeout_ms;
};

struct hv_post_result {
    struct hv_error error; /* zeroed = an HTTP answer came */
    int http;              /* HTTP status */
    struct hv_bytes body;  /* borrowed for the callback */
    struct hv_bytes head;  /* the same; empty without keep_head */
    const char *tls;       /* version and cipher, "" = none; borrowed too */
    const char *address;   /* that was reached, "" = none; borrowed too */
    int64_t date_ms;       /* Date header, 0 = none */
    int64_t took_ms;
};

typedef void (*hv_post_fn)(void *arg, const struct hv_post_result *result);

struct hv_transfer;
/** hv_curl_post() - @fn runs once, later, never from inside this call; what is
 *  wrong with the request is told there too. */
struct hv_transfer *hv_curl_post(struct hv_curl *curl,
                                 const struct hv_post *post, hv_post_fn fn,
                                 void *arg);
/** hv_curl_cancel() - @fn runs later, with HV_ERR_CANCELLED unless the end had
 *  already come. Not after @fn has run. */
void hv_curl_cancel(struct hv_curl *curl, struct hv_transfer *transfer);

#endif
