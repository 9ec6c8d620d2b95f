/*
 * shell_query.h - what an application asks of the Shell, out of the query of
 * redirect.aspx as real clients wrote it, and the fields of a posted form.
 * Pure; used by the Shell's pages. Fact: shell-url, shell-reader
 */
#ifndef SANDBOX_SHELL_QUERY_H
#define SANDBOX_SHELL_QUERY_H

#include "hvconsole/ids.h"

#define SB_MAX_PARAMS 64
#define SB_MAX_FORM   (64 * 1024) /* bytes */
#define SB_MAX_TARGET 32

struct sb_param {
    char *name;  /* owned, lower case */
    char *value; /* owned, decoded; no NUL inside */
};

/* In the order they came; what stood beside targetqs goes first, so that the
 * last of a name is the one that counts. */
struct sb_params {
    struct sb_param items[SB_MAX_PARAMS];
    size_t count;
};

struct sb_query {
    char target[SB_MAX_TARGET]; /* upper case */
    struct sb_params params;
};

/**
 * sb_query_read() - NULL when @out holds the request, else why not, as a
 * sentence for a page. @out zeroed by the caller, released in either case.
 * @text: what follows the `?` of the URL; "" is a query without a target
 */
const char *sb_query_read(const char *text, struct sb_query *out);
void sb_query_release(struct sb_query *query);

/** sb_form_read() - the same for application/x-www-form-urlencoded, of at most
 *  SB_MAX_FORM bytes: what waits for an answer is kept. */
const char *sb_form_read(struct hv_bytes body, struct sb_params *out);
void sb_params_release(struct sb_params *params); /* zeroed is fine */
/** sb_params_take() - move; @from is empty afterwards. */
struct sb_params sb_params_take(struct sb_params *from);

/** sb_param_get() - the last value of that lower-case name; NULL = none. */
const char *sb_param_get(const struct sb_params *params, const char *name);
/** sb_param_guid() - false: there is none, or it is no guid. */
bool sb_param_guid(const struct sb_params *params, const char *name,
                   struct hv_guid *out);
/** sb_param_is_true() - "true" or "1" in any case. */
bool sb_param_is_true(const struct sb_params *params, const char *name);

#endif
