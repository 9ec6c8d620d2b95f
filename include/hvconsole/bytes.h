/*
 * bytes.h - borrowed bytes and a growing buffer with a ceiling.
 * Never for secrets: those live in struct hv_secret.
 */
#ifndef HVCONSOLE_BYTES_H
#define HVCONSOLE_BYTES_H

#include "hvconsole/status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct hv_bytes { /* borrowed; data may be NULL when len is 0 */
    const uint8_t *data;
    size_t len;
};

/*
 * Owned, growing. `{0}` is empty with the default ceiling of 64 MiB. data is
 * always NUL-terminated once something was added (the NUL is not counted), so
 * hv_buf_str() can be read as text. An add past the ceiling sets `is_over`
 * and drops the bytes: check once at the end. No memory = abort.
 */
struct hv_buf {
    uint8_t *data;
    size_t len;
    size_t cap;
    size_t ceiling; /* 0 = 64 MiB */
    bool is_over;
};

struct hv_bytes hv_bytes_str(const char *text);
bool hv_bytes_equal(struct hv_bytes a, struct hv_bytes b);
/** hv_is_xml_space() - blank, tab, CR, LF. */
bool hv_is_xml_space(uint8_t c);
/** hv_bytes_trim() - without the XML white space round it; still borrowed. */
struct hv_bytes hv_bytes_trim(struct hv_bytes text);
/** hv_bytes_cut() - what stands before the next @mark into @field, what comes
 *  after it stays in @rest. Without a mark all of it is the field, nothing is
 *  left, and the answer is false. */
bool hv_bytes_cut(struct hv_bytes *rest, char mark, struct hv_bytes *field);

void hv_buf_release(struct hv_buf *buf); /* zeroed is fine */
void hv_buf_clear(struct hv_buf *buf);   /* len 0, memory kept */
void hv_buf_add(struct hv_buf *buf, const void *data, size_t len);
void hv_buf_add_str(struct hv_buf *buf, const char *text);
void hv_buf_add_bytes(struct hv_buf *buf, struct hv_bytes bytes);
void hv_buf_add_char(struct hv_buf *buf, char c);
void hv_buf_addf(struct hv_buf *buf, const char *fmt, ...) HV_PRINTF(2, 3);
const char *hv_buf_str(const struct hv_buf *buf); /* "" when empty */
struct hv_bytes hv_buf_bytes(const struct hv_buf *buf);

/* Memory that aborts the program cleanly when there is none. */
void *hv_calloc(size_t count, size_t size);
void *hv_realloc_array(void *old, size_t count, size_t size);
char *hv_strdup(const char *text);

/** hv_copy() - strlcpy: always terminated; false when it had to cut. */
bool hv_copy(char *dst, size_t size, const char *src);

#endif
