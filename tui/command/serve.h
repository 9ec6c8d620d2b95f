/*
 * serve.h - what `listen` and `sandbox up` have in common: --detach,
 * --ready-fd, signals, and ending another one.
 */
#ifndef TUI_COMMAND_SERVE_H
#define TUI_COMMAND_SERVE_H

#include "tui/command/run.h"

struct serve {
    struct hv_cmd *cmd;
    int ready_fd;              /* -1 = nobody waits */
    void (*stop)(void *arg);   /* SIGINT, SIGTERM; must end the loop */
    void (*reload)(void *arg); /* SIGHUP; may be NULL */
    void *arg;
    bool is_stopping;
};

/** serve_ready_fd() - the descriptor of --ready-fd, or -1. */
HV_MUST_CHECK enum hv_status serve_ready_fd(struct hv_cmd *cmd, int *out,
                                            struct hv_error *err);
/** serve_check_free() - HV_ERR_RULE when @name runs already on this store. */
HV_MUST_CHECK enum hv_status
serve_check_free(struct hv_cmd *cmd, const char *name, struct hv_error *err);
/** serve_run() - say that we serve @listening, then run the loop to its end. */
HV_MUST_CHECK enum hv_status
serve_run(struct serve *serve, const char *listening, struct hv_error *err);
/** serve_detached() - run the same command as a daemon; returns when it serves
 *  and has told so. @name: "listener" or "sandbox". */
HV_MUST_CHECK enum hv_status serve_detached(struct hv_cmd *cmd,
                                            const char *name, int ready_fd,
                                            bool needs_keystore,
                                            struct hv_error *err);
/** serve_stop_other() - end the running @name and wait until it is gone. */
HV_MUST_CHECK enum hv_status
serve_stop_other(struct hv_cmd *cmd, const char *name, struct hv_error *err);

#endif
