/*
 * sublint.h - what is wrong with a profile or its subscriptions, and what a
 * test platform lets pass and production will refuse. Pure; no network.
 * Fact: action-url-root, subscription-element, subscription-methods
 */
#ifndef HVCONSOLE_SUBLINT_H
#define HVCONSOLE_SUBLINT_H

#include "hvconsole/finding.h"
#include "hvconsole/sub.h"

/* The rules; the tables end with a NULL id. */
const struct hv_lint *hv_profile_lints(void);
const struct hv_lint *hv_sub_lints(void);

/** hv_profile_lint() - add what is to be said about @profile, judged as if it
 *  were one of @as. @out is added to. */
void hv_profile_lint(const struct hv_profile *profile, enum hv_env as,
                     struct hv_findings *out);
/** hv_sub_lint() - about subscription @which of @list, compared with those
 *  before it. The key is not looked at. */
void hv_sub_lint(const struct hv_sub_list *list, size_t which,
                 const struct hv_profile *profile, enum hv_env as,
                 struct hv_findings *out);
/** hv_sub_lint_count() - about how many there are. */
void hv_sub_lint_count(const struct hv_sub_list *list,
                       const struct hv_profile *profile,
                       struct hv_findings *out);

#endif
