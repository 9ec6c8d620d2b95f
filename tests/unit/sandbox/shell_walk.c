/*
 * shell_walk.c - see shell_walk.h.
 */
#include "shell_walk.h"

#include "hvconsole/codec.h"

#include <criterion/criterion.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void
w_start(struct walk *w)
{
    t_start();
    *w = (struct walk){ .now = { W_NOW_MS, W_NOW_MS } };
    sb_platform_init(&w->p, 7);
    hv_copy(w->p.shell, sizeof(w->p.shell), "https://127.0.0.1:8444/");
    hv_guid_format(&w->p.apps[0].id, w->app_id);
    cr_assert_eq(
        sb_app_add(&w->p, &w->p.apps[0].id, NULL, W_ACTION, 0, &w->app, NULL),
        HV_OK);
    w->shell = sb_shell_new(&w->p);
}

void
w_stop(struct walk *w)
{
    sb_shell_reply_release(&w->reply);
    sb_shell_free(w->shell);
    sb_platform_release(&w->p);
}

static void
note_nonce(struct walk *w)
{
    const char *at = strstr(w_page(w), "name=\"flow\" value=\"");

    w->nonce[0] = '\0';
    if (at)
        sscanf(at, "name=\"flow\" value=\"%32[0-9a-f]", w->nonce);
}

static int
ask(struct walk *w, bool is_post, const char *target, const char *body)
{
    const struct sb_shell_ask question = {
        .is_post = is_post,
        .target = target,
        .content_type = "application/x-www-form-urlencoded",
        .body = hv_bytes_str(body),
        .now = w->now,
    };

    sb_shell_reply_release(&w->reply);
    cr_assert(sb_shell_serves(target), "%s", target);
    sb_shell_answer(w->shell, &question, &w->reply);
    note_nonce(w);
    return w->reply.status;
}

int
w_get(struct walk *w, const char *fmt, ...)
{
    char target[4096];
    va_list args;

    va_start(args, fmt);
    vsnprintf(target, sizeof(target), fmt, args);
    va_end(args);
    return ask(w, false, target, "");
}

int
w_begin(struct walk *w, const char *target, const char *inner)
{
    struct hv_buf url = { 0 };
    int status;

    hv_buf_addf(&url, "/redirect.aspx?target=%s&targetqs=appid%%3D%s", target,
                w->app_id);
    hv_percent_encode(&url, hv_bytes_str(inner));
    status = ask(w, false, hv_buf_str(&url), "");
    hv_buf_release(&url);
    return status;
}

int
w_step(struct walk *w, const char *fields)
{
    char body[2048];

    snprintf(body, sizeof(body), "flow=%s&%s", w->nonce, fields);
    return ask(w, true, "/shell", body);
}

int
w_post(struct walk *w, const char *target, const char *body)
{
    return ask(w, true, target, body);
}

const char *
w_page(const struct walk *w)
{
    return hv_buf_str(&w->reply.page.html);
}

const char *
w_location(const struct walk *w)
{
    return w->reply.location.len ? (const char *)w->reply.location.data : "";
}

bool
w_says(const struct walk *w, const char *text)
{
    return strstr(w_page(w), text) != NULL;
}

bool
w_came_back(const struct walk *w, const char *target)
{
    char start[256];
    size_t len;

    snprintf(start, sizeof(start), W_ACTION "?target=%s&", target);
    len = strlen(start);
    return w->reply.status == 302 && strncmp(w_location(w), start, len) == 0;
}

void
w_token(const struct walk *w, char *out, size_t size)
{
    const char *at = strstr(w_location(w), "wctoken=");
    struct hv_buf plain = { 0 };

    out[0] = '\0';
    if (!at)
        return;
    at += strlen("wctoken=");
    cr_assert_eq(hv_percent_decode(
                     &plain,
                     (struct hv_bytes){ (const uint8_t *)at, strcspn(at, "&") },
                     true),
                 HV_OK);
    cr_assert(hv_copy(out, size, hv_buf_str(&plain)));
    hv_buf_release(&plain);
}

const char *
w_record(const struct walk *w, size_t at)
{
    static char text[HV_GUID_TEXT];

    hv_guid_format(&w->p.records[at].id, text);
    return text;
}

const char *
w_person(const struct walk *w, size_t at)
{
    static char text[HV_GUID_TEXT];

    hv_guid_format(&w->p.persons[at].id, text);
    return text;
}
