/*
 * retire.c - a replaced key is wiped when everything says that it may go, or
 * when a person insists. Called by `key retire`. The platform is asked just
 * before, and the keystore looked at again under its lock.
 */
#include "core/rotate/drain_in.h"
#include "hvconsole/clock.h"

struct retirement {
    const struct hv_guid *sub;
    const struct hv_key_version *version;
    bool force;
};

/* These two no person can overrule: wiping them would refuse what is genuine
 * from now on. */
static bool
is_final(enum hv_retire_rule rule)
{
    return rule == HV_RETIRE_STATE || rule == HV_RETIRE_SHOWN;
}

static enum hv_status
fail_rule(const struct hv_drain_row *row, enum hv_retire_rule rule,
          struct hv_error *err)
{
    hv_fail(err, HV_ERR_RULE, "version %s cannot be retired: %s",
            row->version.id, row->checks[rule].text);
    if (!is_final(rule))
        hv_hint(err, "see `key drain`; --force wipes it all the same");
    else if (rule == HV_RETIRE_SHOWN)
        hv_hint(err, "rotate the subscription first");
    return HV_ERR_RULE;
}

static enum hv_status
edit_retire(struct hv_keyring *ring, void *arg, struct hv_error *err)
{
    const struct retirement *r = arg;
    struct hv_key *key = hv_keyring_find(ring, r->sub, r->version);
    const struct hv_key_sub *record = hv_keyring_sub(ring, r->sub);

    if (!key || key->state != HV_KEY_ACCEPTED ||
        (!r->force && record && record->intent != HV_INTENT_NONE))
        return hv_fail(err, HV_ERR_RULE,
                       "version %s was changed by another program meanwhile",
                       r->version->id);
    hv_keyring_retire(key, hv_clock_now_ms());
    return HV_OK;
}

static enum hv_status
find_row(const struct hv_rotate_ctx *ctx, const struct retirement *r,
         struct hv_drain_row *out, struct hv_error *err)
{
    struct hv_drain_model model;
    char id[HV_GUID_TEXT];
    bool is_found = false;
    enum hv_status st = hv_drain_read(ctx->ks, ctx->store, r->sub, &model, err);

    if (st)
        return st;
    for (size_t i = 0; i < model.len && !is_found; i++) {
        is_found = hv_key_version_equal(&model.rows[i].version, r->version);
        if (is_found)
            *out = model.rows[i];
    }
    hv_drain_release(&model);
    if (is_found)
        return HV_OK;
    if (hv_keyring_find(hv_keystore_ring(ctx->ks), r->sub, r->version))
        return hv_fail(err, HV_ERR_RULE, "version %s is retired already",
                       r->version->id);
    hv_guid_format(r->sub, id);
    return hv_fail(err, HV_ERR_NOT_FOUND, "subscription %s has no version %s",
                   id, r->version->id);
}

static enum hv_status
ask_platform(const struct hv_rotate_ctx *ctx, const struct retirement *r,
             struct drain_case *c, struct hv_error *err)
{
    struct hv_platform_ops ops = rotate_ops(ctx);
    struct hv_sub shown = { 0 };
    enum hv_status st = rotate_read(ctx, r->sub, &shown, err);

    if (st)
        return st;
    c->is_asked = true;
    c->is_shown_current = !hv_guid_is_zero(&shown.id) &&
                          hv_key_version_equal(&shown.version, r->version);
    c->date_at_ms = hv_clock_now_ms();
    c->date_ms = ops.date_ms ? ops.date_ms(ops.arg) : 0;
    hv_sub_release(&shown);
    return HV_OK;
}

enum hv_status
hv_retire(const struct hv_rotate_ctx *ctx, const struct hv_guid *sub,
          const struct hv_key_version *version, bool force, bool is_dry,
          struct hv_drain_row *out, struct hv_error *err)
{
    struct retirement r = { sub, version, force };
    struct drain_case c;
    enum hv_status st;

    *out = (struct hv_drain_row){ 0 };
    st = find_row(ctx, &r, out, err);
    if (st)
        return st;
    c = drain_case_of(ctx->ks,
                      hv_keyring_find(hv_keystore_ring(ctx->ks), sub, version),
                      hv_clock_now_ms());
    st = ask_platform(ctx, &r, &c, force ? NULL : err);
    if (st && !force)
        return st;
    drain_judge(out, &c);
    for (size_t i = 0; i < HV_RETIRE_RULES; i++) {
        if (out->checks[i].verdict == HV_RETIRE_NOT_OK &&
            (!force || is_final((enum hv_retire_rule)i)))
            return fail_rule(out, (enum hv_retire_rule)i, err);
    }
    return is_dry ? HV_OK : hv_keystore_edit(ctx->ks, edit_retire, &r, err);
}
