/*
 * reader.h - reading a parsed document: children by name, their text, typed.
 * Used by envelope.c, session.c, core/sub/xml.c and core/client/people.c.
 * All elements meant here are in no namespace. Everything is borrowed from the
 * document. Sentences name elements, never their contents.
 */
#ifndef CORE_WIRE_READER_H
#define CORE_WIRE_READER_H

#include "hvconsole/ids.h"

#include <libxml/tree.h>

/** hv_xml_child() / hv_xml_next() - the (next) child element called @name, in
 *  no namespace; NULL name = any element. NULL when there is none. */
const xmlNode *hv_xml_child(const xmlNode *parent, const char *name);
const xmlNode *hv_xml_next(const xmlNode *node, const char *name);
bool hv_xml_is(const xmlNode *node, const char *name);

/** hv_xml_one() - the only child of that name. HV_ERR_FORMAT: more than one,
 *  or none though required. *out is NULL when there is none. */
HV_MUST_CHECK enum hv_status hv_xml_one(const xmlNode *parent, const char *name,
                                        bool is_required, const xmlNode **out,
                                        struct hv_error *err);
/** hv_xml_path() - hv_xml_one(), required, for each of "a/b/c" in turn. */
HV_MUST_CHECK enum hv_status hv_xml_path(const xmlNode *parent,
                                         const char *path, const xmlNode **out,
                                         struct hv_error *err);

/** hv_xml_text() - the text of an element, untrimmed. HV_ERR_FORMAT when it
 *  has child elements. */
HV_MUST_CHECK enum hv_status
hv_xml_text(const xmlNode *node, struct hv_bytes *out, struct hv_error *err);
/** hv_xml_one_text() - text of the only child of that name, trimmed; empty
 *  when absent and not required. */
HV_MUST_CHECK enum hv_status hv_xml_one_text(const xmlNode *parent,
                                             const char *name, bool is_required,
                                             struct hv_bytes *out,
                                             struct hv_error *err);
/** hv_xml_one_guid() - zero when absent and not required. */
HV_MUST_CHECK enum hv_status hv_xml_one_guid(const xmlNode *parent,
                                             const char *name, bool is_required,
                                             struct hv_guid *out,
                                             struct hv_error *err);
/** hv_xml_one_bool() - false when absent. Fact: scalars */
HV_MUST_CHECK enum hv_status hv_xml_one_bool(const xmlNode *parent,
                                             const char *name, bool *out,
                                             struct hv_error *err);

/** hv_xml_attribute() - value of an attribute in no namespace; data NULL when
 *  absent. */
struct hv_bytes hv_xml_attribute(const xmlNode *node, const char *name);
HV_MUST_CHECK enum hv_status hv_xml_bool(struct hv_bytes text, bool *out);

/** hv_bytes_copy() - foreign text into a fixed array, cut at a whole UTF-8
 *  character when it is too long. */
void hv_bytes_copy(char *out, size_t size, struct hv_bytes text);

#endif
