/*
 * jobs.h - what the jobs view shows: rotations, and the end of the audit log
 * with the word whether its chain holds. Read on the worker, which waits.
 */
#ifndef TUI_APP_JOBS_H
#define TUI_APP_JOBS_H

#include "tui/command/model.h"

#include "hvconsole/audit.h"

#define HV_AUDIT_TAIL 200

struct hv_audit_row { /* one line of the log, in short */
    uint64_t seq;
    int64_t time_ms;
    char phase[12];
    char verb[48];
    char outcome[16]; /* "" of an intent */
    char user[64];
    char what[128]; /* ids, versions, what changed */
    char note[200];
};

struct hv_audit_tail {
    struct hv_audit_row *rows; /* owned, oldest first, <= HV_AUDIT_TAIL */
    size_t len;
    bool has_log;
    struct hv_audit_report report;
    struct hv_error broken; /* of the chain; zeroed = it holds */
};

struct hv_jobs_model {
    struct hv_rotation *jobs; /* owned, newest first */
    size_t len;
    struct hv_audit_tail audit;
};

/** hv_jobs_read() - no network, no keystore. A broken chain is a fact, not a
 *  failure. */
HV_MUST_CHECK enum hv_status hv_jobs_read(struct hv_session *session,
                                          struct hv_jobs_model *out,
                                          struct hv_error *err);
void hv_jobs_release(struct hv_jobs_model *model);

#endif
