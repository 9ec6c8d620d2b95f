/*
 * test_nearest.c - what a refused message would have fitted: every kind of
 * mistake is found and named, and nothing secret is said.
 */
#include "vectors.h"

#include "hvconsole/codec.h"
#include "hvconsole/names.h"

#include <criterion/criterion.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BODY                                                                   \
    "<?xml version=\"1.0\"?>\r\n<a>Gr\xc3\xbc\xc3\x9f\x65</a>\r\n<b/>"
#define BODY_LF "<?xml version=\"1.0\"?>\n<a>Gr\xc3\xbc\xc3\x9f\x65</a>\n<b/>"

static struct hv_keyring ring;
static struct hv_key_version v1 = { "v1" };
static struct hv_key_version v2 = { "v2" };
static struct hv_guid sub_a = { { 0xa1 } };
static struct hv_guid sub_b = { { 0xb2 } };

static void
add_key(const struct hv_guid *sub, const struct hv_key_version *version,
        uint8_t fill)
{
    struct hv_secret key = { 0 };

    cr_assert_eq(hv_secret_init(&key, HV_HMAC_KEY_LEN, NULL), HV_OK);
    memset(key.data, fill, key.len);
    cr_assert_eq(hv_keyring_add_key(&ring, sub, version, &key, HV_KEY_MADE, 1,
                                    NULL),
                 HV_OK);
    hv_secret_release(&key);
}

static void
start(void)
{
    cr_assert_eq(hv_secret_start(NULL, NULL), HV_OK);
    add_key(&sub_a, &v1, 0x11);
    add_key(&sub_a, &v2, 0x22);
    add_key(&sub_b, &v1, 0x33);
}

static void
end(void)
{
    hv_keyring_release(&ring);
}
TestSuite(nearest, .init = start, .fini = end);

static void
mac_of(const void *key, size_t key_len, struct hv_bytes body, uint8_t out[32])
{
    unsigned len = 32;

    cr_assert(HMAC(EVP_sha256(), key, (int)key_len, body.data, body.len, out,
                   &len));
}

/* An Authorization of @sub and @version over @signed_body under raw bytes. */
static void
header_of(const struct hv_guid *sub, const char *version, const void *key,
          size_t key_len, struct hv_bytes signed_body, struct hv_buf *out)
{
    uint8_t mac[32];
    char text[HV_BASE64_SIZE(32)];
    char id[HV_GUID_TEXT];

    mac_of(key, key_len, signed_body, mac);
    hv_base64_encode(mac, sizeof(mac), text);
    hv_guid_format(sub, id);
    hv_buf_clear(out);
    hv_buf_addf(out, HV_NOTIFY_SCHEME " %s:%s:%s", id, version, text);
}

/* The note, or NULL when nothing is said. */
static const char *
look(const struct hv_buf *header, struct hv_bytes body, size_t budget)
{
    static struct hv_why_step step;
    struct hv_judgement judged = { 0 };
    bool found;

    cr_assert_eq(hv_notify_judge(&ring, hv_buf_bytes(header), body, NULL,
                                 &judged, NULL),
                 HV_OK);
    found = hv_notify_nearest(&ring, hv_buf_bytes(header), body, &judged,
                              budget, &step);
    hv_judgement_release(&judged);
    if (!found)
        return NULL;
    cr_expect_str_eq(step.step, "nearest");
    cr_expect_not(step.ok);
    return step.note;
}

Test(nearest, has_nothing_to_say_of_what_verified_or_named_nothing)
{
    struct hv_buf header = { 0 };
    struct hv_buf none = { 0 };
    uint8_t key[HV_HMAC_KEY_LEN];

    memset(key, 0x11, sizeof(key));
    header_of(&sub_a, "v1", key, sizeof(key), hv_bytes_str(BODY), &header);
    cr_expect_null(look(&header, hv_bytes_str(BODY), 0));
    cr_expect_null(look(&none, hv_bytes_str(BODY), 0));
    hv_buf_clear(&header);
    hv_buf_add_str(&header, "Basic dXNlcjpwYXNz");
    cr_expect_null(look(&header, hv_bytes_str(BODY), 0));
    hv_buf_release(&header);
}

Test(nearest, names_the_body_that_was_signed)
{
    static const struct {
        const char *signed_body;
        size_t len; /* 0 = strlen */
        const char *received;
        const char *words;
    } rows[] = {
        { BODY_LF, 0, BODY, "this key, with LF where CRLF came fits" },
        { BODY, 0, BODY_LF, "this key, with CRLF where LF came fits" },
        { "<a/>", 0, "<a/>\r\n", "without the line end" },
        { "<a/>\n", 0, "<a/>", "with LF at its end" },
        { "<a/>\r\n", 0, "<a/>", "with CRLF at its end" },
        { "<a/>", 0, "  <a/>\t", "without white space round it" },
        { "\xef\xbb\xbf<a/>", 0, "<a/>", "with a BOM before it" },
        { "<a/>", 0, "<?xml version=\"1.0\"?><a/>", "XML declaration" },
        { "<\0a\0/\0>\0", 8, "<a/>", "in UTF-16" },
        { "\x3d\xd8\x00\xde", 4, "\xf0\x9f\x98\x80", "in UTF-16" },
        { "<a>\xfc</a>", 0, "<a>\xc3\xbc</a>", "Latin-1 was taken for UTF-8" },
        { "<a>\xc3\x83\xc2\xbc</a>", 0, "<a>\xc3\xbc</a>",
          "UTF-8 taken for Latin-1" },
        { "", 0, "<a/>", "left empty" },
        { "something else", 0, "<a/>", "nothing near fits" },
    };
    struct hv_buf header = { 0 };
    uint8_t key[HV_HMAC_KEY_LEN];

    memset(key, 0x11, sizeof(key));
    for (size_t i = 0; i < HV_LEN(rows); i++) {
        struct hv_bytes body = {
            (const uint8_t *)rows[i].signed_body,
            rows[i].len ? rows[i].len : strlen(rows[i].signed_body)
        };
        const char *note;

        header_of(&sub_a, "v1", key, sizeof(key), body, &header);
        note = look(&header, hv_bytes_str(rows[i].received), 0);
        cr_assert_not_null(note, "%s", rows[i].words);
        cr_expect(strstr(note, rows[i].words), "%s: %s", rows[i].words, note);
    }
    hv_buf_release(&header);
}

Test(nearest, names_the_key_that_was_used)
{
    struct hv_bytes body = hv_bytes_str(BODY);
    struct hv_buf header = { 0 };
    uint8_t key[HV_HMAC_KEY_LEN];
    char base64[HV_BASE64_SIZE(HV_HMAC_KEY_LEN) + 1];
    char hex[HV_HEX_SIZE(HV_HMAC_KEY_LEN)];
    struct hv_buf wide = { 0 };
    const char *note;

    memset(key, 0x22, sizeof(key));
    header_of(&sub_a, "v1", key, sizeof(key), body, &header);
    note = look(&header, body, 0);
    cr_expect_str_eq(note, "version v2 of this subscription fits");
    memset(key, 0x33, sizeof(key));
    header_of(&sub_a, "v1", key, sizeof(key), body, &header);
    note = look(&header, body, 0);
    cr_expect_str_eq(note, "version v1 of b200..000 fits");
    /* Of a subscription, or a version, that is not here. */
    header_of(&(struct hv_guid){ { 0xcc } }, "v1", key, sizeof(key), body,
              &header);
    cr_expect_str_eq(look(&header, body, 0), "version v1 of b200..000 fits");
    memset(key, 0x11, sizeof(key));
    header_of(&sub_a, "V1", key, sizeof(key), body, &header);
    cr_expect_str_eq(look(&header, body, 0),
                     "version v1 of this subscription fits");
    header_of(&sub_a, "V1", "no key", 6, body, &header);
    note = look(&header, body, 0);
    cr_expect(strstr(note, "v1 is known, in another case"), "%s", note);
    /* The right key, taken wrongly. */
    hv_base64_encode(key, sizeof(key), base64);
    header_of(&sub_a, "v1", base64, strlen(base64), body, &header);
    cr_expect_str_eq(look(&header, body, 0),
                     "this key, its base64 text taken as the key fits");
    for (const char *c = base64; *c; c++) {
        hv_buf_add_char(&wide, *c);
        hv_buf_add_char(&wide, '\0');
    }
    header_of(&sub_a, "v1", wide.data, wide.len, body, &header);
    cr_expect(strstr(look(&header, body, 0), "in UTF-16 taken as the key"));
    strcat(base64, "\n");
    header_of(&sub_a, "v1", base64, strlen(base64), body, &header);
    cr_expect(strstr(look(&header, body, 0), "and a line end taken"));
    hv_hex_encode(key, sizeof(key), hex);
    header_of(&sub_a, "v1", hex, strlen(hex), body, &header);
    cr_expect(strstr(look(&header, body, 0), "its hexadecimal text"));
    header_of(&sub_a, "v1", key, sizeof(key) / 2, body, &header);
    cr_expect(strstr(look(&header, body, 0), "its first half"));
    hv_buf_release(&wide);
    hv_buf_release(&header);
}

Test(nearest, reads_a_malformed_header_as_it_was_meant)
{
    struct hv_bytes body = hv_bytes_str(BODY);
    struct hv_buf header = { 0 };
    uint8_t key[HV_HMAC_KEY_LEN];
    uint8_t mac[32];
    char hex[HV_HEX_SIZE(32)];
    char base64[HV_BASE64_SIZE(32)];
    char id[HV_GUID_TEXT];
    const char *note;

    memset(key, 0x11, sizeof(key));
    mac_of(key, sizeof(key), body, mac);
    hv_hex_encode(mac, sizeof(mac), hex);
    hv_base64_encode(mac, sizeof(mac), base64);
    hv_guid_format(&sub_a, id);
    hv_buf_addf(&header, HV_NOTIFY_SCHEME " %s:v1:%s", id, hex);
    note = look(&header, body, 0);
    cr_assert_not_null(note);
    cr_expect_str_eq(note,
                     "the MAC is hexadecimal, not base64; this key fits");
    hv_buf_clear(&header);
    hv_buf_addf(&header, "\"%s : v1 : %.43s\"", id, base64);
    note = look(&header, body, 0);
    cr_assert_not_null(note);
    cr_expect(strstr(note, "written another way; this key fits"), "%s", note);
    hv_buf_clear(&header);
    hv_buf_addf(&header, "Bearer {%s}:v1:%s", id, base64);
    note = look(&header, body, 0);
    cr_assert_not_null(note);
    cr_expect(strstr(note, "this key fits"), "%s", note);
    hv_buf_release(&header);
}

/* Nobody must take "nothing fits" for a forgery when the key is no more. */
Test(nearest, says_that_a_retired_key_cannot_be_tried)
{
    struct hv_buf header = { 0 };
    uint8_t key[HV_HMAC_KEY_LEN];
    const char *note;

    memset(key, 0x22, sizeof(key));
    hv_keyring_retire(&ring.keys[1], 2);
    header_of(&sub_a, "v2", key, sizeof(key), hv_bytes_str(BODY), &header);
    note = look(&header, hv_bytes_str(BODY), 0);
    cr_assert_not_null(note);
    cr_expect(strstr(note, "; the retired key is destroyed"), "%s", note);
    hv_buf_release(&header);
}

Test(nearest, stops_at_its_limit)
{
    size_t len = 300000;
    char *big = hv_calloc(len, 1);
    struct hv_bytes body = { (const uint8_t *)big, len };
    struct hv_buf header = { 0 };
    const char *note;

    header_of(&sub_a, "v1", "no key", 6, body, &header);
    note = look(&header, body, 1000000);
    cr_expect_str_eq(note, "nothing near fits, 3 combinations tried; the limit "
                           "came before the end");
    note = look(&header, body, 1);
    cr_expect(strstr(note, " 0 combinations"), "%s", note);
    free(big);
    hv_buf_release(&header);
}

/* All that any key makes of any vector's body, in the forms it is written in. */
static void
expect_no_mac(const struct vector *v, const char *note)
{
    for (size_t i = 0; i < ring.keys_len; i++) {
        uint8_t mac[32];
        char base64[HV_BASE64_SIZE(32)];
        char hex[HV_HEX_SIZE(32)];

        if (ring.keys[i].key.len == 0)
            continue;
        mac_of(ring.keys[i].key.data, ring.keys[i].key.len,
               hv_buf_bytes(&v->body), mac);
        hv_base64_encode(mac, sizeof(mac), base64);
        hv_hex_encode(mac, sizeof(mac), hex);
        base64[8] = '\0';
        hex[8] = '\0';
        cr_expect_null(strstr(note, base64), "%s: %s", v->id, note);
        cr_expect_null(strstr(note, hex), "%s: %s", v->id, note);
    }
}

Test(nearest, no_vector_makes_it_say_a_mac)
{
    static struct vector vectors[VECTORS_COUNT];
    size_t said = 0;

    hv_keyring_release(&ring);
    vectors_load(vectors);
    vectors_ring(&ring);
    for (size_t i = 0; i < VECTORS_COUNT; i++) {
        const char *note =
            look(&vectors[i].header, hv_buf_bytes(&vectors[i].body), 0);

        if (vectors[i].verdict <= HV_VERDICT_MISMATCH)
            cr_expect_null(note, "%s verified", vectors[i].id);
        if (!note)
            continue;
        said++;
        expect_no_mac(&vectors[i], note);
    }
    cr_expect_geq(said, 5);
    vectors_release(vectors);
}
