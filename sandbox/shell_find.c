/*
 * shell_find.c - which application and which record a visit is about, by what
 * the request says. Called by shell.c.
 */
#include "sandbox/shell_parts.h"

#include <string.h>

void
sb_shell_set_app(struct sb_visit *visit, const struct sb_app *app)
{
    visit->app = app;
    visit->app_at = app ? sb_app_index(visit->platform, app) : 0;
}

/* The first of a comma list: APPAUTH may name several. */
static bool
first_guid(const char *text, struct hv_guid *out)
{
    struct hv_bytes first = { (const uint8_t *)text, strcspn(text, ",") };

    return hv_guid_parse_bytes(hv_bytes_trim(first), out) == HV_OK;
}

/* Without an appid a creation token still tells whose it is: newer clients
 * leave the appid out. */
static const struct sb_app *
app_of_token(const struct sb_visit *visit)
{
    const char *token = sb_param_get(&visit->flow->params, "appcreationtoken");

    if (!token || strcmp(visit->flow->target->name, "CREATEAPPLICATION") != 0)
        return NULL;
    return sb_pending_master(visit->platform, token);
}

/* The application that appid names, as far as the target cares. */
bool
sb_shell_find_app(struct sb_visit *visit)
{
    const struct sb_target *target = visit->flow->target;
    const char *text = sb_param_get(&visit->flow->params, "appid");
    bool is_needed = target->needs & SB_T_APP;
    struct hv_guid id;

    if (text && *text && first_guid(text, &id))
        sb_shell_set_app(visit, sb_app_find(visit->platform, &id));
    else if (!text || !*text)
        sb_shell_set_app(visit, app_of_token(visit));
    if (visit->app) {
        visit->flow->has_app = true;
        visit->flow->app = visit->app->id;
        return true;
    }
    if (!is_needed)
        return true;
    if (!text || !*text)
        sb_shell_refuse(visit, 400,
                        "%s needs an appid inside targetqs, and there is none.",
                        target->name);
    else
        sb_shell_refuse(visit, 404,
                        "No application %.80s is registered in this sandbox. "
                        "Add it: hvconsole sandbox app add --app-id %.80s",
                        text, text);
    return false;
}

static size_t
selected_record(const struct sb_visit *visit)
{
    const struct sb_platform *p = visit->platform;
    size_t first = SB_NO_RECORD;

    for (size_t i = 0; i < p->auth_count; i++)
        if (visit->app && p->auths[i].app == visit->app_at &&
            p->auths[i].person == visit->person_at && p->auths[i].is_selected)
            return p->auths[i].record;
    for (size_t i = 0; i < p->grant_count; i++)
        if (first == SB_NO_RECORD && p->grants[i].person == visit->person_at)
            first = p->grants[i].record;
    return first;
}

static bool
may_see(const struct sb_visit *visit, size_t record)
{
    return visit->platform->records[record].state != SB_RECORD_DELETED &&
           sb_grant_find(visit->platform, visit->person_at, record);
}

/* A record that cannot be meant, whoever signs in: nobody has to. */
bool
sb_shell_may_exist(const struct sb_visit *visit, const char *text)
{
    struct hv_guid id;
    const struct sb_record *record;

    if (hv_guid_parse(text, &id))
        return false;
    record = sb_record_find(visit->platform, &id);
    return record && record->state != SB_RECORD_DELETED;
}

void
sb_shell_refuse_record(struct sb_visit *visit)
{
    const struct sb_target *target = visit->flow->target;

    if (target->bad_record)
        sb_shell_back_word(visit, target->bad_record);
    else
        sb_shell_refuse(visit, 404,
                        "There is no such record, or not for this person.");
}

/* The record of the visit, once somebody signed in. */
bool
sb_shell_find_record(struct sb_visit *visit)
{
    const struct sb_target *target = visit->flow->target;
    const char *text = sb_param_get(&visit->flow->params, "extrecordid");
    struct hv_guid id;

    visit->record = SB_NO_RECORD;
    if (text && *text && hv_guid_parse(text, &id) == HV_OK) {
        const struct sb_record *record = sb_record_find(visit->platform, &id);

        if (record)
            visit->record = (size_t)(record - visit->platform->records);
    } else if ((!text || !*text) && (target->needs & SB_T_DEFAULT)) {
        visit->record = selected_record(visit);
    }
    if ((!text || !*text) && !(target->needs & (SB_T_RECORD | SB_T_DEFAULT)))
        return true;
    if (visit->record != SB_NO_RECORD && may_see(visit, visit->record))
        return true;
    sb_shell_refuse_record(visit);
    return false;
}
