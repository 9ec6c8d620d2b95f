/*
 * door.c - see door.h.
 */
#include "door.h"
#include "support.h"

#include "hvconsole/clock.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

struct test_door door;

void
door_serve(void *arg, struct hv_http_request *request,
           const struct hv_http_message *message)
{
    (void)arg;
    door.served++;
    door.last_len = message->body.len;
    memcpy(door.last_address, message->address, sizeof(door.last_address));
    if (door.is_holding) {
        door.held = request;
        door.has_held = true;
        return;
    }
    hv_http_add_header(request, "X-Target", message->target);
    hv_http_reply(request, 200, "text/plain", message->body, true);
}

const struct hv_http_config door_usual = {
    .host = "127.0.0.1",
    .methods = "GET,POST",
    .max_body = 1000,
};

void
door_open(const struct hv_http_config *config)
{
    struct hv_error err = { 0 };

    cr_assert_eq(
        hv_http_start(test_loop, config, door_serve, NULL, &door.http, &err),
        HV_OK, "%s", err.why);
}

void
door_start(void)
{
    test_start();
    memset(&door, 0, sizeof(door));
}

void
door_end(void)
{
    hv_http_free(door.http);
    test_end();
}

int
door_status(const char *answer)
{
    int status = 0;

    if (sscanf(answer, "HTTP/1.%*1d %d", &status) != 1)
        return 0;
    return status;
}

int
door_ask(const char *text)
{
    char *answer = test_talk_text(hv_http_port(door.http), false, text);
    int status = door_status(answer);

    free(answer);
    return status;
}

static bool
has_connections(size_t len)
{
    return hv_http_connections(door.http) == len;
}

/* Lets the loop turn until the door counts @len connections. */
void
door_wait(size_t len)
{
    int64_t end_ms = hv_clock_mono_ms() + TEST_TIMEOUT_MS;
    bool never = false;

    while (!has_connections(len) && hv_clock_mono_ms() < end_ms)
        hv_loop_run_until(test_loop, &never, 5);
    cr_assert(has_connections(len), "%zu connections, not %zu",
              hv_http_connections(door.http), len);
}

/* Lets the loop turn until the peer has closed @fd. */
void
door_wait_end(int fd)
{
    int64_t end_ms = hv_clock_mono_ms() + TEST_TIMEOUT_MS;
    bool never = false;
    ssize_t got;
    char byte;

    while ((got = recv(fd, &byte, 1, MSG_DONTWAIT)) < 0 && errno == EAGAIN &&
           hv_clock_mono_ms() < end_ms)
        hv_loop_run_until(test_loop, &never, 5);
    cr_assert(got == 0 || (got < 0 && errno == ECONNRESET), "still open: %zd",
              got);
}
