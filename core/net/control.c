/*
 * control.c - the control socket of the one who runs: requests in, answers out,
 * on the loop. Called through run.h. One request per connection; a client that
 * is slow, rude or gone costs nobody else anything.
 */
#include "core/net/run_state.h"

#include "hvconsole/limits.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAX_CLIENTS 16
#define MAX_HELD    256
#define CLIENT_MS   5000 /* to send the request, and to take the answer */

struct hv_control {
    struct hv_run *run; /* NULL: it has ended meanwhile */
    struct hv_control *next, *prev;
    int fd;
    bool is_held; /* the answer is being made */
    struct hv_watch *watch;
    struct hv_watch *timer; /* not while it is held */
    struct hv_buf in;
    struct hv_buf out;
    size_t sent;
};

/* Who waits long must not keep others from asking: they are counted apart. */
static void
set_held(struct hv_control *control, bool is_held)
{
    struct hv_run *run = control->run;

    if (control->is_held == is_held)
        return;
    control->is_held = is_held;
    if (!run)
        return;
    if (is_held) {
        run->held++;
        run->talking--;
    } else {
        run->held--;
        run->talking++;
    }
}

static void
control_free(struct hv_control *control)
{
    struct hv_run *run = control->run;

    set_held(control, false);
    if (run) {
        if (control->prev)
            control->prev->next = control->next;
        else
            run->first = control->next;
        if (control->next)
            control->next->prev = control->prev;
        run->talking--;
    }
    hv_watch_free(control->watch);
    hv_watch_free(control->timer);
    if (control->fd >= 0)
        close(control->fd);
    hv_buf_release(&control->in);
    hv_buf_release(&control->out);
    free(control);
}

static void
client_is_late(void *arg)
{
    control_free(arg);
}

/* ------------------------------------------------------------- answering -- */

/* True when there is nothing left to do: all sent, or the client is gone. */
static bool
send_some(struct hv_control *control)
{
    while (control->sent < control->out.len) {
        ssize_t put =
            send(control->fd, control->out.data + control->sent,
                 control->out.len - control->sent, MSG_NOSIGNAL | MSG_DONTWAIT);

        if (put < 0 && errno == EINTR)
            continue;
        if (put < 0)
            return errno != EAGAIN;
        control->sent += (size_t)put;
    }
    return true;
}

static void
client_can_take(void *arg, int fd, int what)
{
    struct hv_control *control = arg;

    (void)fd;
    (void)what;
    if (send_some(control))
        control_free(control);
}

static void
write_answer(struct hv_buf *out, const struct hv_facts *facts,
             const struct hv_error *error)
{
    struct hv_facts how = { 0 };

    hv_facts_addf(&how, "status", "%d", error ? (int)error->status : 0);
    if (error && error->status) {
        hv_facts_addf(&how, "platform-code", "%d", error->platform_code);
        hv_facts_addf(&how, "errno", "%d", error->sys_errno);
        hv_facts_add(&how, "why", error->why);
        hv_facts_add(&how, "hint", error->hint);
    }
    hv_buf_add_bytes(out, hv_buf_bytes(&how.text));
    hv_buf_add_char(out, '\n');
    if (facts)
        hv_buf_add_bytes(out, hv_buf_bytes(&facts->text));
    hv_buf_add_char(out, '\n');
    hv_facts_release(&how);
}

void
hv_control_reply(struct hv_control *control, const struct hv_facts *facts,
                 const struct hv_error *error)
{
    static const struct hv_error too_large = {
        .status = HV_ERR_LIMIT,
        .why = "the answer is larger than a control message may be",
    };

    set_held(control, false);
    control->out.ceiling = HV_MAX_CONTROL;
    write_answer(&control->out, facts, error);
    if (control->out.is_over || (facts && facts->text.is_over)) {
        hv_buf_clear(&control->out);
        write_answer(&control->out, NULL, &too_large);
    }
    /* Mostly all fits into the socket, also when the run has ended. */
    if (send_some(control) || !control->run) {
        control_free(control);
        return;
    }
    control->watch = hv_loop_fd(control->run->loop, control->fd, HV_WATCH_WRITE,
                                client_can_take, control);
    hv_watch_after(control->timer, CLIENT_MS);
}

/* -------------------------------------------------------------- requests -- */

/* The request ends at an empty line. */
static bool
is_whole(const struct hv_buf *in)
{
    return (in->len == 1 && in->data[0] == '\n') ||
           (in->len >= 2 && in->data[in->len - 1] == '\n' &&
            in->data[in->len - 2] == '\n');
}

static void
client_speaks(void *arg, int fd, int what)
{
    static const struct hv_error too_many = {
        .status = HV_ERR_LIMIT,
        .why = "too many requests wait for their answer",
    };
    struct hv_control *control = arg;
    struct hv_facts request;
    uint8_t chunk[4096];
    ssize_t got;

    (void)what;
    got = recv(fd, chunk, sizeof(chunk), MSG_DONTWAIT);
    if (got < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (got > 0)
        hv_buf_add(&control->in, chunk, (size_t)got);
    if (got <= 0 || control->in.is_over) {
        control_free(control);
        return;
    }
    if (!is_whole(&control->in))
        return;
    hv_watch_free(control->watch);
    control->watch = NULL;
    hv_watch_after(control->timer, -1);
    control->in.len--; /* without the empty line */
    /* The text is moved out: answering frees the control. */
    request.text = control->in;
    control->in = (struct hv_buf){ 0 };
    set_held(control, true);
    if (control->run->held > MAX_HELD)
        hv_control_reply(control, NULL, &too_many);
    else
        control->run->fn(control->run->arg, control, &request);
    hv_facts_release(&request);
}

static void
client_comes(void *arg, int listen_fd, int what)
{
    struct hv_run *run = arg;
    struct hv_control *control;
    int fd;

    (void)what;
    fd = accept4(listen_fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (fd < 0)
        return;
    if (run->talking >= MAX_CLIENTS) {
        close(fd);
        return;
    }
    control = hv_calloc(1, sizeof(*control));
    control->run = run;
    control->fd = fd;
    control->in.ceiling = HV_MAX_CONTROL;
    control->next = run->first;
    if (control->next)
        control->next->prev = control;
    run->first = control;
    run->talking++;
    control->timer = hv_loop_timer(run->loop, client_is_late, control);
    hv_watch_after(control->timer, CLIENT_MS);
    control->watch =
        hv_loop_fd(run->loop, fd, HV_WATCH_READ, client_speaks, control);
}

enum hv_status
hv_run_serve(struct hv_run *run, struct hv_loop *loop, hv_control_fn fn,
             void *arg, struct hv_error *err)
{
    struct sockaddr_un address;
    enum hv_status st;
    int dir_fd;
    int fd;

    st = hv_run_socket(run->dir, run->name, &fd, &dir_fd, &address, err);
    if (st)
        return st;
    /* Linux takes the mode of the name from the socket: no moment in which
     * others could connect, and no umask changed under other threads. */
    if (fchmod(fd, 0600) ||
        bind(fd, (const struct sockaddr *)&address, sizeof(address)) ||
        listen(fd, MAX_CLIENTS))
        st = hv_fail_errno(err, HV_ERR_IO, "cannot make %s.sock in %s",
                           run->name, run->dir);
    close(dir_fd);
    if (st) {
        close(fd);
        return st;
    }
    run->listen_fd = fd;
    run->loop = loop;
    run->fn = fn;
    run->arg = arg;
    run->watch = hv_loop_fd(loop, fd, HV_WATCH_READ, client_comes, run);
    return HV_OK;
}

void
hv_run_stop_serving(struct hv_run *run)
{
    struct hv_control *control = run->first;

    hv_watch_free(run->watch);
    if (run->listen_fd >= 0)
        close(run->listen_fd);
    run->listen_fd = -1;
    run->watch = NULL;
    while (control) {
        struct hv_control *next = control->next;

        /* Somebody still holds it in order to reply: theirs to end. */
        if (control->is_held) {
            hv_watch_free(control->timer);
            control->timer = NULL;
            control->run = NULL;
        } else {
            control_free(control);
        }
        control = next;
    }
    run->first = NULL;
    run->talking = run->held = 0;
}
