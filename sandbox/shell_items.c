/*
 * shell_items.c - VIEWITEMS: the items of a record, and adding one. What is
 * added is made up by the sandbox, and subscriptions hear of it.
 * Called by shell.c through the table of targets.
 */
#include "sandbox/shell_parts.h"

#include "hvconsole/clock.h"
#include "hvconsole/names.h"
#include "sandbox/change.h"

#include <string.h>

#define MAX_TYPES 16

/* The known types that typeid lists. */
static size_t
read_types(const struct sb_visit *visit,
           const struct hv_thing_type *out[MAX_TYPES])
{
    const char *at = sb_param_get(&visit->flow->params, "typeid");
    size_t count = 0;

    while (at && *at && count < MAX_TYPES) {
        struct hv_bytes text = { (const uint8_t *)at, strcspn(at, ",") };
        struct hv_guid id;

        if (hv_guid_parse_bytes(hv_bytes_trim(text), &id) == HV_OK &&
            hv_thing_type_find(&id))
            out[count++] = hv_thing_type_find(&id);
        at += text.len;
        at += *at == ',';
    }
    return count;
}

static bool
is_wanted(const struct sb_thing *thing,
          const struct hv_thing_type *const *types, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (sb_same_type(&types[i]->id, &thing->type))
            return true;
    return false;
}

static void
put_item(struct sb_page *page, const struct sb_thing *thing)
{
    const struct hv_thing_type *type = hv_thing_type_find(&thing->type);
    char when[HV_TIME_TEXT];
    char id[HV_GUID_TEXT];

    hv_time_format(thing->eff_ms, when);
    hv_guid_format(&thing->id, id);
    when[strcspn(when, "T")] = '\0';
    sb_page_put(page,
                "<tr><td>%s</td><td>%s</td><td><code>%s</code></td></tr>\n",
                when, type ? type->name : "an unknown type", id);
}

static void
put_items(struct sb_visit *visit, const struct hv_thing_type *const *types,
          size_t count)
{
    const struct sb_record *record = &visit->platform->records[visit->record];
    struct sb_page *page = &visit->reply->page;
    size_t shown = 0;

    for (size_t i = 0; i < record->thing_count && shown < SB_MAX_LISTED; i++) {
        const struct sb_thing *thing =
            &visit->platform->things[record->by_date[i]];

        if (thing->is_deleted || !is_wanted(thing, types, count))
            continue;
        if (shown++ == 0)
            sb_page_put(page, "<table><thead><tr><th>Date</th><th>Type</th>"
                              "<th>Id</th></tr></thead><tbody>\n");
        put_item(page, thing);
    }
    sb_page_put(page, shown ? "</tbody></table>\n"
                            : "<p class=\"dim\">There are none.</p>\n");
}

void
sb_items_page(struct sb_visit *visit)
{
    const struct hv_thing_type *types[MAX_TYPES];
    size_t count = read_types(visit, types);
    struct sb_page *page;

    if (count == 0) {
        sb_shell_refuse(visit, 400,
                        "VIEWITEMS needs a typeid of known types "
                        "inside targetqs.");
        return;
    }
    page = sb_shell_open(visit, "Items");
    sb_page_put(page, "<p>in the record of <b>%s</b>, newest first.</p>\n",
                visit->platform->records[visit->record].name);
    sb_shell_form(visit);
    sb_shell_who(visit);
    put_items(visit, types, count);
    if (sb_param_is_true(&visit->flow->params, "additem")) {
        sb_page_put(page, "<p class=\"end\">");
        for (size_t i = 0; i < count; i++) {
            char id[HV_GUID_TEXT];

            hv_guid_format(&types[i]->id, id);
            sb_page_put(page,
                        "<button class=\"go\" name=\"add\" value=\"%s\">Add: "
                        "%s</button>",
                        id, types[i]->name);
        }
        sb_page_put(page, "</p><p class=\"dim\">The sandbox makes up what is "
                          "in it.</p>\n");
    }
    sb_page_put(page, "</form>\n");
    sb_shell_close(visit, 200);
}

static void
add_item(struct sb_visit *visit, const struct hv_guid *type)
{
    struct sb_platform *p = visit->platform;
    const struct sb_by by = {
        .app = visit->app->id,
        .person = visit->person->id,
        .avenue = SB_ONLINE,
    };
    const struct sb_thing_text text = { 0 };
    struct sb_news news = {
        .record = visit->record,
        .type = *type,
        .now_ms = visit->now.now_ms,
    };
    size_t at =
        sb_thing_create(p, visit->record, type, &text, &by, visit->now.now_ms);

    news.thing = p->things[at].id;
    news.eff_ms = p->things[at].eff_ms;
    (void)sb_raise(p, &news);
    sb_shell_note(visit, "added", "an item, by %s", visit->person->name);
}

void
sb_items_done(struct sb_visit *visit)
{
    const struct sb_platform *p = visit->platform;
    const struct hv_thing_type *types[MAX_TYPES];
    size_t count = read_types(visit, types);
    struct hv_guid type;

    if (sb_param_guid(visit->form, "add", &type)) {
        if (p->records[visit->record].state != SB_RECORD_ACTIVE ||
            p->thing_count >= SB_MAX_THINGS) {
            sb_shell_refuse(visit, 403, "Nothing can be added to this record.");
            return;
        }
        for (size_t i = 0; i < count; i++)
            if (hv_guid_equal(&types[i]->id, &type)) {
                add_item(visit, &type);
                break;
            }
    }
    sb_items_page(visit);
}
