/*
 * records_cover.c - the tab coverage of the Records view: each record and type
 * of which nothing is told though a subscription names the type, and what mends
 * it. Pure.
 */
#include "tui/screen/records_parts.h"

#include <stdint.h>
#include <stdio.h>

static const struct hv_list_column columns[] = {
    { "record", 9, 12, false }, { "name", 14, 24, false },
    { "type", 16, 26, false },  { "why", 20, 34, false },
    { "fix", 8, 8, false },     { "person", 14, 24, false },
};
enum { RECORD, NAME, TYPE, WHY, FIX, PERSON };

static bool
has_page(const struct hv_app *app, const struct hv_access_row *row,
         enum hv_silence silence)
{
    struct hv_buf url = { 0 };
    bool has_any = app->status && app->status->has_profile &&
                   hv_records_compose(&app->status->profile_facts, row, silence,
                                      &url, NULL) == HV_OK &&
                   url.len;

    hv_buf_release(&url);
    return has_any;
}

static void
render_row(const struct hv_app *app, struct hv_canvas *cv, int row, size_t i,
           const void *arg)
{
    const struct hv_layout *at = arg;
    const struct hv_access_row *record = hv_records_at(app, i);
    enum hv_silence silence;
    char text[96];

    hv_guid_short(&record->record, text);
    hv_layout_put(cv, row, at, RECORD, HV_ROLE_STRONG, text);
    hv_layout_put(cv, row, at, NAME, HV_ROLE_TEXT, record->name);
    hv_type_name(hv_records_pair(app, i, &silence), text, sizeof(text));
    hv_layout_put(cv, row, at, TYPE, HV_ROLE_TEXT, text);
    hv_layout_put(cv, row, at, WHY,
                  silence == HV_SILENCE_UNKNOWN ? HV_ROLE_DIM : HV_ROLE_BAD,
                  at->width[WHY] >= 34 ? hv_silence_text(silence)
                                       : hv_silence_brief(silence) + 4);
    hv_layout_put(cv, row, at, FIX, HV_ROLE_NOTE,
                  has_page(app, record, silence) ? "APPAUTH" : "-");
    hv_layout_put(cv, row, at, PERSON, HV_ROLE_TEXT, record->person_name);
}

/* What is silent, of how many that are known. */
static void
say_sum(const struct hv_app *app, char *out, size_t size)
{
    size_t unread = hv_records_unread(app);
    size_t read = app->records.access.len - unread;

    if (unread)
        snprintf(out, size,
                 "%zu of %zu pairs silent; rights of %zu records not read%s",
                 app->recs.pairs_len, read * app->records.types_len, unread,
                 app->recs.is_reading_all ? "" : ": a");
    else
        snprintf(out, size, "%zu of %zu pairs of record and type silent",
                 app->recs.pairs_len, read * app->records.types_len);
}

static void
render_detail(const struct hv_app *app, struct hv_canvas *cv, size_t i)
{
    char text[160];
    int row = 1;

    say_sum(app, text, sizeof(text));
    hv_canvas_rule(cv, 0, 0, cv->cols, text);
    hv_list_more_render(app, cv, 0, cv->cols - 2, HV_VIEW_RECORDS);
    if (i != SIZE_MAX) {
        const struct hv_access_row *record = hv_records_at(app, i);
        enum hv_silence silence;

        (void)hv_records_pair(app, i, &silence);
        hv_canvas_text(cv, row, 1, 0, HV_ROLE_HEAD, "Why");
        row += hv_canvas_wrap(cv, row, 10, cv->cols - 11, 2, HV_ROLE_TEXT,
                              hv_silence_text(silence));
        hv_canvas_text(cv, row, 1, 0, HV_ROLE_HEAD, "To do");
        row += hv_canvas_wrap(cv, row, 10, cv->cols - 11, 2, HV_ROLE_TEXT,
                              records_remedy(record, silence));
        row = hv_record_fix_render(app, cv, row, record, silence);
    }
    hv_record_bars_render(app, cv, row + (cv->rows > 12));
}

void
hv_cover_render(const struct hv_app *app, struct hv_canvas *cv, int rows)
{
    struct hv_layout at;

    hv_layout_make(&at, columns, (int)HV_LEN(columns), 2, cv->cols - 2);
    if (hv_list_count(app, HV_VIEW_RECORDS))
        hv_layout_head(cv, 1, &at);
    hv_list_each(app, cv, HV_VIEW_RECORDS, 2, rows, render_row, &at);
    if (app->is_detail_on && cv->rows - 3 - rows > 3) {
        struct hv_canvas part =
            hv_canvas_part(cv, 2 + rows, 0, cv->rows - 2 - rows, cv->cols);

        render_detail(app, &part, hv_list_at(app, HV_VIEW_RECORDS));
    }
}
