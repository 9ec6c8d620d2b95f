/*
 * row.h - how parts of a journal row look as bytes: the steps of the reason,
 * the associated data of its seals, the ids of an event. Private to
 * core/journal. Pure.
 */
#ifndef CORE_JOURNAL_ROW_H
#define CORE_JOURNAL_ROW_H

#include "core/journal/seal.h"

/* ---------------------------------------------------------------- why -- */

/** journal_why_encode() - @out is cleared first. Steps whose word is not in
 *  the table are kept as "other". */
void journal_why_encode(const struct hv_why_step *steps, size_t len,
                        struct hv_buf *out);
/** journal_why_decode() - HV_ERR_DAMAGED for bytes that encode never makes. */
HV_MUST_CHECK enum hv_status
journal_why_decode(struct hv_bytes bytes, struct hv_why_step steps[HV_MAX_WHY],
                   size_t *len, struct hv_error *err);

/* -------------------------------------------------------------- context -- */

#define JOURNAL_AAD_MAX 73

/* What an event shows without a key. */
struct journal_event_head {
    int64_t id;
    struct hv_guid sub;
    uint8_t record[16]; /* keyed hash */
};

/** journal_row_context() - SHA-256 over the plain columns that never change:
 *  every seal of a row depends on them. `twin` is left out, it may be found
 *  later. */
HV_MUST_CHECK enum hv_status
journal_row_context(struct journal_sha *sha, const struct hv_log_row *row,
                    const uint8_t digest[JOURNAL_DIGEST_LEN], int64_t datakey,
                    struct hv_bytes why, uint8_t out[32], struct hv_error *err);
/** journal_body_aad(), journal_event_aad() - associated data; the bytes live
 *  in @out. */
struct hv_bytes journal_body_aad(const uint8_t context[32],
                                 uint8_t out[JOURNAL_AAD_MAX]);
struct hv_bytes journal_event_aad(const uint8_t context[32],
                                  const struct journal_event_head *head,
                                  uint8_t out[JOURNAL_AAD_MAX]);

/* --------------------------------------------------------------- events -- */

/** journal_event_encode() - person, record, things; @out is cleared first. */
void journal_event_encode(const struct hv_event *event, struct hv_buf *out);
/** journal_event_decode() - things are hv_calloc'ed. HV_ERR_DAMAGED: not a
 *  whole number of ids, or fewer than two. */
HV_MUST_CHECK enum hv_status journal_event_decode(struct hv_bytes bytes,
                                                  struct hv_log_event *out,
                                                  struct hv_error *err);

#endif
