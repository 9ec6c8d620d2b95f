/*
 * first.c - there is no keystore yet: three ways on, none of them a dead end.
 * What asks for a passphrase is done by this program once more, on the
 * terminal, where such questions belong. Called by unlock.c.
 */
#include "tui/app/parts.h"

#include "hvconsole/limits.h"

#include <assert.h>
#include <string.h>

static_assert(HV_MIN_PASSPHRASE == 14, "as the words below say");

const struct hv_first_way hv_first_ways[HV_FIRST_WAYS] = {
    { 'T', "try it in a demo",
      "A sandbox of its own on this machine, with subscriptions and messages. "
      "Nothing of yours is touched; Q brings you back here." },
    { 'A', "make a keystore here",
      "You choose a passphrase of 14 characters or more; keys and private keys "
      "live in this one file. "
      "Then a profile says which application and platform." },
    { 'I', "bring one back from a backup",
      "A file that hvconsole keystore backup wrote." },
};

static void
run_outside(struct hv_app *app, const char *line)
{
    hv_effects_add(&app->effects, HV_EFFECT_OUTSIDE)->text = hv_strdup(line);
}

static void
go(struct hv_app *app, int way)
{
    struct hv_first *first = &app->unlock.first;

    first->at = way;
    if (hv_first_ways[way].key == 'T')
        run_outside(app, "demo");
    else if (hv_first_ways[way].key == 'A')
        run_outside(app, "keystore init");
    else
        first->is_asking = true;
}

static void
restore(struct hv_app *app)
{
    struct hv_first *first = &app->unlock.first;
    struct hv_buf line = { 0 };

    first->is_asking = false;
    if (!first->file.len)
        return;
    hv_buf_add_str(&line, "keystore restore ");
    hv_quote(&line, first->file.text);
    run_outside(app, hv_buf_str(&line));
    hv_buf_release(&line);
}

static void
press_file(struct hv_app *app, const struct hv_press *press)
{
    struct hv_first *first = &app->unlock.first;

    if (!press->is_pasted && press->code == HV_PRESS_ESC)
        first->is_asking = false;
    else if (!press->is_pasted && press->code == HV_PRESS_ENTER)
        restore(app);
    else
        hv_edit_press(&first->file, press);
}

void
hv_first_press(struct hv_app *app, const struct hv_press *press)
{
    struct hv_first *first = &app->unlock.first;

    if (first->is_asking) {
        press_file(app, press);
        return;
    }
    if (press->is_pasted)
        return;
    for (int i = 0; i < HV_FIRST_WAYS; i++) {
        if (press->code == hv_first_ways[i].key)
            go(app, i);
    }
    switch (press->code) {
    case 'j':
    case HV_PRESS_DOWN:
    case HV_PRESS_TAB:
        first->at = (first->at + 1) % HV_FIRST_WAYS;
        break;
    case 'k':
    case HV_PRESS_UP:
    case HV_PRESS_BACKTAB:
        first->at = (first->at + HV_FIRST_WAYS - 1) % HV_FIRST_WAYS;
        break;
    case HV_PRESS_ENTER:
        go(app, first->at);
        break;
    case 'r':
        hv_unlock_start(app);
        break;
    case 'q':
    case 'Q':
    case HV_PRESS_ESC:
        hv_effects_add(&app->effects, HV_EFFECT_QUIT);
        break;
    case 't':
    case 'a':
    case 'i':
        hv_app_say(app, HV_ROLE_TEXT,
                   "What changes something has a capital: T, A or I.");
        break;
    default:
        break;
    }
}
