/*
 * test_lint.c - what is said about profiles and subscriptions, and what only as
 * production; every rule of the tables is met at least once.
 */
#include "core/sub/lint.h"
#include "hvconsole/names.h"
#include "hvconsole/shell.h"
#include "hvconsole/sublint.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#define TYPE_WEIGHT "3d34d87e-7fc1-4153-800f-f56592cb0d17"
#define TYPE_HEIGHT "40750a6a-89b2-455c-bd8d-b420a4cb500b"

static struct hv_profile
sound(enum hv_env env)
{
    const struct hv_instance *instance =
        hv_instance_find(env == HV_ENV_PROD ? "us" : "us-ppe");
    struct hv_profile profile = { .name = "p", .env = env, .limit = 25 };

    hv_copy(profile.platform, sizeof(profile.platform), instance->platform);
    hv_copy(profile.shell, sizeof(profile.shell), instance->shell);
    hv_copy(profile.action_url, sizeof(profile.action_url),
            "https://app.contoso.com/hv/redirect.aspx");
    hv_copy(profile.thumbprint, sizeof(profile.thumbprint),
            "0123456789ABCDEF0123456789ABCDEF01234567");
    return profile;
}

/* The rule is there and carries words; at most @others more are said. */
static void
expect_said(const struct hv_findings *said, const char *id, const char *what)
{
    cr_expect(hv_findings_has(said, id), "%s: no %s", what, id);
    for (size_t i = 0; i < said->len; i++)
        cr_expect_neq(said->items[i].message[0], '\0', "%s", what);
}

Test(lint, sound_profiles_are_left_in_peace)
{
    struct hv_profile prod = sound(HV_ENV_PROD), ppe = sound(HV_ENV_PPE);
    struct hv_findings said = { 0 };

    hv_profile_lint(&prod, HV_ENV_PROD, &said);
    hv_profile_lint(&ppe, HV_ENV_PPE, &said);
    cr_expect_eq(said.len, 0, "%s", said.len ? said.items[0].message : "");
    /* As production there is news, and nothing against it. */
    hv_profile_lint(&ppe, HV_ENV_PROD, &said);
    expect_said(&said, "test-platform", "ppe");
    expect_said(&said, "redirect-ignored", "ppe");
    cr_expect_eq(hv_findings_worst(&said), HV_INFO);
    hv_findings_release(&said);
}

static const struct {
    const char *id;
    const char *field, *value;
    bool is_prod_only;
} profile_rows[] = {
    { "platform-url", "platform", "platform.healthvault.com", false },
    { "platform-url", "platform",
      "https://me@platform.healthvault.com/platform/wildcat.ashx", false },
    { "platform-not-https", "platform",
      "http://platform.healthvault.com/platform/wildcat.ashx", false },
    { "platform-path", "platform", "https://platform.healthvault.com/x",
      false },
    { "shell-url", "shell", "account", false },
    { "shell-not-https", "shell", "http://account.healthvault.com/", false },
    { "wrong-environment", "platform",
      "https://platform.healthvault-ppe.com/platform/wildcat.ashx", false },
    { "wrong-environment", "shell", "https://account.healthvault-ppe.com/",
      false },
    { "mixed-instances", "shell", "https://account.healthvault.co.uk/", false },
    { "no-action-url", "action", "", true },
    { "action-url", "action", "app.contoso.com/hv", false },
    { "action-url", "action", "https://u:p@app.contoso.com/hv/", false },
    { "action-url-structure", "action", "https://app.contoso.com/a%2Fb/",
      false },
    { "action-url-not-https", "action", "http://app.contoso.com/hv/", true },
    { "action-url-not-public", "action", "https://localhost:8443/hv/", true },
    { "action-url-not-public", "action", "https://10.1.2.3/hv/", true },
    { "whole-host", "action", "https://app.contoso.com", true },
    { "whole-host", "action", "https://app.contoso.com/redirect.aspx", true },
    { "own-ca", "ca", "/tmp/ca.pem", true },
    { "no-certificate", "thumbprint", "", false },
};

static void
set(struct hv_profile *profile, const char *field, const char *value)
{
    if (strcmp(field, "platform") == 0)
        hv_copy(profile->platform, sizeof(profile->platform), value);
    else if (strcmp(field, "shell") == 0)
        hv_copy(profile->shell, sizeof(profile->shell), value);
    else if (strcmp(field, "action") == 0)
        hv_copy(profile->action_url, sizeof(profile->action_url), value);
    else if (strcmp(field, "ca") == 0)
        hv_copy(profile->ca, sizeof(profile->ca), value);
    else
        hv_copy(profile->thumbprint, sizeof(profile->thumbprint), value);
}

Test(lint, every_rule_about_profiles)
{
    for (size_t i = 0; i < HV_LEN(profile_rows); i++) {
        struct hv_profile profile = sound(HV_ENV_PROD);
        struct hv_findings said = { 0 }, early = { 0 };

        set(&profile, profile_rows[i].field, profile_rows[i].value);
        hv_profile_lint(&profile, HV_ENV_PROD, &said);
        expect_said(&said, profile_rows[i].id, profile_rows[i].value);
        hv_profile_lint(&profile, HV_ENV_PPE, &early);
        cr_expect_eq(hv_findings_has(&early, profile_rows[i].id),
                     !profile_rows[i].is_prod_only, "%s",
                     profile_rows[i].value);
        hv_findings_release(&said);
        hv_findings_release(&early);
    }
}

Test(lint, more_than_25_works_on_a_test_platform_only)
{
    struct hv_profile profile = sound(HV_ENV_PPE);
    struct hv_findings said = { 0 };

    profile.limit = 30;
    hv_profile_lint(&profile, HV_ENV_PPE, &said);
    cr_expect_eq(said.len, 0);
    hv_profile_lint(&profile, HV_ENV_PROD, &said);
    expect_said(&said, "limit-above-platform", "30");
    hv_findings_release(&said);
}

/* ---- subscriptions ---- */

static void
add_sub(struct hv_sub_list *list, const char *url, const char *types)
{
    struct hv_sub sub = { .id = hv_guid_random() };
    char copy[256];

    hv_copy(sub.url, sizeof(sub.url), url);
    hv_copy(copy, sizeof(copy), types);
    for (char *rest = copy, *word; (word = strsep(&rest, " "));) {
        struct hv_guid id;

        cr_assert_eq(hv_guid_parse(word, &id), HV_OK, "%s", word);
        hv_sub_add_type(&sub, 0, &id);
    }
    list->items =
        hv_realloc_array(list->items, list->len + 1, sizeof(*list->items));
    list->items[list->len++] = sub;
}

static const struct {
    const char *url;
    const char *types;
    const char *ppe;  /* what is said on a test platform; "" = nothing */
    const char *prod; /* .. as production */
} sub_rows[] = {
    { "https://app.contoso.com/hv/n", TYPE_WEIGHT, "", "" },
    { "https://app.contoso.com:443/hv/sub/n", TYPE_WEIGHT, "", "" },
    { "https://app.contoso.com/n", TYPE_WEIGHT, "", "outside-action-url" },
    { "https://other.contoso.com/hv/n", TYPE_WEIGHT, "", "outside-action-url" },
    { "http://app.contoso.com/hv/n", TYPE_WEIGHT, "notify-not-https",
      "notify-not-https" },
    { "app.contoso.com/hv/n", TYPE_WEIGHT, "notify-url", "notify-url" },
    { "https://app.contoso.com/hv/n#x", TYPE_WEIGHT, "notify-url",
      "notify-url" },
    { "https://192.168.1.7/hv/n", TYPE_WEIGHT, "notify-not-public",
      "notify-not-public" },
    { "https://localhost:8443/hv/n", TYPE_WEIGHT, "notify-not-public",
      "notify-not-public" },
    { "https://app.contoso.com/hv/n", "99999999-8888-7777-6666-555555555555",
      "unknown-type", "unknown-type" },
};

Test(lint, every_rule_about_one_subscription)
{
    struct hv_profile ppe = sound(HV_ENV_PPE), prod = sound(HV_ENV_PROD);

    for (size_t i = 0; i < HV_LEN(sub_rows); i++) {
        for (int is_prod = 0; is_prod < 2; is_prod++) {
            const char *want = is_prod ? sub_rows[i].prod : sub_rows[i].ppe;
            struct hv_sub_list list = { 0 };
            struct hv_findings said = { 0 };

            add_sub(&list, sub_rows[i].url, sub_rows[i].types);
            hv_sub_lint(&list, 0, is_prod ? &prod : &ppe,
                        is_prod ? HV_ENV_PROD : HV_ENV_PPE, &said);
            if (*want)
                expect_said(&said, want, sub_rows[i].url);
            else
                cr_expect_eq(said.len, 0, "%s: %s", sub_rows[i].url,
                             said.len ? said.items[0].lint->id : "");
            hv_findings_release(&said);
            hv_sub_list_release(&list);
        }
    }
}

/* What a platform on this machine reaches is no finding, unless it is to be one
 * in production. */
Test(lint, a_platform_here_reaches_what_is_here)
{
    struct hv_profile profile = sound(HV_ENV_PPE);
    struct hv_sub_list list = { 0 };
    struct hv_findings said = { 0 };

    hv_copy(profile.platform, sizeof(profile.platform),
            "https://127.0.0.1:8444/platform/wildcat.ashx");
    add_sub(&list, "https://localhost:8443/hv/n", TYPE_WEIGHT);
    hv_sub_lint(&list, 0, &profile, HV_ENV_PPE, &said);
    cr_expect_eq(said.len, 0);
    hv_sub_lint(&list, 0, &profile, HV_ENV_PROD, &said);
    expect_said(&said, "notify-not-public", "as production");
    hv_findings_release(&said);
    hv_sub_list_release(&list);
}

/* Two types of one family: the table says which there are. */
static bool
find_family(struct hv_guid *a, struct hv_guid *b)
{
    const struct hv_thing_type *x, *y;

    for (size_t i = 0; (x = hv_thing_type_at(i)); i++) {
        for (size_t k = 0; k < i; k++) {
            y = hv_thing_type_at(k);
            if (strcmp(x->family, y->family))
                continue;
            *a = x->id;
            *b = y->id;
            return true;
        }
    }
    return false;
}

Test(lint, twins_and_half_twins_are_told_once)
{
    struct hv_profile profile = sound(HV_ENV_PPE);
    struct hv_sub_list list = { 0 };
    struct hv_findings said = { 0 };
    struct hv_guid a, b;

    add_sub(&list, "https://app.contoso.com/hv/n", TYPE_WEIGHT);
    add_sub(&list, "https://app.contoso.com/hv/n", TYPE_WEIGHT);
    add_sub(&list, "https://app.contoso.com/hv/n", TYPE_WEIGHT " " TYPE_HEIGHT);
    add_sub(&list, "https://app.contoso.com/hv/m", TYPE_WEIGHT);
    hv_sub_lint(&list, 0, &profile, HV_ENV_PPE, &said);
    hv_sub_lint(&list, 3, &profile, HV_ENV_PPE, &said);
    cr_expect_eq(said.len, 0);
    hv_sub_lint(&list, 1, &profile, HV_ENV_PPE, &said);
    cr_expect_eq(said.len, 1);
    expect_said(&said, "duplicate-subscription", "twins");
    hv_sub_lint(&list, 2, &profile, HV_ENV_PPE, &said);
    cr_expect_eq(said.len, 3);
    expect_said(&said, "overlapping-subscriptions", "half twins");
    if (find_family(&a, &b)) {
        hv_sub_add_type(&list.items[3], 0, &a);
        hv_sub_add_type(&list.items[3], 0, &b);
        hv_sub_lint(&list, 3, &profile, HV_ENV_PPE, &said);
        expect_said(&said, "family-twice", "versions of one type");
    }
    hv_findings_release(&said);
    hv_sub_list_release(&list);
}

Test(lint, counts_against_the_limit)
{
    struct hv_profile profile = sound(HV_ENV_PPE);
    struct hv_sub_list list = { 0 };
    struct hv_findings said = { 0 };

    profile.limit = 2;
    add_sub(&list, "https://app.contoso.com/hv/1", TYPE_WEIGHT);
    hv_sub_lint_count(&list, &profile, &said);
    cr_expect_eq(said.len, 0);
    add_sub(&list, "https://app.contoso.com/hv/2", TYPE_WEIGHT);
    hv_sub_lint_count(&list, &profile, &said);
    expect_said(&said, "limit-reached", "2 of 2");
    add_sub(&list, "https://app.contoso.com/hv/3", TYPE_WEIGHT);
    hv_sub_lint_count(&list, &profile, &said);
    expect_said(&said, "limit-exceeded", "3 of 2");
    hv_findings_release(&said);
    hv_sub_list_release(&list);
}

/* ---- hosts ---- */

Test(lint, hosts_that_no_platform_reaches)
{
    static const char *const not_public[] = {
        "127.0.0.1",
        "127.255.0.1",
        "10.0.0.1",
        "172.16.0.1",
        "172.31.9.9",
        "192.168.0.1",
        "100.64.0.1",
        "169.254.1.1",
        "0.0.0.0",
        "224.0.0.1",
        "255.255.255.255",
        "192.0.2.7",
        "198.18.0.1",
        "198.19.255.255",
        "localhost",
        "LOCALHOST",
        "x.localhost",
        "app",
        "app.local",
        "app.lan",
        "app.test",
        "app.example",
        "app.internal",
        "printer.home.arpa",
        "[::1]",
        "[fe80::1]",
        "[fc00::1]",
        "[fd12::1]",
        "[::]",
        "[ff02::1]",
        "[::ffff:10.0.0.1]",
    };
    static const char *const may_be[] = {
        "app.contoso.com", "8.8.8.8",
        "172.15.0.1",      "172.32.0.1",
        "100.63.0.1",      "100.128.0.1",
        "11.0.0.1",        "192.169.0.1",
        "198.20.0.1",      "223.255.0.1",
        "local.com",       "mylocalhost.com",
        "latest.de",       "[2001:4860:4860::8888]",
    };
    char text[128];
    struct hv_url url;

    for (size_t i = 0; i < HV_LEN(not_public); i++) {
        snprintf(text, sizeof(text), "https://%s/x", not_public[i]);
        cr_assert_eq(hv_url_parse(text, &url, NULL), HV_OK, "%s", text);
        cr_expect_not_null(hv_url_why_not_public(&url), "%s", text);
    }
    for (size_t i = 0; i < HV_LEN(may_be); i++) {
        snprintf(text, sizeof(text), "https://%s/x", may_be[i]);
        cr_assert_eq(hv_url_parse(text, &url, NULL), HV_OK, "%s", text);
        cr_expect_null(hv_url_why_not_public(&url), "%s", text);
    }
}

/* `explain ID` and JSON know a rule by its id alone. */
Test(lint, ids_are_plain_and_unique_over_all_tables)
{
    const struct hv_lint *const tables[] = { hv_profile_lints(), hv_sub_lints(),
                                             hv_shell_lints() };

    for (size_t t = 0; t < HV_LEN(tables); t++) {
        for (const struct hv_lint *lint = tables[t]; lint->id; lint++) {
            cr_expect_eq(strspn(lint->id, "abcdefghijklmnopqrstuvwxyz-8"),
                         strlen(lint->id), "%s", lint->id);
            cr_expect(lint->meaning && lint->meaning[0], "%s", lint->id);
            cr_expect(lint->advice && lint->advice[0], "%s", lint->id);
            cr_expect_eq(hv_lint_find(tables[t], lint->id), lint, "%s",
                         lint->id);
            for (size_t o = 0; o < t; o++)
                cr_expect_null(hv_lint_find(tables[o], lint->id), "%s",
                               lint->id);
        }
    }
}
