/*
 * finder.c - the thread of a search. It has a reader of its own, made for each
 * search and closed after it, keys and all; it goes on in short slices and looks
 * between them whether it is still wanted. Touches no state of the console:
 * messages go out by hv_loop_post(). Called by effects.c.
 */
#include "tui/app/finder.h"

#include "hvconsole/clock.h"
#include "hvconsole/thread.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#define SLICE_MS 20
#define TELL_MS  100 /* between two words about how far it is */
#define BATCH    1024
#define NICE     5 /* keys and frames go first */

struct order {
    enum hv_find_kind which;
    uint64_t op;
    char *text; /* owned */
    int64_t id;
    struct hv_log_filter filter, near;
    struct hv_journal_view *view; /* owned */
};

struct hv_finder {
    struct hv_loop *ui; /* borrowed */
    hv_finder_fn fn;
    void *arg;
    pthread_t thread;
    pthread_mutex_t lock; /* of all below */
    pthread_cond_t wake;
    struct order *next; /* owned */
    uint64_t wanted;    /* 0 = stop */
    bool is_ending;
};

struct reply {
    hv_finder_fn fn; /* a reply may outlive the finder */
    void *arg;
    struct hv_msg msg;
};

static void
order_release(struct order *order)
{
    if (!order)
        return;
    hv_journal_view_close(order->view);
    free(order->text);
    free(order);
}

static void
on_reply(void *arg)
{
    struct reply *reply = arg;

    reply->fn(reply->arg, &reply->msg);
    free(reply);
}

static void
send(struct hv_finder *finder, const struct hv_msg *msg)
{
    struct reply *reply = hv_calloc(1, sizeof(*reply));

    reply->fn = finder->fn;
    reply->arg = finder->arg;
    reply->msg = *msg;
    hv_loop_post(finder->ui, on_reply, reply);
}

static bool
is_wanted(struct hv_finder *finder, const struct order *order)
{
    bool is_it;

    pthread_mutex_lock(&finder->lock);
    is_it = finder->wanted == order->op && !finder->is_ending;
    pthread_mutex_unlock(&finder->lock);
    return is_it;
}

/* ------------------------------------------------------------------ text -- */

static void
find_text(struct hv_finder *finder, const struct order *order)
{
    struct hv_log_scan scan = { .after = order->id };
    int64_t told_ms = hv_clock_mono_ms();
    size_t found = 0;
    bool is_end = false;

    while (!is_end && is_wanted(finder, order)) {
        struct hv_msg msg = { .kind = HV_MSG_FOUND, .op = order->op };
        size_t room = HV_FIND_MAX - found;
        int64_t ids[BATCH];
        size_t len = 0;

        is_end =
            hv_journal_find(order->view, &order->filter, order->text, true,
                            SLICE_MS, &scan, ids, room < BATCH ? room : BATCH,
                            &len, &msg.error) != HV_OK;
        found += len;
        is_end = is_end || scan.is_done || found == HV_FIND_MAX;
        if (!is_end && !len && hv_clock_mono_ms() - told_ms < TELL_MS)
            continue;
        told_ms = hv_clock_mono_ms();
        msg.u.found.which = HV_FIND_TEXT;
        msg.u.found.ids = hv_calloc(len + 1, sizeof(*ids));
        memcpy(msg.u.found.ids, ids, len * sizeof(*ids));
        msg.u.found.len = len;
        msg.u.found.scan = scan;
        msg.u.found.is_end = is_end;
        msg.u.found.is_full = !scan.is_done && found == HV_FIND_MAX;
        send(finder, &msg);
    }
}

/* ------------------------------------------------------------------- kin -- */

/* Falling ids as rows, oldest first; what went since is left out. */
static enum hv_status
read_same(const struct order *order, const int64_t *ids, size_t len,
          struct hv_kin *kin, struct hv_error *err)
{
    enum hv_status st = HV_OK;

    kin->same = hv_calloc(len + 1, sizeof(*kin->same));
    while (!st && len > 0) {
        st = hv_journal_get(order->view, ids[--len], &kin->same[kin->same_len],
                            err);
        if (!st)
            kin->same_len++;
        else if (st == HV_ERR_NOT_FOUND)
            st = HV_OK;
    }
    return st;
}

static enum hv_status
read_near(const struct order *order, struct hv_kin *kin, struct hv_error *err)
{
    struct hv_log_row rows[HV_KIN_NEAR];
    size_t len = 0;
    enum hv_status st;

    kin->is_of_record = order->near.has_record;
    kin->near = hv_calloc(2 * HV_KIN_NEAR, sizeof(*kin->near));
    if (!order->near.has_record && !order->near.has_sub)
        return HV_OK;
    st = hv_journal_page(order->view, &order->near, order->id, 0, false, rows,
                         HV_KIN_NEAR, &len, err);
    while (!st && len > 0)
        kin->near[kin->near_len++] = rows[--len];
    if (!st)
        st = hv_journal_page(order->view, &order->near, 0, order->id, false,
                             kin->near + kin->near_len, HV_KIN_NEAR, &len, err);
    if (!st)
        kin->near_len += len;
    return st;
}

static void
find_kin(struct hv_finder *finder, const struct order *order)
{
    struct hv_msg msg = { .kind = HV_MSG_FOUND, .op = order->op };
    struct hv_kin *kin = &msg.u.found.kin;
    struct hv_log_scan scan = { 0 };
    int64_t ids[HV_KIN_MAX];
    size_t found = 0;
    enum hv_status st = HV_OK;

    msg.u.found.which = HV_FIND_KIN;
    msg.u.found.is_end = true;
    while (!st && !scan.is_done && found < HV_KIN_MAX) {
        size_t len = 0;

        if (!is_wanted(finder, order))
            return;
        st = hv_journal_find(order->view, &order->filter, order->text, false,
                             SLICE_MS, &scan, ids + found, HV_KIN_MAX - found,
                             &len, &msg.error);
        found += len;
    }
    kin->is_cut = !scan.is_done;
    if (!st)
        st = read_same(order, ids, found, kin, &msg.error);
    if (!st)
        st = read_near(order, kin, &msg.error);
    send(finder, &msg);
}

/* ------------------------------------------------------------- the thread -- */

static struct order *
next_order(struct hv_finder *finder)
{
    struct order *order;

    pthread_mutex_lock(&finder->lock);
    while (!finder->next && !finder->is_ending)
        pthread_cond_wait(&finder->wake, &finder->lock);
    order = finder->is_ending ? NULL : finder->next;
    if (order)
        finder->next = NULL;
    pthread_mutex_unlock(&finder->lock);
    return order;
}

static void *
work(void *arg)
{
    struct hv_finder *finder = arg;
    struct order *order;

    /* Of this thread alone, on Linux. That it fails is no harm. */
    (void)setpriority(PRIO_PROCESS, (id_t)gettid(), NICE);
    while ((order = next_order(finder))) {
        if (order->which == HV_FIND_TEXT)
            find_text(finder, order);
        else
            find_kin(finder, order);
        order_release(order);
    }
    return NULL;
}

/* ------------------------------------------------------------- its owner -- */

static enum hv_status
start(struct hv_finder **out, struct hv_loop *ui, hv_finder_fn fn, void *arg,
      struct hv_error *err)
{
    struct hv_finder *finder = hv_calloc(1, sizeof(*finder));
    enum hv_status st = HV_OK;

    finder->ui = ui;
    finder->fn = fn;
    finder->arg = arg;
    pthread_mutex_init(&finder->lock, NULL);
    pthread_cond_init(&finder->wake, NULL);
    if (!hv_thread_start(&finder->thread, work, finder)) {
        st = hv_fail_errno(err, HV_ERR_IO, "no thread for the search");
        free(finder);
    } else {
        *out = finder;
    }
    return st;
}

enum hv_status
hv_finder_do(struct hv_finder **finder, struct hv_loop *ui, hv_finder_fn fn,
             void *arg, const struct hv_journal_view *journal,
             const struct hv_effect *effect, struct hv_error *err)
{
    struct order *order = hv_calloc(1, sizeof(*order));
    enum hv_status st = HV_OK;

    order->which = effect->which;
    order->op = effect->op;
    order->text = hv_strdup(effect->text);
    order->id = effect->id;
    order->filter = effect->filter;
    order->near = effect->seek;
    st = hv_journal_view_twin(journal, &order->view, err);
    if (!st && !*finder)
        st = start(finder, ui, fn, arg, err);
    if (st) {
        order_release(order);
        return st;
    }
    pthread_mutex_lock(&(*finder)->lock);
    order_release((*finder)->next);
    (*finder)->next = order;
    (*finder)->wanted = order->op;
    pthread_cond_signal(&(*finder)->wake);
    pthread_mutex_unlock(&(*finder)->lock);
    return HV_OK;
}

void
hv_finder_stop(struct hv_finder *finder)
{
    if (!finder)
        return;
    pthread_mutex_lock(&finder->lock);
    finder->wanted = 0;
    order_release(finder->next);
    finder->next = NULL;
    pthread_mutex_unlock(&finder->lock);
}

void
hv_finder_end(struct hv_finder *finder)
{
    if (!finder)
        return;
    pthread_mutex_lock(&finder->lock);
    finder->is_ending = true;
    pthread_cond_signal(&finder->wake);
    pthread_mutex_unlock(&finder->lock);
    pthread_join(finder->thread, NULL);
    order_release(finder->next);
    pthread_cond_destroy(&finder->wake);
    pthread_mutex_destroy(&finder->lock);
    free(finder);
}
