/*
 * session.h - what a command works with: places, profile, keystore, client.
 * Each part is opened on first use. One session belongs to one thread: the
 * shell's command uses the main thread; the console runs commands on its
 * worker thread, because a save waits for a lock and a disk.
 */
#ifndef TUI_COMMAND_SESSION_H
#define TUI_COMMAND_SESSION_H

#include "hvconsole/client.h"
#include "hvconsole/journal.h"
#include "hvconsole/job.h"
#include "hvconsole/keystore.h"
#include "hvconsole/loop.h"
#include "hvconsole/profile.h"
#include "hvconsole/rotate.h"
#include "hvconsole/run.h"

enum hv_format {
    HV_FORMAT_AUTO,
    HV_FORMAT_TABLE,
    HV_FORMAT_WIDE,
    HV_FORMAT_TSV,
    HV_FORMAT_JSON,
    HV_FORMAT_NDJSON,
    HV_FORMAT_NAME,
    HV_FORMAT_JUNIT,
};

struct hv_globals {   /* the global flags, and where things are */
    char profile[64]; /* "" = the current one */
    char config[512];
    char keystore[512];
    char store[512];
    char passphrase_file[512];
    char slot_key[512];
    int passphrase_fd; /* -1 = none */
    bool read_only, write, yes, quiet, utc, dry_run;
    int verbose;
    char confirm[64];
    enum hv_format format;
    int color;          /* -1 auto, 0 never, 1 always */
    int64_t timeout_ms; /* 0 = default */
    char fields[256];
    int64_t limit; /* -1 = the command's default */
};

struct hv_exchange; /* command/exchange.h */

/* How a session asks a person. NULL members: there is nobody to ask, and the
 * command ends with HV_ERR_LOCKED (passphrase) or HV_ERR_REFUSED (confirm). */
struct hv_asker {
    enum hv_status (*passphrase)(void *arg, const char *prompt, bool is_new,
                                 struct hv_secret *out, struct hv_error *err);
    bool (*confirm)(void *arg, const char *question); /* impact in numbers */
    /* Production deletes: the person types @word. NULL = wants --confirm. */
    bool (*type_word)(void *arg, const char *question, const char *word);
    void (*progress)(void *arg, const char *line); /* talk, not data */
    /* What must not be missed, though nothing failed. NULL = as progress. */
    void (*warn)(void *arg, const char *line);
    /* The passphrase was wrong: wait, then ask again. False: given up. NULL =
     * one attempt is all. */
    bool (*pause)(void *arg, const char *why, int64_t ms);
    /* A rotation moved on, or waits: for a bar or a view. It is copied. */
    void (*rotation)(void *arg, const struct hv_rotation *job);
    /* A test message was sent, or composed. It is copied, or taken over: what
     * is left in it is released afterwards. */
    void (*exchange)(void *arg, struct hv_exchange *exchange);
    void *arg;
};

struct hv_session {
    struct hv_globals globals;
    struct hv_asker asker;
    struct hv_loop *loop;    /* owned */
    struct hv_config config; /* loaded by hv_session_config() */
    bool has_config;
    struct hv_keystore *ks;           /* owned; NULL = not opened yet */
    struct hv_client *client;         /* owned; NULL = not made yet */
    struct hv_profile client_profile; /* whom the client speaks for */
    bool is_locked;            /* by the person: no credential reopens it */
    struct hv_error try_error; /* why try_keystore gave NULL; zeroed: there
                                     was no credential, or it was not tried */
    bool has_tried;
    struct hv_lately *lately; /* owned; what model_status.c read last */
    _Atomic bool is_cancelled; /* set by any thread */
};

HV_MUST_CHECK enum hv_status hv_session_init(struct hv_session *session,
                                             const struct hv_globals *globals,
                                             struct hv_error *err);
void hv_session_release(struct hv_session *session);

/** hv_session_config() - the config file, read anew when it is not loaded. */
HV_MUST_CHECK enum hv_status hv_session_config(struct hv_session *session,
                                               struct hv_error *err);
/** hv_session_forget_config() - the file changed: read it anew next time. */
void hv_session_forget_config(struct hv_session *session);
/** hv_session_profile() - the chosen profile. HV_ERR_NOT_FOUND with a hint. */
HV_MUST_CHECK enum hv_status hv_session_profile(struct hv_session *session,
                                                const struct hv_profile **out,
                                                struct hv_error *err);
/** hv_session_keystore() - opened by file, descriptor, slot key or prompt, in
 *  this order; refreshed when already open. */
HV_MUST_CHECK enum hv_status hv_session_keystore(struct hv_session *session,
                                                 struct hv_keystore **out,
                                                 struct hv_error *err);
/** hv_session_try_keystore() - the same, but never asks and never fails: NULL
 *  when no credential is at hand. For `log` and `status`. */
struct hv_keystore *hv_session_try_keystore(struct hv_session *session);
/** hv_session_take_keystore() - hand the open one over (to the listener); the
 *  session has none afterwards. Opens it if needed. */
HV_MUST_CHECK enum hv_status
hv_session_take_keystore(struct hv_session *session, struct hv_keystore **out,
                         struct hv_error *err);
/** hv_session_passphrase() - a passphrase from file, descriptor or prompt, for
 *  a new keystore when @is_new. HV_ERR_LOCKED: nobody to ask. */
HV_MUST_CHECK enum hv_status hv_session_passphrase(struct hv_session *session,
                                                   bool is_new,
                                                   struct hv_secret *out,
                                                   struct hv_error *err);
/* What opens a keystore, held for as long as more than opening is done with it.
 * One of the two is set. */
struct hv_held {
    struct hv_secret passphrase;
    struct hv_secret key_file;
};
void hv_held_release(struct hv_held *held);
/** hv_held_credential() - borrowed. */
struct hv_credential hv_held_credential(const struct hv_held *held);
/** hv_held_read() - a key file, or the first line of a file as a passphrase. */
HV_MUST_CHECK enum hv_status hv_held_read(const char *path, struct hv_held *out,
                                          struct hv_error *err);
/**
 * hv_session_try() - get the credential that the flags name, or ask for it, and
 * call @open with it. A person may try again after HV_ERR_LOCKED, ten times,
 * with longer and longer pauses (0 0 1 2 4 8 16 30 30 s).
 * @path: whose passphrase is wanted, for the prompt
 * @held: keeps the credential that opened; may be NULL
 */
typedef enum hv_status (*hv_open_fn)(void *arg,
                                     const struct hv_credential *cred,
                                     struct hv_error *err);
HV_MUST_CHECK enum hv_status hv_session_try(struct hv_session *session,
                                            const char *path, hv_open_fn open,
                                            void *arg, struct hv_held *held,
                                            struct hv_error *err);
/** hv_session_ask() - the same, but whatever the flags name: of another file
 *  than the keystore. HV_ERR_LOCKED: nobody to ask. */
HV_MUST_CHECK enum hv_status hv_session_ask(struct hv_session *session,
                                            const char *path, hv_open_fn open,
                                            void *arg, struct hv_error *err);
/** hv_session_open_held() - the keystore, opened anew, and with what. */
HV_MUST_CHECK enum hv_status hv_session_open_held(struct hv_session *session,
                                                  struct hv_keystore **out,
                                                  struct hv_held *held,
                                                  struct hv_error *err);
/** hv_session_new_passphrase() - for @what: from @file, or typed twice.
 *  HV_ERR_LOCKED: nobody to ask. */
HV_MUST_CHECK enum hv_status
hv_session_new_passphrase(struct hv_session *session, const char *file,
                          const char *what, struct hv_secret *out,
                          struct hv_error *err);
/** hv_session_warn() - a line that also those see who look at no progress. */
void hv_session_warn(struct hv_session *session, const char *fmt, ...)
    HV_PRINTF(2, 3);
/** hv_session_has_credential() - whether anything but asking would open it. */
bool hv_session_has_credential(const struct hv_session *session);
/** hv_session_credential_file() - the file that it would be read from. */
bool hv_session_credential_file(const struct hv_session *session,
                                char path[600]);
/** hv_session_is_read_only() - --read-only, or a production profile without
 *  --write. */
bool hv_session_is_read_only(struct hv_session *session);
/** hv_session_talk() - a line to the person, if there is one; not data. */
void hv_session_talk(struct hv_session *session, const char *fmt, ...)
    HV_PRINTF(2, 3);
/** hv_session_give_keystore() - the console unlocked it; owned from here. NULL
 *  locks: keystore and client are closed and wiped. */
void hv_session_give_keystore(struct hv_session *session,
                              struct hv_keystore *ks);
HV_MUST_CHECK enum hv_status hv_session_client(struct hv_session *session,
                                               struct hv_client **out,
                                               struct hv_error *err);
/** hv_session_rotate_ctx() - all parts a rotation needs. */
HV_MUST_CHECK enum hv_status hv_session_rotate_ctx(struct hv_session *session,
                                                   struct hv_rotate_ctx *out,
                                                   struct hv_error *err);
/** hv_session_journal() - a view on STORE/journal.db, unsealing if the
 *  keystore is open; close it with hv_journal_view_close(). */
HV_MUST_CHECK enum hv_status hv_session_journal(struct hv_session *session,
                                                struct hv_journal_view **out,
                                                struct hv_error *err);

/** hv_globals_default() - XDG places, no flags. */
void hv_globals_default(struct hv_globals *globals);

#endif
