/*
 * queue.c - the journal thread: commits whatever waits in one transaction, and
 * tidies the journal up when nothing does. Called by listener.c; loops reach it
 * through port.c. No answer is given here.
 */
#include "core/listener/queue_in.h"

#include "hvconsole/clock.h"
#include "hvconsole/thread.h"

#include <errno.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#define QUIET_MS    1000  /* without work so long, the journal may tidy up */
#define TIDY_MS     60000 /* and once in so long, whoever waits */
#define MAX_REASONS 64

/* ------------------------------------------------------- journal thread -- */

/* Room for a batch, kept from one to the next. */
struct batch {
    struct hv_arrival *arrivals;
    size_t cap;
};

static enum hv_status
commit(struct listener_queue *queue, struct batch *batch,
       const struct listener_list *list, struct hv_error *err)
{
    size_t len = 0;

    for (struct listener_item *item = list->first; item; item = item->next) {
        if (len == batch->cap) {
            batch->cap = batch->cap ? 2 * batch->cap : 64;
            batch->arrivals = hv_realloc_array(batch->arrivals, batch->cap,
                                               sizeof(*batch->arrivals));
        }
        batch->arrivals[len++] = item->arrival;
    }
    return hv_journal_append(queue->journal, batch->arrivals, len, err);
}

/* Each to the loop it came from; every loop is woken once. */
static void
give_back(struct listener_queue *queue, struct listener_list *list,
          enum hv_status st, const struct hv_error *err)
{
    static const uint64_t one = 1;
    struct listener_item *item = list->first;
    struct listener_port *told[16];
    size_t told_len = 0;

    pthread_mutex_lock(&queue->lock);
    if (st)
        queue->failure = *err;
    while (item) {
        struct listener_item *next = item->next;
        struct listener_port *port = item->port;

        if (!port->is_told && told_len < HV_LEN(told)) {
            port->is_told = true;
            told[told_len++] = port;
        }
        listener_list_add(st ? &port->failed : &port->done, item);
        item = next;
    }
    pthread_mutex_unlock(&queue->lock);
    for (size_t i = 0; i < told_len; i++) {
        told[i]->is_told = false;
        /* Full means that the loop has been told already. */
        (void)!write(told[i]->event_fd, &one, sizeof(one));
    }
}

static void
add_reasons(struct listener_queue *queue)
{
    struct listener_reason *reason;

    pthread_mutex_lock(&queue->lock);
    reason = queue->reasons;
    queue->reasons = NULL;
    queue->reasons_len = 0;
    pthread_mutex_unlock(&queue->lock);
    while (reason) {
        struct listener_reason *next = reason->next;

        hv_journal_add_why(queue->journal, reason->id, &reason->step);
        free(reason);
        reason = next;
    }
}

/* One slice: links of repeats, what is too old. False: nothing is left to do,
 * or the disk fails, which the next batch will say. */
static bool
tidy_up(struct listener_queue *queue)
{
    bool more = false;

    add_reasons(queue);
    if (hv_journal_settle(queue->journal, &more, NULL))
        return false;
    return more;
}

static void
add_ms(struct timespec *at, int64_t ms)
{
    at->tv_sec += ms / 1000;
    at->tv_nsec += ms % 1000 * 1000000;
    if (at->tv_nsec >= 1000000000) {
        at->tv_sec++;
        at->tv_nsec -= 1000000000;
    }
}

/* Waits for work at most so long; false when there is none. */
static bool
wait_for_work(struct listener_queue *queue, int64_t ms,
              struct listener_list *out)
{
    struct timespec until;
    bool has_work;
    int late = 0;

    clock_gettime(CLOCK_MONOTONIC, &until);
    add_ms(&until, ms);
    listener_list_clear(out);
    pthread_mutex_lock(&queue->lock);
    while (!queue->waiting.first && !queue->is_ending && late != ETIMEDOUT)
        late = pthread_cond_timedwait(&queue->work, &queue->lock, &until);
    has_work = queue->waiting.first != NULL;
    listener_list_move(out, &queue->waiting);
    pthread_mutex_unlock(&queue->lock);
    return has_work;
}

static void
handle(struct listener_queue *queue, struct batch *batch,
       struct listener_list *list)
{
    struct hv_error err = { 0 };
    enum hv_status st;

    add_reasons(queue);
    st = commit(queue, batch, list, &err);
    if (!st)
        atomic_fetch_add(&queue->commits, 1);
    give_back(queue, list, st, &err);
    if (!st && queue->on_commit)
        queue->on_commit(queue->on_commit_arg);
}

static void *
run(void *arg)
{
    struct listener_queue *queue = arg;
    int64_t tidy_ms = hv_clock_mono_ms() + TIDY_MS;
    struct batch batch = { 0 };
    struct listener_list list;
    bool has_more = true; /* to tidy up */

    for (;;) {
        int64_t wait_ms = has_more ? QUIET_MS : TIDY_MS;
        bool has_work = wait_for_work(queue, wait_ms, &list);

        if (has_work) {
            handle(queue, &batch, &list);
            has_more = true;
        } else if (queue->is_ending) {
            break;
        }
        if (has_work && hv_clock_mono_ms() < tidy_ms)
            continue;
        /* A slice, and a look whether somebody waits. */
        do {
            has_more = tidy_up(queue);
        } while (!has_work && has_more && atomic_load(&queue->len) == 0 &&
                 !queue->is_ending);
        (void)!hv_journal_beat(queue->journal, hv_clock_now_ms(), NULL);
        tidy_ms = hv_clock_mono_ms() + TIDY_MS;
    }
    add_reasons(queue);
    free(batch.arrivals);
    return NULL;
}

/* ------------------------------------------------------------ from outside -- */

size_t
listener_queue_len(const struct listener_queue *queue)
{
    return atomic_load(&queue->len);
}

int64_t
listener_queue_commits(const struct listener_queue *queue)
{
    return atomic_load(&queue->commits);
}

bool
listener_queue_is_busy(const struct listener_queue *queue)
{
    return atomic_load(&queue->len) >= QUEUE_MAX_ITEMS / 2 ||
           atomic_load(&queue->bytes) >= QUEUE_MAX_BYTES / 2;
}

void
listener_queue_explain(struct listener_queue *queue, int64_t id,
                       const struct hv_why_step *step)
{
    struct listener_reason *reason = hv_calloc(1, sizeof(*reason));

    reason->id = id;
    reason->step = *step;
    pthread_mutex_lock(&queue->lock);
    if (queue->reasons_len < MAX_REASONS) {
        reason->next = queue->reasons;
        queue->reasons = reason;
        queue->reasons_len++;
        reason = NULL;
    }
    pthread_mutex_unlock(&queue->lock);
    free(reason); /* no room: it was only for people */
}

void
listener_queue_on_commit(struct listener_queue *queue, hv_loop_fn fn, void *arg)
{
    queue->on_commit = fn;
    queue->on_commit_arg = arg;
}

/* ----------------------------------------------------------- begin and end -- */

void
listener_queue_leave(struct listener_queue *queue)
{
    struct listener_reason *reason;

    if (--queue->ports)
        return;
    while ((reason = queue->reasons)) {
        queue->reasons = reason->next;
        free(reason);
    }
    pthread_cond_destroy(&queue->work);
    pthread_mutex_destroy(&queue->lock);
    free(queue);
}

enum hv_status
listener_queue_start(struct hv_journal *journal, struct listener_queue **out,
                     struct hv_error *err)
{
    struct listener_queue *queue = hv_calloc(1, sizeof(*queue));
    pthread_condattr_t clock;

    queue->journal = journal;
    queue->ports = 1;
    listener_list_clear(&queue->waiting);
    pthread_mutex_init(&queue->lock, NULL);
    pthread_condattr_init(&clock);
    pthread_condattr_setclock(&clock, CLOCK_MONOTONIC);
    pthread_cond_init(&queue->work, &clock);
    pthread_condattr_destroy(&clock);
    if (!hv_thread_start(&queue->thread, run, queue)) {
        listener_queue_leave(queue);
        return hv_fail(err, HV_ERR_IO, "cannot start the journal thread");
    }
    *out = queue;
    return HV_OK;
}

void
listener_queue_end(struct listener_queue *queue)
{
    if (!queue)
        return;
    pthread_mutex_lock(&queue->lock);
    queue->is_ending = true;
    pthread_cond_signal(&queue->work);
    pthread_mutex_unlock(&queue->lock);
    pthread_join(queue->thread, NULL);
    listener_queue_leave(queue);
}
