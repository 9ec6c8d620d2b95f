/*
 * rules.h - the authorization rules of an application: the auth XML as it was
 * given, and what it says. Who may do what is decided in access.h.
 * Pure. Fact: authorisation
 */
#ifndef SANDBOX_RULES_H
#define SANDBOX_RULES_H

#include "hvconsole/ids.h"

#define SB_MAX_RULES     64    /* in one set */
#define SB_MAX_RULE_SETS 16    /* target and exception sets of a rule */
#define SB_MAX_RULE_NAME 16    /* characters */
#define SB_MAX_AUTH_XML  65536 /* bytes of one set of rules */

/* What may be done with things; bits, as the permissions of the protocol. */
enum sb_right {
    SB_MAY_READ = 1,
    SB_MAY_UPDATE = 2,
    SB_MAY_CREATE = 4,
    SB_MAY_DELETE = 8,
    SB_MAY_ALL = 15,
};

struct sb_set {
    struct hv_guid *types; /* owned; none = all types */
    size_t type_count;
    int64_t (*ranges)[2]; /* owned; from, to of the effective date */
    size_t range_count;   /* none = at any time */
};

struct sb_rule {
    char name[SB_MAX_RULE_NAME + 1]; /* "" = none */
    bool is_optional;                /* may be refused alone */
    bool is_incremental;             /* looked at by nobody */
    unsigned flags;                  /* display-flags; 3 when absent */
    unsigned rights;
    char *xml;              /* owned: the <rule> element */
    char *reason;           /* owned: the first why-string, or NULL */
    struct sb_set *targets; /* owned; none = everything */
    size_t target_count;
    struct sb_set *exceptions; /* owned */
    size_t exception_count;
};

/* `{0}`: no rules, which gives no right at all. */
struct sb_rules {
    char *xml; /* owned: the <auth> element as it was given; NULL = none */
    struct sb_rule *items; /* owned */
    size_t count;
};

/**
 * sb_rules_parse() - an <auth> element, with or without an XML declaration
 * before it. @out zeroed by the caller.
 * HV_ERR_FORMAT: not one, or against the schema's rules (unique names of at
 * most 16 characters, 1-5 permissions). HV_ERR_LIMIT: too large.
 */
HV_MUST_CHECK enum hv_status
sb_rules_parse(struct hv_bytes xml, struct sb_rules *out, struct hv_error *err);
void sb_rules_release(struct sb_rules *rules); /* zeroed is fine */

/** sb_rules_find() - NULL: no rule of that name. */
const struct sb_rule *sb_rules_find(const struct sb_rules *rules,
                                    const char *name);
/**
 * sb_rules_rights() - what the rules allow for a type; a version of a type
 * stands for all of them.
 * @eff_ms: effective date of the thing; NULL = some thing of the type
 */
unsigned sb_rules_rights(const struct sb_rules *rules,
                         const struct hv_guid *type, const int64_t *eff_ms);
unsigned sb_rule_rights(const struct sb_rule *rule, const struct hv_guid *type,
                        const int64_t *eff_ms);

#endif
