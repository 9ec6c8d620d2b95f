/*
 * profile.h - profiles of applications, in a plain text file without secrets.
 *
 * The file (default $XDG_CONFIG_HOME/hvconsole/config):
 *   current = NAME
 *   [profile NAME]
 *   app-id = GUID            platform = URL of the method endpoint
 *   shell = URL              env = ppe|prod
 *   action-url = URL         ca = FILE (optional)
 *   thumbprint = 40 hex      limit = 25
 * and, before the first heading, settings of this installation:
 *   keystore-owner = USER    a keystore of this user is accepted, too
 *   keystore-group = GROUP   may read the keystore (mode 0640)
 *   max-scrypt-log2 = 18     dearer passphrase slots are not tried (17 to 20)
 *   require-mlock = no       yes: no keystore without locked memory
 * `#` starts a comment line. Unknown keys are kept and written back.
 */
#ifndef HVCONSOLE_PROFILE_H
#define HVCONSOLE_PROFILE_H

#include "hvconsole/ids.h"

enum hv_env { HV_ENV_PPE, HV_ENV_PROD };

struct hv_profile {
    char name[64];                 /* [A-Za-z0-9._-]{1,63} */
    struct hv_guid app_id;
    char platform[HV_MAX_URL + 1]; /* ends in wildcat.ashx */
    char shell[HV_MAX_URL + 1];    /* base, ends in / */
    enum hv_env env;
    char action_url[HV_MAX_URL + 1];
    char ca[512];                  /* file to trust instead of the system's;
                                      "" = the system's */
    char thumbprint[41];           /* SHA-1 of the DER certificate, upper case */
    int limit;                     /* subscriptions; HV_MAX_SUBS unless told */
};

struct hv_settings {               /* zeroed = the defaults */
    char keystore_owner[64];       /* name or number; "" = only ourselves */
    char keystore_group[64];       /* "" = nobody */
    int max_scrypt_log2;           /* 0 = 18 */
    bool require_mlock;
};

struct hv_config {
    struct hv_profile *profiles;   /* owned */
    size_t len;
    char current[64];              /* "" = none */
    struct hv_settings settings;
    struct hv_buf extra;           /* comments and unknown lines, kept, under
                                      the headings of their sections */
};

/** hv_config_parse() - HV_ERR_FORMAT names file, line and what is wrong. */
HV_MUST_CHECK enum hv_status hv_config_parse(struct hv_bytes text,
                                             const char *path,
                                             struct hv_config *out,
                                             struct hv_error *err);
/** hv_config_load() - a missing file is an empty config. */
HV_MUST_CHECK enum hv_status hv_config_load(const char *path,
                                            struct hv_config *out,
                                            struct hv_error *err);
/** hv_config_save() - whole file or nothing; makes the directory (0700). */
HV_MUST_CHECK enum hv_status hv_config_save(const char *path,
                                            const struct hv_config *config,
                                            struct hv_error *err);
/** hv_config_write() - append the text that hv_config_parse() reads. Pure. */
void hv_config_write(const struct hv_config *config, struct hv_buf *out);
void hv_config_release(struct hv_config *config);
/** hv_config_find() - NULL @name = the current one. NULL when there is none. */
const struct hv_profile *hv_config_find(const struct hv_config *config,
                                        const char *name);
/** hv_config_put() - add or replace by name; the first added is current. */
void hv_config_put(struct hv_config *config, const struct hv_profile *profile);
/** hv_config_remove() - false when there is no such profile. */
bool hv_config_remove(struct hv_config *config, const char *name);

/* One key and its value as text: settings, `current`, and the keys of profiles
 * as `profile.NAME.KEY`. */
struct hv_config_item {
    char key[160];
    char value[HV_MAX_URL + 1];    /* "" = none */
    bool is_default;
    const char *help;              /* one phrase */
};
/** hv_config_items() - all there are, settings first; free() the array. */
size_t hv_config_items(const struct hv_config *config,
                       struct hv_config_item **out);
/** hv_config_get() - HV_ERR_NOT_FOUND: there is no such key. */
HV_MUST_CHECK enum hv_status hv_config_get(const struct hv_config *config,
                                           const char *key,
                                           struct hv_config_item *out,
                                           struct hv_error *err);
/** hv_config_set() - @value "" = the default. HV_ERR_NOT_FOUND: as above.
 *  HV_ERR_FORMAT, HV_ERR_RULE: the value, or what it makes of the profile. */
HV_MUST_CHECK enum hv_status hv_config_set(struct hv_config *config,
                                           const char *key, const char *value,
                                           struct hv_error *err);

const char *hv_env_word(enum hv_env env);      /* "ppe", "prod" */

/** hv_profile_check() - the rules a profile must meet before it is saved:
 *  name, https platform and action URL (http only on loopback), limit. */
HV_MUST_CHECK enum hv_status hv_profile_check(const struct hv_profile *profile,
                                              struct hv_error *err);

#endif
