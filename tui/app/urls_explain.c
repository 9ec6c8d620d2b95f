/*
 * urls_explain.c - `x` in the Shell URLs view: a field with what the documents
 * say of it, every finding of a URL, a page with its parameters and ways back, a
 * template. Called by explain.c.
 */
#include "tui/app/parts.h"
#include "tui/app/urls.h"

#include "hvconsole/text.h"

#include <string.h>

static void
explain_param(const struct hv_shell_param *p, struct hv_buf *out)
{
    hv_buf_addf(out, "  %-18s %s%s; %s\n", p->name,
                p->is_required ? "required, " : "",
                hv_shell_domain_word(p->domain), p->note);
}

static void
explain_findings(const struct hv_findings *findings, struct hv_buf *out)
{
    for (size_t i = 0; i < findings->len; i++) {
        const struct hv_finding *one = &findings->items[i];

        hv_text_linef(out, "%s: %s", hv_severity_word(one->lint->severity),
                      one->message);
        if (one->len)
            hv_buf_addf(out, "  At byte %zu, %zu long.\n", one->at, one->len);
        hv_buf_addf(out, "  %s.\n  What to do: %s\n", one->lint->meaning,
                    one->lint->advice);
    }
    if (!findings->len)
        hv_buf_add_str(out, "Nothing to say against it.\n");
}

static void
explain_target(const struct hv_shell_target *target, struct hv_buf *out)
{
    const struct hv_shell_param *common = hv_shell_common_params();
    struct hv_buf word = { 0 };

    hv_buf_addf(out, "%s  %s\n\n", target->name, target->purpose);
    if (!target->is_offered)
        hv_buf_add_str(out, "Known, and not to be sent: the Shell has no page "
                            "for it.\n\n");
    for (const struct hv_shell_param *p = target->params; p->name; p++)
        explain_param(p, out);
    hv_buf_add_str(out, "\nEvery target may carry\n");
    for (const struct hv_shell_param *p = common; p->name; p++) {
        if (hv_shell_param_find(target, p->name) == p)
            explain_param(p, out);
    }
    if (!target->returns[0])
        hv_buf_addf(out,
                    "\nDead end: the browser does not come back; it ends "
                    "in %s. Open it in a window of its own.\n",
                    target->ending);
    else
        hv_buf_add_str(out, "\nIt comes back to the action URL with target=\n");
    for (const char *at = target->returns; *at;) {
        size_t len = strcspn(at, " ");
        const struct hv_shell_return *back;

        hv_buf_clear(&word);
        hv_buf_add(&word, at, len);
        back = hv_shell_return_find(hv_buf_str(&word));
        hv_buf_addf(out, "  %-22s %s; the application must: %s\n",
                    hv_buf_str(&word), back ? back->when : "unknown",
                    back ? back->duty : "see the documents");
        at += len + strspn(at + len, " ");
    }
    hv_buf_release(&word);
}

/* The field, then what is said about the whole. */
static void
explain_compose(const struct hv_app *app, struct hv_buf *out)
{
    struct hv_url_preview preview;
    struct hv_url_field field;
    const struct hv_shell_target *target;

    if (hv_url_field_now(app, &field) && field.param) {
        explain_param(field.param, out);
        if (!strcmp(field.param->name, "trm"))
            hv_buf_add_str(out, "  The documents disagree where it stands: the "
                                "table has it inside targetqs,\n  one sample "
                                "beside it. Inside is right; left out, the "
                                "token comes by GET.\n");
        if (field.why_not[0])
            hv_buf_addf(out, "  Not to be written: %s.\n", field.why_not);
        hv_buf_add_char(out, '\n');
    }
    hv_url_preview(app, &preview);
    if (preview.error.status)
        hv_text_linef(out, "%s. %s", preview.error.why, preview.error.hint);
    else
        explain_findings(&preview.url.findings, out);
    hv_url_preview_release(&preview);
    target = hv_shell_target_find(app->urls.form.target ? app->urls.form.target
                                                        : "");
    hv_buf_add_char(out, '\n');
    if (target)
        explain_target(target, out);
}

static void
explain_template(const struct hv_app *app, struct hv_buf *out)
{
    const struct hv_template *one = hv_url_template(app);
    struct hv_shell_form form = { 0 };
    struct hv_buf left = { 0 };

    if (!one)
        return;
    hv_template_form(one, hv_url_profile(app), &form, &left);
    hv_text_linef(out, "%s  %s", one->name,
                  form.target ? form.target : "no page");
    hv_buf_add_char(out, '\n');
    hv_text_linef(out, "%s", one->url);
    hv_buf_add_char(out, '\n');
    for (size_t i = 0; i < form.pairs.len; i++)
        hv_text_linef(out, "  %-18s %s", form.pairs.items[i].name,
                      form.pairs.items[i].value);
    hv_buf_addf(out,
                "%s\nWhat begins with redirect.aspx belongs to whatever "
                "profile is current: its Shell and its\napplication id "
                "come with it.\n",
                hv_buf_str(&left));
    hv_shell_form_release(&form);
    hv_buf_release(&left);
}

void
hv_shell_explain(const struct hv_app *app, struct hv_buf *out)
{
    const struct hv_shell_target *target = hv_shell_row(app);

    switch (hv_urls_tab(app)) {
    case HV_SHELL_COMPOSE:
        explain_compose(app, out);
        break;
    case HV_SHELL_DECODE:
        if (!app->urls.has_url)
            break;
        hv_text_linef(out, "%s", app->urls.text.text);
        hv_buf_add_char(out, '\n');
        explain_findings(&app->urls.url.findings, out);
        break;
    case HV_SHELL_TEMPLATES:
        explain_template(app, out);
        break;
    default:
        if (target)
            explain_target(target, out);
        break;
    }
}

void
hv_shell_speak(const struct hv_app *app, size_t i, struct hv_buf *out)
{
    struct hv_url_field field;

    if (hv_urls_tab(app) == HV_SHELL_COMPOSE && hv_url_field(app, i, &field))
        hv_buf_addf(out, "%s %s", field.name,
                    field.why_not[0] ? field.why_not
                    : field.value[0] ? field.value
                                     : "is empty");
    else if (hv_urls_tab(app) == HV_SHELL_DECODE && app->urls.has_url)
        hv_buf_addf(
            out, "%s: %s",
            hv_severity_word(app->urls.url.findings.items[i].lint->severity),
            app->urls.url.findings.items[i].message);
}
