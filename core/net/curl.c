/*
 * curl.c - libcurl's multi socket interface on a loop. Called by core/client
 * and by the sandbox's deliveries; what one request may do is in transfer.c.
 * Never calls libcurl from libcurl's own callbacks: what they ask for is done
 * by a timer of the loop.
 */
#include "core/net/transfer.h"
#include "core/net/wipe.h"
#include "hvconsole/clock.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

struct hv_curl {
    struct hv_loop *loop;
    CURLM *multi;
    struct hv_watch *timer;   /* libcurl's */
    struct hv_watch *deliver; /* zero timer: tell what has finished */
    struct hv_transfer *running;
    struct hv_transfer *finished; /* in the order of their end */
    struct hv_watch **watches;    /* all sockets, to free on the way out */
    size_t watches_len;
    bool is_delivering;
    bool is_freed; /* from inside a callback: free later */
};

static CURLcode global_result;

static void
start_once(void)
{
    /* libcurl would write the TLS session keys to the file named there. */
    unsetenv("SSLKEYLOGFILE");
    /* Requests and answers carry keys and tokens through its buffers. */
    global_result =
        curl_global_init_mem(CURL_GLOBAL_DEFAULT, hv_wipe_malloc, hv_wipe_free,
                             hv_wipe_realloc, hv_wipe_strdup, hv_wipe_calloc);
}

static void
unlink_from(struct hv_transfer **list, const struct hv_transfer *t)
{
    while (*list && *list != t)
        list = &(*list)->next;
    if (*list)
        *list = t->next;
}

/* Takes it out of libcurl's hands; the caller hears of it from a timer. */
static void
finish(struct hv_transfer *t)
{
    struct hv_transfer **at = &t->curl->finished;

    unlink_from(&t->curl->running, t);
    if (t->easy)
        curl_multi_remove_handle(t->curl->multi, t->easy);
    while (*at)
        at = &(*at)->next;
    t->next = NULL;
    *at = t;
    hv_watch_after(t->curl->deliver, 0);
}

static void
collect_finished(struct hv_curl *curl)
{
    CURLMsg *message;
    int left;

    while ((message = curl_multi_info_read(curl->multi, &left))) {
        struct hv_transfer *t = NULL;
        CURLcode result = message->data.result;

        if (message->msg != CURLMSG_DONE)
            continue;
        curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, (char **)&t);
        if (result)
            hv_transfer_describe(t, result);
        finish(t); /* frees the message */
    }
}

static void
act(struct hv_curl *curl, curl_socket_t fd, int what)
{
    int running;

    curl_multi_socket_action(curl->multi, fd, what, &running);
    collect_finished(curl);
}

static void
on_timer(void *arg)
{
    act(arg, CURL_SOCKET_TIMEOUT, 0);
}

static void
on_fd(void *arg, int fd, int what)
{
    act(arg, fd,
        (what & HV_WATCH_READ ? CURL_CSELECT_IN : 0) |
            (what & HV_WATCH_WRITE ? CURL_CSELECT_OUT : 0));
}

/* libcurl wants to be called back; it must not be called from here. */
static int
want_timer(CURLM *multi, long ms, void *arg)
{
    struct hv_curl *curl = arg;

    (void)multi;
    hv_watch_after(curl->timer, ms);
    return 0;
}

static void
forget_watch(struct hv_curl *curl, struct hv_watch *watch)
{
    for (size_t i = 0; watch && i < curl->watches_len; i++) {
        if (curl->watches[i] == watch) {
            curl->watches[i] = curl->watches[--curl->watches_len];
            break;
        }
    }
    hv_watch_free(watch);
}

static int
want_socket(CURL *easy, curl_socket_t fd, int what, void *arg, void *watch)
{
    struct hv_curl *curl = arg;
    int events = 0;
    struct hv_watch *made;

    (void)easy;
    forget_watch(curl, watch);
    if (what == CURL_POLL_IN || what == CURL_POLL_INOUT)
        events |= HV_WATCH_READ;
    if (what == CURL_POLL_OUT || what == CURL_POLL_INOUT)
        events |= HV_WATCH_WRITE;
    made = events ? hv_loop_fd(curl->loop, fd, events, on_fd, curl) : NULL;
    curl_multi_assign(curl->multi, fd, made);
    if (!made)
        return events ? -1 : 0;
    curl->watches = hv_realloc_array(curl->watches, curl->watches_len + 1,
                                     sizeof(struct hv_watch *));
    curl->watches[curl->watches_len++] = made;
    return 0;
}

struct hv_transfer *
hv_curl_post(struct hv_curl *curl, const struct hv_post *post, hv_post_fn fn,
             void *arg)
{
    struct hv_transfer *t = hv_calloc(1, sizeof(*t));

    t->curl = curl;
    t->fn = fn;
    t->arg = arg;
    t->started_ms = hv_clock_mono_ms();
    t->next = curl->running;
    curl->running = t;
    if (!hv_transfer_prepare(t, post) &&
        curl_multi_add_handle(curl->multi, t->easy))
        hv_fail(&t->error, HV_ERR_FAILED, "libcurl refused the request");
    if (t->error.status)
        finish(t);
    return t;
}

void
hv_curl_cancel(struct hv_curl *curl, struct hv_transfer *transfer)
{
    for (struct hv_transfer *t = curl->finished; t; t = t->next) {
        if (t == transfer)
            return; /* its answer is on the way already */
    }
    hv_fail(&transfer->error, HV_ERR_CANCELLED, "the request was cancelled");
    finish(transfer);
}

static void
free_now(struct hv_curl *curl)
{
    /* First: it may still call want_timer() and want_socket(). */
    if (curl->multi)
        curl_multi_cleanup(curl->multi);
    for (size_t i = 0; i < curl->watches_len; i++)
        hv_watch_free(curl->watches[i]);
    hv_watch_free(curl->timer);
    hv_watch_free(curl->deliver);
    free(curl->watches);
    free(curl);
}

/* Callbacks may post, cancel and even free the whole thing. */
static void
deliver_all(void *arg)
{
    struct hv_curl *curl = arg;

    if (curl->is_delivering)
        return;
    curl->is_delivering = true;
    while (curl->finished) {
        struct hv_transfer *t = curl->finished;
        struct hv_post_result result = hv_transfer_result(t);

        curl->finished = t->next;
        t->fn(t->arg, &result);
        hv_transfer_free(t);
    }
    curl->is_delivering = false;
    if (curl->is_freed)
        free_now(curl);
}

enum hv_status
hv_curl_new(struct hv_loop *loop, struct hv_curl **out, struct hv_error *err)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    struct hv_curl *curl;

    pthread_once(&once, start_once);
    if (global_result)
        return hv_fail(err, HV_ERR_FAILED, "libcurl does not start: %s",
                       curl_easy_strerror(global_result));
    curl = hv_calloc(1, sizeof(*curl));
    curl->loop = loop;
    curl->multi = curl_multi_init();
    curl->timer = hv_loop_timer(loop, on_timer, curl);
    curl->deliver = hv_loop_timer(loop, deliver_all, curl);
    if (!curl->multi || !curl->timer || !curl->deliver ||
        curl_multi_setopt(curl->multi, CURLMOPT_SOCKETFUNCTION, want_socket) ||
        curl_multi_setopt(curl->multi, CURLMOPT_SOCKETDATA, curl) ||
        curl_multi_setopt(curl->multi, CURLMOPT_TIMERFUNCTION, want_timer) ||
        curl_multi_setopt(curl->multi, CURLMOPT_TIMERDATA, curl)) {
        free_now(curl);
        return hv_fail(err, HV_ERR_FAILED, "libcurl does not start");
    }
    *out = curl;
    return HV_OK;
}

void
hv_curl_free(struct hv_curl *curl)
{
    if (!curl || curl->is_freed)
        return;
    curl->is_freed = true;
    while (curl->running)
        hv_curl_cancel(curl, curl->running);
    /* Inside a callback the loop of deliver_all() goes on and frees. */
    deliver_all(curl);
}
