/*
 * test_shell.c - the Shell URLs view: a redirect composed in its fields with
 * the URL beside it, a URL pasted and taken back into the form, a user token
 * that is refused and wiped, and the view as text in every size. HV_BLESS=1
 * rewrites the files.
 */
#include "tests/unit/tui/console/world.h"
#include "tui/app/urls.h"
#include "tui/command/args.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define APP "05a0f3b2-8e10-4d7b-9a3e-51b0c77097c1"
#define REC "8f21a3b4-0f4e-4d0c-8f5e-2b6a1c0d7c07"
#define URL                                                                    \
    "https://account.healthvault-ppe.com/redirect.aspx?target=APPAUTH&"        \
    "targetqs=appid%3D" APP "%26actionqs%3Dvisit%253D42%2526step%253D2"
#define ODD                                                                    \
    "http://account.healthvault-ppe.com/redirect.aspx?target=AUTH&targetqs="   \
    "appid%3D" APP "%26ismra%3Dtruenull%26actionqs%3D/a/b%26ismra%3Dtrue&"     \
    "extrecordid=" REC "#top"

static void
open_view(struct hv_app *app)
{
    world_open(app);
    world_fill(app);
    world_size(app, 24, 80);
    cr_assert_eq(hv_guid_parse(APP, &app->status->profile_facts.app_id), HV_OK);
    hv_copy(app->status->profile_facts.shell,
            sizeof(app->status->profile_facts.shell),
            "https://account.healthvault-ppe.com/");
    world_press(app, "4");
}

/* To the field of that name. */
static void
go_to(struct hv_app *app, const char *name)
{
    struct hv_url_field field;

    world_press(app, "g");
    for (size_t i = 0; i < hv_url_fields(app); i++) {
        cr_assert(hv_url_field_now(app, &field));
        if (!strcmp(field.name, name))
            return;
        world_press(app, "j");
    }
    cr_assert_fail("no field %s", name);
}

static void
write_field(struct hv_app *app, const char *name, const char *text)
{
    go_to(app, name);
    world_press(app, "<Enter>");
    cr_assert_eq(hv_app_top(app), HV_VIEW_FIELD, "%s", name);
    world_press(app, "^u");
    world_type(app, text);
    world_press(app, "<Enter>");
    cr_assert_eq(hv_app_top(app), HV_VIEW_SHELL, "%s", name);
}

static const char *
value_of(const struct hv_app *app, const char *name)
{
    const char *value = hv_shell_pairs_get(&app->urls.form.pairs, name);

    return value ? value : "";
}

static void
expect_url(const struct hv_app *app, const char *wanted)
{
    struct hv_buf text = { 0 };
    struct hv_error why = { 0 };

    cr_expect(hv_url_text(app, &text, &why), "%s", why.why);
    cr_expect_str_eq(hv_buf_str(&text), wanted);
    hv_buf_release(&text);
}

static void
put_templates(struct hv_app *app, const char *text)
{
    struct hv_msg msg = { .kind = HV_MSG_TEMPLATES,
                          .job = HV_JOB_TEMPLATES,
                          .op = app->busy[HV_JOB_TEMPLATES].op };

    cr_assert_eq(hv_templates_read(text, &msg.u.templates, NULL), HV_OK);
    hv_app_update(app, &msg);
}

static void
production(struct hv_app *app)
{
    app->status->env = app->status->profile_facts.env = HV_ENV_PROD;
    hv_copy(app->status->profile_facts.shell,
            sizeof(app->status->profile_facts.shell),
            "https://account.healthvault.com/");
}

/* ----------------------------------------------------------------- sizes -- */

Test(shell, compose_in_every_size)
{
    struct hv_app app;

    open_view(&app);
    world_check_sizes(&app, "shell");
    write_field(&app, "actionqs", "visit=42&step=2");
    go_to(&app, "extrecordid");
    world_press(&app, "<Enter>");
    world_type(&app, "8f21");
    world_check_sizes(&app, "shell-writing");
    world_press(&app, "<Esc>");
    production(&app);
    go_to(&app, "redirect");
    world_check_sizes(&app, "shell-production");
    world_press(&app, "g");
    for (int i = 0; i < 7; i++)
        world_press(&app, "l");
    world_check_sizes(&app, "shell-incomplete");
    hv_app_release(&app);
}

Test(shell, decode_in_every_size)
{
    struct hv_app app;

    open_view(&app);
    world_press(&app, "]");
    world_check_sizes(&app, "shell-decode-empty");
    world_paste(&app, ODD);
    world_press(&app, "<Enter>");
    world_press(&app, "j");
    world_check_sizes(&app, "shell-decode");
    world_press(&app, "e");
    world_check_sizes(&app, "shell-left");
    hv_app_release(&app);
}

Test(shell, lists_in_every_size)
{
    struct hv_app app;

    open_view(&app);
    put_templates(&app, "");
    world_press(&app, "]]");
    world_check_sizes(&app, "shell-templates-empty");
    put_templates(
        &app,
        "daily 2026-11-20T09:00:00Z 2026-11-21T11:00:00Z redirect.aspx?target="
        "AUTH&targetqs=actionqs%3Dhome\n"
        "reconcile 2026-10-01T09:00:00Z - redirect.aspx?target=RECONCILE&"
        "targetqs=actionqs%3Dmerge\n");
    world_check_sizes(&app, "shell-templates");
    world_press(&app, "j");
    world_check_sizes(&app, "shell-template-lacks");
    world_press(&app, "]");
    world_press(&app, "j");
    world_check_sizes(&app, "shell-targets");
    world_press(&app, "G");
    world_press(&app, "k");
    world_check_sizes(&app, "shell-dead-end");
    world_press(&app, "/");
    world_type(&app, "zzz");
    world_press(&app, "<Enter>");
    world_check_sizes(&app, "shell-empty");
    hv_app_release(&app);
}

/* ------------------------------------------------------------ a user token -- */

static void
expect_wiped(struct hv_app *app, const char *what)
{
    static const struct hv_edit none;
    const struct hv_edit *edit = hv_urls_edit(app);

    cr_expect_eq(memcmp(edit->text, none.text, sizeof(none.text)), 0, "%s",
                 what);
    cr_expect(world_shows(app, "user token"), "%s", what);
    for (size_t i = 0; i < app->urls.form.pairs.len; i++)
        cr_expect_not(strstr(app->urls.form.pairs.items[i].value, "secret"),
                      "%s", what);
}

Test(shell, a_token_is_refused_and_wiped)
{
    static const char *const urls[] = {
        "https://www.app.com/hv?target=AppAuthSuccess&wctoken=secretBBBB",
        "https://s.example/redirect.aspx?target=APPSIGNOUT&targetqs="
        "appid%3Dx%26credtoken%3Dsecret",
    };
    struct hv_app app;

    open_view(&app);
    world_press(&app, "]");
    for (size_t i = 0; i < HV_LEN(urls); i++) {
        world_paste(&app, urls[i]);
        expect_wiped(&app, urls[i]);
        world_press(&app, "<Enter>");
        cr_expect_eq(hv_app_top(&app), HV_VIEW_SHELL);
        world_press(&app, "<Enter>");
        world_type(&app, urls[i]); /* a terminal that does not mark a paste */
        expect_wiped(&app, urls[i]);
        world_press(&app, "<Esc>");
        cr_expect_eq(app.urls.text.len, 0);
        cr_expect_not(app.urls.has_url);
    }
    world_press(&app, "[");
    hv_app_do(&app, "compose url APPSIGNOUT", HV_FROM_LINE);
    go_to(&app, "credtoken");
    world_press(&app, "<Enter>");
    cr_expect_eq(hv_app_top(&app), HV_VIEW_SHELL, "there it is not written");
    for (int i = 0; i < 2; i++) {
        go_to(&app, i ? "actionqs" : "other");
        world_press(&app, "<Enter>");
        world_paste(&app, i ? urls[0] : "credtoken=secret");
        expect_wiped(&app, i ? "actionqs" : "other");
        world_press(&app, "<Enter>");
        cr_expect_str_eq(value_of(&app, "credtoken"), "");
    }
    hv_app_release(&app);
}

Test(shell, a_paste_is_text)
{
    struct hv_app app;

    open_view(&app);
    world_press(&app, "]");
    world_paste(&app, "Q1LW]\n" URL "\n");
    cr_expect_null(world_effect(&app, HV_EFFECT_QUIT));
    cr_expect_eq(app.tab, HV_VIEW_SHELL);
    cr_expect_eq(hv_urls_tab(&app), HV_SHELL_DECODE);
    cr_expect_str_eq(app.urls.text.text, "Q1LW]" URL);
    world_press(&app, "<Enter>");
    world_paste(&app, URL);
    cr_expect_str_eq(app.urls.text.text, URL, "a new paste is a new URL");
    world_press(&app, "<Enter>");
    world_press(&app, "[");
    go_to(&app, "Target");
    world_paste(&app, "Q");
    cr_expect_eq(hv_app_top(&app), HV_VIEW_SHELL);
    cr_expect(strstr(hv_app_note(&app, 0)->text, "paste"));
    go_to(&app, "actionqs");
    world_paste(&app, "L=1");
    cr_expect_str_eq(value_of(&app, "actionqs"), "L=1");
    world_press(&app, "<Esc>");
    cr_expect_str_eq(value_of(&app, "actionqs"), "", "Esc brings back");
    hv_app_release(&app);
}

Test(shell, a_url_too_long_is_said_to_be_cut)
{
    char *text = hv_calloc(HV_EDIT_SIZE + 100, 1);
    struct hv_app app;

    memset(text, 'a', HV_EDIT_SIZE + 50);
    memcpy(text, URL, strlen(URL));
    open_view(&app);
    world_press(&app, "]");
    world_paste(&app, text);
    world_press(&app, "<Enter>");
    cr_expect(world_shows(&app, "Cut at 4096 characters"));
    world_paste(&app, URL);
    cr_expect_not(world_shows(&app, "Cut at"));
    hv_app_release(&app);
    free(text);
}

/* -------------------------------------------------------------- composing -- */

/* The command line is read as `shell url` reads it, and makes the same URL. */
static void
expect_line(const struct hv_app *app)
{
    const struct hv_profile *profile = &app->status->profile_facts;
    struct hv_shell_pairs pairs = { 0 };
    struct hv_buf line = { 0 }, url = { 0 };
    struct hv_words words = { 0 };
    const char *base = profile->shell;

    hv_url_line(app, &line);
    cr_assert_eq(hv_line_split(hv_buf_str(&line), &words, NULL), HV_OK);
    if (!strstr(hv_buf_str(&line), "appid="))
        hv_shell_pairs_add(&pairs, "appid", APP);
    for (int i = 3; i + 1 < words.len; i += 2) {
        const char *flag = words.items[i];
        char *value = words.items[i + 1];
        char *sign = strchr(value, '=');

        if (!strcmp(flag, "--shell")) {
            base = value;
        } else if (!strcmp(flag, "--record")) {
            hv_shell_pairs_add(&pairs, "extrecordid", value);
        } else if (!strcmp(flag, "--actionqs") || !strcmp(flag, "--redirect")) {
            hv_shell_pairs_add(&pairs, flag + 2, value);
        } else {
            cr_assert_not_null(sign, "%s %s", flag, value);
            *sign = '\0';
            hv_shell_pairs_add(&pairs, value, sign + 1);
            pairs.items[pairs.len - 1].is_outside = !strcmp(flag, "--outside");
        }
    }
    cr_assert_eq(
        hv_shell_compose(base, words.items[2], &pairs, false, &url, NULL),
        HV_OK, "%s", hv_buf_str(&line));
    expect_url(app, hv_buf_str(&url));
    hv_words_release(&words);
    hv_shell_pairs_release(&pairs);
    hv_buf_release(&line);
    hv_buf_release(&url);
}

Test(shell, the_url_lives_while_one_writes)
{
    struct hv_app app;

    open_view(&app);
    cr_expect_str_eq(app.urls.form.target, "APPAUTH");
    cr_expect_str_eq(value_of(&app, "appid"), APP, "the profile gives it");
    go_to(&app, "actionqs");
    world_press(&app, "<Enter>");
    world_type(&app, "visit=42&step");
    cr_expect(world_shows(&app, "visit%253D42%2526step"));
    world_type(&app, "=2");
    world_press(&app, "<Enter>");
    expect_url(&app, URL);
    expect_line(&app);
    world_forget_effects(&app);
    world_press(&app, "yu");
    cr_assert_not_null(world_effect(&app, HV_EFFECT_COPY));
    cr_expect_str_eq(world_effect(&app, HV_EFFECT_COPY)->text, URL);
    world_forget_effects(&app);
    world_press(&app, "yc");
    cr_expect_str_eq(
        world_effect(&app, HV_EFFECT_COPY)->text,
        "hvconsole shell url APPAUTH --actionqs 'visit=42&step=2'");
    write_field(&app, "extrecordid", "8f21");
    cr_expect(world_shows(&app, "'8f21': wanted"), "said while it is written");
    write_field(&app, "extrecordid", "");
    expect_url(&app, URL);
    hv_app_release(&app);
}

Test(shell, rules_choices_strangers_and_another_shell)
{
    struct hv_app app;

    open_view(&app);
    write_field(&app, "onopt1", "glucose-history");
    write_field(&app, "onopt2", "it's weight");
    go_to(&app, "ismra");
    world_press(&app, "l");
    cr_expect_str_eq(value_of(&app, "ismra"), "true");
    world_press(&app, "<Enter>");
    cr_expect_str_eq(value_of(&app, "ismra"), "false");
    world_press(&app, "l");
    cr_expect_str_eq(value_of(&app, "ismra"), "", "omit comes round");
    go_to(&app, "trm");
    for (int i = 0; i < 4; i++)
        world_press(&app, "l");
    cr_expect(world_shows(&app, "(x) post outside"));
    write_field(&app, "other", "frob=1=2");
    cr_expect_str_eq(value_of(&app, "frob"), "1=2");
    write_field(&app, "other", "nothing");
    cr_expect(strstr(hv_app_note(&app, 0)->text, "name=value"));
    write_field(&app, "Shell", "https://s.example:8443/x");
    expect_line(&app);
    expect_url(&app, "https://s.example:8443/x/redirect.aspx?target=APPAUTH&"
                     "targetqs=appid%3D" APP
                     "%26onopt1%3Dglucose-history%26onopt2%3Dit%2527s%2520"
                     "weight%26frob%3D1%253D2&trm=post");
    world_press(&app, "h"); /* a text has no choices */
    write_field(&app, "Shell", "");
    cr_expect_null(app.urls.form.base);
    hv_app_release(&app);
}

Test(shell, in_production_redirect_cannot_be_written)
{
    struct hv_app app;

    open_view(&app);
    write_field(&app, "redirect", "https://a.b/");
    expect_line(&app);
    production(&app);
    cr_expect(world_shows(&app, "phishing"), "what stands there is refused");
    world_press(&app, "yu");
    cr_expect_null(world_effect(&app, HV_EFFECT_COPY));
    write_field(&app, "redirect", "");
    go_to(&app, "redirect");
    world_press(&app, "<Enter>");
    cr_expect_eq(hv_app_top(&app), HV_VIEW_SHELL);
    cr_expect(strstr(hv_app_note(&app, 0)->text, "phishing"));
    write_field(&app, "Shell", "https://account.healthvault-ppe.com/");
    write_field(&app, "redirect", "https://a.b/");
    hv_app_release(&app);
}

Test(shell, tab_goes_on_writing)
{
    struct hv_url_field field;
    struct hv_app app;

    open_view(&app);
    go_to(&app, "onopt1");
    world_press(&app, "<Enter>");
    world_type(&app, "a");
    world_press(&app, "<Tab>");
    cr_assert(hv_url_field_now(&app, &field));
    cr_expect_str_eq(field.name, "onopt2", "the next rule came with the first");
    world_type(&app, "b");
    world_press(&app, "<S-Tab>");
    cr_expect_eq(hv_app_top(&app), HV_VIEW_FIELD);
    world_press(&app, "<Esc>");
    cr_expect_str_eq(value_of(&app, "onopt1"), "a");
    cr_expect_str_eq(value_of(&app, "onopt2"), "b");
    world_press(&app, "<Tab>");
    cr_expect_eq(hv_app_top(&app), HV_VIEW_SHELL, "only moving, not writing");
    hv_app_release(&app);
}

Test(shell, what_has_no_page_is_not_composed)
{
    struct hv_app app;

    open_view(&app);
    world_press(&app, "<Enter>");
    cr_expect_eq(hv_urls_tab(&app), HV_SHELL_TARGETS, "a page is picked there");
    world_press(&app, "G");
    cr_expect_str_eq(hv_shell_row(&app)->name, "VERIFYLIVEID");
    world_press(&app, "<Enter>");
    cr_expect_eq(hv_urls_tab(&app), HV_SHELL_TARGETS);
    cr_expect(strstr(hv_app_note(&app, 0)->text, "no page"));
    hv_app_do(&app, "compose url NOSUCH", HV_FROM_LINE);
    cr_expect(strstr(hv_app_note(&app, 0)->text, "NOSUCH"));
    world_press(&app, "x");
    cr_expect(world_shows(&app, "not to be sent"));
    world_press(&app, "<Esc>");
    world_press(&app, "k");
    world_press(&app, "<Enter>");
    cr_expect_str_eq(app.urls.form.target, "VIEWITEMS");
    cr_expect(world_shows(&app, "VIEWITEMS needs typeid"));
    world_press(&app, "g");
    for (size_t i = 0; i < hv_shell_count(); i++) {
        world_press(&app, "l");
        cr_expect(hv_shell_target_find(app.urls.form.target)->is_offered);
    }
    hv_app_release(&app);
}

/* --------------------------------------------------------------- decoding -- */

Test(shell, a_decoded_url_goes_back_into_the_form)
{
    struct hv_app app;

    open_view(&app);
    hv_app_do(&app, "decode url " URL, HV_FROM_LINE);
    cr_expect_eq(hv_urls_tab(&app), HV_SHELL_DECODE);
    cr_expect(world_shows(&app, "Nothing to say against it"));
    world_press(&app, "e");
    cr_expect_eq(hv_urls_tab(&app), HV_SHELL_COMPOSE);
    cr_expect_str_eq(value_of(&app, "actionqs"), "visit=42&step=2");
    cr_expect_null(app.urls.form.base, "it is the profile's");
    expect_url(&app, URL);
    expect_line(&app);
    world_press(&app, "]");
    world_paste(&app, ODD);
    world_press(&app, "<Enter>");
    world_press(&app, "e");
    cr_expect_str_eq(value_of(&app, "ismra"), "true");
    cr_expect_str_eq(value_of(&app, "extrecordid"), REC);
    cr_expect_str_eq(app.urls.form.base, "http://account.healthvault-ppe.com");
    cr_expect(strstr(hv_buf_str(&app.urls.left), "ismra is left out"));
    cr_expect(strstr(hv_buf_str(&app.urls.left), "it is inside now"));
    cr_expect(strstr(hv_buf_str(&app.urls.left), "followed '#'"));
    cr_expect(strstr(hv_buf_str(&app.urls.left), "exact rule"));
    world_press(&app, "]");
    world_paste(&app, "https://app.example/?target=Home");
    world_press(&app, "<Enter>");
    world_press(&app, "e");
    cr_expect_eq(hv_urls_tab(&app), HV_SHELL_DECODE, "nothing to put there");
    cr_expect(strstr(hv_app_note(&app, 0)->text, "comes from the Shell"));
    hv_app_release(&app);
}

Test(shell, what_a_command_found_is_in_the_decoder)
{
    struct hv_msg msg = { .kind = HV_MSG_COMMAND };
    struct hv_app app;

    open_view(&app);
    hv_app_do(&app, "shell lint https://s.example/redirect.aspx?target=NOSUCH",
              HV_FROM_LINE);
    msg.op = app.busy[HV_JOB_COMMAND].op;
    (void)hv_fail(&msg.error, HV_ERR_FINDINGS, "it found something");
    msg.text = hv_strdup("SEVERITY  ID\nerror     unknown-target\n");
    hv_app_update(&app, &msg);
    cr_expect_eq(hv_app_top(&app), HV_VIEW_PAGER);
    world_press(&app, "<Esc>");
    cr_expect_eq(hv_urls_tab(&app), HV_SHELL_DECODE);
    cr_expect(world_shows(&app, "no target 'NOSUCH'"));
    hv_unlock_lock(&app, "test");
    cr_expect_not(app.urls.has_url, "a lock forgets it");
    cr_expect_eq(app.urls.text.len, 0);
    hv_app_release(&app);
}

Test(shell, each_tab_keeps_its_place)
{
    struct hv_app app;

    open_view(&app);
    go_to(&app, "trm");
    world_press(&app, "[");
    cr_expect_eq(hv_urls_tab(&app), HV_SHELL_TARGETS);
    world_press(&app, "/");
    world_type(&app, "dead");
    world_press(&app, "<Enter>");
    cr_expect_gt(hv_list_count(&app, HV_VIEW_SHELL), 3);
    cr_expect_lt(hv_list_count(&app, HV_VIEW_SHELL), hv_shell_count());
    world_press(&app, "s");
    world_press(&app, "i");
    world_press(&app, "g");
    cr_expect_str_eq(hv_shell_row(&app)->name, "VIEWITEMS");
    world_press(&app, "]");
    cr_expect_eq(hv_list_count(&app, HV_VIEW_SHELL), hv_url_fields(&app),
                 "the filter stays where it was made");
    cr_expect(world_shows(&app, "(x) omit"));
    world_press(&app, "/");
    cr_expect_not(app.is_filtering);
    world_press(&app, "[");
    cr_expect_str_eq(hv_shell_row(&app)->name, "VIEWITEMS");
    world_press(&app, "<Esc>");
    cr_expect_eq(hv_list_count(&app, HV_VIEW_SHELL), hv_shell_count());
    hv_app_release(&app);
}

/* -------------------------------------------------------------- templates -- */

Test(shell, templates_save_fill_and_go)
{
    const struct hv_effect *job;
    struct hv_app app;

    open_view(&app);
    cr_expect_not_null(world_job(&app, HV_JOB_TEMPLATES));
    put_templates(&app, "daily - - redirect.aspx?target=AUTH&targetqs="
                        "ismra%3Dtrue\n");
    write_field(&app, "actionqs", "a=1");
    write_field(&app, "extrecordid", REC);
    world_press(&app, "A");
    cr_expect_eq(hv_app_top(&app), HV_VIEW_SHEET);
    world_type(&app, "mine");
    world_check_sizes(&app, "shell-save");
    world_press(&app, "<Tab>");
    world_press(&app, "<Tab>");
    world_type(&app, "yes");
    world_press(&app, "<F2>");
    cr_expect_eq(app.dialog.kind, HV_DIALOG_CONFIRM);
    world_forget_effects(&app);
    world_press(&app, "y");
    job = world_job(&app, HV_JOB_COMMAND);
    cr_assert_not_null(job);
    cr_expect_str_eq(job->text,
                     "shell template save mine 'redirect.aspx?target=APPAUTH&"
                     "targetqs=actionqs%3Da%253D1%26extrecordid%3D" REC
                     "' --with-ids");
    app.busy[HV_JOB_COMMAND].op = 0;
    world_press(&app, "<Esc>");
    app.sheet.is_sending = false;
    world_press(&app, "<Esc>");
    world_press(&app, "y"); /* thrown away */
    world_press(&app, "]]");
    world_forget_effects(&app);
    world_press(&app, "<Enter>");
    cr_expect_eq(hv_urls_tab(&app), HV_SHELL_COMPOSE);
    cr_expect_str_eq(app.urls.form.target, "AUTH");
    cr_expect_str_eq(value_of(&app, "ismra"), "true");
    cr_expect_str_eq(value_of(&app, "appid"), APP);
    cr_expect_str_eq(value_of(&app, "actionqs"), "");
    job = world_job(&app, HV_JOB_COMMAND);
    cr_assert_not_null(job, "its use is noted");
    cr_expect_str_eq(job->text, "shell template show daily");
    app.busy[HV_JOB_COMMAND].op = 0;
    world_press(&app, "D");
    cr_expect_eq(app.dialog.kind, HV_DIALOG_NONE, "here is none");
    world_press(&app, "]]");
    world_press(&app, "D");
    cr_expect_eq(app.dialog.kind, HV_DIALOG_CONFIRM);
    cr_expect(world_shows(&app, "Forget the template"));
    world_forget_effects(&app);
    world_press(&app, "y");
    job = world_job(&app, HV_JOB_COMMAND);
    cr_assert_not_null(job);
    cr_expect_str_eq(job->text, "shell template remove daily");
    hv_app_release(&app);
}

Test(shell, templates_are_changed_and_copied)
{
    static const char url[] = "redirect.aspx?target=AUTH&targetqs=a%3D1";
    struct hv_app app;

    open_view(&app);
    put_templates(&app, "daily - - redirect.aspx?target=AUTH&targetqs=a%3D1\n");
    world_press(&app, "E");
    cr_expect_neq(hv_app_top(&app), HV_VIEW_SHEET, "none is under the cursor");
    world_press(&app, "]]");
    world_press(&app, "E");
    cr_assert_eq(hv_app_top(&app), HV_VIEW_SHEET);
    cr_expect_str_eq(app.sheet.edits[0].text, "daily");
    cr_expect_str_eq(app.sheet.edits[1].text, url);
    world_press(&app, "<Esc>");
    world_press(&app, "C");
    cr_assert_eq(hv_app_top(&app), HV_VIEW_SHEET);
    cr_expect_str_eq(app.sheet.edits[0].text, "");
    cr_expect_str_eq(app.sheet.edits[1].text, url);
    world_press(&app, "<Esc>");
    app.is_flag_read_only = true;
    world_press(&app, "E");
    cr_expect_neq(hv_app_top(&app), HV_VIEW_SHEET);
    hv_app_release(&app);
}

Test(shell, a_broken_file_of_templates_is_said)
{
    struct hv_msg msg = { .kind = HV_MSG_FAILED, .job = HV_JOB_TEMPLATES };
    struct hv_app app;

    open_view(&app);
    msg.op = app.busy[HV_JOB_TEMPLATES].op;
    (void)hv_fail(&msg.error, HV_ERR_DAMAGED,
                  "/s/templates, line 3: it is not NAME MADE USED URL");
    hv_app_update(&app, &msg);
    world_press(&app, "]]");
    cr_expect(world_shows(&app, "line 3"));
    hv_app_release(&app);
}

/* -------------------------------------------------------------- QR codes -- */

/* The module drawn there: -1 = no part of a code. */
static int
module_at(const struct hv_grid *grid, bool is_ascii, int top, int left, int row,
          int col)
{
    const struct hv_cell *cell =
        is_ascii ? hv_grid_at(grid, top + row, left + 2 * col)
                 : hv_grid_at(grid, top + row / 2, left + col);

    if (cell->role != HV_ROLE_QR && cell->role != HV_ROLE_QR_DARK)
        return -1;
    if (is_ascii)
        return cell->role == HV_ROLE_QR_DARK;
    return cell->code == 0x2588 || cell->code == (row % 2 ? 0x2584 : 0x2580);
}

static void
check_code(struct hv_app *app, bool is_ascii)
{
    struct hv_grid grid = { 0 };
    struct hv_qr qr = { 0 };
    int side, left;

    app->is_ascii = is_ascii;
    cr_assert_eq(hv_qr_make(URL, &qr, NULL), HV_OK);
    hv_screen_render(app, &grid);
    side = qr.size + 2 * HV_QR_QUIET;
    left = (grid.cols - (is_ascii ? 2 : 1) * side) / 2;
    for (int row = 0; row < side; row++) {
        for (int col = 0; col < side; col++)
            cr_assert_eq(
                module_at(&grid, is_ascii, 2, left, row, col),
                hv_qr_is_dark(&qr, row - HV_QR_QUIET, col - HV_QR_QUIET),
                "%d %d", row, col);
    }
    hv_qr_release(&qr);
    hv_grid_release(&grid);
}

Test(shell, a_qr_code_holds_the_url)
{
    struct hv_app app;

    open_view(&app);
    write_field(&app, "actionqs", "visit=42&step=2");
    world_press(&app, "yq");
    cr_expect_eq(hv_app_top(&app), HV_VIEW_QR);
    world_check_sizes(&app, "shell-qr");
    world_size(&app, 24, 80);
    cr_expect(world_shows(&app, "columns and"), "the size it needs");
    world_size(&app, 60, 200);
    check_code(&app, false);
    world_size(&app, 90, 200);
    check_code(&app, true);
    app.is_ascii = false;
    world_press(&app, "yu");
    cr_expect_not_null(world_effect(&app, HV_EFFECT_COPY));
    world_press(&app, "<Esc>");
    cr_expect_eq(hv_app_top(&app), HV_VIEW_SHELL);
    hv_app_do(&app, "compose url VIEWITEMS", HV_FROM_LINE);
    world_press(&app, "yq");
    cr_expect_eq(hv_app_top(&app), HV_VIEW_SHELL, "there is no URL yet");
    cr_expect(strstr(hv_app_note(&app, 0)->text, "typeid"));
    hv_app_release(&app);
}

Test(shell, a_record_is_picked_from_those_that_are_known)
{
    static const char *const ids[] = { REC, REC,
                                       "11111111-0f4e-4d0c-8f5e-2b6a1c0d7c07" };
    struct hv_app app;

    open_view(&app);
    hv_access_release(&app.records.access);
    app.records.access.rows = hv_calloc(3, sizeof(struct hv_access_row));
    app.records.access.len = 3; /* one record is shared by two people */
    for (size_t i = 0; i < 3; i++) {
        struct hv_access_row *row = &app.records.access.rows[i];

        cr_assert_eq(hv_guid_parse(ids[i], &row->record), HV_OK);
        hv_copy(row->name, sizeof(row->name), i < 2 ? "Ann B." : "Bob");
    }
    go_to(&app, "extrecordid");
    cr_expect(world_shows(&app, "h l go through"));
    world_press(&app, "l");
    cr_expect_str_eq(value_of(&app, "extrecordid"), ids[0]);
    cr_expect(world_shows(&app, "Ann B."));
    world_press(&app, "l");
    cr_expect_str_eq(value_of(&app, "extrecordid"), ids[2]);
    world_press(&app, "l");
    cr_expect_str_eq(value_of(&app, "extrecordid"), ids[0]);
    world_press(&app, "h");
    cr_expect_str_eq(value_of(&app, "extrecordid"), ids[2]);
    hv_app_release(&app);
}
