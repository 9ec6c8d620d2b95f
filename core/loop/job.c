/*
 * job.c - long work on a thread of its own, its end on the loop's thread.
 * Called by whoever would hold up the loop (KDF, big queries). The work must
 * not touch anything but its argument.
 */
#include "core/loop/state.h"

#include "hvconsole/thread.h"

#include <stdlib.h>

struct hv_job {
    struct hv_job *next;
    struct hv_loop *loop;
    hv_loop_fn work;
    hv_loop_fn done;
    void *arg;
    pthread_t thread;
    bool has_thread; /* started and not yet joined */
};

/* On the loop's thread, after the work. */
static void
job_end(void *arg)
{
    struct hv_job *job = arg;
    struct hv_job **at = &job->loop->jobs;

    /* The thread has posted this as its last act: no time to wait. */
    if (job->has_thread)
        pthread_join(job->thread, NULL);
    while (*at != job)
        at = &(*at)->next;
    *at = job->next;
    job->done(job->arg);
    free(job);
}

static void *
job_main(void *arg)
{
    struct hv_job *job = arg;

    job->work(job->arg);
    hv_loop_post(job->loop, job_end, job);
    return NULL;
}

void
hv_loop_job(struct hv_loop *loop, hv_loop_fn work, hv_loop_fn done, void *arg)
{
    struct hv_job *job = hv_calloc(1, sizeof(*job));

    *job = (struct hv_job){
        .next = loop->jobs,
        .loop = loop,
        .work = work,
        .done = done,
        .arg = arg,
    };
    loop->jobs = job;
    job->has_thread = hv_thread_start(&job->thread, job_main, job);
    /* No thread to be had: late is better than never. */
    if (!job->has_thread)
        job_main(job);
}

void
hv_loop_join_jobs(struct hv_loop *loop)
{
    for (struct hv_job *job = loop->jobs; job; job = job->next) {
        if (job->has_thread)
            pthread_join(job->thread, NULL);
        job->has_thread = false;
    }
}
