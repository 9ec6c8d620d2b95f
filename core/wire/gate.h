/*
 * gate.h - the narrow door before libxml2, and the one way to start libxml2.
 * Used by core/wire/reader.c for answers of the platform and by core/notify
 * for the bodies of notifications. Looks at raw bytes and changes none.
 */
#ifndef CORE_WIRE_GATE_H
#define CORE_WIRE_GATE_H

#include "hvconsole/bytes.h"

#include <libxml/tree.h>

/**
 * hv_xml_gate() - refuse on the raw bytes what libxml2 shall never see:
 * invalid UTF-8, characters XML forbids, a declared encoding other than UTF-8,
 * every `<!` but comments and CDATA (so: no DTD, no entities), tags longer or
 * elements deeper than allowed. What passes need not be well formed yet.
 * @doc:       borrowed
 * @max_tag:   bytes from `<` to `>`, both included
 * @max_depth: open elements at one time
 * @body:      @doc without one leading BOM, borrowed; written only on HV_OK
 *
 * HV_ERR_FORMAT for all of it; the sentence never quotes the document.
 */
HV_MUST_CHECK enum hv_status hv_xml_gate(struct hv_bytes doc, size_t max_tag,
                                         size_t max_depth,
                                         struct hv_bytes *body,
                                         struct hv_error *err);

/**
 * hv_xml_start() - set libxml2 up once per process, from any thread, as often
 * as wanted: memory that is wiped when freed (answers may hold keys), an
 * external entity loader that always fails, errors kept off stderr. Must run
 * before anything else allocates through libxml2.
 */
void hv_xml_start(void);

/**
 * hv_xml_parse() - gate, then libxml2 with network, entities, DTD loading,
 * recovery and huge documents off; a DTD in the result refuses it.
 * @out: free with xmlFreeDoc(); written only on HV_OK
 * HV_ERR_FORMAT: the gate or the parser refused.
 */
HV_MUST_CHECK enum hv_status hv_xml_parse(struct hv_bytes doc, size_t max_tag,
                                          size_t max_depth, xmlDocPtr *out,
                                          struct hv_error *err);

#endif
