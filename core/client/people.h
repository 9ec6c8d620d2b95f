/*
 * people.h - persons and their records on the wire. Used by calls.c. Pure.
 * Fact: get-person-info, authorized-people, authorisation
 */
#ifndef CORE_CLIENT_PEOPLE_H
#define CORE_CLIENT_PEOPLE_H

#include "hvconsole/client.h"

#include <libxml/tree.h>

/** hv_people_info() - info of GetAuthorizedPeople; @cursor NULL = from the
 *  first, @count 0 = the platform's page. */
HV_MUST_CHECK enum hv_status hv_people_info(const struct hv_guid *cursor,
                                            int count, struct hv_buf *out,
                                            struct hv_error *err);
/** hv_person_info_read() - the info of GetPersonInfo's answer. HV_ERR_FORMAT:
 *  nothing is published. */
HV_MUST_CHECK enum hv_status hv_person_info_read(const xmlNode *info,
                                                 struct hv_person *out,
                                                 struct hv_error *err);
/** hv_people_read() - the info of GetAuthorizedPeople's answer. */
HV_MUST_CHECK enum hv_status hv_people_read(const xmlNode *info,
                                            struct hv_people *out,
                                            struct hv_error *err);

/** hv_updated_info() - info of GetUpdatedRecordsForApplication version 2;
 *  @since_ms 0 = all. Fact: record-operations */
HV_MUST_CHECK enum hv_status hv_updated_info(int64_t since_ms,
                                             struct hv_buf *out,
                                             struct hv_error *err);
/** hv_updated_read() - the info of its answer. */
HV_MUST_CHECK enum hv_status hv_updated_read(const xmlNode *info,
                                             struct hv_updated_list *out,
                                             struct hv_error *err);

#endif
