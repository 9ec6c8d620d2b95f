/*
 * transfer.c - one request through libcurl under the one policy for whatever
 * this program sends: TLS, no redirects, nothing taken from the environment,
 * ceilings on size and time. Called by curl.c. Must not start or wait.
 */
#include "core/net/transfer.h"
#include "core/net/address.h"
#include "hvconsole/clock.h"

#include <openssl/ssl.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#define DEFAULT_TIMEOUT_MS 30000
#define MAX_HEAD           ((size_t)16 * 1024)
#define CONNECT_TIMEOUT_MS 10000
#define DEFAULT_ANSWER     ((size_t)64 * 1024)

void
hv_transfer_free(struct hv_transfer *t)
{
    curl_easy_cleanup(t->easy);
    curl_slist_free_all(t->headers);
    hv_secret_release(&t->request);
    hv_secret_release(&t->secret_answer);
    hv_buf_release(&t->answer);
    hv_buf_release(&t->head);
    free(t);
}

/* Where libcurl's own words lead astray: the same code for a URL that may not
 * be asked and for an answer that is no HTTP, and "out of memory" for a header
 * line beyond its ceiling. */
static bool
describe_odd(struct hv_transfer *t, CURLcode result, const char *why)
{
    bool was_connected = *t->address;

    if (result == CURLE_UNSUPPORTED_PROTOCOL && was_connected)
        hv_fail(&t->error, HV_ERR_NET, "the answer is no HTTP/1.1: %s", why);
    else if (result == CURLE_UNSUPPORTED_PROTOCOL)
        hv_fail(&t->error, HV_ERR_NET,
                "only https is allowed, or http to loopback");
    else if (result == CURLE_OUT_OF_MEMORY && was_connected)
        hv_fail(&t->error, HV_ERR_NET,
                "the answer has a header too large to be read");
    else if (result == CURLE_LOGIN_DENIED)
        hv_fail(&t->error, HV_ERR_NET,
                "the URL names a user, which is not allowed");
    else
        return false;
    return true;
}

/* What the person reads when libcurl gave up. */
void
hv_transfer_describe(struct hv_transfer *t, CURLcode result)
{
    const char *why = *t->detail ? t->detail : curl_easy_strerror(result);

    if (t->is_out_of_memory) {
        hv_fail(&t->error, HV_ERR_LIMIT,
                "no protected memory is left for an answer with keys");
    } else if (t->not_public && !*t->address) {
        hv_fail(&t->error, HV_ERR_REFUSED,
                "the URL leads to an address that is not of the public "
                "internet (%s)",
                t->not_public);
    } else if (t->is_over || result == CURLE_FILESIZE_EXCEEDED) {
        hv_fail(&t->error, HV_ERR_NET,
                "the answer is larger than %zu bytes and was refused",
                t->max_answer);
    } else if (result == CURLE_OPERATION_TIMEDOUT) {
        hv_fail(&t->error, HV_ERR_NET, "no answer in time: %s", why);
        hv_hint(&t->error, "whether the other side did it is not known");
    } else if (result == CURLE_PEER_FAILED_VERIFICATION ||
               result == CURLE_SSL_CACERT_BADFILE) {
        hv_fail(&t->error, HV_ERR_NET,
                "the other side's certificate is not "
                "trusted: %s",
                why);
        hv_hint(&t->error, "give the CA to trust with the profile's ca");
    } else if (!describe_odd(t, result, why)) {
        hv_fail(&t->error, HV_ERR_NET, "the request failed: %s", why);
    }
}

/* Room for an answer with keys, of the length it said, else of the ceiling:
 * such memory never grows. */
static bool
make_secret_room(struct hv_transfer *t)
{
    curl_off_t said = -1;
    size_t size = t->max_answer;

    curl_easy_getinfo(t->easy, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &said);
    if (said > 0 && (size_t)said < size)
        size = (size_t)said;
    t->is_out_of_memory = hv_secret_init(&t->secret_answer, size, NULL) != 0;
    return !t->is_out_of_memory;
}

static size_t
on_data(char *data, size_t one, size_t len, void *arg)
{
    struct hv_transfer *t = arg;

    (void)one;
    if (!t->is_secret) {
        hv_buf_add(&t->answer, data, len);
        t->is_over = t->answer.is_over;
        return t->is_over ? 0 : len;
    }
    if (!t->secret_answer.data && !make_secret_room(t))
        return 0;
    if (len > t->secret_answer.len - t->secret_len) {
        t->is_over = true;
        return 0;
    }
    memcpy(t->secret_answer.data + t->secret_len, data, len);
    t->secret_len += len;
    return len;
}

/* OpenSSL then cleans the plain text of TLS records after reading them. */
static CURLcode
on_ssl_ctx(CURL *easy, void *ctx, void *arg)
{
    (void)easy;
    (void)arg;
    SSL_CTX_set_options(ctx, SSL_OP_CLEANSE_PLAINTEXT);
    return CURLE_OK;
}

/* Judged is the address that the name led to just now, not the name. */
static curl_socket_t
on_open_socket(void *arg, curlsocktype purpose, struct curl_sockaddr *to)
{
    struct hv_transfer *t = arg;
    const char *kind = hv_address_kind(&to->addr);

    (void)purpose;
    if (kind) {
        t->not_public = kind;
        return CURL_SOCKET_BAD;
    }
    return socket(to->family, to->socktype | SOCK_CLOEXEC, to->protocol);
}

/* Connected, the request not yet sent: who is there, under what. */
static int
on_connected(void *arg, char *address, char *local, int port, int local_port)
{
    struct hv_transfer *t = arg;
    struct curl_tlssessioninfo *info = NULL;

    (void)local;
    (void)local_port;
    snprintf(t->address, sizeof(t->address),
             strchr(address, ':') ? "[%.50s]:%d" : "%.50s:%d", address, port);
    if (!curl_easy_getinfo(t->easy, CURLINFO_TLS_SSL_PTR, &info) && info &&
        info->backend == CURLSSLBACKEND_OPENSSL && info->internals)
        snprintf(t->tls, sizeof(t->tls), "%s %s",
                 SSL_get_version(info->internals),
                 SSL_get_cipher_name(info->internals));
    return CURL_PREREQFUNC_OK;
}

static size_t
on_head(char *data, size_t one, size_t len, void *arg)
{
    struct hv_transfer *t = arg;

    (void)one;
    hv_buf_add(&t->head, data, len); /* what is beyond its ceiling is dropped */
    return len;
}

/* What only a test message asks for. */
static bool
set_looks(struct hv_transfer *t, const struct hv_post *post)
{
    CURL *easy = t->easy;
    unsigned bad = 0;

    if (post->public_only) {
        bad |=
            curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, on_open_socket);
        bad |= curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, t);
    }
    bad |= curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, on_connected);
    bad |= curl_easy_setopt(easy, CURLOPT_PREREQDATA, t);
    if (post->keep_head) {
        t->head.ceiling = MAX_HEAD;
        bad |= curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_head);
        bad |= curl_easy_setopt(easy, CURLOPT_HEADERDATA, t);
    }
    return !bad;
}

static bool
set_policy(CURL *easy, const struct hv_post *post)
{
    const char *schemes = post->allow_http ? "http,https" : "https";
    long verify = post->no_verify ? 0 : 1;
    long once = post->may_repeat ? 0 : 1;
    unsigned bad = 0;

    bad |= curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, schemes);
    bad |= curl_easy_setopt(easy, CURLOPT_REDIR_PROTOCOLS_STR, "https");
    bad |= curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
    bad |= curl_easy_setopt(easy, CURLOPT_PROXY, "");
    bad |= curl_easy_setopt(easy, CURLOPT_NOPROXY, "*");
    bad |= curl_easy_setopt(easy, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
    bad |= curl_easy_setopt(easy, CURLOPT_DISALLOW_USERNAME_IN_URL, 1L);
    bad |= curl_easy_setopt(easy, CURLOPT_HTTP_VERSION,
                            (long)CURL_HTTP_VERSION_1_1);
    bad |= curl_easy_setopt(easy, CURLOPT_HTTP09_ALLOWED, 0L);
    bad |= curl_easy_setopt(easy, CURLOPT_SSLVERSION,
                            (long)CURL_SSLVERSION_TLSv1_2);
    bad |= curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, verify);
    bad |= curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, verify * 2);
    bad |= curl_easy_setopt(easy, CURLOPT_SSL_CTX_FUNCTION, on_ssl_ctx);
    bad |= curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    bad |= curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, once);
    bad |= curl_easy_setopt(easy, CURLOPT_FORBID_REUSE, once);
    if (post->ca_file && *post->ca_file) {
        /* Instead of the system's, not beside it. */
        bad |= curl_easy_setopt(easy, CURLOPT_CAINFO, post->ca_file);
        bad |= curl_easy_setopt(easy, CURLOPT_CAPATH, NULL);
    }
    return !bad;
}

static bool
set_headers(struct hv_transfer *t, const char *const *headers)
{
    /* No waiting for a "100 Continue" before a body of a few KiB. */
    t->headers = curl_slist_append(NULL, "Expect:");
    for (; t->headers && headers && *headers; headers++) {
        struct curl_slist *more = curl_slist_append(t->headers, *headers);

        if (!more)
            return false;
        t->headers = more;
    }
    return t->headers &&
           !curl_easy_setopt(t->easy, CURLOPT_HTTPHEADER, t->headers);
}

static bool
set_request(struct hv_transfer *t, const struct hv_post *post)
{
    long timeout = post->timeout_ms > 0 ? post->timeout_ms : DEFAULT_TIMEOUT_MS;
    long connect = timeout < CONNECT_TIMEOUT_MS ? timeout : CONNECT_TIMEOUT_MS;
    struct hv_bytes body =
        t->is_secret ? hv_secret_bytes(&t->request) : post->body;
    CURL *easy = t->easy;
    unsigned bad = 0;

    bad |= curl_easy_setopt(easy, CURLOPT_URL, post->url);
    /* The path goes out as it was given: dot segments are not ours to tidy. */
    bad |= curl_easy_setopt(easy, CURLOPT_PATH_AS_IS, 1L);
    bad |= curl_easy_setopt(easy, CURLOPT_POST, 1L);
    bad |= curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE,
                            (curl_off_t)body.len);
    /* Not copied by libcurl; ours outlives the transfer. */
    bad |= curl_easy_setopt(easy, CURLOPT_POSTFIELDS,
                            body.len ? (const char *)body.data : "");
    bad |= curl_easy_setopt(easy, CURLOPT_MAXFILESIZE_LARGE,
                            (curl_off_t)t->max_answer);
    bad |= curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, timeout);
    bad |= curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, connect);
    bad |= curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_data);
    bad |= curl_easy_setopt(easy, CURLOPT_WRITEDATA, t);
    bad |= curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, t->detail);
    bad |= curl_easy_setopt(easy, CURLOPT_PRIVATE, t);
    return !bad && set_headers(t, post->headers);
}

enum hv_status
hv_transfer_prepare(struct hv_transfer *t, const struct hv_post *post)
{
    enum hv_status st;

    t->is_secret = post->is_secret;
    t->max_answer = post->max_answer ? post->max_answer : DEFAULT_ANSWER;
    t->answer.ceiling = t->max_answer;
    if (post->is_secret) {
        st = hv_secret_copy(&t->request, post->body.data, post->body.len,
                            &t->error);
        if (st)
            return st;
    }
    t->easy = curl_easy_init();
    if (!t->easy || !set_policy(t->easy, post) || !set_request(t, post) ||
        !set_looks(t, post))
        return hv_fail(&t->error, HV_ERR_FAILED, "libcurl refused the request");
    return HV_OK;
}

/* What came with the answer; an HTTP error status is an answer too. */
struct hv_post_result
hv_transfer_result(struct hv_transfer *t)
{
    struct hv_post_result result = {
        .error = t->error,
        .took_ms = hv_clock_mono_ms() - t->started_ms,
        .tls = t->tls,
        .address = t->address,
        .head = hv_buf_bytes(&t->head),
    };
    struct curl_header *date;
    long http = 0;

    if (!t->easy)
        return result;
    curl_easy_getinfo(t->easy, CURLINFO_RESPONSE_CODE, &http);
    result.http = (int)http;
    if (!curl_easy_header(t->easy, "Date", 0, CURLH_HEADER, -1, &date)) {
        time_t seconds = curl_getdate(date->value, NULL);

        if (seconds > 0)
            result.date_ms = (int64_t)seconds * 1000;
    }
    if (result.error.status)
        return result;
    result.body = hv_buf_bytes(&t->answer);
    if (t->is_secret)
        result.body = (struct hv_bytes){ t->secret_answer.data, t->secret_len };
    return result;
}
