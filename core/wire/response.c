/*
 * response.c - reads the envelope of the platform's answers and turns status
 * codes into sentences. Called by session.c and core/client. Pure.
 */
#include "core/wire/envelope.h"
#include "core/wire/gate.h"
#include "core/wire/reader.h"
#include "hvconsole/limits.h"
#include "hvconsole/names.h"

#include <string.h>
#include <strings.h>

/* `<!DOCTYPE html`, `<html`: a web page, where a platform should be. */
static bool
is_html(struct hv_bytes body)
{
    static const char *const starts[] = { "<!doctype html", "<html", "<head" };

    if (body.len >= 3 && memcmp(body.data, "\xEF\xBB\xBF", 3) == 0) {
        body.data += 3;
        body.len -= 3;
    }
    body = hv_bytes_trim(body);
    for (size_t i = 0; i < HV_LEN(starts); i++) {
        size_t len = strlen(starts[i]);

        if (body.len >= len &&
            strncasecmp((const char *)body.data, starts[i], len) == 0)
            return true;
    }
    return false;
}

static enum hv_status
not_an_answer(struct hv_error *err)
{
    hv_fail(err, HV_ERR_FORMAT,
            "a web page came back instead of an answer of "
            "the platform: the URL is wrong");
    hv_hint(err,
            "check the profile's platform URL; it ends in " HV_METHOD_PATH);
    return HV_ERR_FORMAT;
}

/* 0..999999999, white space round it ignored; nothing else. */
static enum hv_status
read_code(const xmlNode *status, int *out, struct hv_error *err)
{
    struct hv_bytes text;
    int code = 0;
    enum hv_status st;

    st = hv_xml_one_text(status, "code", true, &text, err);
    if (st)
        return st;
    if (text.len < 1 || text.len > 9)
        return hv_fail(err, HV_ERR_FORMAT, "the status code is no number");
    for (size_t i = 0; i < text.len; i++) {
        if (text.data[i] < '0' || text.data[i] > '9')
            return hv_fail(err, HV_ERR_FORMAT, "the status code is no number");
        code = code * 10 + (text.data[i] - '0');
    }
    *out = code;
    return HV_OK;
}

/* A text that helps when it is there and may be anything when it is not. */
static void
read_remark(const xmlNode *parent, const char *name, char *out, size_t size)
{
    const xmlNode *node = hv_xml_child(parent, name);
    struct hv_bytes text = { 0 };

    if (node && !hv_xml_text(node, &text, NULL))
        hv_bytes_copy(out, size, hv_bytes_trim(text));
}

static void
read_error(const xmlNode *status, struct hv_response *out)
{
    const xmlNode *error = hv_xml_child(status, "error");
    const xmlNode *context;
    size_t len;

    if (!error)
        return;
    read_remark(error, "message", out->message, sizeof(out->message));
    /* It becomes a part of a sentence of ours. */
    len = strlen(out->message);
    while (len && out->message[len - 1] == '.')
        out->message[--len] = '\0';
    read_remark(error, "error-info", out->error_info, sizeof(out->error_info));
    context = hv_xml_child(error, "context");
    if (context)
        read_remark(context, "exception", out->exception,
                    sizeof(out->exception));
}

/* The one `info`, which is in the namespace of the method's answers. */
static enum hv_status
find_info(const xmlNode *root, const char *suffix, const xmlNode **out,
          struct hv_error *err)
{
    static const size_t base_len = sizeof(HV_NS_RESPONSE) - 1;
    const xmlNode *found = NULL;

    for (const xmlNode *at = root->children; at; at = at->next) {
        if (at->type != XML_ELEMENT_NODE ||
            strcmp((const char *)at->name, "info") != 0)
            continue;
        if (found)
            return hv_fail(err, HV_ERR_FORMAT,
                           "the answer has more than one info");
        found = at;
    }
    if (found) {
        const char *uri = found->ns ? (const char *)found->ns->href : "";

        if (strncmp(uri, HV_NS_RESPONSE, base_len) != 0 ||
            strcmp(uri + base_len, suffix) != 0)
            return hv_fail(err, HV_ERR_FORMAT,
                           "the answer's info is not that of %s", suffix);
    }
    *out = found;
    return HV_OK;
}

static enum hv_status
read_response(struct hv_response *r, const char *suffix, struct hv_error *err)
{
    const xmlNode *root = xmlDocGetRootElement(r->doc);
    const xmlNode *status;
    enum hv_status st;

    if (!hv_xml_is(root, "response"))
        return hv_fail(err, HV_ERR_FORMAT,
                       "what came back is XML, but no answer of the platform");
    st = hv_xml_one(root, "status", true, &status, err);
    if (!st)
        st = read_code(status, &r->code, err);
    if (st)
        return st;
    if (r->code)
        read_error(status, r);
    else if (suffix)
        st = find_info(root, suffix, &r->info, err);
    return st;
}

enum hv_status
hv_response_parse(struct hv_bytes body, const char *suffix,
                  struct hv_response *out, struct hv_error *err)
{
    struct hv_response made = { 0 };
    enum hv_status st;

    if (is_html(body))
        return not_an_answer(err);
    st = hv_xml_parse(body, HV_MAX_XML_TAG, HV_MAX_XML_DEPTH, &made.doc, err);
    if (!st)
        st = read_response(&made, suffix, err);
    if (st) {
        hv_response_release(&made);
        return st;
    }
    *out = made;
    return HV_OK;
}

void
hv_response_release(struct hv_response *response)
{
    xmlFreeDoc(response->doc);
    *response = (struct hv_response){ 0 };
}

enum hv_status
hv_response_info(const struct hv_response *r, const xmlNode **out,
                 struct hv_error *err)
{
    if (!r->info)
        return hv_fail(err, HV_ERR_FORMAT, "the answer lacks its info");
    *out = r->info;
    return HV_OK;
}

enum hv_status
hv_code_status(int code)
{
    static const struct {
        int code;
        enum hv_status status;
    } special[] = {
        { HV_CODE_OK, HV_OK },
        { HV_CODE_CREDENTIAL_EXPIRED, HV_ERR_TOKEN },
        { HV_CODE_INVALID_APP, HV_ERR_LOCKED },
        { HV_CODE_BAD_CERT, HV_ERR_LOCKED },
        { HV_CODE_SUB_NOT_FOUND, HV_ERR_NOT_FOUND },
        { HV_CODE_SUB_LIMIT, HV_ERR_RULE },
        { HV_CODE_SUB_INVALID, HV_ERR_RULE },
    };

    for (size_t i = 0; i < HV_LEN(special); i++) {
        if (special[i].code == code)
            return special[i].status;
    }
    return HV_ERR_PLATFORM;
}

enum hv_status
hv_response_fail(const struct hv_response *response, struct hv_error *err)
{
    const struct hv_code *known = hv_code_find(response->code);
    enum hv_status status = hv_code_status(response->code);
    const char *said = response->message;
    const char *more = response->exception;
    struct hv_error made = { 0 };

    if (*said && strstr(more, said))
        more = ""; /* it says the same once more */
    if (!*said)
        said = known ? known->meaning : "no explanation";
    hv_fail(&made, status, "the platform answered %d %s: %s%s%s%s%s%s",
            response->code, known ? known->name : "(unknown code)", said,
            *response->error_info ? " [" : "", response->error_info,
            *response->error_info ? "]" : "", *more ? " - " : "", more);
    made.platform_code = response->code;
    if (known)
        hv_hint(&made, "%s", hv_code_advice(known->kind));
    if (err && !err->status)
        *err = made;
    return status;
}
