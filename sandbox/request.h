/*
 * request.h - a method call as it came in: the header's values, the tree of
 * <info> and the exact bytes that were hashed. The sandbox's own reader.
 * Fact: request-envelope, header-order
 */
#ifndef SANDBOX_REQUEST_H
#define SANDBOX_REQUEST_H

#include "sandbox/marks.h"
#include "sandbox/model.h"
#include "sandbox/xml.h"

#define SB_MAX_METHOD 64
#define SB_MAX_DIGEST 64 /* bytes of a hash or MAC as sent */

struct sb_digest {
    bool is_there;
    enum sb_hash hash;
    uint8_t data[SB_MAX_DIGEST];
    size_t len; /* 0: not base64, so it never fits */
};

struct sb_request {
    xmlDoc *doc;           /* owned */
    xmlNode *info;         /* borrowed from doc */
    struct sb_marks marks; /* borrowed from the body */
    char method[SB_MAX_METHOD];
    int version; /* 1 when it is left out */
    bool has_app_id;
    struct hv_guid app_id;
    bool has_session; /* exactly one of the two is true */
    char token[SB_MAX_TOKEN + 1];
    bool has_user_token;
    char user_token[SB_MAX_TOKEN + 1];
    bool has_person;
    struct hv_guid person; /* of offline-person-info */
    bool has_record;
    struct hv_guid record;
    bool has_xsl;
    int64_t sent_ms; /* msg-time */
    int64_t ttl_s;
    struct sb_digest mac; /* auth/hmac-data */
    struct sb_digest info_hash;
};

/** sb_request_read() - NULL when the envelope is good, else why not, as a
 *  phrase (status 3). @out zeroed by the caller; @body must outlive it. */
const char *sb_request_read(struct hv_bytes body, struct sb_request *out);
void sb_request_release(struct sb_request *request);

#endif
