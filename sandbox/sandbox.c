/*
 * sandbox.c - starts and ends the platform: world, certificates, HTTP door,
 * control socket; hands each POST to the methods.
 * Called by the command line and the demo through hvconsole/sandbox.h.
 */
#include "hvconsole/clock.h"
#include "hvconsole/file.h"
#include "hvconsole/limits.h"
#include "sandbox/methods.h"
#include "sandbox/state.h"
#include "sandbox/unzip.h"
#include "sandbox/url.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define METHOD_PATH     "/platform/" HV_METHOD_PATH
#define CODE_BAD_HTTP   2 /* BAD_HTTP */
#define MAX_CONNECTIONS 64
#define XML_TYPE        "text/xml; charset=utf-8"

/* ------------------------------------------------------------ answers -- */

static void
answer_send(struct hv_http_request *request, const struct sb_answer *answer)
{
    static const char full[] =
        "<response><status><code>71</code><error><message>the answer does not "
        "fit into protected memory</message></error></status></response>";
    struct hv_secret document = { 0 };
    char id[HV_GUID_TEXT];
    struct hv_guid response_id = hv_guid_random();

    hv_guid_format(&response_id, id);
    hv_http_add_header(request, "WC_ResponseId", id);
    if (sb_answer_write(answer, &document, NULL))
        hv_http_reply(request, 200, XML_TYPE, hv_bytes_str(full), true);
    else
        hv_http_reply(request, 200, XML_TYPE, hv_secret_bytes(&document), true);
    hv_secret_release(&document);
}

/* Content-Type: XML or nothing; a charset, if there is one, must be UTF-8. */
static bool
is_xml_type(const char *type)
{
    const char *charset;
    size_t len;

    if (!type || !*type)
        return true;
    len = strcspn(type, "; \t");
    if ((len != 8 || strncasecmp(type, "text/xml", len) != 0) &&
        (len != 15 || strncasecmp(type, "application/xml", len) != 0))
        return false;
    charset = strcasestr(type + len, "charset=");
    if (!charset)
        return true;
    charset += strlen("charset=");
    charset += *charset == '"';
    return strncasecmp(charset, "utf-8", 5) == 0 &&
           strchr("\"; \t", charset[5]) != NULL;
}

/* The XML of a request, unpacked into @plain if it has to be; NULL, or why it
 * cannot be had. */
static const char *
open_body(const struct hv_http_request *request, struct hv_bytes sent,
          struct sb_plain *plain, struct hv_bytes *out)
{
    const char *coding = hv_http_header(request, "Content-Encoding");
    const char *why;

    *out = sent;
    if (!is_xml_type(hv_http_header(request, "Content-Type")))
        return "the Content-Type is not text/xml in UTF-8";
    if (!coding || !*coding || strcasecmp(coding, "identity") == 0)
        return NULL;
    why = sb_unzip(coding, sent, plain);
    *out = (struct hv_bytes){ plain->data, plain->len };
    return why;
}

static void
log_call(const struct hv_http_message *message, const char *method,
         const struct sb_answer *answer)
{
    char when[HV_TIME_TEXT];

    hv_time_format(hv_clock_now_ms(), when);
    fprintf(stderr, "sandbox: %s %s %s -> %d%s%s\n", when, message->peer,
            method[0] ? method : "?", answer->code, answer->code ? ": " : "",
            answer->why);
}

static void
serve_method(struct hv_sandbox *sandbox, struct hv_http_request *request,
             const struct hv_http_message *message)
{
    struct sb_answer answer = { 0 };
    char method[SB_MAX_METHOD] = "";
    struct sb_plain plain = { 0 };
    struct hv_bytes body;
    const char *why = open_body(request, message->body, &plain, &body);

    if (why)
        sb_refuse(&answer, CODE_BAD_HTTP, NULL, "%s", why);
    else
        sb_platform_call(&sandbox->platform, body, hv_clock_now_ms(), &answer,
                         method);
    sb_plain_release(&plain);
    if (sandbox->is_verbose)
        log_call(message, method, &answer);
    answer_send(request, &answer);
    sb_answer_release(&answer);
    sb_deliver_kick(&sandbox->deliver);
}

static void
serve_page(struct hv_http_request *request, int status, const char *text)
{
    hv_http_reply(request, status, "text/plain; charset=utf-8",
                  hv_bytes_str(text), false);
}

static bool
path_is(const char *target, const char *path)
{
    size_t len = strcspn(target, "?");

    return len == strlen(path) && strncasecmp(target, path, len) == 0;
}

static void
on_request(void *arg, struct hv_http_request *request,
           const struct hv_http_message *message)
{
    bool is_post = strcmp(message->method, "POST") == 0;

    if (path_is(message->target, METHOD_PATH)) {
        if (is_post)
            serve_method(arg, request, message);
        else
            serve_page(request, 405, "Methods are called with POST.\n");
    } else if (path_is(message->target, "/") ||
               path_is(message->target, "/redirect.aspx")) {
        serve_page(request, 501,
                   "This is the hvconsole sandbox. The Shell is not part of "
                   "this version.\n");
    } else {
        serve_page(request, 404, "There is nothing here.\n");
    }
}

/* -------------------------------------------------------------- start -- */

static enum hv_status
start_door(struct hv_sandbox *sandbox, const struct hv_sandbox_config *config,
           struct hv_error *err)
{
    struct hv_cert_pair pair = { 0 };
    struct hv_http_config door = {
        .host = config->bind ? config->bind : "127.0.0.1",
        .port = config->port,
        .max_body = HV_MAX_REQUEST,
        .max_connections = MAX_CONNECTIONS,
        .methods = "GET,POST",
    };
    char dir[1024];
    enum hv_status st = HV_OK;

    if (hv_path_join(dir, sizeof(dir), config->store, "sandbox"))
        return hv_fail(err, HV_ERR_LIMIT, "the path of the store is too long");
    if (!config->is_plain) {
        st = sb_ca_open(dir, door.host, &pair, sandbox->ca, sizeof(sandbox->ca),
                        err);
        door.cert_pem = hv_buf_str(&pair.cert_pem);
        door.key_pem = hv_buf_str(&pair.key_pem);
    }
    if (!st)
        st = hv_http_start(sandbox->loop, &door, on_request, sandbox,
                           &sandbox->server, err);
    hv_cert_pair_release(&pair);
    return st;
}

/* The addresses others are told; one that means "all" is told as loopback. */
static void
note_addresses(struct hv_sandbox *sandbox,
               const struct hv_sandbox_config *config)
{
    const char *host = config->bind ? config->bind : "127.0.0.1";
    bool is_v6 = strchr(host, ':') != NULL;
    char base[128];

    if (strcmp(host, "0.0.0.0") == 0)
        host = "127.0.0.1";
    else if (strcmp(host, "::") == 0)
        host = "::1";
    snprintf(base, sizeof(base), "%s://%s%s%s:%d",
             config->is_plain ? "http" : "https", is_v6 ? "[" : "", host,
             is_v6 ? "]" : "", hv_http_port(sandbox->server));
    hv_copy(sandbox->listening, sizeof(sandbox->listening), base);
    snprintf(sandbox->shell, sizeof(sandbox->shell), "%.120s/", base);
    snprintf(sandbox->url, sizeof(sandbox->url), "%s" METHOD_PATH, base);
}

static enum hv_status
start_control(struct hv_sandbox *sandbox, struct hv_error *err)
{
    struct hv_facts facts = { 0 };
    enum hv_status st;

    st = hv_run_serve(sandbox->run, sandbox->loop, sb_control, sandbox, err);
    if (!st) {
        sb_facts(sandbox, &facts);
        st = hv_run_publish(sandbox->run, &facts, err);
    }
    hv_facts_release(&facts);
    return st;
}

static void
on_stop(void *arg)
{
    hv_loop_stop(arg);
}

/* Without TLS the session secrets cross the wire in clear. */
static enum hv_status
check_config(const struct hv_sandbox_config *config, struct hv_error *err)
{
    const char *host = config->bind ? config->bind : "127.0.0.1";
    char text[128];
    struct sb_url url;

    snprintf(text, sizeof(text),
             strchr(host, ':') ? "http://[%.90s]/" : "http://%.90s/", host);
    if (config->is_plain &&
        (sb_url_parse(text, true, &url) || !sb_url_is_loopback(&url)))
        return hv_fail(err, HV_ERR_USAGE,
                       "plain HTTP is for loopback addresses only, not %s",
                       host);
    return HV_OK;
}

static struct hv_sandbox *
sandbox_new(struct hv_loop *loop, const struct hv_sandbox_config *config)
{
    struct hv_sandbox *sandbox = hv_calloc(1, sizeof(*sandbox));

    sandbox->loop = loop;
    sandbox->is_verbose = config->verbose;
    sandbox->deliver.is_verbose = config->verbose;
    sandbox->platform = (struct sb_platform){
        .is_prod = config->is_prod,
        .allow_http = config->allow_http,
        .check_signing_time = config->check_times,
        .token_life_ms = config->token_life_ms,
        .overlap_ms = config->overlap_ms,
    };
    sb_platform_init(&sandbox->platform, config->seed);
    sandbox->platform.queue.scale = config->retry_scale;
    sandbox->platform.queue.settled = sb_waits_settled;
    sandbox->platform.queue.settled_arg = sandbox;
    sandbox->stop = hv_loop_timer(loop, on_stop, loop);
    return sandbox;
}

enum hv_status
hv_sandbox_start(struct hv_loop *loop, const struct hv_sandbox_config *config,
                 struct hv_sandbox **out, struct hv_error *err)
{
    struct hv_sandbox *sandbox;
    enum hv_status st = check_config(config, err);

    if (st)
        return st;
    sandbox = sandbox_new(loop, config);
    st = hv_run_start(config->store, "sandbox", &sandbox->run, err);
    if (!st)
        st = sb_deliver_start(&sandbox->deliver, loop, &sandbox->platform, err);
    if (!st)
        st = start_door(sandbox, config, err);
    if (!st) {
        note_addresses(sandbox, config);
        st = start_control(sandbox, err);
    }
    if (st) {
        hv_sandbox_free(sandbox);
        return st;
    }
    *out = sandbox;
    return HV_OK;
}

const char *
hv_sandbox_url(const struct hv_sandbox *sandbox)
{
    return sandbox->url;
}

void
hv_sandbox_free(struct hv_sandbox *sandbox)
{
    if (!sandbox)
        return;
    sb_waits_end(sandbox);
    sandbox->platform.queue.settled = NULL;
    hv_http_free(sandbox->server);
    sb_deliver_end(&sandbox->deliver);
    hv_run_end(sandbox->run);
    hv_watch_free(sandbox->stop);
    sb_platform_release(&sandbox->platform);
    free(sandbox);
}
