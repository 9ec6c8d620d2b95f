/*
 * test_listener_stop.c - the control socket of a listener, and its end: stopped
 * with grace, freed at work.
 */
#include "support.h"
#include "world.h"

#include "hvconsole/run.h"

#include <criterion/criterion.h>
#include <pthread.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

TestSuite(listener_stop, .init = world_start, .fini = world_end,
          .timeout = 120);

struct question {
    const char *verb;
    struct hv_facts answer;
    struct hv_error err;
    enum hv_status status;
    bool is_done;
};

static void *
ask_control(void *arg)
{
    struct question *q = arg;
    struct hv_facts request = { 0 };

    hv_facts_add(&request, "verb", q->verb);
    q->status = hv_run_ask(world_store, "listener", &request, TEST_TIMEOUT_MS,
                           &q->answer, &q->err);
    hv_facts_release(&request);
    hv_loop_post(test_loop, world_set_flag, &q->is_done);
    return NULL;
}

Test(listener_stop, answers_on_its_control_socket)
{
    static const struct {
        const char *verb;
        enum hv_status status;
    } rows[] = {
        { "status", HV_OK },
        { "reload", HV_OK },
        { "dance", HV_ERR_USAGE },
        { "", HV_ERR_USAGE },
    };

    world_edit((struct world_key){ "v1", 1, HV_KEY_ACTIVE });
    world_serve(world_plain);
    cr_expect_eq(world_post("v1", 1), 200);
    for (size_t i = 0; i < HV_LEN(rows); i++) {
        struct question q = { .verb = rows[i].verb };
        pthread_t thread;

        cr_assert_eq(pthread_create(&thread, NULL, ask_control, &q), 0);
        test_spin(&q.is_done);
        pthread_join(thread, NULL);
        cr_expect_eq(q.status, rows[i].status, "%s: %s", q.verb, q.err.why);
        if (!q.status) {
            char url[128] = "";

            cr_expect(
                hv_facts_get(&q.answer, "listening", 0, url, sizeof(url)));
            cr_expect_str_eq(url, hv_listener_url(world_listener));
            cr_expect_eq(hv_facts_get_int(&q.answer, "count-verified", -1), 1);
            cr_expect_eq(hv_facts_get_int(&q.answer, "waiting", -1), 0);
            cr_expect_gt(hv_facts_get_int(&q.answer, "started_ms", 0), 0);
        }
        hv_facts_release(&q.answer);
    }
}

Test(listener_stop, stop_by_control_ends_the_loop_and_frees_the_place)
{
    struct question q = { .verb = "stop" };
    struct hv_facts facts = { 0 };
    pthread_t thread;

    world_serve(world_plain);
    cr_assert_eq(pthread_create(&thread, NULL, ask_control, &q), 0);
    hv_loop_run(test_loop);
    pthread_join(thread, NULL);
    cr_expect_eq(q.status, HV_OK, "%s", q.err.why);
    cr_expect_eq(hv_run_find(world_store, "listener", &facts, NULL),
                 HV_ERR_NOT_FOUND);
    hv_facts_release(&q.answer);
    hv_listener_free(world_listener);
    world_listener = NULL;
    world_serve(world_plain);
}

Test(listener_stop, what_was_accepted_is_answered_before_it_stops)
{
    char auth[256];
    struct hv_buf text = { 0 };
    bool is_stopped = false;
    char answer[512] = "";
    bool never = false;
    int half;
    int whole;

    world_edit((struct world_key){ "v1", 1, HV_KEY_ACTIVE });
    world_serve(world_plain);
    world_sign(auth, "v1", 1, hv_bytes_str(WORLD_BODY));
    world_build(&text, "/", auth, NULL, hv_bytes_str(WORLD_BODY));

    /* One whose body is on its way, and one that is there: when that one is
     * answered, the head of the other has been read. */
    half = test_connect(world_port);
    whole = test_connect(world_port);
    cr_assert_eq(send(half, text.data, text.len - 10, 0),
                 (ssize_t)text.len - 10);
    cr_assert_eq(send(whole, text.data, text.len, 0), (ssize_t)text.len);
    while (recv(whole, answer, 1, MSG_PEEK | MSG_DONTWAIT) != 1)
        hv_loop_run_until(test_loop, &never, 5);
    hv_listener_stop(world_listener, world_set_flag, &is_stopped);
    cr_assert_eq(send(half, text.data + text.len - 10, 10, 0), 10);
    test_spin(&is_stopped);

    cr_expect_gt(recv(whole, answer, sizeof(answer) - 1, 0), 0);
    cr_expect_eq(world_status_of(answer), 200, "%s", answer);
    memset(answer, 0, sizeof(answer));
    cr_expect_gt(recv(half, answer, sizeof(answer) - 1, 0), 0);
    cr_expect_eq(world_status_of(answer), 503, "%s", answer);
    close(half);
    close(whole);
    hv_buf_release(&text);
    cr_expect_eq(world_count_rows(HV_VERDICT_VERIFIED), 1);

    /* Told again at once, and freed from inside. */
    is_stopped = false;
    hv_listener_stop(world_listener, world_set_flag, &is_stopped);
    test_spin(&is_stopped);
}

Test(listener_stop, freed_in_the_middle_of_work)
{
    char auth[256];
    struct hv_buf text = { 0 };
    bool never = false;
    int fds[20];

    world_edit((struct world_key){ "v1", 1, HV_KEY_ACTIVE });
    world_serve(world_plain);
    world_sign(auth, "v1", 1, hv_bytes_str(WORLD_BODY));
    world_build(&text, "/", auth, NULL, hv_bytes_str(WORLD_BODY));
    for (size_t i = 0; i < HV_LEN(fds); i++) {
        fds[i] = test_connect(world_port);
        cr_assert_gt(send(fds[i], text.data, text.len, 0), 0);
    }
    hv_loop_run_until(test_loop, &never, 1);
    hv_listener_free(world_listener);
    world_listener = NULL;
    for (size_t i = 0; i < HV_LEN(fds); i++)
        close(fds[i]);
    hv_buf_release(&text);
}
