/*
 * quirk_write.c - see quirk_write.h.
 */
#include "quirk_write.h"

#include "hvconsole/codec.h"

#include <criterion/criterion.h>
#include <openssl/hmac.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

char *
q_expand(const char *text, const struct q_hole *holes, size_t count)
{
    struct hv_buf out = { 0 };

    while (*text) {
        size_t i = 0;

        if (text[0] == '\\') {
            hv_buf_add_char(&out, text[1] == 'n'   ? '\n'
                                  : text[1] == 'r' ? '\r'
                                                   : '\t');
            text += 2;
            continue;
        }
        while (i < count &&
               strncmp(text, holes[i].name, strlen(holes[i].name)) != 0)
            i++;
        if (i == count) {
            hv_buf_add_char(&out, *text++);
        } else {
            hv_buf_add_str(&out, holes[i].text);
            text += strlen(holes[i].name);
        }
    }
    return out.data ? (char *)out.data : hv_strdup("");
}

static void
encode(const uint8_t *data, size_t len, bool is_wrapped, char *out)
{
    char flat[HV_BASE64_SIZE(EVP_MAX_MD_SIZE)];

    hv_base64_encode(data, len, flat);
    for (size_t i = 0; flat[i]; i++) {
        *out++ = flat[i];
        if (is_wrapped && (i % 20 == 19 || !flat[i + 1]))
            *out++ = '\n';
    }
    *out = '\0';
}

static bool
is_sha1(const char *name)
{
    return strcasestr(name, "SHA1") != NULL;
}

static const EVP_MD *
digest_of(const char *name)
{
    return is_sha1(name) ? EVP_sha1() : EVP_sha256();
}

static void
add_auth(const struct q_parts *parts, const char *mac, struct hv_buf *out)
{
    if (parts->is_unsigned)
        return;
    hv_buf_addf(out, "%s<hmac-data algName=\"%s\">%s</hmac-data></auth>%s",
                parts->auth ? parts->auth : "<auth>", parts->hmac, mac,
                parts->middle);
}

static void
put_together(const struct q_parts *parts, const char *lead, const char *mac,
             const char *header, const char *info, struct q_written *out)
{
    const char *root = parts->open + 1;
    char *middle = q_expand(parts->middle, NULL, 0);
    struct q_parts own = *parts;

    own.middle = middle;
    *out = (struct q_written){ 0 };
    hv_buf_addf(&out->body, "%s%s%s", lead, parts->open, middle);
    add_auth(&own, mac, &out->body);
    out->header = out->body.len;
    hv_buf_add_str(&out->body, header);
    out->header_end = out->body.len;
    hv_buf_add_str(&out->body, middle);
    out->info = out->body.len;
    hv_buf_add_str(&out->body, info);
    out->info_end = out->body.len;
    hv_buf_addf(&out->body, "%s</%.*s>", middle, (int)strcspn(root, " >"),
                root);
    free(middle);
}

void
q_write(const struct q_world *world, const struct q_parts *parts,
        struct q_written *out)
{
    const struct t_world *w = &world->world;
    uint8_t digest[EVP_MAX_MD_SIZE];
    char text[256];
    unsigned len = 0;
    const struct q_hole holes[] = {
        { "{HASH}", text },
        { "{TOKEN}", is_sha1(parts->hmac) ? Q_SHA1_TOKEN : T_TOKEN },
        { "{USER}", world->user },
        { "{PERSON}", world->person },
        { "{RECORD}", world->record },
        { "{NOW}", parts->now },
    };
    char *info = q_expand(parts->info, NULL, 0);
    char *lead = q_expand(parts->lead, NULL, 0);
    char *header;

    EVP_Digest(info, strlen(info), digest, &len, digest_of(parts->hash), NULL);
    encode(digest, len, parts->is_wrapped, text);
    header = q_expand(parts->header, holes, HV_LEN(holes));
    HMAC(digest_of(parts->hmac), w->secret, sizeof(w->secret),
         (uint8_t *)header, strlen(header), digest, &len);
    encode(digest, len, parts->is_wrapped, text);
    put_together(parts, lead, text, header, info, out);
    free(info);
    free(lead);
    free(header);
}

void
q_world_init(struct q_world *world)
{
    struct t_world *w = &world->world;
    struct hv_secret secret = { 0 };

    t_world_init(w);
    cr_assert_eq(hv_secret_copy(&secret, w->secret, sizeof(w->secret), NULL),
                 HV_OK);
    sb_session_add(&w->p, Q_SHA1_TOKEN, &w->app, SB_SHA1, &secret,
                   T_NOW_MS + SB_TOKEN_LIFE_MS);
    cr_assert(sb_user_token_issue(&w->p, &w->app, 0, 0, false, 0, T_NOW_MS,
                                  world->user));
    hv_guid_format(&w->p.persons[0].id, world->person);
    hv_guid_format(&w->p.records[0].id, world->record);
}

void
q_world_release(struct q_world *world)
{
    t_world_release(&world->world);
}

int
q_send(struct q_world *world, const struct q_written *w, char **text)
{
    return t_call_bytes(&world->world, hv_buf_bytes(&w->body), text);
}

int
q_send_inserted(struct q_world *world, const struct q_written *w, size_t at,
                uint8_t byte)
{
    struct hv_buf longer = { 0 };
    int code;

    hv_buf_add(&longer, w->body.data, at);
    hv_buf_add_char(&longer, (char)byte);
    hv_buf_add(&longer, w->body.data + at, w->body.len - at);
    code = t_call_bytes(&world->world, hv_buf_bytes(&longer), NULL);
    hv_buf_release(&longer);
    return code;
}
