/*
 * support.h - what the sandbox tests share: fixture files of cases, a platform
 * with one application and one session, and requests signed by the tests' own
 * use of OpenSSL.
 */
#ifndef TESTS_SANDBOX_SUPPORT_H
#define TESTS_SANDBOX_SUPPORT_H

#include "sandbox/methods.h"

#include <openssl/evp.h>

#define T_NOW_MS  1447320600000LL /* 2015-11-12T09:30:00Z, as in the fixtures */
#define T_TOKEN   "ASAAATestToken"
#define T_BP      "ca3c57f4-f4c1-4e15-be67-0a3caf5414ed"
#define T_WEIGHT  "3d34d87e-7fc1-4153-800f-f56592cb0d17"
#define T_GLUCOSE "879e7c04-4e8a-4707-9ad3-b054df467ce4"

/* ---- fixture files: blocks of "key value" lines ---- */

struct t_pair {
    char *key;
    char *value;
};

struct t_case {
    struct t_pair pairs[16];
    size_t count;
};

struct t_file {
    char *text;
    struct t_case head; /* the first block */
    struct t_case *cases;
    size_t count;
};

void t_file_load(struct t_file *file, const char *name);
void t_file_release(struct t_file *file);
const char *t_get(const struct t_case *c, const char *key);
/** t_decode() - base64 of a case into @out; its length. */
size_t t_decode(const struct t_case *c, const char *key, uint8_t *out,
                size_t size);
/** t_read() - a whole fixture as text; the caller frees it. */
char *t_read(const char *name);

/* ---- a platform ---- */

struct t_world {
    struct sb_platform p;
    struct hv_guid app; /* the one the session belongs to */
    uint8_t secret[64];
    int64_t ahead_ms; /* of the platform's clock */
};

void t_start(void); /* for .init of each test */
void t_world_init(struct t_world *world);
void t_world_release(struct t_world *world);

/* What to leave out or get wrong in a request. */
struct t_request {
    const char *method;
    int version;
    const char *info;   /* whole element */
    const char *header; /* elements between method-version and
                                    auth-session; NULL = none */
    const char *person; /* offline person id; NULL = none */
    const char *user_token;
    const char *app_id; /* an anonymous request; NULL = a session */
    const char *token;  /* NULL = T_TOKEN */
    const char *xsl;    /* final-xsl text; NULL = none */
    int64_t sent_ms;    /* 0 = T_NOW_MS */
    int ttl_s;          /* 0 = 1800 */
    bool no_auth;
    bool no_hash;
    bool bad_mac;
    bool bad_hash;
    bool use_sha1; /* hash and HMAC both */
};

void t_write(const struct t_world *world, const struct t_request *request,
             struct hv_buf *out);
/** t_call() - the code of the answer; @text, if not NULL, gets the document
 *  (to be freed). */
int t_call(struct t_world *world, const struct t_request *request, char **text);
/** t_call_bytes() - the same for a body as it is, at T_NOW_MS. */
int t_call_bytes(struct t_world *world, struct hv_bytes body, char **text);

/** t_subscription() - the element, as info of Subscribe or Update. */
struct t_sub {
    const char *id;       /* NULL = none */
    const char *key;      /* base64; NULL = a good one */
    const char *version;  /* NULL = v1 */
    const char *url;      /* NULL = a good one */
    const char *types[4]; /* none = blood pressure */
};
char *t_subscription(const struct t_sub *sub);
/** t_subscribe() - makes one; its id as text. */
void t_subscribe(struct t_world *world, const struct t_sub *sub,
                 char id[HV_GUID_TEXT]);

#endif
