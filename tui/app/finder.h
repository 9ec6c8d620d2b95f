/*
 * finder.h - a thread that goes through the journal for one search at a time,
 * with a reader of its own. Used by the runner.
 */
#ifndef TUI_APP_FINDER_H
#define TUI_APP_FINDER_H

#include "tui/app/msg.h"

#include "hvconsole/loop.h"

struct hv_finder;

/** What the runner gets, on its loop's thread: @msg is its own to release. */
typedef void (*hv_finder_fn)(void *arg, struct hv_msg *msg);

/** hv_finder_do() - what an HV_EFFECT_FIND asks, instead of what was asked
 *  before. *@finder is made when there is none. @journal gives file and keys;
 *  it is not used after the call. */
HV_MUST_CHECK enum hv_status
hv_finder_do(struct hv_finder **finder, struct hv_loop *ui, hv_finder_fn fn,
             void *arg, const struct hv_journal_view *journal,
             const struct hv_effect *effect, struct hv_error *err);
/** hv_finder_stop() - within a slice of a few milliseconds; does not wait. NULL
 *  is nothing to stop. */
void hv_finder_stop(struct hv_finder *finder);
/** hv_finder_end() - stop, and wait for the thread. */
void hv_finder_end(struct hv_finder *finder);

#endif
