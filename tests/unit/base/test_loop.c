/*
 * test_loop.c - order, timers, descriptors, signals, and wake-ups from other
 * threads. Time appears only as a lower bound, and as a far deadline.
 */
#include "hvconsole/clock.h"
#include "hvconsole/loop.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#define FAR_MS 20000

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

TestSuite(loop, .init = setup, .fini = teardown, .timeout = 60);

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
stop_loop(void *arg)
{
    (void)arg;
    hv_loop_stop(loop);
}

static void
ignore_fd(void *arg, int fd, int what)
{
    (void)arg;
    (void)fd;
    (void)what;
}

Test(loop, refuses_descriptors_that_cannot_be_watched)
{
    int file = open("/proc/self/exe", O_RDONLY);
    int null = open("/dev/null", O_RDWR);

    cr_expect_null(hv_loop_fd(loop, -1, HV_WATCH_READ, ignore_fd, NULL));
    cr_expect_null(hv_loop_fd(loop, 999, HV_WATCH_READ, ignore_fd, NULL));
    cr_expect_null(hv_loop_fd(loop, file, HV_WATCH_READ, ignore_fd, NULL));
    cr_expect_null(hv_loop_fd(loop, null, HV_WATCH_READ, ignore_fd, NULL));
    close(file);
    close(null);
}

Test(loop_new, fails_without_descriptors)
{
    struct rlimit none = { 3, 3 };
    struct hv_loop *made = NULL;
    struct hv_error err = { 0 };
    struct rlimit before;

    cr_assert_eq(getrlimit(RLIMIT_NOFILE, &before), 0);
    none.rlim_max = before.rlim_max;
    cr_assert_eq(setrlimit(RLIMIT_NOFILE, &none), 0);
    cr_expect_eq(hv_loop_new(&made, &err), HV_ERR_IO);
    cr_assert_eq(setrlimit(RLIMIT_NOFILE, &before), 0);
    cr_expect_null(made);
    cr_expect_neq(err.why[0], '\0');
    hv_loop_free(NULL);
    hv_watch_free(NULL);
}

Test(loop, run_until_gives_up_at_its_time_or_at_stop)
{
    bool never = false;
    bool already = true;
    int64_t start = hv_clock_mono_ms();

    cr_expect_not(hv_loop_run_until(loop, &never, 0));
    cr_expect_not(hv_loop_run_until(loop, &never, 30));
    /* The loop's clock is coarse: up to one tick of 10 ms early. */
    cr_expect_geq(hv_clock_mono_ms() - start, 20);
    cr_expect(hv_loop_run_until(loop, &already, -1));
    hv_loop_post(loop, stop_loop, NULL);
    cr_expect_not(hv_loop_run_until(loop, &never, FAR_MS));
    /* The stop was used up: this one runs. */
    hv_loop_post(loop, set_flag, &never);
    cr_expect(hv_loop_run_until(loop, &never, FAR_MS));
}

Test(loop, run_until_without_time_takes_what_is_ready)
{
    bool is_done = false;

    hv_loop_post(loop, set_flag, &is_done);
    cr_expect(hv_loop_run_until(loop, &is_done, 0));
}

Test(loop, stop_before_run_is_not_lost)
{
    hv_loop_stop(loop);
    hv_loop_run(loop);
    hv_loop_post(loop, stop_loop, NULL);
    hv_loop_run(loop);
}

static void *
stop_from_thread(void *arg)
{
    (void)arg;
    hv_loop_stop(loop);
    return NULL;
}

Test(loop, stop_from_another_thread_wakes_it)
{
    for (int i = 0; i < 200; i++) {
        pthread_t thread;

        cr_assert_eq(pthread_create(&thread, NULL, stop_from_thread, NULL), 0);
        hv_loop_run(loop);
        pthread_join(thread, NULL);
    }
}

struct order {
    int next[4]; /* the number expected from each thread */
    int total;
    bool is_wrong;
    bool is_done;
};

struct numbered {
    struct order *order;
    int thread;
    int number;
};

enum { THREADS = 4, POSTS = 2000 };

static struct numbered numbers[THREADS][POSTS];

static void
take_number(void *arg)
{
    struct numbered *n = arg;

    if (n->order->next[n->thread]++ != n->number)
        n->order->is_wrong = true;
    if (++n->order->total == THREADS * POSTS)
        n->order->is_done = true;
}

static void *
post_numbers(void *arg)
{
    struct numbered *row = arg;

    for (int i = 0; i < POSTS; i++)
        hv_loop_post(loop, take_number, &row[i]);
    return NULL;
}

Test(loop, posts_of_many_threads_arrive_once_and_in_order)
{
    struct order order = { 0 };
    pthread_t threads[THREADS];

    for (int t = 0; t < THREADS; t++) {
        for (int i = 0; i < POSTS; i++)
            numbers[t][i] = (struct numbered){ &order, t, i };
        cr_assert_eq(
            pthread_create(&threads[t], NULL, post_numbers, numbers[t]), 0);
    }
    cr_expect(hv_loop_run_until(loop, &order.is_done, FAR_MS));
    cr_expect_eq(order.total, THREADS * POSTS);
    cr_expect_not(order.is_wrong);
    for (int t = 0; t < THREADS; t++)
        pthread_join(threads[t], NULL);
}

struct repost {
    int left;
    bool is_done;
};

static void
post_again(void *arg)
{
    struct repost *r = arg;

    if (r->left-- > 0)
        hv_loop_post(loop, post_again, r);
    else
        r->is_done = true;
}

Test(loop, posting_from_a_post_works_and_starves_nobody)
{
    struct repost endless = { .left = 1 << 30 };
    bool is_late = false;
    struct hv_watch *timer = hv_loop_timer(loop, set_flag, &is_late);

    hv_watch_after(timer, 1);
    post_again(&endless);
    cr_expect(hv_loop_run_until(loop, &is_late, FAR_MS));
    endless.left = 0;
    cr_expect(hv_loop_run_until(loop, &endless.is_done, FAR_MS));
    hv_watch_free(timer);
}

struct ticks {
    struct hv_watch *timer;
    int count;
    bool is_done;
};

static void
tick(void *arg)
{
    struct ticks *t = arg;

    if (++t->count == 3)
        t->is_done = true;
    else
        hv_watch_after(t->timer, 0);
}

Test(loop, timers_start_restart_and_stop)
{
    struct ticks t = { 0 };
    int stopped = 0;
    int once = 0;
    struct hv_watch *never = hv_loop_timer(loop, count_one, &stopped);
    struct hv_watch *cancelled = hv_loop_timer(loop, count_one, &stopped);
    struct hv_watch *later = hv_loop_timer(loop, count_one, &stopped);
    struct hv_watch *single = hv_loop_timer(loop, count_one, &once);

    t.timer = hv_loop_timer(loop, tick, &t);
    hv_watch_after(cancelled, 0);
    hv_watch_after(cancelled, -1);
    hv_watch_after(later, 0);
    hv_watch_after(later, 3600000); /* a restart replaces the first time */
    hv_watch_after(single, 0);
    hv_watch_after(t.timer, 1);
    cr_expect(hv_loop_run_until(loop, &t.is_done, FAR_MS));
    cr_expect_eq(t.count, 3);
    cr_expect_eq(once, 1);
    cr_expect_eq(stopped, 0);
    hv_watch_free(never);
    hv_watch_free(cancelled);
    hv_watch_free(later);
    hv_watch_free(single);
    hv_watch_free(t.timer);
}

static void
note_first(void *arg)
{
    int **at = arg;

    *(*at)++ = 1;
}

static void
note_second(void *arg)
{
    int **at = arg;

    *(*at)++ = 2;
    hv_loop_stop(loop);
}

Test(loop, timers_run_by_time_not_by_start)
{
    int seen[2] = { 0 };
    int *at = seen;
    struct hv_watch *second = hv_loop_timer(loop, note_second, &at);
    struct hv_watch *first = hv_loop_timer(loop, note_first, &at);

    hv_watch_after(second, 40);
    hv_watch_after(first, 1);
    hv_loop_run(loop);
    cr_expect_eq(seen[0], 1);
    cr_expect_eq(seen[1], 2);
    hv_watch_free(first);
    hv_watch_free(second);
}

struct reader {
    struct hv_watch *watch;
    int what;
    char byte;
    bool is_done;
};

static void
read_one(void *arg, int fd, int what)
{
    struct reader *r = arg;

    r->what = what;
    r->is_done = true;
    if (what & HV_WATCH_READ)
        cr_assert_eq(read(fd, &r->byte, 1), 1);
    hv_watch_free(r->watch); /* from inside its own call */
    r->watch = NULL;
}

Test(loop, descriptors)
{
    struct reader r = { 0 };
    struct reader w = { 0 };
    int ends[2];

    cr_assert_eq(pipe(ends), 0);
    r.watch = hv_loop_fd(loop, ends[0], HV_WATCH_READ, read_one, &r);
    cr_assert_not_null(r.watch);
    cr_expect_not(hv_loop_run_until(loop, &r.is_done, 0));
    w.watch = hv_loop_fd(loop, ends[1], HV_WATCH_WRITE, read_one, &w);
    cr_assert_not_null(w.watch);
    cr_expect(hv_loop_run_until(loop, &w.is_done, FAR_MS));
    cr_expect_eq(w.what, HV_WATCH_WRITE);
    cr_assert_eq(write(ends[1], "x", 1), 1);
    cr_expect(hv_loop_run_until(loop, &r.is_done, FAR_MS));
    cr_expect_eq(r.what, HV_WATCH_READ);
    cr_expect_eq(r.byte, 'x');
    close(ends[0]);
    close(ends[1]);
}

/* curl does this: a socket closed, the next one with the same number. */
Test(loop, a_number_that_comes_back_is_watched_anew)
{
    for (int i = 0; i < 50; i++) {
        struct reader r = { 0 };
        int ends[2];

        cr_assert_eq(pipe(ends), 0);
        r.watch = hv_loop_fd(loop, ends[0], HV_WATCH_READ, read_one, &r);
        cr_assert_not_null(r.watch);
        if (i % 2) { /* no turn of the loop between the two */
            hv_watch_free(r.watch);
            close(ends[0]);
            close(ends[1]);
            cr_assert_eq(pipe(ends), 0);
            r.watch = hv_loop_fd(loop, ends[0], HV_WATCH_READ, read_one, &r);
            cr_assert_not_null(r.watch);
        }
        cr_assert_eq(write(ends[1], "y", 1), 1);
        cr_assert(hv_loop_run_until(loop, &r.is_done, FAR_MS), "turn %d", i);
        close(ends[0]);
        close(ends[1]);
    }
}

Test(loop, signals)
{
    bool is_done = false;
    struct hv_watch *watch = hv_loop_signal(loop, SIGUSR1, set_flag, &is_done);

    cr_assert_not_null(watch);
    for (int i = 0; i < 3; i++) {
        is_done = false;
        cr_assert_eq(raise(SIGUSR1), 0);
        cr_expect(hv_loop_run_until(loop, &is_done, FAR_MS), "turn %d", i);
    }
    hv_watch_free(watch);
}

Test(loop, a_hundred_thousand_posts_all_run)
{
    int count = 0;
    bool is_done = false;

    for (int i = 0; i < 100000; i++)
        hv_loop_post(loop, count_one, &count);
    hv_loop_post(loop, set_flag, &is_done);
    cr_expect(hv_loop_run_until(loop, &is_done, FAR_MS));
    cr_expect_eq(count, 100000);
}
