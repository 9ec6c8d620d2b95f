/*
 * plain.c - the console without a terminal: how large its picture is, the
 * picture as text, and how it ended. Called by run.c.
 */
#include "tui/app/runner.h"
#include "tui/screen/screens.h"

#include <stdio.h>
#include <stdlib.h>

/* Lines and columns of a picture that no terminal shows. */
void
hv_plain_measure(int *rows, int *cols)
{
    const char *lines = getenv("LINES");
    const char *columns = getenv("COLUMNS");

    *rows = lines ? atoi(lines) : 0;
    *cols = columns ? atoi(columns) : 0;
    if (*rows < 1 || *rows > HV_MAX_GRID)
        *rows = 24;
    if (*cols < 1 || *cols > HV_MAX_GRID)
        *cols = 80;
}

/* Why it ended, when that is no good reason. */
enum hv_status
hv_plain_outcome(struct hv_runner *runner, struct hv_error *err)
{
    struct hv_app *app = &runner->app;

    if (app->unlock.tries >= HV_MAX_TRIES) {
        (void)hv_fail(err, HV_ERR_LOCKED,
                      "%d passphrases did not open the keystore", HV_MAX_TRIES);
        hv_hint(err, "is it the right file? see hvconsole keystore status");
        return HV_ERR_LOCKED;
    }
    if (!runner->is_plain)
        return HV_OK;
    if (runner->script.error.status) {
        *err = runner->script.error;
        return err->status;
    }
    if (app->is_open)
        return HV_OK;
    if (app->unlock.error.status) {
        *err = app->unlock.error;
        return err->status;
    }
    (void)hv_fail(err, HV_ERR_LOCKED, "the keystore is locked");
    hv_hint(err, "--plain asks nobody: give --passphrase-file or --slot-key");
    return HV_ERR_LOCKED;
}

void
hv_plain_print(struct hv_runner *runner)
{
    struct hv_buf picture = { 0 };

    hv_screen_render(&runner->app, &runner->grid);
    hv_grid_dump(&runner->grid, &picture);
    fputs(hv_buf_str(&picture), stdout);
    hv_buf_release(&picture);
}
