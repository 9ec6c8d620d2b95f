/*
 * unlock.c - the state behind the unlock prompt: trying without asking, the
 * typed passphrase, the growing pause after failures, locking again. The key
 * is derived on the worker. Called by update().
 */
#include "tui/app/parts.h"

#include <stdio.h>
#include <string.h>

void
hv_unlock_start(struct hv_app *app)
{
    app->unlock.state = HV_UNLOCK_WORKING;
    app->unlock.error = (struct hv_error){ 0 };
    hv_job_start(app, HV_JOB_OPEN, "opening the keystore");
}

static void
wipe_typed(struct hv_unlock *unlock)
{
    hv_secret_release(&unlock->typed);
    unlock->typed_len = 0;
}

/* Seconds to wait after the nth failure, as docs/keystore-format.md says. */
static int64_t
pause_ms(int tries)
{
    static const int seconds[] = { 0, 0, 0, 1, 2, 4, 8, 16, 30, 30 };

    return 1000 *
           (int64_t)
               seconds[tries < (int)HV_LEN(seconds) ? tries
                                                    : (int)HV_LEN(seconds) - 1];
}

static void
type_char(struct hv_app *app, const struct hv_press *press)
{
    struct hv_unlock *unlock = &app->unlock;
    struct hv_edit one = { 0 };

    if (!unlock->typed.data &&
        hv_secret_init(&unlock->typed, HV_MAX_PASSPHRASE, &unlock->error))
        return;
    if (!hv_edit_press(&one, press) || !one.len ||
        unlock->typed_len + one.len > unlock->typed.len) {
        hv_wipe(&one, sizeof(one));
        return;
    }
    memcpy(unlock->typed.data + unlock->typed_len, one.text, one.len);
    unlock->typed_len += one.len;
    hv_wipe(&one, sizeof(one));
}

static void
drop_char(struct hv_unlock *unlock)
{
    while (unlock->typed_len) {
        uint8_t byte = unlock->typed.data[--unlock->typed_len];

        unlock->typed.data[unlock->typed_len] = 0;
        if ((byte & 0xc0) != 0x80)
            break;
    }
}

static void
enter(struct hv_app *app)
{
    struct hv_unlock *unlock = &app->unlock;

    if (!unlock->typed_len) {
        if (unlock->has_credential)
            hv_unlock_start(app);
        return;
    }
    if (app->mono_ms < unlock->wait_until_mono_ms)
        return; /* the screen counts down */
    unlock->state = HV_UNLOCK_WORKING;
    unlock->error = (struct hv_error){ 0 };
    /* The runner takes the passphrase from the state: it is in no message. */
    hv_job_start(app, HV_JOB_UNLOCK, "opening the keystore");
}

void
hv_unlock_press(struct hv_app *app, const struct hv_press *press)
{
    struct hv_unlock *unlock = &app->unlock;

    if (unlock->state == HV_UNLOCK_WORKING)
        return;
    if (unlock->state == HV_UNLOCK_FIRST) {
        hv_first_press(app, press);
        return;
    }
    if (unlock->state == HV_UNLOCK_STOPPED) {
        if (press->code == 'q' || press->code == 'Q')
            hv_effects_add(&app->effects, HV_EFFECT_QUIT);
        else if (press->code == 'r' || press->code == HV_PRESS_ENTER)
            hv_unlock_start(app);
        return;
    }
    if (press->is_pasted && press->code < ' ')
        return; /* a pasted line end does not confirm */
    switch (press->code) {
    case HV_PRESS_ENTER:
        enter(app);
        break;
    case HV_PRESS_BACKSPACE:
        drop_char(unlock);
        break;
    case HV_PRESS_ESC:
        if (!unlock->typed_len)
            hv_effects_add(&app->effects, HV_EFFECT_QUIT);
        wipe_typed(unlock);
        break;
    case HV_PRESS_CTRL('u'):
        wipe_typed(unlock);
        break;
    case HV_PRESS_CTRL('l'):
        hv_effects_add(&app->effects, HV_EFFECT_REPAINT);
        break;
    default:
        type_char(app, press);
        break;
    }
}

static void
opened(struct hv_app *app)
{
    wipe_typed(&app->unlock);
    app->unlock.tries = 0;
    app->unlock.error = (struct hv_error){ 0 };
    app->is_open = true;
    app->open_mono_ms = app->mono_ms;
    app->input_mono_ms = app->mono_ms;
    hv_load_ask(app, HV_JOB_STATUS);
    hv_load_view(app, false);
    if (hv_app_top(app) == HV_VIEW_FORM) /* ^s is "save" there again */
        hv_effects_add(&app->effects, HV_EFFECT_FLOW)->flag = false;
    if (app->status && !app->status->has_profile)
        hv_app_say(app, HV_ROLE_NOTE,
                   "No profile yet: Enter on the dashboard writes one down.");
    if (app->demo_note[0]) {
        hv_app_say(app, HV_ROLE_NOTE, "%s", app->demo_note);
        hv_app_say(app, HV_ROLE_NOTE,
                   "A world of its own. :messages tells how a second terminal "
                   "joins.");
        app->demo_note[0] = 0; /* told once */
    }
}

static void
failed(struct hv_app *app, const struct hv_error *error, bool was_typed)
{
    struct hv_unlock *unlock = &app->unlock;

    wipe_typed(unlock);
    if (app->is_unattended) {
        unlock->error = *error;
        hv_effects_add(&app->effects, HV_EFFECT_QUIT);
    }
    if (error->status == HV_ERR_NOT_FOUND && !was_typed) {
        unlock->state = HV_UNLOCK_FIRST;
        unlock->error = *error;
        return;
    }
    if (error->status != HV_ERR_LOCKED && error->status != HV_ERR_CANCELLED &&
        error->status != HV_ERR_FORMAT) {
        unlock->state = HV_UNLOCK_STOPPED;
        unlock->error = *error;
        return;
    }
    unlock->state = HV_UNLOCK_ASK;
    if (was_typed && error->status == HV_ERR_LOCKED) {
        unlock->tries++;
        unlock->wait_until_mono_ms = app->mono_ms + pause_ms(unlock->tries);
    }
    /* Nobody gave a credential: that is a question, not a failure. */
    if (was_typed || unlock->has_credential)
        unlock->error = *error;
    if (unlock->tries >= HV_MAX_TRIES)
        hv_effects_add(&app->effects, HV_EFFECT_QUIT);
}

void
hv_unlock_message(struct hv_app *app, struct hv_msg *msg)
{
    if (msg->op != app->busy[msg->job].op)
        return;
    app->busy[msg->job].op = 0;
    if (msg->kind == HV_MSG_OPENED)
        opened(app);
    else if (msg->kind == HV_MSG_OPEN_FAILED)
        failed(app, &msg->error, msg->job == HV_JOB_UNLOCK);
    else
        hv_load_ask(app, HV_JOB_STATUS);
}

/* Whoever comes back goes on with the form; no secret is written in it. */
static void
keep_draft(struct hv_app *app)
{
    bool is_draft = app->over_len && !app->form.is_sending &&
                    app->over[app->over_len - 1] == HV_VIEW_FORM;

    app->over_len = 0;
    if (is_draft)
        hv_app_push(app, HV_VIEW_FORM);
}

void
hv_unlock_lock(struct hv_app *app, const char *why)
{
    if (!app->is_open && app->unlock.state != HV_UNLOCK_WORKING)
        return;
    /* What still runs ends soon, and its answer is for nobody. */
    hv_effects_add(&app->effects, HV_EFFECT_CANCEL);
    memset(app->busy, 0, sizeof(app->busy));
    app->status_load.is_asked = false;
    app->is_open = false;
    app->armed_until_mono_ms = 0;
    keep_draft(app);
    app->dialog = (struct hv_dialog){ 0 };
    app->is_filtering = false;
    if (app->prompt.is_open)
        hv_effects_add(&app->effects, HV_EFFECT_PROMPT_CLOSE);
    app->prompt = (struct hv_prompt_state){ 0 };
    hv_effects_add(&app->effects, HV_EFFECT_FLOW)->flag = true;
    app->running[0] = 0;
    hv_load_forget(app);
    app->unlock.state = HV_UNLOCK_ASK;
    app->unlock.error = (struct hv_error){ 0 };
    hv_job_start(app, HV_JOB_LOCK, "");
    hv_app_say(app, HV_ROLE_NOTE, "Locked%s%s.", why[0] ? ": " : "", why);
}
