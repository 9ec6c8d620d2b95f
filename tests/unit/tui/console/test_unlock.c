/*
 * test_unlock.c - the prompt, its pauses, locking, and that nothing of the
 * data is shown while it is locked.
 */
#include "tests/unit/tui/console/world.h"

#include <criterion/criterion.h>
#include <string.h>

static void
start(struct hv_app *app, bool has_credential)
{
    struct hv_msg begin = { .kind = HV_MSG_START,
                            .now_ms = WORLD_NOW_MS,
                            .mono_ms = WORLD_MONO_MS };

    cr_assert_eq(hv_secret_start(NULL, NULL), HV_OK);
    hv_app_init(app);
    app->unlock.has_credential = has_credential;
    begin.u.size.rows = 24;
    begin.u.size.cols = 80;
    hv_app_update(app, &begin);
}

static void
answer(struct hv_app *app, enum hv_job_kind job, enum hv_status status)
{
    struct hv_msg msg = { .kind = HV_MSG_OPEN_FAILED,
                          .job = job,
                          .op = app->busy[job].op };

    if (!status)
        msg.kind = HV_MSG_OPENED;
    else
        (void)hv_fail(&msg.error, status, "it does not open (%d)", (int)status);
    hv_app_update(app, &msg);
}

/* The runner takes the passphrase with the effect; so does the test. */
static bool
enter(struct hv_app *app, const char *text)
{
    bool is_asked;

    world_forget_effects(app);
    world_type(app, text);
    world_press(app, "<Enter>");
    is_asked = world_effect(app, HV_EFFECT_JOB) != NULL;
    if (is_asked) {
        cr_expect_eq(world_effect(app, HV_EFFECT_JOB)->job, HV_JOB_UNLOCK);
        cr_expect_null(world_effect(app, HV_EFFECT_JOB)->text,
                       "a passphrase is in no effect");
    }
    return is_asked;
}

Test(unlock, tries_without_asking_then_asks_without_blame)
{
    struct hv_app app;

    start(&app, false);
    cr_assert_not_null(world_effect(&app, HV_EFFECT_JOB));
    cr_expect_eq(hv_app_top(&app), HV_VIEW_UNLOCK);
    answer(&app, HV_JOB_OPEN, HV_ERR_LOCKED);
    cr_expect_eq(app.unlock.state, HV_UNLOCK_ASK);
    cr_expect_eq(app.unlock.error.status, HV_OK, "nobody has failed");
    cr_expect(world_shows(&app, "Passphrase"));
    hv_app_release(&app);
}

Test(unlock, says_when_the_given_file_is_the_wrong_one)
{
    struct hv_app app;

    start(&app, true);
    answer(&app, HV_JOB_OPEN, HV_ERR_LOCKED);
    cr_expect(world_shows(&app, "it does not open"));
    hv_app_release(&app);
}

Test(unlock, has_no_prompt_for_a_file_that_is_missing_or_damaged)
{
    static const enum hv_status bad[] = { HV_ERR_NOT_FOUND, HV_ERR_DAMAGED,
                                          HV_ERR_REFUSED, HV_ERR_IO };
    /* Without a file there are ways to have one. */
    static const enum hv_unlock_state states[] = {
        HV_UNLOCK_FIRST, HV_UNLOCK_STOPPED, HV_UNLOCK_STOPPED, HV_UNLOCK_STOPPED
    };

    for (size_t i = 0; i < HV_LEN(bad); i++) {
        struct hv_app app;

        hv_app_init(&app);
        app.unlock.state = HV_UNLOCK_WORKING;
        app.busy[HV_JOB_OPEN].op = 3;
        answer(&app, HV_JOB_OPEN, bad[i]);
        cr_expect_eq(app.unlock.state, states[i], "status %zu", i);
        cr_expect_not(world_shows(&app, "Passphrase"));
        world_press(&app, "r");
        cr_expect_eq(app.unlock.state, HV_UNLOCK_WORKING, "r tries again");
        hv_app_release(&app);
    }
}

Test(unlock, pauses_longer_and_longer_and_ends_at_the_tenth)
{
    static const int pauses_s[] = { 0, 0, 1, 2, 4, 8, 16, 30, 30 };
    struct hv_app app;

    start(&app, false);
    answer(&app, HV_JOB_OPEN, HV_ERR_LOCKED);
    for (size_t i = 0; i < HV_LEN(pauses_s); i++) {
        cr_assert(enter(&app, "wrong"), "try %zu", i + 1);
        answer(&app, HV_JOB_UNLOCK, HV_ERR_LOCKED);
        cr_expect_null(world_effect(&app, HV_EFFECT_QUIT));
        if (pauses_s[i]) {
            world_tick(&app, pauses_s[i] * 1000 - 1);
            cr_expect_not(enter(&app, "early"), "after try %zu", i + 1);
            cr_expect(world_shows(&app, "wait"), "the pause is told");
            world_press(&app, "^u");
            world_tick(&app, 1);
        }
    }
    cr_assert(enter(&app, "wrong"));
    answer(&app, HV_JOB_UNLOCK, HV_ERR_LOCKED);
    cr_expect_not_null(world_effect(&app, HV_EFFECT_QUIT));
    hv_app_release(&app);
}

Test(unlock, a_paste_is_text_and_its_line_end_is_not_enter)
{
    struct hv_app app;

    start(&app, false);
    answer(&app, HV_JOB_OPEN, HV_ERR_LOCKED);
    world_forget_effects(&app);
    world_paste(&app, "correct horse\r\n");
    cr_expect_null(world_effect(&app, HV_EFFECT_JOB));
    cr_expect_eq(app.unlock.typed_len, strlen("correct horse"));
    cr_expect(!memcmp(app.unlock.typed.data, "correct horse", 13));
    hv_app_release(&app);
}

Test(unlock, edits_by_whole_characters_and_has_an_end)
{
    struct hv_app app;

    start(&app, false);
    answer(&app, HV_JOB_OPEN, HV_ERR_LOCKED);
    world_type(&app, "a\xe6\x97\xa5");
    world_press(&app, "<BS>");
    cr_expect_eq(app.unlock.typed_len, 1);
    world_press(&app, "<BS>");
    world_press(&app, "<BS>");
    cr_expect_eq(app.unlock.typed_len, 0);
    for (int i = 0; i < HV_MAX_PASSPHRASE + 50; i++)
        world_code(&app, 'x');
    cr_expect_eq(app.unlock.typed_len, (size_t)HV_MAX_PASSPHRASE);
    world_press(&app, "<Esc>");
    cr_expect_eq(app.unlock.typed_len, 0);
    cr_expect_null(world_effect(&app, HV_EFFECT_QUIT), "Esc first clears");
    world_press(&app, "<Esc>");
    cr_expect_not_null(world_effect(&app, HV_EFFECT_QUIT));
    hv_app_release(&app);
}

Test(unlock, never_shows_the_passphrase_or_its_length)
{
    struct hv_app app;
    struct hv_buf one = { 0 };
    struct hv_buf two = { 0 };

    start(&app, false);
    answer(&app, HV_JOB_OPEN, HV_ERR_LOCKED);
    world_type(&app, "correct horse battery");
    world_draw(&app, &one);
    cr_expect_null(strstr(hv_buf_str(&one), "correct"));
    world_type(&app, " staple");
    world_draw(&app, &two);
    cr_expect_str_eq(hv_buf_str(&one), hv_buf_str(&two));
    hv_buf_release(&one);
    hv_buf_release(&two);
    hv_app_release(&app);
}

Test(unlock, locks_by_key_by_idleness_by_age_and_by_sleep)
{
    for (int how = 0; how < 4; how++) {
        struct hv_app app;
        struct hv_msg asleep = { .kind = HV_MSG_SUSPENDED };

        cr_assert(how || !hv_secret_start(NULL, NULL));
        world_open(&app);
        world_fill(&app);
        app.open_mono_ms = app.mono_ms;
        world_press(&app, "3");
        if (how == 0) {
            world_press(&app, "L");
        } else if (how == 1) {
            world_tick(&app, HV_IDLE_LOCK_MS - 1);
            cr_expect(app.is_open);
            world_tick(&app, 1);
        } else if (how == 2) {
            for (int minute = 0; minute < 120; minute += 5) {
                cr_expect(app.is_open);
                world_tick(&app, 5 * 60 * 1000);
                world_press(&app, "j");
            }
        } else {
            hv_app_update(&app, &asleep);
        }
        cr_expect_not(app.is_open, "way %d", how);
        cr_expect_eq(app.keys.len, 0, "way %d", how);
        cr_expect_eq(hv_app_top(&app), HV_VIEW_UNLOCK);
        cr_expect_not(world_shows(&app, "v20261111-1"), "way %d", how);
        cr_expect_not(world_shows(&app, "Needs attention"), "way %d", how);
        hv_app_release(&app);
    }
}

Test(unlock, opens_where_one_was_and_asks_for_fresh_facts)
{
    struct hv_app app;

    start(&app, false);
    app.tab = HV_VIEW_KEYS;
    answer(&app, HV_JOB_OPEN, HV_ERR_LOCKED);
    enter(&app, "right");
    world_forget_effects(&app);
    answer(&app, HV_JOB_UNLOCK, HV_OK);
    cr_expect(app.is_open);
    cr_expect_eq(hv_app_top(&app), HV_VIEW_KEYS);
    cr_expect(app.keys_load.is_asked);
    cr_assert_gt(app.effects.len, 0);
    cr_expect_eq(app.effects.items[app.effects.len - 1].job, HV_JOB_SUBS,
                 "the network comes last");
    hv_app_release(&app);
}
