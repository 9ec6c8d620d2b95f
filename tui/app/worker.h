/*
 * worker.h - the one thread that waits: it owns a session, does jobs in the
 * order given, and posts one message for each. Used by the runner.
 */
#ifndef TUI_APP_WORKER_H
#define TUI_APP_WORKER_H

#include "tui/app/msg.h"

#include "hvconsole/loop.h"

struct hv_worker;

struct hv_job {
    enum hv_job_kind kind;
    uint64_t op;
    char *text; /* owned: a command */
    bool yes;
    bool is_armed; /* write mode */
    bool is_dropped; /* cancelled before its turn came */
    char confirm[64];
    struct hv_secret passphrase; /* owned */
};

/** What the runner gets, on its loop's thread: @msg is its own to release;
 *  @journal too, NULL when none was opened. */
typedef void (*hv_worker_fn)(void *arg, struct hv_msg *msg,
                             struct hv_journal_view *journal);

HV_MUST_CHECK enum hv_status hv_worker_start(struct hv_loop *ui,
                                             const struct hv_globals *globals,
                                             hv_worker_fn fn, void *arg,
                                             struct hv_worker **out,
                                             struct hv_error *err);
/** hv_worker_has_credential() - something opens the keystore without asking;
 *  before the first job. */
bool hv_worker_has_credential(const struct hv_worker *worker);
/** hv_worker_do() - queue a job; takes over what it owns. */
void hv_worker_do(struct hv_worker *worker, struct hv_job *job);
/** hv_worker_yield() - others wait while the platform is asked for what the
 *  screen shows: they go first, then it is asked again. */
void hv_worker_yield(struct hv_worker *worker);
/** hv_worker_cancel() - the running job ends soon, as cancelled; what waits to
 *  ask the platform for facts, too. */
void hv_worker_cancel(struct hv_worker *worker);
/** hv_worker_answer() - to an HV_MSG_ASK. */
void hv_worker_answer(struct hv_worker *worker, bool yes);
/** hv_worker_stop() - cancel, drop what is queued, lock, join. */
void hv_worker_stop(struct hv_worker *worker);

#endif
