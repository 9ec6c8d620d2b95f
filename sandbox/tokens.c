/*
 * tokens.c - the sessions of applications and the sign-ins of persons.
 * Called by session.c, auth.c, methods.c and the Shell. Keeps no token text.
 */
#include "sandbox/model.h"

#include "hvconsole/codec.h"
#include "hvconsole/names.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

#define TOKEN_START "ASAAA"
#define TOKEN_BYTES 150 /* 200 characters, as real user tokens had */

_Static_assert(SB_USER_TOKEN_SIZE ==
                   sizeof(TOKEN_START) - 1 + HV_BASE64_SIZE(TOKEN_BYTES),
               "the text of a user token has its size");

static void
token_digest(const char *token, uint8_t out[32])
{
    if (EVP_Digest(token, strlen(token), out, NULL, EVP_sha256(), NULL) != 1)
        abort(); /* no SHA-256: nothing here can work */
}

/* ----------------------------------------------------------- sessions -- */

static void
oldest_session_goes(struct sb_platform *p)
{
    sb_gone(p, SB_KIND_SESSION, 0);
    hv_secret_release(&p->sessions[0].secret);
    p->session_count--;
    memmove(p->sessions, p->sessions + 1,
            p->session_count * sizeof(*p->sessions));
}

void
sb_session_add(struct sb_platform *p, const char *token,
               const struct hv_guid *app, enum sb_hash hmac,
               struct hv_secret *secret, int64_t expires_ms)
{
    struct sb_session *session;

    if (p->session_count == SB_MAX_SESSIONS)
        oldest_session_goes(p);
    else
        p->sessions = hv_realloc_array(p->sessions, p->session_count + 1,
                                       sizeof(*p->sessions));
    session = &p->sessions[p->session_count++];
    *session = (struct sb_session){
        .app = *app,
        .hmac = hmac,
        .secret = hv_secret_take(secret),
        .expires_ms = expires_ms,
    };
    token_digest(token, session->digest);
    sb_touch(p, SB_KIND_SESSION, p->session_count - 1);
}

struct sb_session *
sb_session_find(const struct sb_platform *p, const char *token)
{
    uint8_t digest[32];

    token_digest(token, digest);
    for (size_t i = 0; i < p->session_count; i++)
        if (CRYPTO_memcmp(p->sessions[i].digest, digest, sizeof(digest)) == 0)
            return &p->sessions[i];
    return NULL;
}

/* -------------------------------------------------------- user tokens -- */

bool
sb_user_token_issue(struct sb_platform *p, const struct hv_guid *app,
                    size_t person, size_t record, bool is_persistent,
                    int64_t life_ms, int64_t now_ms,
                    char out[SB_USER_TOKEN_SIZE])
{
    struct hv_secret raw = { 0 };
    struct sb_user_token *token;

    if (hv_secret_random(&raw, TOKEN_BYTES, NULL))
        return false;
    memcpy(out, TOKEN_START, sizeof(TOKEN_START) - 1);
    hv_base64_encode(raw.data, raw.len, out + sizeof(TOKEN_START) - 1);
    hv_secret_release(&raw);
    if (p->user_count == SB_MAX_USERS) {
        sb_gone(p, SB_KIND_USER, 0);
        p->user_count--;
        memmove(p->users, p->users + 1, p->user_count * sizeof(*p->users));
    } else {
        p->users =
            hv_realloc_array(p->users, p->user_count + 1, sizeof(*p->users));
    }
    token = &p->users[p->user_count++];
    *token = (struct sb_user_token){
        .app = *app,
        .person = person,
        .record = record,
        .generation = p->token_generation,
        .is_persistent = is_persistent,
        .issued_ms = now_ms,
        .expires_ms = now_ms + (life_ms > 0 ? life_ms : SB_SIGN_IN_LIFE_MS),
    };
    token_digest(out, token->digest);
    sb_touch(p, SB_KIND_USER, p->user_count - 1);
    return true;
}

struct sb_user_token *
sb_user_token_find(const struct sb_platform *p, const char *text)
{
    uint8_t digest[32];

    token_digest(text, digest);
    for (size_t i = p->user_count; i-- > 0;)
        if (CRYPTO_memcmp(p->users[i].digest, digest, sizeof(digest)) == 0)
            return &p->users[i];
    return NULL;
}

static bool
is_good(const struct sb_platform *p, const struct sb_user_token *token,
        int64_t now_ms)
{
    return token->generation == p->token_generation && !token->is_ended &&
           now_ms < token->expires_ms;
}

int
sb_user_token_check(const struct sb_platform *p, const char *text,
                    const struct hv_guid *app, int64_t now_ms,
                    const struct sb_user_token **out)
{
    const struct sb_user_token *token = sb_user_token_find(p, text);

    if (!token || !hv_guid_equal(&token->app, app))
        return HV_CODE_INVALID_TOKEN;
    if (!is_good(p, token, now_ms))
        return HV_CODE_CREDENTIAL_EXPIRED;
    *out = token;
    return HV_CODE_OK;
}

void
sb_user_token_end(struct sb_platform *p, struct sb_user_token *token)
{
    token->is_ended = true;
    sb_touch(p, SB_KIND_USER, (size_t)(token - p->users));
}

size_t
sb_token_keys_rotate(struct sb_platform *p, int64_t now_ms)
{
    size_t ended = 0;

    for (size_t i = 0; i < p->user_count; i++)
        ended += is_good(p, &p->users[i], now_ms);
    p->token_generation++;
    sb_touch(p, SB_KIND_KEYS, 0);
    return ended;
}
