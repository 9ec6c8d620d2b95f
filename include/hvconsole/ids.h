/*
 * ids.h - GUIDs and key version ids, the two kinds of names on the wire. Pure
 * but for hv_guid_random().
 */
#ifndef HVCONSOLE_IDS_H
#define HVCONSOLE_IDS_H

#include "hvconsole/bytes.h"
#include "hvconsole/limits.h"

#define HV_GUID_TEXT 37   /* 36 characters and NUL */
#define HV_GUID_SHORT 12  /* "0b2e..a41" and NUL, with room */

struct hv_guid {
    uint8_t b[16];        /* in text order */
};

struct hv_key_version {
    char id[HV_MAX_KEY_VERSION + 1];
};

/** hv_guid_parse() - 36 characters, either case, no braces, white space round
 *  it ignored. HV_ERR_FORMAT else. Fact: scalars */
HV_MUST_CHECK enum hv_status hv_guid_parse(const char *text,
                                           struct hv_guid *out);
HV_MUST_CHECK enum hv_status hv_guid_parse_bytes(struct hv_bytes text,
                                                 struct hv_guid *out);
void hv_guid_format(const struct hv_guid *id, char out[HV_GUID_TEXT]);
/** hv_guid_short() - first 4 + ".." + last 3, for narrow columns. */
void hv_guid_short(const struct hv_guid *id, char out[HV_GUID_SHORT]);
bool hv_guid_equal(const struct hv_guid *a, const struct hv_guid *b);
bool hv_guid_is_zero(const struct hv_guid *id);
int hv_guid_compare(const struct hv_guid *a, const struct hv_guid *b);
/** hv_guid_random() - version 4. */
struct hv_guid hv_guid_random(void);

/** hv_guid_matches() - true when @prefix (>= 4 characters, hyphens optional,
 *  either case) begins the text of @id. */
bool hv_guid_matches(const struct hv_guid *id, const char *prefix);

/** hv_key_version_parse() - 1..50 of A-Z a-z 0-9 and hyphen; compared exactly.
 *  HV_ERR_FORMAT else. Fact: subscription-element */
HV_MUST_CHECK enum hv_status hv_key_version_parse(struct hv_bytes text,
                                                  struct hv_key_version *out);
bool hv_key_version_equal(const struct hv_key_version *a,
                          const struct hv_key_version *b);

#endif
