/*
 * shell_rules.c - see shell_rules.h. Fact: shell-targets
 */
#include "sandbox/shell_rules.h"

#include "hvconsole/clock.h"
#include "hvconsole/names.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#define FLAG_SHOWN  1u /* of display-flags: at the first authorisation */
#define FLAG_FIRST  2u /* ticked then */
#define FLAG_LATER  4u /* ticked at later ones */
#define TYPES_NAMED 12

static const struct {
    const char *title;
    const char *tag;
    const char *class;
    char box;           /* the first letter of its fields */
    const char *option; /* of the request: its number behind it */
} avenues[] = {
    [SB_ONLINE] = { "while you use it", "online", "tag", 'n', "onopt" },
    [SB_OFFLINE] = { "at any time", "offline", "tag off", 'f', "offopt" },
};

/* -------------------------------------------------------------- a rule -- */

static void
put_rights(struct sb_page *page, unsigned rights)
{
    static const struct {
        unsigned right;
        const char *word;
    } words[] = {
        { SB_MAY_READ, "see" },
        { SB_MAY_CREATE, "add" },
        { SB_MAY_UPDATE, "change" },
        { SB_MAY_DELETE, "delete" },
    };
    unsigned left = rights & SB_MAY_ALL;

    sb_page_put(page, "May ");
    for (size_t i = 0; i < HV_LEN(words); i++) {
        unsigned before = left;

        left &= ~words[i].right;
        if (left == before)
            continue;
        if (before != (rights & SB_MAY_ALL))
            sb_page_put(page, left ? ", " : " and ");
        sb_page_put(page, "%s", words[i].word);
    }
}

static void
put_types(struct sb_page *page, const struct sb_set *sets, size_t count)
{
    const char *before = "";
    size_t named = 0;

    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < sets[i].type_count; k++, named++) {
            const struct hv_thing_type *type =
                hv_thing_type_find(&sets[i].types[k]);

            if (named >= TYPES_NAMED)
                continue;
            sb_page_put(page, "%s%s", before,
                        type ? type->name : "an unknown type");
            before = ", ";
        }
    if (named > TYPES_NAMED)
        sb_page_put(page, " and %zu more", named - TYPES_NAMED);
    if (named == 0)
        sb_page_put(page, "everything");
}

static bool
has_dates(const struct sb_set *sets, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (sets[i].range_count > 0)
            return true;
    return false;
}

static void
put_rule(struct sb_page *page, const struct sb_rule *rule,
         enum sb_avenue avenue)
{
    sb_page_put(page, "<span><b>%s</b><span class=\"",
                rule->reason ? rule->reason : avenues[avenue].title);
    sb_page_put(page, avenue == SB_ONLINE ? "tag" : "tag off");
    sb_page_put(page, "\" title=\"%s\">%s</span><small>", avenues[avenue].title,
                avenues[avenue].tag);
    put_rights(page, rule->rights);
    sb_page_put(page, ": ");
    put_types(page, rule->targets, rule->target_count);
    if (has_dates(rule->targets, rule->target_count))
        sb_page_put(page, ", of certain dates");
    if (rule->exception_count > 0) {
        sb_page_put(page, "; but not: ");
        put_types(page, rule->exceptions, rule->exception_count);
    }
    sb_page_put(page, "</small></span>");
}

/* --------------------------------------------------------------- lists -- */

void
sb_rules_required(struct sb_visit *visit, size_t app)
{
    const struct sb_app *asks = &visit->platform->apps[app];
    struct sb_page *page = &visit->reply->page;
    size_t count = 0;

    for (int a = SB_ONLINE; a <= SB_OFFLINE; a++)
        for (size_t i = 0; i < asks->rules[a].count; i++) {
            const struct sb_rule *rule = &asks->rules[a].items[i];

            if (rule->is_optional || rule->is_incremental)
                continue;
            sb_page_put(page, count++ ? "<li>" : "<ul class=\"list\"><li>");
            put_rule(page, rule, (enum sb_avenue)a);
            sb_page_put(page, "</li>\n");
        }
    sb_page_put(page, count ? "</ul>\n"
                            : "<p class=\"dim\">Nothing is required.</p>\n");
}

void
sb_rules_granted(struct sb_visit *visit, const struct sb_auth *auth)
{
    struct sb_page *page = &visit->reply->page;
    size_t count = 0;

    for (int a = SB_ONLINE; a <= SB_OFFLINE; a++)
        for (size_t i = 0; i < auth->granted[a].count; i++) {
            sb_page_put(page, count++ ? "<li>" : "<ul class=\"list\"><li>");
            put_rule(page, &auth->granted[a].items[i], (enum sb_avenue)a);
            sb_page_put(page, "</li>\n");
        }
    sb_page_put(page, count ? "</ul>\n" : "<p class=\"dim\">Nothing.</p>\n");
}

/* The request names the rule: onopt1, onopt2 ... */
static bool
is_named(const struct sb_visit *visit, const struct sb_rule *rule,
         enum sb_avenue avenue)
{
    const char *option = avenues[avenue].option;
    size_t len = strlen(option);

    for (size_t i = 0; i < visit->flow->params.count; i++) {
        const struct sb_param *param = &visit->flow->params.items[i];

        if (strncmp(param->name, option, len) == 0 &&
            strspn(param->name + len, "0123456789") ==
                strlen(param->name + len) &&
            strcmp(param->value, rule->name) == 0)
            return true;
    }
    return false;
}

/* An optional rule without a name cannot be chosen: nobody could name it. */
static bool
is_offered(const struct sb_visit *visit, const struct sb_rule *rule,
           enum sb_avenue avenue, const struct sb_auth *auth)
{
    if (!rule->is_optional || rule->is_incremental || !rule->name[0])
        return false;
    return (rule->flags & FLAG_SHOWN) || is_named(visit, rule, avenue) ||
           (auth && sb_rules_find(&auth->granted[avenue], rule->name));
}

static void
put_box(struct sb_visit *visit, const struct sb_rule *rule,
        enum sb_avenue avenue, size_t at, const struct sb_auth *auth)
{
    struct sb_page *page = &visit->reply->page;
    bool is_kept = auth && sb_rules_find(&auth->granted[avenue], rule->name);
    bool is_ticked =
        is_kept || (rule->flags & (auth ? FLAG_LATER : FLAG_FIRST));
    char name[32];

    snprintf(name, sizeof(name), "%c%zu", avenues[avenue].box, at);
    sb_page_put(page, "<label><input type=\"checkbox\" name=\"%s\" value=\"1\"",
                name);
    sb_page_put(page, is_kept     ? " checked disabled>"
                      : is_ticked ? " checked>"
                                  : ">");
    put_rule(page, rule, avenue);
    sb_page_put(page, is_kept ? "<span class=\"tag\">allowed before</span>"
                                "</label>"
                              : "</label>");
}

void
sb_rules_optional(struct sb_visit *visit, const struct sb_auth *auth)
{
    struct sb_page *page = &visit->reply->page;
    size_t count = 0;

    for (int a = SB_ONLINE; a <= SB_OFFLINE; a++) {
        const struct sb_rules *rules = &visit->app->rules[a];

        for (size_t i = 0; i < rules->count; i++) {
            if (!is_offered(visit, &rules->items[i], (enum sb_avenue)a, auth))
                continue;
            sb_page_put(page, count++ ? "<li>"
                                      : "<h2>You may also allow</h2>\n"
                                        "<ul class=\"list\"><li>");
            put_box(visit, &rules->items[i], (enum sb_avenue)a, i, auth);
            sb_page_put(page, "</li>\n");
        }
    }
    if (count > 0)
        sb_page_put(page, "</ul>\n");
}

void
sb_rules_ticked(const struct sb_visit *visit, struct sb_ticked *out)
{
    *out = (struct sb_ticked){ 0 };
    for (int a = SB_ONLINE; a <= SB_OFFLINE; a++) {
        const struct sb_rules *rules = &visit->app->rules[a];

        for (size_t i = 0; i < rules->count && i < SB_MAX_RULES; i++) {
            char name[32];

            snprintf(name, sizeof(name), "%c%zu", avenues[a].box, i);
            if (rules->items[i].is_optional && sb_param_get(visit->form, name))
                out->names[a][out->choice.counts[a]++] = rules->items[i].name;
        }
        out->choice.names[a] = out->names[a];
    }
}
