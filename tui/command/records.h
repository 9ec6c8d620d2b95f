/*
 * records.h - records and what an application may do in them, for the commands
 * `record` and `things` and for the console's view. Blocks on the network.
 */
#ifndef TUI_COMMAND_RECORDS_H
#define TUI_COMMAND_RECORDS_H

#include "hvconsole/access.h"
#include "tui/command/session.h"

/** records_read() - every record; says how far it is. @subs: the subscriptions,
 *  whose types are asked for as well; may be NULL. */
HV_MUST_CHECK enum hv_status records_read(struct hv_session *session,
                                          bool with_permissions,
                                          const struct hv_sub_list *subs,
                                          struct hv_access *out,
                                          struct hv_error *err);
/** records_read_some() - with permissions; @keeps_some: stopped by the person,
 *  what was read by then is there. */
HV_MUST_CHECK enum hv_status
records_read_some(struct hv_session *session, const struct hv_sub_list *subs,
                  bool keeps_some, struct hv_access *out, struct hv_error *err);
/** records_subs() - of the profile's application. */
HV_MUST_CHECK enum hv_status records_subs(struct hv_session *session,
                                          struct hv_sub_list *out,
                                          struct hv_error *err);
/** records_rights() - the permissions of every row that is there, as
 *  records_read() would have read them. */
HV_MUST_CHECK enum hv_status records_rights(struct hv_session *session,
                                            const struct hv_sub_list *subs,
                                            struct hv_access *access,
                                            struct hv_error *err);
/** records_find() - a record by id or prefix; @person NULL or a prefix. Drops
 *  every other row of @access. HV_ERR_NOT_FOUND, HV_ERR_RULE (several). */
HV_MUST_CHECK enum hv_status records_find(struct hv_access *access,
                                          const char *record,
                                          const char *person,
                                          struct hv_error *err);
/** records_types() - the types that subscriptions name, each once. */
size_t records_types(const struct hv_sub_list *subs, struct hv_guid *out,
                     size_t max);
/** records_url() - the page of the Shell that mends this row; empty when none
 *  does. */
HV_MUST_CHECK enum hv_status
records_url(struct hv_session *session, const struct hv_access_row *row,
            enum hv_silence silence, struct hv_buf *out, struct hv_error *err);

/** records_remedy() - what is to be done about that silence. */
const char *records_remedy(const struct hv_access_row *row,
                           enum hv_silence silence);

/* What the console's list of records stands on: all of it, or one page. */
struct hv_records_model {
    struct hv_access access; /* permissions come row by row, when looked at */
    struct hv_guid *types;   /* owned: that subscriptions name */
    size_t types_len;
    struct hv_access_place place; /* after it */
};
void hv_records_model_release(struct hv_records_model *model);
/** hv_model_records() - the page after @place, the types with the first one;
 *  blocks on the network. */
HV_MUST_CHECK enum hv_status
hv_model_records(struct hv_session *session,
                 const struct hv_access_place *place,
                 struct hv_records_model *out, struct hv_error *err);
/** hv_model_rights() - the permissions on these types, none: all that are
 *  known, in each of @rows, which
 *  hold person and record. What the platform refuses is told in the row;
 *  HV_ERR_CANCELLED: the rest stays HV_REACH_NOT_READ. */
HV_MUST_CHECK enum hv_status hv_model_rights(struct hv_session *session,
                                             struct hv_access *rows,
                                             const struct hv_guid *types,
                                             size_t types_len,
                                             struct hv_error *err);
/** hv_records_compose() - records_url() with the profile given. */
HV_MUST_CHECK enum hv_status
hv_records_compose(const struct hv_profile *profile,
                   const struct hv_access_row *row, enum hv_silence silence,
                   struct hv_buf *out, struct hv_error *err);

#define RECORDS_MAX_TYPES (HV_MAX_SUBS * HV_MAX_TYPES_PER_SUB)

#endif
