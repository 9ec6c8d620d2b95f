/*
 * later.c - views that have their place but nothing in it yet. Says so, and
 * what does the work today. Pure.
 */
#include "tui/screen/frame.h"

void
hv_later_render(const struct hv_app *app, struct hv_canvas *cv)
{
    static const char *const coming[HV_TABS] = {
        [HV_VIEW_RECORDS] = "records and who may read what",
        [HV_VIEW_TEST] = "sending test notifications",
    };

    hv_canvas_textf(cv, 1, 2, cv->cols - 4, HV_ROLE_TEXT,
                    "%s: not in this version yet (%s).",
                    hv_screens[app->tab].title, coming[app->tab]);
    hv_canvas_text(cv, 3, 2, 0, HV_ROLE_DIM,
                   "1 Dashboard   2 Subscriptions   3 Keys   6 Log");
}
