/*
 * build.c - which elements of a notification mean something, and where; the
 * rest is stepped over, for the platform may add to it. Called by parse.c for
 * each element. Pure. Fact: notify-body
 */
#include "core/notify/build.h"

#include "hvconsole/names.h"

#include <stdlib.h>
#include <string.h>

static const struct {
    const char *name;
    enum hv_place parent;
    bool is_id; /* simple text, an id */
} places[HV_PLACE_COUNT] = {
    [HV_PLACE_ROOT] = { "notifications", HV_PLACE_OUTSIDE, false },
    [HV_PLACE_NOTIFICATION] = { "notification", HV_PLACE_ROOT, false },
    [HV_PLACE_COMMON] = { "common", HV_PLACE_NOTIFICATION, false },
    [HV_PLACE_SUB_ID] = { "subscription-id", HV_PLACE_COMMON, true },
    [HV_PLACE_CHANGE] = { "record-change-notification", HV_PLACE_NOTIFICATION,
                          false },
    [HV_PLACE_PERSON_ID] = { "person-id", HV_PLACE_CHANGE, true },
    [HV_PLACE_RECORD_ID] = { "record-id", HV_PLACE_CHANGE, true },
    [HV_PLACE_THINGS] = { "things", HV_PLACE_CHANGE, false },
    [HV_PLACE_THINGS_ID] = { "thing-id", HV_PLACE_THINGS, true },
    [HV_PLACE_THING] = { "thing", HV_PLACE_THINGS, false },
    [HV_PLACE_THING_ID] = { "thing-id", HV_PLACE_THING, true },
};

void
hv_event_list_release(struct hv_event_list *list)
{
    for (size_t i = 0; i < list->len; i++)
        free(list->items[i].things);
    free(list->items);
    *list = (struct hv_event_list){ 0 };
}

void
hv_build_start(struct hv_build *build)
{
    *build = (struct hv_build){ 0 };
}

void
hv_build_release(struct hv_build *build)
{
    hv_event_list_release(&build->list);
    free(build->event.things);
    *build = (struct hv_build){ 0 };
}

void
hv_build_refuse(struct hv_build *build, const char *why)
{
    build->is_refused = true;
    hv_fail(&build->err, HV_ERR_FORMAT, "%s", why);
}

/* ---------------------------------------------------------- notifications -- */

static void
event_begin(struct hv_build *build)
{
    build->event = (struct hv_event){ 0 };
    build->things_cap = 0;
    build->has_sub = build->has_person = false;
    build->has_record = build->has_change = false;
}

static void
event_end(struct hv_build *build)
{
    struct hv_event_list *list = &build->list;

    if (!build->has_change) {
        list->ignored++; /* news of a kind that did not exist yet */
        return;
    }
    if (!build->has_sub || !build->has_person || !build->has_record) {
        hv_build_refuse(build, "a notification lacks one of its ids");
        return;
    }
    if (list->len == HV_MAX_NOTIFICATIONS) {
        hv_build_refuse(build, "it holds too many notifications");
        return;
    }
    if (list->len == build->list_cap) {
        build->list_cap = build->list_cap ? 2 * build->list_cap : 4;
        list->items = hv_realloc_array(list->items, build->list_cap,
                                       sizeof(*list->items));
    }
    list->items[list->len++] = build->event;
    build->event = (struct hv_event){ 0 }; /* its things are the list's */
}

static void
add_thing(struct hv_build *build, const struct hv_guid *id)
{
    struct hv_event *event = &build->event;

    if (event->things_len == build->things_cap) {
        build->things_cap = build->things_cap ? 2 * build->things_cap : 4;
        event->things = hv_realloc_array(event->things, build->things_cap,
                                         sizeof(*event->things));
    }
    event->things[event->things_len++] = *id;
}

static void
set_once(struct hv_build *build, const struct hv_guid *id, struct hv_guid *to,
         bool *has)
{
    if (*has)
        hv_build_refuse(build, "a notification has one of its ids twice");
    *to = *id;
    *has = true;
}

static void
id_end(struct hv_build *build)
{
    struct hv_bytes text = { (const uint8_t *)build->text, build->text_len };
    struct hv_event *event = &build->event;
    struct hv_guid id;

    if (build->text_len == sizeof(build->text) ||
        hv_guid_parse_bytes(text, &id)) {
        hv_build_refuse(build, "one of its ids is no id");
        return;
    }
    switch (build->place) {
    case HV_PLACE_SUB_ID:
        set_once(build, &id, &event->sub, &build->has_sub);
        break;
    case HV_PLACE_PERSON_ID:
        set_once(build, &id, &event->person, &build->has_person);
        break;
    case HV_PLACE_RECORD_ID:
        set_once(build, &id, &event->record, &build->has_record);
        break;
    default:
        add_thing(build, &id);
        break;
    }
}

/* --------------------------------------------------------------- elements -- */

static enum hv_place
place_below(enum hv_place parent, const char *name)
{
    for (int i = HV_PLACE_ROOT; i < HV_PLACE_COUNT; i++) {
        if (places[i].parent == parent && strcmp(places[i].name, name) == 0)
            return (enum hv_place)i;
    }
    return HV_PLACE_OUTSIDE;
}

static void
open_known(struct hv_build *build, enum hv_place place)
{
    build->place = place;
    build->text_len = 0;
    if (place == HV_PLACE_NOTIFICATION)
        event_begin(build);
    if (place == HV_PLACE_CHANGE) {
        if (build->has_change)
            hv_build_refuse(build, "a notification holds two events");
        build->has_change = true;
    }
}

void
hv_build_open(struct hv_build *build, const char *ns, const char *name)
{
    enum hv_place place;

    if (build->is_refused)
        return;
    if (build->skipping) {
        build->skipping++;
        return;
    }
    place = place_below(build->place, name);
    if (build->place == HV_PLACE_OUTSIDE) {
        if (place != HV_PLACE_ROOT || !ns ||
            strcmp(ns, HV_NS_NOTIFICATION) != 0)
            hv_build_refuse(build, "its root is not notifications in the"
                                   " namespace of notifications");
        else
            open_known(build, place);
    } else if (places[build->place].is_id) {
        hv_build_refuse(build, "one of its ids holds an element");
    } else if (ns || place == HV_PLACE_OUTSIDE) {
        build->skipping = 1;
    } else {
        open_known(build, place);
    }
}

void
hv_build_text(struct hv_build *build, const char *text, size_t len)
{
    size_t room = sizeof(build->text) - build->text_len;

    if (build->is_refused || build->skipping || !places[build->place].is_id)
        return;
    if (len > room)
        len = room; /* full = too long */
    memcpy(build->text + build->text_len, text, len);
    build->text_len += len;
}

void
hv_build_close(struct hv_build *build)
{
    enum hv_place place = build->place;

    if (build->is_refused)
        return;
    if (build->skipping) {
        build->skipping--;
        return;
    }
    if (places[place].is_id)
        id_end(build);
    if (place == HV_PLACE_NOTIFICATION) {
        event_end(build);
        free(build->event.things); /* of one that was not taken */
        build->event = (struct hv_event){ 0 };
    }
    build->place = places[place].parent;
}

enum hv_status
hv_build_finish(struct hv_build *build, struct hv_event_list *out,
                struct hv_error *err)
{
    if (!build->is_refused && !build->list.len && !build->list.ignored)
        hv_build_refuse(build, "there is no notification in it");
    if (build->is_refused) {
        if (err && !err->status)
            *err = build->err;
        return HV_ERR_FORMAT;
    }
    *out = build->list;
    build->list = (struct hv_event_list){ 0 };
    return HV_OK;
}
