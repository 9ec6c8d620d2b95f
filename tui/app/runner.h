/*
 * runner.h - what run.c (events) and effects.c (deeds) share: the state, the
 * terminal's grid, the loop and the worker. Not for anyone else.
 */
#ifndef TUI_APP_RUNNER_H
#define TUI_APP_RUNNER_H

#include "tui/app/state.h"
#include "tui/app/worker.h"

#define HV_RUNNER_SIGNALS 6

struct hv_runner {
    struct hv_app app;
    struct hv_grid grid;
    struct hv_loop *loop;
    struct hv_worker *worker;
    struct hv_journal_view *journal; /* NULL while locked */
    struct hv_watch *input, *tick, *turn, *poll, *paint;
    struct hv_watch *signals[HV_RUNNER_SIGNALS];
    const struct hv_globals *globals;
    int64_t sleep_ms; /* machine time spent asleep, so far */
    int empty_reads;
    bool is_turning, is_polling; /* these timers run */
    bool is_stop_wanted;         /* ^z: stop once it is locked */
    bool is_closing;
};

/** hv_runner_send() - one message: update(), what it asks for, then paint. */
void hv_runner_send(struct hv_runner *runner, struct hv_msg *msg);
void hv_runner_send_kind(struct hv_runner *runner, enum hv_msg_kind kind);
/** hv_runner_is_watching() - new rows of the journal are looked at now. */
bool hv_runner_is_watching(const struct hv_runner *runner);
#define HV_POLL_MS 250 /* the journal, while it is looked at */

#endif
