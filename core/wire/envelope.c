/*
 * envelope.c - builds request documents. Called by session.c and core/client.
 * Pure. The info is written by others, hashed here and copied; the header is
 * written once, MACed and copied: nothing is printed a second time.
 */
#include "core/wire/envelope.h"
#include "core/wire/gate.h"
#include "core/wire/writer.h"
#include "hvconsole/clock.h"
#include "hvconsole/codec.h"
#include "hvconsole/limits.h"
#include "hvconsole/names.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <limits.h>
#include <string.h>

/* The rest of a header besides what struct hv_request says. */
struct header {
    const struct hv_request *request;
    const char *info_hash; /* NULL in anonymous requests */
};

struct document {
    struct hv_bytes header;
    struct hv_bytes info;
    const char *mac; /* NULL in anonymous requests */
};

enum hv_status
hv_info_hash(struct hv_bytes info, char out[HV_HASH_TEXT], struct hv_error *err)
{
    uint8_t digest[32];

    if (!EVP_Digest(info.data, info.len, digest, NULL, EVP_sha256(), NULL))
        return hv_fail(err, HV_ERR_CRYPTO, "OpenSSL refused SHA-256");
    hv_base64_encode(digest, sizeof(digest), out);
    return HV_OK;
}

enum hv_status
hv_header_mac(struct hv_bytes header, struct hv_bytes secret,
              char out[HV_HASH_TEXT], struct hv_error *err)
{
    uint8_t mac[EVP_MAX_MD_SIZE];
    unsigned len = 0;

    if (secret.len > INT_MAX ||
        !HMAC(EVP_sha256(), secret.data, (int)secret.len, header.data,
              header.len, mac, &len) ||
        len != HV_MAC_LEN)
        return hv_fail(err, HV_ERR_CRYPTO, "OpenSSL refused HMAC-SHA-256");
    hv_base64_encode(mac, len, out);
    return HV_OK;
}

static void
write_auth_session(struct hv_writer *w, const struct hv_request *r)
{
    hv_write_raw(w, "<auth-session>");
    hv_write_element(w, "auth-token", r->token);
    if (r->user_token.len) {
        hv_write_element(w, "user-auth-token", r->user_token);
    } else if (r->offline_person) {
        hv_write_raw(w, "<offline-person-info>");
        hv_write_element_guid(w, "offline-person-id", r->offline_person);
        hv_write_raw(w, "</offline-person-info>");
    }
    hv_write_raw(w, "</auth-session>");
}

/* The order of the elements is fixed. Fact: header-order */
static void
write_header(struct hv_writer *w, const void *arg)
{
    const struct header *header = arg;
    const struct hv_request *r = header->request;
    char time[HV_TIME_TEXT];

    hv_time_format(r->msg_time_ms, time);
    hv_write_raw(w, "<header>");
    hv_write_element_str(w, "method", r->method);
    hv_write_element_int(w, "method-version", r->version);
    if (r->record)
        hv_write_element_guid(w, "record-id", r->record);
    if (r->app)
        hv_write_element_guid(w, "app-id", r->app);
    else
        write_auth_session(w, r);
    hv_write_raw(w, "<language>en</language><country>US</country>");
    hv_write_element_str(w, "msg-time", time);
    hv_write_element_int(w, "msg-ttl", HV_MSG_TTL_S);
    hv_write_element_str(w, "version", r->label);
    if (header->info_hash) {
        hv_write_raw(w, "<info-hash><hash-data algName=\"SHA256\">");
        hv_write_raw(w, header->info_hash);
        hv_write_raw(w, "</hash-data></info-hash>");
    }
    hv_write_raw(w, "</header>");
}

static void
write_document(struct hv_writer *w, const void *arg)
{
    const struct document *document = arg;

    hv_write_raw(w,
                 "<wc-request:request xmlns:wc-request=\"" HV_NS_REQUEST "\">");
    if (document->mac) {
        hv_write_raw(w, "<auth><hmac-data algName=\"HMACSHA256\">");
        hv_write_raw(w, document->mac);
        hv_write_raw(w, "</hmac-data></auth>");
    }
    hv_write_raw_bytes(w, document->header);
    hv_write_raw_bytes(w, document->info);
    hv_write_raw(w, "</wc-request:request>");
}

static bool
ends_with(struct hv_bytes text, const char *end)
{
    size_t len = strlen(end);

    return text.len >= len && memcmp(text.data + text.len - len, end, len) == 0;
}

/* One element `info`, from its first byte to its last. */
static enum hv_status
check_info(struct hv_bytes info, struct hv_error *err)
{
    struct hv_bytes body;
    enum hv_status st;

    st = hv_xml_gate(info, HV_MAX_XML_TAG, HV_MAX_XML_DEPTH, &body, err);
    if (st)
        return st;
    if (info.len < 7 || memcmp(info.data, "<info", 5) != 0 ||
        (info.data[5] != '>' && info.data[5] != '/' &&
         !hv_is_xml_space(info.data[5])) ||
        !(ends_with(info, "</info>") || ends_with(info, "/>")))
        return hv_fail(err, HV_ERR_FORMAT,
                       "the request's info is not one <info> element");
    return HV_OK;
}

static enum hv_status
check_request(const struct hv_request *r, struct hv_error *err)
{
    if (!r->method || !*r->method || r->version < 1 || !r->label)
        return hv_fail(err, HV_ERR_USAGE,
                       "a request needs method, version and label");
    if (r->user_token.len && r->offline_person)
        return hv_fail(err, HV_ERR_USAGE,
                       "a request is online or offline, not both");
    if (!r->app && (!r->token.len || !r->secret.len))
        return hv_fail(err, HV_ERR_USAGE, "a request needs a session");
    return check_info(r->info, err);
}

enum hv_status
hv_request_build(const struct hv_request *request, struct hv_secret *out,
                 struct hv_error *err)
{
    char hash[HV_HASH_TEXT];
    char mac[HV_HASH_TEXT];
    struct header header = { .request = request };
    struct document document = { .info = request->info };
    struct hv_secret header_bytes = { 0 };
    enum hv_status st;

    st = check_request(request, err);
    if (!st && !request->app) {
        st = hv_info_hash(request->info, hash, err);
        header.info_hash = hash;
    }
    if (!st)
        st = hv_write_secret(write_header, &header, &header_bytes, err);
    if (st)
        return st;
    document.header = hv_secret_bytes(&header_bytes);
    if (!request->app) {
        st = hv_header_mac(document.header, request->secret, mac, err);
        document.mac = mac;
    }
    if (!st)
        st = hv_write_secret(write_document, &document, out, err);
    hv_secret_release(&header_bytes);
    return st;
}
