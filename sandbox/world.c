/*
 * world.c - the seeded world: three people, five records, things of several
 * types, one application. The same seed gives the same ids.
 * Called by sandbox.c and the tests; no I/O, no clock: its dates are fixed.
 */
#include "sandbox/model.h"

#include "hvconsole/limits.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

#define WORLD_START_MS 1735722000000LL /* 2025-01-01T09:00:00Z */
#define DAY_MS         86400000LL

/* Sebastiano Vigna's splitmix64: small, well mixed, and only for ids that
 * anybody may guess. */
static uint64_t
next_random(uint64_t *state)
{
    uint64_t z = *state += 0x9e3779b97f4a7c15ULL;

    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31);
}

static struct hv_guid
next_guid(uint64_t *state)
{
    struct hv_guid id;

    for (size_t half = 0; half < 2; half++) {
        uint64_t bits = next_random(state);

        for (size_t i = 0; i < 8; i++)
            id.b[half * 8 + i] = (uint8_t)(bits >> (8 * i));
    }
    id.b[6] = (uint8_t)((id.b[6] & 0x0f) | 0x40);
    id.b[8] = (uint8_t)((id.b[8] & 0x3f) | 0x80);
    return id;
}

static const struct {
    const char *name;
    const char *state;
    size_t selected;
    int day; /* of the authorisation, from the start */
} people[] = {
    { "Ada Quill", "WA", 0, 20 },
    { "Marcus Lindgren", "OR", 2, 27 },
    { "Ines Okafor", "CA", 3, 41 },
};

static const char *const records[] = {
    "Ada Quill",   "Theo Quill",     "Marcus Lindgren",
    "Ines Okafor", "Beatriz Okafor",
};

/* Theo's record is shared by two people: a change raises two events. */
static const struct sb_grant grants[] = {
    { 0, 0, true, 1, "Self" }, { 0, 1, true, 5, "Son" },
    { 1, 2, true, 1, "Self" }, { 1, 1, false, 5, "Son" },
    { 2, 3, true, 1, "Self" }, { 2, 4, true, 2, "Mother" },
};

/* blood pressure, blood glucose, weight, height */
static const char *const seeded_types[] = {
    "ca3c57f4-f4c1-4e15-be67-0a3caf5414ed",
    "879e7c04-4e8a-4707-9ad3-b054df467ce4",
    "3d34d87e-7fc1-4153-800f-f56592cb0d17",
    "40750a6a-89b2-455c-bd8d-b420a4cb500b",
};

static void
seed_things(struct sb_platform *p, uint64_t *state, size_t record)
{
    for (size_t i = 0; i < 2 * HV_LEN(seeded_types); i++) {
        struct sb_thing *thing = &p->things[p->thing_count++];
        int64_t day = (int64_t)(next_random(state) % 300);

        *thing = (struct sb_thing){
            .id = next_guid(state),
            .stamp = next_guid(state),
            .record = record,
            .created_ms = WORLD_START_MS + day * DAY_MS,
        };
        thing->updated_ms = thing->created_ms;
        if (hv_guid_parse(seeded_types[i / 2], &thing->type))
            abort(); /* the table above is ours */
        p->records[record].sequence++;
        if (p->records[record].updated_ms < thing->updated_ms)
            p->records[record].updated_ms = thing->updated_ms;
    }
}

static void
seed_people(struct sb_platform *p, uint64_t *state)
{
    p->person_count = HV_LEN(people);
    p->persons = hv_calloc(p->person_count, sizeof(*p->persons));
    for (size_t i = 0; i < p->person_count; i++)
        p->persons[i] = (struct sb_person){
            .id = next_guid(state),
            .name = people[i].name,
            .state = people[i].state,
            .selected = people[i].selected,
            .authorised_ms = WORLD_START_MS + people[i].day * DAY_MS,
        };
    p->grant_count = HV_LEN(grants);
    p->grants = hv_calloc(p->grant_count, sizeof(*p->grants));
    memcpy(p->grants, grants, sizeof(grants));
}

void
sb_platform_init(struct sb_platform *p, uint32_t seed)
{
    uint64_t state = seed;

    if (p->token_life_ms <= 0)
        p->token_life_ms = SB_TOKEN_LIFE_MS;
    if (p->overlap_ms <= 0)
        p->overlap_ms = SB_OVERLAP_MS;
    p->queue.last = &p->queue.first;
    p->apps = hv_calloc(1, sizeof(*p->apps));
    p->app_count = 1;
    p->apps[0].id = next_guid(&state);
    p->apps[0].limit = HV_MAX_SUBS;
    hv_copy(p->apps[0].name, sizeof(p->apps[0].name), "Seeded application");
    seed_people(p, &state);
    p->record_count = HV_LEN(records);
    p->records = hv_calloc(p->record_count, sizeof(*p->records));
    p->thing_room = p->record_count * 2 * HV_LEN(seeded_types);
    p->things = hv_calloc(p->thing_room, sizeof(*p->things));
    for (size_t i = 0; i < p->record_count; i++) {
        p->records[i] = (struct sb_record){
            .id = next_guid(&state),
            .name = records[i],
            .created_ms = WORLD_START_MS + (int64_t)i * DAY_MS,
            .updated_ms = WORLD_START_MS + (int64_t)i * DAY_MS,
        };
        seed_things(p, &state, i);
    }
}

const struct sb_person *
sb_person_find(const struct sb_platform *p, const struct hv_guid *id)
{
    for (size_t i = 0; i < p->person_count; i++)
        if (hv_guid_equal(&p->persons[i].id, id))
            return &p->persons[i];
    return NULL;
}

struct sb_sub *
sb_sub_find(const struct sb_platform *p, const struct hv_guid *id)
{
    for (size_t i = 0; i < p->sub_count; i++)
        if (hv_guid_equal(&p->subs[i].id, id))
            return &p->subs[i];
    return NULL;
}

size_t
sb_sub_count_of(const struct sb_platform *p, const struct hv_guid *app)
{
    size_t count = 0;

    for (size_t i = 0; i < p->sub_count; i++)
        count += hv_guid_equal(&p->subs[i].app, app);
    return count;
}

void
sb_sub_release(struct sb_sub *sub)
{
    hv_secret_release(&sub->key.key);
    hv_secret_release(&sub->old_key.key);
    free(sub->url);
    free(sub->types);
    *sub = (struct sb_sub){ 0 };
}

void
sb_sub_remove(struct sb_platform *p, struct sb_sub *sub)
{
    size_t index = (size_t)(sub - p->subs);

    sb_queue_drop(&p->queue, &sub->id);
    sb_sub_release(sub);
    memmove(sub, sub + 1, (p->sub_count - index - 1) * sizeof(*sub));
    p->sub_count--;
}

static void
session_release(struct sb_session *session)
{
    hv_secret_release(&session->secret);
    *session = (struct sb_session){ 0 };
}

static void
token_digest(const char *token, uint8_t out[32])
{
    if (EVP_Digest(token, strlen(token), out, NULL, EVP_sha256(), NULL) != 1)
        abort(); /* no SHA-256: nothing here can work */
}

void
sb_session_add(struct sb_platform *p, const char *token,
               const struct hv_guid *app, enum sb_hash hmac,
               struct hv_secret *secret, int64_t expires_ms)
{
    struct sb_session *session;

    if (p->session_count == SB_MAX_SESSIONS) {
        session_release(&p->sessions[0]);
        p->session_count--;
        memmove(p->sessions, p->sessions + 1,
                p->session_count * sizeof(*p->sessions));
    } else {
        p->sessions = hv_realloc_array(p->sessions, p->session_count + 1,
                                       sizeof(*p->sessions));
    }
    session = &p->sessions[p->session_count++];
    *session = (struct sb_session){
        .app = *app,
        .hmac = hmac,
        .secret = hv_secret_take(secret),
        .expires_ms = expires_ms,
    };
    token_digest(token, session->digest);
}

struct sb_session *
sb_session_find(const struct sb_platform *p, const char *token)
{
    uint8_t digest[32];

    token_digest(token, digest);
    for (size_t i = 0; i < p->session_count; i++)
        if (CRYPTO_memcmp(p->sessions[i].digest, digest, sizeof(digest)) == 0)
            return &p->sessions[i];
    return NULL;
}

void
sb_platform_release(struct sb_platform *p)
{
    sb_queue_release(&p->queue);
    for (size_t i = 0; i < p->sub_count; i++)
        sb_sub_release(&p->subs[i]);
    for (size_t i = 0; i < p->session_count; i++)
        session_release(&p->sessions[i]);
    for (size_t i = 0; i < p->app_count; i++)
        sb_app_release(&p->apps[i]);
    free(p->subs);
    free(p->sessions);
    free(p->apps);
    free(p->things);
    free(p->grants);
    free(p->records);
    free(p->persons);
    *p = (struct sb_platform){ 0 };
}
