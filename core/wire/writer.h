/*
 * writer.h - XML as exact bytes. What is hashed is what is sent, so nothing
 * here is printed twice or re-arranged. Used by core/wire/envelope.c,
 * core/wire/session.c, core/sub/xml.c and core/client.
 */
#ifndef CORE_WIRE_WRITER_H
#define CORE_WIRE_WRITER_H

#include "hvconsole/ids.h"
#include "hvconsole/secret.h"

/*
 * Writes to a hv_buf, or to locked memory of fixed capacity, or, zeroed, only
 * counts: documents with keys are counted first and then written into a secret
 * of exactly that size, because no growing buffer may hold a key.
 */
struct hv_writer {
    struct hv_buf *buf; /* one of these two, or none to count */
    struct hv_secret *secret;
    size_t len;   /* bytes written so far */
    bool is_over; /* did not fit */
    bool is_bad;  /* a text held what XML cannot carry */
};

/** hv_write_raw() - markup of ours, as it is. */
void hv_write_raw(struct hv_writer *w, const char *markup);
void hv_write_raw_bytes(struct hv_writer *w, struct hv_bytes markup);
/** hv_write_text() - escapes & < > " and CR; UTF-8 stays as it is. Good for
 *  attribute values in double quotes as well. */
void hv_write_text(struct hv_writer *w, struct hv_bytes text);
/** hv_write_element() - `<name>text</name>`. */
void hv_write_element(struct hv_writer *w, const char *name,
                      struct hv_bytes text);
void hv_write_element_str(struct hv_writer *w, const char *name,
                          const char *text);
void hv_write_element_guid(struct hv_writer *w, const char *name,
                           const struct hv_guid *id);
void hv_write_element_int(struct hv_writer *w, const char *name, int value);
/** hv_write_element_base64() - of bytes that may be a key. */
void hv_write_element_base64(struct hv_writer *w, const char *name,
                             struct hv_bytes data);

/** hv_writer_check() - HV_ERR_FORMAT: some text was not valid UTF-8 or held
 *  forbidden characters. HV_ERR_LIMIT: it did not fit. */
HV_MUST_CHECK enum hv_status hv_writer_check(const struct hv_writer *w,
                                             struct hv_error *err);

/** hv_write_secret() - run @fn twice, to count and to write, into a new secret
 *  of exactly the right size. @fn must write the same both times. */
typedef void (*hv_write_fn)(struct hv_writer *w, const void *arg);
HV_MUST_CHECK enum hv_status hv_write_secret(hv_write_fn fn, const void *arg,
                                             struct hv_secret *out,
                                             struct hv_error *err);

#endif
