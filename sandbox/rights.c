/*
 * rights.c - QueryPermissions and RemoveApplicationRecordAuthorization.
 * Called through the methods table. Fact: authorisation
 */
#include "sandbox/rights.h"

#include "hvconsole/names.h"

void
sb_add_permissions(struct sb_answer *answer, unsigned rights)
{
    static const struct {
        unsigned right;
        const char *word;
    } words[] = { { SB_MAY_READ, "Read" },
                  { SB_MAY_UPDATE, "Update" },
                  { SB_MAY_CREATE, "Create" },
                  { SB_MAY_DELETE, "Delete" } };

    if (rights == SB_MAY_ALL) {
        sb_add_element(answer, "permission", "All");
        return;
    }
    for (size_t i = 0; i < HV_LEN(words); i++)
        if (rights & words[i].right)
            sb_add_element(answer, "permission", words[i].word);
}

static void
add_avenue(struct sb_answer *answer, const char *name, unsigned rights)
{
    if (!rights)
        return;
    hv_buf_addf(&answer->info, "<%s>", name);
    sb_add_permissions(answer, rights);
    hv_buf_addf(&answer->info, "</%s>", name);
}

void
sb_add_type_rights(const struct sb_call *call, const struct sb_auth *auth,
                   const struct hv_guid *type)
{
    struct sb_ask ask = {
        .app = auth->app,
        .person = auth->person,
        .record = auth->record,
        .type = type,
        .now_ms = call->now_ms,
    };
    unsigned online;
    unsigned offline;

    ask.avenue = SB_ONLINE;
    online = sb_rights(call->platform, &ask);
    ask.avenue = SB_OFFLINE;
    offline = sb_rights(call->platform, &ask);
    if (!(online | offline))
        return;
    sb_add(call->answer, "<thing-type-permission>");
    sb_add_guid(call->answer, "thing-type-id", type);
    add_avenue(call->answer, "online-access-permissions", online);
    add_avenue(call->answer, "offline-access-permissions", offline);
    sb_add(call->answer, "</thing-type-permission>");
}

static struct sb_auth *
own_auth(const struct sb_call *call)
{
    const struct sb_platform *p = call->platform;

    return sb_auth_find(p, sb_app_index(p, call->app),
                        (size_t)(call->person - p->persons),
                        (size_t)(call->record - p->records));
}

int
sb_query_permissions(struct sb_call *call)
{
    const struct sb_auth *auth = own_auth(call);
    struct sb_walk walk = sb_walk_start(call->request->info);
    size_t count = 0;
    xmlNode *node;

    for (; (node = sb_walk_take(&walk, "thing-type-id")); count++) {
        struct hv_guid type;

        if (!sb_guid(node, &type))
            return sb_schema(call->answer, "a thing-type-id is not a guid");
        if (sb_type_family(&type) < 0)
            return sb_refuse(call->answer, SB_CODE_INVALID_TYPE,
                             "thing-type-id",
                             "thing-type-id: there is no such type");
        sb_add_type_rights(call, auth, &type);
    }
    if (count == 0 || !sb_walk_is_done(&walk))
        return sb_schema(call->answer, "info of QueryPermissions is not one "
                                       "thing-type-id or more");
    sb_add(call->answer, "<other-settings/>");
    return HV_CODE_OK;
}

int
sb_remove_authorization(struct sb_call *call)
{
    struct sb_walk walk = sb_walk_start(call->request->info);

    if (!sb_walk_is_done(&walk))
        return sb_schema(call->answer,
                         "info of RemoveApplicationRecordAuthorization is not "
                         "empty");
    sb_auth_revoke(call->platform, own_auth(call), call->now_ms);
    return HV_CODE_OK;
}
