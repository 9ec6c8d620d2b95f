/*
 * test_control.c - the control socket under run/: answers, failures, and
 * clients that are late, rude or gone.
 */
#include "support.h"

#include "hvconsole/run.h"

#include <criterion/criterion.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

TestSuite(control, .init = test_start, .fini = test_end, .timeout = 60);

/* A question on a thread, as it blocks. */
struct question {
    const char *store;
    struct hv_facts request;
    struct hv_facts answer;
    struct hv_error err;
    enum hv_status status;
    int timeout_ms;
    bool is_done;
    pthread_t thread;
};

static void
set_done(void *arg)
{
    *(bool *)arg = true;
}

static void *
ask_thread(void *arg)
{
    struct question *q = arg;

    q->status = hv_run_ask(q->store, "listener", &q->request,
                           q->timeout_ms ? q->timeout_ms : TEST_TIMEOUT_MS,
                           &q->answer, &q->err);
    hv_loop_post(test_loop, set_done, &q->is_done);
    return NULL;
}

static void
ask_start(struct question *q)
{
    if (!q->store)
        q->store = test_dir;
    cr_assert_eq(pthread_create(&q->thread, NULL, ask_thread, q), 0);
}

static void
ask_end(struct question *q)
{
    test_spin(&q->is_done);
    pthread_join(q->thread, NULL);
}

static void
ask_release(struct question *q)
{
    hv_facts_release(&q->request);
    hv_facts_release(&q->answer);
}

/* Repeats what it is asked; some verbs are special. */
static struct hv_control *kept;
static bool has_kept;

static void
serve(void *arg, struct hv_control *control, const struct hv_facts *request)
{
    struct hv_facts answer = { 0 };
    struct hv_error err = { 0 };
    char verb[32] = "";

    (void)arg;
    hv_facts_get(request, "verb", 0, verb, sizeof(verb));
    if (strcmp(verb, "keep") == 0) {
        kept = control;
        has_kept = true;
        return;
    }
    if (strcmp(verb, "fail") == 0) {
        hv_fail(&err, HV_ERR_TOKEN, "no\nway: %s", "100%");
        hv_hint(&err, "try = again");
        err.platform_code = 7;
    }
    if (strcmp(verb, "big") == 0) {
        for (int i = 0; i < 20; i++) {
            char chunk[60001];

            memset(chunk, 'x', sizeof(chunk) - 1);
            chunk[sizeof(chunk) - 1] = '\0';
            hv_facts_add(&answer, "x", chunk);
        }
    }
    if (strcmp(verb, "large") == 0) {
        char chunk[60001];

        memset(chunk, 'y', sizeof(chunk) - 1);
        chunk[sizeof(chunk) - 1] = '\0';
        for (int i = 0; i < 16; i++)
            hv_facts_add(&answer, "y", chunk);
    }
    hv_facts_addf(&answer, "echo", "%s", verb);
    hv_control_reply(control, &answer, &err);
    hv_facts_release(&answer);
}

static struct hv_run *
run_and_serve(const char *store)
{
    struct hv_run *run = NULL;
    struct hv_error err = { 0 };

    cr_assert_eq(hv_run_start(store, "listener", &run, &err), HV_OK, "%s",
                 err.why);
    cr_assert_eq(hv_run_serve(run, test_loop, serve, NULL, &err), HV_OK, "%s",
                 err.why);
    return run;
}

Test(control, answers_and_failures_come_back)
{
    static const struct {
        const char *verb;
        enum hv_status status;
    } rows[] = {
        { "status", HV_OK }, { "a=b\n\nc", HV_OK },   { "fail", HV_ERR_TOKEN },
        { "large", HV_OK },  { "big", HV_ERR_LIMIT },
    };
    struct hv_run *run = run_and_serve(test_dir);
    char path[4200];
    struct stat info;

    snprintf(path, sizeof(path), "%s/run/listener.sock", test_dir);
    cr_assert_eq(stat(path, &info), 0);
    cr_expect_eq(info.st_mode & 0777, 0600);
    for (size_t i = 0; i < HV_LEN(rows); i++) {
        struct question q = { 0 };
        char text[64];

        hv_facts_add(&q.request, "verb", rows[i].verb);
        ask_start(&q);
        ask_end(&q);
        cr_expect_eq(q.status, rows[i].status, "row %zu: %s", i, q.err.why);
        cr_expect_eq(q.err.status, rows[i].status);
        if (!rows[i].status) {
            cr_expect(hv_facts_get(&q.answer, "echo", 0, text, sizeof(text)));
            cr_expect_str_eq(text, rows[i].verb);
        }
        if (rows[i].status == HV_ERR_TOKEN) {
            cr_expect_str_eq(q.err.why, "no\nway: 100%");
            cr_expect_str_eq(q.err.hint, "try = again");
            cr_expect_eq(q.err.platform_code, 7);
        }
        ask_release(&q);
    }
    {
        struct question q = { 0 }; /* not even a verb */
        char text[64];

        ask_start(&q);
        ask_end(&q);
        cr_expect_eq(q.status, HV_OK);
        cr_expect(hv_facts_get(&q.answer, "echo", 0, text, sizeof(text)));
        ask_release(&q);
    }
    hv_run_end(run);
}

Test(control, a_late_answer_is_not_waited_for)
{
    struct hv_run *run = run_and_serve(test_dir);
    struct question q = { .timeout_ms = 30 };
    struct question second = { 0 };

    hv_facts_add(&q.request, "verb", "keep");
    ask_start(&q);
    ask_end(&q);
    cr_expect_eq(q.status, HV_ERR_NET);
    cr_assert(has_kept);
    hv_control_reply(kept, NULL, NULL); /* to nobody */

    /* And one that is answered when the run has ended. */
    has_kept = false;
    hv_facts_add(&second.request, "verb", "keep");
    ask_start(&second);
    test_spin(&has_kept);
    hv_run_end(run);
    hv_control_reply(kept, NULL, NULL);
    ask_end(&second);
    cr_expect_eq(second.status, HV_OK, "%s", second.err.why);
    ask_release(&q);
    ask_release(&second);
}

Test(control, one_that_ends_without_an_answer)
{
    struct hv_run *run = run_and_serve(test_dir);
    struct question q = { .timeout_ms = 200 };

    /* Locked, and nobody accepts: the loop does not run. */
    hv_facts_add(&q.request, "verb", "status");
    ask_start(&q);
    pthread_join(q.thread, NULL);
    cr_expect_eq(q.status, HV_ERR_NET);
    ask_release(&q);
    hv_run_end(run);

    q = (struct question){ 0 };
    cr_assert_eq(hv_run_start(test_dir, "listener", &run, NULL), HV_OK);
    ask_start(&q);
    ask_end(&q);
    cr_expect_eq(q.status, HV_ERR_NET, "no socket yet: %s", q.err.why);
    ask_release(&q);
    hv_run_end(run);
}

Test(control, long_paths_work)
{
    struct question q = { 0 };
    struct hv_run *run;
    char store[600];
    char text[16];

    hv_copy(store, sizeof(store), test_dir);
    for (int i = 0; i < 4; i++) {
        size_t len = strlen(store);

        snprintf(store + len, sizeof(store) - len, "/%0*d", 100, i);
    }
    run = run_and_serve(store);
    q.store = store;
    hv_facts_add(&q.request, "verb", "status");
    ask_start(&q);
    ask_end(&q);
    cr_expect_eq(q.status, HV_OK, "%s", q.err.why);
    cr_expect(hv_facts_get(&q.answer, "echo", 0, text, sizeof(text)));
    ask_release(&q);
    hv_run_end(run);
}

/* More of them than may talk at the same time. */
Test(control, those_who_wait_do_not_keep_others_out)
{
    enum { WAITING = 40 };
    static struct question waiting[WAITING];
    static struct hv_control *held[WAITING];
    struct hv_run *run = run_and_serve(test_dir);
    struct question q = { 0 };

    for (size_t i = 0; i < WAITING; i++) {
        has_kept = false;
        hv_facts_add(&waiting[i].request, "verb", "keep");
        ask_start(&waiting[i]);
        test_spin(&has_kept);
        held[i] = kept;
    }
    hv_facts_add(&q.request, "verb", "status");
    ask_start(&q);
    ask_end(&q);
    cr_expect_eq(q.status, HV_OK, "%s", q.err.why);
    for (size_t i = 0; i < WAITING; i++) {
        hv_control_reply(held[i], NULL, NULL);
        ask_end(&waiting[i]);
        cr_expect_eq(waiting[i].status, HV_OK, "%zu", i);
        ask_release(&waiting[i]);
    }
    ask_release(&q);
    hv_run_end(run);
}

Test(control, rude_clients_cost_nothing)
{
    struct hv_run *run = run_and_serve(test_dir);
    struct sockaddr_un to = { .sun_family = AF_UNIX };
    struct question q = { 0 };
    int fds[12];

    snprintf(to.sun_path, sizeof(to.sun_path), "%.80s/run/listener.sock",
             test_dir);
    for (size_t i = 0; i < HV_LEN(fds); i++) {
        static const char half[] = "verb=status\n";

        fds[i] = socket(AF_UNIX, SOCK_STREAM, 0);
        cr_assert_eq(connect(fds[i], (struct sockaddr *)&to, sizeof(to)), 0);
        if (i % 3 == 1)
            cr_assert_gt(send(fds[i], half, sizeof(half) - 1, 0), 0);
        if (i % 3 == 2)
            close(fds[i]);
    }
    hv_facts_add(&q.request, "verb", "status");
    ask_start(&q);
    ask_end(&q);
    cr_expect_eq(q.status, HV_OK, "%s", q.err.why);
    for (size_t i = 0; i < HV_LEN(fds); i++) {
        if (i % 3 != 2)
            close(fds[i]);
    }
    ask_release(&q);
    hv_run_end(run);
}
