/*
 * config_store.c - a config as text again, on disk and in memory. Called by
 * the commands that make, choose and remove profiles.
 */
#include "hvconsole/file.h"
#include "keystore/config.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One line of the kept text, without its end; the text moves past it. */
static bool
next_line(struct hv_bytes *text, struct hv_bytes *line)
{
    if (!text->len)
        return false;
    (void)hv_bytes_cut(text, '\n', line);
    return true;
}

static bool
is_heading(struct hv_bytes line)
{
    return line.len && line.data[0] == '[';
}

static bool
is_profile_heading(struct hv_bytes line, const char *name)
{
    char heading[80];

    snprintf(heading, sizeof(heading), "[profile %s]", name);
    return hv_bytes_equal(line, hv_bytes_str(heading));
}

static bool
is_any_profile_heading(const struct hv_config *config, struct hv_bytes line)
{
    for (size_t i = 0; i < config->len; i++) {
        if (is_profile_heading(line, config->profiles[i].name))
            return true;
    }
    return false;
}

static void
add_line(struct hv_buf *out, struct hv_bytes line)
{
    hv_buf_add_bytes(out, line);
    hv_buf_add_char(out, '\n');
}

/* Kept lines from before any heading. */
static void
write_top(const struct hv_config *config, struct hv_buf *out)
{
    struct hv_bytes text = hv_buf_bytes(&config->extra);
    struct hv_bytes line;

    while (next_line(&text, &line) && !is_heading(line))
        add_line(out, line);
    if (config->current[0])
        hv_buf_addf(out, "current = %s\n", config->current);
    for (size_t i = 0; i < ks_setting_keys_len; i++) {
        struct hv_buf value = { 0 };

        ks_setting_keys[i].get(&config->settings, &value);
        if (value.len)
            hv_buf_addf(out, "%s = %s\n", ks_setting_keys[i].name,
                        hv_buf_str(&value));
        hv_buf_release(&value);
    }
}

static void
write_profile(const struct hv_config *config, const struct hv_profile *profile,
              struct hv_buf *out)
{
    struct hv_bytes text = hv_buf_bytes(&config->extra);
    struct hv_bytes line;
    bool is_ours = false;

    hv_buf_addf(out, "%s[profile %s]\n", out->len ? "\n" : "", profile->name);
    while (next_line(&text, &line)) {
        if (is_heading(line))
            is_ours = is_profile_heading(line, profile->name);
        else if (is_ours)
            add_line(out, line);
    }
    for (size_t i = 0; i < ks_profile_keys_len; i++) {
        struct hv_buf value = { 0 };

        ks_profile_keys[i].get(profile, &value);
        if (value.len || ks_profile_keys[i].is_required)
            hv_buf_addf(out, "%s = %s\n", ks_profile_keys[i].name,
                        hv_buf_str(&value));
        hv_buf_release(&value);
    }
}

static void
write_foreign(const struct hv_config *config, struct hv_buf *out)
{
    struct hv_bytes text = hv_buf_bytes(&config->extra);
    struct hv_bytes line;
    bool is_foreign = false;

    while (next_line(&text, &line)) {
        if (is_heading(line)) {
            is_foreign = !is_any_profile_heading(config, line);
            if (is_foreign && out->len)
                hv_buf_add_char(out, '\n');
        }
        if (is_foreign)
            add_line(out, line);
    }
}

void
hv_config_write(const struct hv_config *config, struct hv_buf *out)
{
    write_top(config, out);
    for (size_t i = 0; i < config->len; i++)
        write_profile(config, &config->profiles[i], out);
    write_foreign(config, out);
}

enum hv_status
hv_config_load(const char *path, struct hv_config *out, struct hv_error *err)
{
    struct hv_buf text = { 0 };
    struct hv_error why = { 0 };
    enum hv_status st = hv_file_read(path, HV_MAX_CONFIG, &text, &why);

    if (st == HV_ERR_NOT_FOUND) {
        *out = (struct hv_config){ 0 };
        st = HV_OK;
    } else if (!st) {
        st = hv_config_parse(hv_buf_bytes(&text), path, out, err);
    } else if (err && !err->status) {
        *err = why;
    }
    hv_buf_release(&text);
    return st;
}

enum hv_status
hv_config_save(const char *path, const struct hv_config *config,
               struct hv_error *err)
{
    struct hv_buf text = { .ceiling = HV_MAX_CONFIG };
    struct hv_config again = { 0 };
    char dir[PATH_MAX];
    enum hv_status st = HV_OK;

    hv_config_write(config, &text);
    if (text.is_over)
        st = hv_fail(err, HV_ERR_LIMIT, "%s would be larger than %d bytes",
                     path, HV_MAX_CONFIG);
    /* A value with a line end in it would be read back as something else. */
    if (!st)
        st = hv_config_parse(hv_buf_bytes(&text),
                             "the new content of the "
                             "config file",
                             &again, err);
    if (!st) {
        hv_path_dir(path, dir, sizeof(dir));
        st = hv_dir_make(dir, 0700, err);
    }
    if (!st)
        st = hv_file_replace(path, 0600, hv_buf_bytes(&text), err);
    hv_config_release(&again);
    hv_buf_release(&text);
    return st;
}

void
hv_config_release(struct hv_config *config)
{
    free(config->profiles);
    hv_buf_release(&config->extra);
    *config = (struct hv_config){ 0 };
}

static size_t
find_index(const struct hv_config *config, const char *name)
{
    size_t i = 0;

    while (i < config->len && strcmp(config->profiles[i].name, name) != 0)
        i++;
    return i;
}

const struct hv_profile *
hv_config_find(const struct hv_config *config, const char *name)
{
    size_t i = find_index(config, name ? name : config->current);

    return i < config->len ? &config->profiles[i] : NULL;
}

void
hv_config_put(struct hv_config *config, const struct hv_profile *profile)
{
    struct hv_profile copy = *profile; /* it may point into the config */
    size_t i = find_index(config, copy.name);

    if (i == config->len) {
        config->profiles = hv_realloc_array(config->profiles, config->len + 1,
                                            sizeof(*config->profiles));
        config->len++;
        if (config->len == 1)
            hv_copy(config->current, sizeof(config->current), copy.name);
    }
    config->profiles[i] = copy;
}

bool
hv_config_remove(struct hv_config *config, const char *name)
{
    struct hv_bytes text = hv_buf_bytes(&config->extra);
    struct hv_buf kept = { 0 };
    struct hv_bytes line;
    bool is_its = false;
    size_t i = find_index(config, name);

    if (i == config->len)
        return false;
    /* Its kept lines go too, or they would come back as half a profile. */
    while (next_line(&text, &line)) {
        if (is_heading(line))
            is_its = is_profile_heading(line, name);
        if (!is_its)
            add_line(&kept, line);
    }
    hv_buf_release(&config->extra);
    config->extra = kept;
    if (strcmp(config->current, name) == 0)
        config->current[0] = '\0';
    memmove(&config->profiles[i], &config->profiles[i + 1],
            (config->len - i - 1) * sizeof(*config->profiles));
    config->len--;
    return true;
}
