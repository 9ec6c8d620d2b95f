/*
 * test_tls.c - whom curl trusts: certificates that must be refused, then the
 * one that was told. The other side is the program's own HTTPS door.
 */
#include "core/net/curl.h"
#include "core/net/http.h"
#include "hvconsole/file.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct hv_loop *loop;
static struct hv_curl *curl;
static struct hv_http_server *server;
static struct hv_cert_pair ca;
static struct hv_cert_pair cert;
static char ca_file[] = "/tmp/hv-tls-XXXXXX";

static void
on_request(void *arg, struct hv_http_request *request,
           const struct hv_http_message *message)
{
    (void)arg;
    hv_http_reply(request, 200, "text/plain", message->body, false);
}

static void
setup(void)
{
    struct hv_http_config config = {
        .host = "0.0.0.0",
        .max_body = 1024,
        .methods = "POST",
    };
    struct hv_error err = { 0 };
    int fd;

    signal(SIGPIPE, SIG_IGN);
    cr_assert_eq(hv_secret_start(NULL, NULL), HV_OK);
    cr_assert_eq(hv_loop_new(&loop, NULL), HV_OK);
    cr_assert_eq(hv_curl_new(loop, &curl, NULL), HV_OK);
    cr_assert_eq(hv_cert_ca_make("test CA", &ca, &err), HV_OK, "%s", err.why);
    cr_assert_eq(hv_cert_issue(&ca, "app.example.org", &cert, &err), HV_OK);
    config.cert_pem = hv_buf_str(&cert.cert_pem);
    config.key_pem = hv_buf_str(&cert.key_pem);
    cr_assert_eq(hv_http_start(loop, &config, on_request, NULL, &server, &err),
                 HV_OK, "%s", err.why);
    fd = mkstemp(ca_file);
    cr_assert_geq(fd, 0);
    cr_assert_eq(write(fd, ca.cert_pem.data, ca.cert_pem.len),
                 (ssize_t)ca.cert_pem.len);
    close(fd);
}

static void
clean(void)
{
    hv_curl_free(curl);
    hv_http_free(server);
    hv_loop_free(loop);
    hv_cert_pair_release(&ca);
    hv_cert_pair_release(&cert);
    unlink(ca_file);
}

TestSuite(tls, .init = setup, .fini = clean, .timeout = 60);

struct outcome {
    bool is_done;
    struct hv_error error;
    int http;
    bool is_same;
};

static void
on_result(void *arg, const struct hv_post_result *result)
{
    struct outcome *out = arg;

    out->is_done = true;
    out->error = result->error;
    out->http = result->http;
    out->is_same = hv_bytes_equal(result->body, hv_bytes_str("a secret"));
}

static struct outcome
run(const char *host, const char *trusted, bool no_verify)
{
    char url[64];
    struct outcome out = { 0 };
    struct hv_post post = {
        .url = url,
        .body = hv_bytes_str("a secret"),
        .ca_file = trusted,
        .no_verify = no_verify,
        .is_secret = true,
        .max_answer = 64,
        .timeout_ms = 20000,
    };

    snprintf(url, sizeof(url), "https://%s:%d/x", host, hv_http_port(server));
    hv_curl_post(curl, &post, on_result, &out);
    cr_assert(hv_loop_run_until(loop, &out.is_done, 30000));
    return out;
}

Test(tls, refuses_strangers)
{
    struct outcome out = run("127.0.0.1", NULL, false);

    cr_expect_eq(out.error.status, HV_ERR_NET);
    cr_expect(strstr(out.error.why, "not trusted"), "%s", out.error.why);
    cr_expect(strstr(out.error.hint, "ca"), "%s", out.error.hint);
    cr_expect_eq(out.http, 0);
    out = run("127.0.0.1", "/nowhere/ca.pem", false);
    cr_expect_eq(out.error.status, HV_ERR_NET);
    cr_expect(strstr(out.error.why, "not trusted"), "%s", out.error.why);
    /* The right CA, but not for this name. */
    out = run("127.0.0.2", ca_file, false);
    cr_expect_eq(out.error.status, HV_ERR_NET);
    cr_expect(strstr(out.error.why, "not trusted"), "%s", out.error.why);
    cr_expect_eq(out.http, 0);
}

Test(tls, trusts_whom_it_was_told)
{
    struct outcome out = run("127.0.0.1", ca_file, false);

    cr_expect_eq(out.error.status, HV_OK, "%s", out.error.why);
    cr_expect_eq(out.http, 200);
    cr_expect(out.is_same);
    out = run("localhost", ca_file, false);
    cr_expect_eq(out.http, 200, "%s", out.error.why);
    out = run("127.0.0.1", NULL, true);
    cr_expect_eq(out.http, 200, "%s", out.error.why);
}
