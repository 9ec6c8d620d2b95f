/*
 * cmd_token.h - what the files of `token` share.
 */
#ifndef TUI_COMMAND_CMD_TOKEN_H
#define TUI_COMMAND_CMD_TOKEN_H

#include "tui/command/model.h"
#include "tui/command/out.h"
#include "tui/command/run.h"

/** token_tell() - a row as the members of @node, the URL included. */
void token_tell(struct hv_node *node, const struct hv_token_row *row,
                const struct hv_profile *profile, bool is_locked,
                int64_t now_ms);
/** token_show() - one of the current profile, read anew. */
HV_MUST_CHECK enum hv_status token_show(struct hv_cmd *cmd, const char *name,
                                        struct hv_error *err);
/** token_url() - the sign-in or consent page that mends @code, or null. */
void token_url(struct hv_node *node, const struct hv_profile *profile,
               const struct hv_token_note *note, const struct hv_guid *record,
               int code);

struct token_answer {
    int code; /* of the platform, -1 = none came */
    struct hv_guid record;
    struct hv_token_note note; /* as it is afterwards */
    bool is_kept;              /* still in the keystore */
};
/** token_try() - ask the platform about the token @name, as `token check` does
 *  and with what follows from it, but print nothing. */
HV_MUST_CHECK enum hv_status token_try(struct hv_cmd *cmd, const char *name,
                                       struct token_answer *out,
                                       struct hv_error *err);

#endif
