/*
 * unlock.c - how a session comes to an open keystore: descriptor, file, slot
 * key, environment, systemd's credential, or asking, in this order: what stands
 * on the command line comes before what is only around. Secrets stay in
 * struct hv_secret and are wiped before anything returns.
 */
#include "tui/command/custody.h"

#include "hvconsole/clock.h"
#include "hvconsole/file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What could open the keystore. */
enum source {
    SOURCE_NONE,
    SOURCE_FD,
    SOURCE_FILE,
    SOURCE_SLOT,
};

static enum source
find_source(const struct hv_session *session, char path[600])
{
    const struct hv_globals *globals = &session->globals;
    const char *file = getenv("HVCONSOLE_PASSPHRASE_FILE");
    const char *credentials = getenv("CREDENTIALS_DIRECTORY");

    path[0] = '\0';
    if (globals->passphrase_fd >= 0)
        return SOURCE_FD;
    if (globals->passphrase_file[0]) {
        hv_copy(path, 600, globals->passphrase_file);
        return SOURCE_FILE;
    }
    if (globals->slot_key[0]) {
        hv_copy(path, 600, globals->slot_key);
        return SOURCE_SLOT;
    }
    if (file && file[0]) {
        hv_copy(path, 600, file);
        return SOURCE_FILE;
    }
    if (credentials && credentials[0] &&
        hv_path_join(path, 600, credentials, "hvks-keyfile") == HV_OK &&
        access(path, F_OK) == 0)
        return SOURCE_SLOT;
    return SOURCE_NONE;
}

bool
hv_session_credential_file(const struct hv_session *session, char path[600])
{
    enum source source = find_source(session, path);

    return source == SOURCE_FILE || source == SOURCE_SLOT;
}

bool
hv_session_has_credential(const struct hv_session *session)
{
    char path[600];

    return find_source(session, path) != SOURCE_NONE;
}

static enum hv_status
fail_nobody(const struct hv_session *session, bool is_new, struct hv_error *err)
{
    hv_fail(err, HV_ERR_LOCKED,
            "the keystore %s %s, and there is no terminal to ask for it",
            session->globals.keystore,
            is_new ? "needs a passphrase"
                   : "is locked: its passphrase is wanted");
    hv_hint(err, "give --passphrase-file or --passphrase-fd%s",
            is_new ? "" : " or --slot-key");
    return HV_ERR_LOCKED;
}

/* A passphrase that is not asked for: a descriptor gives it only once. */
static enum hv_status
read_passphrase(struct hv_session *session, enum source source,
                const char *path, struct hv_secret *out, struct hv_error *err)
{
    enum hv_status st;

    if (source == SOURCE_FILE)
        return hv_file_read_secret_line(path, -1, HV_MAX_PASSPHRASE, out, err);
    st = hv_file_read_secret_line(NULL, session->globals.passphrase_fd,
                                  HV_MAX_PASSPHRASE, out, err);
    session->globals.passphrase_fd = -1;
    return st;
}

static enum hv_status
ask_passphrase(struct hv_session *session, const char *what, bool is_new,
               struct hv_secret *out, struct hv_error *err)
{
    char prompt[680];

    if (!session->asker.passphrase)
        return fail_nobody(session, is_new, err);
    if (is_new)
        snprintf(prompt, sizeof(prompt),
                 "New passphrase for %s, %d characters or more: ", what,
                 HV_MIN_PASSPHRASE);
    else
        snprintf(prompt, sizeof(prompt), "Passphrase for %s: ", what);
    return session->asker.passphrase(session->asker.arg, prompt, is_new, out,
                                     err);
}

enum hv_status
hv_session_passphrase(struct hv_session *session, bool is_new,
                      struct hv_secret *out, struct hv_error *err)
{
    char path[600];
    enum source source = find_source(session, path);

    if (source == SOURCE_FD || source == SOURCE_FILE)
        return read_passphrase(session, source, path, out, err);
    return ask_passphrase(session, session->globals.keystore, is_new, out, err);
}

enum hv_status
hv_session_new_passphrase(struct hv_session *session, const char *file,
                          const char *what, struct hv_secret *out,
                          struct hv_error *err)
{
    if (file)
        return hv_file_read_secret_line(file, -1, HV_MAX_PASSPHRASE, out, err);
    if (!session->asker.passphrase) {
        hv_fail(err, HV_ERR_LOCKED,
                "%s needs a new passphrase, and there is no terminal to ask "
                "for it",
                what);
        hv_hint(err, "give --new-passphrase-file");
        return HV_ERR_LOCKED;
    }
    return ask_passphrase(session, what, true, out, err);
}

/* ---- held credentials ---- */

void
hv_held_release(struct hv_held *held)
{
    hv_secret_release(&held->passphrase);
    hv_secret_release(&held->key_file);
}

struct hv_credential
hv_held_credential(const struct hv_held *held)
{
    return (struct hv_credential){
        .passphrase = held->passphrase.len ? &held->passphrase : NULL,
        .key_file = held->key_file.len ? &held->key_file : NULL,
    };
}

enum hv_status
hv_held_read(const char *path, struct hv_held *out, struct hv_error *err)
{
    *out = (struct hv_held){ 0 };
    if (hv_key_file_read(path, &out->key_file, NULL) == HV_OK)
        return HV_OK;
    return hv_file_read_secret_line(path, -1, HV_MAX_PASSPHRASE,
                                    &out->passphrase, err);
}

/* ---- opening ---- */

/* After the nth failure, in seconds; the one after the last ends it. */
static const int pauses[] = { 0, 0, 1, 2, 4, 8, 16, 30, 30 };

/* A person is asked until the passphrase fits, or the tenth did not. */
static enum hv_status
ask_and_open(struct hv_session *session, const char *path, hv_open_fn open,
             void *arg, struct hv_held *held, struct hv_error *err)
{
    struct hv_error why = { 0 };
    enum hv_status st;

    for (size_t failures = 0;;) {
        struct hv_error gone = { 0 };
        struct hv_credential cred;

        st = ask_passphrase(session, path, false, &held->passphrase, &gone);
        if (st) {
            /* Who gives up after a wrong one is told that it was wrong. */
            if (!failures)
                why = gone;
            break;
        }
        cred = hv_held_credential(held);
        why = (struct hv_error){ 0 };
        st = open(arg, &cred, &why);
        if (!st)
            return HV_OK;
        hv_held_release(held);
        if (st != HV_ERR_LOCKED || failures == HV_LEN(pauses) ||
            !session->asker.pause ||
            !session->asker.pause(session->asker.arg, why.why,
                                  1000 * (int64_t)pauses[failures]))
            break;
        failures++;
    }
    if (err && !err->status)
        *err = why;
    return why.status;
}

enum hv_status
hv_session_try(struct hv_session *session, const char *path, hv_open_fn open,
               void *arg, struct hv_held *held, struct hv_error *err)
{
    struct hv_held own = { 0 };
    struct hv_credential cred;
    char file[600];
    enum source source = find_source(session, file);
    enum hv_status st;

    if (source == SOURCE_NONE) {
        st = ask_and_open(session, path, open, arg, &own, err);
    } else {
        st = source == SOURCE_SLOT
                 ? hv_key_file_read(file, &own.key_file, err)
                 : read_passphrase(session, source, file, &own.passphrase, err);
        cred = hv_held_credential(&own);
        if (!st)
            st = open(arg, &cred, err);
    }
    if (!st && held)
        *held = own;
    else
        hv_held_release(&own);
    return st;
}

enum hv_status
hv_session_ask(struct hv_session *session, const char *path, hv_open_fn open,
               void *arg, struct hv_error *err)
{
    struct hv_held held = { 0 };
    enum hv_status st = ask_and_open(session, path, open, arg, &held, err);

    hv_held_release(&held);
    return st;
}

struct opening {
    const char *path;
    struct hv_keystore *ks;
};

static enum hv_status
open_with(void *arg, const struct hv_credential *cred, struct hv_error *err)
{
    struct opening *opening = arg;

    return hv_keystore_open(opening->path, cred, &opening->ks, err);
}

/* What a person should know about a keystore that was just opened. */
static void
greet(struct hv_session *session, const struct hv_keystore *ks)
{
    struct hv_error err = { 0 };

    if (hv_keystore_is_weak(ks))
        hv_session_warn(session,
                        "warning: this passphrase slot costs less than scrypt "
                        "N = 2^17: the keystore is read-only");
    if (hv_keystore_scope(ks) == HV_SCOPE_FULL &&
        custody_settle(&session->globals, &err))
        hv_session_talk(session,
                        "the audit log cannot be written, so changes will be "
                        "refused: %s",
                        err.why);
}

static enum hv_status
open_anew(struct hv_session *session, struct hv_keystore **out,
          struct hv_held *held, struct hv_error *err)
{
    struct opening opening = { .path = session->globals.keystore };
    struct hv_keystore_info info;
    enum hv_status st;

    /* Whether there is a sound file at all, before anybody is asked. */
    st = hv_keystore_inspect(opening.path, &info, err);
    if (st == HV_ERR_NOT_FOUND)
        hv_hint(err, "make one: hvconsole keystore init");
    if (!st)
        st = hv_session_try(session, opening.path, open_with, &opening, held,
                            err);
    if (st)
        return st;
    *out = opening.ks;
    greet(session, opening.ks);
    return HV_OK;
}

enum hv_status
hv_session_open_held(struct hv_session *session, struct hv_keystore **out,
                     struct hv_held *held, struct hv_error *err)
{
    struct hv_keystore *ks = NULL;
    enum hv_status st;

    if (session->is_locked)
        return hv_fail(err, HV_ERR_LOCKED, "the keystore is locked");
    st = open_anew(session, &ks, held, err);
    if (st)
        return st;
    hv_session_give_keystore(session, ks);
    *out = ks;
    return HV_OK;
}

enum hv_status
hv_session_keystore(struct hv_session *session, struct hv_keystore **out,
                    struct hv_error *err)
{
    bool changed;
    enum hv_status st;

    if (session->is_locked)
        return hv_fail(err, HV_ERR_LOCKED, "the keystore is locked");
    if (session->ks)
        st = hv_keystore_refresh(session->ks, &changed, err);
    else
        st = open_anew(session, &session->ks, NULL, err);
    if (!st)
        *out = session->ks;
    return st;
}

enum hv_status
hv_session_take_keystore(struct hv_session *session, struct hv_keystore **out,
                         struct hv_error *err)
{
    enum hv_status st = hv_session_keystore(session, out, err);

    if (st)
        return st;
    hv_client_free(session->client);
    session->client = NULL;
    session->ks = NULL;
    return HV_OK;
}

struct hv_keystore *
hv_session_try_keystore(struct hv_session *session)
{
    bool changed;

    if (session->is_locked)
        return NULL;
    if (session->ks) {
        /* On failure the last good content stays, which is what is wanted. */
        bool is_fresh = hv_keystore_refresh(session->ks, &changed, NULL) == 0;

        (void)is_fresh;
        return session->ks;
    }
    /* A KDF that failed once is not run again at every look. */
    if (session->has_tried || !hv_session_has_credential(session))
        return NULL;
    session->has_tried = true;
    if (open_anew(session, &session->ks, NULL, &session->try_error))
        return NULL;
    return session->ks;
}

void
hv_session_give_keystore(struct hv_session *session, struct hv_keystore *ks)
{
    hv_client_free(session->client);
    session->client = NULL;
    if (session->ks != ks)
        hv_keystore_close(session->ks);
    session->ks = ks;
    session->is_locked = ks == NULL;
    session->has_tried = false;
    session->try_error = (struct hv_error){ 0 };
}
