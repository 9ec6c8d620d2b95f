/*
 * worker.c - network, keystore and slow queries on a thread of their own. It
 * touches no state of the console: jobs come in through a queue, messages go
 * out by hv_loop_post(). Called by run.c.
 */
#include "tui/app/worker.h"
#include "tui/command/command.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

struct queued {
    struct queued *next;
    struct hv_job job;
};

struct hv_worker {
    struct hv_loop *ui; /* borrowed */
    hv_worker_fn fn;
    void *arg;
    pthread_t thread;
    pthread_mutex_t lock; /* of all below */
    pthread_cond_t wake;
    struct queued *first;
    struct queued **last;
    bool is_stopping;
    bool is_asking; /* a command waits for y or n */
    int answer;     /* -1 none yet */
    /* The thread's own from here on; only is_cancelled is everybody's. */
    struct hv_session session;
    uint64_t op; /* of the job that runs */
};

struct reply {
    hv_worker_fn fn; /* a reply may outlive the worker */
    void *arg;
    struct hv_msg msg;
    struct hv_journal_view *journal;
};

static void
on_reply(void *arg)
{
    struct reply *reply = arg;

    reply->fn(reply->arg, &reply->msg, reply->journal);
    free(reply);
}

static void
send(struct hv_worker *worker, const struct hv_msg *msg,
     struct hv_journal_view *journal)
{
    struct reply *reply = hv_calloc(1, sizeof(*reply));

    reply->fn = worker->fn;
    reply->arg = worker->arg;
    reply->msg = *msg;
    reply->journal = journal;
    hv_loop_post(worker->ui, on_reply, reply);
}

static void
job_release(struct hv_job *job)
{
    free(job->text);
    hv_secret_release(&job->passphrase);
}

/* ---------------------------------------------------- a command's asker -- */

static void
on_progress(void *arg, const char *line)
{
    struct hv_worker *worker = arg;
    struct hv_msg msg = { .kind = HV_MSG_PROGRESS,
                          .op = worker->op,
                          .text = hv_strdup(line) };

    send(worker, &msg, NULL);
}

static void
on_rotation(void *arg, const struct hv_rotation *job)
{
    struct hv_worker *worker = arg;
    struct hv_msg msg = { .kind = HV_MSG_ROTATION, .op = worker->op };

    msg.u.rotation = hv_calloc(1, sizeof(*msg.u.rotation));
    *msg.u.rotation = *job;
    send(worker, &msg, NULL);
}

static bool
on_confirm(void *arg, const char *question)
{
    struct hv_worker *worker = arg;
    struct hv_msg msg = { .kind = HV_MSG_ASK,
                          .op = worker->op,
                          .text = hv_strdup(question) };
    bool yes;

    pthread_mutex_lock(&worker->lock);
    worker->is_asking = true;
    worker->answer = -1;
    pthread_mutex_unlock(&worker->lock);
    send(worker, &msg, NULL);
    pthread_mutex_lock(&worker->lock);
    while (worker->answer < 0 && !worker->is_stopping &&
           !worker->session.is_cancelled)
        pthread_cond_wait(&worker->wake, &worker->lock);
    yes = worker->answer == 1;
    worker->is_asking = false;
    pthread_mutex_unlock(&worker->lock);
    return yes;
}

/* ----------------------------------------------------------------- jobs -- */

static void
open_journal(struct hv_worker *worker, struct hv_msg *msg,
             struct hv_journal_view **journal)
{
    /* Without a journal the rest still works: the Log says why. */
    if (hv_session_journal(&worker->session, journal, &msg->error))
        *journal = NULL;
}

static void
do_open(struct hv_worker *worker, struct hv_job *job, struct hv_msg *msg,
        struct hv_journal_view **journal)
{
    struct hv_credential credential = { .passphrase = &job->passphrase };
    struct hv_session *session = &worker->session;
    struct hv_keystore *ks = NULL;
    enum hv_status st;

    if (job->kind == HV_JOB_UNLOCK) {
        st = hv_keystore_open(session->globals.keystore, &credential, &ks,
                              &msg->error);
        if (!st)
            hv_session_give_keystore(session, ks);
    } else {
        st = hv_session_keystore(session, &ks, &msg->error);
    }
    hv_secret_release(&job->passphrase);
    msg->kind = st ? HV_MSG_OPEN_FAILED : HV_MSG_OPENED;
    if (!st)
        open_journal(worker, msg, journal);
}

static void
do_command(struct hv_worker *worker, const struct hv_job *job,
           struct hv_msg *msg)
{
    struct hv_session *session = &worker->session;
    struct hv_globals before = session->globals;
    struct hv_buf text = { 0 };

    msg->kind = HV_MSG_COMMAND;
    session->globals.write = job->is_armed;
    hv_copy(session->globals.confirm, sizeof(session->globals.confirm),
            job->confirm);
    if (hv_command_text(session, job->text, job->yes, &text, &msg->error))
        hv_buf_clear(&text); /* half an answer is none */
    session->globals.write = before.write;
    memcpy(session->globals.confirm, before.confirm, sizeof(before.confirm));
    msg->text = hv_strdup(hv_buf_str(&text));
    hv_buf_release(&text);
}

static void
do_load(struct hv_worker *worker, const struct hv_job *job, struct hv_msg *msg)
{
    struct hv_session *session = &worker->session;
    enum hv_status st = HV_OK;

    switch (job->kind) {
    case HV_JOB_STATUS:
        msg->kind = HV_MSG_STATUS;
        msg->u.status = hv_calloc(1, sizeof(*msg->u.status));
        st = hv_model_status(session, msg->u.status, &msg->error);
        break;
    case HV_JOB_SUBS:
        msg->kind = HV_MSG_SUBS;
        st = hv_model_subs(session, &msg->u.subs, &msg->error);
        break;
    case HV_JOB_DRAIN:
        msg->kind = HV_MSG_DRAIN;
        st = hv_model_drain(session, NULL, &msg->u.drain, &msg->error);
        break;
    case HV_JOB_JOBS:
        msg->kind = HV_MSG_JOBS;
        st = hv_jobs_read(session, &msg->u.jobs, &msg->error);
        break;
    default:
        msg->kind = HV_MSG_KEYS;
        st = hv_model_keys(session, NULL, &msg->u.keys, &msg->error);
        break;
    }
    if (st) {
        if (msg->kind == HV_MSG_STATUS)
            free(msg->u.status);
        memset(&msg->u, 0, sizeof(msg->u));
        msg->kind = HV_MSG_FAILED;
    }
}

static void
do_job(struct hv_worker *worker, struct hv_job *job)
{
    struct hv_msg msg = { .op = job->op, .job = job->kind };
    struct hv_journal_view *journal = NULL;

    worker->op = job->op;
    switch (job->kind) {
    case HV_JOB_OPEN:
    case HV_JOB_UNLOCK:
        do_open(worker, job, &msg, &journal);
        break;
    case HV_JOB_LOCK:
        hv_session_give_keystore(&worker->session, NULL);
        msg.kind = HV_MSG_LOCKED;
        break;
    case HV_JOB_COMMAND:
        do_command(worker, job, &msg);
        break;
    case HV_JOB_JOURNAL:
        msg.kind = HV_MSG_JOURNAL;
        open_journal(worker, &msg, &journal);
        break;
    default:
        do_load(worker, job, &msg);
        break;
    }
    send(worker, &msg, journal);
}

static bool
next_job(struct hv_worker *worker, struct hv_job *out)
{
    struct queued *queued;

    pthread_mutex_lock(&worker->lock);
    while (!worker->first && !worker->is_stopping)
        pthread_cond_wait(&worker->wake, &worker->lock);
    queued = worker->is_stopping ? NULL : worker->first;
    if (queued) {
        worker->first = queued->next;
        if (!worker->first)
            worker->last = &worker->first;
        *out = queued->job;
        worker->session.is_cancelled = false;
    }
    pthread_mutex_unlock(&worker->lock);
    free(queued);
    return queued != NULL;
}

static void *
work(void *arg)
{
    struct hv_worker *worker = arg;
    struct hv_job job;

    while (next_job(worker, &job)) {
        do_job(worker, &job);
        job_release(&job);
    }
    return NULL;
}

/* ------------------------------------------------------------- its owner -- */

static const int crashes[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT };

enum hv_status
hv_worker_start(struct hv_loop *ui, const struct hv_globals *globals,
                hv_worker_fn fn, void *arg, struct hv_worker **out,
                struct hv_error *err)
{
    struct hv_worker *worker = hv_calloc(1, sizeof(*worker));
    enum hv_status st = hv_session_init(&worker->session, globals, err);
    sigset_t all;
    sigset_t before;

    if (st) {
        free(worker);
        return st;
    }
    worker->ui = ui;
    worker->fn = fn;
    worker->arg = arg;
    worker->last = &worker->first;
    /* Nobody is asked for a passphrase from here: the console has a prompt. */
    worker->session.asker = (struct hv_asker){
        .confirm = on_confirm,
        .progress = on_progress,
        .rotation = on_rotation,
        .arg = worker,
    };
    pthread_mutex_init(&worker->lock, NULL);
    pthread_cond_init(&worker->wake, NULL);
    /* Signals are the loop thread's matter, but for a crash of our own. */
    sigfillset(&all);
    for (size_t i = 0; i < HV_LEN(crashes); i++)
        sigdelset(&all, crashes[i]);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    if (pthread_create(&worker->thread, NULL, work, worker)) {
        st = hv_fail_errno(err, HV_ERR_IO, "no thread for the console's work");
        hv_session_release(&worker->session);
        free(worker);
    } else {
        *out = worker;
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return st;
}

bool
hv_worker_has_credential(const struct hv_worker *worker)
{
    return hv_session_has_credential(&worker->session);
}

void
hv_worker_do(struct hv_worker *worker, struct hv_job *job)
{
    struct queued *queued = hv_calloc(1, sizeof(*queued));

    queued->job = *job;
    *job = (struct hv_job){ 0 };
    pthread_mutex_lock(&worker->lock);
    *worker->last = queued;
    worker->last = &queued->next;
    pthread_cond_signal(&worker->wake);
    pthread_mutex_unlock(&worker->lock);
}

void
hv_worker_cancel(struct hv_worker *worker)
{
    pthread_mutex_lock(&worker->lock);
    worker->session.is_cancelled = true;
    pthread_cond_signal(&worker->wake);
    pthread_mutex_unlock(&worker->lock);
}

void
hv_worker_answer(struct hv_worker *worker, bool yes)
{
    pthread_mutex_lock(&worker->lock);
    if (worker->is_asking)
        worker->answer = yes;
    pthread_cond_signal(&worker->wake);
    pthread_mutex_unlock(&worker->lock);
}

void
hv_worker_stop(struct hv_worker *worker)
{
    if (!worker)
        return;
    pthread_mutex_lock(&worker->lock);
    worker->is_stopping = true;
    worker->session.is_cancelled = true;
    pthread_cond_signal(&worker->wake);
    pthread_mutex_unlock(&worker->lock);
    pthread_join(worker->thread, NULL);
    while (worker->first) {
        struct queued *next = worker->first->next;

        job_release(&worker->first->job);
        free(worker->first);
        worker->first = next;
    }
    hv_session_release(&worker->session);
    pthread_cond_destroy(&worker->wake);
    pthread_mutex_destroy(&worker->lock);
    free(worker);
}
