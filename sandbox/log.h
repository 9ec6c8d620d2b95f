/*
 * log.h - what happened in the sandbox, for `sandbox log`: calls, deliveries,
 * faults that struck, orders of the operator. A ring in memory; never holds
 * keys, tokens or whole MACs. Written by the whole room, read by control.
 */
#ifndef SANDBOX_LOG_H
#define SANDBOX_LOG_H

#include "hvconsole/ids.h"

#define SB_MAX_LOG 2000 /* the oldest give way */

enum sb_log_kind {
    SB_LOG_CALL,     /* a method call and its code */
    SB_LOG_DELIVERY, /* one attempt, or the end of a batch without one */
    SB_LOG_SHELL,    /* a page of the Shell */
    SB_LOG_FAULT,    /* a fault struck, was added or cleared */
    SB_LOG_CLOCK,    /* it was sent ahead or changed its rate */
    SB_LOG_WORLD,    /* emit, app, rules, auth, token keys, reset */
    SB_LOG_COUNT
};

struct sb_log_entry {
    uint64_t id;   /* rises, never reused */
    int64_t at_ms; /* on the platform's clock */
    int64_t real_ms;
    enum sb_log_kind kind;
    char what[56];   /* method, fault word, page: one word */
    char result[32]; /* "0", "HTTP 200", "refused", "given up" ... */
    char text[192];  /* a sentence for a person; may be empty */
    /* of calls, as far as they said; else zero */
    struct hv_guid app;
    struct hv_guid person;
    struct hv_guid record;
    struct hv_guid response;    /* WC_ResponseId */
    struct hv_guid correlation; /* WC_CorrelationId */
    /* of deliveries, else zero */
    struct hv_guid sub;
    char version[HV_MAX_KEY_VERSION + 1];
    uint64_t batch; /* the same in all attempts of one */
    int attempt;    /* 1.. */
    size_t events;
    int64_t next_ms;    /* when it is tried again; 0 = never */
    uint8_t sha256[32]; /* of the body */
};

struct sb_log {
    struct sb_log_entry *ring; /* owned; NULL until the first entry */
    uint64_t last_id;
};

/** sb_log_add() - a copy of @entry, with the next id. */
void sb_log_add(struct sb_log *log, const struct sb_log_entry *entry);
/** sb_log_say() - an entry of words alone. */
void sb_log_say(struct sb_log *log, enum sb_log_kind kind, int64_t at_ms,
                const char *what, const char *result, const char *fmt, ...)
    HV_PRINTF(6, 7);
/** sb_log_next() - the first entry with an id above @id, or NULL. */
const struct sb_log_entry *sb_log_next(const struct sb_log *log, uint64_t id);
const char *sb_log_word(enum sb_log_kind kind);
void sb_log_release(struct sb_log *log);

#endif
