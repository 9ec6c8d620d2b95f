/*
 * tokens.h - what the platform remembers of the tokens it gave out: sessions
 * of applications (auth-token) and sign-ins of persons (user-auth-token). It
 * keeps digests; the texts are with those who were given them.
 */
#ifndef SANDBOX_TOKENS_H
#define SANDBOX_TOKENS_H

#include "hvconsole/ids.h"
#include "hvconsole/secret.h"

#define SB_MAX_SESSIONS    512  /* the oldest gives way: it answers 8 */
#define SB_MAX_USERS       4096 /* user tokens; the oldest gives way */
#define SB_MAX_TOKEN       1024 /* characters of a token */
#define SB_SESSION_SECRET  64   /* bytes that we choose; Fact: hash-and-hmac */
#define SB_TOKEN_LIFE_MS   (4 * 3600 * 1000LL)
#define SB_SIGN_IN_LIFE_MS (24 * 3600 * 1000LL) /* user token, not persistent */
#define SB_USER_TOKEN_SIZE 206 /* characters of a user token, and NUL */
#define SB_NO_RECORD       ((size_t)-1)

struct sb_platform;

enum sb_hash {
    SB_HASH_UNKNOWN,
    SB_SHA1,
    SB_SHA256,
};

struct sb_session {
    uint8_t digest[32]; /* SHA-256 of the token */
    struct hv_guid app;
    enum sb_hash hmac; /* agreed when it was made */
    struct hv_secret secret;
    int64_t expires_ms; /* platform's clock */
};

struct sb_user_token {
    uint8_t digest[32];
    struct hv_guid app;
    size_t person;
    size_t record;       /* selected, or SB_NO_RECORD */
    uint32_t generation; /* of the token keys when it was made */
    bool is_persistent;  /* "keep me signed in" */
    bool is_ended;       /* signed out: answers 7 */
    int64_t issued_ms;   /* platform's clock */
    int64_t expires_ms;
};

/** sb_session_add() - takes @secret; the oldest session gives way. */
void sb_session_add(struct sb_platform *platform, const char *token,
                    const struct hv_guid *app, enum sb_hash hmac,
                    struct hv_secret *secret, int64_t expires_ms);
struct sb_session *sb_session_find(const struct sb_platform *platform,
                                   const char *token);

/**
 * sb_user_token_issue() - a new user token; its text in @out, which the caller
 * wipes. @life_ms: 0 = SB_SIGN_IN_LIFE_MS. False: no random bytes.
 */
HV_MUST_CHECK bool sb_user_token_issue(struct sb_platform *platform,
                                       const struct hv_guid *app, size_t person,
                                       size_t record, bool is_persistent,
                                       int64_t life_ms, int64_t now_ms,
                                       char out[SB_USER_TOKEN_SIZE]);
/** sb_user_token_find() - NULL: we never gave it. */
struct sb_user_token *sb_user_token_find(const struct sb_platform *platform,
                                         const char *text);
/**
 * sb_user_token_check() - HV_CODE_OK and the token in @out; 7 (expired, signed
 * out, or made before the token keys were changed); 8 (unknown, or another
 * application's).
 */
int sb_user_token_check(const struct sb_platform *platform, const char *text,
                        const struct hv_guid *app, int64_t now_ms,
                        const struct sb_user_token **out);
/** sb_user_token_end() - APPSIGNOUT. */
void sb_user_token_end(struct sb_platform *platform,
                       struct sb_user_token *token);
/** sb_token_keys_rotate() - every user token made before answers 7; nothing
 *  else changes. Returns how many that were still good. */
size_t sb_token_keys_rotate(struct sb_platform *platform, int64_t now_ms);

#endif
