/*
 * order.c - which rows a list shows, and in which order: the fields of each
 * list by which one filters (`/`) and sorts (`s`, `i`). Called by list.c.
 * Pure: reads the state, writes only the order.
 */
#include "tui/app/parts.h"

#include "hvconsole/names.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* -------------------------------------------------------- subscriptions -- */

static void
sub_id(const struct hv_app *app, size_t i, char *out, size_t size)
{
    char id[HV_GUID_TEXT];

    hv_guid_format(&app->subs.rows[i].sub.id, id);
    hv_copy(out, size, id);
}

static void
sub_types(const struct hv_app *app, size_t i, char *out, size_t size)
{
    hv_sub_words(&app->subs.rows[i].sub, out, size);
}

static void
sub_state(const struct hv_app *app, size_t i, char *out, size_t size)
{
    const struct hv_sub_row *row = &app->subs.rows[i];

    snprintf(out, size, "%s%s%s", row->is_live ? "" : "gone ",
             row->has_key ? "" : "no-key ",
             row->last_ms ? hv_verdict_row(row->last_verdict)->word : "silent");
}

static void
sub_url(const struct hv_app *app, size_t i, char *out, size_t size)
{
    hv_copy(out, size, app->subs.rows[i].sub.url);
}

static void
sub_key(const struct hv_app *app, size_t i, char *out, size_t size)
{
    hv_copy(out, size, app->subs.rows[i].sub.version.id);
}

static int64_t
sub_last(const struct hv_app *app, size_t i)
{
    return app->subs.rows[i].last_ms;
}

static int64_t
sub_day(const struct hv_app *app, size_t i)
{
    return app->subs.rows[i].uses_24h;
}

static int64_t
sub_refused(const struct hv_app *app, size_t i)
{
    return app->subs.rows[i].refused_24h;
}

static const struct hv_list_field sub_fields[] = {
    { "id", false, false, sub_id, NULL },
    { "types", false, false, sub_types, NULL },
    { "st", false, false, sub_state, NULL },
    { "last", true, false, NULL, sub_last },
    { "24h", true, false, NULL, sub_day },
    { "url", false, false, sub_url, NULL },
    { "key", false, false, sub_key, NULL },
    { "refused", true, false, NULL, sub_refused },
    { 0 },
};

/* ----------------------------------------------------------------- keys -- */

static void
key_sub(const struct hv_app *app, size_t i, char *out, size_t size)
{
    char id[HV_GUID_TEXT];

    hv_guid_format(&app->keys.rows[i].sub, id);
    hv_copy(out, size, id);
}

static void
key_version(const struct hv_app *app, size_t i, char *out, size_t size)
{
    hv_copy(out, size, app->keys.rows[i].version.id);
}

static void
key_state(const struct hv_app *app, size_t i, char *out, size_t size)
{
    hv_copy(out, size, hv_key_state_word(app->keys.rows[i].state));
}

static void
key_drain(const struct hv_app *app, size_t i, char *out, size_t size)
{
    hv_copy(out, size, hv_drain_word(app->keys.rows[i].drain));
}

static void
key_types(const struct hv_app *app, size_t i, char *out, size_t size)
{
    const struct hv_sub_row *sub = hv_app_sub(app, &app->keys.rows[i].sub);

    out[0] = 0;
    if (sub)
        hv_sub_words(&sub->sub, out, size);
}

static int64_t
key_made(const struct hv_app *app, size_t i)
{
    return app->keys.rows[i].created_ms;
}

static int64_t
key_last(const struct hv_app *app, size_t i)
{
    return app->keys.rows[i].last_used_ms;
}

static int64_t
key_day(const struct hv_app *app, size_t i)
{
    return app->keys.rows[i].uses_24h;
}

static int64_t
key_uses(const struct hv_app *app, size_t i)
{
    return app->keys.rows[i].uses;
}

/* What may go now comes first; what never may, last. */
static int64_t
key_safe(const struct hv_app *app, size_t i)
{
    const struct hv_key_row *key = &app->keys.rows[i];

    return key->drain == HV_DRAIN_SAFE ? 1 : key->safe_at_ms;
}

static const struct hv_list_field key_fields[] = {
    { "sub", false, false, key_sub, NULL },
    { "version", false, false, key_version, NULL },
    { "state", false, false, key_state, NULL },
    { "made", true, false, NULL, key_made },
    { "last", true, false, NULL, key_last },
    { "24h", true, false, NULL, key_day },
    { "drain", false, false, key_drain, NULL },
    { "may go", false, false, NULL, key_safe },
    { "uses", true, false, NULL, key_uses },
    { "types", false, true, key_types, NULL },
    { 0 },
};

/* ----------------------------------------------------------------- jobs -- */

static void
job_id(const struct hv_app *app, size_t i, char *out, size_t size)
{
    hv_copy(out, size, app->jobs.jobs[i].id);
}

static void
job_state(const struct hv_app *app, size_t i, char *out, size_t size)
{
    hv_copy(out, size, hv_rotation_state_word(app->jobs.jobs[i].state));
}

static int64_t
job_begun(const struct hv_app *app, size_t i)
{
    return app->jobs.jobs[i].created_ms;
}

static const struct hv_list_field job_fields[] = {
    { "job", false, false, job_id, NULL },
    { "state", false, false, job_state, NULL },
    { "begun", true, false, NULL, job_begun },
    { 0 },
};

const struct hv_list_field *
hv_list_fields(const struct hv_app *app, enum hv_view tab)
{
    switch (tab) {
    case HV_VIEW_SUBS:
        return sub_fields;
    case HV_VIEW_KEYS:
        return key_fields;
    case HV_VIEW_JOBS:
        return job_fields;
    case HV_VIEW_SHELL:
        return hv_shell_fields(app);
    case HV_VIEW_MAINT:
        return hv_maint_fields;
    case HV_VIEW_RECORDS:
        return hv_record_fields;
    case HV_VIEW_TEST:
        return hv_test_fields;
    default:
        return NULL;
    }
}

/* --------------------------------------------------------------- filter -- */

bool
hv_filter_word(const char *filter, size_t nth, char out[HV_MAX_FILTER])
{
    size_t len;

    for (;;) {
        filter += strspn(filter, " ");
        len = strcspn(filter, " ");
        if (!len || !nth--)
            break;
        filter += len;
    }
    snprintf(out, HV_MAX_FILTER, "%.*s", (int)len, filter);
    return len > 0;
}

static bool
field_has(const struct hv_app *app, const struct hv_list_field *field, size_t i,
          const char *word)
{
    char text[2048];

    if (!field->text)
        return false;
    field->text(app, i, text, sizeof(text));
    return strcasestr(text, word) != NULL;
}

/* "word", "!word", "state:word": one word of a filter against one row. */
static bool
word_fits(const struct hv_app *app, enum hv_view tab, size_t i,
          const char *word)
{
    const struct hv_list_field *fields = hv_list_fields(app, tab);
    bool is_not = word[0] == '!';
    const char *colon;

    word += is_not;
    colon = strchr(word, ':');
    for (const struct hv_list_field *f = fields; colon && f->name; f++) {
        size_t len = (size_t)(colon - word);

        if (strlen(f->name) == len && !strncmp(f->name, word, len))
            return field_has(app, f, i, colon + 1) != is_not;
    }
    for (const struct hv_list_field *f = fields; f->name; f++) {
        if (field_has(app, f, i, word))
            return !is_not;
    }
    return is_not;
}

bool
hv_row_fits(const struct hv_app *app, enum hv_view tab, size_t i,
            const char *filter)
{
    char word[HV_MAX_FILTER];

    for (size_t n = 0; hv_filter_word(filter, n, word); n++) {
        if (strcmp(word, "!") && !word_fits(app, tab, i, word))
            return false;
    }
    return true;
}

/* ----------------------------------------------------------------- sort -- */

struct sorting {
    const struct hv_app *app;
    const struct hv_list_field *field;
    bool is_down;
};

static int
compare_numbers(const struct sorting *sorting, size_t a, size_t b)
{
    int64_t x = sorting->field->number(sorting->app, a);
    int64_t y = sorting->field->number(sorting->app, b);

    if (!x != !y)
        return x ? -1 : 1; /* what has none stands last either way */
    if (x == y)
        return 0;
    return (x < y) != sorting->is_down ? -1 : 1;
}

static int
compare_texts(const struct sorting *sorting, size_t a, size_t b)
{
    char x[2048];
    char y[2048];
    int order;

    sorting->field->text(sorting->app, a, x, sizeof(x));
    sorting->field->text(sorting->app, b, y, sizeof(y));
    if (!x[0] != !y[0])
        return x[0] ? -1 : 1;
    order = strcasecmp(x, y);
    return sorting->is_down ? -order : order;
}

static int
compare_rows(const void *a, const void *b, void *arg)
{
    const struct sorting *sorting = arg;
    size_t x = *(const size_t *)a;
    size_t y = *(const size_t *)b;
    int order = 0;

    if (sorting->field && sorting->field->number)
        order = compare_numbers(sorting, x, y);
    else if (sorting->field)
        order = compare_texts(sorting, x, y);
    if (order)
        return order;
    /* Equal ones stand as they came. */
    return (x < y) != (!sorting->field && sorting->is_down) ? -1 : 1;
}

const char *
hv_list_sort_name(const struct hv_app *app, enum hv_view tab)
{
    const struct hv_list_field *fields = hv_list_fields(app, tab);
    int sort = app->lists[tab].sort;

    return fields && sort ? fields[sort - 1].name : "";
}

void
hv_list_order(struct hv_app *app, enum hv_view tab)
{
    struct hv_list *list = &app->lists[tab];
    const struct hv_list_field *fields = hv_list_fields(app, tab);
    size_t all = hv_list_all(app, tab);
    struct sorting sorting = { .app = app };

    free(list->order);
    list->order = hv_calloc(all + 1, sizeof(*list->order));
    list->len = 0;
    for (size_t i = 0; i < all; i++) {
        if (!fields || hv_row_fits(app, tab, i, list->filter))
            list->order[list->len++] = i;
    }
    if (!fields)
        return;
    sorting.field = list->sort ? &fields[list->sort - 1] : NULL;
    sorting.is_down =
        list->is_inverted != (sorting.field && sorting.field->is_down);
    qsort_r(list->order, list->len, sizeof(*list->order), compare_rows,
            &sorting);
}
