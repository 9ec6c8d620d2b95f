/*
 * trail.h - one change of a keystore in the audit log: what differs, said
 * before it is written and again with its outcome. Inside this room only.
 */
#ifndef KEYSTORE_TRAIL_H
#define KEYSTORE_TRAIL_H

#include "hvconsole/audit.h"
#include "keystore/store.h"

struct ks_trail {
    struct hv_audit *audit;         /* borrowed; NULL: no log is kept */
    struct hv_audit_object *before; /* owned: what was there; no secrets */
    size_t before_len;
    struct hv_audit_object *changes; /* owned */
    size_t changes_len;
    struct hv_audit_event event;
    struct hv_audit_head head; /* of the intent */
    char verb[48];
    char note[320];
    bool is_begun;
};

/** ks_trail_start() - remember what @content holds; NULL = nothing yet. */
void ks_trail_start(struct ks_trail *trail, const struct ks_content *content);
/**
 * ks_trail_begin() - write the intent, and its head into record 01FF of
 * @content. When the keystore remembers a line that the log no longer has, that
 * is written first: the save will forget it.
 * @verb: for when the thread has none (hv_audit_set_verb)
 */
HV_MUST_CHECK enum hv_status ks_trail_begin(struct ks_trail *trail,
                                            const char *verb, uint64_t before,
                                            struct ks_content *content,
                                            struct hv_error *err);
/** ks_trail_end() - the outcome, when there was an intent; gives @st back, or
 *  HV_ERR_IO when the change was made and could not be noted. */
HV_MUST_CHECK enum hv_status
ks_trail_end(struct ks_trail *trail, enum hv_status st, struct hv_error *err);
void ks_trail_release(struct ks_trail *trail);

/** ks_trail_lone() - an intent about a file rather than the content: backup,
 *  export. @what: the note. */
HV_MUST_CHECK enum hv_status ks_trail_lone(struct ks_trail *trail,
                                           const char *verb,
                                           const struct ks_front *front,
                                           const char *note,
                                           struct hv_error *err);

/** ks_ring_head() - record 01FF; false when there is none. */
bool ks_ring_head(const struct hv_keyring *ring, struct hv_audit_head *out);

#endif
