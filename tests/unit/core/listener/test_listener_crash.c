/*
 * test_listener_crash.c - kill -9 under load: whatever was answered 200 is in
 * the journal.
 */
#include "support.h"
#include "world.h"

#include <criterion/criterion.h>
#include <openssl/sha.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define CLIENTS   4
#define ENOUGH    300 /* acknowledged, then it is killed */
#define MAX_ACKED 20000

TestSuite(listener_crash, .init = world_start, .fini = world_end,
          .timeout = 120);

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t enough = PTHREAD_COND_INITIALIZER;
static uint8_t acked[MAX_ACKED][32]; /* digests of the bodies */
static size_t acked_len;
static int ended;
static atomic_int next_body;

/* One request with a body of its own; false when it was not acknowledged. */
static bool
send_one(uint8_t digest[32])
{
    struct hv_buf body = { 0 };
    struct hv_buf text = { 0 };
    char answer[512] = "";
    char auth[256];
    int fd = test_try_connect(world_port);
    bool is_acked;

    hv_buf_addf(&body, WORLD_BODY "<!-- %d -->",
                atomic_fetch_add(&next_body, 1));
    world_sign(auth, "v1", 1, hv_buf_bytes(&body));
    world_build(&text, "/", auth, NULL, hv_buf_bytes(&body));
    is_acked =
        fd >= 0 &&
        send(fd, text.data, text.len, MSG_NOSIGNAL) == (ssize_t)text.len &&
        recv(fd, answer, sizeof(answer) - 1, 0) > 0 &&
        world_status_of(answer) == 200;
    SHA256(body.data, body.len, digest);
    hv_buf_release(&body);
    hv_buf_release(&text);
    if (fd >= 0)
        close(fd);
    return is_acked;
}

static void *
send_until_it_dies(void *arg)
{
    uint8_t digest[32];

    (void)arg;
    while (send_one(digest)) {
        pthread_mutex_lock(&lock);
        if (acked_len < MAX_ACKED)
            memcpy(acked[acked_len++], digest, sizeof(digest));
        if (acked_len >= ENOUGH)
            pthread_cond_signal(&enough);
        pthread_mutex_unlock(&lock);
    }
    pthread_mutex_lock(&lock);
    ended++;
    pthread_cond_signal(&enough);
    pthread_mutex_unlock(&lock);
    return NULL;
}

/* Serves in a process of its own until it is killed. */
static pid_t
serve_in_child(void)
{
    int ready[2];
    pid_t child;

    cr_assert_eq(pipe(ready), 0);
    child = fork();
    cr_assert_geq(child, 0);
    if (child == 0) {
        struct hv_listener_config config = world_plain;
        struct hv_loop *loop = NULL;
        int port;

        config.store = world_store;
        if (hv_loop_new(&loop, NULL) ||
            hv_listener_start(loop, &config, world_verifier(), &world_listener,
                              NULL))
            _exit(1);
        port = atoi(strrchr(hv_listener_url(world_listener), ':') + 1);
        if (write(ready[1], &port, sizeof(port)) == sizeof(port))
            hv_loop_run(loop);
        _exit(1);
    }
    close(ready[1]);
    cr_assert_eq(read(ready[0], &world_port, sizeof(world_port)),
                 (ssize_t)sizeof(world_port), "the child did not start");
    close(ready[0]);
    return child;
}

static int
compare(const void *a, const void *b)
{
    return memcmp(a, b, 32);
}

Test(listener_crash, what_was_acknowledged_is_there)
{
    pthread_t threads[CLIENTS];
    struct hv_log_row *rows = hv_calloc(MAX_ACKED, sizeof(*rows));
    size_t found = 0;
    pid_t child;
    size_t len;

    world_edit((struct world_key){ "v1", 1, HV_KEY_ACTIVE });
    child = serve_in_child();
    for (size_t i = 0; i < CLIENTS; i++)
        cr_assert_eq(
            pthread_create(&threads[i], NULL, send_until_it_dies, NULL), 0);
    pthread_mutex_lock(&lock);
    while (acked_len < ENOUGH && ended < CLIENTS)
        pthread_cond_wait(&enough, &lock);
    pthread_mutex_unlock(&lock);
    kill(child, SIGKILL);
    for (size_t i = 0; i < CLIENTS; i++)
        pthread_join(threads[i], NULL);
    cr_assert_eq(waitpid(child, NULL, 0), child);

    cr_assert_geq(acked_len, ENOUGH, "%zu acknowledged", acked_len);
    qsort(acked, acked_len, sizeof(acked[0]), compare);
    len = world_read_rows(rows, MAX_ACKED);
    for (size_t i = 0; i < len; i++)
        found += bsearch(rows[i].sha256, acked, acked_len, sizeof(acked[0]),
                         compare) != NULL;
    cr_expect_eq(found, acked_len, "%zu acknowledged, %zu stored, %zu rows",
                 acked_len, found, len);
    world_release_rows(rows, len);
    free(rows);

    /* And the next one goes on from there. */
    world_serve(world_plain);
    cr_expect_eq(world_post("v1", 1), 200);
}
