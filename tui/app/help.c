/*
 * help.c - the entries of help, gathered from the tables of bindings and
 * commands: what is not in a table cannot be found here. Called by update()
 * and by the screen.
 */
#include "tui/app/actions.h"
#include "tui/app/fuzzy.h"
#include "tui/app/parts.h"
#include "tui/screen/screens.h"

#include <stdio.h>
#include <string.h>

struct gather {
    const char *query;
    bool is_fuzzy;
    struct hv_help_entry *out;
    size_t max, len, all;
};

/* How well an entry fits; -1 = not at all. */
static int
score_of(const struct gather *gather, const struct hv_help_entry *entry)
{
    const char *query = gather->query;
    int what;
    int command;

    if (!query[0])
        return 0;
    if (!gather->is_fuzzy)
        return strcasestr(entry->what, query) ||
                       strcasestr(entry->command, query) ||
                       !strcmp(entry->keys, query)
                   ? 0
                   : -1;
    what = hv_fuzzy(query, entry->what);
    command = hv_fuzzy(query, entry->command);
    /* Who types the name of a command means that command. */
    return command >= what && command >= 0 ? command + 1 : what;
}

/* The best first; equal ones stand as they came. */
static void
place(struct gather *gather, const struct hv_help_entry *entry)
{
    size_t at = gather->len < gather->max ? gather->len : gather->max;

    while (at > 0 && gather->out[at - 1].score < entry->score)
        at--;
    if (at >= gather->max)
        return;
    memmove(
        &gather->out[at + 1], &gather->out[at],
        ((gather->len < gather->max - 1 ? gather->len : gather->max - 1) - at) *
            sizeof(*entry));
    gather->out[at] = *entry;
}

static void
add(struct gather *gather, struct hv_help_entry *entry)
{
    gather->all++;
    entry->score = score_of(gather, entry);
    if (entry->score < 0)
        return;
    if (gather->out)
        place(gather, entry);
    gather->len++;
}

const char *
hv_text_summary(const char *text, bool *is_change)
{
    const char *args;
    const struct hv_action *action = hv_action_find(text, &args);

    if (action) {
        *is_change = action->is_change;
        return action->summary;
    }
    HV_EACH_COMMAND (command) {
        size_t len = strlen(command->words);

        if (!strncmp(text, command->words, len) &&
            (!text[len] || text[len] == ' ')) {
            *is_change =
                (command->flags & (HV_CMD_WRITES | HV_CMD_CHANGES)) != 0;
            return command->summary;
        }
    }
    return "";
}

static void
add_bindings(struct gather *gather, const struct hv_binding *table,
             bool is_here)
{
    for (; table && table->keys; table++) {
        struct hv_help_entry entry = { .is_here = is_here };
        const char *summary = hv_text_summary(table->text, &entry.is_change);

        hv_keys_name(table->keys, entry.keys);
        hv_copy(entry.command, sizeof(entry.command), table->text);
        entry.what = table->help ? table->help : summary;
        add(gather, &entry);
    }
}

static bool
has_text(const struct hv_binding *table, const char *text)
{
    for (; table && table->keys; table++) {
        if (!strcmp(table->text, text))
            return true;
    }
    return false;
}

/* What only another view has: its key is that view's number and then its own.
 * What several have is told of the first. */
static void
add_elsewhere(struct gather *gather, enum hv_view behind)
{
    for (int tab = 0; tab < HV_TABS; tab++) {
        const struct hv_binding *b = hv_screens[tab].bindings;

        for (; tab != (int)behind && b->keys; b++) {
            struct hv_help_entry entry = { .view = tab + 1 };
            const char *what = hv_text_summary(b->text, &entry.is_change);
            bool is_told = has_text(hv_screens[behind].bindings, b->text);
            char keys[sizeof(entry.keys)];

            for (int before = 0; before < tab; before++)
                is_told =
                    is_told || has_text(hv_screens[before].bindings, b->text);
            if (is_told)
                continue;
            hv_keys_name(b->keys, keys);
            snprintf(entry.keys, sizeof(entry.keys), "%d %.20s", tab + 1, keys);
            hv_copy(entry.command, sizeof(entry.command), b->text);
            entry.what = b->help ? b->help : what;
            add(gather, &entry);
        }
    }
}

static bool
is_bound(const struct hv_binding *table, const struct hv_action *action)
{
    const char *args;

    for (; table && table->keys; table++) {
        if (hv_action_find(table->text, &args) == action)
            return true;
    }
    return false;
}

/* Words of the console that no key of any view stands for. */
static void
add_actions(struct gather *gather)
{
    for (const struct hv_action *a = hv_actions; a->words; a++) {
        bool has_key = is_bound(hv_bindings, a);
        struct hv_help_entry entry = { .what = a->summary,
                                       .is_change = a->is_change };

        for (int view = 0; view < HV_VIEW_COUNT; view++)
            has_key = has_key || is_bound(hv_screens[view].bindings, a);
        if (has_key)
            continue;
        hv_copy(entry.keys, sizeof(entry.keys), ":");
        hv_copy(entry.command, sizeof(entry.command), a->words);
        add(gather, &entry);
    }
}

static void
add_commands(struct gather *gather)
{
    HV_EACH_COMMAND (command) {
        struct hv_help_entry entry = {
            .what = command->summary,
            .is_change =
                (command->flags & (HV_CMD_WRITES | HV_CMD_CHANGES)) != 0,
        };

        if (command->flags & (HV_CMD_SHELL_ONLY | HV_CMD_VIEW))
            continue;
        hv_copy(entry.keys, sizeof(entry.keys), ":");
        hv_copy(entry.command, sizeof(entry.command), command->words);
        add(gather, &entry);
    }
}

enum hv_view
hv_app_behind(const struct hv_app *app)
{
    return app->over_len > 1 ? app->over[app->over_len - 2] : app->tab;
}

size_t
hv_help_entries(const struct hv_app *app, struct hv_help_entry *out, size_t max,
                size_t *all)
{
    struct gather gather = {
        .query = app->help.query.text,
        .out = out,
        .max = max,
    };
    enum hv_view behind = hv_app_behind(app);

    gather.is_fuzzy = app->help.is_palette;
    add_bindings(&gather, hv_user_table(app, behind), true);
    add_bindings(&gather, hv_screens[behind].bindings, true);
    add_bindings(&gather, hv_user_table(app, HV_VIEW_COUNT), false);
    add_bindings(&gather, hv_bindings, false);
    add_elsewhere(&gather, behind);
    add_actions(&gather);
    add_commands(&gather);
    if (all)
        *all = gather.all;
    return gather.len < max ? gather.len : max;
}

static void
run(struct hv_app *app)
{
    struct hv_help_entry entries[HV_MAX_HELP];
    size_t len = hv_help_entries(app, entries, HV_LEN(entries), NULL);
    struct hv_help_entry entry;
    const struct hv_action *action;
    const char *args;
    struct hv_buf line = { 0 };
    struct hv_error err = { 0 };

    if (app->help.cursor >= len)
        return;
    entry = entries[app->help.cursor];
    hv_app_pop(app);
    if (entry.view)
        hv_do_view(app, hv_screens[entry.view - 1].name);
    action = hv_action_find(entry.command, &args);
    if (!strcmp(entry.keys, ":") && !(action && !action->args[0])) {
        struct hv_effect *effect =
            hv_effects_add(&app->effects, HV_EFFECT_PROMPT_OPEN);

        hv_buf_addf(&line, "%s ", entry.command);
        effect->text = hv_strdup(hv_buf_str(&line));
        app->prompt =
            (struct hv_prompt_state){ .is_open = true, .prompt = ":" };
    } else if (hv_text_expand(app, entry.command, &line, &err)) {
        hv_app_say(app, HV_ROLE_TEXT, "%s: %s.", entry.keys, err.why);
    } else {
        hv_app_do(app, hv_buf_str(&line), HV_FROM_KEY);
    }
    hv_buf_release(&line);
}

void
hv_help_press(struct hv_app *app, const struct hv_press *press)
{
    struct hv_help *help = &app->help;
    size_t len = hv_help_entries(app, NULL, HV_MAX_HELP, NULL);
    size_t page = app->rows > 10 ? (size_t)app->rows - 8 : 1;

    switch (press->is_pasted ? 0 : press->code) {
    case HV_PRESS_ENTER:
        run(app);
        return;
    case HV_PRESS_UP:
    case HV_PRESS_WHEEL_UP:
        help->cursor -= help->cursor > 0;
        return;
    case HV_PRESS_DOWN:
    case HV_PRESS_WHEEL_DOWN:
        help->cursor += help->cursor + 1 < len;
        return;
    case HV_PRESS_PGUP:
        help->cursor = help->cursor > page ? help->cursor - page : 0;
        return;
    case HV_PRESS_PGDN:
        help->cursor = help->cursor + page < len ? help->cursor + page
                       : len                     ? len - 1
                                                 : 0;
        return;
    default:
        if (hv_edit_press(&help->query, press))
            help->cursor = 0;
        return;
    }
}
