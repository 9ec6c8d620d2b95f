/*
 * needle.h - a text that is looked for in rows of the journal, upper and lower
 * case of ASCII alike. Private to core/journal. Pure.
 */
#ifndef CORE_JOURNAL_NEEDLE_H
#define CORE_JOURNAL_NEEDLE_H

#include "hvconsole/ids.h"

struct journal_needle {
    const uint8_t *text; /* borrowed */
    size_t len;
    bool is_hex; /* may stand in an id or a digest: else they are not printed */
};

struct journal_needle journal_needle_of(const char *text);
/** journal_needle_in() - anything may be in @hay. */
bool journal_needle_in(const struct journal_needle *needle,
                       struct hv_bytes hay);
bool journal_needle_in_text(const struct journal_needle *needle,
                            const char *hay);
bool journal_needle_in_id(const struct journal_needle *needle,
                          const struct hv_guid *id);
bool journal_needle_in_digest(const struct journal_needle *needle,
                              const uint8_t sha256[32]);

#endif
