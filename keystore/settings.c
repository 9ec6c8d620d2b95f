/*
 * settings.c - what an installation may allow beyond the strict defaults, and
 * every key of the config file as one value of text. Pure. Called by config.c
 * and by `config get|set|list`. Holds no secret.
 */
#include "keystore/config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { COST_MIN = 17, COST_DEFAULT = 18, COST_MAX = 20 };

/* ---- the settings ---- */

static const char *
set_name(char field[64], const char *value)
{
    static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                  "abcdefghijklmnopqrstuvwxyz0123456789._-";

    if (strspn(value, allowed) != strlen(value))
        return "it is neither a name nor a number";
    return hv_copy(field, 64, value) ? NULL : "it is too long";
}

static const char *
set_owner(struct hv_settings *settings, const char *value)
{
    return set_name(settings->keystore_owner, value);
}

static void
get_owner(const struct hv_settings *settings, struct hv_buf *out)
{
    hv_buf_add_str(out, settings->keystore_owner);
}

static const char *
set_group(struct hv_settings *settings, const char *value)
{
    return set_name(settings->keystore_group, value);
}

static void
get_group(const struct hv_settings *settings, struct hv_buf *out)
{
    hv_buf_add_str(out, settings->keystore_group);
}

static const char *
set_cost(struct hv_settings *settings, const char *value)
{
    char *end;
    long cost = strtol(value, &end, 10);

    if (!*value) {
        settings->max_scrypt_log2 = 0;
        return NULL;
    }
    if (*end || value[0] < '0' || value[0] > '9' || cost < COST_MIN ||
        cost > COST_MAX)
        return "it is a number from 17 to 20";
    settings->max_scrypt_log2 = cost == COST_DEFAULT ? 0 : (int)cost;
    return NULL;
}

static void
get_cost(const struct hv_settings *settings, struct hv_buf *out)
{
    if (settings->max_scrypt_log2)
        hv_buf_addf(out, "%d", settings->max_scrypt_log2);
}

static const char *
set_mlock(struct hv_settings *settings, const char *value)
{
    bool is_yes = strcmp(value, "yes") == 0;

    if (!is_yes && *value && strcmp(value, "no") != 0)
        return "it is yes or no";
    settings->require_mlock = is_yes;
    return NULL;
}

static void
get_mlock(const struct hv_settings *settings, struct hv_buf *out)
{
    if (settings->require_mlock)
        hv_buf_add_str(out, "yes");
}

const struct ks_setting_key ks_setting_keys[] = {
    { "keystore-owner", "a keystore of this user is accepted, too", set_owner,
      get_owner, "" },
    { "keystore-group", "this group may read the keystore (mode 0640)",
      set_group, get_group, "" },
    { "max-scrypt-log2", "dearer passphrase slots are not tried", set_cost,
      get_cost, "18" },
    { "require-mlock", "no keystore without locked memory for secrets",
      set_mlock, get_mlock, "no" },
};
const size_t ks_setting_keys_len = HV_LEN(ks_setting_keys);

/* ---- every key as text ---- */

static void
fill(struct hv_config_item *item, const char *help, const char *fallback,
     struct hv_buf *value)
{
    item->help = help;
    item->is_default = value->len == 0;
    hv_copy(item->value, sizeof(item->value),
            value->len ? hv_buf_str(value) : fallback);
    hv_buf_release(value);
}

static void
add_profile(const struct hv_profile *profile, struct hv_config_item *out)
{
    for (size_t i = 0; i < ks_profile_keys_len; i++, out++) {
        struct hv_buf value = { 0 };

        snprintf(out->key, sizeof(out->key), "profile.%s.%s", profile->name,
                 ks_profile_keys[i].name);
        ks_profile_keys[i].get(profile, &value);
        fill(out, "of this profile",
             strcmp(ks_profile_keys[i].name, "limit") == 0 ? "25" : "", &value);
    }
}

size_t
hv_config_items(const struct hv_config *config, struct hv_config_item **out)
{
    size_t len = ks_setting_keys_len + 1 + config->len * ks_profile_keys_len;
    struct hv_config_item *items = hv_calloc(len, sizeof(*items));
    struct hv_config_item *at = items;
    struct hv_buf value = { 0 };

    for (size_t i = 0; i < ks_setting_keys_len; i++, at++) {
        hv_copy(at->key, sizeof(at->key), ks_setting_keys[i].name);
        ks_setting_keys[i].get(&config->settings, &value);
        fill(at, ks_setting_keys[i].help, ks_setting_keys[i].fallback, &value);
    }
    hv_copy(at->key, sizeof(at->key), "current");
    hv_buf_add_str(&value, config->current);
    fill(at++, "the profile that is used unless told otherwise", "", &value);
    for (size_t i = 0; i < config->len; i++, at += ks_profile_keys_len)
        add_profile(&config->profiles[i], at);
    *out = items;
    return len;
}

static enum hv_status
fail_unknown(const char *key, struct hv_error *err)
{
    hv_fail(err, HV_ERR_NOT_FOUND, "the config has no key '%.160s'", key);
    hv_hint(err, "see 'hvconsole config list'");
    return HV_ERR_NOT_FOUND;
}

enum hv_status
hv_config_get(const struct hv_config *config, const char *key,
              struct hv_config_item *out, struct hv_error *err)
{
    struct hv_config_item *items;
    size_t len = hv_config_items(config, &items);
    bool is_found = false;

    for (size_t i = 0; !is_found && i < len; i++) {
        is_found = strcmp(items[i].key, key) == 0;
        if (is_found)
            *out = items[i];
    }
    free(items);
    return is_found ? HV_OK : fail_unknown(key, err);
}

static enum hv_status
set_profile(struct hv_config *config, const char *key, const char *value,
            struct hv_error *err)
{
    const char *dot = strrchr(key, '.'); /* a name may hold points, a key not */
    const struct hv_profile *found;
    struct hv_profile changed;
    char name[64] = "";

    if ((size_t)(dot - key) < sizeof(name))
        memcpy(name, key, (size_t)(dot - key));
    found = name[0] ? hv_config_find(config, name) : NULL;
    for (size_t i = 0; found && i < ks_profile_keys_len; i++) {
        const char *fault;
        enum hv_status st;

        if (strcmp(dot + 1, ks_profile_keys[i].name) != 0)
            continue;
        changed = *found;
        fault = ks_profile_keys[i].set(&changed, value);
        if (fault)
            return hv_fail(err, HV_ERR_FORMAT, "%s: %s", dot + 1, fault);
        st = hv_profile_check(&changed, err);
        if (!st)
            hv_config_put(config, &changed);
        return st;
    }
    return fail_unknown(key, err);
}

enum hv_status
hv_config_set(struct hv_config *config, const char *key, const char *value,
              struct hv_error *err)
{
    struct hv_settings changed = config->settings;

    if (strncmp(key, "profile.", 8) == 0 && strchr(key + 8, '.'))
        return set_profile(config, key + 8, value, err);
    if (strcmp(key, "current") == 0) {
        if (*value && !hv_config_find(config, value))
            return hv_fail(err, HV_ERR_NOT_FOUND, "there is no profile '%.63s'",
                           value);
        hv_copy(config->current, sizeof(config->current), value);
        return HV_OK;
    }
    for (size_t i = 0; i < ks_setting_keys_len; i++) {
        const char *fault;

        if (strcmp(key, ks_setting_keys[i].name) != 0)
            continue;
        fault = ks_setting_keys[i].set(&changed, value);
        if (fault)
            return hv_fail(err, HV_ERR_FORMAT, "%s: %s", key, fault);
        config->settings = changed;
        return HV_OK;
    }
    return fail_unknown(key, err);
}
