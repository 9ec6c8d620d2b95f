/*
 * urls_record.c - records of view 5 as values of extrecordid: the next one, and
 * whose one is. Called by urls_field.c and the screen. Nothing is asked of the
 * platform: only what that view has read.
 */
#include "tui/app/urls.h"

#include <stdint.h>
#include <strings.h>

const char *
hv_url_record_name(const struct hv_app *app, const char *value)
{
    const struct hv_access *access = &app->records.access;
    struct hv_guid id;

    if (hv_guid_parse(value, &id))
        return NULL;
    for (size_t i = 0; i < access->len; i++) {
        if (hv_guid_equal(&access->rows[i].record, &id))
            return access->rows[i].name;
    }
    return NULL;
}

/* The first row of the record: others are other people's. */
static bool
is_first(const struct hv_access *access, size_t at)
{
    for (size_t i = 0; i < at; i++) {
        if (hv_guid_equal(&access->rows[i].record, &access->rows[at].record))
            return false;
    }
    return true;
}

bool
hv_url_turn_record(struct hv_app *app, const struct hv_url_field *field, int by)
{
    const struct hv_access *access = &app->records.access;
    size_t len = access->len;
    size_t at = by > 0 ? len - 1 : 0; /* none yet: the first, or the last */
    char id[HV_GUID_TEXT];

    if (!len)
        return false;
    for (size_t i = 0; i < len; i++) {
        hv_guid_format(&access->rows[i].record, id);
        if (!strcasecmp(id, field->value) && is_first(access, i))
            at = i;
    }
    do {
        at = (at + len + (size_t)by) % len;
    } while (!is_first(access, at));
    hv_guid_format(&access->rows[at].record, id);
    hv_url_put(app, field, id);
    return true;
}
