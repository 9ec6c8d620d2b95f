/*
 * variant.h - the ways in which senders and what stands between get a body, a
 * key or a header wrong. Private to core/notify; tried by nearest.c.
 */
#ifndef CORE_NOTIFY_VARIANT_H
#define CORE_NOTIFY_VARIANT_H

#include "hvconsole/notify.h"

/* A body as somebody else may have had it. */
struct notify_body_form {
    const char *words; /* "with LF where CRLF came" */
    /** false: it would be the same bytes, or cannot be. */
    bool (*make)(struct hv_bytes body, struct hv_buf *out);
};
extern const struct notify_body_form notify_body_forms[];
extern const size_t notify_body_forms_len;

/* A key as somebody else may have taken it. */
struct notify_key_form {
    const char *words; /* "its base64 text taken as the key" */
    /** @out has room for NOTIFY_KEY_FORM bytes; gives how many. */
    size_t (*make)(struct hv_bytes key, uint8_t *out);
};
#define NOTIFY_KEY_FORM 256
extern const struct notify_key_form notify_key_forms[];
extern const size_t notify_key_forms_len;

/** notify_read_loosely() - what a malformed header may have meant; @words what
 *  was wrong with it. False: nothing can be made of it. */
bool notify_read_loosely(struct hv_bytes header, struct hv_notify_auth *out,
                         const char **words);

#endif
