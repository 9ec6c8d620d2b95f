/*
 * vectors.h - the notification vectors of tests/fixtures/notification.
 */
#ifndef TEST_LISTENER_VECTORS_H
#define TEST_LISTENER_VECTORS_H

#include "hvconsole/keyring.h"
#include "hvconsole/notify.h"

#define VECTORS_COUNT 45

struct vector {
    char id[8];
    enum hv_verdict verdict;
    char parse[16]; /* "ok", "error", "not-reached" */
    size_t ignored;
    bool without_bom;
    struct hv_buf header; /* value of Authorization */
    struct hv_buf body;
    char events[16384]; /* "sub,person,record,thing...;..." or "-" */
};

/** vectors_load() - all of them; fails the test when one is missing. */
void vectors_load(struct vector vectors[VECTORS_COUNT]);
void vectors_release(struct vector vectors[VECTORS_COUNT]);
/** vectors_ring() - the keys they are made for, in a fresh keyring. */
void vectors_ring(struct hv_keyring *ring);

#endif
