/*
 * app.c - the applications registered with the sandbox and the certificates
 * that their session requests are signed with.
 * Called by control.c (app-add) and world.c. No files, no network.
 */
#include "sandbox/sign.h"
#include "sandbox/url.h"

#include "hvconsole/limits.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <stdlib.h>
#include <string.h>

#define MIN_RSA_BITS 1024 /* the oldest keys in use; 2048 is recommended */

void
sb_app_release(struct sb_app *app)
{
    for (size_t i = 0; i < app->cert_count; i++)
        EVP_PKEY_free(app->certs[i].key);
    hv_secret_release(&app->secret);
    *app = (struct sb_app){ 0 };
}

struct sb_app *
sb_app_find(const struct sb_platform *p, const struct hv_guid *id)
{
    for (size_t i = 0; i < p->app_count; i++)
        if (hv_guid_equal(&p->apps[i].id, id))
            return &p->apps[i];
    return NULL;
}

/* The first certificate of @pem; what a key file would hold is not looked at. */
static enum hv_status
cert_read(const char *pem, struct sb_cert *out, struct hv_error *err)
{
    enum hv_status st = HV_OK;
    X509 *x509 = sb_cert_parse(hv_bytes_str(pem));
    EVP_PKEY *key = NULL;

    if (!x509) {
        st = hv_fail(err, HV_ERR_FORMAT,
                     "the certificate is not one in PEM form");
        hv_hint(err, "it starts with -----BEGIN CERTIFICATE-----; give the "
                     "public half only");
        goto out;
    }
    key = X509_get_pubkey(x509);
    if (!key || EVP_PKEY_get_base_id(key) != EVP_PKEY_RSA ||
        EVP_PKEY_get_bits(key) < MIN_RSA_BITS) {
        st = hv_fail(err, HV_ERR_FORMAT,
                     "the certificate holds no RSA key of %d bits or more",
                     MIN_RSA_BITS);
        hv_hint(err, "session requests are signed with RSA, 2048 bits");
        goto out;
    }
    if (X509_digest(x509, EVP_sha1(), out->print, NULL) != 1) {
        st = hv_fail(err, HV_ERR_CRYPTO, "cannot compute the thumbprint");
        goto out;
    }
    out->key = key;
    key = NULL;
out:
    ERR_clear_error();
    EVP_PKEY_free(key);
    X509_free(x509);
    return st;
}

/* Adds or replaces the certificate of the same thumbprint; takes @cert. */
static enum hv_status
cert_keep(struct sb_app *app, struct sb_cert *cert, struct hv_error *err)
{
    size_t at = 0;

    while (at < app->cert_count &&
           memcmp(app->certs[at].print, cert->print, sizeof(cert->print)) != 0)
        at++;
    if (at == SB_MAX_CERTS) {
        EVP_PKEY_free(cert->key);
        return hv_fail(err, HV_ERR_LIMIT,
                       "the application has %d certificates already",
                       SB_MAX_CERTS);
    }
    if (at == app->cert_count)
        app->cert_count++;
    EVP_PKEY_free(app->certs[at].key);
    app->certs[at] = *cert;
    return HV_OK;
}

static enum hv_status
values_check(const char *action_url, int64_t limit, struct hv_error *err)
{
    struct sb_url url;
    const char *why;

    if (limit < 0 || limit > SB_MAX_LIMIT)
        return hv_fail(err, HV_ERR_USAGE,
                       "a limit of %lld subscriptions is not between 1 and %d",
                       (long long)limit, SB_MAX_LIMIT);
    if (!action_url || action_url[0] == '\0')
        return HV_OK;
    why = sb_url_parse(action_url, true, &url);
    if (why)
        return hv_fail(err, HV_ERR_FORMAT, "the action URL is refused: %s",
                       why);
    return HV_OK;
}

enum hv_status
sb_app_add(struct sb_platform *p, const struct hv_guid *id,
           const char *cert_pem, const char *action_url, int64_t limit,
           struct sb_app **out, struct hv_error *err)
{
    struct sb_app *app = sb_app_find(p, id);
    struct sb_cert cert = { 0 };
    enum hv_status st;

    st = values_check(action_url, limit, err);
    if (st)
        return st;
    if (!app && p->app_count == SB_MAX_APPS)
        return hv_fail(err, HV_ERR_LIMIT,
                       "the sandbox has %d applications already", SB_MAX_APPS);
    if (cert_pem) {
        st = cert_read(cert_pem, &cert, err);
        if (st)
            return st;
    }
    if (!app) {
        p->apps = hv_realloc_array(p->apps, p->app_count + 1, sizeof(*p->apps));
        app = &p->apps[p->app_count++];
        *app = (struct sb_app){ .id = *id, .limit = HV_MAX_SUBS };
        hv_copy(app->name, sizeof(app->name), "Registered application");
    }
    if (cert_pem) {
        st = cert_keep(app, &cert, err);
        if (st)
            return st;
    }
    if (action_url)
        hv_copy(app->action_url, sizeof(app->action_url), action_url);
    if (limit > 0)
        app->limit = (size_t)limit;
    *out = app;
    return HV_OK;
}
