/*
 * world.c - see world.h.
 */
#include "tests/contract/world.h"
#include "hvconsole/run.h"

#include <criterion/criterion.h>

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct world world;

static pthread_t sandbox_thread;
static struct hv_loop *sandbox_loop;
static pthread_barrier_t sandbox_ready;
static struct hv_error sandbox_error;

static void *
serve_sandbox(void *arg)
{
    struct hv_sandbox *sandbox = NULL;

    (void)arg;
    if (!hv_loop_new(&sandbox_loop, &sandbox_error) &&
        !hv_sandbox_start(sandbox_loop, &world.sandbox, &sandbox,
                          &sandbox_error)) {
        pthread_barrier_wait(&sandbox_ready);
        hv_loop_run(sandbox_loop);
    } else {
        pthread_barrier_wait(&sandbox_ready);
    }
    hv_sandbox_free(sandbox);
    hv_loop_free(sandbox_loop);
    return NULL;
}

void
world_make_client(void)
{
    struct hv_client_config config = {
        .profile = &world.profile,
        .pkcs8 = &world.app_key.pkcs8,
        .timeout_ms = 10000,
    };
    struct hv_error err = { 0 };

    cr_assert_eq(hv_client_new(world.loop, &config, &world.client, &err), HV_OK,
                 "%s", err.why);
}

/* A world.profile for the sandbox that runs, its certificate registered. */
static void
register_app(void)
{
    struct hv_facts facts = { 0 }, ask = { 0 }, answer = { 0 };
    struct hv_error err = { 0 };
    char id[HV_GUID_TEXT];

    cr_assert_eq(hv_run_find(world.store, "sandbox", &facts, &err), HV_OK, "%s",
                 err.why);
    cr_assert(hv_facts_get(&facts, "platform", 0, world.profile.platform,
                           sizeof(world.profile.platform)));
    cr_assert(hv_facts_get(&facts, "shell", 0, world.profile.shell,
                           sizeof(world.profile.shell)));
    if (!hv_facts_get(&facts, "ca", 0, world.profile.ca,
                      sizeof(world.profile.ca)))
        world.profile.ca[0] = '\0';
    strcpy(world.profile.name, "contract");
    strcpy(world.profile.action_url, "https://localhost/hv/redirect.aspx");
    world.profile.env = world.sandbox.is_prod ? HV_ENV_PROD : HV_ENV_PPE;
    world.profile.limit = HV_MAX_SUBS;
    world.profile.app_id = hv_guid_random();
    hv_guid_format(&world.profile.app_id, id);
    cr_assert_eq(hv_app_key_make(&world.profile.app_id, &world.app_key, &err),
                 HV_OK);
    memcpy(world.profile.thumbprint, world.app_key.thumbprint,
           sizeof(world.profile.thumbprint));
    hv_facts_add(&ask, "verb", "app-add");
    hv_facts_add(&ask, "app_id", id);
    hv_facts_add(&ask, "cert", hv_buf_str(&world.app_key.cert_pem));
    hv_facts_add(&ask, "action_url", world.profile.action_url);
    cr_assert_eq(hv_run_ask(world.store, "sandbox", &ask, 10000, &answer, &err),
                 HV_OK, "%s", err.why);
    hv_facts_release(&facts);
    hv_facts_release(&ask);
    hv_facts_release(&answer);
}

void
world_start(void)
{
    struct hv_error err = { 0 };
    bool is_locked;

    cr_assert_eq(hv_secret_start(&is_locked, NULL), HV_OK);
    strcpy(world.store, "/tmp/hvcontractXXXXXX");
    cr_assert(mkdtemp(world.store));
    world.sandbox.bind = "127.0.0.1";
    world.sandbox.store = world.store;
    pthread_barrier_init(&sandbox_ready, NULL, 2);
    pthread_create(&sandbox_thread, NULL, serve_sandbox, NULL);
    pthread_barrier_wait(&sandbox_ready);
    cr_assert_eq(sandbox_error.status, HV_OK, "%s", sandbox_error.why);
    cr_assert_eq(hv_loop_new(&world.loop, &err), HV_OK);
    register_app();
    world_make_client();
}

void
world_end(void)
{
    char command[128];

    hv_client_free(world.client);
    hv_new_app_key_release(&world.app_key);
    hv_loop_free(world.loop);
    hv_loop_stop(sandbox_loop);
    pthread_join(sandbox_thread, NULL);
    snprintf(command, sizeof(command), "rm -rf %s", world.store);
    cr_assert_eq(system(command), 0);
}

struct hv_sub
world_weight_sub(const char *url, const char *version)
{
    struct hv_sub sub = { 0 };
    const struct hv_thing_type *type;

    cr_assert_eq(hv_thing_type_search("weight", &type, NULL), HV_OK);
    hv_sub_add_type(&sub, 0, &type->id);
    snprintf(sub.url, sizeof(sub.url), "%s", url);
    snprintf(sub.version.id, sizeof(sub.version.id), "%s", version);
    cr_assert_eq(hv_secret_random(&sub.key, HV_HMAC_KEY_LEN, NULL), HV_OK);
    return sub;
}
