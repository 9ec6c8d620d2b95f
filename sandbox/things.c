/*
 * things.c - the only writer of things: versions, audits, operations, and the
 * two indexes (by id, and by date in each record) that keep a full platform
 * quick. Called by the methods, emit and those who load a state. Raises no
 * event, does no I/O.
 */
#include "sandbox/model.h"

#include <stdlib.h>
#include <string.h>

#define FIRST_SLOTS 1024 /* a power of two */

/* -------------------------------------------------------------- by id -- */

/* Ids are random, or chosen to look so; FNV-1a all the same. */
static size_t
hash(const struct hv_guid *id)
{
    uint64_t h = 0xcbf29ce484222325ULL;

    for (size_t i = 0; i < sizeof(id->b); i++)
        h = (h ^ id->b[i]) * 0x100000001b3ULL;
    return (size_t)(h ^ (h >> 32));
}

/* Where @id is, or would be: slots hold the index + 1. */
static size_t
slot_of(const struct sb_platform *p, const struct hv_guid *id)
{
    size_t at = hash(id) & (p->thing_slots - 1);

    while (p->thing_index[at] > 0 &&
           !hv_guid_equal(&p->things[p->thing_index[at] - 1].id, id))
        at = (at + 1) & (p->thing_slots - 1);
    return at;
}

static void
index_thing(struct sb_platform *p, size_t thing)
{
    if (2 * p->thing_count >= p->thing_slots) {
        p->thing_slots = p->thing_slots ? 2 * p->thing_slots : FIRST_SLOTS;
        free(p->thing_index);
        p->thing_index = hv_calloc(p->thing_slots, sizeof(*p->thing_index));
        for (size_t i = 0; i < p->thing_count; i++)
            p->thing_index[slot_of(p, &p->things[i].id)] = (uint32_t)(i + 1);
    }
    p->thing_index[slot_of(p, &p->things[thing].id)] = (uint32_t)(thing + 1);
}

struct sb_thing *
sb_thing_find(const struct sb_platform *p, const struct hv_guid *id)
{
    uint32_t found = p->thing_slots ? p->thing_index[slot_of(p, id)] : 0;

    return found > 0 ? &p->things[found - 1] : NULL;
}

/* ------------------------------------------------------------ by date -- */

/* Newest effective date first, then what came last. */
static bool
is_before(const struct sb_platform *p, uint32_t a, uint32_t b)
{
    int64_t one = p->things[a].eff_ms;
    int64_t two = p->things[b].eff_ms;

    return one != two ? one > two : a > b;
}

static size_t
date_place(const struct sb_platform *p, const struct sb_record *record,
           uint32_t thing)
{
    size_t low = 0;
    size_t high = record->thing_count;

    while (low < high) {
        size_t mid = low + (high - low) / 2;

        if (is_before(p, record->by_date[mid], thing))
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

static void
date_add(struct sb_platform *p, size_t thing)
{
    struct sb_record *record = &p->records[p->things[thing].record];
    size_t at = date_place(p, record, (uint32_t)thing);

    if (record->thing_count == record->thing_room) {
        record->thing_room += record->thing_room / 2 + 64;
        record->by_date = hv_realloc_array(record->by_date, record->thing_room,
                                           sizeof(*record->by_date));
    }
    memmove(record->by_date + at + 1, record->by_date + at,
            (record->thing_count - at) * sizeof(*record->by_date));
    record->by_date[at] = (uint32_t)thing;
    record->thing_count++;
}

static void
date_remove(struct sb_platform *p, size_t thing)
{
    struct sb_record *record = &p->records[p->things[thing].record];
    size_t at = date_place(p, record, (uint32_t)thing);

    record->thing_count--;
    memmove(record->by_date + at, record->by_date + at + 1,
            (record->thing_count - at) * sizeof(*record->by_date));
}

/* --------------------------------------------------------- operations -- */

static void
op_add(struct sb_record *record, const struct sb_op *op)
{
    if (record->op_count == SB_MAX_OPS) {
        record->op_count /= 2;
        memmove(record->ops, record->ops + record->op_count,
                record->op_count * sizeof(*record->ops));
    }
    if (record->op_count == record->op_room) {
        record->op_room += record->op_room / 2 + 64;
        record->ops = hv_realloc_array(record->ops, record->op_room,
                                       sizeof(*record->ops));
    }
    record->ops[record->op_count++] = *op;
    record->sequence = op->sequence;
}

void
sb_op_restore(struct sb_platform *p, size_t record, const struct sb_op *op)
{
    op_add(&p->records[record], op);
}

/* What every change does to its record. */
static void
note_operation(struct sb_platform *p, const struct sb_thing *thing,
               enum sb_op_kind kind, int64_t now_ms)
{
    struct sb_record *record = &p->records[thing->record];
    const struct sb_op op = {
        .sequence = record->sequence + 1,
        .kind = kind,
        .thing = thing->id,
        .stamp = thing->stamp,
        .type = thing->type,
        .eff_ms = thing->eff_ms,
    };

    op_add(record, &op);
    record->updated_ms = now_ms;
    sb_touch(p, SB_KIND_THING, (size_t)(thing - p->things));
    sb_touch(p, SB_KIND_OP, thing->record);
    sb_touch(p, SB_KIND_RECORD, thing->record);
}

/* ------------------------------------------------------------ changes -- */

static char *
copy(const char *text)
{
    return text && text[0] ? hv_strdup(text) : NULL;
}

static void
texts_release(struct sb_thing *thing)
{
    free(thing->data);
    free(thing->common);
    free(thing->tags);
    free(thing->client_id);
    thing->data = thing->common = thing->tags = thing->client_id = NULL;
}

/* New texts first: @text may point at the old ones. */
static void
texts_take(struct sb_platform *p, struct sb_thing *thing,
           const struct sb_thing_text *text, int64_t now_ms)
{
    struct sb_thing old = *thing;
    struct hv_buf data = { 0 };

    thing->eff_ms = text->eff_ms ? *text->eff_ms : now_ms;
    thing->flags = text->flags;
    if (text->data)
        hv_buf_add_str(&data, text->data);
    else
        sb_data_make(&thing->type, &p->records[thing->record].id, thing->eff_ms,
                     &p->random, &data);
    thing->data = (char *)data.data;
    thing->common = copy(text->common);
    thing->tags = copy(text->tags);
    thing->client_id = copy(text->client_id);
    texts_release(&old);
}

static size_t
thing_new(struct sb_platform *p)
{
    if (p->thing_count == p->thing_room) {
        p->thing_room += p->thing_room / 2 + 64;
        p->things =
            hv_realloc_array(p->things, p->thing_room, sizeof(*p->things));
    }
    p->things[p->thing_count] = (struct sb_thing){ 0 };
    return p->thing_count++;
}

void
sb_thing_restore(struct sb_platform *p, struct sb_thing *thing)
{
    size_t index = thing_new(p);

    p->things[index] = *thing;
    *thing = (struct sb_thing){ 0 };
    p->records[p->things[index].record].active += !p->things[index].is_deleted;
    index_thing(p, index);
    date_add(p, index);
}

size_t
sb_thing_create(struct sb_platform *p, size_t record,
                const struct hv_guid *type, const struct sb_thing_text *text,
                const struct sb_by *by, int64_t now_ms)
{
    size_t index = thing_new(p);
    struct sb_thing *thing = &p->things[index];

    *thing = (struct sb_thing){
        .id = hv_guid_random(),
        .stamp = hv_guid_random(),
        .type = *type,
        .record = record,
        .created_ms = now_ms,
        .updated_ms = now_ms,
        .created_by = *by,
        .updated_by = *by,
    };
    texts_take(p, thing, text, now_ms);
    p->records[record].active++;
    index_thing(p, index);
    date_add(p, index);
    note_operation(p, thing, SB_OP_CREATE, now_ms);
    return index;
}

void
sb_thing_update(struct sb_platform *p, size_t index, const struct hv_guid *type,
                const struct sb_thing_text *text, const struct sb_by *by,
                int64_t now_ms)
{
    struct sb_thing *thing = &p->things[index];

    date_remove(p, index); /* it is found by the date it has now */
    thing->stamp = hv_guid_random();
    thing->type = *type;
    thing->updated_ms = now_ms;
    thing->updated_by = *by;
    texts_take(p, thing, text, now_ms);
    date_add(p, index);
    note_operation(p, thing, SB_OP_UPDATE, now_ms);
}

void
sb_thing_delete(struct sb_platform *p, size_t index, const struct sb_by *by,
                int64_t now_ms)
{
    struct sb_thing *thing = &p->things[index];

    thing->stamp = hv_guid_random();
    thing->is_deleted = true;
    thing->updated_ms = now_ms;
    thing->updated_by = *by;
    texts_release(thing);
    p->records[thing->record].active--;
    note_operation(p, thing, SB_OP_DELETE, now_ms);
}

void
sb_things_release(struct sb_platform *p)
{
    for (size_t i = 0; i < p->thing_count; i++)
        texts_release(&p->things[i]);
    for (size_t i = 0; i < p->record_count; i++) {
        free(p->records[i].by_date);
        free(p->records[i].ops);
    }
    free(p->things);
    free(p->thing_index);
    p->things = NULL;
    p->thing_index = NULL;
    p->thing_count = p->thing_room = p->thing_slots = 0;
}
