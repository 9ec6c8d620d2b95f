/*
 * rules.c - what a subscription must meet, told before the platform has to
 * refuse it. Pure. Called by the command line, the forms and rotation.
 * Fact: subscription-element, action-url-root
 */
#include "hvconsole/names.h"
#include "hvconsole/sub.h"

static enum hv_status
check_url(const char *url, const struct hv_profile *profile,
          struct hv_error *err)
{
    enum hv_status st;

    st = hv_url_check(url, err);
    if (st || profile->env != HV_ENV_PROD)
        return st;
    if (!*profile->action_url) {
        hv_fail(err, HV_ERR_RULE,
                "profile %s has no action URL, and in "
                "production a subscription's URL must lie "
                "under it",
                profile->name);
        hv_hint(err, "set the profile's action URL");
        return HV_ERR_RULE;
    }
    if (!hv_url_is_under(url, profile->action_url)) {
        hv_fail(err, HV_ERR_RULE,
                "the URL does not lie under the root of the "
                "action URL %.200s",
                profile->action_url);
        hv_hint(err, "same scheme, host and port, and its path up to the last "
                     "slash; no escaped slashes, dots or backslashes");
        return HV_ERR_RULE;
    }
    return HV_OK;
}

static enum hv_status
check_filter(const struct hv_filter *filter, struct hv_error *err)
{
    if (filter->types_len == 0)
        return hv_fail(err, HV_ERR_RULE, "a filter names no thing type");
    for (size_t i = 0; i < filter->types_len; i++) {
        char id[HV_GUID_TEXT];

        if (hv_thing_type_find(&filter->types[i]))
            continue;
        hv_guid_format(&filter->types[i], id);
        return hv_fail(err, HV_ERR_RULE, "%s is no known thing type", id);
    }
    return HV_OK;
}

static enum hv_status
check_filters(const struct hv_sub *sub, struct hv_error *err)
{
    size_t types = 0;

    if (sub->filters_len == 0)
        return hv_fail(err, HV_ERR_RULE,
                       "a subscription needs at least one thing type");
    if (sub->filters_len > HV_MAX_FILTERS)
        return hv_fail(err, HV_ERR_RULE,
                       "a subscription has at most %d filters", HV_MAX_FILTERS);
    for (size_t i = 0; i < sub->filters_len; i++) {
        enum hv_status st = check_filter(&sub->filters[i], err);

        if (st)
            return st;
        types += sub->filters[i].types_len;
    }
    if (types > HV_MAX_TYPES_PER_SUB)
        return hv_fail(err, HV_ERR_RULE,
                       "a subscription has at most %d thing types",
                       HV_MAX_TYPES_PER_SUB);
    return HV_OK;
}

enum hv_status
hv_sub_check(const struct hv_sub *sub, const struct hv_profile *profile,
             struct hv_error *err)
{
    struct hv_key_version version;
    enum hv_status st;

    st = check_url(sub->url, profile, err);
    if (!st)
        st = check_filters(sub, err);
    if (st)
        return st;
    if (sub->key.len && sub->key.len != HV_HMAC_KEY_LEN)
        return hv_fail(err, HV_ERR_RULE,
                       "a notification key is %d bytes long, this one %zu",
                       HV_HMAC_KEY_LEN, sub->key.len);
    if (sub->version.id[0] &&
        hv_key_version_parse(hv_bytes_str(sub->version.id), &version))
        return hv_fail(err, HV_ERR_RULE,
                       "a key version id is 1 to %d letters, digits or "
                       "hyphens",
                       HV_MAX_KEY_VERSION);
    return HV_OK;
}
