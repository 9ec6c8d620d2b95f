/*
 * shell_manage.c - MANAGEACCOUNT, SHAREDAPPDETAILS and RECORDLIST: what a
 * person has, and who may use it; ending that.
 * Called by shell.c through the table of targets.
 */
#include "sandbox/shell_parts.h"
#include "sandbox/shell_rules.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* SHAREDAPPDETAILS looks at one application on one record. */
static bool
is_details(const struct sb_visit *visit)
{
    return strcmp(visit->flow->target->name, "SHAREDAPPDETAILS") == 0;
}

static bool
is_shown(const struct sb_visit *visit, const struct sb_auth *auth)
{
    if (auth->person != visit->person_at)
        return false;
    return !is_details(visit) ||
           (auth->app == visit->app_at && auth->record == visit->record);
}

static void
put_auth(struct sb_visit *visit, size_t at)
{
    const struct sb_platform *p = visit->platform;
    const struct sb_auth *auth = &p->auths[at];
    struct sb_page *page = &visit->reply->page;
    bool is_open = sb_auth_is_open(auth, visit->now.now_ms);

    sb_page_put(page, "<li><span><b>%s</b><small>on the record of %s, %s",
                p->apps[auth->app].name, p->records[auth->record].name,
                is_open ? "allowed" : "not allowed any more");
    sb_page_put(page, "</small></span>");
    if (is_open)
        sb_page_put(page,
                    "<button name=\"revoke\" value=\"%zu\">End access</button>",
                    at);
    sb_page_put(page, "</li>\n");
}

static size_t
put_auths(struct sb_visit *visit)
{
    const struct sb_platform *p = visit->platform;
    struct sb_page *page = &visit->reply->page;
    size_t count = 0;

    for (size_t i = 0; i < p->auth_count && count < SB_MAX_LISTED; i++) {
        if (!is_shown(visit, &p->auths[i]))
            continue;
        sb_page_put(page, count++ ? "" : "<ul class=\"list\">\n");
        put_auth(visit, i);
        if (!is_details(visit))
            continue;
        sb_page_put(page, "</ul>\n<h2>It may</h2>\n");
        sb_rules_granted(visit, &p->auths[i]);
        return count;
    }
    sb_page_put(page, count ? "</ul>\n" : "<p class=\"dim\">Nobody.</p>\n");
    return count;
}

static void
put_person(struct sb_visit *visit)
{
    const struct sb_person *person = visit->person;
    struct sb_page *page = &visit->reply->page;
    char id[HV_GUID_TEXT];

    hv_guid_format(&person->id, id);
    sb_page_put(page,
                "<table><tr><th>Name</th><td>%s</td></tr><tr><th>Id</th><td>"
                "<code>%s</code></td></tr><tr><th>Country</th><td>%s%s%s</td>"
                "</tr></table>\n",
                person->name, id, person->country, person->state[0] ? ", " : "",
                person->state);
}

void
sb_manage_page(struct sb_visit *visit)
{
    bool details = is_details(visit);
    struct sb_page *page = sb_shell_open(
        visit, details ? "What an application may do" : "Your account");

    sb_shell_form(visit);
    sb_shell_who(visit);
    if (!details) {
        put_person(visit);
        sb_page_put(page, "<h2>Applications with access</h2>\n");
    }
    put_auths(visit);
    sb_page_put(page, "</form>\n");
    sb_shell_close(visit, 200);
}

void
sb_manage_done(struct sb_visit *visit)
{
    struct sb_platform *p = visit->platform;
    const char *text = sb_param_get(visit->form, "revoke");
    size_t at;

    if (text && *text && strspn(text, "0123456789") == strlen(text) &&
        strlen(text) < 10) {
        at = (size_t)strtoul(text, NULL, 10);
        if (at < p->auth_count && is_shown(visit, &p->auths[at])) {
            sb_auth_revoke(p, &p->auths[at], visit->now.now_ms);
            sb_shell_note(visit, "revoked", "%s, by %s",
                          p->apps[p->auths[at].app].name, visit->person->name);
        }
    }
    sb_manage_page(visit);
}

/* ----------------------------------------------------------- RECORDLIST -- */

static const char *const states[] = {
    [SB_RECORD_ACTIVE] = "active",
    [SB_RECORD_READ_ONLY] = "read-only",
    [SB_RECORD_SUSPENDED] = "suspended",
    [SB_RECORD_DELETED] = "deleted",
};

/* An application in the request limits the list to what it may use. */
static bool
is_listed(const struct sb_visit *visit, const struct sb_grant *grant)
{
    const struct sb_auth *auth;

    if (grant->person != visit->person_at ||
        visit->platform->records[grant->record].state == SB_RECORD_DELETED)
        return false;
    if (!visit->app)
        return true;
    auth = sb_auth_find(visit->platform, visit->app_at, visit->person_at,
                        grant->record);
    return auth && sb_auth_is_open(auth, visit->now.now_ms);
}

void
sb_record_list_page(struct sb_visit *visit)
{
    const struct sb_platform *p = visit->platform;
    struct sb_page *page = sb_shell_open(visit, "Your records");
    size_t count = 0;

    sb_shell_form(visit);
    sb_shell_who(visit);
    for (size_t i = 0; i < p->grant_count && count < SB_MAX_LISTED; i++) {
        const struct sb_record *record = &p->records[p->grants[i].record];
        char id[HV_GUID_TEXT];

        if (!is_listed(visit, &p->grants[i]))
            continue;
        hv_guid_format(&record->id, id);
        sb_page_put(page, count++ ? "" : "<ul class=\"list\">\n");
        sb_page_put(page,
                    "<li><span><b>%s</b><small>%s%s, %s, %zu items, <code>%s"
                    "</code></small></span></li>\n",
                    record->name, p->grants[i].rel_name,
                    p->grants[i].is_custodian ? " (custodian)" : "",
                    states[record->state], record->active, id);
    }
    sb_page_put(page, count ? "</ul>\n" : "<p class=\"dim\">None.</p>\n");
    sb_page_put(page, "</form>\n");
    sb_shell_close(visit, 200);
}
