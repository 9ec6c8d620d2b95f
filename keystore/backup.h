/*
 * backup.h - earlier generations kept beside a keystore, and the leftovers of
 * saves that were killed. Inside this room, under its lock only.
 */
#ifndef KEYSTORE_BACKUP_H
#define KEYSTORE_BACKUP_H

#include "hvconsole/ids.h"

struct ks_backup {
    uint64_t generation;
    int64_t day; /* UTC days since 1970 of its save */
    bool is_kept;
};

/** ks_backup_choose() - which to keep: the newest 5, and the newest of each of
 *  the 7 days that end with @today. Sorts @list, newest first. Pure. */
void ks_backup_choose(struct ks_backup *list, size_t len, int64_t today);

/** ks_backup_make() - hard-link the file as it is to NAME.bak-GENERATION. */
HV_MUST_CHECK enum hv_status
ks_backup_make(const char *path, uint64_t generation, struct hv_error *err);
/** ks_backup_undo() - remove that link again, unless the save happened. */
void ks_backup_undo(const char *path, uint64_t generation);
/** ks_backup_prune() - remove what ks_backup_choose() does not keep, and all of
 *  this store that are from before @epoch: whoever knew an old passphrase could
 *  open them. Gives the number of the latter. */
size_t ks_backup_prune(const char *path, const struct hv_guid *store_id,
                       uint32_t epoch);
/** ks_temps_remove() - remove NAME.tmp-*: nobody else can be writing one. */
void ks_temps_remove(const char *path);

#endif
