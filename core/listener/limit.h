/*
 * limit.h - two small memories of the listener: how often an address was
 * refused, and which key versions fail after having worked. Pure. Private to
 * core/listener.
 */
#ifndef CORE_LISTENER_LIMIT_H
#define CORE_LISTENER_LIMIT_H

#include "core/net/http.h"
#include "hvconsole/notify.h"

#define LIMIT_PER_S 10
#define LIMIT_BURST 50
#define LIMIT_SLOTS 256

/* Refusals of an address are listed 10 a second, 50 at a time. */
struct listener_limit {
    struct listener_bucket {
        uint8_t address[HV_HTTP_ADDRESS];
        int64_t at_ms; /* of the last use */
        int64_t milli; /* thousandths of a refusal left */
    } slots[LIMIT_SLOTS];
};

/** listener_limit_take() - true when this one may be listed. */
bool listener_limit_take(struct listener_limit *limit,
                         const uint8_t address[HV_HTTP_ADDRESS],
                         int64_t now_ms);

#define FUSE_BAD       3
#define FUSE_WINDOW_MS ((int64_t)10 * 60 * 1000)
#define FUSE_TRUST_MS  ((int64_t)24 * 3600 * 1000)

/* For bad_hmac_200: a version that verified lately and now fails again and
 * again has trouble on our side; a 200 would throw true messages away. */
struct listener_fuse {
    struct listener_fuse_row {
        struct hv_guid sub;
        struct hv_key_version version;
        int64_t verified_ms;      /* 0 = never */
        int64_t bad_ms[FUSE_BAD]; /* the last ones, a ring */
        int bad_at;
    } * rows; /* owned; one per key that was used */
    size_t len;
};

void listener_fuse_release(struct listener_fuse *fuse);
void listener_fuse_verified(struct listener_fuse *fuse,
                            const struct hv_notify_auth *auth, int64_t now_ms);
/** listener_fuse_bad() - note a bad HMAC; true when 200 may be answered. */
bool listener_fuse_bad(struct listener_fuse *fuse,
                       const struct hv_notify_auth *auth, int64_t now_ms);

#endif
