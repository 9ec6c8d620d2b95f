/*
 * test_head.c - what the strict reader of request heads refuses and accepts.
 */
#include "core/net/head.h"

#include "hvconsole/limits.h"

#include <criterion/criterion.h>
#include <string.h>

#define GOOD "POST / HTTP/1.1\r\nHost: a\r\n"

static int
check(struct hv_bytes bytes)
{
    struct hv_head head = { 0 };
    int status;

    hv_head_feed(&head, bytes);
    status = hv_head_check(&head);
    hv_head_release(&head);
    return status;
}

Test(head, refuses_what_two_readers_could_read_differently)
{
    static const char *const bad[] = {
        "\r\n",
        "\r\n" GOOD "\r\n",
        "POST / HTTP/1.1\nHost: a\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\n\r\n",
        GOOD "X: 1\r\n\n",
        GOOD "X: 1\r\n",           /* not finished */
        "POST / HTTP/1.1\r\n\r\n", /* no Host */
        "POST  / HTTP/1.1\r\nHost: a\r\n\r\n",
        "POST / HTTP/1.1 \r\nHost: a\r\n\r\n",
        "POST /a b HTTP/1.1\r\nHost: a\r\n\r\n",
        "POST /\t HTTP/1.1\r\nHost: a\r\n\r\n",
        "POST /\x7f HTTP/1.1\r\nHost: a\r\n\r\n",
        "POST /\xc3\xa9 HTTP/1.1\r\nHost: a\r\n\r\n",
        "PO(ST / HTTP/1.1\r\nHost: a\r\n\r\n",
        "POST / HTTP/1.2\r\nHost: a\r\n\r\n",
        "POST / HTTP/2.0\r\nHost: a\r\n\r\n",
        "POST / http/1.1\r\nHost: a\r\n\r\n",
        "POST / HTTP/1.10\r\nHost: a\r\n\r\n",
        "POST /\r\nHost: a\r\n\r\n",
        GOOD "Host: a\r\n\r\n",
        GOOD "hOST: b\r\n\r\n",
        GOOD "Authorization: a\r\nauthorization: a\r\n\r\n",
        GOOD "Content-Length: 1\r\nContent-Length: 1\r\n\r\n",
        GOOD "Content-Length: 1\r\nContent-Length: 2\r\n\r\n",
        GOOD "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n",
        GOOD "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n",
        GOOD "Transfer-Encoding: gzip, chunked\r\n\r\n",
        GOOD "Transfer-Encoding: identity\r\n\r\n",
        GOOD "Transfer-Encoding: chunked;x\r\n\r\n",
        GOOD "Transfer-Encoding:\r\n\r\n",
        "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n",
        GOOD "Content-Length: +1\r\n\r\n",
        GOOD "Content-Length: -1\r\n\r\n",
        GOOD "Content-Length: 1, 1\r\n\r\n",
        GOOD "Content-Length: 0x10\r\n\r\n",
        GOOD "Content-Length: 1 0\r\n\r\n",
        GOOD "Content-Length: 9999999999999999999\r\n\r\n",
        GOOD "Content-Length:\r\n\r\n",
        GOOD "Content-Length : 1\r\n\r\n",
        GOOD " folded: 1\r\n\r\n",
        GOOD "X: 1\r\n folded\r\n\r\n",
        GOOD "X: 1\r\n\tfolded\r\n\r\n",
        GOOD "no colon\r\n\r\n",
        GOOD ": no name\r\n\r\n",
        GOOD "X\x01: 1\r\n\r\n",
        GOOD "X: a\x01z\r\n\r\n",
        GOOD "X: a\x7fz\r\n\r\n",
        GOOD "X: a\rb\r\n\r\n",
        GOOD "X: a\r\r\n\r\n",
    };

    for (size_t i = 0; i < HV_LEN(bad); i++)
        cr_expect_eq(check(hv_bytes_str(bad[i])), 400, "row %zu: %s", i,
                     bad[i]);
}

Test(head, refuses_a_nul)
{
    static const char text[] = GOOD "Authorization: a\0b\r\n\r\n";

    cr_expect_eq(
        check((struct hv_bytes){ (const uint8_t *)text, sizeof(text) - 1 }),
        400);
}

Test(head, accepts_what_senders_send)
{
    static const char *const good[] = {
        GOOD "\r\n",
        "GET /healthz?x=%20 HTTP/1.1\r\nHost:\r\n\r\n",
        "POST / HTTP/1.0\r\n\r\n",
        GOOD "Content-Length: 501\r\nContent-Type: text/xml\r\n\r\n",
        GOOD "Transfer-Encoding: Chunked\r\n\r\n",
        GOOD "Authorization: HVEventingSharedKey\td2:v1:x=\r\n\r\n",
        GOOD "Authorization:HVEventingSharedKey a  \r\n\r\n",
        GOOD "X-A:\r\nX-A: again\r\nX-B: na\xc3\xafve\r\n\r\n",
        "CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET http://a/ HTTP/1.1\r\nHost: a\r\n\r\n",
    };

    for (size_t i = 0; i < HV_LEN(good); i++)
        cr_expect_eq(check(hv_bytes_str(good[i])), 0, "row %zu: %s", i,
                     good[i]);
}

/* A head with a target, so many headers, and one long one of so many bytes. */
static void
build(struct hv_buf *out, size_t target, size_t headers, size_t value)
{
    hv_buf_add_str(out, "POST /");
    for (size_t i = 1; i < target; i++)
        hv_buf_add_char(out, 'a');
    hv_buf_add_str(out, " HTTP/1.1\r\nHost: a\r\n");
    for (size_t i = 1; i < headers; i++)
        hv_buf_addf(out, "X%zu: 1\r\n", i);
    if (value) {
        hv_buf_add_str(out, "L: ");
        for (size_t i = 0; i < value; i++)
            hv_buf_add_char(out, 'v');
        hv_buf_add_str(out, "\r\n");
    }
    hv_buf_add_str(out, "\r\n");
}

Test(head, limits_are_exact)
{
    static const struct {
        size_t target, headers, value;
        int status;
    } rows[] = {
        { HV_MAX_HTTP_LINE - 14, 1, 0, 0 },
        { HV_MAX_HTTP_LINE - 13, 1, 0, 431 },
        { 1, HV_MAX_HTTP_HEADER_LINES, 0, 0 },
        { 1, HV_MAX_HTTP_HEADER_LINES + 1, 0, 400 },
        { 1, 1, HV_MAX_HTTP_HEADERS - 14, 0 },
        { 1, 1, HV_MAX_HTTP_HEADERS - 13, 431 },
        { 1, 1, 4 * HV_MAX_HTTP_HEADERS, 431 },
        { 4 * HV_MAX_HTTP_HEADERS, 1, 0, 431 },
    };

    for (size_t i = 0; i < HV_LEN(rows); i++) {
        struct hv_buf text = { 0 };

        build(&text, rows[i].target, rows[i].headers, rows[i].value);
        cr_expect_eq(check(hv_buf_bytes(&text)), rows[i].status, "row %zu", i);
        hv_buf_release(&text);
    }
}

Test(head, pieces_and_leftovers_do_not_matter)
{
    static const char text[] = GOOD "X: 1\r\n\r\nGET / HTTP/1.1\r\n";
    const size_t end = strlen(GOOD "X: 1\r\n\r\n");

    for (size_t step = 1; step <= sizeof(text); step++) {
        struct hv_head head = { 0 };

        for (size_t at = 0; at < sizeof(text) - 1; at += step) {
            size_t len = sizeof(text) - 1 - at;

            hv_head_feed(&head, (struct hv_bytes){ (const uint8_t *)text + at,
                                                   len < step ? len : step });
        }
        cr_expect(head.is_complete);
        cr_expect_eq(head.bytes.len, end, "step %zu", step);
        cr_expect_eq(hv_head_check(&head), 0, "step %zu", step);
        hv_head_release(&head);
    }
}

Test(head, a_reset_head_starts_anew)
{
    struct hv_head head = { 0 };

    hv_head_feed(&head, hv_bytes_str("BAD\n\n"));
    cr_expect_eq(hv_head_check(&head), 400);
    hv_head_reset(&head);
    hv_head_feed(&head, hv_bytes_str(GOOD "\r\n"));
    cr_expect_eq(hv_head_check(&head), 0);
    hv_head_release(&head);
}
