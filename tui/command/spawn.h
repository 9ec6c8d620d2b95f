/*
 * spawn.h - this program once more, as a child that serves: for --detach and
 * the demo. No secret goes through argv or environment; all descriptors but
 * the ones named here are closed, the environment is cut to what is needed.
 */
#ifndef TUI_COMMAND_SPAWN_H
#define TUI_COMMAND_SPAWN_H

#include "tui/command/args.h"

#include <sys/types.h>

struct spawn {
    pid_t pid;
    int ready_fd; /* its JSON line; end of file: it ended */
    int talk_fd;  /* its standard error until it serves: afterwards there
                          is a console on our terminal, or nobody */
};

struct spawn_config {
    const struct hv_words *words; /* after the program's name; --ready-fd and
                                      --passphrase-fd are added */
    int passphrase_fd;            /* handed on; -1 = none */
    bool is_daemon;               /* session of its own, outlives us; else it
                                      dies with us */
};

HV_MUST_CHECK enum hv_status spawn_self(const struct spawn_config *config,
                                        struct spawn *out,
                                        struct hv_error *err);
/** spawn_wait_ready() - until it serves (HV_OK) or has ended: then its own
 *  exit code as a status, its words already passed on to our standard error. */
HV_MUST_CHECK enum hv_status spawn_wait_ready(struct spawn *spawn,
                                              struct hv_error *err);
/** spawn_end() - ask it to end, wait a while, then insist. */
void spawn_end(struct spawn *spawn);

#endif
