/*
 * press.c - a press finds its way: a question first, then whoever is being
 * written in, then the bindings of the view, then those of everywhere. What
 * does nothing here says where it would. Called by update().
 */
#include "tui/app/actions.h"
#include "tui/app/parts.h"
#include "tui/app/urls.h"
#include "tui/screen/screens.h"

#include <stdio.h>
#include <string.h>

/* "p works in 6 Log": the views in which a key means something. */
static void
say_elsewhere(struct hv_app *app, const struct hv_sequence *sequence)
{
    char where[160] = "";
    char name[16];
    char last[16];
    size_t used = 0;

    hv_press_name(sequence->codes[0], name);
    if (sequence->len > 1) {
        hv_press_name(sequence->codes[sequence->len - 1], last);
        hv_app_say(app, HV_ROLE_TEXT, "%s then %s does nothing; ? helps.", name,
                   last);
        return;
    }
    for (int i = 0; i < HV_TABS; i++) {
        const struct hv_binding *binding;

        if (!hv_keymap_find(hv_screens[i].bindings, sequence, &binding))
            continue;
        used += (size_t)snprintf(where + used, sizeof(where) - used, "%s%d %s",
                                 used ? ", " : "", i + 1, hv_screens[i].tab);
    }
    if (used) {
        hv_app_say(app, HV_ROLE_TEXT, "%s works in %s.", name, where);
        return;
    }
    hv_app_say(app, HV_ROLE_TEXT, "%s does nothing here; ? shows what does.",
               name);
}

static void
run_binding(struct hv_app *app, const struct hv_binding *binding)
{
    struct hv_buf line = { 0 };
    struct hv_error err = { 0 };

    if (hv_text_expand(app, binding->text, &line, &err))
        hv_app_say(app, HV_ROLE_TEXT, "%s: %s.", binding->keys, err.why);
    else
        hv_app_do(app, hv_buf_str(&line), HV_FROM_KEY);
    hv_buf_release(&line);
}

/* True when the press belonged to a binding, or may still become one. */
static bool
find_binding(struct hv_app *app, const struct hv_press *press,
             bool with_everywhere)
{
    const struct hv_binding *tables[4] = {
        hv_user_table(app, (int)hv_app_top(app)),
        with_everywhere ? hv_user_table(app, HV_VIEW_COUNT) : NULL,
        hv_screens[hv_app_top(app)].bindings,
        with_everywhere ? hv_bindings : NULL,
    };
    const struct hv_binding *binding;
    bool is_prefix = false;

    app->pressed.codes[app->pressed.len++] = press->code;
    for (size_t i = 0; i < HV_LEN(tables); i++) {
        enum hv_match match =
            tables[i] ? hv_keymap_find(tables[i], &app->pressed, &binding)
                      : HV_MATCH_NONE;

        if (match == HV_MATCH_FULL) {
            app->pressed.len = 0;
            run_binding(app, binding);
            return true;
        }
        is_prefix = is_prefix || match == HV_MATCH_PREFIX;
    }
    if (is_prefix && app->pressed.len < HV_MAX_SEQUENCE)
        return true;
    return false;
}

void
hv_filter_typed(struct hv_app *app)
{
    struct hv_edit *edit = &app->filter_edit;

    if (edit->len >= HV_MAX_FILTER) {
        char whole[HV_MAX_FILTER];

        hv_copy(whole, sizeof(whole), edit->text);
        hv_edit_set(edit, whole);
        hv_app_say(app, HV_ROLE_WARN, "A filter has at most %d characters.",
                   HV_MAX_FILTER - 1);
    }
    if (app->tab != HV_VIEW_LOG) {
        hv_copy(app->lists[app->tab].filter, HV_MAX_FILTER, edit->text);
        hv_list_settle(app, app->tab);
    }
}

static void
press_filter(struct hv_app *app, const struct hv_press *press)
{
    if (!press->is_pasted && press->code == HV_PRESS_ESC) {
        app->is_filtering = false;
        return;
    }
    if (!press->is_pasted && press->code == HV_PRESS_ENTER) {
        app->is_filtering = false;
        if (app->tab == HV_VIEW_LOG)
            hv_log_filter_by(app, app->filter_edit.text);
        else if (hv_list_len(app)) /* what it found is where one is now */
            hv_list_go(app, hv_list_cursor(app)->at);
        hv_copy(app->lists[app->tab].search, HV_MAX_FILTER,
                app->filter_edit.text);
        return;
    }
    if (!press->is_pasted && press->code == HV_PRESS_CTRL('x')) {
        hv_edit_outside(app);
        return;
    }
    if (hv_edit_press(&app->filter_edit, press))
        hv_filter_typed(app);
}

static void
press_prompt(struct hv_app *app, const struct hv_press *press)
{
    bool is_end = !press->is_pasted &&
                  (press->code == HV_PRESS_ESC && !press->is_followed);

    if (is_end) {
        app->prompt.is_open = false;
        hv_effects_add(&app->effects, HV_EFFECT_PROMPT_CLOSE);
        return;
    }
    if (press->is_pasted && press->code == HV_PRESS_ESC)
        return; /* no Meta key either */
    if (!press->is_pasted && press->code == HV_PRESS_CTRL('x'))
        hv_edit_outside(app);
    else
        hv_effects_add(&app->effects, HV_EFFECT_PROMPT_PRESS)->press = *press;
}

static void
click_tab(struct hv_app *app, int col)
{
    int tab = hv_bar_tab_at(app, col);

    if (tab >= 0)
        hv_do_view(app, hv_screens[tab].name);
}

static void
press_click(struct hv_app *app, const struct hv_press *press)
{
    int first = hv_screen_list_top(app);

    if (!app->is_open || hv_screens[hv_app_top(app)].press)
        return;
    if (press->row == 1 && !app->is_zoomed)
        click_tab(app, press->col);
    else if (!app->over_len && first >= 0 && press->row >= first &&
             press->row < first + hv_screen_list_rows(app, app->tab))
        hv_list_go(app,
                   hv_list_cursor(app)->top + (size_t)(press->row - first));
}

static bool
is_mouse(const struct hv_press *press)
{
    return press->code >= HV_PRESS_CLICK;
}

void
hv_app_press(struct hv_app *app, const struct hv_press *press)
{
    const struct hv_screen *screen = &hv_screens[hv_app_top(app)];

    app->input_mono_ms = app->mono_ms;
    if (app->dialog.kind) {
        if (!is_mouse(press)) /* nothing moves behind a question */
            hv_dialog_press(app, press);
    } else if (app->prompt.is_open && !is_mouse(press)) {
        press_prompt(app, press);
    } else if (app->is_filtering && !is_mouse(press)) {
        press_filter(app, press);
    } else if (press->code == HV_PRESS_CLICK) {
        press_click(app, press);
    } else if (screen->press) {
        app->pressed.len = 0;
        if (press->is_pasted || !find_binding(app, press, false))
            screen->press(app, press);
        app->pressed.len = 0;
    } else if (press->is_pasted) {
        if (hv_urls_paste(app, press))
            return;
        hv_app_say(app, HV_ROLE_TEXT,
                   "A paste is text: open : or a field for it.");
    } else if (!find_binding(app, press, true)) {
        struct hv_sequence sequence = app->pressed;

        app->pressed.len = 0;
        if (press->code != HV_PRESS_ESC)
            say_elsewhere(app, &sequence);
    }
}
