/*
 * test_form.c - URLs as people wrote them, put back into the form: what is
 * left out and said, where a parameter's place is, and the page's own id.
 */
#include "hvconsole/shell.h"

#include <criterion/criterion.h>
#include <string.h>

#define APP "3f2b7c1e-5a46-4d0e-9b58-0c6a1d2e7f10"
#define REC "c05a7e34-1f2d-4b86-9c3e-d8417a6b5f02"
#define PPE "https://account.healthvault-ppe.com/"
#define URL PPE "redirect.aspx?"
#define PID "appid%3D" APP

static struct hv_profile
profile(void)
{
    struct hv_profile out = { .name = "p", .env = HV_ENV_PPE };

    hv_copy(out.shell, sizeof(out.shell), PPE);
    cr_assert_eq(hv_guid_parse(APP, &out.app_id), HV_OK);
    return out;
}

static bool
take(const char *text, struct hv_shell_form *form, struct hv_buf *left)
{
    struct hv_profile own = profile();
    struct hv_shell_url url = { 0 };
    bool is_taken;

    cr_assert_eq(hv_shell_decode(hv_bytes_str(text), NULL, &url, NULL), HV_OK);
    is_taken = hv_shell_form_take(form, &url, &own, left);
    hv_shell_url_release(&url);
    return is_taken;
}

Test(shell_form, what_cannot_be_put_back_is_said)
{
    static const struct {
        const char *url, *said, *name, *value;
    } rows[] = {
        { "hello", "no URL to the Shell", NULL, NULL },
        { "https://app.example/a?target=AppAuthSuccess&instanceid=1",
          "comes from the Shell", NULL, NULL },
        { URL "target=APPSIGNOUT&targetqs=" PID "%26credtoken%3Dsecret",
          "user token", "credtoken", NULL },
        { URL "target=AUTH&targetqs=" PID "%26ismra%3Dtrue%26ismra%3Dfalse",
          "twice, and the last", "ismra", "false" },
        { URL "target=AUTH&targetqs=" PID "%26ismra", "no value", "ismra",
          NULL },
        { URL "target=AUTH&targetqs=" PID "%26actionqs%3D%25ff", "no text",
          "actionqs", NULL },
        { URL "target=AUTH&targetqs=" PID "%26a%253Db%3Dc", "no text", "a=b",
          NULL },
        { URL "target=AUTH&targetqs=" PID "&target=HELP", "the first counts",
          "target", NULL },
        { URL "target=AUTH&targetqs=appid=" APP "&ismra=true",
          "it is inside now", "ismra", "true" },
        { URL "target=AUTH&targetqs=appid%253D" APP, "exact rule", "appid",
          APP },
        { URL "target=AUTH&targetqs=" PID "#top", "followed '#'", "appid",
          APP },
        { PPE "?target=PICKUP&targetqs=packageid%3DABCD", "redirect.aspx now",
          "packageid", "ABCD" },
        { "redirect.aspx?target=AUTH&targetqs=" PID, "no address", "appid",
          APP },
        { URL "target=AUTH&targetqs=" PID "&trm=post&mobile=true", NULL, "trm",
          "post" },
        { URL "target=AUTH&targetqs=" PID "%26frob%3D1", NULL, "frob", "1" },
    };

    for (size_t i = 0; i < HV_LEN(rows); i++) {
        struct hv_shell_form form = { 0 };
        struct hv_buf left = { 0 };
        bool is_taken = take(rows[i].url, &form, &left);
        const char *value;

        cr_expect_eq(is_taken, rows[i].name != NULL, "%s", rows[i].url);
        cr_expect(rows[i].said ? strstr(hv_buf_str(&left), rows[i].said) != NULL
                               : left.len == 0,
                  "%s: %s", rows[i].url, hv_buf_str(&left));
        value =
            rows[i].name ? hv_shell_pairs_get(&form.pairs, rows[i].name) : NULL;
        cr_expect(rows[i].value ? value && !strcmp(value, rows[i].value)
                                : !value,
                  "%s: %s", rows[i].url, value ? value : "(none)");
        cr_expect_null(form.base, "%s is the profile's", rows[i].url);
        hv_shell_form_release(&form);
        hv_buf_release(&left);
    }
}

Test(shell_form, another_shell_stays_another)
{
    struct hv_shell_form form = { 0 };
    struct hv_buf left = { 0 }, out = { 0 };
    struct hv_profile own = profile();
    const char *text = "https://s.example:8443/a/redirect.aspx?target=HELP&"
                       "targetqs=topicid%3Dx&trm=post";

    cr_assert(take(text, &form, &left));
    cr_expect_str_eq(form.base, "https://s.example:8443/a");
    cr_expect_eq(hv_shell_form_compose(&form, &own, &out, NULL), HV_OK);
    cr_expect_str_eq(hv_buf_str(&out), text);
    cr_expect(form.pairs.items[1].is_outside);
    hv_shell_form_release(&form);
    hv_buf_release(&left);
    hv_buf_release(&out);
}

Test(shell_form, a_new_value_gets_the_place_of_the_tables)
{
    static const char *const order[] = {
        "appid",    "onopt1",      "onopt2", "offopt1",
        "actionqs", "extrecordid", "trm",    "frob",
    };
    static const int put[] = { 7, 6, 4, 2, 1, 3, 0, 5 };
    struct hv_shell_form form = { 0 };

    hv_shell_form_target(&form, "appauth", NULL);
    cr_expect_str_eq(form.target, "APPAUTH");
    for (size_t i = 0; i < HV_LEN(put); i++)
        hv_shell_form_set(&form, order[put[i]], "x", false);
    cr_assert_eq(form.pairs.len, HV_LEN(order));
    for (size_t i = 0; i < HV_LEN(order); i++)
        cr_expect_str_eq(form.pairs.items[i].name, order[i]);
    hv_shell_form_set(&form, "ACTIONQS", "y", false);
    cr_expect_str_eq(hv_shell_pairs_get(&form.pairs, "actionqs"), "y");
    hv_shell_form_set(&form, "onopt1", "", false);
    cr_expect_null(hv_shell_pairs_get(&form.pairs, "onopt1"));
    cr_expect_eq(form.pairs.len, HV_LEN(order) - 1);
    hv_shell_form_release(&form);
}

Test(shell_form, the_own_id_comes_and_goes_with_the_page)
{
    struct hv_profile own = profile();
    struct hv_shell_form form = { 0 };

    hv_shell_form_target(&form, "AUTH", &own);
    cr_expect_str_eq(hv_shell_pairs_get(&form.pairs, "appid"), APP);
    hv_shell_form_target(&form, "HELP", &own);
    cr_expect_null(hv_shell_pairs_get(&form.pairs, "appid"));
    hv_shell_form_target(&form, "APPREDIRECT", &own);
    cr_expect_null(hv_shell_pairs_get(&form.pairs, "appid"),
                   "there it is the other application");
    hv_shell_form_set(&form, "appid", REC, false);
    hv_shell_form_target(&form, "HELP", &own);
    cr_expect_str_eq(hv_shell_pairs_get(&form.pairs, "appid"), REC,
                     "what a person wrote stays");
    hv_shell_form_release(&form);
}

Test(shell_form, refuses)
{
    struct hv_profile own = profile();
    struct hv_shell_form form = { 0 };
    struct hv_buf out = { 0 };
    struct hv_error err = { 0 };

    cr_expect_eq(hv_shell_form_compose(&form, NULL, &out, &err),
                 HV_ERR_NOT_FOUND, "nobody's Shell");
    cr_expect_eq(hv_shell_form_compose(&form, &own, &out, &err),
                 HV_ERR_NOT_FOUND, "no page");
    hv_shell_form_target(&form, "AUTH", &own);
    own.env = HV_ENV_PROD;
    err = (struct hv_error){ 0 };
    hv_shell_form_set(&form, "redirect", "https://a.b/", false);
    cr_expect_eq(hv_shell_form_compose(&form, &own, &out, &err), HV_ERR_RULE);
    cr_expect(strstr(err.why, "phishing"), "%s", err.why);
    cr_expect_eq(out.len, 0);
    hv_shell_form_set(&form, "redirect", "", false);
    hv_shell_form_set(&form, "target", "x", true);
    cr_expect_eq(hv_shell_form_compose(&form, &own, &out, &err), HV_ERR_RULE);
    hv_shell_form_release(&form);
    hv_buf_release(&out);
}
