/*
 * world.h - a keystore file, a store directory and a listener on them, for the
 * tests of include/hvconsole/listener.h.
 */
#ifndef TEST_LISTENER_WORLD_H
#define TEST_LISTENER_WORLD_H

#include "hvconsole/journal.h"
#include "hvconsole/listener.h"

#define WORLD_SUB "d2a4c6e8-1357-4b9d-8f0a-2c4e6a8b0d1f"
#define WORLD_BODY                                                             \
    "<n:notifications xmlns:n='urn:com.microsoft.wc.notification'>"            \
    "<notification><common><subscription-id>" WORLD_SUB "</subscription-id>"   \
    "</common><record-change-notification>"                                    \
    "<person-id>8d4e1f92-66b3-4c1a-8f07-2b9d5e60c3a1</person-id>"              \
    "<record-id>c05a7e34-1f2d-4b86-9c3e-d8417a6b5f02</record-id><things>"      \
    "<thing><thing-id>a7c3e5d1-0b42-4f69-8e17-93d5c6b20f84</thing-id>"         \
    "</thing></things></record-change-notification></notification>"            \
    "</n:notifications>"

extern char world_store[4200];
extern char world_keystore[4200];       /* the file */
extern struct hv_keystore *world_owner; /* full scope, as the console has it */
extern struct hv_listener *world_listener;
extern int world_port;
extern const struct hv_listener_config world_plain;

void world_start(void); /* for `.init` */
void world_end(void);   /* for `.fini` */
/** world_serve() - start a listener; its store is filled in. */
void world_serve(struct hv_listener_config config);
/** world_stop() - stop and free it: all rows are in the journal then. */
void world_stop(void);
struct hv_keystore *world_verifier(void);
void world_set_flag(void *flag);

/* A key version of WORLD_SUB whose bytes follow from @fill. */
struct world_key {
    const char *version;
    uint8_t fill;
    enum hv_key_state state;
};
void world_edit(struct world_key key);
void world_key_bytes(uint8_t key[HV_HMAC_KEY_LEN], uint8_t fill);

/** world_sign() - the value of Authorization for @body under that key. */
void world_sign(char out[256], const char *version, uint8_t fill,
                struct hv_bytes body);
/** world_build() - a whole request; the connection ends with it. */
void world_build(struct hv_buf *out, const char *target, const char *auth,
                 const char *more, struct hv_bytes body);
/** world_ask() - the answer, to be freed. */
char *world_ask(const char *target, const char *auth, const char *more,
                struct hv_bytes body);
int world_ask_status(const char *target, const char *auth, const char *more,
                     struct hv_bytes body);
/** world_post() - WORLD_BODY signed with that key; the status. */
int world_post(const char *version, uint8_t fill);
int world_status_of(const char *answer);

/** world_read_rows() - newest first; released by the caller. */
size_t world_read_rows(struct hv_log_row *rows, size_t max);
void world_release_rows(struct hv_log_row *rows, size_t len);
/** world_count_rows() - rows of refusals come after their answer: stop first. */
size_t world_count_rows(enum hv_verdict verdict);
/** world_fact() - a published fact of the running listener. */
void world_fact(const char *key, char *out, size_t size);
/** world_wait_fact() - let the loop turn until a fact begins with @text. */
void world_wait_fact(const char *key, const char *text);

#endif
