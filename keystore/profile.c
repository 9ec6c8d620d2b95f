/*
 * profile.c - the fields of a profile and the rules they obey. Pure. Called by
 * config.c for files and by the commands that make profiles. Holds no secret.
 */
#include "hvconsole/codec.h"
#include "keystore/config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { LIMIT_MAX = 1000 };

static const char *const env_words[] = {
    [HV_ENV_PPE] = "ppe", [HV_ENV_PROD] = "prod"
};

const char *
hv_env_word(enum hv_env env)
{
    return (unsigned)env < HV_LEN(env_words) ? env_words[env] : "unknown";
}

bool
ks_profile_name_is_valid(const char *name)
{
    static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                  "abcdefghijklmnopqrstuvwxyz0123456789._-";
    size_t len = strlen(name);

    return len >= 1 && len <= 63 && strspn(name, allowed) == len;
}

static const char *
set_text(char *field, size_t size, const char *value)
{
    return hv_copy(field, size, value) ? NULL : "it is too long";
}

static const char *
set_app_id(struct hv_profile *profile, const char *value)
{
    if (hv_guid_parse(value, &profile->app_id))
        return "it is not a GUID";
    return NULL;
}

static void
get_app_id(const struct hv_profile *profile, struct hv_buf *out)
{
    char text[HV_GUID_TEXT];

    hv_guid_format(&profile->app_id, text);
    hv_buf_add_str(out, text);
}

static const char *
set_platform(struct hv_profile *profile, const char *value)
{
    return set_text(profile->platform, sizeof(profile->platform), value);
}

static void
get_platform(const struct hv_profile *profile, struct hv_buf *out)
{
    hv_buf_add_str(out, profile->platform);
}

static const char *
set_shell(struct hv_profile *profile, const char *value)
{
    return set_text(profile->shell, sizeof(profile->shell), value);
}

static void
get_shell(const struct hv_profile *profile, struct hv_buf *out)
{
    hv_buf_add_str(out, profile->shell);
}

static const char *
set_env(struct hv_profile *profile, const char *value)
{
    for (size_t i = 0; i < HV_LEN(env_words); i++) {
        if (strcmp(value, env_words[i]) == 0) {
            profile->env = (enum hv_env)i;
            return NULL;
        }
    }
    return "it is neither \"ppe\" nor \"prod\"";
}

static void
get_env(const struct hv_profile *profile, struct hv_buf *out)
{
    hv_buf_add_str(out, hv_env_word(profile->env));
}

static const char *
set_action_url(struct hv_profile *profile, const char *value)
{
    return set_text(profile->action_url, sizeof(profile->action_url), value);
}

static void
get_action_url(const struct hv_profile *profile, struct hv_buf *out)
{
    hv_buf_add_str(out, profile->action_url);
}

static const char *
set_ca(struct hv_profile *profile, const char *value)
{
    return set_text(profile->ca, sizeof(profile->ca), value);
}

static void
get_ca(const struct hv_profile *profile, struct hv_buf *out)
{
    hv_buf_add_str(out, profile->ca);
}

static const char *
set_thumbprint(struct hv_profile *profile, const char *value)
{
    uint8_t digest[20];

    if (hv_hex_decode(value, digest, sizeof(digest)))
        return "it is not 40 hexadecimal digits";
    for (size_t i = 0; i < sizeof(digest); i++)
        snprintf(profile->thumbprint + 2 * i, 3, "%02X", digest[i]);
    return NULL;
}

static void
get_thumbprint(const struct hv_profile *profile, struct hv_buf *out)
{
    hv_buf_add_str(out, profile->thumbprint);
}

static const char *
set_limit(struct hv_profile *profile, const char *value)
{
    size_t len = strlen(value);
    int limit;

    if (len < 1 || len > 4 || strspn(value, "0123456789") != len)
        return "it is not a number from 1 to 1000";
    limit = atoi(value);
    if (limit < 1 || limit > LIMIT_MAX)
        return "it is not a number from 1 to 1000";
    profile->limit = limit;
    return NULL;
}

static void
get_limit(const struct hv_profile *profile, struct hv_buf *out)
{
    if (profile->limit != HV_MAX_SUBS)
        hv_buf_addf(out, "%d", profile->limit);
}

const struct ks_profile_key ks_profile_keys[] = {
    { "app-id", true, set_app_id, get_app_id },
    { "platform", true, set_platform, get_platform },
    { "shell", true, set_shell, get_shell },
    { "env", true, set_env, get_env },
    { "action-url", true, set_action_url, get_action_url },
    { "ca", false, set_ca, get_ca },
    { "thumbprint", false, set_thumbprint, get_thumbprint },
    { "limit", false, set_limit, get_limit },
};
const size_t ks_profile_keys_len = HV_LEN(ks_profile_keys);

static bool
starts_with(const char *text, const char *start)
{
    return strncmp(text, start, strlen(start)) == 0;
}

/* A name, an address, or an address in brackets; its length, 0 = none. */
static size_t
host_len(const char *at)
{
    size_t len;

    if (*at == '[') {
        len = strspn(at + 1, "0123456789abcdefABCDEF:.");
        return len && at[len + 1] == ']' ? len + 2 : 0;
    }
    return strspn(at, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                      "abcdefghijklmnopqrstuvwxyz0123456789.-_");
}

static bool
host_is_loopback(const char *host, size_t len)
{
    /* Digits and dots only: 127.example.org is not on this machine. */
    if (len > 4 && starts_with(host, "127."))
        return strspn(host, "0123456789.") >= len;
    return (len == 9 && strncasecmp(host, "localhost", len) == 0) ||
           (len == 5 && starts_with(host, "[::1]"));
}

/* What is wrong with the form of a URL; NULL = nothing. */
static const char *
url_fault(const char *host, const char *after)
{
    if (after == host)
        return "has no host, or a user name in it";
    if (*after == ':') {
        size_t digits = strspn(after + 1, "0123456789");
        long port = digits && digits <= 5 ? strtol(after + 1, NULL, 10) : 0;

        if (port < 1 || port > 65535)
            return "has a port that is no number from 1 to 65535";
        after += 1 + digits;
    }
    if (*after && *after != '/' && *after != '?')
        return "is not of the form https://host[:port]/path";
    for (; *after; after++) {
        if (*after <= ' ' || *after >= 0x7f || strchr("\"<>\\^`{|}#", *after))
            return "holds a character that must be written as %XX";
    }
    return NULL;
}

static enum hv_status
check_url(const char *what, const char *url, struct hv_error *err)
{
    bool is_plain = starts_with(url, "http://");
    const char *host = url + (is_plain ? 7 : 8);
    const char *fault;
    size_t len;

    if (!*url)
        return hv_fail(err, HV_ERR_FORMAT, "the %s URL is missing", what);
    if (!is_plain && !starts_with(url, "https://"))
        return hv_fail(err, HV_ERR_FORMAT,
                       "the %s URL must begin with https://", what);
    len = host_len(host);
    fault = url_fault(host, host + len);
    if (fault)
        return hv_fail(err, HV_ERR_FORMAT, "the %s URL %s", what, fault);
    if (is_plain && !host_is_loopback(host, len)) {
        hv_fail(err, HV_ERR_RULE,
                "the %s URL must be https; http is allowed on this machine "
                "only (localhost, 127.0.0.1, ::1)",
                what);
        return HV_ERR_RULE;
    }
    return HV_OK;
}

static bool
ends_with(const char *text, const char *end)
{
    size_t len = strlen(text);
    size_t end_len = strlen(end);

    return len >= end_len && strcmp(text + len - end_len, end) == 0;
}

static enum hv_status
check_urls(const struct hv_profile *profile, struct hv_error *err)
{
    enum hv_status st = check_url("platform", profile->platform, err);

    if (!st && !ends_with(profile->platform, "/wildcat.ashx"))
        st = hv_fail(err, HV_ERR_FORMAT,
                     "the platform URL must end in /wildcat.ashx");
    if (!st)
        st = check_url("shell", profile->shell, err);
    if (!st && (!ends_with(profile->shell, "/") || strchr(profile->shell, '?')))
        st = hv_fail(err, HV_ERR_FORMAT,
                     "the shell URL is a base: it must end in /");
    if (!st)
        st = check_url("action", profile->action_url, err);
    return st;
}

static bool
has_control(const char *text)
{
    for (; *text; text++) {
        if ((unsigned char)*text < ' ' || *text == 0x7f)
            return true;
    }
    return false;
}

enum hv_status
hv_profile_check(const struct hv_profile *profile, struct hv_error *err)
{
    struct hv_profile scratch = { 0 };
    enum hv_status st;

    if (!ks_profile_name_is_valid(profile->name)) {
        hv_fail(err, HV_ERR_FORMAT, "\"%.63s\" is no name of a profile",
                profile->name);
        hv_hint(err, "1 to 63 letters, digits, points, hyphens, underscores");
        return HV_ERR_FORMAT;
    }
    if (hv_guid_is_zero(&profile->app_id))
        return hv_fail(err, HV_ERR_FORMAT, "the application id is missing");
    st = check_urls(profile, err);
    if (st)
        return st;
    if ((unsigned)profile->env >= HV_LEN(env_words))
        return hv_fail(err, HV_ERR_FORMAT, "the environment is ppe or prod");
    if (has_control(profile->ca))
        return hv_fail(err, HV_ERR_FORMAT,
                       "the name of the CA file holds control characters");
    if (profile->thumbprint[0] && set_thumbprint(&scratch, profile->thumbprint))
        return hv_fail(err, HV_ERR_FORMAT,
                       "the thumbprint is not 40 hexadecimal digits");
    if (profile->limit < 1 || profile->limit > LIMIT_MAX)
        return hv_fail(err, HV_ERR_RULE,
                       "the limit of subscriptions is a number from 1 to %d",
                       LIMIT_MAX);
    return HV_OK;
}
