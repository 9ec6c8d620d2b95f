/*
 * verdict.c - the table of verdicts: words, letters, answers, sentences. Pure.
 * Read by the listener, the journal, and everything that shows one.
 */
#include "hvconsole/notify.h"

#include <string.h>

static const struct hv_verdict_row rows[HV_VERDICT_COUNT] = {
    [HV_VERDICT_VERIFIED] = {
        .word = "verified", .letter = 'V', .http = 200, .is_verified = true,
        .sentence = "The platform sent it, signed with the current key",
        .todo = "",
    },
    [HV_VERDICT_VERIFIED_OLD] = {
        .word = "verified-old", .letter = 'O', .http = 200,
        .is_verified = true,
        .sentence = "The platform sent it, signed with an older key that is"
                    " still accepted",
        .todo = "Retire the old key only when no more of these come",
    },
    [HV_VERDICT_QUARANTINED] = {
        .word = "quarantined", .letter = 'Q', .http = 200,
        .is_verified = true,
        .sentence = "The platform signed it, but its XML cannot be used",
        .todo = "Look at the raw body; it is stored",
    },
    [HV_VERDICT_MISMATCH] = {
        .word = "mismatch", .letter = 'X', .http = 200, .is_verified = true,
        .sentence = "The signature is right, but the body names a"
                    " subscription that is not known here",
        .todo = "See whether another application's subscription uses the same"
                " address and key, or reconcile the subscriptions",
    },
    [HV_VERDICT_BAD_HMAC] = {
        .word = "bad-hmac", .letter = 'H', .http = 401,
        .sentence = "The signature does not fit the body under this key:"
                    " forged, altered on the way, or another key under the"
                    " same version",
        .todo = "If the platform shows this version, import its right key;"
                " otherwise nothing",
    },
    [HV_VERDICT_UNKNOWN_VERSION] = {
        .word = "unknown-version", .letter = 'K', .http = 401,
        .sentence = "The subscription is known, the key version is not",
        .todo = "Import that key version: the platform tries again for ten"
                " days; or rotate",
    },
    [HV_VERDICT_RETIRED_VERSION] = {
        .word = "retired-version", .letter = 'R', .http = 401,
        .sentence = "The key version was retired here and its key destroyed",
        .todo = "See whether the platform still signs with it; if so, rotate",
    },
    [HV_VERDICT_UNKNOWN_SUB] = {
        .word = "unknown-subscription", .letter = 'S', .http = 401,
        .sentence = "No key of such a subscription is kept here",
        .todo = "If it is yours, import its key: the platform tries again for"
                " ten days; otherwise nothing",
    },
    [HV_VERDICT_MALFORMED] = {
        .word = "malformed-header", .letter = 'M', .http = 401,
        .sentence = "The Authorization header is not one of a notification",
        .todo = "",
    },
    [HV_VERDICT_MISSING] = {
        .word = "missing-header", .letter = 'M', .http = 401,
        .sentence = "There is no Authorization header",
        .todo = "",
    },
};

const struct hv_verdict_row *
hv_verdict_row(enum hv_verdict verdict)
{
    /* Numbers come out of a file, too. */
    if ((unsigned)verdict >= HV_VERDICT_COUNT)
        verdict = HV_VERDICT_MALFORMED;
    return &rows[verdict];
}

enum hv_status
hv_verdict_parse(const char *word, enum hv_verdict *out)
{
    for (int i = 0; i < HV_VERDICT_COUNT; i++) {
        if (strcmp(rows[i].word, word) == 0) {
            *out = (enum hv_verdict)i;
            return HV_OK;
        }
    }
    return HV_ERR_FORMAT;
}
