/*
 * mac.h - HMAC-SHA-256 of a body, several times under one key. Private to
 * core/notify.
 */
#ifndef CORE_NOTIFY_MAC_H
#define CORE_NOTIFY_MAC_H

#include "hvconsole/notify.h"

struct notify_mac {
    void *ctx; /* of OpenSSL, owned */
};

/** notify_mac_start() - HV_ERR_CRYPTO. Any key length. */
HV_MUST_CHECK enum hv_status notify_mac_start(struct notify_mac *mac,
                                              struct hv_bytes key,
                                              struct hv_error *err);
/** notify_mac_fits() - whether @body has the MAC @wanted. In constant time; our
 *  own MAC is wiped. */
HV_MUST_CHECK enum hv_status notify_mac_fits(const struct notify_mac *mac,
                                             struct hv_bytes body,
                                             const uint8_t wanted[HV_MAC_LEN],
                                             bool *fits, struct hv_error *err);
void notify_mac_end(struct notify_mac *mac);

#endif
