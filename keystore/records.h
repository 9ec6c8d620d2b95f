/*
 * records.h - the plain content of the two encrypted parts of a keystore, to
 * and from a keyring. Pure. Inside this room only.
 */
#ifndef KEYSTORE_RECORDS_H
#define KEYSTORE_RECORDS_H

#include "keystore/be.h"
#include "keystore/format.h"

enum {
    KS_REC_SUB = 0x0101,
    KS_REC_KEY = 0x0102,
    KS_REC_JOURNAL = 0x0103,
    KS_REC_AUDIT = 0x01FF,
    KS_REC_APP = 0x0201,
    KS_REC_SESSION = 0x0202,
    KS_REC_USER = 0x0203,
    KS_REC_READER = 0x0204,

    KS_CRITICAL = 1, /* flag: who does not know the type must refuse */
    KS_PKCS8_MAX = 8192,
    KS_BODY_KEY = 67, /* the longest key of a record we know */
};

/* What is particular to a type. Records without a struct are kept raw: their
 * @check looks at the form, and they go back as they came. */
struct ks_record_kind {
    uint16_t type;
    char part;       /* HV_PART_VERIFY or HV_PART_FULL */
    uint8_t key_len; /* how much of the body is its key */
    /* Reads a body into the ring. NULL for raw kinds. */
    enum hv_status (*decode)(struct ks_walk *body, struct hv_keyring *ring,
                             struct hv_error *err);
    bool (*check)(struct ks_walk *body);
    /* Writes key_len bytes. NULL for raw kinds. */
    void (*key)(const void *object, uint8_t *out);
    /* Size of a body; writes it when @out is not NULL. NULL for raw kinds. */
    size_t (*encode)(const void *object, uint8_t *out);
};

/** ks_record_kind() - the row of a type; NULL = a type from the future. */
const struct ks_record_kind *ks_record_kind(uint16_t type);

enum ks_choice {
    KS_ALL_RECORDS,
    KS_WITHOUT_SESSIONS, /* all but 0202: "did anything lasting change" */
};

/**
 * ks_records_encode() - the plain content of a part, padded to whole pages.
 * HV_ERR_LIMIT: too large for a part or for locked memory. HV_ERR_FAILED: the
 * ring breaks a rule of the format (the same record twice).
 */
HV_MUST_CHECK enum hv_status ks_records_encode(const struct hv_keyring *ring,
                                               char part, enum ks_choice choice,
                                               struct hv_secret *plain,
                                               struct hv_error *err);

/**
 * ks_records_decode() - add the records of a part to @ring. HV_ERR_DAMAGED for
 * anything that the format does not allow, and for an unknown critical type.
 * @ring then holds part of it: release it.
 */
HV_MUST_CHECK enum hv_status ks_records_decode(struct hv_bytes plain, char part,
                                               struct hv_keyring *ring,
                                               struct hv_error *err);

/** ks_ring_check() - what no record alone can break: at most 8 verifying keys
 *  of a subscription, keys exactly where their state wants them. */
HV_MUST_CHECK enum hv_status ks_ring_check(const struct hv_keyring *ring,
                                           struct hv_error *err);

/** ks_key_fingerprint() - SHA-256("hvks1 key fp" || key), first 8 bytes. */
HV_MUST_CHECK enum hv_status ks_key_fingerprint(const struct hv_secret *key,
                                                uint8_t out[8],
                                                struct hv_error *err);

/** ks_array_add() - one more zeroed element; gives the array's new place. */
void *ks_array_add(void *array, size_t *len, size_t size);

#endif
