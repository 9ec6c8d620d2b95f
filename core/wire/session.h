/*
 * session.h - signing an application in: CreateAuthenticatedSessionToken
 * version 2. Used by core/client. Pure. Fact: session-token
 */
#ifndef CORE_WIRE_SESSION_H
#define CORE_WIRE_SESSION_H

#include "hvconsole/ids.h"
#include "hvconsole/secret.h"

#define HV_MAX_TOKEN          1024 /* characters */
#define HV_MAX_SESSION_SECRET 191  /* bytes of 255 base64 characters */

struct hv_session {
    struct hv_secret token;  /* opaque text */
    struct hv_secret secret; /* decoded: key of the HMACs */
};

void hv_session_token_release(struct hv_session *session);

struct hv_sign_in { /* all borrowed */
    const struct hv_guid *app;
    const char *thumbprint; /* 40 hex, written in upper case */
    int64_t time_ms;        /* msg-time and signing-time */
    const char *label;
};

/** hv_sign_in_content() - the bytes that are signed, `<content>` ..
 *  `</content>`. They hold nothing secret. */
HV_MUST_CHECK enum hv_status hv_sign_in_content(const struct hv_sign_in *in,
                                                struct hv_buf *out,
                                                struct hv_error *err);
/** hv_sign_in_build() - the whole document round a finished signature.
 *  @signature: RSASSA-PKCS1-v1_5 with SHA-1 over the content, raw bytes */
HV_MUST_CHECK enum hv_status hv_sign_in_build(const struct hv_sign_in *in,
                                              struct hv_bytes signature,
                                              struct hv_secret *out,
                                              struct hv_error *err);
/** hv_sign_in_request() - content, signature and document in one.
 *  @pkcs8: RSA key, DER. HV_ERR_CRYPTO: it cannot be read or used. */
HV_MUST_CHECK enum hv_status hv_sign_in_request(const struct hv_sign_in *in,
                                                const struct hv_secret *pkcs8,
                                                struct hv_secret *out,
                                                struct hv_error *err);

/** hv_sign_in_answer() - token and secret out of the platform's answer.
 *  HV_ERR_LOCKED: the platform does not take our credentials (4, 6, 70);
 *  HV_ERR_PLATFORM: any other code; @code gets it, -1 = none could be read.
 *  HV_ERR_FORMAT: not such an answer. */
HV_MUST_CHECK enum hv_status hv_sign_in_answer(struct hv_bytes body,
                                               const struct hv_guid *app,
                                               struct hv_session *out,
                                               int *code, struct hv_error *err);

#endif
