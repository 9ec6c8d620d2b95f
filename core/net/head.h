/*
 * head.h - the head of an HTTP request (request line and headers) as raw bytes,
 * judged strictly. Pure; used by core/net/conn.c beside evhttp's own parser,
 * which forgives what a careful door must not.
 */
#ifndef CORE_NET_HEAD_H
#define CORE_NET_HEAD_H

#include "hvconsole/bytes.h"

/* The bytes of one head as they come in. Zeroed = before the first byte. */
struct hv_head {
    struct hv_buf bytes; /* request line to empty line */
    size_t line_start;   /* of the line being collected */
    bool is_complete;    /* the empty line was seen */
    bool is_over;        /* larger than any head may be: not collected */
};

void hv_head_release(struct hv_head *head);
/** hv_head_reset() - ready for the next request; memory kept. */
void hv_head_reset(struct hv_head *head);
/** hv_head_feed() - take bytes until the head is complete; what follows it is
 *  left alone. Lines end at LF, as evhttp's do. */
void hv_head_feed(struct hv_head *head, struct hv_bytes more);

/**
 * hv_head_check() - 0 when the request may be served, else the HTTP status to
 * refuse it with: 431 for a line or headers that are too large; 400 for
 * anything that two programs could read differently: a line end without CR,
 * control bytes, folded lines, a name that is no token, a repeated Host,
 * Content-Length, Transfer-Encoding or Authorization, both lengths at once, a
 * length that is not plain digits, another coding than chunked, no Host in
 * HTTP/1.1, more than HV_MAX_HTTP_HEADER_LINES headers.
 */
int hv_head_check(const struct hv_head *head);

#endif
