/*
 * doctor.c - what is wrong with the keys of a keyring. Pure. Called by
 * `key doctor`, `keystore doctor` and the status. Tells of ids and ages; the
 * key bytes are compared and never shown.
 */
#include "hvconsole/keyring.h"

#include <stdlib.h>

#define DAY_MS  INT64_C(86400000)
#define HOUR_MS INT64_C(3600000)

static const struct {
    enum hv_key_trouble trouble;
    bool is_error;
    const char *word;
    const char *advice;
} troubles[] = {
    { HV_TROUBLE_NO_KEY, true, "no-key",
      "nothing can verify its notifications: import its key, or rotate it" },
    { HV_TROUBLE_TWO_ACTIVE, true, "two-active",
      "only one can be what the platform signs with: reconcile" },
    { HV_TROUBLE_REUSED, true, "reused",
      "who learns one key can forge for both subscriptions: rotate one" },
    { HV_TROUBLE_NO_APP, false, "no-app",
      "the platform cannot be asked about it: import the application's key" },
    { HV_TROUBLE_ORPHAN, false, "orphan",
      "its subscription is not in the keystore: reconcile, then retire the "
      "key" },
    { HV_TROUBLE_GONE, false, "gone",
      "the platform does not list its subscription any more: retire the key "
      "when late repeats are over" },
    { HV_TROUBLE_OPEN_INTENT, true, "open-intent",
      "a rotation began and never ended: hvconsole key resume" },
    { HV_TROUBLE_STRAY_PENDING, false, "stray-pending",
      "no rotation belongs to this key: key resume or key abort settles it" },
    { HV_TROUBLE_OLD, false, "old", "the key is due: hvconsole key rotate" },
    { HV_TROUBLE_LINGERING, false, "lingering",
      "it still verifies long after its successor: retire it, or rotate with "
      "--compromised if somebody else may have it" },
};

const char *
hv_key_trouble_word(enum hv_key_trouble trouble)
{
    for (size_t i = 0; i < HV_LEN(troubles); i++) {
        if (troubles[i].trouble == trouble)
            return troubles[i].word;
    }
    return "unknown";
}

const char *
hv_key_trouble_advice(enum hv_key_trouble trouble)
{
    for (size_t i = 0; i < HV_LEN(troubles); i++) {
        if (troubles[i].trouble == trouble)
            return troubles[i].advice;
    }
    return "";
}

struct visit {
    const struct hv_keyring *ring;
    struct hv_doctor_rules rules;
    int64_t now_ms;
    struct hv_key_finding *found; /* owned */
    size_t len;
};

static struct hv_key_finding *
add(struct visit *visit, enum hv_key_trouble trouble, const struct hv_guid *sub,
    const struct hv_key *key)
{
    struct hv_key_finding *made;

    visit->found =
        hv_realloc_array(visit->found, visit->len + 1, sizeof(*visit->found));
    made = &visit->found[visit->len++];
    *made = (struct hv_key_finding){ .trouble = trouble, .sub = *sub };
    if (key)
        made->version = key->version;
    for (size_t i = 0; i < HV_LEN(troubles); i++) {
        if (troubles[i].trouble == trouble)
            made->is_error = troubles[i].is_error;
    }
    return made;
}

static void
visit_sub(struct visit *visit, const struct hv_key_sub *sub)
{
    size_t active = 0;

    for (size_t i = 0; i < visit->ring->keys_len; i++)
        active += visit->ring->keys[i].state == HV_KEY_ACTIVE &&
                  hv_guid_equal(&visit->ring->keys[i].sub, &sub->sub);
    if (active == 0 &&
        (sub->status == HV_SUB_LIVE || sub->status == HV_SUB_DRIFT))
        add(visit, HV_TROUBLE_NO_KEY, &sub->sub, NULL);
    if (active > 1)
        add(visit, HV_TROUBLE_TWO_ACTIVE, &sub->sub, NULL);
    if (sub->status != HV_SUB_GONE && !hv_keyring_app(visit->ring, &sub->app))
        add(visit, HV_TROUBLE_NO_APP, &sub->sub, NULL);
    if (sub->intent != HV_INTENT_NONE &&
        visit->now_ms - sub->intent_ms > visit->rules.max_intent_ms)
        add(visit, HV_TROUBLE_OPEN_INTENT, &sub->sub, NULL)->age_ms =
            visit->now_ms - sub->intent_ms;
}

static void
visit_ages(struct visit *visit, const struct hv_key *key)
{
    int64_t born_ms = key->activated_ms ? key->activated_ms : key->created_ms;
    int64_t age_ms = visit->now_ms - born_ms;
    int64_t accepted_ms =
        visit->now_ms - (key->superseded_ms ? key->superseded_ms : born_ms);

    if (key->state == HV_KEY_ACTIVE && age_ms > visit->rules.max_age_ms)
        add(visit, HV_TROUBLE_OLD, &key->sub, key)->age_ms = age_ms;
    if (key->state == HV_KEY_ACCEPTED &&
        accepted_ms > visit->rules.max_accepted_ms)
        add(visit, HV_TROUBLE_LINGERING, &key->sub, key)->age_ms = accepted_ms;
}

/* Against the keys that come after it, so that each pair is told once. */
static void
visit_reuse(struct visit *visit, size_t which)
{
    const struct hv_key *key = &visit->ring->keys[which];

    for (size_t i = which + 1; i < visit->ring->keys_len; i++) {
        const struct hv_key *other = &visit->ring->keys[i];
        struct hv_key_finding *made;

        if (other->state == HV_KEY_RETIRED ||
            hv_guid_equal(&other->sub, &key->sub) ||
            !hv_secret_equal(&other->key, &key->key))
            continue;
        made = add(visit, HV_TROUBLE_REUSED, &key->sub, key);
        made->other_sub = other->sub;
        made->other_version = other->version;
    }
}

static void
visit_key(struct visit *visit, size_t which)
{
    const struct hv_key *key = &visit->ring->keys[which];
    const struct hv_key_sub *sub = hv_keyring_sub(visit->ring, &key->sub);

    if (key->state == HV_KEY_RETIRED)
        return; /* a name that is not used again, and nothing else */
    if (!sub)
        add(visit, HV_TROUBLE_ORPHAN, &key->sub, key);
    else if (sub->status == HV_SUB_GONE)
        add(visit, HV_TROUBLE_GONE, &key->sub, key);
    else if (key->state == HV_KEY_PENDING && sub->intent == HV_INTENT_NONE)
        add(visit, HV_TROUBLE_STRAY_PENDING, &key->sub, key);
    visit_ages(visit, key);
    visit_reuse(visit, which);
}

static int
worst_first(const void *a, const void *b)
{
    const struct hv_key_finding *x = a;
    const struct hv_key_finding *y = b;

    if (x->is_error != y->is_error)
        return x->is_error ? -1 : 1;
    if (x->trouble != y->trouble)
        return x->trouble < y->trouble ? -1 : 1;
    return hv_guid_compare(&x->sub, &y->sub);
}

size_t
hv_keyring_doctor(const struct hv_keyring *ring,
                  const struct hv_doctor_rules *rules, int64_t now_ms,
                  struct hv_key_finding **out)
{
    struct visit visit = { .ring = ring, .now_ms = now_ms };

    if (rules)
        visit.rules = *rules;
    if (!visit.rules.max_age_ms)
        visit.rules.max_age_ms = 365 * DAY_MS;
    if (!visit.rules.max_accepted_ms)
        visit.rules.max_accepted_ms = 45 * DAY_MS;
    if (!visit.rules.max_intent_ms)
        visit.rules.max_intent_ms = HOUR_MS;
    for (size_t i = 0; i < ring->subs_len; i++)
        visit_sub(&visit, &ring->subs[i]);
    for (size_t i = 0; i < ring->keys_len; i++)
        visit_key(&visit, i);
    if (visit.len)
        qsort(visit.found, visit.len, sizeof(*visit.found), worst_first);
    *out = visit.found;
    return visit.len;
}
