/*
 * app.c - the state's birth and end, and the small questions everyone asks of
 * it. Called by run.c, update() and the screens. No clock, no curses.
 */
#include "tui/app/parts.h"

#include "hvconsole/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void
hv_app_init(struct hv_app *app)
{
    *app = (struct hv_app){
        .rows = 24,
        .cols = 80,
        .is_detail_on = true,
        .is_memory_locked = true,
        .log = { .is_follow = true },
        .tester = { .fakes = 3 },
    };
}

void
hv_app_release(struct hv_app *app)
{
    hv_load_forget(app);
    for (int i = 0; i < HV_TABS; i++) {
        free(app->lists[i].order);
        free(app->lists[i].marks);
    }
    hv_user_keys_release(&app->user_keys);
    hv_secret_release(&app->unlock.typed);
    free(app->status);
    free(app->form.picked);
    free(app->form.picked_before);
    hv_buf_release(&app->pager.text);
    hv_effects_release(&app->effects);
    *app = (struct hv_app){ 0 };
}

enum hv_view
hv_app_top(const struct hv_app *app)
{
    if (!app->is_open)
        return HV_VIEW_UNLOCK;
    return app->over_len ? app->over[app->over_len - 1] : app->tab;
}

void
hv_app_push(struct hv_app *app, enum hv_view view)
{
    if (app->over_len && app->over[app->over_len - 1] == view)
        return;
    if (app->over_len < (int)HV_LEN(app->over))
        app->over[app->over_len++] = view;
}

void
hv_app_pop(struct hv_app *app)
{
    if (app->over_len)
        app->over_len--;
}

const char *
hv_app_read_only_why(const struct hv_app *app)
{
    if (app->is_flag_read_only)
        return "started with --read-only";
    if (app->is_flag_write || app->armed_until_mono_ms > app->mono_ms)
        return "";
    if (!app->status || !app->status->has_profile)
        return ""; /* nothing to write to: the command says */
    return app->status->env == HV_ENV_PROD ? "read-only: press W" : "";
}

bool
hv_app_is_read_only(const struct hv_app *app)
{
    return hv_app_read_only_why(app)[0] != 0;
}

bool
hv_app_is_fresh(const struct hv_app *app)
{
    return app->status && !app->status_load.error.status &&
           app->now_ms - app->status_load.read_ms < HV_STALE_MS;
}

bool
hv_app_is_busy(const struct hv_app *app)
{
    for (int i = 0; i < HV_JOB_COUNT; i++) {
        if (app->busy[i].op && app->busy[i].label[0])
            return true;
    }
    return false;
}

void
hv_app_say(struct hv_app *app, enum hv_role role, const char *fmt, ...)
{
    struct hv_note note = { .at_ms = app->now_ms, .role = role };
    const struct hv_note *last = hv_app_note(app, 0);
    struct hv_buf clean = { 0 };
    char text[sizeof(note.text)];
    va_list args;

    va_start(args, fmt);
    vsnprintf(text, sizeof(text), fmt, args);
    va_end(args);
    /* One note is one line, of the list of messages as well. */
    hv_text_clean(&clean, hv_bytes_str(text));
    hv_copy(note.text, sizeof(note.text), hv_buf_str(&clean));
    hv_buf_release(&clean);
    /* The same again pushes nothing out: a key held down, a long paste. */
    if (last && app->notes_len > app->notes_seen && last->role == role &&
        !strcmp(last->text, note.text))
        app->notes_len--;
    app->notes[app->notes_len++ % HV_NOTES] = note;
}

void
hv_app_complain(struct hv_app *app, const char *what,
                const struct hv_error *error)
{
    const char *why =
        error->why[0] ? error->why : hv_status_word(error->status);

    hv_app_say(app, HV_ROLE_BAD, "%s%s%s%s%s%s", what, what[0] ? ": " : "", why,
               error->hint[0] ? " (" : "", error->hint,
               error->hint[0] ? ")" : "");
}

const struct hv_note *
hv_app_note(const struct hv_app *app, size_t back)
{
    if (back >= app->notes_len || back >= HV_NOTES)
        return NULL;
    return &app->notes[(app->notes_len - 1 - back) % HV_NOTES];
}

void
hv_app_page(struct hv_app *app, const char *title, struct hv_buf *text)
{
    hv_copy(app->pager.title, sizeof(app->pager.title), title);
    hv_buf_release(&app->pager.text);
    app->pager.text = *text;
    *text = (struct hv_buf){ 0 };
    app->pager.top = 0;
    app->pager.left = 0;
    hv_app_push(app, HV_VIEW_PAGER);
}
