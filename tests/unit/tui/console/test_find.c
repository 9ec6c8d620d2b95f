/*
 * test_find.c - a text looked for through the whole log: what is found becomes
 * the list while it is still being looked for, it can be stopped at any moment,
 * and n and N go through it afterwards. The tabs of a message.
 */
#include "tests/unit/tui/console/world.h"
#include "tui/screen/frame.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

static uint64_t
start_search(struct hv_app *app, const char *words)
{
    const struct hv_effect *effect;

    world_forget_effects(app);
    world_press(app, "/");
    world_type(app, words);
    world_press(app, "<Enter>");
    effect = world_effect(app, HV_EFFECT_FIND);
    cr_assert_not_null(effect, "%s", words);
    cr_expect_eq(effect->which, HV_FIND_TEXT);
    return effect->op;
}

/* The thread tells of ids @high down to @high - @len + 1, of a thousand rows. */
static void
found(struct hv_app *app, uint64_t op, int64_t high, size_t len, int64_t next,
      bool is_end)
{
    struct hv_msg msg = { .kind = HV_MSG_FOUND, .op = op };
    struct hv_msg_found *tell = &msg.u.found;

    world_forget_effects(app);
    tell->ids = hv_calloc(len + 1, sizeof(*tell->ids));
    tell->len = len;
    for (size_t i = 0; i < len; i++)
        tell->ids[i] = high - (int64_t)i;
    tell->scan = (struct hv_log_scan){
        .low = 1, .high = 1000, .next = next, .is_done = is_end
    };
    tell->is_end = is_end;
    app->log.is_asked = false;
    hv_app_update(app, &msg);
}

static void
open_log(struct hv_app *app)
{
    world_open(app);
    world_fill(app);
    world_press(app, "6");
    app->log.is_asked = false;
}

Test(find, words_that_are_no_names_are_looked_for)
{
    static const struct {
        const char *words, *text;
        bool has_sub, has_version, has_since;
    } rows[] = {
        { "blood pressure", "blood pressure", false, false, false },
        { "8f21c0", "8f21c0", false, false, false },
        { "text:two  blanks", "two  blanks", false, false, false },
        { "text:verified", "verified", false, false, false },
        { "since:2h sub:0b2e text:a b", "a b", true, false, true },
        { "v2026-x needle", "needle", false, true, false },
        { "11111111-2222-3333-4444-555555555555",
          "11111111-2222-3333-4444-555555555555", false, false, false },
    };

    for (size_t i = 0; i < HV_LEN(rows); i++) {
        struct hv_app app;
        const struct hv_effect *effect;

        open_log(&app);
        start_search(&app, rows[i].words);
        effect = world_effect(&app, HV_EFFECT_FIND);
        cr_expect_str_eq(effect->text, rows[i].text);
        cr_expect_eq(effect->id, 0);
        cr_expect_eq(effect->filter.has_sub, rows[i].has_sub, "row %zu", i);
        cr_expect_eq(effect->filter.version[0] != 0, rows[i].has_version);
        cr_expect_eq(effect->filter.since_ms != 0, rows[i].has_since);
        cr_expect(world_shows(&app, "searching"), "row %zu", i);
        hv_app_release(&app);
    }
}

Test(find, what_is_found_is_shown_before_the_end)
{
    struct hv_app app;
    const struct hv_effect *effect;
    uint64_t op;

    open_log(&app);
    op = start_search(&app, "needle");
    cr_expect_eq(app.log.len, 0, "the list begins empty");
    cr_expect(world_shows(&app, "Nothing holds \"needle\" so far"));
    found(&app, op, 900, 3, 898, false);
    effect = world_effect(&app, HV_EFFECT_LOG);
    cr_assert_not_null(effect);
    cr_expect_eq(effect->how, HV_LOG_TAIL);
    cr_assert_eq(effect->ids_len, 3);
    cr_expect_eq(effect->ids[0], 898);
    cr_expect_eq(effect->ids[2], 900);
    cr_expect_not(effect->has_older);
    world_log(&app, HV_LOG_TAIL, 898, 3, false, false);
    cr_expect(world_shows(&app, "103 of 1000 rows, 10%"));
    cr_expect(world_shows(&app, "3 found"));
    cr_expect(world_shows(&app, "Esc stops"));
    /* More of it, older: fetched where the window is short. */
    found(&app, op, 500, 2, 400, false);
    effect = world_effect(&app, HV_EFFECT_LOG);
    cr_assert_not_null(effect);
    cr_expect_eq(effect->how, HV_LOG_OLDER);
    cr_assert_eq(effect->ids_len, 2);
    cr_expect_eq(effect->ids[0], 499);
    world_log(&app, HV_LOG_OLDER, 499, 2, false, false);
    cr_expect_eq(hv_log_row(&app)->id, 900, "the place is kept");
    found(&app, op, 0, 0, 1, true);
    cr_expect(world_shows(&app, "searched"));
    cr_expect(world_shows(&app, "1000 rows in 0.0 s"));
    cr_expect(world_shows(&app, "5 found"));
    hv_app_release(&app);
}

Test(find, esc_stops_it_and_then_shows_all)
{
    static const char *const ways[] = { "<Esc>", "^c" };

    for (size_t i = 0; i < HV_LEN(ways); i++) {
        struct hv_msg cancel = { .kind = HV_MSG_CANCEL };
        struct hv_app app;
        uint64_t op;

        open_log(&app);
        op = start_search(&app, "needle");
        found(&app, op, 900, 1, 800, false);
        world_log(&app, HV_LOG_TAIL, 900, 1, false, false);
        world_forget_effects(&app);
        if (i)
            hv_app_update(&app, &cancel);
        else
            world_press(&app, ways[i]);
        cr_assert_not_null(world_effect(&app, HV_EFFECT_FIND_STOP), "%s",
                           ways[i]);
        cr_expect(world_shows(&app, "stopped"));
        cr_expect(world_shows(&app, "older ones not looked at"));
        cr_expect_eq(app.log.len, 1, "what was found stays");
        found(&app, op, 700, 1, 600, false);
        cr_expect_eq(app.log.find.len, 1, "what was on its way is dropped");
        world_forget_effects(&app);
        app.log.is_asked = false;
        world_press(&app, "<Esc>");
        cr_expect_not(app.log.find.is_listed);
        cr_assert_not_null(world_effect(&app, HV_EFFECT_LOG));
        cr_expect_eq(world_effect(&app, HV_EFFECT_LOG)->how, HV_LOG_AROUND);
        cr_expect_eq(world_effect(&app, HV_EFFECT_LOG)->id, 900);
        cr_expect_null(world_effect(&app, HV_EFFECT_LOG)->ids);
        hv_app_release(&app);
    }
}

Test(find, nothing_found_is_said)
{
    struct hv_app app;
    uint64_t op;

    open_log(&app);
    op = start_search(&app, "needle");
    found(&app, op, 0, 0, 1, true);
    cr_expect(world_shows(&app, "No message holds \"needle\"."));
    cr_expect(world_shows(&app, "Esc shows all"));
    hv_app_release(&app);
}

Test(find, n_and_N_go_through_it_from_the_whole_log)
{
    struct hv_app app;
    const struct hv_effect *effect;
    uint64_t op;

    open_log(&app);
    op = start_search(&app, "needle");
    found(&app, op, 990, 1, 980, false);
    found(&app, op, 950, 1, 940, false);
    found(&app, op, 920, 1, 1, true);
    world_press(&app, "<Esc>");
    world_log(&app, HV_LOG_AROUND, 901, 99, true, false);
    world_press(&app, "g"); /* asks; the cursor stays on the last */
    app.log.is_asked = false;
    hv_list_go(&app, 49); /* 950 */
    for (int back = 0; back < 2; back++) {
        world_forget_effects(&app);
        app.log.is_asked = false;
        world_press(&app, back ? "N" : "n");
        effect = world_effect(&app, HV_EFFECT_LOG);
        cr_assert_not_null(effect);
        cr_expect_eq(effect->how, HV_LOG_AROUND);
        cr_expect_eq(effect->id, back ? 920 : 990);
    }
    hv_list_go(&app, 98);
    world_press(&app, "n");
    cr_expect(world_shows(&app, "No later message holds \"needle\""));
    /* A filter without a text takes their meaning over. */
    app.log.is_asked = false;
    world_press(&app, "/");
    world_press(&app, "^u");
    world_type(&app, "version:v9");
    world_press(&app, "<Enter>");
    cr_expect_str_empty(app.log.find.text);
    hv_app_release(&app);
}

Test(find, younger_rows_are_looked_at_too)
{
    struct hv_msg changed = { .kind = HV_MSG_JOURNAL_CHANGED };
    struct hv_app app;
    const struct hv_effect *effect;
    uint64_t op;

    open_log(&app);
    op = start_search(&app, "needle");
    hv_app_update(&app, &changed);
    found(&app, op, 900, 1, 1, true);
    effect = world_effect(&app, HV_EFFECT_FIND);
    cr_assert_not_null(effect, "they came while it ran");
    cr_expect_eq(effect->id, 1000);
    world_log(&app, HV_LOG_TAIL, 900, 1, false, false);
    cr_expect(world_shows(&app, "searched 1000 rows"));
    found(&app, effect->op, 1003, 2, 1001, true);
    effect = world_effect(&app, HV_EFFECT_LOG);
    cr_assert_not_null(effect);
    cr_expect_eq(effect->how, HV_LOG_NEWER);
    cr_assert_eq(effect->ids_len, 2);
    cr_expect_eq(effect->ids[0], 1002);
    cr_expect_eq(hv_find_share(&app.log.find), 100);
    /* However often they come: one Esc is enough. */
    world_log(&app, HV_LOG_NEWER, 1002, 2, false, false);
    changed.kind = HV_MSG_JOURNAL_CHANGED;
    hv_app_update(&app, &changed);
    cr_expect_neq(app.log.find.op, 0);
    world_press(&app, "<Esc>");
    cr_expect_not(app.log.find.is_listed);
    cr_expect_eq(app.log.find.op, 0);
    hv_app_release(&app);
}

Test(find, locking_forgets_all_of_it)
{
    struct hv_app app;
    uint64_t op;

    cr_assert_eq(hv_secret_start(NULL, NULL), HV_OK);
    open_log(&app);
    op = start_search(&app, "needle");
    found(&app, op, 900, 3, 898, false);
    world_forget_effects(&app);
    world_press(&app, "L");
    cr_expect_not_null(world_effect(&app, HV_EFFECT_FIND_STOP));
    cr_expect_eq(app.log.find.len, 0);
    cr_expect_str_empty(app.log.find.text);
    found(&app, op, 800, 3, 798, false);
    cr_expect_eq(app.log.find.len, 0);
    hv_app_release(&app);
}

/* ----------------------------------------------------------------- tabs -- */

Test(find, tabs_show_body_bytes_and_hits)
{
    static const char body[] = "<a><b>a Needle</b>\r\n</a>\\\x01\xff";
    struct hv_msg msg = { .kind = HV_MSG_LOG_BODY };
    struct hv_grid grid = { 0 };
    struct hv_app app;
    int marked = 0;

    open_log(&app);
    start_search(&app, "needle");
    app.log.find.is_listed = false;
    app.log.is_asked = false;
    world_fill_log(&app);
    world_press(&app, "<Enter>");
    world_press(&app, "]]");
    cr_assert_not_null(world_effect(&app, HV_EFFECT_LOG_BODY));
    hv_buf_add(&msg.u.body, body, sizeof(body) - 1);
    hv_app_update(&app, &msg);
    hv_grid_reset(&grid, app.rows, app.cols);
    hv_screen_render(&app, &grid);
    for (int i = 0; i < app.rows * app.cols; i++)
        marked += grid.cells[i].role == HV_ROLE_WARN;
    cr_expect_geq(marked, 6, "the hit is marked");
    cr_expect(world_shows(&app, "[body]"));
    world_press(&app, "]]");
    cr_expect(world_shows(&app, "[raw]"));
    cr_expect(world_shows(&app, "<a><b>a Needle</b>\\x0d\\n\n"));
    cr_expect(world_shows(&app, "</a>\\\\\\x01\\xff"));
    hv_grid_release(&grid);
    hv_app_release(&app);
}

/* The tries of a held message, an hour and three hours apart. */
static void
tell_kin(struct hv_app *app, size_t len, bool is_held)
{
    struct hv_msg msg = { .kind = HV_MSG_FOUND, .op = app->log.kin.op };
    struct hv_kin *kin = &msg.u.found.kin;
    static const int64_t hours[] = { 5, 4, 1 };

    msg.u.found.which = HV_FIND_KIN;
    kin->same = hv_calloc(len + 1, sizeof(*kin->same));
    for (size_t i = 0; i < len; i++) {
        struct hv_log_row *row = &kin->same[kin->same_len++];

        *row = world_log_row(8000 + (int64_t)i,
                             is_held ? HV_VERDICT_UNKNOWN_VERSION
                                     : HV_VERDICT_VERIFIED,
                             "0b2e", "v20261119-1");
        row->received_ms = WORLD_NOW_MS - hours[i] * 3600000;
    }
    kin->near = hv_calloc(1, sizeof(*kin->near));
    kin->near[kin->near_len++] =
        world_log_row(7999, HV_VERDICT_VERIFIED, "0b2e", "v20261119-1");
    hv_app_update(app, &msg);
}

Test(find, related_tells_tries_gaps_and_what_comes_next)
{
    static const struct {
        size_t len;
        bool is_held;
        const char *shows[4];
    } rows[] = {
        { 1, false, { "These bytes came once", "#7999", "same subscription" } },
        { 2,
          false,
          { "These bytes came 2 times", "200, 1h 00m later",
            "It was answered 200" } },
        { 1, true, { "These bytes came once", "in growing intervals, until" } },
        { 3,
          true,
          { "These bytes came 3 times", "1st", "3h 00m later",
            "between 14:04:31 and 20:04:31" } },
    };

    for (size_t i = 0; i < HV_LEN(rows); i++) {
        struct hv_app app;

        open_log(&app);
        world_press(&app, "<Enter>");
        world_forget_effects(&app);
        world_press(&app, "]]]");
        cr_assert_not_null(world_effect(&app, HV_EFFECT_FIND));
        cr_expect_eq(world_effect(&app, HV_EFFECT_FIND)->which, HV_FIND_KIN);
        cr_expect(world_shows(&app, "Looking through ten days"));
        tell_kin(&app, rows[i].len, rows[i].is_held);
        for (size_t k = 0; k < 4 && rows[i].shows[k]; k++)
            cr_expect(world_shows(&app, rows[i].shows[k]), "row %zu: %s", i,
                      rows[i].shows[k]);
        hv_app_release(&app);
    }
}

Test(find, an_opened_message_is_not_exchanged_for_a_newer_one)
{
    struct hv_app app;

    world_open(&app);
    world_press(&app, "6");
    world_log(&app, HV_LOG_TAIL, 901, 100, true, false);
    cr_expect(app.log.is_follow);
    world_press(&app, "<Enter>");
    world_log(&app, HV_LOG_NEWER, 1001, 3, false, false);
    cr_expect_eq(hv_log_row(&app)->id, 1000);
    world_press(&app, "<Esc>");
    world_log(&app, HV_LOG_NEWER, 1004, 1, false, false);
    cr_expect_eq(hv_log_row(&app)->id, 1004, "and it follows again");
    hv_app_release(&app);
}

Test(find, a_version_of_another_subscription_is_pointed_out)
{
    struct hv_app app;
    struct hv_log_row *row;

    open_log(&app);
    row = &app.log.rows[app.log.cursor.at];
    row->verdict = HV_VERDICT_UNKNOWN_VERSION;
    hv_copy(row->version.id, sizeof(row->version.id), "v20261119-1");
    world_press(&app, "<Enter>");
    world_press(&app, "]]]");
    tell_kin(&app, 1, true);
    cr_expect(world_shows(&app, "Version v20261119-1 is there"));
    cr_expect(world_shows(&app, "I imports it here"));
    hv_app_release(&app);
}

Test(find, notes_say_in_words_what_a_message_is)
{
    static const struct {
        enum hv_verdict verdict;
        bool is_test;
        int64_t twin, held_ms;
        const char *note;
    } rows[] = {
        { HV_VERDICT_VERIFIED, false, 0, 0, "" },
        { HV_VERDICT_VERIFIED, true, 0, 0, "our test" },
        { HV_VERDICT_VERIFIED, false, 12, 0, "2 duplicate of #12" },
        { HV_VERDICT_VERIFIED_OLD, false, 0, 0, "old, accepted" },
        { HV_VERDICT_QUARANTINED, false, 0, 0, "q quarantined" },
        { HV_VERDICT_UNKNOWN_VERSION, false, 0, 86400000 * 9LL,
          "h held, 9d left" },
        { HV_VERDICT_BAD_HMAC, false, 0, 0, "bad-hmac" },
    };
    struct hv_app app;

    open_log(&app);
    for (size_t i = 0; i < HV_LEN(rows); i++) {
        struct hv_log_row row =
            world_log_row(99, rows[i].verdict, "1111", "v20261119-1");
        char note[80];

        row.is_test = rows[i].is_test;
        row.duplicate_of = rows[i].twin;
        row.retry_until_ms = rows[i].held_ms ? app.now_ms + rows[i].held_ms : 0;
        hv_log_note(&app, &row, note, sizeof(note));
        cr_expect_str_eq(note, rows[i].note, "row %zu: %s", i, note);
    }
    hv_app_release(&app);
}

Test(find, marked_messages_are_verified_together)
{
    struct hv_app app;
    const struct hv_effect *effect;

    open_log(&app);
    world_press(&app, "k<Space>");
    world_press(&app, "kk<Space>");
    cr_expect(world_shows(&app, "2 marked. V verifies them."));
    world_forget_effects(&app);
    world_press(&app, "V");
    effect = world_job(&app, HV_JOB_COMMAND);
    cr_assert_not_null(effect);
    cr_expect_eq(strncmp(effect->text, "log verify 88", 13), 0, "%s",
                 effect->text);
    cr_expect_not_null(strchr(effect->text + 11, ' '), "%s", effect->text);
    hv_app_release(&app);
}

/* ------------------------------------------------------------- snapshots -- */

Test(find, a_search_at_every_size)
{
    struct hv_app app;
    uint64_t op;

    open_log(&app);
    op = start_search(&app, "c0ffee");
    found(&app, op, 0, 0, 940, false);
    world_check_sizes(&app, "search-begun");
    found(&app, op, 900, 3, 588, false);
    world_log(&app, HV_LOG_TAIL, 898, 3, false, false);
    world_check_sizes(&app, "search-running");
    world_tick(&app, 1234);
    found(&app, op, 500, 1, 1, true);
    world_log(&app, HV_LOG_OLDER, 500, 1, false, false);
    world_check_sizes(&app, "search-done");
    app.log.is_asked = false;
    op = start_search(&app, " nowhere");
    found(&app, op, 0, 0, 1, true);
    world_check_sizes(&app, "search-empty");
    hv_app_release(&app);
}

Test(find, each_tab_of_a_message)
{
    static const char body[] =
        "<?xml version=\"1.0\"?>\n<notifications><notification><common>"
        "<subscription-id>0b2ef1c2-8e10-4d7b-9a3e-51b0c7709a41"
        "</subscription-id></common><record-change-notification><record-id>"
        "8f21aa00-1c0f-4f6e-9d2b-c07c0ffee000</record-id></record-change-"
        "notification></notification></notifications>\r\n";
    struct hv_msg msg = { .kind = HV_MSG_LOG_BODY };
    struct hv_app app;

    open_log(&app);
    start_search(&app, "c0ffee");
    hv_find_unlist(&app);
    app.log.filter_label[0] = 0;
    app.lists[HV_VIEW_LOG].filter[0] = 0;
    app.log.is_asked = false;
    world_fill_log(&app);
    world_press(&app, "]]");
    hv_buf_add(&msg.u.body, body, sizeof(body) - 1);
    hv_app_update(&app, &msg);
    world_check_sizes(&app, "log-body");
    world_press(&app, "<Enter>");
    world_check_sizes(&app, "message-body");
    world_press(&app, "w");
    world_check_sizes(&app, "message-wide");
    world_press(&app, "w]");
    tell_kin(&app, 3, true);
    world_check_sizes(&app, "message-related");
    world_press(&app, "]");
    world_check_sizes(&app, "message-raw");
    hv_app_release(&app);
}
