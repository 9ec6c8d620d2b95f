/*
 * words.c - the words of HTTP that the door uses: phrases of answers, names of
 * methods. Tables; called by http.c.
 */
#include "core/net/conn.h"

#include <event2/http.h>

#include <string.h>

static const struct {
    int status;
    const char *phrase;
} phrases[] = {
    { 200, "OK" },
    { 302, "Found" },
    { 400, "Bad Request" },
    { 401, "Unauthorized" },
    { 403, "Forbidden" },
    { 404, "Not Found" },
    { 405, "Method Not Allowed" },
    { 408, "Request Timeout" },
    { 413, "Content Too Large" },
    { 415, "Unsupported Media Type" },
    { 417, "Expectation Failed" },
    { 429, "Too Many Requests" },
    { 431, "Request Header Fields Too Large" },
    { 500, "Internal Server Error" },
    { 501, "Not Implemented" },
    { 503, "Service Unavailable" },
};

const char *
hv_http_phrase(int status)
{
    for (size_t i = 0; i < HV_LEN(phrases); i++) {
        if (phrases[i].status == status)
            return phrases[i].phrase;
    }
    return status < 400 ? "OK" : "Error";
}

static const struct {
    enum evhttp_cmd_type type;
    const char *name;
} methods[] = {
    { EVHTTP_REQ_GET, "GET" },       { EVHTTP_REQ_POST, "POST" },
    { EVHTTP_REQ_HEAD, "HEAD" },     { EVHTTP_REQ_PUT, "PUT" },
    { EVHTTP_REQ_DELETE, "DELETE" }, { EVHTTP_REQ_OPTIONS, "OPTIONS" },
    { EVHTTP_REQ_TRACE, "TRACE" },   { EVHTTP_REQ_CONNECT, "CONNECT" },
    { EVHTTP_REQ_PATCH, "PATCH" },
};

const char *
hv_http_method(const struct evhttp_request *req)
{
    for (size_t i = 0; i < HV_LEN(methods); i++) {
        if (methods[i].type == evhttp_request_get_command(req))
            return methods[i].name;
    }
    return "";
}

bool
hv_http_is_allowed(const char *list, const char *name)
{
    size_t len = strlen(name);

    for (const char *at = list; *at;) {
        size_t word = strcspn(at, ", ");

        if (word == len && strncmp(at, name, len) == 0)
            return len > 0;
        at += word;
        at += strspn(at, ", ");
    }
    return false;
}
