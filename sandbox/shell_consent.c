/*
 * shell_consent.c - a person lets an application in, or does not: AUTH,
 * APPAUTH, CREATEAPPLICATION, and what follows a new account or record.
 * Called by shell.c through the table of targets.
 */
#include "sandbox/shell_parts.h"
#include "sandbox/shell_rules.h"

#include <stdio.h>
#include <string.h>

/* ------------------------------------------------------- what is offered -- */

static bool
is_multi(const struct sb_visit *visit)
{
    return sb_param_is_true(&visit->flow->params, "ismra");
}

static bool
is_new_app(const struct sb_visit *visit)
{
    return strcmp(visit->flow->target->name, "CREATEAPPLICATION") == 0;
}

/* A record just made is the only one, as is the one that was asked for. */
static size_t
only_record(const struct sb_visit *visit)
{
    const struct sb_record *made =
        visit->flow->has_made
            ? sb_record_find(visit->platform, &visit->flow->made)
            : NULL;

    return made ? (size_t)(made - visit->platform->records) : visit->record;
}

static bool
is_on_offer(const struct sb_visit *visit, size_t record)
{
    size_t only = only_record(visit);

    return (only == SB_NO_RECORD || only == record) &&
           visit->platform->records[record].state != SB_RECORD_DELETED &&
           sb_grant_find(visit->platform, visit->person_at, record);
}

static const struct sb_auth *
auth_of(const struct sb_visit *visit, size_t record)
{
    if (is_new_app(visit))
        return NULL;
    return sb_auth_find(visit->platform, visit->app_at, visit->person_at,
                        record);
}

static bool
is_shared(const struct sb_visit *visit, size_t record)
{
    const struct sb_auth *auth = auth_of(visit, record);

    return auth && sb_auth_is_open(auth, visit->now.now_ms);
}

/* The record that the application sees first today. */
static size_t
selected_record(const struct sb_visit *visit)
{
    const struct sb_platform *p = visit->platform;

    for (size_t i = 0; i < p->record_count; i++) {
        const struct sb_auth *auth =
            is_shared(visit, i) ? auth_of(visit, i) : NULL;

        if (auth && auth->is_selected)
            return i;
    }
    return SB_NO_RECORD;
}

/* ------------------------------------------------------------- the page -- */

static void
put_record(struct sb_visit *visit, const struct sb_grant *grant, bool is_ticked)
{
    const struct sb_record *record = &visit->platform->records[grant->record];
    struct sb_page *page = &visit->reply->page;
    char id[HV_GUID_TEXT];

    hv_guid_format(&record->id, id);
    sb_page_put(page, "<li><label><input name=\"record\" value=\"%s\" type=\"",
                id);
    sb_page_put(page, is_multi(visit) ? "checkbox\"" : "radio\"");
    sb_page_put(page, is_ticked ? " checked>" : ">");
    sb_page_put(page, "<span><b>%s</b>", record->name);
    if (is_shared(visit, grant->record))
        sb_page_put(page, "<span class=\"tag\">shared already</span>");
    sb_page_put(page, "<small>%s</small></span></label></li>\n",
                grant->rel_name);
}

static size_t
put_records(struct sb_visit *visit)
{
    const struct sb_platform *p = visit->platform;
    size_t selected = selected_record(visit);
    size_t count = 0;

    for (size_t i = 0; i < p->grant_count; i++) {
        const struct sb_grant *grant = &p->grants[i];
        bool is_ticked;

        if (grant->person != visit->person_at ||
            !is_on_offer(visit, grant->record))
            continue;
        is_ticked =
            selected == SB_NO_RECORD ? count == 0 : grant->record == selected;
        if (is_multi(visit) && is_shared(visit, grant->record))
            is_ticked = true;
        sb_page_put(&visit->reply->page,
                    count++ ? "" : "<ul class=\"list\">\n");
        put_record(visit, grant, is_ticked);
    }
    if (count > 0)
        sb_page_put(&visit->reply->page, "</ul>\n");
    return count;
}

/* The id after @at in the list of appid; NULL at its end. */
static const char *
next_app(const struct sb_visit *visit, const char *at, size_t *app)
{
    while (at && (at = strchr(at, ','))) {
        struct hv_bytes text = { (const uint8_t *)at + 1,
                                 strcspn(at + 1, ",") };
        const struct sb_app *found = NULL;
        struct hv_guid id;

        at++;
        if (hv_guid_parse_bytes(hv_bytes_trim(text), &id) == HV_OK)
            found = sb_app_find(visit->platform, &id);
        if (found && found != visit->app) {
            *app = sb_app_index(visit->platform, found);
            return at;
        }
    }
    return NULL;
}

static const char *
other_apps(const struct sb_visit *visit)
{
    return strcmp(visit->flow->target->name, "APPAUTH") == 0
               ? sb_param_get(&visit->flow->params, "appid")
               : NULL;
}

static void
put_rules(struct sb_visit *visit, size_t only)
{
    struct sb_page *page = &visit->reply->page;
    size_t record = only == SB_NO_RECORD ? selected_record(visit) : only;
    const char *at = other_apps(visit);
    size_t app;

    sb_page_put(page, "<h2>It needs</h2>\n");
    sb_rules_required(visit, visit->app_at);
    sb_rules_optional(visit, record != SB_NO_RECORD && is_shared(visit, record)
                                 ? auth_of(visit, record)
                                 : NULL);
    while ((at = next_app(visit, at, &app))) {
        sb_page_put(page, "<h2>%s needs</h2>\n",
                    visit->platform->apps[app].name);
        sb_rules_required(visit, app);
    }
}

static void
write_page(struct sb_visit *visit, const char *note)
{
    char title[SB_MAX_APP_NAME + 32];
    char id[HV_GUID_TEXT];
    struct sb_page *page;

    hv_guid_format(&visit->app->id, id);
    snprintf(title, sizeof(title), "Share with %s?", visit->app->name);
    page = sb_shell_open(visit, title);
    sb_page_put(page,
                "<p><b>%s</b> asks to work with health information of yours. "
                "You can end this at any time.</p>\n<p class=\"dim\">Its id: "
                "<code>%s</code></p>\n",
                visit->app->name, id);
    if (note)
        sb_page_put(page, "<p class=\"note\" role=\"alert\">%s</p>\n", note);
    sb_shell_form(visit);
    sb_shell_who(visit);
    sb_page_put(page, "<h2>%s</h2>\n",
                is_multi(visit) ? "Records that it may use"
                                : "Record that it may use");
    if (put_records(visit) == 0)
        sb_page_put(page, "<p class=\"note\">%s has no record.</p>\n",
                    visit->person->name);
    put_rules(visit, only_record(visit));
    sb_shell_ends(visit, "Allow", "Do not allow");
    sb_page_put(page, "</form>\n");
    sb_shell_close(visit, 200);
}

void
sb_consent_page(struct sb_visit *visit)
{
    const char *token = sb_param_get(&visit->flow->params, "appcreationtoken");

    if (is_new_app(visit) && (!token || !*token))
        sb_shell_refuse(visit, 400,
                        "CREATEAPPLICATION needs an appCreationToken inside "
                        "targetqs; NewApplicationCreationInfo gives one.");
    else
        write_page(visit, NULL);
}

/* ----------------------------------------------------------- the answer -- */

/* The ticked records, as indexes; how many. */
static size_t
read_records(const struct sb_visit *visit, size_t *out, size_t room)
{
    size_t count = 0;

    for (size_t i = 0; i < visit->form->count && count < room; i++) {
        const struct sb_param *param = &visit->form->items[i];
        const struct sb_record *record = NULL;
        struct hv_guid id;
        size_t at;

        if (strcmp(param->name, "record") == 0 &&
            hv_guid_parse(param->value, &id) == HV_OK)
            record = sb_record_find(visit->platform, &id);
        if (!record)
            continue;
        at = (size_t)(record - visit->platform->records);
        if (is_on_offer(visit, at))
            out[count++] = at;
    }
    return count;
}

/* CREATEAPPLICATION: the application itself comes to be now. */
static bool
make_app(struct sb_visit *visit, struct sb_app **made)
{
    const struct sb_params *params = &visit->flow->params;
    const char *name = sb_param_get(params, "instancename");
    struct hv_error err = { 0 };
    enum hv_status st =
        sb_app_activate(visit->platform, &visit->flow->app,
                        sb_param_get(params, "appcreationtoken"),
                        name && *name ? name : visit->app->name, made, &err);

    visit->app = sb_app_find(visit->platform, &visit->flow->app);
    if (st)
        sb_shell_refuse(visit, 400, "CREATEAPPLICATION cannot be done: %s.",
                        err.why);
    return st == HV_OK;
}

static void
grant_all(struct sb_visit *visit, size_t app, const struct sb_choice *choice,
          const size_t *records, size_t count, size_t first)
{
    for (size_t i = 0; i < count; i++) {
        struct sb_auth *auth =
            sb_auth_grant(visit->platform, app, visit->person_at, records[i],
                          choice, visit->now.now_ms);

        if (records[i] == first)
            sb_auth_select(visit->platform, auth);
    }
}

static void
allow(struct sb_visit *visit, const size_t *records, size_t count)
{
    struct sb_ticked ticked;
    size_t before = selected_record(visit);
    size_t first = records[0];
    struct sb_app *made = NULL;
    const char *at;
    size_t app = visit->app_at;
    struct sb_back back = { .has_token = true };

    for (size_t i = 0; i < count && is_multi(visit); i++)
        if (records[i] == before)
            first = before;
    if (is_new_app(visit)) {
        if (!make_app(visit, &made))
            return;
        app = sb_app_index(visit->platform, made);
    }
    sb_rules_ticked(visit, &ticked);
    grant_all(visit, app, &ticked.choice, records, count, first);
    at = other_apps(visit);
    while ((at = next_app(visit, at, &app)))
        grant_all(visit, app, NULL, records, count, first);
    back.record = first;
    back.app = made;
    back.soda = made ? &made->id : NULL;
    back.details = strcmp(visit->flow->target->name, "CREATEACCOUNT") == 0
                       ? "CreateAccountSuccess"
                       : NULL;
    back.target = before != SB_NO_RECORD && before != first && !is_multi(visit)
                      ? "SelectedRecordChanged"
                      : "AppAuthSuccess";
    sb_shell_back(visit, &back);
}

void
sb_consent_done(struct sb_visit *visit)
{
    size_t room = is_multi(visit) ? SB_MAX_PARAMS : 1;
    size_t records[SB_MAX_PARAMS];
    size_t count = read_records(visit, records, room);
    const char *word = sb_param_get(visit->form, "do");

    if (!word || strcmp(word, "go") != 0)
        write_page(visit, NULL);
    else if (count == 0)
        write_page(visit, "Choose a record, or do not allow it.");
    else
        allow(visit, records, count);
}
