/*
 * keep_back.c - puts a row that was read back in its place in the model, if it
 * makes sense there. Called by keep.c; the fields are in keep_fields.c. Pure.
 */
#include "sandbox/keep_fields.h"
#include "sandbox/keep_rows.h"

#include <stdlib.h>

static bool
read_person(struct sb_platform *p, struct sb_pack *pack)
{
    struct sb_person person = { 0 };

    sb_fields_person(pack, &person);
    if (!sb_pack_is_done(pack) || p->person_count == SB_MAX_PERSONS)
        return false;
    (void)sb_person_add(p, &person.id, "", "", "", 0);
    p->persons[p->person_count - 1] = person;
    return true;
}

static bool
read_record(struct sb_platform *p, struct sb_pack *pack)
{
    struct sb_record record = { 0 };

    sb_fields_record(pack, &record);
    if (!sb_pack_is_done(pack) || p->record_count == SB_MAX_RECORDS)
        return false;
    (void)sb_record_add(p, &record.id, "", "", "", 0);
    p->records[p->record_count - 1] = record;
    return true;
}

static bool
read_grant(struct sb_platform *p, struct sb_pack *pack)
{
    struct sb_grant grant = { 0 };

    sb_fields_grant(pack, &grant);
    if (!sb_pack_is_done(pack) || grant.person >= p->person_count ||
        grant.record >= p->record_count)
        return false;
    (void)sb_grant_add(p, grant.person, grant.record, grant.is_custodian,
                       grant.rel_type, grant.rel_name);
    return true;
}

static bool
read_app(struct sb_platform *p, struct sb_pack *pack)
{
    struct sb_app *app = hv_calloc(1, sizeof(*app));
    bool is_good;

    sb_fields_app(pack, app);
    is_good = sb_pack_is_done(pack) && sb_app_restore(p, app, NULL) == HV_OK;
    sb_app_release(app);
    free(app);
    return is_good;
}

static bool
read_pending(struct sb_platform *p, struct sb_pack *pack)
{
    struct sb_pending pending = { 0 };

    sb_fields_pending(pack, &pending);
    if (!sb_pack_is_done(pack) || p->pending_count == SB_MAX_PENDING) {
        hv_secret_release(&pending.secret);
        return false;
    }
    p->pendings[p->pending_count++] = pending;
    return true;
}

static bool
read_auth(struct sb_platform *p, struct sb_pack *pack)
{
    struct sb_auth auth = { 0 };
    bool is_good;

    sb_fields_auth(pack, &auth);
    is_good = sb_pack_is_done(pack) && auth.app < p->app_count &&
              auth.person < p->person_count && auth.record < p->record_count;
    if (is_good)
        sb_auth_restore(p, &auth);
    sb_auth_release(&auth);
    return is_good;
}

static bool
read_thing(struct sb_platform *p, struct sb_pack *pack)
{
    struct sb_thing thing = { 0 };
    bool is_good;

    sb_fields_thing(pack, &thing);
    is_good = sb_pack_is_done(pack) && thing.record < p->record_count &&
              p->thing_count < SB_MAX_THINGS &&
              (thing.data || thing.is_deleted);
    if (is_good)
        sb_thing_restore(p, &thing);
    free(thing.data);
    free(thing.common);
    free(thing.tags);
    free(thing.client_id);
    return is_good;
}

static bool
read_op(struct sb_platform *p, int64_t number, struct sb_pack *pack)
{
    struct sb_op op = { 0 };
    int64_t record = number >> SB_OP_SHIFT;

    sb_fields_op(pack, &op);
    if (!sb_pack_is_done(pack) || record < 0 ||
        (uint64_t)record >= p->record_count)
        return false;
    sb_op_restore(p, (size_t)record, &op);
    return true;
}

static bool
read_user(struct sb_platform *p, struct sb_pack *pack)
{
    struct sb_user_token user = { 0 };

    sb_fields_user(pack, &user);
    if (!sb_pack_is_done(pack) || p->user_count == SB_MAX_USERS ||
        user.person >= p->person_count ||
        (user.record != SB_NO_RECORD && user.record >= p->record_count))
        return false;
    p->users = hv_realloc_array(p->users, p->user_count + 1, sizeof(*p->users));
    p->users[p->user_count++] = user;
    return true;
}

static bool
read_sub(struct sb_platform *p, struct sb_pack *pack)
{
    struct sb_sub sub = { 0 };
    bool is_good;

    sb_fields_sub(pack, &sub);
    is_good = sb_pack_is_done(pack) && sub.type_count > 0 &&
              sub.key.key.len == HV_HMAC_KEY_LEN;
    if (is_good)
        (void)sb_sub_add(p, &sub);
    sb_sub_release(&sub);
    return is_good;
}

static bool
read_batch(struct sb_platform *p, struct sb_pack *pack)
{
    struct sb_batch *batch = hv_calloc(1, sizeof(*batch));

    sb_fields_batch(pack, batch);
    if (!sb_pack_is_done(pack) || batch->count == 0) {
        sb_batch_free(batch);
        return false;
    }
    sb_queue_restore(&p->queue, batch);
    return true;
}

bool
sb_row_read(struct sb_platform *p, enum sb_kind kind, int64_t number,
            struct sb_pack *pack)
{
    switch (kind) {
    case SB_KIND_PERSON:
        return read_person(p, pack);
    case SB_KIND_RECORD:
        return read_record(p, pack);
    case SB_KIND_GRANT:
        return read_grant(p, pack);
    case SB_KIND_APP:
        return read_app(p, pack);
    case SB_KIND_PENDING:
        return read_pending(p, pack);
    case SB_KIND_AUTH:
        return read_auth(p, pack);
    case SB_KIND_THING:
        return read_thing(p, pack);
    case SB_KIND_OP:
        return read_op(p, number, pack);
    case SB_KIND_USER:
        return read_user(p, pack);
    case SB_KIND_SUB:
        return read_sub(p, pack);
    case SB_KIND_BATCH:
        return read_batch(p, pack);
    case SB_KIND_KEYS:
        sb_fields_keys(pack, p);
        return sb_pack_is_done(pack);
    case SB_KIND_FAULT:
        sb_fields_faults(pack, &p->faults);
        return sb_pack_is_done(pack);
    case SB_KIND_CLOCK:
        sb_fields_clock(pack, &p->clock, 0);
        return sb_pack_is_done(pack) && p->clock.rate >= 0 &&
               p->clock.rate <= SB_MAX_RATE;
    case SB_KIND_SESSION:
        break;
    }
    return false;
}
