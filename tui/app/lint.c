/*
 * lint.c - what core's rules say about the draft in the form, and about a
 * subscription of the list. Called by the screens and by explain.c. Pure.
 */
#include "tui/app/parts.h"

#include "hvconsole/names.h"

#include <stdlib.h>
#include <string.h>

static bool
is_judged(const struct hv_app *app)
{
    return app->status && app->status->has_profile;
}

/* @which of @list; the others are borrowed, so only the list is freed. */
static void
judge(const struct hv_app *app, const struct hv_sub_list *list, size_t which,
      struct hv_findings *out)
{
    hv_sub_lint(list, which, &app->status->profile_facts, app->status->env,
                out);
}

void
hv_lint_sub(const struct hv_app *app, size_t i, struct hv_findings *out)
{
    struct hv_sub_list list = { 0 };

    if (!is_judged(app))
        return;
    list.items = hv_calloc(app->subs.len + 1, sizeof(*list.items));
    for (; list.len < app->subs.len; list.len++)
        list.items[list.len] = app->subs.rows[list.len].sub;
    judge(app, &list, i, out);
    free(list.items);
}

void
hv_lint_form(const struct hv_app *app, struct hv_findings *out)
{
    const struct hv_form *form = &app->form;
    struct hv_sub_list list = { 0 };
    struct hv_sub draft = { 0 };

    if (!is_judged(app) || !hv_form_is_changed(form) ||
        !strcmp(form->url.text, "https://"))
        return; /* nothing was said yet that could be wrong */
    hv_copy(draft.url, sizeof(draft.url), form->url.text);
    for (size_t i = 0; i < hv_thing_type_count(); i++) {
        if (form->picked[i])
            hv_sub_add_type(&draft, 0, &hv_thing_type_at(i)->id);
    }
    list.items = hv_calloc(app->subs.len + 1, sizeof(*list.items));
    for (size_t i = 0; i < app->subs.len; i++) {
        if (form->mode != HV_FORM_EDIT ||
            !hv_guid_equal(&app->subs.rows[i].sub.id, &form->id))
            list.items[list.len++] = app->subs.rows[i].sub;
    }
    list.items[list.len] = draft;
    list.len++;
    judge(app, &list, list.len - 1, out);
    free(list.items);
    hv_sub_release(&draft);
}
