/*
 * app.c - the applications registered with the sandbox and the certificates
 * that their session requests are signed with.
 * Called by control.c (app-add) and world.c. No files, no network.
 */
#include "sandbox/model.h"
#include "sandbox/sign.h"
#include "sandbox/url.h"

#include "hvconsole/limits.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <stdlib.h>
#include <string.h>

#define MIN_RSA_BITS 1024 /* the oldest keys in use; 2048 is recommended */

/* What an application has that was given no rules: everything. */
static const char everything[] =
    "<auth><rules><rule name=\"everything\" is-optional=\"false\">"
    "<reason xml:lang=\"en\">The application works with your whole record."
    "</reason><display-flags>3</display-flags><permission>All</permission>"
    "</rule></rules></auth>";

void
sb_app_release(struct sb_app *app)
{
    for (size_t i = 0; i < app->cert_count; i++) {
        EVP_PKEY_free(app->certs[i].key);
        free(app->certs[i].pem);
    }
    hv_secret_release(&app->secret);
    sb_rules_release(&app->rules[SB_ONLINE]);
    sb_rules_release(&app->rules[SB_OFFLINE]);
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

size_t
sb_app_index(const struct sb_platform *p, const struct sb_app *app)
{
    return (size_t)(app - p->apps);
}

bool
sb_app_is_prod(const struct sb_platform *p, const struct sb_app *app)
{
    return app->env == SB_ENV_DEFAULT ? p->is_prod : app->env == SB_ENV_PROD;
}

static void
app_touch(struct sb_platform *p, const struct sb_app *app)
{
    sb_touch(p, SB_KIND_APP, sb_app_index(p, app));
}

/* ------------------------------------------------------- certificates -- */

/* The certificate alone: what else stood in the file is not kept. */
static char *
cert_text(X509 *x509)
{
    BIO *bio = BIO_new(BIO_s_mem());
    char *data = NULL;
    char *text;
    long len;

    if (!bio || PEM_write_bio_X509(bio, x509) != 1)
        abort(); /* no memory */
    len = BIO_get_mem_data(bio, &data);
    text = hv_calloc(1, (size_t)len + 1);
    memcpy(text, data, (size_t)len);
    BIO_free(bio);
    return text;
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
    out->pem = cert_text(x509);
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
        free(cert->pem);
        return hv_fail(err, HV_ERR_LIMIT,
                       "the application has %d certificates already",
                       SB_MAX_CERTS);
    }
    if (at == app->cert_count)
        app->cert_count++;
    EVP_PKEY_free(app->certs[at].key);
    free(app->certs[at].pem);
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

/* Everybody has let a new application in, on all that is theirs. */
static void
let_in(struct sb_platform *p, size_t app)
{
    const struct sb_choice all = { .takes_all = true };

    for (size_t i = 0; i < p->grant_count; i++) {
        size_t person = p->grants[i].person;
        size_t record = p->grants[i].record;
        bool is_first = true;
        struct sb_auth *auth;

        for (size_t before = 0; before < i; before++)
            is_first = is_first && p->grants[before].person != person;
        auth = sb_auth_grant(p, app, person, record, &all,
                             p->persons[person].authorised_ms);
        if (is_first)
            sb_auth_select(p, auth);
    }
}

static struct sb_app *
app_new(struct sb_platform *p, const struct hv_guid *id)
{
    struct sb_app *app;

    p->apps = hv_realloc_array(p->apps, p->app_count + 1, sizeof(*p->apps));
    app = &p->apps[p->app_count++];
    *app = (struct sb_app){
        .id = *id,
        .limit = HV_MAX_SUBS,
        .persistent_ttl_s = SB_PERSISTENT_S,
        .created_ms = p->started_ms,
        .updated_ms = p->started_ms,
    };
    hv_copy(app->name, sizeof(app->name), "Registered application");
    for (int avenue = SB_ONLINE; avenue <= SB_OFFLINE; avenue++)
        if (sb_rules_parse(hv_bytes_str(everything), &app->rules[avenue], NULL))
            abort(); /* the text above is ours */
    return app;
}

enum hv_status
sb_app_add(struct sb_platform *p, const struct hv_guid *id,
           const char *cert_pem, const char *action_url, int64_t limit,
           struct sb_app **out, struct hv_error *err)
{
    struct sb_app *app = sb_app_find(p, id);
    struct sb_cert cert = { 0 };
    bool is_new = !app;
    enum hv_status st;

    st = values_check(action_url, limit, err);
    if (st)
        return st;
    if (is_new && p->app_count == SB_MAX_APPS)
        return hv_fail(err, HV_ERR_LIMIT,
                       "the sandbox has %d applications already", SB_MAX_APPS);
    if (cert_pem) {
        st = cert_read(cert_pem, &cert, err);
        if (st)
            return st;
    }
    if (is_new)
        app = app_new(p, id);
    if (cert_pem) {
        st = cert_keep(app, &cert, err);
        if (st)
            return st;
    }
    if (action_url)
        hv_copy(app->action_url, sizeof(app->action_url), action_url);
    if (limit > 0)
        app->limit = (size_t)limit;
    app_touch(p, app);
    if (is_new)
        let_in(p, sb_app_index(p, app));
    *out = app;
    return HV_OK;
}

/* ------------------------------------------------------------ changes -- */

void
sb_app_set_name(struct sb_platform *p, struct sb_app *app, const char *name)
{
    hv_copy(app->name, sizeof(app->name), name);
    app_touch(p, app);
}

void
sb_app_set_env(struct sb_platform *p, struct sb_app *app, enum sb_env env)
{
    app->env = env;
    app_touch(p, app);
}

void
sb_app_set_persistent(struct sb_platform *p, struct sb_app *app, int64_t ttl_s)
{
    app->persistent_ttl_s = ttl_s;
    app_touch(p, app);
}

void
sb_app_set_switches(struct sb_platform *p, struct sb_app *app, bool is_disabled,
                    bool is_deaf)
{
    app->is_disabled = is_disabled;
    app->is_deaf = is_deaf;
    app_touch(p, app);
}

enum hv_status
sb_app_set_rules(struct sb_platform *p, struct sb_app *app,
                 enum sb_avenue avenue, struct hv_bytes xml,
                 struct hv_error *err)
{
    struct sb_rules rules = { 0 };
    enum hv_status st = sb_rules_parse(xml, &rules, err);

    if (st)
        return st;
    sb_rules_release(&app->rules[avenue]);
    app->rules[avenue] = rules;
    app_touch(p, app);
    return HV_OK;
}

enum hv_status
sb_app_restore(struct sb_platform *p, struct sb_app *app, struct hv_error *err)
{
    enum hv_status st = HV_OK;

    for (size_t i = 0; !st && i < app->cert_count; i++) {
        struct sb_cert cert = { 0 };

        st = cert_read(app->certs[i].pem, &cert, err);
        if (st)
            break;
        free(app->certs[i].pem);
        EVP_PKEY_free(app->certs[i].key);
        app->certs[i] = cert;
    }
    if (!st && p->app_count == SB_MAX_APPS)
        st = hv_fail(err, HV_ERR_LIMIT,
                     "the state holds too many "
                     "applications");
    if (st) {
        sb_app_release(app);
        return st;
    }
    p->apps = hv_realloc_array(p->apps, p->app_count + 1, sizeof(*p->apps));
    p->apps[p->app_count++] = *app;
    *app = (struct sb_app){ 0 };
    return HV_OK;
}
