/*
 * ca.c - the sandbox's own certificate authority and its server certificate,
 * kept in STORE/sandbox/ so that a client trusts the same file next time.
 * Called by sandbox.c at start. Trusted by nobody else than who is told to.
 */
#include "hvconsole/file.h"
#include "sandbox/sign.h"
#include "sandbox/state.h"

#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <string.h>
#include <time.h>

#define MAX_PEM (64 * 1024)
#define SPARE_S (30L * 86400) /* a certificate this close to its end is old */

/* The two files of a pair. */
struct place {
    char cert[1024];
    char key[1024];
};

static enum hv_status
place_in(struct place *place, const char *dir, const char *cert,
         const char *key, struct hv_error *err)
{
    if (hv_path_join(place->cert, sizeof(place->cert), dir, cert) ||
        hv_path_join(place->key, sizeof(place->key), dir, key))
        return hv_fail(err, HV_ERR_LIMIT, "the path of %s is too long", dir);
    return HV_OK;
}

/* HV_ERR_NOT_FOUND when one of the two is not there. */
static enum hv_status
pair_load(const struct place *place, struct hv_cert_pair *out,
          struct hv_error *err)
{
    enum hv_status st = hv_file_read(place->cert, MAX_PEM, &out->cert_pem, err);

    if (!st)
        st = hv_file_read(place->key, MAX_PEM, &out->key_pem, err);
    if (st)
        hv_cert_pair_release(out);
    return st;
}

/* The key first: a certificate without its key counts as none. */
static enum hv_status
pair_save(const struct place *place, const struct hv_cert_pair *pair,
          struct hv_error *err)
{
    enum hv_status st =
        hv_file_replace(place->key, 0600, hv_buf_bytes(&pair->key_pem), err);

    if (!st)
        st = hv_file_replace(place->cert, 0644, hv_buf_bytes(&pair->cert_pem),
                             err);
    return st;
}

static bool
lasts(const X509 *cert)
{
    time_t later = time(NULL) + SPARE_S;

    return X509_cmp_time(X509_get0_notAfter(cert), &later) > 0;
}

/* Ours, for @host, and good for a while. */
static bool
is_usable(const struct hv_cert_pair *server, const struct hv_cert_pair *ca,
          const char *host)
{
    X509 *cert = sb_cert_parse(hv_buf_bytes(&server->cert_pem));
    X509 *root = sb_cert_parse(hv_buf_bytes(&ca->cert_pem));
    bool is_good = cert && root && lasts(cert) &&
                   X509_verify(cert, X509_get0_pubkey(root)) == 1 &&
                   (X509_check_ip_asc(cert, host, 0) == 1 ||
                    X509_check_host(cert, host, strlen(host), 0, NULL) == 1);

    ERR_clear_error();
    X509_free(cert);
    X509_free(root);
    return is_good;
}

static enum hv_status
ca_open(const struct place *place, struct hv_cert_pair *ca,
        struct hv_error *err)
{
    struct hv_error quiet = { 0 };
    enum hv_status st = pair_load(place, ca, &quiet);
    X509 *cert;
    bool is_old;

    if (!st) {
        cert = sb_cert_parse(hv_buf_bytes(&ca->cert_pem));
        is_old = cert && !lasts(cert);
        X509_free(cert);
        if (!is_old)
            return HV_OK;
        hv_cert_pair_release(ca);
    } else if (st != HV_ERR_NOT_FOUND) {
        return hv_fail(err, st, "%s", quiet.why);
    }
    st = hv_cert_ca_make("hvconsole sandbox CA", ca, err);
    if (!st)
        st = pair_save(place, ca, err);
    return st;
}

enum hv_status
sb_ca_open(const char *dir, const char *host, struct hv_cert_pair *server,
           char *ca_file, size_t size, struct hv_error *err)
{
    struct hv_cert_pair ca = { 0 };
    struct place ca_place;
    struct place server_place;
    enum hv_status st = hv_dir_make(dir, 0700, err);

    if (!st)
        st = place_in(&ca_place, dir, "ca.pem", "ca-key.pem", err);
    if (!st)
        st = place_in(&server_place, dir, "server.pem", "server-key.pem", err);
    if (!st && !hv_copy(ca_file, size, ca_place.cert))
        st = hv_fail(err, HV_ERR_LIMIT, "the path of %s is too long", dir);
    if (!st)
        st = ca_open(&ca_place, &ca, err);
    if (st)
        goto out;
    if (pair_load(&server_place, server, NULL) == HV_OK &&
        is_usable(server, &ca, host))
        goto out;
    hv_cert_pair_release(server);
    st = hv_cert_issue(&ca, host, server, err);
    if (st == HV_ERR_FORMAT) {
        st = HV_ERR_DAMAGED;
        if (err)
            err->status = st;
        hv_hint(err, "remove %s; a new CA is made at the next start",
                ca_place.cert);
    }
    if (!st)
        st = pair_save(&server_place, server, err);
out:
    hv_cert_pair_release(&ca);
    return st;
}
