/*
 * access.c - authorisations: granted, forced, expired, revoked, and what they
 * come to for one question. Called by the methods, the Shell, control verbs
 * and whoever delivers notifications. Pure. Fact: authorisation
 */
#include "sandbox/model.h"

#include "hvconsole/names.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* ------------------------------------------------------------ entries -- */

struct sb_auth *
sb_auth_find(const struct sb_platform *p, size_t app, size_t person,
             size_t record)
{
    for (size_t i = 0; i < p->auth_count; i++)
        if (p->auths[i].app == app && p->auths[i].person == person &&
            p->auths[i].record == record)
            return &p->auths[i];
    return NULL;
}

void
sb_auth_release(struct sb_auth *auth)
{
    sb_rules_release(&auth->granted[SB_ONLINE]);
    sb_rules_release(&auth->granted[SB_OFFLINE]);
    *auth = (struct sb_auth){ 0 };
}

static struct sb_auth *
auth_new(struct sb_platform *p)
{
    p->auths = sb_room(p->auths, p->auth_count, sizeof(*p->auths));
    p->auths[p->auth_count] = (struct sb_auth){ 0 };
    return &p->auths[p->auth_count++];
}

void
sb_auth_restore(struct sb_platform *p, struct sb_auth *auth)
{
    *auth_new(p) = *auth;
    *auth = (struct sb_auth){ 0 };
}

static void
auth_touch(struct sb_platform *p, const struct sb_auth *auth)
{
    sb_touch(p, SB_KIND_AUTH, (size_t)(auth - p->auths));
}

/* ----------------------------------------------------------- granting -- */

static bool
is_chosen(const struct sb_choice *choice, enum sb_avenue avenue,
          const char *name)
{
    if (!choice)
        return false;
    for (size_t i = 0; !choice->takes_all && i < choice->counts[avenue]; i++)
        if (strcmp(choice->names[avenue][i], name) == 0)
            return true;
    return choice->takes_all;
}

/* The rules that are granted from now on: what the application asks for now,
 * then the optional ones of an earlier day which it does not ask for again. */
static void
grant_rules(const struct sb_rules *asked, const struct sb_choice *choice,
            enum sb_avenue avenue, struct sb_rules *granted)
{
    struct hv_buf xml = { 0 };
    struct sb_rules now = { 0 };

    hv_buf_add_str(&xml, "<auth><rules>");
    for (size_t i = 0; i < asked->count; i++) {
        const struct sb_rule *rule = &asked->items[i];

        if (!rule->is_incremental &&
            (!rule->is_optional || is_chosen(choice, avenue, rule->name)))
            hv_buf_add_str(&xml, rule->xml);
    }
    for (size_t i = 0; i < granted->count; i++) {
        const struct sb_rule *rule = &granted->items[i];
        const struct sb_rule *again = sb_rules_find(asked, rule->name);

        if (rule->is_optional && rule->name[0] && again && again->is_optional &&
            !is_chosen(choice, avenue, rule->name))
            hv_buf_add_str(&xml, rule->xml);
    }
    hv_buf_add_str(&xml, "</rules></auth>");
    if (sb_rules_parse(hv_buf_bytes(&xml), &now, NULL))
        abort(); /* rules that were read before */
    hv_buf_release(&xml);
    sb_rules_release(granted);
    *granted = now;
}

struct sb_auth *
sb_auth_grant(struct sb_platform *p, size_t app, size_t person, size_t record,
              const struct sb_choice *choice, int64_t now_ms)
{
    struct sb_auth *auth = sb_auth_find(p, app, person, record);

    if (!auth) {
        auth = auth_new(p);
        auth->app = app;
        auth->person = person;
        auth->record = record;
        auth->created_ms = now_ms;
    }
    auth->updated_ms = now_ms;
    auth->is_revoked = false;
    auth->forced = SB_ACT_BY_RULES;
    auth->expires_ms = SB_NEVER_MS;
    for (int avenue = SB_ONLINE; avenue <= SB_OFFLINE; avenue++)
        grant_rules(&p->apps[app].rules[avenue], choice, (enum sb_avenue)avenue,
                    &auth->granted[avenue]);
    auth_touch(p, auth);
    return auth;
}

void
sb_auth_select(struct sb_platform *p, struct sb_auth *auth)
{
    for (size_t i = 0; i < p->auth_count; i++) {
        struct sb_auth *other = &p->auths[i];

        if (other->app != auth->app || other->person != auth->person ||
            other->is_selected == (other == auth))
            continue;
        other->is_selected = other == auth;
        auth_touch(p, other);
    }
}

void
sb_auth_revoke(struct sb_platform *p, struct sb_auth *auth, int64_t now_ms)
{
    auth->is_revoked = true;
    auth->updated_ms = now_ms;
    auth_touch(p, auth);
}

void
sb_auth_expire(struct sb_platform *p, struct sb_auth *auth, int64_t expires_ms)
{
    auth->expires_ms = expires_ms;
    auth_touch(p, auth);
}

void
sb_auth_force(struct sb_platform *p, struct sb_auth *auth,
              enum sb_action_word action, int64_t now_ms)
{
    auth->forced = action;
    auth->updated_ms = now_ms;
    auth_touch(p, auth);
}

/* ------------------------------------------------------------- asking -- */

bool
sb_auth_is_open(const struct sb_auth *auth, int64_t now_ms)
{
    return !auth->is_revoked && auth->forced != SB_ACT_AUTHORIZE &&
           now_ms < auth->expires_ms;
}

/* Everything that a required rule asks for is in what was granted. The types
 * of a rule without target sets are all there are. */
static bool
covers(const struct sb_rules *granted, const struct sb_rule *rule)
{
    const struct hv_thing_type *type;

    for (size_t i = 0; (type = hv_thing_type_at(i)); i++) {
        unsigned wanted = sb_rule_rights(rule, &type->id, NULL);

        if (wanted & ~sb_rules_rights(granted, &type->id, NULL))
            return false;
    }
    return true;
}

static bool
all_granted(const struct sb_platform *p, const struct sb_auth *auth)
{
    const struct sb_app *app = &p->apps[auth->app];

    for (int avenue = SB_ONLINE; avenue <= SB_OFFLINE; avenue++)
        for (size_t i = 0; i < app->rules[avenue].count; i++) {
            const struct sb_rule *rule = &app->rules[avenue].items[i];
            const struct sb_rule *same =
                sb_rules_find(&auth->granted[avenue], rule->name);

            if (rule->is_optional || rule->is_incremental)
                continue;
            if (same && strcmp(same->xml, rule->xml) == 0)
                continue; /* the usual case, and a quick one */
            if (!covers(&auth->granted[avenue], rule))
                return false;
        }
    return true;
}

enum sb_action_word
sb_auth_action(const struct sb_platform *p, const struct sb_auth *auth,
               int64_t now_ms)
{
    if (!auth)
        return SB_ACT_AUTHORIZE;
    if (auth->forced != SB_ACT_BY_RULES)
        return auth->forced;
    if (!sb_auth_is_open(auth, now_ms))
        return SB_ACT_AUTHORIZE;
    return all_granted(p, auth) ? SB_ACT_NONE_REQUIRED : SB_ACT_REAUTHORIZE;
}

unsigned
sb_rights(const struct sb_platform *p, const struct sb_ask *ask)
{
    const struct sb_auth *auth =
        sb_auth_find(p, ask->app, ask->person, ask->record);

    if (!auth || !sb_auth_is_open(auth, ask->now_ms) ||
        auth->forced == SB_ACT_LOCATION)
        return 0;
    return sb_rules_rights(&auth->granted[ask->avenue], ask->type, ask->eff_ms);
}

/* -------------------------------------------------------------- words -- */

static const char *const actions[] = {
    [SB_ACT_BY_RULES] = "rules",
    [SB_ACT_NONE_REQUIRED] = "NoActionRequired",
    [SB_ACT_AUTHORIZE] = "AuthorizationRequired",
    [SB_ACT_REAUTHORIZE] = "ReauthorizationRequired",
    [SB_ACT_NOT_POSSIBLE] = "ReauthorizationNotPossible",
    [SB_ACT_LOCATION] = "RecordLocationNotSupported",
    [SB_ACT_EMPTY] = "empty",
};

const char *
sb_action_text(enum sb_action_word action)
{
    return action == SB_ACT_EMPTY ? "" : actions[action];
}

bool
sb_action_named(const char *word, enum sb_action_word *out)
{
    for (size_t i = 0; i < HV_LEN(actions); i++)
        if (strcasecmp(actions[i], word) == 0) {
            *out = (enum sb_action_word)i;
            return true;
        }
    return false;
}
