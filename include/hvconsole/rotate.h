/*
 * rotate.h - create a subscription with its key, and give it a new key, so
 * that no crash loses a key the platform may sign with: accepted before
 * announced. Steps as docs/keystore-format.md, "Rotation".
 */
#ifndef HVCONSOLE_ROTATE_H
#define HVCONSOLE_ROTATE_H

#include "hvconsole/client.h"
#include "hvconsole/keystore.h"

enum hv_rotate_step {
    HV_STEP_NONE = 0,
    HV_STEP_STAGE = 1,    /* key PENDING + intent PREPARED saved */
    HV_STEP_LISTENER = 2, /* listener reported that generation loaded */
    HV_STEP_READ = 3,     /* current version read from the platform */
    HV_STEP_SUBMIT = 4,   /* intent SUBMITTED saved */
    HV_STEP_ANNOUNCE = 5, /* UpdateEventSubscription */
    HV_STEP_CONFIRM = 6,  /* read back */
    HV_STEP_PROMOTE = 7,  /* new ACTIVE, old ACCEPTED, intent NONE saved */
    HV_STEP_RETIRE = 8,   /* only of a compromised key: the old one is wiped */
};
const char *hv_rotate_step_word(enum hv_rotate_step step);

/* How the platform is reached. NULL in the context = the client's own calls;
 * tests plug one that fails where they want. */
struct hv_platform_ops {
    enum hv_status (*get_subs)(void *arg, struct hv_sub_list *out,
                               struct hv_error *err);
    enum hv_status (*subscribe)(void *arg, const struct hv_sub *sub,
                                struct hv_guid *id, struct hv_error *err);
    enum hv_status (*update)(void *arg, const struct hv_sub *sub,
                             struct hv_error *err);
    enum hv_status (*unsubscribe)(void *arg, const struct hv_guid *id,
                                  struct hv_error *err);
    void (*wait)(void *arg, int ms); /* before looking again */
    void *arg;
    int64_t (*date_ms)(void *arg); /* of the last answer, by the platform's
                                           clock; 0 = it did not say */
};

struct hv_rotate_ctx {      /* borrowed by every call below */
    struct hv_keystore *ks; /* full scope */
    struct hv_client *client;
    const struct hv_profile *profile;
    const char *store; /* where the listener publishes */
    bool without_listener;
    bool may_adopt;     /* the platform shows another key of ours: that one is
                           made the active one first, and replaced */
    bool may_take_back; /* the platform shows a key that is not here: ours is
                           announced over it all the same */
    void (*progress)(void *arg, enum hv_rotate_step step); /* may be NULL */
    bool (*is_stopped)(void *arg); /* hv_rotate_one() ends after the step that
                                      is under way. May be NULL */
    void *progress_arg;            /* of both */
    const struct hv_platform_ops *ops; /* NULL = the client */
};

struct hv_rotate_result {
    struct hv_guid sub;
    struct hv_key_version old_version;
    struct hv_key_version new_version;
    enum hv_rotate_step step; /* the last one finished */
    bool is_done;
};

/**
 * hv_rotate_one() - steps 1 to 7 for one subscription.
 * An open intent of this subscription is taken up where it stood (same key).
 * HV_ERR_REFUSED: no listener runs or it does not load the new generation in
 *   5 s (nothing announced; before step 1 nothing is written at all when none
 *   runs). HV_ERR_INCOMPLETE: outcome unknown or the platform shows something
 *   else; the sentence says what; run it again. With is_done it means that the
 *   key is rotated and somebody else changed URL or types meanwhile.
 *   HV_ERR_CANCELLED: it was stopped; run it again to go on.
 *   HV_ERR_NOT_FOUND: 132. A platform that cannot be asked at all is its own
 *   status, and nothing is written.
 * @out is filled in every case.
 */
HV_MUST_CHECK enum hv_status hv_rotate_one(const struct hv_rotate_ctx *ctx,
                                           const struct hv_guid *sub,
                                           struct hv_rotate_result *out,
                                           struct hv_error *err);

/**
 * hv_sub_create() - draft and PENDING key saved, SubscribeToEvent, both moved
 * to the real id and ACTIVE in one save.
 * @sub:  url and types; version may be empty (one is made); key may be empty
 *        (one is made) or 64 bytes; on success id, version are filled in
 * Checks hv_sub_check() and the limit (reads the platform's list first):
 * HV_ERR_RULE before anything is sent. HV_ERR_INCOMPLETE: the outcome is not
 * known; the same call again takes the same key and makes no second one.
 */
HV_MUST_CHECK enum hv_status hv_sub_create(const struct hv_rotate_ctx *ctx,
                                           struct hv_sub *sub,
                                           struct hv_error *err);

/**
 * hv_key_import() - a key that others made, beside those that are here: ACTIVE
 * when the platform shows this version as current with these bytes, else
 * ACCEPTED with full grace. Announces nothing. Where the keystore has it already
 * nothing is added, but it is made ACTIVE if that is what the platform shows:
 * the same import again, after a crash, ends the same.
 * @ctx: client and ops NULL: the platform is not asked
 * @key: 64 bytes; NULL: only what the keystore has already
 * @out: its state then; may be NULL
 * HV_ERR_NOT_FOUND: neither keystore nor platform knows @sub (or, with @key
 * NULL, the version). HV_ERR_RULE: the version id exists with other bytes, on
 * either side, or is retired, there are too many, or it has not 64 bytes.
 */
HV_MUST_CHECK enum hv_status
hv_key_import(const struct hv_rotate_ctx *ctx, const struct hv_guid *sub,
              const struct hv_key_version *version, const struct hv_secret *key,
              enum hv_key_state *out, struct hv_error *err);

/** hv_sub_delete() - UnsubscribeToEvent, then status GONE; keys keep their
 *  grace, so late retries still verify. */
HV_MUST_CHECK enum hv_status hv_sub_delete(const struct hv_rotate_ctx *ctx,
                                           const struct hv_guid *id,
                                           struct hv_error *err);

/** hv_sub_reconcile() - note what a fresh GetEventSubscriptions shows:
 *  confirmed dates, GONE and back, adopted drafts, announcements that arrived;
 *  saves only if something changed. HV_ERR_INCOMPLETE (all of that is done):
 *  the platform signs with what cannot be verified here, or moved to another
 *  key of ours; the sentence is for a person. */
HV_MUST_CHECK enum hv_status
hv_sub_reconcile(const struct hv_rotate_ctx *ctx,
                 const struct hv_sub_list *platform, struct hv_error *err);

/* Something wrong that only a look at the platform shows. */
struct hv_sub_trouble {
    struct hv_guid sub;
    struct hv_key_version version; /* that the platform signs with */
    bool is_critical;   /* its notifications cannot be verified here */
    const char *word;   /* "unknown-version" ... */
    const char *advice; /* one sentence; both static */
};
/** hv_sub_troubles() - every subscription that the platform signs with another
 *  key than the ACTIVE one here. Reads the platform's list, writes nothing.
 *  @out: free() it; NULL when there is nothing */
HV_MUST_CHECK enum hv_status hv_sub_troubles(const struct hv_rotate_ctx *ctx,
                                             struct hv_sub_trouble **out,
                                             size_t *len, struct hv_error *err);

#endif
