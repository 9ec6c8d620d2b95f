/*
 * run_state.h - what run.c, control.c and ask.c share: names under run/, and
 * the one who runs. Private to core/net.
 *
 * A message on the socket is lines of facts and an empty line. A request is one
 * such message; an answer is two: how it went, and the facts.
 */
#ifndef CORE_NET_RUN_STATE_H
#define CORE_NET_RUN_STATE_H

#include "hvconsole/run.h"

#include <limits.h>
#include <sys/un.h>

struct hv_run {
    char dir[PATH_MAX];  /* STORE/run */
    char path[PATH_MAX]; /* of the facts */
    char name[32];
    int lock_fd;
    /* control.c */
    struct hv_loop *loop;
    int listen_fd; /* -1 = not serving */
    struct hv_watch *watch;
    hv_control_fn fn;
    void *arg;
    struct hv_control *first; /* requests under way */
    size_t talking;           /* of these, sending or taking their answer */
    size_t held;              /* waiting for it to be made */
};

/** hv_run_path() - STORE/run/NAME + @suffix. HV_ERR_LIMIT, HV_ERR_USAGE. */
HV_MUST_CHECK enum hv_status hv_run_path(const char *store, const char *name,
                                         const char *suffix, char out[PATH_MAX],
                                         struct hv_error *err);

/**
 * hv_run_socket() - a unix socket, and in @out the address of NAME.sock in
 * @dir, by way of a descriptor of that directory: a path may be much longer
 * than sun_path. @dir_fd must stay open until bind or connect is done.
 */
HV_MUST_CHECK enum hv_status hv_run_socket(const char *dir, const char *name,
                                           int *fd, int *dir_fd,
                                           struct sockaddr_un *out,
                                           struct hv_error *err);

/** hv_run_stop_serving() - control.c's part of hv_run_end(). */
void hv_run_stop_serving(struct hv_run *run);

#endif
