/*
 * limits.h - the ceiling of every input-sized buffer, in one place.
 * A ceiling that is met is an answer (HV_ERR_LIMIT, 413, 431), never a crash.
 */
#ifndef HVCONSOLE_LIMITS_H
#define HVCONSOLE_LIMITS_H

#define HV_MAX_SUBS 25                /* per application; platform code 133 */
#define HV_MAX_URL 1024               /* of a subscription */
#define HV_MAX_KEY_VERSION 50         /* characters of a key version id */
#define HV_HMAC_KEY_LEN 64            /* bytes of a notification key */
#define HV_MAC_LEN 32                 /* HMAC-SHA-256 */
#define HV_MAX_TYPES_PER_SUB 128      /* type ids over all filters */
#define HV_MAX_FILTERS 32
#define HV_MAX_VERIFYING_KEYS 8       /* per subscription: not retired */

#define HV_MAX_NOTIFY_BODY (256 * 1024)
#define HV_MAX_NOTIFY_BODY_CONFIG (1024 * 1024)
#define HV_MAX_NOTIFICATIONS 4096     /* events in one POST */
#define HV_MAX_XML_DEPTH 32
#define HV_MAX_XML_TAG 4096           /* bytes of one tag, attributes included */
#define HV_MAX_RESPONSE (16 * 1024 * 1024)
#define HV_MAX_REQUEST (4 * 1024 * 1024) /* sandbox: a method call */
#define HV_MAX_HTTP_LINE 2048
#define HV_MAX_HTTP_HEADERS 8192
#define HV_MAX_HTTP_HEADER_LINES 32

#define HV_MAX_KEYSTORE (9 * 1024 * 1024)
#define HV_MAX_CONFIG (1024 * 1024)
#define HV_MAX_CONTROL (1024 * 1024)  /* one control message of run/ */
#define HV_MAX_PASSPHRASE 1024
#define HV_MIN_PASSPHRASE 14          /* characters of a new one */

#endif
