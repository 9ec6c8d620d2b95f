/*
 * pending.c - SODA applications on their way: what NewApplicationCreationInfo
 * gave out until CREATEAPPLICATION of the Shell makes an application of it.
 * Called by method files and the Shell. No I/O. Fact: methods
 */
#include "sandbox/model.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

/* A blank is a plus: base64 that was escaped once too little on its way
 * through the Shell. */
static void
token_digest(const char *token, uint8_t out[32])
{
    char *text = hv_strdup(token);

    for (char *c = text; *c; c++)
        if (*c == ' ')
            *c = '+';
    if (EVP_Digest(text, strlen(text), out, NULL, EVP_sha256(), NULL) != 1)
        abort(); /* no SHA-256: nothing here can work */
    hv_wipe(text, strlen(text));
    free(text);
}

/* Index of the pending application of a token; the count when there is none. */
static size_t
pending_find(const struct sb_platform *p, const char *token)
{
    uint8_t digest[32];
    size_t at = 0;

    token_digest(token, digest);
    while (at < p->pending_count &&
           CRYPTO_memcmp(p->pendings[at].digest, digest, sizeof(digest)) != 0)
        at++;
    return at;
}

const struct sb_app *
sb_pending_master(const struct sb_platform *p, const char *token)
{
    size_t at = pending_find(p, token);

    return at < p->pending_count ? sb_app_find(p, &p->pendings[at].master)
                                 : NULL;
}

static void
pending_remove(struct sb_platform *p, size_t index)
{
    struct sb_pending *gone = &p->pendings[index];

    sb_gone(p, SB_KIND_PENDING, index);
    hv_secret_release(&gone->secret);
    p->pending_count--;
    memmove(gone, gone + 1, (p->pending_count - index) * sizeof(*gone));
}

void
sb_pending_add(struct sb_platform *p, const struct hv_guid *id,
               const struct hv_guid *master, const char *token,
               struct hv_secret *secret)
{
    struct sb_pending *pending;

    if (p->pending_count == SB_MAX_PENDING)
        pending_remove(p, 0);
    pending = &p->pendings[p->pending_count++];
    *pending = (struct sb_pending){
        .id = *id,
        .master = *master,
        .secret = hv_secret_take(secret),
    };
    token_digest(token, pending->digest);
    sb_touch(p, SB_KIND_PENDING, p->pending_count - 1);
}

/* The master's rules, environment and sign-in are the new one's. */
static void
inherit(struct sb_platform *p, struct sb_app *app, const struct sb_app *master)
{
    app->env = master->env;
    app->limit = master->limit;
    app->persistent_ttl_s = master->persistent_ttl_s;
    app->is_deaf = master->is_deaf;
    for (int avenue = SB_ONLINE; avenue <= SB_OFFLINE; avenue++)
        if (sb_rules_parse(hv_bytes_str(master->rules[avenue].xml),
                           &app->rules[avenue], NULL))
            abort(); /* they were read before */
    app->created_ms = p->started_ms;
    app->updated_ms = p->started_ms;
}

enum hv_status
sb_app_activate(struct sb_platform *p, const struct hv_guid *master,
                const char *token, const char *name, struct sb_app **out,
                struct hv_error *err)
{
    size_t at = pending_find(p, token);
    struct sb_app app = { .is_soda = true };
    const struct sb_app *parent = sb_pending_master(p, token);
    enum hv_status st;

    if (!parent || !hv_guid_equal(&parent->id, master))
        return hv_fail(err, HV_ERR_NOT_FOUND,
                       "no application waits for that creation token");
    if (p->app_count == SB_MAX_APPS)
        return hv_fail(err, HV_ERR_LIMIT,
                       "the sandbox has %d applications already", SB_MAX_APPS);
    app.id = p->pendings[at].id;
    app.master = *master;
    app.secret = hv_secret_take(&p->pendings[at].secret);
    hv_copy(app.name, sizeof(app.name), name);
    inherit(p, &app, parent);
    pending_remove(p, at);
    st = sb_app_restore(p, &app, err);
    if (st)
        return st;
    *out = &p->apps[p->app_count - 1];
    sb_touch(p, SB_KIND_APP, p->app_count - 1);
    return HV_OK;
}
