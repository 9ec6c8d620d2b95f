/*
 * ask.c - asking the one who runs, and waiting for the answer. Called by
 * commands and workers; blocks, so never on a loop that draws.
 */
#include "core/net/run_state.h"

#include "hvconsole/clock.h"
#include "hvconsole/file.h"
#include "hvconsole/limits.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* One conversation. */
struct ask {
    const char *name;
    int fd;
    int64_t deadline_ms;
};

/* Waits until the socket is ready for @what. */
static enum hv_status
wait_for(const struct ask *ask, short what, struct hv_error *err)
{
    for (;;) {
        struct pollfd look = { .fd = ask->fd, .events = what };
        int64_t left_ms = ask->deadline_ms - hv_clock_mono_ms();
        int ready = left_ms > 0 ? poll(&look, 1, (int)left_ms) : 0;

        if (ready > 0)
            return HV_OK;
        if (ready == 0)
            return hv_fail(err, HV_ERR_NET, "the %s has not answered in time",
                           ask->name);
        if (errno != EINTR)
            return hv_fail_errno(err, HV_ERR_IO, "cannot wait for the %s",
                                 ask->name);
    }
}

static enum hv_status
fail_peer(const struct ask *ask, struct hv_error *err)
{
    if (errno == ECONNREFUSED || errno == ENOENT)
        return hv_fail(err, HV_ERR_NET, "the %s is starting or ending",
                       ask->name);
    return hv_fail_errno(err, HV_ERR_NET, "cannot speak with the %s",
                         ask->name);
}

static enum hv_status
connect_to(struct ask *ask, const char *dir, struct hv_error *err)
{
    struct sockaddr_un address;
    enum hv_status st;
    int dir_fd;

    st = hv_run_socket(dir, ask->name, &ask->fd, &dir_fd, &address, err);
    if (st)
        return st;
    /* EAGAIN: many ask at once. There is nothing to poll for then. */
    while (
        connect(ask->fd, (const struct sockaddr *)&address, sizeof(address))) {
        if (errno == EAGAIN && hv_clock_mono_ms() < ask->deadline_ms) {
            poll(NULL, 0, 5);
        } else if (errno != EINTR) {
            st = fail_peer(ask, err);
            break;
        }
    }
    close(dir_fd);
    return st;
}

static enum hv_status
send_all(const struct ask *ask, struct hv_bytes text, struct hv_error *err)
{
    while (text.len) {
        ssize_t put =
            send(ask->fd, text.data, text.len, MSG_NOSIGNAL | MSG_DONTWAIT);
        enum hv_status st = HV_OK;

        if (put > 0) {
            text.data += put;
            text.len -= (size_t)put;
        } else if (errno == EAGAIN) {
            st = wait_for(ask, POLLOUT, err);
        } else if (errno != EINTR) {
            st = fail_peer(ask, err);
        }
        if (st)
            return st;
    }
    return HV_OK;
}

/* To the end of the connection. */
static enum hv_status
read_all(const struct ask *ask, struct hv_buf *out, struct hv_error *err)
{
    uint8_t chunk[4096];

    for (;;) {
        enum hv_status st = wait_for(ask, POLLIN, err);
        ssize_t got;

        if (st)
            return st;
        got = recv(ask->fd, chunk, sizeof(chunk), MSG_DONTWAIT);
        if (got == 0)
            return HV_OK;
        if (got > 0)
            hv_buf_add(out, chunk, (size_t)got);
        else if (errno != EAGAIN && errno != EINTR)
            return fail_peer(ask, err);
        if (out->is_over)
            return hv_fail(err, HV_ERR_LIMIT, "the %s says too much",
                           ask->name);
    }
}

/* What the other side reports about itself, as if it had happened here. */
static enum hv_status
read_how(const struct hv_facts *how, struct hv_error *err)
{
    int64_t status = hv_facts_get_int(how, "status", -1);
    struct hv_error theirs = { 0 };

    if (status == HV_OK)
        return HV_OK;
    theirs.status = status > 0 && status < HV_STATUS_COUNT
                        ? (enum hv_status)status
                        : HV_ERR_FAILED;
    theirs.platform_code = (int)hv_facts_get_int(how, "platform-code", 0);
    theirs.sys_errno = (int)hv_facts_get_int(how, "errno", 0);
    if (!hv_facts_get(how, "why", 0, theirs.why, sizeof(theirs.why)))
        hv_copy(theirs.why, sizeof(theirs.why), "it failed without a reason");
    if (!hv_facts_get(how, "hint", 0, theirs.hint, sizeof(theirs.hint)))
        theirs.hint[0] = '\0';
    if (err && !err->status)
        *err = theirs;
    return theirs.status;
}

/* Cuts the answer into its two messages. */
static enum hv_status
read_answer(const struct ask *ask, const struct hv_buf *text,
            struct hv_facts *answer, struct hv_error *err)
{
    const uint8_t *end =
        text->len > 1 ? memmem(text->data, text->len, "\n\n", 2) : NULL;
    struct hv_facts how = { 0 };
    enum hv_status st;
    size_t at;

    at = end ? (size_t)(end - text->data) + 1 : 0;
    if (!end || text->len < at + 2 || text->data[text->len - 1] != '\n' ||
        text->data[text->len - 2] != '\n')
        return hv_fail(err, HV_ERR_NET, "the %s ended before it answered",
                       ask->name);
    hv_buf_add(&how.text, text->data, at);
    st = read_how(&how, err);
    hv_facts_release(&how);
    if (!st && answer)
        hv_buf_add(&answer->text, text->data + at + 1, text->len - at - 2);
    return st;
}

enum hv_status
hv_run_ask(const char *store, const char *name, const struct hv_facts *request,
           int timeout_ms, struct hv_facts *answer, struct hv_error *err)
{
    struct ask ask = { .name = name, .fd = -1 };
    struct hv_buf text = { .ceiling = HV_MAX_CONTROL };
    char path[PATH_MAX];
    char dir[PATH_MAX];
    enum hv_status st;

    st = hv_run_path(store, name, ".lock", path, err);
    if (st)
        return st;
    if (!hv_lock_is_held(path))
        return hv_fail(err, HV_ERR_NOT_FOUND, "no %s of this store is running",
                       name);
    hv_path_dir(path, dir, sizeof(dir));
    ask.deadline_ms = hv_clock_mono_ms() + timeout_ms;
    st = connect_to(&ask, dir, err);
    if (!st) {
        hv_buf_add_bytes(&text, hv_buf_bytes(&request->text));
        hv_buf_add_char(&text, '\n');
        if (text.is_over || request->text.is_over)
            st = hv_fail(err, HV_ERR_LIMIT, "the request is too large");
    }
    if (!st)
        st = send_all(&ask, hv_buf_bytes(&text), err);
    hv_buf_clear(&text);
    if (!st)
        st = read_all(&ask, &text, err);
    if (!st)
        st = read_answer(&ask, &text, answer, err);
    hv_buf_release(&text);
    if (ask.fd >= 0)
        close(ask.fd);
    return st;
}
