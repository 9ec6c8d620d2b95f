/*
 * place.h - a journal with messages to be handed on, and one who hands them on:
 * what the tests of core/handon share.
 */
#ifndef TEST_HANDON_PLACE_H
#define TEST_HANDON_PLACE_H

#include "../journal/fixture.h"
#include "peer.h"

#include "hvconsole/handon.h"

#define RETRY_MS 40

extern struct fixture place;
extern struct hv_handon *handon;

void place_start(void); /* for `.init` */
void place_end(void);   /* for `.fini` */
/** place_put() - a verified message @number about that record. */
void place_put(unsigned number, unsigned record);
/** place_hand_on() - retries begin at RETRY_MS; @timeout_ms 0 = 10 s. */
void place_hand_on(struct hv_handon_way way, int timeout_ms);
void place_forward(int port, int timeout_ms);
void place_sink(const char *scheme, int port, int timeout_ms);
void place_stop(int grace_ms);
struct hv_handon_state place_state(void);
/** place_says() - waits until its state's error holds @words. */
void place_says(const char *words);
/** place_wait_done() - waits until @count were taken and nothing is left. */
void place_wait_done(int64_t count);

#endif
