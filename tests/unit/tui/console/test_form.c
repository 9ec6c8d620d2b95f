/*
 * test_form.c - writing a subscription: what is refused, what is asked, and
 * the command that comes out.
 */
#include "tests/unit/tui/console/world.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

static void
open_form(struct hv_app *app)
{
    world_open(app);
    world_fill(app);
    world_press(app, "2");
    world_press(app, "A");
    world_forget_effects(app);
}

static void
write_url(struct hv_app *app, const char *url)
{
    world_press(app, "^u");
    world_type(app, url);
}

/* Past the key version, as the fields stand on the screen. */
static void
to_types(struct hv_app *app)
{
    world_press(app, "<Tab>");
    world_press(app, "<Tab>");
}

Test(form, refuses_what_the_platform_would_refuse)
{
    static const struct {
        const char *url, *type, *version, *why;
    } rows[] = {
        { "", "weight", "", "" },
        { "http://www.app.com/hv/", "weight", "", "https" },
        { "https://user@www.app.com/hv/", "weight", "", "" },
        { "https://www.app.com/hv/#x", "weight", "", "" },
        { "https://www.app.com/hv/", "", "", "no type" },
        { "https://www.app.com/hv/", "weight", "not good!", "key version" },
    };

    for (size_t i = 0; i < HV_LEN(rows); i++) {
        struct hv_app app;

        open_form(&app);
        write_url(&app, rows[i].url);
        world_press(&app, "<Tab>");
        world_type(&app, rows[i].version);
        world_press(&app, "<Tab>");
        if (rows[i].type[0]) {
            world_type(&app, rows[i].type);
            world_press(&app, "<Enter>");
        }
        world_press(&app, "<F2>");
        cr_expect_eq(app.dialog.kind, HV_DIALOG_NONE, "row %zu", i);
        cr_expect_neq(app.form.error.status, HV_OK, "row %zu", i);
        cr_expect(strstr(app.form.error.why, rows[i].why), "row %zu: %s", i,
                  app.form.error.why);
        cr_expect(world_shows(&app, "Not sent"));
        hv_app_release(&app);
    }
}

Test(form, refuses_the_26th_before_anything_is_sent)
{
    struct hv_app app;

    open_form(&app);
    app.subs.used = app.subs.limit;
    world_type(&app, "www.app.com/hv/notify/ap");
    to_types(&app);
    world_type(&app, "weight");
    world_press(&app, "<Enter>");
    world_press(&app, "<F2>");
    cr_expect_eq(app.dialog.kind, HV_DIALOG_NONE);
    cr_expect(strstr(app.form.error.why, "25"), "%s", app.form.error.why);
    hv_app_release(&app);
}

Test(form, asks_with_numbers_and_enter_means_no)
{
    struct hv_app app;
    const struct hv_effect *effect;

    open_form(&app);
    world_type(&app, "www.app.com/hv/it's");
    to_types(&app);
    world_type(&app, "weight");
    world_press(&app, "<Enter>");
    world_type(&app, "blood pressure");
    world_press(&app, "<Enter>");
    cr_assert_eq(hv_form_picked(&app.form), 2);
    world_press(&app, "^s");
    cr_assert_eq(app.dialog.kind, HV_DIALOG_CONFIRM);
    cr_expect(world_shows(&app, "24 of 25"));
    cr_expect(world_shows(&app, "2 types"));
    world_press(&app, "<Enter>");
    cr_expect_eq(app.dialog.kind, HV_DIALOG_NONE);
    cr_expect_null(world_effect(&app, HV_EFFECT_JOB));
    cr_expect_eq(hv_app_top(&app), HV_VIEW_FORM, "the draft is kept");
    world_press(&app, "<F2>");
    world_paste(&app, "y");
    cr_expect_null(world_effect(&app, HV_EFFECT_JOB), "a paste is no yes");
    world_press(&app, "y");
    effect = world_effect(&app, HV_EFFECT_JOB);
    cr_assert_not_null(effect);
    cr_expect(effect->flag, "confirmed");
    cr_expect(strstr(effect->text, "sub create --type "), "%s", effect->text);
    cr_expect(strstr(effect->text, "blood-pressure,weight"), "%s",
              effect->text);
    cr_expect(strstr(effect->text, "--url 'https://www.app.com/hv/it'\\''s'"),
              "%s", effect->text);
    hv_app_release(&app);
}

Test(form, stays_open_with_the_reason_when_it_was_refused)
{
    struct hv_app app;
    struct hv_msg done = { .kind = HV_MSG_COMMAND, .job = HV_JOB_COMMAND };

    open_form(&app);
    world_type(&app, "www.app.com/hv/x");
    to_types(&app);
    world_type(&app, "weight");
    world_press(&app, "<Enter>");
    world_press(&app, "<F2>");
    world_press(&app, "y");
    cr_expect(app.form.is_sending);
    world_type(&app, "x"); /* nothing is written meanwhile */
    done.op = app.busy[HV_JOB_COMMAND].op;
    (void)hv_fail(&done.error, HV_ERR_RULE, "the platform refuses: limit");
    hv_app_update(&app, &done);
    cr_expect_eq(hv_app_top(&app), HV_VIEW_FORM);
    cr_expect(world_shows(&app, "the platform refuses: limit"));
    cr_expect_str_eq(app.form.url.text, "https://www.app.com/hv/x");
    world_press(&app, "<F2>");
    world_press(&app, "y");
    done = (struct hv_msg){ .kind = HV_MSG_COMMAND,
                            .job = HV_JOB_COMMAND,
                            .op = app.busy[HV_JOB_COMMAND].op };
    hv_app_update(&app, &done);
    cr_expect_eq(hv_app_top(&app), HV_VIEW_SUBS);
    cr_expect(world_shows(&app, "CLI: hvconsole sub create"));
    cr_expect(app.subs_load.is_asked, "the list is read again");
    hv_app_release(&app);
}

Test(form, puts_the_cursor_on_the_new_subscription)
{
    struct hv_app app;
    struct hv_msg subs = { .kind = HV_MSG_SUBS, .job = HV_JOB_SUBS };
    struct hv_guid fresh = world_guid("f00d", "abc");
    struct hv_error none = { 0 };

    open_form(&app);
    world_type(&app, "www.app.com/hv/x");
    to_types(&app);
    world_type(&app, "weight");
    world_press(&app, "<Enter>");
    world_press(&app, "<F2>");
    world_press(&app, "y");
    hv_form_done(&app, &none);
    hv_load_ask(&app, HV_JOB_SUBS);
    subs.op = app.busy[HV_JOB_SUBS].op;
    subs.u.subs.rows = hv_calloc(app.subs.len + 1, sizeof(*subs.u.subs.rows));
    subs.u.subs.len = app.subs.len + 1;
    for (size_t i = 0; i < app.subs.len; i++)
        subs.u.subs.rows[i].sub.id = app.subs.rows[i].sub.id;
    subs.u.subs.rows[app.subs.len].sub.id = fresh;
    hv_app_update(&app, &subs);
    cr_expect(hv_guid_equal(
        &app.subs.rows[app.lists[HV_VIEW_SUBS].cursor.at].sub.id, &fresh));
    hv_app_release(&app);
}

Test(form, asks_before_it_throws_away_what_was_written)
{
    struct hv_app app;

    open_form(&app);
    world_press(&app, "<Esc>");
    cr_expect_eq(hv_app_top(&app), HV_VIEW_SUBS, "nothing was written");
    world_press(&app, "A");
    world_type(&app, "x");
    world_press(&app, "<Esc>");
    cr_expect_eq(app.dialog.kind, HV_DIALOG_DISCARD);
    world_press(&app, "<Enter>");
    cr_expect_eq(hv_app_top(&app), HV_VIEW_FORM);
    world_press(&app, "<Esc>");
    world_press(&app, "y");
    cr_expect_eq(hv_app_top(&app), HV_VIEW_SUBS);
    hv_app_release(&app);
}

Test(form, a_whole_url_may_be_given)
{
    static const struct {
        const char *typed, *want;
    } rows[] = {
        { "www.app.com/hv/", "https://www.app.com/hv/" },
        { "https://www.app.com/hv/", "https://www.app.com/hv/" },
        { "http://www.app.com/", "http://www.app.com/" },
        { "httpd.app.com/", "https://httpd.app.com/" },
    };

    for (size_t i = 0; i < HV_LEN(rows); i++) {
        struct hv_app app;

        open_form(&app);
        world_type(&app, rows[i].typed);
        cr_expect_str_eq(app.form.url.text, rows[i].want, "row %zu", i);
        hv_app_release(&app);
    }
}

Test(form, a_clone_begins_with_what_the_other_has)
{
    struct hv_app app;
    struct hv_buf command = { 0 };

    world_open(&app);
    world_fill(&app);
    world_press(&app, "2");
    world_press(&app, "j");
    world_press(&app, "C");
    cr_assert_eq(hv_app_top(&app), HV_VIEW_FORM);
    cr_expect_eq(hv_form_picked(&app.form), 3);
    world_type(&app, "2");
    hv_form_command(&app.form, &command);
    cr_expect(strstr(hv_buf_str(&command), "sub create --type "), "%s",
              hv_buf_str(&command));
    cr_expect(strstr(hv_buf_str(&command), "/hv/notify/bg2"), "%s",
              hv_buf_str(&command));
    hv_buf_release(&command);
    hv_app_release(&app);
}

Test(form, an_edit_sends_only_what_changed)
{
    struct hv_app app;
    const struct hv_effect *effect;

    world_open(&app);
    world_fill(&app);
    world_press(&app, "2");
    world_press(&app, "E");
    cr_expect(world_shows(&app, "Subscriptions > edit 0b2e..a41"));
    world_press(&app, "<F2>");
    cr_expect(world_shows(&app, "nothing was changed"));
    world_press(&app, "<Tab>"); /* the key version is not a field here */
    cr_expect_eq(app.form.field, HV_FIELD_TYPES);
    world_type(&app, "weight");
    world_press(&app, "<Down>");
    world_press(&app, "<Enter>");
    world_press(&app, "<F2>");
    cr_assert_eq(app.dialog.kind, HV_DIALOG_CONFIRM);
    cr_expect(world_shows(&app, "1 type more, 0 less"));
    cr_expect(world_shows(&app, "312 verified messages came through it"));
    world_press(&app, "y");
    effect = world_job(&app, HV_JOB_COMMAND);
    cr_assert_not_null(effect);
    cr_expect(!strncmp(effect->text,
                       "sub edit 0b2ef1c2-8e10-4d7b-9a3e-51b0c7709a41 "
                       "--add-type ",
                       57),
              "%s", effect->text);
    cr_expect_null(strstr(effect->text, "--url"));
    cr_expect_null(strstr(effect->text, "--drop-type"));
    hv_app_release(&app);
}

Test(form, says_while_one_writes_what_is_wrong)
{
    struct hv_app app;

    open_form(&app);
    world_size(&app, 24, 80);
    cr_expect_not(world_shows(&app, "Lint"), "nothing was written yet");
    write_url(&app, "https://localhost/hv/notify");
    cr_expect(world_shows(&app, "Lint"));
    cr_expect(world_shows(&app, "the platform cannot reach the host"));
    write_url(&app, "https://www.app.com/hv/notify/new");
    cr_expect_not(world_shows(&app, "cannot reach"));
    hv_app_release(&app);
    world_open(&app);
    world_fill(&app);
    app.status->env = app.status->profile_facts.env = HV_ENV_PROD;
    snprintf(app.subs.rows[0].sub.url, sizeof(app.subs.rows[0].sub.url),
             "https://other.example.com/x");
    world_press(&app, "2");
    world_press(&app, "g");
    cr_expect(world_shows(&app, "lint    !!"), "and of what is there");
    hv_app_release(&app);
}

Test(form, leaving_an_untouched_edit_asks_nothing)
{
    struct hv_app app;

    world_open(&app);
    world_fill(&app);
    world_press(&app, "2");
    world_press(&app, "E");
    world_press(&app, "<Esc>");
    cr_expect_eq(hv_app_top(&app), HV_VIEW_SUBS);
    hv_app_release(&app);
}
