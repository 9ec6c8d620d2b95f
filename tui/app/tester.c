/*
 * tester.c - the Test sender: its list is the table of kinds of messages, and
 * what is sent is sent as of the subscription that stands selected in the view
 * of subscriptions. Called by update() and its parts.
 */
#include "tui/app/parts.h"

#include <stdint.h>

size_t
hv_test_count(void)
{
    size_t len = 0;

    while (hv_test_modes()[len].word)
        len++;
    return len;
}

const struct hv_test_mode *
hv_test_row(const struct hv_app *app)
{
    size_t i =
        app->tab == HV_VIEW_TEST ? hv_list_at(app, HV_VIEW_TEST) : SIZE_MAX;

    return i == SIZE_MAX ? NULL : &hv_test_modes()[i];
}

const struct hv_sub_row *
hv_test_sub(const struct hv_app *app)
{
    size_t i = hv_list_at(app, HV_VIEW_SUBS);

    if (i != SIZE_MAX)
        return &app->subs.rows[i];
    return app->subs.len ? &app->subs.rows[0] : NULL;
}

static void
mode_word(const struct hv_app *app, size_t i, char *out, size_t size)
{
    (void)app;
    hv_copy(out, size, hv_test_modes()[i].word);
}

static void
mode_text(const struct hv_app *app, size_t i, char *out, size_t size)
{
    (void)app;
    hv_copy(out, size, hv_test_modes()[i].sentence);
}

const struct hv_list_field hv_test_fields[] = {
    { "mode", false, false, mode_word, NULL },
    { "what", false, true, mode_text, NULL },
    { 0 },
};
