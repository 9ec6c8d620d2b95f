/*
 * shell_rules.h - the rules of an application as a person reads them on the
 * consent page, and which optional ones were ticked. Used by shell_consent.c.
 */
#ifndef SANDBOX_SHELL_RULES_H
#define SANDBOX_SHELL_RULES_H

#include "sandbox/shell_parts.h"

/** sb_rules_required() - a list of what comes along in any case; nothing when
 *  there is nothing. @app: index */
void sb_rules_required(struct sb_visit *visit, size_t app);
/** sb_rules_optional() - the ones that may be refused, with boxes.
 *  @auth: what was granted before; NULL = nothing */
void sb_rules_optional(struct sb_visit *visit, const struct sb_auth *auth);
/** sb_rules_granted() - what an authorisation holds. */
void sb_rules_granted(struct sb_visit *visit, const struct sb_auth *auth);

/* The ticked ones; borrowed from the application's rules. */
struct sb_ticked {
    const char *names[2][SB_MAX_RULES];
    struct sb_choice choice;
};
/** sb_rules_ticked() - read the boxes of the posted form. */
void sb_rules_ticked(const struct sb_visit *visit, struct sb_ticked *out);

#endif
