/*
 * change.h - things that are added, updated and deleted by order of the
 * operator, and the events that any change raises for the subscriptions.
 * Used by emit.c and by the methods that write things. Pure but for new ids.
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
    int64_t now_ms;     /* platform's clock */
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

/* A thing that was just changed, for those who subscribed. */
struct sb_news {
    size_t record;
    struct hv_guid thing;
    struct hv_guid type;
    int64_t eff_ms;          /* of the thing: a grant may end at a date */
    const struct sb_app *by; /* who wrote it; NULL = somebody else */
    bool wants_old_key;
    uint64_t wait;
    int64_t now_ms; /* platform's clock */
};

/**
 * sb_raise() - queue a notification for every subscription whose filters want
 * the type, once for each person who lets its application read that offline.
 * Whoever changes things calls it after each change. Returns how many.
 */
size_t sb_raise(struct sb_platform *platform, const struct sb_news *news);

/** sb_has_old_key() - the key of @sub was replaced so lately that the old one
 *  may still sign. */
bool sb_has_old_key(const struct sb_platform *platform,
                    const struct sb_sub *sub, int64_t now_ms);

#endif
