/*
 * people.c - what an application may know about people: GetPersonInfo,
 * GetAuthorizedPeople, GetAuthorizedRecords.
 * Called through the methods table. Fact: get-person-info, authorized-people
 */
#include "hvconsole/clock.h"
#include "hvconsole/names.h"
#include "sandbox/rights.h"

#include <stdlib.h>

#define PAGE_DEFAULT       50
#define PAGE_MAX           200
#define RECORDS_MAX        25 /* of one person-info, then more-records */
#define RECORD_MAX_BYTES   "4294967296"
#define RECORD_THING_BYTES 1024 /* what one thing counts for, roughly */

/* ------------------------------------------------------------ records -- */

static void
add_moment(struct sb_answer *answer, const char *name, int64_t ms)
{
    char text[HV_TIME_TEXT];

    hv_time_format(ms ? ms : 1, text);
    sb_add_attribute(answer, name, text);
}

static const char *
state_word(enum sb_record_state state)
{
    static const char *const words[] = { "Active", "ReadOnly", "Suspended",
                                         "Deleted" };

    return words[state];
}

/* How the person stands to the record. */
static void
add_tie(struct sb_answer *answer, const struct sb_grant *grant)
{
    sb_add_attribute(answer, "record-custodian",
                     grant && grant->is_custodian ? "true" : "false");
    hv_buf_addf(&answer->info, " rel-type=\"%d\"", grant ? grant->rel_type : 0);
    if (grant && grant->rel_name[0])
        sb_add_attribute(answer, "rel-name", grant->rel_name);
}

static void
add_record(const struct sb_call *call, const struct sb_auth *auth)
{
    const struct sb_platform *p = call->platform;
    struct sb_answer *answer = call->answer;
    const struct sb_record *record = &p->records[auth->record];
    char id[HV_GUID_TEXT];

    hv_guid_format(&record->id, id);
    sb_add(answer, "<record");
    sb_add_attribute(answer, "id", id);
    add_tie(answer, sb_grant_find(p, auth->person, auth->record));
    add_moment(answer, "auth-expires", auth->expires_ms);
    if (call->now_ms >= auth->expires_ms)
        sb_add_attribute(answer, "auth-expired", "true");
    sb_add_attribute(answer, "display-name", record->name);
    sb_add_attribute(answer, "state", state_word(record->state));
    add_moment(answer, "date-created", record->created_ms);
    hv_buf_addf(&answer->info,
                " max-size-bytes=\"" RECORD_MAX_BYTES "\" size-bytes=\"%zu\"",
                (record->active + 1) * RECORD_THING_BYTES);
    sb_add_attribute(answer, "app-record-auth-action",
                     sb_action_text(sb_auth_action(p, auth, call->now_ms)));
    hv_buf_addf(&answer->info, " app-specific-record-id=\"%zu\"",
                auth->record + 1);
    sb_add_attribute(answer, "location-country", record->country);
    if (record->region[0])
        sb_add_attribute(answer, "location-state-province", record->region);
    add_moment(answer, "date-updated", record->updated_ms);
    hv_buf_addf(&answer->info, " latest-operation-sequence-number=\"%lld\"",
                (long long)record->sequence);
    add_moment(answer, "record-app-auth-created-date", auth->created_ms);
    sb_add(answer, ">");
    sb_add_text(answer, record->name);
    sb_add(answer, "</record>");
}

/* ------------------------------------------------------------- people -- */

static bool
is_of(const struct sb_call *call, const struct sb_auth *auth, size_t person)
{
    return auth->app == sb_app_index(call->platform, call->app) &&
           auth->person == person && !auth->is_revoked;
}

/* The record chosen when signing in, else the one chosen last. */
static const struct sb_record *
selected_record(const struct sb_call *call, size_t person)
{
    const struct sb_platform *p = call->platform;
    const struct sb_record *found = NULL;

    for (size_t i = 0; i < p->auth_count; i++) {
        const struct sb_auth *auth = &p->auths[i];

        if (!is_of(call, auth, person))
            continue;
        if (call->user && call->user->record == auth->record)
            return &p->records[auth->record];
        if (auth->is_selected || !found)
            found = &p->records[auth->record];
    }
    return found;
}

static void
add_records(const struct sb_call *call, size_t person)
{
    const struct sb_platform *p = call->platform;
    size_t count = 0;

    for (size_t i = 0; i < p->auth_count; i++)
        count += is_of(call, &p->auths[i], person);
    if (count > RECORDS_MAX) /* some clients look no further than the name */
        sb_add_boolean(call->answer, "more-records", true);
    count = 0;
    for (size_t i = 0; i < p->auth_count && count < RECORDS_MAX; i++)
        if (is_of(call, &p->auths[i], person)) {
            add_record(call, &p->auths[i]);
            count++;
        }
}

static void
add_culture(struct sb_answer *answer, const char *name, const char *country)
{
    hv_buf_addf(&answer->info, "<%s><language>en</language>", name);
    sb_add_element(answer, "country", country);
    hv_buf_addf(&answer->info, "</%s>", name);
}

/* Every record with every type that something is granted on. */
static void
add_effective(const struct sb_call *call, size_t person)
{
    const struct sb_platform *p = call->platform;
    bool has_any = false;

    for (size_t i = 0; i < p->auth_count; i++) {
        const struct sb_auth *auth = &p->auths[i];
        const struct hv_thing_type *type;

        if (!is_of(call, auth, person))
            continue;
        if (!has_any)
            sb_add(call->answer, "<effective-record-permission-list>");
        has_any = true;
        sb_add(call->answer, "<effective-record-permission>");
        sb_add_guid(call->answer, "record-id", &p->records[auth->record].id);
        for (size_t t = 0; (type = hv_thing_type_at(t)); t++)
            sb_add_type_rights(call, auth, &type->id);
        sb_add(call->answer, "</effective-record-permission>");
    }
    if (has_any)
        sb_add(call->answer, "</effective-record-permission-list>");
}

static void
add_person(const struct sb_call *call, size_t index, bool has_rights)
{
    const struct sb_person *person = &call->platform->persons[index];
    const struct sb_record *selected = selected_record(call, index);
    struct sb_answer *answer = call->answer;

    sb_add(answer, "<person-info>");
    sb_add_guid(answer, "person-id", &person->id);
    sb_add_element(answer, "name", person->name);
    if (selected)
        sb_add_guid(answer, "selected-record-id", &selected->id);
    add_records(call, index);
    add_culture(answer, "preferred-culture", person->country);
    add_culture(answer, "preferred-uiculture", person->country);
    sb_add(answer, "<location>");
    sb_add_element(answer, "country", person->country);
    if (person->state[0])
        sb_add_element(answer, "state-province", person->state);
    sb_add(answer, "</location>");
    if (has_rights)
        add_effective(call, index);
    sb_add(answer, "</person-info>");
}

/* ------------------------------------------------------------ methods -- */

/* Groups do not exist here: group-membership is read for its form only. */
int
sb_get_person_info(struct sb_call *call)
{
    struct sb_walk walk = sb_walk_start(call->request->info);
    bool has_groups = false;
    bool has_rights = false;
    xmlNode *node = sb_walk_take(&walk, "group-membership");
    bool is_good = !node || sb_boolean(node, &has_groups);

    node = sb_walk_take(&walk, "effective-record-permissions");
    is_good = is_good && (!node || sb_boolean(node, &has_rights));
    if (!is_good || !sb_walk_is_done(&walk))
        return sb_schema(call->answer,
                         "info of GetPersonInfo is not group-membership and "
                         "effective-record-permissions");
    add_person(call, (size_t)(call->person - call->platform->persons),
               has_rights);
    return HV_CODE_OK;
}

int
sb_get_authorized_records(struct sb_call *call)
{
    const struct sb_platform *p = call->platform;
    size_t person = (size_t)(call->person - p->persons);
    struct sb_walk walk = sb_walk_start(call->request->info);
    size_t count = 0;
    xmlNode *node;

    for (; (node = sb_walk_take(&walk, "id")); count++) {
        struct hv_guid id;
        const struct sb_record *record;
        const struct sb_auth *auth;

        if (!sb_guid(node, &id))
            return sb_schema(call->answer, "an id is not a guid");
        record = sb_record_find(p, &id);
        auth = record ? sb_auth_find(p, sb_app_index(p, call->app), person,
                                     (size_t)(record - p->records))
                      : NULL;
        if (auth && !auth->is_revoked)
            add_record(call, auth);
    }
    if (count == 0 || !sb_walk_is_done(&walk))
        return sb_schema(call->answer,
                         "info of GetAuthorizedRecords is not one id or more");
    return HV_CODE_OK;
}

struct page {
    bool has_after;
    struct hv_guid after;
    int64_t since_ms;
    int64_t count;
};

static int
read_page(struct sb_call *call, struct page *out)
{
    struct sb_walk info = sb_walk_start(call->request->info);
    xmlNode *parameters = sb_walk_take(&info, "parameters");
    struct sb_walk walk = { 0 };
    xmlNode *node;
    bool is_good = parameters && sb_walk_is_done(&info);

    *out = (struct page){ .since_ms = INT64_MIN, .count = PAGE_DEFAULT };
    if (is_good) {
        walk = sb_walk_start(parameters);
        node = sb_walk_take(&walk, "person-id-cursor");
        out->has_after = node != NULL;
        is_good = !node || sb_guid(node, &out->after);
        node = sb_walk_take(&walk, "authorizations-created-since");
        is_good = is_good && (!node || sb_time(node, &out->since_ms));
        node = sb_walk_take(&walk, "num-results");
        is_good = is_good &&
                  (!node ||
                   (sb_number(node, PAGE_MAX, &out->count) && out->count > 0));
        is_good = is_good && sb_walk_is_done(&walk);
    }
    if (!is_good)
        return sb_schema(call->answer,
                         "parameters is not person-id-cursor, "
                         "authorizations-created-since, num-results (1 or "
                         "more)");
    if (out->has_after && !sb_person_find(call->platform, &out->after))
        return sb_refuse(call->answer, SB_CODE_PERSON_ID, NULL,
                         "the person of person-id-cursor is unknown here");
    return HV_CODE_OK;
}

/* Somebody who lets the application in, and since when. */
struct entry {
    size_t person;
    int64_t since_ms;
    struct hv_guid id;
};

static int
by_authorisation(const void *a, const void *b)
{
    const struct entry *one = a;
    const struct entry *two = b;

    if (one->since_ms != two->since_ms)
        return one->since_ms < two->since_ms ? -1 : 1;
    return hv_guid_compare(&one->id, &two->id);
}

/* Everybody with an authorisation of this application; how many. */
static size_t
collect(const struct sb_call *call, struct entry *out)
{
    const struct sb_platform *p = call->platform;
    size_t app = sb_app_index(p, call->app);
    size_t count = 0;

    for (size_t i = 0; i < p->person_count; i++)
        out[i] = (struct entry){ .person = i,
                                 .since_ms = INT64_MAX,
                                 .id = p->persons[i].id };
    for (size_t i = 0; i < p->auth_count; i++) {
        const struct sb_auth *auth = &p->auths[i];
        struct entry *entry = &out[auth->person];

        if (auth->app == app && !auth->is_revoked &&
            auth->created_ms < entry->since_ms)
            entry->since_ms = auth->created_ms;
    }
    for (size_t i = 0; i < p->person_count; i++)
        if (out[i].since_ms != INT64_MAX)
            out[count++] = out[i];
    qsort(out, count, sizeof(*out), by_authorisation);
    return count;
}

int
sb_get_authorized_people(struct sb_call *call)
{
    const struct sb_platform *p = call->platform;
    struct entry *order;
    struct page page;
    int64_t given = 0;
    size_t count;
    size_t at = 0;
    int code = read_page(call, &page);

    if (code)
        return code;
    order = hv_calloc(p->person_count + 1, sizeof(*order));
    count = collect(call, order);
    while (page.has_after && at < count &&
           !hv_guid_equal(&order[at++].id, &page.after))
        ;
    sb_add(call->answer, "<response-results>");
    for (; at < count && given < page.count; at++) {
        if (order[at].since_ms < page.since_ms)
            continue;
        add_person(call, order[at].person, false);
        given++;
    }
    while (at < count && order[at].since_ms < page.since_ms)
        at++;
    sb_add_boolean(call->answer, "more-results", at < count);
    sb_add(call->answer, "</response-results>");
    free(order);
    return HV_CODE_OK;
}
