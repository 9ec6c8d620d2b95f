/*
 * support.c - see support.h. Clients block; so each has a thread, and the loop
 * runs in the test's own.
 */
#include "support.h"

#include "hvconsole/clock.h"

#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <errno.h>
#include <ftw.h>
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct hv_loop *test_loop;
char test_dir[4096];

void
test_start(void)
{
    const char *top = getenv("TMPDIR");

    signal(SIGPIPE, SIG_IGN);
    cr_assert_eq(hv_secret_start(NULL, NULL), HV_OK);
    cr_assert_eq(hv_loop_new(&test_loop, NULL), HV_OK);
    snprintf(test_dir, sizeof(test_dir), "%s/hv-listener.XXXXXX",
             top ? top : "/tmp");
    cr_assert_not_null(mkdtemp(test_dir));
}

static int
remove_one(const char *path, const struct stat *info, int kind,
           struct FTW *where)
{
    (void)info;
    (void)kind;
    (void)where;
    return remove(path);
}

void
test_end(void)
{
    hv_loop_free(test_loop);
    test_loop = NULL;
    nftw(test_dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

void
test_spin(const bool *flag)
{
    cr_assert(hv_loop_run_until(test_loop, flag, TEST_TIMEOUT_MS),
              "the loop waits in vain");
}

int
test_try_connect(int port)
{
    struct timeval limit = { .tv_sec = TEST_TIMEOUT_MS / 1000 };
    struct sockaddr_in to = {
        .sin_family = AF_INET,
        .sin_port = htons((uint16_t)port),
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
    };
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    cr_assert_geq(fd, 0);
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
    if (connect(fd, (struct sockaddr *)&to, sizeof(to)) == 0)
        return fd;
    close(fd);
    return -1;
}

int
test_connect(int port)
{
    int fd = test_try_connect(port);

    cr_assert_geq(fd, 0, "connect: %s", strerror(errno));
    return fd;
}

/* A plain or a TLS connection, blocking. */
struct line {
    int fd;
    SSL_CTX *ctx;
    SSL *ssl;
};

static bool
line_open(struct line *line, int port, bool is_tls)
{
    line->fd = test_connect(port);
    if (!is_tls)
        return true;
    line->ctx = SSL_CTX_new(TLS_client_method());
    line->ssl = SSL_new(line->ctx);
    SSL_set_fd(line->ssl, line->fd);
    return SSL_connect(line->ssl) == 1;
}

static long
line_send(struct line *line, const void *data, size_t len)
{
    if (line->ssl)
        return SSL_write(line->ssl, data, (int)len);
    return send(line->fd, data, len, MSG_NOSIGNAL);
}

static long
line_read(struct line *line, void *data, size_t size)
{
    if (line->ssl)
        return SSL_read(line->ssl, data, (int)size);
    return recv(line->fd, data, size, 0);
}

static void
line_close(struct line *line)
{
    SSL_free(line->ssl);
    SSL_CTX_free(line->ctx);
    close(line->fd);
}

static void
set_done(void *arg)
{
    *(bool *)arg = true;
}

static void
send_all(struct test_talk *talk, struct line *line)
{
    size_t at = 0;

    while (at < talk->slow_bytes && at < talk->send.len) {
        if (line_send(line, talk->send.data + at, 1) != 1)
            return;
        at++;
    }
    if (talk->slow_bytes)
        return;
    while (at < talk->send.len) {
        long put = line_send(line, talk->send.data + at, talk->send.len - at);

        if (put <= 0)
            return;
        at += (size_t)put;
    }
}

static void *
client(void *arg)
{
    struct test_talk *talk = arg;
    struct line line = { .fd = -1 };
    int64_t start_ms = hv_clock_mono_ms();
    uint8_t chunk[4096];
    long got;

    if (line_open(&line, talk->port, talk->is_tls)) {
        send_all(talk, &line);
        if (talk->is_half_closed)
            shutdown(line.fd, SHUT_WR);
        while (!talk->is_deaf &&
               (got = line_read(&line, chunk, sizeof(chunk))) > 0)
            hv_buf_add(&talk->got, chunk, (size_t)got);
    }
    line_close(&line);
    talk->took_ms = hv_clock_mono_ms() - start_ms;
    hv_loop_post(test_loop, set_done, &talk->is_done);
    return NULL;
}

void
test_talk(struct test_talk *talk)
{
    pthread_t thread;

    talk->is_done = false;
    cr_assert_eq(pthread_create(&thread, NULL, client, talk), 0);
    test_spin(&talk->is_done);
    pthread_join(thread, NULL);
}

char *
test_talk_text(int port, bool is_tls, const char *text)
{
    struct test_talk talk = {
        .port = port,
        .is_tls = is_tls,
        .send = hv_bytes_str(text),
    };
    char *answer;

    test_talk(&talk);
    answer = hv_strdup(hv_buf_str(&talk.got));
    hv_buf_release(&talk.got);
    return answer;
}
