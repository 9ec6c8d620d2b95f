/*
 * test_http_life.c - connections of the door: how long it waits, how many it
 * lets in, and that late answers find somebody or nobody.
 */
#include "door.h"
#include "support.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

TestSuite(http_life, .init = door_start, .fini = door_end, .timeout = 60);

Test(http_life, a_slow_sender_meets_its_deadline)
{
    static const char *const texts[] = {
        "POST / HTTP/1.1\r\nHost: a\r\n", /* headers */
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nx", /* body */
        "", /* nothing */
    };
    struct hv_http_config config = door_usual;

    config.headers_ms = 60;
    config.body_ms = 60;
    door_open(&config);
    for (size_t i = 0; i < HV_LEN(texts); i++) {
        struct test_talk talk = {
            .port = hv_http_port(door.http),
            .send = hv_bytes_str(texts[i]),
            .slow_bytes = strlen(texts[i]),
        };

        test_talk(&talk);
        cr_expect_eq(talk.got.len, 0, "row %zu", i);
        cr_expect_geq(talk.took_ms, 55, "row %zu: %d ms", i, (int)talk.took_ms);
        cr_expect_lt(talk.took_ms, 5000, "row %zu: %d ms", i,
                     (int)talk.took_ms);
        hv_buf_release(&talk.got);
    }
    cr_expect_eq(door.served, 0);
}

Test(http_life, an_idle_connection_is_closed)
{
    struct hv_http_config config = door_usual;
    char *answer;

    config.idle_ms = 40;
    door_open(&config);
    answer = test_talk_text(hv_http_port(door.http), false,
                            "GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    cr_expect_eq(door_status(answer), 200, "%s", answer);
    cr_expect_null(strstr(answer, "Connection: close"));
    free(answer);
}

Test(http_life, when_full_the_oldest_without_headers_goes)
{
    struct hv_http_config config = door_usual;
    char byte;
    int fds[4];

    config.max_connections = 3;
    door_open(&config);
    for (size_t i = 0; i < HV_LEN(fds); i++) {
        fds[i] = test_connect(hv_http_port(door.http));
        if (i < 3)
            door_wait(i + 1);
    }
    door_wait_end(fds[0]);
    door_wait(3);
    for (size_t i = 1; i < HV_LEN(fds); i++)
        cr_expect_eq(recv(fds[i], &byte, 1, MSG_DONTWAIT), -1, "%zu lives", i);
    for (size_t i = 0; i < HV_LEN(fds); i++)
        close(fds[i]);
    door_wait(0);
}

Test(http_life, a_request_in_work_is_not_the_one_to_go)
{
    static const char text[] = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    struct hv_http_config config = door_usual;
    char answer[256] = "";
    int busy;
    int late;

    config.max_connections = 1;
    door.is_holding = true;
    door_open(&config);
    busy = test_connect(hv_http_port(door.http));
    cr_assert_eq(send(busy, text, strlen(text), 0), (ssize_t)strlen(text));
    test_spin(&door.has_held);
    late = test_connect(hv_http_port(door.http));
    door_wait_end(late);
    door_wait(1);
    hv_http_reply(door.held, 200, NULL, (struct hv_bytes){ 0 }, true);
    close(late);
    shutdown(busy, SHUT_WR);
    door_wait(0);
    cr_expect_gt(recv(busy, answer, sizeof(answer) - 1, 0), 0);
    cr_expect_eq(door_status(answer), 200, "%s", answer);
    close(busy);
}

Test(http_life, a_client_that_left_is_answered_in_vain)
{
    static const char text[] = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

    door.is_holding = true;
    door_open(&door_usual);
    for (int i = 0; i < 20; i++) {
        struct linger reset = { .l_onoff = i % 2, .l_linger = 0 };
        int fd = test_connect(hv_http_port(door.http));

        setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
        door.has_held = false;
        cr_assert_eq(send(fd, text, strlen(text), 0), (ssize_t)strlen(text));
        if (i % 4 == 0) /* and with a second one already there */
            cr_assert_gt(send(fd, text, strlen(text), 0), 0);
        test_spin(&door.has_held);
        close(fd);
        if (i % 3 == 0) {
            bool never = false;

            hv_loop_run_until(test_loop, &never, 2);
        }
        door.is_holding = false;
        hv_http_reply(door.held, 200, NULL, (struct hv_bytes){ 0 }, true);
        door_wait(0);
        door.is_holding = true;
    }
}

Test(http_life, an_answer_nobody_reads_has_a_deadline)
{
    static const char text[] = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    const size_t big = 16 * 1024 * 1024; /* more than sockets hold */
    struct hv_http_config config = door_usual;
    uint8_t *body = hv_calloc(1, big);
    int fd;

    config.answer_ms = 60;
    door.is_holding = true;
    door_open(&config);
    fd = test_connect(hv_http_port(door.http));
    cr_assert_gt(send(fd, text, strlen(text), 0), 0);
    test_spin(&door.has_held);
    hv_http_reply(door.held, 200, NULL, (struct hv_bytes){ body, big }, true);
    door_wait(0);
    close(fd);
    free(body);
}

Test(http_life, a_half_closed_client_is_answered)
{
    struct test_talk talk = {
        .send = hv_bytes_str("POST / HTTP/1.1\r\nHost: a\r\n"
                             "Content-Length: 5\r\n\r\nhello"),
        .is_half_closed = true,
    };

    door_open(&door_usual);
    talk.port = hv_http_port(door.http);
    for (int i = 0; i < 20; i++) {
        test_talk(&talk);
        cr_expect_eq(door_status(hv_buf_str(&talk.got)), 200, "round %d", i);
        hv_buf_release(&talk.got);
        door_wait(0);
    }
}

/* The answer comes later than the end of what he sends. */
Test(http_life, a_half_closed_client_waits_for_its_answer)
{
    static const char text[] = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    bool never = false;
    char answer[512] = "";
    int fd;

    door.is_holding = true;
    door_open(&door_usual);
    fd = test_connect(hv_http_port(door.http));
    cr_assert_gt(send(fd, text, strlen(text), 0), 0);
    test_spin(&door.has_held);
    cr_assert_eq(shutdown(fd, SHUT_WR), 0);
    hv_loop_run_until(test_loop, &never, 5);
    cr_expect_eq(hv_http_connections(door.http), 1);
    hv_http_reply(door.held, 200, NULL, (struct hv_bytes){ 0 }, true);
    door_wait(0);
    cr_expect_gt(recv(fd, answer, sizeof(answer) - 1, 0), 0);
    cr_expect_eq(door_status(answer), 200, "%s", answer);
    close(fd);
}

/* Refused ones too, and each of a row of them. */
Test(http_life, a_half_closed_row_is_answered_to_its_end)
{
    struct test_talk talk = {
        .send = hv_bytes_str("GET / HTTP/1.1\r\nHost: a\r\n\r\n"
                             "GET /2 HTTP/1.1\r\nHost: a\r\n\r\n"
                             "GET /3 HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"),
        .is_half_closed = true,
    };
    const char *at;
    int answers = 0;

    door_open(&door_usual);
    talk.port = hv_http_port(door.http);
    test_talk(&talk);
    for (at = hv_buf_str(&talk.got); (at = strstr(at, "HTTP/1.1 ")); at++)
        answers++;
    cr_expect_eq(answers, 3, "%s", hv_buf_str(&talk.got));
    cr_expect_not_null(strstr(hv_buf_str(&talk.got), "HTTP/1.1 400 "));
    hv_buf_release(&talk.got);
    door_wait(0);
}

/* Loopback is exempt from the cap of one address unless it is counted. */
Test(http_life, one_address_has_a_cap_of_its_own)
{
    struct hv_http_config config = door_usual;
    char byte;
    int fds[3];

    config.max_per_address = 2;
    for (int counted = 0; counted < 2; counted++) {
        config.count_loopback = counted;
        door_open(&config);
        for (size_t i = 0; i < HV_LEN(fds); i++) {
            fds[i] = test_connect(hv_http_port(door.http));
            if (i < 2 || !counted)
                door_wait(i + 1);
        }
        if (counted)
            door_wait_end(fds[0]);
        for (size_t i = counted; i < HV_LEN(fds); i++)
            cr_expect_eq(recv(fds[i], &byte, 1, MSG_DONTWAIT), -1, "%zu", i);
        for (size_t i = 0; i < HV_LEN(fds); i++)
            close(fds[i]);
        door_wait(0);
        hv_http_free(door.http);
        door.http = NULL;
    }
}

Test(http_life, closing_the_door_lets_work_finish)
{
    struct test_talk talk = {
        .send = hv_bytes_str("GET / HTTP/1.1\r\nHost: a\r\n\r\n"),
    };
    int idle;

    door.is_holding = true;
    door_open(&door_usual);
    idle = test_connect(hv_http_port(door.http));
    door_wait(1);
    talk.port = hv_http_port(door.http);
    {
        int fd = test_connect(talk.port);
        char answer[512] = "";

        cr_assert_gt(send(fd, talk.send.data, talk.send.len, 0), 0);
        test_spin(&door.has_held);
        hv_http_close_door(door.http);
        door_wait_end(idle);
        door_wait(1);
        hv_http_reply(door.held, 200, NULL, (struct hv_bytes){ 0 }, true);
        door_wait(0);
        cr_expect_gt(recv(fd, answer, sizeof(answer) - 1, 0), 0);
        cr_expect_eq(door_status(answer), 200);
        cr_expect_not_null(strstr(answer, "Connection: close"));
        close(fd);
    }
    close(idle);
}

static void
close_door(void *arg)
{
    (void)arg;
    hv_http_close_door(door.http);
}

/* Accepted and shut in one turn of the loop, before its first look. */
Test(http_life, closing_the_door_ends_who_just_came_in)
{
    bool never = false;
    int fd;

    door_open(&door_usual);
    hv_loop_run_until(test_loop, &never, 5); /* both are watched now */
    fd = test_connect(hv_http_port(door.http));
    hv_loop_post(test_loop, close_door, NULL);
    door_wait_end(fd);
    close(fd);
    door_wait(0);
}

Test(http_life, a_freed_server_forgets_what_was_asked)
{
    static const char text[] = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    int fd;

    door.is_holding = true;
    door_open(&door_usual);
    fd = test_connect(hv_http_port(door.http));
    cr_assert_gt(send(fd, text, strlen(text), 0), 0);
    test_spin(&door.has_held);
    hv_http_free(door.http);
    door.http = NULL;
    hv_http_reply(door.held, 200, NULL, (struct hv_bytes){ 0 }, true);
    close(fd);
}
