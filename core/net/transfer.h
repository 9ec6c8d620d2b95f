/*
 * transfer.h - one request on its way, shared by curl.c and transfer.c.
 */
#ifndef CORE_NET_TRANSFER_H
#define CORE_NET_TRANSFER_H

#include "core/net/curl.h"

#include <curl/curl.h>

struct hv_transfer {
    struct hv_transfer *next; /* in running or finished */
    struct hv_curl *curl;
    CURL *easy;
    struct curl_slist *headers;
    struct hv_secret request; /* our copy of the body, if is_secret */
    struct hv_buf answer;     /* the one or the other */
    struct hv_secret secret_answer;
    size_t secret_len;      /* bytes used of it */
    struct hv_buf head;     /* of the answer, when that was asked for */
    const char *not_public; /* what an address was that was not connected to */
    char tls[64];
    char address[64];
    size_t max_answer;
    bool is_secret;
    bool is_over;          /* the answer was larger */
    bool is_out_of_memory; /* no locked memory for the answer */
    int64_t started_ms;
    struct hv_error error;
    hv_post_fn fn;
    void *arg;
    char detail[CURL_ERROR_SIZE];
};

/** hv_transfer_prepare() - an easy handle that is ready to go. What fails is
 *  noted in @t->error as well. */
HV_MUST_CHECK enum hv_status hv_transfer_prepare(struct hv_transfer *t,
                                                 const struct hv_post *post);
/** hv_transfer_describe() - what the person reads when libcurl gave up. */
void hv_transfer_describe(struct hv_transfer *t, CURLcode result);
/** hv_transfer_result() - what came; an HTTP error status is an answer too. */
struct hv_post_result hv_transfer_result(struct hv_transfer *t);
void hv_transfer_free(struct hv_transfer *t);

#endif
