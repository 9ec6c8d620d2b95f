/*
 * fuzz_keymap.c - any bytes as presses, pastes, times and sizes: the console's
 * state takes them all, draws every frame inside its window, and never runs a
 * command that nobody confirmed. The first line is also read as the name of a
 * key.
 */
#include "tui/app/parts.h"
#include "tui/screen/screens.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_name(const uint8_t *data, size_t size)
{
    char name[64] = "";
    struct hv_sequence keys;

    memcpy(name, data, size < 63 ? size : 63);
    name[strcspn(name, "\n")] = '\0';
    if (hv_keys_parse(name, &keys))
        return;
    if (keys.len < 1 || keys.len > HV_MAX_SEQUENCE)
        abort();
    for (int i = 0; i < keys.len; i++) {
        char back[16];

        hv_press_name(keys.codes[i], back);
        if (!back[0])
            abort();
    }
}

/* One subscription and one key, so that there is something to act on. */
static void
open_app(struct hv_app *app)
{
    hv_app_init(app);
    app->now_ms = 1795262671000;
    app->mono_ms = 1000;
    app->is_open = true;
    app->status = hv_calloc(1, sizeof(*app->status));
    app->subs.rows = hv_calloc(1, sizeof(*app->subs.rows));
    app->subs.len = 1;
    app->subs.rows[0].sub.id.b[0] = 1;
    app->subs_load.has_data = true;
    app->keys.rows = hv_calloc(1, sizeof(*app->keys.rows));
    app->keys.len = 1;
    app->keys.rows[0].sub.b[0] = 1;
    app->keys.rows[0].state = HV_KEY_ACTIVE;
    app->keys_load.has_data = true;
}

static void
draw(const struct hv_app *app)
{
    struct hv_grid grid = { 0 };

    hv_screen_render(app, &grid);
    hv_grid_release(&grid);
}

/* What update() asks for is dropped; a change must have been confirmed. */
static void
drop_effects(struct hv_app *app, bool was_asked)
{
    for (size_t i = 0; i < app->effects.len; i++) {
        const struct hv_effect *effect = &app->effects.items[i];

        if (effect->kind == HV_EFFECT_JOB && effect->flag && !was_asked)
            abort();
        if (effect->kind == HV_EFFECT_JOB && effect->job == HV_JOB_UNLOCK) {
            hv_secret_release(&app->unlock.typed);
            app->unlock.typed_len = 0;
        }
    }
    hv_effects_release(&app->effects);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static bool has_started;
    struct hv_app app;

    if (!has_started && hv_secret_start(NULL, NULL))
        abort();
    has_started = true;
    check_name(data, size);
    open_app(&app);
    for (size_t i = 0; i + 1 < size && i < 512; i += 2) {
        struct hv_msg msg = { .kind = HV_MSG_PRESS };
        bool was_asked = app.dialog.kind != HV_DIALOG_NONE;

        switch (data[i] & 7) {
        case 0:
            msg.u.press.code = HV_PRESS_UP + data[i + 1] % 32;
            msg.u.press.row = data[i] >> 3;
            msg.u.press.col = data[i + 1];
            break;
        case 1:
            msg.kind = HV_MSG_RESIZE;
            msg.u.size.rows = 1 + data[i] / 4;
            msg.u.size.cols = 1 + data[i + 1];
            break;
        case 2:
            msg.kind = data[i + 1] & 1 ? HV_MSG_TICK : HV_MSG_CANCEL;
            msg.now_ms = app.now_ms + data[i] * 1000;
            msg.mono_ms = app.mono_ms + data[i] * 1000;
            break;
        default:
            msg.u.press.code = data[i + 1];
            msg.u.press.is_pasted = (data[i] & 0x40) != 0;
            msg.u.press.is_followed = (data[i] & 0x20) != 0;
            break;
        }
        hv_app_update(&app, &msg);
        drop_effects(&app, was_asked);
        draw(&app);
    }
    hv_app_release(&app);
    return 0;
}
