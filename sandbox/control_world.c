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

    hv_guid_format(&app->id, id);
    hv_facts_add(facts, "app_id", id);
    hv_facts_add(facts, "action_url", app->action_url);
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

/* cert may be left out for an application that is known; URL and limit then
 * stay as they are, too. */
void
sb_verb_app_add(struct hv_sandbox *sandbox, struct hv_control *control,
                const struct hv_facts *request)
{
    char *cert = hv_calloc(1, MAX_CERT);
    char url[HV_MAX_URL + 64];
    char id_text[64];
    struct hv_guid id;
    struct sb_app *app = NULL;
    struct hv_facts facts = { 0 };
    struct hv_error error = { 0 };
    bool has_url = hv_facts_get(request, "action_url", 0, url, sizeof(url));
    bool has_cert = hv_facts_get(request, "cert", 0, cert, MAX_CERT);

    if (!hv_facts_get(request, "app_id", 0, id_text, sizeof(id_text)) ||
        hv_guid_parse(id_text, &id)) {
        hv_fail(&error, HV_ERR_USAGE, "app_id is missing or not a guid");
    } else if (!has_cert && !sb_app_find(&sandbox->platform, &id)) {
        hv_fail(&error, HV_ERR_USAGE, "a new application needs a certificate");
    } else if (sb_app_add(&sandbox->platform, &id, has_cert ? cert : NULL,
                          has_url ? url : NULL,
                          hv_facts_get_int(request, "limit", 0), &app,
                          &error) == HV_OK) {
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

/* Every authorisation of the record, or those of one application. */
static size_t
force_all(struct sb_platform *p, size_t record, const struct sb_app *app,
          enum sb_action_word action, int64_t now_ms)
{
    size_t changed = 0;

    for (size_t i = 0; i < p->auth_count; i++) {
        struct sb_auth *auth = &p->auths[i];

        if (auth->record != record ||
            (app && auth->app != sb_app_index(p, app)))
            continue;
        sb_auth_force(p, auth, action, now_ms);
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
    enum sb_action_word action = SB_ACT_BY_RULES;
    char word[64] = "", named[64], id[HV_GUID_TEXT];
    size_t record = 0, changed = 0;

    (void)hv_facts_get(request, "action", 0, word, sizeof(word));
    if (!sb_action_named(word, &action)) {
        hv_fail(&error, HV_ERR_USAGE, "'%s' is no authorisation action", word);
        hv_hint(&error, "NoActionRequired, AuthorizationRequired, "
                        "ReauthorizationRequired, ReauthorizationNotPossible, "
                        "RecordLocationNotSupported, empty, or rules to undo");
    }
    if (!error.status && sb_read_record(p, request, &record, &error) == HV_OK &&
        hv_facts_get(request, "app_id", 0, named, sizeof(named)) && named[0])
        app = read_app(sandbox, request, &error);
    if (!error.status) {
        changed = force_all(p, record, app, action, sb_now(sandbox).now_ms);
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
