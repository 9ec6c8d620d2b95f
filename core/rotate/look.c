/*
 * look.c - what the platform signs with that is not as the keystore has it.
 * Called by `key doctor`. Looks only: sub list and key rotate settle it.
 */
#include "core/rotate/rotate_in.h"

#include <stdlib.h>

/* Being created by somebody at this moment, or by a run that ended: `sub list`
 * takes it over. */
static bool
is_draft(const struct hv_keyring *ring, const struct hv_sub_list *list,
         const struct hv_sub *sub)
{
    for (size_t i = 0; i < ring->subs_len; i++) {
        if (ring->subs[i].status == HV_SUB_DRAFT &&
            rotate_draft_made(ring, &ring->subs[i].sub, list) == sub)
            return true;
    }
    return false;
}

static bool
look_at(const struct hv_keyring *ring, const struct hv_sub_list *list,
        const struct hv_sub *sub, struct hv_sub_trouble *out)
{
    static const struct rotate_complaint stranger = {
        .is_critical = true,
        .word = "not-here",
        .hint = "the platform lists a subscription that this keystore does not "
                "have: get its key from whoever made it (key import)",
    };
    const struct rotate_complaint *complaint =
        hv_keyring_sub(ring, &sub->id)
            ? rotate_complaint(rotate_shown(ring, &sub->id, sub))
            : &stranger;

    if (!complaint || (complaint == &stranger && is_draft(ring, list, sub)))
        return false;
    *out = (struct hv_sub_trouble){
        .sub = sub->id,
        .version = sub->version,
        .is_critical = complaint->is_critical,
        .word = complaint->word,
        .advice = complaint->hint,
    };
    return true;
}

enum hv_status
hv_sub_troubles(const struct hv_rotate_ctx *ctx, struct hv_sub_trouble **out,
                size_t *len, struct hv_error *err)
{
    struct hv_platform_ops ops = rotate_ops(ctx);
    struct hv_sub_list list = { 0 };
    bool changed;
    enum hv_status st = ops.get_subs(ops.arg, &list, err);

    *out = NULL;
    *len = 0;
    /* An older ring would take a key that was just rotated for a stranger's. */
    if (!st)
        st = hv_keystore_refresh(ctx->ks, &changed, err);
    if (!st && list.len)
        *out = hv_calloc(list.len, sizeof(**out));
    for (size_t i = 0; !st && i < list.len; i++)
        *len += look_at(hv_keystore_ring(ctx->ks), &list, &list.items[i],
                        &(*out)[*len]);
    hv_sub_list_release(&list);
    return st;
}
