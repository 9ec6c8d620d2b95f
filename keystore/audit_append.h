/*
 * audit_append.h - an audit log that is being added to, for audit.c and
 * audit_open.c alone.
 */
#ifndef KEYSTORE_AUDIT_APPEND_H
#define KEYSTORE_AUDIT_APPEND_H

#include "keystore/audit_log.h"

#include <limits.h>
#include <pthread.h>

struct hv_audit {
    char path[PATH_MAX]; /* "" = the name is too long */
    char dir[PATH_MAX];
    char lock[PATH_MAX + 8];
    pthread_mutex_t opening;
    bool is_ready; /* under it */
    int live_fd;   /* holds the byte [pid]: this process is at work */
};

/* The log under its lock. */
struct ks_append {
    int fd;
    int lock_fd;
    struct hv_audit_head last;
    struct hv_buf torn;  /* an unfinished last line */
    bool lacks_line_end; /* only that is missing */
};

/** ks_append_begin() - take the lock, and find the last line. */
HV_MUST_CHECK enum hv_status ks_append_begin(const struct hv_audit *audit,
                                             struct ks_append *append,
                                             struct hv_error *err);
/** ks_append_line() - one line, on the disk when it returns. */
HV_MUST_CHECK enum hv_status
ks_append_line(struct ks_append *append, const char *path,
               const struct hv_audit_event *event, const char *phase,
               uint64_t ref, const char *outcome, struct hv_error *err);
void ks_append_end(struct ks_append *append);

#endif
