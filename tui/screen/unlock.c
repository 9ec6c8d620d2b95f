/*
 * unlock.c - the prompt before anything else: the frame, the question, no
 * data. Draws app->unlock; of the passphrase only that something was typed.
 * Pure.
 */
#include "tui/screen/frame.h"
#include "tui/screen/format.h"

#include <stdio.h>
#include <string.h>

static int
render_file(const struct hv_app *app, struct hv_canvas *cv, int row)
{
    if (app->status && app->status->keystore_file[0])
        row += hv_canvas_wrap(cv, row, 0, cv->cols, 2, HV_ROLE_DIM,
                              app->status->keystore_file);
    return row + 1;
}

static int
render_error(const struct hv_app *app, struct hv_canvas *cv, int row)
{
    const struct hv_error *error = &app->unlock.error;

    if (!error->status)
        return row;
    row += hv_canvas_wrap(cv, row, 0, cv->cols, 3, HV_ROLE_BAD, error->why);
    if (error->hint[0])
        row +=
            hv_canvas_wrap(cv, row, 0, cv->cols, 2, HV_ROLE_TEXT, error->hint);
    return row;
}

static int
render_prompt(const struct hv_app *app, struct hv_canvas *cv, int row)
{
    int64_t wait = app->unlock.wait_until_mono_ms - app->mono_ms;
    size_t stars = app->unlock.typed_len < 16 ? app->unlock.typed_len : 16;

    hv_canvas_text(cv, row, 0, 12, HV_ROLE_STRONG, "Passphrase");
    hv_canvas_fill(cv, row, 12, 1, cv->cols - 12, HV_ROLE_FIELD_ON);
    /* Its length is nobody's business: the row of stars stops at 16. */
    hv_canvas_textf(cv, row, 12, 0, HV_ROLE_FIELD_ON, "%.*s", (int)stars,
                    "****************");
    if (wait > 0)
        hv_canvas_rightf(cv, row, cv->cols - 12, 12, HV_ROLE_FIELD_ON,
                         "wait %llds ", (long long)((wait + 999) / 1000));
    hv_canvas_cursor(cv, row, 12 + (int)stars);
    if (cv->rows < 4 && app->unlock.error.status)
        return row + 1; /* why not, rather than how */
    row += 2;
    hv_canvas_text(cv, row++, 0, 0, HV_ROLE_DIM,
                   app->unlock.has_credential && !app->unlock.typed_len
                       ? "Enter opens with the given file   Esc quits"
                       : "Enter opens   ^u clears   Esc quits");
    if (app->unlock.tries)
        hv_canvas_textf(cv, row++, 0, 0, HV_ROLE_WARN,
                        "%d of %d tries used in this program",
                        app->unlock.tries, HV_MAX_TRIES);
    return row + 1;
}

void
hv_unlock_render(const struct hv_app *app, struct hv_canvas *cv)
{
    int width = cv->cols > 68 ? 64 : cv->cols - 4;
    int top = cv->rows > 14 ? (cv->rows - 12) / 3 : 0;
    struct hv_canvas part =
        hv_canvas_part(cv, top, (cv->cols - width) / 2, cv->rows - top, width);
    int row = 0;

    if (app->unlock.state == HV_UNLOCK_FIRST && cv->rows < 14) {
        hv_first_render(app, &part, 0); /* no room for more than the ways */
        return;
    }
    if (cv->rows >= 8) { /* else there is room for the question alone */
        hv_canvas_rule(&part, row++, 0, part.cols,
                       app->unlock.state == HV_UNLOCK_FIRST ? "Welcome"
                       : app->unlock.state == HV_UNLOCK_STOPPED
                           ? "Keystore"
                           : "Unlock the keystore");
        row = render_file(app, &part, row);
    }
    switch (app->unlock.state) {
    case HV_UNLOCK_WORKING:
        hv_canvas_spinner(&part, row, 0, HV_ROLE_NOTE, app->mono_ms / 120);
        hv_canvas_text(&part, row, 2, 0, HV_ROLE_TEXT, "Opening ...");
        break;
    case HV_UNLOCK_ASK:
        row = render_prompt(app, &part, row);
        render_error(app, &part, row);
        break;
    case HV_UNLOCK_FIRST:
        hv_first_render(app, &part, row);
        break;
    case HV_UNLOCK_STOPPED:
        row = render_error(app, &part, row);
        hv_canvas_text(&part, row + 1, 0, 0, HV_ROLE_DIM,
                       "r tries again   q quits");
        break;
    }
}
