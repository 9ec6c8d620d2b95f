/*
 * store.h - a keystore that is open, as the files of this room see it.
 */
#ifndef KEYSTORE_STORE_H
#define KEYSTORE_STORE_H

#include "keystore/format.h"
#include "keystore/gate.h"

struct ks_content { /* one generation, decoded; owns the ring */
    struct ks_front front;
    struct hv_keyring ring;
    uint8_t tag[KS_TAG];   /* tag_V: the name of this very content */
    struct ks_stamp stamp; /* of the file it was read from */
};

struct hv_keystore {
    char *path; /* owned */
    enum hv_keystore_scope scope;
    bool is_weak;        /* opened by a slot of too small a cost */
    struct hv_secret rk; /* empty in verify scope */
    struct hv_secret kv;
    struct hv_secret key_file; /* of a verify slot: opens it again after a
                                  rekey; else empty */
    struct ks_content now;
    struct hv_keystore_info info;
    /* A file that was refused, so that it is not read again and again. */
    bool has_refused;
    struct ks_stamp refused;
    struct hv_error refusal;
};

void ks_content_release(struct ks_content *content);

/** ks_keystore_new() - takes @rk (may be empty: then verify scope) or @kv, and
 *  the content; all three are empty afterwards, on failure too. */
HV_MUST_CHECK enum hv_status
ks_keystore_new(const char *path, struct hv_secret *rk, struct hv_secret *kv,
                struct ks_content *content, struct hv_keystore **out,
                struct hv_error *err);

/** ks_check_full() - HV_ERR_REFUSED when it is open for verifying only. */
HV_MUST_CHECK enum hv_status ks_check_full(const struct hv_keystore *ks,
                                           struct hv_error *err);

/** ks_keystore_publish() - @content takes the place of what is loaded. */
void ks_keystore_publish(struct hv_keystore *ks, struct ks_content *content);

/**
 * ks_keystore_load() - the file as it is now, with the keys of @ks; it must be
 * the content @ks has, or a later one of the same store and epoch.
 * HV_ERR_DAMAGED, HV_ERR_LOCKED (rekeyed), and what ks_gate_read() gives.
 */
HV_MUST_CHECK enum hv_status ks_keystore_load(const struct hv_keystore *ks,
                                              struct ks_content *out,
                                              struct hv_error *err);

/** ks_keystore_open_any() - hv_keystore_open(), however old the file is. */
HV_MUST_CHECK enum hv_status
ks_keystore_open_any(const char *path, const struct hv_credential *cred,
                     struct hv_keystore **out, struct hv_error *err);

#endif
