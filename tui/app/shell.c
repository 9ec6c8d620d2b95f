/*
 * shell.c - the Shell URLs view: the fields of its list, the forms that
 * compose, decode and check a URL, the URL that was handled last, and what is
 * said about the page under the cursor. The pages are a table of core; nothing
 * is loaded, nothing is opened. A URL with a user token stays out of here.
 * Called by update() and its parts.
 */
#include "tui/app/actions.h"
#include "tui/app/parts.h"
#include "tui/command/args.h"

#include <stdint.h>
#include <stdlib.h>
#include <stdio.h>
#include <string.h>

/* --------------------------------------------------------------- fields -- */

static void
target_name(const struct hv_app *app, size_t i, char *out, size_t size)
{
    (void)app;
    hv_copy(out, size, hv_shell_target_at(i)->name);
}

static void
target_purpose(const struct hv_app *app, size_t i, char *out, size_t size)
{
    (void)app;
    hv_copy(out, size, hv_shell_target_at(i)->purpose);
}

static void
target_needs(const struct hv_app *app, size_t i, char *out, size_t size)
{
    (void)app;
    hv_shell_needs(hv_shell_target_at(i), out, size);
}

static void
target_comes_back(const struct hv_app *app, size_t i, char *out, size_t size)
{
    (void)app;
    hv_shell_comes_back(hv_shell_target_at(i), out, size);
}

const struct hv_list_field hv_shell_fields[] = {
    { "target", false, false, target_name, NULL },
    { "purpose", false, false, target_purpose, NULL },
    { "needs", false, false, target_needs, NULL },
    { "comes back as", false, false, target_comes_back, NULL },
    { 0 },
};

size_t
hv_shell_count(void)
{
    size_t len = 0;

    while (hv_shell_target_at(len))
        len++;
    return len;
}

const struct hv_shell_target *
hv_shell_row(const struct hv_app *app)
{
    size_t i = hv_list_at(app, HV_VIEW_SHELL);

    return i == SIZE_MAX ? NULL : hv_shell_target_at(i);
}

void
hv_shell_needs(const struct hv_shell_target *target, char *out, size_t size)
{
    struct hv_buf text = { 0 };

    for (const struct hv_shell_param *p = target->params; p->name; p++) {
        if (p->is_required)
            hv_buf_addf(&text, "%s%s", text.len ? " " : "", p->name);
    }
    hv_copy(out, size, hv_buf_str(&text));
    hv_buf_release(&text);
}

void
hv_shell_comes_back(const struct hv_shell_target *target, char *out,
                    size_t size)
{
    struct hv_buf text = { 0 };

    if (target->returns[0])
        hv_buf_add_str(&text, target->returns);
    else
        hv_buf_addf(&text, "%s: %s",
                    target->is_offered ? "dead end" : "never send it",
                    target->ending);
    hv_copy(out, size, hv_buf_str(&text));
    hv_buf_release(&text);
}

/* ---------------------------------------------------------------- forms -- */

enum { TARGET, RECORD, ACTIONQS, REDIRECT, PARAM, BASE = PARAM + 3 };

/* What the page needs besides the application's id and the record. */
static void
begin_params(const struct hv_app *app, const struct hv_shell_target *target,
             struct hv_sheet *sheet)
{
    bool has_app = app->status && app->status->has_profile &&
                   strcmp(target->name, "APPREDIRECT") != 0;
    int at = PARAM;

    for (const struct hv_shell_param *p = target->params; p->name && at < BASE;
         p++) {
        char text[80];

        if (!p->is_required || !strcmp(p->name, "extrecordid") ||
            (has_app && !strcmp(p->name, "appid")))
            continue;
        snprintf(text, sizeof(text), "%.78s=", p->name);
        hv_edit_set(&sheet->edits[at++], text);
    }
}

void
hv_do_compose(struct hv_app *app, const char *args)
{
    const struct hv_shell_target *target = args[0] ? hv_shell_target_find(args)
                                           : app->tab == HV_VIEW_SHELL
                                               ? hv_shell_row(app)
                                               : NULL;

    if (args[0] && !target) {
        hv_app_say(app, HV_ROLE_WARN, "The Shell has no target %.40s.", args);
        return;
    }
    if (target && !target->is_offered) {
        hv_app_say(app, HV_ROLE_WARN,
                   "%s is a name of an old vocabulary: the Shell has no page "
                   "for it.",
                   target->name);
        return;
    }
    hv_sheet_open(app, HV_SHEET_COMPOSE);
    if (!target)
        return;
    hv_edit_set(&app->sheet.edits[TARGET], target->name);
    app->sheet.field = RECORD;
    begin_params(app, target, &app->sheet);
}

void
hv_do_decode(struct hv_app *app, const char *args)
{
    hv_sheet_open(app, HV_SHEET_DECODE);
    hv_edit_set(&app->sheet.edits[0], args);
}

void
hv_do_check_url(struct hv_app *app, const char *args)
{
    hv_sheet_open(app, HV_SHEET_LINT);
    if (args[0])
        hv_edit_set(&app->sheet.edits[0], args);
    else if (app->shell.has_url)
        hv_edit_set(&app->sheet.edits[0], app->shell.text);
}

static bool
is_token_param(const char *text)
{
    size_t len = strcspn(text, "=");
    const struct hv_shell_target *target;
    char name[64];

    if (!text[len] || len >= sizeof(name))
        return false;
    memcpy(name, text, len);
    name[len] = 0;
    for (size_t i = 0; (target = hv_shell_target_at(i)); i++) {
        const struct hv_shell_param *p = hv_shell_param_find(target, name);

        if (p && p->domain == HV_SHELL_TOKEN)
            return true;
    }
    return false;
}

static bool
is_token_url(const char *text)
{
    struct hv_shell_url url = { 0 };
    bool has_token;

    if (hv_shell_decode(hv_bytes_str(text), NULL, &url, NULL))
        return false;
    has_token = hv_findings_has(&url.findings, "token-in-url");
    hv_shell_url_release(&url);
    return has_token;
}

enum hv_status
hv_shell_sheet_check(struct hv_sheet *sheet, struct hv_error *err)
{
    bool is_compose = sheet->kind == &hv_sheet_kinds[HV_SHEET_COMPOSE];
    bool is_url = sheet->kind == &hv_sheet_kinds[HV_SHEET_DECODE] ||
                  sheet->kind == &hv_sheet_kinds[HV_SHEET_LINT];

    for (int i = 0; i < HV_SHEET_FIELDS; i++) {
        struct hv_edit *edit = &sheet->edits[i];

        if (!(is_compose && i >= PARAM && i < BASE &&
              is_token_param(edit->text)) &&
            !(is_url && i == 0 && is_token_url(edit->text)))
            continue;
        *edit = (struct hv_edit){ 0 }; /* the whole of it, not only its end */
        (void)hv_fail(err, HV_ERR_REFUSED,
                      "there is a user token in it: it was wiped here");
        hv_hint(err, "'hvconsole shell decode -' in a shell reads it unseen");
        return HV_ERR_REFUSED;
    }
    return HV_OK;
}

/* ------------------------------------------------------- the last of all -- */

void
hv_shell_forget(struct hv_app *app)
{
    free(app->shell.line);
    free(app->shell.text);
    if (app->shell.has_url)
        hv_shell_url_release(&app->shell.url);
    app->shell = (struct hv_shell_last){ 0 };
}

/* The URL of a command's text, or of its own words. */
static char *
find_url(const struct hv_words *words, const char *text)
{
    const char *at = strstr(text, "http");
    size_t len = at ? strcspn(at, " \t\r\n") : 0;
    char *out;

    if (!strcmp(words->items[1], "url")) {
        out = len ? hv_calloc(len + 1, 1) : NULL;
        if (out)
            memcpy(out, at, len);
        return out;
    }
    for (int i = 2; i < words->len; i++) {
        if (words->items[i][0] != '-' && strpbrk(words->items[i], "=:"))
            return hv_strdup(words->items[i]);
    }
    return NULL;
}

void
hv_shell_done(struct hv_app *app, const char *text)
{
    struct hv_shell_last last = { 0 };
    struct hv_shell_home home = { 0 };
    struct hv_words words = { 0 };

    if (!hv_line_split(app->running, &words, NULL) && words.len > 2 &&
        !strcmp(words.items[0], "shell") &&
        (!strcmp(words.items[1], "url") || !strcmp(words.items[1], "decode") ||
         !strcmp(words.items[1], "lint")))
        last.text = find_url(&words, text);
    hv_words_release(&words);
    if (app->status && app->status->has_profile &&
        !strncmp(app->running, "shell url ", 10))
        home.profile = &app->status->profile_facts;
    if (!last.text ||
        hv_shell_decode(hv_bytes_str(last.text), &home, &last.url, NULL)) {
        free(last.text);
        return;
    }
    if (hv_findings_has(&last.url.findings, "token-in-url")) {
        free(last.text);
        hv_shell_url_release(&last.url);
        return;
    }
    hv_shell_forget(app);
    last.has_url = true;
    last.line = hv_strdup(app->running);
    app->shell = last;
    app->lists[HV_VIEW_SHELL].pane = HV_SHELL_PANE_LAST;
    hv_list_settle(app, HV_VIEW_SHELL);
}

/* ------------------------------------------------------ explained, copied -- */

static void
explain_param(const struct hv_shell_param *p, struct hv_buf *out)
{
    hv_buf_addf(out, "  %-18s %s%s; %s\n", p->name,
                p->is_required ? "required, " : "",
                hv_shell_domain_word(p->domain), p->note);
}

static void
explain_last(const struct hv_shell_last *last, struct hv_buf *out)
{
    const struct hv_findings *findings = &last->url.findings;

    hv_buf_addf(out, "%s\n\n", last->text);
    for (size_t i = 0; i < findings->len; i++)
        hv_buf_addf(out, "%s: %s\n  %s.\n  What to do: %s\n",
                    hv_severity_word(findings->items[i].lint->severity),
                    findings->items[i].message,
                    findings->items[i].lint->meaning,
                    findings->items[i].lint->advice);
    if (!findings->len)
        hv_buf_add_str(out, "Nothing to say against it.\n");
}

void
hv_shell_explain(const struct hv_app *app, struct hv_buf *out)
{
    const struct hv_shell_target *target = hv_shell_row(app);
    const struct hv_shell_param *common = hv_shell_common_params();
    struct hv_buf word = { 0 };

    if (app->shell.has_url &&
        app->lists[HV_VIEW_SHELL].pane == HV_SHELL_PANE_LAST) {
        explain_last(&app->shell, out);
        return;
    }
    if (!target)
        return;
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

void
hv_shell_cli(const struct hv_app *app, struct hv_buf *out)
{
    const struct hv_shell_target *target = hv_shell_row(app);

    if (app->shell.has_url &&
        app->lists[HV_VIEW_SHELL].pane == HV_SHELL_PANE_LAST)
        hv_buf_addf(out, "hvconsole %s", app->shell.line);
    else
        hv_buf_addf(out, "hvconsole shell targets%s%s", target ? " " : "",
                    target ? target->name : "");
}

bool
hv_shell_copy(const struct hv_app *app, const char *what, struct hv_buf *out)
{
    const struct hv_shell_target *target = hv_shell_row(app);

    if (!strcmp(what, "url") && app->shell.has_url)
        hv_buf_add_str(out, app->shell.text);
    else if (!strcmp(what, "id") && target)
        hv_buf_add_str(out, target->name);
    return out->len > 0;
}
