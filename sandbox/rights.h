/*
 * rights.h - thing-type-permission, the answer to "what may this application
 * do". Written by rights.c; used by people.c too. Fact: authorisation
 */
#ifndef SANDBOX_RIGHTS_H
#define SANDBOX_RIGHTS_H

#include "sandbox/methods.h"

/** sb_add_permissions() - a list of permission elements; All when it is all
 *  four. @rights is not 0. */
void sb_add_permissions(struct sb_answer *answer, unsigned rights);
/** sb_add_type_rights() - nothing for a type without any right. */
void sb_add_type_rights(const struct sb_call *call, const struct sb_auth *auth,
                        const struct hv_guid *type);

#endif
