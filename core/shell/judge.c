/*
 * judge.c - what is wrong with a URL that was taken apart: address, target,
 * parameters, and what the environment forbids. Called by decode.c. Pure.
 */
#include "core/shell/shell_in.h"

#include "core/sub/url.h"
#include "hvconsole/ids.h"
#include "hvconsole/text.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static bool
is_guid(const char *text)
{
    struct hv_guid id;

    return hv_guid_parse(text, &id) == HV_OK;
}

static bool
is_guid_list(const char *text)
{
    char one[64];

    for (;;) {
        size_t len = strcspn(text, ",");

        if (len >= sizeof(one))
            return false;
        memcpy(one, text, len);
        one[len] = '\0';
        if (!is_guid(one))
            return false;
        if (!text[len])
            return true;
        text += len + 1;
    }
}

/* ABCD-EFGH-JKLM-NPQR-STUV */
static bool
is_code(const char *text)
{
    for (int i = 0; i < 24; i++) {
        if (i % 5 == 4 ? text[i] != '-' : !isupper((unsigned char)text[i]))
            return false;
    }
    return !text[24];
}

static bool
is_culture(const char *text)
{
    size_t letters = strspn(text, "abcdefghijklmnopqrstuvwxyz"
                                  "ABCDEFGHIJKLMNOPQRSTUVWXYZ");

    return letters >= 2 && letters <= 3 &&
           (!text[letters] ||
            (text[letters] == '-' && strlen(text) <= letters + 12));
}

static bool
is_url(const char *text, struct hv_url *url)
{
    return hv_url_parse(text, url, NULL) == HV_OK &&
           (hv_url_has_scheme(url, "https") || hv_url_has_scheme(url, "http"));
}

bool
shell_fits(enum hv_shell_domain domain, const char *value)
{
    struct hv_url url;

    switch (domain) {
    case HV_SHELL_GUID:
        return is_guid(value);
    case HV_SHELL_GUIDS:
        return is_guid_list(value);
    case HV_SHELL_BOOL:
        return !strcasecmp(value, "true") || !strcasecmp(value, "false");
    case HV_SHELL_URL:
        return is_url(value, &url);
    case HV_SHELL_LOCALE:
        return value[0] && strspn(value, "0123456789") == strlen(value);
    case HV_SHELL_CULTURE:
        return is_culture(value);
    case HV_SHELL_METHOD:
        return !strcasecmp(value, "get") || !strcasecmp(value, "post");
    case HV_SHELL_CODE:
        return is_code(value);
    case HV_SHELL_TEXT:
    case HV_SHELL_QUERY:
    case HV_SHELL_TOKEN:
        break;
    }
    return value[0] != '\0';
}

const char *
shell_near(const struct hv_shell_target *target, const char *name)
{
    char bare[64];
    size_t len = 0;

    /* cred_token for credtoken */
    for (const char *c = name; *c && len + 1 < sizeof(bare); c++) {
        if (*c != '_' && *c != '-')
            bare[len++] = *c;
    }
    bare[len] = '\0';
    for (int common = 0; common < 2; common++) {
        const struct hv_shell_param *p = common   ? hv_shell_common_params()
                                         : target ? target->params
                                                  : NULL;

        for (; p && p->name; p++) {
            if (hv_word_distance(bare, p->name) <= 1)
                return p->name;
        }
    }
    return NULL;
}

/* ---- the address ---- */

static void
judge_address(struct hv_shell_url *url, const struct hv_shell_home *home)
{
    struct hv_url parts;
    bool is_shell = false;
    struct hv_url own;
    const struct hv_profile *profile = home ? home->profile : NULL;

    if (!is_url(url->base, &parts)) {
        if (url->kind != HV_SHELL_OTHER)
            shell_add(url, "not-https", 0, strlen(url->base),
                      "it does not begin with https://HOST/");
        return;
    }
    url->host = hv_calloc(parts.host.len + 1, 1);
    for (size_t i = 0; i < parts.host.len; i++)
        url->host[i] = (char)tolower(parts.host.data[i]);
    url->instance = hv_instance_of_host(parts.host, &is_shell);
    if (!hv_url_has_scheme(&parts, "https") && !hv_url_is_loopback(&parts))
        shell_add(url, "not-https", 0, parts.scheme.len, "it is not https");
    if (parts.has_user)
        shell_add(url, "user-info", 0, strlen(url->base),
                  "the address holds user information");
    if (url->kind != HV_SHELL_REDIRECT)
        return;
    if (parts.path.len < 14 ||
        strncasecmp((const char *)parts.path.data + parts.path.len - 14,
                    "/redirect.aspx", 14))
        shell_add(url, "no-redirect-page", 0, strlen(url->base),
                  "the path does not end in /redirect.aspx");
    if (url->instance && !is_shell)
        shell_add(url, "platform-host", 0, strlen(url->base),
                  "%s is the platform of %s", url->host, url->instance->title);
    if (profile && is_url(profile->shell, &own) &&
        (own.host.len != parts.host.len || own.port != parts.port ||
         strncasecmp((const char *)own.host.data, url->host, own.host.len)))
        shell_add(url, "wrong-host", 0, strlen(url->base),
                  "profile %s has its Shell at %s", profile->name,
                  profile->shell);
    else if (!profile && !url->instance)
        shell_add(url, "unknown-host", 0, strlen(url->base),
                  "%s is not of an installation known here", url->host);
}

static bool
is_production(const struct hv_shell_url *url, const struct hv_shell_home *home)
{
    if (home && home->is_production)
        return true;
    if (url->instance)
        return url->instance->env == HV_ENV_PROD;
    return home && home->profile && home->profile->env == HV_ENV_PROD;
}

/* ---- the parameters ---- */

static void
judge_redirect_value(struct hv_shell_url *url, const struct hv_shell_pair *pair,
                     bool is_in_production)
{
    struct hv_url parts;

    if (is_in_production)
        shell_add(url, "redirect-in-production", pair->at, pair->raw_len,
                  "redirect=%s", pair->value);
    if (is_url(pair->value, &parts) && !hv_url_has_scheme(&parts, "https") &&
        !hv_url_is_loopback(&parts))
        shell_add(url, "redirect-not-https", pair->at, pair->raw_len,
                  "redirect goes to http");
}

static void
judge_actionqs(struct hv_shell_url *url, const struct hv_shell_pair *pair)
{
    const char *value = pair->value;
    struct hv_url parts;

    if (!strncmp(value, "//", 2) || strchr(value, '\\') ||
        is_url(value, &parts))
        shell_add(url, "actionqs-elsewhere", pair->at, pair->raw_len,
                  "actionqs names another place: %s", value);
}

static void
judge_value(struct hv_shell_url *url, const struct hv_shell_pair *pair,
            const struct hv_shell_param *param)
{
    size_t len = strlen(pair->value);
    bool is_strict = param->domain != HV_SHELL_TEXT &&
                     param->domain != HV_SHELL_QUERY &&
                     param->domain != HV_SHELL_TOKEN;

    if (!hv_utf8_is_valid(hv_bytes_str(pair->value)))
        shell_add(url, "bad-utf8", pair->at, pair->raw_len,
                  "the value of %s is not UTF-8", param->name);
    if (param->domain == HV_SHELL_TOKEN && len)
        shell_add(url, "token-in-url", pair->at, pair->raw_len,
                  "%s holds a user token", param->name);
    if (!is_strict || shell_fits(param->domain, pair->value))
        return;
    if (len > 4 && !strcmp(pair->value + len - 4, "null"))
        shell_add(url, "trailing-junk", pair->at, pair->raw_len,
                  "the value of %s ends in 'null'", param->name);
    else if (strstr(pair->value, "%3") || strstr(pair->value, "%2"))
        shell_add(url, "double-encoding", pair->at, pair->raw_len,
                  "the value of %s still holds escapes", param->name);
    else if (param->domain == HV_SHELL_GUID && is_guid_list(pair->value))
        shell_add(url, "many-applications", pair->at, pair->raw_len,
                  "%s holds a list", param->name);
    else
        shell_add(url, "bad-value", pair->at, pair->raw_len,
                  "%s is '%.60s': wanted is %s", param->name, pair->value,
                  hv_shell_domain_word(param->domain));
}

static void
judge_pair(struct hv_shell_url *url, const struct hv_shell_pair *pair,
           bool is_in_production)
{
    const struct hv_shell_param *param =
        hv_shell_param_find(url->known, pair->name);
    const char *near;

    if (pair->is_outside && !param) {
        if (strcasecmp(pair->name, "mobile"))
            shell_add(url, "unknown-parameter", pair->at, pair->raw_len,
                      "'%.60s' beside targetqs is ignored", pair->name);
        return;
    }
    if (pair->is_outside)
        shell_add(url, "outside-targetqs", pair->at, pair->raw_len,
                  "%s stands beside targetqs, not inside", param->name);
    if (!param) {
        near = url->known ? shell_near(url->known, pair->name) : NULL;
        if (near)
            shell_add(url, "misspelt-parameter", pair->at, pair->raw_len,
                      "'%.60s': did you mean %s?", pair->name, near);
        else if (url->known)
            shell_add(url, "unknown-parameter", pair->at, pair->raw_len,
                      "%s does not look at '%.60s'", url->known->name,
                      pair->name);
        return;
    }
    judge_value(url, pair, param);
    if (!strcmp(param->name, "redirect"))
        judge_redirect_value(url, pair, is_in_production);
    if (!strcmp(param->name, "actionqs"))
        judge_actionqs(url, pair);
    if (!strcmp(param->name, "trm") && url->known &&
        strcmp(url->known->name, "AUTH") && strcmp(url->known->name, "APPAUTH"))
        shell_add(url, "method-ignored", pair->at, pair->raw_len, "trm with %s",
                  url->known->name);
}

static void
judge_duplicates(struct hv_shell_url *url)
{
    for (size_t i = 1; i < url->pairs.len; i++) {
        for (size_t j = 0; j < i; j++) {
            if (strcasecmp(url->pairs.items[i].name, url->pairs.items[j].name))
                continue;
            shell_add(url, "duplicate-parameter", url->pairs.items[i].at,
                      url->pairs.items[i].raw_len, "%.60s stands there twice",
                      url->pairs.items[i].name);
            break;
        }
    }
}

/* onopt1, onopt2, ... without a gap, from 1. */
static void
judge_rules(struct hv_shell_url *url, const char *prefix)
{
    size_t len = strlen(prefix);
    unsigned count = 0, highest = 0;
    size_t at = 0;

    for (size_t i = 0; i < url->pairs.len; i++) {
        const struct hv_shell_pair *pair = &url->pairs.items[i];
        unsigned long number;

        if (strncasecmp(pair->name, prefix, len) || !pair->name[len] ||
            strspn(pair->name + len, "0123456789") != strlen(pair->name + len))
            continue;
        number = strtoul(pair->name + len, NULL, 10);
        count++;
        at = pair->at;
        if (number > highest)
            highest = number > 9999 ? 9999 : (unsigned)number;
    }
    if (highest != count)
        shell_add(url, "rule-gap", at, 0, "%u names of %s#, numbered up to %u",
                  count, prefix, highest);
}

static void
judge_missing(struct hv_shell_url *url)
{
    for (const struct hv_shell_param *p = url->known->params; p->name; p++) {
        const char *value = hv_shell_pairs_get(&url->pairs, p->name);

        if (!p->is_required || (value && value[0]))
            continue;
        if (!strcmp(p->name, "extrecordid"))
            shell_add(url, "missing-extrecordid", 0, 0,
                      "%s without extrecordid", url->known->name);
        else
            shell_add(url, "missing-parameter", 0, 0, "%s needs %s: %s",
                      url->known->name, p->name, p->note);
    }
}

static void
judge_redirect(struct hv_shell_url *url, const struct hv_shell_home *home)
{
    bool is_in_production = is_production(url, home);

    if (!url->target || !url->target[0]) {
        shell_add(url, "no-target", 0, 0, "there is no target");
    } else {
        url->known = hv_shell_target_find(url->target);
        if (!url->known)
            shell_add(url, "unknown-target", 0, 0,
                      "the Shell has no target '%.60s'", url->target);
    }
    if (url->known) {
        free(url->target);
        url->target = hv_strdup(url->known->name);
        if (!url->known->is_offered)
            shell_add(url, "retired-target", 0, 0, "%s", url->known->name);
        else if (url->known->is_later)
            shell_add(url, "later-target", 0, 0, "%s", url->known->name);
    }
    for (size_t i = 0; i < url->pairs.len; i++)
        judge_pair(url, &url->pairs.items[i], is_in_production);
    judge_duplicates(url);
    judge_rules(url, "onopt");
    judge_rules(url, "offopt");
    if (hv_shell_pairs_get(&url->pairs, "lcid") &&
        hv_shell_pairs_get(&url->pairs, "culture"))
        shell_add(url, "two-languages", 0, 0, "lcid and culture are given");
    if (url->known && url->known->is_offered)
        judge_missing(url);
}

static void
judge_return(struct hv_shell_url *url)
{
    const char *token = hv_shell_pairs_get(&url->pairs, "wctoken");

    if (!url->target || !url->target[0])
        shell_add(url, "no-target", 0, 0, "there is no target");
    else
        url->known_return = hv_shell_return_find(url->target);
    if (url->target && url->target[0] && !url->known_return)
        shell_add(url, "unknown-return", 0, 0, "'%.60s' is not a return target",
                  url->target);
    if (url->known_return && url->known_return->has_token && !token)
        shell_add(url, "missing-token", 0, 0, "%s without wctoken",
                  url->known_return->name);
    if (token)
        shell_add(url, "token-in-url", 0, 0, "wctoken holds a user token");
    if (token && !hv_shell_pairs_get(&url->pairs, "instanceid"))
        shell_add(url, "missing-instance", 0, 0, "wctoken without instanceid");
    if (hv_shell_pairs_get(&url->pairs, "suggestedtokenttl"))
        shell_add(url, "token-life-unit", 0, 0, "suggestedtokenttl=%.20s",
                  hv_shell_pairs_get(&url->pairs, "suggestedtokenttl"));
    for (size_t i = 0; i < url->pairs.len; i++) {
        if (!strcasecmp(url->pairs.items[i].name, "actionqs"))
            judge_actionqs(url, &url->pairs.items[i]);
    }
}

void
shell_judge(struct hv_shell_url *url, const struct hv_shell_home *home)
{
    judge_address(url, home);
    if (url->kind == HV_SHELL_REDIRECT)
        judge_redirect(url, home);
    else if (url->kind == HV_SHELL_RETURN)
        judge_return(url);
    else
        shell_add(url, "not-a-shell-url", 0, 0,
                  "no target and no targetqs were found");
    if (!url->host)
        url->host = hv_strdup("");
    if (!url->target)
        url->target = hv_strdup("");
    if (!url->inner)
        url->inner = hv_strdup("");
}
