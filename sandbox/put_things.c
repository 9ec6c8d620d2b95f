/*
 * put_things.c - PutThings and RemoveThings: all of a call is judged before
 * the first thing is touched, then all of it is done.
 * Called through the methods table. Fact: put-things
 */
#include "hvconsole/names.h"
#include "sandbox/change.h"
#include "sandbox/put_read.h"

#include <stdlib.h>
#include <string.h>

#define MAX_PUTS 1000 /* things in one call */

/* One thing of a call, and where it goes. */
struct job {
    struct sb_put put;
    size_t thing;    /* index; of an update or delete */
    bool is_nothing; /* an update without data: fine, and no change */
    struct hv_guid type;
};

struct jobs {
    struct job *items; /* owned */
    size_t count;
};

static void
jobs_release(struct jobs *jobs)
{
    for (size_t i = 0; i < jobs->count; i++)
        sb_put_release(&jobs->items[i].put);
    free(jobs->items);
}

static int
read_jobs(struct sb_call *call, const char *name, int version, struct jobs *out)
{
    struct sb_walk walk = sb_walk_start(call->request->info);
    int code = HV_CODE_OK;
    xmlNode *node;

    while (!code && (node = sb_walk_take(&walk, name))) {
        struct job *job;

        if (out->count == MAX_PUTS)
            return sb_refuse(call->answer, SB_CODE_TOO_MANY_THINGS, NULL,
                             "more than %d things in one call", MAX_PUTS);
        out->items =
            hv_realloc_array(out->items, out->count + 1, sizeof(*out->items));
        job = &out->items[out->count++];
        *job = (struct job){ 0 };
        code = version > 0 ? sb_put_read(call, node, version, &job->put)
                           : sb_put_key_read(call, node, &job->put);
    }
    if (!code && (out->count == 0 || !sb_walk_is_done(&walk)))
        code = sb_schema(call->answer, "info does not hold one thing or more");
    return code;
}

/* ------------------------------------------------------------ judging -- */

static int
check_right(struct sb_call *call, const struct hv_guid *type, int64_t eff_ms,
            unsigned right)
{
    if (sb_call_rights(call, type, &eff_ms) & right)
        return HV_CODE_OK;
    return sb_refuse(call->answer, HV_CODE_ACCESS_DENIED, "type-id",
                     "type-id: the application may not do that to the type");
}

/* The thing that a key names, as it has to be for a change; who has no right
 * to that change is told so before anything else about the thing. */
static int
find_current(struct sb_call *call, const struct jobs *jobs, struct job *job,
             enum sb_right right)
{
    const struct sb_platform *p = call->platform;
    const struct sb_thing *thing = sb_thing_find(p, &job->put.id);
    const char *field = "thing-id";
    int code;

    if (!thing || &p->records[thing->record] != call->record)
        return sb_refuse(call->answer, SB_CODE_INVALID_THING, field,
                         "thing-id: the record has no such thing");
    code = check_right(call, &thing->type, thing->eff_ms, right);
    if (code)
        return code;
    if (!job->put.has_stamp)
        return sb_refuse(call->answer, SB_CODE_STAMP_MISSING, field,
                         "thing-id: it has no version-stamp");
    job->thing = (size_t)(thing - p->things);
    job->type = thing->type;
    if (thing->is_deleted)
        return sb_refuse(call->answer, SB_CODE_THING_STATE, field,
                         "thing-id: the thing is deleted");
    for (const struct job *before = jobs->items; before < job; before++)
        if (before->put.has_id && before->thing == job->thing)
            return sb_refuse(call->answer, SB_CODE_STAMP_MISMATCH, field,
                             "thing-id: the same thing comes twice");
    if (!hv_guid_equal(&thing->stamp, &job->put.stamp))
        return sb_refuse(call->answer, SB_CODE_STAMP_MISMATCH, field,
                         "thing-id: the thing was changed meanwhile");
    return HV_CODE_OK;
}

/* The element must be the one of the type. */
static int
check_data(struct sb_call *call, const struct job *job)
{
    const struct hv_thing_type *type = hv_thing_type_find(&job->type);

    if (strcmp(job->put.root, type->root) == 0)
        return HV_CODE_OK;
    return sb_refuse(call->answer, HV_CODE_INVALID_XML, "data-xml",
                     "data-xml: it holds %.80s, the type wants %.80s",
                     job->put.root, type->root);
}

static bool
has_one(const struct sb_call *call, const struct hv_guid *type)
{
    const struct sb_platform *p = call->platform;

    for (size_t i = 0; i < call->record->thing_count; i++) {
        const struct sb_thing *thing = &p->things[call->record->by_date[i]];

        if (!thing->is_deleted && sb_same_type(&thing->type, type))
            return true;
    }
    return false;
}

/* Where the thing goes to, as far as the effective date tells. */
static int64_t
new_date(const struct sb_call *call, const struct job *job)
{
    return job->put.has_when ? job->put.when_ms : call->now_ms;
}

static int
check_create(struct sb_call *call, const struct jobs *jobs, struct job *job)
{
    unsigned rules;
    int code;

    if (!job->put.has_type)
        return sb_schema(call->answer, "a new thing has no type-id");
    if (!job->put.data)
        return sb_schema(call->answer, "a new thing has no data-xml");
    job->type = job->put.type;
    if (sb_type_family(&job->type) < 0)
        return sb_refuse(call->answer, SB_CODE_INVALID_TYPE, "type-id",
                         "type-id: there is no such type");
    code = check_right(call, &job->type, new_date(call, job), SB_MAY_CREATE);
    if (code)
        return code;
    rules = sb_type_rules(&job->type);
    if (rules & SB_TYPE_ABSTRACT)
        return sb_refuse(call->answer, SB_CODE_TYPE_UNCREATABLE, "type-id",
                         "type-id: there are no things of that type");
    if (rules & SB_TYPE_SINGLETON) {
        bool is_there = has_one(call, &job->type);

        for (const struct job *before = jobs->items; before < job; before++)
            is_there |=
                !before->put.has_id && sb_same_type(&before->type, &job->type);
        if (is_there)
            return sb_refuse(call->answer, SB_CODE_TYPE_UNCREATABLE, "type-id",
                             "type-id: the record has its one thing of that "
                             "type");
    }
    return check_data(call, job);
}

static int
check_update(struct sb_call *call, const struct jobs *jobs, struct job *job)
{
    int code = find_current(call, jobs, job, SB_MAY_UPDATE);

    if (code)
        return code;
    if (sb_type_rules(&job->type) & SB_TYPE_IMMUTABLE)
        return sb_refuse(call->answer, SB_CODE_TYPE_IMMUTABLE, "type-id",
                         "type-id: things of that type are not updated");
    if (job->put.has_type && !sb_same_type(&job->put.type, &job->type))
        return sb_refuse(call->answer, SB_CODE_INVALID_TYPE, "type-id",
                         "type-id: the thing is of another type");
    job->is_nothing = !job->put.data;
    if (job->is_nothing)
        return HV_CODE_OK;
    if (job->put.has_type) {
        if (sb_type_rank(&job->put.type) < sb_type_rank(&job->type))
            return sb_refuse(call->answer, SB_CODE_TYPE_VERSION, "type-id",
                             "type-id: the thing is of a newer version");
        job->type = job->put.type;
    }
    return check_data(call, job);
}

/* An update needs the right where the thing is, and where it goes to. */
static int
check_put(struct sb_call *call, const struct jobs *jobs, struct job *job)
{
    int code;

    if (!job->put.has_id)
        return check_create(call, jobs, job);
    code = check_update(call, jobs, job);
    if (!code && !job->is_nothing)
        code =
            check_right(call, &job->type, new_date(call, job), SB_MAY_UPDATE);
    return code;
}

static int
check_remove(struct sb_call *call, const struct jobs *jobs, struct job *job)
{
    int code = find_current(call, jobs, job, SB_MAY_DELETE);

    if (!code && (sb_type_rules(&job->type) & SB_TYPE_ABSTRACT))
        code = sb_refuse(call->answer, SB_CODE_TYPE_UNDELETABLE, "thing-id",
                         "thing-id: things of that type are not deleted");
    return code;
}

/* -------------------------------------------------------------- doing -- */

static struct sb_by
doer(const struct sb_call *call)
{
    return (struct sb_by){
        .app = call->app->id,
        .person = call->person->id,
        .avenue = call->avenue,
    };
}

static void
raise(struct sb_call *call, size_t index)
{
    const struct sb_thing *thing = &call->platform->things[index];
    const struct sb_news news = {
        .record = thing->record,
        .thing = thing->id,
        .type = thing->type,
        .eff_ms = thing->eff_ms,
        .by = call->app,
        .now_ms = call->now_ms,
    };

    sb_raise(call->platform, &news);
}

static size_t
carry_out(struct sb_call *call, const struct job *job)
{
    struct sb_platform *p = call->platform;
    const struct sb_put *put = &job->put;
    struct sb_by by = doer(call);
    struct sb_thing_text text = {
        .data = put->data,
        .common = put->common,
        .tags = put->tags,
        .client_id = put->client_id,
        .eff_ms = put->has_when ? &put->when_ms : NULL,
    };
    size_t index = job->thing;

    if (job->is_nothing)
        return index;
    if (put->has_id)
        sb_thing_update(p, index, &job->type, &text, &by, call->now_ms);
    else
        index = sb_thing_create(p, (size_t)(call->record - p->records),
                                &job->type, &text, &by, call->now_ms);
    raise(call, index);
    return index;
}

static int
check_room(struct sb_call *call, const struct jobs *jobs)
{
    size_t more = 0;

    for (size_t i = 0; i < jobs->count; i++)
        more += !jobs->items[i].put.has_id;
    if (call->platform->thing_count + more <= SB_MAX_THINGS)
        return HV_CODE_OK;
    return sb_refuse(call->answer, SB_CODE_QUOTA, NULL,
                     "the sandbox holds %d things, more do not fit",
                     SB_MAX_THINGS);
}

static int
put_things(struct sb_call *call, int version)
{
    struct jobs jobs = { 0 };
    int code = read_jobs(call, "thing", version, &jobs);

    for (size_t i = 0; !code && i < jobs.count; i++)
        code = check_put(call, &jobs, &jobs.items[i]);
    if (!code)
        code = check_room(call, &jobs);
    for (size_t i = 0; !code && i < jobs.count; i++) {
        size_t index = carry_out(call, &jobs.items[i]);
        const struct sb_thing *thing = &call->platform->things[index];

        sb_add_key(call->answer, &thing->id, &thing->stamp);
    }
    jobs_release(&jobs);
    return code;
}

int
sb_put_things_1(struct sb_call *call)
{
    return put_things(call, 1);
}

int
sb_put_things_2(struct sb_call *call)
{
    return put_things(call, 2);
}

int
sb_remove_things(struct sb_call *call)
{
    struct jobs jobs = { 0 };
    struct sb_by by = doer(call);
    int code = read_jobs(call, "thing-id", 0, &jobs);

    for (size_t i = 0; !code && i < jobs.count; i++)
        code = check_remove(call, &jobs, &jobs.items[i]);
    for (size_t i = 0; !code && i < jobs.count; i++) {
        sb_thing_delete(call->platform, jobs.items[i].thing, &by, call->now_ms);
        raise(call, jobs.items[i].thing);
    }
    jobs_release(&jobs);
    return code;
}
