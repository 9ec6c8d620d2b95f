/*
 * access.h - what persons have allowed applications: one authorisation per
 * application, person and record; and the one question all of the sandbox asks
 * before data moves. Fact: authorisation
 */
#ifndef SANDBOX_ACCESS_H
#define SANDBOX_ACCESS_H

#include "sandbox/apps.h"

#define SB_NEVER_MS 253402300799999LL /* 9999-12-31T23:59:59.999Z */

/* app-record-auth-action. */
enum sb_action_word {
    SB_ACT_BY_RULES, /* not set by hand: sb_auth_action() works it out */
    SB_ACT_NONE_REQUIRED,
    SB_ACT_AUTHORIZE,
    SB_ACT_REAUTHORIZE,
    SB_ACT_NOT_POSSIBLE,
    SB_ACT_LOCATION,
    SB_ACT_EMPTY,
};

/* Indexes into the platform's arrays: those never shrink. */
struct sb_auth {
    size_t app;
    size_t person;
    size_t record;
    enum sb_action_word forced; /* by `auth set`, or SB_ACT_BY_RULES */
    bool is_revoked;            /* by the person or by the application */
    bool is_selected;           /* the record chosen last, one per person */
    int64_t created_ms;
    int64_t updated_ms;
    int64_t expires_ms; /* SB_NEVER_MS */
    /* What was granted, as the rules were then: by enum sb_avenue. */
    struct sb_rules granted[2];
};

/* Optional rules that a person grants; required ones always come along. */
struct sb_choice {
    bool takes_all; /* every optional rule, the names are not looked at */
    const char *const *names[2]; /* by enum sb_avenue; rules as in onopt#, */
    size_t counts[2];            /* offopt#; unknown names are not granted */
};

/** sb_auth_find() - NULL: this person never let the application in there. */
struct sb_auth *sb_auth_find(const struct sb_platform *platform, size_t app,
                             size_t person, size_t record);
/**
 * sb_auth_grant() - the person consents: every required rule of the
 * application as it is now, and what @choice takes. Ends a revocation, an
 * expiry and a state set by hand. Optional rules granted before stay.
 */
struct sb_auth *sb_auth_grant(struct sb_platform *platform, size_t app,
                              size_t person, size_t record,
                              const struct sb_choice *choice, int64_t now_ms);
/** sb_auth_select() - this is the record the application sees first. */
void sb_auth_select(struct sb_platform *platform, struct sb_auth *auth);
/** sb_auth_revoke() - all access ends, the entry stays. */
void sb_auth_revoke(struct sb_platform *platform, struct sb_auth *auth,
                    int64_t now_ms);
void sb_auth_expire(struct sb_platform *platform, struct sb_auth *auth,
                    int64_t expires_ms);
/** sb_auth_force() - `auth set`: show this action from now on; AUTHORIZE also
 *  takes all access away, LOCATION answers 147. SB_ACT_BY_RULES undoes it. */
void sb_auth_force(struct sb_platform *platform, struct sb_auth *auth,
                   enum sb_action_word action, int64_t now_ms);
/** sb_auth_restore() - a kept entry as it was. Takes what @auth owns. */
void sb_auth_restore(struct sb_platform *platform, struct sb_auth *auth);
void sb_auth_release(struct sb_auth *auth);

/** sb_auth_is_open() - not revoked, not expired, nor forced to AUTHORIZE. */
bool sb_auth_is_open(const struct sb_auth *auth, int64_t now_ms);
/** sb_auth_action() - what the application is told about it; never
 *  SB_ACT_BY_RULES. @auth NULL: SB_ACT_AUTHORIZE. */
enum sb_action_word sb_auth_action(const struct sb_platform *platform,
                                   const struct sb_auth *auth, int64_t now_ms);
/** sb_action_text() - the word on the wire; "" for SB_ACT_EMPTY. */
const char *sb_action_text(enum sb_action_word action);
/** sb_action_named() - without case; "rules" gives SB_ACT_BY_RULES, "empty"
 *  SB_ACT_EMPTY. False: no such word. */
bool sb_action_named(const char *word, enum sb_action_word *out);

/* May the application, for this person and record, do that? */
struct sb_ask {
    size_t app;
    size_t person;
    size_t record;
    enum sb_avenue avenue;
    const struct hv_guid *type;
    const int64_t *eff_ms; /* of the thing; NULL = some thing of the type */
    int64_t now_ms;
};

/** sb_rights() - bits of enum sb_right; 0 where there is no open
 *  authorisation. Does not look at the state of the record. */
unsigned sb_rights(const struct sb_platform *platform,
                   const struct sb_ask *ask);

#endif
