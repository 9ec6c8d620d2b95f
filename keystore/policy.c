/*
 * policy.c - settings of the installation that decide which keystore files are
 * accepted. Set once by the program; without it the strict defaults hold.
 */
#include "keystore/policy.h"
#include "hvconsole/profile.h"
#include "keystore/format.h"

#include <grp.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct {
    bool has_owner;
    bool has_group;
    uid_t owner;
    gid_t group;
    int max_log2_n; /* 0 = the default */
    bool require_mlock;
} policy;

/* A number, or false. */
static bool
number(const char *text, unsigned long *out)
{
    size_t len = strlen(text);

    if (!len || len > 9 || strspn(text, "0123456789") != len)
        return false;
    *out = strtoul(text, NULL, 10);
    return true;
}

static bool
find_user(const char *name, uid_t *out)
{
    char room[4096];
    struct passwd entry;
    struct passwd *found = NULL;
    unsigned long id;

    if (number(name, &id)) {
        *out = (uid_t)id;
        return true;
    }
    if (!*name || getpwnam_r(name, &entry, room, sizeof(room), &found) ||
        !found)
        return false;
    *out = entry.pw_uid;
    return true;
}

static bool
find_group(const char *name, gid_t *out)
{
    char room[16384];
    struct group entry;
    struct group *found = NULL;
    unsigned long id;

    if (number(name, &id)) {
        *out = (gid_t)id;
        return true;
    }
    if (!*name || getgrnam_r(name, &entry, room, sizeof(room), &found) ||
        !found)
        return false;
    *out = entry.gr_gid;
    return true;
}

bool
hv_keystore_set_policy(const struct hv_settings *settings)
{
    memset(&policy, 0, sizeof(policy));
    if (!settings)
        return true;
    policy.has_owner = find_user(settings->keystore_owner, &policy.owner);
    policy.has_group = find_group(settings->keystore_group, &policy.group);
    policy.max_log2_n = settings->max_scrypt_log2;
    policy.require_mlock = settings->require_mlock;
    return (policy.has_owner || !settings->keystore_owner[0]) &&
           (policy.has_group || !settings->keystore_group[0]);
}

bool
ks_policy_owner_is_fine(uid_t owner)
{
    return owner == geteuid() || (policy.has_owner && owner == policy.owner);
}

bool
ks_policy_group_may_read(gid_t group)
{
    return policy.has_group && group == policy.group;
}

int
ks_policy_cost_cap(const struct hv_credential *cred)
{
    if (cred->max_log2_n)
        return cred->max_log2_n;
    return policy.max_log2_n ? policy.max_log2_n : KS_COST_CAP;
}

enum hv_status
hv_keystore_check_memory(struct hv_error *err)
{
    if (!policy.require_mlock || hv_secret_is_locked())
        return HV_OK;
    hv_fail(err, HV_ERR_REFUSED,
            "the memory for keys cannot be locked, and require-mlock is set");
    hv_hint(err, "raise RLIMIT_MEMLOCK (LimitMEMLOCK=4M, ulimit -l 4096)");
    return HV_ERR_REFUSED;
}
