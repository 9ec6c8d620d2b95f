/*
 * world.c - the seeded world: three people, five records, things of many
 * types, one application that all of them let in. The same seed gives the same
 * world, to the last byte. Called by sandbox.c, the keeper of the state and
 * the tests; no I/O, no clock: its dates are fixed.
 */
#include "sandbox/model.h"

#include "hvconsole/limits.h"

#include <stdlib.h>
#include <string.h>

#define WORLD_START_MS    1735722000000LL /* 2025-01-01T09:00:00Z */
#define DAY_MS            86400000LL
#define THINGS_PER_RECORD 48

static const struct {
    const char *name;
    const char *state;
    int day; /* of the authorisation, from the start */
} people[] = {
    { "Ada Quill", "WA", 20 },
    { "Marcus Lindgren", "OR", 27 },
    { "Ines Okafor", "CA", 41 },
};

static const struct {
    const char *name;
    const char *state;
} records[] = {
    { "Ada Quill", "WA" },       { "Theo Quill", "WA" },
    { "Marcus Lindgren", "OR" }, { "Ines Okafor", "CA" },
    { "Beatriz Okafor", "CA" },
};

/* Theo's record is shared by two people: a change raises two events. The
 * first line of a person is the record they chose. */
static const struct {
    size_t person;
    size_t record;
    bool is_custodian;
    int rel_type;
    const char *rel_name;
} grants[] = {
    { 0, 0, true, 1, "Self" }, { 0, 1, true, 5, "Son" },
    { 1, 2, true, 1, "Self" }, { 1, 1, false, 5, "Son" },
    { 2, 3, true, 1, "Self" }, { 2, 4, true, 2, "Mother" },
};

/* What every record has behind its first measurements, once each: libraries
 * ask for a person's basics and trip when there are none. */
static const char *const profile[] = {
    "3b3e6b16-eb69-483c-8d7e-dfe116ae6092", /* basic demographic */
    "92ba621e-66b3-4a01-bd73-74844aed4f5b", /* personal demographic */
    "162dd12d-9859-4a66-b75f-96760d67072b", /* personal contact */
    "30cafccc-047d-4288-94ef-643571f7919d", /* medication */
    "52bf9104-2c5e-4f1f-a66d-552ebcc53df7", /* allergy */
    "7ea7a1f9-880b-4bd4-b593-f5660f20eda8", /* condition */
    "cd3587b5-b6e1-4565-ab3b-1c3ad45eb04f", /* immunization */
    "df4db479-a1ba-42a2-8714-2b083b88150f", /* procedure */
    "98f76958-e34f-459b-a760-83c1699add38", /* cholesterol */
    "62160199-b80f-4905-a55a-ac4ba825ceae", /* HbA1C */
    "b81eb4a6-6eac-4292-ae93-3872d6870994", /* heart rate */
    "3a54f95f-03d8-4f62-815f-f691fc94a500", /* blood oxygen saturation */
    "dd710b31-2b6f-45bd-9552-253562b9a7c1", /* body dimension */
    "5d8419af-90f0-4875-a370-0f881c18f6b3", /* peak flow */
    "11c52484-7f1a-11db-aeac-87d355d89593", /* sleep session */
    "4b7971d6-e427-427d-bf2c-2fbcf76606b3", /* emotional state */
    "4b18aeb6-5f01-444c-8c70-dbf13a2f510b", /* appointment */
};

/* How often each comes up among the rest, more or less. */
static const struct {
    const char *type;
    int weight;
} seeded_types[] = {
    { "ca3c57f4-f4c1-4e15-be67-0a3caf5414ed", 8 }, /* blood pressure */
    { "879e7c04-4e8a-4707-9ad3-b054df467ce4", 6 }, /* blood glucose */
    { "3d34d87e-7fc1-4153-800f-f56592cb0d17", 6 }, /* weight */
    { "40750a6a-89b2-455c-bd8d-b420a4cb500b", 2 }, /* height */
    { "30cafccc-047d-4288-94ef-643571f7919d", 2 }, /* medication */
    { "52bf9104-2c5e-4f1f-a66d-552ebcc53df7", 1 }, /* allergy */
    { "7ea7a1f9-880b-4bd4-b593-f5660f20eda8", 1 }, /* condition */
    { "cd3587b5-b6e1-4565-ab3b-1c3ad45eb04f", 1 }, /* immunization */
    { "85a21ddb-db20-4c65-8d30-33c899ccf612", 3 }, /* exercise */
};

/* ------------------------------------------------------------- things -- */

static const char *
type_at(uint64_t pick)
{
    int at = (int)(pick % 30);
    size_t i = 0;

    while (at >= seeded_types[i].weight)
        at -= seeded_types[i++].weight;
    return seeded_types[i].type;
}

/* The first two of each leading type and the profile are there in every
 * record: whoever tries the platform finds something to look at. */
static struct hv_guid
seeded_type(uint64_t *state, size_t index)
{
    static const int starts[] = { 0, 8, 14, 20 };
    const size_t leading = 2 * HV_LEN(starts);
    const char *text;
    struct hv_guid type;

    if (index < leading)
        text = type_at((uint64_t)starts[index / 2]);
    else if (index < leading + HV_LEN(profile))
        text = profile[index - leading];
    else
        text = type_at(sb_random(state));
    if (hv_guid_parse(text, &type))
        abort(); /* the tables above are ours */
    return type;
}

/* Some minute of the first 300 days on which people are up. */
static int64_t
waking_time(uint64_t pick)
{
    int64_t day = (int64_t)(pick % 300);
    int64_t minute = (int64_t)(pick / 300 % (14 * 60));

    return WORLD_START_MS + day * DAY_MS + minute * 60000 - 2 * 3600000;
}

static void
seed_thing(struct sb_platform *p, size_t record, size_t index)
{
    uint64_t *state = &p->random;
    struct hv_guid type = seeded_type(state, index);
    struct sb_by by = {
        .app = p->apps[0].id,
        .person = p->persons[sb_record_custodian(p, record)].id,
        .avenue = SB_ONLINE,
    };
    struct hv_buf data = { 0 };
    struct sb_thing thing = { .type = type, .record = record };
    struct sb_op op = { .kind = SB_OP_CREATE, .type = type };

    thing.id = sb_random_guid(state);
    thing.stamp = sb_random_guid(state);
    thing.eff_ms = waking_time(sb_random(state));
    thing.created_ms = thing.eff_ms + 1500;
    thing.updated_ms = thing.created_ms;
    thing.created_by = by;
    thing.updated_by = by;
    sb_data_make(&type, &p->records[record].id, thing.eff_ms, state, &data);
    thing.data = (char *)data.data;
    op.sequence = p->records[record].sequence + 1;
    op.thing = thing.id;
    op.stamp = thing.stamp;
    op.eff_ms = thing.eff_ms;
    if (p->records[record].updated_ms < thing.updated_ms)
        p->records[record].updated_ms = thing.updated_ms;
    sb_thing_restore(p, &thing);
    sb_op_restore(p, record, &op);
}

/* ------------------------------------------------------------- people -- */

static void
seed_people(struct sb_platform *p)
{
    struct hv_guid id;

    for (size_t i = 0; i < HV_LEN(people); i++) {
        id = sb_random_guid(&p->random);
        sb_person_add(p, &id, people[i].name, "US", people[i].state,
                      WORLD_START_MS + people[i].day * DAY_MS);
    }
    for (size_t i = 0; i < HV_LEN(records); i++) {
        id = sb_random_guid(&p->random);
        sb_record_add(p, &id, records[i].name, "US", records[i].state,
                      WORLD_START_MS + (int64_t)i * DAY_MS);
    }
    for (size_t i = 0; i < HV_LEN(grants); i++)
        sb_grant_add(p, grants[i].person, grants[i].record,
                     grants[i].is_custodian, grants[i].rel_type,
                     grants[i].rel_name);
    if (p->people > HV_LEN(people))
        sb_crowd_add(p, p->people - HV_LEN(people),
                     WORLD_START_MS + 50 * DAY_MS);
}

void
sb_platform_bare(struct sb_platform *p)
{
    if (p->token_life_ms <= 0)
        p->token_life_ms = SB_TOKEN_LIFE_MS;
    if (p->overlap_ms <= 0)
        p->overlap_ms = SB_OVERLAP_MS;
    if (p->skew_ms <= 0)
        p->skew_ms = SB_FUTURE_SKEW_MS;
    p->queue.last = &p->queue.first;
}

void
sb_platform_init(struct sb_platform *p, uint32_t seed)
{
    struct sb_app *app;
    struct hv_guid id;

    sb_platform_bare(p);
    p->random = seed;
    p->started_ms = WORLD_START_MS;
    id = sb_random_guid(&p->random);
    seed_people(p);
    if (sb_app_add(p, &id, NULL, NULL, 0, &app, NULL))
        abort(); /* the first one always fits */
    sb_app_set_name(p, app, "Seeded application");
    for (size_t r = 0; r < HV_LEN(records); r++)
        for (size_t i = 0; i < THINGS_PER_RECORD; i++)
            seed_thing(p, r, i);
}

void
sb_platform_release(struct sb_platform *p)
{
    sb_queue_release(&p->queue);
    sb_log_release(&p->log);
    for (size_t i = 0; i < p->sub_count; i++)
        sb_sub_release(&p->subs[i]);
    for (size_t i = 0; i < p->session_count; i++)
        hv_secret_release(&p->sessions[i].secret);
    for (size_t i = 0; i < p->app_count; i++)
        sb_app_release(&p->apps[i]);
    for (size_t i = 0; i < p->pending_count; i++)
        hv_secret_release(&p->pendings[i].secret);
    for (size_t i = 0; i < p->auth_count; i++)
        sb_auth_release(&p->auths[i]);
    sb_things_release(p);
    free(p->subs);
    free(p->sessions);
    free(p->users);
    free(p->apps);
    free(p->auths);
    free(p->grants);
    free(p->records);
    free(p->persons);
    *p = (struct sb_platform){ 0 };
}
