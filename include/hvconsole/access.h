/*
 * access.h - in which records an application may do what: asked of the
 * platform, kept, compared, and what follows for notifications. The calls run
 * the client's loop as those of client.h do. Fact: authorisation
 */
#ifndef HVCONSOLE_ACCESS_H
#define HVCONSOLE_ACCESS_H

#include "hvconsole/client.h"
#include "hvconsole/keyring.h"

/* ---- what the states mean ---- */

struct hv_auth_action_row {
    enum hv_auth_action action;
    const char *word;    /* on the wire; "" = nothing was said */
    const char *brief;   /* "reauth", for --action and narrow columns */
    const char *meaning; /* sentences without the last full stop */
    const char *remedy;
    const char *target; /* of the Shell, for that record; NULL = none helps */
};
/** hv_auth_action_row() - never NULL. */
const struct hv_auth_action_row *hv_auth_action_row(enum hv_auth_action action);
/** hv_auth_action_find() - by word or brief, case ignored; NULL: no such action. */
const struct hv_auth_action_row *hv_auth_action_find(const char *word);

struct hv_app_check { /* which application must look at what, and when */
    const char *kind;
    const char *duty;
};
/** hv_app_checks() - ends with a NULL kind. */
const struct hv_app_check *hv_app_checks(void);

/* ---- rights ---- */

#define HV_RIGHT_READ   1
#define HV_RIGHT_UPDATE 2
#define HV_RIGHT_CREATE 4
#define HV_RIGHT_DELETE 8
#define HV_RIGHT_ALL    15
/** hv_rights_text() - "RUCD", "-" for each that is missing; "-" for none. */
void hv_rights_text(unsigned rights, char out[5]);
/** hv_rights_word() - "Read", "All" ... of the protocol; 0 for others. */
unsigned hv_rights_word(struct hv_bytes word);

struct hv_permission {
    struct hv_guid type;
    uint8_t online, offline; /* bits of HV_RIGHT_* */
};
struct hv_permission_list {
    struct hv_permission *items; /* owned */
    size_t len;
};
void hv_permission_list_release(struct hv_permission_list *list);
/** hv_permission_find() - of a type; NULL: none was granted. */
const struct hv_permission *
hv_permission_find(const struct hv_permission_list *list,
                   const struct hv_guid *type);

/** hv_client_permissions() - what this person granted in this record, of these
 *  types. Code 11: access was taken away. */
HV_MUST_CHECK enum hv_status
hv_client_permissions(struct hv_client *client, const struct hv_guid *person,
                      const struct hv_guid *record, const struct hv_guid *types,
                      size_t len, struct hv_permission_list *out,
                      struct hv_error *err);
/** hv_client_give_up() - remove this application's own access to the record.
 *  No notification tells of it; every later call on the pair answers 11. */
HV_MUST_CHECK enum hv_status hv_client_give_up(struct hv_client *client,
                                               const struct hv_guid *person,
                                               const struct hv_guid *record,
                                               struct hv_error *err);

/* ---- rules of an application ---- */

struct hv_rule {
    char name[17];
    bool is_optional;
    uint8_t rights;
    struct hv_guid *types; /* owned; all target sets together */
    size_t types_len;
    bool is_everything;       /* no target set: all types */
    struct hv_guid *excepted; /* owned; types of exceptions without dates */
    size_t excepted_len;
};
struct hv_rules {          /* of one avenue, online or offline */
    struct hv_rule *items; /* owned */
    size_t len;
};
void hv_rules_release(struct hv_rules *rules);
/** hv_rules_parse() - an <auth> document. HV_ERR_FORMAT with the sentence.
 *  Fact: authorization-rules */
HV_MUST_CHECK enum hv_status
hv_rules_parse(struct hv_bytes xml, struct hv_rules *out, struct hv_error *err);
/** hv_rules_demand() - rights on a type that required rules ask for. */
unsigned hv_rules_demand(const struct hv_rules *rules,
                         const struct hv_guid *type);

struct hv_app_rules {
    struct hv_rules online, offline;
};
void hv_app_rules_release(struct hv_app_rules *rules);
/** hv_client_app_rules() - as the platform has them now. Fact:
 *  application-info */
HV_MUST_CHECK enum hv_status hv_client_app_rules(struct hv_client *client,
                                                 struct hv_app_rules *out,
                                                 struct hv_error *err);

/* ---- a picture of all records ---- */

enum hv_reach {
    HV_REACH_ANSWERED,
    HV_REACH_REVOKED,  /* code 11: access was taken away */
    HV_REACH_FAILED,   /* another code, or no answer: nothing is known */
    HV_REACH_NOT_READ, /* permissions were not asked for */
};
struct hv_access_row { /* one person's authorisation of one record */
    struct hv_guid person, record;
    char person_name[128]; /* foreign text */
    char name[128];        /* of the record; foreign text */
    enum hv_auth_action action;
    char action_text[64]; /* verbatim; foreign text */
    char state[24];
    int64_t expires_ms; /* 0 = not said, INT64_MAX = never */
    bool is_expired, is_custodian;
    enum hv_reach reach;
    int code; /* of a failed call; -1 = no answer */
    struct hv_permission_list permissions;
};
struct hv_access { /* owned */
    struct hv_guid app;
    int64_t taken_ms;
    struct hv_access_row *rows;
    size_t len;
};
void hv_access_release(struct hv_access *access);

struct hv_access_place { /* between two pages; zeroed: before the first */
    struct hv_guid after;
    bool has_after, is_end;
};
/** hv_access_page() - the next page; its rows are added to @access. How many
 *  more there are the platform does not tell. */
HV_MUST_CHECK enum hv_status hv_access_page(struct hv_client *client,
                                            struct hv_access_place *place,
                                            struct hv_access *access,
                                            struct hv_error *err);

struct hv_access_ask {
    bool with_permissions; /* of all types that are known, a call per row */
    bool keeps_some; /* cancelled among the rows: the rest stays NOT_READ */
    const struct hv_guid *types; /* ... and of these */
    size_t types_len;
    void (*progress)(void *arg, size_t done, size_t known);
    void *arg;
};
/** hv_access_read() - page by page. A record whose permissions cannot be read
 *  stays, with why in reach and code; HV_ERR_CANCELLED and failures of the
 *  pages themselves end it, nothing is published then. */
HV_MUST_CHECK enum hv_status hv_access_read(struct hv_client *client,
                                            const struct hv_guid *app,
                                            const struct hv_access_ask *ask,
                                            struct hv_access *out,
                                            struct hv_error *err);

/** hv_access_types() - all types that are known, then those of @others that are
 *  not; owned by the caller. */
struct hv_guid *hv_access_types(const struct hv_guid *others, size_t others_len,
                                size_t *len);
/** hv_access_rights() - the permissions of one row on these types, into it;
 *  what the platform refuses is told in reach and code. HV_ERR_CANCELLED. */
HV_MUST_CHECK enum hv_status hv_access_rights(struct hv_client *client,
                                              struct hv_access_row *row,
                                              const struct hv_guid *types,
                                              size_t types_len,
                                              struct hv_error *err);

/* ---- kept, sealed ---- */

/** hv_access_save() - to a new file, sealed so that only the private half of
 *  @key opens it. HV_ERR_RULE: the file exists. */
HV_MUST_CHECK enum hv_status hv_access_save(const struct hv_access *access,
                                            const struct hv_journal_key *key,
                                            const char *path,
                                            struct hv_error *err);
/** hv_access_load() - HV_ERR_DAMAGED: altered, or sealed for another keystore.
 *  HV_ERR_FORMAT: not such a file. */
HV_MUST_CHECK enum hv_status hv_access_load(const char *path,
                                            const struct hv_keyring *ring,
                                            struct hv_access *out,
                                            struct hv_error *err);

/* ---- compared ---- */

enum hv_change {
    HV_CHANGE_NEW, /* was not there */
    HV_CHANGE_GONE,
    HV_CHANGE_ACTION, /* its action is another */
    HV_CHANGE_RIGHTS, /* rights on a type are others */
};
struct hv_access_change {
    enum hv_change kind;
    const struct hv_access_row *before, *after; /* borrowed; NULL = not there */
    struct hv_guid type;                        /* of RIGHTS */
    struct hv_permission was, is;
};
typedef void (*hv_change_fn)(void *arg, const struct hv_access_change *change);
/** hv_access_diff() - by person and record. */
void hv_access_diff(const struct hv_access *before,
                    const struct hv_access *after, hv_change_fn fn, void *arg);
/**
 * hv_access_predict() - the action of one row when these became the rules of
 * the application. Rights granted so far stay; who lacks a right that a
 * required rule asks for must agree again. States that no rule brings about
 * (never authorised, not possible, location) stay as they are.
 * @online, @offline: the draft; NULL = that avenue asks for nothing
 */
enum hv_auth_action hv_access_predict(const struct hv_access_row *row,
                                      const struct hv_rules *online,
                                      const struct hv_rules *offline);

/* ---- what stays silent ---- */

enum hv_silence {
    HV_NOTIFIES,
    HV_SILENT_REVOKED, /* no access at all */
    HV_SILENT_EXPIRED,
    HV_SILENT_NEVER,      /* never authorised */
    HV_SILENT_NO_OFFLINE, /* no offline right to read this type */
    HV_SILENT_STATE,      /* the record is suspended or deleted */
    HV_SILENCE_UNKNOWN,   /* nothing could be read */
};
/** hv_silence_of() - whether a change of @type there raises a notification,
 *  given that a subscription names the type. */
enum hv_silence hv_silence_of(const struct hv_access_row *row,
                              const struct hv_guid *type);
const char *hv_silence_text(enum hv_silence silence);

/* ---- things ---- */

struct hv_thing {
    struct hv_guid id, version, type;
    char type_name[64]; /* as the platform calls it; foreign text */
    bool is_deleted;
    int64_t eff_ms, created_ms, updated_ms; /* 0 = not said */
    bool was_created;  /* never changed since it was made */
    struct hv_buf xml; /* data-xml, owned; empty = none was given */
};
struct hv_thing_list {
    struct hv_thing *items; /* owned */
    size_t len;
    bool is_filtered; /* something was hidden for lack of rights */
};
void hv_thing_list_release(struct hv_thing_list *list);
/** hv_client_things() - offline, by id; @deleted: those in state Deleted, which
 *  have no data. What is not in the answer is gone or not readable: the
 *  platform does not tell which. At most 100 ids. Fact: get-things */
HV_MUST_CHECK enum hv_status
hv_client_things(struct hv_client *client, const struct hv_guid *person,
                 const struct hv_guid *record, const struct hv_guid *ids,
                 size_t len, bool deleted, struct hv_thing_list *out,
                 struct hv_error *err);
/** hv_client_recent_things() - ids of the newest, at most @max. */
HV_MUST_CHECK enum hv_status
hv_client_recent_things(struct hv_client *client, const struct hv_guid *person,
                        const struct hv_guid *record, int max,
                        struct hv_thing_list *out, struct hv_error *err);

#endif
