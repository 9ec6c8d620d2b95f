/*
 * lint.c - what is wrong with subscriptions, and what production would refuse
 * of them. Pure. Called by `sub lint` and `doctor`. What the platform refuses
 * everywhere is the matter of rules.c.
 * Fact: subscription-element, action-url-root, subscription-methods
 */
#include "core/sub/lint.h"
#include "hvconsole/names.h"
#include "hvconsole/sublint.h"

#include <stdio.h>
#include <string.h>

static const struct hv_lint lints[] = {
    { "notify-not-https", HV_ERROR,
      "production delivers over TLS only, and refuses the subscription with "
      "134",
      "hvconsole sub edit SUB --url https://..." },
    { "notify-url", HV_ERROR, "the URL is not one the platform takes",
      "hvconsole sub edit SUB --url URL" },
    { "notify-not-public", HV_ERROR,
      "the platform cannot reach the host: it will repeat each message for "
      "days and then drop it",
      "use a name that resolves everywhere" },
    { "outside-action-url", HV_ERROR,
      "production refuses a URL that does not lie below the root of the "
      "application's action URL; test platforms do not look",
      "move the handler below it, or have the action URL changed where the "
      "application is registered" },
    { "unknown-type", HV_WARNING,
      "no document that is known here names this thing type",
      "check the id: the platform may never report anything for it" },
    { "family-twice", HV_INFO,
      "any version's id stands for the whole family of versions",
      "one of them is enough" },
    { "duplicate-subscription", HV_WARNING,
      "two equal subscriptions are two subscriptions: each change is reported "
      "twice",
      "delete one; subscribing again after a timeout makes such twins" },
    { "overlapping-subscriptions", HV_INFO,
      "a change of a type that both name is reported twice to one URL",
      "drop the type from one of them" },
    { "limit-exceeded", HV_ERROR,
      "there are more than the platform allows: it answers the next one "
      "with 133",
      "delete some, or correct profile.NAME.limit" },
    { "limit-reached", HV_INFO, "the next one will be refused with 133",
      "one subscription may hold several types" },
    { "key-not-here", HV_ERROR,
      "the keystore has no key of the version that the platform signs with: "
      "the listener refuses every message",
      "hvconsole key import SUB VERSION, or key rotate SUB" },
    { 0 },
};

const struct hv_lint *
hv_sub_lints(void)
{
    return lints;
}

#define say(out, id, ...) hv_findings_add(out, lints, id, 0, 0, __VA_ARGS__)

/* A platform on this machine reaches what is on this machine. */
static bool
is_platform_here(const struct hv_profile *profile)
{
    struct hv_url url;

    return hv_url_parse(profile->platform, &url, NULL) == HV_OK &&
           hv_url_is_loopback(&url);
}

static void
lint_url(const struct hv_sub *sub, const struct hv_profile *profile,
         enum hv_env as, struct hv_findings *out)
{
    struct hv_error why = { 0 };
    struct hv_url url;
    const char *hidden;

    if (hv_url_parse(sub->url, &url, &why)) {
        say(out, "notify-url", "%s: %s", sub->url, why.why);
        return;
    }
    if (url.has_user || url.has_fragment)
        say(out, "notify-url", "%s: user name or fragment", sub->url);
    if (!hv_url_has_scheme(&url, "https"))
        say(out, "notify-not-https", "%s", sub->url);
    hidden = hv_url_why_not_public(&url);
    if (hidden && (as == HV_ENV_PROD || !is_platform_here(profile)))
        say(out, "notify-not-public", "%s: %s", sub->url, hidden);
    if (as == HV_ENV_PROD && profile->action_url[0] &&
        !hv_url_is_under(sub->url, profile->action_url))
        say(out, "outside-action-url", "%s is not below the root of %s",
            sub->url, profile->action_url);
}

static void
lint_types(const struct hv_sub *sub, struct hv_findings *out)
{
    struct hv_guid types[HV_MAX_TYPES_PER_SUB];
    const struct hv_thing_type *known[HV_MAX_TYPES_PER_SUB];
    size_t len = hv_sub_types(sub, types, HV_LEN(types));
    char id[HV_GUID_TEXT];

    for (size_t i = 0; i < len; i++) {
        known[i] = hv_thing_type_find(&types[i]);
        if (!known[i]) {
            hv_guid_format(&types[i], id);
            say(out, "unknown-type", "%s", id);
            continue;
        }
        for (size_t k = 0; k < i; k++) {
            if (known[k] && strcmp(known[k]->family, known[i]->family) == 0)
                say(out, "family-twice", "%s and %s", known[k]->name,
                    known[i]->name);
        }
    }
}

static bool
shares_type(const struct hv_sub *a, const struct hv_sub *b)
{
    struct hv_guid x[HV_MAX_TYPES_PER_SUB], y[HV_MAX_TYPES_PER_SUB];
    size_t x_len = hv_sub_types(a, x, HV_LEN(x));
    size_t y_len = hv_sub_types(b, y, HV_LEN(y));

    for (size_t i = 0; i < x_len; i++) {
        for (size_t k = 0; k < y_len; k++) {
            if (hv_guid_equal(&x[i], &y[k]))
                return true;
        }
    }
    return false;
}

/* Twins and half twins among those before it, so that each pair is told once. */
static void
lint_others(const struct hv_sub_list *list, size_t which,
            struct hv_findings *out)
{
    const struct hv_sub *sub = &list->items[which];
    uint8_t own[32], hash[32];
    char id[HV_GUID_TEXT];

    hv_sub_hash(sub, own);
    for (size_t i = 0; i < which; i++) {
        const struct hv_sub *other = &list->items[i];

        if (strcmp(other->url, sub->url))
            continue;
        hv_guid_format(&other->id, id);
        hv_sub_hash(other, hash);
        if (memcmp(own, hash, sizeof(own)) == 0)
            say(out, "duplicate-subscription", "the same as %s", id);
        else if (shares_type(sub, other))
            say(out, "overlapping-subscriptions", "with %s", id);
    }
}

void
hv_sub_lint(const struct hv_sub_list *list, size_t which,
            const struct hv_profile *profile, enum hv_env as,
            struct hv_findings *out)
{
    lint_url(&list->items[which], profile, as, out);
    lint_types(&list->items[which], out);
    lint_others(list, which, out);
}

void
hv_sub_lint_count(const struct hv_sub_list *list,
                  const struct hv_profile *profile, struct hv_findings *out)
{
    if (list->len > (size_t)profile->limit)
        say(out, "limit-exceeded", "%zu subscriptions, and the limit is %d",
            list->len, profile->limit);
    else if (list->len == (size_t)profile->limit)
        say(out, "limit-reached", "%zu of %d subscriptions are used", list->len,
            profile->limit);
}
