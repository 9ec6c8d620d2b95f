/*
 * control.c - the control verbs of a running sandbox and the facts it
 * publishes. Called by core/net's control socket on the loop.
 */
#include "hvconsole/codec.h"
#include "hvconsole/ids.h"
#include "sandbox/state.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define STOP_AFTER_MS 50 /* the answer goes out first */
#define MAX_CERT      (64 * 1024)

static void
add_guid(struct hv_facts *facts, const char *key, const struct hv_guid *id)
{
    char text[HV_GUID_TEXT];

    hv_guid_format(id, text);
    hv_facts_add(facts, key, text);
}

void
sb_facts(const struct hv_sandbox *sandbox, struct hv_facts *out)
{
    const struct sb_platform *p = &sandbox->platform;

    hv_facts_add(out, "platform", sandbox->url);
    hv_facts_add(out, "shell", sandbox->shell);
    hv_facts_add(out, "ca", sandbox->ca);
    add_guid(out, "app_id", &p->apps[0].id);
    hv_facts_addf(out, "pid", "%ld", (long)getpid());
    hv_facts_add(out, "listening", sandbox->listening);
    hv_facts_addf(out, "persons", "%zu", p->person_count);
    hv_facts_addf(out, "records", "%zu", p->record_count);
    hv_facts_add(out, "env", p->is_prod ? "prod" : "ppe");
    for (size_t i = 0; i < p->person_count; i++) {
        add_guid(out, "person_id", &p->persons[i].id);
        hv_facts_add(out, "person_name", p->persons[i].name);
    }
    for (size_t i = 0; i < p->record_count; i++) {
        add_guid(out, "record_id", &p->records[i].id);
        hv_facts_add(out, "record_name", p->records[i].name);
    }
}

static void
reply(struct hv_control *control, struct hv_facts *facts,
      const struct hv_error *error)
{
    hv_control_reply(control, facts, error);
    hv_facts_release(facts);
}

static void
verb_stop(struct hv_sandbox *sandbox, struct hv_control *control,
          const struct hv_facts *request)
{
    struct hv_facts facts = { 0 };

    (void)request;
    hv_watch_after(sandbox->stop, STOP_AFTER_MS);
    reply(control, &facts, NULL);
}

static void
verb_status(struct hv_sandbox *sandbox, struct hv_control *control,
            const struct hv_facts *request)
{
    const struct sb_platform *p = &sandbox->platform;
    struct hv_facts facts = { 0 };

    (void)request;
    sb_facts(sandbox, &facts);
    hv_facts_addf(&facts, "subs", "%zu", p->sub_count);
    hv_facts_addf(&facts, "queued", "%zu", p->queue.events);
    hv_facts_addf(&facts, "requests", "%llu", (unsigned long long)p->requests);
    reply(control, &facts, NULL);
}

/* Thumbprints as the certificate stores show them: upper case. */
static void
add_app(struct hv_facts *facts, const struct sb_app *app)
{
    add_guid(facts, "app_id", &app->id);
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
verb_app_list(struct hv_sandbox *sandbox, struct hv_control *control,
              const struct hv_facts *request)
{
    struct hv_facts facts = { 0 };

    (void)request;
    for (size_t i = 0; i < sandbox->platform.app_count; i++)
        add_app(&facts, &sandbox->platform.apps[i]);
    reply(control, &facts, NULL);
}

/* cert may be left out for an application that is known; URL and limit then
 * stay as they are, too. */
static void
verb_app_add(struct hv_sandbox *sandbox, struct hv_control *control,
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
        hv_guid_parse(id_text, &id))
        hv_fail(&error, HV_ERR_USAGE, "app_id is missing or not a guid");
    else if (!has_cert && !sb_app_find(&sandbox->platform, &id))
        hv_fail(&error, HV_ERR_USAGE, "a new application needs a certificate");
    else if (sb_app_add(&sandbox->platform, &id, has_cert ? cert : NULL,
                        has_url ? url : NULL,
                        hv_facts_get_int(request, "limit", 0), &app,
                        &error) == HV_OK)
        add_app(&facts, app);
    free(cert);
    reply(control, &facts, &error);
}

static const struct {
    const char *name;
    void (*run)(struct hv_sandbox *sandbox, struct hv_control *control,
                const struct hv_facts *request);
} verbs[] = {
    { "stop", verb_stop },       { "status", verb_status },
    { "app-add", verb_app_add }, { "app-list", verb_app_list },
    { "emit", sb_emit },
};

void
sb_control(void *arg, struct hv_control *control,
           const struct hv_facts *request)
{
    struct hv_facts none = { 0 };
    struct hv_error error = { 0 };
    char verb[32];

    if (!hv_facts_get(request, "verb", 0, verb, sizeof(verb)))
        verb[0] = '\0';
    for (size_t i = 0; i < HV_LEN(verbs); i++)
        if (strcmp(verbs[i].name, verb) == 0) {
            verbs[i].run(arg, control, request);
            return;
        }
    hv_fail(&error, HV_ERR_USAGE, "the sandbox knows no verb \"%s\"", verb);
    reply(control, &none, &error);
}
