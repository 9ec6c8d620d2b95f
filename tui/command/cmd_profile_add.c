/*
 * cmd_profile_add.c - `profile add`: application id, RSA key and certificate,
 * made or taken; the private key goes into the keystore and nowhere else.
 * Called through the table and by the demo.
 */
#include "tui/command/cmd_profile.h"
#include "tui/command/nouns/profile.h"

#include "hvconsole/clock.h"
#include "hvconsole/file.h"
#include "hvconsole/shell.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static enum hv_status
read_env(const char *text, enum hv_env *out, struct hv_error *err)
{
    if (strcmp(text, "ppe") == 0)
        *out = HV_ENV_PPE;
    else if (strcmp(text, "prod") == 0)
        *out = HV_ENV_PROD;
    else
        return hv_fail(err, HV_ERR_USAGE, "--env is ppe or prod, not '%s'",
                       text);
    return HV_OK;
}

/* The profile may be used from any directory. */
static enum hv_status
read_ca(const char *path, char out[512], struct hv_error *err)
{
    char whole[PATH_MAX];

    if (!path)
        return HV_OK;
    if (!realpath(path, whole))
        return hv_fail_errno(err, HV_ERR_NOT_FOUND,
                             "cannot find the CA file %s", path);
    if (!hv_copy(out, 512, whole))
        return hv_fail(err, HV_ERR_USAGE,
                       "the path of the CA file is too long");
    return HV_OK;
}

static enum hv_status
fail_instance(const char *name, struct hv_error *err)
{
    const struct hv_instance *instance;
    char names[128] = "";

    for (size_t i = 0; (instance = hv_instance_at(i)); i++) {
        size_t len = strlen(names);

        snprintf(names + len, sizeof(names) - len, "%s%s", i ? ", " : "",
                 instance->name);
    }
    hv_fail(err, HV_ERR_NOT_FOUND, "no instance is known as '%s'", name);
    hv_hint(err, "%s; others by --platform, --shell and --env", names);
    return HV_ERR_NOT_FOUND;
}

/* Where the platform is: by name, or all three told. */
static enum hv_status
read_platform(struct hv_cmd *cmd, struct hv_profile *out, struct hv_error *err)
{
    static const char *const wanted[] = { "--platform", "--shell", "--env" };
    const char *name = hv_cmd_text(cmd, "--instance");
    const struct hv_instance *instance = name ? hv_instance_find(name) : NULL;

    if (name && !instance)
        return fail_instance(name, err);
    for (size_t i = 0; i < HV_LEN(wanted); i++) {
        if (!name == hv_cmd_has(cmd, wanted[i]))
            continue;
        if (name)
            return hv_fail(err, HV_ERR_USAGE,
                           "--instance says what %s is: give one of them",
                           wanted[i]);
        hv_fail(err, HV_ERR_USAGE, "'profile add' needs %s", wanted[i]);
        hv_hint(err, "or --instance, as in --instance us-ppe");
        return HV_ERR_USAGE;
    }
    if (!hv_copy(out->platform, sizeof(out->platform),
                 name ? instance->platform : hv_cmd_text(cmd, "--platform")) ||
        !hv_copy(out->shell, sizeof(out->shell),
                 name ? instance->shell : hv_cmd_text(cmd, "--shell")))
        return hv_fail(err, HV_ERR_USAGE, "a URL is too long");
    if (!name)
        return read_env(hv_cmd_text(cmd, "--env"), &out->env, err);
    out->env = instance->env;
    return HV_OK;
}

static enum hv_status
read_flags(struct hv_cmd *cmd, struct hv_profile *out, struct hv_error *err)
{
    const char *app = hv_cmd_text(cmd, "--app-id");
    const char *action_url = hv_cmd_text(cmd, "--action-url");
    int64_t limit = 0;
    enum hv_status st = read_platform(cmd, out, err);

    if (st)
        return st;
    if (!action_url)
        return hv_fail(err, HV_ERR_USAGE, "'profile add' needs --action-url");
    if (!hv_copy(out->name, sizeof(out->name), cmd->args[0]) ||
        !hv_copy(out->action_url, sizeof(out->action_url), action_url))
        return hv_fail(err, HV_ERR_USAGE, "a name or URL is too long");
    if (app && hv_guid_parse(app, &out->app_id))
        return hv_fail(err, HV_ERR_USAGE, "--app-id wants a GUID, not '%s'",
                       app);
    if (!app)
        out->app_id = hv_guid_random();
    st = hv_cmd_int(cmd, "--limit", 1, 1000, HV_MAX_SUBS, &limit, err);
    out->limit = (int)limit;
    if (!st)
        st = read_ca(hv_cmd_text(cmd, "--ca"), out->ca, err);
    if (!st)
        st = hv_profile_check(out, err);
    return st;
}

struct app_intent {
    const struct hv_profile *profile;
    const struct hv_new_app_key *key;
};

/* Runs under the keystore's lock, perhaps on newer content than was seen. */
static enum hv_status
add_app(struct hv_keyring *ring, void *arg, struct hv_error *err)
{
    const struct app_intent *intent = arg;
    const struct hv_app_key *old =
        hv_keyring_app(ring, &intent->profile->app_id);

    /* The same key for a second profile of the application is no conflict. */
    if (old && memcmp(old->spki_sha256, intent->key->spki_sha256,
                      sizeof(old->spki_sha256)) == 0)
        return HV_OK;
    return hv_keyring_add_app(ring, &intent->profile->app_id,
                              intent->profile->name, &intent->key->pkcs8,
                              intent->key->spki_sha256, hv_clock_now_ms(), err);
}

enum hv_status
profile_add(struct hv_session *session, struct hv_profile *profile,
            struct hv_new_app_key *key, const char *cert_out,
            struct hv_error *err)
{
    struct app_intent intent = { profile, key };
    struct hv_new_app_key made = { 0 };
    struct hv_keystore *ks;
    enum hv_status st = hv_session_keystore(session, &ks, err);

    if (!st && !key) {
        st = hv_app_key_make(&profile->app_id, &made, err);
        intent.key = &made;
    }
    if (!st)
        hv_copy(profile->thumbprint, sizeof(profile->thumbprint),
                intent.key->thumbprint);
    /* The certificate first: nothing is kept if it cannot be written. */
    if (!st && cert_out)
        st = hv_file_create(cert_out, 0644, hv_buf_bytes(&intent.key->cert_pem),
                            err);
    if (!st) {
        st = hv_keystore_edit(ks, add_app, &intent, err);
        if (!st) {
            hv_config_put(&session->config, profile);
            st = hv_config_save(session->globals.config, &session->config, err);
        }
        if (st && cert_out)
            unlink(cert_out);
    }
    if (st)
        hv_session_forget_config(session);
    hv_new_app_key_release(&made);
    return st;
}

static enum hv_status
load_key(struct hv_cmd *cmd, struct hv_new_app_key *key, bool *has_key,
         struct hv_error *err)
{
    const char *private_key = hv_cmd_text(cmd, "--private-key");
    const char *cert = hv_cmd_text(cmd, "--cert");

    *has_key = private_key != NULL;
    if (!private_key != !cert)
        return hv_fail(err, HV_ERR_USAGE,
                       "--private-key and --cert belong together");
    if (private_key && hv_cmd_has(cmd, "--cert-out"))
        return hv_fail(err, HV_ERR_USAGE,
                       "--cert-out writes a certificate that is made, and "
                       "--cert gives one");
    if (!private_key)
        return HV_OK;
    return hv_app_key_load(private_key, cert, key, err);
}

enum hv_status
cmd_profile_add(struct hv_cmd *cmd, struct hv_error *err)
{
    struct hv_session *session = cmd->session;
    struct hv_profile profile = { 0 };
    struct hv_new_app_key key = { 0 };
    bool has_key = false;
    enum hv_status st = read_flags(cmd, &profile, err);

    if (!st)
        st = hv_session_config(session, err);
    if (!st && hv_config_find(&session->config, profile.name)) {
        st = hv_fail(err, HV_ERR_RULE, "there is a profile '%s' already",
                     profile.name);
        hv_hint(err, "remove it first, or take another name");
    }
    if (!st)
        st = load_key(cmd, &key, &has_key, err);
    if (!st && hv_cmd_is_dry(cmd))
        hv_copy(profile.thumbprint, sizeof(profile.thumbprint), key.thumbprint);
    else if (!st)
        st = profile_add(session, &profile, has_key ? &key : NULL,
                         hv_cmd_text(cmd, "--cert-out"), err);
    if (!st) {
        profile_tell(hv_out_top(cmd->out), &profile, &session->config);
        cmd_dry(cmd, hv_out_top(cmd->out));
    }
    hv_new_app_key_release(&key);
    return st;
}
