/*
 * keep_rows.c - the keys of rows, and the row of what stands under a key.
 * Called by keep.c; the fields are in keep_fields.c, the way back in
 * keep_back.c. Pure.
 */
#include "sandbox/keep_rows.h"

#include "hvconsole/clock.h"
#include "sandbox/keep_fields.h"

#include <string.h>

/* --------------------------------------------------------------- keys -- */

static bool
by_number(enum sb_kind kind, int64_t number, struct sb_row_key *out)
{
    *out = (struct sb_row_key){
        .kind = kind,
        .is_number = true,
        .number = number,
    };
    return true;
}

static bool
by_bytes(enum sb_kind kind, const uint8_t *bytes, size_t len,
         struct sb_row_key *out)
{
    *out = (struct sb_row_key){ .kind = kind, .len = len };
    memcpy(out->bytes, bytes, len);
    return true;
}

void
sb_row_key_of_op(const struct sb_platform *p, size_t record, size_t index,
                 struct sb_row_key *out)
{
    (void)by_number(SB_KIND_OP,
                    ((int64_t)record << SB_OP_SHIFT) |
                        p->records[record].ops[index].sequence,
                    out);
}

bool
sb_row_key(const struct sb_platform *p, enum sb_kind kind, size_t index,
           struct sb_row_key *out)
{
    switch (kind) {
    case SB_KIND_SESSION:
        return false;
    case SB_KIND_OP:
        if (p->records[index].op_count == 0)
            return false;
        sb_row_key_of_op(p, index, p->records[index].op_count - 1, out);
        return true;
    case SB_KIND_PENDING:
        return by_bytes(kind, p->pendings[index].digest,
                        sizeof(p->pendings[index].digest), out);
    case SB_KIND_USER:
        return by_bytes(kind, p->users[index].digest,
                        sizeof(p->users[index].digest), out);
    case SB_KIND_SUB:
        return by_bytes(kind, p->subs[index].id.b, sizeof(p->subs[index].id.b),
                        out);
    case SB_KIND_PERSON:
    case SB_KIND_RECORD:
    case SB_KIND_GRANT:
    case SB_KIND_APP:
    case SB_KIND_AUTH:
    case SB_KIND_THING:
    case SB_KIND_KEYS:
    case SB_KIND_BATCH:
    case SB_KIND_FAULT:
    case SB_KIND_CLOCK:
        break;
    }
    return by_number(kind, (int64_t)index, out);
}

bool
sb_row_key_equal(const struct sb_row_key *a, const struct sb_row_key *b)
{
    return a->kind == b->kind && a->is_number == b->is_number &&
           a->number == b->number && a->len == b->len &&
           memcmp(a->bytes, b->bytes, a->len) == 0;
}

/* ------------------------------------------------------------ writing -- */

static bool
write_op(struct sb_platform *p, int64_t number, struct sb_pack *pack)
{
    struct sb_record *record = &p->records[number >> SB_OP_SHIFT];
    int64_t sequence = number & (((int64_t)1 << SB_OP_SHIFT) - 1);

    for (size_t i = record->op_count; i-- > 0;)
        if (record->ops[i].sequence == sequence) {
            sb_fields_op(pack, &record->ops[i]);
            return true;
        }
    return false;
}

static bool
write_pending(struct sb_platform *p, const struct sb_row_key *key,
              struct sb_pack *pack)
{
    for (size_t i = 0; i < p->pending_count; i++)
        if (memcmp(p->pendings[i].digest, key->bytes, key->len) == 0) {
            sb_fields_pending(pack, &p->pendings[i]);
            return true;
        }
    return false;
}

static bool
write_user(struct sb_platform *p, const struct sb_row_key *key,
           struct sb_pack *pack)
{
    for (size_t i = p->user_count; i-- > 0;)
        if (memcmp(p->users[i].digest, key->bytes, key->len) == 0) {
            sb_fields_user(pack, &p->users[i]);
            return true;
        }
    return false;
}

static bool
write_sub(struct sb_platform *p, const struct sb_row_key *key,
          struct sb_pack *pack)
{
    struct hv_guid id;
    struct sb_sub *sub;

    memcpy(id.b, key->bytes, sizeof(id.b));
    sub = sb_sub_find(p, &id);
    if (sub)
        sb_fields_sub(pack, sub);
    return sub != NULL;
}

static bool
write_batch(struct sb_platform *p, int64_t number, struct sb_pack *pack)
{
    struct sb_batch *batch = sb_queue_find(&p->queue, (uint64_t)number);

    if (batch)
        sb_fields_batch(pack, batch);
    return batch != NULL;
}

bool
sb_row_write(struct sb_platform *p, const struct sb_row_key *key,
             struct sb_pack *pack)
{
    size_t at = (size_t)key->number;

    switch (key->kind) {
    case SB_KIND_PERSON:
        sb_fields_person(pack, &p->persons[at]);
        return true;
    case SB_KIND_RECORD:
        sb_fields_record(pack, &p->records[at]);
        return true;
    case SB_KIND_GRANT:
        sb_fields_grant(pack, &p->grants[at]);
        return true;
    case SB_KIND_APP:
        sb_fields_app(pack, &p->apps[at]);
        return true;
    case SB_KIND_PENDING:
        return write_pending(p, key, pack);
    case SB_KIND_AUTH:
        sb_fields_auth(pack, &p->auths[at]);
        return true;
    case SB_KIND_THING:
        sb_fields_thing(pack, &p->things[at]);
        return true;
    case SB_KIND_OP:
        return write_op(p, key->number, pack);
    case SB_KIND_USER:
        return write_user(p, key, pack);
    case SB_KIND_SUB:
        return write_sub(p, key, pack);
    case SB_KIND_KEYS:
        sb_fields_keys(pack, p);
        return true;
    case SB_KIND_BATCH:
        return write_batch(p, key->number, pack);
    case SB_KIND_FAULT:
        sb_fields_faults(pack, &p->faults);
        return true;
    case SB_KIND_CLOCK:
        sb_fields_clock(pack, &p->clock, hv_clock_now_ms());
        return true;
    case SB_KIND_SESSION:
        break;
    }
    return false;
}
