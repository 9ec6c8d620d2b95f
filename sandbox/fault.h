/*
 * fault.h - troubles that are ordered: of deliveries (delay, drop, dup,
 * reorder, old-key) and of method calls (http-500, timeout, error:N,
 * maintenance). Asked by queue.c, deliver.c and sandbox.c; ordered over the
 * control socket. Pure: the platform's time is handed in.
 */
#ifndef SANDBOX_FAULT_H
#define SANDBOX_FAULT_H

#include "hvconsole/ids.h"

#define SB_MAX_FAULTS     64
#define SB_FAULT_METHOD   64
#define SB_FAULT_DELAY_MS 60000 /* of delay, unless it says otherwise */

enum sb_fault_kind {
    SB_FAULT_DELAY,    /* a new notification waits amount ms longer */
    SB_FAULT_DROP,     /* it is lost before it is sent */
    SB_FAULT_DUP,      /* it is sent twice: the first 200 is forgotten */
    SB_FAULT_REORDER,  /* it is held back, and what is held back goes out
                             youngest first */
    SB_FAULT_OLD_KEY,  /* it is signed with the replaced key, in the overlap */
    SB_FAULT_HTTP_500, /* the call gets HTTP 500 */
    SB_FAULT_TIMEOUT,  /* the call gets no answer */
    SB_FAULT_ERROR,    /* the call gets status amount */
    SB_FAULT_MAINTENANCE, /* the call gets 152 */
    SB_FAULT_COUNT
};

struct sb_fault {
    uint64_t id; /* rises, never reused */
    enum sb_fault_kind kind;
    int64_t amount;               /* ms of delay, code of error */
    int64_t left;                 /* how often still; -1 = always */
    int64_t until_ms;             /* on the platform's clock; 0 = no end */
    uint64_t hits;                /* how often it struck */
    struct hv_guid sub;           /* only this one; zero = all */
    char method[SB_FAULT_METHOD]; /* only this one; "" = all */
};

struct sb_faults {
    struct sb_fault list[SB_MAX_FAULTS]; /* in order of their ids */
    size_t count;
    uint64_t last_id;
};

/** sb_fault_parse() - "drop", "delay", "delay:30s", "error:37". HV_ERR_USAGE:
 *  another word, with what there is. Sets kind and amount. */
HV_MUST_CHECK enum hv_status
sb_fault_parse(const char *text, struct sb_fault *out, struct hv_error *err);
/** sb_fault_format() - the word again. */
void sb_fault_format(const struct sb_fault *fault, char out[32]);
/** sb_fault_is_of_calls() - method calls, not deliveries. */
bool sb_fault_is_of_calls(enum sb_fault_kind kind);

/** sb_fault_add() - gives it an id. HV_ERR_LIMIT: SB_MAX_FAULTS are there. */
HV_MUST_CHECK enum hv_status sb_fault_add(struct sb_faults *faults,
                                          const struct sb_fault *fault,
                                          uint64_t *id, struct hv_error *err);
/** sb_fault_clear() - one, or with 0 all; how many went. */
size_t sb_fault_clear(struct sb_faults *faults, uint64_t id);

/** sb_fault_strike_sub() - whether a fault of that kind strikes a delivery of
 *  @sub now, and count it. @amount may be NULL. */
bool sb_fault_strike_sub(struct sb_faults *faults, enum sb_fault_kind kind,
                         const struct hv_guid *sub, int64_t now_ms,
                         int64_t *amount);
/** sb_fault_strike_call() - the oldest fault that strikes a call of @method
 *  now, and count it; NULL = none. Good until the next change of @faults. */
const struct sb_fault *sb_fault_strike_call(struct sb_faults *faults,
                                            const char *method, int64_t now_ms);

#endif
