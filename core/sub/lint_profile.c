/*
 * lint_profile.c - what is wrong with a profile, and what production would
 * refuse of it. Pure. Called by `profile lint` and `doctor`.
 * Fact: action-url-root, endpoints, subscription-methods
 */
#include "core/sub/lint.h"
#include "hvconsole/shell.h"
#include "hvconsole/sublint.h"

#include <string.h>

static const struct hv_lint lints[] = {
    { "platform-url", HV_ERROR, "calls go to an absolute URL without user name",
      "hvconsole config set profile.NAME.platform URL" },
    { "platform-not-https", HV_ERROR,
      "without TLS anybody on the way reads session tokens and health data",
      "use https" },
    { "platform-path", HV_WARNING,
      "the platform takes calls at /platform/wildcat.ashx",
      "correct the path, unless it is a gateway of your own" },
    { "shell-url", HV_ERROR, "people are sent to an absolute URL",
      "hvconsole config set profile.NAME.shell URL" },
    { "shell-not-https", HV_ERROR,
      "without TLS anybody on the way reads the token that comes back",
      "use https" },
    { "wrong-environment", HV_ERROR,
      "profile and platform are not of the same environment: a slip hits real "
      "people, or tests nothing",
      "correct env, or take the other platform: profile add NAME --instance" },
    { "mixed-instances", HV_ERROR,
      "platform and Shell are of two installations: tokens of one mean nothing "
      "to the other",
      "take both from one instance" },
    { "test-platform", HV_INFO,
      "production is another platform: registration, certificate, "
      "subscriptions and users begin anew there",
      "add a profile of its own for production" },
    { "no-action-url", HV_ERROR,
      "production lets an application subscribe below its action URL only",
      "register one, and set profile.NAME.action-url to it" },
    { "action-url", HV_ERROR, "the action URL is not one the platform takes",
      "correct it here and where the application is registered" },
    { "action-url-not-https", HV_ERROR,
      "subscription URLs are https and have the scheme of the action URL: "
      "none can lie below this one",
      "register an https action URL" },
    { "action-url-not-public", HV_ERROR,
      "a production platform cannot reach the host",
      "register a name that resolves everywhere" },
    { "action-url-structure", HV_ERROR,
      "escaped slashes, dots or backslashes mean different things to different "
      "servers: nothing counts as lying below",
      "register a plain path" },
    { "whole-host", HV_INFO,
      "the action URL has no path of its own, so every path of the host is "
      "below it",
      "give the application a path if it shares the host" },
    { "limit-above-platform", HV_ERROR,
      "an application has 25 subscriptions, and the platform answers the next "
      "one with 133, unless it has agreed to more",
      "set profile.NAME.limit to 25, or to what was agreed" },
    { "own-ca", HV_WARNING,
      "production shows a certificate of a public CA, which this file does not "
      "hold",
      "leave ca empty in a production profile" },
    { "no-certificate", HV_WARNING,
      "without the thumbprint nobody can tell whether the right certificate is "
      "registered",
      "add the profile anew with its certificate" },
    { "redirect-ignored", HV_INFO,
      "links with redirect= work on a test platform; production ignores the "
      "parameter, and hvconsole refuses to compose it",
      "let the action page go on by actionqs instead" },
    { 0 },
};

const struct hv_lint *
hv_profile_lints(void)
{
    return lints;
}

/* About the profile as a whole: there is no text with places in it. */
#define say(out, id, ...) hv_findings_add(out, lints, id, 0, 0, __VA_ARGS__)

static void
lint_platform(const struct hv_profile *profile, struct hv_findings *out)
{
    static const char path[] = "/platform/wildcat.ashx";
    struct hv_error why = { 0 };
    struct hv_url url;

    if (hv_url_parse(profile->platform, &url, &why)) {
        say(out, "platform-url", "platform: %s", why.why);
        return;
    }
    if (url.has_user || url.has_fragment)
        say(out, "platform-url", "platform: user name or fragment");
    if (!hv_url_has_scheme(&url, "https"))
        say(out, "platform-not-https", "platform: %s", profile->platform);
    if (!hv_bytes_equal(url.path, hv_bytes_str(path)))
        say(out, "platform-path", "platform: %s", profile->platform);
}

static void
lint_shell(const struct hv_profile *profile, struct hv_findings *out)
{
    struct hv_error why = { 0 };
    struct hv_url url;

    if (hv_url_parse(profile->shell, &url, &why))
        say(out, "shell-url", "shell: %s", why.why);
    else if (!hv_url_has_scheme(&url, "https"))
        say(out, "shell-not-https", "shell: %s", profile->shell);
}

/* Of which known installation a URL's host is; NULL = none. */
static const struct hv_instance *
instance_of(const char *text)
{
    struct hv_url url;
    bool is_shell;

    return hv_url_parse(text, &url, NULL)
               ? NULL
               : hv_instance_of_host(url.host, &is_shell);
}

static void
lint_instance(const struct hv_profile *profile, enum hv_env as,
              struct hv_findings *out)
{
    const struct hv_instance *platform = instance_of(profile->platform);
    const struct hv_instance *shell = instance_of(profile->shell);
    struct hv_url url;
    bool is_here = hv_url_parse(profile->platform, &url, NULL) == HV_OK &&
                   hv_url_is_loopback(&url);

    if (platform && platform->env != profile->env)
        say(out, "wrong-environment",
            "the platform is that of '%s' (%s), and the profile says %s",
            platform->name, platform->title, hv_env_word(profile->env));
    if (shell && shell->env != profile->env)
        say(out, "wrong-environment",
            "the Shell is that of '%s' (%s), and the profile says %s",
            shell->name, shell->title, hv_env_word(profile->env));
    if (platform && shell && platform != shell && platform->env == shell->env)
        say(out, "mixed-instances",
            "the platform is that of '%s', and the Shell that of '%s'",
            platform->name, shell->name);
    if (as != HV_ENV_PROD || profile->env == HV_ENV_PROD)
        return;
    if (is_here)
        say(out, "test-platform", "the platform is on this machine: %s",
            profile->platform);
    else
        say(out, "test-platform", "the profile is of the environment %s: %s",
            hv_env_word(profile->env), profile->platform);
}

static void
lint_action_url(const struct hv_profile *profile, enum hv_env as,
                struct hv_findings *out)
{
    struct hv_error why = { 0 };
    struct hv_url url;
    const char *hidden;

    if (!profile->action_url[0]) {
        if (as == HV_ENV_PROD)
            say(out, "no-action-url", "the profile has no action URL");
        return;
    }
    if (hv_url_parse(profile->action_url, &url, &why)) {
        say(out, "action-url", "action URL: %s", why.why);
        return;
    }
    if (url.has_user || url.has_fragment)
        say(out, "action-url", "action URL: user name or fragment");
    if (hv_url_has_hidden_structure(&url))
        say(out, "action-url-structure", "action URL: %s", profile->action_url);
    if (as != HV_ENV_PROD)
        return;
    if (!hv_url_has_scheme(&url, "https"))
        say(out, "action-url-not-https", "action URL: %s", profile->action_url);
    hidden = hv_url_why_not_public(&url);
    if (hidden)
        say(out, "action-url-not-public", "action URL: %s: %s",
            profile->action_url, hidden);
    if (!url.path.len || !memchr(url.path.data + 1, '/', url.path.len - 1))
        say(out, "whole-host", "action URL: %s", profile->action_url);
}

void
hv_profile_lint(const struct hv_profile *profile, enum hv_env as,
                struct hv_findings *out)
{
    lint_platform(profile, out);
    lint_shell(profile, out);
    lint_instance(profile, as, out);
    lint_action_url(profile, as, out);
    if (!profile->thumbprint[0])
        say(out, "no-certificate", "the profile names no certificate");
    if (as != HV_ENV_PROD)
        return;
    if (profile->limit > HV_MAX_SUBS)
        say(out, "limit-above-platform", "the profile's limit is %d",
            profile->limit);
    if (profile->ca[0])
        say(out, "own-ca", "certificates are checked against %s", profile->ca);
    if (profile->env != HV_ENV_PROD)
        say(out, "redirect-ignored",
            "the test platform follows redirect=, production does not");
}
