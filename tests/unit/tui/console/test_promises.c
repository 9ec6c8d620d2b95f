/*
 * test_promises.c - what the console promises by its tables holds in every
 * view: a hint that is shown does something, every key is in help, and the keys
 * of lists (search, marks, times, copies, a spoken row) work wherever there is
 * a list. By table, so that a new key is held to it as well.
 */
#include "tests/unit/tui/console/world_records.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

TestSuite(promises, .init = world_start);

/* A world with something in each view, and this view in front. */
static void
open_view(struct hv_app *app, int tab)
{
    char key[2] = { (char)('1' + tab), 0 };

    if (tab == HV_VIEW_RECORDS) {
        world_open_records(app);
    } else {
        world_open(app);
        world_fill(app);
        world_size(app, 24, 80);
        world_press(app, key);
    }
    world_forget_effects(app);
}

static bool
has_list(const struct hv_app *app)
{
    return hv_list_len(app) > 1;
}

/* All that a person could notice, and all that the world outside would. */
struct seen {
    struct hv_buf screen;
    size_t notes, effects;
};

static struct seen
look(const struct hv_app *app)
{
    struct seen seen = { .notes = app->notes_len, .effects = app->effects.len };

    world_draw(app, &seen.screen);
    return seen;
}

static bool
is_refusal(const char *text)
{
    return strstr(text, "does nothing") || strstr(text, " works in ") ||
           strstr(text, "not in this version");
}

/* True when the press was answered: by the screen, by a deed, or at least by a
 * sentence that is no refusal. */
static bool
did_something(const struct hv_app *app, struct seen *before)
{
    struct seen after = look(app);
    bool is_said = after.notes != before->notes;
    bool is_same =
        !strcmp(hv_buf_str(&before->screen), hv_buf_str(&after.screen));
    bool did = (!is_same || after.effects != before->effects || is_said) &&
               !(is_said && is_refusal(hv_app_note(app, 0)->text));

    hv_buf_release(&before->screen);
    hv_buf_release(&after.screen);
    return did;
}

Test(promises, a_hint_that_is_shown_does_something)
{
    for (int tab = 0; tab < HV_TABS; tab++) {
        const struct hv_binding *tables[] = { hv_screens[tab].bindings,
                                              hv_bindings };

        for (size_t t = 0; t < HV_LEN(tables); t++) {
            for (const struct hv_binding *b = tables[t]; b->keys; b++) {
                struct hv_app app;
                struct seen before;

                if (!b->hint || !strcmp(b->text, "back"))
                    continue; /* Esc is hinted where something lies on top */
                open_view(&app, tab);
                before = look(&app);
                world_press(&app, b->keys);
                cr_expect(did_something(&app, &before), "%s: %s %s: %s",
                          hv_screens[tab].name, b->keys, b->hint,
                          app.notes_len ? hv_app_note(&app, 0)->text : "");
                hv_app_release(&app);
            }
        }
    }
}

/* The keys that a wide screen has room for are true as well. */
Test(promises, the_hints_of_a_wide_screen_hold_too)
{
    for (int tab = 0; tab < HV_TABS; tab++) {
        const struct hv_binding *tables[] = { hv_screens[tab].bindings,
                                              hv_bindings };
        struct hv_buf hints = { 0 };
        struct hv_app app;

        open_view(&app, tab);
        hv_screen_hints(&app, 200, &hints);
        hv_app_release(&app);
        for (size_t t = 0; t < HV_LEN(tables); t++) {
            for (const struct hv_binding *b = tables[t]; b->keys; b++) {
                char hint[64], key[24];
                struct seen before;

                hv_keys_name(b->keys, key);
                snprintf(hint, sizeof(hint), "  %s ", key);
                if (b->hint || !strstr(hv_buf_str(&hints), hint))
                    continue;
                open_view(&app, tab);
                before = look(&app);
                world_press(&app, b->keys);
                cr_expect(did_something(&app, &before), "%s: %s",
                          hv_screens[tab].name, b->keys);
                hv_app_release(&app);
            }
        }
        hv_buf_release(&hints);
    }
}

/* What takes all keys for itself says so in the row of hints. */
Test(promises, hints_are_those_of_what_takes_the_keys)
{
    struct hv_app app;
    struct hv_buf hints = { 0 };

    open_view(&app, HV_VIEW_SUBS);
    world_press(&app, "D");
    hv_screen_hints(&app, 79, &hints);
    cr_expect_str_eq(hv_buf_str(&hints), "y yes  Enter no  Esc no");
    world_press(&app, "<Enter>");
    cr_expect_eq(app.dialog.kind, HV_DIALOG_NONE);
    hv_buf_clear(&hints);
    world_press(&app, "/");
    hv_screen_hints(&app, 79, &hints);
    cr_expect(strstr(hv_buf_str(&hints), "Enter keep it"));
    cr_expect_null(strstr(hv_buf_str(&hints), "delete"));
    world_press(&app, "<Esc>");
    hv_buf_clear(&hints);
    world_press(&app, ":");
    hv_screen_hints(&app, 79, &hints);
    cr_expect(strstr(hv_buf_str(&hints), "Tab complete"));
    app.prompt.is_open = false;
    hv_buf_clear(&hints);
    world_press(&app, "?");
    hv_screen_hints(&app, 79, &hints);
    cr_expect(strstr(hv_buf_str(&hints), "Enter run it"));
    hv_buf_release(&hints);
    hv_app_release(&app);
}

Test(promises, every_key_of_a_view_is_in_its_help)
{
    static struct hv_help_entry entries[HV_MAX_HELP];

    for (int tab = 0; tab < HV_TABS; tab++) {
        struct hv_app app;
        size_t len;

        open_view(&app, tab);
        world_press(&app, "?");
        len = hv_help_entries(&app, entries, HV_LEN(entries), NULL);
        cr_expect_lt(len, HV_LEN(entries), "there is no more room");
        for (int t = 0; t < 2; t++) {
            const struct hv_binding *b =
                t ? hv_bindings : hv_screens[tab].bindings;

            for (; b->keys; b++) {
                char key[24];
                bool is_there = false;

                hv_keys_name(b->keys, key);
                for (size_t i = 0; i < len; i++)
                    is_there = is_there || (!strcmp(entries[i].keys, key) &&
                                            entries[i].what[0]);
                cr_expect(is_there, "%s: %s", hv_screens[tab].name, b->keys);
            }
        }
        hv_app_release(&app);
    }
}

/* From any view one finds what another has, and Enter goes there. */
Test(promises, help_finds_the_keys_of_other_views_and_goes_there)
{
    struct hv_app app;

    open_view(&app, HV_VIEW_DASH);
    world_press(&app, "?");
    world_type(&app, "create a subscription");
    cr_expect(world_shows(&app, "2 A"));
    world_press(&app, "<Enter>");
    cr_expect_eq(app.tab, HV_VIEW_SUBS);
    cr_expect_eq(hv_app_top(&app), HV_VIEW_FORM);
    hv_app_release(&app);
    open_view(&app, HV_VIEW_SUBS);
    world_press(&app, "?");
    world_type(&app, "refused message");
    cr_expect(world_shows(&app, "6 ."));
    hv_app_release(&app);
}

Test(promises, search_marks_and_order_work_wherever_there_is_a_list)
{
    static const char *const keys[] = { "j", "k", "G", "g", "n", "N", "t" };

    for (int tab = 0; tab < HV_TABS; tab++) {
        for (size_t k = 0; k < HV_LEN(keys); k++) {
            struct hv_app app;
            struct seen before;
            char id[HV_ROW_ID] = "";
            size_t len;

            open_view(&app, tab);
            if (!has_list(&app)) {
                hv_app_release(&app);
                break;
            }
            if (strchr("nN", keys[k][0])) {
                /* All rows fit some letter: there is a next one. */
                if (tab != HV_VIEW_LOG)
                    hv_list_id(&app, (enum hv_view)tab, 0, id);
                world_press(&app, "/");
                world_type(&app, tab == HV_VIEW_LOG ? "v" : "e");
                world_press(&app, "<Enter>");
                cr_expect_not(app.is_filtering);
                world_press(&app, "<Esc>");
            } else if (strchr("kg", keys[k][0])) {
                world_press(&app, "j");
            } else if (keys[k][0] == 'j') {
                world_press(&app, "g");
            }
            len = app.notes_len;
            world_forget_effects(&app);
            before = look(&app);
            world_press(&app, keys[k]);
            cr_expect(
                did_something(&app, &before) ||
                    (strchr("GgnNjk", keys[k][0]) && app.notes_len == len),
                "%s: %s: %s", hv_screens[tab].name, keys[k],
                app.notes_len ? hv_app_note(&app, 0)->text : "");
            hv_app_release(&app);
        }
    }
}

Test(promises, a_row_can_be_copied_or_it_is_said_why_not)
{
    static const char *const keys[] = { "yi", "yu", "yj", "yc" };

    for (int tab = 0; tab < HV_TABS; tab++) {
        for (size_t k = 0; k < HV_LEN(keys); k++) {
            struct hv_app app;
            const struct hv_effect *copied;

            open_view(&app, tab);
            world_press(&app, keys[k]);
            copied = world_effect(&app, HV_EFFECT_COPY);
            cr_expect(copied || world_job(&app, HV_JOB_COMMAND) ||
                          app.notes_len,
                      "%s: %s says nothing", hv_screens[tab].name, keys[k]);
            if (copied)
                cr_expect(copied->text && copied->text[0], "%s: %s",
                          hv_screens[tab].name, keys[k]);
            if (!strcmp(keys[k], "yc"))
                cr_expect(copied && !strncmp(copied->text, "hvconsole ", 10),
                          "%s: every screen has its command line",
                          hv_screens[tab].name);
            hv_app_release(&app);
        }
    }
}

Test(promises, a_row_can_be_spoken)
{
    for (int tab = 0; tab < HV_TABS; tab++) {
        struct hv_app app;
        size_t notes;

        open_view(&app, tab);
        notes = app.notes_len;
        hv_app_do(&app, "speak", HV_FROM_LINE);
        cr_expect_gt(app.notes_len, notes, "%s", hv_screens[tab].name);
        cr_expect_gt(strlen(hv_app_note(&app, 0)->text), 12, "%s: %s",
                     hv_screens[tab].name, hv_app_note(&app, 0)->text);
        hv_app_release(&app);
    }
}

/* 2, 3, 5 and 6: one is chosen with c, then another. */
Test(promises, two_rows_can_be_compared)
{
    static const int tabs[] = { HV_VIEW_SUBS, HV_VIEW_KEYS, HV_VIEW_LOG };

    for (size_t i = 0; i < HV_LEN(tabs); i++) {
        struct hv_app app;

        open_view(&app, tabs[i]);
        world_press(&app, "c");
        cr_expect_gt(app.notes_len, 0, "%s", hv_screens[tabs[i]].name);
        world_press(&app, tabs[i] == HV_VIEW_LOG ? "g" : "j");
        world_press(&app, "c");
        cr_expect_eq(hv_app_top(&app), HV_VIEW_PAGER, "%s",
                     hv_screens[tabs[i]].name);
        hv_app_release(&app);
    }
}

Test(promises, T_takes_the_subscription_along)
{
    static const int tabs[] = { HV_VIEW_SUBS, HV_VIEW_KEYS };

    for (size_t i = 0; i < HV_LEN(tabs); i++) {
        struct hv_selection chosen;
        struct hv_app app;

        open_view(&app, tabs[i]);
        world_press(&app, "j");
        chosen = hv_app_selection(&app);
        world_press(&app, "T");
        cr_expect_eq(app.tab, HV_VIEW_TEST);
        cr_assert_not_null(hv_test_sub(&app));
        cr_expect(hv_guid_equal(&hv_test_sub(&app)->sub.id, &chosen.sub));
        hv_app_release(&app);
    }
}

/* The same as text: nothing but characters and line ends. */
Test(promises, every_view_is_plain_text)
{
    for (int tab = 0; tab < HV_TABS; tab++) {
        struct hv_app app;
        struct hv_buf text = { 0 };

        open_view(&app, tab);
        app.is_ascii = true;
        world_draw(&app, &text);
        for (size_t i = 0; i < text.len; i++)
            cr_expect(text.data[i] == '\n' || text.data[i] >= ' ', "%s",
                      hv_screens[tab].name);
        cr_expect(strstr(hv_buf_str(&text), hv_screens[tab].tab));
        hv_buf_release(&text);
        hv_app_release(&app);
    }
}
