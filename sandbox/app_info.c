/*
 * app_info.c - GetApplicationInfo: what is registered of the application, both
 * rule sets as they were given. And NewApplicationCreationInfo, the start of
 * an application on a device. Called through the methods table.
 * Fact: application-info
 */
#include "hvconsole/codec.h"
#include "hvconsole/names.h"
#include "sandbox/methods.h"

#include <string.h>

#define SHARED_SECRET 32 /* bytes: string64 of the schema holds 44 characters */
#define TOKEN_BYTES   150

static void
add_methods(struct sb_answer *answer, const struct sb_app *app)
{
    const struct sb_method *method;
    const char *last = "";

    sb_add(answer, "<methods>");
    for (size_t i = 0; (method = sb_method_at(i)); i++) {
        bool is_eventing = strstr(method->name, "Event") != NULL;

        if (strcmp(method->name, last) == 0 || (is_eventing && app->is_deaf))
            continue;
        if (last[0])
            sb_add(answer, ",");
        sb_add(answer, method->name);
        last = method->name;
    }
    sb_add(answer, "</methods>");
}

static void
add_rules(struct sb_answer *answer, const char *element,
          const struct sb_rules *rules)
{
    hv_buf_addf(&answer->info, "<%s>", element);
    sb_add(answer, rules->xml ? rules->xml : "");
    hv_buf_addf(&answer->info, "</%s>", element);
}

static void
add_persistent(struct sb_answer *answer, const struct sb_app *app)
{
    sb_add(answer, "<persistent-tokens>");
    sb_add_boolean(answer, "enabled", app->persistent_ttl_s > 0);
    if (app->persistent_ttl_s > 0)
        sb_add_number(answer, "token-ttl-seconds", app->persistent_ttl_s);
    sb_add(answer, "</persistent-tokens>");
}

static void
add_kind(const struct sb_call *call, const struct sb_app *app)
{
    const struct sb_app *master = sb_app_find(call->platform, &app->master);

    sb_add_element(call->answer, "app-type", app->is_soda ? "Soda" : "Web");
    if (!app->is_soda)
        return;
    sb_add_guid(call->answer, "master-app-id", &app->master);
    if (master)
        sb_add_element(call->answer, "master-app-name", master->name);
}

static void
add_application(const struct sb_call *call, const struct sb_app *app)
{
    struct sb_answer *answer = call->answer;

    sb_add(answer, "<application>");
    sb_add_guid(answer, "id", &app->id);
    sb_add_element(answer, "name", app->name);
    sb_add_boolean(answer, "app-auth-required", true);
    sb_add_boolean(answer, "restrict-app-users", false);
    sb_add_boolean(answer, "is-published", true);
    if (app->action_url[0])
        sb_add_element(answer, "action-url", app->action_url);
    add_persistent(answer, app);
    add_rules(answer, "person-online-base-auth-xml", &app->rules[SB_ONLINE]);
    add_rules(answer, "person-offline-base-auth-xml", &app->rules[SB_OFFLINE]);
    add_kind(call, app);
    sb_add_time(answer, "created-date", app->created_ms);
    sb_add_time(answer, "updated-date", app->updated_ms);
    add_methods(answer, app);
    sb_add(answer, "<supported-instances support-all-instances=\"false\">"
                   "<instance-id>1</instance-id></supported-instances>"
                   "</application>");
}

/* Names are there in one language: all-languages is read for its form. */
int
sb_get_application_info(struct sb_call *call)
{
    struct sb_walk walk = sb_walk_start(call->request->info);
    xmlNode *node = sb_walk_take(&walk, "all-languages");
    const struct sb_app *app = call->app;
    struct hv_guid child;
    bool value;
    bool is_good = !node || sb_boolean(node, &value);

    node = sb_walk_take(&walk, "child-app-id");
    is_good = is_good && (!node || sb_guid(node, &child));
    if (!is_good || !sb_walk_is_done(&walk))
        return sb_schema(call->answer, "info of GetApplicationInfo is not "
                                       "all-languages and child-app-id");
    if (node) {
        app = sb_app_find(call->platform, &child);
        if (!app || !hv_guid_equal(&app->master, &call->app->id))
            return sb_refuse(call->answer, HV_CODE_INVALID_APP, "child-app-id",
                             "child-app-id: it is no application of yours");
    }
    add_application(call, app);
    return HV_CODE_OK;
}

/* ----------------------------------------------- a new one on a device -- */

int
sb_new_application(struct sb_call *call)
{
    struct sb_platform *p = call->platform;
    struct sb_walk walk = sb_walk_start(call->request->info);
    const struct sb_app *master = sb_app_find(p, &call->request->app_id);
    struct hv_guid id = hv_guid_random();
    struct hv_secret *raw = &call->answer->token;
    struct hv_secret secret = { 0 };
    char token[HV_BASE64_SIZE(TOKEN_BYTES)];

    if (!sb_walk_is_done(&walk))
        return sb_schema(call->answer, "info of NewApplicationCreationInfo is "
                                       "not empty");
    if (!master || master->is_disabled || master->is_soda)
        return sb_refuse(call->answer, HV_CODE_INVALID_APP, NULL,
                         "no master application with that id is registered");
    if (hv_secret_random(raw, TOKEN_BYTES, NULL) ||
        hv_secret_random(&secret, SHARED_SECRET, NULL))
        return sb_refuse(call->answer, HV_CODE_FAILED, NULL,
                         "no protected memory or no random bytes are left");
    hv_base64_encode(raw->data, raw->len, token);
    sb_pending_add(p, &id, &master->id, token, &secret);
    hv_wipe(token, sizeof(token));
    sb_add_guid(call->answer, "app-id", &id);
    sb_add(call->answer, "<shared-secret>");
    sb_add_secret(call->answer, &p->pendings[p->pending_count - 1].secret);
    sb_add(call->answer, "</shared-secret><app-token>");
    sb_add_secret(call->answer, raw);
    sb_add(call->answer, "</app-token>");
    return HV_CODE_OK;
}
