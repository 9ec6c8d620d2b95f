/*
 * page.c - see page.h. The frame round every page, its style, and the door for
 * foreign text. Pure.
 */
#include "sandbox/page.h"

#include "hvconsole/codec.h"
#include "hvconsole/text.h"

#include <openssl/evp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char style[] =
    ":root{color-scheme:light;--ink:#1d2733;--dim:#5a6877;--line:#d9e0e7;"
    "--blue:#0b5cab;--deep:#08457f;--tint:#f0f6fc}"
    "*{box-sizing:border-box}"
    "body{margin:0;background:#f3f5f8;color:var(--ink);"
    "font:16px/1.5 system-ui,-apple-system,\"Segoe UI\",Roboto,\"DejaVu Sans\","
    "sans-serif}"
    "header{background:var(--deep);color:#fff}"
    "header>div,main,footer{max-width:44rem;margin:0 auto;padding:0 1.5rem}"
    "header>div{display:flex;align-items:center;gap:.75rem;padding-top:.8rem;"
    "padding-bottom:.8rem}"
    "header b{font-weight:600;letter-spacing:.01em}"
    "header span{margin-left:auto;font-size:.8rem;border:1px solid #ffffff66;"
    "border-radius:1rem;padding:.1rem .7rem}"
    "main{background:#fff;border:1px solid var(--line);border-radius:.6rem;"
    "margin-top:2rem;padding-top:1.6rem;padding-bottom:1.6rem;"
    "box-shadow:0 1px 3px #1d273314}"
    "@media(max-width:46rem){main{margin-top:0;border-width:0 0 1px;"
    "border-radius:0}}"
    "h1{font-size:1.5rem;line-height:1.25;font-weight:600;margin:0 0 .6rem}"
    "h2{font-size:1.05rem;font-weight:600;margin:1.6rem 0 .5rem}"
    "p{margin:.4rem 0 .8rem}"
    ".dim,footer{color:var(--dim);font-size:.88rem}"
    "footer{padding-top:1rem;padding-bottom:2rem}"
    ".who{display:flex;align-items:center;gap:.5rem;background:var(--tint);"
    "border-radius:.4rem;padding:.5rem .8rem;margin:0 0 1rem}"
    ".who button{margin-left:auto}"
    "ul.list{list-style:none;margin:.4rem 0;padding:0;border:1px solid "
    "var(--line);border-radius:.5rem;overflow:hidden}"
    "ul.list>li{display:flex;gap:.7rem;align-items:flex-start;"
    "padding:.7rem .9rem}"
    "ul.list>li+li{border-top:1px solid var(--line)}"
    "ul.list>li>:nth-child(2),ul.list label>span{flex:1}"
    "ul.list label{display:flex;gap:.7rem;flex:1;cursor:pointer}"
    "ul.list small{display:block;color:var(--dim);font-size:.85rem}"
    "input[type=checkbox],input[type=radio]{width:1.05rem;height:1.05rem;"
    "margin:.25rem 0 0;accent-color:var(--blue);flex:none}"
    "input[type=text],input[type=email],input[type=date],select{width:100%;"
    "padding:.5rem .6rem;border:1px solid #b6c2ce;border-radius:.4rem;"
    "font:inherit;background:#fff;color:inherit}"
    ".field{display:block;margin:.7rem 0}"
    ".tag{display:inline-block;font-size:.75rem;color:var(--deep);"
    "background:var(--tint);border-radius:.3rem;padding:.05rem .45rem;"
    "margin-left:.4rem;white-space:nowrap;vertical-align:.08em}"
    ".tag.off{background:#fdf3e2;color:#7a4b00}"
    ".end{display:flex;gap:.7rem;flex-wrap:wrap;margin:1.5rem 0 0}"
    "button{font:inherit;cursor:pointer;border-radius:.4rem;padding:.5rem "
    "1.2rem;border:1px solid #b6c2ce;background:#fff;color:var(--ink)}"
    "button:hover{background:#f3f5f8}"
    "button.go{background:var(--blue);border-color:var(--blue);color:#fff;"
    "font-weight:600}"
    "button.go:hover{background:var(--deep)}"
    "button.link{border:0;padding:0;background:none;color:var(--blue);"
    "text-decoration:underline;font-size:.88rem}"
    "button.pick{width:100%;text-align:left;border:0;border-radius:0;padding:"
    ".8rem .9rem;display:flex;gap:.8rem;align-items:center}"
    "button.pick>span:last-child{flex:1}"
    "button:focus-visible,input:focus-visible,a:focus-visible{outline:3px "
    "solid #6cb0f5;outline-offset:1px}"
    "ul.people{margin-top:1rem}ul.people>li{padding:0}"
    ".face{width:2.3rem;height:2.3rem;border-radius:50%;background:var(--blue);"
    "color:#fff;display:grid;place-items:center;font-weight:600;flex:none}"
    ".note{border-left:4px solid #c77700;background:#fdf7ec;padding:.6rem "
    ".9rem;border-radius:.2rem;margin:.8rem 0}"
    "code{font-family:ui-monospace,\"DejaVu Sans Mono\",monospace;"
    "font-size:.86em;overflow-wrap:anywhere}"
    "a{color:var(--blue)}"
    "table{border-collapse:collapse;width:100%;font-size:.92rem}"
    "th,td{text-align:left;padding:.45rem .5rem;border-bottom:1px solid "
    "var(--line);vertical-align:top}"
    "th{font-weight:600;color:var(--dim)}";

static const char script[] = "document.forms[0].submit()";

/* ------------------------------------------------------------- the door -- */

/* A line break in a text is a blank on a page. */
static void
put_text(struct hv_buf *out, const char *text)
{
    struct hv_buf clean = { 0 };
    char *flat = hv_strdup(text);

    for (char *c = flat; *c; c++)
        if (hv_is_xml_space((uint8_t)*c))
            *c = ' ';
    hv_text_clean(&clean, hv_bytes_str(flat));
    free(flat);
    for (size_t i = 0; i < clean.len; i++) {
        char c = (char)clean.data[i];
        const char *escape = c == '\'' ? "&#39;" : hv_markup_escape(c);

        if (escape)
            hv_buf_add_str(out, escape);
        else
            hv_buf_add_char(out, c);
    }
    hv_buf_release(&clean);
}

static void
put(struct hv_buf *out, const char *markup, va_list args)
{
    for (const char *c = markup; *c; c++) {
        if (*c != '%') {
            hv_buf_add_char(out, *c);
        } else if (c[1] == 's') {
            put_text(out, va_arg(args, const char *));
            c += 1;
        } else if (c[1] == 'z' && c[2] == 'u') {
            hv_buf_addf(out, "%zu", va_arg(args, size_t));
            c += 2;
        } else {
            abort(); /* markup is ours */
        }
    }
}

void
sb_page_put(struct sb_page *page, const char *markup, ...)
{
    va_list args;

    va_start(args, markup);
    put(&page->html, markup, args);
    va_end(args);
}

void
sb_page_put_secret(struct sb_page *page, const struct hv_secret *secret)
{
    page->hidden = secret;
    page->hidden_at = page->html.len;
}

/* ------------------------------------------------------------ the frame -- */

void
sb_page_open(struct sb_page *page, const char *title, const char *env)
{
    sb_page_put(page,
                "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset="
                "\"utf-8\"><meta name=\"viewport\" content=\"width=device-width"
                ",initial-scale=1\"><meta name=\"robots\" content=\"noindex\">"
                "<link rel=\"icon\" href=\"data:,\"><title>%s - HealthVault "
                "sandbox</title><style>",
                title);
    hv_buf_add_str(&page->html, style);
    sb_page_put(page,
                "</style></head>\n<body><header><div><b>HealthVault sandbox</b>"
                "<span>%s</span></div></header>\n<main><h1>%s</h1>\n",
                env, title);
}

void
sb_page_submit_alone(struct sb_page *page)
{
    page->has_script = true;
    sb_page_put(page, "<script>");
    hv_buf_add_str(&page->html, script);
    sb_page_put(page, "</script>\n");
}

void
sb_page_close(struct sb_page *page)
{
    sb_page_put(page,
                "</main>\n<footer>A platform for tests on this machine. Its "
                "people and records are invented; nobody has a password."
                "</footer></body></html>\n");
}

enum hv_status
sb_page_join(const struct sb_page *page, struct hv_secret *out,
             struct hv_error *err)
{
    struct hv_bytes hidden = hv_secret_bytes(page->hidden);
    size_t at = page->hidden_at;
    enum hv_status st = hv_secret_init(out, page->html.len + hidden.len, err);

    if (st)
        return st;
    memcpy(out->data, page->html.data, at);
    if (hidden.len > 0)
        memcpy(out->data + at, hidden.data, hidden.len);
    memcpy(out->data + at + hidden.len, page->html.data + at,
           page->html.len - at);
    return HV_OK;
}

void
sb_page_release(struct sb_page *page)
{
    hv_buf_release(&page->html);
    *page = (struct sb_page){ 0 };
}

static void
hash_of(const char *text, char out[HV_BASE64_SIZE(32)])
{
    uint8_t digest[32];

    if (EVP_Digest(text, strlen(text), digest, NULL, EVP_sha256(), NULL) != 1)
        abort(); /* no SHA-256: nothing here can work */
    hv_base64_encode(digest, sizeof(digest), out);
}

/* form-action is not narrowed to ourselves: browsers hold every address that a
 * form is sent on to against it, and the application may send people on. */
void
sb_page_policy(const struct sb_page *page, char *out, size_t size)
{
    char style_hash[HV_BASE64_SIZE(32)];
    char script_hash[HV_BASE64_SIZE(32)];

    hash_of(style, style_hash);
    hash_of(script, script_hash);
    snprintf(out, size,
             "default-src 'none'; style-src 'sha256-%s'; %s%s%simg-src data:; "
             "form-action 'self' http: https:; base-uri 'none'; "
             "frame-ancestors 'none'",
             style_hash, page->has_script ? "script-src 'sha256-" : "",
             page->has_script ? script_hash : "",
             page->has_script ? "'; " : "");
}
