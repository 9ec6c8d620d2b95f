/*
 * control_world.c - the control verbs about applications and what they may:
 * app-add, app-list, app-rules, auth, token-keys. Called through control.c.
 */
#include "hvconsole/codec.h"
#include "sandbox/state.h"

#include <stdlib.h>
#include <string.h>

#define MAX_CERT (64 * 1024)

/* Thumbprints as the certificate stores show them: upper case. */
static void
add_app(struct hv_facts *facts, const struct sb_app *app)
{
    char id[HV_GUID_TEXT];

    static const char *const envs[] = { "", "ppe", "prod" };

    hv_guid_format(&app->id, id);
    hv_facts_add(facts, "app_id", id);
    hv_facts_add(facts, "name", app->name);
    hv_facts_add(facts, "action_url", app->action_url);
    hv_facts_add(facts, "env", envs[app->env]);
    hv_facts_addf(facts, "persistent_s", "%lld",
                  (long long)app->persistent_ttl_s);
    hv_facts_addf(facts, "limit", "%zu", app->limit);
    hv_facts_addf(facts, "thumbprints", "%zu", app->cert_count);
    for (size_t i = 0; i < app->cert_count; i++) {
        char text[HV_HEX_SIZE(sizeof(app->certs[i].print))];

        hv_hex_encode(app->certs[i].print, sizeof(app->certs[i].print), text);
        for (char *c = text; *c; c++)
            if (*c >= 'a')
                *c = (char)(*c - 'a' + 'A');
        hv_facts_add(facts, "thumbprint", text);
    }
}

static void
say(struct hv_sandbox *sandbox, const char *what, const char *result,
    const char *text)
{
    sb_log_say(&sandbox->platform.log, SB_LOG_WORLD, sb_now(sandbox).now_ms,
               what, result, "%s", text);
}

void
sb_verb_app_list(struct hv_sandbox *sandbox, struct hv_control *control,
                 const struct hv_facts *request)
{
    struct hv_facts facts = { 0 };

    (void)request;
    for (size_t i = 0; i < sandbox->platform.app_count; i++)
        add_app(&facts, &sandbox->platform.apps[i]);
    sb_reply(sandbox, control, &facts, NULL);
}

/* What may be said of an application beside its certificate, URL and limit. */
struct app_more {
    char name[SB_MAX_APP_NAME + 1];
    bool has_env;
    enum sb_env env;
    int64_t persistent_s; /* -1 = not given */
};

static enum hv_status
read_more(const struct hv_facts *request, struct app_more *out,
          struct hv_error *err)
{
    char word[16];

    *out = (struct app_more){ 0 };
    if (!hv_facts_get(request, "name", 0, out->name, sizeof(out->name)))
        out->name[0] = '\0';
    out->has_env = hv_facts_get(request, "env", 0, word, sizeof(word));
    if (out->has_env && strcmp(word, "ppe") && strcmp(word, "prod"))
        return hv_fail(err, HV_ERR_USAGE, "env is ppe or prod, not '%s'", word);
    if (out->has_env)
        out->env = strcmp(word, "prod") ? SB_ENV_PPE : SB_ENV_PROD;
    out->persistent_s = hv_facts_get_int(request, "persistent_s", -1);
    if (out->persistent_s > SB_MAX_PERSISTENT_S)
        return hv_fail(err, HV_ERR_USAGE,
                       "persistent tokens live %d days at most",
                       SB_MAX_PERSISTENT_S / 86400);
    return HV_OK;
}

static void
set_more(struct sb_platform *p, struct sb_app *app, const struct app_more *more)
{
    if (more->name[0])
        sb_app_set_name(p, app, more->name);
    if (more->has_env)
        sb_app_set_env(p, app, more->env);
    if (more->persistent_s >= 0)
        sb_app_set_persistent(p, app, more->persistent_s);
}

/* cert may be left out for an application that is known; what is not given
 * then stays as it is, too. */
void
sb_verb_app_add(struct hv_sandbox *sandbox, struct hv_control *control,
                const struct hv_facts *request)
{
    char *cert = hv_calloc(1, MAX_CERT);
    char url[HV_MAX_URL + 64];
    char id_text[64];
    struct hv_guid id;
    struct sb_app *app = NULL;
    struct app_more more;
    struct hv_facts facts = { 0 };
    struct hv_error error = { 0 };
    bool has_url = hv_facts_get(request, "action_url", 0, url, sizeof(url));
    bool has_cert = hv_facts_get(request, "cert", 0, cert, MAX_CERT);

    if (!hv_facts_get(request, "app_id", 0, id_text, sizeof(id_text)) ||
        hv_guid_parse(id_text, &id)) {
        hv_fail(&error, HV_ERR_USAGE, "app_id is missing or not a guid");
    } else if (!has_cert && !sb_app_find(&sandbox->platform, &id)) {
        hv_fail(&error, HV_ERR_USAGE, "a new application needs a certificate");
    } else if (read_more(request, &more, &error) == HV_OK &&
               sb_app_add(&sandbox->platform, &id, has_cert ? cert : NULL,
                          has_url ? url : NULL,
                          hv_facts_get_int(request, "limit", 0), &app,
                          &error) == HV_OK) {
        set_more(&sandbox->platform, app, &more);
        add_app(&facts, app);
        say(sandbox, "app-add", "done", id_text);
    }
    free(cert);
    sb_reply(sandbox, control, &facts, &error);
}

/* The application that app_id names. Without it: the only one registered
 * beside the seeded one, or the seeded one if it is alone. */
static struct sb_app *
read_app(struct hv_sandbox *sandbox, const struct hv_facts *request,
         struct hv_error *err)
{
    struct sb_platform *p = &sandbox->platform;
    struct sb_app *found = NULL;
    char word[64];
    size_t hits = 0;

    if (!hv_facts_get(request, "app_id", 0, word, sizeof(word)) || !word[0]) {
        if (p->app_count <= 2)
            return &p->apps[p->app_count - 1];
        hv_fail(err, HV_ERR_USAGE, "there are %zu applications", p->app_count);
        hv_hint(err, "say which: --app-id; sandbox app list shows them");
        return NULL;
    }
    for (size_t i = 0; i < p->app_count; i++)
        if (hv_guid_matches(&p->apps[i].id, word)) {
            found = &p->apps[i];
            hits++;
        }
    if (hits == 1)
        return found;
    hv_fail(err, hits ? HV_ERR_RULE : HV_ERR_NOT_FOUND,
            hits ? "more than one application begins with %s"
                 : "no application begins with %s",
            word);
    return NULL;
}

void
sb_verb_app_rules(struct hv_sandbox *sandbox, struct hv_control *control,
                  const struct hv_facts *request)
{
    char *xml = hv_calloc(1, SB_MAX_AUTH_XML + 1);
    struct hv_facts facts = { 0 };
    struct hv_error error = { 0 };
    struct sb_app *app = read_app(sandbox, request, &error);
    char set[16] = "";
    char id[HV_GUID_TEXT];
    enum sb_avenue avenue;

    (void)hv_facts_get(request, "set", 0, set, sizeof(set));
    avenue = strcmp(set, "offline") == 0 ? SB_OFFLINE : SB_ONLINE;
    if (avenue == SB_ONLINE && strcmp(set, "online") != 0)
        hv_fail(&error, HV_ERR_USAGE,
                "the set of rules is online or offline, not '%s'", set);
    else if (!hv_facts_get(request, "xml", 0, xml, SB_MAX_AUTH_XML + 1))
        hv_fail(&error, HV_ERR_LIMIT, "the rules are longer than %d bytes",
                SB_MAX_AUTH_XML);
    if (!error.status && sb_app_set_rules(&sandbox->platform, app, avenue,
                                          hv_bytes_str(xml), &error) == HV_OK) {
        hv_guid_format(&app->id, id);
        hv_facts_add(&facts, "app_id", id);
        hv_facts_add(&facts, "set", set);
        hv_facts_addf(&facts, "rules", "%zu", app->rules[avenue].count);
        say(sandbox, "app-rules", set, id);
    }
    free(xml);
    sb_reply(sandbox, control, &facts, &error);
}

/* ------------------------------------------------- authorisations, tokens -- */

enum hv_status
sb_read_record(const struct sb_platform *p, const struct hv_facts *request,
               size_t *out, struct hv_error *err)
{
    char word[64];
    size_t hits = 0;

    *out = 0;
    if (!hv_facts_get(request, "record", 0, word, sizeof(word)) || !word[0])
        return HV_OK;
    for (size_t i = 0; i < p->record_count; i++)
        if (hv_guid_matches(&p->records[i].id, word)) {
            *out = i;
            hits++;
        }
    if (hits == 1)
        return HV_OK;
    hv_fail(err, hits ? HV_ERR_RULE : HV_ERR_NOT_FOUND,
            hits ? "more than one record begins with %s"
                 : "no record begins with %s",
            word);
    hv_hint(err, "sandbox status lists the records; 4 digits or more");
    return hits ? HV_ERR_RULE : HV_ERR_NOT_FOUND;
}

/* What is said of authorisations; expires_s: from now, -1 = as it is, -2 =
 * never. */
struct auth_order {
    enum sb_action_word action;
    int64_t expires_s;
    int64_t now_ms;
};

static enum hv_status
read_order(const struct hv_facts *request, char *word, size_t size,
           struct auth_order *out, struct hv_error *err)
{
    char expires[16] = "";

    if (!hv_facts_get(request, "action", 0, word, size))
        word[0] = '\0';
    if (!sb_action_named(word, &out->action)) {
        hv_fail(err, HV_ERR_USAGE, "'%s' is no authorisation action", word);
        hv_hint(err, "NoActionRequired, AuthorizationRequired, "
                     "ReauthorizationRequired, ReauthorizationNotPossible, "
                     "RecordLocationNotSupported, empty, or rules to undo");
        return HV_ERR_USAGE;
    }
    out->expires_s = hv_facts_get_int(request, "expires_s", -1);
    if (hv_facts_get(request, "expires_s", 0, expires, sizeof(expires)) &&
        strcmp(expires, "never") == 0)
        out->expires_s = -2;
    return HV_OK;
}

static void
carry_out(struct sb_platform *p, struct sb_auth *auth,
          const struct auth_order *order)
{
    sb_auth_force(p, auth, order->action, order->now_ms);
    if (order->expires_s == -2)
        sb_auth_expire(p, auth, SB_NEVER_MS);
    else if (order->expires_s >= 0)
        sb_auth_expire(p, auth, order->now_ms + order->expires_s * 1000);
}

/* Every authorisation of the record, or those of one application. */
static size_t
order_all(struct sb_platform *p, size_t record, const struct sb_app *app,
          const struct auth_order *order)
{
    size_t changed = 0;

    for (size_t i = 0; i < p->auth_count; i++) {
        struct sb_auth *auth = &p->auths[i];

        if (auth->record != record ||
            (app && auth->app != sb_app_index(p, app)))
            continue;
        carry_out(p, auth, order);
        changed++;
    }
    return changed;
}

void
sb_verb_auth(struct hv_sandbox *sandbox, struct hv_control *control,
             const struct hv_facts *request)
{
    struct sb_platform *p = &sandbox->platform;
    struct hv_facts facts = { 0 };
    struct hv_error error = { 0 };
    const struct sb_app *app = NULL;
    struct auth_order order = { .now_ms = sb_now(sandbox).now_ms };
    char word[64] = "", named[64], id[HV_GUID_TEXT];
    size_t record = 0, changed = 0;

    if (!read_order(request, word, sizeof(word), &order, &error) &&
        sb_read_record(p, request, &record, &error) == HV_OK &&
        hv_facts_get(request, "app_id", 0, named, sizeof(named)) && named[0])
        app = read_app(sandbox, request, &error);
    if (!error.status) {
        changed = order_all(p, record, app, &order);
        if (changed == 0)
            hv_fail(&error, HV_ERR_NOT_FOUND,
                    "nobody has authorised an application on that record");
    }
    if (!error.status) {
        hv_guid_format(&p->records[record].id, id);
        hv_facts_add(&facts, "record", id);
        hv_facts_add(&facts, "action", word);
        hv_facts_addf(&facts, "changed", "%zu", changed);
        say(sandbox, "auth", word, id);
    }
    sb_reply(sandbox, control, &facts, &error);
}

void
sb_verb_token_keys(struct hv_sandbox *sandbox, struct hv_control *control,
                   const struct hv_facts *request)
{
    struct sb_platform *p = &sandbox->platform;
    struct hv_facts facts = { 0 };
    size_t ended = sb_token_keys_rotate(p, sb_now(sandbox).now_ms);

    (void)request;
    hv_facts_addf(&facts, "generation", "%u", (unsigned)p->token_generation);
    hv_facts_addf(&facts, "ended", "%zu", ended);
    say(sandbox, "token-keys", "rotated",
        "every user token made before answers 7");
    sb_reply(sandbox, control, &facts, NULL);
}
