/*
 * request.c - reads the envelope of a method call, liberal in what real
 * clients did differently, strict in the rest.
 * Called by methods.c and the fuzzer. Judges no signature and no id.
 */
#include "sandbox/request.h"

#include "hvconsole/codec.h"
#include "hvconsole/names.h"
#include "sandbox/sign.h"

#include <libxml/parser.h>
#include <string.h>

/* auth or info-hash: one child @name with algName and base64 text. */
static bool
read_digest(xmlNode *node, const char *name,
            enum sb_hash (*named)(const char *), struct sb_digest *out)
{
    struct sb_walk walk = sb_walk_start(node);
    xmlNode *data = sb_walk_take(&walk, name);
    char alg[32];
    char text[513];

    if (!data || !sb_walk_is_done(&walk) || !sb_text(data, text, sizeof(text)))
        return false;
    sb_attribute(data, "algName", alg, sizeof(alg));
    if (alg[0] == '\0' || text[0] == '\0')
        return false;
    out->is_there = true;
    out->hash = named(alg);
    if (hv_base64_decode_xml(text, strlen(text), out->data, sizeof(out->data),
                             &out->len))
        out->len = 0;
    return true;
}

static const char *
read_session(xmlNode *node, struct sb_request *out)
{
    struct sb_walk walk = sb_walk_start(node);
    xmlNode *token = sb_walk_take(&walk, "auth-token");
    xmlNode *user;
    xmlNode *offline;

    out->has_session = true;
    if (!token)
        return "auth-session has no auth-token";
    if (!sb_text(token, out->token, sizeof(out->token)))
        out->token[0] = '\0'; /* longer than any of ours: unknown (8) */
    user = sb_walk_take(&walk, "user-auth-token");
    out->has_user_token = user != NULL;
    if (user && !sb_text(user, out->user_token, sizeof(out->user_token)))
        out->user_token[0] = '\0';
    offline = user ? NULL : sb_walk_take(&walk, "offline-person-info");
    if (offline) {
        struct sb_walk inner = sb_walk_start(offline);
        xmlNode *id = sb_walk_take(&inner, "offline-person-id");

        if (!id || !sb_walk_is_done(&inner) || !sb_guid(id, &out->person))
            return "offline-person-info is not right";
        out->has_person = true;
    }
    return sb_walk_is_done(&walk) ? NULL : "auth-session is not right";
}

static const char *
read_method(struct sb_walk *walk, struct sb_request *out)
{
    xmlNode *method = sb_walk_take(walk, "method");
    xmlNode *version;
    int64_t number = 1;

    if (!method || !sb_text(method, out->method, sizeof(out->method)) ||
        out->method[0] == '\0')
        return "the header has no method name of 1 to 63 characters";
    version = sb_walk_take(walk, "method-version");
    if (version && !sb_number(version, 1000000, &number))
        return "method-version is not a number";
    out->version = (int)number;
    return NULL;
}

static const char *
read_who(struct sb_walk *walk, struct sb_request *out)
{
    struct hv_guid ignored;
    xmlNode *node = sb_walk_take(walk, "target-person-id");

    if (node && !sb_guid(node, &ignored))
        return "target-person-id is not a guid";
    node = sb_walk_take(walk, "record-id");
    out->has_record = node != NULL;
    if (node && !sb_guid(node, &out->record))
        return "record-id is not a guid";
    node = sb_walk_take(walk, "app-id");
    if (node) {
        out->has_app_id = true;
        return sb_guid(node, &out->app_id) ? NULL : "app-id is not a guid";
    }
    node = sb_walk_take(walk, "auth-session");
    return node ? read_session(node, out)
                : "the header has neither app-id nor auth-session in its place";
}

/* language and country or culture-code; nothing here is translated. */
static const char *
read_culture(struct sb_walk *walk)
{
    static const char *const names[] = { "language", "country",
                                         "culture-code" };

    for (size_t i = 0; i < HV_LEN(names); i++) {
        char text[64];
        xmlNode *node = sb_walk_take(walk, names[i]);

        if (node && !sb_text(node, text, sizeof(text)))
            return "language, country or culture-code is not right";
    }
    return NULL;
}

static const char *
read_rest(struct sb_walk *walk, struct sb_request *out)
{
    char label[256];
    xmlNode *node;

    out->has_xsl = sb_walk_take(walk, "final-xsl") != NULL;
    node = sb_walk_take(walk, "msg-time");
    if (!node || !sb_time(node, &out->sent_ms))
        return "msg-time is missing, misplaced or not a time";
    node = sb_walk_take(walk, "msg-ttl");
    if (!node || !sb_number(node, INT32_MAX, &out->ttl_s))
        return "msg-ttl is missing, misplaced or not a number";
    node = sb_walk_take(walk, "version");
    if (!node || !sb_text(node, label, sizeof(label)) || label[0] == '\0')
        return "version is missing, misplaced or not 1 to 255 characters";
    node = sb_walk_take(walk, "info-hash");
    if (node && !read_digest(node, "hash-data", sb_hash_named, &out->info_hash))
        return "info-hash is not right";
    return sb_walk_is_done(walk)
               ? NULL
               : "the header has an element too many or out of order";
}

static const char *
read_header(xmlNode *header, struct sb_request *out)
{
    struct sb_walk walk = sb_walk_start(header);
    const char *why = read_method(&walk, out);

    if (!why)
        why = read_who(&walk, out);
    if (!why)
        why = read_culture(&walk);
    if (!why)
        why = read_rest(&walk, out);
    return why;
}

static const char *
read_root(xmlNode *root, struct sb_request *out)
{
    struct sb_walk walk;
    xmlNode *node;
    const char *why;

    if (strcmp((const char *)root->name, "request") != 0 || !root->ns ||
        strcmp((const char *)root->ns->href, HV_NS_REQUEST) != 0)
        return "the root element is not request of " HV_NS_REQUEST;
    walk = sb_walk_start(root);
    node = sb_walk_take(&walk, "auth");
    if (node && !read_digest(node, "hmac-data", sb_hmac_named, &out->mac))
        return "auth is not right";
    node = sb_walk_take(&walk, "header");
    if (!node)
        return "the request has no header in its place";
    why = read_header(node, out);
    if (why)
        return why;
    out->info = sb_walk_take(&walk, "info");
    if (!out->info || !sb_walk_is_done(&walk))
        return "the request does not end with one info";
    if (out->marks.header.len == 0 || out->marks.info.len == 0)
        return "header or info cannot be found in the bytes";
    return NULL;
}

const char *
sb_request_read(struct hv_bytes body, struct sb_request *out)
{
    const char *why;

    if (body.len > HV_MAX_REQUEST)
        return "the request is too long";
    why = sb_marks_find(body, &out->marks);
    if (why)
        return why;
    out->doc = xmlReadMemory(
        (const char *)body.data, (int)body.len, NULL, "UTF-8",
        XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
    if (!out->doc || !xmlDocGetRootElement(out->doc))
        return "the document is not well-formed";
    if (out->doc->intSubset || out->doc->extSubset)
        return "a document type declaration is not accepted";
    return read_root(xmlDocGetRootElement(out->doc), out);
}

void
sb_request_release(struct sb_request *request)
{
    xmlFreeDoc(request->doc);
    hv_wipe(request->token, sizeof(request->token));
    hv_wipe(request->user_token, sizeof(request->user_token));
    *request = (struct sb_request){ 0 };
}
