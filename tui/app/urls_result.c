/*
 * urls_result.c - what comes of the fields of the redirect that is composed: the
 * URL itself, taken apart again, and the command that makes the same. Called by
 * urls.c and by the screen. Reads the form, draws nothing.
 */
#include "tui/app/parts.h"
#include "tui/app/urls.h"

#include <string.h>

void
hv_url_preview(const struct hv_app *app, struct hv_url_preview *out)
{
    const struct hv_shell_form *form = &app->urls.form;
    const struct hv_profile *profile = hv_url_profile(app);
    struct hv_shell_home home = { .profile = form->base ? NULL : profile };

    *out = (struct hv_url_preview){ 0 };
    if (hv_shell_form_compose(form, profile, &out->text, &out->error))
        return;
    if (hv_shell_decode(hv_buf_bytes(&out->text), &home, &out->url,
                        &out->error))
        hv_buf_clear(&out->text);
}

void
hv_url_preview_release(struct hv_url_preview *preview)
{
    hv_buf_release(&preview->text);
    hv_shell_url_release(&preview->url);
}

/* The application's id that `shell url` puts first by itself. */
static bool
is_given(const struct hv_app *app, size_t i)
{
    const struct hv_shell_form *form = &app->urls.form;
    const struct hv_shell_pair *pair = &form->pairs.items[i];
    const struct hv_profile *profile = hv_url_profile(app);
    const struct hv_shell_target *target =
        hv_shell_target_find(form->target ? form->target : "");
    const struct hv_shell_param *param =
        target ? hv_shell_param_find(target, "appid") : NULL;
    char id[HV_GUID_TEXT];

    if (i || !profile || !param || !param->is_required || pair->is_outside ||
        strcmp(pair->name, "appid") || !strcmp(target->name, "APPREDIRECT"))
        return false;
    hv_guid_format(&profile->app_id, id);
    return !strcmp(pair->value, id);
}

static const char *
flag_of(const struct hv_shell_pair *pair)
{
    static const struct {
        const char *name, *flag;
    } flags[] = {
        { "extrecordid", "--record" },
        { "actionqs", "--actionqs" },
        { "redirect", "--redirect" },
    };

    for (size_t i = 0; !pair->is_outside && i < HV_LEN(flags); i++) {
        if (!strcmp(pair->name, flags[i].name))
            return flags[i].flag;
    }
    return pair->is_outside ? "--outside" : "--param";
}

void
hv_url_line(const struct hv_app *app, struct hv_buf *out)
{
    const struct hv_shell_form *form = &app->urls.form;
    struct hv_buf word = { 0 };

    hv_buf_add_str(out, "shell url ");
    hv_quote(out, form->target ? form->target : "");
    if (form->base) {
        hv_buf_add_str(out, " --shell ");
        hv_quote(out, form->base);
    }
    for (size_t i = 0; i < form->pairs.len; i++) {
        const struct hv_shell_pair *pair = &form->pairs.items[i];
        const char *flag = flag_of(pair);

        if (is_given(app, i))
            continue;
        hv_buf_clear(&word);
        if (!strcmp(flag, "--param") || !strcmp(flag, "--outside"))
            hv_buf_addf(&word, "%s=", pair->name);
        hv_buf_add_str(&word, pair->value);
        hv_buf_addf(out, " %s ", flag);
        hv_quote(out, hv_buf_str(&word));
    }
    hv_buf_release(&word);
}
