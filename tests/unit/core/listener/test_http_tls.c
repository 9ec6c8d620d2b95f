/*
 * test_http_tls.c - the door over TLS, and the certificates we make.
 */
#include "door.h"
#include "support.h"

#include "hvconsole/clock.h"
#include "hvconsole/limits.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <openssl/ssl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

TestSuite(http_tls, .init = door_start, .fini = door_end, .timeout = 60);

static struct hv_cert_pair pair;

static void
open_tls(struct hv_http_config config)
{
    struct hv_error err = { 0 };

    cr_assert_eq(hv_cert_self_signed("127.0.0.1", &pair, &err), HV_OK, "%s",
                 err.why);
    config.cert_pem = hv_buf_str(&pair.cert_pem);
    config.key_pem = hv_buf_str(&pair.key_pem);
    door_open(&config);
    hv_cert_pair_release(&pair);
}

Test(http_tls, serves_over_tls)
{
    static const char text[] =
        "POST /1 HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\none"
        "POST /2 HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n"
        "Connection: close\r\n\r\ntwo";
    char *answer;

    open_tls(door_usual);
    answer = test_talk_text(hv_http_port(door.http), true, text);
    cr_expect_not_null(strstr(answer, "X-Target: /1\r\n"), "%s", answer);
    cr_expect_not_null(strstr(answer, "X-Target: /2\r\n"), "%s", answer);
    cr_expect_eq(door.served, 2);
    free(answer);
    door_wait(0);
}

Test(http_tls, a_large_body_over_tls_arrives_whole)
{
    struct hv_http_config config = door_usual;
    struct hv_buf text = { 0 };
    char *answer;

    config.max_body = HV_MAX_NOTIFY_BODY;
    open_tls(config);
    hv_buf_addf(&text,
                "POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n"
                "Content-Length: %d\r\n\r\n",
                HV_MAX_NOTIFY_BODY);
    for (int i = 0; i < HV_MAX_NOTIFY_BODY; i++)
        hv_buf_add_char(&text, 'x');
    answer = test_talk_text(hv_http_port(door.http), true, hv_buf_str(&text));
    cr_expect_eq(door_status(answer), 200);
    cr_expect_eq(door.last_len, (size_t)HV_MAX_NOTIFY_BODY);
    free(answer);
    hv_buf_release(&text);
}

Test(http_tls, garbage_instead_of_tls_is_dropped)
{
    struct test_talk talk = {
        .send = hv_bytes_str("GET / HTTP/1.1\r\nHost: a\r\n\r\n"),
    };

    open_tls(door_usual);
    talk.port = hv_http_port(door.http);
    test_talk(&talk);
    cr_expect_null(strstr(hv_buf_str(&talk.got), "HTTP"));
    door_wait(0);
    cr_expect_eq(door.served, 0);
    hv_buf_release(&talk.got);
}

Test(http_tls, no_handshake_no_connection)
{
    struct hv_http_config config = door_usual;
    struct test_talk talk = { .slow_bytes = 1,
                              .send = { (const uint8_t *)"\x16", 1 } };

    config.headers_ms = 50;
    open_tls(config);
    talk.port = hv_http_port(door.http);
    test_talk(&talk);
    cr_expect_lt(talk.took_ms, 4000);
    door_wait(0);
    hv_buf_release(&talk.got);
}

Test(http_tls, a_client_that_left_over_tls)
{
    door.is_holding = true;
    open_tls(door_usual);
    for (int i = 0; i < 10; i++) {
        struct test_talk talk = {
            .port = hv_http_port(door.http),
            .is_tls = true,
            .is_deaf = true,
            .send = hv_bytes_str("GET / HTTP/1.1\r\nHost: a\r\n\r\n"),
        };

        door.has_held = false;
        test_talk(&talk);
        test_spin(&door.has_held);
        hv_http_reply(door.held, 200, NULL, (struct hv_bytes){ 0 }, true);
        door_wait(0);
    }
}

/* A TLS client on this very thread: the loop turns only when it is told to. */
static SSL *
connect_tls(SSL_CTX *ctx)
{
    SSL *ssl = SSL_new(ctx);
    int fd = test_connect(hv_http_port(door.http));
    bool never = false;

    cr_assert_eq(fcntl(fd, F_SETFL, O_NONBLOCK), 0);
    SSL_set_fd(ssl, fd);
    while (SSL_connect(ssl) != 1)
        hv_loop_run_until(test_loop, &never, 1);
    return ssl;
}

/* Told of the end while it reads, libevent hands on what came before the end
 * only after that, when the connection is no more. */
Test(http_tls, the_end_may_come_right_behind_the_data)
{
    static const char head[] = "POST / HTTP/1.1\r\nHost: a\r\n"
                               "Content-Length: 200000\r\n\r\n";
    SSL_CTX *ctx = SSL_CTX_new(TLS_client_method());
    struct hv_http_config config = door_usual;
    char record[1000] = { 0 };

    config.max_body = HV_MAX_NOTIFY_BODY;
    open_tls(config);
    for (int i = 1; i < 30; i++) {
        SSL *ssl = connect_tls(ctx);
        int fd = SSL_get_fd(ssl);

        cr_assert_eq(SSL_write(ssl, head, sizeof(head) - 1), sizeof(head) - 1);
        for (int k = 0; k < i; k++)
            cr_assert_eq(SSL_write(ssl, record, sizeof(record)),
                         sizeof(record));
        SSL_free(ssl);
        close(fd);
        door_wait(0);
    }
    cr_expect_eq(door.served, 0);
    SSL_CTX_free(ctx);
}

/* Whoever says that he has said all still gets his answer: with TLS's own word
 * for it, with the socket's, and with both. */
Test(http_tls, a_half_closed_client_is_answered)
{
    static const char text[] = "POST / HTTP/1.1\r\nHost: a\r\n"
                               "Content-Length: 5\r\n\r\nhello";
    static const char refused[] = "POST / HTTP/1.1\r\nHost: a\r\n"
                                  "Host: b\r\nContent-Length: 0\r\n\r\n";
    SSL_CTX *ctx = SSL_CTX_new(TLS_client_method());
    struct hv_http_config config = door_usual;

    open_tls(config);
    for (int i = 0; i < 8; i++) {
        const char *send_this = i & 4 ? refused : text;
        SSL *ssl = connect_tls(ctx);
        int fd = SSL_get_fd(ssl);
        char answer[512] = "";
        int64_t end_ms = hv_clock_mono_ms() + TEST_TIMEOUT_MS;
        bool never = false;
        int got;

        cr_assert_gt(SSL_write(ssl, send_this, (int)strlen(send_this)), 0);
        if (i & 1)
            cr_assert_eq(SSL_shutdown(ssl), 0);
        if (i & 2)
            cr_assert_eq(shutdown(fd, SHUT_WR), 0);
        while ((got = SSL_read(ssl, answer, sizeof(answer) - 1)) <= 0 &&
               SSL_get_error(ssl, got) == SSL_ERROR_WANT_READ &&
               hv_clock_mono_ms() < end_ms)
            hv_loop_run_until(test_loop, &never, 2);
        cr_expect_gt(got, 0, "way %d", i);
        cr_expect_eq(door_status(answer), i & 4 ? 400 : 200, "way %d", i);
        SSL_free(ssl);
        close(fd);
        door_wait(0);
    }
    SSL_CTX_free(ctx);
}

Test(http_tls, the_key_must_fit_the_certificate)
{
    struct hv_cert_pair ca = { 0 };
    struct hv_cert_pair issued = { 0 };
    struct hv_cert_pair other = { 0 };
    struct hv_http_tls *tls = NULL;
    struct hv_error err = { 0 };

    cr_assert_eq(hv_cert_ca_make("test CA", &ca, &err), HV_OK, "%s", err.why);
    cr_assert_eq(hv_cert_issue(&ca, "example.org", &issued, &err), HV_OK, "%s",
                 err.why);
    cr_assert_eq(hv_cert_issue(&ca, "::1", &other, &err), HV_OK, "%s", err.why);
    door_open(&door_usual);
    cr_expect_eq(hv_http_tls_new(hv_buf_str(&issued.cert_pem),
                                 hv_buf_str(&other.key_pem), &tls, &err),
                 HV_ERR_USAGE);
    err = (struct hv_error){ 0 };
    cr_assert_eq(hv_http_tls_new(hv_buf_str(&issued.cert_pem),
                                 hv_buf_str(&issued.key_pem), &tls, &err),
                 HV_OK, "%s", err.why);
    hv_http_use_tls(door.http, tls);
    hv_http_tls_free(tls);
    err = (struct hv_error){ 0 };
    cr_expect_eq(hv_cert_issue(&ca, "a,DNS:evil", &other, &err), HV_ERR_USAGE);
    err = (struct hv_error){ 0 };
    cr_expect_eq(hv_cert_issue(&(struct hv_cert_pair){ 0 }, "a", &other, &err),
                 HV_ERR_FORMAT);
    hv_cert_pair_release(&ca);
    hv_cert_pair_release(&issued);
    hv_cert_pair_release(&other);
}
