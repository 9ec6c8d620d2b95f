/*
 * shell_plain.c - pages that change nothing: the front page, help, packages,
 * the end of a sign-in without an application to return to.
 * Called by shell.c.
 */
#include "sandbox/shell_parts.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

/* ------------------------------------------------------------- packages -- */

/* Five groups of four capitals (or digits), hyphens between. */
static bool
is_code(const char *text)
{
    for (size_t i = 0; i < 24; i++)
        if (i % 5 == 4 ? text[i] != '-'
                       : !isupper((unsigned char)text[i]) &&
                             !isdigit((unsigned char)text[i]))
            return false;
    return text[24] == '\0';
}

void
sb_package_page(struct sb_visit *visit)
{
    const char *code =
        visit->form ? sb_param_get(visit->form, "packageid") : NULL;
    bool is_pickup = strcmp(visit->flow->target->name, "PICKUP") == 0;
    struct sb_page *page;

    if (!code)
        code = sb_param_get(&visit->flow->params, "packageid");
    page = sb_shell_open(visit, is_pickup ? "Collect a package"
                                          : "Connect with an application");
    sb_shell_form(visit);
    sb_shell_who(visit);
    if (code && is_code(code))
        sb_page_put(page,
                    "<p class=\"note\">Nothing waits here for <code>%s</code>: "
                    "this sandbox keeps no packages and no requests to be "
                    "connected.</p>\n",
                    code);
    else if (code && *code)
        sb_page_put(page,
                    "<p class=\"note\"><code>%s</code> is not a code. Codes "
                    "look like <code>ABCD-EFGH-JKLM-NPQR-STUV</code>.</p>\n",
                    code);
    sb_page_put(page,
                "<label class=\"field\">The code you were given<input "
                "type=\"text\" name=\"packageid\" value=\"%s\"></label>\n",
                code ? code : "");
    sb_shell_ends(visit, "Look for it", NULL);
    sb_page_put(page, "</form>\n");
    sb_shell_close(visit, 200);
}

/* ----------------------------------------------------------------- help -- */

static const struct {
    const char *topic;
    const char *title;
    const char *text;
} topics[] = {
    { "privacypolicy", "Privacy",
      "Everything here is invented. What you type stays in this sandbox: in "
      "its memory, and in its state file if it was started with one. It is "
      "sent to nobody but the applications you let in." },
    { "serviceagreement", "Terms of use",
      "This is a platform for tests. It promises nothing; do not give it "
      "health information of real people." },
};

void
sb_help_page(struct sb_visit *visit)
{
    const char *topic = sb_param_get(&visit->flow->params, "topicid");
    struct sb_page *page;

    for (size_t i = 0; topic && i < HV_LEN(topics); i++)
        if (strcasecmp(topics[i].topic, topic) == 0) {
            page = sb_shell_open(visit, topics[i].title);
            sb_page_put(page, "<p>%s</p>\n", topics[i].text);
            sb_shell_close(visit, 200);
            return;
        }
    page = sb_shell_open(visit, "Help");
    sb_page_put(page, "<p>Applications send you here to sign in, to let them "
                      "use a record of yours, and to look after your records. "
                      "You choose who you are from a list: nobody has a "
                      "password.</p>\n<ul>");
    sb_page_put(page,
                "<li><a href=\"/redirect.aspx?target=HELP&amp;targetqs="
                "topicid%s\">Privacy</a></li>",
                "%3DPrivacyPolicy");
    sb_page_put(page,
                "<li><a href=\"/redirect.aspx?target=HELP&amp;targetqs="
                "topicid%s\">Terms of use</a></li>",
                "%3DServiceAgreement");
    sb_page_put(page, "<li><a href=\"/redirect.aspx?target=MANAGEACCOUNT\">"
                      "Your account, and who has access</a></li></ul>\n");
    sb_shell_close(visit, 200);
}

void
sb_no_page(struct sb_visit *visit)
{
    sb_shell_refuse(visit, 501,
                    "%s took a ticket of a sign-in service that is gone. "
                    "Nobody used it from a web application.",
                    visit->flow->target->name);
}

/* ----------------------------------------------------------- front page -- */

static void
put_apps(struct sb_visit *visit)
{
    const struct sb_platform *p = visit->platform;
    struct sb_page *page = &visit->reply->page;

    sb_page_put(page, "<h2>Applications</h2>\n<ul class=\"list\">\n");
    for (size_t i = 0; i < p->app_count; i++) {
        char id[HV_GUID_TEXT];

        hv_guid_format(&p->apps[i].id, id);
        sb_page_put(page,
                    "<li><span><b>%s</b><small><code>%s</code><br>%s</small>"
                    "</span>",
                    p->apps[i].name, id,
                    p->apps[i].action_url[0] ? p->apps[i].action_url
                                             : "no action URL");
        sb_page_put(page,
                    "<a href=\"/redirect.aspx?target=AUTH&amp;targetqs=appid"
                    "%s%s\">Sign in</a></li>\n",
                    "%3D", id);
    }
    sb_page_put(page, "</ul>\n");
}

void
sb_home_page(struct sb_visit *visit)
{
    struct sb_page *page = sb_shell_open(visit, "The Shell of a sandbox");
    const struct sb_target *target;

    sb_page_put(page,
                "<p>Applications send people to <code>redirect.aspx"
                "</code> here. Methods are called at <code>%s</code>."
                "</p>\n",
                visit->platform->url);
    put_apps(visit);
    sb_page_put(page, "<h2>Targets</h2>\n<table><tbody>\n");
    for (size_t i = 0; (target = sb_target_at(i)); i++)
        sb_page_put(page, "<tr><td><code>%s</code></td><td>%s</td></tr>\n",
                    target->name, target->purpose);
    sb_page_put(page, "</tbody></table>\n<p><a href=\"/redirect.aspx?target="
                      "HELP\">Help</a></p>\n");
    sb_shell_close(visit, 200);
}

void
sb_complete_page(struct sb_visit *visit, const struct sb_query *query)
{
    const char *appid = sb_param_get(&query->params, "appid");
    bool is_good = strcmp(query->target, "APPAUTHSUCCESS") == 0;
    struct sb_page *page =
        sb_shell_open(visit, is_good ? "You are done" : "This is the end");

    if (is_good)
        sb_page_put(page, "<p>The application may use what you chose. Close "
                          "this window and go back to it.</p>\n");
    else
        sb_page_put(page,
                    "<p>The application was told: <code>%s</code>. Close this "
                    "window and go back to it.</p>\n",
                    query->target[0] ? query->target : "nothing");
    if (appid)
        sb_page_put(page,
                    "<p class=\"dim\">Application <code>%s</code>. Browsers "
                    "come here when it has no action URL.</p>\n",
                    appid);
    sb_shell_close(visit, 200);
}
