/*
 * world.c - the state of the sketches, by hand. Called by the tests of the
 * console. No file, no clock, no terminal.
 */
#include "tests/unit/tui/console/world.h"

#include "hvconsole/secret.h"
#include "hvconsole/text.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HOUR_MS (60 * 60 * 1000LL)
#define DAY_MS  (24 * HOUR_MS)

struct hv_guid
world_guid(const char *first, const char *last)
{
    char text[HV_GUID_TEXT];
    struct hv_guid id = { 0 };

    snprintf(text, sizeof(text), "%.4sf1c2-8e10-4d7b-9a3e-51b0c7709%.3s", first,
             last);
    if (hv_guid_parse(text, &id))
        abort();
    return id;
}

static void
make_status(struct hv_status_model *s)
{
    static const char *const texts[][3] = {
        { "high",
          "4 messages of subscription 7d1c..e02 carry the unknown key "
          "version v20261119-1; retries end in 6d 02h",
          "log" },
        { "warn", "2 old key versions are safe to retire", "keys" },
        { "warn", "key version v20261119-1 of 91aa..3f0 was never announced",
          "keys" },
        { "info", "the oldest active key is 83 days old", "keys" },
    };

    *s = (struct hv_status_model){
        .env = HV_ENV_PPE,
        .has_profile = true,
        .keystore_generation = 118,
        .listener_running = true,
        .listener_generation = 118,
        .listener_started_ms = WORLD_NOW_MS - 9 * DAY_MS - 4 * HOUR_MS,
        .last_message_ms = WORLD_NOW_MS - 21000,
        .keys_active = 23,
        .keys_accepted = 9,
        .keys_pending = 1,
        .keys_retired = 31,
        .keys_safe = 2,
        .oldest_active_ms = WORLD_NOW_MS - 83 * DAY_MS,
        .verdicts_1h = { 812, 37, 0, 0, 2, 4, 0, 0, 0, 0 },
        .verdicts_24h = { 18233, 402, 1, 0, 2, 9, 1, 0, 3, 1 },
        .attention_len = HV_LEN(texts),
    };
    snprintf(s->profile, sizeof(s->profile), "BPTracker");
    snprintf(s->app_short, sizeof(s->app_short), "05a0..7c1");
    s->profile_facts = (struct hv_profile){ .env = s->env, .limit = 25 };
    snprintf(s->profile_facts.name, sizeof(s->profile_facts.name), "%s",
             s->profile);
    snprintf(s->profile_facts.action_url, sizeof(s->profile_facts.action_url),
             "https://www.app.com/hv/");
    snprintf(s->keystore_file, sizeof(s->keystore_file),
             "/home/ops/.local/share/hvconsole/keystore.hvks");
    snprintf(s->keystore_state, sizeof(s->keystore_state), "open");
    snprintf(s->listener_url, sizeof(s->listener_url),
             "https://127.0.0.1:8443");
    snprintf(s->listener_health, sizeof(s->listener_health), "ok");
    for (size_t i = 0; i < HV_LEN(texts); i++) {
        struct hv_attention *a = &s->attention[i];

        snprintf(a->severity, sizeof(a->severity), "%s", texts[i][0]);
        snprintf(a->text, sizeof(a->text), "%s", texts[i][1]);
        snprintf(a->view, sizeof(a->view), "%s", texts[i][2]);
    }
    for (size_t i = 0; i < HV_LEN(s->hours); i++) {
        s->hours[i].start_ms = WORLD_NOW_MS - (int64_t)(24 - i) * HOUR_MS;
        s->hours[i].verdicts[HV_VERDICT_VERIFIED] = (int64_t)(i * i % 97) * 9;
        s->hours[i].verdicts[HV_VERDICT_BAD_HMAC] = i == 17 ? 2 : 0;
    }
}

void
world_open(struct hv_app *app)
{
    hv_app_init(app);
    app->now_ms = WORLD_NOW_MS;
    app->mono_ms = WORLD_MONO_MS;
    app->is_open = true;
    app->open_mono_ms = WORLD_MONO_MS - 11 * 60 * 1000;
    app->input_mono_ms = WORLD_MONO_MS;
    app->status = hv_calloc(1, sizeof(*app->status));
    make_status(app->status);
    app->status_load =
        (struct hv_load){ .has_data = true, .read_ms = WORLD_NOW_MS - 1000 };
    hv_list_settle(app, HV_VIEW_DASH);
}

void
world_size(struct hv_app *app, int rows, int cols)
{
    struct hv_msg msg = { .kind = HV_MSG_RESIZE };

    msg.u.size.rows = rows;
    msg.u.size.cols = cols;
    hv_app_update(app, &msg);
}

void
world_code(struct hv_app *app, int32_t code)
{
    struct hv_msg msg = { .kind = HV_MSG_PRESS };

    msg.u.press.code = code;
    hv_app_update(app, &msg);
}

void
world_press(struct hv_app *app, const char *keys)
{
    struct hv_sequence sequence;

    if (hv_keys_parse(keys, &sequence))
        abort();
    for (int i = 0; i < sequence.len; i++)
        world_code(app, sequence.codes[i]);
}

static void
give(struct hv_app *app, const char *text, bool is_pasted)
{
    struct hv_bytes bytes = hv_bytes_str(text);
    size_t pos = 0;

    while (pos < bytes.len) {
        struct hv_msg msg = { .kind = HV_MSG_PRESS };

        msg.u.press.code = hv_utf8_next(bytes, &pos);
        msg.u.press.is_pasted = is_pasted;
        hv_app_update(app, &msg);
    }
}

void
world_type(struct hv_app *app, const char *text)
{
    give(app, text, false);
}

void
world_paste(struct hv_app *app, const char *text)
{
    give(app, text, true);
}

void
world_tick(struct hv_app *app, int64_t ms)
{
    struct hv_msg msg = { .kind = HV_MSG_TICK,
                          .now_ms = app->now_ms + ms,
                          .mono_ms = app->mono_ms + ms };

    hv_app_update(app, &msg);
}

void
world_rotates(struct hv_app *app, const struct hv_rotation *job)
{
    struct hv_msg msg = { .kind = HV_MSG_ROTATION,
                          .op = app->busy[HV_JOB_COMMAND].op };

    msg.u.rotation = hv_calloc(1, sizeof(*job));
    *msg.u.rotation = *job;
    hv_app_update(app, &msg);
}

const struct hv_effect *
world_effect(const struct hv_app *app, enum hv_effect_kind kind)
{
    for (size_t i = 0; i < app->effects.len; i++) {
        if (app->effects.items[i].kind == kind)
            return &app->effects.items[i];
    }
    return NULL;
}

const struct hv_effect *
world_job(const struct hv_app *app, enum hv_job_kind job)
{
    for (size_t i = 0; i < app->effects.len; i++) {
        const struct hv_effect *effect = &app->effects.items[i];

        if (effect->kind == HV_EFFECT_JOB && effect->job == job)
            return effect;
    }
    return NULL;
}

void
world_forget_effects(struct hv_app *app)
{
    hv_effects_release(&app->effects);
}

void
world_draw(const struct hv_app *app, struct hv_buf *out)
{
    struct hv_grid grid = { 0 };

    hv_screen_render(app, &grid);
    hv_grid_dump(&grid, out);
    hv_grid_release(&grid);
}

bool
world_shows(const struct hv_app *app, const char *text)
{
    struct hv_buf screen = { 0 };
    bool is_there;

    world_draw(app, &screen);
    is_there = strstr(hv_buf_str(&screen), text) != NULL;
    hv_buf_release(&screen);
    return is_there;
}

bool
world_said(const struct hv_app *app, const char *text)
{
    for (size_t back = 0; hv_app_note(app, back); back++) {
        if (strstr(hv_app_note(app, back)->text, text))
            return true;
    }
    return false;
}

int
world_panes(enum hv_view tab)
{
    return hv_screen_panes(tab) ? hv_screen_panes(tab) : 1;
}

void
world_go(struct hv_app *app, enum hv_view tab, int pane)
{
    world_press(app, (char[]){ (char)('1' + (int)tab), 0 });
    for (int i = 0; i < pane; i++)
        world_press(app, "]");
    cr_assert_eq(app->lists[tab].pane, pane, "%s", hv_screens[tab].name);
}

const struct hv_command *
world_command_of(const char *text)
{
    const struct hv_command *best = NULL;

    HV_EACH_COMMAND (c) {
        size_t len = strlen(c->words);

        if (!strncmp(text, c->words, len) && (!text[len] || text[len] == ' ') &&
            (!best || len > strlen(best->words)))
            best = c;
    }
    return best;
}

void
world_start(void)
{
    struct hv_error err = { 0 };

    cr_assert_eq(hv_secret_start(NULL, &err), HV_OK, "%s", err.why);
}
