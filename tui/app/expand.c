/*
 * expand.c - the text of a binding as a command: "%id" and its like become what
 * the cursor is on. Called by press.c, help.c and whoever puts a command
 * together. Pure.
 */
#include "tui/app/parts.h"
#include "tui/app/urls.h"

#include <stdint.h>
#include <string.h>

void
hv_quote(struct hv_buf *out, const char *word)
{
    if (word[0] && !word[strspn(word, "abcdefghijklmnopqrstuvwxyz"
                                      "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                      "0123456789-_./:,@%+=")]) {
        hv_buf_add_str(out, word);
        return;
    }
    hv_buf_add_char(out, '\'');
    for (; *word; word++) {
        if (*word == '\'')
            hv_buf_add_str(out, "'\\''");
        else
            hv_buf_add_char(out, *word);
    }
    hv_buf_add_char(out, '\'');
}

static bool
add_guid(struct hv_buf *out, const struct hv_guid *id)
{
    char text[HV_GUID_TEXT];

    if (!id)
        return false;
    hv_guid_format(id, text);
    hv_buf_add_str(out, text);
    return true;
}

static bool
add_word(struct hv_buf *out, const char *word)
{
    hv_buf_add_str(out, word ? word : "");
    return word != NULL;
}

static bool
add_message(struct hv_buf *out, int64_t id)
{
    hv_buf_addf(out, "%lld", (long long)id);
    return id != 0;
}

/* Each writes what is selected; false: nothing is. */
static bool
add_job(const struct hv_app *app, struct hv_buf *out)
{
    size_t i =
        app->tab == HV_VIEW_JOBS ? hv_list_at(app, HV_VIEW_JOBS) : SIZE_MAX;

    return add_word(out, i == SIZE_MAX ? NULL : app->jobs.jobs[i].id);
}

static bool
add_marked(const struct hv_app *app, struct hv_buf *out)
{
    const struct hv_list *list = &app->lists[HV_VIEW_LOG];

    for (size_t i = 0; i < list->marks_len; i++)
        hv_buf_addf(out, "%s%s", i ? " " : "", list->marks[i]);
    return list->marks_len || add_message(out, hv_app_selection(app).log_id);
}

static bool
add_mode(const struct hv_app *app, struct hv_buf *out)
{
    const struct hv_test_mode *mode = hv_test_row(app);

    return add_word(out, mode ? mode->word : NULL);
}

static bool
add_sub(const struct hv_app *app, struct hv_buf *out)
{
    const struct hv_sub_row *sub = hv_test_sub(app);

    return add_guid(out, sub ? &sub->sub.id : NULL);
}

static bool
add_record(const struct hv_app *app, struct hv_buf *out)
{
    const struct hv_access_row *row = hv_record_row(app);

    return add_guid(out, row ? &row->record : NULL);
}

static bool
add_person(const struct hv_app *app, struct hv_buf *out)
{
    const struct hv_access_row *row = hv_record_row(app);

    return add_guid(out, row ? &row->person : NULL);
}

static bool
add_name(const struct hv_app *app, struct hv_buf *out)
{
    const struct hv_window_row *row = hv_maint_chosen(app);

    return add_word(out, row ? row->window.name : NULL);
}

static bool
add_template(const struct hv_app *app, struct hv_buf *out)
{
    const struct hv_template *one = hv_url_template(app);

    return add_word(out, one ? one->name : NULL);
}

static bool
add_version(const struct hv_app *app, struct hv_buf *out)
{
    struct hv_selection selection = hv_app_selection(app);

    return add_word(out, selection.has_version ? selection.version.id : NULL);
}

static bool
add_ids(const struct hv_app *app, struct hv_buf *out)
{
    struct hv_guid subs[HV_MAX_MARKED];
    size_t len = hv_marks_subs(app, subs, HV_LEN(subs));

    for (size_t i = 0; i < len; i++) {
        hv_buf_add_str(out, i ? " " : "");
        add_guid(out, &subs[i]);
    }
    return len > 0;
}

static bool
add_id(const struct hv_app *app, struct hv_buf *out)
{
    struct hv_selection selection = hv_app_selection(app);

    if (selection.log_id)
        return add_message(out, selection.log_id);
    return add_guid(out, selection.has_sub ? &selection.sub : NULL);
}

static const struct placeholder {
    const char *name;
    bool (*add)(const struct hv_app *app, struct hv_buf *out);
    const char *lacks; /* what is said without one */
} placeholders[] = {
    { "%job", add_job, "no rotation is selected; 9 lists them" },
    { "%marked", add_marked, "no message is selected; 6 lists them" },
    { "%mode", add_mode, "no kind of message is selected; 7 lists them" },
    { "%sub", add_sub, "no subscription is selected; A in 2 makes one" },
    { "%record", add_record, "no record is selected; list in 5 has them" },
    { "%person", add_person, "no record is selected; list in 5 has them" },
    { "%name", add_name, "no window is selected; A in 8 notes one" },
    { "%template", add_template,
      "no template is selected; templates in 4 has them" },
    { "%version", add_version, "no key version is selected; 3 lists them" },
    { "%ids", add_ids, "no subscription is selected; 2 lists them" },
    { "%id", add_id, "nothing is selected here" }, /* after the longer one */
};

static const struct placeholder *
find_placeholder(const char *text)
{
    for (size_t i = 0; *text == '%' && i < HV_LEN(placeholders); i++) {
        if (!strncmp(text, placeholders[i].name, strlen(placeholders[i].name)))
            return &placeholders[i];
    }
    return NULL;
}

enum hv_status
hv_text_expand(const struct hv_app *app, const char *text, struct hv_buf *out,
               struct hv_error *err)
{
    while (*text) {
        const struct placeholder *one = find_placeholder(text);

        if (one && !one->add(app, out))
            return hv_fail(err, HV_ERR_NOT_FOUND, "%s", one->lacks);
        if (!one)
            hv_buf_add_char(out, *text);
        text += one ? strlen(one->name) : 1;
    }
    return HV_OK;
}
