/*
 * test_press.c - where presses go: questions, the `:` line, filters, lists;
 * what a key that does nothing says; what a command that ends says.
 */
#include "tests/unit/tui/console/world.h"

#include <criterion/criterion.h>
#include <string.h>

static void
open_subs(struct hv_app *app)
{
    world_open(app);
    world_fill(app);
    world_press(app, "2");
    world_forget_effects(app);
}

static const char *
said(const struct hv_app *app)
{
    return hv_app_note(app, 0) ? hv_app_note(app, 0)->text : "";
}

Test(press, a_key_that_does_nothing_says_where_it_would)
{
    static const struct {
        const char *view, *keys, *says;
    } rows[] = {
        { "1", "R", "works in 2 Subs, 3 Keys" },
        { "3", "p", "works in 6 Log" },
        { "2", "X", "works in 3 Keys" },
        { "2", "}", "works in 6 Log" },
        { "4", "R", "works in 2 Subs" },
        { "4", "D", "no template is selected" },
        { "2", "$", "? shows" },
        { "2", "yz", "y then z" },
        { "1", "/", "filters" },
    };

    for (size_t i = 0; i < HV_LEN(rows); i++) {
        struct hv_app app;

        world_open(&app);
        world_fill(&app);
        world_press(&app, rows[i].view);
        world_press(&app, rows[i].keys);
        cr_expect(strstr(said(&app), rows[i].says), "row %zu: %s", i,
                  said(&app));
        hv_app_release(&app);
    }
}

Test(press, a_paste_is_never_a_command)
{
    struct hv_app app;

    open_subs(&app);
    world_paste(&app, "Dy\rQ");
    cr_expect_eq(app.dialog.kind, HV_DIALOG_NONE);
    cr_expect_eq(app.effects.len, 0);
    world_press(&app, "D");
    world_paste(&app, "y");
    cr_expect_eq(app.dialog.kind, HV_DIALOG_CONFIRM, "the question stays");
    world_press(&app, "<Esc>");
    world_press(&app, ":");
    world_forget_effects(&app);
    world_paste(&app, "\033");
    cr_expect_eq(app.effects.len, 0, "a pasted ESC is no key of the line");
    world_paste(&app, "a");
    cr_expect_not_null(world_effect(&app, HV_EFFECT_PROMPT_PRESS));
    hv_app_release(&app);
}

Test(press, a_question_takes_y_and_means_no_by_enter)
{
    static const struct {
        int32_t code;
        bool runs;
    } rows[] = {
        { HV_PRESS_ENTER, false },
        { HV_PRESS_ESC, false },
        { 'n', false },
        { 'q', false },
        { 'y', true },
        { 'Y', true },
    };

    for (size_t i = 0; i < HV_LEN(rows); i++) {
        struct hv_app app;

        open_subs(&app);
        world_press(&app, "D");
        cr_assert_eq(app.dialog.kind, HV_DIALOG_CONFIRM);
        cr_expect(world_shows(&app, "312 verified messages"));
        world_press(&app, "j"); /* no answer: the question stays */
        cr_expect_eq(app.dialog.kind, HV_DIALOG_CONFIRM);
        world_code(&app, rows[i].code);
        cr_expect_eq(app.dialog.kind, HV_DIALOG_NONE);
        cr_expect_eq(world_effect(&app, HV_EFFECT_JOB) != NULL, rows[i].runs,
                     "row %zu", i);
        hv_app_release(&app);
    }
}

Test(press, production_wants_write_mode_the_name_and_two_seconds)
{
    struct hv_app app;
    const struct hv_effect *effect;

    open_subs(&app);
    app.status->env = HV_ENV_PROD;
    world_press(&app, "D");
    cr_expect_eq(app.dialog.kind, HV_DIALOG_NONE, "not armed");
    world_press(&app, "W");
    world_press(&app, "D");
    cr_assert_eq(app.dialog.kind, HV_DIALOG_TYPED);
    world_type(&app, "BPTracker");
    world_press(&app, "<Enter>");
    cr_expect_eq(app.dialog.kind, HV_DIALOG_TYPED, "too early");
    world_tick(&app, 2000);
    world_press(&app, "<BS>");
    world_press(&app, "<Enter>");
    cr_expect_null(world_job(&app, HV_JOB_COMMAND), "the wrong name");
    world_press(&app, "D");
    world_tick(&app, 2000);
    world_paste(&app, "BPTracker");
    world_press(&app, "<Enter>");
    cr_expect_null(world_job(&app, HV_JOB_COMMAND), "a paste is no name");
    world_press(&app, "D");
    world_tick(&app, 2000);
    world_type(&app, "BPTracker");
    world_press(&app, "<Enter>");
    effect = world_job(&app, HV_JOB_COMMAND);
    cr_assert_not_null(effect);
    cr_expect_str_eq(effect->confirm, "BPTracker");
    cr_expect(effect->is_armed);
    hv_app_release(&app);
}

Test(press, write_mode_ends_by_itself)
{
    struct hv_app app;

    open_subs(&app);
    app.status->env = HV_ENV_PROD;
    world_press(&app, "W");
    cr_expect_not(hv_app_is_read_only(&app));
    for (int i = 0; i < 5; i++) {
        world_tick(&app, HV_ARM_MS / 5);
        app.input_mono_ms = app.mono_ms;
        app.status_load.read_ms = app.now_ms;
    }
    cr_expect(hv_app_is_read_only(&app));
    hv_app_release(&app);
}

Test(press, the_place_in_a_list_is_kept_by_id)
{
    struct hv_app app;
    struct hv_msg msg = { .kind = HV_MSG_KEYS, .job = HV_JOB_KEYS };
    char before[96];

    world_open(&app);
    world_fill(&app);
    world_press(&app, "3");
    world_press(&app, "G");
    world_press(&app, "k");
    hv_copy(before, sizeof(before), app.lists[HV_VIEW_KEYS].cursor.id);
    msg.op = app.busy[HV_JOB_KEYS].op;
    msg.u.keys.rows = hv_calloc(3, sizeof(*msg.u.keys.rows));
    msg.u.keys.len = 3;
    msg.u.keys.rows[0] = app.keys.rows[6]; /* it moves to the front */
    msg.u.keys.rows[1] = app.keys.rows[0];
    msg.u.keys.rows[2] = app.keys.rows[1];
    hv_app_update(&app, &msg);
    cr_expect_eq(app.lists[HV_VIEW_KEYS].cursor.at, 0);
    cr_expect_str_eq(app.lists[HV_VIEW_KEYS].cursor.id, before);
    hv_app_release(&app);
}

Test(press, a_filter_narrows_while_one_types_and_esc_clears_it)
{
    struct hv_app app;

    open_subs(&app);
    world_press(&app, "j");
    world_press(&app, "/");
    world_type(&app, "gluc");
    cr_expect_eq(hv_list_len(&app), 1);
    world_press(&app, "<Enter>");
    cr_expect(world_shows(&app, "[gluc]"));
    world_press(&app, "<Esc>");
    cr_expect_eq(hv_list_len(&app), app.subs.len);
    cr_expect_eq(app.lists[HV_VIEW_SUBS].cursor.at, 1, "the place is the same");
    hv_app_release(&app);
}

Test(press, command_text_from_keys_has_the_selected_ids)
{
    struct hv_app app;
    const struct hv_effect *effect;

    world_open(&app);
    world_fill(&app);
    world_press(&app, "3");
    world_press(&app, "j");
    world_press(&app, "j");
    world_press(&app, "R");
    world_press(&app, "y");
    effect = world_job(&app, HV_JOB_COMMAND);
    cr_assert_not_null(effect);
    cr_expect_str_eq(effect->text,
                     "key rotate 44f1f1c2-8e10-4d7b-9a3e-51b0c77099d2");
    hv_app_release(&app);
}

Test(press, one_command_at_a_time_and_cancel_reaches_it)
{
    struct hv_app app;
    struct hv_msg cancel = { .kind = HV_MSG_CANCEL };

    open_subs(&app);
    world_press(&app, "R");
    world_press(&app, "y");
    world_forget_effects(&app);
    hv_app_do(&app, "sub list", HV_FROM_LINE);
    cr_expect_null(world_effect(&app, HV_EFFECT_JOB));
    cr_expect(strstr(said(&app), "still running"), "%s", said(&app));
    hv_app_update(&app, &cancel);
    cr_expect_not_null(world_effect(&app, HV_EFFECT_CANCEL));
    hv_app_release(&app);
}

Test(press, what_a_command_says_is_shown_as_it_fits)
{
    struct hv_app app;
    struct hv_msg done = { .kind = HV_MSG_COMMAND, .job = HV_JOB_COMMAND };

    open_subs(&app);
    hv_app_do(&app, "hvconsole sub list", HV_FROM_LINE);
    done.op = app.busy[HV_JOB_COMMAND].op;
    done.text = hv_strdup("id  url\n1   2\n");
    hv_app_update(&app, &done);
    cr_expect_eq(hv_app_top(&app), HV_VIEW_PAGER);
    cr_expect(world_shows(&app, "sub list"));
    world_press(&app, "q");
    hv_app_do(&app, "version", HV_FROM_LINE);
    done = (struct hv_msg){ .kind = HV_MSG_COMMAND,
                            .job = HV_JOB_COMMAND,
                            .op = app.busy[HV_JOB_COMMAND].op };
    done.text = hv_strdup("hvconsole 1.2\n");
    hv_app_update(&app, &done);
    cr_expect_eq(hv_app_top(&app), HV_VIEW_SUBS);
    cr_expect_str_eq(said(&app), "hvconsole 1.2");
    hv_app_do(&app, "sub lst", HV_FROM_LINE);
    cr_expect(strstr(said(&app), "sub list"), "%s", said(&app));
    hv_app_do(&app, "demo", HV_FROM_LINE);
    cr_expect(strstr(said(&app), "shell"), "%s", said(&app));
    hv_app_release(&app);
}

Test(press, an_answer_that_nobody_waits_for_is_dropped)
{
    struct hv_app app;
    struct hv_msg old = { .kind = HV_MSG_SUBS, .job = HV_JOB_SUBS, .op = 999 };
    size_t before;

    open_subs(&app);
    before = app.subs.len;
    old.u.subs.rows = hv_calloc(1, sizeof(*old.u.subs.rows));
    old.u.subs.len = 1;
    hv_app_update(&app, &old);
    cr_expect_eq(app.subs.len, before);
    hv_app_release(&app);
}

Test(press, unknown_facts_are_question_marks)
{
    struct hv_app app;

    world_open(&app);
    world_tick(&app, HV_STALE_MS);
    cr_expect(world_shows(&app, "[?]"));
    cr_expect(world_shows(&app, "in:?"));
    hv_app_release(&app);
}

Test(press, copies_what_is_selected)
{
    static const struct {
        const char *keys, *text;
    } rows[] = {
        { "yi", "0b2ef1c2-8e10-4d7b-9a3e-51b0c7709a41" },
        { "yu", "https://www.app.com/hv/notify/bp" },
        { "yc", "hvconsole sub show 0b2ef1c2-8e10-4d7b-9a3e-51b0c7709a41" },
    };

    for (size_t i = 0; i < HV_LEN(rows); i++) {
        struct hv_app app;

        open_subs(&app);
        world_press(&app, rows[i].keys);
        cr_assert_not_null(world_effect(&app, HV_EFFECT_COPY), "row %zu", i);
        cr_expect_str_eq(world_effect(&app, HV_EFFECT_COPY)->text,
                         rows[i].text);
        hv_app_release(&app);
    }
}

Test(press, what_a_running_command_asks_is_answered_once)
{
    static const bool answers[] = { true, false };

    for (size_t i = 0; i < HV_LEN(answers); i++) {
        struct hv_app app;
        struct hv_msg late = { .kind = HV_MSG_ASK, .op = 999 };
        struct hv_msg ask = { .kind = HV_MSG_ASK };

        open_subs(&app);
        late.text = hv_strdup("Of before the lock?");
        hv_app_update(&app, &late);
        cr_expect_eq(app.dialog.kind, HV_DIALOG_NONE, "nobody waits for it");
        hv_app_do(&app, "sub delete 0b2e", HV_FROM_LINE);
        ask.op = app.busy[HV_JOB_COMMAND].op;
        ask.text = hv_strdup("Delete 1 of 6 subscriptions? 312 verified "
                             "messages came through it in the last 24 h.");
        hv_app_update(&app, &ask);
        cr_assert_eq(app.dialog.kind, HV_DIALOG_ASKED);
        cr_expect(world_shows(&app, "312 verified"));
        world_forget_effects(&app);
        world_press(&app, answers[i] ? "y" : "<Enter>");
        cr_assert_not_null(world_effect(&app, HV_EFFECT_ANSWER));
        cr_expect_eq(world_effect(&app, HV_EFFECT_ANSWER)->flag, answers[i]);
        cr_expect_eq(app.dialog.kind, HV_DIALOG_NONE);
        hv_app_release(&app);
    }
}
