/*
 * shell_return.h - the way back: the address a browser is sent to and the
 * query it carries. Pure; used by the Shell's steps. Fact: shell-return
 */
#ifndef SANDBOX_SHELL_RETURN_H
#define SANDBOX_SHELL_RETURN_H

#include "hvconsole/secret.h"

struct sb_pair { /* borrowed */
    const char *name;
    const char *value; /* NULL: left out */
};

/**
 * sb_return_url() - @base with the pairs behind it in their order, escaped as
 * RFC 3986 has it; after a `&` when @base has a query already.
 * @out: text with a NUL, in locked memory because a token may be in it
 * HV_ERR_LIMIT: it does not fit there.
 */
HV_MUST_CHECK enum hv_status sb_return_url(const char *base,
                                           const struct sb_pair *pairs,
                                           size_t count, struct hv_secret *out,
                                           struct hv_error *err);

#endif
