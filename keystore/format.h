/*
 * format.h - the part of a keystore file that is not encrypted: header, slots,
 * layout. Pure: bytes in, structs out. Inside this room only.
 */
#ifndef KEYSTORE_FORMAT_H
#define KEYSTORE_FORMAT_H

#include "hvconsole/keystore.h"

enum {
    KS_VERSION = 1,
    KS_HEADER = 128,
    KS_SLOT = 192,
    KS_SLOT_AAD = 96, /* the bytes of a slot that go into its wrap */
    KS_SLOTS = 8,
    KS_LABEL = 40,
    KS_PAGE = 4096, /* parts come in multiples of this */
    KS_PART_MAX = 4 * 1024 * 1024,
    KS_TAG = 32,
    KS_TAIL = 3 * KS_TAG, /* tag_S, tag_V, sum */
    KS_KEY = 32,

    KS_COST_MIN = 15, /* log2 N of a slot that may be opened */
    KS_COST_MAX = 20,
    KS_COST_STRONG = 17, /* below: opens read-only */
    KS_COST_CAP = 18,    /* above: refused unless told otherwise */
    KS_SCRYPT_R = 8,
};

struct ks_slot {
    enum hv_slot_type type;
    enum hv_keystore_scope scope;
    uint8_t log2_n;
    uint8_t r;
    uint8_t p;
    uint8_t id[8];
    int64_t created_ms;
    uint8_t salt[32];
    char label[KS_LABEL + 1];
    uint8_t wrapped[KS_KEY]; /* RK or KV, encrypted */
    uint8_t tag[KS_TAG];
};

struct ks_front { /* header and slots */
    struct hv_guid store_id;
    uint64_t generation;
    int64_t saved_ms;
    uint8_t save_salt[32];
    uint32_t v_len;
    uint32_t s_len;
    uint32_t epoch;
    uint8_t prev_tag[KS_TAG]; /* tag_V of the generation before */
    struct ks_slot slots[KS_SLOTS];
    size_t slots_len;
};

/** ks_front_size() - bytes of header and slots: where V begins. */
size_t ks_front_size(const struct ks_front *front);
/** ks_image_size() - bytes of the whole file. */
size_t ks_image_size(const struct ks_front *front);

/** ks_front_encode() - writes ks_front_size() bytes. */
void ks_front_encode(const struct ks_front *front, uint8_t *out);
/** ks_slot_encode() - writes KS_SLOT bytes. */
void ks_slot_encode(const struct ks_slot *slot, uint8_t *out);

/**
 * ks_front_decode() - a whole file, as far as it can be judged without a key.
 * In this order: magic, version, checksum, every bound. HV_ERR_DAMAGED, with
 * one of three sentences: not a keystore, unknown version, damaged. What it
 * accepts, ks_front_encode() gives back to the byte.
 */
HV_MUST_CHECK enum hv_status ks_front_decode(struct hv_bytes image,
                                             const char *path,
                                             struct ks_front *out,
                                             struct hv_error *err);

/** ks_label_is_valid() - UTF-8 of at most KS_LABEL bytes. */
bool ks_label_is_valid(const char *label);

/** ks_kind() - what bytes that are no keystore look like: "an SQLite
 *  database". Static text. */
const char *ks_kind(struct hv_bytes file);

#endif
