/*
 * shell_reply.c - the pieces that pages of the Shell share, and the ways a
 * visit ends: a page, a refusal, an address. Called by shell.c and the pages.
 */
#include "sandbox/shell_parts.h"

#include "hvconsole/text.h"
#include "sandbox/shell_return.h"
#include "sandbox/url.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

/* --------------------------------------------------------------- pages -- */

struct sb_page *
sb_shell_open(struct sb_visit *visit, const char *title)
{
    bool is_prod = visit->app ? sb_app_is_prod(visit->platform, visit->app)
                              : visit->platform->is_prod;

    sb_page_open(&visit->reply->page, title, is_prod ? "prod" : "ppe");
    return &visit->reply->page;
}

void
sb_shell_close(struct sb_visit *visit, int status)
{
    sb_page_close(&visit->reply->page);
    visit->reply->status = status;
    if (!visit->reply->result[0])
        sb_shell_note(visit, "page", "%s", "");
}

void
sb_shell_form(struct sb_visit *visit)
{
    sb_page_put(&visit->reply->page,
                "<form method=\"post\" action=\"" SB_SHELL_STEP
                "\" autocomplete=\"off\"><input type=\"hidden\" name=\"flow\" "
                "value=\"%s\">\n",
                visit->flow->nonce);
}

void
sb_shell_who(struct sb_visit *visit)
{
    struct sb_page *page = &visit->reply->page;

    sb_page_put(page, "<p class=\"who\">Signed in as <b>%s</b>",
                visit->person->name);
    /* What was made belongs to the one who made it. */
    if (!visit->flow->has_made)
        sb_page_put(page, "<button class=\"link\" name=\"do\" "
                          "value=\"switch\" formnovalidate>Somebody else"
                          "</button>");
    sb_page_put(page, "</p>\n");
}

void
sb_shell_ends(struct sb_visit *visit, const char *go, const char *other)
{
    sb_page_put(&visit->reply->page,
                "<p class=\"end\"><button class=\"go\" name=\"do\" "
                "value=\"go\">%s</button>",
                go);
    if (other)
        sb_page_put(&visit->reply->page,
                    "<button name=\"do\" value=\"cancel\" formnovalidate>%s"
                    "</button>",
                    other);
    sb_page_put(&visit->reply->page, "</p>\n");
}

void
sb_shell_note(struct sb_visit *visit, const char *result, const char *fmt, ...)
{
    struct hv_buf clean = { 0 };
    char text[512];
    va_list args;

    va_start(args, fmt);
    vsnprintf(text, sizeof(text), fmt, args);
    va_end(args);
    hv_text_clean(&clean, hv_bytes_str(text));
    hv_copy(visit->reply->detail, sizeof(visit->reply->detail),
            hv_buf_str(&clean));
    hv_copy(visit->reply->result, sizeof(visit->reply->result), result);
    hv_buf_release(&clean);
}

void
sb_shell_refuse(struct sb_visit *visit, int status, const char *fmt, ...)
{
    char text[512];
    va_list args;
    struct sb_page *page;

    va_start(args, fmt);
    vsnprintf(text, sizeof(text), fmt, args);
    va_end(args);
    sb_shell_note(visit, "refused", "%s", text);
    page = sb_shell_open(visit, "This does not work");
    sb_page_put(page, "<p class=\"note\">%s</p>\n", text);
    if (visit->reply->what[0])
        sb_page_put(page, "<p class=\"dim\">Asked for: <code>%s</code></p>\n",
                    visit->reply->what);
    sb_page_put(page, "<p><a href=\"/\">What this Shell can do</a></p>\n");
    sb_shell_close(visit, status);
}

/* ------------------------------------------------------------ addresses -- */

void
sb_shell_goto(struct sb_visit *visit, struct hv_secret *url)
{
    visit->reply->location = hv_secret_take(url);
    visit->reply->status = 302;
}

bool
sb_shell_redirect_check(struct sb_visit *visit)
{
    const char *redirect = sb_param_get(&visit->flow->params, "redirect");
    struct sb_url url;
    const char *why;

    if (!redirect || !*redirect)
        return true;
    if (visit->app && sb_app_is_prod(visit->platform, visit->app)) {
        sb_shell_refuse(visit, 403,
                        "The parameter redirect is not allowed in production: "
                        "it would hand the sign-in to any address. Leave it "
                        "out; people return to the action URL.");
        return false;
    }
    why = sb_url_parse(redirect, true, &url);
    if (why)
        sb_shell_refuse(visit, 400,
                        "The parameter redirect (%.200s) cannot be used: %s.",
                        redirect, why);
    return !why;
}

static const char *
given_address(const struct sb_visit *visit)
{
    const char *redirect = sb_param_get(&visit->flow->params, "redirect");

    if (redirect && *redirect)
        return redirect;
    return visit->app->action_url;
}

/* An application without an address: a page of ours says that it is done. */
static void
go_to_end(struct sb_visit *visit, const struct sb_back *back)
{
    char base[sizeof(visit->platform->shell) + sizeof(SB_SHELL_DONE)];
    char app[HV_GUID_TEXT];
    struct hv_secret url = { 0 };
    const struct sb_pair pairs[] = {
        { "appid", app },
        { "target", back->target },
        { "instanceId", SB_INSTANCE },
    };

    hv_guid_format(back->soda ? back->soda : &visit->app->id, app);
    snprintf(base, sizeof(base), "%s" SB_SHELL_DONE, visit->platform->shell);
    if (sb_return_url(base, pairs, HV_LEN(pairs), &url, NULL))
        sb_shell_refuse(visit, 500, "Protected memory is full.");
    else
        sb_shell_goto(visit, &url);
}

/* trm=post: the token is in the body, all else in the address. */
static void
put_token_form(struct sb_visit *visit, const struct hv_secret *url)
{
    struct sb_page *page = sb_shell_open(visit, "One moment");

    sb_page_put(page,
                "<p>You are going on to %s.</p>\n<form method=\"post\" "
                "action=\"%s\"><input type=\"hidden\" name=\"wctoken\" "
                "value=\"",
                visit->app->name, (const char *)url->data);
    sb_page_put_secret(page, &visit->reply->token);
    sb_page_put(page,
                "\"><p class=\"end\"><button class=\"go\">Continue</button></p>"
                "</form>\n");
    sb_page_submit_alone(page);
    sb_shell_close(visit, 200);
}

static bool
is_by_post(const struct sb_visit *visit)
{
    const char *method = sb_param_get(&visit->flow->params, "trm");

    return method && strcasecmp(method, "post") == 0;
}

/* With its NUL for an address, without for a page. */
static bool
issue_token(struct sb_visit *visit, const struct sb_back *back, bool with_nul)
{
    const struct sb_app *app = back->app ? back->app : visit->app;
    bool keeps = visit->flow->keeps_signed_in && app->persistent_ttl_s > 0;
    char text[SB_USER_TOKEN_SIZE];
    bool is_there;

    is_there = sb_user_token_issue(visit->platform, &app->id, visit->person_at,
                                   back->record, keeps,
                                   keeps ? app->persistent_ttl_s * 1000 : 0,
                                   visit->now.now_ms, text) &&
               hv_secret_copy(&visit->reply->token, text,
                              strlen(text) + with_nul, NULL) == HV_OK;
    hv_wipe(text, sizeof(text));
    return is_there;
}

static enum hv_status
write_address(struct sb_visit *visit, const struct sb_back *back, bool in_url,
              struct hv_secret *url)
{
    const struct sb_app *app = back->app ? back->app : visit->app;
    const char *actionqs = sb_param_get(&visit->flow->params, "actionqs");
    char ttl[32];
    bool keeps = back->has_token && visit->flow->keeps_signed_in &&
                 app->persistent_ttl_s > 0;
    const struct sb_pair pairs[] = {
        { "target", back->target },
        { "targetDetails", back->details },
        { "actionqs", actionqs },
        { "wctoken", in_url ? (const char *)visit->reply->token.data : NULL },
        { "suggestedtokenttl", keeps ? ttl : NULL },
        { "instanceid", SB_INSTANCE },
    };

    snprintf(ttl, sizeof(ttl), "%lld", (long long)app->persistent_ttl_s);
    return sb_return_url(given_address(visit), pairs, HV_LEN(pairs), url, NULL);
}

void
sb_shell_back(struct sb_visit *visit, const struct sb_back *back)
{
    struct hv_secret url = { 0 };
    bool by_post = back->has_token && is_by_post(visit);

    sb_shell_note(
        visit, back->target, "%s%s%s", visit->person ? visit->person->name : "",
        visit->person ? " returns to " : "returns to ", visit->app->name);
    if (!*given_address(visit)) {
        go_to_end(visit, back);
    } else if ((back->has_token && !issue_token(visit, back, !by_post)) ||
               write_address(visit, back, back->has_token && !by_post, &url)) {
        sb_shell_refuse(visit, 500, "Protected memory is full.");
    } else if (by_post) {
        put_token_form(visit, &url);
    } else {
        sb_shell_goto(visit, &url);
    }
    hv_secret_release(&url);
    sb_flow_end(&visit->shell->flows, visit->flow);
    visit->flow = NULL;
}

void
sb_shell_back_word(struct sb_visit *visit, const char *target)
{
    sb_shell_back(visit, &(struct sb_back){ .target = target });
}
