/*
 * model_sent.h - for the console's Test sender: our own messages that reached
 * the listener here, and a message put together but not sent. Local: the
 * journal and the keystore, never the network.
 */
#ifndef TUI_COMMAND_MODEL_SENT_H
#define TUI_COMMAND_MODEL_SENT_H

#include "tui/command/exchange.h"

#define HV_SENT_ROWS 100

struct hv_sent_model {
    struct hv_log_row *rows; /* owned; newest first, without events */
    size_t len;
};
HV_MUST_CHECK enum hv_status hv_model_sent(struct hv_session *session,
                                           struct hv_sent_model *out,
                                           struct hv_error *err);
void hv_sent_release(struct hv_sent_model *model);

/** hv_model_draft() - @wish: "SUB MODE FAKES URL", as the console writes it.
 *  HV_ERR_NOT_FOUND: no key to sign with. hv_exchange_release(). */
HV_MUST_CHECK enum hv_status hv_model_draft(struct hv_session *session,
                                            const char *wish,
                                            struct hv_exchange *out,
                                            struct hv_error *err);

#endif
