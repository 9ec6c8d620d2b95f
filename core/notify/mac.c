/*
 * mac.c - see mac.h. Called by judge.c for every request, and by nearest.c for
 * what refused ones might have been. Computes and compares; a MAC of ours never
 * leaves this file. Fact: verification
 */
#include "core/notify/mac.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include <pthread.h>

static pthread_once_t once = PTHREAD_ONCE_INIT;
static EVP_MAC *hmac; /* looked up once: each time is dear */

static void
fetch_hmac(void)
{
    hmac = EVP_MAC_fetch(NULL, "HMAC", NULL);
}

enum hv_status
notify_mac_start(struct notify_mac *mac, struct hv_bytes key,
                 struct hv_error *err)
{
    OSSL_PARAM params[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST,
                                         (char *)"SHA2-256", 0),
        OSSL_PARAM_construct_end(),
    };

    pthread_once(&once, fetch_hmac);
    mac->ctx = hmac ? EVP_MAC_CTX_new(hmac) : NULL;
    if (mac->ctx && EVP_MAC_init(mac->ctx, key.data, key.len, params) == 1)
        return HV_OK;
    notify_mac_end(mac);
    return hv_fail(err, HV_ERR_CRYPTO, "OpenSSL has no HMAC-SHA-256");
}

enum hv_status
notify_mac_fits(const struct notify_mac *mac, struct hv_bytes body,
                const uint8_t wanted[HV_MAC_LEN], bool *fits,
                struct hv_error *err)
{
    static const uint8_t none = 0;
    uint8_t ours[HV_MAC_LEN];
    size_t len = 0;
    bool ok;

    /* Without a key: begin again with the one it has. */
    ok =
        EVP_MAC_init(mac->ctx, NULL, 0, NULL) == 1 &&
        EVP_MAC_update(mac->ctx, body.len ? body.data : &none, body.len) == 1 &&
        EVP_MAC_final(mac->ctx, ours, &len, HV_MAC_LEN) == 1 &&
        len == HV_MAC_LEN;
    *fits = ok && CRYPTO_memcmp(ours, wanted, HV_MAC_LEN) == 0;
    hv_wipe(ours, sizeof(ours));
    return ok ? HV_OK
              : hv_fail(err, HV_ERR_CRYPTO, "OpenSSL cannot compute a MAC");
}

void
notify_mac_end(struct notify_mac *mac)
{
    EVP_MAC_CTX_free(mac->ctx);
    mac->ctx = NULL;
}

/* ------------------------------------------------------------- prepared ones -- */

static void
drop(struct notify_macs *macs, size_t at)
{
    notify_mac_end(&macs->slots[at].mac);
    hv_secret_release(&macs->slots[at].key);
}

enum hv_status
notify_macs_get(struct notify_macs *macs, struct hv_bytes key,
                const struct notify_mac **out, struct hv_error *err)
{
    size_t at = macs->next;
    enum hv_status st;

    /* Both are keys of ours: nobody learns from how soon they differ. */
    for (size_t i = 0; i < macs->len; i++) {
        if (hv_bytes_equal(hv_secret_bytes(&macs->slots[i].key), key)) {
            *out = &macs->slots[i].mac;
            return HV_OK;
        }
    }
    drop(macs, at);
    st = notify_mac_start(&macs->slots[at].mac, key, err);
    if (!st)
        st = hv_secret_copy(&macs->slots[at].key, key.data, key.len, err);
    if (st) {
        drop(macs, at); /* an empty slot fits no key */
        return st;
    }
    *out = &macs->slots[at].mac;
    macs->next = (at + 1) % NOTIFY_MACS;
    if (macs->len < NOTIFY_MACS)
        macs->len++;
    return HV_OK;
}

void
notify_macs_clear(struct notify_macs *macs)
{
    for (size_t i = 0; i < macs->len; i++)
        drop(macs, i);
    macs->len = 0;
    macs->next = 0;
}
