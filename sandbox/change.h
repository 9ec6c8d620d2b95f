/*
 * change.h - things that are added, updated and deleted, and the events that
 * this raises for the subscriptions. Pure but for new random ids.
 */
#ifndef SANDBOX_CHANGE_H
#define SANDBOX_CHANGE_H

#include "sandbox/model.h"

#define SB_MAX_CHANGES 4000 /* in one order */

enum sb_action {
    SB_ADD,
    SB_UPDATE,
    SB_DELETE,
};

struct sb_order {
    enum sb_action action;
    const struct hv_guid *type;
    size_t record;      /* index */
    size_t count;       /* 1..SB_MAX_CHANGES */
    bool wants_old_key; /* sign with the key replaced last */
    uint64_t wait;      /* handed on to the events; 0 = none */
    int64_t now_ms;
};

struct sb_changed {
    struct hv_guid person; /* custodian, in whose name it was done */
    struct hv_guid record;
    struct hv_guid thing;
    struct hv_guid type;
};

/**
 * sb_change() - carry an order out, all or nothing.
 * @out:    room for order->count
 * @queued: notifications this raised: one per changed thing, subscription and
 *          authorised pair of person and record
 * HV_ERR_USAGE: count out of range. HV_ERR_NOT_FOUND: the record has not that
 * many things of the type to update or delete. HV_ERR_RULE: wants_old_key, and
 * no matching subscription has one in its overlap. HV_ERR_LIMIT: world or
 * queue is full.
 */
HV_MUST_CHECK enum hv_status sb_change(struct sb_platform *platform,
                                       const struct sb_order *order,
                                       struct sb_changed *out, size_t *queued,
                                       struct hv_error *err);

/** sb_same_type() - versions of one type stand for each other. */
bool sb_same_type(const struct hv_guid *a, const struct hv_guid *b);

#endif
