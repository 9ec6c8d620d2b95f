/*
 * quirk_write.h - authenticated requests put together from the parts in which
 * clients differ, and signed as they are. Used by test_quirks.c and
 * test_tokens.c.
 */
#ifndef TESTS_SANDBOX_QUIRK_WRITE_H
#define TESTS_SANDBOX_QUIRK_WRITE_H

#include "support.h"

#define Q_SHA1_TOKEN "ASAAASessionOfSha1"

struct q_hole {
    const char *name; /* "{TOKEN}" */
    const char *text;
};

/** q_expand() - \n, \r, \t and the holes; the caller frees it. */
char *q_expand(const char *text, const struct q_hole *holes, size_t count);

/* {TOKEN} {USER} {PERSON} {RECORD} {HASH} {NOW} are filled in, in the header
 * and in what stands before it. */
struct q_parts {
    const char *lead;   /* before the root element */
    const char *open;   /* its start tag */
    const char *auth;   /* start tag of auth */
    const char *middle; /* between the parts */
    const char *header;
    const char *info;
    const char *now;
    const char *hash; /* names of the algorithms, as written */
    const char *hmac;
    bool is_wrapped; /* base64 in lines of 20, with one more at the end */
    bool is_unsigned;
};

/* Where the parts of a request begin and end. */
struct q_written {
    struct hv_buf body;
    size_t header, header_end, info, info_end;
};

/* A world with a session for each algorithm and a user token. */
struct q_world {
    struct t_world world;
    char user[SB_USER_TOKEN_SIZE];
    char person[HV_GUID_TEXT];
    char record[HV_GUID_TEXT];
};

void q_world_init(struct q_world *world);
void q_world_release(struct q_world *world);

void q_write(const struct q_world *world, const struct q_parts *parts,
             struct q_written *out);
int q_send(struct q_world *world, const struct q_written *w, char **text);
/** q_send_inserted() - with one byte more at @at; the code. */
int q_send_inserted(struct q_world *world, const struct q_written *w, size_t at,
                    uint8_t byte);

#endif
