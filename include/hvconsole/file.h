/*
 * file.h - the few careful ways in which this program touches files.
 */
#ifndef HVCONSOLE_FILE_H
#define HVCONSOLE_FILE_H

#include "hvconsole/bytes.h"
#include "hvconsole/secret.h"

/** hv_file_read() - a whole regular file of at most @max bytes, appended to
 *  @out. HV_ERR_NOT_FOUND, HV_ERR_IO, HV_ERR_LIMIT. Not for secrets. */
HV_MUST_CHECK enum hv_status hv_file_read(const char *path, size_t max,
                                          struct hv_buf *out,
                                          struct hv_error *err);

/** hv_file_read_secret_line() - the first line of a file or descriptor (its
 *  line end dropped, \r\n too) into locked memory; the rest is not read as
 *  data. @path for the message only when @fd >= 0. out->data has a NUL after
 *  the line (not counted). HV_ERR_NOT_FOUND, HV_ERR_IO, HV_ERR_LIMIT: longer
 *  than @max or no locked memory, HV_ERR_FORMAT: an empty line. */
HV_MUST_CHECK enum hv_status
hv_file_read_secret_line(const char *path, int fd, size_t max,
                         struct hv_secret *out, struct hv_error *err);

/** hv_file_replace() - the whole new content or the old file, never a mixture:
 *  temp beside it (O_EXCL), write, fsync, rename, fsync of the directory.
 *  The temp is called PATH.tmp- and 16 hexadecimal digits.
 *  @mode: of a file that is new; one that is there keeps owner, group, mode
 *  HV_ERR_IO: the old file is untouched and the temp is gone. */
HV_MUST_CHECK enum hv_status hv_file_replace(const char *path, unsigned mode,
                                             struct hv_bytes content,
                                             struct hv_error *err);

/** hv_file_create() - a new file that must not exist yet (HV_ERR_RULE). */
HV_MUST_CHECK enum hv_status hv_file_create(const char *path, unsigned mode,
                                            struct hv_bytes content,
                                            struct hv_error *err);

/** hv_dir_make() - mkdir -p with @mode for what is made. */
HV_MUST_CHECK enum hv_status hv_dir_make(const char *path, unsigned mode,
                                         struct hv_error *err);

/** hv_path_join() - "a/b"; HV_ERR_LIMIT when @size is too small. */
HV_MUST_CHECK enum hv_status hv_path_join(char *out, size_t size, const char *a,
                                          const char *b);
/** hv_path_dir() - the directory part of a path; "." when there is none. */
void hv_path_dir(const char *path, char *out, size_t size);

/**
 * hv_lock_take() - write-lock a lock file with an OFD lock; made once with
 * mode 0600, never renamed, never unlinked. Dies with the descriptor.
 * @wait_ms: how long to wait; 0 = one try
 * @fd:      the descriptor that holds the lock; close() gives it back
 * HV_ERR_RULE: held by another (whose pid stands in the sentence when known).
 */
HV_MUST_CHECK enum hv_status hv_lock_take(const char *path, int wait_ms,
                                          int *fd, struct hv_error *err);
/** hv_store_path() - the file @name of a store. HV_ERR_USAGE: too long. */
#define HV_STORE_PATH 1024
HV_MUST_CHECK enum hv_status hv_store_path(const char *store, const char *name,
                                           char out[HV_STORE_PATH],
                                           struct hv_error *err);
/** hv_store_lock() - before that file is changed: the store is made if need be,
 *  and NAME.lock beside it taken, for which it waits 5 s at most. */
HV_MUST_CHECK enum hv_status hv_store_lock(const char *store, const char *name,
                                           int *fd, struct hv_error *err);
/** hv_lock_is_held() - whether some process holds it; a file that is missing or
 *  that we may not read counts as free. */
bool hv_lock_is_held(const char *path);

#endif
