/*
 * journal.c - pages of the journal for the log's window: a hundred rows by id,
 * quick enough for the thread that draws. Called by the runner. Touches no
 * state of the console.
 */
#include "tui/app/journal.h"

#include <stdlib.h>
#include <string.h>

#define HALF (HV_LOG_PAGE / 2)

static void
turn_round(struct hv_log_row *rows, size_t len)
{
    for (size_t i = 0; i < len / 2; i++) {
        struct hv_log_row row = rows[i];

        rows[i] = rows[len - 1 - i];
        rows[len - 1 - i] = row;
    }
}

/* Rows before @before (0 = the newest), oldest first. */
static enum hv_status
read_before(struct hv_journal_view *view, const struct hv_log_filter *filter,
            int64_t before, size_t max, struct hv_msg_log *out,
            struct hv_error *err)
{
    enum hv_status st = hv_journal_page(view, filter, before, 0, true,
                                        out->rows, max, &out->len, err);

    if (!st)
        turn_round(out->rows, out->len);
    return st;
}

/* Up to @max rows after @after, put behind those that are there. */
static enum hv_status
read_after(struct hv_journal_view *view, const struct hv_log_filter *filter,
           int64_t after, size_t max, struct hv_msg_log *out,
           struct hv_error *err)
{
    size_t more = 0;
    enum hv_status st = hv_journal_page(view, filter, 0, after, true,
                                        out->rows + out->len, max, &more, err);

    out->len += st ? 0 : more;
    return st;
}

/* The first row has no "after": the page is one that ends before a low id. */
static enum hv_status
read_head(struct hv_journal_view *view, const struct hv_log_filter *filter,
          struct hv_msg_log *out, struct hv_error *err)
{
    int64_t first;
    enum hv_status st = read_after(view, filter, 1, 1, out, err);

    if (st || !out->len)
        return st ? st : read_before(view, filter, 0, HV_LOG_PAGE, out, err);
    first = out->rows[0].id;
    hv_log_row_release(&out->rows[0]);
    out->len = 0;
    /* At most id 1 lies before the first one found. */
    st = read_before(view, filter, first, 1, out, err);
    if (!st)
        st = read_after(view, filter, first - 1 > 0 ? first - 1 : 1,
                        HV_LOG_PAGE, out, err);
    return st;
}

static enum hv_status
read_around(struct hv_journal_view *view, const struct hv_log_filter *filter,
            int64_t id, struct hv_msg_log *out, struct hv_error *err)
{
    enum hv_status st = read_before(view, filter, id + 1, HALF, out, err);

    out->has_older = out->len == HALF;
    if (!st)
        st = read_after(view, filter, id, HALF, out, err);
    out->has_newer = true; /* moving there finds out */
    out->at = id;
    return st;
}

static enum hv_status
read_seek(struct hv_journal_view *view, const struct hv_effect *effect,
          struct hv_msg_log *out, struct hv_error *err)
{
    bool is_back =
        effect->how == HV_LOG_PROBLEM_PREV || effect->how == HV_LOG_MATCH_PREV;
    int64_t id = 0;
    enum hv_status st;

    if (is_back)
        st = read_before(view, &effect->seek, effect->id, 1, out, err);
    else
        st = read_after(view, &effect->seek, effect->id, 1, out, err);
    if (st)
        return st;
    if (!out->len) {
        out->is_none = true;
        return HV_OK;
    }
    id = out->rows[0].id;
    hv_log_row_release(&out->rows[0]);
    out->len = 0;
    return read_around(view, &effect->filter, id, out, err);
}

/* The rows a search found; what went since is left out. */
static enum hv_status
read_ids(struct hv_journal_view *view, const struct hv_effect *effect,
         struct hv_msg_log *out, struct hv_error *err)
{
    enum hv_status st = HV_OK;

    for (size_t i = 0; !st && i < effect->ids_len; i++) {
        st = hv_journal_get(view, effect->ids[i], &out->rows[out->len], err);
        if (!st)
            out->len++;
        else if (st == HV_ERR_NOT_FOUND)
            st = HV_OK;
    }
    out->has_older = effect->has_older;
    out->has_newer = effect->has_newer;
    out->at = effect->at;
    return st;
}

static enum hv_status
read_any(struct hv_journal_view *view, const struct hv_effect *effect,
         struct hv_msg_log *out, struct hv_error *err)
{
    const struct hv_log_filter *filter = &effect->filter;
    enum hv_status st;

    if (effect->ids)
        return read_ids(view, effect, out, err);
    switch (effect->how) {
    case HV_LOG_TAIL:
        st = read_before(view, filter, 0, HV_LOG_PAGE, out, err);
        out->has_older = out->len == HV_LOG_PAGE;
        return st;
    case HV_LOG_HEAD:
        st = read_head(view, filter, out, err);
        out->has_newer = out->len >= HV_LOG_PAGE;
        out->at = out->len ? out->rows[0].id : 0;
        return st;
    case HV_LOG_OLDER:
        st = read_before(view, filter, effect->id, HV_LOG_PAGE, out, err);
        out->has_older = out->len == HV_LOG_PAGE;
        return st;
    case HV_LOG_NEWER:
        st = read_after(view, filter, effect->id, HV_LOG_PAGE, out, err);
        out->has_newer = out->len == HV_LOG_PAGE;
        return st;
    case HV_LOG_AROUND:
        return read_around(view, filter, effect->id, out, err);
    case HV_LOG_PROBLEM_NEXT:
    case HV_LOG_PROBLEM_PREV:
    case HV_LOG_MATCH_NEXT:
    case HV_LOG_MATCH_PREV:
        return read_seek(view, effect, out, err);
    }
    return HV_OK;
}

void
hv_log_read(struct hv_journal_view *view, const struct hv_effect *effect,
            struct hv_msg *out)
{
    struct hv_msg_log *log = &out->u.log;

    out->kind = HV_MSG_LOG;
    log->how = effect->how;
    log->rows = hv_calloc(HV_LOG_PAGE + HALF, sizeof(*log->rows));
    if (read_any(view, effect, log, &out->error)) {
        for (size_t i = 0; i < log->len; i++)
            hv_log_row_release(&log->rows[i]);
        log->len = 0;
    }
}

void
hv_log_read_body(struct hv_journal_view *view, int64_t id, struct hv_msg *out)
{
    out->kind = HV_MSG_LOG_BODY;
    if (hv_journal_body(view, id, &out->u.body, &out->error))
        hv_buf_release(&out->u.body);
}
