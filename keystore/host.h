/*
 * host.h - what this host remembers of keystores in the store directory: the
 * highest generation seen of each. Inside this room only.
 */
#ifndef KEYSTORE_HOST_H
#define KEYSTORE_HOST_H

#include "hvconsole/audit.h"
#include "keystore/format.h"

/* Read before a keystore file is, since a save raises it after the file. */
struct ks_seen {
    struct hv_buf marks; /* text of STORE/marks */
    struct hv_buf log;   /* text of the console's audit log */
};
void ks_seen_release(struct ks_seen *seen);

/** ks_seen_read() - empty when no store directory is set, or nothing is there.
 *  HV_ERR_DAMAGED: marks that cannot be read as such. */
HV_MUST_CHECK enum hv_status ks_seen_read(struct ks_seen *seen,
                                          struct hv_error *err);
/** ks_seen_generation() - the highest of this store id; 0 = never seen. */
uint64_t ks_seen_generation(const struct ks_seen *seen,
                            const struct hv_guid *store_id);
/** ks_seen_check() - HV_ERR_DAMAGED when @front is older than what was seen. */
HV_MUST_CHECK enum hv_status ks_seen_check(const struct ks_seen *seen,
                                           const char *path,
                                           const struct ks_front *front,
                                           struct hv_error *err);

/** ks_host_prepare() - that a mark can be written, asked before a save. */
HV_MUST_CHECK enum hv_status ks_host_prepare(struct hv_error *err);
/** ks_host_raise() - note a generation that is on disk now. Never lowers. */
HV_MUST_CHECK enum hv_status ks_host_raise(const struct hv_guid *store_id,
                                           uint64_t generation,
                                           struct hv_error *err);

/** ks_host_knows() - whether this store id was ever seen here. */
bool ks_host_knows(const struct hv_guid *store_id);
/** ks_host_has_line() - whether the console's log holds this line. True as well
 *  when no store directory is set: then nothing can be told. */
bool ks_host_has_line(const struct hv_audit_head *head);

/** ks_number_parse() - a number as we write it: no sign, no leading zero, no
 *  more than 64 bits, not 0; @text ends there. */
bool ks_number_parse(const char *text, uint64_t *out);

#endif
