/*
 * put_read.h - a thing as an application writes it, read and taken apart.
 * Read by put_read.c, judged and carried out by put_things.c.
 * Fact: put-things
 */
#ifndef SANDBOX_PUT_READ_H
#define SANDBOX_PUT_READ_H

#include "sandbox/methods.h"

struct sb_put {
    bool has_id;
    struct hv_guid id;
    bool has_stamp;
    struct hv_guid stamp;
    bool has_type;
    struct hv_guid type;
    char *data;      /* owned: the element of the type; NULL = none came */
    char root[128];  /* its name */
    char *common;    /* owned */
    char *tags;      /* owned */
    char *client_id; /* owned */
    bool has_when;
    int64_t when_ms; /* effective date, out of the data */
};

/** sb_put_read() - one <thing>; @version 1 or 2 of the method. Answers a
 *  code; @out zeroed by the caller, released in either case. */
int sb_put_read(struct sb_call *call, xmlNode *node, int version,
                struct sb_put *out);
void sb_put_release(struct sb_put *put);

/** sb_put_key_read() - thing-id with its version-stamp. */
int sb_put_key_read(struct sb_call *call, xmlNode *node, struct sb_put *out);

#endif
