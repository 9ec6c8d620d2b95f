/*
 * queue.c - the journal thread and the two lists it shares with the loop. Called
 * by request.c and listener.c. No answer is given here: items go back to the
 * loop's thread through an eventfd when their commit has returned.
 */
#include "core/listener/queue.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#define QUIET_S 1 /* without work so long, the journal may tidy up */

struct list {
    struct listener_item *first;
    struct listener_item **end;
};

struct listener_queue {
    struct hv_journal *journal;
    listener_item_fn fn;
    void *arg;
    pthread_t thread;
    int event_fd;
    struct hv_watch *watch;
    size_t len;   /* loop's thread only */
    size_t bytes; /* the same */

    pthread_mutex_t lock; /* of what follows */
    pthread_cond_t work;
    struct list waiting;
    struct list done; /* committed, to be answered */
    struct list failed;
    struct hv_error failure; /* of the last batch that failed */
    bool is_ending;
};

void
listener_item_free(struct listener_item *item)
{
    if (!item)
        return;
    hv_judgement_release(&item->judgement);
    hv_buf_release(&item->body);
    free(item);
}

static void
list_clear(struct list *list)
{
    list->first = NULL;
    list->end = &list->first;
}

static void
list_add(struct list *list, struct listener_item *item)
{
    item->next = NULL;
    *list->end = item;
    list->end = &item->next;
}

/* Moves all of @from to the end of @to. */
static void
list_move(struct list *to, struct list *from)
{
    if (from->first) {
        *to->end = from->first;
        to->end = from->end;
    }
    list_clear(from);
}

/* ------------------------------------------------------- journal thread -- */

/* Room for a batch, kept from one to the next. */
struct batch {
    struct hv_arrival *arrivals;
    size_t cap;
};

static enum hv_status
commit(struct listener_queue *queue, struct batch *batch,
       const struct list *list, struct hv_error *err)
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

/* Nobody waits for this, so it stops as soon as somebody does. */
static void
tidy_up(struct listener_queue *queue)
{
    bool more = true;
    bool is_quiet = true;

    while (more && is_quiet) {
        if (hv_journal_settle(queue->journal, &more, NULL))
            return; /* the disk: the next batch will say so */
        pthread_mutex_lock(&queue->lock);
        is_quiet = !queue->waiting.first && !queue->is_ending;
        pthread_mutex_unlock(&queue->lock);
    }
}

/* Waits for work; false when there is none and the end has come. */
static bool
next_batch(struct listener_queue *queue, struct list *out)
{
    bool is_tidy = false;
    bool has_work;

    pthread_mutex_lock(&queue->lock);
    while (!queue->waiting.first && !queue->is_ending) {
        struct timespec until;

        clock_gettime(CLOCK_MONOTONIC, &until);
        until.tv_sec += QUIET_S;
        if (is_tidy) {
            pthread_cond_wait(&queue->work, &queue->lock);
        } else if (pthread_cond_timedwait(&queue->work, &queue->lock, &until) ==
                   ETIMEDOUT) {
            pthread_mutex_unlock(&queue->lock);
            tidy_up(queue);
            pthread_mutex_lock(&queue->lock);
            is_tidy = true;
        }
    }
    has_work = queue->waiting.first != NULL;
    list_clear(out);
    list_move(out, &queue->waiting);
    pthread_mutex_unlock(&queue->lock);
    return has_work;
}

static void *
run(void *arg)
{
    static const uint64_t one = 1;
    struct listener_queue *queue = arg;
    struct batch batch = { 0 };
    struct list list;

    while (next_batch(queue, &list)) {
        struct hv_error err = { 0 };
        enum hv_status st = commit(queue, &batch, &list, &err);

        pthread_mutex_lock(&queue->lock);
        list_move(st ? &queue->failed : &queue->done, &list);
        if (st)
            queue->failure = err;
        pthread_mutex_unlock(&queue->lock);
        /* Full means that the loop has been told already. */
        (void)!write(queue->event_fd, &one, sizeof(one));
    }
    free(batch.arrivals);
    return NULL;
}

/* --------------------------------------------------------- loop's thread -- */

static void
give_back(struct listener_queue *queue, struct list *list, enum hv_status st,
          const struct hv_error *err)
{
    struct listener_item *item = list->first;

    while (item) {
        struct listener_item *next = item->next;

        queue->len--;
        queue->bytes -= item->arrival.body.len;
        queue->fn(queue->arg, item, st, err);
        listener_item_free(item);
        item = next;
    }
}

static void
take_back(struct listener_queue *queue)
{
    struct list done;
    struct list failed;
    struct hv_error failure;

    list_clear(&done);
    list_clear(&failed);
    pthread_mutex_lock(&queue->lock);
    list_move(&done, &queue->done);
    list_move(&failed, &queue->failed);
    failure = queue->failure;
    pthread_mutex_unlock(&queue->lock);
    give_back(queue, &done, HV_OK, NULL);
    give_back(queue, &failed, failure.status ? failure.status : HV_ERR_FAILED,
              &failure);
}

static void
on_event(void *arg, int fd, int what)
{
    uint64_t count;

    (void)what;
    (void)!read(fd, &count, sizeof(count));
    take_back(arg);
}

bool
listener_queue_add(struct listener_queue *queue, struct listener_item *item)
{
    if (queue->len >= QUEUE_MAX_ITEMS ||
        item->arrival.body.len > QUEUE_MAX_BYTES - queue->bytes)
        return false;
    queue->len++;
    queue->bytes += item->arrival.body.len;
    pthread_mutex_lock(&queue->lock);
    list_add(&queue->waiting, item);
    pthread_cond_signal(&queue->work);
    pthread_mutex_unlock(&queue->lock);
    return true;
}

bool
listener_queue_is_busy(const struct listener_queue *queue)
{
    return queue->len >= QUEUE_MAX_ITEMS / 2 ||
           queue->bytes >= QUEUE_MAX_BYTES / 2;
}

size_t
listener_queue_len(const struct listener_queue *queue)
{
    return queue->len;
}

/* ----------------------------------------------------------- begin and end -- */

static void
queue_free(struct listener_queue *queue)
{
    hv_watch_free(queue->watch);
    if (queue->event_fd >= 0)
        close(queue->event_fd);
    pthread_cond_destroy(&queue->work);
    pthread_mutex_destroy(&queue->lock);
    free(queue);
}

/* With all signals blocked: they are the loop's. */
static int
start_thread(struct listener_queue *queue)
{
    sigset_t all;
    sigset_t old;
    int failed;

    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &old);
    failed = pthread_create(&queue->thread, NULL, run, queue);
    pthread_sigmask(SIG_SETMASK, &old, NULL);
    return failed;
}

enum hv_status
listener_queue_start(struct hv_loop *loop, struct hv_journal *journal,
                     listener_item_fn fn, void *arg,
                     struct listener_queue **out, struct hv_error *err)
{
    struct listener_queue *queue = hv_calloc(1, sizeof(*queue));
    pthread_condattr_t clock;

    queue->journal = journal;
    queue->fn = fn;
    queue->arg = arg;
    list_clear(&queue->waiting);
    list_clear(&queue->done);
    list_clear(&queue->failed);
    pthread_mutex_init(&queue->lock, NULL);
    pthread_condattr_init(&clock);
    pthread_condattr_setclock(&clock, CLOCK_MONOTONIC);
    pthread_cond_init(&queue->work, &clock);
    pthread_condattr_destroy(&clock);
    queue->event_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (queue->event_fd < 0) {
        hv_fail_errno(err, HV_ERR_IO, "cannot make an eventfd");
        queue_free(queue);
        return HV_ERR_IO;
    }
    queue->watch =
        hv_loop_fd(loop, queue->event_fd, HV_WATCH_READ, on_event, queue);
    if (!queue->watch || start_thread(queue)) {
        queue_free(queue);
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
    take_back(queue);
    queue_free(queue);
}
