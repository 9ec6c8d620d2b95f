/*
 * codec.h - base64, hexadecimal and percent encoding. Pure.
 */
#ifndef HVCONSOLE_CODEC_H
#define HVCONSOLE_CODEC_H

#include "hvconsole/bytes.h"

/* Room for the text of n bytes, NUL included. */
#define HV_BASE64_SIZE(n) ((((n) + 2) / 3) * 4 + 1)
#define HV_HEX_SIZE(n) ((n) * 2 + 1)

/** hv_base64_encode() - standard alphabet, padded, one line, NUL-terminated.
 *  @out must hold HV_BASE64_SIZE(len). Constant time: good for keys. */
void hv_base64_encode(const uint8_t *data, size_t len, char *out);

/**
 * hv_base64_decode() - strict and canonical: no white space, right padding,
 * zero trailing bits. Writes at most @size bytes, the count into @len.
 * HV_ERR_FORMAT for anything else, HV_ERR_LIMIT when @size is too small;
 * outputs then hold nothing of value (wiped). Good for keys.
 */
HV_MUST_CHECK enum hv_status
hv_base64_decode(const char *text, size_t text_len, uint8_t *out, size_t size,
                 size_t *len);

/** hv_base64_decode_xml() - the same after dropping XML white space, as old
 *  clients wrap lines. Fact: scalars */
HV_MUST_CHECK enum hv_status
hv_base64_decode_xml(const char *text, size_t text_len, uint8_t *out,
                     size_t size, size_t *len);

/** hv_hex_encode() - lower case, NUL-terminated, HV_HEX_SIZE(len). */
void hv_hex_encode(const uint8_t *data, size_t len, char *out);

/** hv_hex_decode() - exactly @len bytes from exactly 2*len digits, either
 *  case. HV_ERR_FORMAT else. */
HV_MUST_CHECK enum hv_status
hv_hex_decode(const char *text, uint8_t *out, size_t len);

/** hv_percent_encode() - RFC 3986 unreserved stay, every other byte becomes
 *  %XX in upper case. Fact: shell-url */
void hv_percent_encode(struct hv_buf *out, struct hv_bytes text);

/** hv_percent_decode() - one level; @plus_is_space as forms write it.
 *  HV_ERR_FORMAT at a bad escape; out then holds what came before. */
HV_MUST_CHECK enum hv_status
hv_percent_decode(struct hv_buf *out, struct hv_bytes text,
                  bool plus_is_space);

#endif
