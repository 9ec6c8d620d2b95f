/*
 * test_job.c - work on threads of its own, and what becomes of it, of posts and
 * of watches when the loop ends.
 */
#include "hvconsole/loop.h"

#include <criterion/criterion.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <unistd.h>

#define FAR_MS 20000 /* a deadline far beyond what is needed */

static struct hv_loop *loop;

static void
setup(void)
{
    struct hv_error err = { 0 };

    cr_assert_eq(hv_loop_new(&loop, &err), HV_OK, "%s", err.why);
}

static void
teardown(void)
{
    hv_loop_free(loop);
    loop = NULL;
}

TestSuite(job, .init = setup, .fini = teardown, .timeout = 60);
TestSuite(loop_free, .init = setup, .timeout = 60); /* frees it by itself */

static void
set_flag(void *arg)
{
    *(bool *)arg = true;
}

static void
count_one(void *arg)
{
    ++*(int *)arg;
}

static void
ignore_fd(void *arg, int fd, int what)
{
    (void)arg;
    (void)fd;
    (void)what;
}

struct job {
    pthread_t thread;
    atomic_int worked;
    int done_after;
    bool signals_are_blocked;
    bool is_done;
};

static void
job_work(void *arg)
{
    struct job *job = arg;
    sigset_t now;

    pthread_sigmask(SIG_SETMASK, NULL, &now);
    job->signals_are_blocked = sigismember(&now, SIGTERM) == 1;
    job->thread = pthread_self();
    atomic_store(&job->worked, 1);
}

static void
job_done(void *arg)
{
    struct job *job = arg;

    job->done_after = atomic_load(&job->worked);
    job->is_done = true;
}

Test(job, jobs_work_elsewhere_and_end_here)
{
    for (int i = 0; i < 20; i++) {
        struct job job = { 0 };

        hv_loop_job(loop, job_work, job_done, &job);
        cr_assert(hv_loop_run_until(loop, &job.is_done, FAR_MS));
        cr_expect_eq(job.done_after, 1);
        cr_expect(job.signals_are_blocked);
        cr_expect_not(pthread_equal(job.thread, pthread_self()));
    }
}

static int gate[2];

static void
wait_at_gate(void *arg)
{
    char byte;

    (void)arg;
    (void)!read(gate[0], &byte, 1);
}

Test(job, goes_on_while_a_job_works)
{
    bool is_done = false;
    bool is_posted = false;

    cr_assert_eq(pipe(gate), 0);
    hv_loop_job(loop, wait_at_gate, set_flag, &is_done);
    hv_loop_post(loop, set_flag, &is_posted);
    cr_expect(hv_loop_run_until(loop, &is_posted, FAR_MS));
    cr_expect_not(is_done);
    cr_assert_eq(write(gate[1], "x", 1), 1);
    cr_expect(hv_loop_run_until(loop, &is_done, FAR_MS));
    close(gate[0]);
    close(gate[1]);
}

static void
post_count(void *arg)
{
    hv_loop_post(loop, count_one, arg);
}

Test(loop_free, runs_what_waits_and_waits_for_jobs)
{
    int posts = 0;
    bool job_ended = false;

    cr_assert_eq(pipe(gate), 0);
    hv_loop_job(loop, wait_at_gate, set_flag, &job_ended);
    hv_loop_post(loop, count_one, &posts);
    hv_loop_post(loop, post_count, &posts);
    cr_assert_eq(write(gate[1], "x", 1), 1);
    hv_loop_free(loop);
    cr_expect(job_ended);
    cr_expect_eq(posts, 2);
    close(gate[0]);
    close(gate[1]);
}

Test(loop_free, a_watch_may_outlive_its_loop)
{
    int count = 0;
    struct hv_watch *timer;
    struct hv_watch *fd;
    struct hv_watch *sig;
    int ends[2];

    cr_assert_eq(pipe(ends), 0);
    timer = hv_loop_timer(loop, count_one, &count);
    fd = hv_loop_fd(loop, ends[0], HV_WATCH_READ, ignore_fd, NULL);
    sig = hv_loop_signal(loop, SIGUSR2, count_one, &count);
    hv_watch_after(timer, 0);
    hv_loop_free(loop);
    hv_watch_after(timer, 0);
    hv_watch_free(fd);
    hv_watch_free(timer);
    hv_watch_free(sig);
    cr_expect_eq(count, 0);
    close(ends[0]);
    close(ends[1]);
}

static void *
post_and_leave(void *arg)
{
    hv_loop_post(loop, set_flag, arg);
    return NULL;
}

Test(job, loop_may_be_freed_as_soon_as_a_post_arrived)
{
    for (int i = 0; i < 200; i++) {
        bool is_done = false;
        pthread_t thread;

        cr_assert_eq(pthread_create(&thread, NULL, post_and_leave, &is_done),
                     0);
        cr_assert(hv_loop_run_until(loop, &is_done, FAR_MS));
        hv_loop_free(loop);
        setup();
        pthread_join(thread, NULL);
    }
}
