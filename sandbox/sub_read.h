/*
 * sub_read.h - a subscription element from a request, read and judged.
 * Used by subscribe.c. Fact: subscription-element
 */
#ifndef SANDBOX_SUB_READ_H
#define SANDBOX_SUB_READ_H

#include "sandbox/methods.h"

/* What the element says, before it is judged. */
struct sb_draft {
    bool has_id;
    struct hv_guid id;
    xmlNode *key; /* borrowed: notification-key */
    struct hv_key_version version;
    xmlNode *url; /* borrowed */
    struct sb_type_ref types[HV_MAX_TYPES_PER_SUB + 1];
    size_t type_count; /* one more than allowed = too many */
    size_t filter_count;
};

/** sb_draft_read() - the schema's view: 3 or HV_CODE_OK. */
int sb_draft_read(struct sb_call *call, struct sb_draft *out);
/** sb_draft_check() - the rules beyond it: 134, or a subscription in @out
 *  (without id and app), which the caller releases. */
int sb_draft_check(struct sb_call *call, const struct sb_draft *draft,
                   struct sb_sub *out);

#endif
