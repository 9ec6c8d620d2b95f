/*
 * keyfile.c - the two little files that hold a key as text: key files of a
 * keystore slot, and HMAC keys to import. Called by commands and the listener.
 * Their text never leaves locked memory.
 */
#include "hvconsole/codec.h"
#include "hvconsole/file.h"
#include "hvconsole/keystore.h"

#include <openssl/crypto.h>

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

static const char mark[] = "hvks1-keyfile ";

enum {
    MARK = sizeof(mark) - 1,
    KEY = 32,
    LINE = MARK + 2 * KEY + 1, /* the line end included */
    HMAC_TEXT_MAX = 4096,
};

/* All there is at @path, at most @max bytes; more makes len max + 1. */
static enum hv_status
read_small(const char *path, size_t max, struct hv_secret *out,
           struct hv_error *err)
{
    struct hv_secret made = { 0 };
    size_t len = 0;
    ssize_t got = 0;
    enum hv_status st;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);

    if (fd < 0)
        return hv_fail_errno(err,
                             errno == ENOENT ? HV_ERR_NOT_FOUND : HV_ERR_IO,
                             "cannot open %s", path);
    st = hv_secret_init(&made, max + 1, err);
    while (!st && len <= max) {
        got = read(fd, made.data + len, max + 1 - len);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            st = hv_fail_errno(err, HV_ERR_IO, "cannot read %s", path);
        if (got <= 0)
            break;
        len += (size_t)got;
    }
    close(fd);
    if (st) {
        hv_secret_release(&made);
        return st;
    }
    made.len = len;
    *out = made;
    return HV_OK;
}

static enum hv_status
key_file_text(const struct hv_secret *key, struct hv_secret *out,
              struct hv_error *err)
{
    enum hv_status st = hv_secret_init(out, LINE + 1, err);

    if (st)
        return st;
    memcpy(out->data, mark, MARK);
    hv_hex_encode(key->data, KEY, (char *)out->data + MARK);
    out->data[LINE - 1] = '\n';
    out->len = LINE;
    return HV_OK;
}

static enum hv_status
key_file_parse(const struct hv_secret *text, struct hv_secret *out,
               struct hv_error *err)
{
    struct hv_secret key = { 0 };
    struct hv_secret hex = { 0 };
    struct hv_secret again = { 0 };
    enum hv_status st;

    if (text->len != LINE)
        return HV_ERR_FORMAT;
    st = hv_secret_init(&key, KEY, err);
    if (!st)
        st = hv_secret_init(&hex, 2 * KEY + 1, err);
    if (!st) {
        memcpy(hex.data, text->data + MARK, 2 * KEY);
        st = hv_hex_decode((const char *)hex.data, key.data, KEY);
    }
    /* One spelling only: written again, it must be the same bytes. */
    if (!st)
        st = key_file_text(&key, &again, err);
    if (!st && CRYPTO_memcmp(again.data, text->data, LINE) != 0)
        st = HV_ERR_FORMAT;
    if (!st)
        *out = hv_secret_take(&key);
    hv_secret_release(&again);
    hv_secret_release(&hex);
    hv_secret_release(&key);
    return st;
}

enum hv_status
hv_key_file_read(const char *path, struct hv_secret *out, struct hv_error *err)
{
    struct hv_secret text = { 0 };
    enum hv_status st = read_small(path, LINE, &text, err);

    if (!st)
        st = key_file_parse(&text, out, err);
    if (st == HV_ERR_FORMAT) {
        hv_fail(err, st,
                "%s is not a key file: one is the line \"hvks1-keyfile \" and "
                "64 lower-case hexadecimal digits",
                path);
    }
    hv_secret_release(&text);
    return st;
}

enum hv_status
hv_key_file_write(const char *path, struct hv_secret *out, struct hv_error *err)
{
    struct hv_secret key = { 0 };
    struct hv_secret text = { 0 };
    enum hv_status st;

    st = hv_secret_random(&key, KEY, err);
    if (!st)
        st = key_file_text(&key, &text, err);
    if (!st)
        st = hv_file_create(path, 0600, hv_secret_bytes(&text), err);
    if (!st)
        *out = hv_secret_take(&key);
    hv_secret_release(&text);
    hv_secret_release(&key);
    return st;
}

static enum hv_status
fail_hmac_text(const char *path, struct hv_error *err)
{
    hv_fail(err, HV_ERR_FORMAT,
            "%s is not an HMAC key: one is a single line of base64, without "
            "blanks and with its padding",
            path);
    return HV_ERR_FORMAT;
}

static enum hv_status
fail_hmac_len(const char *path, size_t len, struct hv_error *err)
{
    hv_fail(err, HV_ERR_RULE, "the HMAC key in %s has %zu bytes instead of %d",
            path, len, HV_HMAC_KEY_LEN);
    hv_hint(err, "make one with: openssl rand 64 | base64 -w0");
    return HV_ERR_RULE;
}

enum hv_status
hv_hmac_key_read(const char *path, struct hv_secret *out, struct hv_error *err)
{
    struct hv_secret text = { 0 };
    struct hv_secret key = { 0 };
    size_t len = 0;
    enum hv_status st = read_small(path, HMAC_TEXT_MAX, &text, err);

    if (!st && text.len > HMAC_TEXT_MAX)
        st = fail_hmac_text(path, err);
    if (st)
        goto out;
    if (text.len && text.data[text.len - 1] == '\n')
        text.len--;
    if (text.len && text.data[text.len - 1] == '\r')
        text.len--;
    st = hv_secret_init(&key, HMAC_TEXT_MAX, err);
    if (st)
        goto out;
    st = hv_base64_decode((const char *)text.data, text.len, key.data, key.len,
                          &len);
    if (st || text.len == 0)
        st = fail_hmac_text(path, err);
    else if (len != HV_HMAC_KEY_LEN)
        st = fail_hmac_len(path, len, err);
    if (!st)
        st = hv_secret_copy(out, key.data, len, err);
out:
    hv_secret_release(&key);
    hv_secret_release(&text);
    return st;
}
