/*
 * demo_world.c - brings the demo's world up: directory, keystore, children,
 * application, subscriptions. Called by cmd_demo.c. The sandbox keeps its world
 * in memory: what it has forgotten since the last time is made anew.
 */
#include "tui/command/demo.h"

#include "hvconsole/codec.h"
#include "hvconsole/file.h"
#include "hvconsole/names.h"
#include "hvconsole/sandbox.h"
#include "tui/command/cmd_profile.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define PROFILE          "demo"
#define PASSPHRASE_BYTES 24

/* What the application is subscribed to from the start. */
static const struct {
    const char *types[3];
    const char *path;
} seeds[] = {
    { { "Blood pressure" }, "/hv/notify/blood-pressure" },
    { { "Blood glucose" }, "/hv/notify/blood-glucose" },
    { { "Weight", "Height" }, "/hv/notify/body" },
};

static enum hv_status
set_places(struct demo *demo, const char *dir, struct hv_error *err)
{
    struct hv_globals *globals = &demo->globals;
    const struct hv_globals *from = &demo->cmd->session->globals;
    bool is_long = !hv_copy(demo->dir, sizeof(demo->dir), dir);

    *globals = (struct hv_globals){
        .passphrase_fd = -1,
        .color = from->color,
        .limit = -1,
        .utc = from->utc,
        .quiet = from->quiet,
        .read_only = from->read_only,
        .timeout_ms = from->timeout_ms,
    };
    is_long |=
        hv_path_join(globals->config, sizeof(globals->config), dir, "config") ||
        hv_path_join(globals->keystore, sizeof(globals->keystore), dir,
                     "keystore.hvks") ||
        hv_path_join(globals->store, sizeof(globals->store), dir, "state") ||
        hv_path_join(globals->passphrase_file, sizeof(globals->passphrase_file),
                     dir, "passphrase");
    if (is_long)
        return hv_fail(err, HV_ERR_USAGE,
                       "the demo's directory %s has too long "
                       "a name",
                       dir);
    return hv_dir_make(globals->store, 0700, err);
}

void
demo_flags(const struct demo *demo, struct hv_buf *out)
{
    hv_buf_addf(out,
                "--config %s --keystore %s --store %s --passphrase-file %s",
                demo->globals.config, demo->globals.keystore,
                demo->globals.store, demo->globals.passphrase_file);
}

static enum hv_status
check_free(struct demo *demo, struct hv_error *err)
{
    struct hv_facts facts = { 0 };
    struct hv_buf flags = { 0 };
    enum hv_status st =
        hv_run_find(demo->globals.store, "sandbox", &facts, NULL);

    hv_facts_release(&facts);
    if (st)
        return HV_OK;
    demo_flags(demo, &flags);
    hv_fail(err, HV_ERR_RULE, "a demo runs in %s already", demo->dir);
    hv_hint(err, "give another --dir, or join it: hvconsole %s",
            hv_buf_str(&flags));
    hv_buf_release(&flags);
    return HV_ERR_RULE;
}

/* The passphrase of a world without secrets worth keeping; still random. */
static enum hv_status
make_passphrase(const char *path, struct hv_error *err)
{
    struct hv_secret random = { 0 }, text = { 0 };
    enum hv_status st = hv_secret_random(&random, PASSPHRASE_BYTES, err);

    if (!st)
        st = hv_secret_init(&text, HV_HEX_SIZE(PASSPHRASE_BYTES), err);
    if (!st) {
        hv_hex_encode(random.data, random.len, (char *)text.data);
        text.data[text.len - 1] = '\n';
        st = hv_file_create(path, 0600, hv_secret_bytes(&text), err);
    }
    hv_secret_release(&random);
    hv_secret_release(&text);
    return st;
}

static enum hv_status
open_keystore(struct demo *demo, struct hv_error *err)
{
    struct hv_session *session = &demo->session;
    struct hv_secret passphrase = { 0 };
    struct hv_keystore *ks = NULL;
    enum hv_status st = HV_OK;

    if (access(demo->globals.keystore, F_OK) == 0)
        return hv_session_keystore(session, &ks, err);
    if (access(demo->globals.passphrase_file, F_OK))
        st = make_passphrase(demo->globals.passphrase_file, err);
    if (!st)
        st = hv_session_passphrase(session, true, &passphrase, err);
    if (!st)
        st = hv_keystore_create(demo->globals.keystore, &passphrase, "demo", 0,
                                &ks, err);
    hv_secret_release(&passphrase);
    if (!st)
        hv_session_give_keystore(session, ks);
    return st;
}

static enum hv_status
start_child(struct demo *demo, const char *const *words, struct spawn *out,
            struct hv_error *err)
{
    struct hv_words line = { 0 };
    struct spawn_config config = { .words = &line, .passphrase_fd = -1 };
    const struct {
        const char *flag, *value;
    } places[] = {
        { "--config=", demo->globals.config },
        { "--keystore=", demo->globals.keystore },
        { "--store=", demo->globals.store },
    };
    enum hv_status st;

    for (; *words; words++)
        hv_words_add(&line, *words, strlen(*words));
    for (size_t i = 0; i < HV_LEN(places); i++) {
        char word[640];
        int len = snprintf(word, sizeof(word), "%s%s", places[i].flag,
                           places[i].value);

        hv_words_add(&line, word, (size_t)len);
    }
    st = spawn_self(&config, out, err);
    hv_words_release(&line);
    return st;
}

/* Both at once: each takes its time to make a certificate or a key. */
static enum hv_status
start_children(struct demo *demo, struct hv_error *err)
{
    char passphrase[600];
    const char *const sandbox[] = { "sandbox", "up", "-q", "--port=0", NULL };
    const char *const listener[] = {
        "listen",   "-q", "--addr=127.0.0.1:0", "--allow-unlocked-memory",
        passphrase, NULL
    };
    enum hv_status st;

    snprintf(passphrase, sizeof(passphrase), "--passphrase-file=%s",
             demo->globals.passphrase_file);
    st = start_child(demo, sandbox, &demo->sandbox, err);
    if (!st)
        st = start_child(demo, listener, &demo->listener, err);
    if (!st)
        st = spawn_wait_ready(&demo->sandbox, err);
    if (!st)
        st = spawn_wait_ready(&demo->listener, err);
    return st;
}

/* The profile of the demo's application, with the addresses of today. */
static enum hv_status
set_profile(struct demo *demo, struct hv_profile *profile, struct hv_error *err)
{
    struct hv_facts sandbox = { 0 }, listener = { 0 };
    const char *store = demo->globals.store;
    enum hv_status st = hv_run_find(store, "sandbox", &sandbox, err);

    if (!st)
        st = hv_run_find(store, "listener", &listener, err);
    if (!st &&
        (!hv_facts_get(&sandbox, "platform", 0, profile->platform,
                       sizeof(profile->platform)) ||
         !hv_facts_get(&sandbox, "shell", 0, profile->shell,
                       sizeof(profile->shell)) ||
         !hv_facts_get(&sandbox, "ca", 0, profile->ca, sizeof(profile->ca)) ||
         !hv_facts_get(&listener, "listening", 0, demo->listener_url,
                       sizeof(demo->listener_url))))
        st =
            hv_fail(err, HV_ERR_FAILED,
                    "the demo's sandbox or listener does not tell its address");
    hv_copy(demo->platform_url, sizeof(demo->platform_url), profile->platform);
    snprintf(profile->action_url, sizeof(profile->action_url), "%s/hv/return",
             demo->listener_url);
    hv_facts_release(&sandbox);
    hv_facts_release(&listener);
    return st;
}

static enum hv_status
register_app(struct demo *demo, const struct hv_profile *profile,
             const char *cert_file, struct hv_error *err)
{
    struct hv_facts request = { 0 }, answer = { 0 };
    struct hv_buf pem = { 0 };
    char id[HV_GUID_TEXT];
    enum hv_status st = hv_file_read(cert_file, 64 * 1024, &pem, err);

    hv_guid_format(&profile->app_id, id);
    hv_facts_add(&request, "verb", "app-add");
    hv_facts_add(&request, "app_id", id);
    hv_facts_add(&request, "cert", hv_buf_str(&pem));
    hv_facts_add(&request, "action_url", profile->action_url);
    if (!st)
        st = hv_run_ask(demo->globals.store, "sandbox", &request, 10000,
                        &answer, err);
    hv_buf_release(&pem);
    hv_facts_release(&request);
    hv_facts_release(&answer);
    return st;
}

static enum hv_status
open_profile(struct demo *demo, struct hv_error *err)
{
    struct hv_session *session = &demo->session;
    struct hv_profile profile = { .env = HV_ENV_PPE, .limit = HV_MAX_SUBS };
    const struct hv_profile *old;
    char cert_file[600];
    enum hv_status st = hv_session_config(session, err);

    if (!st && hv_path_join(cert_file, sizeof(cert_file), demo->globals.store,
                            "app.pem"))
        st = hv_fail(err, HV_ERR_USAGE,
                     "the demo's directory has too long a "
                     "name");
    if (st)
        return st;
    old = hv_config_find(&session->config, PROFILE);
    if (old) {
        profile = *old;
    } else {
        hv_copy(profile.name, sizeof(profile.name), PROFILE);
        profile.app_id = hv_guid_random();
        unlink(cert_file); /* of an attempt that was cut short */
    }
    st = set_profile(demo, &profile, err);
    if (!st && old) {
        hv_config_put(&session->config, &profile);
        st = hv_config_save(demo->globals.config, &session->config, err);
    } else if (!st) {
        st = profile_add(session, &profile, NULL, cert_file, err);
    }
    if (!st)
        st = register_app(demo, &profile, cert_file, err);
    return st;
}

/* ---- subscriptions ---- */

/* A new sandbox knows none of them: their keys are of no use any more. */
static enum hv_status
forget_subs(struct hv_keyring *ring, void *arg, struct hv_error *err)
{
    (void)arg;
    (void)err;
    while (ring->subs_len) {
        struct hv_guid sub = ring->subs[0].sub;

        hv_keyring_remove_sub(ring, &sub);
    }
    return HV_OK;
}

static enum hv_status
seed_subs(struct demo *demo, struct hv_error *err)
{
    struct hv_session *session = &demo->session;
    struct hv_rotate_ctx ctx;
    enum hv_status st = HV_OK;

    if (hv_keystore_ring(session->ks)->subs_len)
        st = hv_keystore_edit(session->ks, forget_subs, NULL, err);
    if (!st)
        st = hv_session_rotate_ctx(session, &ctx, err);
    ctx.progress = NULL;
    for (size_t i = 0; !st && i < HV_LEN(seeds); i++) {
        struct hv_sub sub = { 0 };

        snprintf(sub.url, sizeof(sub.url), "%s%s", demo->listener_url,
                 seeds[i].path);
        for (size_t t = 0;
             !st && t < HV_LEN(seeds[i].types) && seeds[i].types[t]; t++) {
            const struct hv_thing_type *type;

            st = hv_thing_type_search(seeds[i].types[t], &type, err);
            if (!st)
                hv_sub_add_type(&sub, 0, &type->id);
        }
        if (!st)
            st = hv_sub_create(&ctx, &sub, err);
        hv_sub_release(&sub);
    }
    return st;
}

enum hv_status
demo_emit(struct demo *demo, const char *type, bool is_old,
          struct hv_error *err)
{
    struct hv_facts request = { 0 }, answer = { 0 };
    enum hv_status st;

    hv_facts_add(&request, "verb", "emit");
    hv_facts_add(&request, "type", type);
    hv_facts_add(&request, "count", "1");
    hv_facts_add(&request, "wait", "1");
    hv_facts_add(&request, "timeout_ms", "15000");
    hv_facts_add(&request, "sign", is_old ? "old" : "current");
    st = hv_run_ask(demo->globals.store, "sandbox", &request, 20000, &answer,
                    err);
    if (!st && hv_facts_get_int(&answer, "delivered", 0) < 1)
        st = hv_fail(err, HV_ERR_VERIFY,
                     "the sandbox delivered no notification about %s", type);
    hv_facts_release(&request);
    hv_facts_release(&answer);
    return st;
}

/* ---- up and down ---- */

void
demo_close(struct demo *demo)
{
    spawn_end(&demo->listener);
    spawn_end(&demo->sandbox);
    hv_session_release(&demo->session);
}

static enum hv_status
bring_up(struct demo *demo, struct hv_error *err)
{
    enum hv_status st;

    hv_cmd_talk(demo->cmd, "opening the demo's keystore");
    st = open_keystore(demo, err);
    if (!st) {
        hv_cmd_talk(demo->cmd, "starting sandbox and listener");
        st = start_children(demo, err);
    }
    if (!st) {
        hv_cmd_talk(demo->cmd, "registering the application");
        st = open_profile(demo, err);
    }
    if (!st)
        st = seed_subs(demo, err);
    return st;
}

enum hv_status
demo_open(struct demo *demo, struct hv_cmd *cmd, const char *dir,
          struct hv_error *err)
{
    enum hv_status st;

    *demo = (struct demo){ .cmd = cmd };
    st = set_places(demo, dir, err);
    if (!st)
        st = check_free(demo, err);
    if (!st)
        st = hv_session_init(&demo->session, &demo->globals, err);
    if (!st)
        st = bring_up(demo, err);
    if (st)
        demo_close(demo);
    return st;
}
