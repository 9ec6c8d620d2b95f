/*
 * work.h - the jobs of the worker, one function each; every one fills the
 * message that goes back. For worker.c alone.
 */
#ifndef TUI_APP_WORK_H
#define TUI_APP_WORK_H

#include "tui/app/worker.h"

/** hv_work_journal() - a fresh view; without a journal the rest still works
 *  and the Log says why. */
void hv_work_journal(struct hv_session *session, struct hv_msg *msg,
                     struct hv_journal_view **journal);
void hv_work_open(struct hv_session *session, struct hv_job *job,
                  struct hv_msg *msg, struct hv_journal_view **journal);
void hv_work_command(struct hv_session *session, const struct hv_job *job,
                     struct hv_msg *msg);
void hv_work_load(struct hv_session *session, const struct hv_job *job,
                  struct hv_msg *msg);
/* records_work.c */
/** hv_work_records() - a page; @text: the person it comes after, NULL: the
 *  first. */
HV_MUST_CHECK enum hv_status hv_work_records(struct hv_session *session,
                                             const char *text,
                                             struct hv_records_model *out,
                                             struct hv_error *err);
/** hv_work_rights() - of the rows that @text names, on the types it names. */
HV_MUST_CHECK enum hv_status hv_work_rights(struct hv_session *session,
                                            const char *text,
                                            struct hv_access *out,
                                            struct hv_error *err);

#endif
