/*
 * door.h - an HTTP door with a handler that repeats the body, for the tests of
 * core/net/http.h.
 */
#ifndef TEST_LISTENER_DOOR_H
#define TEST_LISTENER_DOOR_H

#include "core/net/http.h"

struct test_door {
    struct hv_http_server *http;
    int served;      /* requests that reached the handler */
    size_t last_len; /* of the last body */
    uint8_t last_address[HV_HTTP_ADDRESS];
    struct hv_http_request *held; /* not answered yet */
    bool is_holding;              /* hold instead of answering */
    bool has_held;
};

extern struct test_door door;
extern const struct hv_http_config door_usual;

void door_start(void); /* for `.init` */
void door_end(void);   /* for `.fini` */
void door_open(const struct hv_http_config *config);
/** door_serve() - the handler; X-Target tells the target back. */
void door_serve(void *arg, struct hv_http_request *request,
                const struct hv_http_message *message);
/** door_ask() - status of the answer to one plain request, 0 = none. */
int door_ask(const char *text);
int door_status(const char *answer);
/** door_wait() - let the loop turn until so many connections are counted. */
void door_wait(size_t connections);
/** door_wait_end() - let the loop turn until the peer has closed @fd. */
void door_wait_end(int fd);

#endif
