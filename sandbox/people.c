/*
 * people.c - GetPersonInfo and GetAuthorizedPeople.
 * Called through the methods table. Fact: get-person-info, authorized-people
 */
#include "hvconsole/clock.h"
#include "hvconsole/names.h"
#include "sandbox/methods.h"

#include <stdlib.h>

#define CODE_PERSON_ID     67 /* INVALID_PERSON_ID */
#define PAGE_DEFAULT       50
#define PAGE_MAX           200
#define RECORD_MAX_BYTES   "4294967296"
#define RECORD_THING_BYTES 1024 /* what one thing counts for, roughly */

static void
add_time(struct sb_answer *answer, const char *name, int64_t ms)
{
    char text[HV_TIME_TEXT];

    hv_time_format(ms, text);
    hv_buf_addf(&answer->info, " %s=\"%s\"", name, text);
}

static size_t
things_in(const struct sb_platform *p, size_t record)
{
    size_t count = 0;

    for (size_t i = 0; i < p->thing_count; i++)
        count += p->things[i].record == record && !p->things[i].is_deleted;
    return count;
}

static void
add_record(struct sb_answer *answer, const struct sb_platform *p,
           const struct sb_person *person, const struct sb_grant *grant)
{
    const struct sb_record *record = &p->records[grant->record];
    char id[HV_GUID_TEXT];

    hv_guid_format(&record->id, id);
    hv_buf_addf(&answer->info,
                "<record id=\"%s\" record-custodian=\"%s\" rel-type=\"%d\""
                " rel-name=\"",
                id, grant->is_custodian ? "true" : "false", grant->rel_type);
    sb_add_text(answer, grant->rel_name);
    sb_add(answer, "\" auth-expires=\"9999-12-31T23:59:59.999Z\""
                   " display-name=\"");
    sb_add_text(answer, record->name);
    sb_add(answer, "\" state=\"Active\"");
    add_time(answer, "date-created", record->created_ms);
    hv_buf_addf(&answer->info,
                " max-size-bytes=\"" RECORD_MAX_BYTES "\" size-bytes=\"%zu\""
                " app-record-auth-action=\"NoActionRequired\""
                " app-specific-record-id=\"%zu\" location-country=\"US\""
                " location-state-province=\"%s\"",
                (things_in(p, grant->record) + 1) * RECORD_THING_BYTES,
                grant->record + 1, person->state);
    add_time(answer, "date-updated", record->updated_ms);
    hv_buf_addf(&answer->info, " latest-operation-sequence-number=\"%lld\"",
                (long long)record->sequence);
    add_time(answer, "record-app-auth-created-date", person->authorised_ms);
    sb_add(answer, ">");
    sb_add_text(answer, record->name);
    sb_add(answer, "</record>");
}

static void
add_culture(struct sb_answer *answer, const char *name)
{
    hv_buf_addf(&answer->info,
                "<%s><language>en</language><country>US</country></%s>", name,
                name);
}

static void
add_person(struct sb_answer *answer, const struct sb_platform *p,
           const struct sb_person *person)
{
    size_t index = (size_t)(person - p->persons);

    sb_add(answer, "<person-info>");
    sb_add_guid(answer, "person-id", &person->id);
    sb_add_element(answer, "name", person->name);
    sb_add_guid(answer, "selected-record-id", &p->records[person->selected].id);
    sb_add(answer, "<more-records>false</more-records>");
    for (size_t i = 0; i < p->grant_count; i++)
        if (p->grants[i].person == index)
            add_record(answer, p, person, &p->grants[i]);
    add_culture(answer, "preferred-culture");
    add_culture(answer, "preferred-uiculture");
    sb_add(answer, "<location><country>US</country>");
    sb_add_element(answer, "state-province", person->state);
    sb_add(answer, "</location></person-info>");
}

/* Groups do not exist here and rights are all there: both switches are read
 * for their form only. */
int
sb_get_person_info(struct sb_call *call)
{
    static const char *const switches[] = { "group-membership",
                                            "effective-record-permissions" };
    struct sb_walk walk = sb_walk_start(call->request->info);
    bool is_good = true;

    for (size_t i = 0; i < HV_LEN(switches); i++) {
        xmlNode *node = sb_walk_take(&walk, switches[i]);
        bool value;

        is_good = is_good && (!node || sb_boolean(node, &value));
    }
    if (!is_good || !sb_walk_is_done(&walk))
        return sb_refuse(call->answer, HV_CODE_INVALID_XML, NULL,
                         "info of GetPersonInfo is not group-membership and "
                         "effective-record-permissions");
    add_person(call->answer, call->platform, call->person);
    return HV_CODE_OK;
}

struct page {
    const struct sb_person *after; /* NULL = from the start */
    int64_t since_ms;
    int64_t count;
};

static int
read_page(struct sb_call *call, struct page *out)
{
    struct sb_walk info = sb_walk_start(call->request->info);
    xmlNode *parameters = sb_walk_take(&info, "parameters");
    struct sb_walk walk = { 0 };
    struct hv_guid cursor;
    xmlNode *node;
    bool is_good = parameters && sb_walk_is_done(&info);
    bool has_cursor = false;

    *out = (struct page){ .since_ms = INT64_MIN, .count = PAGE_DEFAULT };
    if (is_good) {
        walk = sb_walk_start(parameters);
        node = sb_walk_take(&walk, "person-id-cursor");
        has_cursor = node != NULL;
        is_good = !node || sb_guid(node, &cursor);
        node = sb_walk_take(&walk, "authorizations-created-since");
        is_good = is_good && (!node || sb_time(node, &out->since_ms));
        node = sb_walk_take(&walk, "num-results");
        is_good = is_good &&
                  (!node ||
                   (sb_number(node, PAGE_MAX, &out->count) && out->count > 0));
        is_good = is_good && sb_walk_is_done(&walk);
    }
    if (!is_good)
        return sb_refuse(call->answer, HV_CODE_INVALID_XML, NULL,
                         "parameters is not person-id-cursor, "
                         "authorizations-created-since, num-results (1 or "
                         "more)");
    out->after = has_cursor ? sb_person_find(call->platform, &cursor) : NULL;
    if (has_cursor && !out->after)
        return sb_refuse(call->answer, CODE_PERSON_ID, NULL,
                         "the person of person-id-cursor is unknown here");
    return HV_CODE_OK;
}

static int
by_authorisation(const void *a, const void *b)
{
    const struct sb_person *const *one = a;
    const struct sb_person *const *two = b;

    if ((*one)->authorised_ms != (*two)->authorised_ms)
        return (*one)->authorised_ms < (*two)->authorised_ms ? -1 : 1;
    return hv_guid_compare(&(*one)->id, &(*two)->id);
}

int
sb_get_authorized_people(struct sb_call *call)
{
    const struct sb_platform *p = call->platform;
    const struct sb_person **order;
    struct page page;
    int64_t given = 0;
    size_t at = 0;
    int code = read_page(call, &page);

    if (code)
        return code;
    order = hv_calloc(p->person_count, sizeof(*order));
    for (size_t i = 0; i < p->person_count; i++)
        order[i] = &p->persons[i];
    qsort(order, p->person_count, sizeof(*order), by_authorisation);
    while (page.after && order[at++] != page.after)
        ;
    sb_add(call->answer, "<response-results>");
    for (; at < p->person_count && given < page.count; at++) {
        if (order[at]->authorised_ms < page.since_ms)
            continue;
        add_person(call->answer, p, order[at]);
        given++;
    }
    while (at < p->person_count && order[at]->authorised_ms < page.since_ms)
        at++;
    sb_add_element(call->answer, "more-results",
                   at < p->person_count ? "true" : "false");
    sb_add(call->answer, "</response-results>");
    free(order);
    return HV_CODE_OK;
}
