/*
 * screens.c - the table of screens and the few questions about their sizes.
 * Read by frame.c, by press.c and by the tests of the tables.
 */
#include "tui/app/urls.h"
#include "tui/screen/frame.h"

static const struct hv_binding none[] = { { 0 } };

const struct hv_screen hv_screens[HV_VIEW_COUNT] = {
    [HV_VIEW_DASH] = { "dash", "Dashboard", "Dash", hv_dash_bindings, NULL,
                       hv_dash_render, hv_dash_list_rows, NULL },
    [HV_VIEW_SUBS] = { "subs", "Subscriptions", "Subs", hv_subs_bindings, NULL,
                       hv_subs_render, hv_subs_list_rows, hv_subs_panes },
    [HV_VIEW_KEYS] = { "keys", "Keys", "Keys", hv_keys_bindings, NULL,
                       hv_keys_render, hv_keys_list_rows, hv_keys_panes },
    [HV_VIEW_SHELL] = { "shell", "Shell URLs", "Shell", hv_shell_bindings, NULL,
                        hv_shell_render, hv_shell_list_rows, hv_shell_panes },
    [HV_VIEW_RECORDS] = { "records", "Records", "Recs", hv_records_bindings,
                          NULL, hv_records_render, hv_records_list_rows,
                          hv_records_panes },
    [HV_VIEW_LOG] = { "log", "Log", "Log", hv_log_bindings, NULL, hv_log_render,
                      hv_log_list_rows, hv_log_panes },
    [HV_VIEW_TEST] = { "test", "Test sender", "Test", hv_test_bindings, NULL,
                       hv_test_render, hv_test_list_rows, hv_test_panes },
    [HV_VIEW_MAINT] = { "maint", "Maintenance", "Maint", hv_maint_bindings,
                        NULL, hv_maint_render, hv_maint_list_rows,
                        hv_maint_panes },
    [HV_VIEW_JOBS] = { "jobs", "Jobs/audit", "Jobs", hv_jobs_bindings, NULL,
                       hv_jobs_render, hv_jobs_list_rows, hv_jobs_panes },
    [HV_VIEW_UNLOCK] = { "unlock", "Unlock", "Unlock", none, hv_unlock_press,
                         hv_unlock_render, NULL, NULL },
    [HV_VIEW_FORM] = { "form", "New subscription", "Form", hv_form_bindings,
                       hv_form_press, hv_form_render, NULL, NULL },
    [HV_VIEW_SHEET] = { "sheet", "Form", "Form", hv_sheet_bindings,
                        hv_sheet_press, hv_sheet_render, NULL, NULL },
    [HV_VIEW_FIELD] = { "field", "Field", "Field", hv_field_bindings,
                        hv_urls_press, hv_shell_render, NULL, NULL },
    [HV_VIEW_QR] = { "qr", "QR code", "QR", hv_qr_bindings, NULL, hv_qr_render,
                     NULL, NULL },
    [HV_VIEW_ITEM] = { "item", "Message", "Item", hv_item_bindings, NULL,
                       hv_item_render, NULL, NULL },
    [HV_VIEW_HELP] = { "help", "Help", "Help", hv_help_bindings, hv_help_press,
                       hv_help_render, NULL, NULL },
    [HV_VIEW_PALETTE] = { "palette", "Palette", "Palette", hv_palette_bindings,
                          hv_help_press, hv_palette_render, NULL, NULL },
    [HV_VIEW_PAGER] = { "pager", "Text", "Text", hv_pager_bindings, NULL,
                        hv_pager_render, NULL, NULL },
};

int
hv_screen_panes(enum hv_view tab)
{
    int len = 0;

    while (hv_screens[tab].panes && hv_screens[tab].panes[len])
        len++;
    return len;
}

int
hv_screen_list_rows(const struct hv_app *app, enum hv_view tab)
{
    struct hv_chrome chrome = hv_chrome_of(app);
    int rows = hv_screens[tab].list_rows
                   ? hv_screens[tab].list_rows(app, chrome.rows, app->cols)
                   : 0;

    return rows > 0 ? rows : 0;
}

int
hv_screen_list_top(const struct hv_app *app)
{
    struct hv_chrome chrome = hv_chrome_of(app);

    if (!hv_screens[app->tab].list_rows)
        return -1;
    if (app->tab == HV_VIEW_TEST)
        return chrome.top + hv_test_list_top(app, chrome.rows);
    return chrome.top + (app->tab == HV_VIEW_DASH ? 1 : 2) +
           (app->tab == HV_VIEW_LOG ? hv_log_strip_rows(chrome.rows) : 0);
}

int64_t
hv_screen_scroll_max(const struct hv_app *app)
{
    int rows = hv_chrome_of(app).rows - 2;
    int lines = hv_app_top(app) == HV_VIEW_PAGER
                    ? hv_pager_rows(app)
                    : hv_item_lines(app, app->cols);

    return lines > rows ? lines - rows : 0;
}
