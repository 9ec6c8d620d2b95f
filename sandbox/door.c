/*
 * door.c - the HTTP requests of a running sandbox: a POST goes to the methods,
 * pages to the Shell; faults of calls are carried out here, and nothing is
 * answered before what it changed is on disk.
 * Called by the HTTP server that sandbox.c starts. Judges no method itself.
 */
#include "hvconsole/clock.h"
#include "hvconsole/limits.h"
#include "sandbox/methods.h"
#include "sandbox/state.h"
#include "sandbox/unzip.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define METHOD_PATH "/platform/" HV_METHOD_PATH
#define XML_TYPE    "text/xml; charset=utf-8"
#define HTML_TYPE   "text/html; charset=utf-8"
#define MUTE_MS     60000 /* clients give up after 30 s */

#define CODE_MAINTENANCE 152

/* ------------------------------------------------------------- faults -- */

/* A call that gets no answer, until its client has surely gone. */
struct sb_mute {
    struct sb_mute *next;
    struct hv_sandbox *sandbox;
    struct hv_http_request *request;
    struct hv_watch *timer;
};

static void
mute_end(struct sb_mute *mute)
{
    struct sb_mute **link = &mute->sandbox->mutes;

    while (*link != mute)
        link = &(*link)->next;
    *link = mute->next;
    hv_http_reply(mute->request, 503, NULL, (struct hv_bytes){ 0 }, false);
    hv_watch_free(mute->timer);
    free(mute);
}

static void
on_mute_over(void *arg)
{
    mute_end(arg);
}

static void
mute_start(struct hv_sandbox *sandbox, struct hv_http_request *request)
{
    struct sb_mute *mute = hv_calloc(1, sizeof(*mute));

    *mute = (struct sb_mute){
        .next = sandbox->mutes,
        .sandbox = sandbox,
        .request = request,
    };
    mute->timer = hv_loop_timer(sandbox->loop, on_mute_over, mute);
    hv_watch_after(mute->timer, MUTE_MS);
    sandbox->mutes = mute;
}

void
sb_door_end(struct hv_sandbox *sandbox)
{
    while (sandbox->mutes)
        mute_end(sandbox->mutes);
}

int
sb_door_fault(void *arg, const struct sb_request *request)
{
    struct hv_sandbox *sandbox = arg;
    struct sb_platform *p = &sandbox->platform;
    struct sb_now now = sb_now(sandbox);
    const struct sb_fault *fault;
    char word[32];

    fault = sb_fault_strike_call(&p->faults, request->method, now.now_ms);
    if (!fault)
        return HV_CODE_OK;
    sb_fault_format(fault, word);
    sb_log_say(&p->log, SB_LOG_FAULT, now.now_ms, word, "struck", "%s",
               request->method);
    sb_touch(p, SB_KIND_FAULT, 0);
    if (fault->kind == SB_FAULT_ERROR)
        return (int)fault->amount;
    if (fault->kind == SB_FAULT_MAINTENANCE)
        return CODE_MAINTENANCE;
    sandbox->way =
        fault->kind == SB_FAULT_HTTP_500 ? SB_ANSWER_500 : SB_ANSWER_NEVER;
    return HV_CODE_FAILED; /* seen by nobody */
}

/* ------------------------------------------------------------ methods -- */

/* Packed only for those who say that they unpack. */
static void
send_xml(struct hv_http_request *request, struct hv_bytes xml)
{
    struct sb_plain packed = { 0 };
    const char *coding =
        sb_zip(hv_http_header(request, "Accept-Encoding"), xml, &packed);

    if (coding) {
        hv_http_add_header(request, "Content-Encoding", coding);
        xml = (struct hv_bytes){ packed.data, packed.len };
    }
    hv_http_reply(request, 200, XML_TYPE, xml, true);
    sb_plain_release(&packed);
}

static void
answer_send(struct hv_http_request *request, const struct sb_answer *answer,
            const struct hv_guid *response_id)
{
    static const char full[] =
        "<response><status><code>71</code><error><message>the answer is too "
        "long, or does not fit into protected memory</message></error>"
        "</status></response>";
    struct sb_document document = { 0 };
    char id[HV_GUID_TEXT];

    hv_guid_format(response_id, id);
    hv_http_add_header(request, "WC_ResponseId", id);
    if (sb_answer_write(answer, &document, NULL))
        send_xml(request, hv_bytes_str(full));
    else
        send_xml(request, sb_document_bytes(&document));
    sb_document_release(&document);
}

/* Content-Type: XML, what some clients' HTTP libraries say by themselves, or
 * nothing; a charset, if there is one, must be UTF-8. */
static bool
is_xml_type(const char *type)
{
    static const char *const types[] = {
        "text/xml",
        "application/xml",
        "application/x-www-form-urlencoded",
    };
    const char *charset;
    bool is_known = false;
    size_t len;

    if (!type || !*type)
        return true;
    len = strcspn(type, "; \t");
    for (size_t i = 0; i < HV_LEN(types); i++)
        is_known |=
            strlen(types[i]) == len && strncasecmp(type, types[i], len) == 0;
    if (!is_known)
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

/* @entry: with the ids that the client gave and is given. */
static void
log_call(struct hv_sandbox *sandbox, struct sb_log_entry entry,
         const char *peer, const struct sb_heard *heard,
         const struct sb_answer *answer)
{
    char when[HV_TIME_TEXT];

    entry.kind = SB_LOG_CALL;
    entry.at_ms = sb_now(sandbox).now_ms;
    entry.app = heard->app;
    entry.person = heard->person;
    entry.record = heard->record;
    snprintf(entry.what, sizeof(entry.what), "%.40s",
             heard->method[0] ? heard->method : "?");
    if (heard->version > 1)
        snprintf(entry.what, sizeof(entry.what), "%.40s %d", heard->method,
                 heard->version);
    snprintf(entry.result, sizeof(entry.result), "%d", answer->code);
    hv_copy(entry.text, sizeof(entry.text), answer->why);
    sb_log_add(&sandbox->platform.log, &entry);
    if (!sandbox->is_verbose)
        return;
    hv_time_format(hv_clock_now_ms(), when);
    fprintf(stderr, "sandbox: %s %s %s -> %s%s%s\n", when, peer, entry.what,
            entry.result, answer->code ? ": " : "", answer->why);
}

static void
serve_method(struct hv_sandbox *sandbox, struct hv_http_request *request,
             const struct hv_http_message *message)
{
    struct sb_answer answer = { 0 };
    struct sb_heard heard = { 0 };
    struct sb_plain plain = { 0 };
    struct hv_error error = { 0 };
    struct sb_log_entry entry = { .response = hv_guid_random() };
    const char *correlation = hv_http_header(request, "WC_CorrelationId");
    struct hv_bytes body;
    const char *why = open_body(request, message->body, &plain, &body);

    if (correlation && hv_guid_parse(correlation, &entry.correlation))
        entry.correlation = (struct hv_guid){ 0 }; /* it is no guid */
    sandbox->way = SB_ANSWER_AS_IT_IS;
    if (why)
        sb_refuse(&answer,
                  plain.len > HV_MAX_REQUEST ? SB_CODE_TOO_LONG
                                             : SB_CODE_BAD_HTTP,
                  NULL, "%s", why);
    else
        sb_platform_call(&sandbox->platform, body, sb_now(sandbox), &answer,
                         &heard);
    sb_plain_release(&plain);
    log_call(sandbox, entry, message->peer, &heard, &answer);
    if (sb_save(sandbox, &error)) {
        sb_answer_release(&answer);
        answer = (struct sb_answer){ 0 };
        sb_refuse(&answer, HV_CODE_FAILED, NULL, "%s", error.why);
    }
    if (sandbox->way == SB_ANSWER_AS_IT_IS)
        answer_send(request, &answer, &entry.response);
    else if (sandbox->way == SB_ANSWER_500)
        hv_http_reply(request, 500, NULL, (struct hv_bytes){ 0 }, false);
    else
        mute_start(sandbox, request);
    sb_answer_release(&answer);
    sb_deliver_kick(&sandbox->deliver);
}

/* -------------------------------------------------------------- pages -- */

static void
serve_text(struct hv_http_request *request, int status, const char *text)
{
    hv_http_reply(request, status, "text/plain; charset=utf-8",
                  hv_bytes_str(text), false);
}

static void
add_page_headers(struct hv_http_request *request, const struct sb_page *page)
{
    char policy[512];

    sb_page_policy(page, policy, sizeof(policy));
    hv_http_add_header(request, "Content-Security-Policy", policy);
    hv_http_add_header(request, "Cache-Control", "no-store");
    hv_http_add_header(request, "Referrer-Policy", "no-referrer");
    hv_http_add_header(request, "X-Content-Type-Options", "nosniff");
    hv_http_add_header(request, "X-Frame-Options", "DENY");
}

static void
send_page(struct hv_http_request *request, const struct sb_shell_reply *reply)
{
    struct hv_secret whole = { 0 };
    struct hv_error error = { 0 };

    add_page_headers(request, &reply->page);
    if (reply->location.len > 0)
        hv_http_add_header(request, "Location",
                           (const char *)reply->location.data);
    if (!reply->page.hidden)
        hv_http_reply(request, reply->status, HTML_TYPE,
                      hv_buf_bytes(&reply->page.html), true);
    else if (sb_page_join(&reply->page, &whole, &error))
        serve_text(request, 500, error.why);
    else
        hv_http_reply(request, reply->status, HTML_TYPE,
                      hv_secret_bytes(&whole), true);
    hv_secret_release(&whole);
}

static void
serve_page(struct hv_sandbox *sandbox, struct hv_http_request *request,
           const struct hv_http_message *message)
{
    struct sb_shell_ask ask = {
        .is_post = strcmp(message->method, "POST") == 0,
        .target = message->target,
        .content_type = hv_http_header(request, "Content-Type"),
        .body = message->body,
        .now = sb_now(sandbox),
    };
    struct sb_shell_reply reply = { 0 };
    struct hv_error error = { 0 };

    sb_shell_answer(sandbox->shell, &ask, &reply);
    if (reply.what[0])
        sb_log_say(&sandbox->platform.log, SB_LOG_SHELL, ask.now.now_ms,
                   reply.what, reply.result, "%s", reply.detail);
    if (sandbox->is_verbose)
        fprintf(stderr, "sandbox: Shell %s: %s\n", reply.what, reply.result);
    if (sb_save(sandbox, &error))
        serve_text(request, 500, error.why);
    else
        send_page(request, &reply);
    sb_shell_reply_release(&reply);
    sb_deliver_kick(&sandbox->deliver);
}

/* Without case, and a row of slashes is one: a Ruby library calls
 * //platform//wildcat.ashx. */
static bool
path_is(const char *target, const char *path)
{
    while (*target && *target != '?') {
        if (strncasecmp(target++, path++, 1) != 0)
            return false;
        while (target[-1] == '/' && *target == '/')
            target++;
    }
    return *path == '\0';
}

void
sb_door(void *arg, struct hv_http_request *request,
        const struct hv_http_message *message)
{
    bool is_post = strcmp(message->method, "POST") == 0;

    if (path_is(message->target, METHOD_PATH)) {
        if (is_post)
            serve_method(arg, request, message);
        else
            serve_text(request, 405, "Methods are called with POST.\n");
    } else if (sb_shell_serves(message->target)) {
        serve_page(arg, request, message);
    } else {
        serve_text(request, 404, "There is nothing here.\n");
    }
}
