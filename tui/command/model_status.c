/*
 * model_status.c - the health of everything on this machine in one look. Local
 * facts only: never the network, never a question.
 */
#include "tui/command/custody.h"
#include "tui/command/model_counts.h"

#include "hvconsole/clock.h"
#include "hvconsole/file.h"
#include "hvconsole/secret.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define HOUR_MS ((int64_t)3600 * 1000)

static void
fill_profile(struct hv_session *session, struct hv_status_model *out)
{
    const struct hv_profile *profile;

    if (hv_session_profile(session, &profile, NULL))
        return;
    out->has_profile = true;
    out->profile_facts = *profile;
    out->env = profile->env;
    hv_copy(out->profile, sizeof(out->profile), profile->name);
    hv_guid_short(&profile->app_id, out->app_short);
}

static const char *
state_of(enum hv_status st)
{
    switch (st) {
    case HV_ERR_NOT_FOUND:
        return "missing";
    case HV_OK:
    case HV_ERR_LOCKED:
        return "locked";
    default:
        return "damaged";
    }
}

static void
fill_keystore(struct hv_session *session, struct hv_status_model *out,
              struct hv_error *why)
{
    struct hv_keystore *ks = hv_session_try_keystore(session);
    struct hv_keystore_info info = { 0 };
    enum hv_status st;

    hv_copy(out->keystore_file, sizeof(out->keystore_file),
            session->globals.keystore);
    st = hv_keystore_inspect(session->globals.keystore, &info, why);
    if (ks)
        info = *hv_keystore_info(ks);
    out->keystore_generation = info.generation;
    hv_copy(out->keystore_state, sizeof(out->keystore_state),
            ks ? "open" : state_of(st));
}

static void
note_handon(const struct hv_facts *facts, struct hv_status_model *out)
{
    int64_t waiting = hv_facts_get_int(facts, "handon-waiting", 0);
    char why[160] = "";

    if (hv_facts_get_int(facts, "handon-failing", 0) <= 0)
        return;
    hv_facts_get(facts, "handon-error", 0, why, sizeof(why));
    hv_attend(out, "warn", "log", "%lld %s not handed on: %s",
              (long long)waiting,
              waiting == 1 ? "notification waits," : "notifications wait,",
              why[0] ? why : "the worker did not take them");
}

static void
fill_listener(struct hv_session *session, struct hv_status_model *out)
{
    struct hv_facts facts = { 0 };

    if (hv_run_find(session->globals.store, "listener", &facts, NULL) == 0) {
        out->listener_running = true;
        hv_facts_get(&facts, "listening", 0, out->listener_url,
                     sizeof(out->listener_url));
        hv_facts_get(&facts, "health", 0, out->listener_health,
                     sizeof(out->listener_health));
        out->listener_pid = hv_facts_get_int(&facts, "pid", 0);
        out->listener_generation = hv_facts_get_int(&facts, "generation", 0);
        out->listener_started_ms = hv_facts_get_int(&facts, "started_ms", 0);
        note_handon(&facts, out);
    }
    hv_facts_release(&facts);
}

static void
fill_sandbox(struct hv_session *session, struct hv_status_model *out)
{
    struct hv_facts facts = { 0 };

    if (hv_run_find(session->globals.store, "sandbox", &facts, NULL) == 0) {
        out->sandbox_running = true;
        hv_facts_get(&facts, "listening", 0, out->sandbox_url,
                     sizeof(out->sandbox_url));
        out->sandbox_pid = hv_facts_get_int(&facts, "pid", 0);
    }
    hv_facts_release(&facts);
}

/* What the journal says of a day, read again when it was written to and once a
 * minute: adding up a busy day takes longer than all the rest. */
struct hv_lately {
    struct stamp {
        ino_t file;
        off_t size;
        struct timespec written;
    } stamps[2]; /* of the journal and of its log */
    int64_t minute;
    uint64_t generation; /* of the keystore; 0 = it was locked */
    struct hv_log_bucket hours[24];
    int64_t last_message_ms;
    int keys_safe;
};

static void
stamp(const struct hv_session *session, const char *name, struct stamp *out)
{
    char path[600];
    struct stat info;

    if (!hv_path_join(path, sizeof(path), session->globals.store, name) &&
        stat(path, &info) == 0) {
        out->file = info.st_ino;
        out->size = info.st_size;
        out->written = info.st_mtim;
    }
}

static enum hv_status
read_safe(const struct hv_session *session, struct hv_lately *lately,
          struct hv_error *err)
{
    struct hv_drain_model drain = { 0 };
    enum hv_status st = HV_OK;

    if (session->ks)
        st = hv_drain_read(session->ks, session->globals.store, NULL, &drain,
                           err);
    for (size_t i = 0; !st && i < drain.len; i++)
        lately->keys_safe += drain.rows[i].drain == HV_DRAIN_SAFE;
    hv_drain_release(&drain);
    return st;
}

static enum hv_status
read_lately(struct hv_session *session, struct hv_lately *lately,
            int64_t now_ms, struct hv_error *err)
{
    struct hv_journal_view *view = NULL;
    struct hv_log_filter all = { 0 };
    struct hv_log_row newest = { 0 };
    size_t len = 0;
    enum hv_status st = hv_session_journal(session, &view, err);

    if (!st)
        st = hv_journal_buckets(view, now_ms, HOUR_MS, lately->hours,
                                HV_LEN(lately->hours), err);
    if (!st)
        st = hv_journal_page(view, &all, 0, 0, false, &newest, 1, &len, err);
    if (!st && len) {
        lately->last_message_ms = newest.received_ms;
        hv_log_row_release(&newest);
    }
    hv_journal_view_close(view);
    return st ? st : read_safe(session, lately, err);
}

static enum hv_status
fill_journal(struct hv_session *session, struct hv_status_model *out,
             struct hv_error *err)
{
    int64_t now = hv_clock_now_ms();
    struct hv_lately lately = { .minute = now / 60000 };
    enum hv_status st = HV_OK;

    if (session->ks)
        lately.generation = hv_keystore_info(session->ks)->generation;
    stamp(session, "journal.db", &lately.stamps[0]);
    stamp(session, "journal.db-wal", &lately.stamps[1]);
    if (session->lately && session->lately->minute == lately.minute &&
        session->lately->generation == lately.generation &&
        !memcmp(session->lately->stamps, lately.stamps, sizeof(lately.stamps)))
        lately = *session->lately;
    else
        st = read_lately(session, &lately, now, err);
    if (st)
        return st;
    if (!session->lately)
        session->lately = hv_calloc(1, sizeof(*session->lately));
    *session->lately = lately;
    memcpy(out->hours, lately.hours, sizeof(out->hours));
    for (int v = 0; v < HV_VERDICT_COUNT; v++) {
        out->verdicts_1h[v] = out->hours[23].verdicts[v];
        for (int h = 0; h < 24; h++)
            out->verdicts_24h[v] += out->hours[h].verdicts[v];
    }
    out->last_message_ms = lately.last_message_ms;
    out->keys_safe = lately.keys_safe;
    return HV_OK;
}

/* Counts of key states; only with an open keystore. */
static void
fill_keys(const struct hv_session *session, struct hv_status_model *out,
          int *open_intents)
{
    const struct hv_keyring *ring;

    if (!session->ks)
        return;
    ring = hv_keystore_ring(session->ks);
    for (size_t i = 0; i < ring->keys_len; i++) {
        const struct hv_key *key = &ring->keys[i];
        const struct hv_key_sub *sub = hv_keyring_sub(ring, &key->sub);

        out->keys_active += key->state == HV_KEY_ACTIVE;
        out->keys_accepted += key->state == HV_KEY_ACCEPTED;
        out->keys_pending += key->state == HV_KEY_PENDING;
        out->keys_retired += key->state == HV_KEY_RETIRED;
        if (key->state == HV_KEY_PENDING && sub &&
            sub->intent != HV_INTENT_NONE)
            (*open_intents)++;
        if (key->state == HV_KEY_ACTIVE &&
            (!out->oldest_active_ms ||
             key->activated_ms < out->oldest_active_ms))
            out->oldest_active_ms = key->activated_ms;
    }
}

/* Verdicts of the last day that want a person's eye. */
static void
note_verdicts(struct hv_status_model *out)
{
    static const struct {
        enum hv_verdict verdict;
        const char *severity;
    } watched[] = {
        { HV_VERDICT_UNKNOWN_VERSION, "high" },
        { HV_VERDICT_RETIRED_VERSION, "high" },
        { HV_VERDICT_UNKNOWN_SUB, "warn" },
        { HV_VERDICT_BAD_HMAC, "warn" },
        { HV_VERDICT_QUARANTINED, "warn" },
        { HV_VERDICT_MISMATCH, "warn" },
    };

    for (size_t i = 0; i < HV_LEN(watched); i++) {
        int64_t count = out->verdicts_24h[watched[i].verdict];
        const struct hv_verdict_row *row = hv_verdict_row(watched[i].verdict);
        struct hv_attention *note;

        if (!count)
            continue;
        note = hv_attend(out, watched[i].severity, "log",
                         "%lld %s in the last 24 h: %s", (long long)count,
                         row->word, row->sentence);
        if (note)
            snprintf(note->filter, sizeof(note->filter), "verdict:%.30s",
                     row->word);
    }
}

static void
note_attention(struct hv_session *session, struct hv_status_model *out,
               int open_intents, const struct hv_error *why)
{
    struct hv_attention *note;

    if (!out->has_profile)
        hv_attend(out, "info", "help", "no profile yet: hvconsole profile add");
    if (strcmp(out->keystore_state, "missing") == 0)
        hv_attend(out, out->has_profile ? "high" : "info", "keys",
                  "no keystore yet: hvconsole keystore init");
    if (strcmp(out->keystore_state, "damaged") == 0)
        hv_attend(out, "high", "keys", "the keystore cannot be used: %s",
                  why->why);
    if (session->try_error.status == HV_ERR_LOCKED)
        hv_attend(out, "high", "keys", "the credential at hand opens no slot");
    if (out->keys_active && !out->listener_running)
        hv_attend(out, "high", "log", "no listener runs: hvconsole listen");
    if (out->listener_running && out->listener_health[0] &&
        strcmp(out->listener_health, "ok"))
        hv_attend(out, "high", "log", "listener %s", out->listener_health);
    if (open_intents)
        hv_attend(out, "warn", "keys",
                  "%d rotation%s not finished: run key rotate again",
                  open_intents, open_intents == 1 ? "" : "s");
    note_verdicts(out);
    if (out->keys_safe) {
        note = hv_attend(out, "info", "keys",
                         "%d old key version%s safe to retire", out->keys_safe,
                         out->keys_safe == 1 ? " is" : "s are");
        if (note)
            hv_copy(note->filter, sizeof(note->filter), "drain:safe");
    }
    if (!hv_secret_is_locked())
        hv_attend(out, "info", "keys",
                  "memory for secrets is not locked (RLIMIT_MEMLOCK)");
}

void
hv_model_status(struct hv_session *session, struct hv_status_model *out)
{
    struct hv_error why = { 0 };
    struct hv_error unread = { 0 };
    int open_intents = 0;

    *out = (struct hv_status_model){ 0 };
    fill_profile(session, out);
    fill_keystore(session, out, &why);
    fill_listener(session, out);
    fill_sandbox(session, out);
    fill_keys(session, out, &open_intents);
    /* What the journal does not tell is missing; the rest stands. */
    if (fill_journal(session, out, &unread))
        hv_attend(out, "high", "log", "%s%s%s", unread.why,
                  unread.hint[0] ? ": " : "", unread.hint);
    note_attention(session, out, open_intents, &why);
    model_custody(session, out);
    model_maint_attention(session, out);
}
