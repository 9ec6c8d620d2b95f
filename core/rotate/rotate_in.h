/*
 * rotate_in.h - what the files of core/rotate share: the plan, the saves, and
 * the platform as it is reached from here.
 */
#ifndef CORE_ROTATE_IN_H
#define CORE_ROTATE_IN_H

#include "hvconsole/rotate.h"

/* ---- plan.c: pure ---- */

/* What the platform shows of a subscription, held against the keyring. */
enum rotate_shown {
    SHOWN_NOTHING,     /* no such subscription */
    SHOWN_ACTIVE,      /* our ACTIVE version */
    SHOWN_PENDING,     /* our PENDING version: the announcement arrived */
    SHOWN_OTHER,       /* an older version of ours: somebody went back */
    SHOWN_UNKNOWN,     /* a version we never had */
    SHOWN_OTHER_BYTES, /* our version id with other key bytes */
    SHOWN_COUNT
};

enum rotate_next {
    NEXT_ANNOUNCE,   /* submit (again) and update */
    NEXT_PROMOTE,    /* it is there: one save ends the rotation */
    NEXT_LOOK_AGAIN, /* sent before, not shown: perhaps later */
    NEXT_STOP,       /* tell a person; the sentence says what */
};

enum rotate_shown rotate_shown(const struct hv_keyring *ring,
                               const struct hv_guid *sub,
                               const struct hv_sub *platform);
enum rotate_next rotate_next(enum hv_intent intent, enum rotate_shown shown);
/** rotate_complain() - the failure that NEXT_STOP means. */
enum hv_status rotate_complain(enum rotate_shown shown,
                               const struct hv_guid *sub,
                               const struct hv_sub *platform,
                               struct hv_error *err);
/** rotate_pending() - the PENDING key of a subscription, or NULL. */
struct hv_key *rotate_pending(const struct hv_keyring *ring,
                              const struct hv_guid *sub);
/** rotate_is_refusal() - the platform said no: nothing was applied. Else the
 *  outcome of a failed call is unknown. */
bool rotate_is_refusal(enum hv_status status, const struct hv_error *err);

/* ---- saves.c: each one save of the keystore ---- */

/** rotate_supersede() - an ACTIVE or PENDING key becomes ACCEPTED with full
 *  grace: what was signed with it may be retried for ten days. */
void rotate_supersede(struct hv_key *key, int64_t now_ms);
HV_MUST_CHECK enum hv_status rotate_save_stage(struct hv_keystore *ks,
                                               const struct hv_guid *sub,
                                               struct hv_error *err);
HV_MUST_CHECK enum hv_status rotate_save_submit(struct hv_keystore *ks,
                                                const struct hv_guid *sub,
                                                struct hv_error *err);
HV_MUST_CHECK enum hv_status rotate_save_promote(struct hv_keystore *ks,
                                                 const struct hv_guid *sub,
                                                 struct hv_error *err);
/** rotate_save_abandon() - the platform refused; @is_gone: it has no such
 *  subscription any more. */
HV_MUST_CHECK enum hv_status rotate_save_abandon(struct hv_keystore *ks,
                                                 const struct hv_guid *sub,
                                                 bool is_gone,
                                                 struct hv_error *err);

/** rotate_adopt() - inside an edit: a draft becomes the subscription @id that
 *  the platform made of it. (create.c) */
HV_MUST_CHECK enum hv_status rotate_adopt(struct hv_keyring *ring,
                                          const struct hv_guid *draft,
                                          const struct hv_guid *id,
                                          struct hv_error *err);

/* ---- reach.c: the platform and the listener ---- */

struct hv_platform_ops rotate_ops(const struct hv_rotate_ctx *ctx);
/** rotate_read() - the subscription as the platform shows it now; @out->id is
 *  zero when it shows none. */
HV_MUST_CHECK enum hv_status rotate_read(const struct hv_rotate_ctx *ctx,
                                         const struct hv_guid *sub,
                                         struct hv_sub *out,
                                         struct hv_error *err);
/** rotate_require_listener() - HV_ERR_REFUSED when none runs. */
HV_MUST_CHECK enum hv_status
rotate_require_listener(const struct hv_rotate_ctx *ctx, struct hv_error *err);
/** rotate_wait_listener() - until it has loaded what the store holds now. */
HV_MUST_CHECK enum hv_status
rotate_wait_listener(const struct hv_rotate_ctx *ctx, struct hv_error *err);

#endif
