/*
 * send.h - sends one notification-like message to a handler, as a test: to see
 * what it answers. Not a way to notify anybody: it goes to loopback unless it
 * is explicitly allowed to leave this machine.
 */
#ifndef HVCONSOLE_SEND_H
#define HVCONSOLE_SEND_H

#include "hvconsole/loop.h"

struct hv_test_message {       /* everything borrowed */
    const char *url;           /* http or https; http on loopback only */
    const char *authorization; /* value of the header; NULL = none */
    struct hv_bytes body;
    bool allow_remote; /* also to other machines, then with a
                                   certificate that verifies */
    int timeout_ms;    /* 0 = 30 s */
};

/**
 * hv_test_send() - POST it and wait for the answer. Runs @loop: for a command
 * or a worker thread, never from a callback.
 * @http: the HTTP status that came
 * HV_ERR_REFUSED: not loopback and not allowed. HV_ERR_NET: no answer.
 * Fact: notify-http
 */
HV_MUST_CHECK enum hv_status hv_test_send(struct hv_loop *loop,
                                          const struct hv_test_message *message,
                                          int *http, struct hv_error *err);

#endif
