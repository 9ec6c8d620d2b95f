/*
 * journal.h - reading the journal for the log's window, for the runner.
 */
#ifndef TUI_APP_JOURNAL_H
#define TUI_APP_JOURNAL_H

#include "tui/app/state.h"

/** hv_log_read() - what an HV_EFFECT_LOG asks, as an HV_MSG_LOG. */
void hv_log_read(struct hv_journal_view *view, const struct hv_effect *effect,
                 struct hv_msg *out);
/** hv_log_read_body() - an HV_MSG_LOG_BODY; its error says why there is none. */
void hv_log_read_body(struct hv_journal_view *view, int64_t id,
                      struct hv_msg *out);

#endif
