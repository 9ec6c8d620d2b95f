/*
 * slots.h - new slots and new stores. Inside this room only.
 */
#ifndef KEYSTORE_SLOTS_H
#define KEYSTORE_SLOTS_H

#include "keystore/format.h"

/** ks_slot_init() - a slot with fresh id and salt; costs and wrap are still to
 *  be made. HV_ERR_FORMAT: the label. */
HV_MUST_CHECK enum hv_status ks_slot_init(struct ks_slot *slot,
                                          enum hv_slot_type type,
                                          enum hv_keystore_scope scope,
                                          const char *label,
                                          struct hv_error *err);

/** ks_passphrase_check_new() - HV_ERR_FORMAT: too short, or no UTF-8.
 *  HV_ERR_FAILED: @cost_log2 is neither 0 nor 15 to 18. */
HV_MUST_CHECK enum hv_status
ks_passphrase_check_new(const struct hv_secret *passphrase, int cost_log2,
                        struct hv_error *err);
/** ks_slot_wrap_new() - ks_slot_wrap() for a new passphrase slot; @cost_log2 0
 *  = the larger of 2^17 and 2^18 that is bearable here. */
HV_MUST_CHECK enum hv_status
ks_slot_wrap_new(struct ks_slot *slot, const struct hv_guid *store_id,
                 const struct hv_secret *passphrase, int cost_log2,
                 const struct hv_secret *key, struct hv_error *err);

#endif
