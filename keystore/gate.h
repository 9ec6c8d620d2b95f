/*
 * gate.h - how a keystore file is reached on disk: owner and mode are judged,
 * then the bytes are read. Inside this room only.
 */
#ifndef KEYSTORE_GATE_H
#define KEYSTORE_GATE_H

#include "hvconsole/bytes.h"

#include <sys/stat.h>

/* When any of it differs, the file is another one. */
struct ks_stamp {
    dev_t dev;
    ino_t ino;
    off_t size;
    struct timespec mtime;
    struct timespec ctime;
};

/** ks_stamp_take() - of the file at @path now, links not followed; false with
 *  errno when there is none. */
bool ks_stamp_take(const char *path, struct ks_stamp *out);
bool ks_stamp_equal(const struct ks_stamp *a, const struct ks_stamp *b);

/** ks_gate_check_dir() - the directory of @path is nobody else's to write.
 *  HV_ERR_REFUSED with the command that mends it; HV_ERR_NOT_FOUND. */
HV_MUST_CHECK enum hv_status ks_gate_check_dir(const char *path,
                                               struct hv_error *err);

/**
 * ks_gate_read() - the whole file, after its directory, kind, owner, mode and
 * size were judged. @out: replaced.
 * HV_ERR_NOT_FOUND, HV_ERR_REFUSED, HV_ERR_DAMAGED: no file of this kind,
 * HV_ERR_IO.
 */
HV_MUST_CHECK enum hv_status ks_gate_read(const char *path, struct hv_buf *out,
                                          struct ks_stamp *stamp,
                                          struct hv_error *err);

#endif
