/*
 * test_decode.c - what real applications write, taken apart, with the findings
 * it must get.
 */
#include "hvconsole/shell.h"

#include <criterion/criterion.h>
#include <string.h>

#define APP "3f2b7c1e-5a46-4d0e-9b58-0c6a1d2e7f10"
#define REC "c05a7e34-1f2d-4b86-9c3e-d8417a6b5f02"
#define PPE "https://account.healthvault-ppe.com/redirect.aspx?"
#define PRO "https://account.healthvault.com/redirect.aspx?"
#define PID "appid%3D" APP

struct row {
    const char *url;
    const char *finding; /* must be among them; NULL = no error, no warning */
    const char *name, *value; /* must be among the pairs; NULL = none */
};

static const struct row rows[] = {
    /* not a URL at all */
    { "", "not-a-shell-url", NULL, NULL },
    { "hello", "not-a-shell-url", NULL, NULL },
    { "https://example.org/?a=b", "not-a-shell-url", NULL, NULL },
    { "%", "not-a-shell-url", NULL, NULL },
    /* the address */
    { "http://account.healthvault-ppe.com/redirect.aspx?target=HELP",
      "not-https", NULL, NULL },
    { "account.healthvault-ppe.com/redirect.aspx?target=HELP", "not-https",
      NULL, NULL },
    { "https://a@account.healthvault-ppe.com/redirect.aspx?target=HELP",
      "user-info", NULL, NULL },
    { "https://platform.healthvault.com/redirect.aspx?target=HELP",
      "platform-host", NULL, NULL },
    { "https://shell.example.org/redirect.aspx?target=HELP", "unknown-host",
      NULL, NULL },
    { "https://account.healthvault.com/?target=PICKUP&targetqs="
      "packageid%3DABCD-EFGH-JKLM-NPQR-STUV",
      "no-redirect-page", "packageid", "ABCD-EFGH-JKLM-NPQR-STUV" },
    { PPE "target=HELP#top", "fragment", NULL, NULL },
    { PPE "target=HE LP", "bad-character", NULL, NULL },
    /* the target */
    { PPE "targetqs=" PID, "no-target", "appid", APP },
    { PPE "target=&targetqs=" PID, "no-target", "appid", APP },
    { PPE "target=LOGIN&targetqs=" PID, "unknown-target", "appid", APP },
    { PPE "target=VERIFYLIVEID&targetqs=" PID, "retired-target", "appid", APP },
    { PPE "target=EDITRECORD&targetqs=" PID "%26extrecordid%3D" REC,
      "later-target", "extrecordid", REC },
    /* encodings */
    { PPE "target=AUTH&targetqs=appid%253D" APP "%2526ismra%253Dtrue",
      "double-encoding", "ismra", "true" },
    { PPE "target=AUTH&targetqs=" PID "%26redirect%3Dhttps%25253A%25252F%25252F"
          "a.example%25252F",
      "double-encoding", "redirect", "https%3A%2F%2Fa.example%2F" },
    { "https%3A%2F%2Faccount.healthvault-ppe.com%2Fredirect.aspx%3Ftarget%3D"
      "AUTH%26targetqs%3Dappid%253D" APP,
      "double-encoding", "appid", APP },
    { PPE "target=AUTH&targetqs=appid=" APP, "missing-encoding", "appid", APP },
    { PPE "target=AUTH&targetqs=appid=" APP "&ismra=true", "outside-targetqs",
      "ismra", "true" },
    { PPE "target=AUTH&targetqs=" PID "%26actionqs%3D/patients/17",
      "missing-encoding", "actionqs", "/patients/17" },
    { PPE "target=AUTH&targetqs=" PID "%26actionqs%3Da%2Bb", "plus-for-space",
      "actionqs", "a b" },
    { PPE "target=AUTH&targetqs=appid%3d" APP "%26ismra%3dtrue",
      "lower-case-escape", "ismra", "true" },
    { PPE "target=AUTH&targetqs=%3Fappid%3D" APP, "leading-question-mark",
      "appid", APP },
    { PPE "target=AUTH&targetqs=?appid%3D" APP, "leading-question-mark",
      "appid", APP },
    { PPE "target=AUTH&targetqs=" PID "%26actionqs%3D%zz", "bad-escape",
      "actionqs", "%zz" },
    { PPE "target=AUTH&targetqs=" PID "%26actionqs%3Da%2500b", "bad-escape",
      "actionqs", "a%00b" },
    { PPE "target=AUTH&targetqs=" PID "%26actionqs%3D%25ff", "bad-utf8",
      "actionqs", "\xff" },
    { PPE "target=AUTH&targetqs=" PID "%26ismra%3Dtruenull", "trailing-junk",
      "ismra", "truenull" },
    { PPE "target=AUTH&targetqs=" PID "%26%26ismra%3Dtrue", "empty-parameter",
      "ismra", "true" },
    { PPE "target=AUTH&targetqs=" PID "%26ismra", "no-value", "ismra", "" },
    /* parameters */
    { PPE "target=AUTH", "missing-parameter", NULL, NULL },
    { PPE "target=RECONCILE&targetqs=" PID "%26thingid%3D" REC,
      "missing-extrecordid", "thingid", REC },
    { PPE "target=SHAREDAPPDETAILS&targetqs=sappid%3D" APP,
      "misspelt-parameter", "sappid", APP },
    { PPE "target=APPSIGNOUT&targetqs=" PID "%26cred_token%3Dx",
      "misspelt-parameter", "cred_token", "x" },
    { PPE "target=AUTH&targetqs=" PID "%26frob%3D1", "unknown-parameter",
      "frob", "1" },
    { PPE "target=AUTH&targetqs=" PID "%26forceappauth%3Dtrue",
      "unknown-parameter", "forceappauth", "true" },
    { PPE "target=AUTH&targetqs=" PID "&trm=post", "outside-targetqs", "trm",
      "post" },
    { PPE "target=AUTH&targetqs=" PID "%26trm%3Dput", "bad-value", "trm",
      "put" },
    { PPE "target=AUTH&targetqs=appid%3Dxyz", "bad-value", "appid", "xyz" },
    { PPE "target=AUTH&targetqs=" PID "%252C" APP, "many-applications", "appid",
      APP "," APP },
    { PPE "target=AUTH&targetqs=" PID "%26" PID, "duplicate-parameter", "appid",
      APP },
    { PPE "target=APPAUTH&targetqs=" PID "%26onopt1%3Da%26onopt3%3Db",
      "rule-gap", "onopt3", "b" },
    { PPE "target=HELP&targetqs=trm%3Dpost", "method-ignored", "trm", "post" },
    { PPE "target=AUTH&targetqs=" PID "%26lcid%3D1033%26culture%3Den-GB",
      "two-languages", "lcid", "1033" },
    { PPE "target=AUTH&targetqs=" PID "%26extrecordid%3D"
          "c05a7e34-1f2d-4b86-9c3e-d8417a6b5f0w",
      "bad-value", "extrecordid", "c05a7e34-1f2d-4b86-9c3e-d8417a6b5f0w" },
    { PPE "target=AUTH&targetqs=" PID "%26actionqs%3Dhttps%253A%252F%252Fevil."
          "example",
      "actionqs-elsewhere", "actionqs", "https://evil.example" },
    { PPE "target=AUTH&targetqs=" PID "%26actionqs%3D%252F%252Fevil.example",
      "actionqs-elsewhere", "actionqs", "//evil.example" },
    /* production */
    { PRO "target=AUTH&targetqs=" PID "%26redirect%3Dhttps%253A%252F%252Fa.b%25"
          "2F",
      "redirect-in-production", "redirect", "https://a.b/" },
    { PPE "target=AUTH&targetqs=" PID "%26redirect%3Dhttp%253A%252F%252Fa.b%25"
          "2F",
      "redirect-not-https", "redirect", "http://a.b/" },
    /* coming back */
    { "https://app.example.org/a?target=AppAuthSuccess&instanceid=1",
      "missing-token", "instanceid", "1" },
    { "https://app.example.org/a?target=AppAuthSuccess&wctoken=x",
      "missing-instance", "wctoken", "x" },
    { "https://app.example.org/a?target=Whatever&wctoken=x", "unknown-return",
      "wctoken", "x" },
    { "https://app.example.org/a?target=AppAuthSuccess&WCToken=x&instanceID=1",
      "token-in-url", "WCToken", "x" },
    /* nothing to say */
    { PPE "target=AUTH&targetqs=" PID, NULL, "appid", APP },
    { PPE "target=auth&targetqs=" PID "&mobile=true", NULL, "appid", APP },
    { PPE "TARGET=AUTH&TargetQS=AppId%3D" APP, NULL, "AppId", APP },
    { PPE "target=APPAUTH&targetqs=" PID "%252C" APP, NULL, "appid",
      APP "," APP },
    { "  " PPE "target=HELP\r\n", NULL, NULL, NULL },
    { "https://app.example.org/a?target=Home", NULL, NULL, NULL },
};

Test(shell_decode, quirks)
{
    for (size_t i = 0; i < HV_LEN(rows); i++) {
        const struct row *row = &rows[i];
        struct hv_shell_url url;
        struct hv_error err = { 0 };
        const char *value;

        cr_assert_eq(hv_shell_decode(hv_bytes_str(row->url), NULL, &url, &err),
                     HV_OK);
        if (row->finding)
            cr_expect(hv_findings_has(&url.findings, row->finding),
                      "%s: wanted %s", row->url, row->finding);
        for (size_t f = 0; f < url.findings.len && !row->finding; f++)
            cr_expect_eq(url.findings.items[f].lint->severity, HV_INFO,
                         "%s: %s", row->url, url.findings.items[f].message);
        value = row->name ? hv_shell_pairs_get(&url.pairs, row->name) : NULL;
        if (row->name)
            cr_expect(value && !strcmp(value, row->value), "%s: %s=%s",
                      row->url, row->name, value ? value : "(none)");
        for (size_t f = 0; f < url.findings.len; f++) {
            const struct hv_finding *finding = &url.findings.items[f];

            cr_expect(finding->at + finding->len <= strlen(row->url), "%s: %s",
                      row->url, finding->lint->id);
        }
        hv_shell_url_release(&url);
    }
}

/* A place in a finding is a place in the URL as it was given. */
Test(shell_decode, places)
{
    const char *text = PPE "target=AUTH&targetqs=" PID "%26frob%3D1";
    struct hv_shell_url url;
    struct hv_error err = { 0 };

    cr_assert_eq(hv_shell_decode(hv_bytes_str(text), NULL, &url, &err), HV_OK);
    cr_assert_eq(url.findings.len, 1);
    cr_expect_eq(url.findings.items[0].at,
                 (size_t)(strstr(text, "frob") - text));
    cr_expect_eq(url.findings.items[0].len, strlen("frob%3D1"));
    hv_shell_url_release(&url);
}

Test(shell_decode, home)
{
    const char *text = PPE "target=HELP&targetqs=redirect%3Dhttps%253A%252F%252"
                           "Fa.b";
    struct hv_profile profile = { .name = "p",
                                  .shell = "https://shell.example:99/",
                                  .env = HV_ENV_PROD };
    struct hv_shell_home home = { .profile = &profile, .is_production = true };
    struct hv_shell_url url;
    struct hv_error err = { 0 };

    cr_assert_eq(hv_shell_decode(hv_bytes_str(text), &home, &url, &err), HV_OK);
    cr_expect(hv_findings_has(&url.findings, "wrong-host"));
    cr_expect(hv_findings_has(&url.findings, "redirect-in-production"));
    hv_shell_url_release(&url);
}

Test(shell_decode, ceilings)
{
    static char text[70000];
    struct hv_shell_url url;
    struct hv_error err = { 0 };

    memset(text, '&', sizeof(text));
    cr_expect_eq(
        hv_shell_decode((struct hv_bytes){ (uint8_t *)text, sizeof(text) },
                        NULL, &url, &err),
        HV_ERR_LIMIT);
    memcpy(text,
           PPE "target=HELP&targetqs=", strlen(PPE "target=HELP&targetqs="));
    for (size_t i = strlen(PPE "target=HELP&targetqs="); i < 60000; i++)
        text[i] = "a%3Db%26"[i % 8];
    err = (struct hv_error){ 0 };
    cr_assert_eq(hv_shell_decode((struct hv_bytes){ (uint8_t *)text, 60000 },
                                 NULL, &url, &err),
                 HV_OK);
    cr_expect(hv_findings_has(&url.findings, "too-many"));
    cr_expect_eq(url.pairs.len, 256);
    hv_shell_url_release(&url);
}
