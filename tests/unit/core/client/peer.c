/*
 * peer.c - the scripted server of curl and client tests.
 */
#include "peer.h"

#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

/* False when the test says stop before there is something to read. */
static bool
wait_for(const struct peer *peer, int fd)
{
    struct pollfd fds[2] = {
        { .fd = fd, .events = POLLIN },
        { .fd = peer->stop[0], .events = POLLIN },
    };

    while (poll(fds, 2, -1) < 0)
        continue;
    return fds[0].revents != 0;
}

static size_t
content_length(const char *head)
{
    const char *at = strcasestr(head, "content-length:");

    return at ? (size_t)atol(at + 15) : 0;
}

static bool
read_request(const struct peer *peer, int fd, struct hv_buf *into)
{
    char piece[4096];

    for (;;) {
        const char *head_end = strstr(hv_buf_str(into), "\r\n\r\n");
        ssize_t got;

        if (head_end && into->len >= (size_t)(head_end + 4 - hv_buf_str(into)) +
                                         content_length(hv_buf_str(into)))
            return true;
        if (!wait_for(peer, fd))
            return false;
        got = read(fd, piece, sizeof(piece));
        if (got <= 0)
            return false;
        hv_buf_add(into, piece, (size_t)got);
    }
}

static void
write_all(int fd, const char *text)
{
    size_t left = strlen(text);

    while (left) {
        ssize_t done = send(fd, text, left, MSG_NOSIGNAL);

        if (done <= 0)
            return;
        text += done;
        left -= (size_t)done;
    }
}

/* Now that @now is answered, those who waited for it are. */
static void
release_held(struct peer *peer, size_t now)
{
    for (size_t i = 0; i < now; i++) {
        if (peer->held_until[i] == now && peer->held[i]) {
            write_all(peer->held[i], peer->answers[i]);
            close(peer->held[i]);
        }
    }
}

static void
serve_one(struct peer *peer, int fd)
{
    size_t now = peer->requests_len;

    if (!read_request(peer, fd, &peer->requests[now])) {
        close(fd);
        return;
    }
    peer->requests_len++;
    if (peer->held_until[now]) {
        peer->held[now] = fd;
        return;
    }
    if (peer->answers[now])
        write_all(fd, peer->answers[now]);
    else
        wait_for(peer, fd); /* until they give up, or we stop */
    close(fd);
    release_held(peer, now);
}

static void *
serve(void *arg)
{
    struct peer *peer = arg;

    while (peer->requests_len < peer->answers_len &&
           wait_for(peer, peer->listener)) {
        int fd = accept(peer->listener, NULL, NULL);

        if (fd < 0)
            break;
        serve_one(peer, fd);
    }
    return NULL;
}

void
peer_start(struct peer *peer)
{
    struct sockaddr_in address = { .sin_family = AF_INET };
    socklen_t len = sizeof(address);

    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    peer->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    cr_assert_eq(bind(peer->listener, (struct sockaddr *)&address, len), 0);
    cr_assert_eq(listen(peer->listener, 16), 0);
    cr_assert_eq(getsockname(peer->listener, (struct sockaddr *)&address, &len),
                 0);
    peer->port = ntohs(address.sin_port);
    cr_assert_eq(pipe(peer->stop), 0);
    cr_assert_eq(pthread_create(&peer->thread, NULL, serve, peer), 0);
}

void
peer_stop(struct peer *peer)
{
    close(peer->stop[1]);
    pthread_join(peer->thread, NULL);
    close(peer->stop[0]);
    close(peer->listener);
}

void
peer_release(struct peer *peer)
{
    for (size_t i = 0; i < PEER_MAX; i++)
        hv_buf_release(&peer->requests[i]);
}

const char *
peer_url(const struct peer *peer)
{
    static char url[64];

    snprintf(url, sizeof(url), "http://127.0.0.1:%d/platform/wildcat.ashx",
             peer->port);
    return url;
}

char *
peer_answer(const char *document)
{
    char *text = NULL;

    cr_assert_geq(asprintf(&text,
                           "HTTP/1.1 200 OK\r\nDate: Thu, 12 Nov 2015 "
                           "09:30:00 GMT\r\nContent-Type: text/xml\r\n"
                           "Content-Length: %zu\r\n\r\n%s",
                           strlen(document), document),
                  0);
    return text;
}

struct hv_bytes
peer_body(const struct peer *peer, size_t index)
{
    const char *text;
    const char *at;

    cr_assert_lt(index, peer->requests_len);
    text = hv_buf_str(&peer->requests[index]);
    at = strstr(text, "\r\n\r\n") + 4;
    return (struct hv_bytes){ (const uint8_t *)at,
                              peer->requests[index].len - (size_t)(at - text) };
}
