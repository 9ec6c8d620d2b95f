/*
 * impact.c - what a command would do, in numbers, for the lines above its
 * question. Called by dialog.c. Pure: counts what the state knows.
 */
#include "tui/app/parts.h"

#include "hvconsole/clock.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void
hv_dialog_line(struct hv_dialog *dialog, char sign, const char *fmt, ...)
{
    va_list args;

    if (dialog->lines_len == (int)HV_LEN(dialog->lines))
        return;
    dialog->signs[dialog->lines_len] = sign;
    va_start(args, fmt);
    vsnprintf(dialog->lines[dialog->lines_len++], sizeof(dialog->lines[0]), fmt,
              args);
    va_end(args);
}

const struct hv_key_row *
hv_app_key(const struct hv_app *app, const struct hv_guid *sub,
           const char *version)
{
    for (size_t i = 0; i < app->keys.len; i++) {
        const struct hv_key_row *key = &app->keys.rows[i];

        if (!hv_guid_equal(&key->sub, sub))
            continue;
        if (version ? !strcmp(key->version.id, version)
                    : key->state == HV_KEY_ACTIVE)
            return key;
    }
    return NULL;
}

const struct hv_drain_row *
hv_app_drain(const struct hv_app *app, const struct hv_guid *sub,
             const char *version)
{
    for (size_t i = 0; i < app->drain.len; i++) {
        if (hv_guid_equal(&app->drain.rows[i].sub, sub) &&
            !strcmp(app->drain.rows[i].version.id, version))
            return &app->drain.rows[i];
    }
    return NULL;
}

const struct hv_rotation *
hv_app_open_job(const struct hv_app *app)
{
    for (size_t i = 0; i < app->jobs.len; i++) {
        if (hv_rotation_is_open(app->jobs.jobs[i].state))
            return &app->jobs.jobs[i];
    }
    return NULL;
}

static int
count_keys(const struct hv_app *app, const struct hv_guid *sub)
{
    int count = 0;

    for (size_t i = 0; i < app->keys.len; i++)
        count += hv_guid_equal(&app->keys.rows[i].sub, sub) &&
                 app->keys.rows[i].state != HV_KEY_RETIRED;
    return count;
}

/* --------------------------------------------------------------- delete -- */

static void
say_one_sub(const struct hv_app *app, const struct hv_guid *id,
            struct hv_dialog *dialog)
{
    const struct hv_sub_row *row = hv_app_sub(app, id);
    char types[128];

    if (!row)
        return;
    hv_sub_words(&row->sub, types, sizeof(types));
    hv_dialog_line(dialog, 0, "%s", types);
    hv_dialog_line(dialog, 0, "%s", row->sub.url);
}

void
hv_impact_delete(const struct hv_app *app, const struct hv_guid *subs,
                 size_t len, struct hv_dialog *dialog)
{
    long long uses = 0;
    int keys = 0;
    int left = app->subs.used - (int)len;

    for (size_t i = 0; i < len; i++) {
        const struct hv_sub_row *row = hv_app_sub(app, &subs[i]);

        uses += row ? row->uses_24h : 0;
        keys += count_keys(app, &subs[i]);
    }
    if (len == 1)
        say_one_sub(app, &subs[0], dialog);
    hv_dialog_line(dialog, 0,
                   "%lld verified messages in the last 24 h will come no more",
                   uses);
    if (app->subs_load.has_data)
        hv_dialog_line(dialog, 0, "%d of %d subscriptions will be used",
                       left > 0 ? left : 0, app->subs.limit);
    hv_dialog_line(dialog, 0,
                   "%d key version%s stay%s, so that late retries still verify",
                   keys, keys == 1 ? "" : "s", keys == 1 ? "s" : "");
}

/* --------------------------------------------------------------- rotate -- */

static bool
is_now(const char *age)
{
    return strcmp(age, "now") == 0;
}

static void
say_one_key(const struct hv_app *app, const struct hv_guid *sub,
            struct hv_dialog *dialog)
{
    const struct hv_key_row *key = hv_app_key(app, sub, NULL);
    char age[HV_AGE_TEXT];

    if (!key)
        return;
    hv_age_format(app->now_ms - key->created_ms, age);
    hv_dialog_line(dialog, 0,
                   "now %s, made %s%s, verified %lld in the last 24 h",
                   key->version.id, is_now(age) ? "just now" : age,
                   is_now(age) ? "" : " ago", (long long)key->uses_24h);
}

static void
say_many_keys(const struct hv_app *app, const struct hv_guid *subs, size_t len,
              struct hv_dialog *dialog)
{
    long long uses = 0;
    int64_t oldest = 0;
    char age[HV_AGE_TEXT];

    for (size_t i = 0; i < len; i++) {
        const struct hv_key_row *key = hv_app_key(app, &subs[i], NULL);

        if (!key)
            continue;
        uses += key->uses_24h;
        if (!oldest || key->created_ms < oldest)
            oldest = key->created_ms;
    }
    hv_dialog_line(dialog, 0,
                   "%zu subscriptions get a new key, one after the other", len);
    hv_age_format(oldest ? app->now_ms - oldest : 0, age);
    hv_dialog_line(dialog, 0,
                   "their keys verified %lld messages in 24 h; the oldest was "
                   "made %s%s",
                   uses, is_now(age) ? "just now" : age,
                   is_now(age) ? "" : " ago");
}

/* "44f1..9d2 Blood glucose, 7d1c..e02 Weight": what gets a new key. */
static void
say_which(const struct hv_app *app, const struct hv_guid *subs, size_t len,
          struct hv_dialog *dialog)
{
    struct hv_buf text = { 0 };

    for (size_t i = 0; i < len; i++) {
        const struct hv_sub_row *row = hv_app_sub(app, &subs[i]);
        char id[HV_GUID_SHORT];
        char types[64] = "";

        hv_guid_short(&subs[i], id);
        if (row && len <= 4)
            hv_sub_words(&row->sub, types, sizeof(types));
        if (text.len > 150) {
            hv_buf_addf(&text, " and %zu more", len - i);
            break;
        }
        hv_buf_addf(&text, "%s%s%s%.30s", i ? ", " : "", id,
                    types[0] ? " " : "", types);
    }
    hv_dialog_line(dialog, 0, "%s", hv_buf_str(&text));
    hv_buf_release(&text);
}

/* One job at a time: the platform must not be asked to do two at once. */
static void
say_open_job(const struct hv_app *app, struct hv_dialog *dialog)
{
    const struct hv_rotation *job = hv_app_open_job(app);
    struct hv_rotation_counts counts;

    if (!job)
        return;
    counts = hv_rotation_count(job);
    hv_dialog_line(dialog, 'x',
                   "%s is not ended (%zu of %zu): it will be refused; B goes "
                   "on with it, D in 9 Jobs closes it",
                   job->id, counts.done, counts.total);
}

static int
count_open(const struct hv_app *app, const struct hv_guid *subs, size_t len)
{
    int open = 0;

    for (size_t i = 0; i < app->keys.len; i++) {
        const struct hv_key_row *key = &app->keys.rows[i];

        for (size_t k = 0; k < len && key->state == HV_KEY_PENDING; k++)
            open += hv_guid_equal(&key->sub, &subs[k]) &&
                    key->intent != HV_INTENT_NONE;
    }
    return open;
}

void
hv_impact_rotate(const struct hv_app *app, const struct hv_guid *subs,
                 size_t len, struct hv_dialog *dialog)
{
    int open = count_open(app, subs, len);
    int full = 0;

    if (len == 1)
        say_one_key(app, &subs[0], dialog);
    else
        say_many_keys(app, subs, len, dialog);
    say_which(app, subs, len, dialog);
    say_open_job(app, dialog);
    for (size_t i = 0; i < len; i++)
        full += count_keys(app, &subs[i]) >= HV_MAX_VERIFYING_KEYS;
    if (full > open)
        hv_dialog_line(dialog, 'x',
                       "%d of them verif%s with %d keys already, the most "
                       "there may be: retire old ones first",
                       full - open, full - open == 1 ? "ies" : "y",
                       HV_MAX_VERIFYING_KEYS);
    if (open)
        hv_dialog_line(dialog, '!',
                       "%d rotation%s stopped half way: it goes on with the "
                       "same key",
                       open, open == 1 ? "" : "s");
    hv_dialog_line(dialog, 0,
                   "a new 64-byte key is kept, loaded by the listener, given "
                   "to the platform");
    hv_dialog_line(dialog, 0,
                   "the old key%s go%s on verifying until %s retries have "
                   "ended, 14 d at least",
                   len == 1 ? "" : "s", len == 1 ? "es" : "",
                   len == 1 ? "its" : "their");
    if (hv_app_is_fresh(app) && !app->status->listener_running)
        hv_dialog_line(dialog, 'x',
                       "no listener runs on this store: it will be refused");
    if (len > 1)
        hv_dialog_line(dialog, 0,
                       "P or ^c stops after the step under way, B goes on");
}

/* --------------------------------------------------------------- retire -- */

static char
sign_of(enum hv_retire_verdict verdict)
{
    return verdict == HV_RETIRE_OK       ? '+'
           : verdict == HV_RETIRE_NOT_OK ? 'x'
                                         : '?';
}

void
hv_impact_retire(const struct hv_app *app, const struct hv_drain_row *row,
                 struct hv_dialog *dialog)
{
    char span[HV_AGE_TEXT];

    for (int i = 0; i < HV_RETIRE_RULES; i++)
        hv_dialog_line(dialog, sign_of(row->checks[i].verdict), "%s",
                       row->checks[i].text);
    if (row->may_retire) {
        hv_dialog_line(dialog, 0,
                       "its 64 bytes are wiped; what still carries it is "
                       "refused as retired-version");
        return;
    }
    hv_age_format(row->last_fresh_ms ? app->now_ms - row->last_fresh_ms : 0,
                  span);
    hv_dialog_line(dialog, '!',
                   "NOT SAFE YET: %lld message%s in 24 h, last new one %s%s. "
                   "What the platform still repeats under it is lost for good",
                   (long long)row->uses_24h, row->uses_24h == 1 ? "" : "s",
                   row->last_fresh_ms ? span : "never",
                   row->last_fresh_ms ? " ago" : "");
}
