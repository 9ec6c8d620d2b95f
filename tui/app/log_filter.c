/*
 * log_filter.c - the words of `/` in the log: verdicts, subscription, version,
 * time, record, text. Called by press.c and go.c. Pure: the runner reads the
 * rows.
 */
#include "tui/app/parts.h"

#include "hvconsole/clock.h"

#include <stdio.h>
#include <string.h>

#define ALL_VERDICTS ((UINT32_C(1) << HV_VERDICT_COUNT) - 1)
/* No row has it; 0 would mean all of them. */
#define NO_VERDICT (UINT32_C(1) << HV_VERDICT_COUNT)

/* Both must hold; 0 = any. */
static uint32_t
both(uint32_t a, uint32_t b)
{
    if (!a || !b)
        return a | b;
    return a & b ? a & b : NO_VERDICT;
}

uint32_t
hv_log_verdicts(const struct hv_log *log)
{
    return both(hv_log_choices[log->choice].verdicts, log->filter.verdicts);
}

static void HV_PRINTF(2, 3) tell(struct hv_log *log, const char *fmt, ...)
{
    size_t used = strlen(log->filter_label);
    va_list args;

    if (used)
        used += (size_t)snprintf(log->filter_label + used,
                                 sizeof(log->filter_label) - used, "] [");
    if (used >= sizeof(log->filter_label))
        return;
    va_start(args, fmt);
    vsnprintf(log->filter_label + used, sizeof(log->filter_label) - used, fmt,
              args);
    va_end(args);
}

/* The choice of `v` that a word means; its beginning is enough. -1 = none. */
static int
find_choice(const char *word)
{
    size_t len = strlen(word);

    for (size_t i = 0; len && i < hv_log_choices_len; i++) {
        if (!strncasecmp(hv_log_choices[i].label, word, len))
            return (int)i;
    }
    return -1;
}

/* "bad-hmac,K": choices, verdicts by word or by letter. 0 = it means none. */
static uint32_t
find_verdicts(const char *words)
{
    uint32_t all = 0;

    while (*words) {
        size_t len = strcspn(words, ",");
        char word[48];
        uint32_t one = 0;
        int choice;

        snprintf(word, sizeof(word), "%.*s", (int)len, words);
        choice = find_choice(word);
        for (int v = 0; v < HV_VERDICT_COUNT; v++) {
            const struct hv_verdict_row *row =
                hv_verdict_row((enum hv_verdict)v);

            if (!strcmp(word, row->word) ||
                (len == 1 && word[0] == row->letter))
                one |= UINT32_C(1) << v;
        }
        if (!one && choice > 0)
            one = hv_log_choices[choice].verdicts;
        if (!one)
            return 0;
        all |= one;
        words += len + (words[len] == ',');
    }
    return all;
}

static bool
take_sub(struct hv_app *app, const char *word)
{
    struct hv_log *log = &app->log;
    char id[HV_GUID_SHORT];

    for (size_t i = 0; i < app->keys.len; i++) {
        const struct hv_key_row *key = &app->keys.rows[i];

        if (!hv_guid_matches(&key->sub, word))
            continue;
        log->filter.has_sub = true;
        log->filter.sub = key->sub;
        hv_guid_short(&key->sub, id);
        tell(log, "sub %s", id);
        return true;
    }
    if (!hv_guid_parse(word, &log->filter.sub)) {
        log->filter.has_sub = true; /* one that the keystore does not know */
        hv_guid_short(&log->filter.sub, id);
        tell(log, "sub %s", id);
    }
    return log->filter.has_sub;
}

static bool
take_version(struct hv_app *app, const char *word)
{
    hv_copy(app->log.filter.version, sizeof(app->log.filter.version), word);
    tell(&app->log, "version %.60s", word);
    return true;
}

/* A choice of `v` is what `v` goes on from. */
static bool
take_verdict(struct hv_app *app, const char *word)
{
    int choice = find_choice(word);
    uint32_t verdicts = find_verdicts(word);

    if (choice >= 0 &&
        (!verdicts || verdicts == hv_log_choices[choice].verdicts)) {
        app->log.choice = choice;
        return true;
    }
    if (!verdicts)
        return false;
    app->log.filter.verdicts = both(app->log.filter.verdicts, verdicts);
    tell(&app->log, "%.40s", word);
    return true;
}

static bool
take_not(struct hv_app *app, const char *word)
{
    uint32_t verdicts = find_verdicts(word);
    int choice = find_choice(word);
    uint32_t rest = ALL_VERDICTS & ~verdicts;

    if (!verdicts)
        return false;
    app->log.filter.verdicts =
        both(app->log.filter.verdicts, rest ? rest : NO_VERDICT);
    tell(&app->log, "!%.40s", choice > 0 ? hv_log_choices[choice].label : word);
    return true;
}

/* "2h" before now, or a moment: "2026-11-20", "2026-11-20T10:00:00Z". */
static bool
take_moment(struct hv_app *app, const char *word, const char *name,
            int64_t *out)
{
    char day[48];
    int64_t ms;

    if (!hv_duration_parse(word, &ms)) {
        *out = app->now_ms - ms;
        tell(&app->log, "%s %.20s ago", name, word);
        return true;
    }
    snprintf(day, sizeof(day), "%.30s%s", word,
             strchr(word, 'T') ? "" : "T00:00:00Z");
    if (hv_time_parse(hv_bytes_str(day), out))
        return false;
    tell(&app->log, "%s %.25s", name, word);
    return true;
}

static bool
take_since(struct hv_app *app, const char *word)
{
    return take_moment(app, word, "since", &app->log.filter.since_ms);
}

static bool
take_until(struct hv_app *app, const char *word)
{
    return take_moment(app, word, "until", &app->log.filter.until_ms);
}

static bool
take_record(struct hv_app *app, const char *word)
{
    char id[HV_GUID_SHORT];

    if (hv_guid_parse(word, &app->log.filter.record))
        return false;
    app->log.filter.has_record = true;
    hv_guid_short(&app->log.filter.record, id);
    tell(&app->log, "record %s", id);
    return true;
}

static const struct {
    const char *name;
    bool (*take)(struct hv_app *app, const char *word);
} words[] = {
    { "verdict:", take_verdict }, { "v:", take_verdict },
    { "sub:", take_sub },         { "version:", take_version },
    { "since:", take_since },     { "until:", take_until },
    { "record:", take_record },   { "!", take_not },
    { "-", take_since }, /* "-24h" */
};

static bool
is_known_sub(const struct hv_app *app, const char *word)
{
    for (size_t i = 0; i < app->keys.len; i++) {
        if (hv_guid_matches(&app->keys.rows[i].sub, word))
            return true;
    }
    return false;
}

/* "v20261111-1", or whatever a key here is called. */
static bool
is_version(const struct hv_app *app, const char *word)
{
    for (size_t i = 0; i < app->keys.len; i++) {
        if (!strcmp(app->keys.rows[i].version.id, word))
            return true;
    }
    return word[0] == 'v' && word[1] >= '0' && word[1] <= '9';
}

/* A word with a name, or one that may be a verdict, a subscription, a version;
 * any other is looked for as it stands, with those that follow it. */
static void
take_word(struct hv_app *app, const char *word, char find[HV_MAX_FIND])
{
    size_t used = strlen(find);

    for (size_t i = 0; i < HV_LEN(words); i++) {
        size_t len = strlen(words[i].name);

        if (strncmp(word, words[i].name, len))
            continue;
        if (!words[i].take(app, word + len))
            hv_app_say(app, HV_ROLE_WARN,
                       "\"%.60s\" is not understood: verdict: sub: version: "
                       "since:2h record: !V text:",
                       word);
        return;
    }
    if (is_known_sub(app, word))
        take_sub(app, word);
    else if (is_version(app, word))
        take_version(app, word);
    else if (find_choice(word) < 0 || !take_verdict(app, word)) {
        if (used && used + 1 < HV_MAX_FIND)
            find[used++] = ' ';
        hv_copy(find + used, HV_MAX_FIND - used, word);
    }
}

/* What follows "text:", blanks and all; NULL = it is not there. */
static const char *
text_after(const char *filter)
{
    const char *at = strstr(filter, "text:");

    while (at && at > filter && at[-1] != ' ')
        at = strstr(at + 1, "text:");
    return at && at[5] ? at + 5 : NULL;
}

/* What n and N go on looking for when the filter is gone. */
static void
remember(struct hv_log *log)
{
    log->search = log->filter;
    log->search.verdicts = hv_log_verdicts(log);
    log->has_search = true;
}

/* Whether the words of a filter chose among verdicts as `v` does. */
static bool
says_verdict(const char *filter)
{
    char word[HV_MAX_FILTER];

    for (size_t n = 0; hv_filter_word(filter, n, word); n++) {
        if (!strncmp(word, "v:", 2) || !strncmp(word, "verdict:", 8) ||
            find_choice(word) >= 0)
            return true;
    }
    return false;
}

void
hv_log_filter_by(struct hv_app *app, const char *text)
{
    struct hv_log *log = &app->log;
    const struct hv_log_row *row = hv_log_row(app);
    const char *rest = text_after(text);
    char names[HV_MAX_FILTER];
    char word[HV_MAX_FILTER];
    char find[HV_MAX_FIND] = "";

    if (says_verdict(app->lists[HV_VIEW_LOG].filter))
        log->choice = 0; /* it came with the words, and goes with them */
    hv_copy(app->lists[HV_VIEW_LOG].filter, HV_MAX_FILTER, text);
    memset(&log->filter, 0, sizeof(log->filter));
    log->filter_label[0] = 0;
    if (log->find.is_listed)
        hv_find_unlist(app);
    if (!text[0] && row) {
        hv_log_ask(app, HV_LOG_AROUND, row->id);
        return; /* the filter goes, the place stays */
    }
    snprintf(names, sizeof(names), "%.*s",
             rest ? (int)(rest - text - 5) : (int)strlen(text), text);
    for (size_t n = 0; hv_filter_word(names, n, word); n++)
        take_word(app, word, find);
    if (rest)
        hv_copy(find, sizeof(find), rest);
    if (text[0])
        remember(log);
    if (find[0]) {
        tell(log, "text %s", find);
        hv_find_start(app, find);
    } else {
        if (text[0]) /* n and N look for what this filter says */
            log->find.text[0] = 0;
        hv_log_stay(app);
    }
}
