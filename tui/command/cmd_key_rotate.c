/*
 * cmd_key_rotate.c - `key rotate`: who, what it means in numbers, and the
 * question. Called through the table. What comes after a yes is cmd_key_job.c.
 */
#include "tui/command/cmd_key.h"
#include "tui/command/nouns/key.h"

#include "hvconsole/clock.h"

#include <stdio.h>
#include <string.h>

static enum hv_status
read_options(struct hv_cmd *cmd, struct hv_rotation_options *out,
             struct hv_error *err)
{
    const char *pace = hv_cmd_text(cmd, "--pace");
    int64_t canary;
    enum hv_status st =
        hv_cmd_int(cmd, "--canary", 1, HV_MAX_SUBS, 0, &canary, err);

    *out = (struct hv_rotation_options){
        .canary = st ? 0 : (int)canary,
        .is_compromised = hv_cmd_has(cmd, "--compromised"),
        .without_listener = hv_cmd_has(cmd, "--without-listener"),
    };
    if (!st && pace && hv_duration_parse(pace, &out->pace_ms))
        st = hv_fail(err, HV_ERR_USAGE,
                     "--pace wants a duration such as 30s or 5m, not '%s'",
                     pace);
    return st;
}

/* Which subscriptions: those named, or with --all every live one. */
static enum hv_status
choose(struct hv_cmd *cmd, struct hv_guid *subs, size_t *len,
       struct hv_error *err)
{
    bool is_all = hv_cmd_has(cmd, "--all");
    struct hv_keystore *ks;
    enum hv_status st;

    *len = 0;
    if (is_all == (cmd->args_len > 0))
        return hv_fail(err, HV_ERR_USAGE,
                       "'key rotate' needs SUB... or --all, and not both");
    st = hv_session_keystore(cmd->session, &ks, err);
    for (int i = 0; !st && i < cmd->args_len; i++)
        st = hv_keyring_resolve_sub(hv_keystore_ring(ks), cmd->args[i],
                                    &subs[(*len)++], err);
    return st;
}

static void HV_PRINTF(3, 4) say(char *text, size_t size, const char *fmt, ...)
{
    size_t len = strlen(text);
    va_list args;

    va_start(args, fmt);
    vsnprintf(text + len, size - len, fmt, args);
    va_end(args);
}

static const char *
s_of(int64_t count)
{
    return count == 1 ? "" : "s";
}

/* The impact in numbers, above the prompt. */
static void
put_question(const struct hv_rotation *job,
             const struct hv_rotation_impact *impact, char *text, size_t size)
{
    char lasts[HV_AGE_TEXT];

    text[0] = '\0';
    say(text, size, "Give %zu subscription%s a new key? ", impact->subs,
        s_of((int64_t)impact->subs));
    if (job->is_compromised)
        say(text, size,
            "COMPROMISED: each old key is wiped as soon as the platform has "
            "the new one, and what it still repeats under the old one is "
            "refused for good: %lld message%s came with it in the last 24 h.",
            (long long)impact->uses_24h, s_of(impact->uses_24h));
    else
        say(text, size,
            "The old ones go on being accepted for 14 days, for what the "
            "platform still repeats; %lld message%s came with them in the "
            "last 24 h.",
            (long long)impact->uses_24h, s_of(impact->uses_24h));
    if (impact->open)
        say(text, size, " %zu go%s on with the key of an open rotation.",
            impact->open, impact->open == 1 ? "es" : "");
    if (impact->adopted)
        say(text, size,
            " %zu moved elsewhere, to another key of ours: that one becomes "
            "active first.",
            impact->adopted);
    if (impact->critical && job->is_compromised)
        say(text, size,
            " CRITICAL: the platform signs %zu with a key that is not here; "
            "ours is announced over it.",
            impact->critical);
    else if (impact->critical)
        say(text, size,
            " CRITICAL: the platform signs %zu with a key that is not here; "
            "left as it is, --compromised takes it back.",
            impact->critical);
    if (impact->full)
        say(text, size, " %zu have too many keys: retire one first.",
            impact->full);
    hv_age_format(impact->lasts_ms, lasts);
    if (impact->lasts_ms)
        say(text, size, " At this pace it takes at least %s.", lasts);
    if (job->canary)
        say(text, size,
            " The first %d prove%s the new key before the others follow.",
            job->canary, job->canary == 1 ? "s" : "");
}

static enum hv_status
ask_and_run(struct hv_cmd *cmd, struct hv_rotate_ctx *ctx,
            struct hv_rotation *job, const struct hv_rotation_impact *impact,
            struct hv_error *err)
{
    char question[1024];
    enum hv_status st;

    put_question(job, impact, question, sizeof(question));
    st = job->is_compromised ? key_confirm_typed(cmd, question, err)
                             : hv_cmd_confirm(cmd, err, "%s", question);
    if (!st)
        st = hv_rotation_start(ctx, job, err);
    return st ? st : key_run(cmd, ctx, job, err);
}

static void
impact_tell(struct hv_node *top, const struct hv_rotation_impact *impact)
{
    struct hv_node *node = hv_node_object(top, "impact");

    hv_node_int(node, "subs", (int64_t)impact->subs);
    hv_node_int(node, "open", (int64_t)impact->open);
    hv_node_int(node, "adopted", (int64_t)impact->adopted);
    hv_node_int(node, "critical", (int64_t)impact->critical);
    hv_node_int(node, "full", (int64_t)impact->full);
    hv_node_int(node, "uses_24h", impact->uses_24h);
    hv_node_int(node, "lasts_s", impact->lasts_ms / 1000);
    hv_node_bool(node, "listener", impact->is_listener_up);
}

enum hv_status
cmd_key_rotate(struct hv_cmd *cmd, struct hv_error *err)
{
    struct hv_guid subs[HV_MAX_WORDS];
    struct hv_rotation_options options;
    struct hv_rotation_impact impact;
    struct hv_rotate_ctx ctx;
    struct hv_rotation job;
    size_t len;
    enum hv_status st = choose(cmd, subs, &len, err);

    if (!st)
        st = read_options(cmd, &options, err);
    if (!st)
        st = hv_session_rotate_ctx(cmd->session, &ctx, err);
    if (!st)
        st = hv_rotation_plan(&ctx, subs, len, &options, &job, &impact, err);
    if (!st && hv_cmd_is_dry(cmd)) {
        key_job_tell(cmd, &job);
        impact_tell(hv_out_top(cmd->out), &impact);
        return HV_OK;
    }
    return st ? st : ask_and_run(cmd, &ctx, &job, &impact, err);
}
