/*
 * story.h - a world of its own for stories in a terminal: temporary places, a
 * keystore, and the real binary as sandbox, listener, command and console.
 */
#ifndef TESTS_E2E_STORY_H
#define TESTS_E2E_STORY_H

#include "tests/support/term.h"

#define PASSPHRASE "correct horse battery staple"
#define LONG_MS    30000 /* a KDF under sanitizers on a busy machine */

struct story {
    char dir[64];
    char **envp; /* owned */
    pid_t sandbox, listener;
    int platform_port;
    char url[128];   /* of the listener, by the name localhost */
    char out[65536]; /* what the last command printed */
    struct term term;
};

/** story_start() - places and a keystore; @with_platform: also a sandbox, a
 *  profile "world" of @env ("ppe", "prod") and a listener. */
void story_start(struct story *s, bool with_platform, const char *env);
/** story_start_with() - the same, with more words for `sandbox up`; @env NULL:
 *  no platform. */
void story_start_with(struct story *s, const char *env, const char *flags);
/** story_platform_goes() - the sandbox ends; story_platform_returns() - it is
 *  back, on its port, with its world; its sessions are not. */
void story_platform_goes(struct story *s);
void story_platform_returns(struct story *s);
void story_end(struct story *s);
/** story_run() - hvconsole ARGS...; its exit status; output in s->out.
 *  @line is split at blanks. */
int story_run(struct story *s, const char *line);
/** story_fact() - the first "name": "value" of s->out, or "". */
const char *story_fact(const struct story *s, const char *name);
/** story_open() - the console; @extra variables "NAME=VALUE", NULL ends. */
void story_open(struct story *s, int rows, int cols, const char *args,
                const char *const *extra);
/** story_unlock() - type the passphrase and wait for the dashboard. */
void story_unlock(struct story *s);
/** story_forge() - POST a notification with a wrong signature. */
void story_forge(struct story *s, const char *sub, const char *version);

#endif
