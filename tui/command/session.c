/*
 * session.c - places, profile, client and journal of a command, each opened on
 * first use. Called by commands and by the console's worker. The keystore's
 * door is unlock.c.
 */
#include "tui/command/custody.h"

#include "hvconsole/clock.h"
#include "hvconsole/file.h"

#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* One XDG place: the variable if it holds an absolute path, else under HOME.
 * Left empty when it does not fit; hv_session_init() then says so. */
static void
place(char *out, size_t size, const char *variable, const char *under_home,
      const char *rest)
{
    const char *base = getenv(variable);
    char home_base[512] = "";

    if (!base || base[0] != '/') {
        const char *home = getenv("HOME");
        struct passwd *user =
            home && home[0] == '/' ? NULL : getpwuid(getuid());

        if (user)
            home = user->pw_dir;
        if (!home ||
            hv_path_join(home_base, sizeof(home_base), home, under_home))
            home_base[0] = '\0';
        base = home_base;
    }
    if (!base[0] || hv_path_join(out, size, base, rest))
        out[0] = '\0';
}

void
hv_globals_default(struct hv_globals *globals)
{
    *globals =
        (struct hv_globals){ .passphrase_fd = -1, .color = -1, .limit = -1 };
    place(globals->config, sizeof(globals->config), "XDG_CONFIG_HOME",
          ".config", "hvconsole/config");
    place(globals->keystore, sizeof(globals->keystore), "XDG_DATA_HOME",
          ".local/share", "hvconsole/keystore.hvks");
    place(globals->store, sizeof(globals->store), "XDG_STATE_HOME",
          ".local/state", "hvconsole");
}

enum hv_status
hv_session_init(struct hv_session *session, const struct hv_globals *globals,
                struct hv_error *err)
{
    *session = (struct hv_session){ .globals = *globals };
    if (!globals->config[0] || !globals->keystore[0] || !globals->store[0])
        return hv_fail(err, HV_ERR_USAGE,
                       "HOME and the XDG directories give no usable places: "
                       "give --config, --keystore and --store");
    custody_begin(globals);
    return hv_loop_new(&session->loop, err);
}

static void
drop_client(struct hv_session *session)
{
    hv_client_free(session->client);
    session->client = NULL;
}

static void
drop_config(struct hv_session *session)
{
    if (session->has_config)
        hv_config_release(&session->config);
    session->config = (struct hv_config){ 0 };
    session->has_config = false;
}

void
hv_session_release(struct hv_session *session)
{
    drop_client(session);
    hv_keystore_close(session->ks);
    session->ks = NULL;
    drop_config(session);
    hv_loop_free(session->loop);
    session->loop = NULL;
    free(session->lately);
    session->lately = NULL;
}

void
hv_session_forget_config(struct hv_session *session)
{
    drop_config(session);
}

enum hv_status
hv_session_config(struct hv_session *session, struct hv_error *err)
{
    enum hv_status st;

    if (session->has_config)
        return HV_OK;
    st = hv_config_load(session->globals.config, &session->config, err);
    session->has_config = !st;
    return st;
}

enum hv_status
hv_session_profile(struct hv_session *session, const struct hv_profile **out,
                   struct hv_error *err)
{
    const char *name = session->globals.profile;
    const struct hv_profile *found;
    enum hv_status st = hv_session_config(session, err);

    if (st)
        return st;
    found = hv_config_find(&session->config, name[0] ? name : NULL);
    if (found) {
        *out = found;
        return HV_OK;
    }
    if (name[0]) {
        hv_fail(err, HV_ERR_NOT_FOUND, "there is no profile '%s'", name);
        hv_hint(err, "see 'hvconsole profile list'");
    } else {
        hv_fail(err, HV_ERR_NOT_FOUND, "there is no current profile");
        hv_hint(err, session->config.len
                         ? "choose one: hvconsole profile use NAME"
                         : "add one: hvconsole profile add NAME ...");
    }
    return HV_ERR_NOT_FOUND;
}

bool
hv_session_is_read_only(struct hv_session *session)
{
    const struct hv_profile *profile;

    if (session->globals.read_only)
        return true;
    if (session->globals.write ||
        hv_session_profile(session, &profile, NULL) != HV_OK)
        return false;
    return profile->env == HV_ENV_PROD;
}

void
hv_session_talk(struct hv_session *session, const char *fmt, ...)
{
    char line[1024];
    va_list args;

    if (!session->asker.progress)
        return;
    va_start(args, fmt);
    vsnprintf(line, sizeof(line), fmt, args);
    va_end(args);
    session->asker.progress(session->asker.arg, line);
}

void
hv_session_warn(struct hv_session *session, const char *fmt, ...)
{
    char line[1024];
    va_list args;

    va_start(args, fmt);
    vsnprintf(line, sizeof(line), fmt, args);
    va_end(args);
    if (session->asker.warn)
        session->asker.warn(session->asker.arg, line);
    else
        hv_session_talk(session, "%s", line);
}

/* The client's key lies in the keystore; the certificate only with the
 * platform. */
static enum hv_status
make_client(struct hv_session *session, struct hv_keystore *ks,
            const struct hv_profile *profile, struct hv_error *err)
{
    const struct hv_app_key *app;
    struct hv_client_config config = {
        .profile = profile,
        .timeout_ms = (int)session->globals.timeout_ms,
    };
    enum hv_status st;

    if (hv_keystore_scope(ks) != HV_SCOPE_FULL) {
        hv_fail(err, HV_ERR_LOCKED,
                "this slot opens the keystore for verifying only, and the "
                "platform needs the application's key");
        hv_hint(err, "open it with the passphrase");
        return HV_ERR_LOCKED;
    }
    app = hv_keyring_app(hv_keystore_ring(ks), &profile->app_id);
    if (!app) {
        hv_fail(err, HV_ERR_NOT_FOUND,
                "the keystore holds no key of the application of profile '%s'",
                profile->name);
        hv_hint(err, "is %s the right keystore?", session->globals.keystore);
        return HV_ERR_NOT_FOUND;
    }
    config.pkcs8 = &app->pkcs8;
    st = hv_client_new(session->loop, &config, &session->client, err);
    if (st)
        return st;
    hv_client_set_cancel(session->client, &session->is_cancelled);
    session->client_profile = *profile;
    return HV_OK;
}

static bool
is_same_platform(const struct hv_profile *a, const struct hv_profile *b)
{
    return hv_guid_equal(&a->app_id, &b->app_id) &&
           strcmp(a->platform, b->platform) == 0 && strcmp(a->ca, b->ca) == 0;
}

enum hv_status
hv_session_client(struct hv_session *session, struct hv_client **out,
                  struct hv_error *err)
{
    const struct hv_profile *profile;
    struct hv_keystore *ks;
    enum hv_status st = hv_session_profile(session, &profile, err);

    if (!st)
        st = hv_session_keystore(session, &ks, err);
    if (st)
        return st;
    if (session->client && !is_same_platform(&session->client_profile, profile))
        drop_client(session);
    if (!session->client)
        st = make_client(session, ks, profile, err);
    if (!st)
        *out = session->client;
    return st;
}

static void
tell_step(void *arg, enum hv_rotate_step step)
{
    hv_session_talk(arg, "  step %d of 7: %s", (int)step,
                    hv_rotate_step_word(step));
}

enum hv_status
hv_session_rotate_ctx(struct hv_session *session, struct hv_rotate_ctx *out,
                      struct hv_error *err)
{
    struct hv_rotate_ctx ctx = { .store = session->globals.store,
                                 .progress = tell_step,
                                 .progress_arg = session };
    enum hv_status st = hv_session_client(session, &ctx.client, err);

    if (!st)
        st = hv_session_profile(session, &ctx.profile, err);
    if (st)
        return st;
    ctx.ks = session->ks;
    *out = ctx;
    return HV_OK;
}

enum hv_status
hv_session_journal(struct hv_session *session, struct hv_journal_view **out,
                   struct hv_error *err)
{
    char path[600];

    if (hv_path_join(path, sizeof(path), session->globals.store, "journal.db"))
        return hv_fail(err, HV_ERR_USAGE, "the store's path is too long");
    return hv_journal_view_open(
        path, session->ks ? hv_keystore_ring(session->ks) : NULL, out, err);
}
