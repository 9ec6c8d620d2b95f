/*
 * shell_sign.c - who it is: the page on which one chooses a person (there are
 * no passwords), signing out, and going on to another application.
 * Called by shell.c.
 */
#include "sandbox/shell_parts.h"

#include "sandbox/shell_return.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* -------------------------------------------------------------- sign in -- */

static void
put_face(struct sb_page *page, const char *name)
{
    size_t at = 0;
    char initial[8] = "";
    size_t len = 1;

    while (((unsigned char)name[at + len] & 0xc0) == 0x80 && len < 4)
        len++;
    memcpy(initial, name, len);
    sb_page_put(page, "<span class=\"face\" aria-hidden=\"true\">%s</span>",
                initial);
}

static void
put_records(struct sb_visit *visit, size_t person)
{
    const struct sb_platform *p = visit->platform;
    const char *before = "";

    for (size_t i = 0; i < p->grant_count; i++) {
        if (p->grants[i].person != person ||
            p->records[p->grants[i].record].state == SB_RECORD_DELETED)
            continue;
        sb_page_put(&visit->reply->page, "%s%s", before,
                    p->records[p->grants[i].record].name);
        before = ", ";
    }
    if (!*before)
        sb_page_put(&visit->reply->page, "no records");
}

static void
put_person(struct sb_visit *visit, size_t at)
{
    const struct sb_person *person = &visit->platform->persons[at];
    struct sb_page *page = &visit->reply->page;
    char id[HV_GUID_TEXT];

    hv_guid_format(&person->id, id);
    sb_page_put(page,
                "<li><button class=\"pick\" name=\"person\" value=\"%s\">", id);
    put_face(page, person->name);
    sb_page_put(page, "<span><b>%s</b><small>", person->name);
    put_records(visit, at);
    sb_page_put(page, "</small></span></button></li>\n");
}

void
sb_shell_sign_in(struct sb_visit *visit)
{
    size_t count = visit->platform->person_count;
    struct sb_page *page = sb_shell_open(visit, "Sign in");

    if (visit->app)
        sb_page_put(page,
                    "<p>to continue to <b>%s</b>. Choose who you are; people "
                    "of a sandbox have no passwords.</p>\n",
                    visit->app->name);
    else
        sb_page_put(page, "<p>Choose who you are; people of a sandbox have no "
                          "passwords.</p>\n");
    sb_shell_form(visit);
    if (visit->app && visit->app->persistent_ttl_s > 0 &&
        (visit->flow->target->needs & SB_T_BACK))
        sb_page_put(page, "<ul class=\"list\"><li><label><input "
                          "type=\"checkbox\" name=\"keep\" value=\"1\"><span>"
                          "Keep me signed in<small>The application gets a "
                          "long-lived sign-in.</small></span></label></li>"
                          "</ul>\n");
    sb_page_put(page, "<ul class=\"list people\">\n");
    for (size_t i = 0; i < count && i < SB_MAX_LISTED; i++)
        put_person(visit, i);
    sb_page_put(page, "</ul>\n");
    if (count > SB_MAX_LISTED)
        sb_page_put(page,
                    "<p class=\"dim\">and %zu more, who sign in by their id: "
                    "<code>person=ID</code> in the form.</p>\n",
                    count - SB_MAX_LISTED);
    if (visit->flow->target->cancel)
        sb_page_put(page, "<p class=\"end\"><button name=\"do\" "
                          "value=\"cancel\">Cancel</button></p>\n");
    sb_page_put(page, "</form>\n");
    sb_shell_close(visit, 200);
}

/* By id, or by the whole name: kind to scripts. */
static const struct sb_person *
named_person(const struct sb_platform *p, const char *text)
{
    struct hv_guid id;

    if (hv_guid_parse(text, &id) == HV_OK)
        return sb_person_find(p, &id);
    for (size_t i = 0; i < p->person_count; i++)
        if (strcasecmp(p->persons[i].name, text) == 0)
            return &p->persons[i];
    return NULL;
}

bool
sb_shell_signed_in(struct sb_visit *visit)
{
    const char *text = sb_param_get(visit->form, "person");

    visit->person = named_person(visit->platform, text);
    if (!visit->person) {
        sb_shell_refuse(visit, 400, "There is nobody called %.100s here.",
                        text);
        return false;
    }
    visit->person_at = (size_t)(visit->person - visit->platform->persons);
    visit->flow->person = visit->person->id;
    visit->flow->has_person = true;
    visit->flow->keeps_signed_in = sb_param_is_true(visit->form, "keep");
    return true;
}

/* ------------------------------------------------------------- and away -- */

/* Base64 in a query that was escaped once too little: its + became blanks. */
static void
mend_base64(char *text)
{
    for (; *text; text++)
        if (*text == ' ')
            *text = '+';
}

void
sb_shell_sign_out(struct sb_visit *visit)
{
    const char *given = sb_param_get(&visit->flow->params, "credtoken");
    struct sb_user_token *token = NULL;

    if (!given)
        given = sb_param_get(&visit->flow->params, "cred_token");
    if (given) {
        char *text = hv_strdup(given);

        mend_base64(text);
        token = sb_user_token_find(visit->platform, text);
        hv_wipe(text, strlen(text));
        free(text);
    }
    if (token && hv_guid_equal(&token->app, &visit->app->id))
        sb_user_token_end(visit->platform, token);
    sb_shell_back_word(visit, "SignOut");
}

/* The two are handed on as they came; the rest was for us. */
void
sb_shell_app_redirect(struct sb_visit *visit)
{
    const struct sb_params *params = &visit->flow->params;
    const struct sb_pair pairs[] = {
        { "target", sb_param_get(params, "target") },
        { "targetqs", sb_param_get(params, "targetqs") },
        { "instanceid", SB_INSTANCE },
    };
    struct hv_secret url = { 0 };

    if (!pairs[0].value || !*pairs[0].value) {
        sb_shell_refuse(visit, 400,
                        "The parameter target inside targetqs is "
                        "missing: where to in that application.");
        return;
    }
    if (!visit->app->action_url[0]) {
        sb_shell_refuse(visit, 400, "%.100s has no action URL to go to.",
                        visit->app->name);
        return;
    }
    sb_shell_note(visit, "redirected", "to %s", visit->app->name);
    if (sb_return_url(visit->app->action_url, pairs, HV_LEN(pairs), &url, NULL))
        sb_shell_refuse(visit, 500, "Protected memory is full.");
    else
        sb_shell_goto(visit, &url);
    sb_flow_end(&visit->shell->flows, visit->flow);
    visit->flow = NULL;
}
