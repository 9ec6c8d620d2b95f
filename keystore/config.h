/*
 * config.h - the keys of the config file, as tables. Inside this room: config.c
 * reads and config_store.c writes by them; profile.c holds those of a profile,
 * settings.c those of the installation.
 */
#ifndef KEYSTORE_CONFIG_H
#define KEYSTORE_CONFIG_H

#include "hvconsole/profile.h"

struct ks_profile_key {
    const char *name; /* "app-id" */
    bool is_required;
    /* Sets the field; NULL, or what is wrong with @value. */
    const char *(*set)(struct hv_profile *profile, const char *value);
    /* Appends the value; nothing when it is the default. */
    void (*get)(const struct hv_profile *profile, struct hv_buf *out);
};
extern const struct ks_profile_key ks_profile_keys[];
extern const size_t ks_profile_keys_len;

struct ks_setting_key {
    const char *name; /* "keystore-group" */
    const char *help;
    const char *(*set)(struct hv_settings *settings, const char *value);
    /* Appends the value; nothing when it is the default. */
    void (*get)(const struct hv_settings *settings, struct hv_buf *out);
    const char *fallback; /* the default as text */
};
extern const struct ks_setting_key ks_setting_keys[];
extern const size_t ks_setting_keys_len;

/** ks_profile_name_is_valid() - [A-Za-z0-9._-]{1,63}. */
bool ks_profile_name_is_valid(const char *name);

#endif
