/*
 * plan.c - what makes the subscriptions that are there into those of a file.
 * Pure. Called by `sub diff` and `sub apply`, which does it.
 */
#include "hvconsole/subfile.h"

#include <stdlib.h>
#include <string.h>

const char *
hv_sub_act_word(enum hv_sub_act act)
{
    static const char *const words[] = {
        [HV_SUB_SAME] = "same",
        [HV_SUB_CREATE] = "create",
        [HV_SUB_UPDATE] = "update",
        [HV_SUB_EXTRA] = "extra",
    };

    return (unsigned)act < HV_LEN(words) ? words[act] : "";
}

static bool
is_equal(const struct hv_sub *a, const struct hv_sub *b)
{
    uint8_t x[32], y[32];

    hv_sub_hash(a, x);
    hv_sub_hash(b, y);
    return memcmp(x, y, sizeof(x)) == 0;
}

/* The one that nobody has taken yet and that is @want, by id or by content. */
static size_t
find_free(const struct hv_sub *want, const struct hv_sub_list *have,
          const bool *is_taken, bool by_id)
{
    for (size_t i = 0; i < have->len; i++) {
        if (is_taken[i])
            continue;
        if (by_id ? !hv_guid_is_zero(&want->id) &&
                        hv_guid_equal(&have->items[i].id, &want->id)
                  : is_equal(&have->items[i], want))
            return i;
    }
    return have->len;
}

size_t
hv_sub_plan(const struct hv_sub_list *want, const struct hv_sub_list *have,
            struct hv_sub_step **out)
{
    bool *is_taken = hv_calloc(have->len + 1, sizeof(*is_taken));
    struct hv_sub_step *steps =
        hv_calloc(want->len + have->len + 1, sizeof(*steps));
    size_t len = want->len;

    /* Ids first, whatever stands where: an equal one may be somebody else's. */
    for (int by_id = 1; by_id >= 0; by_id--) {
        for (size_t i = 0; i < want->len; i++) {
            size_t at;

            steps[i].want = &want->items[i];
            if (steps[i].have)
                continue;
            at = find_free(&want->items[i], have, is_taken, by_id);
            if (at == have->len)
                continue;
            is_taken[at] = true;
            steps[i].have = &have->items[at];
        }
    }
    for (size_t i = 0; i < want->len; i++)
        steps[i].act = !steps[i].have                           ? HV_SUB_CREATE
                       : is_equal(steps[i].want, steps[i].have) ? HV_SUB_SAME
                                                                : HV_SUB_UPDATE;
    for (size_t i = 0; i < have->len; i++) {
        if (!is_taken[i])
            steps[len++] = (struct hv_sub_step){ .act = HV_SUB_EXTRA,
                                                 .have = &have->items[i] };
    }
    free(is_taken);
    if (!len) {
        free(steps);
        steps = NULL;
    }
    *out = steps;
    return len;
}
