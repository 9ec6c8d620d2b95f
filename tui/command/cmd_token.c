/*
 * cmd_token.c - `token add|list`: user tokens that the operator keeps an
 * eye on. Called through the table. A token is read from standard input or a
 * hidden prompt, and is never printed. Fact: persistent-tokens
 */
#include "tui/command/cmd_token.h"

#include "hvconsole/clock.h"
#include "hvconsole/file.h"
#include "hvconsole/names.h"
#include "hvconsole/shell.h"
#include "tui/command/nouns/token.h"

#include <string.h>
#include <unistd.h>

const struct hv_column token_columns[] = {
    { "name", "NAME", HV_COL_NAME },
    { "state", "STATE", HV_COL_PAINT },
    { "person", "PERSON", 0 },
    { "record", "RECORD", HV_COL_WIDE },
    { "added", "SIGNED IN", 0 },
    { "ends", "ENDS", 0 },
    { "left_s", "LEFT S", HV_COL_RIGHT | HV_COL_WIDE },
    { "checked", "CHECKED", 0 },
    { "code", "CODE", HV_COL_RIGHT },
    { "result", "RESULT", 0 },
    { "good", "LAST GOOD", HV_COL_WIDE },
    { "refused", "LAST 7", HV_COL_WIDE },
    { "actionqs", "ACTIONQS", HV_COL_WIDE },
    { "url", "SIGN IN AT", HV_COL_WIDE },
    { 0 },
};

/* ---- telling ---- */

void
token_url(struct hv_node *node, const struct hv_profile *profile,
          const struct hv_token_note *note, const struct hv_guid *record,
          int code)
{
    struct hv_buf url = { 0 };
    enum hv_status st = hv_token_url(profile, note, record, code, &url, NULL);

    hv_node_text(node, "url", !st && url.len ? hv_buf_str(&url) : NULL);
    hv_buf_release(&url);
}

void
token_tell(struct hv_node *node, const struct hv_token_row *row,
           const struct hv_profile *profile, bool is_locked, int64_t now_ms)
{
    const struct hv_token_note *note = &row->note;

    hv_node_text(node, "name", note->name);
    hv_node_text(node, "state", hv_token_state(row, is_locked, now_ms));
    hv_node_id(node, "person", &row->person);
    hv_node_id(node, "record", &row->record);
    hv_node_time(node, "added", note->added_ms);
    hv_node_time(node, "ends", note->ends_ms);
    if (note->ends_ms > now_ms && !note->is_gone)
        hv_node_int(node, "left_s", (note->ends_ms - now_ms) / 1000);
    else
        hv_node_null(node, "left_s");
    hv_node_time(node, "good", note->good_ms);
    hv_node_time(node, "checked", note->checked_ms);
    hv_node_time(node, "refused", note->refused_ms);
    if (note->checked_ms && note->code >= 0)
        hv_node_int(node, "code", note->code);
    else
        hv_node_null(node, "code");
    hv_node_text(node, "result",
                 note->checked_ms
                     ? hv_token_fate_row(hv_token_fate(note->code))->word
                     : NULL);
    hv_node_text(node, "actionqs", note->actionqs[0] ? note->actionqs : NULL);
    token_url(node, profile, note, &row->record,
              note->is_gone ? HV_CODE_CREDENTIAL_EXPIRED : note->code);
}

enum hv_status
token_show(struct hv_cmd *cmd, const char *name, struct hv_error *err)
{
    struct hv_maint_model model = { 0 };
    const struct hv_profile *profile;
    enum hv_status st = hv_session_profile(cmd->session, &profile, err);

    if (!st)
        st = hv_model_maint(cmd->session, &model, err);
    for (size_t i = 0; !st && i < model.tokens_len; i++)
        if (strcmp(model.tokens[i].note.name, name) == 0)
            token_tell(hv_out_top(cmd->out), &model.tokens[i], profile,
                       model.is_locked, model.read_ms);
    hv_maint_model_release(&model);
    return st;
}

enum hv_status
cmd_token_list(struct hv_cmd *cmd, struct hv_error *err)
{
    struct hv_maint_model model = { 0 };
    const struct hv_profile *profile;
    size_t away = 0;
    enum hv_status st = hv_session_profile(cmd->session, &profile, err);

    if (!st)
        st = hv_model_maint(cmd->session, &model, err);
    for (size_t i = 0; !st && i < model.tokens_len; i++)
        token_tell(hv_out_item(cmd->out), &model.tokens[i], profile,
                   model.is_locked, model.read_ms);
    for (size_t i = 0; !st && i < model.tokens_len; i++)
        away += model.tokens[i].note.is_gone;
    if (away)
        hv_out_note(cmd->out, "%zu must sign in anew: -o wide shows where.",
                    away);
    if (!st && model.tokens_len && model.is_locked)
        hv_out_note(cmd->out, "The keystore is locked: whose they are and "
                              "whether they are kept is not known.");
    hv_maint_model_release(&model);
    return st;
}

/* ---- add ---- */

struct addition {
    const struct hv_profile *profile;
    const char *name;
    struct hv_token_paste paste;
    int64_t life_ms;
    struct hv_person person;
    int64_t now_ms;
};

static enum hv_status
read_paste(struct hv_cmd *cmd, struct addition *add, struct hv_error *err)
{
    const struct hv_asker *asker = &cmd->session->asker;
    struct hv_secret text = { 0 };
    enum hv_status st;

    if (hv_cmd_has(cmd, "--stdin")) {
        st = hv_file_read_secret_line("standard input", STDIN_FILENO,
                                      HV_TOKEN_TEXT, &text, err);
    } else if (asker->passphrase) {
        st = asker->passphrase(asker->arg,
                               "URL with which the browser came back, or token",
                               false, &text, err);
    } else {
        hv_fail(err, HV_ERR_LOCKED, "there is nobody to ask for the token");
        hv_hint(err, "pipe it in with --stdin");
        return HV_ERR_LOCKED;
    }
    if (!st)
        st = hv_token_read(&text, &add->paste, err);
    hv_secret_release(&text);
    return st;
}

static enum hv_status
read_flags(struct hv_cmd *cmd, struct addition *add, struct hv_error *err)
{
    const char *life = hv_cmd_text(cmd, "--life");
    const char *actionqs = hv_cmd_text(cmd, "--actionqs");

    add->life_ms = add->paste.life_s * 1000;
    if (life && (hv_duration_parse(life, &add->life_ms) || add->life_ms < 1))
        return hv_fail(err, HV_ERR_USAGE,
                       "--life wants a duration like 30d, not '%s'", life);
    if (actionqs &&
        !hv_copy(add->paste.actionqs, sizeof(add->paste.actionqs), actionqs))
        return hv_fail(err, HV_ERR_USAGE,
                       "--actionqs takes at most %d characters",
                       HV_ACTIONQS - 1);
    return HV_OK;
}

static enum hv_status
note_refused(struct hv_token_book *book, void *arg, struct hv_error *err)
{
    const struct addition *add = arg;
    struct hv_token_note *note;
    enum hv_status st =
        hv_token_note_make(book, &add->profile->app_id, add->name, &note, err);

    if (st)
        return st;
    if (add->paste.actionqs[0])
        hv_copy(note->actionqs, sizeof(note->actionqs), add->paste.actionqs);
    hv_token_refused_fresh(note, add->now_ms);
    return HV_OK;
}

/* A token fresh from the Shell, and over already. */
static enum hv_status
refused(struct hv_cmd *cmd, struct addition *add, struct hv_error *err)
{
    const char *store = cmd->session->globals.store;
    struct hv_token_book book = { 0 };
    const struct hv_token_note *note;
    bool is_stopped = false;
    enum hv_status st;

    *err = (struct hv_error){ 0 };
    st = hv_token_book_edit(store, note_refused, add, err);
    if (!st)
        st = hv_token_book_load(store, &book, err);
    if (!st)
        st = token_show(cmd, add->name, err);
    if (!st) {
        note = hv_token_note_find(&book, &add->profile->app_id, add->name);
        is_stopped = note && note->is_stopped;
    }
    hv_token_book_release(&book);
    if (st)
        return st;
    err->platform_code = HV_CODE_CREDENTIAL_EXPIRED;
    hv_fail(err, HV_ERR_TOKEN,
            is_stopped ? "the platform answers 7 to the sign-in that a 7 had "
                         "asked for: stopped, so as not to go in circles"
                       : "the platform answers 7 to that token: it is over "
                         "already, and was not kept");
    hv_hint(err, is_stopped ? "is it a token of this application and "
                              "environment? Then sign in once more by hand"
                            : "sign in once more: `token list -o wide` shows "
                              "where");
    return HV_ERR_TOKEN;
}

/* The name and the person belong together; else one token would silently take
 * the place of another. */
static enum hv_status
put_token(struct hv_keyring *ring, void *arg, struct hv_error *err)
{
    const struct addition *add = arg;
    struct hv_user_token old, fresh = {
        .app = add->profile->app_id,
        .person = add->person.id,
        .record = add->person.selected,
        .seen_ms = add->now_ms,
        .label = hv_bytes_str(add->name),
        .token = hv_secret_bytes(&add->paste.token),
    };

    if (hv_keyring_token_named(ring, &fresh.app, add->name, &old)) {
        if (!hv_guid_equal(&old.person, &fresh.person)) {
            hv_fail(err, HV_ERR_RULE, "'%s' is the token of another person",
                    add->name);
            hv_hint(err, "take another name, or `token drop %s` first",
                    add->name);
            return HV_ERR_RULE;
        }
        (void)hv_keyring_drop_token(ring, &old.app, &old.person, &old.record);
    }
    for (size_t i = 0; hv_keyring_token_at(ring, &fresh.app, i, &old); i++)
        if (hv_guid_equal(&old.person, &fresh.person) &&
            hv_guid_equal(&old.record, &fresh.record))
            return hv_fail(err, HV_ERR_RULE,
                           "that person and record are tracked as '%.*s'",
                           (int)old.label.len, (const char *)old.label.data);
    return hv_keyring_put_token(ring, &fresh, err);
}

static enum hv_status
note_came(struct hv_token_book *book, void *arg, struct hv_error *err)
{
    const struct addition *add = arg;
    struct hv_token_note *note;
    enum hv_status st =
        hv_token_note_make(book, &add->profile->app_id, add->name, &note, err);

    if (!st)
        hv_token_came(note, add->life_ms ? add->now_ms + add->life_ms : 0,
                      add->paste.actionqs, add->now_ms);
    return st;
}

/* actionqs went through the person's browser: others may have written it, and
 * the application will follow it after the next sign-in. */
static void
judge_actionqs(struct hv_cmd *cmd, const struct addition *add)
{
    struct hv_token_note note = { 0 };
    struct hv_buf url = { 0 };
    struct hv_shell_url decoded;

    hv_copy(note.actionqs, sizeof(note.actionqs), add->paste.actionqs);
    if (note.actionqs[0] &&
        hv_token_url(add->profile, &note, NULL, HV_CODE_CREDENTIAL_EXPIRED,
                     &url, NULL) == HV_OK &&
        hv_shell_decode(hv_buf_bytes(&url), NULL, &decoded, NULL) == HV_OK) {
        for (size_t i = 0; i < decoded.findings.len; i++) {
            const struct hv_finding *found = &decoded.findings.items[i];

            if (strcmp(found->lint->id, "actionqs-elsewhere") == 0)
                hv_session_warn(cmd->session, "%s", found->message);
        }
        hv_shell_url_release(&decoded);
    }
    hv_buf_release(&url);
}

static enum hv_status
keep(struct hv_cmd *cmd, struct addition *add, struct hv_error *err)
{
    struct hv_client *client;
    struct hv_keystore *ks;
    enum hv_status st = hv_session_client(cmd->session, &client, err);

    if (!st)
        st = hv_client_get_signed_in(client, &add->paste.token, &add->person,
                                     err);
    add->now_ms = hv_clock_now_ms();
    if (st == HV_ERR_TOKEN && err->platform_code == HV_CODE_CREDENTIAL_EXPIRED)
        return refused(cmd, add, err);
    if (!st)
        st = hv_session_keystore(cmd->session, &ks, err);
    if (!st)
        st = hv_keystore_edit(ks, put_token, add, err);
    if (!st)
        st = hv_token_book_edit(cmd->session->globals.store, note_came, add,
                                err);
    if (!st)
        judge_actionqs(cmd, add);
    return st ? st : token_show(cmd, add->name, err);
}

enum hv_status
cmd_token_add(struct hv_cmd *cmd, struct hv_error *err)
{
    struct addition add = { .name = cmd->args[0] };
    struct hv_node *top = hv_out_top(cmd->out);
    enum hv_status st = hv_token_name_check(add.name, err);

    if (!st)
        st = hv_session_profile(cmd->session, &add.profile, err);
    if (!st)
        st = read_paste(cmd, &add, err);
    if (!st)
        st = read_flags(cmd, &add, err);
    if (!st && hv_cmd_is_dry(cmd)) {
        hv_node_text(top, "name", add.name);
        hv_node_time(top, "ends",
                     add.life_ms ? hv_clock_now_ms() + add.life_ms : 0);
        hv_node_text(top, "actionqs",
                     add.paste.actionqs[0] ? add.paste.actionqs : NULL);
        cmd_dry(cmd, top);
    } else if (!st) {
        st = keep(cmd, &add, err);
    }
    hv_token_paste_release(&add.paste);
    hv_person_release(&add.person);
    return st;
}
