/*
 * support.h - what the tests of the door, the run/ directory and the listener
 * share: a loop, a temporary directory, and clients on threads of their own.
 */
#ifndef TEST_LISTENER_SUPPORT_H
#define TEST_LISTENER_SUPPORT_H

#include "hvconsole/keyring.h"
#include "hvconsole/loop.h"

#define TEST_TIMEOUT_MS 10000 /* of anything that should not hang */

extern struct hv_loop *test_loop;
extern char test_dir[4096]; /* exists between test_start and test_end */

/** test_start() - secrets, SIGPIPE, a loop and a directory. For `.init`. */
void test_start(void);
/** test_end() - frees the loop and removes the directory. For `.fini`. */
void test_end(void);
/** test_spin() - run the loop until @flag; fails the test when it hangs. */
void test_spin(const bool *flag);

/* One client: connects, sends, reads to the end of the connection. */
struct test_talk {
    int port;
    bool is_tls;
    bool is_half_closed; /* shut our sending side after sending */
    bool is_deaf;        /* close without reading */
    struct hv_bytes send;
    size_t slow_bytes; /* send so many one by one, and then wait */
    struct hv_buf got;
    int64_t took_ms;
    bool is_done;
};

/** test_talk() - run one client to its end while the loop serves it. */
void test_talk(struct test_talk *talk);
/** test_talk_text() - the same for text; the answer, to be freed. */
char *test_talk_text(int port, bool is_tls, const char *text);

/** test_connect() - a blocking connection to a port of loopback. */
int test_connect(int port);
/** test_try_connect() - the same, -1 when nobody listens. */
int test_try_connect(int port);

#endif
