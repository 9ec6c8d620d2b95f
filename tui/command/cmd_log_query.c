/*
 * cmd_log_query.c - which rows a log command is about: its filter flags, and
 * going through the rows they leave. Called by every log command. Without the
 * keystore sealed fields stay closed; nobody is asked but for --record.
 */
#include "tui/command/cmd_log.h"
#include "tui/command/cmds.h"

#include "hvconsole/clock.h"

#include <stdlib.h>
#include <string.h>

#define PAGE     64     /* rows read from the journal at once */
#define SLICE_MS 40     /* of a search, before looking whether to stop */
#define TALK     500000 /* rows searched between two words about it */

/* A moment: RFC 3339, or a duration before now. */
enum hv_status
log_moment(struct hv_cmd *cmd, const char *flag, int64_t *out,
           struct hv_error *err)
{
    const char *text = hv_cmd_text(cmd, flag);
    int64_t ago;

    if (!text)
        return HV_OK;
    if (hv_time_parse(hv_bytes_str(text), out) == HV_OK)
        return HV_OK;
    if (hv_duration_parse(text, &ago) == HV_OK) {
        *out = hv_clock_now_ms() - ago;
        return HV_OK;
    }
    hv_fail(err, HV_ERR_USAGE, "%s does not understand '%s'", flag, text);
    hv_hint(err, "give a time like 2026-11-21T12:00:00Z or an age like 24h");
    return HV_ERR_USAGE;
}

static enum hv_status
read_verdicts(struct hv_cmd *cmd, struct hv_log_filter *filter,
              struct hv_error *err)
{
    struct hv_words words = { 0 };
    enum hv_status st = hv_cmd_list(cmd, "--verdict", &words, err);

    for (int i = 0; !st && i < words.len; i++) {
        enum hv_verdict verdict;

        if (hv_verdict_parse(words.items[i], &verdict) == HV_OK) {
            filter->verdicts |= UINT32_C(1) << verdict;
            continue;
        }
        st = hv_fail(err, HV_ERR_USAGE, "there is no verdict '%s'",
                     words.items[i]);
        for (int v = 0; v < HV_VERDICT_COUNT; v++) {
            const char *word = hv_verdict_row((enum hv_verdict)v)->word;

            if (hv_word_is_near(words.items[i], word))
                hv_hint(err, "did you mean %s?", word);
        }
        hv_hint(err, "see 'hvconsole help verdicts'");
    }
    hv_words_release(&words);
    return st;
}

/* A subscription the log has seen, so that a prefix works while locked. */
static enum hv_status
find_sub(struct hv_session *session, struct hv_journal_view *view,
         const char *text, struct hv_guid *out, struct hv_error *err)
{
    struct hv_log_count *counts = NULL;
    size_t len = 0, found = 0;
    enum hv_status st;

    if (hv_guid_parse(text, out) == HV_OK ||
        (session->ks && hv_keyring_resolve_sub(hv_keystore_ring(session->ks),
                                               text, out, NULL) == HV_OK))
        return HV_OK;
    st = hv_journal_counts(view, 0, &counts, &len, err);
    for (size_t i = 0; !st && i < len; i++) {
        if (!hv_guid_matches(&counts[i].sub, text) ||
            (found && hv_guid_equal(out, &counts[i].sub)))
            continue;
        *out = counts[i].sub;
        found++;
    }
    free(counts);
    if (!st && !found)
        st = hv_fail(err, HV_ERR_NOT_FOUND,
                     "the log knows no subscription '%s'", text);
    if (!st && found > 1)
        st = hv_fail(err, HV_ERR_RULE,
                     "'%s' fits %zu subscriptions: give more of the id", text,
                     found);
    return st;
}

/* The record is found through a keyed hash: that needs the key. */
static enum hv_status
read_record(struct hv_cmd *cmd, struct hv_log_filter *filter,
            struct hv_error *err)
{
    const char *text = hv_cmd_text(cmd, "--record");
    struct hv_keystore *ks;

    if (!text)
        return HV_OK;
    if (hv_guid_parse(text, &filter->record))
        return hv_fail(err, HV_ERR_USAGE,
                       "--record wants a whole record id, not '%s'", text);
    filter->has_record = true;
    return hv_session_keystore(cmd->session, &ks, err);
}

/* Nobody must take a search that looked at half for one that found nothing. */
static void
tell_sealed(struct hv_cmd *cmd, const struct log_query *query)
{
    const struct hv_error *why = &cmd->session->try_error;

    if (query->grep)
        hv_session_warn(cmd->session, "bodies are not searched: the keystore "
                                      "is locked");
    else if (why->status && why->status != HV_ERR_NOT_FOUND)
        hv_cmd_talk(cmd, "sealed fields stay sealed: %s", why->why);
}

enum hv_status
log_open(struct hv_cmd *cmd, struct log_query *query, struct hv_error *err)
{
    struct hv_log_filter *filter = &query->filter;
    const char *sub = hv_cmd_text(cmd, "--sub");
    const char *version = hv_cmd_text(cmd, "--version");
    enum hv_status st = read_verdicts(cmd, filter, err);

    if (!st)
        st = log_moment(cmd, "--since", &filter->since_ms, err);
    if (!st)
        st = log_moment(cmd, "--until", &filter->until_ms, err);
    if (!st && version && !version[0])
        st = hv_fail(err, HV_ERR_USAGE, "--version wants the id of a key");
    if (!st && version &&
        !hv_copy(filter->version, sizeof(filter->version), version))
        st = hv_fail(err, HV_ERR_USAGE,
                     "a key version has at most %d characters",
                     HV_MAX_KEY_VERSION);
    if (!st)
        st = read_record(cmd, filter, err);
    if (st)
        return st;
    query->grep = hv_cmd_text(cmd, "--grep");
    if (query->grep && !query->grep[0])
        return hv_fail(err, HV_ERR_USAGE, "--grep wants some text");
    if (!hv_session_try_keystore(cmd->session))
        tell_sealed(cmd, query);
    st = hv_session_journal(cmd->session, &query->view, err);
    if (!st && sub) {
        st = find_sub(cmd->session, query->view, sub, &filter->sub, err);
        filter->has_sub = true;
    }
    return st;
}

void
log_close(struct log_query *query)
{
    hv_journal_view_close(query->view);
    query->view = NULL;
}

/* Up to @max rows of one page or one slice of a search. */
static enum hv_status
next_rows(struct log_query *query, struct hv_log_scan *scan, bool with_events,
          struct hv_log_row *rows, size_t max, size_t *len,
          struct hv_error *err)
{
    enum hv_status st;

    if (query->grep)
        return hv_journal_search(query->view, &query->filter, query->grep,
                                 SLICE_MS, scan, rows, max, len, err);
    st = hv_journal_page(query->view, &query->filter, scan->next, 0,
                         with_events, rows, max, len, err);
    if (!st && *len < max)
        scan->is_done = true;
    if (!st && *len > 0)
        scan->next = rows[*len - 1].id;
    return st;
}

enum hv_status
log_each(struct hv_cmd *cmd, struct log_query *query, int64_t max,
         bool with_events, log_row_fn fn, void *arg, struct hv_error *err)
{
    struct hv_log_row rows[PAGE];
    struct hv_log_scan scan = { 0 };
    int64_t left = max;
    int64_t told = 0;
    enum hv_status st = HV_OK;

    while (!st && !scan.is_done && (max == 0 || left > 0) &&
           !hv_out_is_closed(cmd->out)) {
        size_t wanted = max == 0 || left > PAGE ? PAGE : (size_t)left;
        size_t len = 0;

        if (cmd->session->is_cancelled)
            return hv_fail(err, HV_ERR_CANCELLED, "stopped");
        st = next_rows(query, &scan, with_events, rows, wanted, &len, err);
        for (size_t i = 0; i < len; i++) {
            if (!st)
                st = fn(arg, &rows[i], err);
            hv_log_row_release(&rows[i]);
        }
        left -= (int64_t)len;
        if (query->grep && scan.looked_at - told >= TALK) {
            told = scan.looked_at;
            hv_cmd_talk(cmd, "%lld rows searched", (long long)told);
        }
    }
    return st;
}

enum hv_status
log_row_id(struct hv_cmd *cmd, const char *text, int64_t *out,
           struct hv_error *err)
{
    char *end;

    *out = strtoll(text, &end, 10);
    if (*out > 0 && *out < INT64_MAX && text[0] >= '0' && text[0] <= '9' &&
        !*end)
        return HV_OK;
    return hv_fail(err, HV_ERR_USAGE,
                   "'%s' wants the number of a row, not '%s'",
                   cmd->command->words, text);
}
