/*
 * world.h - a sandbox on a thread of its own, an application registered with
 * it, and a client of that application. For the contract tests.
 */
#ifndef TESTS_CONTRACT_WORLD_H
#define TESTS_CONTRACT_WORLD_H

#include "hvconsole/client.h"
#include "hvconsole/sandbox.h"

struct world {
    char store[64];
    struct hv_sandbox_config sandbox; /* set before world_start() */
    struct hv_loop *loop;             /* the client's */
    struct hv_client *client;
    struct hv_profile profile;
    struct hv_new_app_key app_key;
};
extern struct world world; /* one a process */

void world_start(void);
void world_end(void);
/** world_make_client() - with profile and key as they are now. */
void world_make_client(void);
/** world_weight_sub() - a subscription to weights with a random key. */
struct hv_sub world_weight_sub(const char *url, const char *version);

#endif
