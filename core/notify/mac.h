/*
 * mac.h - HMAC-SHA-256 of a body, several times under one key. Private to
 * core/notify.
 */
#ifndef CORE_NOTIFY_MAC_H
#define CORE_NOTIFY_MAC_H

#include "hvconsole/notify.h"
#include "hvconsole/secret.h"

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

/* Prepared for the keys that were asked for lately: preparing costs as much as
 * the MAC of a small body. Of one thread. */
#define NOTIFY_MACS 64

struct notify_macs {
    struct {
        struct hv_secret key;
        struct notify_mac mac;
    } slots[NOTIFY_MACS]; /* owned */
    size_t len;
    size_t next; /* to be replaced */
};

/** notify_macs_get() - *@out is theirs, until the next call. HV_ERR_CRYPTO,
 *  HV_ERR_LIMIT: no locked memory is left. */
HV_MUST_CHECK enum hv_status notify_macs_get(struct notify_macs *macs,
                                             struct hv_bytes key,
                                             const struct notify_mac **out,
                                             struct hv_error *err);
/** notify_macs_clear() - no key is kept any longer. */
void notify_macs_clear(struct notify_macs *macs);

/* parse.c */
struct notify_macs *notify_parser_macs(struct hv_notify_parser *parser);

#endif
