/*
 * shell_create.c - CREATEACCOUNT and CREATERECORD: a new person or record, by
 * a form that the application may have filled in, then the consent page.
 * Called by shell.c through the table of targets. Fact: shell-post-data
 */
#include "sandbox/shell_fields.h"
#include "sandbox/shell_parts.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const struct {
    int type;
    const char *name;
} relations[] = {
    { 1, "Self" },
    { 2, "Mother" },
    { 5, "Son" },
    { 0, "Other" },
};

/* ------------------------------------------------------------- judging -- */

static bool
is_account(const struct sb_visit *visit)
{
    return strcmp(visit->flow->target->name, "CREATEACCOUNT") == 0;
}

/* What the person wrote, else what the application posted. */
static const char *
value_of(const struct sb_visit *visit, const char *name)
{
    const char *text = visit->form ? sb_param_get(visit->form, name) : NULL;

    if (!text)
        text = sb_param_get(&visit->flow->params, name);
    return text ? text : "";
}

/* The first field that is missing or malformed, or NULL. */
static const struct sb_field *
bad_field(const struct sb_visit *visit, unsigned needed)
{
    const struct sb_field *field;

    for (size_t i = 0; (field = sb_field_at(i)); i++) {
        const char *text = value_of(visit, field->name);

        if ((field->flags & SB_F_ACCOUNT) && !is_account(visit))
            continue;
        if (*text ? !sb_field_is_good(field->kind, text)
                  : (field->flags & needed) == needed)
            return field;
    }
    return NULL;
}

/* State codes are required where addresses have them. */
static bool
lacks_state(const struct sb_visit *visit, const char *part)
{
    char country[32];
    char state[32];

    snprintf(country, sizeof(country), "%s.countrycode", part);
    snprintf(state, sizeof(state), "%s.statecode", part);
    return !*value_of(visit, state) &&
           (strcasecmp(value_of(visit, country), "CA") == 0 ||
            strcasecmp(value_of(visit, country), "GB") == 0);
}

/* Posted by an application, so all that it must give has to be there. */
static bool
is_filled_in(const struct sb_visit *visit)
{
    return sb_param_is_true(&visit->flow->params, is_account(visit)
                                                      ? "createaccountandrecord"
                                                      : "createrecord");
}

/* ------------------------------------------------------------- the page -- */

static void
put_relations(struct sb_visit *visit)
{
    const char *now = value_of(visit, "record.relationship");
    struct sb_page *page = &visit->reply->page;

    sb_page_put(page, "<label class=\"field\">Who that is to you<select "
                      "name=\"record.relationship\">");
    for (size_t i = 0; i < HV_LEN(relations); i++) {
        char number[16];

        snprintf(number, sizeof(number), "%d", relations[i].type);
        sb_page_put(page, "<option value=\"%s\"", number);
        sb_page_put(page, strcmp(now, number) == 0 ? " selected>" : ">");
        sb_page_put(page, "%s</option>", relations[i].name);
    }
    sb_page_put(page, "</select></label>\n");
}

static void
put_fields(struct sb_visit *visit)
{
    struct sb_page *page = &visit->reply->page;
    const struct sb_field *field;

    for (size_t i = 0; (field = sb_field_at(i)); i++) {
        if (!(field->flags & SB_F_SHOWN) ||
            ((field->flags & SB_F_ACCOUNT) && !is_account(visit)))
            continue;
        if (field->kind == SB_FIELD_WORD) {
            put_relations(visit);
            continue;
        }
        sb_page_put(page,
                    "<label class=\"field\">%s<input type=\"text\" name=\"%s\" "
                    "value=\"%s\"",
                    field->label, field->name, value_of(visit, field->name));
        sb_page_put(page, field->flags & SB_F_NEEDED ? " required></label>\n"
                                                     : "></label>\n");
    }
}

static void
write_page(struct sb_visit *visit, const char *note)
{
    bool account = is_account(visit);
    struct sb_page *page =
        sb_shell_open(visit, account ? "A new account" : "A new record");

    sb_page_put(page,
                account ? "<p>to use <b>%s</b>. It exists in this sandbox "
                          "alone.</p>\n"
                        : "<p>for use with <b>%s</b>. It exists in this "
                          "sandbox alone.</p>\n",
                visit->app->name);
    if (note)
        sb_page_put(page, "<p class=\"note\" role=\"alert\">%s</p>\n", note);
    sb_shell_form(visit);
    if (visit->person)
        sb_shell_who(visit);
    put_fields(visit);
    sb_shell_ends(visit, "Create", "Cancel");
    sb_page_put(page, "</form>\n");
    sb_shell_close(visit, 200);
}

/* What is wrong with the fields, for a page; false: nothing is. */
static bool
find_fault(const struct sb_visit *visit, unsigned needed, char *out,
           size_t size)
{
    const struct sb_field *bad = bad_field(visit, needed);

    if (bad)
        snprintf(out, size, "%s (%s): %s.", bad->label, bad->name,
                 *value_of(visit, bad->name) ? "not in the right form"
                                             : "missing");
    else if (is_account(visit) && lacks_state(visit, "account"))
        snprintf(out, size,
                 "The state (account.statecode) is needed in CA "
                 "and GB.");
    else if (is_filled_in(visit) && lacks_state(visit, "record"))
        snprintf(out, size,
                 "The state (record.statecode) is needed in CA "
                 "and GB.");
    else
        return false;
    return true;
}

static void
first_page(struct sb_visit *visit)
{
    char note[256];

    if (is_filled_in(visit) &&
        find_fault(visit, SB_F_NEEDED, note, sizeof(note)))
        write_page(visit, note);
    else
        write_page(visit, NULL);
}

void
sb_account_page(struct sb_visit *visit)
{
    first_page(visit);
}

void
sb_record_new_page(struct sb_visit *visit)
{
    first_page(visit);
}

/* ------------------------------------------------------------ the making -- */

static void
full_name(const struct sb_visit *visit, const char *part, char *out,
          size_t size)
{
    char first[32];
    char last[32];

    snprintf(first, sizeof(first), "%s.firstname", part);
    snprintf(last, sizeof(last), "%s.lastname", part);
    snprintf(out, size, "%s %s", value_of(visit, first), value_of(visit, last));
}

static void
upper(const char *text, char out[4])
{
    size_t i = 0;

    for (; i < 3 && text[i]; i++)
        out[i] = (char)toupper((unsigned char)text[i]);
    out[i] = '\0';
}

static void
make_person(struct sb_visit *visit)
{
    struct sb_platform *p = visit->platform;
    struct hv_guid id = sb_random_guid(&p->random);
    char name[256];
    char country[4];
    char state[4];

    full_name(visit, "account", name, sizeof(name));
    upper(value_of(visit, "account.countrycode"), country);
    upper(value_of(visit, "account.statecode"), state);
    visit->person_at =
        sb_person_add(p, &id, name, country, state, visit->now.now_ms);
    visit->person = &p->persons[visit->person_at];
    visit->flow->person = id;
    visit->flow->has_person = true;
}

static void
make_record(struct sb_visit *visit)
{
    struct sb_platform *p = visit->platform;
    int type = atoi(value_of(visit, "record.relationship"));
    const char *rel = "Other";
    struct hv_guid id = sb_random_guid(&p->random);
    char name[256];
    size_t record;

    for (size_t i = 0; i < HV_LEN(relations); i++)
        if (relations[i].type == type)
            rel = relations[i].name;
    full_name(visit, "record", name, sizeof(name));
    record = sb_record_add(p, &id, name, visit->person->country,
                           visit->person->state, visit->now.now_ms);
    sb_grant_add(p, visit->person_at, record, true, type, rel);
    visit->flow->made = id;
    visit->flow->has_made = true;
}

static void
make(struct sb_visit *visit)
{
    const struct sb_platform *p = visit->platform;
    const char *word = sb_param_get(visit->form, "do");
    char note[256];

    if (!word || strcmp(word, "go") != 0) {
        write_page(visit, NULL);
    } else if (find_fault(visit, SB_F_NEEDED | SB_F_SHOWN, note,
                          sizeof(note))) {
        write_page(visit, note);
    } else if (p->person_count >= SB_MAX_PERSONS ||
               p->record_count >= SB_MAX_RECORDS) {
        sb_shell_refuse(visit, 503, "The sandbox is full.");
    } else {
        if (is_account(visit))
            make_person(visit);
        make_record(visit);
        sb_consent_page(visit);
    }
}

void
sb_account_done(struct sb_visit *visit)
{
    if (visit->flow->has_made)
        sb_consent_done(visit);
    else
        make(visit);
}

void
sb_record_new_done(struct sb_visit *visit)
{
    sb_account_done(visit);
}
