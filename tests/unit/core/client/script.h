/*
 * script.h - a client and the scripted platform it talks to, for client tests:
 * say what comes back, request by request, then run. For tests only.
 */
#ifndef TESTS_CORE_CLIENT_SCRIPT_H
#define TESTS_CORE_CLIENT_SCRIPT_H

#include "hvconsole/client.h"
#include "peer.h"
#include "vectors.h"

extern struct hv_loop *loop;
extern struct hv_client *client; /* after script_run() */
extern struct peer peer;
extern struct hv_new_app_key app_key;
extern struct hv_guid app;

void script_setup(void); /* .init */
void script_clean(void); /* .fini */

/* The next answer: a document in HTTP 200, NULL = never any. */
void script_answer(const char *document);
void script_http(const char *answer); /* as it is; static memory */
void script_token(const char *token); /* a session; its key is 00010203 */
void script_code(int code);           /* status alone */
void script_info(const char *suffix, const char *inside); /* code 0 */
void script_run(void); /* and make the client */
void script_run_with(int timeout_ms);

/* After peer_stop(). */
bool request_has(size_t index, const char *text);
/* A good subscription without id; release it. */
struct hv_sub a_sub(void);

#endif
