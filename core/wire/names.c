/*
 * names.c - looks things up in the dictionary of the protocol. Called by every
 * room from core on, the sandbox too. Pure: tables in, rows out.
 */
#include "core/wire/names.h"

#include <ctype.h>
#include <string.h>

#define MAX_CANDIDATES 4

/* clang-format off */
static const struct {
    const char *word;
    const char *advice;
} classes[] = {
    [HV_CLASS_OK] = { "ok", "Nothing to do." },
    [HV_CLASS_RETRY] = { "retry",
        "Passing trouble: try again later." },
    [HV_CLASS_SESSION] = { "session",
        "A new session token was needed and did not help: check the "
        "application's registration and certificate." },
    [HV_CLASS_USER] = { "user",
        "Drop the user's token and send the person to the sign-in page "
        "(Shell target AUTH)." },
    [HV_CLASS_REAUTH] = { "reauth",
        "Send the person to the authorisation page (Shell target APPAUTH) for "
        "this record, or check the application's rules." },
    [HV_CLASS_REFETCH] = { "refetch",
        "Someone else was faster: read the current version and repeat." },
    [HV_CLASS_OPERATOR] = { "operator",
        "Configuration or quota: a person must change it at the platform." },
    [HV_CLASS_BUG] = { "bug",
        "The request itself is refused; repeating it will not help." },
    [HV_CLASS_OTHER] = { "other",
        "Outside of what this program does; see the platform's message." },
};
/* clang-format on */

const struct hv_code *
hv_code_find(int code)
{
    size_t low = 0;
    size_t high = hv_codes_len;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (hv_codes[middle].code == code)
            return &hv_codes[middle];
        if (hv_codes[middle].code < code)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

const char *
hv_code_class_word(enum hv_code_class kind)
{
    return (size_t)kind < HV_LEN(classes) ? classes[kind].word : "other";
}

const char *
hv_code_advice(enum hv_code_class kind)
{
    if ((size_t)kind >= HV_LEN(classes))
        kind = HV_CLASS_OTHER;
    return classes[kind].advice;
}

const struct hv_thing_type *
hv_thing_type_at(size_t index)
{
    return index < hv_thing_types_len ? &hv_thing_types[index] : NULL;
}

size_t
hv_thing_type_count(void)
{
    return hv_thing_types_len;
}

const struct hv_thing_type *
hv_thing_type_find(const struct hv_guid *id)
{
    for (size_t i = 0; i < hv_thing_types_len; i++) {
        if (hv_guid_equal(&hv_thing_types[i].id, id))
            return &hv_thing_types[i];
    }
    return NULL;
}

/* Case does not count and a blank is a hyphen. */
static int
fold(char c)
{
    return c == ' ' ? '-' : tolower((unsigned char)c);
}

/* How much of @name the @word covers from its start on. */
enum cover { COVER_NONE, COVER_BEGINNING, COVER_WHOLE };

static enum cover
cover(const char *name, const char *word)
{
    while (*word && fold(*name) == fold(*word)) {
        name++;
        word++;
    }
    if (*word)
        return COVER_NONE;
    return *name ? COVER_BEGINNING : COVER_WHOLE;
}

static bool
name_contains(const char *name, const char *word)
{
    for (; *name; name++) {
        if (cover(name, word))
            return true;
    }
    return false;
}

/* What fits a word; versions of one type are one candidate. */
struct candidates {
    const struct hv_thing_type *items[MAX_CANDIDATES];
    size_t len; /* may pass MAX_CANDIDATES: "and more" */
};

static void
candidates_add(struct candidates *found, const struct hv_thing_type *type,
               bool by_id)
{
    size_t kept = found->len < MAX_CANDIDATES ? found->len : MAX_CANDIDATES;

    for (size_t i = 0; !by_id && i < kept; i++) {
        if (strcmp(found->items[i]->family, type->family) == 0)
            return;
    }
    if (kept < MAX_CANDIDATES)
        found->items[kept] = type;
    found->len++;
}

/* "Weight (3d34d87e), Weight goal (b7925180) and more" */
static void
candidates_format(const struct candidates *found, struct hv_buf *out)
{
    for (size_t i = 0; i < found->len && i < MAX_CANDIDATES; i++) {
        char id[HV_GUID_TEXT];

        hv_guid_format(&found->items[i]->id, id);
        hv_buf_addf(out, "%s%s (%.8s)", i ? ", " : "", found->items[i]->name,
                    id);
    }
    if (found->len > MAX_CANDIDATES)
        hv_buf_add_str(out, " and more");
}

static enum hv_status
not_found(const char *word, struct hv_error *err)
{
    struct candidates near = { 0 };
    struct hv_buf list = { 0 };
    char first[4] = { 0 };

    hv_copy(first, sizeof(first), word);
    for (size_t i = 0; *word && i < hv_thing_types_len; i++) {
        if (name_contains(hv_thing_types[i].name, word))
            candidates_add(&near, &hv_thing_types[i], false);
    }
    for (size_t i = 0;
         strlen(first) == 3 && !near.len && i < hv_thing_types_len; i++) {
        if (cover(hv_thing_types[i].name, first))
            candidates_add(&near, &hv_thing_types[i], false);
    }
    hv_fail(err, HV_ERR_NOT_FOUND, "no thing type is called \"%.60s\"", word);
    candidates_format(&near, &list);
    if (list.len)
        hv_hint(err, "did you mean %s?", hv_buf_str(&list));
    else
        hv_hint(err, "give the id or the name of a type, as in \"Weight\"");
    hv_buf_release(&list);
    return HV_ERR_NOT_FOUND;
}

enum hv_status
hv_thing_type_search(const char *word, const struct hv_thing_type **out,
                     struct hv_error *err)
{
    struct candidates found = { 0 };
    struct hv_buf list = { 0 };

    for (size_t i = 0; *word && i < hv_thing_types_len; i++) {
        const struct hv_thing_type *type = &hv_thing_types[i];
        enum cover how = cover(type->name, word);

        /* The newest version stands first, and any id means all versions. */
        if (how == COVER_WHOLE) {
            *out = type;
            return HV_OK;
        }
        if (hv_guid_matches(&type->id, word))
            candidates_add(&found, type, true);
        else if (how == COVER_BEGINNING)
            candidates_add(&found, type, false);
    }
    if (found.len == 0)
        return not_found(word, err);
    if (found.len == 1) {
        *out = found.items[0];
        return HV_OK;
    }
    candidates_format(&found, &list);
    hv_fail(err, HV_ERR_RULE, "\"%.60s\" fits several thing types: %s", word,
            hv_buf_str(&list));
    hv_hint(err, "type more of the name, or an id");
    hv_buf_release(&list);
    return HV_ERR_RULE;
}
