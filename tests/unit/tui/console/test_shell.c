/*
 * test_shell.c - the Shell URLs view: composing, decoding and checking out of
 * its forms, a user token that is refused and wiped, the last URL layer by
 * layer, and the view as text in every size. HV_BLESS=1 rewrites the files.
 */
#include "tests/unit/tui/console/world.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#define URL                                                                    \
    "https://account.healthvault-ppe.com/redirect.aspx?target=APPAUTH&"        \
    "targetqs=appid%3D05a0f3b2-8e10-4d7b-9a3e-51b0c77097c1%26actionqs%3D"      \
    "visit%253D42%2526step%253D2"

static void
open_view(struct hv_app *app)
{
    world_open(app);
    world_fill(app);
    world_size(app, 24, 80);
    world_press(app, "4");
}

/* The command that runs ends so. */
static void
ends(struct hv_app *app, enum hv_status status, const char *text)
{
    struct hv_msg msg = { .kind = HV_MSG_COMMAND,
                          .op = app->busy[HV_JOB_COMMAND].op };

    if (status)
        (void)hv_fail(&msg.error, status, "it found something");
    msg.text = hv_strdup(text);
    hv_app_update(app, &msg);
}

static void
move_to(struct hv_app *app, const char *target)
{
    for (size_t i = 0; hv_shell_target_at(i); i++) {
        if (!strcmp(hv_shell_row(app)->name, target))
            return;
        world_press(app, "j");
    }
    cr_assert_fail("no %s", target);
}

Test(shell, in_every_size)
{
    struct hv_app app;

    open_view(&app);
    world_press(&app, "j");
    world_check_sizes(&app, "shell");
    move_to(&app, "VIEWITEMS");
    world_check_sizes(&app, "shell-dead-end");
    world_press(&app, "]");
    world_check_sizes(&app, "shell-no-url");
    world_press(&app, "/");
    world_type(&app, "zzz");
    world_press(&app, "<Enter>");
    world_check_sizes(&app, "shell-empty");
    hv_app_release(&app);
}

Test(shell, a_token_is_refused_and_wiped)
{
    static const char *const urls[] = {
        "https://www.app.com/hv?target=AppAuthSuccess&wctoken=AAAABBBBsecret",
        "https://s.example/redirect.aspx?target=APPSIGNOUT&targetqs="
        "appid%3Dx%26credtoken%3Dsecret",
    };
    struct hv_app app;

    open_view(&app);
    for (size_t i = 0; i < HV_LEN(urls); i++) {
        for (const char *key = "ec"; *key; key++) {
            char keys[2] = { *key, 0 };

            world_press(&app, keys);
            world_paste(&app, urls[i]);
            world_press(&app, "<F2>");
            cr_expect_null(world_job(&app, HV_JOB_COMMAND), "%s", urls[i]);
            cr_expect(world_shows(&app, "user token"));
            for (size_t at = 0; at < sizeof(app.sheet.edits[0].text); at++)
                cr_assert_eq(app.sheet.edits[0].text[at], 0);
            world_press(&app, "<Esc>");
        }
    }
    move_to(&app, "APPSIGNOUT");
    world_press(&app, "<Enter>");
    for (int i = 0; i < 3; i++)
        world_press(&app, "<Tab>");
    world_type(&app, "credtoken=secret");
    world_press(&app, "<F2>");
    cr_expect_null(world_job(&app, HV_JOB_COMMAND));
    world_check_sizes(&app, "shell-error");
    hv_app_release(&app);
}

Test(shell, composes_out_of_a_form)
{
    const struct hv_effect *job;
    struct hv_app app;

    open_view(&app);
    move_to(&app, "VIEWITEMS");
    world_press(&app, "A");
    cr_expect_eq(hv_app_top(&app), HV_VIEW_SHEET);
    cr_expect_str_eq(app.sheet.edits[0].text, "VIEWITEMS");
    cr_expect_str_eq(app.sheet.edits[4].text,
                     "typeid=", "what the page needs stands there");
    world_press(&app, "<Esc>");
    world_press(&app, "g");
    move_to(&app, "APPAUTH");
    world_press(&app, "<Enter>");
    cr_expect_str_eq(app.sheet.edits[4].text, "", "the profile gives appid");
    world_press(&app, "<Tab>");
    world_type(&app, "visit=42&step=2");
    world_check_sizes(&app, "shell-form");
    world_press(&app, "<F2>");
    cr_expect_eq(app.dialog.kind, HV_DIALOG_NONE, "it changes nothing");
    job = world_job(&app, HV_JOB_COMMAND);
    cr_assert_not_null(job);
    cr_expect_str_eq(job->text,
                     "shell url APPAUTH --actionqs 'visit=42&step=2'");
    ends(&app, HV_OK, "url       " URL "\nfindings\n");
    cr_expect_eq(hv_app_top(&app), HV_VIEW_PAGER);
    world_press(&app, "<Esc>");
    world_check_sizes(&app, "shell-last");
    world_forget_effects(&app);
    world_press(&app, "yu");
    cr_assert_not_null(world_effect(&app, HV_EFFECT_COPY));
    cr_expect_str_eq(world_effect(&app, HV_EFFECT_COPY)->text, URL);
    hv_app_release(&app);
}

Test(shell, what_a_check_finds_is_its_answer)
{
    struct hv_app app;

    open_view(&app);
    world_press(&app, "c");
    world_paste(&app, "https://s.example/redirect.aspx?target=NOSUCH");
    world_press(&app, "<F2>");
    cr_assert_not_null(world_job(&app, HV_JOB_COMMAND));
    ends(&app, HV_ERR_FINDINGS, "SEVERITY  ID\nerror     unknown-target\n");
    cr_expect_eq(hv_app_top(&app), HV_VIEW_PAGER);
    cr_expect(world_shows(&app, "unknown-target"));
    world_press(&app, "<Esc>");
    cr_expect_eq(hv_app_top(&app), HV_VIEW_SHELL, "the form is gone");
    cr_expect(app.shell.has_url);
    world_check_sizes(&app, "shell-findings");
    hv_unlock_lock(&app, "test");
    cr_expect_not(app.shell.has_url, "a lock forgets it");
    hv_app_release(&app);
}

Test(shell, a_failed_composing_stays_in_the_form)
{
    struct hv_app app;

    open_view(&app);
    world_press(&app, "<Enter>");
    world_press(&app, "<F2>");
    ends(&app, HV_ERR_RULE, "");
    cr_expect_eq(hv_app_top(&app), HV_VIEW_SHEET);
    cr_expect(world_shows(&app, "it found something"));
    cr_expect_not(app.shell.has_url);
    hv_app_release(&app);
}

Test(shell, what_has_no_page_is_not_composed)
{
    struct hv_app app;

    open_view(&app);
    move_to(&app, "VERIFYLIVEID");
    world_press(&app, "<Enter>");
    cr_expect_eq(hv_app_top(&app), HV_VIEW_SHELL);
    cr_expect(strstr(hv_app_note(&app, 0)->text, "no page"));
    hv_app_do(&app, "compose url NOSUCH", HV_FROM_LINE);
    cr_expect(strstr(hv_app_note(&app, 0)->text, "NOSUCH"));
    world_press(&app, "x");
    cr_expect(world_shows(&app, "not to be sent"));
    hv_app_release(&app);
}

Test(shell, filters_and_sorts)
{
    struct hv_app app;

    open_view(&app);
    world_press(&app, "/");
    world_type(&app, "back:dead");
    world_press(&app, "<Enter>");
    cr_expect_eq(hv_list_count(&app, HV_VIEW_SHELL), 0,
                 "there is no field of that name");
    world_press(&app, "<Esc>");
    world_press(&app, "/");
    world_type(&app, "dead");
    world_press(&app, "<Enter>");
    cr_expect_gt(hv_list_count(&app, HV_VIEW_SHELL), 3);
    cr_expect_lt(hv_list_count(&app, HV_VIEW_SHELL), hv_shell_count());
    world_press(&app, "<Esc>");
    world_press(&app, "s");
    world_press(&app, "i");
    world_press(&app, "g");
    cr_expect_str_eq(hv_shell_row(&app)->name, "VIEWITEMS");
    hv_app_release(&app);
}
