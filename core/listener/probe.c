/*
 * probe.c - a look at ourselves through our own socket, as a client sees us: a
 * TLS handshake, GET /healthz, the end of the certificate. Started by
 * listener.c; runs on a thread of its own, so that it may wait, and tells the
 * main loop. Trusts nobody: it looks whether somebody answers, not who.
 */
#include "core/listener/state.h"

#include "hvconsole/clock.h"

#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define EVERY_MS 30000
#define FIRST_MS 1000 /* after the start */
#define STEP_S   5    /* for each of connecting, sending, reading */

struct listener_probe {
    struct hv_listener *listener; /* NULL: it has gone meanwhile */
    struct hv_watch *timer;
    int every_ms;
    bool is_looking;
    /* For the thread: */
    char host[64];
    int port;
    bool is_plain;
    struct listener_probed seen;
};

/* ------------------------------------------------------- on its own thread -- */

/* Listening everywhere, we are at home on loopback. */
static int
make_connection(const struct listener_probe *probe)
{
    static const struct timeval limit = { .tv_sec = STEP_S };
    struct sockaddr_in v4 = { .sin_family = AF_INET };
    struct sockaddr_in6 v6 = { .sin6_family = AF_INET6 };
    bool is_v6 = inet_pton(AF_INET6, probe->host, &v6.sin6_addr) == 1;
    const struct sockaddr *to =
        is_v6 ? (const struct sockaddr *)&v6 : (const struct sockaddr *)&v4;
    int fd = socket(to->sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (inet_pton(AF_INET, probe->host, &v4.sin_addr) != 1 ||
        v4.sin_addr.s_addr == htonl(INADDR_ANY))
        v4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (IN6_IS_ADDR_UNSPECIFIED(&v6.sin6_addr))
        v6.sin6_addr = in6addr_loopback;
    v4.sin_port = v6.sin6_port = htons((uint16_t)probe->port);
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
    if (fd >= 0 && connect(fd, to, is_v6 ? sizeof(v6) : sizeof(v4)) == 0)
        return fd;
    if (fd >= 0)
        close(fd);
    return -1;
}

static int64_t
end_of_certificate(const SSL *ssl)
{
    X509 *cert = SSL_get0_peer_certificate(ssl);
    struct tm until;

    if (!cert || ASN1_TIME_to_tm(X509_get0_notAfter(cert), &until) != 1)
        return 0;
    return (int64_t)timegm(&until) * 1000;
}

/* The status of the answer, 0 = none that makes sense. */
static int
ask(SSL *ssl, int fd)
{
    static const char question[] = "GET /healthz HTTP/1.1\r\nHost: localhost"
                                   "\r\nConnection: close\r\n\r\n";
    char answer[13] = ""; /* "HTTP/1.1 200" */
    size_t len = 0;
    long got;

    if (ssl)
        got = SSL_write(ssl, question, sizeof(question) - 1);
    else
        got = send(fd, question, sizeof(question) - 1, MSG_NOSIGNAL);
    if (got != sizeof(question) - 1)
        return 0;
    while (len < sizeof(answer) - 1) {
        if (ssl)
            got = SSL_read(ssl, answer + len, (int)(sizeof(answer) - 1 - len));
        else
            got = recv(fd, answer + len, sizeof(answer) - 1 - len, 0);
        if (got <= 0)
            return 0;
        len += (size_t)got;
    }
    return strncmp(answer, "HTTP/1.", 7) == 0 ? atoi(answer + 9) : 0;
}

/* 503 is an answer as well: whoever asks for the health gets its reason. */
static const char *
judge_answer(int status)
{
    if (status == 200 || status == 503)
        return "";
    return status ? "it answers something else than its health"
                  : "it does not answer in time";
}

static const char *
look_through_tls(struct listener_probe *probe, int fd)
{
    SSL_CTX *ctx = SSL_CTX_new(TLS_client_method());
    SSL *ssl = ctx ? SSL_new(ctx) : NULL;
    const char *why = "OpenSSL gives no TLS client";

    if (ssl && SSL_set_fd(ssl, fd) == 1) {
        why = "the TLS handshake fails";
        if (SSL_connect(ssl) == 1) {
            probe->seen.cert_until_ms = end_of_certificate(ssl);
            why = judge_answer(ask(ssl, fd));
            SSL_shutdown(ssl);
        }
    }
    SSL_free(ssl);
    SSL_CTX_free(ctx);
    ERR_clear_error();
    return why;
}

static void
look(void *arg)
{
    struct listener_probe *probe = arg;
    int64_t start_ms = hv_clock_mono_ms();
    int fd = make_connection(probe);
    const char *why;

    if (fd < 0)
        why = "its own address takes no connection";
    else if (probe->is_plain)
        why = judge_answer(ask(NULL, fd));
    else
        why = look_through_tls(probe, fd);
    if (fd >= 0)
        close(fd);
    hv_copy(probe->seen.why, sizeof(probe->seen.why), why);
    probe->seen.took_ms = hv_clock_mono_ms() - start_ms;
    if (!*why && probe->seen.cert_until_ms &&
        probe->seen.cert_until_ms < hv_clock_now_ms())
        hv_copy(probe->seen.why, sizeof(probe->seen.why),
                "its certificate has expired");
    probe->seen.has_run = true;
}

/* -------------------------------------------------------- on the main loop -- */

static void
looked(void *arg)
{
    struct listener_probe *probe = arg;
    struct hv_listener *listener = probe->listener;

    probe->is_looking = false;
    if (!listener) {
        free(probe);
        return;
    }
    pthread_mutex_lock(&listener->guard);
    listener->probed = probe->seen;
    pthread_mutex_unlock(&listener->guard);
    listener_publish(listener);
    hv_watch_after(probe->timer, probe->every_ms);
}

static void
start_look(void *arg)
{
    struct listener_probe *probe = arg;

    if (atomic_load(&probe->listener->is_stopping))
        return;
    probe->seen = (struct listener_probed){ 0 };
    probe->is_looking = true;
    hv_loop_job(probe->listener->loop, look, looked, probe);
}

void
listener_probe_start(struct hv_listener *listener, int every_ms)
{
    struct listener_probe *probe = hv_calloc(1, sizeof(*probe));

    probe->listener = listener;
    probe->every_ms = every_ms > 0 ? every_ms : EVERY_MS;
    probe->port = listener->port;
    probe->is_plain = listener->is_plain;
    hv_copy(probe->host, sizeof(probe->host), listener->host);
    probe->timer = hv_loop_timer(listener->loop, start_look, probe);
    hv_watch_after(probe->timer,
                   probe->every_ms < FIRST_MS ? probe->every_ms : FIRST_MS);
    listener->probe = probe;
}

void
listener_probe_end(struct listener_probe *probe)
{
    if (!probe)
        return;
    hv_watch_free(probe->timer);
    probe->timer = NULL;
    probe->listener = NULL;
    if (!probe->is_looking) /* else its end frees it */
        free(probe);
}
