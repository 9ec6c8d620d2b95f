/*
 * envelope.h - requests as exact bytes, answers as code, message and info.
 * Used by core/wire/session.c and core/client. Pure.
 */
#ifndef CORE_WIRE_ENVELOPE_H
#define CORE_WIRE_ENVELOPE_H

#include "hvconsole/ids.h"
#include "hvconsole/secret.h"

#include <libxml/tree.h>

#define HV_MSG_TTL_S 1800
#define HV_HASH_TEXT 45 /* base64 of 32 bytes and NUL */

/*
 * One request. All borrowed. With @app it is anonymous: no token, no HMAC and
 * no info hash. Else @token and @secret are the session's; @user_token and
 * @offline_person exclude each other, and neither means an application-level
 * call. Fact: request-envelope, header-order
 */
struct hv_request {
    const char *method; /* no version digit */
    int version;
    const struct hv_guid *app;
    struct hv_bytes token;
    struct hv_bytes secret; /* decoded: the key of the HMAC */
    struct hv_bytes user_token;
    const struct hv_guid *offline_person;
    const struct hv_guid *record;
    int64_t msg_time_ms;
    const char *label;    /* header/version: who we are */
    struct hv_bytes info; /* exact bytes `<info` .. `</info>` */
};

/**
 * hv_request_build() - the whole document, ready to be posted. The info is
 * hashed and the header is MACed over the very bytes that are sent.
 * HV_ERR_USAGE: the call is put together wrongly. HV_ERR_FORMAT: info is not
 * one element `info`, or a text cannot be carried. HV_ERR_LIMIT: no locked
 * memory. Fact: hash-and-hmac
 */
HV_MUST_CHECK enum hv_status hv_request_build(const struct hv_request *request,
                                              struct hv_secret *out,
                                              struct hv_error *err);

/** hv_info_hash() - base64 of SHA-256 over the exact bytes. */
HV_MUST_CHECK enum hv_status hv_info_hash(struct hv_bytes info,
                                          char out[HV_HASH_TEXT],
                                          struct hv_error *err);
/** hv_header_mac() - base64 of HMAC-SHA-256 over the exact bytes. */
HV_MUST_CHECK enum hv_status hv_header_mac(struct hv_bytes header,
                                           struct hv_bytes secret,
                                           char out[HV_HASH_TEXT],
                                           struct hv_error *err);

/* An answer. Owns the document; the rest points into it or is copied. */
struct hv_response {
    xmlDocPtr doc;
    int code;
    const xmlNode *info;  /* NULL = none */
    char message[256];    /* foreign text; may be empty */
    char error_info[128]; /* foreign text */
    char exception[192];  /* foreign text, from test servers only */
};

/**
 * hv_response_parse() - read an answer of the platform. A code other than 0 is
 * HV_OK here: what the platform says is data.
 * @suffix: namespace the info must be in; NULL = do not look at info
 *
 * HV_ERR_FORMAT: not an answer of the platform at all. HTML, the usual sign of
 * a wrong URL, says so. Fact: response-envelope
 */
HV_MUST_CHECK enum hv_status hv_response_parse(struct hv_bytes body,
                                               const char *suffix,
                                               struct hv_response *out,
                                               struct hv_error *err);
void hv_response_release(struct hv_response *response);

/** hv_response_info() - the info, or HV_ERR_FORMAT: code 0 without it. */
HV_MUST_CHECK enum hv_status hv_response_info(const struct hv_response *r,
                                              const xmlNode **out,
                                              struct hv_error *err);

/** hv_code_status() - which hv_status a platform code is. Fact: status-codes */
enum hv_status hv_code_status(int code);
/** hv_response_fail() - note a code other than 0: name, message, advice. */
enum hv_status hv_response_fail(const struct hv_response *response,
                                struct hv_error *err);

#endif
