/*
 * demo.h - the demo's world: a directory of its own with config, keystore,
 * passphrase and state, a sandbox and a listener as children, an application
 * and its subscriptions.
 */
#ifndef TUI_COMMAND_DEMO_H
#define TUI_COMMAND_DEMO_H

#include "tui/command/run.h"
#include "tui/command/spawn.h"

struct demo {
    struct hv_cmd *cmd;
    char dir[480];
    struct hv_globals globals; /* of its world, not of the caller's */
    struct hv_session session;
    struct spawn sandbox, listener;
    char platform_url[160];
    char listener_url[160];
};

/** demo_open() - everything up and seeded. On failure what was started has
 *  ended. HV_ERR_RULE: a demo runs in this directory already. */
HV_MUST_CHECK enum hv_status demo_open(struct demo *demo, struct hv_cmd *cmd,
                                       const char *dir, struct hv_error *err);
void demo_close(struct demo *demo);
/** demo_flags() - with which another terminal joins this world. */
void demo_flags(const struct demo *demo, struct hv_buf *out);
/** demo_emit() - change one thing of @type; waits until it is delivered.
 *  @is_old: signed with the replaced key */
HV_MUST_CHECK enum hv_status demo_emit(struct demo *demo, const char *type,
                                       bool is_old, struct hv_error *err);
/** demo_tour() - tell and check the main job, step by step. */
HV_MUST_CHECK enum hv_status demo_tour(struct demo *demo, struct hv_error *err);

#endif
