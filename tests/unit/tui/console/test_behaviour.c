/*
 * test_behaviour.c - things that come together: filters that contradict each
 * other, a click while one writes, a question while something runs, write mode
 * that ends in the middle, a place whose row is gone.
 */
#include "tests/unit/tui/console/world.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

static void
open_tab(struct hv_app *app, const char *key)
{
    world_open(app);
    world_fill(app);
    world_press(app, key);
    world_forget_effects(app);
}

static const char *
said(const struct hv_app *app)
{
    return hv_app_note(app, 0) ? hv_app_note(app, 0)->text : "";
}

/* What is read when `/` was filled with @text. */
static const struct hv_effect *
filter_by(struct hv_app *app, const char *text)
{
    app->log.is_asked = false;
    world_forget_effects(app);
    world_press(app, "/");
    world_press(app, "^u");
    world_type(app, text);
    world_press(app, "<Enter>");
    return world_effect(app, HV_EFFECT_LOG);
}

static void
click(struct hv_app *app, int32_t code, int row, int col)
{
    struct hv_msg msg = { .kind = HV_MSG_PRESS };

    msg.u.press.code = code;
    msg.u.press.row = row;
    msg.u.press.col = col;
    hv_app_update(app, &msg);
}

#define BIT(verdict) (UINT32_C(1) << (verdict))
#define ALL          (BIT(HV_VERDICT_COUNT) - 1)

Test(behaviour, verdicts_that_exclude_each_other_leave_no_message)
{
    static const struct {
        int choices; /* of v */
        const char *filter;
        uint32_t verdicts; /* 0 = none at all */
    } rows[] = {
        { 2, "!verified", 0 },
        { 2, "verdict:K", 0 },
        { 0, "!verified !problems !verified-old", 0 },
        { 0, "v:V,O !V,O", 0 },
        { 0, "v:K", BIT(HV_VERDICT_UNKNOWN_VERSION) },
        { 0, "verdict:bad-hmac,unknown-version",
          BIT(HV_VERDICT_BAD_HMAC) | BIT(HV_VERDICT_UNKNOWN_VERSION) },
        { 0, "v:V,O !O", BIT(HV_VERDICT_VERIFIED) },
        { 0, "!H", ALL & ~BIT(HV_VERDICT_BAD_HMAC) },
        { 0, "mismatch", 0xffffffff }, /* a word to look for */
    };

    for (size_t i = 0; i < HV_LEN(rows); i++) {
        struct hv_app app;
        const struct hv_effect *effect;

        open_tab(&app, "6");
        for (int n = 0; n < rows[i].choices; n++)
            world_press(&app, "v");
        effect = filter_by(&app, rows[i].filter);
        if (rows[i].verdicts == 0xffffffff) {
            cr_expect_not_null(world_effect(&app, HV_EFFECT_FIND));
        } else {
            cr_assert_not_null(effect, "row %zu", i);
            cr_expect_neq(effect->filter.verdicts, 0, "row %zu: 0 is all", i);
            cr_expect_eq(effect->filter.verdicts & ALL, rows[i].verdicts,
                         "row %zu: %x", i, effect->filter.verdicts);
        }
        hv_app_release(&app);
    }
}

Test(behaviour, a_verdict_that_came_with_a_filter_goes_with_it)
{
    struct hv_app app;
    const struct hv_effect *effect;

    open_tab(&app, "6");
    cr_assert_not_null(filter_by(&app, "verdict:bad-hmac"));
    cr_expect(world_shows(&app, "[verdict: bad-hmac]"));
    effect = filter_by(&app, "since:2h");
    cr_assert_not_null(effect);
    cr_expect_eq(effect->filter.verdicts, 0);
    cr_expect(world_shows(&app, "[verdict: any]"));
    hv_app_release(&app);
}

#define TWO_IDS                                                                \
    "sub:0b2ef1c2-8e10-4d7b-9a3e-51b0c7709a41 "                                \
    "record:44f1f1c2-8e10-4d7b-9a3e-51b0c77099d2 "
#define TWO_MOMENTS "since:2026-11-20T10:00:00Z until:2026-11-21T10:00:00Z "

Test(behaviour, a_long_filter_is_taken_whole_or_not)
{
    struct hv_app app;
    const struct hv_effect *effect;

    open_tab(&app, "6");
    effect = filter_by(&app, TWO_IDS TWO_MOMENTS "!verified");
    cr_assert_not_null(effect);
    cr_expect(effect->filter.has_sub);
    cr_expect(effect->filter.has_record);
    cr_expect_eq(effect->filter.until_ms - effect->filter.since_ms,
                 24 * 3600 * 1000);
    cr_expect_eq(effect->filter.verdicts, ALL & ~BIT(HV_VERDICT_VERIFIED));
    cr_expect(
        strstr(app.log.filter_label, "[until 2026-11-21T10:00:00Z] [!verified"),
        "%s", app.log.filter_label);
    world_press(&app, "2");
    world_press(&app, "/");
    for (int i = 0; i < 60; i++)
        world_type(&app, "abcdefghij");
    cr_expect_eq(app.filter_edit.len, HV_MAX_FILTER - 1);
    cr_expect_str_eq(app.lists[HV_VIEW_SUBS].filter, app.filter_edit.text);
    cr_expect(strstr(said(&app), "at most"), "%s", said(&app));
    hv_app_release(&app);
}

Test(behaviour, a_filter_and_r_leave_one_where_one_is_in_the_log)
{
    struct hv_msg msg = { .kind = HV_MSG_JOURNAL, .job = HV_JOB_JOURNAL };
    struct hv_app app;
    const struct hv_effect *effect;
    int64_t id;

    open_tab(&app, "6");
    world_press(&app, "g");
    id = hv_log_row(&app)->id;
    hv_app_update(&app, &msg);
    effect = world_effect(&app, HV_EFFECT_LOG);
    cr_assert_not_null(effect);
    cr_expect_eq(effect->how, HV_LOG_AROUND);
    cr_expect_eq(effect->id, id);
    effect = filter_by(&app, "since:2d");
    cr_assert_not_null(effect);
    cr_expect_eq(effect->how, HV_LOG_AROUND);
    cr_expect_eq(effect->id, id);
    hv_app_release(&app);
}

/* The rows 901 to 905 come, asked for round @at. */
static void
come_around(struct hv_app *app, int64_t at)
{
    struct hv_msg msg = { .kind = HV_MSG_LOG };
    struct hv_msg_log *log = &msg.u.log;

    log->how = HV_LOG_AROUND;
    log->rows = hv_calloc(5, sizeof(*log->rows));
    log->len = 5;
    log->at = at;
    for (int i = 0; i < 5; i++)
        log->rows[i] = world_log_row(901 + 2 * i, HV_VERDICT_VERIFIED, "0b2e",
                                     "v20261111-1");
    hv_app_update(app, &msg);
}

Test(behaviour, what_is_gone_to_and_not_shown_is_told)
{
    static const struct {
        const char *filter;
        int64_t id, lands;
        const char *says; /* NULL = nothing */
    } rows[] = {
        { "", 905, 905, NULL },
        { "", 904, 903, "There is no message 904; this one is next to it." },
        { "", 99999, 909, "There is no message 99999" },
        { "", 5, 901, "There is no message 5" },
        { "since:2h", 904, 903, "not among those shown" },
    };

    for (size_t i = 0; i < HV_LEN(rows); i++) {
        struct hv_app app;
        size_t before;
        char line[40];

        open_tab(&app, "6");
        if (rows[i].filter[0])
            filter_by(&app, rows[i].filter);
        app.log.is_asked = false;
        snprintf(line, sizeof(line), "message %lld", (long long)rows[i].id);
        hv_app_do(&app, line, HV_FROM_LINE);
        before = app.notes_len;
        come_around(&app, rows[i].id);
        cr_expect_eq(hv_log_row(&app)->id, rows[i].lands, "row %zu", i);
        cr_expect_eq(app.notes_len - before, rows[i].says != NULL, "row %zu",
                     i);
        cr_expect(!rows[i].says || strstr(said(&app), rows[i].says),
                  "row %zu: %s", i, said(&app));
        app.log.visited = 0; /* nobody asked by its id: no word about it */
        before = app.notes_len;
        come_around(&app, 904);
        cr_expect_eq(app.notes_len, before, "row %zu", i);
        hv_app_release(&app);
    }
}

Test(behaviour, a_click_on_a_tab_takes_no_filter_along)
{
    struct hv_app app;

    open_tab(&app, "2");
    world_press(&app, "/");
    world_type(&app, "gl");
    click(&app, HV_PRESS_CLICK, 1, 18); /* 3 Keys */
    cr_assert_eq(app.tab, HV_VIEW_KEYS);
    world_type(&app, "j");
    cr_expect_str_eq(app.lists[HV_VIEW_KEYS].filter, "");
    cr_expect_str_eq(app.lists[HV_VIEW_SUBS].filter, "gl");
    hv_app_release(&app);
}

Test(behaviour, nothing_moves_behind_a_question)
{
    struct hv_app app;

    open_tab(&app, "2");
    world_press(&app, "D");
    cr_assert_eq(app.dialog.kind, HV_DIALOG_CONFIRM);
    click(&app, HV_PRESS_WHEEL_DOWN, 8, 8);
    click(&app, HV_PRESS_CLICK, 8, 8);
    click(&app, HV_PRESS_CLICK, 1, 18);
    cr_expect_eq(app.lists[HV_VIEW_SUBS].cursor.at, 0);
    cr_expect_eq(app.tab, HV_VIEW_SUBS);
    cr_expect_eq(app.dialog.kind, HV_DIALOG_CONFIRM);
    hv_app_release(&app);
}

Test(behaviour, a_long_paste_pushes_no_message_out)
{
    struct hv_app app;

    open_tab(&app, "2");
    hv_app_say(&app, HV_ROLE_GOOD, "23 of 23 rotated.");
    for (int i = 0; i < 40; i++)
        world_paste(&app, "sub delete ");
    cr_expect(world_said(&app, "A paste is text"));
    cr_expect(world_said(&app, "23 of 23 rotated."));
    hv_app_release(&app);
}

Test(behaviour, ctrl_c_leaves_the_filter_line)
{
    struct hv_msg cancel = { .kind = HV_MSG_CANCEL };
    struct hv_app app;

    open_tab(&app, "6");
    world_press(&app, "/");
    world_type(&app, "bad");
    hv_app_update(&app, &cancel);
    cr_expect_not(app.is_filtering);
    cr_expect_str_eq(said(&app), "", "and says nothing of quitting");
    hv_app_release(&app);
}

Test(behaviour, an_edited_filter_narrows_at_once)
{
    struct hv_msg edited = { .kind = HV_MSG_EDITED };
    struct hv_app app;

    open_tab(&app, "2");
    world_press(&app, "/");
    edited.text = hv_strdup("gluc");
    hv_app_update(&app, &edited);
    cr_expect_eq(hv_list_len(&app), 1);
    hv_app_release(&app);
}

Test(behaviour, the_place_of_a_row_that_is_gone_is_that_of_the_next)
{
    struct hv_app app;
    struct hv_msg msg = { .kind = HV_MSG_KEYS, .job = HV_JOB_KEYS };
    struct hv_list *list = &app.lists[HV_VIEW_KEYS];
    char next[HV_ROW_ID];

    open_tab(&app, "3");
    world_press(&app, "j");
    hv_list_id(&app, HV_VIEW_KEYS, 2, next);
    hv_load_ask(&app, HV_JOB_KEYS);
    msg.op = app.busy[HV_JOB_KEYS].op;
    msg.u.keys.rows = hv_calloc(3, sizeof(*msg.u.keys.rows));
    msg.u.keys.len = 3;
    msg.u.keys.rows[0] = app.keys.rows[0];
    msg.u.keys.rows[1] = app.keys.rows[2]; /* 1 is gone */
    msg.u.keys.rows[2] = app.keys.rows[3];
    hv_app_update(&app, &msg);
    cr_expect_eq(list->cursor.at, 1);
    cr_expect_str_eq(list->cursor.id, next);
    world_press(&app, "i"); /* the other way round: it stays on that one */
    cr_expect_str_eq(list->cursor.id, next);
    cr_expect_eq(list->cursor.at, 1);
    hv_copy(list->filter, sizeof(list->filter), "no such thing");
    hv_list_settle(&app, HV_VIEW_KEYS);
    list->filter[0] = 0;
    hv_list_settle(&app, HV_VIEW_KEYS);
    cr_expect_str_eq(list->cursor.id, next, "hidden is not gone");
    hv_app_release(&app);
}

Test(behaviour, nothing_is_asked_while_a_command_runs)
{
    struct hv_app app;

    open_tab(&app, "2");
    world_press(&app, "R");
    world_press(&app, "y");
    cr_assert_neq(app.busy[HV_JOB_COMMAND].op, 0);
    world_press(&app, "D");
    cr_expect_eq(app.dialog.kind, HV_DIALOG_NONE);
    cr_expect(strstr(said(&app), "still running"), "%s", said(&app));
    hv_app_release(&app);
}

Test(behaviour, what_was_written_in_a_small_form_is_not_thrown_away)
{
    struct hv_app app;

    open_tab(&app, "3");
    world_press(&app, "I");
    cr_assert_eq(hv_app_top(&app), HV_VIEW_SHEET);
    world_press(&app, "<Left>");
    world_press(&app, "<Esc>");
    cr_expect_eq(hv_app_top(&app), HV_VIEW_KEYS, "untouched: no question");
    world_press(&app, "I");
    world_type(&app, "v7");
    world_press(&app, "<Esc>");
    cr_assert_eq(app.dialog.kind, HV_DIALOG_DISCARD);
    world_press(&app, "<Enter>");
    cr_expect_eq(hv_app_top(&app), HV_VIEW_SHEET, "Enter means no");
    world_press(&app, "<Esc>");
    world_press(&app, "y");
    cr_expect_eq(hv_app_top(&app), HV_VIEW_KEYS);
    cr_expect_eq(app.over_len, 0);
    hv_app_release(&app);
}

/* Write mode ends between the question and the answer. */
Test(behaviour, write_mode_that_ends_before_the_answer_does_not_count)
{
    struct hv_app app;
    const struct hv_effect *effect;

    open_tab(&app, "2");
    app.status->env = HV_ENV_PROD;
    world_press(&app, "W");
    world_press(&app, "R");
    cr_assert_eq(app.dialog.kind, HV_DIALOG_CONFIRM);
    app.armed_until_mono_ms = app.mono_ms + 1000;
    world_tick(&app, 2000);
    world_press(&app, "y");
    effect = world_job(&app, HV_JOB_COMMAND);
    cr_expect(!effect || !effect->is_armed);
    cr_expect_null(effect, "and it is said here, not by the worker");
    cr_expect(strstr(said(&app), "press W"), "%s", said(&app));
    hv_app_release(&app);
}

/* W is a letter in a form: the form offers it itself, and stays. */
Test(behaviour, write_mode_that_ends_in_a_form_loses_nothing)
{
    struct hv_app app;

    open_tab(&app, "2");
    app.status->env = HV_ENV_PROD;
    world_press(&app, "W");
    world_press(&app, "A");
    cr_assert_eq(hv_app_top(&app), HV_VIEW_FORM);
    world_type(&app, "www.app.com/hv/new");
    app.armed_until_mono_ms = app.mono_ms + 1000;
    world_tick(&app, 2000);
    world_press(&app, "<F2>");
    cr_assert_eq(app.dialog.kind, HV_DIALOG_CONFIRM);
    world_press(&app, "<Enter>");
    cr_expect(hv_app_is_read_only(&app), "Enter means no");
    world_press(&app, "<F2>");
    world_press(&app, "y");
    cr_expect_not(hv_app_is_read_only(&app));
    cr_expect_eq(hv_app_top(&app), HV_VIEW_FORM);
    cr_expect(world_shows(&app, "www.app.com/hv/new"));
    hv_app_release(&app);
}

Test(behaviour, a_draft_waits_behind_the_lock)
{
    struct hv_msg opened = { .kind = HV_MSG_OPENED, .job = HV_JOB_OPEN };
    struct hv_app app;

    open_tab(&app, "2");
    world_press(&app, "A");
    world_type(&app, "www.app.com/hv/new");
    hv_unlock_lock(&app, "");
    cr_expect_not(world_shows(&app, "app.com"));
    hv_unlock_start(&app);
    world_forget_effects(&app);
    opened.op = app.busy[HV_JOB_OPEN].op;
    hv_app_update(&app, &opened);
    cr_assert(app.is_open);
    cr_expect_eq(hv_app_top(&app), HV_VIEW_FORM);
    cr_expect(world_shows(&app, "www.app.com/hv/new"));
    cr_assert_not_null(world_effect(&app, HV_EFFECT_FLOW));
    cr_expect_not(world_effect(&app, HV_EFFECT_FLOW)->flag);
    hv_app_release(&app);
}

/* A text lies over the list: what is for the list does not reach it unseen. */
Test(behaviour, keys_of_a_list_wait_until_it_is_seen)
{
    static const char *const keys[] = { "/", "n", "N" };

    for (size_t i = 0; i < HV_LEN(keys); i++) {
        struct hv_app app;
        struct hv_list *list = &app.lists[HV_VIEW_SUBS];

        open_tab(&app, "2");
        world_press(&app, "x");
        cr_assert_eq(hv_app_top(&app), HV_VIEW_PAGER);
        world_press(&app, keys[i]);
        cr_expect(strstr(said(&app), "Esc goes back"), "%s: %s", keys[i],
                  said(&app));
        cr_expect_not(app.is_filtering, "%s", keys[i]);
        cr_expect_eq(list->cursor.at, 0, "%s", keys[i]);
        world_press(&app, "j");
        cr_expect_eq(list->cursor.at, 0, "j is the text's");
        hv_app_release(&app);
    }
}

/* The next problem is looked for in the whole log; what is shown may leave it
 * out. */
Test(behaviour, a_problem_that_is_not_shown_is_told)
{
    struct hv_app app;
    struct hv_msg msg = { .kind = HV_MSG_LOG };
    struct hv_msg_log *log = &msg.u.log;

    open_tab(&app, "6");
    world_press(&app, "v");
    world_press(&app, "v");
    app.log.is_asked = false;
    world_press(&app, ",");
    log->how = HV_LOG_PROBLEM_PREV;
    log->rows = hv_calloc(1, sizeof(*log->rows));
    log->rows[0] = world_log_row(903, HV_VERDICT_VERIFIED, "0b2e", "v1");
    log->len = 1;
    log->at = 905;
    hv_app_update(&app, &msg);
    cr_expect(strstr(said(&app), "Message 905 is not among those shown"), "%s",
              said(&app));
    hv_app_release(&app);
}

/* Nothing of the former application stands under the name of the next. */
Test(behaviour, another_profile_begins_with_nothing_known)
{
    struct hv_app app;
    struct hv_msg done = { .kind = HV_MSG_COMMAND, .job = HV_JOB_COMMAND };

    open_tab(&app, "2");
    world_press(&app, "<Space>");
    app.status->env = HV_ENV_PROD;
    world_press(&app, "W");
    app.status->env = HV_ENV_PPE;
    hv_app_do(&app, "profile use other", HV_FROM_LINE);
    done.op = app.busy[HV_JOB_COMMAND].op;
    done.text = hv_strdup("name  other\nenv   prod\n");
    hv_app_update(&app, &done);
    cr_expect_eq(app.subs.len, 0);
    cr_expect_eq(app.keys.len, 0);
    cr_expect_eq(app.log.len, 0);
    cr_expect_eq(app.lists[HV_VIEW_SUBS].marks_len, 0);
    cr_expect(hv_app_is_read_only(&app), "until it is known which it is");
    cr_expect_eq(app.armed_until_mono_ms, 0);
    cr_expect(world_shows(&app, "[?]"));
    cr_expect_not_null(world_job(&app, HV_JOB_STATUS));
    cr_expect_not_null(world_job(&app, HV_JOB_SUBS));
    cr_expect(world_shows(&app, "env   prod"), "and what it said is shown");
    hv_app_release(&app);
}

/* ------------------------------------------------------------ the `:` line -- */

static bool
completes(const struct hv_app *app, const char *line, const char *word)
{
    struct hv_buf out = { 0 };
    char want[128];
    bool found;

    hv_buf_add_char(&out, '\n');
    hv_line_complete(app, line, &out);
    snprintf(want, sizeof(want), "\n%s\n", word);
    found = strstr(hv_buf_str(&out), want) != NULL;
    hv_buf_release(&out);
    return found;
}

Test(behaviour, the_line_completes_words_and_what_is_known)
{
    struct hv_app app;
    char line[128];
    char sub[HV_GUID_TEXT];
    const struct hv_key_row *key;

    open_tab(&app, "2");
    key = &app.keys.rows[0];
    hv_guid_format(&key->sub, sub);
    snprintf(line, sizeof(line), "key retire %s ", sub);
    cr_expect(completes(&app, line, key->version.id));
    cr_expect_not(completes(&app, "key retire ", key->version.id),
                  "first the subscription");
    cr_expect(completes(&app, "key resume ", app.jobs.jobs[0].id));
    cr_expect_not(completes(&app, "key resume x", app.jobs.jobs[0].id));
    cr_expect(completes(&app, "view ", "records"));
    cr_expect(completes(&app, "view re", "records"));
    cr_expect_not(completes(&app, "view re", "dash"));
    cr_expect(completes(&app, "set ", "nomouse"));
    cr_expect(completes(&app, "set th", "theme"));
    cr_expect_not(completes(&app, "set ", "NAME"), "a name is a person's");
    cr_expect(completes(&app, "send ", "test"));
    cr_expect(completes(&app, "sub ", "clone"), "the console's words");
    cr_expect(completes(&app, "sub ", "create"), "and the commands'");
    cr_expect(completes(&app, "qu", "quit"));
    cr_expect(completes(&app, "copy j", "json"));
    cr_expect_not(completes(&app, "quit ", "quit"));
    hv_app_release(&app);
}

Test(behaviour, a_word_too_many_is_no_quit)
{
    struct hv_app app;

    open_tab(&app, "2");
    hv_app_do(&app, "quit now", HV_FROM_LINE);
    cr_expect_null(world_effect(&app, HV_EFFECT_QUIT));
    cr_expect(strstr(said(&app), "\"quit\" stands alone, without \"now\""));
    hv_app_do(&app, "quit ", HV_FROM_LINE);
    cr_expect_not_null(world_effect(&app, HV_EFFECT_QUIT));
    hv_app_release(&app);
}

Test(behaviour, a_wrong_name_is_named)
{
    struct hv_app app;

    open_tab(&app, "2");
    app.status->env = HV_ENV_PROD;
    world_press(&app, "W");
    world_press(&app, "D");
    cr_assert_eq(app.dialog.kind, HV_DIALOG_TYPED);
    world_tick(&app, 2000);
    world_type(&app, "BPTraker");
    world_press(&app, "<Enter>");
    cr_expect(strstr(said(&app), "\"BPTracker\" was wanted, not \"BPTraker\": "
                                 "nothing was changed."));
    world_press(&app, "D");
    world_type(&app, "BPTr");
    world_press(&app, "<Esc>");
    cr_expect_str_eq(said(&app), "Nothing was changed.");
    hv_app_release(&app);
}
