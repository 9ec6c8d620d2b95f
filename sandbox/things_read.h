/*
 * things_read.h - what GetThings asks for: its groups, filters and formats.
 * Read by things_read.c, matched by things_match.c, answered by get_things.c.
 * Fact: get-things
 */
#ifndef SANDBOX_THINGS_READ_H
#define SANDBOX_THINGS_READ_H

#include "sandbox/methods.h"

#define SB_MAX_GROUPS      10   /* maxGetThingsQueryGroups */
#define SB_MAX_FULL        240  /* maxFullThingResultsPerGroup */
#define SB_MAX_KEYS        2000 /* maxPartialThingResultsPerGroup */
#define SB_MAX_ASKED       5000 /* ids, keys or filters of a group */
#define SB_MAX_FILTER_TYPE 256

/* From and to, both of them inside. */
struct sb_range {
    bool is_there;
    int64_t from_ms;
    int64_t to_ms;
};

struct sb_maybe_guid {
    bool is_there;
    struct hv_guid id;
};

struct sb_filter {
    struct hv_guid *types; /* owned; none = all */
    size_t type_count;
    bool wants_active;
    bool wants_deleted;
    struct sb_range effective;
    struct sb_range created;
    struct sb_range updated;
    bool wants_end_date; /* no thing here has one */
    struct sb_maybe_guid created_app;
    struct sb_maybe_guid created_person;
    struct sb_maybe_guid updated_app;
    struct sb_maybe_guid updated_person;
    struct sb_path *path; /* owned; NULL = none */
};

/* One of three ways to name a thing. */
struct sb_asked {
    struct hv_guid id;
    bool has_stamp;
    struct hv_guid stamp;
    char *client_id; /* owned; NULL: by id */
};

struct sb_format {
    bool core;
    bool audits;
    bool permissions;
    bool tags;
    bool xml;
};

struct sb_group {
    char *name;             /* owned; NULL = none */
    struct sb_asked *asked; /* owned */
    size_t asked_count;
    struct sb_filter *filters; /* owned */
    size_t filter_count;
    struct sb_format format;
    size_t max;
    size_t max_full;
};

/** sb_group_read() - one <group>; @version 1 (and 2) or 3 of the method.
 *  Answers a code; @out zeroed by the caller, released in either case. */
int sb_group_read(struct sb_call *call, xmlNode *node, int version,
                  struct sb_group *out);
void sb_group_release(struct sb_group *group);

/* things_match.c */
/** sb_path_new() - NULL: not an XPath expression. */
struct sb_path *sb_path_new(const char *text);
void sb_path_free(struct sb_path *path);
/** sb_filter_matches() - everything the filter says is so. */
bool sb_filter_matches(const struct sb_filter *filter,
                       const struct sb_thing *thing);
/** sb_thing_xml() - data-xml with all that is in it, appended. */
void sb_thing_xml(const struct sb_thing *thing, struct hv_buf *out);

#endif
