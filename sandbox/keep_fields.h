/*
 * keep_fields.h - the fields of what a state file keeps; see keep_pack.h.
 * Reading fills a zeroed entry; what it owns afterwards is released as usual,
 * also when the bytes made no sense.
 */
#ifndef SANDBOX_KEEP_FIELDS_H
#define SANDBOX_KEEP_FIELDS_H

#include "sandbox/keep_pack.h"
#include "sandbox/model.h"

void sb_fields_person(struct sb_pack *pack, struct sb_person *person);
void sb_fields_record(struct sb_pack *pack, struct sb_record *record);
void sb_fields_grant(struct sb_pack *pack, struct sb_grant *grant);
void sb_fields_app(struct sb_pack *pack, struct sb_app *app);
void sb_fields_pending(struct sb_pack *pack, struct sb_pending *pending);
void sb_fields_auth(struct sb_pack *pack, struct sb_auth *auth);
void sb_fields_thing(struct sb_pack *pack, struct sb_thing *thing);
void sb_fields_op(struct sb_pack *pack, struct sb_op *op);
void sb_fields_user(struct sb_pack *pack, struct sb_user_token *user);
void sb_fields_sub(struct sb_pack *pack, struct sb_sub *sub);
void sb_fields_batch(struct sb_pack *pack, struct sb_batch *batch);
void sb_fields_faults(struct sb_pack *pack, struct sb_faults *faults);
void sb_fields_clock(struct sb_pack *pack, struct sb_clock *clock,
                     int64_t real_ms);
void sb_fields_keys(struct sb_pack *pack, struct sb_platform *platform);

#endif
