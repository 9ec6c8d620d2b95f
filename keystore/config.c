/*
 * config.c - reading the config file: profiles as plain text. Pure. Called at
 * the start of every command that needs a profile. Holds no secret. What it
 * does not understand it keeps: a newer program may have written it.
 */
#include "hvconsole/text.h"
#include "keystore/config.h"

#include <stdio.h>
#include <string.h>

enum { NAME_SIZE = 64, LINE_MAX_LEN = 4096, WHY = 160 };

struct parser {
    const char *path; /* borrowed, for sentences */
    size_t line;
    struct hv_config config;    /* owned until done */
    struct hv_profile *profile; /* where lines go; NULL = not in one */
    bool is_foreign;            /* in a section that is no profile */
    bool has_heading;           /* of this section in config.extra */
    bool has_current;
    bool has_setting[8];    /* of ks_setting_keys */
    size_t profile_line;    /* of its heading */
    bool has_key[16];       /* of ks_profile_keys, in this section */
    struct hv_buf comments; /* not yet known to which section */
};

static enum hv_status
fail_line(const struct parser *p, size_t line, struct hv_error *err,
          const char *what, const char *why)
{
    return hv_fail(err, HV_ERR_FORMAT, "%s:%zu: %s%s%s", p->path, line, what,
                   why ? ": " : "", why ? why : "");
}

/* A line that is kept as it is, under the heading of its section. */
static void
keep_line(struct parser *p, const char *line)
{
    if (p->profile && !p->has_heading)
        hv_buf_addf(&p->config.extra, "[profile %s]\n", p->profile->name);
    p->has_heading = true;
    hv_buf_addf(&p->config.extra, "%s\n", line);
}

static void
keep_comments(struct parser *p)
{
    char *at = (char *)p->comments.data;
    char *rest = at;

    for (char *line; p->comments.len && (line = strsep(&rest, "\n"));) {
        if (*line)
            keep_line(p, line);
    }
    hv_buf_clear(&p->comments);
}

static enum hv_status
end_section(struct parser *p, struct hv_error *err)
{
    if (!p->profile)
        return HV_OK;
    for (size_t i = 0; i < ks_profile_keys_len; i++) {
        if (ks_profile_keys[i].is_required && !p->has_key[i]) {
            char what[WHY];

            snprintf(what, sizeof(what), "profile %s has no %s",
                     p->profile->name, ks_profile_keys[i].name);
            return fail_line(p, p->profile_line, err, what, NULL);
        }
    }
    return HV_OK;
}

static enum hv_status
begin_profile(struct parser *p, const char *name, struct hv_error *err)
{
    struct hv_profile profile = { .limit = HV_MAX_SUBS };

    if (!ks_profile_name_is_valid(name))
        return fail_line(p, p->line, err,
                         "a profile is named by 1 to 63 letters, digits, "
                         "points, hyphens, underscores",
                         NULL);
    if (hv_config_find(&p->config, name))
        return fail_line(p, p->line, err, "this profile is here twice", NULL);
    hv_copy(profile.name, sizeof(profile.name), name);
    p->config.profiles = hv_realloc_array(p->config.profiles, p->config.len + 1,
                                          sizeof(profile));
    p->config.profiles[p->config.len] = profile;
    p->profile = &p->config.profiles[p->config.len++];
    p->profile_line = p->line;
    memset(p->has_key, 0, sizeof(p->has_key));
    return HV_OK;
}

static enum hv_status
take_heading(struct parser *p, char *line, struct hv_error *err)
{
    static const char word[] = "[profile ";
    size_t len = strlen(line);
    enum hv_status st = end_section(p, err);

    if (st)
        return st;
    if (line[len - 1] != ']')
        return fail_line(p, p->line, err, "the heading has no \"]\"", NULL);
    p->profile = NULL;
    p->has_heading = false;
    p->is_foreign = strncmp(line, word, sizeof(word) - 1) != 0;
    if (p->is_foreign) {
        keep_line(p, line);
    } else {
        line[len - 1] = '\0';
        st = begin_profile(p, line + sizeof(word) - 1, err);
    }
    /* Comments right above a heading speak of what follows. */
    if (!st)
        keep_comments(p);
    return st;
}

static enum hv_status
take_profile_key(struct parser *p, const char *line, const char *key,
                 const char *value, struct hv_error *err)
{
    for (size_t i = 0; i < ks_profile_keys_len; i++) {
        const char *fault;

        if (strcmp(key, ks_profile_keys[i].name) != 0)
            continue;
        if (p->has_key[i])
            return fail_line(p, p->line, err, key, "it is here twice");
        p->has_key[i] = true;
        fault = ks_profile_keys[i].set(p->profile, value);
        return fault ? fail_line(p, p->line, err, key, fault) : HV_OK;
    }
    keep_line(p, line);
    return HV_OK;
}

static enum hv_status
take_current(struct parser *p, const char *value, struct hv_error *err)
{
    if (p->has_current)
        return fail_line(p, p->line, err, "current", "it is here twice");
    if (*value && !ks_profile_name_is_valid(value))
        return fail_line(p, p->line, err, "current",
                         "it is no name of a profile");
    p->has_current = true;
    hv_copy(p->config.current, sizeof(p->config.current), value);
    return HV_OK;
}

/* False: no setting that this program knows. */
static bool
take_known(struct parser *p, const char *key, const char *value,
           enum hv_status *st, struct hv_error *err)
{
    for (size_t i = 0; i < ks_setting_keys_len; i++) {
        const char *fault;

        if (strcmp(key, ks_setting_keys[i].name) != 0)
            continue;
        fault = p->has_setting[i]
                    ? "it is here twice"
                    : ks_setting_keys[i].set(&p->config.settings, value);
        p->has_setting[i] = true;
        if (fault)
            *st = fail_line(p, p->line, err, key, fault);
        return true;
    }
    return false;
}

static enum hv_status
take_setting(struct parser *p, const char *line, struct hv_error *err)
{
    const char *equals = strchr(line, '=');
    char key[NAME_SIZE];
    char value[LINE_MAX_LEN + 1];
    struct hv_bytes part;
    enum hv_status st = HV_OK;

    keep_comments(p);
    if (p->is_foreign) {
        keep_line(p, line);
        return HV_OK;
    }
    if (!equals)
        return fail_line(p, p->line, err,
                         "a line is \"key = value\", \"[profile NAME]\" or a "
                         "comment after \"#\"",
                         NULL);
    part = hv_bytes_trim(
        (struct hv_bytes){ (const uint8_t *)line, (size_t)(equals - line) });
    if (part.len == 0 || part.len >= sizeof(key))
        return fail_line(p, p->line, err, "no key of 1 to 63 characters", NULL);
    memcpy(key, part.data, part.len);
    key[part.len] = '\0';
    part = hv_bytes_trim(hv_bytes_str(equals + 1));
    if (part.len)
        memcpy(value, part.data, part.len);
    value[part.len] = '\0';
    if (p->profile)
        return take_profile_key(p, line, key, value, err);
    if (strcmp(key, "current") == 0)
        return take_current(p, value, err);
    if (!take_known(p, key, value, &st, err))
        keep_line(p, line);
    return st;
}

static bool
is_plain_text(struct hv_bytes line)
{
    for (size_t i = 0; i < line.len; i++) {
        if ((line.data[i] < ' ' && line.data[i] != '\t') ||
            line.data[i] == 0x7f)
            return false;
    }
    return hv_utf8_is_valid(line);
}

static enum hv_status
take_line(struct parser *p, struct hv_bytes raw, struct hv_error *err)
{
    struct hv_bytes text = hv_bytes_trim(raw);
    char line[LINE_MAX_LEN + 1];

    p->line++;
    if (!is_plain_text(text))
        return fail_line(p, p->line, err, "this is not plain text in UTF-8",
                         NULL);
    if (text.len > LINE_MAX_LEN)
        return fail_line(p, p->line, err, "the line is too long", NULL);
    if (text.len == 0) {
        keep_comments(p);
        return HV_OK;
    }
    memcpy(line, text.data, text.len);
    line[text.len] = '\0';
    if (line[0] == '#') {
        hv_buf_addf(&p->comments, "%s\n", line);
        return HV_OK;
    }
    return line[0] == '[' ? take_heading(p, line, err)
                          : take_setting(p, line, err);
}

enum hv_status
hv_config_parse(struct hv_bytes text, const char *path, struct hv_config *out,
                struct hv_error *err)
{
    struct parser p = { .path = path };
    enum hv_status st = HV_OK;

    while (!st && text.len) {
        struct hv_bytes line;

        (void)hv_bytes_cut(&text, '\n', &line);
        st = take_line(&p, line, err);
    }
    if (!st)
        st = end_section(&p, err);
    keep_comments(&p);
    hv_buf_release(&p.comments);
    if (st)
        hv_config_release(&p.config);
    else
        *out = p.config;
    return st;
}
