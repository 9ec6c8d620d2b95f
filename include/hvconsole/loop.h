/*
 * loop.h - one event loop per thread, hiding libevent. What waits, waits here.
 * All calls belong to the loop's own thread, but hv_loop_post() and
 * hv_loop_stop(), which any thread may call.
 */
#ifndef HVCONSOLE_LOOP_H
#define HVCONSOLE_LOOP_H

#include "hvconsole/bytes.h"

struct hv_loop;
struct hv_watch;   /* a descriptor, a timer or a signal being watched */

#define HV_WATCH_READ 1
#define HV_WATCH_WRITE 2

typedef void (*hv_loop_fn)(void *arg);
typedef void (*hv_fd_fn)(void *arg, int fd, int what);

HV_MUST_CHECK enum hv_status hv_loop_new(struct hv_loop **out,
                                         struct hv_error *err);
/** hv_loop_free() - waits for running jobs, then runs every post and `done`
 *  that is still waiting: each is called exactly once, here at the latest, so
 *  that arguments can be theirs to free. Watches not yet freed go dead and
 *  still want their hv_watch_free(). NULL is fine. */
void hv_loop_free(struct hv_loop *loop);

/** hv_loop_run() - until hv_loop_stop(). */
void hv_loop_run(struct hv_loop *loop);
/** hv_loop_stop() - ends the run that is on, or the next one at its start. */
void hv_loop_stop(struct hv_loop *loop);
/** hv_loop_run_until() - until *@flag is true, hv_loop_stop() was called or
 *  @timeout_ms passed (-1 = never); returns *@flag. May not be nested. */
bool hv_loop_run_until(struct hv_loop *loop, const bool *flag, int timeout_ms);

/** hv_loop_post() - run @fn on the loop's thread soon; in order of posting. */
void hv_loop_post(struct hv_loop *loop, hv_loop_fn fn, void *arg);

/** hv_loop_fd() - watch until freed. NULL for what epoll refuses (files). */
struct hv_watch *hv_loop_fd(struct hv_loop *loop, int fd, int what,
                            hv_fd_fn fn, void *arg);
/** hv_loop_timer() - a timer, not started; see hv_watch_after(). */
struct hv_watch *hv_loop_timer(struct hv_loop *loop, hv_loop_fn fn, void *arg);
/** hv_watch_after() - (re)start a timer once; @ms < 0 stops it. */
void hv_watch_after(struct hv_watch *watch, int64_t ms);
struct hv_watch *hv_loop_signal(struct hv_loop *loop, int signo, hv_loop_fn fn,
                                void *arg);
void hv_watch_free(struct hv_watch *watch);       /* NULL is fine */

/** hv_loop_job() - run @work on a thread of its own, then @done on the loop's.
 *  @work touches nothing but @arg. */
void hv_loop_job(struct hv_loop *loop, hv_loop_fn work, hv_loop_fn done,
                 void *arg);

#endif
