/*
 * test_laws.c - the laws of the tables: what a key stands for exists, what
 * changes something is on an uppercase key, no key hides another, hints fit,
 * and every screen keeps inside its window at every size.
 */
#include "tests/unit/tui/console/world.h"

#include <criterion/criterion.h>
#include <ctype.h>
#include <stdio.h>
#include <string.h>

static void
check_binding(const struct hv_binding *b, const char *where)
{
    const char *args = "";
    const struct hv_action *action = hv_action_find(b->text, &args);
    const struct hv_command *command = world_command_of(b->text);
    struct hv_sequence keys = { 0 };
    bool changes;
    bool is_exempt;

    cr_assert_eq(hv_keys_parse(b->keys, &keys), HV_OK, "%s: %s", where,
                 b->keys);
    cr_expect(action || command, "%s: \"%s\" names nothing that exists", where,
              b->text);
    if (!action && !command)
        return;
    changes = action ? action->is_change
                     : (command->flags & (HV_CMD_WRITES | HV_CMD_CHANGES)) != 0;
    is_exempt = b->keys[1] == 0 && strchr("GNQLVW", b->keys[0]);
    if (keys.len == 1 && isupper((unsigned char)b->keys[0]) && !b->keys[1])
        cr_expect(changes || is_exempt, "%s: %s changes nothing", where,
                  b->keys);
    else
        cr_expect(!changes || !strcmp(b->text, "form save"),
                  "%s: %s changes something, on a lowercase key", where,
                  b->keys);
    if (action && action->args[0] && action->args[0] != '[' &&
        strcmp(action->words, "view"))
        cr_expect(args[0], "%s: \"%s\" lacks its word", where, b->text);
}

Test(laws, every_binding_names_something_and_changes_are_uppercase)
{
    for (const struct hv_binding *b = hv_bindings; b->keys; b++)
        check_binding(b, "everywhere");
    for (int i = 0; i < HV_VIEW_COUNT; i++) {
        for (const struct hv_binding *b = hv_screens[i].bindings; b->keys; b++)
            check_binding(b, hv_screens[i].name);
    }
}

Test(laws, no_key_hides_another_in_the_same_reach)
{
    for (int i = 0; i < HV_VIEW_COUNT; i++) {
        const struct hv_binding *mine = hv_screens[i].bindings;

        for (const struct hv_binding *a = mine; a->keys; a++) {
            for (const struct hv_binding *b = a + 1; b->keys; b++)
                cr_expect_not(hv_keys_clash(a->keys, b->keys), "%s: %s and %s",
                              hv_screens[i].name, a->keys, b->keys);
            /* Who writes in a screen does not have the keys of everywhere. */
            for (const struct hv_binding *b = hv_bindings;
                 b->keys && !hv_screens[i].press; b++)
                cr_expect_not(hv_keys_clash(a->keys, b->keys), "%s: %s and %s",
                              hv_screens[i].name, a->keys, b->keys);
        }
    }
    for (const struct hv_binding *a = hv_bindings; a->keys; a++) {
        for (const struct hv_binding *b = a + 1; b->keys; b++)
            cr_expect_not(hv_keys_clash(a->keys, b->keys), "%s and %s", a->keys,
                          b->keys);
    }
}

Test(laws, every_view_of_a_binding_exists)
{
    for (const struct hv_binding *b = hv_bindings; b->keys; b++) {
        struct hv_app app;

        if (strncmp(b->text, "view ", 5))
            continue;
        world_open(&app);
        world_press(&app, b->keys);
        cr_expect_eq((int)app.tab, b->keys[0] - '1', "%s", b->text);
        hv_app_release(&app);
    }
}

/* The top view of each kind, with something in it. */
static void
show(struct hv_app *app, enum hv_view view)
{
    if (view < HV_TABS) {
        app->tab = view;
    } else if (view == HV_VIEW_UNLOCK) {
        app->is_open = false;
        app->unlock.state = HV_UNLOCK_ASK;
    } else if (view == HV_VIEW_FORM) {
        hv_form_open(app, HV_FORM_NEW, NULL);
    } else {
        struct hv_buf text = { 0 };

        app->tab = HV_VIEW_LOG;
        hv_buf_add_str(&text, "one\n\ntwo  three\n");
        hv_app_page(app, "text", &text);
        app->over[0] = view;
    }
}

Test(laws, hints_of_every_view_fit_80_columns_and_end_with_help)
{
    for (int i = 0; i < HV_VIEW_COUNT; i++) {
        struct hv_app app;
        struct hv_buf hints = { 0 };

        world_open(&app);
        world_fill(&app);
        show(&app, (enum hv_view)i);
        hv_screen_hints(&app, 79, &hints);
        cr_expect_leq(hints.len, 79, "%s", hv_screens[i].name);
        for (const struct hv_binding *b = hv_screens[i].bindings; b->keys; b++)
            cr_expect(!b->hint || strstr(hv_buf_str(&hints), b->hint),
                      "%s: the hint of %s does not fit: %s", hv_screens[i].name,
                      b->keys, hv_buf_str(&hints));
        if (!hv_screens[i].press)
            cr_expect(strstr(hv_buf_str(&hints), "? help"), "%s",
                      hv_screens[i].name);
        hv_buf_release(&hints);
        hv_app_release(&app);
    }
}

/* The view drawn in a window of a larger grid of marks. */
static void
check_window(const struct hv_app *app, enum hv_view view, int rows, int cols)
{
    struct hv_grid grid = { 0 };
    struct hv_canvas whole;
    struct hv_canvas part;

    hv_grid_reset(&grid, rows + 4, cols + 6);
    for (size_t i = 0; i < (size_t)grid.rows * (size_t)grid.cols; i++)
        grid.cells[i].code = '#';
    whole = hv_canvas_whole(&grid);
    part = hv_canvas_part(&whole, 2, 3, rows, cols);
    hv_screens[view].render(app, &part);
    for (int row = 0; row < grid.rows; row++) {
        for (int col = 0; col < grid.cols; col++) {
            bool is_inside =
                row >= 2 && row < rows + 2 && col >= 3 && col < cols + 3;

            cr_expect(is_inside || hv_grid_at(&grid, row, col)->code == '#',
                      "%s at %dx%d wrote to %d,%d", hv_screens[view].name, cols,
                      rows, row - 2, col - 3);
        }
    }
    hv_grid_release(&grid);
}

Test(laws, every_screen_keeps_inside_at_every_size)
{
    static const int sizes[][2] = {
        { 5, 20 },  { 24, 80 }, { 40, 140 }, { 60, 200 }, { 1, 1 },
        { 2, 400 }, { 90, 3 },  { 16, 119 }, { 16, 120 },
    };

    cr_assert_eq(hv_secret_start(NULL, NULL), HV_OK);
    for (int view = 0; view < HV_VIEW_COUNT; view++) {
        for (size_t s = 0; s < HV_LEN(sizes); s++) {
            for (int full = 0; full < 2; full++) {
                struct hv_app app;
                struct hv_buf screen = { 0 };

                world_open(&app);
                if (full)
                    world_fill(&app);
                show(&app, (enum hv_view)view);
                world_size(&app, sizes[s][0], sizes[s][1]);
                check_window(&app, (enum hv_view)view, sizes[s][0],
                             sizes[s][1]);
                world_draw(&app, &screen); /* the whole frame as well */
                hv_buf_release(&screen);
                hv_app_release(&app);
            }
        }
    }
}

/* Read-only in two ways: a production profile that is not armed, which leaves
 * notes of this machine free, and --read-only, which leaves nothing. */
static void
be_read_only(struct hv_app *app, bool by_flag)
{
    world_open(app);
    world_fill(app);
    app->status->env = HV_ENV_PROD;
    app->is_flag_read_only = by_flag;
}

/* Nothing began, and the last word says why. */
static void
expect_refused(const struct hv_app *app, const char *what)
{
    cr_expect_null(world_job(app, HV_JOB_COMMAND), "%s ran", what);
    cr_expect_null(world_effect(app, HV_EFFECT_EDIT_BODY), "%s", what);
    cr_expect_eq(app->dialog.kind, HV_DIALOG_NONE, "%s asked", what);
    cr_expect_eq(app->over_len, 0, "%s opened something", what);
    cr_expect(strstr(hv_app_note(app, 0)->text, "read-only"), "%s: %s", what,
              hv_app_note(app, 0)->text);
}

Test(laws, every_changing_command_is_refused_read_only)
{
    for (int by_flag = 0; by_flag < 2; by_flag++) {
        unsigned flags = HV_CMD_WRITES | (by_flag ? HV_CMD_CHANGES : 0);

        HV_EACH_COMMAND (c) {
            struct hv_app app;

            if (!(c->flags & flags) || (c->flags & HV_CMD_SHELL_ONLY))
                continue;
            be_read_only(&app, by_flag);
            world_press(&app, "2");
            world_forget_effects(&app);
            hv_app_do(&app, c->words, HV_FROM_LINE);
            expect_refused(&app, c->words);
            hv_app_do(&app, c->words, HV_FROM_KEY);
            expect_refused(&app, c->words);
            hv_app_release(&app);
        }
    }
}

static bool
has_flags(const char *line, unsigned flags)
{
    HV_EACH_COMMAND (c) {
        size_t len = strlen(c->words);

        if ((c->flags & flags) && !strncmp(line, c->words, len) &&
            (!line[len] || line[len] == ' '))
            return true;
    }
    return false;
}

/* Whatever key of whatever view is pressed, and answered with yes. */
Test(laws, no_key_leads_to_a_change_that_is_not_allowed)
{
    for (int n = 0; n < 2 * HV_TABS; n++) {
        int tab = n / 2;
        bool by_flag = n % 2;
        unsigned flags = HV_CMD_WRITES | (by_flag ? HV_CMD_CHANGES : 0);
        const struct hv_binding *b = hv_screens[tab].bindings;

        for (; b->keys; b++) {
            struct hv_app app;
            const struct hv_effect *effect;
            char key[2] = { (char)('1' + tab), 0 };

            be_read_only(&app, by_flag);
            world_press(&app, key);
            world_forget_effects(&app);
            world_press(&app, b->keys);
            cr_expect_not(has_flags(app.dialog.command, flags),
                          "%s in %s asked: %s", b->keys, hv_screens[tab].name,
                          app.dialog.command);
            world_press(&app, "y");
            effect = world_job(&app, HV_JOB_COMMAND);
            cr_expect(!effect || !has_flags(effect->text, flags),
                      "%s in %s ran: %s", b->keys, hv_screens[tab].name,
                      effect ? effect->text : "");
            hv_app_release(&app);
        }
    }
}
