/*
 * get_things.c - GetThings, versions 1 to 3: what an application may see of a
 * record. Called through the methods table. Changes nothing.
 * Fact: get-things
 */
#include "hvconsole/clock.h"
#include "hvconsole/names.h"
#include "sandbox/rights.h"
#include "sandbox/things_read.h"

#include <stdlib.h>
#include <string.h>

/* ------------------------------------------------------------ writing -- */

static void
add_named(struct sb_answer *answer, const char *element,
          const struct hv_guid *id, const char *name)
{
    char text[HV_GUID_TEXT];

    hv_guid_format(id, text);
    hv_buf_addf(&answer->info, "<%s", element);
    sb_add_attribute(answer, "name", name);
    hv_buf_addf(&answer->info, ">%s</%s>", text, element);
}

static void
add_type(struct sb_answer *answer, const struct sb_thing *thing)
{
    const struct hv_thing_type *type = hv_thing_type_find(&thing->type);

    add_named(answer, "type-id", &thing->type, type ? type->name : "");
}

static void
add_audit(const struct sb_call *call, const char *element, int64_t ms,
          const struct sb_by *by, const char *action)
{
    const struct sb_app *app = sb_app_find(call->platform, &by->app);
    const struct sb_person *person =
        sb_person_find(call->platform, &by->person);
    struct sb_answer *answer = call->answer;

    hv_buf_addf(&answer->info, "<%s>", element);
    sb_add_time(answer, "timestamp", ms);
    add_named(answer, "app-id", &by->app, app ? app->name : "");
    add_named(answer, "person-id", &by->person, person ? person->name : "");
    sb_add_element(answer, "access-avenue",
                   by->avenue == SB_ONLINE ? "Online" : "Offline");
    sb_add_element(answer, "audit-action", action);
    hv_buf_addf(&answer->info, "</%s>", element);
}

static const char *
last_action(const struct sb_thing *thing)
{
    if (thing->is_deleted)
        return "Deleted";
    return thing->updated_ms == thing->created_ms ? "Created" : "Updated";
}

static void
add_core(struct sb_answer *answer, const struct sb_thing *thing)
{
    sb_add_element(answer, "thing-state",
                   thing->is_deleted ? "Deleted" : "Active");
    sb_add_number(answer, "flags", thing->flags);
    sb_add_time(answer, "eff-date", thing->eff_ms);
}

static void
add_thing(const struct sb_call *call, const struct sb_format *format,
          const struct sb_thing *thing)
{
    struct sb_answer *answer = call->answer;

    sb_add(answer, "<thing>");
    sb_add_key(answer, &thing->id, &thing->stamp);
    add_type(answer, thing);
    if (format->core)
        add_core(answer, thing);
    if (format->audits) {
        add_audit(call, "created", thing->created_ms, &thing->created_by,
                  "Created");
        add_audit(call, "updated", thing->updated_ms, &thing->updated_by,
                  last_action(thing));
    }
    if (format->xml && !thing->is_deleted)
        sb_thing_xml(thing, &answer->info);
    if (format->permissions) {
        sb_add(answer, "<eff-permissions>");
        sb_add_permissions(answer,
                           sb_call_rights(call, &thing->type, &thing->eff_ms));
        sb_add(answer, "</eff-permissions>");
    }
    if (format->tags && thing->tags)
        sb_add_element(answer, "tags", thing->tags);
    sb_add(answer, "</thing>");
}

static void
add_partial(struct sb_answer *answer, const struct sb_thing *thing)
{
    sb_add(answer, "<unprocessed-thing-key-info>");
    sb_add_key(answer, &thing->id, &thing->stamp);
    add_type(answer, thing);
    sb_add_time(answer, "eff-date", thing->eff_ms);
    sb_add(answer, "</unprocessed-thing-key-info>");
}

/* ---------------------------------------------------------- selecting -- */

struct found {
    uint32_t *things; /* owned: indexes, in order */
    size_t count;
    bool is_filtered; /* something was hidden */
};

/* The record's own order; the index is what tells equal dates apart. */
static int
by_date(const void *a, const void *b, void *arg)
{
    const struct sb_platform *p = arg;
    uint32_t one = *(const uint32_t *)a;
    uint32_t two = *(const uint32_t *)b;

    if (p->things[one].eff_ms != p->things[two].eff_ms)
        return p->things[one].eff_ms > p->things[two].eff_ms ? -1 : 1;
    return one == two ? 0 : one > two ? -1 : 1;
}

static void
found_add(struct found *found, uint32_t thing)
{
    if (found->count % 64 == 0)
        found->things = hv_realloc_array(found->things, found->count + 64,
                                         sizeof(*found->things));
    found->things[found->count++] = thing;
}

static bool
is_asked(const struct sb_asked *asked, const struct sb_thing *thing)
{
    return !thing->is_deleted &&
           (!asked->has_stamp || hv_guid_equal(&asked->stamp, &thing->stamp));
}

/* By client-thing-id there is no index: the record is gone through. */
static void
find_client_id(const struct sb_call *call, const struct sb_asked *asked,
               struct found *out)
{
    const struct sb_platform *p = call->platform;

    for (size_t i = 0; i < call->record->thing_count; i++) {
        uint32_t at = call->record->by_date[i];
        const struct sb_thing *thing = &p->things[at];

        if (!thing->is_deleted && thing->client_id &&
            strcmp(thing->client_id, asked->client_id) == 0)
            found_add(out, at);
    }
}

/* What is asked for by name, sorted as the record is, each thing once. */
static void
find_asked(const struct sb_call *call, const struct sb_group *group,
           struct found *out)
{
    struct sb_platform *p = call->platform;
    size_t kept = 0;

    for (size_t i = 0; i < group->asked_count; i++) {
        const struct sb_asked *asked = &group->asked[i];
        const struct sb_thing *thing;

        if (asked->client_id) {
            find_client_id(call, asked, out);
            continue;
        }
        thing = sb_thing_find(p, &asked->id);
        if (thing && &p->records[thing->record] == call->record &&
            is_asked(asked, thing))
            found_add(out, (uint32_t)(thing - p->things));
    }
    if (out->count == 0)
        return;
    qsort_r(out->things, out->count, sizeof(*out->things), by_date, p);
    for (size_t i = 0; i < out->count; i++)
        if (i == 0 || out->things[i] != out->things[i - 1])
            out->things[kept++] = out->things[i];
    out->count = kept;
}

static bool
any_filter(const struct sb_group *group, const struct sb_thing *thing)
{
    for (size_t i = 0; i < group->filter_count; i++)
        if (sb_filter_matches(&group->filters[i], thing))
            return true;
    return false;
}

static bool
may_see(const struct sb_call *call, uint32_t at, struct found *out)
{
    const struct sb_thing *thing = &call->platform->things[at];

    if (sb_call_rights(call, &thing->type, &thing->eff_ms) & SB_MAY_READ)
        return true;
    out->is_filtered = true;
    return false;
}

/* Ids and filters are alternatives. */
static void
find(const struct sb_call *call, const struct sb_group *group,
     struct found *out)
{
    const struct sb_record *record = call->record;
    struct found asked = { 0 };
    size_t next = 0;

    find_asked(call, group, &asked);
    if (group->filter_count == 0) {
        for (size_t i = 0; i < asked.count && out->count < group->max; i++)
            if (may_see(call, asked.things[i], out))
                found_add(out, asked.things[i]);
    } else {
        for (size_t i = 0; i < record->thing_count && out->count < group->max;
             i++) {
            uint32_t at = record->by_date[i];
            bool is_named = next < asked.count && asked.things[next] == at;

            next += is_named;
            if ((is_named || any_filter(group, &call->platform->things[at])) &&
                may_see(call, at, out))
                found_add(out, at);
        }
    }
    free(asked.things);
}

/* ------------------------------------------------------------- method -- */

static void
add_group(const struct sb_call *call, const struct sb_group *group)
{
    const struct sb_platform *p = call->platform;
    struct found found = { 0 };

    find(call, group, &found);
    sb_add(call->answer, "<group");
    if (group->name)
        sb_add_attribute(call->answer, "name", group->name);
    sb_add(call->answer, ">");
    for (size_t i = 0; i < found.count; i++)
        if (i < group->max_full)
            add_thing(call, &group->format, &p->things[found.things[i]]);
        else
            add_partial(call->answer, &p->things[found.things[i]]);
    if (found.is_filtered)
        sb_add_boolean(call->answer, "filtered", true);
    sb_add(call->answer, "</group>");
    free(found.things);
}

/* All groups are read before the first is answered. */
static int
get_things(struct sb_call *call, int version)
{
    struct sb_group groups[SB_MAX_GROUPS] = { 0 };
    struct sb_walk walk = sb_walk_start(call->request->info);
    size_t count = 0;
    int code = HV_CODE_OK;
    xmlNode *node;

    while (!code && (node = sb_walk_take(&walk, "group"))) {
        if (count == SB_MAX_GROUPS)
            code =
                sb_refuse(call->answer, SB_CODE_TOO_MANY_GROUPS, NULL,
                          "more than %d groups are not taken", SB_MAX_GROUPS);
        else
            code = sb_group_read(call, node, version, &groups[count++]);
    }
    if (!code && (count == 0 || !sb_walk_is_done(&walk)))
        code = sb_schema(call->answer,
                         "info of GetThings is not one group or more");
    for (size_t i = 0; i < count; i++) {
        if (!code)
            add_group(call, &groups[i]);
        sb_group_release(&groups[i]);
    }
    return code;
}

int
sb_get_things_1(struct sb_call *call)
{
    return get_things(call, 1);
}

int
sb_get_things_3(struct sb_call *call)
{
    return get_things(call, 3);
}
