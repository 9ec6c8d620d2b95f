/*
 * cmd_status.c - `status`: everything on this machine in one look. Called
 * through the table; local facts only.
 */
#include "tui/command/nouns/program.h"
#include "tui/command/model.h"

#include <string.h>

/* --exit-code speaks up for what wants a person, not for news. */
static bool
needs_attention(const struct hv_status_model *model)
{
    for (size_t i = 0; i < model->attention_len; i++) {
        if (strcmp(model->attention[i].severity, "info"))
            return true;
    }
    return false;
}

static void
tell_processes(struct hv_node *top, const struct hv_status_model *model)
{
    struct hv_node *listener = hv_node_object(top, "listener");
    struct hv_node *sandbox;

    hv_node_bool(listener, "running", model->listener_running);
    hv_node_text(listener, "listening",
                 model->listener_running ? model->listener_url : NULL);
    if (model->listener_running) {
        hv_node_int(listener, "pid", model->listener_pid);
        hv_node_int(listener, "generation", model->listener_generation);
        hv_node_text(listener, "health", model->listener_health);
        hv_node_time(listener, "started", model->listener_started_ms);
    } else {
        hv_node_null(listener, "pid");
        hv_node_null(listener, "generation");
    }
    sandbox = hv_node_object(top, "sandbox");
    hv_node_bool(sandbox, "running", model->sandbox_running);
    hv_node_text(sandbox, "listening",
                 model->sandbox_running ? model->sandbox_url : NULL);
    if (model->sandbox_running)
        hv_node_int(sandbox, "pid", model->sandbox_pid);
    else
        hv_node_null(sandbox, "pid");
}

static void
tell_keys(struct hv_node *top, const struct hv_status_model *model)
{
    struct hv_node *keys;

    if (strcmp(model->keystore_state, "open")) {
        hv_node_null(top, "keys");
        return;
    }
    keys = hv_node_object(top, "keys");
    hv_node_int(keys, "active", model->keys_active);
    hv_node_int(keys, "accepted", model->keys_accepted);
    hv_node_int(keys, "pending", model->keys_pending);
    hv_node_int(keys, "retired", model->keys_retired);
    hv_node_int(keys, "safe", model->keys_safe);
}

/* For people only what there is; programs get every word. */
static void
tell_verdicts(struct hv_node *top, const struct hv_status_model *model,
              bool is_text)
{
    struct hv_node *node = NULL;

    for (int v = 0; v < HV_VERDICT_COUNT; v++) {
        if (is_text && !model->verdicts_24h[v])
            continue;
        if (!node)
            node = hv_node_object(top, "verdicts_24h");
        hv_node_int(node, hv_verdict_row((enum hv_verdict)v)->word,
                    model->verdicts_24h[v]);
    }
    if (!node)
        hv_node_null(top, "verdicts_24h");
}

static void
tell_all(struct hv_node *top, const struct hv_status_model *model, bool is_text)
{
    struct hv_node *node;

    hv_node_text(top, "profile", model->has_profile ? model->profile : NULL);
    hv_node_text(top, "env",
                 model->has_profile ? hv_env_word(model->env) : NULL);
    node = hv_node_object(top, "keystore");
    hv_node_text(node, "file", model->keystore_file);
    hv_node_text(node, "state", model->keystore_state);
    hv_node_int(node, "generation", (int64_t)model->keystore_generation);
    tell_processes(top, model);
    hv_node_time(top, "last_message", model->last_message_ms);
    tell_verdicts(top, model, is_text);
    tell_keys(top, model);
    node = hv_node_list(top, "attention");
    for (size_t i = 0; i < model->attention_len; i++) {
        struct hv_node *item = hv_node_object(node, NULL);

        hv_node_text(item, "severity", model->attention[i].severity);
        hv_node_text(item, "text", model->attention[i].text);
    }
}

enum hv_status
cmd_status(struct hv_cmd *cmd, struct hv_error *err)
{
    struct hv_status_model model;

    (void)err;
    hv_model_status(cmd->session, &model);
    tell_all(hv_out_top(cmd->out), &model, hv_out_is_text(cmd->out));
    if (hv_cmd_has(cmd, "--exit-code") && needs_attention(&model))
        return HV_ERR_FINDINGS;
    return HV_OK;
}
