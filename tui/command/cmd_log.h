/*
 * cmd_log.h - what the log commands share: which rows, going through them, and
 * how one is told.
 */
#ifndef TUI_COMMAND_CMD_LOG_H
#define TUI_COMMAND_CMD_LOG_H

#include "tui/command/out.h"
#include "tui/command/run.h"

void log_tell(struct hv_node *node, const struct hv_log_row *row);
void why_tell(struct hv_node *node, const struct hv_why_step *why, size_t len);

/* The rows a command is about. */
struct log_query {
    struct hv_log_filter filter;
    const char *grep; /* NULL = not asked for; borrowed from the command */
    struct hv_journal_view *view;
};
/** log_open() - the flags of LOG_FILTERS, and the journal. log_close() it
 *  whatever it says. */
HV_MUST_CHECK enum hv_status
log_open(struct hv_cmd *cmd, struct log_query *query, struct hv_error *err);
void log_close(struct log_query *query);

/** log_each() - @fn for each row, newest first, @max at most (0 = all). Stops
 *  at the first failure of @fn, and when the command is cancelled. */
typedef enum hv_status (*log_row_fn)(void *arg, const struct hv_log_row *row,
                                     struct hv_error *err);
HV_MUST_CHECK enum hv_status log_each(struct hv_cmd *cmd,
                                      struct log_query *query, int64_t max,
                                      bool with_events, log_row_fn fn,
                                      void *arg, struct hv_error *err);
/** log_row_id() - an argument that is the number of a row. HV_ERR_USAGE. */
HV_MUST_CHECK enum hv_status log_row_id(struct hv_cmd *cmd, const char *text,
                                        int64_t *out, struct hv_error *err);
/** log_moment() - a flag that is a time, or an age; left alone when missing. */
HV_MUST_CHECK enum hv_status log_moment(struct hv_cmd *cmd, const char *flag,
                                        int64_t *out, struct hv_error *err);

/** log_check() - the whole journal, its newest --limit rows: HV_ERR_DAMAGED or
 *  HV_ERR_VERIFY when something is wrong with it. */
HV_MUST_CHECK enum hv_status log_check(struct hv_cmd *cmd,
                                       struct hv_journal_view *view,
                                       struct hv_error *err);

#endif
