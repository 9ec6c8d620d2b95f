/*
 * fate.c - what a status code says about a user token, and what it does to the
 * notes about it. Pure. Called by the token commands. Fact: persistent-tokens
 */
#include "hvconsole/names.h"
#include "hvconsole/token.h"

#include <string.h>

static const struct hv_token_fate_row rows[HV_TOKEN_FATES] = {
    [HV_TOKEN_GOOD] = { "good", NULL, "the platform accepts it" },
    [HV_TOKEN_SIGNED_OUT] = { "signed-out", "AUTH",
                              "it is over: deleted here, never sent again; the "
                              "person signs in anew" },
    [HV_TOKEN_UNKNOWN] = { "unknown", NULL,
                           "not a token of this application or environment: "
                           "drop it" },
    [HV_TOKEN_REVOKED] = { "revoked", "APPAUTH",
                           "the person took away the application's access: ask "
                           "for it again, or drop the token" },
    [HV_TOKEN_SESSION] = { "session", NULL,
                           "our own session is refused although it was "
                           "renewed; nothing is wrong with the token" },
    [HV_TOKEN_MAINTENANCE] = { "maintenance", NULL,
                               "the platform is being worked on and says "
                               "nothing about the token: ask later" },
    [HV_TOKEN_UNREACHABLE] = { "unreachable", NULL,
                               "no answer came, so nothing is known about the "
                               "token: ask later" },
    [HV_TOKEN_OTHER] = { "other", NULL,
                         "the platform answered something else; the token "
                         "stays as it is" },
};

enum hv_token_fate
hv_token_fate(int code)
{
    switch (code) {
    case HV_CODE_OK:
        return HV_TOKEN_GOOD;
    case HV_CODE_CREDENTIAL_EXPIRED:
        return HV_TOKEN_SIGNED_OUT;
    case HV_CODE_INVALID_TOKEN:
        return HV_TOKEN_UNKNOWN;
    case HV_CODE_ACCESS_DENIED:
        return HV_TOKEN_REVOKED;
    case HV_CODE_SESSION_EXPIRED:
        return HV_TOKEN_SESSION;
    case HV_CODE_MAINTENANCE:
        return HV_TOKEN_MAINTENANCE;
    default:
        return code < 0 ? HV_TOKEN_UNREACHABLE : HV_TOKEN_OTHER;
    }
}

const struct hv_token_fate_row *
hv_token_fate_row(enum hv_token_fate fate)
{
    return &rows[(size_t)fate < HV_TOKEN_FATES ? fate : HV_TOKEN_OTHER];
}

void
hv_token_came(struct hv_token_note *note, int64_t ends_ms, const char *actionqs,
              int64_t now_ms)
{
    note->is_second = note->is_gone;
    note->is_gone = false;
    note->is_stopped = false;
    note->added_ms = now_ms;
    note->good_ms = now_ms;
    note->checked_ms = now_ms;
    note->code = HV_CODE_OK;
    note->ends_ms = ends_ms;
    if (actionqs[0]) /* else the person was where they were before */
        hv_copy(note->actionqs, sizeof(note->actionqs), actionqs);
}

void
hv_token_answered(struct hv_token_note *note, int code, int64_t now_ms)
{
    note->checked_ms = now_ms;
    note->code = code;
    if (code == HV_CODE_OK)
        note->good_ms = now_ms;
    if (code != HV_CODE_CREDENTIAL_EXPIRED)
        return;
    note->refused_ms = now_ms;
    note->refused_good_ms = note->good_ms;
    note->refused_ends_ms = note->ends_ms;
    note->is_gone = true;
    note->is_stopped =
        note->is_second && now_ms - note->added_ms <= HV_TOKEN_FRESH;
}

void
hv_token_refused_fresh(struct hv_token_note *note, int64_t now_ms)
{
    bool was_asked_for = note->is_gone;

    note->good_ms = now_ms; /* it is as young as can be */
    note->ends_ms = 0;
    hv_token_answered(note, HV_CODE_CREDENTIAL_EXPIRED, now_ms);
    note->is_stopped = was_asked_for;
}
