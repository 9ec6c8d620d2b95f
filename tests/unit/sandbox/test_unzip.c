/* test_unzip.c - compressed bodies: damaged, too large, and as they are sent. */
#include "sandbox/unzip.h"

#include "hvconsole/limits.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

enum { GZIP = 15 + 16, ZLIB = 15, RAW = -15 };

/* @text the way a client packs it; to be freed. */
static struct hv_bytes
packed(int window, struct hv_bytes text)
{
    size_t room = text.len + text.len / 100 + 100;
    uint8_t *data = hv_calloc(1, room);
    z_stream zip = { 0 };

    cr_assert_eq(
        deflateInit2(&zip, 9, Z_DEFLATED, window, 8, Z_DEFAULT_STRATEGY), Z_OK);
    zip.next_in = (Bytef *)text.data;
    zip.avail_in = (unsigned)text.len;
    zip.next_out = data;
    zip.avail_out = (unsigned)room;
    cr_assert_eq(deflate(&zip, Z_FINISH), Z_STREAM_END);
    deflateEnd(&zip);
    return (struct hv_bytes){ data, room - zip.avail_out };
}

static void
expect_refused(const char *coding, struct hv_bytes body, const char *about)
{
    struct sb_plain plain = { 0 };

    cr_expect_not_null(sb_unzip(coding, body, &plain), "%s", about);
    cr_expect_null(plain.data, "%s", about);
    cr_expect_eq(plain.len, 0, "%s", about);
}

Test(unzip, refuses_what_is_damaged_or_unknown)
{
    struct hv_bytes good = packed(GZIP, hv_bytes_str("<request/>"));
    uint8_t *more = hv_calloc(1, good.len + 1);

    expect_refused("gzip", (struct hv_bytes){ 0 }, "empty");
    expect_refused("deflate", (struct hv_bytes){ 0 }, "empty");
    expect_refused("gzip", hv_bytes_str("<request/>"), "not packed");
    expect_refused("deflate", hv_bytes_str("<request/>"), "not packed");
    expect_refused("br", good, "another coding");
    expect_refused("gzip, gzip", good, "two codings");
    expect_refused("deflate", good, "the other coding");
    for (size_t len = 0; len < good.len; len++)
        expect_refused("gzip", (struct hv_bytes){ good.data, len }, "cut");
    memcpy(more, good.data, good.len);
    expect_refused("gzip", (struct hv_bytes){ more, good.len + 1 }, "trailing");
    more[good.len - 1] ^= 1;
    expect_refused("gzip", (struct hv_bytes){ more, good.len }, "wrong sum");
    free(more);
    free((void *)good.data);
}

Test(unzip, has_the_ceiling_of_a_request)
{
    for (size_t over = 0; over < 2; over++) {
        struct hv_bytes text = { hv_calloc(1, HV_MAX_REQUEST + over),
                                 HV_MAX_REQUEST + over };
        struct hv_bytes body = packed(GZIP, text);
        struct sb_plain plain = { 0 };

        cr_assert_lt(body.len, 8192, "a bomb");
        cr_expect_eq(sb_unzip("gzip", body, &plain) != NULL, over == 1);
        cr_expect_eq(plain.len, over ? 0 : HV_MAX_REQUEST);
        sb_plain_release(&plain);
        free((void *)body.data);
        free((void *)text.data);
    }
}

Test(unzip, takes_what_clients_send)
{
    static const struct {
        const char *coding;
        int window;
    } rows[] = {
        { "gzip", GZIP },    { "GZIP", GZIP },   { "x-gzip", GZIP },
        { "deflate", ZLIB }, { "deflate", RAW },
    };
    struct hv_buf text = { 0 };

    for (int i = 0; i < 20000; i++)
        hv_buf_addf(&text, "<%d/>", i * 7919);
    for (size_t i = 0; i < HV_LEN(rows); i++) {
        struct hv_bytes body = packed(rows[i].window, hv_buf_bytes(&text));
        struct sb_plain plain = { 0 };
        const char *why = sb_unzip(rows[i].coding, body, &plain);

        cr_assert_null(why, "row %zu: %s", i, why);
        cr_expect(hv_bytes_equal((struct hv_bytes){ plain.data, plain.len },
                                 hv_buf_bytes(&text)),
                  "row %zu", i);
        sb_plain_release(&plain);
        free((void *)body.data);
    }
    hv_buf_release(&text);
}
