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

#endif
