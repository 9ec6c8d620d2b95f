/*
 * test_log.c - the log's window on the journal: following, standing still,
 * paging, and the place kept by id.
 */
#include "tests/unit/tui/console/world.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

static int64_t
at_id(const struct hv_app *app)
{
    const struct hv_log_row *row = hv_log_row(app);

    return row ? row->id : 0;
}

static void
open_log(struct hv_app *app)
{
    world_open(app);
    world_press(app, "6");
    world_log(app, HV_LOG_TAIL, 901, 100, true, false);
    world_forget_effects(app);
}

static void
changed(struct hv_app *app)
{
    struct hv_msg msg = { .kind = HV_MSG_JOURNAL_CHANGED };

    world_forget_effects(app);
    hv_app_update(app, &msg);
}

Test(log, follows_the_tail_until_one_moves_away)
{
    struct hv_app app;

    open_log(&app);
    cr_expect_eq(at_id(&app), 1000);
    changed(&app);
    cr_assert_not_null(world_effect(&app, HV_EFFECT_LOG));
    cr_expect_eq(world_effect(&app, HV_EFFECT_LOG)->how, HV_LOG_NEWER);
    cr_expect_eq(world_effect(&app, HV_EFFECT_LOG)->id, 1000);
    world_log(&app, HV_LOG_NEWER, 1001, 3, false, false);
    cr_expect_eq(at_id(&app), 1003, "it follows");
    world_press(&app, "k");
    cr_expect_not(app.log.is_follow);
    changed(&app);
    world_log(&app, HV_LOG_NEWER, 1004, 5, false, false);
    cr_expect_eq(at_id(&app), 1002, "the place is kept by id");
    world_press(&app, "f");
    world_log(&app, HV_LOG_TAIL, 910, 99, true, false);
    cr_expect_eq(at_id(&app), 1008, "f follows again");
    hv_app_release(&app);
}

Test(log, frozen_reads_nothing_and_says_that_more_waits)
{
    struct hv_app app;

    open_log(&app);
    world_press(&app, "p");
    changed(&app);
    cr_expect_null(world_effect(&app, HV_EFFECT_LOG));
    cr_expect(world_shows(&app, "FROZEN"));
    cr_expect(world_shows(&app, "newer ones wait"));
    world_forget_effects(&app);
    world_press(&app, "p");
    cr_assert_not_null(world_effect(&app, HV_EFFECT_LOG));
    cr_expect_eq(world_effect(&app, HV_EFFECT_LOG)->how, HV_LOG_NEWER);
    hv_app_release(&app);
}

Test(log, pages_anywhere_in_a_bounded_window)
{
    struct hv_app app;
    int64_t first = 901;

    open_log(&app);
    for (int page = 0; page < 8; page++) {
        world_press(&app, "g"); /* to the beginning: of it all */
        cr_assert_not_null(world_effect(&app, HV_EFFECT_LOG));
        cr_expect_eq(world_effect(&app, HV_EFFECT_LOG)->how, HV_LOG_HEAD);
        world_forget_effects(&app);
        first -= 100;
        world_log(&app, HV_LOG_OLDER, first, 100, page < 7, false);
        cr_expect_leq(app.log.len, HV_LOG_WINDOW);
        cr_expect_eq(app.log.rows[0].id, first);
        for (size_t i = 1; i < app.log.len; i++)
            cr_assert_eq(app.log.rows[i].id, app.log.rows[i - 1].id + 1);
    }
    cr_expect(app.log.has_newer, "the newest have left the window");
    world_press(&app, "g");
    cr_expect_eq(at_id(&app), first, "nothing older: simply the first row");
    world_forget_effects(&app);
    world_press(&app, "G");
    cr_assert_not_null(world_effect(&app, HV_EFFECT_LOG));
    cr_expect_eq(world_effect(&app, HV_EFFECT_LOG)->how, HV_LOG_TAIL);
    hv_app_release(&app);
}

Test(log, fetches_more_before_the_edge_is_met)
{
    struct hv_app app;

    open_log(&app);
    for (int i = 0; i < 12; i++)
        world_press(&app, "<PgUp>");
    cr_assert_not_null(world_effect(&app, HV_EFFECT_LOG));
    cr_expect_eq(world_effect(&app, HV_EFFECT_LOG)->how, HV_LOG_OLDER);
    cr_expect_eq(world_effect(&app, HV_EFFECT_LOG)->id, 901);
    hv_app_release(&app);
}

Test(log, keeps_its_place_through_refresh_resize_and_verdicts)
{
    struct hv_app app;
    const struct hv_effect *effect;
    int64_t id;

    open_log(&app);
    world_press(&app, "<PgUp>");
    id = at_id(&app);
    world_size(&app, 40, 140);
    cr_expect_eq(at_id(&app), id);
    world_size(&app, 6, 20);
    cr_expect_eq(at_id(&app), id);
    world_size(&app, 24, 80);
    world_log(&app, HV_LOG_TAIL, 890, 140, true, false);
    cr_expect_eq(at_id(&app), id, "refreshed");
    world_forget_effects(&app);
    world_press(&app, "v");
    effect = world_effect(&app, HV_EFFECT_LOG);
    cr_assert_not_null(effect);
    cr_expect_eq(effect->how, HV_LOG_AROUND);
    cr_expect_eq(effect->id, id);
    cr_expect_neq(effect->filter.verdicts, 0);
    hv_app_release(&app);
}

Test(log, looks_for_problems_beyond_the_window)
{
    struct hv_app app;
    struct hv_msg none = { .kind = HV_MSG_LOG };
    const struct hv_effect *effect;

    open_log(&app);
    world_press(&app, ",");
    effect = world_effect(&app, HV_EFFECT_LOG);
    cr_assert_not_null(effect);
    cr_expect_eq(effect->how, HV_LOG_PROBLEM_PREV);
    cr_expect_eq(effect->id, 1000);
    cr_expect_eq(effect->seek.verdicts & (1u << HV_VERDICT_VERIFIED), 0);
    cr_expect_eq(effect->filter.verdicts, 0, "the list itself shows all");
    none.u.log.how = HV_LOG_PROBLEM_PREV;
    none.u.log.is_none = true;
    hv_app_update(&app, &none);
    cr_expect_eq(at_id(&app), 1000);
    cr_expect(world_shows(&app, "No earlier problem"));
    hv_app_release(&app);
}

Test(log, forgets_all_rows_when_it_is_locked)
{
    struct hv_app app;

    cr_assert_eq(hv_secret_start(NULL, NULL), HV_OK);
    open_log(&app);
    world_press(&app, "L");
    cr_expect_eq(app.log.len, 0);
    cr_expect_eq(app.subs.len, 0);
    cr_expect_not(world_shows(&app, "v20261111-1"));
    /* An answer that was on its way is not put back. */
    world_log(&app, HV_LOG_TAIL, 901, 5, false, false);
    cr_expect_eq(app.log.len, 0);
    hv_app_release(&app);
}

Test(log, filters_by_verdict_subscription_or_version)
{
    static const struct {
        const char *text, *shows;
    } rows[] = {
        { "bad", "[verdict: bad-hmac]" },
        { "0b2e", "[sub 0b2e..a41]" },
        { "v2026-x", "[version v2026-x]" },
    };

    for (size_t i = 0; i < HV_LEN(rows); i++) {
        struct hv_app app;
        const struct hv_effect *effect;

        world_open(&app);
        world_fill(&app);
        world_press(&app, "6");
        world_press(&app, "k");
        world_forget_effects(&app);
        world_press(&app, "/");
        world_type(&app, rows[i].text);
        world_press(&app, "<Enter>");
        effect = world_effect(&app, HV_EFFECT_LOG);
        cr_assert_not_null(effect, "row %zu", i);
        cr_expect_eq(effect->filter.verdicts != 0, i == 0);
        cr_expect_eq(effect->filter.has_sub, i == 1);
        cr_expect_eq(effect->filter.version[0] != 0, i == 2);
        cr_expect(world_shows(&app, rows[i].shows), "row %zu", i);
        hv_app_release(&app);
    }
}

Test(log, clearing_the_filter_keeps_the_message)
{
    struct hv_app app;
    const struct hv_effect *effect;
    int64_t id;

    world_open(&app);
    world_fill(&app);
    world_press(&app, "6");
    world_press(&app, "/");
    world_type(&app, "v20261111-1");
    world_press(&app, "<Enter>");
    world_log(&app, HV_LOG_TAIL, 8801, 5, false, false);
    world_press(&app, "k");
    id = at_id(&app);
    world_forget_effects(&app);
    world_press(&app, "<Esc>");
    effect = world_effect(&app, HV_EFFECT_LOG);
    cr_assert_not_null(effect);
    cr_expect_eq(effect->how, HV_LOG_AROUND);
    cr_expect_eq(effect->id, id);
    cr_expect_eq(effect->filter.version[0], 0);
    hv_app_release(&app);
}

Test(log, several_words_narrow_together_and_nonsense_is_told)
{
    struct hv_app app;
    const struct hv_effect *effect;

    world_open(&app);
    world_fill(&app);
    world_press(&app, "6");
    world_forget_effects(&app);
    world_press(&app, "/");
    world_type(&app, "sub:0b2e version:v1 since:2h until:1h !verified");
    world_press(&app, "<Enter>");
    effect = world_effect(&app, HV_EFFECT_LOG);
    cr_assert_not_null(effect);
    cr_expect(effect->filter.has_sub);
    cr_expect_str_eq(effect->filter.version, "v1");
    cr_expect_eq(effect->filter.since_ms, WORLD_NOW_MS - 7200000);
    cr_expect_eq(effect->filter.until_ms, WORLD_NOW_MS - 3600000);
    cr_expect_eq(effect->filter.verdicts & (1u << HV_VERDICT_VERIFIED), 0);
    cr_expect_neq(effect->filter.verdicts & (1u << HV_VERDICT_BAD_HMAC), 0);
    cr_expect(world_shows(&app, "[sub 0b2e..a41] [version v1]"));
    world_press(&app, "<Esc>");
    cr_expect_eq(app.log.filter.verdicts, 0);
    app.log.is_asked = false;
    world_press(&app, "/");
    world_type(&app, "since:yesterday");
    world_press(&app, "<Enter>");
    cr_expect(world_shows(&app, "is not understood"));
    hv_app_release(&app);
}

Test(log, a_record_is_found_by_its_id)
{
    struct hv_app app;

    world_open(&app);
    world_fill(&app);
    world_press(&app, "6");
    world_press(&app, "/");
    world_type(&app, "record:0b2ef1c2-8e10-4d7b-9a3e-51b0c7709a41");
    world_press(&app, "<Enter>");
    cr_expect(app.log.filter.has_record);
    cr_expect(world_shows(&app, "[record 0b2e..a41]"));
    hv_app_release(&app);
}

Test(log, bookmarks_are_ids_and_one_goes_from_one_to_the_next)
{
    struct hv_app app;

    open_log(&app);
    world_press(&app, "m"); /* 1000 */
    world_press(&app, "k");
    world_press(&app, "k");
    world_press(&app, "m"); /* 998 */
    cr_expect(hv_log_is_booked(&app, 998));
    world_press(&app, "}");
    cr_assert_not_null(world_effect(&app, HV_EFFECT_LOG));
    cr_expect_eq(world_effect(&app, HV_EFFECT_LOG)->how, HV_LOG_AROUND);
    cr_expect_eq(world_effect(&app, HV_EFFECT_LOG)->id, 1000);
    world_press(&app, "{");
    cr_expect(world_shows(&app, "No earlier bookmark"));
    world_press(&app, "m");
    cr_expect_not(hv_log_is_booked(&app, 998));
    hv_app_release(&app);
}

Test(log, n_goes_on_after_the_filter_went)
{
    struct hv_app app;
    const struct hv_effect *effect;

    open_log(&app);
    world_press(&app, "n");
    cr_expect(world_shows(&app, "n and N look for"));
    world_press(&app, "/");
    world_type(&app, "version:v9");
    world_press(&app, "<Enter>");
    world_log(&app, HV_LOG_TAIL, 901, 100, true, false);
    world_press(&app, "<Esc>");
    world_log(&app, HV_LOG_AROUND, 901, 100, true, false);
    world_forget_effects(&app);
    world_press(&app, "N");
    effect = world_effect(&app, HV_EFFECT_LOG);
    cr_assert_not_null(effect);
    cr_expect_eq(effect->how, HV_LOG_MATCH_PREV);
    cr_expect_str_eq(effect->seek.version, "v9");
    cr_expect_str_eq(effect->filter.version, "");
    hv_app_release(&app);
}

/* The body tab with @text as the body of the opened message. */
static void
open_body(struct hv_app *app, const char *text)
{
    struct hv_msg body = { .kind = HV_MSG_LOG_BODY };

    world_open(app);
    world_fill(app);
    world_press(app, "6");
    world_press(app, "<Enter>");
    world_press(app, "]");
    world_forget_effects(app);
    world_press(app, "]");
    cr_assert_not_null(world_effect(app, HV_EFFECT_LOG_BODY));
    hv_buf_add_str(&body.u.body, text);
    hv_app_update(app, &body);
}

Test(log, a_body_is_set_in_and_whatever_it_is_stays_harmless)
{
    static const struct {
        const char *body, *shows;
    } rows[] = {
        { "<a><b>text</b><c/></a>", "\n   <b>text</b>\n   <c/>\n </a>" },
        { "no xml at all", "no xml at all" },
        { "<a", "<a" },
        { "</a></a></a>x<", "</a>" },
        { "<a>\x1b[31mred</a>", "\\x1b[31mred" },
        { "<a>\xe2\x80\xaexyz</a>", "\\u{202e}xyz" },
        { "", "body" },
    };

    for (size_t i = 0; i < HV_LEN(rows); i++) {
        struct hv_app app;

        open_body(&app, rows[i].body);
        cr_expect(world_shows(&app, rows[i].shows), "row %zu", i);
        cr_expect_not(world_shows(&app, "\x1b"), "row %zu", i);
        hv_app_release(&app);
    }
}

Test(log, a_filter_is_gone_on_with_and_a_moment_may_be_a_date)
{
    struct hv_app app;

    world_open(&app);
    world_fill(&app);
    world_press(&app, "6");
    world_press(&app, "/");
    world_type(&app, "since:2026-11-20 until:2026-11-21T10:00:00Z bad-hmac");
    world_press(&app, "<Enter>");
    cr_expect_eq(app.log.filter.since_ms, 1795132800000);
    cr_expect_eq(app.log.filter.until_ms, 1795255200000);
    cr_expect(world_shows(&app, "[verdict: bad-hmac]"));
    world_press(&app, "/");
    cr_expect(world_shows(&app, "/since:2026-11-20 until:"));
    world_press(&app, "<Esc>");
    world_press(&app, "<Esc>");
    cr_expect_eq(app.log.filter.since_ms, 0);
    cr_expect(world_shows(&app, "[verdict: any]"), "it came with the words");
    hv_app_release(&app);
}
