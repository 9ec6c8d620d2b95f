/*
 * parse.c - starts libxml2 with the safe settings and parses what the gate let
 * through. Called by core/wire/reader.c and core/notify. The one place where
 * libxml2 meets foreign bytes: no network, no entities, no DTD, no recovery.
 */
#include "core/net/wipe.h"
#include "core/wire/gate.h"

#include <libxml/parser.h>
#include <libxml/parserInternals.h>
#include <libxml/xmlmemory.h>

#include <limits.h>
#include <pthread.h>

static xmlParserInputPtr
no_external_entity(const char *url, const char *id, xmlParserCtxtPtr ctxt)
{
    (void)url;
    (void)id;
    (void)ctxt;
    return NULL;
}

static void
start_once(void)
{
    /* Answers may hold notification keys, and libxml2 copies what it reads. */
    xmlMemSetup(hv_wipe_free, hv_wipe_malloc, hv_wipe_realloc, hv_wipe_strdup);
    xmlInitParser();
    xmlSetExternalEntityLoader(no_external_entity);
}

void
hv_xml_start(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;

    pthread_once(&once, start_once);
}

/* Position only: the parser's own messages quote the document. */
static enum hv_status
refuse(xmlParserCtxtPtr ctxt, struct hv_error *err)
{
    const xmlError *last = xmlCtxtGetLastError(ctxt);

    if (!last)
        return hv_fail(err, HV_ERR_FORMAT, "XML refused: not well-formed");
    return hv_fail(err, HV_ERR_FORMAT,
                   "XML refused: not well-formed at line %d (parser error %d)",
                   last->line, last->code);
}

enum hv_status
hv_xml_parse(struct hv_bytes doc, size_t max_tag, size_t max_depth,
             xmlDocPtr *out, struct hv_error *err)
{
    static const int options = XML_PARSE_NONET | XML_PARSE_NOERROR |
                               XML_PARSE_NOWARNING | XML_PARSE_NOCDATA;
    xmlParserCtxtPtr ctxt = NULL;
    xmlDocPtr made = NULL;
    struct hv_bytes body = { 0 };
    enum hv_status st;

    st = hv_xml_gate(doc, max_tag, max_depth, &body, err);
    if (st)
        return st;
    if (body.len > INT_MAX)
        return hv_fail(err, HV_ERR_LIMIT, "the XML document is too large");
    hv_xml_start();
    ctxt = xmlNewParserCtxt();
    if (!ctxt)
        return hv_fail(err, HV_ERR_FAILED, "cannot start the XML parser");
    /* Without these two an element's text is always one node. */
    ctxt->sax->comment = NULL;
    ctxt->sax->processingInstruction = NULL;
    made = xmlCtxtReadMemory(ctxt, (const char *)body.data, (int)body.len, NULL,
                             "UTF-8", options);
    if (!made || !ctxt->wellFormed || !ctxt->nsWellFormed) {
        st = refuse(ctxt, err);
        goto out;
    }
    if (made->intSubset || made->extSubset) {
        st = hv_fail(err, HV_ERR_FORMAT,
                     "XML refused: document type declarations are not "
                     "accepted");
        goto out;
    }
    *out = made;
    made = NULL;
out:
    xmlFreeDoc(made);
    xmlFreeParserCtxt(ctxt);
    return st;
}
