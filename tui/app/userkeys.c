/*
 * userkeys.c - keys of the person's own file: "VIEW KEY COMMAND TEXT", a line
 * each. They come before the program's own, and obey the same laws: what
 * changes something stands on an uppercase key or a function key. A line that
 * does not is told by its number, and left out. Called by run.c at the start.
 * Pure.
 */
#include "tui/app/actions.h"
#include "tui/app/parts.h"
#include "tui/screen/screens.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct reading {
    struct hv_app *app;
    const char *file;
    int line;
    int bad;
};

static void HV_PRINTF(2, 3) complain(struct reading *r, const char *fmt, ...)
{
    char text[256];
    va_list args;

    va_start(args, fmt);
    vsnprintf(text, sizeof(text), fmt, args);
    va_end(args);
    hv_app_say(r->app, HV_ROLE_WARN, "%.160s:%d: %s", r->file, r->line, text);
    r->bad++;
}

static int
find_view(const char *word)
{
    if (!strcmp(word, "all"))
        return HV_VIEW_COUNT;
    for (int i = 0; i < HV_VIEW_COUNT; i++) {
        if (!strcmp(hv_screens[i].name, word) && i != HV_VIEW_UNLOCK)
            return i;
    }
    return -1;
}

/* Whether the text names an action or a command, and one that changes. */
static bool
is_known(const char *text, bool *is_change)
{
    *is_change = false;
    return hv_text_summary(text, is_change)[0] != 0;
}

static bool
may_change(const char *keys)
{
    return isupper((unsigned char)keys[0]) || !strncmp(keys, "<F", 2);
}

/* In some views one writes: there a letter is a letter. */
static bool
is_written_in(int view)
{
    return view < HV_VIEW_COUNT && hv_screens[view].press;
}

/* Keys that never get as far as a view. */
static const char *
find_taken(int view, int32_t code)
{
    if (code == HV_PRESS_ESC || code == HV_PRESS_CTRL('c'))
        return "leaves and cancels, always";
    if (code == HV_PRESS_CTRL('z') || code == HV_PRESS_CTRL('s') ||
        code == HV_PRESS_CTRL('q'))
        return "belongs to the terminal";
    if (is_written_in(view) && code >= ' ' && code < HV_PRESS_UP)
        return "is written there: take ^g or <F9>";
    return NULL;
}

/* One key that is the beginning of another could never be reached. */
static const char *
find_clash(const struct hv_app *app, int view, const char *keys)
{
    for (size_t i = 0; i < app->user_keys.len; i++) {
        const char *above = app->user_keys.keys[i];
        int other = app->user_keys.views[i];
        bool is_near = other == view ||
                       ((other == HV_VIEW_COUNT || view == HV_VIEW_COUNT) &&
                        strcmp(above, keys));

        if (is_near && hv_keys_clash(above, keys))
            return above;
    }
    return NULL;
}

/* A key of the program with which a sequence begins: it acts at once. */
static const char *
find_first(int view, const struct hv_sequence *keys)
{
    const struct hv_binding *tables[] = {
        view < HV_VIEW_COUNT ? hv_screens[view].bindings : NULL,
        is_written_in(view) ? NULL : hv_bindings,
    };

    for (size_t i = 0; i < HV_LEN(tables); i++) {
        for (int len = 1; tables[i] && len < keys->len; len++) {
            struct hv_sequence first = *keys;
            const struct hv_binding *binding;

            first.len = len;
            if (hv_keymap_find(tables[i], &first, &binding) == HV_MATCH_FULL)
                return binding->keys;
        }
    }
    return NULL;
}

static void
take_key(struct reading *r, const char *view_word, const char *keys,
         const char *text)
{
    struct hv_user_keys *own = &r->app->user_keys;
    int view = find_view(view_word);
    struct hv_sequence sequence;
    bool is_change;

    if (view < 0)
        complain(r,
                 "there is no view \"%.40s\": all, dash, subs, keys, log "
                 "...",
                 view_word);
    else if (hv_keys_parse(keys, &sequence))
        complain(r, "\"%.40s\" is no key: R, ^g, yx, <F9>", keys);
    else if (find_taken(view, sequence.codes[0]))
        complain(r, "%.20s %s", keys, find_taken(view, sequence.codes[0]));
    else if (strlen(keys) >= sizeof(own->keys[0]) ||
             strlen(text) >= sizeof(own->texts[0]))
        complain(r, "longer than %zu characters", sizeof(own->texts[0]) - 1);
    else if (!is_known(text, &is_change))
        complain(r, "there is no command \"%.60s\"", text);
    else if (is_change && !may_change(keys))
        complain(r,
                 "\"%.60s\" changes something: that belongs on an uppercase "
                 "key or <F1> to <F12>",
                 text);
    else if (find_clash(r->app, view, keys))
        complain(r, "%.20s is, or begins, %.20s of a line above", keys,
                 find_clash(r->app, view, keys));
    else if (find_first(view, &sequence))
        complain(r, "%.20s begins with %.20s, which acts at once", keys,
                 find_first(view, &sequence));
    else if (own->len == HV_MAX_USER_KEYS)
        complain(r, "more than %d keys", HV_MAX_USER_KEYS);
    else {
        own->views[own->len] = view;
        hv_copy(own->keys[own->len], sizeof(own->keys[0]), keys);
        hv_copy(own->texts[own->len], sizeof(own->texts[0]), text);
        own->len++;
    }
}

static void
take_line(struct reading *r, char *line)
{
    char *rest = line + strspn(line, " \t");
    const char *words[2];

    if (!*rest || *rest == '#')
        return;
    if (!strncmp(rest, "set ", 4)) {
        const char *why =
            hv_app_set(r->app, rest + 4 + strspn(rest + 4, " \t"));

        if (why)
            complain(r, "%s", why);
        return;
    }
    for (int i = 0; i < 2; i++) {
        words[i] = rest;
        rest += strcspn(rest, " \t");
        if (*rest)
            *rest++ = 0;
        rest += strspn(rest, " \t");
    }
    if (!words[1][0] || !*rest)
        complain(r, "wants VIEW KEY COMMAND, as in: log <F9> log list");
    else
        take_key(r, words[0], words[1], rest);
}

static void
build_tables(struct hv_user_keys *own)
{
    for (int view = 0; view <= HV_VIEW_COUNT; view++) {
        size_t len = 0;

        own->tables[view] = hv_calloc(own->len + 1, sizeof(struct hv_binding));
        for (size_t i = 0; i < own->len; i++) {
            if (own->views[i] == view)
                own->tables[view][len++] =
                    (struct hv_binding){ .keys = own->keys[i],
                                         .text = own->texts[i] };
        }
    }
}

void
hv_user_keys_read(struct hv_app *app, const char *name, const char *text)
{
    struct reading r = { .app = app, .file = name };
    char *copy = hv_strdup(text);
    char *rest = copy;
    char *line;

    hv_user_keys_release(&app->user_keys);
    while ((line = strsep(&rest, "\n"))) {
        r.line++;
        line[strcspn(line, "\r")] = 0;
        take_line(&r, line);
    }
    free(copy);
    build_tables(&app->user_keys);
    if (r.bad)
        hv_app_say(app, HV_ROLE_WARN,
                   "%d line%s of the key file left out; :messages says why.",
                   r.bad, r.bad == 1 ? "" : "s");
}

void
hv_user_keys_release(struct hv_user_keys *keys)
{
    for (int view = 0; view <= HV_VIEW_COUNT; view++)
        free(keys->tables[view]);
    *keys = (struct hv_user_keys){ 0 };
}

const struct hv_binding *
hv_user_table(const struct hv_app *app, int view)
{
    return app->user_keys.tables[view];
}
