/*
 * test_hostile.c - escape sequences, bidi, zero-width and wide characters in
 * every foreign string that a view, a tab or what lies over them shows: they
 * come out visible, aligned and harmless, at every size. What is planted where
 * stands in world_plant.c.
 */
#include "tests/unit/tui/console/world_plant.h"
#include "tui/app/actions.h"

#include "hvconsole/text.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#define PLANT(field) hv_copy(field, sizeof(field), HOSTILE)

TestSuite(hostile, .init = world_start);

static bool
is_harmless(int32_t code)
{
    return code >= ' ' && code != 0x7f && !(code >= 0x80 && code < 0xa0) &&
           code != 0xad && code != 0x34f && code != 0x61c &&
           !(code >= 0x115f && code <= 0x1160) &&
           !(code >= 0x200b && code <= 0x200f) &&
           !(code >= 0x2028 && code <= 0x202e) &&
           !(code >= 0x2060 && code <= 0x206f) && code != 0x3164 &&
           !(code >= 0xd800 && code <= 0xf8ff) &&
           !(code >= 0xfe00 && code <= 0xfe0f) && code != 0xfeff &&
           !(code >= 0xfff0 && code <= 0xfffb) &&
           !(code >= 0x1f3fb && code <= 0x1f3ff) && code < 0xe0000;
}

/* Every cell holds one harmless character, and a wide one has both halves. */
static void
check_grid(const struct hv_app *app, const char *where)
{
    struct hv_grid grid = { 0 };
    int bad = 0;

    hv_screen_render(app, &grid);
    for (int row = 0; row < grid.rows; row++) {
        bool is_wide = false;

        for (int col = 0; col < grid.cols; col++) {
            const struct hv_cell *cell = hv_grid_at(&grid, row, col);

            bad += (cell->code == 0) != is_wide;
            bad += cell->code && !is_harmless(cell->code);
            bad += app->is_ascii && cell->code >= 0x7f;
            for (int m = 0; m < HV_CELL_MARKS; m++)
                bad += cell->marks[m] && !is_harmless(cell->marks[m]);
            is_wide = cell->code && hv_char_width(cell->code) == 2;
        }
        bad += is_wide; /* its right half would stand outside */
    }
    cr_expect_eq(bad, 0, "%s, %dx%d: %d bad cells", where, app->cols, app->rows,
                 bad);
    hv_grid_release(&grid);
}

static void
check_sizes(struct hv_app *app, const char *where)
{
    static const int sizes[][2] = { { 5, 20 },   { 9, 41 },   { 24, 80 },
                                    { 40, 140 }, { 60, 200 }, { 24, 81 } };

    for (size_t s = 0; s < HV_LEN(sizes); s++) {
        world_size(app, sizes[s][0], sizes[s][1]);
        check_grid(app, where);
    }
}

/* A line end inside it is seen, and ends no line: else it could write lines of
 * its own that look like ours. */
static bool
is_whole(const struct hv_app *app)
{
    struct hv_buf screen = { 0 };
    bool is_broken = false;

    world_draw(app, &screen);
    for (const char *at = hv_buf_str(&screen); (at = strstr(at, "\\x09z"));
         at++)
        is_broken |=
            at - hv_buf_str(&screen) < 4 || strncmp(at - 4, "\\x0a", 4);
    hv_buf_release(&screen);
    return !is_broken;
}

static void
check_shown(struct hv_app *app, const char *where)
{
    check_sizes(app, where);
    world_size(app, 60, 200);
    cr_expect(world_shows(app, "x\\x1b["), "%s: it is not to be seen", where);
}

static void
check_one_line(struct hv_app *app, const char *where)
{
    check_shown(app, where);
    cr_expect(is_whole(app), "%s: it writes lines of its own", where);
}

/* More keys than one binding may have. */
static void
press_each(struct hv_app *app, const char *keys)
{
    while (*keys) {
        size_t len = keys[0] == '<'   ? strcspn(keys, ">") + 1
                     : keys[0] == '^' ? 2
                                      : 1;
        char key[24];

        hv_copy(key, len < sizeof(key) ? len + 1 : sizeof(key), keys);
        world_press(app, key);
        keys += len;
    }
}

static void
open_world(struct hv_app *app, const char *keys)
{
    world_open_planted(app, WORLD_HOSTILE);
    press_each(app, keys);
}

/* Bytes of a message and URLs are wrapped where the row ends. */
static bool
is_of_lines(const char *keys)
{
    return keys[0] == '4' || !strcmp(keys, "6<Enter>]]]]");
}

/* What lies over the views, by the keys that lead there. */
Test(hostile, strings_are_visible_aligned_and_harmless)
{
    static const char *const walks[] = {
        "1x",       "2x",          "2<Space>jc", "2D",           "2R",  "2E",
        "2C",       "3j",          "3x",         "3jx",          "3jX", "3R",
        "3*R",      "3<Space>jjc", "9x",         "9D",           "2yu", "4]x",
        "4]e",      "4A",          "4yq",        "4]]x",         "5x",  "5]]]x",
        "5yu",      "6<Enter>",    "6<Enter>]]", "6<Enter>]]]]", "6x",  "7x",
        "7<Enter>", "7]]<Enter>",  "7]]x",       "8x",           "8jx", "8E",
    };

    for (size_t i = 0; i < HV_LEN(walks); i++) {
        struct hv_app app;

        open_world(&app, walks[i]);
        if (is_of_lines(walks[i]))
            check_shown(&app, walks[i]);
        else
            check_one_line(&app, walks[i]);
        hv_app_release(&app);
    }
}

/* Tabs whose rows are the program's own words: pages and fields of the Shell,
 * kinds of test messages, types that subscriptions name. */
static bool
is_our_own(enum hv_view tab, int pane)
{
    return (tab == HV_VIEW_SHELL && pane == HV_SHELL_TARGETS) ||
           (tab == HV_VIEW_MAINT && pane > 0);
}

/* Tabs whose rows say something about each byte of it. */
static bool
is_about_bytes(enum hv_view tab, int pane)
{
    return (tab == HV_VIEW_SHELL && pane == HV_SHELL_DECODE) ||
           (tab == HV_VIEW_LOG && pane == HV_LOG_PANE_RAW);
}

Test(hostile, every_view_and_every_tab)
{
    for (int tab = 0; tab < HV_TABS; tab++) {
        int panes = hv_screen_panes((enum hv_view)tab);

        for (int pane = 0; pane < (panes ? panes : 1); pane++) {
            char where[32];
            struct hv_app app;

            snprintf(where, sizeof(where), "%d%.*s", tab + 1, pane, "]]]]]]]]");
            open_world(&app, where);
            cr_expect_eq(app.lists[tab].pane, pane, "%s", where);
            if (is_our_own((enum hv_view)tab, pane))
                check_sizes(&app, where);
            else
                check_shown(&app, where);
            hv_app_release(&app);
        }
    }
}

/* And whatever a key of the tables brings up from there. */
Test(hostile, whatever_a_key_brings_up)
{
    static const int sizes[][2] = { { 8, 33 }, { 24, 80 }, { 60, 200 } };

    for (int tab = 0; tab < HV_TABS; tab++) {
        const struct hv_binding *tables[] = { hv_screens[tab].bindings,
                                              hv_bindings };

        for (size_t t = 0; t < HV_LEN(tables); t++) {
            for (const struct hv_binding *b = tables[t]; b->keys; b++) {
                char where[32];
                struct hv_app app;

                snprintf(where, sizeof(where), "%d%s", tab + 1, b->keys);
                open_world(&app, where);
                for (size_t s = 0; s < HV_LEN(sizes); s++) {
                    world_size(&app, sizes[s][0], sizes[s][1]);
                    check_grid(&app, where);
                }
                app.is_ascii = true;
                check_grid(&app, where);
                hv_app_release(&app);
            }
        }
    }
}

/* Where letters stand that were planted as so many columns, anything may stand;
 * everything else on the list's rows is where it would be. */
static void
check_aligned(const char *keys, int rows, int cols)
{
    struct hv_app apps[2];
    struct hv_grid grids[2] = { { 0 }, { 0 } };
    int top, end, moved = 0;

    for (int i = 0; i < 2; i++) {
        world_open_planted(&apps[i], i ? WORLD_PLAIN : WORLD_HOSTILE);
        world_size(&apps[i], rows, cols);
        press_each(&apps[i], keys);
        hv_screen_render(&apps[i], &grids[i]);
    }
    top = hv_screen_list_top(&apps[0]);
    end = top + hv_screen_list_rows(&apps[0], apps[0].tab);
    cr_expect_eq(hv_screen_list_top(&apps[1]), top, "%s", keys);
    for (int row = top > 0 ? top - 1 : 0; row < end && row < rows; row++) {
        for (int col = 0; col < cols; col++) {
            int32_t plain = hv_grid_at(&grids[1], row, col)->code;

            moved += plain != 'Q' && plain != '~' &&
                     plain != hv_grid_at(&grids[0], row, col)->code;
        }
    }
    cr_expect_eq(moved, 0, "%s, %dx%d: %d cells are not in their place", keys,
                 cols, rows, moved);
    for (int i = 0; i < 2; i++) {
        hv_grid_release(&grids[i]);
        hv_app_release(&apps[i]);
    }
}

Test(hostile, lists_keep_their_columns)
{
    static const int sizes[][2] = { { 24, 80 }, { 24, 113 }, { 60, 200 } };

    for (int tab = 0; tab < HV_TABS; tab++) {
        int panes = hv_screen_panes((enum hv_view)tab);

        for (int pane = 0; pane < (panes ? panes : 1); pane++) {
            char keys[32];

            snprintf(keys, sizeof(keys), "%d%.*s", tab + 1, pane, "]]]]]]]]");
            for (size_t s = 0;
                 s < HV_LEN(sizes) && !is_about_bytes((enum hv_view)tab, pane);
                 s++)
                check_aligned(keys, sizes[s][0], sizes[s][1]);
        }
    }
}

/* The worker's words: errors, hints, questions, steps of a command. */
Test(hostile, words_of_others_are_harmless_on_the_last_rows_too)
{
    struct hv_app app;
    struct hv_msg failed = { .kind = HV_MSG_FAILED, .job = HV_JOB_SUBS };
    struct hv_rotation job =
        world_rotation("r1", HV_ROTATION_RUNNING, 3, 1, HV_ITEM_RUNNING);

    open_world(&app, "2r");
    failed.op = app.busy[HV_JOB_SUBS].op;
    (void)hv_fail(&failed.error, HV_ERR_NET, "%s", HOSTILE);
    hv_hint(&failed.error, "%s", HOSTILE);
    hv_sub_model_release(&app.subs);
    hv_app_update(&app, &failed);
    check_one_line(&app, "error");
    hv_app_complain(&app, HOSTILE, &app.subs_load.error);
    check_one_line(&app, "message");
    hv_do_messages(&app, "");
    check_one_line(&app, "messages");
    world_press(&app, "<Esc>");
    hv_dialog_asked(&app, HOSTILE);
    check_shown(&app, "question");
    app.dialog.kind = HV_DIALOG_NONE;
    hv_command_start(&app, "sub list " HOSTILE, true, HV_USE_REPORT, "");
    hv_copy(app.steps[app.steps_len++], sizeof(app.steps[0]), HOSTILE);
    check_one_line(&app, "steps");
    PLANT(job.id);
    PLANT(job.reason);
    PLANT(job.items[1].new_version.id);
    world_rotates(&app, &job);
    check_one_line(&app, "rotation");
    hv_app_release(&app);
}

/* What a command printed, in the pager: lines of a table as wide as they are,
 * shifted by every number of columns, and sentences that are wrapped. */
Test(hostile, what_a_command_printed)
{
    struct hv_app app;

    open_world(&app, "2");
    for (int is_wrapped = 0; is_wrapped < 2; is_wrapped++) {
        struct hv_buf text = { 0 };

        for (int i = 0; i < 12; i++)
            hv_buf_addf(&text, "%.*s%s%s" HOSTILE "\n", i, "------------",
                        i % 2 ? "  " : "", "\xe6\x97\xa5\xe6\x9c\xac");
        hv_app_page(&app, HOSTILE, &text);
        if (is_wrapped)
            world_press(&app, "w");
        check_shown(&app, "pager");
        for (int i = 0; i < 9; i++) {
            world_press(&app, "l");
            world_size(&app, 24, 81 + i);
            check_grid(&app, "pager, shifted");
        }
        world_press(&app, "<Esc>");
    }
    hv_app_release(&app);
}

static void
tell(struct hv_app *app, enum hv_msg_kind kind, const char *text)
{
    struct hv_msg msg = { .kind = kind };

    msg.text = hv_strdup(text);
    hv_app_update(app, &msg);
    hv_msg_release(&msg);
}

/* Pasted, come back from the editor, out of the history, in the key file. */
Test(hostile, what_a_person_wrote)
{
    struct hv_app app;
    struct hv_msg line = { .kind = HV_MSG_PROMPT };

    open_world(&app, "2/");
    world_paste(&app, HOSTILE);
    check_sizes(&app, "filter");
    press_each(&app, "<Enter>");
    check_sizes(&app, "filtered");
    press_each(&app, "<Esc><Esc>E");
    tell(&app, HV_MSG_EDITED, "https://a/" HOSTILE);
    check_sizes(&app, "edited");
    world_paste(&app, HOSTILE);
    check_sizes(&app, "pasted");
    press_each(&app, "<Esc>y3I");
    world_paste(&app, HOSTILE);
    check_sizes(&app, "sheet");
    press_each(&app, "<Esc>y?");
    world_paste(&app, HOSTILE);
    check_sizes(&app, "help");
    press_each(&app, "<Esc><Esc>^p");
    world_paste(&app, HOSTILE);
    check_sizes(&app, "palette");
    press_each(&app, "<Esc><Esc>");
    tell(&app, HV_MSG_COPIED, HOSTILE);
    check_one_line(&app, "copied");
    hv_user_keys_read(&app, HOSTILE,
                      "subs Z " HOSTILE "\n" HOSTILE "\nsubs Y sub list\n");
    press_each(&app, "2?");
    check_sizes(&app, "help with keys of one's own");
    press_each(&app, "<Esc>");
    hv_do_messages(&app, "");
    check_one_line(&app, "complaints about keys");
    press_each(&app, "<Esc>:");
    line.text = hv_strdup("sub " HOSTILE);
    line.u.line.prompt = hv_strdup("(search '" HOSTILE "'):");
    line.u.line.matches = hv_strdup(HOSTILE "  " HOSTILE);
    line.u.line.point = 9;
    hv_app_update(&app, &line);
    check_shown(&app, "command line");
    hv_app_release(&app);
}

/* A byte that ends a string ends nothing unsaid. */
Test(hostile, what_stands_behind_a_nul)
{
    struct hv_app app;

    open_world(&app, "6<Enter>]]");
    hv_buf_clear(&app.log.body);
    hv_buf_add(&app.log.body, "<a>1</a>\0<b>hidden</b>", 22);
    cr_expect(world_shows(&app, "A NUL byte stands here"));
    cr_expect_not(world_shows(&app, "hidden"));
    world_press(&app, "]]");
    cr_expect(world_shows(&app, "</a>\\x00<b>hidden"));
    hv_app_release(&app);
}

/* The lock, and the first run: a file's name, and why it does not open. */
Test(hostile, what_is_said_before_anything_is_open)
{
    static const enum hv_unlock_state states[] = {
        HV_UNLOCK_WORKING, HV_UNLOCK_ASK, HV_UNLOCK_STOPPED, HV_UNLOCK_FIRST
    };

    for (size_t i = 0; i < HV_LEN(states); i++) {
        struct hv_app app;

        open_world(&app, "2");
        app.is_open = false;
        app.unlock.state = states[i];
        (void)hv_fail(&app.unlock.error, HV_ERR_LOCKED, "%s", HOSTILE);
        hv_hint(&app.unlock.error, "%s", HOSTILE);
        check_shown(&app, "locked");
        if (states[i] == HV_UNLOCK_FIRST) {
            app.unlock.first.is_asking = true;
            world_paste(&app, HOSTILE);
            check_sizes(&app, "first run");
        }
        hv_app_release(&app);
    }
}
