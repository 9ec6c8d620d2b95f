/*
 * cmd_token_check.c - `token check`: what the platform says about tracked
 * tokens, one after the other. A token that is answered 7 is deleted before the
 * next is asked about. Called through the table. Fact: persistent-tokens
 */
#include "tui/command/cmd_token.h"

#include "hvconsole/clock.h"
#include "hvconsole/names.h"
#include "tui/command/nouns/token.h"

#include <stdlib.h>
#include <string.h>

const struct hv_column token_check_columns[] = {
    { "name", "NAME", HV_COL_NAME },      { "code", "CODE", HV_COL_RIGHT },
    { "result", "RESULT", HV_COL_PAINT }, { "dropped", "DROPPED", 0 },
    { "stopped", "STOPPED", 0 },          { "advice", "WHAT IT MEANS", 0 },
    { "person", "PERSON", HV_COL_WIDE },  { "record", "RECORD", HV_COL_WIDE },
    { "url", "GO ON AT", HV_COL_WIDE },   { 0 },
};

struct check {
    struct hv_cmd *cmd;
    const struct hv_profile *profile;
    struct hv_keystore *ks;
    struct hv_client *client;
    size_t asked, fates[HV_TOKEN_FATES], stopped;
    int other_code;        /* the first that is neither 0 nor 7 */
    struct hv_error worst; /* of the network */
};

/* One token while it is asked about. */
struct asked {
    const struct check *check;
    char name[HV_TOKEN_NAME];
    struct hv_guid person, record;
    bool is_answered;
    int code;
    int64_t now_ms;
    struct hv_token_note note; /* as it is afterwards */
};

/* ---- what an answer changes ---- */

static enum hv_status
delete_token(struct hv_keyring *ring, void *arg, struct hv_error *err)
{
    const struct asked *asked = arg;

    (void)err;
    (void)hv_keyring_drop_token(ring, &asked->check->profile->app_id,
                                &asked->person, &asked->record);
    return HV_OK;
}

static enum hv_status
note_answer(struct hv_token_book *book, void *arg, struct hv_error *err)
{
    struct asked *asked = arg;
    const struct hv_guid *app = &asked->check->profile->app_id;
    bool is_new = !hv_token_note_find(book, app, asked->name);
    struct hv_token_note *note;
    enum hv_status st = hv_token_note_make(book, app, asked->name, &note, err);

    if (st)
        return st;
    if (is_new) { /* out of another store: when it came is not known */
        note->added_ms = asked->note.added_ms;
        note->good_ms = asked->note.good_ms;
    }
    hv_token_answered(note, asked->code, asked->now_ms);
    asked->note = *note;
    return HV_OK;
}

static enum hv_status
settle(struct check *check, struct asked *asked, struct hv_error *err)
{
    enum hv_status st = HV_OK;

    if (asked->code == HV_CODE_CREDENTIAL_EXPIRED)
        st = hv_keystore_edit(check->ks, delete_token, asked, err);
    if (!st)
        st = hv_token_book_edit(check->cmd->session->globals.store, note_answer,
                                asked, err);
    return st;
}

static void
tell(struct check *check, const struct asked *asked)
{
    enum hv_token_fate fate = hv_token_fate(asked->code);
    const struct hv_token_fate_row *row = hv_token_fate_row(fate);
    struct hv_node *node = hv_out_item(check->cmd->out);

    hv_node_text(node, "name", asked->name);
    if (asked->code >= 0)
        hv_node_int(node, "code", asked->code);
    else
        hv_node_null(node, "code");
    hv_node_text(node, "result", row->word);
    hv_node_bool(node, "dropped", fate == HV_TOKEN_SIGNED_OUT);
    hv_node_bool(node, "stopped", asked->note.is_stopped);
    hv_node_text(node, "advice",
                 asked->note.is_stopped
                     ? "7 again right after the sign-in that a 7 had asked "
                       "for: no further sign-in is proposed"
                     : row->sentence);
    hv_node_id(node, "person", &asked->person);
    hv_node_id(node, "record", &asked->record);
    token_url(node, check->profile, &asked->note, &asked->record, asked->code);
    check->fates[fate]++;
    check->stopped += asked->note.is_stopped;
    if (asked->code > 0 && fate != HV_TOKEN_SIGNED_OUT && !check->other_code)
        check->other_code = asked->code;
}

/* ---- asking ---- */

static enum hv_status
ask(struct check *check, struct asked *asked, struct hv_error *err)
{
    struct hv_user_token kept;
    struct hv_secret token = { 0 };
    struct hv_person person = { 0 };
    struct hv_error why = { 0 };
    enum hv_status st;

    if (!hv_keyring_token_named(hv_keystore_ring(check->ks),
                                &check->profile->app_id, asked->name, &kept))
        return HV_OK; /* dropped by somebody else meanwhile */
    st = hv_secret_copy(&token, kept.token.data, kept.token.len, err);
    if (st)
        return st;
    st = hv_client_get_signed_in(check->client, &token, &person, &why);
    hv_secret_release(&token);
    hv_person_release(&person);
    if (st == HV_ERR_CANCELLED ||
        (st && !why.platform_code && st != HV_ERR_NET)) {
        *err = why; /* ours: nothing was said about the token */
        return st;
    }
    asked->is_answered = true;
    asked->code = st ? (why.platform_code ? why.platform_code : -1) : 0;
    asked->now_ms = hv_clock_now_ms();
    asked->note.added_ms = asked->note.good_ms = kept.seen_ms;
    if (asked->code < 0)
        check->worst = why;
    check->asked++;
    return settle(check, asked, err);
}

/* The tracked ones, or the one that was named. */
static size_t
choose(const struct check *check, const char *name, struct asked **out)
{
    const struct hv_keyring *ring = hv_keystore_ring(check->ks);
    struct hv_user_token token;
    struct asked *list = NULL;
    size_t len = 0;

    for (size_t i = 0;
         hv_keyring_token_at(ring, &check->profile->app_id, i, &token); i++) {
        if (token.label.len >= HV_TOKEN_NAME ||
            (name && !hv_bytes_equal(token.label, hv_bytes_str(name))))
            continue;
        list = hv_realloc_array(list, len + 1, sizeof(*list));
        list[len] = (struct asked){
            .check = check,
            .person = token.person,
            .record = token.record,
        };
        memcpy(list[len].name, token.label.data, token.label.len);
        len++;
    }
    *out = list;
    return len;
}

static enum hv_status
none_named(const char *name, struct hv_error *err)
{
    hv_fail(err, HV_ERR_NOT_FOUND, "no token '%s' is kept", name);
    hv_hint(err, "`token list` shows who must sign in before there is one");
    return HV_ERR_NOT_FOUND;
}

/* For a rehearsal: the same question, the same consequences, nothing told. */
enum hv_status
token_try(struct hv_cmd *cmd, const char *name, struct token_answer *out,
          struct hv_error *err)
{
    struct check check = { .cmd = cmd };
    struct asked *list = NULL;
    size_t len = 0;
    enum hv_status st = hv_session_profile(cmd->session, &check.profile, err);

    *out = (struct token_answer){ 0 };
    if (!st)
        st = hv_session_client(cmd->session, &check.client, err);
    if (!st)
        st = hv_session_keystore(cmd->session, &check.ks, err);
    if (!st)
        len = choose(&check, name, &list);
    if (!st && !len)
        st = none_named(name, err);
    if (!st)
        st = ask(&check, &list[0], err);
    if (!st && !list[0].is_answered)
        st = none_named(name, err);
    if (!st) {
        out->code = list[0].code;
        out->record = list[0].record;
        out->note = list[0].note;
        free(list);
        len = choose(&check, name, &list);
        out->is_kept = len > 0;
    }
    free(list);
    return st;
}

/* These say nothing about one token, and the next would fare no better. */
static bool
is_over_for_all(int code)
{
    enum hv_token_fate fate = hv_token_fate(code);

    return fate == HV_TOKEN_UNREACHABLE || fate == HV_TOKEN_MAINTENANCE ||
           fate == HV_TOKEN_SESSION;
}

static enum hv_status
ask_all(struct check *check, struct asked *list, size_t len,
        struct hv_error *err)
{
    enum hv_status st = HV_OK;

    for (size_t i = 0; !st && i < len; i++) {
        if (check->cmd->session->is_cancelled)
            return hv_fail(err, HV_ERR_CANCELLED, "stopped");
        if (len > 1)
            hv_cmd_talk(check->cmd, "%zu of %zu: %s", i + 1, len, list[i].name);
        st = ask(check, &list[i], err);
        if (!st && list[i].is_answered)
            tell(check, &list[i]);
        if (!st && list[i].is_answered && is_over_for_all(list[i].code) &&
            i + 1 < len) {
            hv_cmd_talk(check->cmd, "%zu more were not asked about",
                        len - i - 1);
            break;
        }
    }
    return st;
}

/* What the exit code says: no answer, then 7, then anything else. */
static enum hv_status
verdict(const struct check *check, struct hv_error *err)
{
    size_t gone = check->fates[HV_TOKEN_SIGNED_OUT];

    if (check->fates[HV_TOKEN_UNREACHABLE]) {
        *err = check->worst;
        return err->status;
    }
    if (gone) {
        err->platform_code = HV_CODE_CREDENTIAL_EXPIRED;
        hv_fail(err, HV_ERR_TOKEN,
                "%zu of %zu tokens answered 7 and %s deleted%s", gone,
                check->asked, gone == 1 ? "was" : "were",
                check->stopped ? "; the loop guard holds some back" : "");
        hv_hint(err, "their people sign in anew at the URLs shown; `maint "
                     "status` says whether that was to be expected");
        return HV_ERR_TOKEN;
    }
    if (check->other_code) {
        err->platform_code = check->other_code;
        return hv_fail(
            err, HV_ERR_PLATFORM,
            "%zu of %zu tokens are not known to be good: %s",
            check->asked - check->fates[HV_TOKEN_GOOD], check->asked,
            hv_token_fate_row(hv_token_fate(check->other_code))->sentence);
    }
    return HV_OK;
}

enum hv_status
cmd_token_check(struct hv_cmd *cmd, struct hv_error *err)
{
    const char *name = cmd->args_len ? cmd->args[0] : NULL;
    struct check check = { .cmd = cmd };
    struct asked *list = NULL;
    size_t len = 0;
    enum hv_status st;

    if (name && hv_cmd_has(cmd, "--all"))
        return hv_fail(err, HV_ERR_USAGE, "give a NAME or --all, not both");
    st = hv_session_profile(cmd->session, &check.profile, err);
    if (!st)
        st = hv_session_client(cmd->session, &check.client, err);
    if (!st)
        st = hv_session_keystore(cmd->session, &check.ks, err);
    if (!st)
        len = choose(&check, name, &list);
    if (!st && name && !len)
        st = none_named(name, err);
    for (size_t i = 0; !st && hv_cmd_is_dry(cmd) && i < len; i++) {
        struct hv_node *node = hv_out_item(cmd->out);

        hv_node_text(node, "name", list[i].name);
        hv_node_id(node, "person", &list[i].person);
        cmd_dry(cmd, node);
    }
    if (!st && !hv_cmd_is_dry(cmd))
        st = ask_all(&check, list, len, err);
    if (!st)
        st = verdict(&check, err);
    free(list);
    return st;
}
