/*
 * parse.c - the XML of a verified body, through the gate and then libxml2's
 * push parser, whose context is kept for the next body. Called by judge.c after
 * the MAC held, and never before. No tree is made. Fact: notify-body
 */
#include "core/notify/build.h"
#include "core/notify/mac.h"
#include "core/wire/gate.h"
#include "hvconsole/limits.h"

#include <libxml/SAX2.h>
#include <libxml/parser.h>
#include <libxml/parserInternals.h>

#include <stdlib.h>
#include <string.h>

/* More words than a notification has; libxml2 keeps them all, to a limit past
 * which it refuses every document. */
#define MAX_WORDS 256

/* No entities, no network, no DTD; what libxml2 has to say goes nowhere. */
#define OPTIONS (XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING)

struct hv_notify_parser {
    xmlParserCtxtPtr xml;
    struct hv_build build;
    struct notify_macs macs;
};

static void
on_open(void *arg, const xmlChar *name, const xmlChar *prefix,
        const xmlChar *ns, int ns_len, const xmlChar **ns_new, int attr_len,
        int defaulted, const xmlChar **attrs)
{
    struct hv_notify_parser *parser = arg;

    (void)prefix;
    (void)ns_len;
    (void)ns_new;
    (void)attr_len;
    (void)defaulted;
    (void)attrs;
    hv_build_open(&parser->build, (const char *)ns, (const char *)name);
    if (parser->build.is_refused)
        xmlStopParser(parser->xml);
}

static void
on_close(void *arg, const xmlChar *name, const xmlChar *prefix,
         const xmlChar *ns)
{
    struct hv_notify_parser *parser = arg;

    (void)name;
    (void)prefix;
    (void)ns;
    hv_build_close(&parser->build);
    if (parser->build.is_refused)
        xmlStopParser(parser->xml);
}

static void
on_text(void *arg, const xmlChar *text, int len)
{
    struct hv_notify_parser *parser = arg;

    hv_build_text(&parser->build, (const char *)text, (size_t)len);
}

/* The gate lets no DTD through; should it ever, it ends here. */
static void
on_dtd(void *arg, const xmlChar *name, const xmlChar *public_id,
       const xmlChar *system_id)
{
    struct hv_notify_parser *parser = arg;

    (void)name;
    (void)public_id;
    (void)system_id;
    hv_build_refuse(&parser->build, "it has a document type");
    xmlStopParser(parser->xml);
}

static void
on_error(void *arg, xmlErrorPtr error)
{
    (void)arg;
    (void)error;
}

static void
make_context(struct hv_notify_parser *parser)
{
    xmlSAXHandler sax = {
        .initialized = XML_SAX2_MAGIC,
        .startElementNs = on_open,
        .endElementNs = on_close,
        .characters = on_text,
        .ignorableWhitespace = on_text,
        .cdataBlock = on_text,
        .internalSubset = on_dtd,
        .serror = on_error,
    };

    parser->xml = xmlCreatePushParserCtxt(&sax, parser, NULL, 0, NULL);
    if (!parser->xml)
        abort();
}

struct hv_notify_parser *
hv_notify_parser_new(void)
{
    struct hv_notify_parser *parser = hv_calloc(1, sizeof(*parser));

    hv_xml_start();
    make_context(parser);
    return parser;
}

void
hv_notify_parser_free(struct hv_notify_parser *ctx)
{
    if (!ctx)
        return;
    xmlFreeParserCtxt(ctx->xml);
    hv_build_release(&ctx->build);
    notify_macs_clear(&ctx->macs);
    free(ctx);
}

void
hv_notify_parser_forget(struct hv_notify_parser *ctx)
{
    if (ctx)
        notify_macs_clear(&ctx->macs);
}

struct notify_macs *
notify_parser_macs(struct hv_notify_parser *parser)
{
    return &parser->macs;
}

static enum hv_status
run_parser(struct hv_notify_parser *parser, struct hv_bytes text,
           struct hv_error *err)
{
    xmlParserCtxtPtr xml;
    int code;

    if (xmlDictSize(parser->xml->dict) > MAX_WORDS) {
        xmlFreeParserCtxt(parser->xml);
        make_context(parser);
    }
    xml = parser->xml;
    if (xmlCtxtResetPush(xml, NULL, 0, NULL, "UTF-8"))
        return hv_fail(err, HV_ERR_FORMAT, "the parser cannot be used again");
    xmlCtxtUseOptions(xml, OPTIONS);
    code = xmlParseChunk(xml, (const char *)text.data, (int)text.len, 1);
    if (parser->build.is_refused)
        return HV_OK; /* hv_build_finish() tells */
    if (code || !xml->wellFormed || !xml->nsWellFormed)
        return hv_fail(err, HV_ERR_FORMAT,
                       "it is not well-formed XML (line %d)",
                       xml->lastError.line > 0 ? xml->lastError.line : 1);
    return HV_OK;
}

enum hv_status
hv_notify_parse(struct hv_notify_parser *ctx, struct hv_bytes body,
                struct hv_event_list *out, struct hv_error *err)
{
    struct hv_notify_parser *parser = ctx;
    struct hv_bytes text;
    enum hv_status st;

    if (body.len > HV_MAX_NOTIFY_BODY_CONFIG)
        return hv_fail(err, HV_ERR_FORMAT, "it is too large to be looked at");
    st = hv_xml_gate(body, HV_MAX_XML_TAG, HV_MAX_XML_DEPTH, &text, err);
    if (st)
        return HV_ERR_FORMAT;
    if (!parser)
        parser = hv_notify_parser_new();
    hv_build_start(&parser->build);
    st = run_parser(parser, text, err);
    if (!st)
        st = hv_build_finish(&parser->build, out, err);
    hv_build_release(&parser->build);
    if (!ctx)
        hv_notify_parser_free(parser);
    return st;
}
