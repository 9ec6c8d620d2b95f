/*
 * coverage.c - in which records a subscription stays silent, as far as their
 * rights were read. Called by load.c and by the subscriptions' detail.
 */
#include "tui/app/parts.h"
#include "tui/screen/screens.h"

#include "hvconsole/names.h"

#include <stdio.h>
#include <string.h>

bool
hv_coverage_is_shown(const struct hv_app *app)
{
    return app->tab == HV_VIEW_SUBS && app->is_detail_on &&
           app->lists[HV_VIEW_SUBS].pane == HV_SUBS_PANE_COVERAGE;
}

void
hv_coverage_read(struct hv_app *app)
{
    if (app->records_load.has_data && hv_records_unread(app)) {
        hv_records_read_all(app, "");
        return;
    }
    app->recs.is_reading_all = true; /* once they are there */
    hv_load_ask(app, HV_JOB_RECORDS);
}

/* The worst that any type of @sub meets in this record; @silent: of which
 * types, by name. */
static enum hv_silence
worst_of(const struct hv_access_row *row, const struct hv_sub *sub,
         struct hv_buf *silent)
{
    struct hv_guid types[RECORDS_MAX_TYPES];
    size_t len = hv_sub_types(sub, types, HV_LEN(types));
    enum hv_silence worst = HV_NOTIFIES;

    for (size_t i = 0; i < len; i++) {
        enum hv_silence silence = hv_silence_of(row, &types[i]);
        const struct hv_thing_type *type = hv_thing_type_find(&types[i]);
        char id[HV_GUID_SHORT];

        if (silence == HV_NOTIFIES)
            continue;
        worst = silence;
        hv_guid_short(&types[i], id);
        if (silent && silence == HV_SILENT_NO_OFFLINE)
            hv_buf_addf(silent, "%s%s", silent->len ? ", " : "",
                        type ? type->name : id);
    }
    return worst;
}

struct hv_coverage
hv_coverage_count(const struct hv_app *app, const struct hv_sub *sub)
{
    const struct hv_access *access = &app->records.access;
    struct hv_coverage sum = { .records = access->len };

    for (size_t i = 0; i < access->len; i++) {
        const struct hv_access_row *row = &access->rows[i];
        enum hv_silence silence = worst_of(row, sub, NULL);

        if (row->reach == HV_REACH_NOT_READ)
            sum.unread++;
        else if (silence == HV_NOTIFIES)
            sum.notifies++;
        else if (silence == HV_SILENCE_UNKNOWN)
            sum.unknown++;
        else
            sum.silent++;
    }
    return sum;
}

const struct hv_access_row *
hv_coverage_silent(const struct hv_app *app, const struct hv_sub *sub,
                   size_t nth, struct hv_buf *why)
{
    const struct hv_access *access = &app->records.access;

    for (size_t i = 0; i < access->len; i++) {
        const struct hv_access_row *row = &access->rows[i];
        enum hv_silence silence = worst_of(row, sub, NULL);

        if (row->reach == HV_REACH_NOT_READ || silence == HV_NOTIFIES || nth--)
            continue;
        (void)worst_of(row, sub, why);
        hv_buf_addf(why, "%s%s", why->len ? ": " : "",
                    hv_silence_text(silence));
        return row;
    }
    return NULL;
}
