/*
 * compose.c - a redirect URL from target and parameters, by the one exact
 * rule: every name and value escaped, the whole escaped once more.
 * Called by the commands and the form. Fact: shell-url
 */
#include "core/shell/shell_in.h"

#include "core/sub/url.h"
#include "hvconsole/codec.h"
#include "hvconsole/text.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

void
hv_shell_pairs_add(struct hv_shell_pairs *pairs, const char *name,
                   const char *value)
{
    pairs->items =
        hv_realloc_array(pairs->items, pairs->len + 1, sizeof(*pairs->items));
    pairs->items[pairs->len++] = (struct hv_shell_pair){
        .name = hv_strdup(name),
        .value = hv_strdup(value),
    };
}

void
hv_shell_pairs_release(struct hv_shell_pairs *pairs)
{
    for (size_t i = 0; i < pairs->len; i++) {
        free(pairs->items[i].name);
        free(pairs->items[i].value);
    }
    free(pairs->items);
    *pairs = (struct hv_shell_pairs){ 0 };
}

const char *
hv_shell_pairs_get(const struct hv_shell_pairs *pairs, const char *name)
{
    for (size_t i = pairs->len; i > 0; i--) {
        if (!strcasecmp(pairs->items[i - 1].name, name))
            return pairs->items[i - 1].value;
    }
    return NULL;
}

static enum hv_status
find_target(const char *name, const struct hv_shell_target **out,
            struct hv_error *err)
{
    *out = hv_shell_target_find(name);
    if (*out && (*out)->is_offered)
        return HV_OK;
    if (*out) {
        hv_fail(err, HV_ERR_RULE,
                "%s is a name of an old vocabulary: the Shell has no page for "
                "it",
                (*out)->name);
        hv_hint(err, "see 'hvconsole shell targets'");
        return HV_ERR_RULE;
    }
    hv_fail(err, HV_ERR_NOT_FOUND, "the Shell has no target '%s'", name);
    for (size_t i = 0; hv_shell_target_at(i); i++) {
        if (hv_word_is_near(name, hv_shell_target_at(i)->name))
            hv_hint(err, "did you mean %s?", hv_shell_target_at(i)->name);
    }
    hv_hint(err, "see 'hvconsole shell targets'");
    return HV_ERR_NOT_FOUND;
}

static enum hv_status
check_pairs(const struct hv_shell_target *target,
            const struct hv_shell_pairs *pairs, bool is_production,
            struct hv_error *err)
{
    for (const struct hv_shell_param *p = target->params; p->name; p++) {
        const char *value = hv_shell_pairs_get(pairs, p->name);

        if (!p->is_required || (value && value[0]))
            continue;
        hv_fail(err, HV_ERR_RULE, "%s needs %s: %s", target->name, p->name,
                p->note);
        hv_hint(err, "see 'hvconsole shell targets %s'", target->name);
        return HV_ERR_RULE;
    }
    if (is_production && hv_shell_pairs_get(pairs, "redirect")) {
        hv_fail(err, HV_ERR_RULE,
                "redirect is not for production: whoever sends a person such "
                "a link gets their token at any address (phishing)");
        hv_hint(err, "leave it out: the Shell returns to the registered "
                     "action URL; use actionqs to say where to go on");
        return HV_ERR_RULE;
    }
    for (size_t i = 0; i < pairs->len; i++) {
        const struct hv_shell_pair *pair = &pairs->items[i];

        if (!pair->name[0])
            return hv_fail(err, HV_ERR_RULE, "a parameter without a name");
        if (pair->is_outside && (!strcasecmp(pair->name, "target") ||
                                 !strcasecmp(pair->name, "targetqs")))
            return hv_fail(err, HV_ERR_RULE,
                           "%s stands in the URL already: nothing else beside "
                           "targetqs can have that name",
                           pair->name);
    }
    return HV_OK;
}

static enum hv_status
check_base(const char *base, bool *is_production, struct hv_error *err)
{
    const struct hv_instance *instance;
    struct hv_url url = { 0 };
    bool is_shell;

    if (hv_url_parse(base, &url, NULL) == HV_OK &&
        (hv_url_has_scheme(&url, "https") || hv_url_has_scheme(&url, "http")) &&
        !url.query.data && !url.has_fragment && !url.has_user) {
        instance = hv_instance_of_host(url.host, &is_shell);
        if (instance && instance->env == HV_ENV_PROD)
            *is_production = true;
        return HV_OK;
    }
    hv_fail(err, HV_ERR_FORMAT, "'%s' is not the base URL of a Shell", base);
    hv_hint(err, "as https://account.healthvault.com/");
    return HV_ERR_FORMAT;
}

static void
write_pair(struct hv_buf *out, const struct hv_shell_pair *pair)
{
    if (out->len)
        hv_buf_add_char(out, '&');
    hv_percent_encode(out, hv_bytes_str(pair->name));
    hv_buf_add_char(out, '=');
    hv_percent_encode(out, hv_bytes_str(pair->value));
}

void
shell_write(const char *target, const struct hv_shell_pairs *pairs,
            struct hv_buf *out)
{
    struct hv_buf inner = { 0 }, outer = { 0 };

    for (size_t i = 0; i < pairs->len; i++)
        write_pair(pairs->items[i].is_outside ? &outer : &inner,
                   &pairs->items[i]);
    hv_buf_addf(out, "redirect.aspx?target=%s", target);
    if (inner.len) {
        hv_buf_add_str(out, "&targetqs=");
        hv_percent_encode(out, hv_buf_bytes(&inner));
    }
    if (outer.len) {
        hv_buf_add_char(out, '&');
        hv_buf_add_bytes(out, hv_buf_bytes(&outer));
    }
    hv_buf_release(&inner);
    hv_buf_release(&outer);
}

enum hv_status
hv_shell_compose(const char *base, const char *target,
                 const struct hv_shell_pairs *pairs, bool is_production,
                 struct hv_buf *out, struct hv_error *err)
{
    const struct hv_shell_target *known;
    enum hv_status st = check_base(base, &is_production, err);
    size_t len = strlen(base);

    if (!st)
        st = find_target(target, &known, err);
    if (!st)
        st = check_pairs(known, pairs, is_production, err);
    if (st)
        return st;
    while (len && base[len - 1] == '/')
        len--;
    hv_buf_add(out, base, len);
    hv_buf_add_char(out, '/');
    shell_write(known->name, pairs, out);
    return HV_OK;
}
