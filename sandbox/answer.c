/*
 * answer.c - writes response envelopes; the platform's only writer.
 * Called by the methods and methods.c. Secrets pass through locked memory
 * only: info keeps their places, sb_answer_write() fills them.
 */
#include "sandbox/answer.h"

#include "hvconsole/clock.h"
#include "hvconsole/codec.h"
#include "hvconsole/limits.h"
#include "hvconsole/names.h"
#include "hvconsole/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char info_end[] = "</wc:info>";
static const char whole_end[] = "</response>";

/* Characters XML cannot hold at all become question marks. */
static void
escape(struct hv_buf *out, const char *text)
{
    for (; *text; text++) {
        unsigned char c = (unsigned char)*text;
        const char *reference = hv_markup_escape(*text);

        if (reference)
            hv_buf_add_str(out, reference);
        else if (c < ' ' && c != '\t' && c != '\n')
            hv_buf_add_char(out, '?');
        else
            hv_buf_add_char(out, (char)c);
    }
}

int
sb_refuse(struct sb_answer *answer, int code, const char *field,
          const char *fmt, ...)
{
    va_list args;

    if (answer->code != HV_CODE_OK)
        return answer->code;
    answer->code = code;
    answer->field = field;
    va_start(args, fmt);
    vsnprintf(answer->why, sizeof(answer->why), fmt, args);
    va_end(args);
    return code;
}

int
sb_schema(struct sb_answer *answer, const char *what)
{
    return sb_refuse(answer, HV_CODE_INVALID_XML, NULL, "%s", what);
}

void
sb_add(struct sb_answer *answer, const char *xml)
{
    hv_buf_add_str(&answer->info, xml);
}

void
sb_add_text(struct sb_answer *answer, const char *text)
{
    escape(&answer->info, text);
}

void
sb_add_element(struct sb_answer *answer, const char *name, const char *text)
{
    hv_buf_addf(&answer->info, "<%s>", name);
    escape(&answer->info, text);
    hv_buf_addf(&answer->info, "</%s>", name);
}

void
sb_add_guid(struct sb_answer *answer, const char *name,
            const struct hv_guid *id)
{
    char text[HV_GUID_TEXT];

    hv_guid_format(id, text);
    sb_add_element(answer, name, text);
}

void
sb_add_key(struct sb_answer *answer, const struct hv_guid *thing,
           const struct hv_guid *stamp)
{
    char id[HV_GUID_TEXT];
    char version[HV_GUID_TEXT];

    hv_guid_format(thing, id);
    hv_guid_format(stamp, version);
    hv_buf_addf(&answer->info, "<thing-id version-stamp=\"%s\">%s</thing-id>",
                version, id);
}

void
sb_add_attribute(struct sb_answer *answer, const char *name, const char *text)
{
    hv_buf_addf(&answer->info, " %s=\"", name);
    escape(&answer->info, text);
    hv_buf_add_char(&answer->info, '"');
}

void
sb_add_time(struct sb_answer *answer, const char *name, int64_t ms)
{
    char text[HV_TIME_TEXT];

    hv_time_format(ms ? ms : 1, text); /* 0 would be no time at all */
    sb_add_element(answer, name, text);
}

void
sb_add_number(struct sb_answer *answer, const char *name, int64_t number)
{
    hv_buf_addf(&answer->info, "<%s>%lld</%s>", name, (long long)number, name);
}

void
sb_add_boolean(struct sb_answer *answer, const char *name, bool value)
{
    sb_add_element(answer, name, value ? "true" : "false");
}

void
sb_add_secret(struct sb_answer *answer, const struct hv_secret *secret)
{
    answer->hidden = hv_realloc_array(answer->hidden, answer->hidden_count + 1,
                                      sizeof(*answer->hidden));
    answer->hidden[answer->hidden_count++] = (struct sb_hidden){
        .at = answer->info.len,
        .secret = secret,
    };
}

/* status, and error where there is one: message is always there, context too
 * as test servers send it. */
static void
write_status(const struct sb_answer *answer, struct hv_buf *out)
{
    const struct hv_code *code = hv_code_find(answer->code);

    hv_buf_addf(out, "<response><status><code>%d</code>", answer->code);
    if (answer->code != HV_CODE_OK) {
        hv_buf_add_str(out, "<error><message>");
        escape(out, answer->why);
        hv_buf_add_str(out, "</message><context><server-name>SANDBOX01"
                            "</server-name><server-ip>127.0.0.1</server-ip>"
                            "<exception>");
        escape(out, code ? code->name : "");
        hv_buf_add_str(out, ": ");
        escape(out, answer->why);
        hv_buf_add_str(out, "</exception></context>");
        if (answer->field) {
            hv_buf_add_str(out, "<error-info>");
            escape(out, answer->field);
            hv_buf_add_str(out, "</error-info>");
        }
        hv_buf_add_str(out, "</error>");
    }
    hv_buf_add_str(out, "</status>");
}

static uint8_t *
put(uint8_t *to, const void *data, size_t len)
{
    if (len > 0)
        memcpy(to, data, len);
    return to + len;
}

static uint8_t *
put_info(const struct sb_answer *answer, uint8_t *to)
{
    size_t from = 0;

    for (size_t i = 0; i < answer->hidden_count; i++) {
        const struct sb_hidden *hidden = &answer->hidden[i];

        to = put(to, answer->info.data + from, hidden->at - from);
        hv_base64_encode(hidden->secret->data, hidden->secret->len, (char *)to);
        to += HV_BASE64_SIZE(hidden->secret->len) - 1;
        from = hidden->at;
    }
    if (answer->info.len > from)
        to = put(to, answer->info.data + from, answer->info.len - from);
    return to;
}

static enum hv_status
write_secret(const struct sb_answer *answer, const struct hv_buf *head,
             bool has_info, struct hv_secret *out, struct hv_error *err)
{
    struct hv_secret whole = { 0 };
    size_t size =
        head->len + answer->info.len + sizeof(info_end) + sizeof(whole_end);
    uint8_t *to;
    enum hv_status st;

    for (size_t i = 0; i < answer->hidden_count; i++)
        size += HV_BASE64_SIZE(answer->hidden[i].secret->len);
    st = hv_secret_init(&whole, size, err);
    if (st)
        return st;
    to = put(whole.data, head->data, head->len);
    if (has_info) {
        to = put_info(answer, to);
        to = put(to, info_end, sizeof(info_end) - 1);
    }
    to = put(to, whole_end, sizeof(whole_end) - 1);
    whole.len = (size_t)(to - whole.data);
    *out = hv_secret_take(&whole);
    return HV_OK;
}

enum hv_status
sb_answer_write(const struct sb_answer *answer, struct sb_document *out,
                struct hv_error *err)
{
    struct hv_buf head = { 0 };
    bool has_info = answer->code == HV_CODE_OK && answer->suffix;
    enum hv_status st = HV_OK;

    if (answer->info.is_over || answer->info.len > HV_MAX_RESPONSE)
        return hv_fail(err, HV_ERR_LIMIT, "the answer is too long");
    write_status(answer, &head);
    if (has_info)
        hv_buf_addf(&head, "<wc:info xmlns:wc=\"%s%s\">", HV_NS_RESPONSE,
                    answer->suffix);
    if (answer->hidden_count > 0) {
        st = write_secret(answer, &head, has_info, &out->secret, err);
        hv_buf_release(&head);
        return st;
    }
    if (has_info) {
        hv_buf_add_bytes(&head, hv_buf_bytes(&answer->info));
        hv_buf_add_str(&head, info_end);
    }
    hv_buf_add_str(&head, whole_end);
    out->plain = head;
    return HV_OK;
}

struct hv_bytes
sb_document_bytes(const struct sb_document *document)
{
    return document->secret.len > 0 ? hv_secret_bytes(&document->secret)
                                    : hv_buf_bytes(&document->plain);
}

void
sb_document_release(struct sb_document *document)
{
    hv_secret_release(&document->secret);
    hv_buf_release(&document->plain);
}

void
sb_answer_release(struct sb_answer *answer)
{
    hv_buf_release(&answer->info);
    hv_secret_release(&answer->token);
    free(answer->hidden);
    *answer = (struct sb_answer){ 0 };
}
