/*
 * cmd_maint_drill.c - `maint drill`: the day rehearsed with one tracked token.
 * In the sandbox the token keys are changed for it, so the 7 is a real one;
 * against PPE the platform is asked and the rest is gone through on paper.
 * Never in production. Called through the table. Fact: persistent-tokens
 */
#include "tui/command/cmd_maint.h"
#include "tui/command/cmd_token.h"

#include "hvconsole/clock.h"
#include "hvconsole/names.h"
#include "hvconsole/shell.h"
#include "tui/command/nouns/maint.h"

#include <string.h>

#define ASK_MS 10000

struct drill {
    struct hv_cmd *cmd;
    const struct hv_profile *profile;
    char token[HV_TOKEN_NAME];
    struct hv_drill result;
    struct token_answer answer;
    struct hv_buf url;
};

/* ---- what it is held with ---- */

static bool
is_sandbox(struct hv_session *session, const struct hv_profile *profile)
{
    struct hv_facts facts = { 0 };
    char platform[HV_MAX_URL + 1] = "";
    bool is_it =
        hv_run_find(session->globals.store, "sandbox", &facts, NULL) == HV_OK &&
        hv_facts_get(&facts, "platform", 0, platform, sizeof(platform)) &&
        strcmp(platform, profile->platform) == 0;

    hv_facts_release(&facts);
    return is_it;
}

/* The one that was named, else the first that is there to be lost. */
static enum hv_status
choose_token(const struct hv_maint_model *model, const char *name,
             char out[HV_TOKEN_NAME], struct hv_error *err)
{
    for (size_t i = 0; i < model->tokens_len; i++) {
        const struct hv_token_row *row = &model->tokens[i];

        if (!row->is_kept || (name && strcmp(row->note.name, name) != 0))
            continue;
        hv_copy(out, HV_TOKEN_NAME, row->note.name);
        return HV_OK;
    }
    hv_fail(err, HV_ERR_NOT_FOUND, "no token %s%s%s is kept to rehearse with",
            name ? "'" : "", name ? name : "", name ? "'" : "");
    hv_hint(err, "sign in once for it: 'hvconsole token add NAME'");
    return HV_ERR_NOT_FOUND;
}

static enum hv_status
prepare(struct drill *drill, struct hv_error *err)
{
    struct hv_session *session = drill->cmd->session;
    const struct hv_window_row *row;
    struct hv_maint_model model = { 0 };
    enum hv_status st = hv_model_maint(session, &model, err);

    if (st)
        return st;
    row = maint_find(&model, drill->cmd->args[0], err);
    if (!row) {
        st = HV_ERR_NOT_FOUND;
    } else if (row->window.kind != HV_WINDOW_TOKEN_KEYS) {
        st = hv_fail(err, HV_ERR_RULE,
                     "'%s' is an outage: no token ends by it, so there is "
                     "nothing to rehearse",
                     row->window.name);
    } else {
        hv_copy(drill->result.window, sizeof(drill->result.window),
                row->window.name);
        st = choose_token(&model, hv_cmd_text(drill->cmd, "--token"),
                          drill->token, err);
    }
    hv_maint_model_release(&model);
    hv_copy(drill->result.platform, sizeof(drill->result.platform),
            drill->profile->platform);
    drill->result.is_real = is_sandbox(session, drill->profile);
    return st;
}

/* ---- its steps ---- */

static enum hv_status
change_token_keys(struct drill *drill, struct hv_error *err)
{
    struct hv_facts request = { 0 }, answer = { 0 };
    enum hv_status st;

    hv_facts_add(&request, "verb", "token-keys");
    st = hv_run_ask(drill->cmd->session->globals.store, "sandbox", &request,
                    ASK_MS, &answer, err);
    hv_facts_release(&request);
    hv_facts_release(&answer);
    return st;
}

static void
pass(struct drill *drill, enum hv_drill_step step, bool passes)
{
    drill->result.passed |= (unsigned)passes << step;
}

/* A real 7 must have deleted the token; on paper any clear answer will do. */
static bool
was_told_apart(const struct drill *drill)
{
    bool is_over = drill->answer.code == HV_CODE_CREDENTIAL_EXPIRED;

    if (drill->result.is_real || is_over)
        return is_over && !drill->answer.is_kept;
    return drill->answer.code == HV_CODE_OK && drill->answer.is_kept;
}

/* The page that the person of this token would be sent to, and whether it
 * leads back. Somebody who was nowhere gets a place for it. */
static enum hv_status
try_sign_in(struct drill *drill, struct hv_error *err)
{
    struct hv_token_note note = drill->answer.note;
    struct hv_shell_url url = { 0 };
    const char *back;
    enum hv_status st;

    note.is_gone = true;
    note.is_stopped = false;
    if (!note.actionqs[0])
        hv_copy(note.actionqs, sizeof(note.actionqs), "/page?drill=1&x=2");
    st = hv_token_url(drill->profile, &note, &drill->answer.record,
                      HV_CODE_CREDENTIAL_EXPIRED, &drill->url, err);
    if (!st)
        st = hv_shell_decode(hv_buf_bytes(&drill->url), NULL, &url, err);
    if (st)
        return st;
    pass(drill, HV_DRILL_SIGN_IN, strcmp(url.target, "AUTH") == 0);
    back = hv_shell_pairs_get(&url.pairs, "actionqs");
    pass(drill, HV_DRILL_RETURNS, back && strcmp(back, note.actionqs) == 0);
    hv_shell_url_release(&url);
    return HV_OK;
}

/* The 7 was of our own making: it must not hold the person back. */
static enum hv_status
keep_result(struct hv_token_book *book, void *arg, struct hv_error *err)
{
    struct drill *drill = arg;
    struct hv_token_note *note =
        hv_token_note_find(book, &drill->profile->app_id, drill->token);

    (void)err;
    if (note && drill->result.is_real)
        note->is_stopped = false;
    hv_drill_add(book, &drill->result);
    return HV_OK;
}

static enum hv_status
hold(struct drill *drill, struct hv_error *err)
{
    struct hv_cmd *cmd = drill->cmd;
    enum hv_status st = HV_OK;

    drill->result.at_ms = hv_clock_now_ms();
    if (drill->result.is_real) {
        hv_cmd_talk(cmd, "changing the token keys of the sandbox");
        st = change_token_keys(drill, err);
    }
    if (!st) {
        hv_cmd_talk(cmd, "asking about the token of %s", drill->token);
        st = token_try(cmd, drill->token, &drill->answer, err);
    }
    if (!st) {
        pass(drill, HV_DRILL_DROPPED, was_told_apart(drill));
        st = try_sign_in(drill, err);
    }
    if (!st) {
        pass(drill, HV_DRILL_GUARD,
             hv_drill_guard_holds(&drill->answer.note, hv_clock_now_ms()));
        st = hv_token_book_edit(cmd->session->globals.store, keep_result, drill,
                                err);
    }
    return st;
}

/* ---- telling ---- */

static void
tell(struct drill *drill, bool is_held)
{
    struct hv_node *top = hv_out_top(drill->cmd->out);
    struct hv_node *list;

    hv_node_text(top, "window", drill->result.window);
    hv_node_text(top, "token", drill->token);
    hv_node_bool(top, "keys_changed", drill->result.is_real);
    hv_node_time(top, "at", drill->result.at_ms);
    if (is_held && drill->answer.code >= 0)
        hv_node_int(top, "code", drill->answer.code);
    else
        hv_node_null(top, "code");
    hv_node_text(top, "url", drill->url.len ? hv_buf_str(&drill->url) : NULL);
    list = hv_node_list(top, "steps");
    for (int i = 0; i < HV_DRILL_STEPS; i++) {
        enum hv_drill_step step = (enum hv_drill_step)i;
        struct hv_node *node = hv_node_object(list, NULL);

        hv_node_text(node, "step", hv_drill_step_word(step));
        if (is_held)
            hv_node_bool(node, "pass", drill->result.passed >> i & 1);
        else
            hv_node_null(node, "pass");
        hv_node_text(node, "what", hv_drill_step_sentence(step));
    }
    if (is_held)
        hv_node_bool(top, "pass", drill->result.passed == HV_DRILL_ALL);
}

static enum hv_status
refuse_production(const struct hv_profile *profile, struct hv_error *err)
{
    hv_fail(err, HV_ERR_REFUSED,
            "'%s' is a production profile, and a drill ends a person's token",
            profile->name);
    hv_hint(err, "hold it against the sandbox or PPE: give --profile");
    return HV_ERR_REFUSED;
}

enum hv_status
cmd_maint_drill(struct hv_cmd *cmd, struct hv_error *err)
{
    struct drill drill = { .cmd = cmd };
    bool is_dry = hv_cmd_is_dry(cmd);
    enum hv_status st = hv_session_profile(cmd->session, &drill.profile, err);

    if (!st && drill.profile->env == HV_ENV_PROD)
        st = refuse_production(drill.profile, err);
    if (!st)
        st = prepare(&drill, err);
    if (!st && !is_dry)
        st = hold(&drill, err);
    if (!st) {
        tell(&drill, !is_dry);
        cmd_dry(cmd, hv_out_top(cmd->out));
        if (!is_dry && drill.result.passed != HV_DRILL_ALL)
            st = hv_fail(
                err, HV_ERR_VERIFY, "%d of %d steps of the drill did not pass",
                HV_DRILL_STEPS - hv_drill_count(&drill.result), HV_DRILL_STEPS);
    }
    hv_buf_release(&drill.url);
    return st;
}
