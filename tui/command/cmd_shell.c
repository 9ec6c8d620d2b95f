/*
 * cmd_shell.c - `shell targets|returns|url|decode|lint`. Called through the
 * table. No network; without a profile it works as well.
 */
#include "tui/command/cmd_lint.h"
#include "tui/command/cmd_shell.h"
#include "tui/command/nouns/shell.h"

#include "hvconsole/text.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

const struct hv_column target_columns[] = {
    { "target", "TARGET", HV_COL_NAME },
    { "purpose", "PURPOSE", 0 },
    { "required", "REQUIRED", 0 },
    { "optional", "OPTIONAL", HV_COL_WIDE },
    { "returns", "RETURNS", HV_COL_WIDE },
    { "ending", "ENDS IN", HV_COL_WIDE },
    { "described", "DESCRIBED", 0 },
    { "offered", "OFFERED", HV_COL_HIDDEN },
    { "params", "PARAMETERS", HV_COL_HIDDEN },
    { 0 },
};

const struct hv_column return_columns[] = {
    { "target", "TARGET", HV_COL_NAME },
    { "when", "WHEN", 0 },
    { "token", "TOKEN", 0 },
    { "duty", "THE APPLICATION MUST", 0 },
    { 0 },
};

const struct hv_column finding_columns[] = {
    { "severity", "SEVERITY", HV_COL_PAINT },
    { "id", "ID", HV_COL_NAME },
    { "at", "AT", HV_COL_RIGHT },
    { "length", "LENGTH", HV_COL_WIDE },
    { "message", "WHAT", 0 },
    { "meaning", "WHY", HV_COL_WIDE },
    { "advice", "WHAT TO DO", 0 },
    { 0 },
};

/* ---- the tables ---- */

static void
tell_words(struct hv_node *node, const char *key, const char *words)
{
    struct hv_node *list = hv_node_list(node, key);
    char copy[256], *save;

    (void)hv_copy(copy, sizeof(copy), words);
    for (char *word = strtok_r(copy, " ", &save); word;
         word = strtok_r(NULL, " ", &save))
        hv_node_text(list, NULL, word);
}

static void
tell_param(struct hv_node *list, const struct hv_shell_param *param,
           bool is_common)
{
    struct hv_node *node = hv_node_object(list, NULL);

    hv_node_text(node, "name", param->name);
    hv_node_text(node, "domain", hv_shell_domain_word(param->domain));
    hv_node_bool(node, "required", param->is_required);
    hv_node_bool(node, "common", is_common);
    hv_node_text(node, "note", param->note);
}

static void
tell_target(struct hv_node *node, const struct hv_shell_target *target)
{
    struct hv_node *list;

    hv_node_text(node, "target", target->name);
    hv_node_text(node, "purpose", target->purpose);
    for (int required = 1; required >= 0; required--) {
        list = hv_node_list(node, required ? "required" : "optional");
        for (const struct hv_shell_param *p = target->params; p->name; p++) {
            if (p->is_required == (bool)required)
                hv_node_text(list, NULL, p->name);
        }
    }
    tell_words(node, "returns", target->returns);
    hv_node_text(node, "ending", target->ending);
    hv_node_text(node, "described", target->is_later ? "later" : "first list");
    hv_node_bool(node, "offered", target->is_offered);
}

enum hv_status
cmd_shell_targets(struct hv_cmd *cmd, struct hv_error *err)
{
    const struct hv_shell_target *target;
    struct hv_node *node, *list;

    if (!cmd->args_len) {
        for (size_t i = 0; hv_shell_target_at(i); i++)
            tell_target(hv_out_item(cmd->out), hv_shell_target_at(i));
        hv_out_note(cmd->out, "Every target may also carry redirect, actionqs, "
                              "extrecordid, lcid or culture, aib, trm.");
        return HV_OK;
    }
    target = hv_shell_target_find(cmd->args[0]);
    if (!target) {
        hv_fail(err, HV_ERR_NOT_FOUND, "the Shell has no target '%s'",
                cmd->args[0]);
        for (size_t i = 0; hv_shell_target_at(i); i++) {
            if (hv_word_is_near(cmd->args[0], hv_shell_target_at(i)->name))
                hv_hint(err, "did you mean %s?", hv_shell_target_at(i)->name);
        }
        hv_hint(err, "see 'hvconsole shell targets'");
        return HV_ERR_NOT_FOUND;
    }
    node = hv_out_item(cmd->out);
    tell_target(node, target);
    list = hv_node_list(node, "params");
    for (const struct hv_shell_param *p = target->params; p->name; p++) {
        tell_param(list, p, false);
        hv_out_note(cmd->out, "%-18s %s%s; %s", p->name,
                    p->is_required ? "required, " : "",
                    hv_shell_domain_word(p->domain), p->note);
    }
    for (const struct hv_shell_param *p = hv_shell_common_params(); p->name;
         p++) {
        if (hv_shell_param_find(target, p->name) != p)
            continue;
        tell_param(list, p, true);
        hv_out_note(cmd->out, "%-18s %s; %s", p->name,
                    hv_shell_domain_word(p->domain), p->note);
    }
    return HV_OK;
}

enum hv_status
cmd_shell_returns(struct hv_cmd *cmd, struct hv_error *err)
{
    (void)err;
    for (size_t i = 0; hv_shell_return_at(i); i++) {
        const struct hv_shell_return *row = hv_shell_return_at(i);
        struct hv_node *node = hv_out_item(cmd->out);

        hv_node_text(node, "target", row->name);
        hv_node_text(node, "when", row->when);
        hv_node_bool(node, "token", row->has_token);
        hv_node_text(node, "duty", row->duty);
    }
    return HV_OK;
}

/* ---- findings ---- */

static void
tell_finding(struct hv_node *node, const struct hv_finding *finding)
{
    lint_tell(node, finding);
    hv_node_int(node, "at", (int64_t)finding->at);
    hv_node_int(node, "length", (int64_t)finding->len);
}

static void
tell_findings(struct hv_node *node, const struct hv_findings *findings)
{
    struct hv_node *list = hv_node_list(node, "findings");

    for (size_t i = 0; i < findings->len; i++)
        tell_finding(hv_node_object(list, NULL), &findings->items[i]);
}

const struct hv_profile *
shell_profile(struct hv_cmd *cmd)
{
    const struct hv_profile *profile = NULL;

    return hv_session_profile(cmd->session, &profile, NULL) == HV_OK ? profile
                                                                     : NULL;
}

/* ---- composing ---- */

/* One flag that is a parameter; others are left alone. */
static enum hv_status
take_flag(const struct hv_given *given, struct hv_shell_pairs *pairs,
          struct hv_error *err)
{
    static const struct {
        const char *flag, *name;
    } rows[] = {
        { "--record", "extrecordid" },
        { "--actionqs", "actionqs" },
        { "--redirect", "redirect" },
    };
    const char *sign = strchr(given->value, '=');
    char name[64];

    for (size_t i = 0; i < HV_LEN(rows); i++) {
        if (!strcmp(given->flag->name, rows[i].flag))
            hv_shell_pairs_add(pairs, rows[i].name, given->value);
    }
    if (strcmp(given->flag->name, "--param") &&
        strcmp(given->flag->name, "--outside"))
        return HV_OK;
    if (!sign || sign == given->value ||
        (size_t)(sign - given->value) >= sizeof(name))
        return hv_fail(err, HV_ERR_USAGE, "%s wants NAME=VALUE, not '%s'",
                       given->flag->name, given->value);
    memcpy(name, given->value, (size_t)(sign - given->value));
    name[sign - given->value] = '\0';
    hv_shell_pairs_add(pairs, name, sign + 1);
    pairs->items[pairs->len - 1].is_outside =
        !strcmp(given->flag->name, "--outside");
    return HV_OK;
}

static bool
wants_appid(const char *target, const struct hv_shell_pairs *pairs)
{
    const struct hv_shell_target *known = hv_shell_target_find(target);
    const struct hv_shell_param *param =
        known ? hv_shell_param_find(known, "appid") : NULL;

    /* APPREDIRECT's appid is the other application. */
    return param && param->is_required && strcmp(known->name, "APPREDIRECT") &&
           !hv_shell_pairs_get(pairs, "appid");
}

static enum hv_status
take_pairs(struct hv_cmd *cmd, const struct hv_profile *profile,
           struct hv_shell_pairs *pairs, struct hv_error *err)
{
    struct hv_shell_pairs given = { 0 };
    enum hv_status st = HV_OK;
    char id[HV_GUID_TEXT];

    for (int i = 0; !st && i < cmd->given_len; i++)
        st = take_flag(&cmd->given[i], &given, err);
    if (!st && profile && wants_appid(cmd->args[0], &given)) {
        hv_guid_format(&profile->app_id, id);
        hv_shell_pairs_add(pairs, "appid", id);
    }
    for (size_t i = 0; !st && i < given.len; i++) {
        hv_shell_pairs_add(pairs, given.items[i].name, given.items[i].value);
        pairs->items[pairs->len - 1].is_outside = given.items[i].is_outside;
    }
    hv_shell_pairs_release(&given);
    return st;
}

static enum hv_status
draw_qr(struct hv_cmd *cmd, const char *url, struct hv_error *err)
{
    struct hv_qr qr = { 0 };
    enum hv_status st = hv_qr_make(url, &qr, err);

    if (!st)
        st = hv_out_qr(cmd->out, &qr, err);
    hv_qr_release(&qr);
    return st;
}

enum hv_status
cmd_shell_url(struct hv_cmd *cmd, struct hv_error *err)
{
    const char *base = hv_cmd_text(cmd, "--shell");
    const struct hv_profile *profile = NULL;
    struct hv_shell_pairs pairs = { 0 };
    struct hv_shell_home home = { 0 };
    struct hv_shell_url decoded = { 0 };
    struct hv_buf url = { 0 };
    enum hv_status st = HV_OK;

    if (base)
        profile = shell_profile(cmd);
    else
        st = hv_session_profile(cmd->session, &profile, err);
    if (!st)
        st = take_pairs(cmd, profile, &pairs, err);
    if (!st && !base) {
        base = profile->shell;
        home.profile = profile;
    }
    if (!st)
        st = hv_shell_compose(base, cmd->args[0], &pairs,
                              home.profile && profile->env == HV_ENV_PROD, &url,
                              err);
    if (!st)
        st = hv_shell_decode(hv_buf_bytes(&url), &home, &decoded, err);
    if (!st && hv_cmd_has(cmd, "--qr"))
        st = draw_qr(cmd, hv_buf_str(&url), err);
    if (!st) {
        hv_node_text(hv_out_top(cmd->out), "url", hv_buf_str(&url));
        tell_findings(hv_out_top(cmd->out), &decoded.findings);
    }
    hv_shell_url_release(&decoded);
    hv_shell_pairs_release(&pairs);
    hv_buf_release(&url);
    return st;
}

/* ---- taking apart ---- */

enum hv_status
shell_decode(const char *text, const struct hv_shell_home *home,
             struct hv_shell_url *out, struct hv_error *err)
{
    struct hv_buf input = { 0 };
    enum hv_status st;

    if (strcmp(text, "-"))
        return hv_shell_decode(hv_bytes_str(text), home, out, err);
    st = cmd_input("-", 64 * 1024, "the URL", &input, err);
    if (!st)
        st = hv_shell_decode(hv_buf_bytes(&input), home, out, err);
    hv_buf_release(&input);
    return st;
}

static enum hv_status
take_url(struct hv_cmd *cmd, struct hv_shell_url *out, struct hv_error *err)
{
    struct hv_shell_home home = { 0 };
    enum hv_status st = HV_OK;

    /* Held against a profile only when one was named. */
    if (cmd->session->globals.profile[0])
        st = hv_session_profile(cmd->session, &home.profile, err);
    return st ? st : shell_decode(cmd->args[0], &home, out, err);
}

static const char *
environment(struct hv_cmd *cmd, const struct hv_shell_url *url)
{
    const struct hv_config *config = &cmd->session->config;

    if (url->instance)
        return hv_env_word(url->instance->env);
    if (url->kind == HV_SHELL_REDIRECT && url->host[0] &&
        hv_session_config(cmd->session, NULL) == HV_OK) {
        for (size_t i = 0; i < config->len; i++) {
            size_t len = strlen(config->profiles[i].shell);

            if (len && !strncasecmp(url->base, config->profiles[i].shell, len))
                return hv_env_word(config->profiles[i].env);
        }
    }
    return "unknown";
}

enum hv_status
cmd_shell_decode(struct hv_cmd *cmd, struct hv_error *err)
{
    static const char *const kinds[] = { "unknown", "redirect", "return" };
    struct hv_shell_url url;
    struct hv_node *top, *node;
    enum hv_status st = take_url(cmd, &url, err);

    if (st)
        return st;
    top = hv_out_top(cmd->out);
    hv_node_text(top, "kind", kinds[url.kind]);
    hv_node_text(top, "environment", environment(cmd, &url));
    hv_node_text(top, "instance", url.instance ? url.instance->name : NULL);
    hv_node_text(top, "base", url.base);
    hv_node_text(top, "target", url.target[0] ? url.target : NULL);
    hv_node_text(top, "purpose",
                 url.known          ? url.known->purpose
                 : url.known_return ? url.known_return->when
                                    : NULL);
    hv_node_text(top, "targetqs", url.inner[0] ? url.inner : NULL);
    node = hv_node_object(top, "params");
    for (size_t i = 0; i < url.pairs.len; i++) {
        /* The last of a name counts. */
        if (hv_shell_pairs_get(&url.pairs, url.pairs.items[i].name) ==
            url.pairs.items[i].value)
            hv_node_text(node, url.pairs.items[i].name,
                         url.pairs.items[i].value);
    }
    if (url.known)
        tell_words(top, "returns", url.known->returns);
    if (url.known_return)
        hv_node_text(top, "duty", url.known_return->duty);
    tell_findings(top, &url.findings);
    hv_shell_url_release(&url);
    return HV_OK;
}

enum hv_status
cmd_shell_lint(struct hv_cmd *cmd, struct hv_error *err)
{
    struct hv_shell_url url;
    enum hv_severity worst;
    enum hv_status st = take_url(cmd, &url, err);

    if (st)
        return st;
    for (size_t i = 0; i < url.findings.len; i++)
        tell_finding(hv_out_item(cmd->out), &url.findings.items[i]);
    worst = hv_findings_worst(&url.findings);
    if (!url.findings.len)
        hv_out_note(cmd->out, "Nothing to say against it.");
    hv_shell_url_release(&url);
    return worst > HV_INFO ? HV_ERR_FINDINGS : HV_OK;
}
