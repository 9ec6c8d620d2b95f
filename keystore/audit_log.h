/*
 * audit_log.h - the text of an audit log: its lines, their chain, and what can
 * be read from them. Pure. Inside this room only.
 */
#ifndef KEYSTORE_AUDIT_LOG_H
#define KEYSTORE_AUDIT_LOG_H

#include "hvconsole/audit.h"

enum {
    KS_AUDIT_LINE = 16 * 1024,       /* no line is longer */
    KS_AUDIT_MAX = 64 * 1024 * 1024, /* no log */
    KS_AUDIT_OBJECTS = 32,           /* named in one line */
};

/* A line as it says of itself; whether that is true, ks_audit_fits() tells. */
struct ks_audit_line {
    struct hv_bytes text; /* without its line end */
    uint64_t seq;
    uint64_t ref;
    int64_t pid;
    struct hv_bytes phase;
    struct hv_bytes outcome;
    struct hv_bytes note;
    struct hv_guid store; /* zero = none */
    uint64_t before;
    uint64_t after;
    uint8_t prev[32];
    uint8_t hash[32];
};

/** ks_audit_next() - the line at *@at, and *@at behind its line end; false at
 *  the end, and for a last line without its line end (@tail: that). */
bool ks_audit_next(struct hv_bytes log, size_t *at, struct hv_bytes *line,
                   struct hv_bytes *tail);
/** ks_audit_parse() - false: no line of an audit log. */
bool ks_audit_parse(struct hv_bytes text, struct ks_audit_line *out);
/** ks_audit_is_sound() - its hash is right for what it says. */
bool ks_audit_is_sound(const struct ks_audit_line *line);
/** ks_audit_text() - the value of a text or number field, quotes dropped;
 *  empty when there is none. @key: `,"verb":` */
struct hv_bytes ks_audit_text(struct hv_bytes line, const char *key);

/** ks_audit_line_make() - a whole line with its line end, appended to @out.
 *  @head: in: the line before; out: this one. */
HV_MUST_CHECK enum hv_status
ks_audit_line_make(const struct hv_audit_event *event, const char *phase,
                   uint64_t ref, const char *outcome,
                   struct hv_audit_head *head, struct hv_buf *out,
                   struct hv_error *err);
/** ks_audit_torn_note() - what the marker of a torn line says of it. */
HV_MUST_CHECK enum hv_status
ks_audit_torn_note(struct hv_bytes torn, char out[96], struct hv_error *err);

/** ks_audit_generation() - the highest generation of a store id that a log
 *  tells of as being on disk; 0 = none. */
uint64_t ks_audit_generation(struct hv_bytes log,
                             const struct hv_guid *store_id);
/** ks_audit_has() - whether the line of @head is in the log, sound. */
bool ks_audit_has(struct hv_bytes log, const struct hv_audit_head *head);

static inline bool
ks_bytes_are(struct hv_bytes bytes, const char *word)
{
    return hv_bytes_equal(bytes, hv_bytes_str(word));
}

#endif
