/*
 * shell_flow.h - what a person is in the middle of at the Shell: one entry per
 * request to redirect.aspx that needs an answer. Its nonce is in every form of
 * it; a form with another one is refused. Used by shell.c and its steps.
 */
#ifndef SANDBOX_SHELL_FLOW_H
#define SANDBOX_SHELL_FLOW_H

#include "sandbox/shell_query.h"

#define SB_MAX_FLOWS    256 /* the oldest gives way */
#define SB_FLOW_LIFE_MS (3600 * 1000LL)
#define SB_NONCE_TEXT   33 /* 32 hexadecimal digits and NUL */

struct sb_target;

struct sb_flow {
    char nonce[SB_NONCE_TEXT];
    int64_t made_ms; /* real time */
    const struct sb_target *target;
    struct sb_params params;
    bool has_app;
    struct hv_guid app;
    bool has_person; /* somebody signed in */
    struct hv_guid person;
    bool keeps_signed_in;
    bool has_made; /* CREATEACCOUNT, CREATERECORD: what was to be made is */
    struct hv_guid made; /* the new record */
};

struct sb_flows {
    struct sb_flow list[SB_MAX_FLOWS]; /* oldest first */
    size_t count;
};

/** sb_flow_new() - takes @params. Good until the next call of this file. */
struct sb_flow *sb_flow_new(struct sb_flows *flows,
                            const struct sb_target *target,
                            struct sb_params *params, int64_t real_ms);
/** sb_flow_find() - in constant time per entry; NULL: unknown, or too old. */
struct sb_flow *sb_flow_find(struct sb_flows *flows, const char *nonce,
                             int64_t real_ms);
void sb_flow_end(struct sb_flows *flows, struct sb_flow *flow);
void sb_flows_release(struct sb_flows *flows); /* zeroed is fine */

#endif
