/*
 * tail.c - wakes the console when the journal grows, and not before: the
 * kernel tells of writes to its log of pages. Where it cannot (no folder yet),
 * the clock's tick looks once a second; and now and then where it can, for what
 * another machine writes to a disk of the network. Called by run.c, script.c
 * and effects.c, on the loop's thread.
 */
#include "tui/app/runner.h"

#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

#define SETTLE_MS 40 /* a batch of commits is one look */
#define SELDOM    5  /* ticks */

static void
look(void *arg)
{
    struct hv_runner *runner = arg;

    runner->tail.is_due = false;
    hv_tail_look(runner);
}

/* Whether one of the events read is about the journal. */
static bool
is_journal(const char *data, size_t len)
{
    for (size_t at = 0; at + sizeof(struct inotify_event) <= len;) {
        struct inotify_event event;

        memcpy(&event, data + at, sizeof(event));
        at += sizeof(event);
        if (event.len && !strncmp(data + at, "journal.db", 10) &&
            strncmp(data + at, "journal.db-shm", 14))
            return true;
        at += event.len;
    }
    return false;
}

static void
look_after(struct hv_runner *runner, int ms)
{
    if (runner->tail.is_due)
        return;
    runner->tail.is_due = true;
    hv_watch_after(runner->tail.timer, ms);
}

static void
on_event(void *arg, int fd, int what)
{
    struct hv_runner *runner = arg;
    char data[4096];
    ssize_t len;
    bool is_ours = false;

    (void)what;
    while ((len = read(fd, data, sizeof(data))) > 0)
        is_ours = is_ours || is_journal(data, (size_t)len);
    if (is_ours)
        look_after(runner, SETTLE_MS);
}

void
hv_tail_tick(struct hv_runner *runner)
{
    bool is_told = runner->tail.place >= 0;

    if (!is_told || ++runner->tail.ticks % SELDOM == 0)
        hv_tail_look(runner);
}

void
hv_tail_look(struct hv_runner *runner)
{
    if (hv_runner_is_watching(runner) && runner->journal &&
        hv_journal_changed(runner->journal))
        hv_runner_send_kind(runner, HV_MSG_JOURNAL_CHANGED);
}

void
hv_tail_follow(struct hv_runner *runner)
{
    struct hv_tail *tail = &runner->tail;
    bool is_on = hv_runner_is_watching(runner);

    if (tail->fd < 0 || is_on == (tail->place >= 0))
        return;
    if (is_on) {
        tail->place =
            inotify_add_watch(tail->fd, runner->globals->store,
                              IN_MODIFY | IN_CREATE | IN_MOVED_TO | IN_ONLYDIR);
        look_after(runner, 0); /* what came while nobody looked */
    } else {
        inotify_rm_watch(tail->fd, tail->place);
        tail->place = -1;
    }
}

void
hv_tail_start(struct hv_runner *runner)
{
    struct hv_tail *tail = &runner->tail;

    tail->place = -1;
    tail->timer = hv_loop_timer(runner->loop, look, runner);
    tail->fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    if (tail->fd >= 0)
        tail->watch =
            hv_loop_fd(runner->loop, tail->fd, HV_WATCH_READ, on_event, runner);
}

void
hv_tail_end(struct hv_runner *runner)
{
    hv_watch_free(runner->tail.watch);
    hv_watch_free(runner->tail.timer);
    if (runner->tail.fd >= 0)
        close(runner->tail.fd);
    runner->tail = (struct hv_tail){ .fd = -1, .place = -1 };
}
