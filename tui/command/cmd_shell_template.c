/*
 * cmd_shell_template.c - `shell template list|save|show|remove`: redirect URLs
 * under names. Called through the table. No network; without a profile they
 * are read as well.
 */
#include "tui/command/cmd_shell.h"
#include "tui/command/nouns/shell.h"

#include "hvconsole/clock.h"
#include "hvconsole/token.h"

#include <string.h>

const struct hv_column template_columns[] = {
    { "name", "NAME", HV_COL_NAME },
    { "target", "TARGET", 0 },
    { "params", "PARAMETERS", 0 },
    { "shell", "SHELL", HV_COL_WIDE },
    { "made", "MADE", HV_COL_WIDE },
    { "used", "LAST USE", 0 },
    { 0 },
};

/* The names of its parameters; the profile's own id is not one of them. */
static void
tell_template(struct hv_node *node, const struct hv_template *one)
{
    struct hv_shell_form form = { 0 };
    struct hv_buf left = { 0 };
    struct hv_node *list;

    hv_template_form(one, NULL, &form, &left);
    hv_node_text(node, "name", one->name);
    hv_node_text(node, "target", form.target);
    list = hv_node_list(node, "params");
    for (size_t i = 0; i < form.pairs.len; i++)
        hv_node_text(list, NULL, form.pairs.items[i].name);
    hv_node_text(node, "shell", form.base);
    hv_node_time(node, "made", one->made_ms);
    hv_node_time(node, "used", one->used_ms);
    hv_shell_form_release(&form);
    hv_buf_release(&left);
}

static struct hv_template *
find(const struct hv_templates *list, const char *name, struct hv_error *err)
{
    struct hv_template *one = hv_template_find(list, name);

    if (!one) {
        hv_fail(err, HV_ERR_NOT_FOUND, "no template '%s' is kept", name);
        hv_hint(err, "see 'hvconsole shell template list'");
    }
    return one;
}

enum hv_status
cmd_template_list(struct hv_cmd *cmd, struct hv_error *err)
{
    struct hv_templates list = { 0 };
    enum hv_status st =
        hv_templates_load(cmd->session->globals.store, &list, err);

    for (size_t i = 0; !st && i < list.len; i++)
        tell_template(hv_out_item(cmd->out), &list.items[i]);
    if (!st && !list.len)
        hv_out_note(cmd->out, "No templates yet: 'shell template save NAME "
                              "URL', or A in the console.");
    hv_templates_release(&list);
    return st;
}

/* ---- save ---- */

struct saving {
    const char *name;
    struct hv_buf url;
};

static enum hv_status
put(struct hv_templates *list, void *arg, struct hv_error *err)
{
    struct saving *saving = arg;

    return hv_template_put(list, saving->name, hv_buf_str(&saving->url),
                           hv_clock_now_ms(), err);
}

/* The URL as the template keeps it. */
static enum hv_status
read_form(struct hv_cmd *cmd, struct hv_buf *out, struct hv_error *err)
{
    const struct hv_profile *profile = shell_profile(cmd);
    struct hv_shell_url url = { 0 };
    struct hv_shell_form form = { 0 };
    struct hv_buf left = { 0 };
    enum hv_status st = shell_decode(cmd->args[1], NULL, &url, err);

    if (!st && !hv_shell_form_take(&form, &url, profile, &left)) {
        st = hv_fail(err, HV_ERR_FORMAT, "it is no redirect to the Shell");
        hv_hint(err, "'hvconsole shell url TARGET' composes one");
    }
    if (!st)
        st = hv_template_write(&form, profile, hv_cmd_has(cmd, "--with-ids"),
                               out, err);
    if (!st && left.len)
        hv_out_note(cmd->out, "%.*s", (int)strcspn(hv_buf_str(&left), "\n"),
                    hv_buf_str(&left));
    hv_shell_form_release(&form);
    hv_shell_url_release(&url);
    hv_buf_release(&left);
    return st;
}

enum hv_status
cmd_template_save(struct hv_cmd *cmd, struct hv_error *err)
{
    const char *store = cmd->session->globals.store;
    struct saving saving = { .name = cmd->args[0] };
    struct hv_templates list = { 0 };
    enum hv_status st = hv_token_name_check(saving.name, err);

    if (!st)
        st = read_form(cmd, &saving.url, err);
    if (!st && !hv_cmd_is_dry(cmd))
        st = hv_templates_edit(store, put, &saving, err);
    if (!st)
        st = hv_templates_load(store, &list, err);
    if (!st && hv_cmd_is_dry(cmd))
        st = put(&list, &saving, err);
    if (!st) {
        tell_template(hv_out_top(cmd->out),
                      hv_template_find(&list, saving.name));
        cmd_dry(cmd, hv_out_top(cmd->out));
    }
    hv_templates_release(&list);
    hv_buf_release(&saving.url);
    return st;
}

/* ---- show ---- */

static enum hv_status
note_use(struct hv_templates *list, void *arg, struct hv_error *err)
{
    struct hv_template *one = find(list, arg, err);

    if (one)
        one->used_ms = hv_clock_now_ms();
    return one ? HV_OK : HV_ERR_NOT_FOUND;
}

/* The URL it makes now, or what it lacks. */
static void
tell_url(struct hv_cmd *cmd, const struct hv_template *one)
{
    const struct hv_profile *profile = shell_profile(cmd);
    struct hv_node *top = hv_out_top(cmd->out);
    struct hv_shell_form form = { 0 };
    struct hv_buf url = { 0 }, left = { 0 };
    struct hv_error why = { 0 };
    struct hv_node *node;

    hv_template_form(one, profile, &form, &left);
    node = hv_node_object(top, "values");
    for (size_t i = 0; i < form.pairs.len; i++)
        hv_node_text(node, form.pairs.items[i].name, form.pairs.items[i].value);
    if (hv_shell_form_compose(&form, profile, &url, &why)) {
        hv_node_null(top, "url");
        hv_node_text(top, "lacks", why.why);
    } else {
        hv_node_text(top, "url", hv_buf_str(&url));
        hv_node_null(top, "lacks");
    }
    hv_shell_form_release(&form);
    hv_buf_release(&url);
    hv_buf_release(&left);
}

enum hv_status
cmd_template_show(struct hv_cmd *cmd, struct hv_error *err)
{
    const char *store = cmd->session->globals.store;
    struct hv_templates list = { 0 };
    struct hv_error why = { 0 };
    char name[HV_TEMPLATE_NAME];
    const struct hv_template *one;
    enum hv_status st = hv_templates_load(store, &list, err);

    hv_copy(name, sizeof(name), cmd->args[0]);

    if (!st) {
        one = find(&list, cmd->args[0], err);
        st = one ? HV_OK : HV_ERR_NOT_FOUND;
    }
    if (!st) {
        tell_template(hv_out_top(cmd->out), one);
        tell_url(cmd, one);
    }
    hv_templates_release(&list);
    /* When it was looked at last is a help, not worth a failure. */
    if (!st && !cmd->session->globals.read_only &&
        hv_templates_edit(store, note_use, name, &why))
        hv_out_note(cmd->out, "The use was not noted: %s.", why.why);
    return st;
}

/* ---- remove ---- */

static enum hv_status
take(struct hv_templates *list, void *arg, struct hv_error *err)
{
    struct hv_template *one = find(list, arg, err);

    if (one)
        hv_template_remove(list, one);
    return one ? HV_OK : HV_ERR_NOT_FOUND;
}

enum hv_status
cmd_template_remove(struct hv_cmd *cmd, struct hv_error *err)
{
    const char *store = cmd->session->globals.store;
    struct hv_node *top = hv_out_top(cmd->out);
    struct hv_templates list = { 0 };
    const struct hv_template *one = NULL;
    char name[HV_TEMPLATE_NAME];
    enum hv_status st = hv_templates_load(store, &list, err);

    hv_copy(name, sizeof(name), cmd->args[0]);

    if (!st) {
        one = find(&list, cmd->args[0], err);
        st = one ? HV_OK : HV_ERR_NOT_FOUND;
    }
    if (!st && !hv_cmd_is_dry(cmd))
        st = hv_templates_edit(store, take, name, err);
    if (!st) {
        tell_template(top, one);
        hv_node_bool(top, "removed", !hv_cmd_is_dry(cmd));
        cmd_dry(cmd, top);
    }
    hv_templates_release(&list);
    return st;
}
