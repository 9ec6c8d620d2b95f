/*
 * sub.h - an event subscription as the platform knows it, and the rules it
 * must meet. Pure.
 */
#ifndef HVCONSOLE_SUB_H
#define HVCONSOLE_SUB_H

#include "hvconsole/ids.h"
#include "hvconsole/profile.h"
#include "hvconsole/secret.h"

struct hv_filter {
    struct hv_guid *types;      /* owned */
    size_t types_len;           /* 1..n */
};

struct hv_sub {
    struct hv_guid id;          /* zero: not created yet */
    char url[HV_MAX_URL + 1];
    struct hv_filter *filters;  /* owned; a change matches if any filter does */
    size_t filters_len;
    struct hv_key_version version;
    struct hv_secret key;       /* 64 bytes as sent or echoed; may be empty */
    struct hv_buf xml;          /* owned: the element as the platform wrote it,
                                   its key left out; empty when it came from
                                   elsewhere */
};

struct hv_sub_list {
    struct hv_sub *items;       /* owned */
    size_t len;
};

void hv_sub_release(struct hv_sub *sub);
void hv_sub_list_release(struct hv_sub_list *list);
/** hv_sub_copy() - without the key. */
void hv_sub_copy(struct hv_sub *out, const struct hv_sub *sub);
void hv_sub_add_type(struct hv_sub *sub, size_t filter,
                     const struct hv_guid *type);
/** hv_sub_types() - all types of all filters, each once; @out holds @max. */
size_t hv_sub_types(const struct hv_sub *sub, struct hv_guid *out, size_t max);
/** hv_sub_names_type() - whether one of its filters does. */
bool hv_sub_names_type(const struct hv_sub *sub, const struct hv_guid *type);
/** hv_sub_hash() - SHA-256 over filters and channel, order of types ignored:
 *  tells whether anything but the key changed. */
void hv_sub_hash(const struct hv_sub *sub, uint8_t out[32]);
/** hv_sub_list_resolve() - by full id or unambiguous prefix. HV_ERR_NOT_FOUND,
 *  HV_ERR_RULE when ambiguous. */
HV_MUST_CHECK enum hv_status
hv_sub_list_resolve(const struct hv_sub_list *list, const char *text,
                    size_t *index, struct hv_error *err);

/**
 * hv_sub_check() - the platform's rules, before it has to refuse.
 * HV_ERR_RULE with the sentence: https only, no user info, no fragment, length,
 * under the action URL's root in production, 1..n known types, 64-byte key
 * and version id where given. Fact: subscription-element, action-url-root
 */
HV_MUST_CHECK enum hv_status hv_sub_check(const struct hv_sub *sub,
                                          const struct hv_profile *profile,
                                          struct hv_error *err);
/** hv_url_check() - scheme https, host, no user info, no fragment, <= 1024. */
HV_MUST_CHECK enum hv_status hv_url_check(const char *url,
                                          struct hv_error *err);
/** hv_url_is_under() - @url lies under the action URL's root. Fact:
 *  action-url-root. Also false for what does not parse. */
bool hv_url_is_under(const char *url, const char *action_url);

#endif
