/*
 * test_answers.c - every key of the tables, pressed: none is dead, what is
 * hinted holds in each tab and in what lies over it, and what `?` lists runs.
 */
#include "tests/unit/tui/console/world_plant.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

TestSuite(answers, .init = world_start);

/* By what stands there and by how it looks. */
static bool
is_same_picture(const struct hv_grid *a, const struct hv_grid *b)
{
    bool is_same = a->rows == b->rows && a->cols == b->cols;

    for (int row = 0; is_same && row < a->rows; row++) {
        for (int col = 0; is_same && col < a->cols; col++) {
            const struct hv_cell *x = hv_grid_at(a, row, col);
            const struct hv_cell *y = hv_grid_at(b, row, col);

            is_same = x->code == y->code && x->role == y->role &&
                      x->is_selected == y->is_selected;
        }
    }
    return is_same;
}

static bool
is_answered(struct hv_app *app, const char *keys)
{
    struct hv_grid before = { 0 }, after = { 0 };
    size_t notes = app->notes_len;
    const char *said;
    bool did;

    hv_screen_render(app, &before);
    world_press(app, keys);
    hv_screen_render(app, &after);
    said = app->notes_len == notes ? "" : hv_app_note(app, 0)->text;
    did = (!is_same_picture(&before, &after) || app->effects.len) &&
          !strstr(said, "does nothing") && !strstr(said, " works in ") &&
          !strstr(said, "not in this version") &&
          !strstr(said, "there is no command");
    hv_grid_release(&before);
    hv_grid_release(&after);
    return did;
}

/* Each key of a view does something in one of its tabs at least: with nothing
 * pressed before, after moving on, or with something open. */
Test(answers, no_key_of_a_view_is_dead)
{
    static const char *const before[] = { "", "j", "k", "G" };

    for (int tab = 0; tab < HV_TABS; tab++) {
        const struct hv_binding *b = hv_screens[tab].bindings;

        for (; b->keys; b++) {
            int panes = world_panes((enum hv_view)tab);
            bool did = false;

            for (int i = 0; !did && i < panes * (int)HV_LEN(before); i++) {
                const char *first = before[i / panes];
                struct hv_app app;

                world_open_pane(&app, (enum hv_view)tab, i % panes);
                world_size(&app, 40, 140);
                if (first[0])
                    world_press(&app, first);
                world_forget_effects(&app);
                did = is_answered(&app, b->keys);
                hv_app_release(&app);
            }
            cr_expect(did, "%s: %s (%s) does nothing anywhere",
                      hv_screens[tab].name, b->keys, b->text);
        }
    }
}

/* ... and so does what is hinted where something lies over the view. */
Test(answers, hints_of_what_lies_over_a_view_hold)
{
    static const char *const ways[] = { "2A", "3I",       "jjj<Enter>", "yq",
                                        "2?", "6<Enter>", "2^p",        "2x" };
    unsigned seen = 0;

    for (size_t i = 0; i < HV_LEN(ways); i++) {
        struct hv_app app;
        enum hv_view top;

        world_open_pane(&app, HV_VIEW_SHELL, HV_SHELL_COMPOSE);
        world_press(&app, ways[i]);
        top = hv_app_top(&app);
        cr_assert_geq(top, HV_TABS, "%s", ways[i]);
        seen |= 1U << top;
        hv_app_release(&app);
        for (const struct hv_binding *b = hv_screens[top].bindings; b->keys;
             b++) {
            if (!b->hint)
                continue;
            world_open_pane(&app, HV_VIEW_SHELL, HV_SHELL_COMPOSE);
            world_press(&app, ways[i]);
            world_type(&app, top == HV_VIEW_FORM ? "a.example/n" : "");
            if (top == HV_VIEW_PAGER)
                world_size(&app, 8, 40); /* more than fits */
            world_forget_effects(&app);
            cr_expect(is_answered(&app, b->keys), "%s: %s (%s)",
                      hv_screens[top].name, b->keys, b->hint);
            hv_app_release(&app);
        }
    }
    for (int view = HV_TABS; view < HV_VIEW_COUNT; view++)
        cr_expect(view == HV_VIEW_UNLOCK || seen >> view & 1,
                  "%s: no way leads there", hv_screens[view].name);
}

/* Enter on a row of `?` runs it, asks, or puts it on the command line. */
Test(answers, everything_in_help_can_be_run)
{
    static struct hv_help_entry entries[HV_MAX_HELP];
    struct hv_app app;
    size_t len;

    world_open_pane(&app, HV_VIEW_SUBS, 0);
    world_press(&app, "?");
    len = hv_help_entries(&app, entries, HV_LEN(entries), NULL);
    hv_app_release(&app);
    cr_assert_gt(len, 100);
    for (size_t i = 0; i < len; i++) {
        const char *said;

        cr_expect(entries[i].what && entries[i].what[0] &&
                      entries[i].command[0],
                  "row %zu of help", i);
        world_open_pane(&app, HV_VIEW_SUBS, 0);
        world_press(&app, "?");
        app.help.cursor = i;
        world_forget_effects(&app);
        cr_expect(is_answered(&app, "<Enter>"), "%s %s", entries[i].keys,
                  entries[i].command);
        said = app.notes_len ? hv_app_note(&app, 0)->text : "";
        cr_expect(!strstr(said, "there is no") ||
                      strstr(said, "there is no key"),
                  "%s: %s", entries[i].command, said);
        hv_app_release(&app);
    }
}

Test(answers, hints_hold_in_every_tab)
{
    for (int tab = 0; tab < HV_TABS; tab++) {
        for (int pane = 0; pane < world_panes((enum hv_view)tab); pane++) {
            const struct hv_binding *b = hv_screens[tab].bindings;

            for (; b->keys; b++) {
                struct hv_buf hints = { 0 };
                struct hv_app app;
                char key[24], hint[64];

                world_open_pane(&app, (enum hv_view)tab, pane);
                hv_screen_hints(&app, 79, &hints);
                hv_keys_name(b->keys, key);
                snprintf(hint, sizeof(hint), "%s %s", key,
                         b->hint ? b->hint : "");
                if (b->hint && strstr(hv_buf_str(&hints), hint))
                    cr_expect(is_answered(&app, b->keys), "%s, %s: %s",
                              hv_screens[tab].name,
                              hv_screens[tab].panes
                                  ? hv_screens[tab].panes[pane]
                                  : "",
                              hint);
                hv_buf_release(&hints);
                hv_app_release(&app);
            }
        }
    }
}
