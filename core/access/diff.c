/*
 * diff.c - two pictures of the same records compared, and what new rules would
 * do to one. Pure. Fact: authorization-rules
 */
#include "hvconsole/access.h"
#include "hvconsole/names.h"

#include <stdlib.h>
#include <string.h>

/* ---- two pictures ---- */

static int
compare_rows(const void *a, const void *b)
{
    const struct hv_access_row *one = *(const struct hv_access_row *const *)a;
    const struct hv_access_row *other = *(const struct hv_access_row *const *)b;
    int order = hv_guid_compare(&one->record, &other->record);

    return order ? order : hv_guid_compare(&one->person, &other->person);
}

static const struct hv_access_row **
sorted(const struct hv_access *access)
{
    const struct hv_access_row **rows =
        hv_calloc(access->len + 1, sizeof(struct hv_access_row *));

    for (size_t i = 0; i < access->len; i++)
        rows[i] = &access->rows[i];
    qsort(rows, access->len, sizeof(struct hv_access_row *), compare_rows);
    return rows;
}

static void
tell_type(const struct hv_access_row *before, const struct hv_access_row *after,
          const struct hv_guid *type, hv_change_fn fn, void *arg)
{
    const struct hv_permission *was =
        hv_permission_find(&before->permissions, type);
    const struct hv_permission *is =
        hv_permission_find(&after->permissions, type);
    struct hv_access_change change = {
        .kind = HV_CHANGE_RIGHTS,
        .before = before,
        .after = after,
        .type = *type,
    };

    if (was)
        change.was = *was;
    if (is)
        change.is = *is;
    if (change.was.online != change.is.online ||
        change.was.offline != change.is.offline)
        fn(arg, &change);
}

static void
compare_pair(const struct hv_access_row *before,
             const struct hv_access_row *after, hv_change_fn fn, void *arg)
{
    struct hv_access_change change = { .kind = HV_CHANGE_ACTION,
                                       .before = before,
                                       .after = after };

    if (before->action != after->action ||
        strcmp(before->action_text, after->action_text) ||
        before->is_expired != after->is_expired)
        fn(arg, &change);
    if (before->reach == HV_REACH_NOT_READ || after->reach == HV_REACH_NOT_READ)
        return;
    for (size_t i = 0; i < before->permissions.len; i++)
        tell_type(before, after, &before->permissions.items[i].type, fn, arg);
    for (size_t i = 0; i < after->permissions.len; i++) {
        const struct hv_guid *type = &after->permissions.items[i].type;

        if (!hv_permission_find(&before->permissions, type))
            tell_type(before, after, type, fn, arg);
    }
}

void
hv_access_diff(const struct hv_access *before, const struct hv_access *after,
               hv_change_fn fn, void *arg)
{
    const struct hv_access_row **old = sorted(before), **new = sorted(after);
    size_t i = 0, k = 0;

    while (i < before->len || k < after->len) {
        int order = i == before->len  ? 1
                    : k == after->len ? -1
                                      : compare_rows(&old[i], &new[k]);
        struct hv_access_change change = {
            .kind = order < 0 ? HV_CHANGE_GONE : HV_CHANGE_NEW,
            .before = order < 0 ? old[i] : NULL,
            .after = order > 0 ? new[k] : NULL,
        };

        if (order)
            fn(arg, &change);
        else
            compare_pair(old[i], new[k], fn, arg);
        i += order <= 0;
        k += order >= 0;
    }
    free(old);
    free(new);
}

/* ---- new rules ---- */

/* Only these two come from rules; the others have causes of their own. */
static bool
is_by_rules(enum hv_auth_action action)
{
    return action == HV_AUTH_NONE || action == HV_AUTH_REAUTH_REQUIRED;
}

enum hv_auth_action
hv_access_predict(const struct hv_access_row *row,
                  const struct hv_rules *online, const struct hv_rules *offline)
{
    const struct hv_thing_type *type;

    if (row->reach != HV_REACH_ANSWERED || !is_by_rules(row->action))
        return row->action;
    for (size_t i = 0; (type = hv_thing_type_at(i)); i++) {
        const struct hv_permission *has =
            hv_permission_find(&row->permissions, &type->id);

        if (hv_rules_demand(online, &type->id) & ~(has ? has->online : 0u))
            return HV_AUTH_REAUTH_REQUIRED;
        if (hv_rules_demand(offline, &type->id) & ~(has ? has->offline : 0u))
            return HV_AUTH_REAUTH_REQUIRED;
    }
    return HV_AUTH_NONE;
}
