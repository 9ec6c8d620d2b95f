/*
 * worker.c - network, keystore and slow queries on a thread of their own. It
 * touches no state of the console: jobs come in through a queue, messages go
 * out by hv_loop_post(). Called by run.c.
 */
#include "tui/app/work.h"

#include "hvconsole/clock.h"
#include "hvconsole/thread.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define PATIENCE_MS 500 /* what is here does not wait longer for the network */

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
    enum hv_job_kind running; /* HV_JOB_COUNT = none */
    int64_t since_mono_ms;
    bool is_yielding; /* it was interrupted, and is to be done again */
    bool is_asking;   /* a command waits for y or n */
    int answer;       /* -1 none yet */
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

/* The first in the queue that only reads what is on this machine. */
static bool
take_local(struct hv_worker *worker, struct hv_job *out)
{
    struct queued **at = &worker->first;
    struct queued *found;

    pthread_mutex_lock(&worker->lock);
    while (*at && !hv_job_is_local((*at)->job.kind))
        at = &(*at)->next;
    found = *at;
    if (found) {
        *at = found->next;
        if (!found->next)
            worker->last = at;
        *out = found->job;
    }
    pthread_mutex_unlock(&worker->lock);
    free(found);
    return found != NULL;
}

static void
do_local(struct hv_worker *worker)
{
    struct hv_job local;

    while (take_local(worker, &local)) {
        struct hv_msg msg = { .op = local.op, .job = local.kind };

        hv_work_load(&worker->session, &local, &msg);
        send(worker, &msg, NULL);
        job_release(&local);
    }
}

/* Thousands of records take their time: between two of them the screen gets its
 * facts. */
static void
on_progress(void *arg, const char *line)
{
    struct hv_worker *worker = arg;
    struct hv_msg msg = { .kind = HV_MSG_PROGRESS,
                          .op = worker->op,
                          .text = hv_strdup(line) };

    send(worker, &msg, NULL);
    if (worker->running == HV_JOB_DIFF)
        do_local(worker);
}

static bool
is_between_items(const struct hv_rotation *job)
{
    for (size_t i = 0; i < job->len; i++) {
        if (job->items[i].state == HV_ITEM_RUNNING)
            return false;
    }
    return true;
}

/* A rotation may last an hour: between two keys the screen gets its facts. In
 * the middle of one nothing else touches the keystore. */
static void
on_rotation(void *arg, const struct hv_rotation *job)
{
    struct hv_worker *worker = arg;
    struct hv_msg msg = { .kind = HV_MSG_ROTATION, .op = worker->op };

    msg.u.rotation = hv_calloc(1, sizeof(*msg.u.rotation));
    *msg.u.rotation = *job;
    send(worker, &msg, NULL);
    if (is_between_items(job))
        do_local(worker);
}

/* Taken over: the bodies may be large. */
static void
on_exchange(void *arg, struct hv_exchange *exchange)
{
    struct hv_worker *worker = arg;
    struct hv_msg msg = { .kind = HV_MSG_EXCHANGE,
                          .op = worker->op,
                          .job = HV_JOB_COMMAND };

    msg.u.exchange = hv_calloc(1, sizeof(*msg.u.exchange));
    *msg.u.exchange = *exchange;
    *exchange = (struct hv_exchange){ 0 };
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
enqueue(struct hv_worker *worker, struct hv_job *job)
{
    struct queued *queued = hv_calloc(1, sizeof(*queued));

    queued->job = *job;
    *job = (struct hv_job){ 0 };
    *worker->last = queued;
    worker->last = &queued->next;
    pthread_cond_signal(&worker->wake);
}

/* It made room for others, and goes behind them; never behind a lock, which
 * would be undone by it where a file holds the passphrase. */
static bool
goes_again(struct hv_worker *worker, struct hv_job *job,
           const struct hv_msg *msg)
{
    bool is_again;

    pthread_mutex_lock(&worker->lock);
    is_again = worker->is_yielding && !worker->is_stopping &&
               msg->error.status == HV_ERR_CANCELLED;
    for (struct queued *q = worker->first; q; q = q->next)
        is_again = is_again && q->job.kind != HV_JOB_LOCK;
    worker->is_yielding = false;
    if (is_again)
        enqueue(worker, job);
    pthread_mutex_unlock(&worker->lock);
    return is_again;
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
        hv_work_open(&worker->session, job, &msg, &journal);
        break;
    case HV_JOB_LOCK:
        hv_session_give_keystore(&worker->session, NULL);
        msg.kind = HV_MSG_LOCKED;
        break;
    case HV_JOB_COMMAND:
        hv_work_command(&worker->session, job, &msg);
        break;
    case HV_JOB_JOURNAL:
        msg.kind = HV_MSG_JOURNAL;
        hv_work_journal(&worker->session, &msg, &journal);
        break;
    default:
        if (job->is_dropped) {
            msg.kind = HV_MSG_FAILED;
            (void)hv_fail(&msg.error, HV_ERR_CANCELLED, "cancelled");
            break;
        }
        hv_work_load(&worker->session, job, &msg);
        if (goes_again(worker, job, &msg))
            return;
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
        worker->is_yielding = false;
        worker->running = queued->job.kind;
        worker->since_mono_ms = hv_clock_mono_ms();
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
        pthread_mutex_lock(&worker->lock);
        worker->running = HV_JOB_COUNT;
        pthread_mutex_unlock(&worker->lock);
    }
    return NULL;
}

/* ------------------------------------------------------------- its owner -- */

enum hv_status
hv_worker_start(struct hv_loop *ui, const struct hv_globals *globals,
                hv_worker_fn fn, void *arg, struct hv_worker **out,
                struct hv_error *err)
{
    struct hv_worker *worker = hv_calloc(1, sizeof(*worker));
    enum hv_status st = hv_session_init(&worker->session, globals, err);

    if (st) {
        free(worker);
        return st;
    }
    worker->ui = ui;
    worker->fn = fn;
    worker->arg = arg;
    worker->last = &worker->first;
    worker->running = HV_JOB_COUNT;
    /* Nobody is asked for a passphrase from here: the console has a prompt. */
    worker->session.asker = (struct hv_asker){
        .confirm = on_confirm,
        .progress = on_progress,
        .rotation = on_rotation,
        .exchange = on_exchange,
        .arg = worker,
    };
    pthread_mutex_init(&worker->lock, NULL);
    pthread_cond_init(&worker->wake, NULL);
    if (!hv_thread_start(&worker->thread, work, worker)) {
        st = hv_fail_errno(err, HV_ERR_IO, "no thread for the console's work");
        hv_session_release(&worker->session);
        free(worker);
    } else {
        *out = worker;
    }
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
    pthread_mutex_lock(&worker->lock);
    enqueue(worker, job);
    pthread_mutex_unlock(&worker->lock);
}

void
hv_worker_yield(struct hv_worker *worker)
{
    bool is_wanted = false;

    pthread_mutex_lock(&worker->lock);
    /* The status is asked for every few seconds: it can wait. */
    for (struct queued *q = worker->first; q; q = q->next)
        is_wanted = is_wanted || q->job.kind != HV_JOB_STATUS;
    if (is_wanted && worker->running == HV_JOB_SUBS &&
        hv_clock_mono_ms() - worker->since_mono_ms >= PATIENCE_MS) {
        worker->is_yielding = true;
        worker->session.is_cancelled = true;
    }
    pthread_mutex_unlock(&worker->lock);
}

void
hv_worker_cancel(struct hv_worker *worker)
{
    pthread_mutex_lock(&worker->lock);
    worker->session.is_cancelled = true;
    worker->is_yielding = false;
    for (struct queued *q = worker->first;
         q && worker->running != HV_JOB_COMMAND; q = q->next)
        q->job.is_dropped = hv_job_is_stoppable(q->job.kind);
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
