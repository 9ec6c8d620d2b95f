/*
 * xml.h - subscriptions on the wire: the element, the info of the four
 * methods, and their answers. Used by core/client. Pure.
 */
#ifndef CORE_SUB_XML_H
#define CORE_SUB_XML_H

#include "core/wire/writer.h"
#include "hvconsole/sub.h"

#include <libxml/tree.h>

/** hv_sub_write() - `<subscription>`; without id when it is zero. The key must
 *  be there: the writer's target is then a secret. */
void hv_sub_write(struct hv_writer *w, const struct hv_sub *sub);

/** hv_sub_info() - info of SubscribeToEvent and UpdateEventSubscription. */
HV_MUST_CHECK enum hv_status hv_sub_info(const struct hv_sub *sub,
                                         struct hv_secret *out,
                                         struct hv_error *err);
/** hv_unsubscribe_info() - info of UnsubscribeToEvent. */
HV_MUST_CHECK enum hv_status hv_unsubscribe_info(const struct hv_guid *id,
                                                 struct hv_secret *out,
                                                 struct hv_error *err);

/** hv_sub_list_read() - the info of GetEventSubscriptions' answer. Unknown
 *  elements are stepped over. HV_ERR_FORMAT, HV_ERR_LIMIT (locked memory):
 *  nothing is published. Fact: subscription-element */
HV_MUST_CHECK enum hv_status hv_sub_list_read(const xmlNode *info,
                                              struct hv_sub_list *out,
                                              struct hv_error *err);

/** hv_sub_echo() - append the element as it stands in the document, its key
 *  replaced by a word. */
void hv_sub_echo(const xmlNode *node, struct hv_buf *out);

#endif
