/*
 * keep_fields.c - the fields of each kind of row, one function for writing and
 * reading alike. Called by keep_rows.c. Pure. A field that is added at an end
 * makes a new format: raise it in keep.c.
 */
#include "sandbox/keep_fields.h"

#include <stdlib.h>

void
sb_fields_person(struct sb_pack *k, struct sb_person *person)
{
    sb_pack_guid(k, &person->id);
    sb_pack_chars(k, person->name, sizeof(person->name));
    sb_pack_chars(k, person->country, sizeof(person->country));
    sb_pack_chars(k, person->state, sizeof(person->state));
    sb_pack_i64(k, &person->authorised_ms);
}

/* Its things and operations have rows of their own. */
void
sb_fields_record(struct sb_pack *k, struct sb_record *record)
{
    sb_pack_guid(k, &record->id);
    sb_pack_chars(k, record->name, sizeof(record->name));
    record->state = (enum sb_record_state)sb_pack_word(k, (int)record->state,
                                                       SB_RECORD_DELETED + 1);
    sb_pack_chars(k, record->country, sizeof(record->country));
    sb_pack_chars(k, record->region, sizeof(record->region));
    sb_pack_i64(k, &record->created_ms);
    sb_pack_i64(k, &record->updated_ms);
    sb_pack_i64(k, &record->sequence);
}

void
sb_fields_grant(struct sb_pack *k, struct sb_grant *grant)
{
    sb_pack_size(k, &grant->person);
    sb_pack_size(k, &grant->record);
    sb_pack_bool(k, &grant->is_custodian);
    sb_pack_int(k, &grant->rel_type);
    sb_pack_chars(k, grant->rel_name, sizeof(grant->rel_name));
}

/* The XML is all there is: the rest is read from it again. */
static void
pack_rules(struct sb_pack *k, struct sb_rules *rules)
{
    char *xml = rules->xml;

    sb_pack_text(k, &xml);
    if (!k->is_reading)
        return;
    *rules = (struct sb_rules){ 0 };
    if (xml && sb_rules_parse(hv_bytes_str(xml), rules, NULL))
        k->is_bad = true;
    free(xml);
}

void
sb_fields_app(struct sb_pack *k, struct sb_app *app)
{
    sb_pack_guid(k, &app->id);
    sb_pack_chars(k, app->name, sizeof(app->name));
    sb_pack_chars(k, app->action_url, sizeof(app->action_url));
    app->env = (enum sb_env)sb_pack_word(k, (int)app->env, SB_ENV_PROD + 1);
    sb_pack_size(k, &app->limit);
    sb_pack_bool(k, &app->is_disabled);
    sb_pack_bool(k, &app->is_deaf);
    sb_pack_bool(k, &app->is_soda);
    sb_pack_guid(k, &app->master);
    sb_pack_i64(k, &app->persistent_ttl_s);
    sb_pack_i64(k, &app->created_ms);
    sb_pack_i64(k, &app->updated_ms);
    sb_pack_secret(k, &app->secret);
    pack_rules(k, &app->rules[SB_ONLINE]);
    pack_rules(k, &app->rules[SB_OFFLINE]);
    sb_pack_count(k, &app->cert_count, SB_MAX_CERTS);
    for (size_t i = 0; i < app->cert_count; i++) {
        sb_pack_text(k, &app->certs[i].pem);
        k->is_bad |= !app->certs[i].pem;
    }
}

void
sb_fields_pending(struct sb_pack *k, struct sb_pending *pending)
{
    sb_pack_guid(k, &pending->id);
    sb_pack_guid(k, &pending->master);
    sb_pack_raw(k, pending->digest, sizeof(pending->digest));
    sb_pack_secret(k, &pending->secret);
}

void
sb_fields_auth(struct sb_pack *k, struct sb_auth *auth)
{
    sb_pack_size(k, &auth->app);
    sb_pack_size(k, &auth->person);
    sb_pack_size(k, &auth->record);
    auth->forced = (enum sb_action_word)sb_pack_word(k, (int)auth->forced,
                                                     SB_ACT_EMPTY + 1);
    sb_pack_bool(k, &auth->is_revoked);
    sb_pack_bool(k, &auth->is_selected);
    sb_pack_i64(k, &auth->created_ms);
    sb_pack_i64(k, &auth->updated_ms);
    sb_pack_i64(k, &auth->expires_ms);
    pack_rules(k, &auth->granted[SB_ONLINE]);
    pack_rules(k, &auth->granted[SB_OFFLINE]);
}

static void
pack_by(struct sb_pack *k, struct sb_by *by)
{
    sb_pack_guid(k, &by->app);
    sb_pack_guid(k, &by->person);
    by->avenue =
        (enum sb_avenue)sb_pack_word(k, (int)by->avenue, SB_OFFLINE + 1);
}

void
sb_fields_thing(struct sb_pack *k, struct sb_thing *thing)
{
    sb_pack_guid(k, &thing->id);
    sb_pack_guid(k, &thing->stamp);
    sb_pack_guid(k, &thing->type);
    sb_pack_size(k, &thing->record);
    sb_pack_bool(k, &thing->is_deleted);
    sb_pack_uint(k, &thing->flags);
    sb_pack_i64(k, &thing->eff_ms);
    sb_pack_i64(k, &thing->created_ms);
    sb_pack_i64(k, &thing->updated_ms);
    pack_by(k, &thing->created_by);
    pack_by(k, &thing->updated_by);
    sb_pack_text(k, &thing->data);
    sb_pack_text(k, &thing->common);
    sb_pack_text(k, &thing->tags);
    sb_pack_text(k, &thing->client_id);
}

void
sb_fields_op(struct sb_pack *k, struct sb_op *op)
{
    sb_pack_i64(k, &op->sequence);
    op->kind =
        (enum sb_op_kind)sb_pack_word(k, (int)op->kind, SB_OP_DELETE + 1);
    sb_pack_guid(k, &op->thing);
    sb_pack_guid(k, &op->stamp);
    sb_pack_guid(k, &op->type);
    sb_pack_i64(k, &op->eff_ms);
}

void
sb_fields_user(struct sb_pack *k, struct sb_user_token *user)
{
    sb_pack_raw(k, user->digest, sizeof(user->digest));
    sb_pack_guid(k, &user->app);
    sb_pack_size(k, &user->person);
    sb_pack_size(k, &user->record);
    sb_pack_u32(k, &user->generation);
    sb_pack_bool(k, &user->is_persistent);
    sb_pack_bool(k, &user->is_ended);
    sb_pack_i64(k, &user->issued_ms);
    sb_pack_i64(k, &user->expires_ms);
}

static void
pack_key(struct sb_pack *k, struct sb_key *key)
{
    sb_pack_chars(k, key->version.id, sizeof(key->version.id));
    sb_pack_secret(k, &key->key);
}

void
sb_fields_sub(struct sb_pack *k, struct sb_sub *sub)
{
    sb_pack_guid(k, &sub->id);
    sb_pack_guid(k, &sub->app);
    pack_key(k, &sub->key);
    pack_key(k, &sub->old_key);
    sb_pack_i64(k, &sub->replaced_ms);
    sb_pack_text(k, &sub->url);
    k->is_bad |= !sub->url;
    sb_pack_size(k, &sub->filter_count);
    sb_pack_count(k, &sub->type_count, HV_MAX_TYPES_PER_SUB);
    if (k->is_reading)
        sub->types = hv_calloc(sub->type_count + 1, sizeof(*sub->types));
    for (size_t i = 0; i < sub->type_count; i++) {
        sb_pack_guid(k, &sub->types[i].id);
        sb_pack_size(k, &sub->types[i].filter);
    }
}

/* Not what flies or who waits: nobody does after a start. */
void
sb_fields_batch(struct sb_pack *k, struct sb_batch *batch)
{
    sb_pack_u64(k, &batch->id);
    sb_pack_guid(k, &batch->sub);
    sb_pack_count(k, &batch->count, SB_BATCH_MAX);
    for (size_t i = 0; i < batch->count; i++) {
        sb_pack_guid(k, &batch->events[i].person);
        sb_pack_guid(k, &batch->events[i].record);
        sb_pack_guid(k, &batch->events[i].thing);
    }
    sb_pack_i64(k, &batch->event_ms);
    sb_pack_i64(k, &batch->open_ms);
    sb_pack_i64(k, &batch->due_ms);
    sb_pack_i64(k, &batch->sent_ms);
    sb_pack_int(k, &batch->tries);
    sb_pack_bool(k, &batch->is_ordered_old);
    sb_pack_bool(k, &batch->is_held);
    sb_pack_bool(k, &batch->is_copy);
    sb_pack_chars(k, batch->version.id, sizeof(batch->version.id));
    sb_pack_buf(k, &batch->body);
    sb_pack_chars(k, batch->authorization, sizeof(batch->authorization));
}

void
sb_fields_faults(struct sb_pack *k, struct sb_faults *faults)
{
    sb_pack_u64(k, &faults->last_id);
    sb_pack_count(k, &faults->count, SB_MAX_FAULTS);
    for (size_t i = 0; i < faults->count; i++) {
        struct sb_fault *fault = &faults->list[i];

        sb_pack_u64(k, &fault->id);
        fault->kind = (enum sb_fault_kind)sb_pack_word(k, (int)fault->kind,
                                                       SB_FAULT_COUNT);
        sb_pack_i64(k, &fault->amount);
        sb_pack_i64(k, &fault->left);
        sb_pack_i64(k, &fault->until_ms);
        sb_pack_u64(k, &fault->hits);
        sb_pack_guid(k, &fault->sub);
        sb_pack_chars(k, fault->method, sizeof(fault->method));
    }
}

/* What it shows now: a pair of the two times, taken together. */
void
sb_fields_clock(struct sb_pack *k, struct sb_clock *clock, int64_t real_ms)
{
    struct sb_clock now = *clock;

    if (!k->is_reading && now.is_set)
        sb_clock_set(&now, sb_clock_now(clock, real_ms), clock->rate, real_ms);
    sb_pack_i64(k, &now.real_ms);
    sb_pack_i64(k, &now.virtual_ms);
    sb_pack_i64(k, &now.rate);
    sb_pack_bool(k, &now.is_set);
    if (k->is_reading)
        *clock = now;
}

/* All that is single. */
void
sb_fields_keys(struct sb_pack *k, struct sb_platform *p)
{
    sb_pack_u32(k, &p->token_generation);
    sb_pack_u64(k, &p->random);
    sb_pack_i64(k, &p->started_ms);
    sb_pack_u64(k, &p->queue.last_id);
}
