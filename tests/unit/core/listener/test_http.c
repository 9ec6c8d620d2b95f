/*
 * test_http.c - what the door refuses and serves, over real sockets.
 */
#include "door.h"
#include "support.h"

#include "hvconsole/limits.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#define POST(headers, body)                                                    \
    "POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n" headers "\r\n" body

TestSuite(http, .init = door_start, .fini = door_end, .timeout = 60);

Test(http, refuses_by_table)
{
    static const struct {
        const char *text;
        int status;
    } rows[] = {
        { POST("Host: b\r\n", ""), 400 },
        { POST("Content-Length: 1\r\nContent-Length: 1\r\n", "x"), 400 },
        { POST("Content-Length: 1\r\nContent-Length: 2\r\n", "x"), 400 },
        { POST("Transfer-Encoding: chunked\r\nContent-Length: 1\r\n",
               "1\r\nx\r\n0\r\n\r\n"),
          400 },
        { POST("Transfer-Encoding: gzip\r\n", "x"), 400 },
        { POST("Authorization: a\r\nAuthorization: b\r\n", ""), 400 },
        { POST("X: a\x01\r\n", ""), 400 },
        { POST("X: a\r\n folded\r\n", ""), 400 },
        { POST("X : a\r\n", ""), 400 },
        { POST("Content-Length: +1\r\n", "x"), 400 },
        { POST("Content-Length: x\r\n", ""), 400 },
        { "POST / HTTP/1.1\nHost: a\nConnection: close\n\n", 400 },
        { "POST / HTTP/1.1\r\nConnection: close\r\n\r\n", 400 },
        { "GARBAGE\r\n\r\n", 400 },
        { "\r\n\r\n", 400 },
        { "POST / HTTP/9.9\r\nHost: a\r\n\r\n", 400 },
        { "PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n", 405 },
        { "DELETE / HTTP/1.1\r\nHost: a\r\n\r\n", 405 },
        { "HEAD / HTTP/1.1\r\nHost: a\r\n\r\n", 405 },
        { "TRACE / HTTP/1.1\r\nHost: a\r\n\r\n", 405 },
        { "BREW / HTTP/1.1\r\nHost: a\r\n\r\n", 405 },
        { POST("Content-Length: 1001\r\n", ""), 413 },
        { POST("Content-Length: 999999999999999\r\n", ""), 413 },
        { POST("Transfer-Encoding: chunked\r\n", "7fffffff\r\n"), 413 },
        { POST("Transfer-Encoding: chunked\r\n", "zz\r\nx\r\n0\r\n\r\n"), 413 },
        { POST("Expect: 200-magic\r\nContent-Length: 1\r\n", "x"), 417 },
    };

    door_open(&door_usual);
    for (size_t i = 0; i < HV_LEN(rows); i++)
        cr_expect_eq(door_ask(rows[i].text), rows[i].status, "row %zu: %s", i,
                     rows[i].text);
    cr_expect_eq(door.served, 0, "%d reached the handler", door.served);
}

Test(http, refuses_too_much_header)
{
    struct hv_buf text = { 0 };
    int status;

    door_open(&door_usual);
    hv_buf_add_str(&text, "GET / HTTP/1.1\r\nHost: a\r\nX: ");
    for (int i = 0; i < HV_MAX_HTTP_HEADERS; i++)
        hv_buf_add_char(&text, 'v');
    hv_buf_add_str(&text, "\r\n\r\n");
    cr_expect_eq(door_ask(hv_buf_str(&text)), 431);

    hv_buf_clear(&text);
    hv_buf_add_str(&text, "GET / HTTP/1.1\r\nHost: a\r\nX: ");
    for (int i = 0; i < 4 * HV_MAX_HTTP_HEADERS; i++)
        hv_buf_add_char(&text, 'v');
    status = door_ask(hv_buf_str(&text));
    cr_expect(status == 400 || status == 0, "%d", status);

    hv_buf_clear(&text);
    hv_buf_add_str(&text, "GET / HTTP/1.1\r\nHost: a\r\n");
    for (int i = 0; i < HV_MAX_HTTP_HEADER_LINES; i++)
        hv_buf_add_str(&text, "X: 1\r\n");
    hv_buf_add_str(&text, "\r\n");
    cr_expect_eq(door_ask(hv_buf_str(&text)), 400);
    cr_expect_eq(door.served, 0);
    hv_buf_release(&text);
}

Test(http, serves_what_is_right)
{
    static const struct {
        const char *text;
        size_t len;
    } rows[] = {
        { POST("Content-Length: 5\r\n", "hello"), 5 },
        { POST("Transfer-Encoding: chunked\r\n",
               "2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n"),
          5 },
        { POST("Transfer-Encoding: chunked\r\n",
               "5\r\nhello\r\n0\r\nHost: trailer\r\n\r\n"),
          5 },
        { POST("", ""), 0 },
        { POST("Expect: 100-continue\r\nContent-Length: 5\r\n", "hello"), 5 },
        { "GET /x?y HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", 0 },
        { "GET / HTTP/1.0\r\n\r\n", 0 },
    };

    door_open(&door_usual);
    for (size_t i = 0; i < HV_LEN(rows); i++) {
        cr_expect_eq(door_ask(rows[i].text), 200, "row %zu: %s", i,
                     rows[i].text);
        cr_expect_eq(door.last_len, rows[i].len, "row %zu", i);
        cr_expect_eq(door.served, (int)i + 1);
    }
}

Test(http, answers_say_little)
{
    char *answer;

    door_open(&door_usual);
    answer = test_talk_text(hv_http_port(door.http), false,
                            "PUT / HTTP/1.1\r\nHost: a\r\n\r\n");
    cr_expect_null(strstr(answer, "Server:"));
    cr_expect_not_null(strstr(answer, "Allow: GET,POST\r\n"), "%s", answer);
    cr_expect_not_null(strstr(answer, "Connection: close\r\n"));
    cr_expect_not_null(strstr(answer, "Content-Length: 0\r\n"));
    cr_expect_null(strstr(answer, "Content-Type"));
    free(answer);
}

Test(http, pipelined_requests_are_each_judged)
{
    static const char text[] =
        "POST /1 HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\none"
        "POST /2 HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\ntwo"
        "POST /3 HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n"
        "POST /4 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    char *answer;

    door_open(&door_usual);
    answer = test_talk_text(hv_http_port(door.http), false, text);
    cr_expect_eq(door.served, 2);
    cr_expect_not_null(strstr(answer, "X-Target: /1\r\n"), "%s", answer);
    cr_expect_not_null(strstr(answer, "X-Target: /2\r\n"), "%s", answer);
    cr_expect_not_null(strstr(answer, "HTTP/1.1 400 "), "%s", answer);
    cr_expect_null(strstr(answer, "X-Target: /4\r\n"), "%s", answer);
    free(answer);
}

Test(http, keeps_a_connection_for_the_next_request)
{
    struct hv_buf text = { 0 };
    char *answer;
    size_t times = 0;

    door_open(&door_usual);
    for (int i = 0; i < 20; i++)
        hv_buf_add_str(&text, "GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    hv_buf_add_str(&text,
                   "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    answer = test_talk_text(hv_http_port(door.http), false, hv_buf_str(&text));
    for (const char *at = answer; (at = strstr(at, "HTTP/1.1 200")); at++)
        times++;
    cr_expect_eq(times, 21);
    free(answer);
    hv_buf_release(&text);
}

Test(http, refuses_to_start)
{
    static const struct {
        struct hv_http_config config;
        enum hv_status status;
    } rows[] = {
        { { .host = NULL }, HV_ERR_USAGE },
        { { .host = "example.org" }, HV_ERR_USAGE },
        { { .host = "1.2.3" }, HV_ERR_USAGE },
        { { .host = "127.0.0.1", .port = 65536 }, HV_ERR_USAGE },
        { { .host = "127.0.0.1", .port = -1 }, HV_ERR_USAGE },
        { { .host = "192.0.2.1" }, HV_ERR_USAGE },
        { { .host = "127.0.0.1", .cert_pem = "x" }, HV_ERR_USAGE },
        { { .host = "127.0.0.1", .cert_pem = "x", .key_pem = "y" },
          HV_ERR_USAGE },
    };

    for (size_t i = 0; i < HV_LEN(rows); i++) {
        struct hv_error err = { 0 };

        cr_expect_eq(hv_http_start(test_loop, &rows[i].config, door_serve, NULL,
                                   &door.http, &err),
                     rows[i].status, "row %zu: %s", i, err.why);
        cr_expect_neq(err.why[0], '\0', "row %zu", i);
    }
    door.http = NULL;
}

Test(http, an_address_in_use_is_a_rule)
{
    struct hv_http_config config = door_usual;
    struct hv_http_server *second = NULL;
    struct hv_error err = { 0 };

    door_open(&door_usual);
    config.port = hv_http_port(door.http);
    cr_expect_eq(
        hv_http_start(test_loop, &config, door_serve, NULL, &second, &err),
        HV_ERR_RULE, "%s", err.why);
    cr_expect_null(second);
}

Test(http, tells_whom_it_counts_as_one)
{
    static const uint8_t v4[HV_HTTP_ADDRESS] = { 127, 0, 0, 1, [15] = 4 };

    door_open(&door_usual);
    cr_assert_eq(door_ask(POST("Content-Length: 1\r\n", "x")), 200);
    cr_expect_arr_eq(door.last_address, v4, sizeof(v4));
}

Test(http, knows_localhost)
{
    struct hv_http_config config = door_usual;

    config.host = "localhost";
    door_open(&config);
    cr_expect_eq(door_ask(POST("Content-Length: 1\r\n", "x")), 200);
}
