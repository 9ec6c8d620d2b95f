/*
 * job_file.c - one rotation as a file: STORE/jobs/ID, lines of facts, replaced
 * whole and brought to the disk at each change. Called by job.c, job_dir.c and
 * job_control.c. Holds no secrets and decides nothing.
 */
#include "core/rotate/job_in.h"
#include "hvconsole/clock.h"
#include "hvconsole/file.h"
#include "hvconsole/run.h"

#include <stdio.h>
#include <string.h>

#define FORMAT     1
#define MAX_FILE   (256 * 1024)
#define NO_VERSION "-"

static const char *const state_words[HV_ROTATION_STATES] = {
    [HV_ROTATION_PLANNED] = "planned", [HV_ROTATION_RUNNING] = "running",
    [HV_ROTATION_PAUSED] = "paused",   [HV_ROTATION_PARTIAL] = "partial",
    [HV_ROTATION_DONE] = "done",       [HV_ROTATION_ABORTED] = "aborted",
};

static const char *const item_words[HV_ITEM_STATES] = {
    [HV_ITEM_WAITING] = "waiting", [HV_ITEM_RUNNING] = "running",
    [HV_ITEM_STOPPED] = "stopped", [HV_ITEM_DONE] = "done",
    [HV_ITEM_GONE] = "gone",       [HV_ITEM_DROPPED] = "dropped",
};

const char *
hv_rotation_state_word(enum hv_rotation_state state)
{
    return (size_t)state < HV_ROTATION_STATES ? state_words[state] : "?";
}

const char *
hv_item_state_word(enum hv_item_state state)
{
    return (size_t)state < HV_ITEM_STATES ? item_words[state] : "?";
}

bool
hv_rotation_is_open(enum hv_rotation_state state)
{
    return state == HV_ROTATION_RUNNING || state == HV_ROTATION_PAUSED ||
           state == HV_ROTATION_PARTIAL;
}

struct hv_rotation_counts
hv_rotation_count(const struct hv_rotation *job)
{
    struct hv_rotation_counts counts = { .total = job->len };

    for (size_t i = 0; i < job->len; i++) {
        enum hv_item_state state = job->items[i].state;

        counts.done += state == HV_ITEM_DONE;
        counts.waiting += state == HV_ITEM_WAITING || state == HV_ITEM_RUNNING;
        counts.stopped += state == HV_ITEM_STOPPED;
        counts.gone += state == HV_ITEM_GONE;
        counts.dropped += state == HV_ITEM_DROPPED;
    }
    return counts;
}

/* -------------------------------------------------------------- saving -- */

static const char *
version_text(const struct hv_key_version *version)
{
    return version->id[0] ? version->id : NO_VERSION;
}

static void
add_item(struct hv_facts *facts, const struct hv_rotation_item *item)
{
    char sub[HV_GUID_TEXT];

    hv_guid_format(&item->sub, sub);
    hv_facts_addf(facts, "item", "%s %s %s %s %d %d %d", sub,
                  version_text(&item->old_version),
                  version_text(&item->new_version),
                  hv_item_state_word(item->state), (int)item->step,
                  item->is_canary, item->is_proven);
    hv_facts_add(facts, "why", item->reason);
}

static void
write_facts(struct hv_facts *facts, const struct hv_rotation *job)
{
    char app[HV_GUID_TEXT];

    hv_guid_format(&job->app, app);
    hv_facts_addf(facts, "format", "%d", FORMAT);
    hv_facts_add(facts, "id", job->id);
    hv_facts_add(facts, "app", app);
    hv_facts_add(facts, "state", hv_rotation_state_word(job->state));
    hv_facts_addf(facts, "created_ms", "%lld", (long long)job->created_ms);
    hv_facts_addf(facts, "changed_ms", "%lld", (long long)job->changed_ms);
    hv_facts_addf(facts, "next_ms", "%lld", (long long)job->next_ms);
    hv_facts_addf(facts, "pace_ms", "%lld", (long long)job->pace_ms);
    hv_facts_addf(facts, "canary", "%d", job->canary);
    hv_facts_addf(facts, "waits_for_canary", "%d", job->waits_for_canary);
    hv_facts_addf(facts, "is_canary_over", "%d", job->is_canary_over);
    hv_facts_addf(facts, "compromised", "%d", job->is_compromised);
    hv_facts_addf(facts, "without_listener", "%d", job->without_listener);
    hv_facts_add(facts, "reason", job->reason);
    for (size_t i = 0; i < job->len; i++)
        add_item(facts, &job->items[i]);
}

enum hv_status
job_save(const char *store, struct hv_rotation *job, struct hv_error *err)
{
    struct hv_facts facts = { 0 };
    char path[JOB_PATH];
    enum hv_status st = job_place(store, job->id, "", path, sizeof(path), err);

    if (st)
        return st;
    job->changed_ms = hv_clock_now_ms();
    write_facts(&facts, job);
    st = hv_file_replace(path, 0600, hv_buf_bytes(&facts.text), err);
    hv_facts_release(&facts);
    return st;
}

/* ------------------------------------------------------------- reading -- */

static bool
find_word(const char *const words[], size_t len, const char *word, int *out)
{
    for (size_t i = 0; i < len; i++) {
        if (strcmp(words[i], word) == 0) {
            *out = (int)i;
            return true;
        }
    }
    return false;
}

static bool
read_version(const char *text, struct hv_key_version *out)
{
    *out = (struct hv_key_version){ 0 };
    return strcmp(text, NO_VERSION) == 0 ||
           hv_key_version_parse(hv_bytes_str(text), out) == HV_OK;
}

static bool
read_item(const char *text, struct hv_rotation_item *item)
{
    char sub[40], old[64], new[64], state[16];
    int step, canary, proven, word;

    *item = (struct hv_rotation_item){ 0 };
    if (sscanf(text, "%39s %63s %63s %15s %d %d %d", sub, old, new, state,
               &step, &canary, &proven) != 7 ||
        hv_guid_parse(sub, &item->sub) ||
        !read_version(old, &item->old_version) ||
        !read_version(new, &item->new_version) ||
        !find_word(item_words, HV_ITEM_STATES, state, &word) ||
        step < HV_STEP_NONE || step > HV_STEP_RETIRE)
        return false;
    item->state = (enum hv_item_state)word;
    item->step = (enum hv_rotate_step)step;
    item->is_canary = canary != 0;
    item->is_proven = proven != 0;
    return true;
}

static bool
read_items(const struct hv_facts *facts, struct hv_rotation *job)
{
    char text[256];

    while (hv_facts_get(facts, "item", job->len, text, sizeof(text))) {
        struct hv_rotation_item *item;

        if (job->len == HV_LEN(job->items))
            return false;
        item = &job->items[job->len];
        if (!read_item(text, item) ||
            !hv_facts_get(facts, "why", job->len, item->reason,
                          sizeof(item->reason)))
            return false;
        job->len++;
    }
    return job->len > 0;
}

static bool
read_facts(const struct hv_facts *facts, const char *id,
           struct hv_rotation *job)
{
    char text[64];
    int word;

    *job = (struct hv_rotation){ 0 };
    if (hv_facts_get_int(facts, "format", 0) != FORMAT ||
        !hv_facts_get(facts, "id", 0, job->id, sizeof(job->id)) ||
        strcmp(job->id, id) != 0 ||
        !hv_facts_get(facts, "app", 0, text, sizeof(text)) ||
        hv_guid_parse(text, &job->app) ||
        !hv_facts_get(facts, "state", 0, text, sizeof(text)) ||
        !find_word(state_words, HV_ROTATION_STATES, text, &word) ||
        !hv_facts_get(facts, "reason", 0, job->reason, sizeof(job->reason)))
        return false;
    job->state = (enum hv_rotation_state)word;
    job->created_ms = hv_facts_get_int(facts, "created_ms", 0);
    job->changed_ms = hv_facts_get_int(facts, "changed_ms", 0);
    job->next_ms = hv_facts_get_int(facts, "next_ms", 0);
    job->pace_ms = hv_facts_get_int(facts, "pace_ms", 0);
    job->canary = (int)hv_facts_get_int(facts, "canary", 0);
    job->waits_for_canary = hv_facts_get_int(facts, "waits_for_canary", 0);
    job->is_canary_over = hv_facts_get_int(facts, "is_canary_over", 0);
    job->is_compromised = hv_facts_get_int(facts, "compromised", 0);
    job->without_listener = hv_facts_get_int(facts, "without_listener", 0);
    return read_items(facts, job);
}

/* For who holds the lock: nobody else is at it, so it was interrupted. */
static void
judge_running(struct hv_rotation *job)
{
    if (job->state != HV_ROTATION_RUNNING)
        return;
    job->state = HV_ROTATION_PAUSED;
    job->is_interrupted = true;
    job->next_ms = 0;
    hv_copy(job->reason, sizeof(job->reason),
            "interrupted: the process that ran it ended");
}

enum hv_status
job_read_locked(const char *store, const char *id, struct hv_rotation *out,
                struct hv_error *err)
{
    struct hv_facts facts = { 0 };
    char path[JOB_PATH];
    enum hv_status st = HV_ERR_NOT_FOUND;

    if (job_is_id(id))
        st = job_place(store, id, "", path, sizeof(path), err);
    if (!st)
        st = hv_file_read(path, MAX_FILE, &facts.text, NULL);
    if (st == HV_ERR_NOT_FOUND) {
        hv_fail(err, HV_ERR_NOT_FOUND, "there is no rotation job '%s'", id);
        hv_hint(err, "see `key jobs`");
    } else if (st) {
        hv_fail(err, st, "cannot read %s", path);
    } else if (!read_facts(&facts, id, out)) {
        st = hv_fail(err, HV_ERR_DAMAGED, "%s is not a rotation job", path);
        hv_hint(err, "the keystore has what is true of the keys: move the file "
                     "away, then `key resume` takes up what is open");
    } else {
        judge_running(out);
    }
    hv_facts_release(&facts);
    return st;
}

enum hv_status
job_read(const char *store, const char *id, struct hv_rotation *out,
         struct hv_error *err)
{
    enum hv_status st = job_read_locked(store, id, out, err);

    if (st || !out->is_interrupted)
        return st;
    /* Read before and after the lock was looked at: else a job that ended in
     * between would look interrupted. */
    if (!job_runner(store, &out->app))
        return job_read_locked(store, id, out, err);
    out->state = HV_ROTATION_RUNNING;
    out->is_interrupted = false;
    out->reason[0] = '\0';
    out->pid = job_runner(store, &out->app);
    return HV_OK;
}
