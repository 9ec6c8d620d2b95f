/*
 * unlock.c - how a session comes to an open keystore: descriptor, file, slot
 * key, environment, systemd's credential, or asking, in this order: what stands
 * on the command line comes before what is only around. Secrets stay in
 * struct hv_secret and are wiped before anything returns.
 */
#include "tui/command/session.h"

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

enum hv_status
hv_session_passphrase(struct hv_session *session, bool is_new,
                      struct hv_secret *out, struct hv_error *err)
{
    char path[600], prompt[640];
    enum source source = find_source(session, path);

    if (source == SOURCE_FD || source == SOURCE_FILE)
        return read_passphrase(session, source, path, out, err);
    if (!session->asker.passphrase)
        return fail_nobody(session, is_new, err);
    snprintf(prompt, sizeof(prompt),
             is_new ? "New passphrase for %s: " : "Passphrase for %s: ",
             session->globals.keystore);
    return session->asker.passphrase(session->asker.arg, prompt, is_new, out,
                                     err);
}

static enum hv_status
open_keystore(struct hv_session *session, bool may_ask, struct hv_error *err)
{
    struct hv_secret passphrase = { 0 }, key_file = { 0 };
    struct hv_credential cred = { 0 };
    struct hv_keystore_info info;
    char path[600];
    enum source source = find_source(session, path);
    enum hv_status st;

    /* Whether there is a sound file at all, before anybody is asked. */
    st = hv_keystore_inspect(session->globals.keystore, &info, err);
    if (st == HV_ERR_NOT_FOUND)
        hv_hint(err, "make one: hvconsole keystore init");
    if (st)
        return st;
    if (source == SOURCE_SLOT) {
        st = hv_key_file_read(path, &key_file, err);
        cred.key_file = &key_file;
    } else if (source == SOURCE_NONE && !may_ask) {
        return fail_nobody(session, false, err);
    } else {
        st = hv_session_passphrase(session, false, &passphrase, err);
        cred.passphrase = &passphrase;
    }
    if (!st)
        st = hv_keystore_open(session->globals.keystore, &cred, &session->ks,
                              err);
    hv_secret_release(&passphrase);
    hv_secret_release(&key_file);
    return st;
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
        st = open_keystore(session, true, err);
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
    if (open_keystore(session, false, &session->try_error))
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
