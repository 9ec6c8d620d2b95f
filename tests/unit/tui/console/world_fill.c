/*
 * world_fill.c - the subscriptions and keys of the sketches, by hand.
 * Called by the tests of the console. No file, no clock, no terminal.
 */
#include "tests/unit/tui/console/world.h"

#include "hvconsole/names.h"

#include <stdio.h>
#include <string.h>

#define HOUR_MS (60 * 60 * 1000LL)
#define DAY_MS  (24 * HOUR_MS)

static const struct {
    const char *first, *last, *types, *url, *version;
    int64_t uses, refused, age_ms;
    enum hv_verdict verdict;
    bool has_key, is_live;
} subs[] = {
    { "0b2e", "a41", "Blood pressure", "https://www.app.com/hv/notify/bp",
      "v20261111-1", 312, 2, 21000, HV_VERDICT_VERIFIED, true, true },
    { "44f1", "9d2", "Blood glucose|Weight|Height",
      "https://www.app.com/hv/notify/bg", "v20261111-1", 88, 0, 240000,
      HV_VERDICT_VERIFIED, true, true },
    { "7d1c", "e02", "Weight", "https://www.app.com/hv/notify/wt",
      "v20261119-1", 4, 4, 9000, HV_VERDICT_UNKNOWN_VERSION, false, true },
    { "91aa", "3f0", "Medication", "https://www.app.com/hv/notify/rx",
      "v20261111-1", 9, 0, 2 * HOUR_MS, HV_VERDICT_VERIFIED_OLD, true, true },
    { "a0c7", "118", "Condition", "https://www.app.com/hv/notify/cx",
      "v20261111-1", 0, 0, 0, HV_VERDICT_VERIFIED, true, true },
    { "e18b", "02d", "Height",
      "https://www.app.com/hv/notify/\xc3\xbc"
      "bersicht/\xe6\x97\xa5\xe6\x9c\xac",
      "v20261111-1", 1, 0, 9 * HOUR_MS, HV_VERDICT_VERIFIED, true, false },
};

static void
add_types(struct hv_sub *sub, const char *names)
{
    char text[128];
    char *rest = text;
    char *name;

    snprintf(text, sizeof(text), "%s", names);
    while ((name = strsep(&rest, "|"))) {
        const struct hv_thing_type *type;

        for (size_t i = 0; (type = hv_thing_type_at(i)); i++) {
            if (!strcmp(type->name, name)) {
                hv_sub_add_type(sub, 0, &type->id);
                break;
            }
        }
    }
}

/* As a platform would show it, with an element that nobody here knows. */
static void
add_xml(struct hv_sub *sub)
{
    char id[HV_GUID_TEXT];

    hv_guid_format(&sub->id, id);
    hv_buf_addf(&sub->xml,
                "<subscription><common><id>%s</id>"
                "<notification-authentication-info><hv-eventing-shared-key>"
                "<notification-key>(not shown)</notification-key>"
                "<notification-key-version-id>%s</notification-key-version-id>"
                "</hv-eventing-shared-key></notification-authentication-info>"
                "<notification-channel><http-notification-channel><url>%s"
                "</url></http-notification-channel></notification-channel>"
                "<region>eu-1</region></common><record-item-changed-event>"
                "<filters><filter><type-ids>",
                id, sub->version.id, sub->url);
    for (size_t i = 0; sub->filters && i < sub->filters[0].types_len; i++) {
        hv_guid_format(&sub->filters[0].types[i], id);
        hv_buf_addf(&sub->xml, "<type-id>%s</type-id>", id);
    }
    hv_buf_add_str(&sub->xml, "</type-ids></filter></filters>"
                              "</record-item-changed-event></subscription>");
}

static void
fill_subs(struct hv_app *app)
{
    app->subs.rows = hv_calloc(HV_LEN(subs), sizeof(*app->subs.rows));
    app->subs.len = HV_LEN(subs);
    app->subs.limit = 25;
    app->subs.used = 23;
    app->subs.read_ms = WORLD_NOW_MS - 4000;
    for (size_t i = 0; i < HV_LEN(subs); i++) {
        struct hv_sub_row *row = &app->subs.rows[i];

        row->sub.id = world_guid(subs[i].first, subs[i].last);
        hv_copy(row->sub.url, sizeof(row->sub.url), subs[i].url);
        hv_copy(row->sub.version.id, sizeof(row->sub.version.id),
                subs[i].version);
        add_types(&row->sub, subs[i].types);
        add_xml(&row->sub);
        row->has_key = subs[i].has_key;
        row->is_live = subs[i].is_live;
        row->uses_24h = subs[i].uses;
        row->refused_24h = subs[i].refused;
        row->last_ms = subs[i].age_ms ? WORLD_NOW_MS - subs[i].age_ms : 0;
        row->last_verdict = subs[i].verdict;
    }
    app->subs_load =
        (struct hv_load){ .has_data = true, .read_ms = WORLD_NOW_MS - 4000 };
    hv_list_settle(app, HV_VIEW_SUBS);
}

static const struct {
    const char *first, *last, *version;
    enum hv_key_state state;
    enum hv_drain drain;
    int64_t age_ms, used_ms, safe_ms, uses, uses_24h;
} key_rows[] = {
    { "0b2e", "a41", "v20261111-1", HV_KEY_ACTIVE, HV_DRAIN_NONE, 10 * DAY_MS,
      21000, 0, 3120, 312 },
    { "0b2e", "a41", "v20260823-1", HV_KEY_ACCEPTED, HV_DRAIN_SAFE, 90 * DAY_MS,
      16 * DAY_MS, 0, 41233, 0 },
    { "44f1", "9d2", "v20261111-1", HV_KEY_ACTIVE, HV_DRAIN_NONE, 10 * DAY_MS,
      240000, 0, 880, 88 },
    { "44f1", "9d2", "v20260823-1", HV_KEY_ACCEPTED, HV_DRAIN_QUIET,
      90 * DAY_MS, 7 * DAY_MS + 3 * HOUR_MS, 2 * DAY_MS + 22 * HOUR_MS, 12001,
      0 },
    { "91aa", "3f0", "v20261119-1", HV_KEY_PENDING, HV_DRAIN_NONE, 2 * DAY_MS,
      0, 0, 0, 0 },
    { "91aa", "3f0", "v20261111-1", HV_KEY_ACTIVE, HV_DRAIN_NONE, 10 * DAY_MS,
      2 * HOUR_MS, 0, 90, 9 },
    { "91aa", "3f0", "v20260823-1", HV_KEY_ACCEPTED, HV_DRAIN_DRAINING,
      90 * DAY_MS, 2 * HOUR_MS, 13 * DAY_MS + 22 * HOUR_MS, 900, 3 },
    { "91aa", "3f0", "v20260502-2", HV_KEY_RETIRED, HV_DRAIN_NONE, 200 * DAY_MS,
      100 * DAY_MS, 0, 77, 0 },
};

static void
fill_keys(struct hv_app *app)
{
    app->keys.rows = hv_calloc(HV_LEN(key_rows), sizeof(*app->keys.rows));
    app->keys.len = HV_LEN(key_rows);
    for (size_t i = 0; i < HV_LEN(key_rows); i++) {
        struct hv_key_row *row = &app->keys.rows[i];

        row->sub = world_guid(key_rows[i].first, key_rows[i].last);
        hv_copy(row->version.id, sizeof(row->version.id), key_rows[i].version);
        row->state = key_rows[i].state;
        row->origin = HV_KEY_MADE;
        row->drain = key_rows[i].drain;
        row->created_ms = WORLD_NOW_MS - key_rows[i].age_ms;
        row->activated_ms = WORLD_NOW_MS - key_rows[i].age_ms + 60000;
        row->superseded_ms = key_rows[i].state == HV_KEY_ACCEPTED
                                 ? WORLD_NOW_MS - 10 * DAY_MS
                                 : 0;
        row->last_used_ms =
            key_rows[i].used_ms ? WORLD_NOW_MS - key_rows[i].used_ms : 0;
        row->safe_at_ms =
            key_rows[i].safe_ms ? WORLD_NOW_MS + key_rows[i].safe_ms : 0;
        row->uses = key_rows[i].uses;
        row->uses_24h = key_rows[i].uses_24h;
    }
    app->keys_load =
        (struct hv_load){ .has_data = true, .read_ms = WORLD_NOW_MS - 4000 };
    hv_list_settle(app, HV_VIEW_KEYS);
}

void
world_fill(struct hv_app *app)
{
    fill_subs(app);
    fill_keys(app);
    world_fill_work(app);
    world_fill_traffic(app);
    world_fill_maint(app);
    world_fill_log(app);
}
