/*
 * sign.h - hashes, MACs and signatures of the platform's side, straight on
 * OpenSSL: the requests it checks and the notifications it signs.
 * Pure. Shares no line with what the application's side uses.
 */
#ifndef SANDBOX_SIGN_H
#define SANDBOX_SIGN_H

#include "sandbox/model.h"

/** sb_hash_name() - "SHA1"/"SHA256", or with "HMAC" before it. */
enum sb_hash sb_hash_named(const char *name);
enum sb_hash sb_hmac_named(const char *name);
const char *sb_hmac_name(enum sb_hash hash);

/** sb_hash_is() - @want is the digest of @data. */
bool sb_hash_is(enum sb_hash hash, struct hv_bytes data, struct hv_bytes want);
/** sb_hmac_is() - @want is the MAC of @data; constant time. */
bool sb_hmac_is(enum sb_hash hash, const struct hv_secret *key,
                struct hv_bytes data, struct hv_bytes want);
/** sb_signature_is() - RSASSA-PKCS1-v1_5 of @data by @key. */
bool sb_signature_is(enum sb_hash hash, EVP_PKEY *key, struct hv_bytes data,
                     struct hv_bytes signature);
/** sb_cert_parse() - the first certificate of a PEM text, or NULL; the caller
 *  frees it. */
X509 *sb_cert_parse(struct hv_bytes pem);
/** sb_notify_sign() - the Authorization header line of a notification.
 *  HV_ERR_CRYPTO: OpenSSL refused. Fact: notify-auth */
HV_MUST_CHECK enum hv_status sb_notify_sign(const struct hv_guid *sub,
                                            const struct sb_key *key,
                                            struct hv_bytes body, char *out,
                                            size_t size);

#endif
