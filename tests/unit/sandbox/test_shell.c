/*
 * test_shell.c - AUTH, APPAUTH and signing out, page by page: what is refused,
 * what is granted, and the query that comes back to the application.
 */
#include "shell_walk.h"

#include "hvconsole/names.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

static struct walk w;

static void
start(void)
{
    w_start(&w);
}

static void
stop(void)
{
    w_stop(&w);
}

/* ------------------------------------------------------------- refusals -- */

Test(shell, refuses_with_a_page, .init = start, .fini = stop)
{
    static const struct {
        const char *target;
        int status;
        const char *says;
    } rows[] = {
        { "/redirect.aspx", 400, "names no target" },
        { "/redirect.aspx?target=NOWHERE", 400, "no target NOWHERE" },
        { "/redirect.aspx?target=AUTH", 400, "needs an appid" },
        { "/redirect.aspx?target=AUTH&targetqs=appid%3Dnot-a-guid", 404,
          "sandbox app add" },
        { "/redirect.aspx?target=AUTH&targetqs=appid%3D"
          "00000000-aaaa-4bbb-8ccc-dddddddddddd",
          404, "is registered" },
        { "/redirect.aspx?target=AUTH&targetqs=%25zz", 400, "escape" },
        { "/redirect.aspx?target=VERIFYLIVEID", 501, "VERIFYLIVEID" },
        { "/shell", 400, "forms" },
    };

    for (size_t i = 0; i < HV_LEN(rows); i++) {
        cr_expect_eq(w_get(&w, "%s", rows[i].target), rows[i].status,
                     "row %zu: %d", i, w.reply.status);
        cr_expect(w_says(&w, rows[i].says), "row %zu: %s", i, w_page(&w));
        cr_expect_eq(w_location(&w)[0], '\0', "row %zu", i);
        cr_expect_str_eq(w.reply.result, "refused");
    }
    cr_expect(!sb_shell_serves("/other") && !sb_shell_serves("/shellx"));
    cr_expect(sb_shell_serves("/Redirect.ASPX?target=HELP") &&
              sb_shell_serves("//redirect.aspx"));
}

Test(shell, refuses_forms_that_are_not_its_own, .init = start, .fini = stop)
{
    char body[256];

    cr_expect_eq(w_post(&w, "/shell", ""), 403);
    cr_expect_eq(w_post(&w, "/shell", "flow=&person=Ada+Quill"), 403);
    cr_expect_eq(
        w_post(&w, "/shell", "flow=0123456789abcdef0123456789abcdef&do=go"),
        403);
    cr_expect_eq(w_post(&w, "/shell", "flow=%zz"), 400);
    cr_expect_eq(w_begin(&w, "AUTH", ""), 200);
    cr_expect_eq(w_step(&w, "do=cancel"), 302);
    snprintf(body, sizeof(body), "flow=%s&do=cancel", w.nonce);
    cr_expect_eq(w_post(&w, "/shell", body), 403, "a form counts once");
    cr_expect_eq(w_begin(&w, "AUTH", ""), 200);
    w.now.real_ms += 2 * 3600 * 1000;
    cr_expect_eq(w_step(&w, "do=cancel"), 403, "too old");
    cr_expect_eq(w_begin(&w, "AUTH", ""), 200);
    cr_expect_eq(w_step(&w, "person=Nobody"), 400);
    cr_expect_eq(w_begin(&w, "AUTH", ""), 200);
    cr_expect_eq(w_step(&w, "do=go&record=x"), 200);
    cr_expect(w_says(&w, "Sign in"), "nobody is skipped past the sign-in");
}

Test(shell, keeps_foreign_text_out_of_the_markup, .init = start, .fini = stop)
{
    static const char evil[] = "<script>alert(1)</script>";

    sb_app_set_name(&w.p, w.app, evil);
    sb_record_rename(&w.p, 0, "\"><img src=x>", w.now.now_ms);
    cr_expect_eq(w_begin(&w, "AUTH", "&actionqs=<b>"), 200);
    cr_expect(!w_says(&w, "<script>") && !w_says(&w, "<img"));
    cr_expect_eq(w_step(&w, "person=Ada+Quill"), 200);
    cr_expect(!w_says(&w, "<script>") && !w_says(&w, "<img"));
    cr_expect(w_says(&w, "&lt;script&gt;alert(1)"));
    cr_expect_eq(w_get(&w, "/redirect.aspx?target=%%3Cscript%%3E"), 400);
    cr_expect(!w_says(&w, "<SCRIPT>"));
    cr_expect_eq(w_get(&w, "/application/complete?target=%%3Cscript%%3E"), 200);
    cr_expect(!w_says(&w, "<script>"));
}

/* ----------------------------------------------------------------- AUTH -- */

Test(shell, auth_returns_with_a_token, .init = start, .fini = stop)
{
    char token[SB_MAX_TOKEN];
    char fields[128];
    const struct sb_user_token *found = NULL;

    cr_expect_eq(w_begin(&w, "AUTH", "&actionqs=%2Fpatients%3Fa%3D1%26b%3D2"),
                 200);
    cr_expect(w_says(&w, "Sign in") && w_says(&w, "Ada Quill") &&
              w_says(&w, "Ines Okafor"));
    snprintf(fields, sizeof(fields), "person=%s", w_person(&w, 0));
    cr_expect_eq(w_step(&w, fields), 200);
    cr_expect(w_says(&w, "Share with") && w_says(&w, "Theo Quill") &&
              !w_says(&w, "Okafor"));
    snprintf(fields, sizeof(fields), "do=go&record=%s", w_record(&w, 0));
    cr_expect_eq(w_step(&w, fields), 302);
    cr_expect(w_came_back(&w, "AppAuthSuccess"), "%s", w_location(&w));
    cr_expect(strstr(w_location(&w),
                     "&actionqs=%2Fpatients%3Fa%3D1%26b%3D2&wctoken="),
              "%s", w_location(&w));
    cr_expect(strstr(w_location(&w), "&instanceid=1"));
    cr_expect_null(strstr(w_location(&w), "suggestedtokenttl"));
    w_token(&w, token, sizeof(token));
    cr_expect_eq(
        sb_user_token_check(&w.p, token, &w.app->id, w.now.now_ms, &found),
        HV_CODE_OK);
    cr_expect(found && found->person == 0 && found->record == 0 &&
              !found->is_persistent);
    cr_expect_str_eq(w.reply.result, "AppAuthSuccess");
    cr_expect_null(strstr(w.reply.detail, token));
}

Test(shell, auth_can_be_refused, .init = start, .fini = stop)
{
    static const char *const steps[] = { "person=Ada+Quill", NULL };

    for (size_t i = 0; i < HV_LEN(steps); i++) {
        cr_expect_eq(w_begin(&w, "AUTH", "&actionqs=x"), 200);
        if (steps[i])
            cr_expect_eq(w_step(&w, steps[i]), 200);
        cr_expect_eq(w_step(&w, "do=cancel"), 302);
        cr_expect_str_eq(w_location(&w), W_ACTION
                         "?target=AppAuthReject&actionqs=x&instanceid=1");
    }
    cr_expect_eq(w.p.user_count, 0);
}

Test(shell, another_record_is_told, .init = start, .fini = stop)
{
    char fields[128];

    cr_expect_eq(w_begin(&w, "AUTH", ""), 200);
    cr_expect_eq(w_step(&w, "person=Ada+Quill"), 200);
    cr_expect_eq(w_step(&w, "do=go"), 200, "no record was chosen");
    cr_expect(w_says(&w, "Choose a record"));
    snprintf(fields, sizeof(fields), "do=go&record=%s", w_record(&w, 3));
    cr_expect_eq(w_step(&w, fields), 200, "another person's record");
    snprintf(fields, sizeof(fields), "do=go&record=%s", w_record(&w, 1));
    cr_expect_eq(w_step(&w, fields), 302);
    cr_expect(w_came_back(&w, "SelectedRecordChanged"), "%s", w_location(&w));
    cr_expect(sb_auth_find(&w.p, 0, 0, 1)->is_selected);
    cr_expect(!sb_auth_find(&w.p, 0, 0, 0)->is_selected);
}

Test(shell, switching_the_person_starts_over, .init = start, .fini = stop)
{
    cr_expect_eq(w_begin(&w, "AUTH", ""), 200);
    cr_expect_eq(w_step(&w, "person=Ada+Quill"), 200);
    cr_expect_eq(w_step(&w, "do=switch"), 200);
    cr_expect(w_says(&w, "Sign in"));
    cr_expect_eq(w_step(&w, "person=Ines+Okafor"), 200);
    cr_expect(w_says(&w, "Beatriz Okafor") && !w_says(&w, "Theo Quill"));
}

Test(shell, token_by_post, .init = start, .fini = stop)
{
    static const char *const ways[] = { "&trm=post", "&trm=POST" };
    char fields[128];

    for (size_t i = 0; i < HV_LEN(ways); i++) {
        struct hv_secret whole = { 0 };

        cr_expect_eq(w_begin(&w, "AUTH", ways[i]), 200);
        cr_expect_eq(w_step(&w, "person=Ada+Quill"), 200);
        snprintf(fields, sizeof(fields), "do=go&record=%s", w_record(&w, 0));
        cr_expect_eq(w_step(&w, fields), 200);
        cr_expect(w_says(&w, "method=\"post\" action=\"" W_ACTION
                             "?target=AppAuthSuccess&amp;instanceid=1\""),
                  "%s", w_page(&w));
        cr_assert_eq(sb_page_join(&w.reply.page, &whole, NULL), HV_OK);
        cr_expect(memmem(whole.data, whole.len, "name=\"wctoken\" value=\"A",
                         strlen("name=\"wctoken\" value=\"A")));
        cr_expect(w.reply.page.has_script);
        hv_secret_release(&whole);
    }
    cr_expect_eq(w_get(&w,
                       "/redirect.aspx?target=APPAUTH&targetqs=appid%%3D%s"
                       "&trm=post",
                       w.app_id),
                 200);
    cr_expect_eq(w_step(&w, "do=cancel"), 302, "no token, no form");
}

Test(shell, keep_me_signed_in, .init = start, .fini = stop)
{
    char token[SB_MAX_TOKEN];
    char fields[128];
    const struct sb_user_token *found = NULL;
    int64_t later = w.now.now_ms + 86400000LL - 1;

    sb_app_set_persistent(&w.p, w.app, 0);
    cr_expect_eq(w_begin(&w, "AUTH", ""), 200);
    cr_expect(!w_says(&w, "Keep me signed in"));
    sb_app_set_persistent(&w.p, w.app, 86400);
    cr_expect_eq(w_begin(&w, "AUTH", ""), 200);
    cr_expect(w_says(&w, "Keep me signed in"));
    cr_expect_eq(w_step(&w, "person=Ada+Quill&keep=1"), 200);
    snprintf(fields, sizeof(fields), "do=go&record=%s", w_record(&w, 0));
    cr_expect_eq(w_step(&w, fields), 302);
    cr_expect(strstr(w_location(&w), "&suggestedtokenttl=86400&instanceid=1"),
              "%s", w_location(&w));
    w_token(&w, token, sizeof(token));
    cr_expect_eq(sb_user_token_check(&w.p, token, &w.app->id, later, &found),
                 HV_CODE_OK);
    cr_expect(found && found->is_persistent);
    cr_expect_eq(
        sb_user_token_check(&w.p, token, &w.app->id, later + 1, &found),
        HV_CODE_CREDENTIAL_EXPIRED);
}

/* Signing in again after the token keys changed gives a token that is good,
 * and the earlier one stays bad. */
Test(shell, new_token_keys, .init = start, .fini = stop)
{
    char token[2][SB_MAX_TOKEN];
    char fields[128];
    const struct sb_user_token *found = NULL;

    snprintf(fields, sizeof(fields), "do=go&record=%s", w_record(&w, 0));
    for (int i = 0; i < 2; i++) {
        cr_expect_eq(w_begin(&w, "AUTH", ""), 200);
        cr_expect_eq(w_step(&w, "person=Ada+Quill"), 200);
        cr_expect_eq(w_step(&w, fields), 302);
        w_token(&w, token[i], sizeof(token[i]));
        cr_expect_eq(sb_user_token_check(&w.p, token[i], &w.app->id,
                                         w.now.now_ms, &found),
                     HV_CODE_OK);
        if (i == 0)
            cr_expect_eq(sb_token_keys_rotate(&w.p, w.now.now_ms), 1);
        cr_expect_eq(sb_user_token_check(&w.p, token[0], &w.app->id,
                                         w.now.now_ms, &found),
                     HV_CODE_CREDENTIAL_EXPIRED);
    }
}

/* -------------------------------------------------------------- APPAUTH -- */

Test(shell, appauth_of_one_record, .init = start, .fini = stop)
{
    char inner[128];
    char fields[128];

    snprintf(inner, sizeof(inner), "&extrecordid=%s", w_record(&w, 1));
    sb_auth_revoke(&w.p, sb_auth_find(&w.p, 0, 0, 1), w.now.now_ms);
    cr_expect_eq(w_begin(&w, "APPAUTH", inner), 200);
    cr_expect_eq(w_step(&w, "person=Ada+Quill"), 200);
    cr_expect(w_says(&w, "<b>Theo Quill</b>") &&
              !w_says(&w, "<span><b>Ada Quill</b>"));
    snprintf(fields, sizeof(fields), "do=go&record=%s", w_record(&w, 0));
    cr_expect_eq(w_step(&w, fields), 200, "not the one that was asked for");
    snprintf(fields, sizeof(fields), "do=go&record=%s", w_record(&w, 1));
    cr_expect_eq(w_step(&w, fields), 302);
    cr_expect(sb_auth_is_open(sb_auth_find(&w.p, 0, 0, 1), w.now.now_ms));
}

Test(shell, appauth_of_a_record_that_is_none, .init = start, .fini = stop)
{
    static const char *const bad[] = {
        "&extrecordid=12854139-f27b-4ab4-ab68-c1757b9fad0w",
        "&extrecordid=00000000-aaaa-4bbb-8ccc-dddddddddddd",
    };
    char inner[128];

    for (size_t i = 0; i < HV_LEN(bad); i++) {
        cr_expect_eq(w_begin(&w, "APPAUTH", bad[i]), 302);
        cr_expect(w_came_back(&w, "AppAuthInvalidRecord"), "%s",
                  w_location(&w));
    }
    snprintf(inner, sizeof(inner), "&extrecordid=%s", w_record(&w, 3));
    cr_expect_eq(w_begin(&w, "APPAUTH", inner), 200);
    cr_expect_eq(w_step(&w, "person=Ada+Quill"), 302);
    cr_expect(w_came_back(&w, "AppAuthInvalidRecord"), "not Ada's");
}

Test(shell, appauth_of_several_records, .init = start, .fini = stop)
{
    char fields[256];
    size_t len;

    for (size_t i = 0; i < 2; i++)
        sb_auth_revoke(&w.p, sb_auth_find(&w.p, 0, 0, i), w.now.now_ms);
    cr_expect_eq(w_begin(&w, "APPAUTH", "&ismra=True"), 200);
    cr_expect_eq(w_step(&w, "person=Ada+Quill"), 200);
    cr_expect(w_says(&w, "type=\"checkbox\""));
    len = (size_t)snprintf(fields, sizeof(fields), "do=go&record=%s",
                           w_record(&w, 1));
    snprintf(fields + len, sizeof(fields) - len, "&record=%s", w_record(&w, 0));
    cr_expect_eq(w_step(&w, fields), 302);
    cr_expect(w_came_back(&w, "AppAuthSuccess"), "%s", w_location(&w));
    for (size_t i = 0; i < 2; i++)
        cr_expect(sb_auth_is_open(sb_auth_find(&w.p, 0, 0, i), w.now.now_ms));
    cr_expect(sb_auth_find(&w.p, 0, 0, 1)->is_selected, "the first ticked");
}

static const char rules[] =
    "<auth><rules>"
    "<rule name=\"must\"><reason xml:lang=\"en\">To draw your "
    "curve</reason><permission>Read</permission><target-set><type-id>" T_BP
    "</type-id></target-set></rule>"
    "<rule name=\"weight\" is-optional=\"true\"><permission>Read</permission>"
    "<permission>Create</permission><target-set><type-id>" T_WEIGHT
    "</type-id></target-set></rule>"
    "<rule name=\"sugar\" is-optional=\"true\"><display-flags>0"
    "</display-flags><permission>All</permission><target-set><type-id>" T_GLUCOSE
    "</type-id></target-set></rule></rules></auth>";

Test(shell, optional_rules, .init = start, .fini = stop)
{
    char fields[128];
    const struct sb_auth *auth;

    cr_assert_eq(
        sb_app_set_rules(&w.p, w.app, SB_ONLINE, hv_bytes_str(rules), NULL),
        HV_OK);
    sb_auth_revoke(&w.p, sb_auth_find(&w.p, 0, 0, 0), w.now.now_ms);
    cr_expect_eq(w_begin(&w, "APPAUTH", ""), 200);
    cr_expect_eq(w_step(&w, "person=Ada+Quill"), 200);
    cr_expect(w_says(&w, "To draw your curve") && w_says(&w, "Weight"));
    cr_expect(w_says(&w, "name=\"n1\"") && !w_says(&w, "name=\"n2\""),
              "display-flags hide the third");
    snprintf(fields, sizeof(fields), "do=go&record=%s", w_record(&w, 0));
    cr_expect_eq(w_step(&w, fields), 302);
    auth = sb_auth_find(&w.p, 0, 0, 0);
    cr_expect(sb_rules_find(&auth->granted[SB_ONLINE], "must"));
    cr_expect_null(sb_rules_find(&auth->granted[SB_ONLINE], "weight"));

    cr_expect_eq(w_begin(&w, "APPAUTH", "&onopt1=weight&onopt2=sugar"), 200);
    cr_expect_eq(w_step(&w, "person=Ada+Quill"), 200);
    cr_expect(w_says(&w, "name=\"n2\""), "it was asked for by name");
    snprintf(fields, sizeof(fields), "do=go&n2=1&record=%s", w_record(&w, 0));
    cr_expect_eq(w_step(&w, fields), 302);
    auth = sb_auth_find(&w.p, 0, 0, 0);
    cr_expect(sb_rules_find(&auth->granted[SB_ONLINE], "sugar"));
    cr_expect_null(sb_rules_find(&auth->granted[SB_ONLINE], "weight"));
    cr_expect_eq(w_begin(&w, "APPAUTH", ""), 200);
    cr_expect_eq(w_step(&w, "person=Ada+Quill"), 200);
    cr_expect(w_says(&w, "allowed before"));
}

Test(shell, appauth_of_two_applications, .init = start, .fini = stop)
{
    struct hv_guid id = hv_guid_random();
    struct sb_app *other;
    char text[HV_GUID_TEXT];
    char inner[128];
    char fields[128];

    cr_assert_eq(
        sb_app_add(&w.p, &id, NULL, "https://other.example/a", 0, &other, NULL),
        HV_OK);
    w.app = &w.p.apps[0];
    sb_app_set_name(&w.p, other, "The other one");
    sb_auth_revoke(&w.p, sb_auth_find(&w.p, 1, 0, 0), w.now.now_ms);
    hv_guid_format(&id, text);
    snprintf(inner, sizeof(inner), ",%s", text);
    cr_expect_eq(w_begin(&w, "APPAUTH", inner), 200);
    cr_expect_eq(w_step(&w, "person=Ada+Quill"), 200);
    cr_expect(w_says(&w, "The other one needs"));
    snprintf(fields, sizeof(fields), "do=go&record=%s", w_record(&w, 0));
    cr_expect_eq(w_step(&w, fields), 302);
    cr_expect(w_came_back(&w, "AppAuthSuccess"));
    cr_expect(sb_auth_is_open(sb_auth_find(&w.p, 1, 0, 0), w.now.now_ms));
}

/* ---------------------------------------------------------- the way back -- */

Test(shell, redirect_only_outside_production, .init = start, .fini = stop)
{
    static const char inner[] =
        "&redirect=http%3A%2F%2Flocalhost%3A8000%2Fcb%3Fx%3D1";
    static const char *const bad[] = {
        "&redirect=javascript%3Aalert(1)",
        "&redirect=%2F%2Fevil.example%2F",
        "&redirect=https%3A%2F%2Fa%40b%2F",
    };

    cr_expect_eq(w_begin(&w, "APPAUTH", inner), 200);
    cr_expect_eq(w_step(&w, "do=cancel"), 302);
    cr_expect_str_eq(w_location(&w), "http://localhost:8000/cb?x=1&target="
                                     "AppAuthReject&instanceid=1");
    for (size_t i = 0; i < HV_LEN(bad); i++) {
        cr_expect_eq(w_begin(&w, "APPAUTH", bad[i]), 400, "row %zu", i);
        cr_expect(w_says(&w, "cannot be used"));
    }
    sb_app_set_env(&w.p, w.app, SB_ENV_PROD);
    cr_expect_eq(w_begin(&w, "APPAUTH", inner), 403);
    cr_expect(w_says(&w, "not allowed in production"));
    cr_expect_eq(w_begin(&w, "APPAUTH", ""), 200);
    cr_expect(w_says(&w, "<span>prod</span>"));
}

Test(shell, application_without_an_address, .init = start, .fini = stop)
{
    char want[256];

    w.app->action_url[0] = '\0';
    cr_expect_eq(w_begin(&w, "AUTH", ""), 200);
    cr_expect_eq(w_step(&w, "do=cancel"), 302);
    snprintf(want, sizeof(want),
             "https://127.0.0.1:8444/application/complete?appid=%s&target="
             "AppAuthReject&instanceId=1",
             w.app_id);
    cr_expect_str_eq(w_location(&w), want);
    cr_expect_eq(w_get(&w,
                       "/application/complete?appid=%s&target="
                       "AppAuthSuccess&instanceId=1",
                       w.app_id),
                 200);
    cr_expect(w_says(&w, "You are done") && w_says(&w, w.app_id));
}

Test(shell, signing_out_ends_the_token, .init = start, .fini = stop)
{
    char token[SB_USER_TOKEN_SIZE];
    char inner[1024];
    const struct sb_user_token *found;

    cr_assert(sb_user_token_issue(&w.p, &w.app->id, 0, 0, false, 0,
                                  w.now.now_ms, token));
    cr_expect_eq(w_begin(&w, "APPSIGNOUT", ""), 302);
    cr_expect_eq(
        sb_user_token_check(&w.p, token, &w.app->id, w.now.now_ms, &found),
        HV_CODE_OK);
    /* Escaped once too little: its + arrive as blanks. */
    snprintf(inner, sizeof(inner), "&credToken=%s", token);
    cr_expect_eq(w_begin(&w, "APPSIGNOUT", inner), 302);
    cr_expect_str_eq(w_location(&w), W_ACTION "?target=SignOut&instanceid=1");
    cr_expect_eq(
        sb_user_token_check(&w.p, token, &w.app->id, w.now.now_ms, &found),
        HV_CODE_CREDENTIAL_EXPIRED);
}
