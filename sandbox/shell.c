/*
 * shell.c - see shell.h. From a request to the page of its target: takes the
 * query apart, finds the application, the person and the record it is about,
 * and hands the visit to the target's file.
 */
#include "sandbox/shell.h"

#include "sandbox/shell_parts.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum path {
    PATH_NONE,
    PATH_HOME,
    PATH_REDIRECT,
    PATH_COMPLETE,
    PATH_STEP,
};

static const struct {
    const char *path;
    enum path what;
} paths[] = {
    { "/", PATH_HOME },
    { "/redirect.aspx", PATH_REDIRECT },
    { "/" SB_SHELL_DONE, PATH_COMPLETE },
    { SB_SHELL_STEP, PATH_STEP },
};

static enum path
path_of(const char *target)
{
    size_t len = strcspn(target, "?");

    /* A base that ends in a slash, and one more before the path. */
    while (len > 1 && target[0] == '/' && target[1] == '/') {
        target++;
        len--;
    }
    for (size_t i = 0; i < HV_LEN(paths); i++)
        if (len == strlen(paths[i].path) &&
            strncasecmp(target, paths[i].path, len) == 0)
            return paths[i].what;
    return PATH_NONE;
}

bool
sb_shell_serves(const char *target)
{
    return path_of(target) != PATH_NONE;
}

/* ---------------------------------------------------------- first request -- */

static void
begin(struct sb_visit *visit)
{
    const struct sb_target *target = visit->flow->target;
    const char *record = sb_param_get(&visit->flow->params, "extrecordid");
    bool has_record = record && *record;

    if (!sb_shell_find_app(visit) || !sb_shell_redirect_check(visit))
        return;
    if ((target->needs & SB_T_RECORD) && !has_record) {
        sb_shell_refuse(visit, 400, "%s needs an extrecordid inside targetqs.",
                        target->name);
        return;
    }
    if ((target->needs & SB_T_PERSON) && has_record &&
        !sb_shell_may_exist(visit, record)) {
        sb_shell_refuse_record(visit);
        return;
    }
    if (target->needs & SB_T_PERSON)
        sb_shell_sign_in(visit);
    else
        target->page(visit);
}

/* What comes by POST beside the query: fields of CREATEACCOUNT and the like.
 * They go before the query's own, so that they cannot stand in for them. */
static const char *
read_posted(const struct sb_shell_ask *ask, struct sb_query *query)
{
    struct sb_params all = { 0 };
    const char *why;

    if (!ask->is_post)
        return NULL;
    why = sb_form_read(ask->body, &all);
    for (size_t i = 0; !why && i < query->params.count; i++) {
        if (all.count == SB_MAX_PARAMS) {
            why = "The address and the form have more than 64 fields.";
            break;
        }
        all.items[all.count++] = query->params.items[i];
        query->params.items[i] = (struct sb_param){ 0 };
    }
    if (why) {
        sb_params_release(&all);
    } else {
        query->params.count = 0;
        sb_params_release(&query->params);
        query->params = all;
    }
    return why;
}

static void
serve_redirect(struct sb_visit *visit, const struct sb_shell_ask *ask)
{
    struct sb_query query = { 0 };
    const char *mark = strchr(ask->target, '?');
    const char *why = sb_query_read(mark ? mark + 1 : "", &query);
    const struct sb_target *target = NULL;

    if (!why)
        why = read_posted(ask, &query);
    if (!why) {
        hv_copy(visit->reply->what, sizeof(visit->reply->what),
                query.target[0] ? query.target : "?");
        target = sb_target_find(query.target);
    }
    if (why) {
        sb_shell_refuse(visit, 400, "%s", why);
    } else if (!query.target[0]) {
        sb_shell_refuse(visit, 400,
                        "The address names no target: "
                        "redirect.aspx?target=AUTH&targetqs=...");
    } else if (!target) {
        sb_shell_refuse(visit, 400, "There is no target %s.", query.target);
    } else {
        visit->flow = sb_flow_new(&visit->shell->flows, target, &query.params,
                                  visit->now.real_ms);
        begin(visit);
    }
    sb_query_release(&query);
}

/* ----------------------------------------------------------------- steps -- */

static bool
resume(struct sb_visit *visit)
{
    const char *nonce = sb_param_get(visit->form, "flow");
    struct sb_flow *flow =
        nonce ? sb_flow_find(&visit->shell->flows, nonce, visit->now.real_ms)
              : NULL;

    if (flow) {
        visit->flow = flow;
        hv_copy(visit->reply->what, sizeof(visit->reply->what),
                flow->target->name);
        if (flow->has_app)
            sb_shell_set_app(visit, sb_app_find(visit->platform, &flow->app));
        if (flow->has_person)
            visit->person = sb_person_find(visit->platform, &flow->person);
        if (visit->person)
            visit->person_at =
                (size_t)(visit->person - visit->platform->persons);
    }
    if (flow && (visit->app || !flow->has_app))
        return true;
    visit->flow = NULL;
    sb_shell_refuse(visit, 403,
                    "This form is over: it was answered already, "
                    "or is too old, or was not made for you. Go "
                    "back to the application and begin again.");
    return false;
}

/* A new account is told of even when its owner then lets nobody in. */
static void
cancel(struct sb_visit *visit)
{
    struct sb_back back = { .target = visit->flow->target->cancel };

    if (strcmp(visit->flow->target->name, "CREATEACCOUNT") == 0)
        back.details = visit->flow->has_made ? "CreateAccountSuccess"
                                             : "CreateAccountFailure";
    sb_shell_back(visit, &back);
}

static void
take_step(struct sb_visit *visit)
{
    const struct sb_target *target = visit->flow->target;
    const char *word = sb_param_get(visit->form, "do");

    if (word && strcmp(word, "cancel") == 0 && target->cancel) {
        cancel(visit);
    } else if (word && strcmp(word, "switch") == 0) {
        visit->flow->has_person = false;
        visit->person = NULL;
        sb_shell_sign_in(visit);
    } else if (sb_param_get(visit->form, "person") &&
               (target->needs & SB_T_PERSON) && !visit->person) {
        if (sb_shell_signed_in(visit) && sb_shell_find_record(visit))
            target->page(visit);
    } else if ((target->needs & SB_T_PERSON) && !visit->person) {
        sb_shell_sign_in(visit);
    } else if (target->done &&
               (!visit->person || sb_shell_find_record(visit))) {
        target->done(visit);
    } else if (visit->flow && !visit->reply->status) {
        target->page(visit);
    }
}

static void
serve_step(struct sb_visit *visit, const struct sb_shell_ask *ask)
{
    struct sb_params form = { 0 };
    const char *why = NULL;

    if (!ask->is_post)
        why = "This address takes the forms of other pages only.";
    if (!why)
        why = sb_form_read(ask->body, &form);
    visit->form = &form;
    if (why)
        sb_shell_refuse(visit, 400, "%s", why);
    else if (resume(visit))
        take_step(visit);
    sb_params_release(&form);
}

/* ------------------------------------------------------------- the door -- */

static void
serve_complete(struct sb_visit *visit, const struct sb_shell_ask *ask)
{
    struct sb_query query = { 0 };
    const char *mark = strchr(ask->target, '?');
    const char *why = sb_query_read(mark ? mark + 1 : "", &query);

    if (why)
        sb_shell_refuse(visit, 400, "%s", why);
    else
        sb_complete_page(visit, &query);
    sb_query_release(&query);
}

void
sb_shell_answer(struct sb_shell *shell, const struct sb_shell_ask *ask,
                struct sb_shell_reply *out)
{
    struct sb_visit visit = {
        .shell = shell,
        .platform = shell->platform,
        .now = ask->now,
        .record = SB_NO_RECORD,
        .reply = out,
    };

    switch (path_of(ask->target)) {
    case PATH_REDIRECT:
        serve_redirect(&visit, ask);
        break;
    case PATH_STEP:
        serve_step(&visit, ask);
        break;
    case PATH_COMPLETE:
        hv_copy(out->what, sizeof(out->what), "complete");
        serve_complete(&visit, ask);
        break;
    default:
        hv_copy(out->what, sizeof(out->what), "home");
        sb_home_page(&visit);
    }
}

struct sb_shell *
sb_shell_new(struct sb_platform *platform)
{
    struct sb_shell *shell = hv_calloc(1, sizeof(*shell));

    shell->platform = platform;
    return shell;
}

void
sb_shell_free(struct sb_shell *shell)
{
    if (!shell)
        return;
    sb_flows_release(&shell->flows);
    free(shell);
}

void
sb_shell_forget(struct sb_shell *shell)
{
    sb_flows_release(&shell->flows);
}

void
sb_shell_reply_release(struct sb_shell_reply *reply)
{
    sb_page_release(&reply->page);
    hv_secret_release(&reply->location);
    hv_secret_release(&reply->token);
    *reply = (struct sb_shell_reply){ 0 };
}
