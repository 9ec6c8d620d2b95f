/*
 * user_token.c - user tokens in a keyring: records that this room keeps as
 * bytes, read and written here. Called through keyring.h by the token commands.
 * Pure; what they are good for is not its matter.
 */
#include "hvconsole/keyring.h"
#include "keystore/records.h"

#include <stdlib.h>

#define KEY_LEN 48 /* application, person, record */

static bool
is_token(const struct hv_raw_record *raw)
{
    return raw->type == KS_REC_USER && raw->body.len >= KEY_LEN;
}

static struct hv_raw_record *
find(const struct hv_keyring *ring, const struct hv_guid *app,
     const struct hv_guid *person, const struct hv_guid *record)
{
    for (size_t i = 0; i < ring->raw_len; i++) {
        struct hv_raw_record *raw = &ring->raw[i];

        if (is_token(raw) && memcmp(raw->body.data, app->b, 16) == 0 &&
            memcmp(raw->body.data + 16, person->b, 16) == 0 &&
            memcmp(raw->body.data + 32, record->b, 16) == 0)
            return raw;
    }
    return NULL;
}

/* The form was checked when it was read. */
static void
decode(const struct hv_raw_record *raw, struct hv_user_token *out)
{
    struct ks_walk walk = { raw->body.data, raw->body.data + raw->body.len,
                            false };
    size_t len;

    *out = (struct hv_user_token){ 0 };
    ks_walk_copy(&walk, out->app.b, 16);
    ks_walk_copy(&walk, out->person.b, 16);
    ks_walk_copy(&walk, out->record.b, 16);
    out->seen_ms = ks_walk_time(&walk);
    len = ks_walk_16(&walk);
    out->label.data = ks_walk_take(&walk, len);
    out->label.len = out->label.data ? len : 0;
    len = ks_walk_16(&walk);
    out->token.data = ks_walk_take(&walk, len);
    out->token.len = out->token.data ? len : 0;
}

bool
hv_keyring_token_at(const struct hv_keyring *ring, const struct hv_guid *app,
                    size_t nth, struct hv_user_token *out)
{
    for (size_t i = 0; i < ring->raw_len; i++) {
        if (!is_token(&ring->raw[i]))
            continue;
        decode(&ring->raw[i], out);
        if (hv_guid_equal(&out->app, app) && nth-- == 0)
            return true;
    }
    return false;
}

bool
hv_keyring_token_named(const struct hv_keyring *ring, const struct hv_guid *app,
                       const char *label, struct hv_user_token *out)
{
    for (size_t i = 0; hv_keyring_token_at(ring, app, i, out); i++)
        if (hv_bytes_equal(out->label, hv_bytes_str(label)))
            return true;
    return false;
}

static enum hv_status
encode(const struct hv_user_token *token, struct hv_secret *out,
       struct hv_error *err)
{
    size_t size = KEY_LEN + 8 + 2 + token->label.len + 2 + token->token.len;
    uint8_t *at;
    enum hv_status st;

    if (token->label.len > UINT16_MAX || token->token.len > UINT16_MAX)
        return hv_fail(err, HV_ERR_LIMIT,
                       "the token or its name is too long for the keystore");
    st = hv_secret_init(out, size, err);
    if (st)
        return st;
    at = out->data;
    memcpy(at, token->app.b, 16);
    memcpy(at + 16, token->person.b, 16);
    memcpy(at + 32, token->record.b, 16);
    ks_put64(at + KEY_LEN, (uint64_t)token->seen_ms);
    at += KEY_LEN + 8;
    ks_put16(at, (uint16_t)token->label.len);
    memcpy(at + 2, token->label.data, token->label.len);
    at += 2 + token->label.len;
    ks_put16(at, (uint16_t)token->token.len);
    memcpy(at + 2, token->token.data, token->token.len);
    return HV_OK;
}

enum hv_status
hv_keyring_put_token(struct hv_keyring *ring, const struct hv_user_token *token,
                     struct hv_error *err)
{
    struct hv_raw_record *raw;
    struct hv_secret body = { 0 };
    enum hv_status st = encode(token, &body, err);

    if (st)
        return st;
    raw = find(ring, &token->app, &token->person, &token->record);
    if (!raw) {
        ring->raw = ks_array_add(ring->raw, &ring->raw_len, sizeof(*raw));
        raw = &ring->raw[ring->raw_len - 1];
        raw->type = KS_REC_USER;
        raw->flags = KS_CRITICAL;
        raw->part = HV_PART_FULL;
    }
    hv_secret_release(&raw->body);
    raw->body = body;
    return HV_OK;
}

bool
hv_keyring_drop_token(struct hv_keyring *ring, const struct hv_guid *app,
                      const struct hv_guid *person,
                      const struct hv_guid *record)
{
    struct hv_raw_record *raw = find(ring, app, person, record);
    size_t at;

    if (!raw)
        return false;
    at = (size_t)(raw - ring->raw);
    hv_secret_release(&raw->body);
    ring->raw_len--;
    memmove(raw, raw + 1, (ring->raw_len - at) * sizeof(*raw));
    return true;
}
