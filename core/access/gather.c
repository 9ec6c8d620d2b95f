/*
 * gather.c - the picture of all records: the platform's pages one by one, then
 * the permissions row by row. Called by commands and by the console's worker;
 * blocks on the network. Fact: authorized-people
 */
#include "hvconsole/access.h"
#include "hvconsole/clock.h"
#include "hvconsole/names.h"

#include <stdlib.h>
#include <string.h>

#define PAGE 100

void
hv_access_release(struct hv_access *access)
{
    for (size_t i = 0; i < access->len; i++)
        hv_permission_list_release(&access->rows[i].permissions);
    free(access->rows);
    *access = (struct hv_access){ 0 };
}

struct gather {
    struct hv_client *client;
    const struct hv_access_ask *ask;
    struct hv_access access;
};

static void
tell(const struct gather *gather, size_t done)
{
    if (gather->ask->progress)
        gather->ask->progress(gather->ask->arg, done, gather->access.len);
}

static void
add_row(struct hv_access *access, const struct hv_person *person,
        const struct hv_record *record)
{
    struct hv_access_row *row = &access->rows[access->len++];

    *row = (struct hv_access_row){
        .person = person->id,
        .record = record->id,
        .action = record->action,
        .expires_ms = record->expires_ms,
        .is_expired = record->is_expired,
        .is_custodian = record->is_custodian,
        .reach = HV_REACH_NOT_READ,
    };
    hv_copy(row->person_name, sizeof(row->person_name), person->name);
    hv_copy(row->name, sizeof(row->name), record->name);
    hv_copy(row->action_text, sizeof(row->action_text), record->action_text);
    hv_copy(row->state, sizeof(row->state), record->state);
}

static void
add_people(struct hv_access *access, const struct hv_people *people)
{
    size_t more = 0;

    for (size_t i = 0; i < people->len; i++)
        more += people->items[i].records_len;
    if (!more)
        return;
    access->rows = hv_realloc_array(access->rows, access->len + more,
                                    sizeof(*access->rows));
    for (size_t i = 0; i < people->len; i++) {
        for (size_t k = 0; k < people->items[i].records_len; k++)
            add_row(access, &people->items[i], &people->items[i].records[k]);
    }
}

enum hv_status
hv_access_page(struct hv_client *client, struct hv_access_place *place,
               struct hv_access *access, struct hv_error *err)
{
    struct hv_people people = { 0 };
    enum hv_status st = hv_client_get_people(
        client, place->has_after ? &place->after : NULL, PAGE, &people, err);

    if (st)
        return st;
    add_people(access, &people);
    place->is_end = !people.has_more || !people.len;
    if (!place->is_end) {
        const struct hv_guid *last = &people.items[people.len - 1].id;

        /* A platform that gives the same page for ever would keep us. */
        place->is_end = place->has_after && hv_guid_equal(&place->after, last);
        place->after = *last;
        place->has_after = true;
    }
    hv_people_release(&people);
    return HV_OK;
}

static enum hv_status
read_pages(struct gather *gather, struct hv_error *err)
{
    struct hv_access_place place = { 0 };
    enum hv_status st = HV_OK;

    while (!st && !place.is_end) {
        st = hv_access_page(gather->client, &place, &gather->access, err);
        if (!st)
            tell(gather, 0);
    }
    return st;
}

struct hv_guid *
hv_access_types(const struct hv_guid *others, size_t others_len, size_t *len)
{
    size_t known = hv_thing_type_count();
    struct hv_guid *types = hv_calloc(known + others_len + 1, sizeof(*types));

    *len = 0;
    for (size_t i = 0; i < known; i++)
        types[(*len)++] = hv_thing_type_at(i)->id;
    for (size_t i = 0; i < others_len; i++) {
        if (!hv_thing_type_find(&others[i]))
            types[(*len)++] = others[i];
    }
    return types;
}

enum hv_status
hv_access_rights(struct hv_client *client, struct hv_access_row *row,
                 const struct hv_guid *types, size_t len, struct hv_error *err)
{
    struct hv_error why = { 0 };
    enum hv_status st =
        hv_client_permissions(client, &row->person, &row->record, types, len,
                              &row->permissions, &why);

    if (!st) {
        row->reach = HV_REACH_ANSWERED;
        return HV_OK;
    }
    if (st == HV_ERR_CANCELLED) {
        if (err && !err->status)
            *err = why;
        return st;
    }
    row->code = why.platform_code ? why.platform_code : -1;
    row->reach = why.platform_code == HV_CODE_ACCESS_DENIED ? HV_REACH_REVOKED
                                                            : HV_REACH_FAILED;
    return HV_OK;
}

static enum hv_status
read_permissions(struct gather *gather, struct hv_error *err)
{
    struct hv_access *access = &gather->access;
    size_t len = 0;
    struct hv_guid *types =
        hv_access_types(gather->ask->types, gather->ask->types_len, &len);
    enum hv_status st = HV_OK;

    for (size_t i = 0; i < access->len && !st; i++) {
        st =
            hv_access_rights(gather->client, &access->rows[i], types, len, err);
        if (!st)
            tell(gather, i + 1);
    }
    free(types);
    if (st == HV_ERR_CANCELLED && gather->ask->keeps_some) {
        if (err)
            *err = (struct hv_error){ 0 };
        st = HV_OK;
    }
    return st;
}

enum hv_status
hv_access_read(struct hv_client *client, const struct hv_guid *app,
               const struct hv_access_ask *ask, struct hv_access *out,
               struct hv_error *err)
{
    struct gather gather = { .client = client, .ask = ask };
    enum hv_status st;

    gather.access.app = *app;
    gather.access.taken_ms = hv_clock_now_ms();
    st = read_pages(&gather, err);
    if (!st && ask->with_permissions)
        st = read_permissions(&gather, err);
    if (st) {
        hv_access_release(&gather.access);
        return st;
    }
    *out = gather.access;
    return HV_OK;
}
