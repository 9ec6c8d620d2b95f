/*
 * plan.c - what comes next, from the intent in the keystore, what the platform
 * shows, and what this run has done. Pure. Called by run.c and reconcile.c.
 */
#include "core/rotate/rotate_in.h"
#include "hvconsole/names.h"

#define ANY (-1)
#define NO  0
#define YES 1

/*
 * The first row that fits is taken. Two laws hold in it: a new key is announced
 * only after it was saved as SUBMITTED and the listener has it, and it becomes
 * ACTIVE only when the platform shows it. A SUBMITTED version that is not shown
 * may still arrive, so it is looked for before it is sent again, with the same key; twice is
 * enough for one run.
 */
static const struct {
    int intent;
    int shown;
    int phase;
    int is_heard;
    int may_look;
    enum rotate_next next;
} rows[] = {
    { ANY, SHOWN_NOTHING, ANY, ANY, ANY, NEXT_STOP },
    { ANY, SHOWN_OTHER, ANY, ANY, ANY, NEXT_STOP },
    { ANY, SHOWN_RETIRED, ANY, ANY, ANY, NEXT_STOP },
    { ANY, SHOWN_UNKNOWN, ANY, ANY, ANY, NEXT_STOP },
    { ANY, SHOWN_OTHER_BYTES, ANY, ANY, ANY, NEXT_STOP },
    { ANY, SHOWN_PENDING, ANY, ANY, ANY, NEXT_PROMOTE },

    /* Look before anything is written: most trouble shows here already. */
    { HV_INTENT_NONE, SHOWN_UNREAD, ANY, ANY, ANY, NEXT_READ },
    { HV_INTENT_NONE, SHOWN_ACTIVE, ANY, ANY, ANY, NEXT_STAGE },

    { HV_INTENT_PREPARED, ANY, ANY, NO, ANY, NEXT_LISTENER },
    { HV_INTENT_PREPARED, SHOWN_UNREAD, ANY, YES, ANY, NEXT_READ },
    { HV_INTENT_PREPARED, SHOWN_ACTIVE, ANY, YES, ANY, NEXT_SUBMIT },

    { HV_INTENT_SUBMITTED, SHOWN_UNREAD, ANY, ANY, ANY, NEXT_READ },
    { HV_INTENT_SUBMITTED, SHOWN_ACTIVE, PHASE_ARMED, ANY, ANY, NEXT_ANNOUNCE },
    { HV_INTENT_SUBMITTED, SHOWN_ACTIVE, ANY, ANY, YES, NEXT_LOOK_AGAIN },
    { HV_INTENT_SUBMITTED, SHOWN_ACTIVE, PHASE_SENT_AGAIN, ANY, NO,
      NEXT_GIVE_UP },
    { HV_INTENT_SUBMITTED, SHOWN_ACTIVE, ANY, NO, NO, NEXT_LISTENER },
    { HV_INTENT_SUBMITTED, SHOWN_ACTIVE, ANY, YES, NO, NEXT_SUBMIT },
};

static bool
fits(int want, int is)
{
    return want == ANY || want == is;
}

/* What a person has agreed to beforehand. A key that is not here is announced
 * over as our own would be; another one of ours is made the active one, unless
 * an announcement of ours may still be under way: then it stays a question. */
static enum rotate_shown
agreed(const struct rotate_state *state)
{
    switch (state->shown) {
    case SHOWN_UNKNOWN:
    case SHOWN_RETIRED:
    case SHOWN_OTHER_BYTES:
        return state->may_take_back ? SHOWN_ACTIVE : state->shown;
    default:
        return state->shown;
    }
}

enum rotate_next
rotate_next(const struct rotate_state *state)
{
    enum rotate_shown shown = agreed(state);

    if (shown == SHOWN_OTHER && state->may_adopt &&
        state->intent == HV_INTENT_NONE)
        return NEXT_ADOPT;
    for (size_t i = 0; i < HV_LEN(rows); i++) {
        if (fits(rows[i].intent, (int)state->intent) &&
            fits(rows[i].shown, (int)shown) &&
            fits(rows[i].phase, (int)state->phase) &&
            fits(rows[i].is_heard, state->is_heard) &&
            fits(rows[i].may_look, state->may_look))
            return rows[i].next;
    }
    return NEXT_STOP;
}

enum rotate_shown
rotate_shown(const struct hv_keyring *ring, const struct hv_guid *sub,
             const struct hv_sub *platform)
{
    const struct hv_key *key;

    if (!platform || hv_guid_is_zero(&platform->id))
        return SHOWN_NOTHING;
    key = hv_keyring_find(ring, sub, &platform->version);
    if (!key)
        return SHOWN_UNKNOWN;
    if (key->state == HV_KEY_RETIRED)
        return SHOWN_RETIRED;
    /* The platform echoes keys, but nothing promises that it always will. */
    if (platform->key.len && !hv_secret_equal(&platform->key, &key->key))
        return SHOWN_OTHER_BYTES;
    switch (key->state) {
    case HV_KEY_ACTIVE:
        return SHOWN_ACTIVE;
    case HV_KEY_PENDING:
        return SHOWN_PENDING;
    default:
        return SHOWN_OTHER;
    }
}

struct hv_key *
rotate_pending(const struct hv_keyring *ring, const struct hv_guid *sub)
{
    for (size_t i = 0; i < ring->keys_len; i++) {
        struct hv_key *key = &ring->keys[i];

        if (key->state == HV_KEY_PENDING && hv_guid_equal(&key->sub, sub))
            return key;
    }
    return NULL;
}

static const struct rotate_complaint complaints[] = {
    { SHOWN_UNKNOWN, true, "unknown-version",
      "which this keystore does not have",
      "somebody else changed the key: get it from them (key import), or "
      "take it back at once: key rotate --compromised" },
    { SHOWN_RETIRED, true, "retired-version",
      "which was retired here: its key is wiped",
      "somebody else went back to it: take it back at once with key rotate "
      "--compromised" },
    { SHOWN_OTHER_BYTES, true, "other-bytes",
      "under which it holds other key bytes than this keystore",
      "its notifications cannot be verified here: find out who registered "
      "that key, and take it back with key rotate --compromised" },
    { SHOWN_OTHER, false, "moved",
      "which is not the active one here: somebody moved it there",
      "both versions verify; key rotate makes that one active first, then "
      "replaces it" },
};

const struct rotate_complaint *
rotate_complaint(enum rotate_shown shown)
{
    for (size_t i = 0; i < HV_LEN(complaints); i++) {
        if (complaints[i].shown == shown)
            return &complaints[i];
    }
    return NULL;
}

enum hv_status
rotate_complain(enum rotate_shown shown, const struct hv_guid *sub,
                const struct hv_sub *platform, struct hv_error *err)
{
    const struct rotate_complaint *c = rotate_complaint(shown);
    char id[HV_GUID_TEXT];

    hv_guid_format(sub, id);
    if (!c)
        return hv_fail(err, HV_ERR_NOT_FOUND,
                       "the platform has no subscription %s", id);
    hv_fail(err, HV_ERR_INCOMPLETE, "%sthe platform shows version %s of %s, %s",
            c->is_critical ? "CRITICAL: " : "", platform->version.id, id,
            c->what);
    hv_hint(err, "%s", c->hint);
    return HV_ERR_INCOMPLETE;
}

bool
rotate_is_refusal(enum hv_status status, const struct hv_error *err)
{
    const struct hv_code *code;

    if (status == HV_ERR_LOCKED)
        return true; /* never got as far as the method */
    if (!err->platform_code)
        return false;
    code = hv_code_find(err->platform_code);
    return code && code->kind != HV_CLASS_RETRY;
}

int
rotate_pause_ms(int looks, int64_t since_ms, int64_t now_ms)
{
    static const int pauses[] = { 5000, 15000, 40000 };
    int64_t left = since_ms + ROTATE_SETTLE_MS - now_ms;

    if (looks < 0 || looks >= (int)HV_LEN(pauses) || left <= 0)
        return -1;
    return left < pauses[looks] ? (int)left : pauses[looks];
}
