/*
 * cmd_profile.h - what the two files of `profile` share.
 */
#ifndef TUI_COMMAND_CMD_PROFILE_H
#define TUI_COMMAND_CMD_PROFILE_H

#include "tui/command/out.h"

void profile_tell(struct hv_node *node, const struct hv_profile *profile,
                  const struct hv_config *config);
/** profile_find() - by name; HV_ERR_NOT_FOUND with "did you mean". */
HV_MUST_CHECK enum hv_status profile_find(struct hv_session *session,
                                          const char *name,
                                          const struct hv_profile **out,
                                          struct hv_error *err);
/** profile_add() - what `profile add` does, for the demo too: a key and
 *  certificate for @profile, the key into the keystore, the profile into the
 *  config.
 *  @key:      already loaded, or NULL: one is made
 *  @cert_out: file for the public half; NULL = none */
struct hv_new_app_key;
HV_MUST_CHECK enum hv_status profile_add(struct hv_session *session,
                                         struct hv_profile *profile,
                                         struct hv_new_app_key *key,
                                         const char *cert_out,
                                         struct hv_error *err);

#endif
