/*
 * policy.h - what this installation allows beyond the strict defaults, as the
 * files of this room ask for it.
 */
#ifndef KEYSTORE_POLICY_H
#define KEYSTORE_POLICY_H

#include "hvconsole/keystore.h"

#include <sys/types.h>

/** ks_policy_owner_is_fine() - ourselves, or the configured owner. */
bool ks_policy_owner_is_fine(uid_t owner);
/** ks_policy_group_may_read() - the configured group. */
bool ks_policy_group_may_read(gid_t group);
/** ks_policy_cost_cap() - log2 of the dearest scrypt that is tried. */
int ks_policy_cost_cap(const struct hv_credential *cred);

#endif
