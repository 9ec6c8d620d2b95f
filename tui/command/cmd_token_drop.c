/*
 * cmd_token_drop.c - `token drop`: a tracked token leaves the keystore and the
 * notebook. Called through the table. The platform is not told.
 */
#include "tui/command/cmd_token.h"

#include "tui/command/nouns/token.h"

#include <string.h>

struct removal {
    const struct hv_guid *app;
    const char *name;
};

static enum hv_status
drop_bytes(struct hv_keyring *ring, void *arg, struct hv_error *err)
{
    const struct removal *removal = arg;
    struct hv_user_token token;

    (void)err;
    if (hv_keyring_token_named(ring, removal->app, removal->name, &token))
        (void)hv_keyring_drop_token(ring, &token.app, &token.person,
                                    &token.record);
    return HV_OK;
}

static enum hv_status
drop_note(struct hv_token_book *book, void *arg, struct hv_error *err)
{
    const struct removal *removal = arg;
    struct hv_token_note *note =
        hv_token_note_find(book, removal->app, removal->name);

    (void)err;
    if (note)
        hv_token_note_remove(book, note);
    return HV_OK;
}

static const struct hv_token_row *
find_row(const struct hv_maint_model *model, const char *name)
{
    for (size_t i = 0; i < model->tokens_len; i++)
        if (strcmp(model->tokens[i].note.name, name) == 0)
            return &model->tokens[i];
    return NULL;
}

enum hv_status
cmd_token_drop(struct hv_cmd *cmd, struct hv_error *err)
{
    struct removal removal = { .name = cmd->args[0] };
    const char *store = cmd->session->globals.store;
    struct hv_node *top = hv_out_top(cmd->out);
    const struct hv_profile *profile;
    struct hv_maint_model model = { 0 };
    struct hv_keystore *ks;
    enum hv_status st = hv_session_keystore(cmd->session, &ks, err);

    if (!st)
        st = hv_session_profile(cmd->session, &profile, err);
    if (!st)
        st = hv_model_maint(cmd->session, &model, err);
    if (!st && !find_row(&model, removal.name)) {
        hv_fail(err, HV_ERR_NOT_FOUND, "no token '%s' is tracked",
                removal.name);
        hv_hint(err, "see 'hvconsole token list'");
        st = HV_ERR_NOT_FOUND;
    }
    if (!st && !hv_cmd_is_dry(cmd))
        st = hv_cmd_confirm(
            cmd, err,
            "Forget the token '%s', 1 of %zu? Its person stays signed in until "
            "it ends; nothing is told to the platform.",
            removal.name, model.tokens_len);
    if (!st) {
        removal.app = &profile->app_id;
        token_tell(top, find_row(&model, removal.name), profile,
                   model.is_locked, model.read_ms);
    }
    if (!st && !hv_cmd_is_dry(cmd))
        st = hv_keystore_edit(ks, drop_bytes, &removal, err);
    if (!st && !hv_cmd_is_dry(cmd))
        st = hv_token_book_edit(store, drop_note, &removal, err);
    if (!st) {
        hv_node_bool(top, "dropped", !hv_cmd_is_dry(cmd));
        cmd_dry(cmd, top);
    }
    hv_maint_model_release(&model);
    return st;
}
