/*
 * work.c - what a job of the worker's queue does with its session, straight
 * on: opening, commands, reading facts. Called by worker.c on its thread.
 * Touches no state of the console.
 */
#include "tui/app/work.h"
#include "tui/command/command.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void
hv_work_journal(struct hv_session *session, struct hv_msg *msg,
                struct hv_journal_view **journal)
{
    /* Without a journal the rest still works: the Log says why. */
    if (hv_session_journal(session, journal, &msg->error))
        *journal = NULL;
}

void
hv_work_open(struct hv_session *session, struct hv_job *job, struct hv_msg *msg,
             struct hv_journal_view **journal)
{
    struct hv_credential credential = { .passphrase = &job->passphrase };
    struct hv_keystore *ks = NULL;
    enum hv_status st;

    if (job->kind == HV_JOB_UNLOCK) {
        st = hv_keystore_open(session->globals.keystore, &credential, &ks,
                              &msg->error);
        if (!st)
            hv_session_give_keystore(session, ks);
    } else {
        bool was_locked = session->is_locked;

        session->is_locked = false; /* a person asks: what is given may open */
        st = hv_session_keystore(session, &ks, &msg->error);
        session->is_locked = st && was_locked;
    }
    hv_secret_release(&job->passphrase);
    msg->kind = st ? HV_MSG_OPEN_FAILED : HV_MSG_OPENED;
    if (!st)
        hv_work_journal(session, msg, journal);
}

void
hv_work_command(struct hv_session *session, const struct hv_job *job,
                struct hv_msg *msg)
{
    struct hv_globals before = session->globals;
    struct hv_buf text = { 0 };
    enum hv_status st;

    msg->kind = HV_MSG_COMMAND;
    session->globals.write = job->is_armed;
    hv_copy(session->globals.confirm, sizeof(session->globals.confirm),
            job->confirm);
    st = hv_command_text(session, job->text, job->yes, &text, &msg->error);
    if (st && st != HV_ERR_FINDINGS)
        hv_buf_clear(&text); /* half an answer is none */
    session->globals.write = before.write;
    memcpy(session->globals.confirm, before.confirm, sizeof(before.confirm));
    msg->text = hv_strdup(hv_buf_str(&text));
    hv_buf_release(&text);
}

void
hv_work_load(struct hv_session *session, const struct hv_job *job,
             struct hv_msg *msg)
{
    enum hv_status st = HV_OK;

    switch (job->kind) {
    case HV_JOB_STATUS:
        msg->kind = HV_MSG_STATUS;
        msg->u.status = hv_calloc(1, sizeof(*msg->u.status));
        hv_model_status(session, msg->u.status);
        break;
    case HV_JOB_SUBS:
        msg->kind = HV_MSG_SUBS;
        st = hv_model_subs(session, &msg->u.subs, &msg->error);
        break;
    case HV_JOB_DRAIN:
        msg->kind = HV_MSG_DRAIN;
        st = hv_model_drain(session, NULL, &msg->u.drain, &msg->error);
        break;
    case HV_JOB_TRAFFIC:
        msg->kind = HV_MSG_TRAFFIC;
        st = hv_model_traffic(session, &msg->u.traffic, &msg->error);
        break;
    case HV_JOB_JOBS:
        msg->kind = HV_MSG_JOBS;
        st = hv_jobs_read(session, &msg->u.jobs, &msg->error);
        break;
    case HV_JOB_TEMPLATES:
        msg->kind = HV_MSG_TEMPLATES;
        st = hv_templates_load(session->globals.store, &msg->u.templates,
                               &msg->error);
        break;
    case HV_JOB_DRAFT:
        msg->kind = HV_MSG_DRAFT;
        msg->u.exchange = hv_calloc(1, sizeof(*msg->u.exchange));
        st = hv_model_draft(session, job->text, msg->u.exchange, &msg->error);
        if (st)
            free(msg->u.exchange);
        break;
    case HV_JOB_SENT:
        msg->kind = HV_MSG_SENT;
        st = hv_model_sent(session, &msg->u.sent, &msg->error);
        break;
    case HV_JOB_MAINT:
        msg->kind = HV_MSG_MAINT;
        st = hv_model_maint(session, &msg->u.maint, &msg->error);
        break;
    case HV_JOB_RECORDS:
        msg->kind = HV_MSG_RECORDS;
        st = hv_work_records(session, job->text, &msg->u.records, &msg->error);
        break;
    case HV_JOB_RIGHTS:
        msg->kind = HV_MSG_RIGHTS;
        st = hv_work_rights(session, job->text, &msg->u.rights, &msg->error);
        break;
    case HV_JOB_DIFF:
        msg->kind = HV_MSG_DIFF;
        st = hv_model_diff(session, job->text, &msg->u.diff, &msg->error);
        break;
    default:
        msg->kind = HV_MSG_KEYS;
        st = hv_model_keys(session, NULL, &msg->u.keys, &msg->error);
        break;
    }
    if (st) {
        memset(&msg->u, 0, sizeof(msg->u));
        msg->kind = HV_MSG_FAILED;
    }
}
