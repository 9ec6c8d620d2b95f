/*
 * build.h - events put together while elements come by. Pure: knows no XML
 * library. Private to core/notify; driven by parse.c.
 */
#ifndef CORE_NOTIFY_BUILD_H
#define CORE_NOTIFY_BUILD_H

#include "hvconsole/notify.h"

/* Where the parser stands. Each place is below exactly one other. */
enum hv_place {
    HV_PLACE_OUTSIDE,
    HV_PLACE_ROOT,
    HV_PLACE_NOTIFICATION,
    HV_PLACE_COMMON,
    HV_PLACE_SUB_ID,
    HV_PLACE_CHANGE,
    HV_PLACE_PERSON_ID,
    HV_PLACE_RECORD_ID,
    HV_PLACE_THINGS,
    HV_PLACE_THINGS_ID, /* a thing-id right in things, as the schema says */
    HV_PLACE_THING,
    HV_PLACE_THING_ID,
    HV_PLACE_COUNT,
};

struct hv_build {
    enum hv_place place;
    size_t skipping;           /* open elements of an unknown subtree */
    struct hv_event_list list; /* owned */
    size_t list_cap;
    struct hv_event event; /* of the open notification; things owned */
    size_t things_cap;
    bool has_sub, has_person, has_record, has_change;
    char text[96]; /* of the open id */
    size_t text_len;
    bool is_refused;
    struct hv_error err; /* why */
};

void hv_build_start(struct hv_build *build);
void hv_build_release(struct hv_build *build);
/** hv_build_open() - an element begins; @ns NULL = in no namespace. */
void hv_build_open(struct hv_build *build, const char *ns, const char *name);
void hv_build_text(struct hv_build *build, const char *text, size_t len);
void hv_build_close(struct hv_build *build);
/** hv_build_refuse() - first reason wins. */
void hv_build_refuse(struct hv_build *build, const char *why);
/** hv_build_finish() - the whole list into @out. HV_ERR_FORMAT: refused. */
HV_MUST_CHECK enum hv_status hv_build_finish(struct hv_build *build,
                                             struct hv_event_list *out,
                                             struct hv_error *err);

#endif
