/*
 * rotate_in.h - what the files of core/rotate share: the plan, the saves, the
 * drafts, and how platform and listener are reached.
 */
#ifndef CORE_ROTATE_IN_H
#define CORE_ROTATE_IN_H

#include "hvconsole/journal.h"
#include "hvconsole/rotate.h"

/* A replaced key goes on verifying: the platform repeats for ten days, four more
 * cover clocks and holidays. Fact: retries */
#define ROTATE_GRACE_MS (14 * 24 * 3600 * (int64_t)1000)
/* How long an announcement of unknown outcome may still be under way. */
#define ROTATE_SETTLE_MS 60000

/* ------------------------------------------------------- plan.c: pure -- */

/* What the platform shows of a subscription, held against the keyring. */
enum rotate_shown {
    SHOWN_UNREAD,      /* not looked yet */
    SHOWN_NOTHING,     /* no such subscription */
    SHOWN_ACTIVE,      /* our ACTIVE version */
    SHOWN_PENDING,     /* our PENDING version: the announcement arrived */
    SHOWN_OTHER,       /* another version of ours that still verifies */
    SHOWN_RETIRED,     /* a version we have retired: its key is wiped */
    SHOWN_UNKNOWN,     /* a version we never had */
    SHOWN_OTHER_BYTES, /* our version id with other key bytes */
    SHOWN_COUNT
};

/* What this run has done about the announcement. */
enum rotate_phase {
    PHASE_OPEN,       /* nothing yet; an earlier run may have */
    PHASE_ARMED,      /* saved that bytes are about to leave */
    PHASE_SENT,       /* they left */
    PHASE_SENT_AGAIN, /* .. a second time: enough for one run */
    PHASE_COUNT
};

struct rotate_state {
    enum hv_intent intent;
    enum rotate_shown shown;
    enum rotate_phase phase;
    bool is_heard;  /* the listener has loaded what the store holds */
    bool may_look;  /* looking once more may still show something new */
    bool may_adopt; /* of the context: what a person has agreed to */
    bool may_take_back;
};

enum rotate_next {
    NEXT_READ,       /* what does the platform show? */
    NEXT_ADOPT,      /* another key of ours is current: make it ACTIVE first */
    NEXT_STAGE,      /* step 1 */
    NEXT_LISTENER,   /* step 2 */
    NEXT_SUBMIT,     /* step 4 */
    NEXT_ANNOUNCE,   /* step 5 */
    NEXT_LOOK_AGAIN, /* sent and not shown: perhaps later */
    NEXT_PROMOTE,    /* step 7: the platform shows the new version */
    NEXT_GIVE_UP,    /* sent and not shown for too long: unknown */
    NEXT_STOP,       /* tell a person; the sentence says what */
    NEXT_COUNT
};

enum rotate_next rotate_next(const struct rotate_state *state);
enum rotate_shown rotate_shown(const struct hv_keyring *ring,
                               const struct hv_guid *sub,
                               const struct hv_sub *platform);
/* What is wrong with what the platform shows. */
struct rotate_complaint {
    enum rotate_shown shown;
    bool is_critical;
    const char *word; /* "other-bytes" ... */
    const char *what; /* of the version the platform shows */
    const char *hint;
};
/** rotate_complaint() - NULL: nothing is. */
const struct rotate_complaint *rotate_complaint(enum rotate_shown shown);
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
/** rotate_pause_ms() - how long to wait before look @looks (0..), so that
 *  three looks fill what is left of the minute after @since_ms; -1 = enough. */
int rotate_pause_ms(int looks, int64_t since_ms, int64_t now_ms);

/* --------------------------------------------------- settle.c: pure -- */

enum rotate_change {
    CHANGE_NONE,
    CHANGE_CONFIRM, /* it is there still; noted once a day */
    CHANGE_PROMOTE, /* an announcement of unknown outcome arrived */
    CHANGE_GONE,
    CHANGE_BACK,  /* listed after all */
    CHANGE_ADOPT, /* a draft is there */
    CHANGE_DROP,  /* a draft never came */
    CHANGE_COUNT
};
enum rotate_say {
    SAY_NOTHING,
    SAY_MOVED,    /* to another key of ours */
    SAY_CRITICAL, /* to what cannot be verified here */
};

struct rotate_cell {
    enum hv_sub_status status;
    enum hv_intent intent;
    enum rotate_shown shown;
    bool is_settled; /* the list is not older than what we know */
};
struct rotate_settlement {
    enum rotate_change change;
    enum rotate_say say;
};
struct rotate_settlement rotate_settle(const struct rotate_cell *cell);

/* ------------------------------------ saves.c: each one save of the store -- */

struct rotate_save {
    struct hv_guid sub;
    struct hv_guid app;
    struct hv_key_version version; /* of the new key; filled by stage */
    struct hv_key_version shown;   /* by the platform, perhaps not ours */
    uint8_t config_hash[32];       /* of what is sent with it */
    bool is_drift;                 /* the platform shows more changed */
    bool may_lack_current;         /* stage although no key is ACTIVE here */
};

/** rotate_known() - the record of a subscription that this application has and
 *  the platform still lists. HV_ERR_NOT_FOUND: none such. HV_ERR_RULE: it is
 *  still being created. */
HV_MUST_CHECK enum hv_status rotate_known(const struct hv_keyring *ring,
                                          const struct rotate_save *save,
                                          struct hv_key_sub **out,
                                          struct hv_error *err);

HV_MUST_CHECK enum hv_status rotate_save_stage(struct hv_keystore *ks,
                                               struct rotate_save *save,
                                               struct hv_error *err);
HV_MUST_CHECK enum hv_status rotate_save_submit(struct hv_keystore *ks,
                                                struct rotate_save *save,
                                                struct hv_error *err);
/** rotate_save_back() - the platform refused: from SUBMITTED to PREPARED, the
 *  key waits for the next try. */
HV_MUST_CHECK enum hv_status rotate_save_back(struct hv_keystore *ks,
                                              struct rotate_save *save,
                                              struct hv_error *err);
HV_MUST_CHECK enum hv_status rotate_save_promote(struct hv_keystore *ks,
                                                 struct rotate_save *save,
                                                 struct hv_error *err);
/** rotate_save_adopt() - @save's version, another one of ours, is what the
 *  platform shows: it becomes ACTIVE. Not while an intent is open. */
HV_MUST_CHECK enum hv_status rotate_save_adopt(struct hv_keystore *ks,
                                               struct rotate_save *save,
                                               struct hv_error *err);
/** rotate_save_abandon() - no further try with @save's PENDING version: ACCEPTED
 *  with full grace, since the update may still be applied; wiped when it was
 *  never announced. Nothing to do is fine. */
HV_MUST_CHECK enum hv_status rotate_save_abandon(struct hv_keystore *ks,
                                                 struct rotate_save *save,
                                                 struct hv_error *err);
/** rotate_save_retire_since() - the versions of @sub that were replaced at or
 *  after @since_ms are compromised: wiped at once. */
HV_MUST_CHECK enum hv_status rotate_save_retire_since(struct hv_keystore *ks,
                                                      const struct hv_guid *sub,
                                                      int64_t since_ms,
                                                      struct hv_error *err);
HV_MUST_CHECK enum hv_status rotate_save_gone(struct hv_keystore *ks,
                                              const struct hv_guid *sub,
                                              struct hv_error *err);

/* The changes themselves, for an edit that makes several. */

/** rotate_supersede() - becomes ACCEPTED with full grace: what was signed with
 *  it may be retried for ten days. */
void rotate_supersede(struct hv_key *key, int64_t now_ms);
/** rotate_make_current() - @version ACTIVE, every other ACTIVE one superseded,
 *  no intent left. HV_ERR_RULE: it is not there or retired. */
HV_MUST_CHECK enum hv_status
rotate_make_current(struct hv_keyring *ring, const struct hv_guid *sub,
                    const struct hv_key_version *version, int64_t now_ms,
                    struct hv_error *err);
/** rotate_make_gone() - status GONE, its keys keep their grace. */
void rotate_make_gone(struct hv_keyring *ring, const struct hv_guid *sub,
                      int64_t now_ms);

/* ------------------------------------ draft.c: subscriptions being created -- */

struct rotate_draft {
    struct hv_guid id; /* ours, not the platform's */
    struct hv_guid app;
    struct hv_key_version version; /* "" = one is made */
    struct hv_secret key;          /* 64 bytes */
    enum hv_key_origin origin;
    uint8_t config_hash[32];
};
void rotate_draft_release(struct rotate_draft *draft);
/** rotate_draft_find() - an open draft of the same content, of an earlier try
 *  whose outcome was not known; @draft (app, hash, version and key where they
 *  are given) is completed from it. False = there is none. */
bool rotate_draft_find(const struct hv_keyring *ring,
                       struct rotate_draft *draft);
/** rotate_draft_made() - the subscription a draft became, or NULL. */
const struct hv_sub *rotate_draft_made(const struct hv_keyring *ring,
                                       const struct hv_guid *draft,
                                       const struct hv_sub_list *list);
/** rotate_draft_save() - a new one, or one more attempt of it. */
HV_MUST_CHECK enum hv_status rotate_draft_save(struct hv_keystore *ks,
                                               struct rotate_draft *draft,
                                               struct hv_error *err);
/** rotate_draft_adopt() - the draft is the platform's @id: one save. */
HV_MUST_CHECK enum hv_status
rotate_draft_adopt(struct hv_keystore *ks, const struct rotate_draft *draft,
                   const struct hv_guid *id, struct hv_error *err);
HV_MUST_CHECK enum hv_status rotate_draft_drop(struct hv_keystore *ks,
                                               const struct rotate_draft *draft,
                                               struct hv_error *err);
/** rotate_adopt() - the adoption itself, inside an edit. */
HV_MUST_CHECK enum hv_status rotate_adopt(struct hv_keyring *ring,
                                          const struct hv_guid *draft,
                                          const struct hv_key_version *version,
                                          const struct hv_guid *id,
                                          int64_t now_ms, struct hv_error *err);

/* ------------------- reach.c: the platform, the listener and its journal -- */

struct hv_platform_ops rotate_ops(const struct hv_rotate_ctx *ctx);
/** rotate_wait() - @ms, or less when somebody stops the rotation. */
void rotate_wait(const struct hv_rotate_ctx *ctx, int ms);
bool rotate_is_stopped(const struct hv_rotate_ctx *ctx);
/** rotate_listed() - a subscription in a list, or NULL. */
const struct hv_sub *rotate_listed(const struct hv_sub_list *list,
                                   const struct hv_guid *sub);
/** rotate_read() - the subscription as the platform shows it now; @out->id is
 *  zero when it shows none. */
HV_MUST_CHECK enum hv_status rotate_read(const struct hv_rotate_ctx *ctx,
                                         const struct hv_guid *sub,
                                         struct hv_sub *out,
                                         struct hv_error *err);
/** rotate_journal() - what was received here; hv_journal_view_close() it. */
HV_MUST_CHECK enum hv_status rotate_journal(const char *store,
                                            struct hv_journal_view **out,
                                            struct hv_error *err);
/** rotate_require_listener() - HV_ERR_REFUSED when none runs. */
HV_MUST_CHECK enum hv_status
rotate_require_listener(const struct hv_rotate_ctx *ctx, struct hv_error *err);
/** rotate_wait_listener() - until it has loaded what the store holds now. */
HV_MUST_CHECK enum hv_status
rotate_wait_listener(const struct hv_rotate_ctx *ctx, struct hv_error *err);

#endif
