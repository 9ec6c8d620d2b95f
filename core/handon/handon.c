/*
 * handon.c - takes what is due from the outbox, tries it, settles what came of
 * it. Called by the listener through handon.h; all work is done on a thread of
 * its own. The outbox alone knows what was taken: nothing is forgotten when
 * this process dies.
 */
#include "core/handon/handon_in.h"

#include "core/sub/url.h"
#include "hvconsole/clock.h"
#include "hvconsole/file.h"
#include "hvconsole/thread.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#define RETRY_MS     1000
#define MAX_RETRY_MS (INT64_C(10) * 60 * 1000)
#define TIMEOUT_MS   30000
#define TROUBLE_MS   2000 /* until the journal is asked again that failed */
#define IDLE_MS      60000

/* ------------------------------------------------------------- one attempt -- */

static int64_t
pause_after(const struct hv_handon *handon, int attempts)
{
    int64_t pause_ms = handon->retry_ms;

    while (attempts-- > 0 && pause_ms < MAX_RETRY_MS)
        pause_ms *= 2;
    return pause_ms < MAX_RETRY_MS ? pause_ms : MAX_RETRY_MS;
}

static void
unlink_try(struct handon_try *try)
{
    struct handon_try **at = &try->handon->first;

    while (*at != try)
        at = &(*at)->next;
    *at = try->next;
    try->handon->running--;
}

void
handon_tried(struct handon_try *try, const char *why)
{
    struct hv_handon *handon = try->handon;
    struct hv_outbox_result *result = &handon->results[handon->results_len++];

    *result = (struct hv_outbox_result){ .id = try->item.id,
                                         .again = try->item.again,
                                         .is_done = !why };
    if (why) {
        result->until_ms =
            hv_clock_now_ms() + pause_after(handon, try->item.attempts);
        hv_copy(result->error, sizeof(result->error), why);
        atomic_fetch_add(&handon->failures, 1);
    }
    unlink_try(try);
    handon_exec_release(try);
    hv_outbox_item_release(&try->item);
    free(try);
    hv_watch_after(handon->timer, 0); /* others may end in this turn, too */
}

static void
begin_try(struct hv_handon *handon, struct hv_outbox_item *item)
{
    struct handon_try *try = hv_calloc(1, sizeof(*try));

    try->handon = handon;
    try->item = *item;
    *item = (struct hv_outbox_item){ 0 };
    try->pid_fd = -1;
    try->next = handon->first;
    handon->first = try;
    handon->running++;
    handon->kind->begin(try);
}

/* ---------------------------------------------------------------- the pump -- */

/* False: the journal refuses; what is to be settled waits. */
static bool
settle(struct hv_handon *handon, struct hv_error *err)
{
    int64_t done = 0;

    if (!handon->results_len)
        return true;
    if (hv_outbox_settle(handon->outbox, hv_clock_now_ms(), handon->results,
                         handon->results_len, err))
        return false;
    for (size_t i = 0; i < handon->results_len; i++)
        done += handon->results[i].is_done;
    atomic_fetch_add(&handon->done, done);
    handon->results_len = 0;
    return true;
}

/* Takes what is due and starts it; *@wait_ms: when there may be more. */
static bool
take(struct hv_handon *handon, int64_t *wait_ms, struct hv_error *err)
{
    struct hv_outbox_item items[HANDON_MAX_PARALLEL] = { 0 };
    size_t room = (size_t)(handon->parallel - handon->running);
    int64_t now_ms = hv_clock_now_ms();
    int64_t next_ms = 0;
    size_t len = 0;
    enum hv_status st;

    *wait_ms = IDLE_MS;
    if (room == 0)
        return true;
    st = hv_outbox_next(handon->outbox, now_ms, items, room, &len, &next_ms,
                        err);
    for (size_t i = 0; i < len; i++)
        begin_try(handon, &items[i]);
    if (next_ms)
        *wait_ms = next_ms > now_ms ? next_ms - now_ms : 0;
    if (*wait_ms > IDLE_MS) /* the clock may be set */
        *wait_ms = IDLE_MS;
    return !st;
}

static void
pump(void *arg)
{
    struct hv_handon *handon = arg;
    struct hv_error err = { 0 };
    int64_t wait_ms = IDLE_MS;
    bool is_well;

    is_well = settle(handon, &err);
    if (handon->is_ending) {
        if (handon->running == 0 && handon_sink_end(handon->sink))
            hv_loop_stop(handon->loop);
        return;
    }
    if (is_well)
        is_well = take(handon, &wait_ms, &err);
    if (!is_well && wait_ms > TROUBLE_MS)
        wait_ms = TROUBLE_MS;
    handon_look(handon, handon->running == 0, is_well ? NULL : err.why);
    hv_watch_after(handon->timer, wait_ms);
}

static void
woken(void *arg)
{
    struct hv_handon *handon = arg;

    atomic_store(&handon->is_woken, false);
    pump(handon);
}

void
hv_handon_wake(struct hv_handon *handon)
{
    if (!atomic_exchange(&handon->is_woken, true))
        hv_loop_post(handon->loop, woken, handon);
}

/* ------------------------------------------------------------------- start -- */

static void *
run(void *arg)
{
    struct hv_handon *handon = arg;

    hv_loop_run(handon->loop);
    return NULL;
}

static void
handon_free(struct hv_handon *handon)
{
    hv_watch_free(handon->timer);
    hv_loop_free(handon->loop);
    handon_sink_free(handon->sink);
    hv_outbox_close(handon->outbox);
    pthread_mutex_destroy(&handon->guard);
    free(handon->url);
    free(handon->command);
    free(handon->ca_file);
    free(handon);
}

static void
set_way(struct hv_handon *handon, const struct hv_handon_way *way)
{
    struct hv_url url;

    if (way->forward) {
        handon->kind = &handon_forward;
        handon->url = hv_strdup(way->forward);
        handon->is_loopback = hv_url_parse(handon->url, &url, NULL) == HV_OK &&
                              hv_url_is_loopback(&url);
    } else if (way->sink) {
        handon->kind = &handon_sink;
        handon->sink = handon_sink_new(handon, way);
    } else {
        handon->kind = &handon_exec;
        handon->command = hv_strdup(way->exec);
    }
}

static void
set_config(struct hv_handon *handon, const struct hv_handon_config *config)
{
    set_way(handon, &config->way);
    if (config->ca_file)
        handon->ca_file = hv_strdup(config->ca_file);
    handon->parallel =
        config->parallel > 0 ? config->parallel : handon->kind->parallel;
    if (handon->parallel > HANDON_MAX_PARALLEL)
        handon->parallel = HANDON_MAX_PARALLEL;
    handon->retry_ms = config->retry_ms > 0 ? config->retry_ms : RETRY_MS;
    handon->timeout_ms =
        config->timeout_ms > 0 ? config->timeout_ms : TIMEOUT_MS;
}

enum hv_status
hv_handon_start(const struct hv_handon_config *config, struct hv_handon **out,
                struct hv_error *err)
{
    struct hv_handon *handon = hv_calloc(1, sizeof(*handon));
    char path[PATH_MAX];
    enum hv_status st;

    pthread_mutex_init(&handon->guard, NULL);
    set_config(handon, config);
    st = hv_path_join(path, sizeof(path), config->store, "journal.db");
    if (!st)
        st = hv_outbox_open(path, config->keys, config->keys_len,
                            &handon->outbox, err);
    if (!st)
        st = hv_loop_new(&handon->loop, err);
    if (!st && handon->url)
        st = hv_curl_new(handon->loop, &handon->curl, err);
    if (!st) {
        handon->timer = hv_loop_timer(handon->loop, pump, handon);
        hv_watch_after(handon->timer, 0);
        st = hv_thread_start(&handon->thread, run, handon)
                 ? HV_OK
                 : hv_fail(err, HV_ERR_IO,
                           "cannot start the thread that hands on");
    }
    if (st) {
        hv_curl_free(handon->curl);
        handon_free(handon);
        return st;
    }
    *out = handon;
    return HV_OK;
}

/* --------------------------------------------------------------------- end -- */

static void
give_up(void *arg)
{
    struct hv_handon *handon = arg;

    for (struct handon_try *try = handon->first; try; try = try->next)
        handon->kind->give_up(try);
}

struct ending {
    struct hv_handon *handon;
    int grace_ms;
    struct hv_watch *timer;
};

static void
begin_end(void *arg)
{
    struct ending *ending = arg;
    struct hv_handon *handon = ending->handon;

    handon->is_ending = true;
    ending->timer = hv_loop_timer(handon->loop, give_up, handon);
    hv_watch_after(ending->timer, ending->grace_ms);
    hv_watch_after(handon->timer, 0);
}

void
hv_handon_end(struct hv_handon *handon, int grace_ms)
{
    struct ending ending = { .handon = handon, .grace_ms = grace_ms };

    if (!handon)
        return;
    hv_loop_post(handon->loop, begin_end, &ending);
    pthread_join(handon->thread, NULL);
    hv_watch_free(ending.timer);
    hv_curl_free(handon->curl);
    handon_free(handon);
}
