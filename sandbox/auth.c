/*
 * auth.c - decides whether an authenticated request is what its application
 * sent, from the exact bytes of header and info.
 * Called by methods.c and the tests. Fact: hash-and-hmac
 */
#include "hvconsole/names.h"
#include "sandbox/methods.h"
#include "sandbox/sign.h"

static struct hv_bytes
digest_bytes(const struct sb_digest *digest)
{
    return (struct hv_bytes){ digest->data, digest->len };
}

static const struct sb_session *
check_token(const struct sb_platform *platform,
            const struct sb_request *request, int64_t now_ms,
            struct sb_answer *answer)
{
    const struct sb_session *session;

    if (!request->has_session) {
        sb_refuse(answer, HV_CODE_INVALID_TOKEN, NULL,
                  "the method needs an auth-session, the header has an app-id");
        return NULL;
    }
    session = sb_session_find(platform, request->token);
    if (!session)
        sb_refuse(answer, HV_CODE_INVALID_TOKEN, NULL,
                  "the auth-token is unknown here");
    else if (now_ms >= session->expires_ms)
        sb_refuse(answer, HV_CODE_SESSION_EXPIRED, NULL,
                  "the auth-token has expired");
    return answer->code ? NULL : session;
}

static int
check_mac(const struct sb_request *request, const struct sb_session *session,
          struct sb_answer *answer)
{
    if (!request->mac.is_there)
        return sb_refuse(answer, HV_CODE_BAD_SIG, NULL,
                         "the request has no hmac-data");
    if (request->mac.hash != session->hmac)
        return sb_refuse(answer, HV_CODE_BAD_SIG, NULL,
                         "the HMAC is not the %s agreed for the session",
                         sb_hmac_name(session->hmac));
    if (!sb_hmac_is(session->hmac, &session->secret, request->marks.header,
                    digest_bytes(&request->mac)))
        return sb_refuse(answer, HV_CODE_BAD_SIG, NULL,
                         "the HMAC of the header does not verify");
    return HV_CODE_OK;
}

static int
check_age(const struct sb_request *request, int64_t now_ms, int64_t skew_ms,
          struct sb_answer *answer)
{
    if (request->sent_ms - now_ms > skew_ms)
        return sb_refuse(answer, HV_CODE_REQUEST_TIMED_OUT, NULL,
                         "msg-time is more than %lld s ahead",
                         (long long)(skew_ms / 1000));
    if (now_ms > request->sent_ms + request->ttl_s * 1000)
        return sb_refuse(answer, HV_CODE_REQUEST_TIMED_OUT, NULL,
                         "msg-time is %lld s ago, msg-ttl allows %lld s",
                         (long long)((now_ms - request->sent_ms) / 1000),
                         (long long)request->ttl_s);
    return HV_CODE_OK;
}

static int
check_info_hash(const struct sb_request *request, struct sb_answer *answer)
{
    if (!request->info_hash.is_there)
        return sb_refuse(answer, HV_CODE_BAD_SIG, NULL,
                         "an authenticated request needs an info-hash");
    if (!sb_hash_is(request->info_hash.hash, request->marks.info,
                    digest_bytes(&request->info_hash)))
        return sb_refuse(answer, HV_CODE_BAD_SIG, NULL,
                         "the info-hash does not verify");
    return HV_CODE_OK;
}

int
sb_auth_check(const struct sb_platform *platform,
              const struct sb_request *request, struct sb_now now,
              const struct sb_app **app, struct sb_answer *answer)
{
    const struct sb_session *session =
        check_token(platform, request, now.now_ms, answer);
    int code;

    if (!session)
        return answer->code;
    code = check_mac(request, session, answer);
    if (!code)
        code = check_age(request, now.real_ms, platform->skew_ms, answer);
    if (!code)
        code = check_info_hash(request, answer);
    if (code)
        return code;
    *app = sb_app_find(platform, &session->app);
    if (*app && !(*app)->is_disabled)
        return HV_CODE_OK;
    return sb_refuse(answer, HV_CODE_INVALID_APP, NULL,
                     "the application is not registered here, or switched "
                     "off");
}
