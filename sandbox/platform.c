/*
 * platform.c - the lists of the platform: people, records, ties between them
 * and subscriptions; who hears of changes; the seeded numbers.
 * Called by all of the sandbox. No I/O, no clock.
 */
#include "sandbox/model.h"

#include <stdlib.h>
#include <string.h>

void
sb_touch(struct sb_platform *p, enum sb_kind kind, size_t index)
{
    if (p->hooks.touched)
        p->hooks.touched(p->hooks.arg, kind, index);
}

void
sb_gone(struct sb_platform *p, enum sb_kind kind, size_t index)
{
    if (p->hooks.gone)
        p->hooks.gone(p->hooks.arg, kind, index);
}

/* Sebastiano Vigna's splitmix64: small, well mixed, and only for what anybody
 * may guess. */
uint64_t
sb_random(uint64_t *state)
{
    uint64_t z = *state += 0x9e3779b97f4a7c15ULL;

    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31);
}

struct hv_guid
sb_random_guid(uint64_t *state)
{
    struct hv_guid id;

    for (size_t half = 0; half < 2; half++) {
        uint64_t bits = sb_random(state);

        for (size_t i = 0; i < 8; i++)
            id.b[half * 8 + i] = (uint8_t)(bits >> (8 * i));
    }
    id.b[6] = (uint8_t)((id.b[6] & 0x0f) | 0x40);
    id.b[8] = (uint8_t)((id.b[8] & 0x3f) | 0x80);
    return id;
}

/* --------------------------------------------------- people, records -- */

const struct sb_person *
sb_person_find(const struct sb_platform *p, const struct hv_guid *id)
{
    for (size_t i = 0; i < p->person_count; i++)
        if (hv_guid_equal(&p->persons[i].id, id))
            return &p->persons[i];
    return NULL;
}

struct sb_record *
sb_record_find(const struct sb_platform *p, const struct hv_guid *id)
{
    for (size_t i = 0; i < p->record_count; i++)
        if (hv_guid_equal(&p->records[i].id, id))
            return &p->records[i];
    return NULL;
}

struct sb_grant *
sb_grant_find(const struct sb_platform *p, size_t person, size_t record)
{
    for (size_t i = 0; i < p->grant_count; i++)
        if (p->grants[i].person == person && p->grants[i].record == record)
            return &p->grants[i];
    return NULL;
}

size_t
sb_record_custodian(const struct sb_platform *p, size_t record)
{
    for (size_t i = 0; i < p->grant_count; i++)
        if (p->grants[i].record == record && p->grants[i].is_custodian)
            return p->grants[i].person;
    return 0;
}

/* hv_copy(), but never with half a character at the end. */
static void
copy_name(char *out, size_t size, const char *name)
{
    size_t len;

    if (hv_copy(out, size, name))
        return;
    for (len = strlen(out); len > 0 && (out[len - 1] & 0xc0) == 0x80; len--)
        ;
    out[len > 0 ? len - 1 : 0] = '\0';
}

void *
sb_room(void *items, size_t count, size_t size)
{
    if (count & (count - 1))
        return items;
    return hv_realloc_array(items, count ? 2 * count : 1, size);
}

size_t
sb_person_add(struct sb_platform *p, const struct hv_guid *id, const char *name,
              const char *country, const char *state, int64_t now_ms)
{
    struct sb_person *person;

    p->persons = sb_room(p->persons, p->person_count, sizeof(*p->persons));
    person = &p->persons[p->person_count++];
    *person = (struct sb_person){ .id = *id, .authorised_ms = now_ms };
    copy_name(person->name, sizeof(person->name), name);
    hv_copy(person->country, sizeof(person->country), country);
    hv_copy(person->state, sizeof(person->state), state);
    sb_touch(p, SB_KIND_PERSON, p->person_count - 1);
    return p->person_count - 1;
}

size_t
sb_record_add(struct sb_platform *p, const struct hv_guid *id, const char *name,
              const char *country, const char *region, int64_t now_ms)
{
    struct sb_record *record;

    p->records = sb_room(p->records, p->record_count, sizeof(*p->records));
    record = &p->records[p->record_count++];
    *record = (struct sb_record){
        .id = *id,
        .created_ms = now_ms,
        .updated_ms = now_ms,
    };
    copy_name(record->name, sizeof(record->name), name);
    hv_copy(record->country, sizeof(record->country), country);
    hv_copy(record->region, sizeof(record->region), region);
    sb_touch(p, SB_KIND_RECORD, p->record_count - 1);
    return p->record_count - 1;
}

size_t
sb_grant_add(struct sb_platform *p, size_t person, size_t record,
             bool is_custodian, int rel_type, const char *rel_name)
{
    struct sb_grant *grant;

    p->grants = sb_room(p->grants, p->grant_count, sizeof(*p->grants));
    grant = &p->grants[p->grant_count++];
    *grant = (struct sb_grant){
        .person = person,
        .record = record,
        .is_custodian = is_custodian,
        .rel_type = rel_type,
    };
    copy_name(grant->rel_name, sizeof(grant->rel_name), rel_name);
    sb_touch(p, SB_KIND_GRANT, p->grant_count - 1);
    return p->grant_count - 1;
}

void
sb_record_set_state(struct sb_platform *p, size_t record,
                    enum sb_record_state state)
{
    p->records[record].state = state;
    sb_touch(p, SB_KIND_RECORD, record);
}

void
sb_record_rename(struct sb_platform *p, size_t record, const char *name,
                 int64_t now_ms)
{
    copy_name(p->records[record].name, sizeof(p->records[record].name), name);
    p->records[record].updated_ms = now_ms;
    sb_touch(p, SB_KIND_RECORD, record);
}

/* ------------------------------------------------------ subscriptions -- */

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

size_t
sb_sub_add(struct sb_platform *p, struct sb_sub *sub)
{
    p->subs = hv_realloc_array(p->subs, p->sub_count + 1, sizeof(*p->subs));
    p->subs[p->sub_count++] = *sub;
    *sub = (struct sb_sub){ 0 };
    sb_touch(p, SB_KIND_SUB, p->sub_count - 1);
    return p->sub_count - 1;
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

    sb_queue_drop(p, &sub->id);
    sb_gone(p, SB_KIND_SUB, index);
    sb_sub_release(sub);
    memmove(sub, sub + 1, (p->sub_count - index - 1) * sizeof(*sub));
    p->sub_count--;
}
