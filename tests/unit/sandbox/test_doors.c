/*
 * test_doors.c - the HTTP of real clients, byte by byte, against a running
 * sandbox: framing, codings, headers that are missing or strange.
 */
#include "live.h"

#include "hvconsole/clock.h"
#include "hvconsole/names.h"

#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <zlib.h>

static const struct hv_sandbox_config plain = { .seed = 5, .is_plain = true };
static struct live live;

static void
start(void)
{
    l_start(&live, &plain);
    l_sign_in(&live);
}

static void
stop(void)
{
    l_stop(&live);
}

/* ---------------------------------------------------------------- wire -- */

struct talk {
    int port;
    struct hv_bytes sent;
    struct hv_buf got; /* up to the end of the connection */
    bool is_done;
};

static void
talk_work(void *arg)
{
    struct talk *talk = arg;
    struct sockaddr_in to = { .sin_family = AF_INET };
    const struct timeval patience = { .tv_sec = 10 };
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    char piece[4096];
    ssize_t got;

    to.sin_port = htons((uint16_t)talk->port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
    if (connect(fd, (struct sockaddr *)&to, sizeof(to)) == 0 &&
        send(fd, talk->sent.data, talk->sent.len, MSG_NOSIGNAL) > 0)
        while ((got = recv(fd, piece, sizeof(piece), 0)) > 0)
            hv_buf_add(&talk->got, piece, (size_t)got);
    close(fd);
}

static void
talk_done(void *arg)
{
    ((struct talk *)arg)->is_done = true;
}

/* Sends it; what came back until the sandbox closed. */
static struct hv_buf
say(struct hv_buf *request)
{
    struct talk talk = { .sent = hv_buf_bytes(request) };

    talk.port = atoi(strchr(hv_sandbox_url(live.sandbox) + 8, ':') + 1);
    hv_loop_job(live.loop, talk_work, talk_done, &talk);
    cr_assert(hv_loop_run_until(live.loop, &talk.is_done, L_PATIENCE_MS));
    hv_buf_release(request);
    return talk.got;
}

static struct hv_buf
pack(struct hv_bytes body, int window)
{
    z_stream zip = { 0 };
    uint8_t out[16384];
    struct hv_buf buf = { 0 };

    cr_assert_eq(deflateInit2(&zip, 6, Z_DEFLATED, window, 8, 0), Z_OK);
    zip.next_in = (Bytef *)body.data;
    zip.avail_in = (unsigned)body.len;
    zip.next_out = out;
    zip.avail_out = sizeof(out);
    cr_assert_eq(deflate(&zip, Z_FINISH), Z_STREAM_END);
    hv_buf_add(&buf, out, zip.total_out);
    deflateEnd(&zip);
    return buf;
}

enum framing { LENGTH, CHUNKS };

/* The body in the frame that the headers promise; chunks of 100 bytes. */
static void
add_body(struct hv_buf *out, struct hv_bytes body, enum framing framing)
{
    if (framing == LENGTH) {
        hv_buf_addf(out, "Content-Length: %zu\r\n\r\n", body.len);
        hv_buf_add_bytes(out, body);
        return;
    }
    hv_buf_add_str(out, "Transfer-Encoding: chunked\r\n\r\n");
    for (size_t at = 0; at < body.len; at += 100) {
        size_t len = body.len - at < 100 ? body.len - at : 100;

        hv_buf_addf(out, "%zX\r\n", len);
        hv_buf_add(out, body.data + at, len);
        hv_buf_add_str(out, "\r\n");
    }
    hv_buf_add_str(out, "0\r\n\r\n");
}

static struct hv_buf
signed_body(void)
{
    struct t_request r = { .method = "GetEventSubscriptions",
                           .version = 1,
                           .info = "<info/>",
                           .token = live.token,
                           .sent_ms = hv_clock_now_ms() };
    struct hv_buf body = { 0 };

    t_write(&live.signer, &r, &body);
    return body;
}

/* --------------------------------------------------------------- tests -- */

static const struct {
    const char *name;
    const char *line;    /* of the request */
    const char *headers; /* each with its line end */
    enum framing framing;
    int window; /* of zlib; 0 = as it is */
} rows[] = {
    { "the first .NET SDK", "POST /platform/wildcat.ashx HTTP/1.1",
      "Content-Type: text/xml\r\nHost: localhost\r\nExpect: 100-continue\r\n",
      LENGTH, 0 },
    { "the same, packed", "POST /platform/wildcat.ashx HTTP/1.1",
      "Content-Type: text/xml\r\nContent-Encoding: deflate\r\nHost: x\r\n",
      LENGTH, 15 },
    { "deflate without its wrapping", "POST /platform/wildcat.ashx HTTP/1.1",
      "Content-Encoding: deflate\r\nHost: x\r\n", LENGTH, -15 },
    { "the last .NET SDK", "POST /platform/wildcat.ashx HTTP/1.1",
      "Host: localhost\r\nContent-Encoding: gzip\r\nWC_CorrelationId: "
      "6f9619ff-8b86-d011-b42d-00c04fc964ff\r\n",
      CHUNKS, 31 },
    { "a Java client", "POST /platform/wildcat.ashx HTTP/1.1",
      "Content-Type: text/xml; charset=utf-8\r\nUser-Agent: Java/1.6.0_45\r\n"
      "Host: localhost\r\nAccept: text/html, image/gif, image/jpeg, *; q=.2, "
      "*/*; q=.2\r\n",
      LENGTH, 0 },
    { "a Python client", "POST /platform/wildcat.ashx HTTP/1.1",
      "Host: localhost\r\nAccept-Encoding: identity\r\nContent-type: text/xml"
      "\r\nUser-Agent: Python-urllib/2.7\r\n",
      LENGTH, 0 },
    { "a Python client that says nothing",
      "POST /platform/wildcat.ashx "
      "HTTP/1.1",
      "Host: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n",
      LENGTH, 0 },
    { "a PHP client", "POST /platform/wildcat.ashx HTTP/1.0",
      "Host: localhost\r\nContent-Type: text/xml; charset=UTF-8\r\n", LENGTH,
      0 },
    { "a Ruby client", "POST /platform/wildcat.ashx HTTP/1.1",
      "Accept: */*\r\nUser-Agent: Ruby\r\nContent-Type: application/xml\r\n"
      "Host: localhost:80\r\n",
      LENGTH, 0 },
    { "no headers but the host", "POST /platform/wildcat.ashx HTTP/1.1",
      "Host: localhost\r\n", CHUNKS, 0 },
    { "another spelling of the path", "POST /Platform/WildCat.ashx HTTP/1.1",
      "Host: localhost\r\ncontent-encoding: GZIP\r\n", LENGTH, 31 },
    { "charset in quotes", "POST /platform/wildcat.ashx HTTP/1.1",
      "Host: localhost\r\nContent-Type: text/xml; charset=\"utf-8\"\r\n",
      LENGTH, 0 },
    { "a proxy on the way", "POST /platform/wildcat.ashx HTTP/1.1",
      "Host: localhost\r\nVia: 1.1 proxy\r\nX-Forwarded-For: 192.0.2.1\r\n"
      "Proxy-Connection: Keep-Alive\r\nKeep-Alive: 300\r\nPragma: no-cache\r\n",
      LENGTH, 0 },
};

Test(doors, take_what_real_clients_send, .init = start, .fini = stop,
     .timeout = 60)
{
    for (size_t i = 0; i < HV_LEN(rows); i++) {
        struct hv_buf body = signed_body();
        struct hv_buf packed = { 0 };
        struct hv_buf request = { 0 };
        struct hv_buf answer;
        const char *text;

        if (rows[i].window)
            packed = pack(hv_buf_bytes(&body), rows[i].window);
        hv_buf_addf(&request, "%s\r\n%sConnection: close\r\n", rows[i].line,
                    rows[i].headers);
        add_body(&request, hv_buf_bytes(packed.len ? &packed : &body),
                 rows[i].framing);
        answer = say(&request);
        text = hv_buf_str(&answer);
        if (strncmp(text, "HTTP/1.1 100", 12) == 0)
            text = strstr(text, "\r\n\r\n") + 4;
        cr_expect(strncmp(text, "HTTP/1.", 7) == 0 &&
                      strncmp(text + 8, " 200 ", 5) == 0,
                  "%s: %s", rows[i].name, text);
        cr_expect(strstr(text, "\r\n\r\n<response><status><code>0</code>"),
                  "%s: %s", rows[i].name, text);
        cr_expect(strstr(text, "\r\nWC_ResponseId: "), "%s", text);
        cr_expect_not(strcasestr(text, "\r\nContent-Encoding:"), "unasked: %s",
                      text);
        hv_buf_release(&body);
        hv_buf_release(&packed);
        hv_buf_release(&answer);
    }
}

/* One byte changed on its way: 4, and the connection is still good for the
 * next call, as clients that keep it open expect. */
Test(doors, answer_two_calls_on_one_connection, .init = start, .fini = stop,
     .timeout = 60)
{
    struct hv_buf request = { 0 };
    struct hv_buf answer;
    struct hv_buf body = signed_body();
    char *label = strstr((char *)body.data, "<version>");
    const char *first;

    label[10] ^= 1;
    hv_buf_add_str(&request, "POST /platform/wildcat.ashx HTTP/1.1\r\n"
                             "Host: localhost\r\n");
    add_body(&request, hv_buf_bytes(&body), LENGTH);
    label[10] ^= 1;
    hv_buf_add_str(&request, "POST /platform/wildcat.ashx HTTP/1.1\r\n"
                             "Host: localhost\r\nConnection: close\r\n");
    add_body(&request, hv_buf_bytes(&body), CHUNKS);
    answer = say(&request);
    first = strstr(hv_buf_str(&answer), "<code>4</code>");
    cr_assert_not_null(first, "%s", hv_buf_str(&answer));
    cr_expect(strstr(first, "<code>0</code>"), "%s", hv_buf_str(&answer));
    hv_buf_release(&answer);
    hv_buf_release(&body);
}

/* Refused cleanly: no crash, no hanging, no answer of a method. */
Test(doors, refuse_what_is_no_request, .init = start, .fini = stop,
     .timeout = 60)
{
    static const struct {
        const char *text;
        const char *answer; /* how it begins; NULL = any, or nothing */
    } bad[] = {
        { "POST /platform/wildcat.ashx HTTP/1.1\r\nHost: x\r\nContent-Length: "
          "99999999\r\nConnection: close\r\n\r\n",
          "HTTP/1.1 413" },
        { "POST /platform/wildcat.ashx HTTP/1.1\r\nHost: x\r\nContent-Length: "
          "-1\r\nConnection: close\r\n\r\n",
          "HTTP/1.1 4" },
        { "GET /platform/wildcat.ashx HTTP/1.1\r\nHost: x\r\nConnection: "
          "close\r\n\r\n",
          "HTTP/1.1 405" },
        { "\x16\x03\x01\x02\x01\x01\xfc\x03\x03\r\n\r\n", NULL },
        { "POST /platform/wildcat.ashx HTTP/1.1\r\nHost: x\r\nConnection: close"
          "\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc",
          "HTTP/1.1 200" },
        { "POST /platform/wildcat.ashx HTTP/1.1\r\nHost: x\r\nConnection: close"
          "\r\nContent-Length: 0\r\n\r\n",
          "HTTP/1.1 200" },
    };

    for (size_t i = 0; i < HV_LEN(bad); i++) {
        struct hv_buf request = { 0 };
        struct hv_buf answer;

        hv_buf_add_str(&request, bad[i].text);
        answer = say(&request);
        if (bad[i].answer)
            cr_expect(strncmp(hv_buf_str(&answer), bad[i].answer,
                              strlen(bad[i].answer)) == 0,
                      "row %zu: %s", i, hv_buf_str(&answer));
        cr_expect_not(strstr(hv_buf_str(&answer), "<code>0</code>"));
        hv_buf_release(&answer);
    }
}
