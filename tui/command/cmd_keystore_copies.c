/*
 * cmd_keystore_copies.c - `keystore backup|restore|export|import`: what leaves
 * a keystore, and what comes in. Called through the table. Whatever is written
 * is a new file; nothing is written in the clear.
 */
#include "tui/command/model.h"
#include "tui/command/nouns/keystore.h"

#include "hvconsole/clock.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Everything that could refuse, before a passphrase is asked for. */
static enum hv_status
check_new_file(const char *path, struct hv_error *err)
{
    if (access(path, F_OK))
        return HV_OK;
    hv_fail(err, HV_ERR_RULE, "%s exists already", path);
    hv_hint(err, "nothing is overwritten: give another name");
    return HV_ERR_RULE;
}

/* ---- backup ---- */

enum hv_status
cmd_keystore_backup(struct hv_cmd *cmd, struct hv_error *err)
{
    const char *path = cmd->session->globals.keystore;
    struct hv_node *top = hv_out_top(cmd->out);
    struct hv_keystore_info info;
    enum hv_status st = hv_keystore_inspect(path, &info, err);

    if (!st)
        st = check_new_file(cmd->args[0], err);
    if (!st && !hv_cmd_is_dry(cmd))
        st = hv_keystore_backup(path, cmd->args[0], err);
    if (st)
        return st;
    hv_node_text(top, "file", cmd->args[0]);
    hv_node_text(top, "of", path);
    hv_node_int(top, "generation", (int64_t)info.generation);
    cmd_dry(cmd, top);
    return HV_OK;
}

/* ---- restore ---- */

struct restoring {
    const char *path, *from;
    struct hv_keystore *ks;
};

static enum hv_status
restore_with(void *arg, const struct hv_credential *cred, struct hv_error *err)
{
    struct restoring *r = arg;

    return hv_keystore_restore(r->path, r->from, cred, &r->ks, err);
}

/* What is there, for the question. */
static void
describe_present(const char *path, char out[160])
{
    struct hv_keystore_info now;
    char time[HV_TIME_TEXT];
    enum hv_status st = hv_keystore_inspect(path, &now, NULL);

    if (st == HV_ERR_NOT_FOUND) {
        hv_copy(out, 160, "there is none now");
    } else if (st) {
        hv_copy(out, 160, "the one there cannot be read");
    } else {
        hv_time_format(now.saved_ms, time);
        snprintf(out, 160, "now it is generation %" PRIu64 ", saved %s",
                 now.generation, time);
    }
}

static enum hv_status
confirm_restore(struct hv_cmd *cmd, const struct hv_keystore_info *info,
                struct hv_error *err)
{
    char time[HV_TIME_TEXT], present[160];

    hv_time_format(info->saved_ms, time);
    describe_present(cmd->session->globals.keystore, present);
    return hv_cmd_confirm(
        cmd, err,
        "The keystore %s becomes what it was in generation %" PRIu64
        ", saved %s (%s). Keys that were made since are not in it; what the "
        "platform signs with is asked for afterwards.",
        cmd->session->globals.keystore, info->generation, time, present);
}

/* Keys that were made after the backup are gone, and the platform may sign with
 * them: what it sends cannot be verified any more. */
static void
warn_of_lost(struct hv_session *session, const struct hv_sub_model *subs)
{
    for (size_t i = 0; i < subs->len; i++) {
        const struct hv_sub *sub = &subs->rows[i].sub;
        char id[HV_GUID_TEXT];

        if (subs->rows[i].has_key)
            continue;
        hv_guid_format(&sub->id, id);
        hv_session_warn(session,
                        "CRITICAL: the platform signs %s with version %s, "
                        "which is not in this backup: import it (key import) "
                        "or announce a new one (key rotate) now",
                        id, sub->version.id);
    }
}

/* Nothing in a backup is known to be so still: the platform says what is. */
static void
reconcile(struct hv_cmd *cmd)
{
    struct hv_session *session = cmd->session;
    const struct hv_profile *profile;
    struct hv_sub_model subs = { 0 };
    struct hv_error why = { 0 };
    size_t left = hv_keystore_unconfirmed(session->ks);

    if (!left && hv_session_profile(session, &profile, NULL))
        return; /* a keystore without a platform to ask */
    if (!hv_session_profile(session, &profile, &why) &&
        !hv_model_subs(session, &subs, &why)) {
        warn_of_lost(session, &subs);
        hv_sub_model_release(&subs);
    }
    left = hv_keystore_unconfirmed(session->ks);
    hv_node_int(hv_out_top(cmd->out), "unconfirmed", (int64_t)left);
    if (left)
        hv_session_warn(session,
                        "%zu subscriptions are not confirmed by the platform "
                        "since%s%s; before anything else: hvconsole sub list",
                        left, why.status ? ": " : "", why.why);
}

enum hv_status
cmd_keystore_restore(struct hv_cmd *cmd, struct hv_error *err)
{
    struct restoring r = { .path = cmd->session->globals.keystore,
                           .from = cmd->args[0] };
    struct hv_keystore_info info;
    enum hv_status st = hv_keystore_inspect(r.from, &info, err);

    if (!st && hv_cmd_is_dry(cmd)) {
        hv_node_text(hv_out_top(cmd->out), "from", r.from);
        keystore_tell(cmd, &info, "backup");
        cmd_dry(cmd, hv_out_top(cmd->out));
        return HV_OK;
    }
    if (!st)
        st = confirm_restore(cmd, &info, err);
    if (!st)
        st = hv_session_try(cmd->session, r.from, restore_with, &r, NULL, err);
    if (st)
        return st;
    hv_session_give_keystore(cmd->session, r.ks);
    info = *hv_keystore_info(r.ks);
    keystore_tell(cmd, &info, "open");
    reconcile(cmd);
    return HV_OK;
}

/* ---- export ---- */

static enum hv_status
new_passphrase(struct hv_cmd *cmd, struct hv_secret *out, struct hv_error *err)
{
    enum hv_status st = hv_session_new_passphrase(
        cmd->session, hv_cmd_text(cmd, "--new-passphrase-file"), cmd->args[0],
        out, err);

    if (!st)
        hv_cmd_talk(cmd, "deriving the key, which takes a moment");
    return st;
}

static void
tell_export(struct hv_cmd *cmd)
{
    struct hv_node *top = hv_out_top(cmd->out);

    hv_node_text(top, "file", cmd->args[0]);
    hv_node_text(top, "of", cmd->session->globals.keystore);
}

static enum hv_status
export_part(struct hv_cmd *cmd, struct hv_keystore *ks, struct hv_error *err)
{
    struct hv_guid subs[HV_MAX_SUBS * 4];
    struct hv_words words = { 0 };
    struct hv_secret passphrase = { 0 };
    size_t len = 0;
    enum hv_status st = hv_cmd_list(cmd, "--sub", &words, err);

    if (!st && words.len > (int)HV_LEN(subs))
        st = hv_fail(err, HV_ERR_USAGE, "more than %zu subscriptions",
                     HV_LEN(subs));
    for (int i = 0; !st && i < words.len; i++)
        st = hv_keyring_resolve_sub(hv_keystore_ring(ks), words.items[i],
                                    &subs[len++], err);
    if (!st && !hv_cmd_is_dry(cmd)) {
        st = new_passphrase(cmd, &passphrase, err);
        if (!st)
            st = hv_keystore_export(ks, cmd->args[0], &passphrase, 0, subs, len,
                                    err);
    }
    if (!st) {
        tell_export(cmd);
        hv_node_int(hv_out_top(cmd->out), "subs",
                    len ? (int64_t)len
                        : (int64_t)hv_keystore_ring(ks)->subs_len);
    }
    hv_secret_release(&passphrase);
    hv_words_release(&words);
    return st;
}

static enum hv_status
find_app(const struct hv_keyring *ring, const char *text, struct hv_guid *out,
         struct hv_error *err)
{
    size_t found = 0;

    for (size_t i = 0; i < ring->apps_len; i++) {
        if (!hv_guid_matches(&ring->apps[i].app, text))
            continue;
        *out = ring->apps[i].app;
        found++;
    }
    if (found == 1)
        return HV_OK;
    if (found > 1)
        return hv_fail(err, HV_ERR_RULE,
                       "'%s' fits %zu applications: give more of the id", text,
                       found);
    return hv_fail(err, HV_ERR_NOT_FOUND,
                   "the keystore holds no private key of an application '%s'",
                   text);
}

/* The one key that leaves for other programs: the application's id is typed, or
 * given with --confirm; a bare yes is not enough. */
static enum hv_status
confirm_app(struct hv_cmd *cmd, const struct hv_guid *app, struct hv_error *err)
{
    const struct hv_asker *asker = &cmd->session->asker;
    const char *given = cmd->session->globals.confirm;
    char id[HV_GUID_TEXT], question[512];

    hv_guid_format(app, id);
    if (given[0]) {
        if (strcasecmp(given, id))
            return hv_fail(err, HV_ERR_REFUSED,
                           "--confirm names '%s', but the application is %s",
                           given, id);
        return HV_OK;
    }
    if (!asker->type_word) {
        hv_fail(err, HV_ERR_REFUSED,
                "a private key leaves only when the application's id is "
                "typed, and there is no terminal to ask on");
        hv_hint(err, "give --confirm %s", id);
        return HV_ERR_REFUSED;
    }
    snprintf(question, sizeof(question),
             "The private key of application %s goes to %.200s. Whoever has "
             "that file and its passphrase can act as the application.",
             id, cmd->args[0]);
    if (!asker->type_word(asker->arg, question, id))
        return hv_fail(err, HV_ERR_CANCELLED, "nothing was written");
    return HV_OK;
}

static enum hv_status
export_app(struct hv_cmd *cmd, struct hv_keystore *ks, const char *text,
           struct hv_error *err)
{
    struct hv_secret passphrase = { 0 };
    struct hv_guid app;
    enum hv_status st = find_app(hv_keystore_ring(ks), text, &app, err);

    if (!st && !hv_cmd_is_dry(cmd)) {
        st = confirm_app(cmd, &app, err);
        if (!st)
            st = new_passphrase(cmd, &passphrase, err);
        if (!st)
            st = hv_keystore_export_app(ks, &app, cmd->args[0], &passphrase,
                                        err);
        hv_secret_release(&passphrase);
    }
    if (st)
        return st;
    tell_export(cmd);
    hv_node_id(hv_out_top(cmd->out), "app_id", &app);
    return HV_OK;
}

enum hv_status
cmd_keystore_export(struct hv_cmd *cmd, struct hv_error *err)
{
    const char *app = hv_cmd_text(cmd, "--app-key");
    struct hv_keystore *ks;
    enum hv_status st;

    if (app && hv_cmd_has(cmd, "--sub"))
        return hv_fail(err, HV_ERR_USAGE,
                       "--app-key and --sub exclude each other");
    st = check_new_file(cmd->args[0], err);
    if (!st)
        st = hv_session_keystore(cmd->session, &ks, err);
    if (!st)
        st = app ? export_app(cmd, ks, app, err) : export_part(cmd, ks, err);
    if (!st)
        cmd_dry(cmd, hv_out_top(cmd->out));
    return st;
}

/* ---- import ---- */

struct importing {
    struct hv_keystore *ks;
    const char *from;
    bool is_dry;
    struct hv_import_report report;
};

static enum hv_status
import_with(void *arg, const struct hv_credential *cred, struct hv_error *err)
{
    struct importing *i = arg;
    struct hv_keystore *other = NULL;
    enum hv_status st;

    if (!i->is_dry)
        return hv_keystore_import(i->ks, i->from, cred, &i->report, err);
    st = hv_keystore_open(i->from, cred, &other, err);
    if (!st) {
        const struct hv_keyring *ring = hv_keystore_ring(other);

        i->report = (struct hv_import_report){ .subs = ring->subs_len,
                                               .keys = ring->keys_len,
                                               .apps = ring->apps_len };
    }
    hv_keystore_close(other);
    return st;
}

enum hv_status
cmd_keystore_import(struct hv_cmd *cmd, struct hv_error *err)
{
    const char *file = hv_cmd_text(cmd, "--from-passphrase-file");
    struct importing i = { .from = cmd->args[0], .is_dry = hv_cmd_is_dry(cmd) };
    struct hv_node *top = hv_out_top(cmd->out);
    struct hv_keystore_info info;
    struct hv_held held = { 0 };
    enum hv_status st = hv_keystore_inspect(i.from, &info, err);

    if (!st)
        st = hv_session_keystore(cmd->session, &i.ks, err);
    if (!st && !file && !cmd->session->asker.passphrase) {
        hv_fail(err, HV_ERR_LOCKED,
                "the passphrase of %s is wanted, and there is no terminal to "
                "ask for it",
                i.from);
        hv_hint(err, "give --from-passphrase-file");
        return HV_ERR_LOCKED;
    }
    if (!st && file) {
        st = hv_held_read(file, &held, err);
        if (!st) {
            struct hv_credential cred = hv_held_credential(&held);

            st = import_with(&i, &cred, err);
        }
        hv_held_release(&held);
    } else if (!st) {
        st = hv_session_ask(cmd->session, i.from, import_with, &i, err);
    }
    if (st)
        return st;
    hv_node_text(top, "file", i.from);
    hv_node_int(top, "subs", (int64_t)i.report.subs);
    hv_node_int(top, "keys", (int64_t)i.report.keys);
    hv_node_int(top, "apps", (int64_t)i.report.apps);
    hv_node_int(top, "journal_keys", (int64_t)i.report.journal_keys);
    hv_node_int(top, "tokens", (int64_t)i.report.tokens);
    hv_node_int(top, "same", (int64_t)i.report.same);
    hv_node_int(top, "generation", (int64_t)hv_keystore_info(i.ks)->generation);
    cmd_dry(cmd, top);
    return HV_OK;
}
