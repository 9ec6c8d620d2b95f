/*
 * form.c - the draft of a subscription: where it goes, which types, which key
 * version. Nothing is sent before F2 and a yes. Called by update().
 */
#include "tui/app/parts.h"

#include "hvconsole/names.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool
type_fits(const struct hv_thing_type *type, const char *search)
{
    char id[HV_GUID_TEXT];

    hv_guid_format(&type->id, id);
    return !search[0] || strcasestr(type->name, search) ||
           strcasestr(type->family, search) ||
           !strncasecmp(id, search, strlen(search));
}

size_t
hv_form_matches(const struct hv_form *form, size_t *out, size_t max)
{
    size_t len = 0;
    size_t count = hv_thing_type_count();

    /* Chosen ones first: one sees what one has, whatever is searched. */
    for (int chosen = 1; chosen >= 0; chosen--) {
        for (size_t i = 0; i < count && len < max; i++) {
            if (form->picked[i] == (chosen == 1) &&
                (chosen || type_fits(hv_thing_type_at(i), form->search.text)))
                out[len++] = i;
        }
    }
    return len;
}

size_t
hv_form_picked(const struct hv_form *form)
{
    size_t len = 0;

    for (size_t i = 0; i < hv_thing_type_count(); i++)
        len += form->picked[i];
    return len;
}

void
hv_form_close(struct hv_app *app)
{
    hv_app_pop(app);
    hv_effects_add(&app->effects, HV_EFFECT_FLOW)->flag = true;
}

void
hv_form_leave(struct hv_app *app)
{
    if (app->form.is_sending)
        return;
    if (hv_form_is_changed(&app->form))
        hv_dialog_discard(app);
    else
        hv_form_close(app);
}

static void
remember_known(struct hv_app *app)
{
    free(app->known_subs);
    app->known_subs_len = app->subs.len;
    app->known_subs = hv_calloc(app->subs.len + 1, sizeof(*app->known_subs));
    for (size_t i = 0; i < app->subs.len; i++)
        app->known_subs[i] = app->subs.rows[i].sub.id;
}

static enum hv_status
check(const struct hv_app *app, struct hv_error *err)
{
    const struct hv_form *form = &app->form;
    struct hv_key_version version;

    if (hv_url_check(form->url.text, err))
        return HV_ERR_RULE;
    if (!hv_form_picked(form)) {
        (void)hv_fail(err, HV_ERR_RULE, "no type was chosen");
        hv_hint(err, "Tab to Types, write a part of a name, Enter picks");
        return HV_ERR_RULE;
    }
    if (form->version.len &&
        hv_key_version_parse(hv_bytes_str(form->version.text), &version))
        return hv_fail(err, HV_ERR_RULE,
                       "a key version is 1 to 50 letters, digits and hyphens");
    if (form->mode == HV_FORM_EDIT && !hv_form_is_changed(form))
        return hv_fail(err, HV_ERR_RULE, "nothing was changed");
    if (form->mode != HV_FORM_EDIT && app->subs_load.has_data &&
        app->subs.used >= app->subs.limit)
        return hv_fail(err, HV_ERR_RULE,
                       "all %d subscriptions of this application are used",
                       app->subs.limit);
    return HV_OK;
}

void
hv_form_save(struct hv_app *app)
{
    struct hv_form *form = &app->form;

    if (hv_app_top(app) != HV_VIEW_FORM || form->is_sending)
        return;
    form->error = (struct hv_error){ 0 };
    if (hv_app_is_read_only(app)) {
        (void)hv_fail(&form->error, HV_ERR_REFUSED, "%s",
                      hv_app_read_only_why(app));
        hv_dialog_arm(app);
        return;
    }
    if (check(app, &form->error))
        return;
    if (form->mode != HV_FORM_EDIT)
        remember_known(app);
    hv_form_ask(app);
}

void
hv_form_done(struct hv_app *app, const struct hv_error *error)
{
    struct hv_form *form = &app->form;

    form->is_sending = false;
    form->error = *error;
    if (!error->status) {
        app->is_new_wanted = form->mode != HV_FORM_EDIT;
        hv_form_close(app);
    }
}

static void
pick(struct hv_form *form)
{
    size_t matches[HV_MAX_FORM_TYPES];
    size_t len = hv_form_matches(form, matches, HV_LEN(matches));
    size_t type;

    if (form->cursor >= len)
        return;
    type = matches[form->cursor];
    form->picked[type] = !form->picked[type];
    hv_edit_clear(&form->search);
    /* The list was sorted anew: the cursor stays on the type. */
    len = hv_form_matches(form, matches, HV_LEN(matches));
    for (size_t i = 0; i < len; i++) {
        if (matches[i] == type)
            form->cursor = i;
    }
}

static bool
press_types(struct hv_form *form, const struct hv_press *press)
{
    size_t matches[HV_MAX_FORM_TYPES];
    size_t len = hv_form_matches(form, matches, HV_LEN(matches));

    switch (press->code) {
    case HV_PRESS_UP:
        form->cursor -= form->cursor > 0;
        return true;
    case HV_PRESS_DOWN:
        form->cursor += form->cursor + 1 < len;
        return true;
    case HV_PRESS_PGUP:
        form->cursor = form->cursor > 8 ? form->cursor - 8 : 0;
        return true;
    case HV_PRESS_PGDN:
        form->cursor = form->cursor + 8 < len ? form->cursor + 8
                       : len                  ? len - 1
                                              : 0;
        return true;
    case HV_PRESS_ENTER:
        pick(form);
        return true;
    default:
        if (!hv_edit_press(&form->search, press))
            return false;
        form->cursor = form->search.len ? hv_form_picked(form) : 0;
        return true;
    }
}

void
hv_form_step(struct hv_form *form, int by)
{
    do {
        form->field = (enum hv_form_field)(
            ((int)form->field + by + HV_FIELD_COUNT) % HV_FIELD_COUNT);
    } while (form->mode == HV_FORM_EDIT && form->field == HV_FIELD_VERSION);
}

/* A whole URL typed or pasted behind the scheme that stands there already. */
static void
drop_own_scheme(struct hv_edit *url)
{
    static const char own[] = "https://";
    size_t len = sizeof(own) - 1;

    if (strncmp(url->text, own, len) == 0 &&
        (strncasecmp(url->text + len, "https://", 8) == 0 ||
         strncasecmp(url->text + len, "http://", 7) == 0)) {
        url->len -= len;
        memmove(url->text, url->text + len, url->len + 1);
        url->point = url->point > len ? url->point - len : 0;
    }
}

void
hv_form_press(struct hv_app *app, const struct hv_press *press)
{
    struct hv_form *form = &app->form;
    bool is_typed = !press->is_pasted;

    if (form->is_sending)
        return;
    if (form->field == HV_FIELD_TYPES)
        press_types(form, press);
    else if (is_typed &&
             (press->code == HV_PRESS_ENTER || press->code == HV_PRESS_DOWN))
        hv_form_step(form, 1);
    else if (press->code == HV_PRESS_UP)
        hv_form_step(form, -1);
    else if (form->field == HV_FIELD_VERSION)
        hv_edit_press(&form->version, press);
    else if (hv_edit_press(&form->url, press))
        drop_own_scheme(&form->url);
}
