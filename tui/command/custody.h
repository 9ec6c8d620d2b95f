/*
 * custody.h - what this process keeps beside keystores: the marks and the audit
 * log of its store directory, and the settings that say which files to accept.
 */
#ifndef TUI_COMMAND_CUSTODY_H
#define TUI_COMMAND_CUSTODY_H

#include "tui/command/session.h"

/** custody_begin() - by hv_session_init(), before anything is opened and before
 *  threads. The last session made decides: a process has one store directory.
 *  Touches nothing on the disk; the log is opened by the first change. */
void custody_begin(const struct hv_globals *globals);
/** custody_settle() - end what dead processes began, if there is a log. */
HV_MUST_CHECK enum hv_status custody_settle(const struct hv_globals *globals,
                                            struct hv_error *err);
/** custody_settings() - the settings changed: from now on they hold. */
void custody_settings(const struct hv_settings *settings);

/** custody_audit() - the log of this process, for changes that are not of a
 *  keystore; NULL before custody_begin(). Borrowed. */
struct hv_audit *custody_audit(void);

/* The programs that keep a log in the store directory. */
extern const char *const custody_programs[2];

/* ---- what can be seen without a credential, for status and doctor ---- */

struct custody_log {
    bool is_there;
    enum hv_status state; /* of hv_audit_verify() */
    struct hv_audit_report report;
    struct hv_error why;
};
void custody_look(const struct hv_globals *globals, const char *program,
                  struct custody_log *out);
/** custody_check_head() - the line that an open keystore remembers.
 *  HV_ERR_DAMAGED: CRITICAL, the log was cut. HV_OK when it remembers none. */
HV_MUST_CHECK enum hv_status
custody_check_head(const struct hv_globals *globals,
                   const struct hv_keystore *ks, struct hv_error *err);

struct hv_status_model;
/** model_custody() - what needs attention of all this, for hv_model_status(). */
void model_custody(struct hv_session *session, struct hv_status_model *out);

#endif
