/*
 * live.c - see live.h. Waits by running the loop, never by sleeping.
 */
#include "live.h"

#include "hvconsole/clock.h"
#include "hvconsole/codec.h"
#include "hvconsole/names.h"

#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <ftw.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* ------------------------------------------------- the application's key -- */

static void
make_key(struct live *live)
{
    X509 *cert = X509_new();
    BIO *bio = BIO_new(BIO_s_mem());
    char *data;
    long len;

    live->key = EVP_RSA_gen(2048);
    cr_assert(live->key && cert && bio);
    X509_set_version(cert, X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(cert), 1);
    X509_gmtime_adj(X509_getm_notBefore(cert), 0);
    X509_gmtime_adj(X509_getm_notAfter(cert), 3600);
    X509_NAME_add_entry_by_txt(X509_get_subject_name(cert), "CN", MBSTRING_UTF8,
                               (const uint8_t *)"test", -1, -1, 0);
    X509_set_issuer_name(cert, X509_get_subject_name(cert));
    X509_set_pubkey(cert, live->key);
    cr_assert(X509_sign(cert, live->key, EVP_sha256()) > 0);
    cr_assert_eq(PEM_write_bio_X509(bio, cert), 1);
    len = BIO_get_mem_data(bio, &data);
    live->cert = strndup(data, (size_t)len);
    BIO_free(bio);
    X509_free(cert);
}

/* ---------------------------------------------------------- the handler -- */

static void
on_notification(void *arg, struct hv_http_request *request,
                const struct hv_http_message *message)
{
    struct live *live = arg;
    const char *auth = hv_http_header(request, "Authorization");
    const char *type = hv_http_header(request, "Content-Type");
    struct l_received *got = &live->received[live->received_count];
    int status = live->answers[live->answer_at];

    cr_assert_lt(live->received_count, HV_LEN(live->received));
    live->received_count++;
    if (live->answers[live->answer_at + 1])
        live->answer_at++;
    hv_copy(got->authorization, sizeof(got->authorization), auth ? auth : "");
    hv_copy(got->content_type, sizeof(got->content_type), type ? type : "");
    hv_copy(got->target, sizeof(got->target), message->target);
    hv_buf_add_bytes(&got->body, message->body);
    hv_http_reply(request, status, NULL, (struct hv_bytes){ 0 }, true);
}

static void
start_handler(struct live *live)
{
    struct hv_cert_pair pair = { 0 };
    struct hv_http_config config = { .host = "127.0.0.1",
                                     .max_body = 1 << 20,
                                     .methods = "POST" };

    cr_assert_eq(hv_cert_self_signed("localhost", &pair, NULL), HV_OK);
    config.cert_pem = hv_buf_str(&pair.cert_pem);
    config.key_pem = hv_buf_str(&pair.key_pem);
    cr_assert_eq(hv_http_start(live->loop, &config, on_notification, live,
                               &live->handler, NULL),
                 HV_OK);
    snprintf(live->handler_url, sizeof(live->handler_url),
             "https://127.0.0.1:%d/hv/notify?a=1&amp;b=2",
             hv_http_port(live->handler));
    hv_cert_pair_release(&pair);
}

/* ------------------------------------------------------------ start, end -- */

void
l_start(struct live *live, const struct hv_sandbox_config *config)
{
    static const int fine[] = { 200, 0 };
    struct hv_sandbox_config own = *config;
    struct hv_error err = { 0 };

    t_start();
    *live = (struct live){ .answers = fine };
    hv_copy(live->store, sizeof(live->store), "/tmp/hv-sandbox.XXXXXX");
    cr_assert_not_null(mkdtemp(live->store));
    own.store = live->store;
    own.bind = "127.0.0.1";
    cr_assert_eq(hv_loop_new(&live->loop, NULL), HV_OK);
    cr_assert_eq(hv_sandbox_start(live->loop, &own, &live->sandbox, &err),
                 HV_OK, "%s", err.why);
    cr_assert_eq(hv_curl_new(live->loop, &live->curl, NULL), HV_OK);
    start_handler(live);
    make_key(live);
}

static int
remove_one(const char *path, const struct stat *info, int kind,
           struct FTW *where)
{
    (void)info;
    (void)kind;
    (void)where;
    return remove(path);
}

void
l_stop(struct live *live)
{
    hv_sandbox_free(live->sandbox);
    hv_curl_free(live->curl);
    hv_http_free(live->handler);
    hv_loop_free(live->loop);
    for (size_t i = 0; i < live->received_count; i++)
        hv_buf_release(&live->received[i].body);
    EVP_PKEY_free(live->key);
    free(live->cert);
    nftw(live->store, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

/* ---------------------------------------------------------------- calls -- */

struct posting {
    bool is_done;
    int http;
    char *text;
};

static void
on_posted(void *arg, const struct hv_post_result *result)
{
    struct posting *posting = arg;

    cr_expect_eq(result->error.status, HV_OK, "%s", result->error.why);
    posting->http = result->http;
    posting->text = strndup((const char *)result->body.data, result->body.len);
    posting->is_done = true;
}

int
l_post(struct live *live, const char *content_type, struct hv_bytes body,
       char **text)
{
    const char *headers[] = { content_type, live->coding, NULL };
    char ca[128];
    struct posting posting = { 0 };
    struct hv_post post = {
        .url = hv_sandbox_url(live->sandbox),
        .headers = headers,
        .body = body,
        .ca_file = ca,
        .allow_http = true,
        .max_answer = 1 << 20,
        .timeout_ms = L_PATIENCE_MS,
    };

    snprintf(ca, sizeof(ca), "%s/sandbox/ca.pem", live->store);
    if (strncmp(post.url, "http:", 5) == 0)
        post.ca_file = NULL;
    (void)hv_curl_post(live->curl, &post, on_posted, &posting);
    cr_assert(hv_loop_run_until(live->loop, &posting.is_done, L_PATIENCE_MS));
    *text = posting.text;
    return posting.http;
}

struct asking {
    const char *store;
    struct hv_facts request;
    struct hv_facts *answer;
    struct hv_error error;
    enum hv_status status;
    bool is_done;
};

static void
ask_work(void *arg)
{
    struct asking *asking = arg;

    asking->status = hv_run_ask(asking->store, "sandbox", &asking->request,
                                L_PATIENCE_MS, asking->answer, &asking->error);
}

static void
ask_done(void *arg)
{
    ((struct asking *)arg)->is_done = true;
}

enum hv_status
l_ask(struct live *live, struct hv_facts *answer, struct hv_error *err, ...)
{
    struct hv_facts none = { 0 };
    struct asking asking = { .store = live->store,
                             .answer = answer ? answer : &none };
    const char *key;
    va_list args;

    va_start(args, err);
    while ((key = va_arg(args, const char *)))
        hv_facts_add(&asking.request, key, va_arg(args, const char *));
    va_end(args);
    hv_loop_job(live->loop, ask_work, ask_done, &asking);
    cr_assert(hv_loop_run_until(live->loop, &asking.is_done, L_PATIENCE_MS));
    hv_facts_release(&asking.request);
    hv_facts_release(&none);
    if (err)
        *err = asking.error;
    return asking.status;
}

static void
sign_content(struct live *live, const char *content, struct hv_buf *out)
{
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    uint8_t signature[512];
    size_t len = sizeof(signature);
    char text[HV_BASE64_SIZE(sizeof(signature))];

    cr_assert_eq(EVP_DigestSignInit(ctx, NULL, EVP_sha1(), NULL, live->key), 1);
    cr_assert_eq(EVP_DigestSign(ctx, signature, &len, (const uint8_t *)content,
                                strlen(content)),
                 1);
    hv_base64_encode(signature, len, text);
    hv_buf_add_str(out, text);
    EVP_MD_CTX_free(ctx);
}

static void
write_session_request(struct live *live, const char *print, struct hv_buf *out)
{
    char now[HV_TIME_TEXT];
    char content[512];

    hv_time_format(hv_clock_now_ms(), now);
    snprintf(content, sizeof(content),
             "<content><app-id>%s</app-id><hmac>HMACSHA256</hmac>"
             "<signing-time>%s</signing-time></content>",
             live->app_id, now);
    hv_buf_addf(out,
                "<r:request xmlns:r=\"" HV_NS_REQUEST "\"><header><method>"
                "CreateAuthenticatedSessionToken</method><method-version>2"
                "</method-version><app-id>%s</app-id><msg-time>%s</msg-time>"
                "<msg-ttl>60</msg-ttl><version>t</version></header><info>"
                "<auth-info><app-id>%s</app-id><credential><appserver2>"
                "<sig digestMethod=\"SHA1\" sigMethod=\"RSA-SHA1\" "
                "thumbprint=\"%s\">",
                live->app_id, now, live->app_id, print);
    sign_content(live, content, out);
    hv_buf_addf(out,
                "</sig>%s</appserver2></credential></auth-info></info>"
                "</r:request>",
                content);
}

void
l_sign_in(struct live *live)
{
    struct hv_facts facts = { 0 };
    struct hv_buf request = { 0 };
    struct hv_error err = { 0 };
    char print[64] = "";
    char secret[256] = "";
    char *text = NULL;
    size_t len = 0;

    cr_assert_eq(l_ask(live, &facts, NULL, "verb", "status", NULL), HV_OK);
    cr_assert(
        hv_facts_get(&facts, "app_id", 0, live->app_id, sizeof(live->app_id)));
    hv_facts_release(&facts);
    cr_assert_eq(l_ask(live, &facts, &err, "verb", "app-add", "app_id",
                       live->app_id, "cert", live->cert, NULL),
                 HV_OK, "%s", err.why);
    cr_assert(hv_facts_get(&facts, "thumbprint", 0, print, sizeof(print)));
    hv_facts_release(&facts);
    write_session_request(live, print, &request);
    cr_assert_eq(
        l_post(live, "Content-Type: text/xml", hv_buf_bytes(&request), &text),
        200);
    cr_assert_eq(sscanf(strstr(text, "<token "),
                        "<token app-id=\"%*36s\" app-record-auth-action=\""
                        "NoActionRequired\">%1024[^<]</token><shared-secret>"
                        "%255[^<]",
                        live->token, secret),
                 2, "%s", text);
    cr_assert_eq(hv_base64_decode(secret, strlen(secret), live->signer.secret,
                                  sizeof(live->signer.secret), &len),
                 HV_OK);
    free(text);
    hv_buf_release(&request);
}

int
l_call(struct live *live, const char *method, const char *info, char **text)
{
    struct t_request r = { .method = method,
                           .version = 1,
                           .info = info,
                           .token = live->token,
                           .sent_ms = hv_clock_now_ms() };
    struct hv_buf body = { 0 };
    char *answer = NULL;
    const char *code;
    int number;

    t_write(&live->signer, &r, &body);
    cr_assert_eq(l_post(live, "Content-Type: application/xml; charset=UTF-8",
                        hv_buf_bytes(&body), &answer),
                 200);
    code = strstr(answer, "<code>");
    cr_assert_not_null(code);
    number = atoi(code + 6);
    if (text)
        *text = answer;
    else
        free(answer);
    hv_buf_release(&body);
    return number;
}

struct getting {
    const char *url;
    const char *target;
    int status;
    bool is_done;
};

static void
get_work(void *arg)
{
    struct getting *getting = arg;
    struct sockaddr_in to = { .sin_family = AF_INET };
    char request[256];
    char answer[512] = "";
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    ssize_t got = 0;
    size_t len = 0;

    to.sin_port = htons((uint16_t)atoi(strchr(getting->url + 8, ':') + 1));
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    snprintf(request, sizeof(request),
             "GET %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
             getting->target);
    if (connect(fd, (struct sockaddr *)&to, sizeof(to)) == 0 &&
        send(fd, request, strlen(request), MSG_NOSIGNAL) > 0) {
        do {
            got = recv(fd, answer + len, sizeof(answer) - 1 - len, 0);
            len += got > 0 ? (size_t)got : 0;
        } while (got > 0 && len < sizeof(answer) - 1);
    }
    if (strncmp(answer, "HTTP/1.1 ", 9) == 0)
        getting->status = atoi(answer + 9);
    close(fd);
}

static void
get_done(void *arg)
{
    ((struct getting *)arg)->is_done = true;
}

int
l_get(struct live *live, const char *target)
{
    struct getting getting = { .url = hv_sandbox_url(live->sandbox),
                               .target = target };

    hv_loop_job(live->loop, get_work, get_done, &getting);
    cr_assert(hv_loop_run_until(live->loop, &getting.is_done, L_PATIENCE_MS));
    return getting.status;
}
